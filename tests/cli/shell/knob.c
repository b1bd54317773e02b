// SPDX-License-Identifier: MIT
/* Files below /sys/kernel/debug: a number, a switch, and a file that adds what is written. */
#include <linux/debugfs.h>
#include <linux/module.h>

static struct dentry *dir;
static u32 speed = 33;
static bool loud;
static u64 sum;

static int sum_get(void *data, u64 *val)
{
	*val = sum;
	return 0;
}

static int sum_add(void *data, u64 val)
{
	sum += val;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(sum_fops, sum_get, sum_add, "sum %llu\n");

static int __init knob_init(void)
{
	dir = debugfs_create_dir("knob", NULL);
	debugfs_create_u32("speed", 0644, dir, &speed);
	debugfs_create_bool("loud", 0644, dir, &loud);
	debugfs_create_file("sum", 0644, dir, NULL, &sum_fops);
	return PTR_ERR_OR_ZERO(dir);
}

static void __exit knob_exit(void)
{
	debugfs_remove_recursive(dir);
}

module_init(knob_init);
module_exit(knob_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Three files in debugfs");
