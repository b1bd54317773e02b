/* SPDX-License-Identifier: MIT */
/* Functions that are called later, in soft interrupt context. Bodies: kernel/timer.c */
#ifndef _LINUX_TIMER_H
#define _LINUX_TIMER_H

#include <linux/list.h>
#include <linux/ktime.h>
#include <linux/stddef.h>
#include <linux/rbtree_types.h>
#include <linux/stringify.h>

/* Keys: C set up by its owner | B the lock of the CPU that it is armed on */
struct timer_list {
	struct rb_node node;			/* B */
	unsigned long expires;			/* B  jiffies */
	void (*function)(struct timer_list *timer); /* C */
	u32 flags;				/* C  TIMER_* */
	u32 base;				/* B  CPU plus 1 while it is armed, or 0 */
	unsigned long site;			/* B  who armed it */
};

#define TIMER_DEFERRABLE	0x00080000
#define TIMER_PINNED		0x00100000
#define TIMER_IRQSAFE		0x00200000

#define __TIMER_INITIALIZER(function_, flags_) \
	{ .function = (function_), .flags = (flags_), .base = 0 }
#define DEFINE_TIMER(name, function) \
	struct timer_list name = __TIMER_INITIALIZER(function, 0)

static inline void __init_timer(struct timer_list *timer,
				void (*function)(struct timer_list *timer), unsigned int flags)
{
	timer->function = function;
	timer->flags = flags;
	timer->base = 0;
}

#define timer_setup(timer, callback, flags)	__init_timer((timer), (callback), (flags))
#define timer_setup_on_stack(timer, callback, flags) timer_setup(timer, callback, flags)
#define destroy_timer_on_stack(timer)		((void)(timer))
#define from_timer(var, callback_timer, timer_fieldname) \
	container_of(callback_timer, __typeof__(*var), timer_fieldname)

static inline int timer_pending(const struct timer_list *timer)
{
	return READ_ONCE(timer->base) != 0;
}

/**
 * mod_timer - arm a timer, or move one that is armed
 * @timer: set up
 * @expires: jiffies at which its function is called, or at once if they are past
 * Context: any. Return: 1 when it was armed already.
 */
int mod_timer(struct timer_list *timer, unsigned long expires);
/** mod_timer_pending - move it only when it is armed */
int mod_timer_pending(struct timer_list *timer, unsigned long expires);
/** timer_reduce - arm it, or move it to an earlier time */
int timer_reduce(struct timer_list *timer, unsigned long expires);
/** add_timer - arm one that is not armed, for timer->expires */
void add_timer(struct timer_list *timer);
void add_timer_on(struct timer_list *timer, int cpu);
/** del_timer - disarm; 1 when it was armed. Its function may be running. Context: any. */
int del_timer(struct timer_list *timer);
/** try_to_del_timer_sync - the same; -1 when its function is running */
int try_to_del_timer_sync(struct timer_list *timer);
/** del_timer_sync - disarm, and wait until its function has returned
 *  Context: not its function, nor any lock held that its function takes. */
int del_timer_sync(struct timer_list *timer);
#define timer_delete(t)		del_timer(t)
#define timer_delete_sync(t)	del_timer_sync(t)
#define del_singleshot_timer_sync(t) del_timer_sync(t)

#endif
