// SPDX-License-Identifier: MIT
/*
 * The stack depot: each different stack is kept once, and known by 32 bits.
 *
 * Records lie one behind the other in slabs of 16 KiB, are never changed and never
 * given back. A handle says where the record is; a hash table finds the record of a
 * stack.
 *
 * A depot that is wanted at boot gets all the memory that it may ever use there and
 * then: address space rather than memory, where memory costs what is touched. So
 * page_owner can save stacks inside the page allocator, whatever is going on. One
 * that is made later takes a slab at a time from the page allocator, before it
 * locks, and is never used by page_owner.
 *
 * K1  A record is complete before anybody can find it: bucket heads and nr_slabs are
 *     stored with release, and read with acquire.
 * K2  Of equal stacks there is one record: looked for again under the lock.
 * K3  There are at most max_slabs slabs; what does not fit in is counted in refused.
 *
 * Locking: lookups take none; new records depot_lock, interrupts off, innermost.
 */
#include <linux/align.h>
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/jhash.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/printk.h>
#include <linux/spinlock.h>
#include <linux/stackdepot.h>
#include <linux/stacktrace.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/pages.h"

#define SLAB_ORDER	2
#define SLAB_BYTES	(PAGE_SIZE << SLAB_ORDER)
#define MAX_SLABS	1024u		/* 16 MiB: some 80,000 stacks of 20 */
#define MAX_ENTRIES	256u
#define RECORD_ALIGN	16

/* A handle: slab, place in it in units of RECORD_ALIGN, a bit that is always set, extra. */
#define SLAB_BITS	16
#define PLACE_BITS	10
#define VALID_SHIFT	(SLAB_BITS + PLACE_BITS)
#define EXTRA_SHIFT	(VALID_SHIFT + 1)
#define BELOW(bits)	((1u << (bits)) - 1)

_Static_assert(SLAB_BYTES / RECORD_ALIGN <= 1u << PLACE_BITS, "a slab is too large");
_Static_assert(MAX_SLABS <= 1u << SLAB_BITS, "too many slabs");
_Static_assert(EXTRA_SHIFT + STACK_DEPOT_EXTRA_BITS == 32, "a handle has 32 bits");

/* Keys: C constant once it is in a bucket */
struct record {
	struct record *next;		/* C  in the bucket */
	u32 hash;			/* C */
	u32 nr;				/* C  entries */
	depot_stack_handle_t handle;	/* C  without extra bits */
	unsigned long entries[];	/* C */
};

static DEFINE_SPINLOCK_RANKED(depot_lock, RANK_PAGE_OWNER);

/* Keys: L depot_lock, read without (K1) | C fixed when the depot is made | B boot */
static struct record **buckets;		/* C  heads: L; NULL: there is no depot */
static unsigned int nr_buckets;		/* C  a power of two */
static void *slabs[MAX_SLABS];		/* L  each written once */
static unsigned int nr_slabs;		/* L  that have memory */
static unsigned int max_slabs;		/* C */
static unsigned int at;			/* L  the slab that is being filled */
static size_t used;			/* L  bytes of it */
static unsigned long stacks, refused;	/* L */
static bool wanted;			/* B */

/* Making one. */

static void choose_sizes(void)
{
	unsigned long pages = max_low_pfn;

	nr_buckets = (unsigned int)clamp(roundup_pow_of_two(pages / 16 + 1), 256ul, 8192ul);
	max_slabs = (unsigned int)clamp(pages / 64 >> SLAB_ORDER, 4ul, (unsigned long)MAX_SLABS);
	at = -1u;
	used = SLAB_BYTES;
}

void stack_depot_want_early_init(void)
{
	wanted = true;
}

int stack_depot_early_init(void)
{
	char *pool;
	unsigned int i;

	buckets = NULL;
	memset(slabs, 0, sizeof(slabs));
	nr_slabs = 0;
	stacks = refused = 0;
	if (!wanted)
		return 0;
	wanted = false;
	choose_sizes();
	buckets = memblock_alloc(nr_buckets * sizeof(*buckets), PAGE_SIZE);
	pool = buckets ? memblock_alloc_raw(max_slabs * SLAB_BYTES, PAGE_SIZE) : NULL;
	if (!pool) {
		pr_warn("stack depot: no memory for %u slabs; stacks are not kept\n", max_slabs);
		buckets = NULL;
		return 0;
	}
	for (i = 0; i < max_slabs; i++)
		slabs[i] = pool + i * SLAB_BYTES;
	nr_slabs = max_slabs;
	return 0;
}

void stack_depot_shutdown(void)
{
	wanted = false;
	buckets = NULL;
}

int stack_depot_init(void)
{
	unsigned int order;
	unsigned long flags;
	struct page *page;

	if (smp_load_acquire(&buckets))
		return 0;
	order = get_order(8192 * sizeof(*buckets));
	page = alloc_pages(GFP_KERNEL | __GFP_ZERO, order);
	if (!page)
		return -ENOMEM;
	spin_lock_irqsave(&depot_lock, flags);
	if (!buckets) {
		choose_sizes();
		smp_store_release(&buckets, (struct record **)lowmem_page_address(page));
		page = NULL;
	}
	spin_unlock_irqrestore(&depot_lock, flags);
	if (page)
		__free_pages(page, order);
	return 0;
}
EXPORT_SYMBOL(stack_depot_init);

/* Room for records. */

static bool wants_slab(void)
{
	unsigned int nr = READ_ONCE(nr_slabs);

	return nr < max_slabs && READ_ONCE(at) + 1 >= nr;
}

/* One slab ahead, so that nobody finds none under the lock. */
static void grow(gfp_t gfp)
{
	struct page *page;
	unsigned long flags;

	gfp = (gfp & (GFP_ATOMIC | GFP_KERNEL)) | __GFP_NOWARN;
	page = alloc_pages(gfp, SLAB_ORDER);
	if (!page)
		return;
	spin_lock_irqsave(&depot_lock, flags);
	if (wants_slab()) {
		slabs[nr_slabs] = lowmem_page_address(page);
		smp_store_release(&nr_slabs, nr_slabs + 1);
		page = NULL;
	}
	spin_unlock_irqrestore(&depot_lock, flags);
	if (page)
		__free_pages(page, SLAB_ORDER);
}

/* depot_lock is held. */
static struct record *new_record(const unsigned long *entries, unsigned int nr, u32 hash)
{
	size_t size = ALIGN(struct_size_t(struct record, entries, nr), RECORD_ALIGN);
	struct record *r;

	if (used + size > SLAB_BYTES) {
		if (at + 1 >= nr_slabs)
			return NULL;
		WRITE_ONCE(at, at + 1);
		used = 0;
	}
	r = slabs[at] + used;
	r->hash = hash;
	r->nr = nr;
	r->handle = at | (u32)(used / RECORD_ALIGN) << SLAB_BITS | 1u << VALID_SHIFT;
	memcpy(r->entries, entries, nr * sizeof(*entries));
	used += size;
	return r;
}

/* Saving. */

static u32 hash_of(const unsigned long *entries, unsigned int nr)
{
	return jhash2((const u32 *)entries, nr * (sizeof(*entries) / sizeof(u32)), nr);
}

static struct record *find(struct record *r, const unsigned long *entries, unsigned int nr,
			   u32 hash)
{
	while (r && (r->hash != hash || r->nr != nr ||
		     memcmp(r->entries, entries, nr * sizeof(*entries))))
		r = r->next;
	return r;
}

static struct record *add(struct record **head, const unsigned long *entries,
			  unsigned int nr, u32 hash)
{
	struct record *r;
	unsigned long flags;

	spin_lock_irqsave(&depot_lock, flags);
	r = find(*head, entries, nr, hash);
	if (!r) {
		r = new_record(entries, nr, hash);
		if (r) {
			r->next = *head;
			smp_store_release(head, r);
			stacks++;
		} else {
			refused++;
		}
	}
	spin_unlock_irqrestore(&depot_lock, flags);
	return r;
}

depot_stack_handle_t __stack_depot_save(unsigned long *entries, unsigned int nr_entries,
					unsigned int extra_bits, gfp_t gfp_flags,
					bool can_alloc)
{
	struct record **table = smp_load_acquire(&buckets), **head, *r;
	unsigned int nr = min(nr_entries, MAX_ENTRIES);
	u32 hash;

	if (!nr || !table)
		return 0;
	hash = hash_of(entries, nr);
	head = &table[hash & (nr_buckets - 1)];
	r = find(smp_load_acquire(head), entries, nr, hash);
	if (!r) {
		if (can_alloc && wants_slab())
			grow(gfp_flags);
		r = add(head, entries, nr, hash);
	}
	return r ? r->handle | extra_bits << EXTRA_SHIFT : 0;
}
EXPORT_SYMBOL(__stack_depot_save);

depot_stack_handle_t stack_depot_save(unsigned long *entries, unsigned int nr_entries,
				      gfp_t gfp_flags)
{
	return __stack_depot_save(entries, nr_entries, 0, gfp_flags, true);
}
EXPORT_SYMBOL(stack_depot_save);

unsigned int stack_depot_get_extra_bits(depot_stack_handle_t handle)
{
	return handle >> EXTRA_SHIFT;
}
EXPORT_SYMBOL(stack_depot_get_extra_bits);

/* Looking up. */

unsigned int stack_depot_fetch(depot_stack_handle_t handle, unsigned long **entries)
{
	unsigned int slab = handle & BELOW(SLAB_BITS);
	unsigned int place = handle >> SLAB_BITS & BELOW(PLACE_BITS);
	struct record *r;

	*entries = NULL;
	if (!handle)
		return 0;
	if (WARN_ON(!(handle & 1u << VALID_SHIFT) || slab >= smp_load_acquire(&nr_slabs)))
		return 0;
	r = slabs[slab] + place * RECORD_ALIGN;
	*entries = r->entries;
	return r->nr;
}
EXPORT_SYMBOL(stack_depot_fetch);

void stack_depot_print(depot_stack_handle_t stack)
{
	unsigned long *entries;
	unsigned int nr = stack_depot_fetch(stack, &entries);

	if (nr)
		stack_trace_print(entries, nr, 0);
}
EXPORT_SYMBOL(stack_depot_print);

int stack_depot_snprint(depot_stack_handle_t handle, char *buf, size_t size, int spaces)
{
	unsigned long *entries;
	unsigned int nr = stack_depot_fetch(handle, &entries);

	return nr ? stack_trace_snprint(buf, size, entries, nr, spaces) : 0;
}
EXPORT_SYMBOL(stack_depot_snprint);

void stack_depot_stats(struct stack_depot_stats *s)
{
	unsigned long flags;

	spin_lock_irqsave(&depot_lock, flags);
	*s = (struct stack_depot_stats) {
		.stacks = stacks, .refused = refused, .slabs = nr_slabs,
		.max_slabs = buckets ? max_slabs : 0,
		.bytes = at + 1 ? at * SLAB_BYTES + used : 0,
	};
	spin_unlock_irqrestore(&depot_lock, flags);
}

/* Validation. */

static unsigned int fault(const char *rule, const struct record *r, const char *what)
{
	pr_err("stack depot %s: stack %#x: %s\n", rule, r->handle, what);
	return 1;
}

static unsigned int check(const struct record *r, unsigned int bucket)
{
	unsigned long *entries;
	unsigned int bad = 0;

	if (r->hash != hash_of(r->entries, r->nr))
		bad += fault("K1", r, "it has changed");
	if ((r->hash & (nr_buckets - 1)) != bucket)
		bad += fault("K1", r, "in another bucket than its own");
	if (stack_depot_fetch(r->handle, &entries) != r->nr || entries != r->entries)
		bad += fault("K1", r, "its handle leads elsewhere");
	if (find(r->next, r->entries, r->nr, r->hash))
		bad += fault("K2", r, "kept twice");
	return bad;
}

unsigned int stack_depot_validate(void)
{
	unsigned long n = 0, flags;
	unsigned int bad = 0, i;
	struct record *r;

	if (!buckets)
		return 0;
	spin_lock_irqsave(&depot_lock, flags);
	for (i = 0; i < nr_buckets; i++)
		for (r = buckets[i]; r; r = r->next) {
			bad += check(r, i);
			n++;
		}
	spin_unlock_irqrestore(&depot_lock, flags);
	if (n != stacks) {
		pr_err("stack depot K3: %lu stacks, counted as %lu\n", n, stacks);
		bad++;
	}
	return bad;
}
