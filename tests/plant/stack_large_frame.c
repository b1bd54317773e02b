// SPDX-License-Identifier: MIT
/*
 * Five KiB of local variables are all right; a frame of more than the whole stack is not, and
 * it does not touch the guard page on its way.
 *
 * exit: 8
 * expect: 5 KiB are all right
 * expect: BUG: kernel stack overflow: task insmod/1, address
 * expect: a frame larger than the guard page has stepped over that
 * expect: verdict: fault in init of stack_large_frame
 */
#include <linux/module.h>
#include <asm/page.h>

static noinline int five(void)
{
	char here[5 << 10], *p = here;

	OPTIMIZER_HIDE_VAR(p);
	p[0] = 1;
	p[sizeof(here) - 1] = 2;
	return READ_ONCE(p[0]) + READ_ONCE(p[sizeof(here) - 1]);
}

static noinline int more(void)
{
	char here[THREAD_SIZE + 6000], *p = here;

	OPTIMIZER_HIDE_VAR(p);
	p[0] = 1;
	return READ_ONCE(p[0]) + five();
}

static int __init plant_init(void)
{
	if (five() == 3)
		pr_info("5 KiB are all right\n");
	return more() > 100 ? -EINVAL : 0;
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
