/* SPDX-License-Identifier: MIT */
#ifndef LINUX_HARDIRQ_H
#define LINUX_HARDIRQ_H

#include <linux/preempt.h>
#include <linux/lockdep.h>
#include <linux/irqflags.h>
#include <linux/bottom_half.h>

#endif
