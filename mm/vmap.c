// SPDX-License-Identifier: MIT
/*
 * Areas of virtual memory: their addresses, their list, their life and afterlife.
 *
 * mm/vmap_area.c finds addresses; this file adds the lock, a record for each area
 * (struct vm_struct of document 004, table 8-13, and more) and a ring of areas
 * freed lately, so that a fault in one can be explained.
 *
 * A1  The busy ranges are the areas, each with its guard page unless VM_NO_GUARD;
 *     vm_struct.size includes it.
 * A2  vmlist holds every area that is not dying, by address.
 * A3  A range stays busy until nothing is mapped there: addresses are never handed
 *     out while an old translation may be alive.
 * A4  Between the end of the direct map and the first area lie VMALLOC_OFFSET bytes.
 *
 * An area is freed in two steps: it leaves the list (vmap_area_unmake), so that no
 * lookup finds it, then mapping and addresses go (vmap_area_put). In interrupt
 * context the second step waits for the next call in process context.
 *
 * There are no page tables here: vmalloc_to_page() asks the area's page array,
 * and the port's mappings are made from the same array.
 *
 * Locking: vmap_lock, interrupts off, for trees, list, ring and deferred areas.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "mm/vmap.h"
#include "mm/vmap_area.h"

#define NR_GRAVES	64	/* areas freed lately that are remembered */

static DEFINE_SPINLOCK_RANKED(vmap_lock, RANK_VMALLOC);
static struct vmap_space space;			/* V  A1 */
static struct vm_struct *vmlist;		/* V  A2 */
static struct vmap_record *deferred;		/* V  dying, to be put */
static struct kmem_cache *node_cache;		/* C  struct vmap_area */

/* Keys: V vmap_lock */
static struct grave {
	const char *kind;
	unsigned long start, end, requested;	/* V  end: behind the guard */
	struct vmap_stack allocated, freed;
} graves[NR_GRAVES];
static unsigned long nr_graves;			/* V  dug since boot */

/* The stack from @site on: our own frames above it say nothing. */
static void remember_stack(struct vmap_stack *stack, unsigned long site)
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

static struct vm_struct *area_before(struct vmap_area *va)
{
	struct rb_node *node = &va->rb_node;

	while ((node = rb_prev(node))) {
		struct vm_struct *vm = rb_entry(node, struct vmap_area, rb_node)->vm;

		if (vm && !to_record(vm)->dying)
			return vm;
	}
	return NULL;
}

static void list_insert(struct vmap_area *va, struct vm_struct *vm)
{
	struct vm_struct *before = area_before(va), **link = before ? &before->next : &vmlist;

	vm->next = *link;
	*link = vm;
}

static void list_remove(struct vmap_area *va, struct vm_struct *vm)
{
	struct vm_struct *before = area_before(va), **link = before ? &before->next : &vmlist;

	*link = vm->next;
	vm->next = NULL;
}

static void free_nodes(struct vmap_area *nodes[2])
{
	kmem_cache_free(node_cache, nodes[0]);
	kmem_cache_free(node_cache, nodes[1]);
}

struct vmap_record *vmap_area_get(const struct vmap_request *rq)
{
	gfp_t gfp = rq->gfp & (__GFP_RECLAIM | __GFP_IO | __GFP_FS | __GFP_HIGH | __GFP_ATOMIC |
			       __GFP_NOWARN | __GFP_NORETRY | __GFP_RETRY_MAYFAIL | __GFP_NOFAIL);
	unsigned long size = rq->size + (rq->flags & VM_NO_GUARD ? 0 : PAGE_SIZE), flags;
	unsigned long hi = rq->hi ? rq->hi : VMALLOC_END;
	struct vmap_record *rec;
	struct vmap_area *nodes[2], *va = NULL;

	if (!node_cache) {
		vmap_warn(gfp, "no addresses for %s: the machine has no vmalloc window", rq->kind);
		return NULL;
	}
	rec = kzalloc_node(sizeof(*rec), gfp, rq->node);
	nodes[0] = kmem_cache_alloc(node_cache, gfp);
	nodes[1] = rq->align > PAGE_SIZE || rq->lo ? kmem_cache_alloc(node_cache, gfp) : NULL;
	if (!rec || !nodes[0] || (!nodes[1] && (rq->align > PAGE_SIZE || rq->lo)))
		goto fail;
	rec->kind = rq->kind;
	rec->requested = rq->size;
	rec->vm.size = size;
	rec->vm.flags = rq->flags;
	rec->vm.caller = rq->caller;
	remember_stack(&rec->allocated, (unsigned long)rq->caller);

	spin_lock_irqsave(&vmap_lock, flags);
	if (size > rq->size || (rq->flags & VM_NO_GUARD))
		va = vmap_space_take(&space, size, rq->align, rq->lo, hi, nodes);
	if (va) {
		rec->vm.addr = (void *)va->va_start;
		va->vm = &rec->vm;
		list_insert(va, &rec->vm);
	}
	spin_unlock_irqrestore(&vmap_lock, flags);
	if (va) {
		free_nodes(nodes);
		return rec;
	}
	vmap_warn(gfp, "vmap allocation for size %lu failed: the largest free range is %lu of %lu bytes",
		  size, vmap_space_largest(&space), VMALLOC_TOTAL);
fail:
	free_nodes(nodes);
	kfree(rec);
	return NULL;
}

static struct vmap_area *find_begin(const void *addr)
{
	struct vmap_area *va = vmap_space_find(&space, (unsigned long)addr);

	return va && va->va_start == (unsigned long)addr && va->vm ? va : NULL;
}

struct vmap_record *vmap_area_unmake(const void *addr, bool defer, unsigned long site,
				     enum vmap_why *why)
{
	struct vmap_record *rec = NULL;
	struct vmap_area *va;
	unsigned long flags;

	*why = VMAP_UNKNOWN;
	spin_lock_irqsave(&vmap_lock, flags);
	va = find_begin(addr);
	if (va && to_record(va->vm)->dying) {
		*why = VMAP_DYING;
	} else if (va) {
		*why = VMAP_FREED;
		rec = to_record(va->vm);
		list_remove(va, va->vm);
		rec->dying = true;
		remember_stack(&rec->freed, site);
		if (defer) {
			rec->deferred = deferred;
			deferred = rec;
		}
	}
	spin_unlock_irqrestore(&vmap_lock, flags);
	return rec;
}

bool vmap_any_deferred(void)
{
	return READ_ONCE(deferred) != NULL;
}

struct vmap_record *vmap_next_deferred(void)
{
	struct vmap_record *rec;
	unsigned long flags;

	spin_lock_irqsave(&vmap_lock, flags);
	rec = deferred;
	if (rec)
		deferred = rec->deferred;
	spin_unlock_irqrestore(&vmap_lock, flags);
	return rec;
}

static void bury(const struct vmap_record *rec)
{
	graves[nr_graves++ % NR_GRAVES] = (struct grave) {
		.kind = rec->kind, .requested = rec->requested,
		.start = (unsigned long)rec->vm.addr,
		.end = (unsigned long)rec->vm.addr + rec->vm.size,
		.allocated = rec->allocated, .freed = rec->freed,
	};
}

void vmap_area_put(struct vmap_record *rec)
{
	struct vmap_area *left[2], *va;
	unsigned long flags;

	if (rec->mapped) {
		quarry_host_unmap((uintptr_t)rec->vm.addr, rec->mapped);
		quarry_host_flush((uintptr_t)rec->vm.addr, rec->mapped);
	}
	spin_lock_irqsave(&vmap_lock, flags);
	bury(rec);
	va = vmap_space_find(&space, (unsigned long)rec->vm.addr);
	vmap_space_give(&space, va, left);
	spin_unlock_irqrestore(&vmap_lock, flags);
	free_nodes(left);
	kfree(rec);
}

/* Pages. */

unsigned int vmap_get_pages(struct page **pages, unsigned int nr, int node, gfp_t gfp,
			    unsigned int *max_order)
{
	gfp_t block = (gfp & ~(__GFP_DIRECT_RECLAIM | __GFP_NOFAIL)) | __GFP_NOWARN | __GFP_NORETRY;
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
		for (run = 1; i + run < nr; run++)
			if (page_to_pfn(pages[i + run]) != page_to_pfn(pages[i]) + run)
				break;
		err = quarry_host_map(va + i * PAGE_SIZE, page_to_phys(pages[i]), run, prot);
		if (err)
			return err;
	}
	return 0;
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
	va = vmap_space_find(&space, (unsigned long)addr);
	if (va && va->vm && !to_record(va->vm)->dying)
		vm = va->vm;
	spin_unlock_irqrestore(&vmap_lock, flags);
	return vm;
}
EXPORT_SYMBOL(find_vm_area);

/* The frame behind an address in an area; false: there is none. */
static bool frame_behind(unsigned long addr, unsigned long *pfn, struct page **page)
{
	struct vmap_area *va;
	unsigned long flags, nr;
	bool found = false;

	spin_lock_irqsave(&vmap_lock, flags);
	va = vmap_space_find(&space, addr);
	if (va && va->vm && !to_record(va->vm)->dying) {
		nr = (addr - va->va_start) >> PAGE_SHIFT;
		*page = NULL;
		if (va->vm->pages && nr < va->vm->nr_pages) {
			*page = va->vm->pages[nr];
			*pfn = page_to_pfn(*page);
			found = true;
		} else if ((va->vm->flags & VM_IOREMAP) && nr < to_record(va->vm)->mapped) {
			*pfn = PHYS_PFN(va->vm->phys_addr) + nr;
			found = true;
		}
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

/* Explaining addresses. */

static void report_area(const char *kind, unsigned long requested, unsigned long start,
			const struct vmap_stack *allocated, const struct vmap_stack *freed)
{
	report_line("%s of %lu bytes at 0x%lx", kind, requested, start);
	report_stack("Allocated by:", allocated->pc, allocated->depth);
	if (freed)
		report_stack("Freed by:", freed->pc, freed->depth);
}

static void report_live(unsigned long addr, const struct vmap_record *rec)
{
	unsigned long start = (unsigned long)rec->vm.addr, end = start + rec->requested;

	if (rec->dying)
		report_line("use after vfree, before its addresses were given back:");
	else if (addr >= start + rec->mapped * PAGE_SIZE)
		report_line("%lu bytes past the end of an area: in the guard page behind it",
			    addr - end);
	else
		report_line("%lu bytes into an area that is in use:", addr - start);
	report_area(rec->kind, rec->requested, start, &rec->allocated,
		    rec->dying ? &rec->freed : NULL);
}

static void report_before(unsigned long addr, const struct vmap_record *rec)
{
	unsigned long start = (unsigned long)rec->vm.addr;

	report_line("%lu bytes before an area:", start - addr);
	report_area(rec->kind, rec->requested, start, &rec->allocated, NULL);
}

static const struct grave *find_grave(unsigned long addr)
{
	unsigned long i, oldest = nr_graves > NR_GRAVES ? nr_graves - NR_GRAVES : 0;

	for (i = nr_graves; i-- > oldest; ) {
		const struct grave *grave = &graves[i % NR_GRAVES];

		if (addr - grave->start < grave->end - grave->start)
			return grave;
	}
	return NULL;
}

/* Did an access run off the beginning of @next rather than the end of @here? */
static bool nearer(unsigned long addr, const struct vmap_record *here,
		   const struct vmap_record *next)
{
	unsigned long end = (unsigned long)here->vm.addr + here->requested;

	if (!next->kind || next->dying)
		return false;
	return !here->kind || here->dying || (unsigned long)next->vm.addr - addr < addr - end;
}

/**
 * vmalloc_describe - say what an address has to do with an area; in a report
 * Return: false: nothing, and nothing was printed.
 */
bool vmalloc_describe(unsigned long addr)
{
	struct vmap_record here = { 0 }, next = { 0 };
	struct grave grave = { 0 };
	const struct grave *found;
	struct vmap_area *va;
	unsigned long flags;

	if (addr < VMALLOC_START - PAGE_SIZE || addr >= VMALLOC_END)
		return false;
	if (!spin_trylock_irqsave(&vmap_lock, flags)) {
		report_line("among the vmalloc areas, which are being changed");
		return true;
	}
	va = vmap_space_find(&space, addr);
	if (va && va->vm)
		here = *to_record(va->vm);
	else if (!va && (found = find_grave(addr)))
		grave = *found;
	va = vmap_space_after(&space, addr + 1);
	if (va && va->vm && va->va_start - addr <= PAGE_SIZE)
		next = *to_record(va->vm);
	spin_unlock_irqrestore(&vmap_lock, flags);

	if (here.kind)
		report_live(addr, &here);
	if (grave.kind) {
		report_line("use after vfree: %lu bytes into what was this:", addr - grave.start);
		report_area(grave.kind, grave.requested, grave.start, &grave.allocated,
			    &grave.freed);
	}
	if (nearer(addr, &here, &next))
		report_before(addr, &next);
	return here.kind || grave.kind || next.kind;
}

/* Views and checks. */

/* What vmallocinfo says about an area, copied so that no lock is held meanwhile. */
struct info_line {
	unsigned long start, end;
	struct vm_struct vm;
	bool ram_map, dying;
	unsigned int per_node[QUARRY_MAX_NODES];
};

static bool next_line(unsigned long from, struct info_line *line)
{
	struct vmap_area *va;
	unsigned long flags;
	unsigned int i;

	memset(line, 0, sizeof(*line));
	spin_lock_irqsave(&vmap_lock, flags);
	va = vmap_space_after(&space, from);
	if (va) {
		line->start = va->va_start;
		line->end = va->va_end;
		line->dying = to_record(va->vm)->dying;
		line->vm = *va->vm;
		/* A dying area's pages may be gone already. */
		for (i = 0; !line->dying && line->vm.pages && i < line->vm.nr_pages; i++)
			line->per_node[page_to_nid(line->vm.pages[i])]++;
	}
	spin_unlock_irqrestore(&vmap_lock, flags);
	return va != NULL;
}

static void show_line(struct seq_file *m, const struct info_line *line)
{
	const struct vm_struct *vm = &line->vm;
	unsigned int node;

	seq_printf(m, "0x%px-0x%px %7ld", (void *)line->start, (void *)line->end,
		   (long)(line->end - line->start));
	if (line->dying) {
		seq_puts(m, " unpurged vm_area\n");
		return;
	}
	if (vm->caller)
		seq_printf(m, " %pS", vm->caller);
	if (vm->nr_pages)
		seq_printf(m, " pages=%d", vm->nr_pages);
	if (vm->phys_addr)
		seq_printf(m, " phys=%pa", &vm->phys_addr);
	if (vm->flags & VM_IOREMAP)
		seq_puts(m, " ioremap");
	if (vm->flags & VM_ALLOC)
		seq_puts(m, " vmalloc");
	if (vm->flags & VM_MAP)
		seq_puts(m, " vmap");
	if (vm->flags & VM_USERMAP)
		seq_puts(m, " user");
	if (is_vmalloc_addr(vm->pages))
		seq_puts(m, " vpages");
	for (node = 0; node < machine.nr_nodes; node++)
		if (line->per_node[node])
			seq_printf(m, " N%u=%u", node, line->per_node[node]);
	seq_putc(m, '\n');
}

int vmallocinfo_show(struct seq_file *m)
{
	struct info_line *line = kmalloc(sizeof(*line), GFP_KERNEL);
	unsigned long from = 0;

	if (!line)
		return -ENOMEM;
	for (; next_line(from, line); from = line->end)
		show_line(m, line);
	kfree(line);
	return 0;
}

void vmalloc_holdings(struct holdings *hs)
{
	struct quarry_holding h;
	struct vmap_area *va;
	unsigned long flags, from = 0;

	vm_unmap_aliases();
	for (;;) {
		spin_lock_irqsave(&vmap_lock, flags);
		va = vmap_space_after(&space, from);
		if (va) {
			h = (struct quarry_holding) {
				.kind = to_record(va->vm)->kind,
				.address = va->va_start,
				.size = to_record(va->vm)->requested,
				.site = (uintptr_t)va->vm->caller,
			};
			from = va->va_end;
		}
		spin_unlock_irqrestore(&vmap_lock, flags);
		if (!va)
			return;
		holding(hs, &h);
	}
}

unsigned int vmalloc_validate(void)
{
	struct vm_struct *vm = vmlist;
	unsigned int faults;
	struct vmap_area *va;
	unsigned long flags;

	vm_unmap_aliases();
	spin_lock_irqsave(&vmap_lock, flags);
	faults = vmap_space_validate(&space);
	for (va = vmap_busy_first(&space), vm = vmlist; va; va = vmap_busy_next(va)) {
		if (va->vm && to_record(va->vm)->dying)
			continue;
		if (!vm || va->vm != vm || (unsigned long)vm->addr != va->va_start ||
		    vm->size != va->va_end - va->va_start) {
			pr_err("vmap: A2 is broken at 0x%lx\n", va->va_start);
			faults++;
			break;
		}
		vm = vm->next;
	}
	if (!va && vm) {
		pr_err("vmap: A2 is broken: the list has more than the tree\n");
		faults++;
	}
	spin_unlock_irqrestore(&vmap_lock, flags);
	return faults;
}

/* For who looks at areas from outside. */

void vmap_memories(unsigned long *lo, unsigned long *hi)
{
	*lo = (unsigned long)graves;
	*hi = (unsigned long)(graves + NR_GRAVES);
}

void vmap_each(void (*fn)(struct vmap_area *va, struct vmap_record *rec))
{
	struct vmap_area *va;
	unsigned long flags;

	spin_lock_irqsave(&vmap_lock, flags);
	for (va = vmap_busy_first(&space); va; va = vmap_busy_next(va))
		if (va->vm)
			fn(va, to_record(va->vm));
	spin_unlock_irqrestore(&vmap_lock, flags);
}

void vmap_hold(unsigned long start, void (*fn)(void *ctx, unsigned long lo, unsigned long hi),
	       void *ctx)
{
	struct vmap_area *va;
	unsigned long flags;

	spin_lock_irqsave(&vmap_lock, flags);
	va = vmap_space_find(&space, start);
	if (va && va->vm && va->va_start == start && !to_record(va->vm)->dying)
		fn(ctx, start, start + ((unsigned long)to_record(va->vm)->mapped << PAGE_SHIFT));
	spin_unlock_irqrestore(&vmap_lock, flags);
}

/* Boot. */

int vmap_init(void)
{
	unsigned long gap_end = (unsigned long)high_memory + VMALLOC_OFFSET;
	struct vmap_area *node;

	vmlist = NULL;
	deferred = NULL;
	nr_graves = 0;
	if (!machine.vmalloc_size)
		return vmap_space_init(&space, NULL, 0, 0), 0;
	if (VMALLOC_START >= (unsigned long)high_memory && VMALLOC_START < gap_end)
		vmalloc_base = gap_end;		/* A4 */
	if (vmalloc_base >= vmalloc_end) {
		pr_err("vmalloc: the window ends within %lu bytes of the direct map\n",
		       VMALLOC_OFFSET);
		return -EINVAL;
	}
	node_cache = kmem_cache_create("vmap_area", sizeof(struct vmap_area), 0,
				       SLAB_NO_MERGE | SLAB_NOLEAKTRACE, NULL);
	node = node_cache ? kmem_cache_alloc(node_cache, GFP_KERNEL) : NULL;
	if (!node)
		return -ENOMEM;
	vmap_space_init(&space, node, vmalloc_base, vmalloc_end);
	return 0;
}

/* Takes down the port's mappings; what they were made of goes with the machine. */
void vmap_shutdown(void)
{
	struct vmap_area *va;

	for (va = vmap_busy_first(&space); va; va = vmap_busy_next(va))
		if (va->vm && to_record(va->vm)->mapped)
			quarry_host_unmap(va->va_start, to_record(va->vm)->mapped);
	if (space.nr_busy)
		quarry_host_flush(machine.vmalloc, machine.vmalloc_size >> PAGE_SHIFT);
	vmap_space_init(&space, NULL, 0, 0);
	vmlist = NULL;
	deferred = NULL;
	node_cache = NULL;
}
