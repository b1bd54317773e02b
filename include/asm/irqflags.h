/* SPDX-License-Identifier: MIT */
/* The port's interrupt switch. 0 means that interrupts are on. */
#ifndef _ASM_IRQFLAGS_H
#define _ASM_IRQFLAGS_H

#include <linux/compiler.h>
#include <quarry/host.h>

static __always_inline unsigned long arch_local_irq_save(void)
{
#ifdef QUARRY_PORT_IRQ_SAVE
	return QUARRY_PORT_IRQ_SAVE();
#else
	return quarry_host_irq_save();
#endif
}

static __always_inline void arch_local_irq_restore(unsigned long flags)
{
#ifdef QUARRY_PORT_IRQ_RESTORE
	QUARRY_PORT_IRQ_RESTORE(flags);
#else
	quarry_host_irq_restore(flags);
#endif
}

/*
 * arch_local_irq_restore() for a function that wants to call nothing in its middle:
 * true means that it has to end with arch_local_irq_pending().
 */
static __always_inline bool arch_local_irq_restore_quick(unsigned long flags)
{
#ifdef QUARRY_PORT_IRQ_RESTORE_QUICK
	return QUARRY_PORT_IRQ_RESTORE_QUICK(flags);
#else
	arch_local_irq_restore(flags);
	return false;
#endif
}

static __always_inline void arch_local_irq_pending(void)
{
#ifdef QUARRY_PORT_IRQ_RESTORE_QUICK
	QUARRY_PORT_IRQ_PENDING();
#endif
}

/* A port is never asked directly: switching off tells what was. */
static __always_inline bool arch_irqs_disabled(void)
{
	unsigned long flags = arch_local_irq_save();

	arch_local_irq_restore(flags);
	return flags != 0;
}

#endif
