// SPDX-License-Identifier: MIT
/* Module parameters. */
#include <linux/module.h>
#include <linux/moduleparam.h>

static int count = 1;
module_param(count, int, 0644);
static char *name = "nobody";
module_param(name, charp, 0444);
static bool loud;
module_param(loud, bool, 0);
static int list[4];
static int nr_list;
module_param_array(list, int, &nr_list, 0);

static int __init params_init(void)
{
	pr_info("params: count %d, name %s, loud %d, list of %d, last %d\n", count, name, loud,
		nr_list, nr_list ? list[nr_list - 1] : -1);
	return 0;
}

static void __exit params_exit(void)
{
}

module_init(params_init);
module_exit(params_exit);
MODULE_LICENSE("Dual MIT/GPL");
