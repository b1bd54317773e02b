// SPDX-License-Identifier: MIT
/*
 * Probes: functions of others that are called at tracepoints (linux/tracepoint.h).
 *
 * R1  A tracepoint's funcs are its probes in the order of their registration, ended by
 *     a NULL function; NULL if there are none. The array never changes: another one
 *     takes its place, and it is freed when no CPU can be walking it.
 * R2  Each probe is one in its tracepoint's key (mm/trace.c).
 *
 * Locking: trace_mutex, which also guards what mm/trace.h says of one at a time.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "kernel/internal.h"
#include "mm/trace.h"

/* Keys: C constant | T trace_mutex */
struct probe {
	struct list_head list;		/* T */
	struct tracepoint *tp;		/* C */
	struct tracepoint_func func;	/* C */
	unsigned long site;		/* C  who registered it */
};

DEFINE_MUTEX(trace_mutex);
static LIST_HEAD(probes);		/* T */

void tracepoint_synchronize_unregister(void)
{
	synchronize_rcu();
}
EXPORT_SYMBOL(tracepoint_synchronize_unregister);

void for_each_kernel_tracepoint(void (*fct)(struct tracepoint *tp, void *priv), void *priv)
{
	for (unsigned int i = 0; trace_events[i]; i++)
		fct(trace_events[i]->tp, priv);
}
EXPORT_SYMBOL(for_each_kernel_tracepoint);

static struct probe *find(struct tracepoint *tp, void *func, void *data)
{
	struct probe *p;

	list_for_each_entry(p, &probes, list)
		if (p->tp == tp && p->func.func == func && p->func.data == data)
			return p;
	return NULL;
}

/* Makes R1 true of the list as it is. The old array becomes the caller's. */
static int publish(struct tracepoint *tp, struct tracepoint_func **old)
{
	struct tracepoint_func *funcs = NULL;
	struct probe *p;
	size_t n = 0;

	*old = tp->funcs;
	list_for_each_entry(p, &probes, list)
		n += p->tp == tp;
	if (n) {
		funcs = kcalloc(n + 1, sizeof(*funcs), GFP_KERNEL);
		if (!funcs)
			return -ENOMEM;
		n = 0;
		list_for_each_entry(p, &probes, list)
			if (p->tp == tp)
				funcs[n++] = p->func;
	}
	smp_store_release(&tp->funcs, funcs);
	return 0;
}

static void free_old(struct tracepoint_func *old)
{
	if (!old)
		return;
	synchronize_rcu();
	kfree(old);
}

static int add(struct probe *new, struct tracepoint_func **old)
{
	int err;

	if (find(new->tp, new->func.func, new->func.data))
		return -EEXIST;
	list_add_tail(&new->list, &probes);
	err = publish(new->tp, old);
	if (err)
		list_del(&new->list);
	else
		tracepoint_look(new->tp, true);
	return err;
}

int tracepoint_probe_register(struct tracepoint *tp, void *probe, void *data)
{
	struct tracepoint_func *old = NULL;
	struct probe *new;
	int err;

	if (!probe)
		return -EINVAL;
	new = kzalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	new->tp = tp;
	new->func = (struct tracepoint_func) { probe, data };
	new->site = _RET_IP_;
	mutex_lock(&trace_mutex);
	err = add(new, &old);
	mutex_unlock(&trace_mutex);
	if (err)
		kfree(new);
	else
		free_old(old);
	return err;
}
EXPORT_SYMBOL(tracepoint_probe_register);

int tracepoint_probe_unregister(struct tracepoint *tp, void *probe, void *data)
{
	struct tracepoint_func *old = NULL;
	struct probe *p;
	int err = -ENOENT;

	mutex_lock(&trace_mutex);
	p = find(tp, probe, data);
	if (p) {
		struct list_head *before = p->list.prev;

		list_del(&p->list);
		err = publish(tp, &old);
		if (err)
			list_add(&p->list, before);
		else
			tracepoint_look(tp, false);
	}
	mutex_unlock(&trace_mutex);
	if (err)
		return err;
	free_old(old);
	kfree(p);
	return 0;
}
EXPORT_SYMBOL(tracepoint_probe_unregister);

bool probe_nth(unsigned int i, struct kernel_user *user)
{
	struct probe *p;
	bool found = false;

	mutex_lock(&trace_mutex);
	list_for_each_entry(p, &probes, list) {
		if (i--)
			continue;
		*user = (struct kernel_user) {
			.kind = "tracepoint probe",
			.address = (uintptr_t)p,
			.size = sizeof(*p),
			.fn = (uintptr_t)p->func.func,
			.site = p->site,
		};
		strscpy(user->detail, p->tp->name, sizeof(user->detail));
		found = true;
		break;
	}
	mutex_unlock(&trace_mutex);
	return found;
}

void tracepoints_start(void)
{
	mutex_init(&trace_mutex);
	INIT_LIST_HEAD(&probes);
}

/* Nobody runs any more who could be in a probe. */
void tracepoints_stop(void)
{
	struct probe *p, *next;

	if (!probes.next)	/* never started */
		return;
	list_for_each_entry_safe(p, next, &probes, list) {
		struct tracepoint_func *old = p->tp->funcs;

		tracepoint_look(p->tp, false);
		WRITE_ONCE(p->tp->funcs, NULL);
		list_del(&p->list);
		kfree(old);
		kfree(p);
	}
}
