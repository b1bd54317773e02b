/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_RATELIMIT_TYPES_H
#define _LINUX_RATELIMIT_TYPES_H

#include <linux/types.h>
#include <asm/param.h>

#define DEFAULT_RATELIMIT_INTERVAL	(5 * HZ)
#define DEFAULT_RATELIMIT_BURST		10

#define RATELIMIT_MSG_ON_RELEASE	1u

/* Keys: C fixed when it is made | L the ratelimit code's lock */
struct ratelimit_state {
	int interval;		/* C  ticks; 0: no limit */
	int burst;		/* C  how many pass in one interval */
	int printed;		/* L */
	int missed;		/* L */
	unsigned int boot;	/* L  in which life of the machine begin was set */
	u64 begin;		/* L  ns */
	unsigned long flags;	/* C */
};

#define RATELIMIT_STATE_INIT_FLAGS(name, interval_init, burst_init, flags_init) \
	{ .interval = (interval_init), .burst = (burst_init), .flags = (flags_init) }
#define RATELIMIT_STATE_INIT(name, interval_init, burst_init) \
	RATELIMIT_STATE_INIT_FLAGS(name, interval_init, burst_init, 0)
#define RATELIMIT_STATE_INIT_DISABLED RATELIMIT_STATE_INIT(, 0, DEFAULT_RATELIMIT_BURST)
#define DEFINE_RATELIMIT_STATE(name, interval_init, burst_init) \
	struct ratelimit_state name = RATELIMIT_STATE_INIT(name, interval_init, burst_init)

/**
 * ___ratelimit - may this be said now?
 * @rs: how often
 * @func: who asks, for the line that says how many were suppressed
 * Context: any. Return: 0 when it should be suppressed.
 */
int ___ratelimit(struct ratelimit_state *rs, const char *func);
#define __ratelimit(state)	___ratelimit(state, __func__)

#endif
