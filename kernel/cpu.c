// SPDX-License-Identifier: MIT
/*
 * CPUs that come and go: the states of linux/cpuhotplug.h, and what happens to threads,
 * timers and memory of a CPU that goes. CPU 0 stays: it brings the machine up and down.
 *
 * The port knows nothing of it: a CPU that no thread may use has none (task->cpus_usable).
 *
 * U1  An online CPU has been through all states that are registered, one that is not
 *     through none.
 * U2  No thread runs on a CPU that is not online, once remove_cpu() has returned. Who has
 *     high memory mapped there (mm/kmap_local.c) is waited for.
 *
 * Locking: cpus_lock: read by who wants CPUs to stay as they are, written while one comes
 * or goes. steps_lock guards steps[]; taken inside cpus_lock.
 */
#include <linux/cpu.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/kmap_local.h"

/* Keys: S steps_lock */
struct step {
	const char *name;		/* S  NULL: nobody has it */
	cpuhp_step_fn startup;		/* S */
	cpuhp_step_fn teardown;		/* S */
	unsigned long site;		/* S  who registered it */
};

static DECLARE_RWSEM(cpus_lock);
static DEFINE_MUTEX(steps_lock);
static struct step steps[CPUHP_ONLINE + 1];
static unsigned int maxcpus;		/* C  from the command line */

static int __init maxcpus_setup(char *arg)
{
	return kstrtouint(arg, 0, &maxcpus) ? -EINVAL : 0;
}
early_param("maxcpus", maxcpus_setup);

void cpus_read_lock(void)
{
	down_read(&cpus_lock);
}
EXPORT_SYMBOL(cpus_read_lock);

void cpus_read_unlock(void)
{
	up_read(&cpus_lock);
}
EXPORT_SYMBOL(cpus_read_unlock);

int cpus_read_trylock(void)
{
	return down_read_trylock(&cpus_lock);
}
EXPORT_SYMBOL(cpus_read_trylock);

/* Steps of one CPU, on it or elsewhere. */

struct walk {
	unsigned int cpu;
	bool up;
	int first, last;		/* states, both included; up: first <= last */
	int at;				/* the one whose function failed */
	int err;
	struct completion done;
};

static int call_step(const struct walk *w, int state)
{
	cpuhp_step_fn fn = w->up ? steps[state].startup : steps[state].teardown;
	int err;

	if (!steps[state].name || !fn)
		return 0;
	err = fn(w->cpu);
	if (err)
		pr_warn("CPU%u: %s of %s failed: %d\n", w->cpu, w->up ? "startup" : "teardown",
			steps[state].name, err);
	return err;
}

static int walk_steps(void *data)
{
	struct walk *w = data;
	int step = w->up ? 1 : -1;

	for (w->at = w->first; w->at != w->last + step; w->at += step) {
		w->err = call_step(w, w->at);
		if (w->err)
			break;
	}
	complete(&w->done);
	return 0;
}

static bool runs_there(int state)
{
	return state >= CPUHP_AP_ONLINE;
}

/* With steps_lock held. Functions that are to run on the CPU have a thread there. */
static int walk(unsigned int cpu, bool up, int first, int last, int *at)
{
	struct walk w = { .cpu = cpu, .up = up, .first = first, .last = last };
	struct task_struct *task;

	if (up ? first > last : first < last)
		return 0;
	init_completion(&w.done);
	if (runs_there(first)) {
		task = kthread_create_on_cpu(walk_steps, &w, cpu, "cpuhp/%u");
		if (IS_ERR(task)) {
			*at = first;
			return (int)PTR_ERR(task);
		}
		wake_up_process(task);
		wait_for_completion(&w.done);
	} else {
		walk_steps(&w);
	}
	*at = w.at;
	return w.err;
}

/* Undo is not to fail; what does is left as it is. */
static int walk_or_back(unsigned int cpu, bool up, int first, int last)
{
	int at, step = up ? 1 : -1, err = walk(cpu, up, first, last, &at);

	if (err && at != first)
		walk(cpu, !up, at - step, first, &at);
	return err;
}

/* Who may use a CPU. */

static void set_online(unsigned int cpu, bool online)
{
	if (online) {
		cpumask_set_cpu(cpu, &__cpu_online_mask);
		cpumask_set_cpu(cpu, &__cpu_active_mask);
	} else {
		cpumask_clear_cpu(cpu, &__cpu_active_mask);
		cpumask_clear_cpu(cpu, &__cpu_online_mask);
	}
	sched_cpus_changed();
}

static void look_who(void *busy)
{
	*(bool *)busy = !context_is_idle() || kmap_awaited();
	quarry_want_resched(raw_smp_processor_id());
}

/*
 * U2. Who gets this CPU after we have looked has been chosen after that, by the new masks:
 * the call is made under the lock under which the port chooses.
 */
static void wait_until_left(unsigned int cpu)
{
	bool busy = true;

	while (sched_leave_cpu(cpu), busy) {
		quarry_host_cross_call(cpu, look_who, &busy);
		if (busy)
			quarry_host_sleep(quarry_host_clock() + 50000);
	}
}

/* What it has at hand of stacks, pages and objects. Others are not asked for theirs: they may
 * be busy, and each of them would be waited for once for each cache. */
static void drain_memory(unsigned int cpu)
{
	unsigned int nid;

	task_stacks_leave(cpu);
	slab_leave_cpu(cpu);
	for (nid = 0; nid < machine.nr_nodes; nid++)
		slab_reclaim((int)nid, false);
	drain_cpu_pages(cpu);
}

static void take_away(unsigned int cpu)
{
	set_online(cpu, false);
	wait_until_left(cpu);
	timers_leave(cpu);
	drain_memory(cpu);
}

static int bring_up(unsigned int cpu)
{
	int at, err = walk_or_back(cpu, true, CPUHP_OFFLINE, CPUHP_BRINGUP_CPU);

	if (err)
		return err;
	set_online(cpu, true);
	err = walk_or_back(cpu, true, CPUHP_AP_ONLINE, CPUHP_ONLINE);
	if (err) {
		take_away(cpu);
		walk(cpu, false, CPUHP_BRINGUP_CPU, CPUHP_OFFLINE, &at);
	}
	return err;
}

static int bring_down(unsigned int cpu)
{
	int at, err = walk_or_back(cpu, false, CPUHP_ONLINE, CPUHP_AP_ONLINE);

	if (err)
		return err;
	take_away(cpu);
	WARN(walk(cpu, false, CPUHP_BRINGUP_CPU, CPUHP_OFFLINE, &at),
	     "CPU%u is gone, and the teardown of state %d fails\n", cpu, at);
	return 0;
}

static int change(unsigned int cpu, bool up)
{
	int err = 0;

	if (cpu >= nr_cpu_ids)
		return -EINVAL;
	if (!cpu && !up)
		return -EPERM;
	/* We could not leave it. */
	if (!up && kmap_pinned() && cpu == raw_smp_processor_id())
		return -EBUSY;
	down_write(&cpus_lock);
	mutex_lock(&steps_lock);
	if (cpu_online(cpu) != up)
		err = up ? bring_up(cpu) : bring_down(cpu);
	mutex_unlock(&steps_lock);
	up_write(&cpus_lock);
	return err;
}

int add_cpu(unsigned int cpu)
{
	return change(cpu, true);
}
EXPORT_SYMBOL(add_cpu);

int remove_cpu(unsigned int cpu)
{
	return change(cpu, false);
}
EXPORT_SYMBOL(remove_cpu);

/* States. */

static int find_state(int state)
{
	int last = state == CPUHP_BP_PREPARE_DYN ? CPUHP_BP_PREPARE_DYN_END :
		   state == CPUHP_AP_ONLINE_DYN ? CPUHP_AP_ONLINE_DYN_END : state;

	if (state <= CPUHP_OFFLINE || state >= CPUHP_ONLINE)
		return -EINVAL;
	for (; state <= last; state++)
		if (!steps[state].name)
			return state;
	return last == state - 1 && steps[last].name ? -EBUSY : -ENOSPC;
}

/* On all online CPUs; those that were told of what then fails on another are told again. */
static int invoke_all(int state, bool up)
{
	unsigned int cpu, other;
	int at, err;

	for_each_online_cpu(cpu) {
		err = walk(cpu, up, state, state, &at);
		if (!err || !up)
			continue;
		for_each_online_cpu(other) {
			if (other == cpu)
				break;
			walk(other, false, state, state, &at);
		}
		return err;
	}
	return 0;
}

int quarry_cpuhp_setup(enum cpuhp_state state, const char *name, bool invoke, bool locked,
		       cpuhp_step_fn startup, cpuhp_step_fn teardown)
{
	bool dynamic = state == CPUHP_BP_PREPARE_DYN || state == CPUHP_AP_ONLINE_DYN;
	int at, err = 0;

	if (WARN_ON(!name))
		return -EINVAL;
	if (!locked)
		cpus_read_lock();
	mutex_lock(&steps_lock);
	at = find_state((int)state);
	if (at > 0) {
		steps[at] = (struct step) { name, startup, teardown, _RET_IP_ };
		if (invoke)
			err = invoke_all(at, true);
		if (err)
			steps[at] = (struct step) { 0 };
	}
	mutex_unlock(&steps_lock);
	if (!locked)
		cpus_read_unlock();
	if (at < 0 && dynamic)
		return -ENOSPC;
	return at < 0 ? at : err ?: dynamic ? at : 0;
}
EXPORT_SYMBOL(quarry_cpuhp_setup);

void quarry_cpuhp_remove(enum cpuhp_state state, bool invoke, bool locked)
{
	if (WARN(state <= CPUHP_OFFLINE || state >= CPUHP_ONLINE || !steps[state].name,
		 "cpuhp_remove_state(%d): nobody has registered that\n", state))
		return;
	if (!locked)
		cpus_read_lock();
	mutex_lock(&steps_lock);
	if (invoke)
		invoke_all((int)state, false);
	steps[state] = (struct step) { 0 };
	mutex_unlock(&steps_lock);
	if (!locked)
		cpus_read_unlock();
}
EXPORT_SYMBOL(quarry_cpuhp_remove);

bool cpuhp_nth(unsigned int i, struct kernel_user *user)
{
	int state;
	bool found = false;

	mutex_lock(&steps_lock);
	for (state = CPUHP_OFFLINE; state <= CPUHP_ONLINE && !found; state++) {
		const struct step *s = &steps[state];

		if (!s->name || i--)
			continue;
		*user = (struct kernel_user) {
			.kind = "hotplug state", .address = (uintptr_t)s, .size = sizeof(*s),
			.fn = (uintptr_t)(s->startup ?: s->teardown), .site = s->site,
		};
		strscpy(user->detail, s->name, sizeof(user->detail));
		found = true;
	}
	mutex_unlock(&steps_lock);
	return found;
}

/* Start: those behind maxcpus= are there, and wait to be added. */
void cpu_start(void)
{
	unsigned int cpu;

	init_rwsem(&cpus_lock);
	mutex_init(&steps_lock);
	memset(steps, 0, sizeof(steps));
	for_each_possible_cpu(cpu)
		if (maxcpus && cpu >= maxcpus)
			remove_cpu(cpu);
	maxcpus = 0;
}
