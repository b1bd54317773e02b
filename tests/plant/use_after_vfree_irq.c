// SPDX-License-Identifier: MIT
/*
 * Reads memory that a timer has freed, while nobody else calls vmalloc() or vfree().
 *
 * exit: 8
 * expect: BUG: unable to handle page fault for address
 * expect: use after vfree
 * expect: vmalloc area of 12288 bytes
 * expect: @bug
 * expect: @alloc
 * expect: verdict: fault in init of use_after_vfree_irq
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>

static struct timer_list timer;
static char *p;

static void fire(struct timer_list *t)
{
	vfree(p);
}

static int __init plant_init(void)
{
	p = vmalloc(3 * PAGE_SIZE); /* alloc */
	if (!p)
		return -ENOMEM;
	timer_setup(&timer, fire, 0);
	mod_timer(&timer, jiffies + 1);
	msleep(200);
	return READ_ONCE(p[PAGE_SIZE]); /* bug */
}

static void __exit plant_exit(void)
{
	del_timer_sync(&timer);
}

module_init(plant_init);
module_exit(plant_exit);
MODULE_LICENSE("GPL");
