/* SPDX-License-Identifier: MIT */
/*
 * Stacks: the threads' own, and going to the core's.
 *
 * A pthread has a host stack, with room for the C library's data and for its functions. One
 * region each: a guard, the stack, a guard, and a signal stack on which interrupts begin and
 * a fault of this thread is reported, an overflow included. Threads come and go, so finished
 * stacks are kept for the next one until the machine goes down. Regions come from the
 * machine's own window while it lasts.
 *
 * Kernel stacks and interrupt stacks are the core's. It runs on them what it passes to
 * quarry_host_call_on(); the port runs on its host stack, below where that was left, what
 * takes much stack itself (port_on_host()): files, symbols, new threads.
 *
 * H1  port_here.host_sp is 0 while the thread is on a stack of the host's: its own, or the
 *     signal stack. Otherwise nobody uses the host's stack below it.
 * H2  Signal handlers run on the signal stack, so no stack of the core's ever holds what the
 *     host saves for one, which is larger than some of them.
 *
 * Sanitizers' runtimes use the stack that they find, and valgrind would have to be told of
 * ours: with these, the core has no stacks, and all runs on the host's.
 *
 * Locking: sched.lock for the list and for what others see; the caller does not hold it.
 */
#include "internal.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define KIB(n)		((size_t)(n) << 10)
/* What the machine's code may use. ASan pads each variable; TSan lives there itself. */
#define STACK		(PORT_TSAN ? KIB(2048) : PORT_ASAN ? KIB(768) : KIB(64))
#define SIGNAL_STACK	(PORT_ASAN || PORT_TSAN ? KIB(256) : KIB(64))
/* Larger than any frame that steps over it unseen. */
#define GUARD		KIB(64)

static struct port_stack *spare;

__thread struct port_here port_here;

/*
 * port_switch - call fn(arg) on the stack that ends at sp; *left gets where this one ends
 *
 * Its frame is on the old stack, and the called function's first one points to it. To
 * debuggers it is that of a signal handler: those may lie on any stack.
 */
#if PORT_ASAN || PORT_TSAN
#elif defined(__x86_64__)
#define PORT_SWITCH	1
__asm__(".pushsection .text\n"
	".type port_switch, @function\n"
	"port_switch:\n"
	"	.cfi_startproc\n"
	"	.cfi_signal_frame\n"
	"	push %rbp\n"
	"	.cfi_def_cfa_offset 16\n"
	"	.cfi_offset %rbp, -16\n"
	"	mov %rsp, %rbp\n"
	"	.cfi_def_cfa_register %rbp\n"
	"	mov %rsp, (%rcx)\n"
	"	mov %rdx, %rsp\n"
	"	mov %rdi, %rax\n"
	"	mov %rsi, %rdi\n"
	"	call *%rax\n"
	"	leave\n"
	"	.cfi_def_cfa %rsp, 8\n"
	"	ret\n"
	"	.cfi_endproc\n"
	"port_switch_end:\n"
	".size port_switch, . - port_switch\n"
	".popsection");
#elif defined(__i386__)
#define PORT_SWITCH	1
__asm__(".pushsection .text\n"
	".type port_switch, @function\n"
	"port_switch:\n"
	"	.cfi_startproc\n"
	"	.cfi_signal_frame\n"
	"	push %ebp\n"
	"	.cfi_def_cfa_offset 8\n"
	"	.cfi_offset %ebp, -8\n"
	"	mov %esp, %ebp\n"
	"	.cfi_def_cfa_register %ebp\n"
	"	mov 8(%ebp), %eax\n"
	"	mov 12(%ebp), %ecx\n"
	"	mov 20(%ebp), %edx\n"
	"	mov %esp, (%edx)\n"
	"	mov 16(%ebp), %esp\n"
	"	sub $12, %esp\n"
	"	push %ecx\n"
	"	call *%eax\n"
	"	leave\n"
	"	.cfi_def_cfa %esp, 4\n"
	"	ret\n"
	"	.cfi_endproc\n"
	"port_switch_end:\n"
	".size port_switch, . - port_switch\n"
	".popsection");
#elif defined(__aarch64__)
#define PORT_SWITCH	1
__asm__(".pushsection .text\n"
	".type port_switch, %function\n"
	"port_switch:\n"
	"	.cfi_startproc\n"
	"	.cfi_signal_frame\n"
	"	stp x29, x30, [sp, #-16]!\n"
	"	.cfi_def_cfa_offset 16\n"
	"	.cfi_offset x29, -16\n"
	"	.cfi_offset x30, -8\n"
	"	mov x29, sp\n"
	"	.cfi_def_cfa_register x29\n"
	"	str x29, [x3]\n"
	"	mov sp, x2\n"
	"	mov x9, x0\n"
	"	mov x0, x1\n"
	"	blr x9\n"
	"	mov sp, x29\n"
	"	.cfi_def_cfa_register sp\n"
	"	ldp x29, x30, [sp], #16\n"
	"	.cfi_def_cfa_offset 0\n"
	"	.cfi_restore x29\n"
	"	.cfi_restore x30\n"
	"	ret\n"
	"	.cfi_endproc\n"
	"port_switch_end:\n"
	".size port_switch, . - port_switch\n"
	".popsection");
#endif

#ifdef PORT_SWITCH
void port_switch(void (*fn)(void *arg), void *arg, uintptr_t sp, uintptr_t *left);
extern const char port_switch_end[];

bool port_is_switch(uintptr_t pc)
{
	return pc >= (uintptr_t)port_switch && pc < (uintptr_t)port_switch_end;
}
#else
#define PORT_SWITCH	0
static void port_switch(void (*fn)(void *arg), void *arg, uintptr_t sp, uintptr_t *left)
{
	fn(arg);
}

bool port_is_switch(uintptr_t pc)
{
	return false;
}
#endif

/* Behind a signal handler's frame they look up the next instruction, not the call. */
#define DEBUGGERS_SEE_THIS()	__asm__ __volatile__("nop")

bool port_stacks_ours(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return PORT_SWITCH && !(preload && strstr(preload, "vgpreload"));
}

/*
 * Says on which stack the thread is, or no longer. While others look at a kernel stack they
 * have the lock, so it does not go meanwhile. An interrupt stack stays as long as the machine.
 */
static void show(unsigned int depth, uintptr_t lo, uintptr_t hi)
{
	if (depth >= PORT_VISITS)
		return;
	if (!depth)
		port_lock();
	__atomic_store_n(&port_here.seen[depth].lo, lo, __ATOMIC_RELAXED);
	__atomic_store_n(&port_here.seen[depth].hi, hi, __ATOMIC_RELAXED);
	if (!depth)
		port_unlock();
}

static void enter_visit(struct port_visit *v)
{
	unsigned long flags = port_enter();

	v->outer = port_here.visit;
	port_here.visit = v;
	show(port_here.depth++, v->lo, v->hi);
	port_leave(flags);
}

static void leave_visit(struct port_visit *v)
{
	unsigned long flags = port_enter();

	show(--port_here.depth, 0, 0);
	port_here.visit = v->outer;
	port_leave(flags);
}

void quarry_host_call_on(uintptr_t lo, uintptr_t hi, void (*fn)(void *arg), void *arg)
{
	struct port_visit v = { .lo = lo, .hi = hi };
	uintptr_t host_sp = port_here.host_sp, left;

	enter_visit(&v);
	port_switch(fn, arg, hi, host_sp ? &left : &port_here.host_sp);
	DEBUGGERS_SEE_THIS();
	port_here.host_sp = host_sp;
	leave_visit(&v);
}

void port_on_host(void (*fn)(void *arg), void *arg)
{
	uintptr_t host_sp = port_here.host_sp, left;

	if (!host_sp) {
		fn(arg);
		return;
	}
	port_here.host_sp = 0;
	port_switch(fn, arg, host_sp & ~(uintptr_t)15, &left);
	DEBUGGERS_SEE_THIS();
	port_here.host_sp = host_sp;
}

void port_stack_home(void)
{
	port_here.host_sp = 0;
	port_here.visit = NULL;
	for (port_here.depth = PORT_VISITS; port_here.depth; port_here.depth--)
		show(port_here.depth - 1, 0, 0);
}

/* Its place. */
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
	return stack;
}

/* False: the host has no mappings left for it. */
static bool make_ready(struct port_stack *stack)
{
	stack->ready = stack->ready ||
		(!mprotect(stack->lo, (size_t)(stack->hi - stack->lo), PROT_READ | PROT_WRITE) &&
		 !mprotect(stack->signal_lo, SIGNAL_STACK, PROT_READ | PROT_WRITE));
	return stack->ready;
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
	if (!stack)
		stack = make();
	if (stack && !make_ready(stack)) {
		port_stack_put(stack);	/* its place in the window is not lost */
		return NULL;
	}
	return stack;
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
