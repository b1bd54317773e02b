// SPDX-License-Identifier: MIT
/* Delays: busy ones on the port's clock, sleeping ones on the port's sleep. */
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <asm/processor.h>

#include "kernel/internal.h"

static void spin_until(u64 deadline)
{
	while (quarry_host_clock() < deadline)
		cpu_relax();
}

void ndelay(unsigned long nsecs)
{
	spin_until(quarry_host_clock() + nsecs);
}
EXPORT_SYMBOL(ndelay);

void udelay(unsigned long usecs)
{
	spin_until(quarry_host_clock() + (u64)usecs * NSEC_PER_USEC);
}
EXPORT_SYMBOL(udelay);

void mdelay(unsigned long msecs)
{
	spin_until(quarry_host_clock() + (u64)msecs * NSEC_PER_MSEC);
}
EXPORT_SYMBOL(mdelay);

void msleep(unsigned int msecs)
{
	u64 deadline = quarry_host_clock() + (u64)msecs * NSEC_PER_MSEC;

	do {
		__set_current_state(TASK_UNINTERRUPTIBLE);
	} while (!schedule_clock(deadline));
}
EXPORT_SYMBOL(msleep);

unsigned long msleep_interruptible(unsigned int msecs)
{
	u64 now, deadline = quarry_host_clock() + (u64)msecs * NSEC_PER_MSEC;

	__set_current_state(TASK_INTERRUPTIBLE);
	if (schedule_clock(deadline))
		return 0;
	now = quarry_host_clock();
	return now >= deadline ? 0 : (unsigned long)div_u64(deadline - now, NSEC_PER_MSEC);
}
EXPORT_SYMBOL(msleep_interruptible);

/**
 * usleep_range_state - sleep at least @min microseconds
 * @min: microseconds
 * @max: not used for anything but its promise: later is in order until then
 * @state: TASK_* to sleep in
 * Context: a thread that may sleep.
 */
void usleep_range_state(unsigned long min, unsigned long max, unsigned int state)
{
	u64 deadline = quarry_host_clock() + (u64)min * NSEC_PER_USEC;

	do {
		__set_current_state(state);
	} while (!schedule_clock(deadline));
}
EXPORT_SYMBOL(usleep_range_state);

void quarry_msleep(unsigned int ms)
{
	msleep(ms);
}
