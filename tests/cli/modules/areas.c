// SPDX-License-Identifier: MIT
/* Areas for a map: of two callers, and a run of them that was freed. */
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#define NR	5

static unsigned int large = 40;		/* pages of the large one */
module_param(large, uint, 0444);

static void *small[NR], *one;

static noinline void take_small(void)
{
	int i;

	for (i = 0; i < NR; i++)
		small[i] = vmalloc(3 * PAGE_SIZE);
}

static noinline void take_large(void)
{
	one = vmalloc((unsigned long)large * PAGE_SIZE);
}

static int __init areas_init(void)
{
	take_small();
	take_large();
	vfree(small[1]);
	vfree(small[2]);
	small[1] = small[2] = NULL;
	return 0;
}

static void __exit areas_exit(void)
{
	int i;

	for (i = 0; i < NR; i++)
		vfree(small[i]);
	vfree(one);
}

module_init(areas_init);
module_exit(areas_exit);
MODULE_LICENSE("Dual MIT/GPL");
