// SPDX-License-Identifier: MIT
/*
 * Fault injection: the rules. Document: Documentation/fault-injection of Linux.
 *
 * A call fails if it passes all of these, in this order:
 *
 *	F1  probability is not 0, and times is not used up
 *	F2  with task-filter: it is made by a task whose make-it-fail is set, not by
 *	    an interrupt
 *	F3  space is used up: each call takes its size off it
 *	F4  it is an interval-th of the calls that came so far
 *	F5  the dice say so: probability percent of these
 *	F6  its callers are such as the stack filter wants
 *
 * F7  A task's fail-nth stands above all of that: it counts the task's calls, of any
 *     attribute, fails the N-th and no other, and is 0 from then on. An interrupt is
 *     nobody's call.
 * F8  Of `times` each failure takes one, until 0; it never gets below, and -1 stays.
 *
 * The dice are lib/random.c's, so a seed brings the same failures again.
 *
 * Locking: none. Fields change at any time, each of them whole; the counters are
 * atomic. nth_tasks counts tasks with a fail-nth that is not 0.
 */
#include <linux/fault-inject.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/stacktrace.h>

#define DEPTH_MAX	64	/* callers that F6 looks at, at most */

static atomic_t nth_tasks;

void fault_inject_init(void)
{
	atomic_set(&nth_tasks, 0);
}

void fault_set_nth(struct task_struct *task, unsigned int n)
{
	unsigned int old = __atomic_exchange_n(&task->fail_nth, n, __ATOMIC_RELAXED);

	atomic_add((n != 0) - (old != 0), &nth_tasks);
}

unsigned int fault_nth(const struct task_struct *task)
{
	return READ_ONCE(task->fail_nth);
}

bool fault_attr_armed(const struct fault_attr *attr)
{
	return (READ_ONCE(attr->probability) && atomic_read(&attr->times)) ||
	       atomic_read(&nth_tasks) > 0;
}

int setup_fault_attr(struct fault_attr *attr, char *str)
{
	unsigned long interval, probability;
	int space, times, end = 0;

	if (sscanf(str, "%lu,%lu,%d,%d%n", &interval, &probability, &space, &times, &end) < 4 ||
	    str[end]) {
		pr_err("FAULT_INJECTION: '%s' is not interval,probability,space,times\n", str);
		return 0;
	}
	WRITE_ONCE(attr->interval, interval);
	atomic_set(&attr->space, space);
	atomic_set(&attr->times, times);
	WRITE_ONCE(attr->probability, probability);
	return 1;
}
EXPORT_SYMBOL_GPL(setup_fault_attr);

/* F7: one call less. Another task may write a new number meanwhile. */
static bool nth_is_now(struct task_struct *task, unsigned int n)
{
	while (n) {
		if (!__atomic_compare_exchange_n(&task->fail_nth, &n, n - 1, false,
						 __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			continue;
		if (n > 1)
			return false;
		atomic_dec(&nth_tasks);
		return true;
	}
	return false;
}

/* F3. What is left when a call wants more than that goes with it. */
static bool space_left(struct fault_attr *attr, ssize_t size)
{
	int left = atomic_read(&attr->space);

	while (left > 0) {
		int then = left > size ? left - (int)size : 0;

		if (atomic_try_cmpxchg(&attr->space, &left, then))
			return then > 0;
	}
	return false;
}

/* F4 */
static bool interval_over(struct fault_attr *attr)
{
	unsigned long interval = READ_ONCE(attr->interval);

	return interval <= 1 || (unsigned int)atomic_inc_return(&attr->count) % interval == 0;
}

/* F5 */
static bool dice(const struct fault_attr *attr)
{
	unsigned long probability = READ_ONCE(attr->probability);

	return probability >= 100 || get_random_u32_below(100) < probability;
}

/* F6 */
static bool callers_fit(const struct fault_attr *attr)
{
	unsigned long lo = READ_ONCE(attr->require_start), hi = READ_ONCE(attr->require_end);
	unsigned long no_lo = READ_ONCE(attr->reject_start), no_hi = READ_ONCE(attr->reject_end);
	unsigned long callers[DEPTH_MAX], depth = READ_ONCE(attr->stacktrace_depth);
	bool found = !lo && hi == ULONG_MAX;
	unsigned int i, n;

	if (found && no_lo >= no_hi)
		return true;
	n = stack_trace_save(callers, (unsigned int)min(depth, (unsigned long)DEPTH_MAX), 1);
	for (i = 0; i < n; i++) {
		if (callers[i] >= no_lo && callers[i] < no_hi)
			return false;
		found |= callers[i] >= lo && callers[i] < hi;
	}
	return found;
}

/* F8 */
static bool take_one(struct fault_attr *attr)
{
	int left = atomic_read(&attr->times);

	do {
		if (left <= 0)
			return left < 0;
	} while (!atomic_try_cmpxchg(&attr->times, &left, left - 1));
	return true;
}

static bool rules_say_so(struct fault_attr *attr, ssize_t size)
{
	if (!READ_ONCE(attr->probability) || !atomic_read(&attr->times))
		return false;
	if (READ_ONCE(attr->task_filter) && !(in_task() && READ_ONCE(current->make_it_fail)))
		return false;
	return !space_left(attr, size) && interval_over(attr) && dice(attr) &&
	       callers_fit(attr) && take_one(attr);
}

static noinline void log_failure(struct fault_attr *attr, int flags)
{
	unsigned long verbose = READ_ONCE(attr->verbose);

	if (!verbose || (flags & FAULT_NOWARN) || !__ratelimit(&attr->ratelimit_state))
		return;
	/* As loud as the stack that follows. */
	pr_warn("FAULT_INJECTION: forcing a failure.\n"
		"name %s, interval %lu, probability %lu, space %d, times %d\n",
		attr->name, READ_ONCE(attr->interval), READ_ONCE(attr->probability),
		atomic_read(&attr->space), atomic_read(&attr->times));
	if (verbose > 1)
		dump_stack();
}

bool should_fail_ex(struct fault_attr *attr, ssize_t size, int flags)
{
	unsigned int nth = in_task() ? READ_ONCE(current->fail_nth) : 0;

	if (nth) {
		if (!nth_is_now(current, nth))
			return false;
		take_one(attr);
	} else if (!rules_say_so(attr, size)) {
		return false;
	}
	log_failure(attr, flags);
	return true;
}
EXPORT_SYMBOL_GPL(should_fail_ex);

bool should_fail(struct fault_attr *attr, ssize_t size)
{
	return should_fail_ex(attr, size, 0);
}
EXPORT_SYMBOL_GPL(should_fail);
