// SPDX-License-Identifier: MIT
/*
 * Areas of virtual memory as people see them: what an address has to do with one, in
 * reports; /proc/vmallocinfo; what is held; are all invariants true?
 *
 * Areas that are gone are remembered for a while, the last few of them, so that a fault in
 * one can be explained. Who made and who freed it is known only with debug_vmalloc=on.
 *
 * Locking: vmap_lock; nothing is printed while it is held.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/report.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "mm/vmap.h"

/* Keys: V vmap_lock */
static struct grave {
	const char *kind;
	const void *caller;
	unsigned long start, end, requested;	/* V  end: behind the guard */
	struct vmap_history history;
} graves[VMAP_GRAVES];
static unsigned long nr_graves;			/* V  dug since boot */

void vmap_bury(const struct vmap_record *rec)
{
	struct grave *grave = &graves[nr_graves++ % VMAP_GRAVES];

	grave->kind = rec->kind;
	grave->caller = rec->vm.caller;
	grave->start = (unsigned long)rec->vm.addr;
	grave->end = grave->start + rec->vm.size;
	grave->requested = rec->requested;
	if (unlikely(vmap_debug))
		grave->history = *rec->history;
}

void vmap_forget_graves(void)
{
	memset(graves, 0, sizeof(graves));
	nr_graves = 0;
}

void vmap_memories(unsigned long *lo, unsigned long *hi)
{
	*lo = (unsigned long)graves;
	*hi = (unsigned long)(graves + VMAP_GRAVES);
}

/* Explaining addresses. */

/* What is said about an area, copied so that no lock is held meanwhile. */
struct sight {
	const char *kind;		/* NULL: there is none */
	const void *caller;
	unsigned long start, requested, mapped;
	bool dying;
	bool nothing;			/* a block, and no mapping in it */
	struct vmap_history history;	/* of depth 0 if nobody keeps it */
};

static void look_at(struct sight *sight, const struct vmap_record *rec, unsigned long addr)
{
	struct vmap_mapping mapping;

	sight->kind = rec->kind;
	sight->caller = rec->vm.caller;
	sight->start = (unsigned long)rec->vm.addr;
	sight->requested = rec->requested;
	sight->mapped = (unsigned long)rec->mapped << PAGE_SHIFT;
	sight->dying = rec->dying;
	if (vmap_debug)
		sight->history = *rec->history;
	if (!(rec->flags & VMAP_BLOCK) || !rec->pages)	/* it is being made */
		return;
	sight->nothing = !vmap_block_mapping(rec, addr, &mapping);
	if (!sight->nothing) {
		sight->kind = "vm_map_ram area";
		sight->caller = mapping.caller;
		sight->start = mapping.start;
		sight->requested = sight->mapped = mapping.size;
	}
}

/* What ioremap() gives is not memory to everybody. */
static bool of_device(const char *kind)
{
	return !strcmp(kind, "ioremap area");
}

static const char *use_after(const char *kind)
{
	return of_device(kind) ? "use after iounmap" : "use after vfree";
}

static void report_area(const char *kind, const void *caller, unsigned long requested,
			unsigned long start, const struct vmap_history *history, bool freed)
{
	report_line("%s of %lu bytes at 0x%lx", kind, requested, start);
	if (!history->allocated.depth) {
		report_line("allocated by %pS", caller);
		return;
	}
	report_stack("Allocated by:", history->allocated.pc, history->allocated.depth);
	if (freed)
		report_stack("Freed by:", history->freed.pc, history->freed.depth);
}

static void report_live(unsigned long addr, const struct sight *here)
{
	unsigned long end = here->start + here->requested;

	if (here->nothing) {
		report_line("in a block of vm_map_ram(), where nothing is mapped, or is no more");
		return;
	}
	if (here->dying)
		report_line("%s, before its addresses were given back:", use_after(here->kind));
	else if (addr >= here->start + max(here->mapped, PAGE_ALIGN(here->requested)))
		report_line("%lu bytes past the end of an area: in the guard page behind it",
			    addr - end);
	else if (addr >= here->start + here->mapped)
		report_line("%lu bytes into an area, where nothing is mapped:",
			    addr - here->start);
	else
		report_line("%lu bytes into an area that is in use:", addr - here->start);
	report_area(here->kind, here->caller, here->requested, here->start, &here->history,
		    here->dying);
	if (of_device(here->kind) && !here->dying && addr < here->start + here->mapped)
		report_line("registers are reached by readl(), writel() and their like only");
}

static void report_before(unsigned long addr, const struct sight *next)
{
	report_line("%lu bytes before an area:", next->start - addr);
	report_area(next->kind, next->caller, next->requested, next->start, &next->history, false);
}

static const struct grave *find_grave(unsigned long addr)
{
	unsigned long i, oldest = nr_graves > VMAP_GRAVES ? nr_graves - VMAP_GRAVES : 0;

	for (i = nr_graves; i-- > oldest; ) {
		const struct grave *grave = &graves[i % VMAP_GRAVES];

		if (addr - grave->start < grave->end - grave->start)
			return grave;
	}
	return NULL;
}

/* Did an access run off the beginning of @next rather than the end of @here? */
static bool nearer(unsigned long addr, const struct sight *here, const struct sight *next)
{
	if (!next->kind || next->dying || next->nothing || here->nothing)
		return false;
	return !here->kind || here->dying ||
	       next->start - addr < addr - (here->start + here->requested);
}

/**
 * vmalloc_describe - say what an address has to do with an area; in a report
 * Return: false: nothing, and nothing was printed.
 */
bool vmalloc_describe(unsigned long addr)
{
	struct sight here = { 0 }, next = { 0 };
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
	va = vmap_space_find(&vmap_space, addr);
	if (va)
		look_at(&here, vmap_part_at(va_record(va), addr), addr);
	else if ((found = find_grave(addr)))
		grave = *found;
	va = vmap_space_after(&vmap_space, addr + 1);
	if (va && va->va_start - addr <= PAGE_SIZE)
		look_at(&next, va_record(va), va->va_start);
	spin_unlock_irqrestore(&vmap_lock, flags);

	if (here.kind)
		report_live(addr, &here);
	if (grave.kind) {
		report_line("%s: %lu bytes into what was this:", use_after(grave.kind),
			    addr - grave.start);
		report_area(grave.kind, grave.caller, grave.requested, grave.start, &grave.history,
			    true);
	}
	if (nearer(addr, &here, &next))
		report_before(addr, &next);
	return here.kind || grave.kind || next.kind;
}

/**
 * vmalloc_is_mapped - is there memory, to whoever has the right to it?
 * Context: any; false when somebody changes the areas just now.
 */
bool vmalloc_is_mapped(unsigned long addr)
{
	struct vmap_area *va;
	bool mapped = false;
	unsigned long flags;

	if (!is_vmalloc_addr((void *)addr) || !spin_trylock_irqsave(&vmap_lock, flags))
		return false;
	va = vmap_space_find(&vmap_space, addr);
	if (va && !va_record(va)->dying && !of_device(va_record(va)->kind))
		mapped = addr - va->va_start < (unsigned long)va_record(va)->mapped << PAGE_SHIFT;
	spin_unlock_irqrestore(&vmap_lock, flags);
	return mapped;
}

/* /proc/vmallocinfo */

/* What it says about an area, copied so that no lock is held meanwhile. */
struct info_line {
	unsigned long start, end;
	const void *caller;
	unsigned long flags;
	phys_addr_t phys_addr;
	unsigned int nr_pages;
	bool dying, ram, vpages;
	unsigned int per_node[QUARRY_MAX_NODES];
};

static void copy_line(struct info_line *line, const struct vmap_record *rec)
{
	const struct vm_struct *vm = &rec->vm;
	unsigned int i;

	*line = (struct info_line) {
		.start = rec->va.va_start, .end = rec->va.va_end, .dying = rec->dying,
		.caller = vm->caller, .flags = smp_load_acquire(&vm->flags),
	};
	if (!vmap_ready(rec))		/* not its pages', if it has any */
		return;
	line->ram = rec->flags & VMAP_RAM;
	line->phys_addr = vm->phys_addr;
	line->nr_pages = vm->nr_pages;
	line->vpages = is_vmalloc_addr(vm->pages);
	for (i = 0; i < vm->nr_pages; i++)
		line->per_node[page_to_nid(vm->pages[i])]++;
}

/* The next area by address that is dying, or is not. */
static bool next_line(unsigned long from, bool dying, struct info_line *line)
{
	struct vmap_area *va;
	unsigned long flags;

	spin_lock_irqsave(&vmap_lock, flags);
	va = vmap_space_after(&vmap_space, from);
	while (va && va_record(va)->dying != dying)
		va = vmap_space_next(&vmap_space, va);
	if (va)
		copy_line(line, va_record(va));
	spin_unlock_irqrestore(&vmap_lock, flags);
	return va != NULL;
}

static void show_line(struct seq_file *m, const struct info_line *line)
{
	unsigned int node;

	seq_printf(m, "0x%px-0x%px %7ld", (void *)line->start, (void *)line->end,
		   (long)(line->end - line->start));
	if (line->dying || line->ram) {
		seq_puts(m, line->dying ? " unpurged vm_area\n" : " vm_map_ram\n");
		return;
	}
	if (line->caller)
		seq_printf(m, " %pS", line->caller);
	if (line->nr_pages)
		seq_printf(m, " pages=%d", line->nr_pages);
	if (line->phys_addr)
		seq_printf(m, " phys=%pa", &line->phys_addr);
	if (line->flags & VM_IOREMAP)
		seq_puts(m, " ioremap");
	if (line->flags & VM_ALLOC)
		seq_puts(m, " vmalloc");
	if (line->flags & VM_MAP)
		seq_puts(m, " vmap");
	if (line->flags & VM_USERMAP)
		seq_puts(m, " user");
	if (line->vpages)
		seq_puts(m, " vpages");
	for (node = 0; node < machine.nr_nodes; node++)
		if (line->per_node[node])
			seq_printf(m, " N%u=%u", node, line->per_node[node]);
	seq_putc(m, '\n');
}

/* As in Linux, what waits to be unmapped comes last. */
int vmallocinfo_show(struct seq_file *m)
{
	struct info_line *line = kmalloc(sizeof(*line), GFP_KERNEL);
	unsigned long from;
	int dying;

	if (!line)
		return -ENOMEM;
	for (dying = 0; dying < 2; dying++)
		for (from = 0; next_line(from, dying, line); from = line->end)
			show_line(m, line);
	kfree(line);
	return 0;
}

/* Seeing them one by one. */

bool vmap_see(unsigned long from, struct vmap_seen *seen)
{
	const struct vmap_record *rec;
	struct vmap_area *va;
	unsigned long flags;

	spin_lock_irqsave(&vmap_lock, flags);
	va = vmap_space_find(&vmap_space, from);
	if (!va)
		va = vmap_space_after(&vmap_space, from);
	if (va) {
		rec = va_record(va);
		*seen = (struct vmap_seen) {
			.start = va->va_start, .mapped = va->va_start, .end = va->va_end,
			.kind = rec->kind, .caller = rec->vm.caller, .dying = rec->dying,
			.areas = rec->waiting ? rec->areas : 1,
		};
		if (rec->waiting)
			seen->mapped = va->va_end;	/* some guard pages are in it */
		else if (rec->flags & VMAP_BLOCK)
			seen->mapped += vmap_block_mapped(rec);
		else if (rec->dying || vmap_ready(rec))
			seen->mapped += (unsigned long)rec->mapped << PAGE_SHIFT;
	}
	spin_unlock_irqrestore(&vmap_lock, flags);
	return va != NULL;
}

/* Who holds what. */

/* What somebody holds at or above @from: an area, or a mapping in a block. Returns its end. */
static unsigned long next_held(unsigned long from, struct quarry_holding *h)
{
	struct vmap_mapping mapping;
	struct vmap_area *va = vmap_space_find(&vmap_space, from);

	if (!va || (va->va_start < from && !(va_record(va)->flags & VMAP_BLOCK)))
		va = vmap_space_after(&vmap_space, from);
	for (; va; va = vmap_space_next(&vmap_space, va)) {
		const struct vmap_record *rec = va_record(va);

		if (rec->dying)
			continue;
		if (!(rec->flags & VMAP_BLOCK)) {
			*h = (struct quarry_holding) {
				.kind = rec->kind, .address = va->va_start,
				.size = rec->requested, .site = (uintptr_t)va->vm->caller,
			};
			return va->va_end;
		}
		if (vmap_ready(rec) && vmap_block_next(rec, from, &mapping)) {
			*h = (struct quarry_holding) {
				.kind = "vm_map_ram area", .address = mapping.start,
				.size = mapping.size, .site = (uintptr_t)mapping.caller,
			};
			return mapping.start + mapping.size;
		}
	}
	return 0;
}

void vmalloc_holdings(struct holdings *hs)
{
	unsigned long flags, from = 0;
	struct quarry_holding h;

	vm_unmap_aliases();
	for (;;) {
		spin_lock_irqsave(&vmap_lock, flags);
		from = next_held(from, &h);
		spin_unlock_irqrestore(&vmap_lock, flags);
		if (!from)
			return;
		holding(hs, &h);
	}
}

/* Validation. */

static unsigned int wrong(const char *invariant, const struct vmap_area *va)
{
	pr_err("vmap: %s is broken at 0x%lx\n", invariant, va->va_start);
	return 1;
}

unsigned int vmalloc_validate(void)
{
	struct vmap_area *next;
	unsigned int faults;
	struct vmap_area *va;
	unsigned long flags;

	vm_unmap_aliases();
	spin_lock_irqsave(&vmap_lock, flags);
	faults = vmap_space_validate(&vmap_space);
	for (va = vmap_space_first(&vmap_space); va; va = vmap_space_next(&vmap_space, va)) {
		next = vmap_space_next(&vmap_space, va);
		if ((unsigned long)va->vm->addr != va->va_start ||
		    (!va_record(va)->waiting && va->vm->size != va->va_end - va->va_start))
			faults += wrong("A1", va);
		if (va->vm->next != (next ? next->vm : NULL))
			faults += wrong("A2", va);
		if (va_record(va)->waiting && !va_record(va)->dying)
			faults += wrong("what waits", va);
		if (va_record(va)->flags & VMAP_BLOCK && vmap_ready(va_record(va)))
			faults += vmap_block_validate(va_record(va));
	}
	spin_unlock_irqrestore(&vmap_lock, flags);
	return faults + vmap_lazy_validate();
}
