// SPDX-License-Identifier: MIT
/*
 * Areas that were freed where nobody may unmap them, as in an interrupt: a work does it
 * (mm/vmap_lazy.c, Z2 and Z5), so that it does not wait for the next vmalloc() or vfree().
 */
#include <linux/workqueue.h>

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/vmap.h"

static bool up;

static void purge_fn(struct work_struct *work)
{
	vmap_purge_due();
}

static DECLARE_WORK(purge_work, purge_fn);

void vmap_purge_soon(void)
{
	if (READ_ONCE(up))
		schedule_work(&purge_work);
}

void vpurge_start(void)
{
	INIT_WORK(&purge_work, purge_fn);
	WRITE_ONCE(up, true);
}

void vpurge_stop(void)
{
	if (!up)
		return;		/* never started */
	WRITE_ONCE(up, false);
	cancel_work_sync(&purge_work);
}
