/* SPDX-License-Identifier: MIT */
/*
 * Kernel stacks.
 *
 * One region each: a guard, the stack, a guard, and a signal stack on which a fault
 * of this thread is reported, an overflow included. Threads come and go, so finished
 * stacks are kept for the next one until the machine goes down. Regions come from the
 * machine's own window while it lasts.
 *
 * Locking: sched.lock for the list; the caller holds it neither here nor there.
 */
#include "internal.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define KIB(n)		((size_t)(n) << 10)
/* What the machine's code may use. ASan pads each variable; TSan lives there itself. */
#define STACK		(PORT_TSAN ? KIB(2048) : PORT_ASAN ? KIB(768) : KIB(64))
#define SIGNAL_STACK	(PORT_ASAN || PORT_TSAN ? KIB(256) : KIB(64))
/* Larger than any frame that steps over it unseen. */
#define GUARD		KIB(64)

static struct port_stack *spare;

static struct port_stack *make(void)
{
	struct port_stack *stack = calloc(1, sizeof(*stack));
	/* The C library puts its thread-local data and more on the same stack. */
	long overhead = sysconf(_SC_THREAD_STACK_MIN);
	size_t bytes = STACK + ((size_t)(overhead > 0 ? overhead : 16384) + 4095) / 4096 * 4096;

	if (!stack)
		return NULL;
	stack->size = GUARD + bytes + GUARD + SIGNAL_STACK;
	port_lock();
	stack->region = port_memory_stacks(stack->size);
	port_unlock();
	if (!stack->region) {
		stack->region = mmap(NULL, stack->size, PROT_NONE,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		stack->mapped = true;
	}
	if (stack->region == MAP_FAILED) {
		free(stack);
		return NULL;
	}
	stack->guard = stack->region;
	stack->lo = stack->guard + GUARD;
	stack->hi = stack->lo + bytes;
	stack->signal_lo = stack->hi + GUARD;
	stack->signal_hi = stack->signal_lo + SIGNAL_STACK;
	if (mprotect(stack->lo, bytes, PROT_READ | PROT_WRITE) ||
	    mprotect(stack->signal_lo, SIGNAL_STACK, PROT_READ | PROT_WRITE)) {
		if (stack->mapped)
			munmap(stack->region, stack->size);
		free(stack);
		return NULL;
	}
	return stack;
}

/** port_stack_get - a stack for a new thread, or NULL */
struct port_stack *port_stack_get(void)
{
	struct port_stack *stack;

	port_lock();
	stack = spare;
	if (stack)
		spare = stack->next;
	port_unlock();
	return stack ? stack : make();
}

/** port_stack_put - nobody runs on it any more */
void port_stack_put(struct port_stack *stack)
{
	port_lock();
	stack->next = spare;
	spare = stack;
	port_unlock();
}

void port_stacks_free(void)
{
	while (spare) {
		struct port_stack *stack = spare;

		spare = stack->next;
		if (stack->mapped)
			munmap(stack->region, stack->size);
		free(stack);
	}
}
