// SPDX-License-Identifier: MIT
/* Its functions have names that mean something to those who link programs. */
#include <linux/module.h>
#include <linux/slab.h>

int _init(void);
void _fini(void);

static unsigned int calls;

int _init(void)
{
	kfree(kmalloc(5, GFP_KERNEL));
	pr_info("init_names: call %u\n", ++calls);
	return 0;
}

void _fini(void)
{
	kfree(kmalloc(5, GFP_KERNEL));
	pr_info("init_names: call %u\n", ++calls);
}

module_init(_init);
module_exit(_fini);

MODULE_LICENSE("Dual MIT/GPL");
