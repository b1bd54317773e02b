// SPDX-License-Identifier: MIT
/*
 * Areas that are dying: freed by their users, not yet unmapped.
 *
 * To unmap is dear: page tables of all CPUs are to be changed and translations to be thrown
 * away, or the host is asked to. So areas wait until there are many. Neighbours, with the
 * guard pages and small gaps between them, become one range at once: it is one node in the tree
 * of addresses, and one call unmaps it. One flush is for all that go together.
 *
 * A range goes when it has 64 areas, however much waits elsewhere; shorter ones stay until
 * their neighbours die, too. So even of areas that die in any order, each call unmaps many: of a
 * stretch that was allocated at a time, what lives becomes rare, and the ranges between long. The
 * stretch's addresses then come free in one piece, and the next areas lie side by side again.
 *
 * Z1  No page is given to somebody else while an area reaches it. So the pages of an area
 *     that waits wait with it: they are freed after unmapping and flushing (L3 in
 *     vmalloc.c). (Linux unmaps and frees at once and lets only the flush wait, so that a
 *     CPU may write to a page that has another owner. Here the mapping itself is what is
 *     dear.)
 * Z2  What is not the area's to hold back does not wait: pages that its user gave to vmap()
 *     and may free next, and devices. Only where nobody may unmap, in an interrupt or with
 *     vfree_atomic(), it has to; then whoever may does it, and a work is queued for that
 *     (vmap_purge_soon()).
 * Z3  What waits is bounded, in pages of addresses, which are at least as many as pages of
 *     memory: by 32 MiB times the bits of the number of CPUs, as in Linux; but also by a
 *     32nd of the memory and half of the window. Above it ranges go, the longest first,
 *     until half of that waits. So areas that come and go next to each other hold hardly
 *     anything back; only those that lie scattered among ones that stay for ever come to the
 *     bound. Whoever frees or allocates next, finds that it is time, and is no interrupt, does
 *     the work.
 * Z4  All that waits is had back at once when memory is short (reclaim.c), when there are no
 *     addresses or host mappings left, by vm_unmap_aliases(), and before anybody asks what
 *     is held.
 * Z5  With debug_vmalloc=on the bound is 0: whoever frees an area unmaps it, so that the
 *     next access faults, and is explained (vmap_report.c).
 * Z6  A range's node is that of its lowest area, whose parts list has the others in order of
 *     their addresses, and which has their sums. It is on the list for the logarithm of its
 *     areas. Only ranges that wait become one: what somebody unmaps stays as it is.
 *
 * Locking: vmap_lock for the list and the numbers. It is not held while the port works nor
 * while pages are freed; ranges that are being purged are still in the tree, so that nobody
 * gets their addresses (A3 in vmap.c).
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/log2.h>
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

#define LISTS		7u	/* for ranges of 1, 2, 4, ..., 64 and more areas */

static struct list_head dying[LISTS];		/* V  ranges (Z6) */
static bool due;				/* V  Z3 says so */
static bool all_due;				/* V  Z2 says so, and of all */
static bool up;					/* C  there may be areas */
static unsigned int purgers;			/* V  have taken some that are not gone yet */
static DECLARE_WAIT_QUEUE_HEAD(purged);		/* there are fewer of them */
static struct vmap_lazy_stats stats;
unsigned long vmap_lazy_max;

static unsigned long most_addresses(void)
{
	unsigned long pages = (SZ_32M >> PAGE_SHIFT) * (unsigned long)fls(machine.nr_cpus);

	return min3(pages, totalram_pages() / 32, (VMALLOC_TOTAL >> PAGE_SHIFT) / 2);
}

void vmap_lazy_init(void)
{
	unsigned int i;

	for (i = 0; i < LISTS; i++)
		INIT_LIST_HEAD(&dying[i]);
	init_waitqueue_head(&purged);
	purgers = 0;
	up = true;
	due = all_due = false;
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
	return READ_ONCE(stats.vmalloc_pages) + READ_ONCE(stats.other_pages);
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

static inline struct list_head *list_for(unsigned int areas)
{
	return &dying[min_t(unsigned int, __fls(areas), LISTS - 1)];
}

/* An area comes to what waits, with the free addresses before it that its range takes. */
static inline void count(const struct vmap_record *rec, unsigned long gap)
{
	stats.areas++;
	stats.addresses += (rec->vm.size + gap) >> PAGE_SHIFT;
	if (likely(rec->vm.flags & VM_ALLOC))
		WRITE_ONCE(stats.vmalloc_pages, stats.vmalloc_pages + rec->vm.nr_pages);
	else if (rec->vm.flags & VM_MAP_PUT_PAGES)
		WRITE_ONCE(stats.other_pages, stats.other_pages + rec->vm.nr_pages);
}

/* A range of one area. */
static noinline void begin_range(struct vmap_record *rec)
{
	count(rec, 0);
	rec->waiting = VMAP_WAITS;
	INIT_LIST_HEAD(&rec->parts);
	rec->areas = 1;
	rec->held_vmalloc = rec->vm.flags & VM_ALLOC ? rec->vm.nr_pages : 0;
	rec->held_other = owned_pages(rec) - rec->held_vmalloc;
	stats.ranges++;
	list_add_tail(&rec->dead, &dying[0]);
}

/* An area that is no range yet becomes the last one of the range before it. */
static inline void append(struct vmap_record *rec, struct vmap_record *part)
{
	count(part, part->va.gap);
	rec->vm.next = part->vm.next;
	vmap_space_join(&vmap_space, &rec->va, &part->va);
	list_add_tail(&part->dead, &rec->parts);
	if (likely(part->vm.flags & VM_ALLOC))
		rec->held_vmalloc += part->vm.nr_pages;
	else if (part->vm.flags & VM_MAP_PUT_PAGES)
		rec->held_other += part->vm.nr_pages;
	rec->areas++;
	if (unlikely(!(rec->areas & (rec->areas - 1))))		/* a power of two */
		list_move_tail(&rec->dead, list_for(rec->areas));
}

/* Two ranges are one. */
static noinline void join(struct vmap_record *rec, struct vmap_record *next)
{
	rec->vm.next = next->vm.next;
	stats.addresses += next->va.gap >> PAGE_SHIFT;
	stats.ranges--;
	vmap_space_join(&vmap_space, &rec->va, &next->va);
	list_move_tail(&next->dead, &rec->parts);
	list_splice_tail(&next->parts, &rec->parts);
	rec->areas += next->areas;
	rec->held_other += next->held_other;
	rec->held_vmalloc += next->held_vmalloc;
	list_move_tail(&rec->dead, list_for(rec->areas));
}

void vmap_retire(struct vmap_record *rec)
{
	struct vmap_area *prev = vmap_space_prev(&vmap_space, &rec->va), *next;

	if (unlikely(!vmap_owns_pages(rec))) {
		all_due = true;
		WRITE_ONCE(due, true);
	}

	if (prev && va_record(prev)->waiting == VMAP_WAITS && rec->va.gap <= VMAP_BRIDGE) {
		append(va_record(prev), rec);
		rec = va_record(prev);
	} else {
		begin_range(rec);
	}
	next = vmap_space_next(&vmap_space, &rec->va);
	if (next && va_record(next)->waiting == VMAP_WAITS && next->gap <= VMAP_BRIDGE)
		join(rec, va_record(next));
	if (rec->areas >= VMAP_ENOUGH || stats.addresses > READ_ONCE(vmap_lazy_max))
		WRITE_ONCE(due, true);
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

/* Takes the ranges of a list. */
static void claim_list(struct list_head *list, struct list_head *ranges)
{
	struct vmap_record *rec;

	list_for_each_entry(rec, list, dead) {
		rec->waiting = VMAP_GOES;
		stats.areas -= rec->areas;
		stats.ranges--;
		stats.purged += rec->areas;
		stats.calls++;
		WRITE_ONCE(stats.other_pages, stats.other_pages - rec->held_other);
		WRITE_ONCE(stats.vmalloc_pages, stats.vmalloc_pages - rec->held_vmalloc);
		stats.addresses -= (rec->va.va_end - rec->va.va_start) >> PAGE_SHIFT;
	}
	list_splice_tail_init(list, ranges);
}

/*
 * Takes all ranges that wait; or only those that are long enough, and of the others, the
 * longest first, what is too much (Z3).
 */
static bool claim(struct list_head *ranges, bool all)
{
	unsigned int i = LISTS;
	unsigned long flags, most;

	spin_lock_irqsave(&vmap_lock, flags);
	all |= all_due;
	most = stats.addresses > READ_ONCE(vmap_lazy_max) ? READ_ONCE(vmap_lazy_max) / 2 : ULONG_MAX;
	claim_list(&dying[--i], ranges);
	while (i-- && (all || stats.addresses > most))
		claim_list(&dying[i], ranges);
	WRITE_ONCE(due, false);
	all_due = false;
	if (!list_empty(ranges))
		WRITE_ONCE(purgers, purgers + 1);
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

/* Unmaps first, then frees (Z1). */
static unsigned long purge(struct list_head *ranges)
{
	unsigned long freed = 0;
	struct vmap_record *rec;

	unmap(ranges);
	list_for_each_entry(rec, ranges, dead) {
		freed += free_parts(rec);
		drop_range(rec);
	}
	done();
	free_records(ranges);
	return freed;
}

unsigned long vmap_purge(bool wait)
{
	/* The array of an area's pages may be an area itself, and so may its own. */
	unsigned int passes = wait ? 3 : 1;
	unsigned long freed = 0;
	LIST_HEAD(ranges);

	/* Memory may be short before there are areas: boot, on a very small machine. */
	if (!up)
		return 0;
	vmap_block_purge();
	while (passes-- && claim(&ranges, true))
		freed += purge(&ranges);
	if (wait && preemptible() && READ_ONCE(purgers)) {
		wait_event(purged, !READ_ONCE(purgers));
		freed++;	/* at least: whoever asked for memory looks again */
	}
	return freed;
}

static noinline void purge_long(void)
{
	LIST_HEAD(ranges);

	if (claim(&ranges, false))
		purge(&ranges);
}

bool vmap_is_due(void)
{
	return READ_ONCE(due);
}

/* A core without kernel/ has no works. */
void __weak vmap_purge_soon(void)
{
}

void vmap_purge_due(void)
{
	if (unlikely(READ_ONCE(due)))
		purge_long();
}

/* The sums of a range, and the order of its parts. */
static unsigned int validate_range(const struct vmap_record *rec, unsigned int list)
{
	unsigned long end = rec->va.va_start + rec->vm.size, held = owned_pages(rec);
	unsigned int faults = 0, areas = 1;
	const struct vmap_record *part;

	list_for_each_entry(part, &rec->parts, dead) {
		faults += (unsigned long)part->vm.addr < end || !part->dying ||
			  (unsigned long)part->vm.addr - end > VMAP_BRIDGE;
		end = (unsigned long)part->vm.addr + part->vm.size;
		held += owned_pages(part);
		areas++;
	}
	return faults + (end != rec->va.va_end || !rec->dying || rec->waiting != VMAP_WAITS ||
			 areas != rec->areas || held != rec->held_vmalloc + rec->held_other ||
			 list_for(areas) != &dying[list]);
}

/* Z3, Z6 */
unsigned int vmap_lazy_validate(void)
{
	unsigned long areas = 0, ranges = 0, addresses = 0, pages = 0, flags;
	struct vmap_record *rec;
	unsigned int faults = 0, i;

	spin_lock_irqsave(&vmap_lock, flags);
	for (i = 0; i < LISTS; i++) {
		list_for_each_entry(rec, &dying[i], dead) {
			faults += validate_range(rec, i);
			ranges++;
			areas += rec->areas;
			pages += rec->held_vmalloc + rec->held_other;
			addresses += (rec->va.va_end - rec->va.va_start) >> PAGE_SHIFT;
		}
	}
	faults += areas != stats.areas || addresses != stats.addresses ||
		  ranges != stats.ranges || pages != stats.vmalloc_pages + stats.other_pages;
	spin_unlock_irqrestore(&vmap_lock, flags);
	if (faults)
		pr_err("vmap: Z3 or Z6 is broken: %lu areas wait, %lu are counted\n", areas,
		       stats.areas);
	return faults;
}
