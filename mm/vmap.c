// SPDX-License-Identifier: MIT
/*
 * Areas of virtual memory: made, looked up, unmade. Documents 000, 002, 003, 004.
 *
 * mm/vmap_area.c finds addresses; this file adds the lock and a record for each area:
 * struct vm_struct (document 004, table 8-13), its node in the tree of addresses, and what
 * reports want to know, one object of one cache.
 *
 * A1  What the tree holds are the areas, each with its guard page unless VM_NO_GUARD;
 *     vm_struct.size includes it.
 * A2  vm_struct.next leads from each area in the tree to the next by address.
 * A3  An area stays in the tree until nothing is mapped there: addresses are never handed
 *     out while an old translation may be alive.
 * A4  Between the end of the direct map and the first area lie VMALLOC_OFFSET bytes.
 * A5  While VM_UNINITIALIZED is set, only the area's maker looks at its record; addresses
 *     and size are there from the start.
 *
 * An area is freed in two steps: it is marked as dying (vmap_area_unmake), so that no
 * lookup finds it, then mapping, pages and addresses go (vmap_area_put). In between it may
 * wait for others: mm/vmap_lazy.c.
 *
 * There are no page tables here: vmalloc_to_page() asks the area's page array,
 * and the port's mappings are made from the same array.
 *
 * Locking: vmap_lock, interrupts off, for the tree, the list and who is dying.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/mm.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "mm/vmap.h"

DEFINE_SPINLOCK_RANKED(vmap_lock, RANK_VMALLOC);
struct vmap_space vmap_space;
static struct vm_struct *vmlist;		/* V  A2 */
struct kmem_cache *vmap_record_cache;
bool vmap_debug;

/* debug_vmalloc=on */
static int __init debug_vmalloc_setup(char *arg)
{
	return arg ? kstrtobool(arg, &vmap_debug) : -EINVAL;
}
early_param("debug_vmalloc", debug_vmalloc_setup);

/* The stack from @site on: our own frames above it say nothing. */
static noinline void remember_stack(struct vmap_stack *stack, unsigned long site)
{
	uintptr_t pc[VMAP_STACK + 6];
	unsigned int n = quarry_host_backtrace(pc, ARRAY_SIZE(pc)), skip;

	for (skip = 0; skip < n && pc[skip] != site; skip++)
		;
	if (skip == n)
		skip = 0;
	stack->depth = min_t(unsigned int, n - skip, VMAP_STACK);
	memcpy(stack->pc, pc + skip, stack->depth * sizeof(*pc));
}

void vmap_warn(gfp_t gfp, const char *fmt, ...)
{
	static DEFINE_RATELIMIT_STATE(limit, 10 * HZ, 10);
	struct va_format vaf;
	va_list args;

	if ((gfp & __GFP_NOWARN) || !__ratelimit(&limit))
		return;
	va_start(args, fmt);
	vaf.fmt = fmt;
	vaf.va = &args;
	pr_warn("%s: %pV, mode:%#x(%pGg), nodemask=(null)\n", current->comm, &vaf, gfp, &gfp);
	va_end(args);
	dump_stack();
}

/* Making and unmaking. */

static struct vm_struct **link_to(struct vmap_record *rec)
{
	struct vmap_area *before = vmap_space_prev(&vmap_space, &rec->va);

	return before ? &va_record(before)->vm.next : &vmlist;
}

static inline bool take_addresses(struct vmap_record *rec, const struct vmap_request *rq)
{
	unsigned long hi = rq->hi ? rq->hi : VMALLOC_END, flags;
	struct vm_struct **link;
	bool taken;

	spin_lock_irqsave(&vmap_lock, flags);
	taken = vmap_space_take(&vmap_space, &rec->va, rec->vm.size, rq->align, rq->lo, hi);
	if (likely(taken)) {
		rec->vm.addr = (void *)rec->va.va_start;
		link = link_to(rec);
		rec->vm.next = *link;
		*link = &rec->vm;
	}
	spin_unlock_irqrestore(&vmap_lock, flags);
	return taken;
}

/* Once more without what waits to be unmapped. */
static noinline bool take_after_purge(struct vmap_record *rec, const struct vmap_request *rq)
{
	vmap_purge(gfpflags_allow_blocking(rq->gfp));
	if (take_addresses(rec, rq))
		return true;
	vmap_warn(rq->gfp, "vmap allocation for size %lu failed: the largest free range is %lu of %lu bytes",
		  rec->vm.size, vmap_space_largest(&vmap_space), VMALLOC_TOTAL);
	return false;
}

/* What the flags of a request say about how to get memory, not which. */
static gfp_t record_gfp(gfp_t gfp)
{
	return gfp & (__GFP_RECLAIM | __GFP_IO | __GFP_FS | __GFP_HIGH | __GFP_ATOMIC |
		      __GFP_NOWARN | __GFP_NORETRY | __GFP_RETRY_MAYFAIL | __GFP_NOFAIL);
}

struct vmap_record *vmap_area_get(const struct vmap_request *rq)
{
	unsigned long size = rq->size + (rq->flags & VM_NO_GUARD ? 0 : PAGE_SIZE);
	struct vmap_record *rec;

	if (unlikely(!vmap_record_cache)) {
		vmap_warn(rq->gfp, "no addresses for %s: the machine has no vmalloc window",
			  rq->kind);
		return NULL;
	}
	if (rq->node == NUMA_NO_NODE)
		rec = kmem_cache_alloc(vmap_record_cache, record_gfp(rq->gfp));
	else
		rec = kmem_cache_alloc_node(vmap_record_cache, record_gfp(rq->gfp), rq->node);
	if (!rec)
		return NULL;
	rec->vm = (struct vm_struct) {
		.size = size, .flags = rq->flags | VM_UNINITIALIZED, .caller = rq->caller,
	};
	rec->va.vm = &rec->vm;
	rec->kind = rq->kind;
	rec->requested = rq->size;
	rec->pages = NULL;
	rec->mapped = 0;
	rec->flags = rq->record_flags;
	rec->dying = false;
	rec->waiting = 0;
	if (unlikely(vmap_debug))
		remember_stack(&rec->history->allocated, (unsigned long)rq->caller);

	if (likely(size >= rq->size) &&
	    likely(take_addresses(rec, rq) || take_after_purge(rec, rq)))
		return rec;
	vmap_record_free(rec);
	return NULL;
}

/* The area that begins there, live. vmap_lock held. */
static inline struct vmap_record *find_begin(const void *addr, bool ram, enum vmap_why *why)
{
	struct vmap_area *va = vmap_space_find(&vmap_space, (unsigned long)addr);
	struct vmap_record *rec = va ? vmap_part_at(va_record(va), (unsigned long)addr) : NULL;

	if (unlikely(!rec || rec->vm.addr != addr || ram != (rec->flags & VMAP_RAM))) {
		*why = VMAP_UNKNOWN;
		return NULL;
	}
	*why = rec->dying ? VMAP_DYING : VMAP_FREED;
	return rec->dying ? NULL : rec;
}

struct vmap_record *vmap_area_unmake(const void *addr, enum vmap_how how, unsigned long site,
				     enum vmap_why *why)
{
	struct vmap_record *rec;
	unsigned long flags;

	spin_lock_irqsave(&vmap_lock, flags);
	rec = find_begin(addr, how == VMAP_NOW_RAM, why);
	if (likely(rec)) {
		rec->dying = true;
		if (unlikely(vmap_debug))
			remember_stack(&rec->history->freed, site);
		if (how == VMAP_LATER ||
		    (how == VMAP_LAZY && vmap_may_wait() && vmap_owns_pages(rec))) {
			vmap_retire(rec);
			rec = NULL;
		}
	}
	spin_unlock_irqrestore(&vmap_lock, flags);
	return rec;
}

void vmap_area_drop(struct vmap_record *rec)
{
	*link_to(rec) = rec->vm.next;
	vmap_space_give(&vmap_space, &rec->va);
}

void vmap_area_put(struct vmap_record *rec)
{
	unsigned long flags;

	if (rec->mapped) {
		quarry_host_unmap((uintptr_t)rec->vm.addr, rec->mapped);
		quarry_host_flush((uintptr_t)rec->vm.addr, rec->mapped);
	}
	vmap_free_pages(rec);
	spin_lock_irqsave(&vmap_lock, flags);
	vmap_bury(rec);
	vmap_area_drop(rec);
	spin_unlock_irqrestore(&vmap_lock, flags);
	vmap_record_free(rec);
}

/* Pages. */

unsigned int vmap_get_pages(struct page **pages, unsigned int nr, int node, gfp_t gfp,
			    unsigned int *max_order)
{
	/* They become single pages. */
	gfp_t block = ((gfp &= ~__GFP_COMP) & ~(__GFP_DIRECT_RECLAIM | __GFP_NOFAIL)) | __GFP_NOWARN | __GFP_NORETRY;
	unsigned int got = 0, order = min_t(unsigned int, ilog2(nr), MAX_ORDER - 1), i;
	struct page *page;

	*max_order = 0;
	while (got < nr) {
		while ((1u << order) > nr - got)
			order--;
		page = alloc_pages_node(node, order ? block : gfp, order);
		if (!page && !order)
			break;
		if (!page) {
			order--;
			continue;
		}
		*max_order = max(*max_order, order);
		if (order)
			split_page(page, order);
		for (i = 0; i < 1u << order; i++)
			pages[got++] = page + i;
	}
	return got;
}

int vmap_map_pages(unsigned long va, struct page **pages, unsigned int nr, unsigned int prot)
{
	unsigned int i, run;
	int err;

	for (i = 0; i < nr; i += run) {
		struct page *first = pages[i];

		/* Descriptors lie one behind the other, as frames do. */
		for (run = 1; i + run < nr && pages[i + run] == first + run; run++)
			;
		err = quarry_host_map(va + i * PAGE_SIZE, page_to_phys(first), run, prot);
		if (err)
			return err;
	}
	return 0;
}

void vmap_count_nodes(struct page **pages, unsigned int nr, int sign)
{
	unsigned int i, run;

	for (i = 0; i < nr; i += run) {
		for (run = 1; i + run < nr; run++)
			if (page_to_nid(pages[i + run]) != page_to_nid(pages[i]))
				break;
		mod_node_page_state(page_pgdat(pages[i]), NR_VMALLOC_PAGES, sign * (long)run);
	}
}

/* Looking areas up. */

bool is_vmalloc_addr(const void *x)
{
	unsigned long addr = (unsigned long)x;

	return addr >= VMALLOC_START && addr < VMALLOC_END;
}
EXPORT_SYMBOL(is_vmalloc_addr);

struct vm_struct *find_vm_area(const void *addr)
{
	struct vm_struct *vm = NULL;
	struct vmap_area *va;
	unsigned long flags;

	spin_lock_irqsave(&vmap_lock, flags);
	va = vmap_space_find(&vmap_space, (unsigned long)addr);
	if (va && !va_record(va)->dying && !(va_record(va)->flags & VMAP_RAM))
		vm = va->vm;
	spin_unlock_irqrestore(&vmap_lock, flags);
	return vm;
}
EXPORT_SYMBOL(find_vm_area);

/* The frame behind an address in an area; false: there is none. */
static bool frame_behind(unsigned long addr, unsigned long *pfn, struct page **page)
{
	const struct vmap_record *rec;
	struct vmap_area *va;
	unsigned long flags, nr;
	bool found = false;

	spin_lock_irqsave(&vmap_lock, flags);
	va = vmap_space_find(&vmap_space, addr);
	rec = va ? va_record(va) : NULL;
	if (rec && vmap_ready(rec)) {
		nr = (addr - va->va_start) >> PAGE_SHIFT;
		found = nr < rec->mapped;
		*page = found && rec->pages ? rec->pages[nr] : NULL;
		if (rec->flags & VMAP_BLOCK) {
			*page = vmap_block_page(rec, addr);
			found = *page != NULL;
		}
		*pfn = *page ? page_to_pfn(*page) : PHYS_PFN(rec->vm.phys_addr) + nr;
	}
	spin_unlock_irqrestore(&vmap_lock, flags);
	return found;
}

struct page *vmalloc_to_page(const void *addr)
{
	struct page *page;
	unsigned long pfn;

	if (!frame_behind((unsigned long)addr, &pfn, &page)) {
		WARN_ONCE(!is_vmalloc_addr(addr), "vmalloc_to_page(%px): not a vmalloc address\n",
			  addr);
		return NULL;
	}
	return page;
}
EXPORT_SYMBOL(vmalloc_to_page);

unsigned long vmalloc_to_pfn(const void *addr)
{
	struct page *page;
	unsigned long pfn;

	return frame_behind((unsigned long)addr, &pfn, &page) ? pfn : 0;
}
EXPORT_SYMBOL(vmalloc_to_pfn);

void vmap_each(void (*fn)(struct vmap_record *rec))
{
	struct vmap_record *rec, *part;
	struct vmap_area *va;
	unsigned long flags;

	spin_lock_irqsave(&vmap_lock, flags);
	for (va = vmap_space_first(&vmap_space); va; va = vmap_space_next(&vmap_space, va)) {
		rec = va_record(va);
		fn(rec);
		if (rec->waiting)
			list_for_each_entry(part, &rec->parts, dead)
				fn(part);
	}
	spin_unlock_irqrestore(&vmap_lock, flags);
}

void vmap_hold(unsigned long start, void (*fn)(void *ctx, unsigned long lo, unsigned long hi),
	       void *ctx)
{
	struct vmap_area *va;
	unsigned long flags;

	spin_lock_irqsave(&vmap_lock, flags);
	va = vmap_space_find(&vmap_space, start);
	if (va && va->va_start == start && vmap_ready(va_record(va)))
		fn(ctx, start, start + ((unsigned long)va_record(va)->mapped << PAGE_SHIFT));
	spin_unlock_irqrestore(&vmap_lock, flags);
}

/* Boot. */

int vmap_init(void)
{
	unsigned long gap_end = (unsigned long)high_memory + VMALLOC_OFFSET;
	size_t size = sizeof(struct vmap_record) +
		      (vmap_debug ? sizeof(struct vmap_history) : 0);

	vmlist = NULL;
	vmap_forget_graves();
	vmap_lazy_init();
	vmap_block_init();
	vmap_space_init(&vmap_space, 0, 0);
	if (!machine.vmalloc_size)
		return 0;
	if (VMALLOC_START >= (unsigned long)high_memory && VMALLOC_START < gap_end)
		vmalloc_base = gap_end;		/* A4 */
	if (vmalloc_base >= vmalloc_end) {
		pr_err("vmalloc: the window ends within %lu bytes of the direct map\n",
		       VMALLOC_OFFSET);
		return -EINVAL;
	}
	vmap_record_cache = kmem_cache_create("vmap_area", size, 0, SLAB_NO_MERGE | SLAB_NOLEAKTRACE,
					 NULL);
	if (!vmap_record_cache)
		return -ENOMEM;
	vmap_space_init(&vmap_space, vmalloc_base, vmalloc_end);
	return 0;
}

/* Takes down the port's mappings; what they were made of goes with the machine. */
void vmap_shutdown(void)
{
	struct vmap_area *va = vmap_space.nr ? vmap_space_first(&vmap_space) : NULL;

	for (; va; va = vmap_space_next(&vmap_space, va)) {
		/* Somebody may still be on it: mm/stack.c, S5. */
		if (va_record(va)->flags & VMAP_KSTACK && !va_record(va)->dying)
			continue;
		quarry_host_unmap(va->va_start, (va->va_end - va->va_start) >> PAGE_SHIFT);
	}
	if (vmap_space.nr)
		quarry_host_flush(machine.vmalloc, machine.vmalloc_size >> PAGE_SHIFT);
	vmap_space_init(&vmap_space, 0, 0);
	vmap_lazy_init();
	vmap_block_init();
	vmlist = NULL;
	vmap_record_cache = NULL;
	vmap_debug = false;
}
