/* SPDX-License-Identifier: MIT */
/*
 * Who wants to be asked for memory before an allocation is given up: the last step of
 * reclaim (mm/gfp.c).
 */
#ifndef __INCLUDE_LINUX_OOM_H
#define __INCLUDE_LINUX_OOM_H

#include <linux/notifier.h>
#include <linux/sched/signal.h>

/* kernel/notifier.c; @data of the call is an unsigned long *: pages freed so far. */
int register_oom_notifier(struct notifier_block *nb);
int unregister_oom_notifier(struct notifier_block *nb);
/** call_oom_notifiers - ask everybody. Context: may sleep. Return: pages freed. */
unsigned long call_oom_notifiers(void);

#endif
