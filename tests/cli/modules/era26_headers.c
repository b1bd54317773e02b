// SPDX-License-Identifier: MIT
/* Headers that have gone since 2.6, and what one took from them. */
#include <linux/config.h>
#include <linux/module.h>
#include <asm/semaphore.h>
#include <asm/system.h>

static DECLARE_MUTEX(sem);

static int __init era26_headers_init(void)
{
	unsigned long flags;

	if (down_interruptible(&sem))
		return -ERESTARTSYS;
	local_irq_save(flags);
	smp_mb();
	local_irq_restore(flags);
	up(&sem);
	return 0;
}

static void __exit era26_headers_exit(void)
{
}

module_init(era26_headers_init);
module_exit(era26_headers_exit);

MODULE_LICENSE("Dual MIT/GPL");
