// SPDX-License-Identifier: MIT
/*
 * Leaves a shrinker registered, whose functions are gone.
 *
 * exit: 6
 * expect: shrinker
 * expect: leaked-cache
 * expect: verdict: leak (exit code 6)
 */
#include <linux/module.h>
#include <linux/shrinker.h>

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 0;
}

static unsigned long scan(struct shrinker *s, struct shrink_control *sc)
{
	return SHRINK_STOP;
}

static struct shrinker shrinker = {
	.count_objects = count,
	.scan_objects = scan,
	.seeks = DEFAULT_SEEKS,
};

static int __init plant_init(void)
{
	return register_shrinker(&shrinker, "leaked-cache");
}

static void __exit plant_exit(void)
{
}

module_init(plant_init);
module_exit(plant_exit);

MODULE_LICENSE("Dual MIT/GPL");
