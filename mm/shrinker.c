// SPDX-License-Identifier: MIT
/*
 * Shrinkers: asking those who can give memory up, each for its share.
 *
 * A scan has a priority, from 12 (a 4096th) to 0 (all). Of a shrinker that counts n
 * objects with seeks s, n >> priority, times 4 / s, are to be scanned: what is dear
 * to get back is scanned less. With seeks 0 it is half of them, always. What is
 * less than a batch is put off until it has become one, and what a shrinker refuses
 * (it may not enter a file system now, say) is put off until it can; but never more
 * than twice what it has.
 *
 * N1  A shrinker is called only between its registration and the end of its
 *     unregister_shrinker(), which waits for calls at work.
 * N2  Each call of scan_objects() is for one batch, or for all there is if that is
 *     less; so no call takes long.
 * N3  A task that shrinks has PF_MEMALLOC: what it allocates meanwhile comes from the
 *     reserves and starts no other scan.
 * N4  A shrinker that says it has scanned nothing, and freed nothing, is not asked
 *     again in the same scan.
 *
 * Locking: shrinkers_lock guards the list and each shrinker's place in it; it is not
 * held while they work. A scan pins the shrinker it is at (running), which therefore
 * stays in the list, and so does the scan's place.
 *
 * Neighbours: reclaim.c decides when, for which node and how hard.
 */
#include <linux/shrinker.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/report.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/sprintf.h>
#include <linux/wait.h>

#include "mm/internal.h"
#include "mm/reclaim.h"

#define SHRINK_BATCH	128

static LIST_HEAD(shrinkers);		/* shrinkers_lock */
static DEFINE_SPINLOCK_RANKED(shrinkers_lock, RANK_SHRINKER);
static unsigned int scans;		/* at work now; shrinkers_lock */
static DECLARE_WAIT_QUEUE_HEAD(scan_left);	/* a scan has left a shrinker, or ended */

void shrinker_reset(void)
{
	INIT_LIST_HEAD(&shrinkers);
	spin_lock_init(&shrinkers_lock);
	spin_lock_set_rank(&shrinkers_lock, RANK_SHRINKER);
	init_waitqueue_head(&scan_left);
	scans = 0;
}

/* Life of a shrinker. */

static bool refuse(const struct shrinker *s, const char *what)
{
	report_begin(REPORT_BUG, "shrinker %ps: %s", s->count_objects, what);
	report_here();
	report_end();
	return false;
}

static bool is_listed(const struct shrinker *s)
{
	const struct shrinker *p;
	bool found = false;

	spin_lock(&shrinkers_lock);
	list_for_each_entry(p, &shrinkers, list)
		found |= p == s;
	spin_unlock(&shrinkers_lock);
	return found;
}

static int prepare(struct shrinker *s, unsigned long site, const char *fmt, va_list args)
{
	unsigned int nodes = s->flags & SHRINKER_NUMA_AWARE ? machine.nr_nodes : 1;

	if (!s->count_objects || !s->scan_objects) {
		refuse(s, "it has no count_objects() or no scan_objects()");
		return -EINVAL;
	}
	if (is_listed(s)) {
		refuse(s, "it is registered already");
		return -EEXIST;
	}
	s->name = kvasprintf(GFP_KERNEL, fmt, args);
	s->nr_deferred = kcalloc(nodes, sizeof(*s->nr_deferred), GFP_KERNEL);
	s->site = site;
	s->running = 0;
	s->flags &= ~(unsigned int)SHRINKER_REGISTERED;
	INIT_LIST_HEAD(&s->list);
	if (s->name && s->nr_deferred)
		return 0;
	free_prealloced_shrinker(s);
	return -ENOMEM;
}

/**
 * prealloc_shrinker - do what may fail of register_shrinker()
 * @s: its functions, seeks, batch and flags are set
 * @fmt: its name, for reports
 * Context: may sleep. Return: 0; -ENOMEM; -EINVAL, -EEXIST with a report.
 */
int prealloc_shrinker(struct shrinker *s, const char *fmt, ...)
{
	va_list args;
	int err;

	va_start(args, fmt);
	err = prepare(s, _RET_IP_, fmt, args);
	va_end(args);
	return err;
}
EXPORT_SYMBOL(prealloc_shrinker);

/** register_shrinker_prepared - the rest, after prealloc_shrinker(). Never fails. */
void register_shrinker_prepared(struct shrinker *s)
{
	spin_lock(&shrinkers_lock);
	list_add_tail(&s->list, &shrinkers);
	WRITE_ONCE(s->flags, s->flags | SHRINKER_REGISTERED);
	spin_unlock(&shrinkers_lock);
	/* There is somebody to ask again. */
	kswapd_hope(NUMA_NO_NODE);
}
EXPORT_SYMBOL(register_shrinker_prepared);

/** register_shrinker - from now on, ask this one too; see prealloc_shrinker() */
int register_shrinker(struct shrinker *s, const char *fmt, ...)
{
	va_list args;
	int err;

	va_start(args, fmt);
	err = prepare(s, _RET_IP_, fmt, args);
	va_end(args);
	if (!err)
		register_shrinker_prepared(s);
	return err;
}
EXPORT_SYMBOL(register_shrinker);

static bool idle(const struct shrinker *s)
{
	bool done;

	spin_lock(&shrinkers_lock);
	done = !s->running;
	spin_unlock(&shrinkers_lock);
	return done;
}

/**
 * unregister_shrinker - ask it no more; when this returns, nobody is in it
 * @s: registered; one that is not is let pass
 * Context: may sleep; not from the shrinker's own functions.
 */
void unregister_shrinker(struct shrinker *s)
{
	bool was;

	might_sleep();
	spin_lock(&shrinkers_lock);
	was = s->flags & SHRINKER_REGISTERED;
	WRITE_ONCE(s->flags, s->flags & ~(unsigned int)SHRINKER_REGISTERED);
	spin_unlock(&shrinkers_lock);
	if (!was)
		return;
	wait_event(scan_left, idle(s));
	spin_lock(&shrinkers_lock);
	list_del_init(&s->list);
	spin_unlock(&shrinkers_lock);
	free_prealloced_shrinker(s);
}
EXPORT_SYMBOL(unregister_shrinker);

/** free_prealloced_shrinker - undo prealloc_shrinker(), if it was not registered */
void free_prealloced_shrinker(struct shrinker *s)
{
	kfree(s->name);
	kfree(s->nr_deferred);
	s->name = NULL;
	s->nr_deferred = NULL;
}
EXPORT_SYMBOL(free_prealloced_shrinker);

static bool no_scans(void)
{
	bool none;

	spin_lock(&shrinkers_lock);
	none = !scans;
	spin_unlock(&shrinkers_lock);
	return none;
}

void synchronize_shrinkers(void)
{
	wait_event(scan_left, no_scans());
}
EXPORT_SYMBOL(synchronize_shrinkers);

/* Scanning. */

/* Objects that this shrinker's share is at this priority. */
static unsigned long share_of(const struct shrinker *s, unsigned long freeable, int priority)
{
	unsigned long part = freeable >> priority;

	if (!s->seeks)
		return freeable / 2;
	if (part > ULONG_MAX / 4)
		return ULONG_MAX / s->seeks;
	return part * 4 / s->seeks;
}

/* Batch by batch, as long as a batch, or all there is, is due. Returns objects freed. */
static unsigned long scan_batches(struct shrinker *s, struct shrink_control *sc,
				  unsigned long freeable, unsigned long due,
				  unsigned long *scanned)
{
	unsigned long batch = s->batch > 0 ? (unsigned long)s->batch : SHRINK_BATCH;
	unsigned long freed = 0;

	*scanned = 0;
	while (due && (due >= batch || due >= freeable)) {	/* N2 */
		unsigned long got;

		sc->nr_to_scan = sc->nr_scanned = min(batch, due);
		got = s->scan_objects(s, sc);
		if (got == SHRINK_STOP)
			break;
		freed += got;
		*scanned += sc->nr_scanned;
		reclaim_count(SLABS_SCANNED, sc->nr_scanned);
		due -= min(due, sc->nr_scanned);
		if (!sc->nr_scanned && !got)			/* N4 */
			break;
		cond_resched();
	}
	return freed;
}

static unsigned long scan_one(struct shrinker *s, gfp_t gfp, int nid, int priority)
{
	struct shrink_control sc = { .gfp_mask = gfp };
	unsigned long freeable, most, share, deferred, scanned, freed;
	atomic_long_t *put_off;

	if (READ_ONCE(s->flags) & SHRINKER_NUMA_AWARE)
		sc.nid = nid;
	put_off = &s->nr_deferred[sc.nid];
	freeable = s->count_objects(s, &sc);
	if (!freeable || freeable == SHRINK_EMPTY)
		return 0;
	most = freeable > ULONG_MAX / 2 ? ULONG_MAX : 2 * freeable;
	share = share_of(s, freeable, priority);
	deferred = (unsigned long)atomic_long_xchg(put_off, 0);
	freed = scan_batches(s, &sc, freeable, min(share + (deferred >> priority), most),
			     &scanned);
	share += deferred;
	if (share > scanned)
		atomic_long_add((long)min(share - scanned, most), put_off);
	return freed;
}

/* The next shrinker, pinned; the one before is let go. NULL: that was the last. */
static struct shrinker *next_shrinker(struct shrinker *prev)
{
	struct list_head *at = prev ? &prev->list : &shrinkers;
	struct shrinker *next = NULL;
	bool tell = false;

	spin_lock(&shrinkers_lock);
	for (at = at->next; at != &shrinkers; at = at->next) {
		next = list_entry(at, struct shrinker, list);
		if (next->flags & SHRINKER_REGISTERED)
			break;
		next = NULL;
	}
	if (next)
		next->running++;
	if (next && !prev)
		scans++;
	if (prev) {
		prev->running--;
		if (!next)
			scans--;
		tell = !scans || (!prev->running && !(prev->flags & SHRINKER_REGISTERED));
	}
	spin_unlock(&shrinkers_lock);
	if (tell)
		wake_up_all(&scan_left);
	return next;
}

/**
 * shrink_slab - ask every shrinker for its share
 * @gfp: of the request that is short of memory
 * @nid: whose objects
 * @priority: 12 (a little) to 0 (everything)
 * Context: may sleep. Return: objects freed.
 */
unsigned long shrink_slab(gfp_t gfp, int nid, int priority)
{
	unsigned int noreclaim = memalloc_noreclaim_save();	/* N3 */
	struct shrinker *s = NULL;
	unsigned long freed = 0;

	while ((s = next_shrinker(s)))
		freed += scan_one(s, gfp, nid, priority);
	memalloc_noreclaim_restore(noreclaim);
	return freed;
}

void drop_slab(void)
{
	struct pglist_data *pgdat;
	unsigned long freed;
	int rounds = 0;

	do {
		freed = 0;
		for_each_online_pgdat(pgdat)
			freed += shrink_slab(GFP_KERNEL, pgdat->node_id, 0);
		/* A few may come back while we go round; that is no reason to. */
	} while (freed > 10 && ++rounds < 100);
}

/* Who holds what. */

static bool shrinker_holding(struct holdings *hs, unsigned long skip, struct quarry_holding *h,
			     char *name, size_t size)
{
	struct shrinker *s;
	bool found = false;

	spin_lock(&shrinkers_lock);
	list_for_each_entry(s, &shrinkers, list) {
		if (s->site < hs->lo || s->site >= hs->hi || skip--)
			continue;
		h->address = (uintptr_t)s;
		h->size = sizeof(*s);
		h->site = s->site;
		strscpy(name, s->name, size);
		found = true;
		break;
	}
	spin_unlock(&shrinkers_lock);
	return found;
}

void shrinker_holdings(struct holdings *hs)
{
	char name[32];
	struct quarry_holding h = { .kind = "shrinker", .detail = name };
	unsigned long i;

	for (i = 0; shrinker_holding(hs, i, &h, name, sizeof(name)); i++)
		holding(hs, &h);
}
