/* SPDX-License-Identifier: MIT */
/* Who took which reference and did not drop it. Bodies: kernel/ref_tracker.c */
#ifndef _LINUX_REF_TRACKER_H
#define _LINUX_REF_TRACKER_H

#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/spinlock.h>

struct ref_tracker;

/* Keys: L lock | A atomic */
struct ref_tracker_dir {
	spinlock_t lock;
	unsigned int quarantine_avail;	/* L  room in quarantine */
	refcount_t untracked;		/* A  references without a tracker */
	refcount_t no_tracker;		/* A  trackers that there was no memory for */
	bool dead;			/* L */
	struct list_head list;		/* L  held */
	struct list_head quarantine;	/* L  dropped, kept to notice a second drop */
};

static inline void ref_tracker_dir_init(struct ref_tracker_dir *dir,
					unsigned int quarantine_count)
{
	INIT_LIST_HEAD(&dir->list);
	INIT_LIST_HEAD(&dir->quarantine);
	spin_lock_init(&dir->lock);
	dir->quarantine_avail = quarantine_count;
	dir->dead = false;
	refcount_set(&dir->untracked, 1);
	refcount_set(&dir->no_tracker, 1);
}

/** ref_tracker_dir_exit - nobody may hold a reference now; those who do are reported */
void ref_tracker_dir_exit(struct ref_tracker_dir *dir);
/** ref_tracker_dir_print - list up to @display_limit of the holders */
void ref_tracker_dir_print(struct ref_tracker_dir *dir, unsigned int display_limit);
/** ref_tracker_alloc - note a reference. Context: as @gfp. 0 or -ENOMEM */
int ref_tracker_alloc(struct ref_tracker_dir *dir, struct ref_tracker **trackerp, gfp_t gfp);
/** ref_tracker_free - note that it was dropped; -EINVAL: twice. Context: any. */
int ref_tracker_free(struct ref_tracker_dir *dir, struct ref_tracker **trackerp);

#endif
