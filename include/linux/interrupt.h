/* SPDX-License-Identifier: MIT */
/* Interrupt contexts. There are no devices yet, so nothing to request a line from. */
#ifndef _LINUX_INTERRUPT_H
#define _LINUX_INTERRUPT_H

#include <linux/kernel.h>
#include <linux/bitops.h>
#include <linux/preempt.h>
#include <linux/cpumask.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/bottom_half.h>
#include <linux/sched.h>

#endif
