// SPDX-License-Identifier: MIT
/*
 * Saying things not too often. One lock for all states: who gets here has
 * something to say, which takes longer.
 *
 * A state outlives the machine (it is a static variable of the caller's), so it
 * remembers in which of its lives it was used, and starts afresh in the next.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/ratelimit.h>

#include "lib/lib.h"

#define NS_PER_TICK	(1000000000u / HZ)

static struct lib_lock ratelimit_lock;
static struct ratelimit_state printk_state;

int ___ratelimit(struct ratelimit_state *rs, const char *func)
{
	unsigned long flags;
	int missed = 0, pass;
	u64 now;

	if (!rs->interval)
		return 1;
	flags = arch_local_irq_save();
	if (!lib_lock(&ratelimit_lock)) {
		arch_local_irq_restore(flags);
		return 0;
	}
	now = lib_clock();
	if (rs->boot != printk_boot() ||
	    now - rs->begin >= (u64)(unsigned int)rs->interval * NS_PER_TICK) {
		if (rs->boot == printk_boot() && !(rs->flags & RATELIMIT_MSG_ON_RELEASE))
			missed = rs->missed;
		rs->boot = printk_boot();
		rs->begin = now;
		rs->printed = 0;
		rs->missed = 0;
	}
	pass = rs->printed < rs->burst;
	if (pass)
		rs->printed++;
	else
		rs->missed++;
	lib_unlock(&ratelimit_lock);
	arch_local_irq_restore(flags);
	if (missed)
		pr_warn("%s: %d callbacks suppressed\n", func, missed);
	return pass;
}
EXPORT_SYMBOL(___ratelimit);

int __printk_ratelimit(const char *func)
{
	if (!printk_state.interval)
		ratelimit_default_init(&printk_state);
	return ___ratelimit(&printk_state, func);
}
EXPORT_SYMBOL(__printk_ratelimit);
