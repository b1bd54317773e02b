// SPDX-License-Identifier: MIT
/*
 * kmap_atomic(), kmap_local_page() and fix-mapped addresses. Documents 000, 002, 004.
 *
 * The fixmap window, from the top down (asm/fixmap.h):
 *
 *	a hole | FIX_DEVICES device pages | CPU 0's slots | CPU 1's slots | ...
 *
 * A CPU's slots are KM_MAX_IDX of a stack, for kmap_local_page() and kmap_atomic(),
 * and KM_TYPE_NR named ones for the 2.6 era's kmap_atomic(page, type). If the window
 * is large enough there is an unmapped page below each slot, so that running out of
 * a page faults.
 *
 * A mapping belongs to a task. One made by kmap_local_page() may outlive a sleep
 * and even a change of CPU: its slot stays taken meanwhile, and everybody else uses
 * the next one. So the slots of a CPU are a stack for each task, not altogether.
 *
 * S1  Only the slot's own CPU takes a slot, with interrupts off. Anybody may give it
 *     back, by writing NULL to task, last.
 * S2  A task undoes its mappings in reverse order; anything else is reported.
 * S3  A named slot is overwritten by the next mapping of that name.
 *
 * quarry_host_unmap() is enough for this CPU; only a mapping that is undone on
 * another CPU than it was made on needs a flush.
 *
 * Locking: none (S1).
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/highmem.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/fixmap.h>

#include "mm/highmem.h"
#include "mm/internal.h"
#include "mm/kmap_local.h"

#define MIN_DEPTH	4	/* fewer nested mappings would not do */

/* Keys: O the owning task | P the slot's CPU, interrupts off */
struct kmap_slot {
	struct task_struct *task;	/* P to take, O to give back; NULL: free */
	unsigned long pfn;		/* O  mapped, or last mapped */
	unsigned long site;		/* O  who mapped it */
	unsigned long unmapped;		/* O  who unmapped it last */
	unsigned int seq;		/* O  order in which this CPU's slots were taken */
};

struct kmap_cpu {
	struct kmap_slot slots[KM_MAX_IDX + KM_TYPE_NR];
	unsigned int seq;		/* P */
};

static DEFINE_PER_CPU(struct kmap_cpu, kmap_cpu);

unsigned long fixaddr_top, fixaddr_start, fixaddr_size;
EXPORT_SYMBOL(fixaddr_top);
EXPORT_SYMBOL(fixaddr_start);
EXPORT_SYMBOL(fixaddr_size);

/* Keys: C fixed at boot */
static unsigned int depth;	/* C  slots of the stack; 0: the window is too small */
static unsigned int spacing;	/* C  pages from one slot to the next */

static inline unsigned int slots_per_cpu(void)
{
	return depth + KM_TYPE_NR;
}

/* Named slots come behind those of the stack, however deep that is. */
static unsigned long slot_address(unsigned int cpu, unsigned int nr)
{
	return fix_to_virt(FIX_KMAP_BEGIN + (cpu * slots_per_cpu() + nr) * spacing);
}

/* Which slot is at an address? NULL: none. */
static struct kmap_slot *slot_at(unsigned long addr, unsigned int *cpu, unsigned int *nr)
{
	unsigned long idx;

	if (!depth || addr - fixaddr_start >= fixaddr_size || addr > slot_address(0, 0) + ~PAGE_MASK)
		return NULL;
	idx = virt_to_fix(addr) - FIX_KMAP_BEGIN;
	if (idx % spacing)
		return NULL;
	idx /= spacing;
	*cpu = idx / slots_per_cpu();
	*nr = idx % slots_per_cpu();
	return *cpu < machine.nr_cpus ? &per_cpu_ptr(&kmap_cpu, *cpu)->slots[*nr] : NULL;
}

/* Mapping. */

static __noreturn void out_of_slots(struct kmap_cpu *k, unsigned long site)
{
	unsigned int i;

	report_begin(REPORT_BUG, "all %u kmap_local slots of CPU %u are in use", depth,
		     smp_processor_id());
	for (i = 0; i < depth; i++)
		report_line("slot %u: frame 0x%lx, mapped by %pS", i, k->slots[i].pfn,
			    (void *)k->slots[i].site);
	report_line("wanted by %pS", (void *)site);
	report_here();
	report_end();
	panic("out of kmap_local slots");
}

static void map_slot(unsigned int cpu, unsigned int nr, struct kmap_slot *slot,
		     unsigned long pfn, unsigned int prot, unsigned long site)
{
	if (quarry_host_map(slot_address(cpu, nr), PFN_PHYS(pfn), 1, prot))
		panic("kmap: the machine has no room for more mappings");
	slot->pfn = pfn;
	slot->site = site;
	slot->seq = ++per_cpu_ptr(&kmap_cpu, cpu)->seq;
	WRITE_ONCE(slot->task, current);
}

static void *map_local(unsigned long pfn, unsigned int prot, unsigned long site)
{
	unsigned long flags, addr;
	struct kmap_cpu *k;
	unsigned int i, cpu;

	BUG_ON(!depth);
	local_irq_save(flags);
	cpu = smp_processor_id();
	k = this_cpu_ptr(&kmap_cpu);
	for (i = 0; i < depth; i++)
		if (!smp_load_acquire(&k->slots[i].task))
			break;
	if (i == depth)
		out_of_slots(k, site);
	map_slot(cpu, i, &k->slots[i], pfn, prot, site);
	addr = slot_address(cpu, i);
	local_irq_restore(flags);
	return (void *)addr;
}

void *kmap_local_slow(struct page *page, pgprot_t prot)
{
	if (!PageHighMem(page))
		return page_to_virt(page);
	return map_local(page_to_pfn(page), pgprot_val(prot), _RET_IP_);
}
EXPORT_SYMBOL(kmap_local_slow);

void *kmap_local_pfn_slow(unsigned long pfn, pgprot_t prot)
{
	if (pfn_valid(pfn) && !PageHighMem(pfn_to_page(pfn)))
		return pfn_to_kaddr(pfn);
	return map_local(pfn, pgprot_val(prot), _RET_IP_);
}
EXPORT_SYMBOL(kmap_local_pfn_slow);

/* Unmapping. */

static void report_bad_unmap(const void *addr, const char *why, const struct kmap_slot *slot)
{
	report_begin(REPORT_BUG, "kunmap_local(%px) or kunmap_atomic(): %s", addr, why);
	if (slot && slot->site)
		report_line("the slot was mapped by %pS", (void *)slot->site);
	if (slot && slot->unmapped && !slot->task)
		report_line("and unmapped by %pS", (void *)slot->unmapped);
	report_here();
	report_end();
}

/* S2. Slots of other CPUs, left behind by a migration, are not looked at. */
static void check_order(const void *addr, const struct kmap_slot *slot, unsigned int cpu)
{
	struct kmap_cpu *k = per_cpu_ptr(&kmap_cpu, cpu);
	unsigned int i;

	for (i = 0; i < depth; i++)
		if (READ_ONCE(k->slots[i].task) == slot->task &&
		    (int)(k->slots[i].seq - slot->seq) > 0) {
			report_bad_unmap(addr, "a later mapping is still there, undo that first",
					 &k->slots[i]);
			return;
		}
}

static void unmap_slot(unsigned int cpu, unsigned int nr, struct kmap_slot *slot,
		       unsigned long site)
{
	unsigned long addr = slot_address(cpu, nr);

	quarry_host_unmap(addr, 1);
	if (cpu != raw_smp_processor_id())
		quarry_host_flush(addr, 1);
	slot->unmapped = site;
	smp_store_release(&slot->task, NULL);
}

void kunmap_local_slow(const void *addr)
{
	struct kmap_slot *slot;
	unsigned int cpu, nr;

	/* Low memory that lies above the window. */
	if ((unsigned long)addr - fixaddr_start >= fixaddr_size)
		return;
	slot = slot_at((unsigned long)addr & PAGE_MASK, &cpu, &nr);
	if (!slot) {
		report_bad_unmap(addr, "no slot has this address", NULL);
		return;
	}
	if (!slot->task) {
		report_bad_unmap(addr, "nothing is mapped there (any more)", slot);
		return;
	}
	if (slot->task != current) {
		report_bad_unmap(addr, "another task mapped it", slot);
		return;
	}
	check_order(addr, slot, cpu);
	unmap_slot(cpu, nr, slot, _RET_IP_);
}
EXPORT_SYMBOL(kunmap_local_slow);

/* Named slots. */

/**
 * kmap_atomic_type - the 2.6 era's kmap_atomic(page, type)
 * Context: any; what follows must not sleep. Return: the page's address.
 */
void *kmap_atomic_type(struct page *page, enum km_type type)
{
	struct kmap_cpu *k;
	unsigned int cpu;

	preempt_disable();
	if (!PageHighMem(page))
		return page_to_virt(page);
	BUG_ON(!depth || (unsigned int)type >= KM_TYPE_NR);
	cpu = smp_processor_id();
	k = this_cpu_ptr(&kmap_cpu);
	map_slot(cpu, depth + type, &k->slots[depth + type], page_to_pfn(page),
		 pgprot_val(PAGE_KERNEL), _RET_IP_);
	return (void *)slot_address(cpu, depth + type);
}
EXPORT_SYMBOL(kmap_atomic_type);

void kunmap_atomic_type(const void *addr, enum km_type type)
{
	unsigned long start = (unsigned long)addr & PAGE_MASK;
	struct kmap_slot *slot;
	unsigned int cpu, nr;

	if (start - fixaddr_start < fixaddr_size) {
		slot = slot_at(start, &cpu, &nr);
		if (!slot || nr != depth + type || cpu != raw_smp_processor_id())
			report_bad_unmap(addr, "this slot is another one", slot);
		else if (!slot->task)
			report_bad_unmap(addr, "nothing is mapped there (any more)", slot);
		else
			unmap_slot(cpu, nr, slot, _RET_IP_);
	}
	preempt_enable();
}
EXPORT_SYMBOL(kunmap_atomic_type);

/* Device pages. */

int __set_fixmap(enum fixed_addresses idx, phys_addr_t phys, pgprot_t prot)
{
	unsigned long addr = fix_to_virt(idx);

	if (WARN(idx < FIX_DEVICE_BEGIN || idx > FIX_DEVICE_END || !fixaddr_size,
		 "set_fixmap: index %d\n", idx))
		return -EINVAL;
	if (pgprot_val(prot))
		return quarry_host_map(addr, phys & PAGE_MASK, 1, pgprot_val(prot));
	quarry_host_unmap(addr, 1);
	quarry_host_flush(addr, 1);
	return 0;
}
EXPORT_SYMBOL(__set_fixmap);

/* Questions. */

bool kmap_local_to_page(unsigned long addr, struct page **page)
{
	struct kmap_slot *slot;
	unsigned int cpu, nr;

	slot = slot_at(addr & PAGE_MASK, &cpu, &nr);
	if (!slot)
		return false;
	*page = slot->task && pfn_valid(slot->pfn) ? pfn_to_page(slot->pfn) : NULL;
	return true;
}

unsigned int kmap_local_slots(void)
{
	return depth;
}

unsigned int kmap_local_in_use(unsigned int cpu)
{
	struct kmap_cpu *k = per_cpu_ptr(&kmap_cpu, cpu);
	unsigned int i, used = 0;

	for (i = 0; i < slots_per_cpu(); i++)
		used += READ_ONCE(k->slots[i].task) != NULL;
	return used;
}

bool kmap_local_describe(unsigned long addr)
{
	struct kmap_slot *slot;
	unsigned int cpu, nr;

	if (!machine.fixmap_size || addr - machine.fixmap >= machine.fixmap_size)
		return false;
	slot = slot_at(addr & PAGE_MASK, &cpu, &nr);
	if (!slot && depth) {
		/* Off a slot's end: the page below or above it is the guard. */
		slot = slot_at((addr & PAGE_MASK) - PAGE_SIZE, &cpu, &nr);
		if (slot && slot->task)
			report_line("%lu bytes past the end of a page mapped by kmap_atomic() or kmap_local_page()",
				    addr & ~PAGE_MASK);
		slot = slot && slot->task ? slot : NULL;
	}
	if (!slot) {
		report_line("among the fix-mapped addresses, where nothing is mapped");
		return true;
	}
	report_line("in kmap slot %u of CPU %u", nr, cpu);
	if (slot->task)
		report_line("which maps frame 0x%lx, mapped by %pS", slot->pfn, (void *)slot->site);
	else if (slot->site)
		report_line("use after kunmap_local() or kunmap_atomic(): it had frame 0x%lx, mapped by %pS, unmapped by %pS",
			    slot->pfn, (void *)slot->site, (void *)slot->unmapped);
	return true;
}

void kmap_local_holdings(struct holdings *hs)
{
	struct quarry_holding h = { .kind = "kmap_local mapping", .size = PAGE_SIZE };
	unsigned int cpu, nr;

	if (!depth)
		return;
	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		for (nr = 0; nr < slots_per_cpu(); nr++) {
			struct kmap_slot *slot = &per_cpu_ptr(&kmap_cpu, cpu)->slots[nr];

			h.address = slot_address(cpu, nr);
			h.site = slot->site;
			if (slot->task)
				holding(hs, &h);
		}
}

/* Boot. */

int kmap_local_init(bool needed)
{
	unsigned long pages = machine.fixmap_size >> PAGE_SHIFT, share;

	depth = spacing = 0;
	if (!pages)
		return needed ? -EINVAL : 0;
	fixaddr_top = machine.fixmap + machine.fixmap_size - PAGE_SIZE;
	share = pages > FIX_KMAP_BEGIN ? (pages - FIX_KMAP_BEGIN) / machine.nr_cpus : 0;
	if (share >= MIN_DEPTH + KM_TYPE_NR) {
		spacing = share >= 2 * (KM_MAX_IDX + KM_TYPE_NR) ? 2 : 1;
		depth = min_t(unsigned long, KM_MAX_IDX, share / spacing - KM_TYPE_NR);
	} else if (needed) {
		pr_err("kmap: the fixmap window has %lu pages, %u CPUs need %u\n", pages,
		       machine.nr_cpus,
		       FIX_KMAP_BEGIN + machine.nr_cpus * (MIN_DEPTH + KM_TYPE_NR));
		return -EINVAL;
	}
	fixaddr_start = depth ? slot_address(machine.nr_cpus - 1, slots_per_cpu() - 1)
			      : fix_to_virt(FIX_DEVICE_END);
	fixaddr_size = fixaddr_top + PAGE_SIZE - fixaddr_start;
	return 0;
}

void kmap_local_shutdown(void)
{
	if (fixaddr_size) {
		quarry_host_unmap(fixaddr_start, fixaddr_size >> PAGE_SHIFT);
		quarry_host_flush(fixaddr_start, fixaddr_size >> PAGE_SHIFT);
	}
	depth = 0;
	fixaddr_top = fixaddr_start = fixaddr_size = 0;
}
