// SPDX-License-Identifier: MIT
/*
 * Areas that are dying: freed by their users, not yet unmapped.
 *
 * To unmap is dear: page tables of all CPUs are to be changed and translations to be thrown
 * away, or the host is asked to. So areas wait until there are many. Neighbours, with the
 * guard pages between them, become one range at once: it is one node in the tree of
 * addresses, and one call unmaps it. As addresses are handed out lowest first, areas of one
 * time are neighbours. One flush is for all.
 *
 * Z1  No page is given to somebody else while an area reaches it. So the pages of an area
 *     that waits wait with it: they are freed after unmapping and flushing (L3 in
 *     vmalloc.c). (Linux unmaps and frees at once and lets only the flush wait, so that a
 *     CPU may write to a page that has another owner. Here the mapping itself is what is
 *     dear.)
 * Z2  What is not the area's to hold back does not wait: pages that its user gave to vmap()
 *     and may free next, and devices. Only where nobody may unmap, in an interrupt or with
 *     vfree_atomic(), it has to.
 * Z3  What waits is bounded, in pages of addresses, which are at least as many as pages of
 *     memory: by 32 MiB times the bits of the number of CPUs, as in Linux; but also by a
 *     32nd of the memory and an eighth of the window. It waits no longer than until there are
 *     64 areas for each call. So areas that come and go next to each other hold hardly
 *     anything back; only those that lie scattered among live ones come to the bound. Whoever
 *     frees or allocates next, finds that it is time, and is no interrupt, does the work.
 * Z4  All that waits is had back at once when memory is short (reclaim.c), when there are no
 *     addresses or host mappings left, by vm_unmap_aliases(), and before anybody asks what
 *     is held.
 * Z5  With debug_vmalloc=on the bound is 0: whoever frees an area unmaps it, so that the
 *     next access faults, and is explained (vmap_report.c).
 * Z6  A range's node is that of its lowest area, whose parts list has the others in order of
 *     their addresses. Only what began to wait in this epoch becomes one: who purges takes
 *     all that waits, and begins the next one.
 *
 * Locking: vmap_lock for the list and the numbers. It is not held while the port works nor
 * while pages are freed; ranges that are being purged are still in the tree, so that nobody
 * gets their addresses (A3 in vmap.c).
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/vmap.h"

#define CHUNK_PAGES	1024u	/* freed between two looks whether somebody else wants to run */

static LIST_HEAD(dying);			/* V  ranges */
static unsigned int epoch;			/* V  not 0 */
static bool due;				/* V  Z3 says so */
static unsigned int purgers;			/* V  have taken some that are not gone yet */
static DECLARE_WAIT_QUEUE_HEAD(purged);		/* there are fewer of them */
static struct vmap_lazy_stats stats;
unsigned long vmap_lazy_max;

static unsigned long most_addresses(void)
{
	unsigned long pages = (SZ_32M >> PAGE_SHIFT) * (unsigned long)fls(machine.nr_cpus);

	return min3(pages, totalram_pages() / 32, (VMALLOC_TOTAL >> PAGE_SHIFT) / 8);
}

void vmap_lazy_init(void)
{
	INIT_LIST_HEAD(&dying);
	init_waitqueue_head(&purged);
	purgers = 0;
	epoch = 1;
	due = false;
	memset(&stats, 0, sizeof(stats));
	vmap_lazy_max = vmap_debug ? 0 : most_addresses();
}

void vmap_lazy_set(unsigned long pages)
{
	WRITE_ONCE(vmap_lazy_max, pages);
}

void vmap_lazy_stats(struct vmap_lazy_stats *out)
{
	unsigned long flags;

	spin_lock_irqsave(&vmap_lock, flags);
	*out = stats;
	spin_unlock_irqrestore(&vmap_lock, flags);
}

unsigned long vmap_waiting_pages(void)
{
	return READ_ONCE(stats.pages);
}

/* As in Linux, those that were freed are not in use, though they may not be free yet. */
unsigned long vmalloc_nr_pages(void)
{
	unsigned long all = global_node_page_state(NR_VMALLOC_PAGES);

	return all - min(all, READ_ONCE(stats.vmalloc_pages));
}

static unsigned long owned_pages(const struct vmap_record *rec)
{
	return vmap_owns_pages(rec) ? rec->vm.nr_pages : 0;
}

/* Coming to the list. */

static void count(const struct vmap_record *rec)
{
	stats.areas++;
	stats.ranges++;
	WRITE_ONCE(stats.pages, stats.pages + owned_pages(rec));
	if (rec->vm.flags & VM_ALLOC)
		WRITE_ONCE(stats.vmalloc_pages, stats.vmalloc_pages + rec->vm.nr_pages);
	stats.addresses += rec->vm.size >> PAGE_SHIFT;
}

/* Do both wait, and touch? */
static bool touch(struct vmap_area *va, struct vmap_area *next)
{
	return va && next && va->va_end == next->va_start && va_record(va)->epoch == epoch &&
	       va_record(next)->epoch == epoch;
}

static inline void join(struct vmap_record *rec, struct vmap_record *next)
{
	rec->vm.next = next->vm.next;
	vmap_space_join(&vmap_space, &rec->va, &next->va);
	list_splice_tail(&next->parts, &rec->parts);
	stats.ranges--;
}

void vmap_retire(struct vmap_record *rec)
{
	struct vmap_area *va = &rec->va, *prev = vmap_space_prev(&vmap_space, va), *next;

	rec->epoch = epoch;
	INIT_LIST_HEAD(&rec->parts);
	count(rec);
	if (touch(prev, va)) {
		list_add_tail(&rec->dead, &va_record(prev)->parts);
		join(va_record(prev), rec);
		va = prev;
	} else {
		list_add_tail(&rec->dead, &dying);
	}
	next = vmap_space_next(&vmap_space, va);
	if (touch(va, next)) {
		list_move_tail(&va_record(next)->dead, &va_record(va)->parts);
		join(va_record(va), va_record(next));
	}
	WRITE_ONCE(due, stats.addresses > READ_ONCE(vmap_lazy_max) ||
			stats.areas >= VMAP_ENOUGH * stats.ranges);
}

struct vmap_record *vmap_find_part(struct vmap_record *rec, unsigned long addr)
{
	struct vmap_record *part;

	list_for_each_entry(part, &rec->parts, dead)
		if (addr - (unsigned long)part->vm.addr < part->vm.size)
			return part;
	return rec;
}

static noinline unsigned long free_many(struct vmap_record *rec)
{
	unsigned int nr = rec->vm.nr_pages, i, n;

	for (i = 0; i < nr; i += n) {
		n = min(nr - i, CHUNK_PAGES);
		free_page_array(rec->pages + i, n);
		if (i + n < nr)
			cond_resched();
	}
	return nr;
}

static inline unsigned long free_owned(struct vmap_record *rec)
{
	unsigned long nr = owned_pages(rec);

	if (!nr)
		return 0;
	/* Those of VM_MAP_PUT_PAGES were never counted. */
	if (rec->vm.flags & VM_ALLOC)
		vmap_count_pages(rec->pages, nr, -1);
	if (nr > 1)
		return free_many(rec);
	__free_page(rec->pages[0]);
	return 1;
}

unsigned long vmap_free_pages(struct vmap_record *rec)
{
	return free_owned(rec);
}

/* Purging. */

/* Takes all ranges that wait. */
static bool claim(struct list_head *ranges)
{
	unsigned long flags;

	spin_lock_irqsave(&vmap_lock, flags);
	list_splice_init(&dying, ranges);
	if (!list_empty(ranges)) {
		stats.purged += stats.areas;
		stats.calls += stats.ranges;
		stats.areas = stats.ranges = 0;
		WRITE_ONCE(due, false);
		WRITE_ONCE(stats.pages, 0);
		WRITE_ONCE(stats.vmalloc_pages, 0);
		stats.addresses = 0;
		epoch += epoch == UINT_MAX ? 2 : 1;
		WRITE_ONCE(purgers, purgers + 1);
	}
	spin_unlock_irqrestore(&vmap_lock, flags);
	return !list_empty(ranges);
}

static void unmap(struct list_head *ranges)
{
	unsigned long lo = ULONG_MAX, hi = 0;
	struct vmap_record *rec;

	list_for_each_entry(rec, ranges, dead) {
		quarry_host_unmap(rec->va.va_start,
				  (rec->va.va_end - rec->va.va_start) >> PAGE_SHIFT);
		lo = min(lo, rec->va.va_start);
		hi = max(hi, rec->va.va_end);
	}
	quarry_host_flush(lo, (hi - lo) >> PAGE_SHIFT);
}

static unsigned long free_parts(struct vmap_record *rec)
{
	unsigned long freed = free_owned(rec);
	struct vmap_record *part;

	list_for_each_entry(part, &rec->parts, dead)
		freed += free_owned(part);
	return freed;
}

/* The last few of them. */
static void bury_parts(struct vmap_record *rec)
{
	struct vmap_record *part;
	unsigned int n = 0;

	vmap_bury(rec);
	list_for_each_entry_reverse(part, &rec->parts, dead) {
		if (++n == VMAP_GRAVES / 4)
			break;
		vmap_bury(part);
	}
}

static void drop_range(struct vmap_record *rec)
{
	unsigned long flags;

	spin_lock_irqsave(&vmap_lock, flags);
	bury_parts(rec);
	vmap_area_drop(rec);
	spin_unlock_irqrestore(&vmap_lock, flags);
}

static void done(void)
{
	unsigned long flags;

	spin_lock_irqsave(&vmap_lock, flags);
	WRITE_ONCE(purgers, purgers - 1);
	spin_unlock_irqrestore(&vmap_lock, flags);
	wake_up_all(&purged);
}

static void free_records(struct list_head *ranges)
{
	struct vmap_record *rec, *next, *part, *next_part;

	list_for_each_entry_safe(rec, next, ranges, dead) {
		list_for_each_entry_safe(part, next_part, &rec->parts, dead)
			vmap_record_free(part);
		vmap_record_free(rec);
	}
	INIT_LIST_HEAD(ranges);
}

unsigned long vmap_purge(bool wait)
{
	/* The array of an area's pages may be an area itself, and so may its own. */
	unsigned int passes = wait ? 3 : 1;
	unsigned long freed = 0;
	struct vmap_record *rec;
	LIST_HEAD(ranges);

	while (passes-- && claim(&ranges)) {
		unmap(&ranges);
		list_for_each_entry(rec, &ranges, dead) {
			freed += free_parts(rec);
			drop_range(rec);
		}
		done();
		free_records(&ranges);
	}
	if (wait && preemptible())
		wait_event(purged, !READ_ONCE(purgers));
	return freed;
}

void vmap_purge_due(void)
{
	if (unlikely(READ_ONCE(due)))
		vmap_purge(false);
}

/* Z3, Z6 */
unsigned int vmap_lazy_validate(void)
{
	unsigned long areas = 0, ranges = 0, addresses = 0, end, flags;
	struct vmap_record *rec, *part;
	unsigned int faults = 0;

	spin_lock_irqsave(&vmap_lock, flags);
	list_for_each_entry(rec, &dying, dead) {
		end = rec->va.va_start + rec->vm.size;
		ranges++;
		areas++;
		list_for_each_entry(part, &rec->parts, dead) {
			faults += (unsigned long)part->vm.addr != end || !part->dying;
			end += part->vm.size;
			areas++;
		}
		faults += end != rec->va.va_end || !rec->dying || rec->epoch != epoch;
		addresses += (end - rec->va.va_start) >> PAGE_SHIFT;
	}
	faults += areas != stats.areas || addresses != stats.addresses || ranges != stats.ranges;
	spin_unlock_irqrestore(&vmap_lock, flags);
	if (faults)
		pr_err("vmap: Z3 or Z6 is broken: %lu areas wait, %lu are counted\n", areas,
		       stats.areas);
	return faults;
}
