// SPDX-License-Identifier: MIT
/* Asks for pages four times, and unwinds when there are none. */
#include <linux/gfp.h>
#include <linux/module.h>

static unsigned long pages[4];

static void give_back(void)
{
	int i;

	for (i = 0; i < 4; i++) {
		free_pages(pages[i], i);
		pages[i] = 0;
	}
}

static int __init four_init(void)
{
	int i;

	for (i = 0; i < 4; i++) {
		pages[i] = __get_free_pages(GFP_KERNEL, i);
		if (!pages[i]) {
			pr_info("four_pages: none for number %d\n", i + 1);
			give_back();
			return -ENOMEM;
		}
	}
	return 0;
}

static void __exit four_exit(void)
{
	give_back();
}

module_init(four_init);
module_exit(four_exit);
MODULE_LICENSE("Dual MIT/GPL");
