/* SPDX-License-Identifier: MIT */
/* Interrupts on this CPU, off and on. */
#ifndef _LINUX_IRQFLAGS_H
#define _LINUX_IRQFLAGS_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <asm/irqflags.h>

#define raw_local_irq_save(flags)	((flags) = arch_local_irq_save())
#define raw_local_irq_restore(flags)	arch_local_irq_restore(flags)
#define raw_local_irq_disable()		((void)arch_local_irq_save())
#define raw_local_irq_enable()		arch_local_irq_restore(0)
#define raw_irqs_disabled()		arch_irqs_disabled()
#define raw_irqs_disabled_flags(flags)	((flags) != 0)

/* The flags are an unsigned long: comparing addresses makes anything else warn. */
#define local_irq_save(flags)						\
	do {								\
		(void)((unsigned long *)0 == &(flags));			\
		raw_local_irq_save(flags);				\
	} while (0)
#define local_irq_restore(flags)	raw_local_irq_restore(flags)
#define local_irq_disable()		raw_local_irq_disable()
#define local_irq_enable()		raw_local_irq_enable()
#define local_save_flags(flags)		((flags) = irqs_disabled())
#define irqs_disabled()			raw_irqs_disabled()
#define irqs_disabled_flags(flags)	raw_irqs_disabled_flags(flags)
#define safe_halt()			local_irq_enable()

#endif
