// SPDX-License-Identifier: MIT
/*
 * The timer that returns what caches of objects keep and do not use (document 004: "a
 * timer function invoked periodically"). What goes is the backend's business; only SLAB has
 * such a thing. Without kernel/ nobody calls slab_reap(), and caches keep what they have.
 *
 * T1  The work arms itself again, so there is one at a time. It isn't armed at all if the
 *     backend has no period.
 */
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include "kernel/internal.h"
#include "mm/internal.h"

static void reap(struct work_struct *work);
static struct delayed_work reaper;
static bool started;		/* start and stop only */

static void arm(void)
{
	schedule_delayed_work(&reaper, slab_reap_period() * HZ);
}

static void reap(struct work_struct *work)
{
	slab_reap();
	arm();
}

void slab_reap_start(void)
{
	if (started || !slab_reap_period())
		return;
	started = true;
	INIT_DELAYED_WORK(&reaper, reap);
	arm();
}

bool slab_reap_stop(void)
{
	bool was = started;

	if (was)
		cancel_delayed_work_sync(&reaper);
	started = false;
	return was;
}
