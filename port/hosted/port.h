/* SPDX-License-Identifier: MIT */
/*
 * The hosted port's QUARRY_PORT_HEADER: the hot host functions inline.
 *
 * Which CPU a thread holds is thread-local, so each form is one or two
 * instructions. The core, modules and the port itself include this file; it
 * stands alone.
 *
 * H1  A thread that holds no CPU has irq_off set, so that no interrupt runs on it.
 * H2  The signal handler runs an interrupt at once if irq_off is clear, else it
 *     sets irq_pending; whoever clears irq_off looks at irq_pending afterwards.
 * H3  On x86-64 the base of the segment %gs is percpu_offset, so that an operation on this
 *     CPU's copy of a variable is one instruction.
 */
#ifndef QUARRY_PORT_HOSTED_PORT_H
#define QUARRY_PORT_HOSTED_PORT_H

/* Keys: O the thread itself, its signal handler included */
struct quarry_hosted_self {
	unsigned long percpu_offset;	/* O  __per_cpu_offset[cpu] */
	unsigned long lane, home;	/* O  the core's: QUARRY_PORT_LANE() */
	unsigned int cpu;		/* O  the CPU it holds */
	volatile unsigned long irq_off;	/* O  interrupts are off (H1) */
	volatile int irq_pending;	/* O  one came meanwhile (H2) */
	int segment_set;		/* O  a new thread has its maker's (H3) */
};

/**
 * quarry_hosted_percpu_set - from now on these are the caller's copies
 * @offset: __per_cpu_offset[] of the CPU it has
 */
void quarry_hosted_percpu_set(unsigned long offset);

/* Modules are shared objects; all else is part of the program. */
#ifdef MODULE
#define QUARRY_HOSTED_TLS	"initial-exec"
#else
#define QUARRY_HOSTED_TLS	"local-exec"
#endif
extern __thread struct quarry_hosted_self quarry_hosted_self
	__attribute__((__tls_model__(QUARRY_HOSTED_TLS)));
extern unsigned long __per_cpu_offset[];

/**
 * quarry_hosted_irq_pending - run what came while interrupts were off
 * Context: a thread that holds a CPU; turns interrupts on.
 */
void quarry_hosted_irq_pending(void);

static inline __attribute__((__always_inline__)) unsigned long quarry_hosted_irq_save(void)
{
	unsigned long flags = quarry_hosted_self.irq_off;

	quarry_hosted_self.irq_off = 1;
	__asm__ __volatile__("" : : : "memory");
	return flags;
}

/* Nonzero: the caller runs quarry_hosted_irq_pending() before anything else. */
static inline __attribute__((__always_inline__)) int
quarry_hosted_irq_restore_quick(unsigned long flags)
{
	__asm__ __volatile__("" : : : "memory");
	quarry_hosted_self.irq_off = flags;
	return __builtin_expect(!flags && quarry_hosted_self.irq_pending, 0);
}

static inline __attribute__((__always_inline__)) void quarry_hosted_irq_restore(unsigned long flags)
{
	if (quarry_hosted_irq_restore_quick(flags))
		quarry_hosted_irq_pending();
}

/* device.c: how many pages of registers are mapped, and accesses that may be to one. */
extern int quarry_hosted_io_pages;
int quarry_hosted_io_read(const volatile void *addr, unsigned int bytes, __UINT64_TYPE__ *value);
int quarry_hosted_io_write(volatile void *addr, unsigned int bytes, __UINT64_TYPE__ value);

static inline __attribute__((__always_inline__)) int quarry_hosted_io(void)
{
	return __builtin_expect(__atomic_load_n(&quarry_hosted_io_pages, __ATOMIC_RELAXED), 0);
}

#define QUARRY_PORT_CPU()		(quarry_hosted_self.cpu)
#define QUARRY_PORT_PERCPU_OFFSET()	(quarry_hosted_self.percpu_offset)
#if defined(__x86_64__) && defined(__SEG_GS)
#define QUARRY_PORT_PERCPU_SEGMENT	__seg_gs	/* H3 */
#define QUARRY_PORT_PERCPU_PREFIX	"%%gs:"
#endif
#define QUARRY_PORT_PERCPU_CHANGED()					\
	quarry_hosted_percpu_set(__per_cpu_offset[quarry_hosted_self.cpu])
#define QUARRY_PORT_LANE()		(quarry_hosted_self.lane)
#define QUARRY_PORT_HOME()		(quarry_hosted_self.home)
#define QUARRY_PORT_LANE_SET(lane_, home_)				\
	((void)(quarry_hosted_self.lane = (lane_), quarry_hosted_self.home = (home_)))
#define QUARRY_PORT_IRQ_SAVE()		quarry_hosted_irq_save()
#define QUARRY_PORT_IRQ_RESTORE(flags)	quarry_hosted_irq_restore(flags)
#define QUARRY_PORT_IRQ_RESTORE_QUICK(flags) quarry_hosted_irq_restore_quick(flags)
#define QUARRY_PORT_IRQ_PENDING()	quarry_hosted_irq_pending()
#define QUARRY_PORT_RELAX()		quarry_host_relax()
#define QUARRY_PORT_IO_READ(addr, bytes, value)				\
	(quarry_hosted_io() && quarry_hosted_io_read(addr, bytes, value))
#define QUARRY_PORT_IO_WRITE(addr, bytes, value)			\
	(quarry_hosted_io() && quarry_hosted_io_write(addr, bytes, value))

#endif
