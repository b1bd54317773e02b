// SPDX-License-Identifier: MIT
/*
 * References with the stacks of those who took and dropped them.
 *
 * F1  A tracker is on dir->list while its reference is held, then on dir->quarantine,
 *     so that a second drop finds it dead instead of free.
 * F2  A reference for which there was no memory is counted in no_tracker, and its
 *     tracker pointer is NULL; one without a tracker pointer counts in untracked.
 *
 * Locking: dir->lock, with interrupts off.
 */
#include <linux/ref_tracker.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/report.h>
#include <linux/slab.h>
#include <linux/stacktrace.h>

#define STACK_DEPTH	16

struct ref_tracker {
	struct list_head head;
	bool dead;
	unsigned int nr_taken, nr_dropped;
	unsigned long taken[STACK_DEPTH], dropped[STACK_DEPTH];
};

static void print_held(struct ref_tracker_dir *dir, unsigned int limit)
{
	struct ref_tracker *t;
	unsigned int n = 0, left = 0;

	list_for_each_entry(t, &dir->list, head) {
		if (n++ >= limit) {
			left++;
			continue;
		}
		report_line("ref_tracker: leaked reference");
		report_stack(NULL, (uintptr_t *)t->taken, t->nr_taken);
	}
	if (left)
		report_line("ref_tracker: and %u more", left);
}

void ref_tracker_dir_print(struct ref_tracker_dir *dir, unsigned int display_limit)
{
	unsigned long flags;

	spin_lock_irqsave(&dir->lock, flags);
	report_begin(REPORT_NOTE, "ref_tracker: references held at %px", dir);
	print_held(dir, display_limit);
	report_end();
	spin_unlock_irqrestore(&dir->lock, flags);
}
EXPORT_SYMBOL(ref_tracker_dir_print);

void ref_tracker_dir_exit(struct ref_tracker_dir *dir)
{
	struct ref_tracker *t, *next;
	unsigned long flags;
	LIST_HEAD(all);

	spin_lock_irqsave(&dir->lock, flags);
	dir->dead = true;
	if (!list_empty(&dir->list) || refcount_read(&dir->untracked) != 1 ||
	    refcount_read(&dir->no_tracker) != 1) {
		report_begin(REPORT_WARNING, "ref_tracker: references left at %px", dir);
		report_line("untracked %u, without memory for a tracker %u",
			    refcount_read(&dir->untracked) - 1,
			    refcount_read(&dir->no_tracker) - 1);
		print_held(dir, 16);
		report_end();
	}
	list_splice_init(&dir->list, &all);
	list_splice_init(&dir->quarantine, &all);
	spin_unlock_irqrestore(&dir->lock, flags);
	list_for_each_entry_safe(t, next, &all, head)
		kfree(t);
}
EXPORT_SYMBOL(ref_tracker_dir_exit);

int ref_tracker_alloc(struct ref_tracker_dir *dir, struct ref_tracker **trackerp, gfp_t gfp)
{
	struct ref_tracker *t;
	unsigned long flags;

	WARN_ON_ONCE(dir->dead);
	if (!trackerp) {
		refcount_inc(&dir->untracked);
		return 0;
	}
	*trackerp = t = kzalloc(sizeof(*t), gfp | __GFP_NOWARN);
	if (!t) {
		pr_err_once("ref_tracker: no memory for a tracker\n");
		refcount_inc(&dir->no_tracker);
		return -ENOMEM;
	}
	t->nr_taken = stack_trace_save(t->taken, STACK_DEPTH, 1);
	spin_lock_irqsave(&dir->lock, flags);
	list_add(&t->head, &dir->list);
	spin_unlock_irqrestore(&dir->lock, flags);
	return 0;
}
EXPORT_SYMBOL(ref_tracker_alloc);

/* F1: a reference that was dropped before. */
static void report_second_drop(struct ref_tracker *t)
{
	report_begin(REPORT_WARNING, "ref_tracker: reference already released");
	report_stack("allocated in:", (uintptr_t *)t->taken, t->nr_taken);
	report_stack("freed in:", (uintptr_t *)t->dropped, t->nr_dropped);
	report_here();
	report_end();
}

int ref_tracker_free(struct ref_tracker_dir *dir, struct ref_tracker **trackerp)
{
	struct ref_tracker *t, *oldest = NULL;
	unsigned long flags;

	WARN_ON_ONCE(dir->dead);
	if (!trackerp) {
		refcount_dec(&dir->untracked);
		return 0;
	}
	t = *trackerp;
	if (!t) {
		refcount_dec(&dir->no_tracker);
		return -EEXIST;
	}
	spin_lock_irqsave(&dir->lock, flags);
	if (t->dead) {
		report_second_drop(t);
		spin_unlock_irqrestore(&dir->lock, flags);
		return -EINVAL;
	}
	t->dead = true;
	t->nr_dropped = stack_trace_save(t->dropped, STACK_DEPTH, 1);
	list_move_tail(&t->head, &dir->quarantine);
	if (dir->quarantine_avail) {
		dir->quarantine_avail--;
	} else {
		oldest = list_first_entry(&dir->quarantine, struct ref_tracker, head);
		list_del(&oldest->head);
	}
	spin_unlock_irqrestore(&dir->lock, flags);
	kfree(oldest);
	return 0;
}
EXPORT_SYMBOL(ref_tracker_free);
