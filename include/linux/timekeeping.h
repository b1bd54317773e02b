/* SPDX-License-Identifier: MIT */
/*
 * Clocks. A port has one, which starts at some fixed moment: "real" time begins
 * then, too, so that a run in seeded mode repeats.
 */
#ifndef _LINUX_TIMEKEEPING_H
#define _LINUX_TIMEKEEPING_H

#include <linux/errno.h>
#include <linux/ktime.h>
#include <quarry/host.h>

static inline u64 ktime_get_ns(void)
{
	return quarry_host_clock();
}

static inline ktime_t ktime_get(void)
{
	return (ktime_t)quarry_host_clock();
}

static inline void ktime_get_ts64(struct timespec64 *ts)
{
	*ts = ns_to_timespec64((s64)quarry_host_clock());
}

static inline time64_t ktime_get_seconds(void)
{
	return (time64_t)div_u64(quarry_host_clock(), NSEC_PER_SEC);
}

#define ktime_get_raw()			ktime_get()
#define ktime_get_raw_ns()		ktime_get_ns()
#define ktime_get_raw_ts64(ts)		ktime_get_ts64(ts)
#define ktime_get_coarse()		ktime_get()
#define ktime_get_coarse_ns()		ktime_get_ns()
#define ktime_get_coarse_ts64(ts)	ktime_get_ts64(ts)
#define ktime_get_fast_ns()		ktime_get_ns()
#define ktime_get_mono_fast_ns()	ktime_get_ns()
#define ktime_get_boottime()		ktime_get()
#define ktime_get_boottime_ns()		ktime_get_ns()
#define ktime_get_boottime_ts64(ts)	ktime_get_ts64(ts)
#define ktime_get_boottime_seconds()	ktime_get_seconds()
#define ktime_get_real()		ktime_get()
#define ktime_get_real_ns()		ktime_get_ns()
#define ktime_get_real_ts64(ts)		ktime_get_ts64(ts)
#define ktime_get_real_seconds()	ktime_get_seconds()
#define ktime_get_coarse_real_ts64(ts)	ktime_get_ts64(ts)
#define ktime_get_clocktai_ns()		ktime_get_ns()

#endif
