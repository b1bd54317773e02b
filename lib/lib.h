/* SPDX-License-Identifier: MIT */
/* What lib/'s own files know of each other. */
#ifndef LIB_LIB_H
#define LIB_LIB_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/irqflags.h>

/** lib_clock - quarry_host_clock(), or 0 from a port that has no clock */
u64 lib_clock(void);

/** lib_cpu - this CPU's number, even before there are per-CPU variables */
static inline unsigned int lib_cpu(void)
{
#ifdef QUARRY_PORT_CPU
	return QUARRY_PORT_CPU();
#else
	return quarry_host_cpu();
#endif
}

/** lib_mix - a number that depends on each bit of @x; no two have the same */
static inline u64 lib_mix(u64 x)
{
	x ^= x >> 32;
	x *= 0xe9846af9b1a615dull;
	x ^= x >> 32;
	x *= 0xe9846af9b1a615dull;
	x ^= x >> 28;
	return x;
}

/*
 * The lock of the log and of the reports: it is taken with interrupts off, spins,
 * knows its owner, and touches no per-CPU variable, so that it works at any time.
 */
struct lib_lock {
	unsigned int owner;	/* CPU's number plus 1 */
};

/** lib_lock - false: this CPU has it already, and must not wait for itself */
bool lib_lock(struct lib_lock *lock);
void lib_unlock(struct lib_lock *lock);

/** printk_boot - which life of the machine this is; changes at printk_init() */
unsigned int printk_boot(void);
void format_reset(void);

/** errname - "-EINVAL" for -22; NULL: no such error */
const char *errname(int err);

/**
 * page_flags_place - "node=0|zone=1", for %pGp; the memory manager's
 * @flags: of a struct page
 * @named: gets the flags that have names
 * Return: length of the text.
 */
int page_flags_place(unsigned long flags, unsigned long *named, char *buf, size_t size) __weak;

#endif
