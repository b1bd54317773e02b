// SPDX-License-Identifier: MIT
/*
 * Notifier chains: functions in order of priority, first come first among equals,
 * until one says stop.
 *
 * A chain that is being called must keep its blocks; the atomic kind's lock and the
 * blocking kind's semaphore see to that. A raw chain is its owner's business.
 */
#include <linux/notifier.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/oom.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "kernel/internal.h"

static int chain_register(struct notifier_block **link, struct notifier_block *nb)
{
	struct notifier_block **place = NULL;

	for (; *link; link = &(*link)->next) {
		if (WARN(*link == nb, "notifier callback %ps already registered\n",
			 (void *)nb->notifier_call))
			return -EEXIST;
		if (!place && (*link)->priority < nb->priority)
			place = link;
	}
	if (!place)
		place = link;
	nb->next = *place;
	smp_store_release(place, nb);
	return 0;
}

static int chain_unregister(struct notifier_block **link, struct notifier_block *nb)
{
	for (; *link; link = &(*link)->next) {
		if (*link != nb)
			continue;
		WRITE_ONCE(*link, nb->next);
		return 0;
	}
	return -ENOENT;
}

static int chain_call(struct notifier_block *nb, unsigned long val, void *v)
{
	int ret = NOTIFY_DONE;

	while (nb) {
		struct notifier_block *next = nb->next;	/* it may take itself off */

		ret = nb->notifier_call(nb, val, v);
		if (ret & NOTIFY_STOP_MASK)
			break;
		nb = next;
	}
	return ret;
}

int atomic_notifier_chain_register(struct atomic_notifier_head *nh, struct notifier_block *nb)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&nh->lock, flags);
	ret = chain_register(&nh->head, nb);
	spin_unlock_irqrestore(&nh->lock, flags);
	return ret;
}
EXPORT_SYMBOL(atomic_notifier_chain_register);

/* Context: may sleep, until nobody calls the chain as it was. */
int atomic_notifier_chain_unregister(struct atomic_notifier_head *nh, struct notifier_block *nb)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&nh->lock, flags);
	ret = chain_unregister(&nh->head, nb);
	spin_unlock_irqrestore(&nh->lock, flags);
	synchronize_rcu();
	return ret;
}
EXPORT_SYMBOL(atomic_notifier_chain_unregister);

int atomic_notifier_call_chain(struct atomic_notifier_head *nh, unsigned long val, void *v)
{
	int ret;

	rcu_read_lock();
	ret = chain_call(rcu_dereference(nh->head), val, v);
	rcu_read_unlock();
	return ret;
}
EXPORT_SYMBOL(atomic_notifier_call_chain);

int blocking_notifier_chain_register(struct blocking_notifier_head *nh,
				     struct notifier_block *nb)
{
	int ret;

	down_write(&nh->rwsem);
	ret = chain_register(&nh->head, nb);
	up_write(&nh->rwsem);
	return ret;
}
EXPORT_SYMBOL(blocking_notifier_chain_register);

int blocking_notifier_chain_unregister(struct blocking_notifier_head *nh,
				       struct notifier_block *nb)
{
	int ret;

	down_write(&nh->rwsem);
	ret = chain_unregister(&nh->head, nb);
	up_write(&nh->rwsem);
	return ret;
}
EXPORT_SYMBOL(blocking_notifier_chain_unregister);

int blocking_notifier_call_chain(struct blocking_notifier_head *nh, unsigned long val, void *v)
{
	int ret;

	if (!READ_ONCE(nh->head))
		return NOTIFY_DONE;
	down_read(&nh->rwsem);
	ret = chain_call(nh->head, val, v);
	up_read(&nh->rwsem);
	return ret;
}
EXPORT_SYMBOL(blocking_notifier_call_chain);

int raw_notifier_chain_register(struct raw_notifier_head *nh, struct notifier_block *nb)
{
	return chain_register(&nh->head, nb);
}
EXPORT_SYMBOL(raw_notifier_chain_register);

int raw_notifier_chain_unregister(struct raw_notifier_head *nh, struct notifier_block *nb)
{
	return chain_unregister(&nh->head, nb);
}
EXPORT_SYMBOL(raw_notifier_chain_unregister);

int raw_notifier_call_chain(struct raw_notifier_head *nh, unsigned long val, void *v)
{
	return chain_call(nh->head, val, v);
}
EXPORT_SYMBOL(raw_notifier_call_chain);

/* Out of memory. */

static BLOCKING_NOTIFIER_HEAD(oom_chain);

void notifier_start(void)
{
	BLOCKING_INIT_NOTIFIER_HEAD(&oom_chain);
}

int register_oom_notifier(struct notifier_block *nb)
{
	return blocking_notifier_chain_register(&oom_chain, nb);
}
EXPORT_SYMBOL(register_oom_notifier);

int unregister_oom_notifier(struct notifier_block *nb)
{
	return blocking_notifier_chain_unregister(&oom_chain, nb);
}
EXPORT_SYMBOL(unregister_oom_notifier);

unsigned long call_oom_notifiers(void)
{
	unsigned long freed = 0;

	blocking_notifier_call_chain(&oom_chain, 0, &freed);
	return freed;
}
EXPORT_SYMBOL(call_oom_notifiers);

bool notifier_nth(unsigned int i, struct kernel_user *user)
{
	struct notifier_block *nb;

	down_read(&oom_chain.rwsem);
	for (nb = oom_chain.head; nb && i; nb = nb->next)
		i--;
	if (nb)
		*user = (struct kernel_user) { .kind = "notifier", .address = (uintptr_t)nb,
					       .size = sizeof(*nb),
					       .fn = (uintptr_t)nb->notifier_call };
	up_read(&oom_chain.rwsem);
	return nb != NULL;
}
