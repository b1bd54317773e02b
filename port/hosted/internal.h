/* SPDX-License-Identifier: MIT */
/*
 * What the files of the hosted port know of each other.
 *
 * sched.lock guards all scheduling state. It is only taken with interrupts off
 * (H1, H2 in port.h), so a handler never runs on a thread that holds it, and the
 * core is never called with it held.
 */
#ifndef QUARRY_PORT_HOSTED_INTERNAL_H
#define QUARRY_PORT_HOSTED_INTERNAL_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define _FILE_OFFSET_BITS 64	/* physical addresses, on 32-bit machines too */

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "quarry/config.h"
#include "quarry/host.h"
#include "quarry/quarry.h"
#include "hosted.h"
#include "port.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
#define PORT_TSAN 1
#else
#define PORT_TSAN 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define PORT_ASAN 1
#else
#define PORT_ASAN 0
#endif

#define PORT_NO_SANITIZE \
	__attribute__((__no_sanitize_address__, __no_sanitize_thread__, __noinline__))

#define PORT_LONG_BITS		(8 * sizeof(unsigned long))
#define PORT_CPU_WORDS		((QUARRY_MAX_CPUS + PORT_LONG_BITS - 1) / PORT_LONG_BITS)

/* SIGURG: ignored by default, passed on silently by gdb, and several make one. */
#define PORT_IRQ_SIGNAL		SIGURG

/* stack.c: [guard][stack][guard][signal stack] of a thread. */
struct port_stack {
	char *region;
	size_t size;
	bool mapped;			/* by us alone, not in the machine's window */
	bool ready;			/* may be accessed, but for its guards */
	char *lo, *hi;			/* the host stack */
	char *guard;			/* below it, up to lo */
	char *signal_lo, *signal_hi;	/* the signal stack */
	struct port_stack *next;
};

struct port_stack *port_stack_get(void);
void port_stack_put(struct port_stack *stack);
void port_stacks_free(void);

/* A stack of the core's that the thread runs on, or has left for another one. */
struct port_visit {
	uintptr_t lo, hi;
	struct port_visit *outer;	/* on which it was before; NULL: the host stack */
};

#define PORT_VISITS	2	/* one in the other: a kernel stack, and an interrupt stack */

/* Where a thread runs. Keys: O the thread itself, its signal handler included | L sched.lock */
struct port_here {
	const struct port_stack *own;	/* O  NULL: not one of ours */
	uintptr_t host_sp;		/* O  where it left the host's stack; 0: it is there */
	struct port_visit *visit;	/* O  the innermost */
	unsigned int depth;		/* O  how many there are */
	bool borrows;			/* O  runs interrupts of a CPU that it does not hold (I2) */
	struct {
		uintptr_t lo, hi;
	} seen[PORT_VISITS];		/* L  the outermost, for others; hi 0: none */
};

extern __thread struct port_here port_here __attribute__((__tls_model__("initial-exec")));

/** port_stacks_ours - can, and should, the core's stacks be used? */
bool port_stacks_ours(void);
/**
 * port_on_host - call a function on the host's stack
 * For what needs more than a few hundred bytes: the core's stacks are small.
 * Context: any, signal handlers included; interrupts off.
 */
void port_on_host(void (*fn)(void *arg), void *arg);
/** port_is_switch - does an address of code belong to what goes from stack to stack? */
bool port_is_switch(uintptr_t pc);
/** port_stack_home - the thread has jumped back to its host stack */
void port_stack_home(void);

/* A signal interrupted the thread: how a backtrace goes on behind the handler. */
struct port_trap {
	uintptr_t frame;		/* the handler's frame address */
	uintptr_t pc, fp, sp;		/* what it interrupted */
	bool over;			/* its frame lies where the outer one's was */
	struct port_trap *outer;
};

/* Keys: C fixed when it is made | L sched.lock | O the thread itself */
struct port_thread {
	struct quarry_thread *t;	/* O  NULL once its fn has returned: it may be gone */
	char name[32];			/* C */
	pthread_t pthread;		/* C */
	struct port_stack *stack;	/* C */
	struct port_here *here;		/* C  once it runs */
	bool boot;			/* C  the core does not know it before quarry_boot() */
	unsigned int number;		/* C  counts threads since up */
	pthread_cond_t cond;		/* L  on_cpu, sched.baton or sched.dying changed */
	bool on_cpu;			/* L  holds a CPU */
	bool sleeping;			/* L  until woken, or until the deadline */
	bool woken;			/* L  remembered wake-up */
	bool queued;			/* L  ready, waits for a CPU */
	unsigned int cpu;		/* L  the CPU it holds or held last */
	uint64_t deadline;		/* L  while it sleeps */
	uintptr_t asleep;		/* L  what it has on its stack above matters; 0: all */
	uintptr_t top;			/* O  the outermost frame */
	sigjmp_buf out;			/* O  ends the thread, when the machine goes down */
	TAILQ_ENTRY(port_thread) link;	/* L  in sched.queue */
	LIST_ENTRY(port_thread) all;	/* L  in sched.threads or sched.dead */
};

/* An interrupt that has been raised and not run. */
struct port_irq {
	void (*fn)(void *arg);
	void *arg;
	sem_t *done;			/* posted afterwards; NULL: goes back to the pool */
	struct port_irq *next;
};

/* Keys: L sched.lock */
struct port_cpu {
	struct port_thread *holder;	/* L  who runs here; NULL: idle */
	bool borrowed;			/* L  idle, and somebody runs its interrupts for it */
	bool resched;			/* L  call quarry_want_resched() here */
	struct port_irq *first, **last;	/* L  raised, in order */
};

/* Keys: C fixed between up and down | L lock */
struct port_sched {
	pthread_mutex_t lock;
	pthread_cond_t changed;		/* L  threads ended, or the machine stopped */
	bool seeded;			/* C */
	bool up;			/* C */
	unsigned int nr_cpus;		/* C */
	struct port_cpu *cpus;		/* C */
	unsigned long idle[PORT_CPU_WORDS]; /* L  neither held nor borrowed */
	TAILQ_HEAD(, port_thread) queue; /* L  ready, first come first served */
	LIST_HEAD(, port_thread) threads; /* L  alive */
	LIST_HEAD(, port_thread) dead;	/* L  to be joined */
	unsigned int live;		/* L  length of threads */
	unsigned int started;		/* L  threads since up */
	unsigned int busy;		/* L  CPUs held or borrowed */
	unsigned int nr_queued;		/* L  length of queue */
	unsigned int timed;		/* L  sleepers with a deadline */
	unsigned int blocked;		/* L  in quarry_hosted_block() */
	unsigned int raised;		/* L  interrupts not run yet */
	bool running;			/* L  the boot function has not returned */
	bool dying;			/* L  threads end where they sleep */
	uint64_t epoch;			/* C  CLOCK_MONOTONIC at up, nanoseconds */
	struct port_thread *baton;	/* L  seeded: who runs; NULL: the machine stands */
	uint64_t now;			/* L  seeded: the clock */
	uint64_t random;		/* L  seeded: the generator */
	unsigned int spins;		/* L  seeded: choices made in spin loops since others */
};

extern struct port_sched sched;
extern struct quarry_hosted_options port_options;
extern __thread struct port_thread *port_me __attribute__((__tls_model__("initial-exec")));
extern __thread struct port_trap *port_trap __attribute__((__tls_model__("initial-exec")));

static inline void port_lock(void)
{
	pthread_mutex_lock(&sched.lock);
}

static inline void port_unlock(void)
{
	pthread_mutex_unlock(&sched.lock);
}

/* Interrupts off around code of the port; every entry from the core begins so. */
static inline unsigned long port_enter(void)
{
	return quarry_hosted_irq_save();
}

static inline void port_leave(unsigned long flags)
{
	quarry_hosted_irq_restore(flags);
}

/* control.c */
_Noreturn void port_fatal(enum quarry_fatal kind, const char *why);
void port_warn(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));

/* memory.c */
#define PORT_MEMORY	"quarry-memory"	/* the memfd's name, in /proc/self/maps too */
int port_memory_up(struct quarry_machine *m, char *err, size_t errlen);
void port_memory_down(void);
bool port_memory_ours(uintptr_t address);
char *port_memory_stacks(size_t bytes);

/* softtable.c: memory.c's lock held */
#define PORT_TABLE_LINE	200		/* bytes of what it says */
extern bool port_table_on;		/* there is one; fixed between up and down */
int port_table_up(const struct quarry_machine *m, unsigned int levels, uintptr_t lo, uintptr_t hi);
void port_table_down(void);
void port_table_map(uintptr_t va, uint64_t pa, uint64_t bytes, unsigned int prot);
void port_table_unmap(uintptr_t va, uint64_t bytes);
bool port_table_compare(char *why, size_t size);

/** port_memory_file - the file whose offsets are physical addresses */
int port_memory_file(void);

/* device.c */
int port_devices_up(const struct quarry_hosted_options *o, char *err, size_t errlen);
void port_devices_down(void);
enum port_behind { BEHIND_FILE, BEHIND_REGISTERS };
/**
 * port_device_behind - what is behind a page
 * @pages: in: how many matter, from @pa on; out: how many of them are alike
 * @fd, @offset: in: the machine's memory; out: the file to map
 */
enum port_behind port_device_behind(uint64_t pa, size_t *pages, int *fd, uint64_t *offset);
/** port_device_mapped - registers are to be found at @va. Return: 0 or -ENOMEM. */
int port_device_mapped(uintptr_t va, uint64_t pa, size_t pages);
/** port_device_unmapped - nothing of a device is there any more */
void port_device_unmapped(uintptr_t va, size_t pages);

/* registers.c: a small device. Its user keeps calls for one device apart. */
#define PORT_FIFO	16	/* entries */

struct port_registers {
	uint32_t scratch, control, status, result;
	uint64_t count;
	uint32_t fifo[PORT_FIFO];
	unsigned int head, level;	/* next to be read; how many there are */
	uint8_t byte;
	uint16_t word;
	uint8_t buffer[0x80];
	uint8_t said[0x81];		/* by offset / 2: which misuse has been reported */
};

/**
 * port_registers_access - a load or store of the device
 * @offset: in the device; @bytes: 1, 2, 4 or 8
 * @value: what is stored; gets what is loaded
 * @misuse: gets "it is 32 bits wide" and so on when that is not how one uses it, the first time
 * @name: gets the register's name, or NULL
 */
void port_registers_access(struct port_registers *r, uint64_t offset, unsigned int bytes, bool write,
			   uint64_t *value, const char **misuse, const char **name);

/* cpu.c: all with sched.lock held, unless they say otherwise. */
bool port_cpu_allowed(const struct port_thread *pt, unsigned int cpu);
void port_cpu_give(unsigned int cpu, struct port_thread *pt);
void port_cpu_release(struct port_thread *me);
void port_cpu_free(unsigned int cpu);
void port_make_ready(struct port_thread *pt);
void port_place_queued(void);
void port_stop_sleeping(struct port_thread *pt);
void port_wait_for_cpu(struct port_thread *me);
void port_kick(unsigned int cpu);
/** port_cpu_enter - take on the identity of the CPU that was given; drops sched.lock */
void port_cpu_enter(struct port_thread *me);
#define STALL_SLEEP "every thread sleeps, and nothing will wake one"
bool port_stalled(void);
/** port_report_stall - gives the caller, if it is a thread of the machine, its CPU back;
 *  drops sched.lock, does not return */
_Noreturn void port_report_stall(struct port_thread *me, const char *how);

/* seeded.c: all with sched.lock held. */
uint64_t port_random(unsigned int below);
/** port_seeded_switch - let the generator choose who goes on; may be the caller */
void port_seeded_switch(struct port_thread *me, bool may_leave);
/** port_seeded_relax - the same, from a spin loop */
void port_seeded_relax(struct port_thread *me);
/** port_seeded_next - the caller has left its CPU: choose who goes on */
void port_seeded_next(struct port_thread *me);

/* irq.c */
int port_irq_up(void);
void port_irq_down(void);
void port_irq_init_cpu(struct port_cpu *c);
/** port_irq_drain - run what was raised for @cpu; sched.lock held, dropped meanwhile */
void port_irq_drain(unsigned int cpu);
/** port_irq_serve_idle - the same for a CPU that nobody holds, in its name */
void port_irq_serve_idle(unsigned int cpu);
/** port_irq_serve_all_idle - the same for all of them */
void port_irq_serve_all_idle(void);

/* helper.c: a thread of the port's own, for the tick and for idle CPUs. */
int port_helper_up(void);
void port_helper_down(void);
/** port_helper_poke - there is work; sched.lock held */
void port_helper_poke(void);

/* thread.c */
extern struct quarry_thread port_boot_thread;
void port_threads_down(void);

/* fault.c */
int port_fault_up(void);
void port_fault_down(void);
void port_fault_thread_in(const struct port_stack *stack, stack_t *old);
void port_fault_thread_out(const stack_t *old);

/* backtrace.c */
/** port_backtrace_bounds - the caller's stack is the pthread's */
void port_backtrace_bounds(void);
bool port_context_regs(const void *context, struct port_trap *trap);

/* symbol.c */
void port_symbol_up(void);
bool port_symbol_in_module(uintptr_t pc);
bool port_is_return(uintptr_t pc);

#endif
