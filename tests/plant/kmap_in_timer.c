// SPDX-License-Identifier: MIT
/*
 * Calls kmap() in a timer's function, which must not wait for a slot.
 *
 * args: --machine i386-4g
 * exit: 7
 * expect: BUG: kmap() in interrupt context
 * expect: kmap_atomic() and kmap_local_page() are for that
 * expect: @bug
 * expect: verdict: 0 warnings, 1 bug
 * expect: verdict: bug (exit code 7)
 */
#include <linux/module.h>
#include <linux/highmem.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/timer.h>

static struct page *page;

static void ring(struct timer_list *unused)
{
	char *p = kmap(page); /* bug */

	if (!p)
		return;
	p[0] = 1;
	kunmap(page);
}

static DEFINE_TIMER(timer, ring);

static int __init plant_init(void)
{
	page = alloc_page(GFP_HIGHUSER);
	if (!page)
		return -ENOMEM;
	mod_timer(&timer, jiffies + 1);
	while (timer_pending(&timer))
		schedule_timeout_uninterruptible(1);
	return 0;
}

static void __exit plant_exit(void)
{
	del_timer_sync(&timer);
	__free_page(page);
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
