/* SPDX-License-Identifier: MIT */
/* This CPU's interrupts: off and on. */
#ifndef _LINUX_IRQFLAGS_H
#define _LINUX_IRQFLAGS_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <quarry/host.h>

/* Flags are 0 when interrupts were on. */
#ifdef QUARRY_PORT_IRQ_SAVE
#define arch_local_irq_save()		QUARRY_PORT_IRQ_SAVE()
#else
#define arch_local_irq_save()		quarry_host_irq_save()
#endif
#ifdef QUARRY_PORT_IRQ_RESTORE
#define arch_local_irq_restore(flags)	QUARRY_PORT_IRQ_RESTORE(flags)
#else
#define arch_local_irq_restore(flags)	quarry_host_irq_restore(flags)
#endif

static inline unsigned long arch_local_save_flags(void)
{
	unsigned long flags = arch_local_irq_save();

	arch_local_irq_restore(flags);
	return flags;
}

#define irqs_disabled_flags(flags)	((flags) != 0)
#define irqs_disabled()			(arch_local_save_flags() != 0)

#define local_irq_disable()		((void)arch_local_irq_save())
#define local_irq_enable()		arch_local_irq_restore(0)
#define local_irq_save(flags)		((flags) = arch_local_irq_save())
#define local_irq_restore(flags)	arch_local_irq_restore(flags)
#define local_save_flags(flags)		((flags) = arch_local_save_flags())
#define raw_local_irq_disable()		local_irq_disable()
#define raw_local_irq_enable()		local_irq_enable()
#define raw_local_irq_save(flags)	local_irq_save(flags)
#define raw_local_irq_restore(flags)	local_irq_restore(flags)
#define raw_irqs_disabled()		irqs_disabled()

#endif
