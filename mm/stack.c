// SPDX-License-Identifier: MIT
/*
 * Kernel stacks and interrupt stacks. Documents 000 and 002.
 *
 * A thread's kernel stack has a fixed size, THREAD_SIZE: 16 KiB where a long has 64 bits, 8 KiB
 * where it has 32. It is an area of virtual memory like those of vmalloc(): its pages need not
 * be contiguous, and what runs off it finds a page that is not mapped. Each CPU has a stack of
 * one page on which all interrupt handlers run that come in there, so that a thread's stack
 * need not have room for them, and a handler always has the same.
 *
 * The port goes from one to the other (quarry_host_call_on()). Where it cannot, or a machine
 * has no window for areas, stacks are the port's, of its own size.
 *
 * S1  A stack is aligned to THREAD_SIZE. There is a page that is not mapped behind it, and one
 *     before it: that behind whatever lies below. As stacks lie among each other, alignment
 *     makes of that at least THREAD_SIZE - PAGE_SIZE bytes.
 * S2  The lowest word is STACK_END_MAGIC as long as nobody runs over it. It is looked at when a
 *     thread leaves its CPU, when a handler returns, and when a module's init or exit does.
 * S3  What has never been written to is zero, so the first word from below that is not tells
 *     how deep a stack has been used at most.
 * S4  Handlers of a CPU run one at a time, so one stack per CPU is enough. A handler that is
 *     called from a handler goes on where it is.
 * S5  Stacks that tasks have at shutdown stay mapped: a thread that is left over has to come
 *     to its end on one. The port ends them, and then unmaps all.
 *
 * Locking: none of its own. kernel/stack.c has the tasks' half: who has which, and a store.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/report.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "mm/stack.h"
#include "mm/vmap.h"

/* A frame that is larger than this is not taken for one: the stack pointer is wild. */
#define FRAME_MOST	(1ul << 20)

DEFINE_PER_CPU(unsigned long, irq_stack);

static bool ours;		/* fixed at boot */

/* A port that cannot. It is not asked to: machine.stacks is false. */
__weak void quarry_host_call_on(uintptr_t lo, uintptr_t hi, void (*fn)(void *arg), void *arg)
{
	fn(arg);
}

/* A core without kernel/ has no tasks with stacks. */
__weak bool stack_owner(unsigned long lo, char *comm, pid_t *pid)
{
	return false;
}

bool stacks_are_ours(void)
{
	return ours;
}

/*
 * They lie in the last eighth of the window as long as that lasts: among other areas, their
 * alignment would leave holes. Their pages come from high memory if there is any.
 */
static void *alloc(unsigned long size, int node, const char *kind)
{
	void *stack = __vmalloc_node_range(size, THREAD_ALIGN, VMALLOC_END - VMALLOC_TOTAL / 8,
					   VMALLOC_END, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN,
					   PAGE_KERNEL, 0, node, __builtin_return_address(0));
	struct vmap_record *rec;

	if (!stack)
		stack = __vmalloc_node(size, THREAD_ALIGN, GFP_KERNEL | __GFP_ZERO, node,
				       __builtin_return_address(0));
	if (!stack)
		return NULL;
	rec = to_record(find_vm_area(stack));
	rec->kind = kind;
	rec->flags |= VMAP_KSTACK;
	*(unsigned long *)stack = STACK_END_MAGIC;
	return stack;
}

noinline void *stack_alloc(int node)
{
	return alloc(THREAD_SIZE, node, "kernel stack");
}

void stack_free(void *stack)
{
	vfree_atomic(stack);
}

void stack_clean(void *stack)
{
	memset(stack, 0, THREAD_SIZE);
	*(unsigned long *)stack = STACK_END_MAGIC;
}

void stack_account(void *stack, int sign)
{
	struct vm_struct *vm = find_vm_area(stack);
	unsigned int i;

	for (i = 0; i < vm->nr_pages; i++)
		mod_node_page_state(page_pgdat(vm->pages[i]), NR_KERNEL_STACK_KB,
				    sign * (long)(PAGE_SIZE >> 10));
}

__no_kcsan unsigned long stack_unused(unsigned long lo, unsigned long size)
{
	const volatile unsigned long *p = (unsigned long *)lo + 1;	/* S2 */

	while ((unsigned long)p < lo + size && !*p)
		p++;
	return (unsigned long)p - lo;
}

unsigned long stack_not_used(struct task_struct *task)
{
	return stack_unused((unsigned long)task->stack, THREAD_SIZE);
}

/* Overwritten ends. */

/* @after: ", after " and what has returned, or "" */
static noinline void task_end_corrupted(struct task_struct *task, const char *after,
					const char *who)
{
	report_begin(REPORT_BUG, "corrupted stack end detected: task %s/%d%s%s", task->comm,
		     task->pid, after, who);
	report_line("the last word of its kernel stack of %lu bytes, at 0x%lx, is 0x%lx, not 0x%x",
		    THREAD_SIZE, (unsigned long)task->stack, *end_of_stack(task), STACK_END_MAGIC);
	report_line("the stack was used up to its end, or somebody wrote there");
	report_stack_here("Call Trace:");
	report_end();
	*end_of_stack(task) = STACK_END_MAGIC;
}

void stack_check_task(struct task_struct *task)
{
	if (likely(!task_stack_end_corrupted(task)))
		return;
	task_end_corrupted(task, "", "");
	panic("corrupted stack end detected inside scheduler");
}

void stack_check_call(const char *what, const char *who)
{
	if (current->stack && task_stack_end_corrupted(current))
		task_end_corrupted(current, what, who);
}

static noinline void irq_end_corrupted(unsigned long stack, void (*fn)(void *arg))
{
	report_begin(REPORT_BUG, "corrupted stack end detected: interrupt stack of CPU %u",
		     raw_smp_processor_id());
	report_line("its last word, at 0x%lx, is 0x%lx, not 0x%x, after the handler %pS", stack,
		    *(unsigned long *)stack, STACK_END_MAGIC, (void *)fn);
	report_line("the handler used all of its %lu bytes, or somebody wrote there",
		    IRQ_STACK_SIZE);
	report_end();
	*(unsigned long *)stack = STACK_END_MAGIC;
	panic("corrupted stack end detected in interrupt");
}

void stack_run_irq(unsigned long stack, void (*fn)(void *arg), void *arg)
{
	quarry_host_call_on(stack, stack + IRQ_STACK_SIZE, fn, arg);
	if (unlikely(*(unsigned long *)stack != STACK_END_MAGIC))
		irq_end_corrupted(stack, fn);
}

/* Explaining faults. */

static bool off_stack(struct stack_fault *sf, unsigned long addr, unsigned long sp)
{
	unsigned long lo = sf->lo, hi = lo + sf->size;

	sf->beyond = sp && lo - sp - 1 < FRAME_MOST ? lo - sp : 0;
	sf->above = addr - hi < PAGE_SIZE;
	return sf->above || sf->beyond || lo - addr - 1 < PAGE_SIZE;
}

void stack_explain(struct stack_fault *sf, unsigned long addr, unsigned long sp)
{
	*sf = (struct stack_fault) { .kind = "interrupt", .size = IRQ_STACK_SIZE };
	if (in_hardirq()) {
		sf->lo = raw_cpu_read(irq_stack);
	} else {
		sf->kind = "kernel";
		sf->size = THREAD_SIZE;
		sf->lo = (unsigned long)current->stack;
	}
	if (!sf->lo || !off_stack(sf, addr, sp))
		sf->kind = NULL;
}

static void describe_irq_stack(unsigned long addr)
{
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		unsigned long lo = per_cpu(irq_stack, cpu);

		if (!lo || addr - (lo - PAGE_SIZE) >= IRQ_STACK_SIZE + 2 * PAGE_SIZE)
			continue;
		report_line("%s the interrupt stack of CPU %u (0x%lx-0x%lx)",
			    addr - lo < IRQ_STACK_SIZE ? "in" :
			    addr < lo ? "in the guard page below" : "in the guard page above",
			    cpu, lo, lo + IRQ_STACK_SIZE);
		return;
	}
}

void stack_describe(unsigned long addr)
{
	unsigned long lo = ALIGN_DOWN(addr, THREAD_SIZE);
	char comm[TASK_COMM_LEN];
	pid_t pid;

	if (!ours)
		return;
	if (stack_owner(lo, comm, &pid))
		report_line("in the kernel stack of task %s/%d", comm, pid);
	else if (stack_owner(ALIGN(addr + 1, THREAD_SIZE), comm, &pid) &&
		 ALIGN(addr + 1, THREAD_SIZE) - addr <= PAGE_SIZE)
		report_line("in the guard page below the kernel stack of task %s/%d", comm, pid);
	else if (addr - lo < PAGE_SIZE && stack_owner(lo - THREAD_SIZE, comm, &pid))
		report_line("in the guard page above the kernel stack of task %s/%d", comm, pid);
	else
		describe_irq_stack(addr);
}

/* Boot. */

int stacks_init(void)
{
	unsigned int cpu;

	ours = machine.stacks && vmap_record_cache;
	for (cpu = 0; ours && cpu < machine.nr_cpus; cpu++) {
		void *stack = alloc(IRQ_STACK_SIZE, cpu_to_node((int)cpu), "interrupt stack");

		if (!stack)
			return -ENOMEM;
		per_cpu(irq_stack, cpu) = (unsigned long)stack;
	}
	return 0;
}

void stacks_shutdown(void)
{
	unsigned int cpu;

	for (cpu = 0; ours && cpu < machine.nr_cpus; cpu++)
		per_cpu(irq_stack, cpu) = 0;
	ours = false;
}
