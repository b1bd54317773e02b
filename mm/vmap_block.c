// SPDX-License-Identifier: MIT
/*
 * vm_map_ram() of few pages: many mappings share an area, a block. Each CPU has one, and hands
 * its addresses out from the lowest to the highest, never twice; when it has no room left the
 * CPU takes a new one. So a mapping costs no area, no record and no search; and translations
 * are thrown away once for a block, not once for each mapping.
 *
 * B1  What vm_unmap_ram() is told is unmapped at once: its pages are the caller's, who may free
 *     them next. Only the flush waits, until the block goes or until vm_unmap_aliases(). As in
 *     Linux: a caller to whom that matters calls it.
 * B2  A block goes when no CPU takes addresses from it any more, and all that it handed out
 *     is back. It is flushed before its addresses are anybody else's (A3 in vmap.c).
 * B3  Behind each mapping a page stays unmapped, which takes an overrun.
 * B4  nr[i] is the number of pages of the mapping that begins at page i, or 0; pages[] has the
 *     pages that are mapped, and NULL elsewhere.
 *
 * With debug_vmalloc=on each mapping is an area of its own, with its history.
 *
 * Locking: vmap_lock for all of it; it is not held while the port works.
 */
#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "mm/vmap.h"

#define BLOCK_PAGES	256u

/* Keys: C fixed when it is made | V vmap_lock */
struct vmap_block {
	struct page *pages[BLOCK_PAGES];	/* V  vmap_record.pages: the record frees it */
	const void *caller[BLOCK_PAGES];	/* V  of the mapping that begins there */
	unsigned char nr[BLOCK_PAGES];		/* V  B4 */
	unsigned int next;			/* V  no address was handed out from there on */
	unsigned int back;			/* V  pages that were, and are nobody's any more */
	bool serves;				/* V  a CPU takes addresses from it */
	bool to_flush;				/* V  by whoever drops it */
	u64 unmapped;				/* V  `unmaps` when something of it was, last */
	struct vmap_record *rec;		/* C */
	struct list_head list;			/* V  all blocks */
};

static_assert(offsetof(struct vmap_block, pages) == 0);
static_assert(VMAP_BLOCK_MOST < 256 && VMAP_BLOCK_MOST < BLOCK_PAGES);

static struct vmap_block *current_block[QUARRY_MAX_CPUS];	/* V */
static LIST_HEAD(blocks);					/* V */
static u64 unmaps;						/* V  how many there were */
static u64 flushed;						/* V  so many of them, from the first on */
static atomic_long_t flushes;					/* A  for tests */

void vmap_block_init(void)
{
	memset(current_block, 0, sizeof(current_block));
	INIT_LIST_HEAD(&blocks);
	unmaps = flushed = 0;
	atomic_long_set(&flushes, 0);
}

static inline struct vmap_block *to_block(const struct vmap_record *rec)
{
	return rec->flags & VMAP_BLOCK ? (struct vmap_block *)rec->pages : NULL;
}

static inline unsigned long address_in(const struct vmap_block *block, unsigned int i)
{
	return block->rec->va.va_start + i * PAGE_SIZE;
}

/* The block around an address that somebody may have, or NULL. vmap_lock held. */
static struct vmap_block *block_at(unsigned long addr)
{
	struct vmap_area *va = vmap_space_find(&vmap_space, addr);

	return va && vmap_ready(va_record(va)) ? to_block(va_record(va)) : NULL;
}

static inline unsigned int index_in(const struct vmap_block *block, unsigned long addr)
{
	return (addr - block->rec->va.va_start) >> PAGE_SHIFT;
}

/* Blocks come and go. */

/* Has it addresses that were mapped since the last flush? vmap_lock held. */
static bool is_stale(const struct vmap_block *block)
{
	return block->unmapped > flushed;
}

/* Has a block done its work? Then it leaves the list, the caller's to drop. vmap_lock held. */
static bool take_finished(struct vmap_block *block)
{
	if (block->serves || block->back != block->next)
		return false;
	list_del(&block->list);
	block->to_flush = is_stale(block);
	block->rec->dying = true;
	return true;
}

/* B2. Nothing is mapped in it. */
static void drop_block(struct vmap_block *block)
{
	if (!block)
		return;
	if (block->to_flush) {
		quarry_host_flush(block->rec->va.va_start, block->next);
		atomic_long_inc(&flushes);
	}
	vmap_area_put(block->rec);
}

static struct vmap_block *make_block(struct vmap_request *rq)
{
	struct vmap_block *block = kvzalloc_node(sizeof(*block), rq->gfp, rq->node);

	if (!block)
		return NULL;
	rq->kind = "vm_map_ram block";
	rq->size = BLOCK_PAGES * PAGE_SIZE;
	rq->record_flags |= VMAP_BLOCK;
	block->rec = vmap_area_get(rq);
	if (!block->rec) {
		kvfree(block);
		return NULL;
	}
	block->rec->pages = block->pages;
	vmap_area_ready(block->rec);
	return block;
}

/* Addresses for @count pages on this CPU's block; it may be a new one: @fresh, which is taken. */
static struct vmap_block *take(unsigned int count, struct vmap_block **fresh,
			       struct vmap_block **old, unsigned int *at)
{
	struct vmap_block **serving = &current_block[smp_processor_id()], *block = *serving;

	if ((!block || block->next + count + 1 > BLOCK_PAGES) && *fresh) {
		if (block) {
			block->serves = false;
			*old = take_finished(block) ? block : NULL;
		}
		block = *serving = *fresh;
		*fresh = NULL;
		block->serves = true;
		list_add_tail(&block->list, &blocks);
	}
	if (!block || block->next + count + 1 > BLOCK_PAGES)
		return NULL;
	*at = block->next;
	block->next += count + 1;	/* B3 */
	return block;
}

/* Mapping and unmapping. */

/* Pages [at, at + count) of a block are nobody's. */
static void give_back(struct vmap_block *block, unsigned int at, unsigned int count)
{
	unsigned long flags;
	bool last;

	quarry_host_unmap(address_in(block, at), count);	/* B1 */
	spin_lock_irqsave(&vmap_lock, flags);
	block->unmapped = ++unmaps;
	block->back += count + 1;
	last = take_finished(block);
	spin_unlock_irqrestore(&vmap_lock, flags);
	if (last)
		drop_block(block);
}

static struct vmap_block *take_addresses(unsigned int count, struct vmap_request *rq,
					 unsigned int *at)
{
	struct vmap_block *block, *fresh = NULL, *old = NULL;
	unsigned long flags;

	for (;;) {
		spin_lock_irqsave(&vmap_lock, flags);
		block = take(count, &fresh, &old, at);
		spin_unlock_irqrestore(&vmap_lock, flags);
		if (block)
			break;
		fresh = make_block(rq);
		if (!fresh)
			return NULL;
	}
	drop_block(old);
	if (fresh)		/* another task's is there meanwhile */
		vmap_area_put(fresh->rec);
	return block;
}

static void enter(struct vmap_block *block, unsigned int at, struct page **pages,
		  unsigned int count, const void *caller)
{
	unsigned long flags;

	spin_lock_irqsave(&vmap_lock, flags);
	memcpy(block->pages + at, pages, count * sizeof(*pages));
	block->caller[at] = caller;
	block->nr[at] = count;
	spin_unlock_irqrestore(&vmap_lock, flags);
}

void *vmap_block_map(struct page **pages, unsigned int count, struct vmap_request *rq)
{
	unsigned int prot = pgprot_val(rq->prot), at;
	struct vmap_block *block = take_addresses(count, rq, &at);
	int err;

	if (!block)
		return NULL;
	err = vmap_map_pages(address_in(block, at), pages, count, prot);
	if (err) {
		vmap_purge(true);
		err = vmap_map_pages(address_in(block, at), pages, count, prot);
	}
	if (err) {
		vmap_warn(rq->gfp, "vm_map_ram error: size %lu, failed to map pages: the machine has no room for more mappings (%d)",
			  count * PAGE_SIZE, err);
		give_back(block, at, count);
		return NULL;
	}
	enter(block, at, pages, count, rq->caller);
	return (void *)address_in(block, at);
}

enum vmap_block_result vmap_block_unmap(const void *mem, unsigned int count, unsigned int *mapped)
{
	unsigned long addr = (unsigned long)mem, flags;
	enum vmap_block_result result = VMAP_BLOCK_NONE;
	struct vmap_block *block;
	unsigned int at = 0;

	spin_lock_irqsave(&vmap_lock, flags);
	block = block_at(addr);
	if (block) {
		at = index_in(block, addr);
		*mapped = PAGE_ALIGNED(addr) && at < BLOCK_PAGES ? block->nr[at] : 0;
		result = !*mapped ? VMAP_BLOCK_UNKNOWN :
			 *mapped != count ? VMAP_BLOCK_WRONG : VMAP_BLOCK_DONE;
		if (result == VMAP_BLOCK_DONE) {
			block->nr[at] = 0;
			memset(block->pages + at, 0, count * sizeof(*block->pages));
		}
	}
	spin_unlock_irqrestore(&vmap_lock, flags);
	if (result == VMAP_BLOCK_DONE)
		give_back(block, at, count);
	return result;
}

/* A block to flush, or to drop: @all that are idle, even if they are a CPU's. */
static struct vmap_block *next_idle(bool *drop, unsigned long *lo, unsigned long *hi)
{
	struct vmap_block *block;
	unsigned int cpu;

	list_for_each_entry(block, &blocks, list) {
		if (block->back == block->next) {
			for (cpu = 0; cpu < QUARRY_MAX_CPUS && block->serves; cpu++) {
				if (current_block[cpu] == block) {
					current_block[cpu] = NULL;
					block->serves = false;
				}
			}
			*drop = take_finished(block);
			return block;
		}
		if (is_stale(block)) {
			*lo = min(*lo, block->rec->va.va_start);
			*hi = max(*hi, address_in(block, block->next));
		}
	}
	return NULL;
}

void vmap_block_purge(void)
{
	unsigned long lo = ULONG_MAX, hi = 0, flags;
	struct vmap_block *block;
	bool drop;
	u64 seen;

	do {
		drop = false;
		spin_lock_irqsave(&vmap_lock, flags);
		seen = unmaps;
		block = next_idle(&drop, &lo, &hi);
		spin_unlock_irqrestore(&vmap_lock, flags);
		if (drop)
			drop_block(block);
	} while (block);
	if (!hi)
		return;
	quarry_host_flush(lo, (hi - lo) >> PAGE_SHIFT);
	atomic_long_inc(&flushes);
	/* Not before: until it is done, whoever else wants a flush has to do one. */
	spin_lock_irqsave(&vmap_lock, flags);
	flushed = max(flushed, seen);
	spin_unlock_irqrestore(&vmap_lock, flags);
}

unsigned long vmap_block_flushes(void)
{
	return (unsigned long)atomic_long_read(&flushes);
}

/* Questions. vmap_lock held. */

struct page *vmap_block_page(const struct vmap_record *rec, unsigned long addr)
{
	const struct vmap_block *block = to_block(rec);
	unsigned int at = index_in(block, addr);

	return at < BLOCK_PAGES ? block->pages[at] : NULL;
}

bool vmap_block_mapping(const struct vmap_record *rec, unsigned long addr,
			struct vmap_mapping *mapping)
{
	const struct vmap_block *block = to_block(rec);
	unsigned int last = min(index_in(block, addr), BLOCK_PAGES - 1), at = last;

	/* The one that begins last, here or before; it may end before. */
	while (at && !block->nr[at] && last - at <= VMAP_BLOCK_MOST)
		at--;
	if (!block->nr[at] || last > at + block->nr[at])
		return false;
	*mapping = (struct vmap_mapping) {
		address_in(block, at), block->nr[at] * PAGE_SIZE, block->caller[at]
	};
	return true;
}

bool vmap_block_next(const struct vmap_record *rec, unsigned long from,
		     struct vmap_mapping *mapping)
{
	const struct vmap_block *block = to_block(rec);
	unsigned int at = from <= rec->va.va_start ? 0 : index_in(block, from);

	for (; at < BLOCK_PAGES; at++) {
		if (block->nr[at]) {
			*mapping = (struct vmap_mapping) {
				address_in(block, at), block->nr[at] * PAGE_SIZE, block->caller[at]
			};
			return true;
		}
	}
	return false;
}

unsigned long vmap_block_mapped(const struct vmap_record *rec)
{
	const struct vmap_block *block = to_block(rec);
	unsigned long at, mapped = 0;

	for (at = 0; block && at < BLOCK_PAGES; at++)
		mapped += block->pages[at] ? PAGE_SIZE : 0;
	return mapped;
}

unsigned int vmap_block_validate(const struct vmap_record *rec)
{
	const struct vmap_block *block = to_block(rec);
	unsigned int at, k, out = 0, mapped = 0, faults = 0;

	for (at = 0; at < BLOCK_PAGES; at++) {
		if (block->nr[at])
			out += block->nr[at] + 1;
		for (k = 0; k < block->nr[at]; k++)
			faults += !block->pages[at + k];
		mapped += block->pages[at] != NULL;
		faults += at >= block->next && (block->nr[at] || block->pages[at]);
	}
	/* Mappings that are being made or unmade are in neither. */
	faults += block->back + out > block->next || block->next > BLOCK_PAGES || mapped > out;
	if (faults)
		pr_err("vmap: B4 is broken in the block at %#lx\n", rec->va.va_start);
	return faults;
}
