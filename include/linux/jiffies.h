/* SPDX-License-Identifier: MIT */
/*
 * Time in ticks. Nothing ticks: `jiffies` is computed from the port's clock, so
 * it is an expression and cannot be assigned to.
 */
#ifndef _LINUX_JIFFIES_H
#define _LINUX_JIFFIES_H

#include <linux/types.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/time.h>
#include <linux/timex.h>
#include <asm/param.h>

#define TICK_NSEC	(NSEC_PER_SEC / HZ)
#define TICK_USEC	(USEC_PER_SEC / HZ)

/* The 32-bit count overflows five minutes after boot, so that bugs show early. */
#define INITIAL_JIFFIES	((unsigned long)(unsigned int)(-300 * HZ))
#define MAX_JIFFY_OFFSET ((LONG_MAX >> 1) - 1)

/* mm/wait.c */
/** get_jiffies_64 - ticks since boot, plus INITIAL_JIFFIES. Context: any. */
u64 get_jiffies_64(void);
/** jiffies_clock - the quarry_host_clock() at which `jiffies` becomes @ticks or later */
u64 jiffies_clock(u64 ticks);
#define jiffies_64	get_jiffies_64()
#define jiffies		((unsigned long)get_jiffies_64())

#define time_after(a, b)	((long)((unsigned long)(b) - (unsigned long)(a)) < 0)
#define time_before(a, b)	time_after(b, a)
#define time_after_eq(a, b)	((long)((unsigned long)(a) - (unsigned long)(b)) >= 0)
#define time_before_eq(a, b)	time_after_eq(b, a)
#define time_in_range(a, b, c)	(time_after_eq(a, b) && time_before_eq(a, c))
#define time_in_range_open(a, b, c) (time_after_eq(a, b) && time_before(a, c))
#define time_after64(a, b)	((s64)((u64)(b) - (u64)(a)) < 0)
#define time_before64(a, b)	time_after64(b, a)
#define time_after_eq64(a, b)	((s64)((u64)(a) - (u64)(b)) >= 0)
#define time_before_eq64(a, b)	time_after_eq64(b, a)
#define time_is_before_jiffies(a)	time_after(jiffies, a)
#define time_is_after_jiffies(a)	time_before(jiffies, a)
#define time_is_before_eq_jiffies(a)	time_after_eq(jiffies, a)
#define time_is_after_eq_jiffies(a)	time_before_eq(jiffies, a)

static inline unsigned int jiffies_to_msecs(unsigned long j)
{
	return (unsigned int)(j * (MSEC_PER_SEC / HZ));
}

static inline unsigned int jiffies_to_usecs(unsigned long j)
{
	return (unsigned int)(j * (USEC_PER_SEC / HZ));
}

static inline u64 jiffies_to_nsecs(unsigned long j)
{
	return (u64)j * TICK_NSEC;
}

static inline u64 jiffies64_to_nsecs(u64 j)
{
	return j * TICK_NSEC;
}

static inline u64 jiffies64_to_msecs(u64 j)
{
	return j * (MSEC_PER_SEC / HZ);
}

/* Rounded up; a negative time is for ever. */
static inline unsigned long msecs_to_jiffies(unsigned int m)
{
	if ((int)m < 0)
		return MAX_JIFFY_OFFSET;
	return (m + MSEC_PER_SEC / HZ - 1) / (MSEC_PER_SEC / HZ);
}

static inline unsigned long usecs_to_jiffies(unsigned int u)
{
	return u / (USEC_PER_SEC / HZ) + (u % (USEC_PER_SEC / HZ) != 0);
}

/* Rounded down. */
static inline u64 nsecs_to_jiffies64(u64 n)
{
	return div_u64(n, TICK_NSEC);
}

static inline unsigned long nsecs_to_jiffies(u64 n)
{
	return (unsigned long)nsecs_to_jiffies64(n);
}

static inline unsigned long timespec64_to_jiffies(const struct timespec64 *t)
{
	return (unsigned long)t->tv_sec * HZ +
	       (unsigned long)(t->tv_nsec + TICK_NSEC - 1) / TICK_NSEC;
}

static inline void jiffies_to_timespec64(unsigned long j, struct timespec64 *t)
{
	t->tv_sec = (time64_t)(j / HZ);
	t->tv_nsec = (long)(j % HZ) * (long)TICK_NSEC;
}

static inline unsigned long round_jiffies(unsigned long j)
{
	return (j + HZ - 1) / HZ * HZ;
}

static inline unsigned long round_jiffies_relative(unsigned long j)
{
	unsigned long now = jiffies;

	return round_jiffies(now + j) - now;
}

#define jiffies_to_clock_t(j)		((j) * USER_HZ / HZ)
#define clock_t_to_jiffies(c)		((c) * HZ / USER_HZ)
#define jiffies_delta_to_msecs(delta)	jiffies_to_msecs((unsigned long)max(0L, (long)(delta)))

#endif
