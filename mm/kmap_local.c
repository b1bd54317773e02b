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
 * A mapping belongs to a task. When the task gives up its CPU with mappings on the
 * stack, they are taken down and kept in its kmap_ctrl; when it runs again they come
 * back to the same addresses. So the task stays on that CPU until it has none, and
 * the whole stack is everybody's who runs there. Interrupts nest on top of it.
 *
 * S1  Only the slots' own CPU changes them, with interrupts off. Those in use on its
 *     stack are the running task's, or of interrupts on top of it.
 * S2  Mappings are undone in reverse order; anything else is reported.
 * S3  A named slot is overwritten by the next mapping of that name. If it is in use
 *     then, that is reported.
 * S4  used and atomic of a CPU count its slots in use on the stack, and those that
 *     kmap_atomic() took, named ones too.
 * S5  Who ends (a thread, an interrupt, a timer's function, a module's init) leaves
 *     none behind; who enables preemption, none of kmap_atomic()'s. If so, it is
 *     reported with the place that made the mapping, and mended.
 *
 * Because of S1 quarry_host_unmap() is enough; other CPUs never see a slot.
 *
 * Locking: none (S1).
 */
#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/highmem.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <asm/fixmap.h>

#include "mm/highmem.h"
#include "mm/internal.h"
#include "mm/kmap_local.h"

#define MIN_DEPTH	4	/* fewer nested mappings would not do */

/* Contexts that nest and must end with what they began with. */
#define CONTEXT_MASK	(HARDIRQ_MASK | NMI_MASK | SOFTIRQ_OFFSET)

/* Keys: P the slot's CPU, interrupts off; others may look */
struct kmap_slot {
	struct task_struct *task;	/* P  who mapped it; NULL: free */
	struct kmap_mapping map;	/* P  there now, or the last that was */
	unsigned long unmapped;		/* P  who unmapped it last; 0: its task sleeps */
	unsigned int overwritten;	/* P  times in a row that it was in use and taken */
};

struct kmap_cpu {
	struct kmap_slot slots[KM_MAX_IDX + KM_TYPE_NR];
	unsigned int seq;		/* P  last number given */
	unsigned int used, atomic;	/* P  S4 */
	unsigned int away;		/* P  tasks that will come back to their mappings here */
};

static DEFINE_PER_CPU(struct kmap_cpu, kmap_cpu);

struct kmap_bounds kmap_bounds;
EXPORT_SYMBOL(kmap_bounds);
unsigned long fixaddr_top, fixaddr_size;
EXPORT_SYMBOL(fixaddr_top);
EXPORT_SYMBOL(fixaddr_size);

/* Keys: C fixed at boot */
static unsigned int depth;	/* C  slots of the stack; 0: the window is too small */
static unsigned int spacing;	/* C  pages from one slot to the next */

static const char *const type_names[] = {
	[KM_BOUNCE_READ] = "KM_BOUNCE_READ", [KM_SKB_SUNRPC_DATA] = "KM_SKB_SUNRPC_DATA",
	[KM_SKB_DATA_SOFTIRQ] = "KM_SKB_DATA_SOFTIRQ", [KM_USER0] = "KM_USER0",
	[KM_USER1] = "KM_USER1", [KM_BIO_SRC_IRQ] = "KM_BIO_SRC_IRQ",
	[KM_BIO_DST_IRQ] = "KM_BIO_DST_IRQ", [KM_PTE0] = "KM_PTE0", [KM_PTE1] = "KM_PTE1",
	[KM_PTE2] = "KM_PTE2", [KM_IRQ0] = "KM_IRQ0", [KM_IRQ1] = "KM_IRQ1",
	[KM_SOFTIRQ0] = "KM_SOFTIRQ0", [KM_SOFTIRQ1] = "KM_SOFTIRQ1",
	[KM_SYNC_ICACHE] = "KM_SYNC_ICACHE", [KM_SYNC_DCACHE] = "KM_SYNC_DCACHE",
	[KM_UML_USERCOPY] = "KM_UML_USERCOPY", [KM_IRQ_PTE] = "KM_IRQ_PTE",
	[KM_NMI] = "KM_NMI", [KM_NMI_PTE] = "KM_NMI_PTE",
};
static_assert(ARRAY_SIZE(type_names) == KM_TYPE_NR);

static inline unsigned int slots_per_cpu(void)
{
	return depth + KM_TYPE_NR;
}

/* Named slots come behind those of the stack, however deep that is. */
static unsigned long slot_address(unsigned int cpu, unsigned int nr)
{
	return fix_to_virt(FIX_KMAP_BEGIN + (cpu * slots_per_cpu() + nr) * spacing);
}

static bool in_fixmap(unsigned long addr)
{
	return addr - FIXADDR_START < FIXADDR_SIZE;
}

/* Which slot is at an address? NULL: none. */
static struct kmap_slot *slot_at(unsigned long addr, unsigned int *cpu, unsigned int *nr)
{
	unsigned long idx;

	if (!depth || !in_fixmap(addr) || addr > slot_address(0, 0) + ~PAGE_MASK)
		return NULL;
	idx = virt_to_fix(addr) - FIX_KMAP_BEGIN;
	if (idx % spacing)
		return NULL;
	idx /= spacing;
	*cpu = idx / slots_per_cpu();
	*nr = idx % slots_per_cpu();
	return *cpu < machine.nr_cpus ? &per_cpu_ptr(&kmap_cpu, *cpu)->slots[*nr] : NULL;
}

static const char *maker(const struct kmap_slot *slot)
{
	return slot->map.atomic ? "kmap_atomic()" : "kmap_local_page()";
}

void kmap_report_place(const char *title, unsigned long site)
{
	uintptr_t pc = site;

	if (site)
		report_stack(title, &pc, 1);
}

/* The contexts that we are in, apart from a thread's own. */
static unsigned int context_now(void)
{
	return (unsigned int)preempt_count() & CONTEXT_MASK;
}

/* Mapping. */

static __cold void report_full(const struct kmap_cpu *k, unsigned long site)
{
	unsigned int i;

	report_begin(REPORT_BUG, "all %u kmap_local slots of CPU %u are in use", depth,
		     smp_processor_id());
	for (i = 0; i < depth; i++) {
		report_line("slot %u: frame 0x%lx", i, k->slots[i].map.pfn);
		kmap_report_place("mapped by:", k->slots[i].map.site);
	}
	kmap_report_place("wanted by:", site);
	report_here();
	report_end();
}

static void fill_slot(unsigned int cpu, unsigned int nr, struct kmap_slot *slot)
{
	if (quarry_host_map(slot_address(cpu, nr), PFN_PHYS(slot->map.pfn), 1, slot->map.prot))
		panic("kmap: the machine has no room for more mappings");
	WRITE_ONCE(slot->task, current);
}

/* NULL: all slots are in use, which has been reported. */
static void *map_local(unsigned long pfn, pgprot_t prot, bool atomic, unsigned long site)
{
	unsigned long flags, addr = 0;
	struct kmap_cpu *k;
	unsigned int i;

	BUG_ON(!depth);
	local_irq_save(flags);
	k = this_cpu_ptr(&kmap_cpu);
	for (i = 0; i < depth && k->slots[i].task; i++)
		;
	if (i < depth) {
		k->slots[i].map = (struct kmap_mapping) {
			.pfn = pfn, .site = site, .seq = ++k->seq, .prot = pgprot_val(prot),
			.context = context_now(), .nr = i, .atomic = atomic,
		};
		fill_slot(smp_processor_id(), i, &k->slots[i]);
		WRITE_ONCE(k->used, k->used + 1);
		k->atomic += atomic;
		addr = slot_address(smp_processor_id(), i);
	} else {
		report_full(k, site);
	}
	local_irq_restore(flags);
	return (void *)addr;
}

void *kmap_local_slow(struct page *page, pgprot_t prot)
{
	if (!PageHighMem(page))
		return page_to_virt(page);
	return map_local(page_to_pfn(page), prot, false, _RET_IP_);
}
EXPORT_SYMBOL(kmap_local_slow);

void *kmap_atomic_slow(struct page *page, pgprot_t prot)
{
	if (!PageHighMem(page))
		return page_to_virt(page);
	return map_local(page_to_pfn(page), prot, true, _RET_IP_);
}
EXPORT_SYMBOL(kmap_atomic_slow);

void *kmap_pfn_slow(unsigned long pfn, pgprot_t prot, bool atomic)
{
	if (pfn_valid(pfn) && !PageHighMem(pfn_to_page(pfn)))
		return pfn_to_kaddr(pfn);
	return map_local(pfn, prot, atomic, _RET_IP_);
}
EXPORT_SYMBOL(kmap_pfn_slow);

/* Unmapping. */

static __cold void report_bad_unmap(const void *addr, const char *why,
				    const struct kmap_slot *slot)
{
	report_begin(REPORT_BUG, "kunmap_local(%px) or kunmap_atomic(): %s", addr, why);
	if (slot)
		kmap_report_place("the slot was mapped by:", slot->map.site);
	if (slot && !slot->task)
		kmap_report_place("and unmapped by:", slot->unmapped);
	report_here();
	report_end();
}

/* S2 */
static void check_order(const void *addr, const struct kmap_cpu *k, const struct kmap_slot *slot)
{
	unsigned int i;

	for (i = 0; i < depth; i++)
		if (k->slots[i].task && (int)(k->slots[i].map.seq - slot->map.seq) > 0) {
			report_bad_unmap(addr, "out of order: a later mapping is still there, undo that first",
					 &k->slots[i]);
			return;
		}
}

/* The slot's own CPU, interrupts off. */
static void empty_slot(struct kmap_cpu *k, unsigned int nr, unsigned long site)
{
	struct kmap_slot *slot = &k->slots[nr];

	quarry_host_unmap(slot_address(raw_smp_processor_id(), nr), 1);
	if (nr < depth)
		WRITE_ONCE(k->used, k->used - 1);
	k->atomic -= slot->map.atomic;
	slot->unmapped = site;
	WRITE_ONCE(slot->task, NULL);
}

/* What is wrong with undoing a slot of the stack? NULL: nothing, or only the order. */
static const char *why_not(const struct kmap_slot *slot, unsigned int cpu, bool atomic)
{
	if (!slot)
		return "no slot has this address";
	if (!slot->task)
		return "nothing is mapped there (any more)";
	if (slot->task != current || cpu != raw_smp_processor_id())
		return "another task mapped it";
	if (slot->map.atomic && !atomic && !slot->map.left)
		return "kmap_atomic() mapped it, so kunmap_atomic() is due";
	if (!slot->map.atomic && atomic && !slot->map.left)
		return "kmap_local_page() mapped it, so kunmap_local() is due";
	return NULL;
}

static void unmap_local(const void *addr, bool atomic, unsigned long site)
{
	struct kmap_slot *slot;
	unsigned int cpu = 0, nr = 0;
	unsigned long flags;
	struct kmap_cpu *k;
	const char *why;

	/* Low memory that lies above the window. */
	if (!in_fixmap((unsigned long)addr))
		return;
	local_irq_save(flags);
	k = this_cpu_ptr(&kmap_cpu);
	slot = slot_at((unsigned long)addr & PAGE_MASK, &cpu, &nr);
	why = why_not(slot, cpu, atomic);
	if (slot && !slot->task && slot->overwritten)
		slot->overwritten--;	/* its mapping went when the slot was reused */
	else if (why)
		report_bad_unmap(addr, why, slot);
	if (slot && slot->task == current && cpu == raw_smp_processor_id()) {
		if (!why && nr < depth)
			check_order(addr, k, slot);
		empty_slot(k, nr, site);
		/* Others may have told it to leave this CPU meanwhile. */
		if (!k->used && !cpumask_test_cpu((int)cpu, &current->cpus_usable))
			quarry_want_resched(cpu);
	}
	local_irq_restore(flags);
}

void kunmap_local_slow(const void *addr)
{
	unmap_local(addr, false, _RET_IP_);
}
EXPORT_SYMBOL(kunmap_local_slow);

void kunmap_atomic_slow(const void *addr)
{
	unmap_local(addr, true, _RET_IP_);
}
EXPORT_SYMBOL(kunmap_atomic_slow);

/* Named slots. */

/* S3 */
static __cold void report_reuse(const struct kmap_slot *slot, enum km_type type,
				unsigned long site)
{
	report_begin(REPORT_BUG, "kmap_atomic slot reused: %s of CPU %u still maps frame 0x%lx",
		     type_names[type], smp_processor_id(), slot->map.pfn);
	kmap_report_place("mapped by:", slot->map.site);
	kmap_report_place("and now by:", site);
	if (context_now() != slot->map.context)
		report_line("this is an interrupt: it has slots of its own, KM_IRQ0 for example");
	report_here();
	report_end();
}

/**
 * kmap_atomic_type - the 2.6 era's kmap_atomic(page, type)
 * Context: any, with preemption off. Return: the page's address.
 */
void *kmap_atomic_type(struct page *page, enum km_type type)
{
	struct kmap_slot *slot;
	unsigned long flags;
	struct kmap_cpu *k;

	if (!PageHighMem(page))
		return page_to_virt(page);
	BUG_ON(!depth || (unsigned int)type >= KM_TYPE_NR);
	local_irq_save(flags);
	k = this_cpu_ptr(&kmap_cpu);
	slot = &k->slots[depth + type];
	if (unlikely(slot->task)) {
		report_reuse(slot, type, _RET_IP_);
		slot->overwritten++;
	} else {
		slot->overwritten = 0;
		k->atomic++;
	}
	slot->map = (struct kmap_mapping) {
		.pfn = page_to_pfn(page), .site = _RET_IP_, .seq = ++k->seq,
		.prot = pgprot_val(PAGE_KERNEL), .context = context_now(),
		.nr = depth + type, .atomic = true,
	};
	fill_slot(smp_processor_id(), depth + type, slot);
	local_irq_restore(flags);
	return (void *)slot_address(smp_processor_id(), depth + type);
}
EXPORT_SYMBOL(kmap_atomic_type);

void kunmap_atomic_type(const void *addr, enum km_type type)
{
	unsigned long start = (unsigned long)addr & PAGE_MASK, flags;
	struct kmap_slot *slot;
	unsigned int cpu = 0, nr = 0;

	if (!in_fixmap(start))
		return;
	local_irq_save(flags);
	slot = slot_at(start, &cpu, &nr);
	if (!slot || nr != depth + type || cpu != raw_smp_processor_id())
		report_bad_unmap(addr, "this slot is another one", slot);
	else if (slot->task)
		empty_slot(this_cpu_ptr(&kmap_cpu), nr, _RET_IP_);
	else if (slot->overwritten)
		slot->overwritten--;	/* its mapping went when the slot was reused */
	else
		report_bad_unmap(addr, "nothing is mapped there (any more)", slot);
	local_irq_restore(flags);
}
EXPORT_SYMBOL(kunmap_atomic_type);

/* A task leaves its CPU and comes back. */

bool kmap_pinned(void)
{
	return raw_cpu_read(kmap_cpu.used) != 0;
}

bool kmap_awaited(void)
{
	return raw_cpu_read(kmap_cpu.away) != 0;
}

/* Called by quarry_thread_out(), interrupts off. */
void kmap_switch_out(struct task_struct *task)
{
	struct quarry_thread *thread = task_thread(task);
	struct kmap_cpu *k = raw_cpu_ptr(&kmap_cpu);
	struct kmap_ctrl *ctrl = &task->kmap_ctrl;
	unsigned int i;

	for (i = 0; i < depth; i++) {
		struct kmap_slot *slot = &k->slots[i];

		if (!slot->task)
			continue;
		ctrl->maps[ctrl->nr++] = slot->map;
		empty_slot(k, i, 0);
	}
	k->away++;
	ctrl->cpus_allowed = thread->cpus_allowed;
	thread->cpus_allowed = cpumask_bits(cpumask_of(raw_smp_processor_id()));
}

/* Called by quarry_thread_in(), interrupts off. */
void kmap_switch_in(struct task_struct *task)
{
	struct kmap_cpu *k = raw_cpu_ptr(&kmap_cpu);
	struct kmap_ctrl *ctrl = &task->kmap_ctrl;
	struct quarry_thread *thread = task_thread(task);
	unsigned int cpu = raw_smp_processor_id();

	if (thread->cpus_allowed != cpumask_bits(cpumask_of(cpu)))
		panic("%s/%d came to CPU %u with mappings of another one", task->comm, task->pid,
		      cpu);
	thread->cpus_allowed = ctrl->cpus_allowed;
	k->away--;
	while (ctrl->nr) {
		const struct kmap_mapping *map = &ctrl->maps[--ctrl->nr];
		struct kmap_slot *slot = &k->slots[map->nr];

		BUG_ON(slot->task);
		slot->map = *map;
		fill_slot(cpu, map->nr, slot);
		WRITE_ONCE(k->used, k->used + 1);
		k->atomic += map->atomic;
	}
}

/* S5 */

bool kmap_atomic_held(void)
{
	return raw_cpu_read(kmap_cpu.atomic) != 0;
}

static bool is_left_here(const struct kmap_slot *slot)
{
	return slot->task == current && slot->map.context == context_now();
}

void kmap_report_atomic(void)
{
	struct kmap_cpu *k = raw_cpu_ptr(&kmap_cpu);
	unsigned int i;

	for (i = 0; i < slots_per_cpu(); i++)
		if (k->slots[i].map.atomic && is_left_here(&k->slots[i]))
			kmap_report_place("with memory mapped by kmap_atomic():",
					  k->slots[i].map.site);
}

void kmap_preempt_enabled(unsigned long site)
{
	struct kmap_cpu *k = raw_cpu_ptr(&kmap_cpu);
	bool said = false;
	unsigned int i;

	for (i = 0; i < slots_per_cpu(); i++) {
		struct kmap_slot *slot = &k->slots[i];

		if (!slot->map.atomic || !is_left_here(slot))
			continue;
		if (!said)
			report_begin(REPORT_BUG, "preemption enabled with memory still mapped by kmap_atomic()");
		said = true;
		report_line("frame 0x%lx", slot->map.pfn);
		kmap_report_place("mapped by:", slot->map.site);
		/* Once is enough; it may still be undone. */
		slot->map.atomic = false;
		slot->map.left = true;
		k->atomic--;
	}
	if (said) {
		kmap_report_place("enabled by:", site);
		report_here();
		report_end();
	}
}

void kmap_leave(unsigned int before, const char *what, const void *fn)
{
	unsigned int i, n, atomic = 0;
	unsigned long flags;
	struct kmap_cpu *k;

	local_irq_save(flags);
	k = this_cpu_ptr(&kmap_cpu);
	n = likely(!k->used && !k->atomic) ? 0 : slots_per_cpu();
	for (i = 0; i < n; i++) {
		struct kmap_slot *slot = &k->slots[i];

		if (!is_left_here(slot))
			continue;
		if (!slot->map.left) {
			report_begin(REPORT_BUG, "%s %pS returned with memory still mapped by %s",
				     what, fn, maker(slot));
			report_line("frame 0x%lx", slot->map.pfn);
			kmap_report_place("mapped by:", slot->map.site);
			report_end();
		}
		atomic += slot->map.atomic + slot->overwritten;
		slot->overwritten = 0;
		empty_slot(k, i, _RET_IP_);
	}
	local_irq_restore(flags);
	/* What these have taken from the preemption count is not worth a second report. */
	if (likely(!atomic))
		return;
	while (atomic-- && (preempt_count() & PREEMPT_MASK) > (before & PREEMPT_MASK))
		preempt_count_sub(1);
	if (!preempt_count())
		current->atomic_site = 0;
}

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
	*page = READ_ONCE(slot->task) && pfn_valid(slot->map.pfn) ? pfn_to_page(slot->map.pfn) : NULL;
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
		report_line("which maps frame 0x%lx", slot->map.pfn);
	else if (!slot->map.site)
		report_line("where nothing was mapped so far");
	else if (slot->unmapped)
		report_line("use after kunmap_local() or kunmap_atomic(): it had frame 0x%lx",
			    slot->map.pfn);
	else
		report_line("it maps frame 0x%lx for a task that does not run now", slot->map.pfn);
	kmap_report_place("mapped by:", slot->map.site);
	if (!slot->task)
		kmap_report_place("unmapped by:", slot->unmapped);
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
			h.site = slot->map.site;
			if (slot->task)
				holding(hs, &h);
		}
}

/* What other CPUs do meanwhile may be shown or not. */
void kmap_local_show(struct seq_file *m)
{
	unsigned int cpu, nr;

	seq_printf(m, "Local slots:  %u on each CPU's stack, %u by name\n", depth, KM_TYPE_NR);
	for (cpu = 0; depth && cpu < machine.nr_cpus; cpu++)
		for (nr = 0; nr < slots_per_cpu(); nr++) {
			struct kmap_slot *slot = &per_cpu_ptr(&kmap_cpu, cpu)->slots[nr];

			if (READ_ONCE(slot->task))
				seq_printf(m, "  CPU %u slot %u%s%s: frame %lx, mapped by %pS\n", cpu,
					   nr, nr < depth ? "" : " ",
					   nr < depth ? "" : type_names[nr - depth],
					   READ_ONCE(slot->map.pfn),
					   (void *)READ_ONCE(slot->map.site));
		}
}

unsigned int kmap_local_validate_cpu(unsigned int cpu)
{
	struct kmap_cpu *k = per_cpu_ptr(&kmap_cpu, cpu);
	unsigned int i, used = 0, atomic = 0, faults = 0;

	for (i = 0; depth && i < slots_per_cpu(); i++) {
		const struct kmap_slot *slot = &k->slots[i];

		if (!slot->task)
			continue;
		used += i < depth;
		atomic += slot->map.atomic;
		if (slot->map.nr != i || (int)(k->seq - slot->map.seq) < 0) {
			pr_err("kmap: slot %u of CPU %u is in disorder\n", i, cpu);
			faults++;
		}
		if (i < depth && slot->task != per_cpu(quarry_cpu_hot, cpu).current_task) {
			pr_err("kmap: S1 is broken: slot %u of CPU %u is somebody else's\n", i,
			       cpu);
			faults++;
		}
	}
	if (used != k->used || atomic != k->atomic) {
		pr_err("kmap: S4 is broken: CPU %u has %u slots, %u atomic; counted %u, %u\n",
		       cpu, used, atomic, k->used, k->atomic);
		faults++;
	}
	return faults;
}

unsigned int kmap_local_validate(void)
{
	unsigned int cpu, faults = 0;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		faults += kmap_local_validate_cpu(cpu);
	return faults;
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
	kmap_bounds.fixaddr_start =
		depth ? slot_address(machine.nr_cpus - 1, slots_per_cpu() - 1)
		      : fix_to_virt(FIX_DEVICE_END);
	fixaddr_size = fixaddr_top + PAGE_SIZE - FIXADDR_START;
	return 0;
}

void kmap_local_shutdown(void)
{
	if (fixaddr_size) {
		quarry_host_unmap(FIXADDR_START, fixaddr_size >> PAGE_SHIFT);
		quarry_host_flush(FIXADDR_START, fixaddr_size >> PAGE_SHIFT);
	}
	depth = 0;
	fixaddr_top = fixaddr_size = 0;
	kmap_bounds = (struct kmap_bounds) { 0 };
}
