// SPDX-License-Identifier: MIT
/*
 * Page owner: who allocated each page and who freed it last, with their stacks, when
 * the machine was booted with page_owner=on.
 *
 * A record for each frame, in arrays beside those of struct page; stacks are in the
 * stack depot. Arrays are as long as the machine's memory, so only those parts are
 * read that were written: a bit for each block of the largest order says which.
 *
 * O1  Each frame of a block that is allocated says so, with the block's order; the
 *     first is the one whose frame number is a multiple of the block's size.
 * O2  A frame that was freed still has what is known of its last allocation.
 * O3  A frame whose bit in touched is clear has a record of zeros.
 *
 * A stack begins with the caller of the function that a module calls. site is that
 * caller, and known also when the depot is full or the port knows no stacks.
 *
 * Locking: none for a record: it is written by whoever allocates or frees the
 * frame, and readers take what they find. Bits are set atomically.
 *
 * Neighbours: page_alloc.c calls the hooks; stack_depot.c never allocates here;
 * quarry_holdings() asks for the pages that a module has kept.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/page_owner.h>
#include <linux/printk.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/stackdepot.h>
#include <linux/stacktrace.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/pages.h"

#define STACK_DEPTH	32	/* kept; the outermost callers of a deeper one are not */
#define OUR_FRAMES	8	/* at most, inside the caller of the page allocator */

enum { OWNER_NONE, OWNER_HELD, OWNER_FREE };

/* Keys: F whoever allocates or frees the frame */
struct owner {
	unsigned long site;		/* F  who allocated it */
	u64 ts, free_ts;		/* F  ns */
	depot_stack_handle_t stack;	/* F  0: not kept */
	depot_stack_handle_t free_stack; /* F */
	gfp_t gfp;			/* F */
	pid_t pid, tgid;		/* F */
	unsigned short order;		/* F */
	unsigned short state;		/* F  OWNER_* */
	char comm[TASK_COMM_LEN];	/* F */
};

bool page_owner_on;
EXPORT_SYMBOL(page_owner_on);

/* Of one frame_range(). Keys: C fixed at boot */
struct range_records {
	struct owner *records;		/* C  one for each frame */
	unsigned long *touched;		/* C  a bit per largest block */
};

static struct range_records *ranges;	/* C  frame_range_count() of them; NULL: none */

static bool wanted;	/* the command line says so; read before page_owner_init() */

static int __init page_owner_setup(char *arg)
{
	int err = arg ? kstrtobool(arg, &wanted) : -EINVAL;

	if (!err && wanted)
		stack_depot_want_early_init();
	return err;
}
early_param("page_owner", page_owner_setup);

static unsigned long range_pages(unsigned int i)
{
	return frame_range(i)->end_pfn - frame_range(i)->start_pfn;
}

static bool make_records(struct range_records *r, unsigned int i)
{
	unsigned long pages = range_pages(i);
	int nid = frame_range(i)->nid;

	r->records = memblock_alloc_node(pages * sizeof(struct owner), PAGE_SIZE, nid);
	r->touched = memblock_alloc_node(BITS_TO_LONGS(pages / MAX_ORDER_NR_PAGES) * sizeof(long),
					 0, nid);
	return r->records && r->touched;
}

/**
 * page_owner_init - make room for the records, if they are wanted
 * Context: boot, before memblock_hand_over().
 */
void page_owner_init(void)
{
	unsigned int i;

	page_owner_on = false;
	ranges = NULL;
	if (!wanted)
		return;
	ranges = memblock_alloc(frame_range_count() * sizeof(*ranges), 0);
	page_owner_on = ranges != NULL;
	for (i = 0; page_owner_on && i < frame_range_count(); i++)
		page_owner_on = make_records(&ranges[i], i);
	if (!page_owner_on)
		pr_warn("page_owner is off: no memory for its records\n");
}

void page_owner_shutdown(void)
{
	page_owner_on = false;
	wanted = false;
	ranges = NULL;
	stack_depot_shutdown();
}

/* The record of a frame; NULL: there is none, or with @write false, nothing in it. */
static struct owner *record(const struct page *page, bool write)
{
	unsigned long pfn = page_to_pfn(page), block;
	unsigned int i;

	for (i = 0; page_owner_on && i < frame_range_count(); i++) {
		const struct frame_range *r = frame_range(i);

		if (pfn < r->start_pfn || pfn >= r->end_pfn)
			continue;
		block = (pfn - r->start_pfn) / MAX_ORDER_NR_PAGES;
		if (!test_bit(block, ranges[i].touched)) {
			if (!write)
				return NULL;
			set_bit(block, ranges[i].touched);
		}
		return &ranges[i].records[pfn - r->start_pfn];
	}
	return NULL;
}

/* Our caller's callers from the return address @site on. */
static depot_stack_handle_t save_stack(unsigned long site)
{
	unsigned long pcs[STACK_DEPTH + OUR_FRAMES];
	unsigned int n = stack_trace_save(pcs, ARRAY_SIZE(pcs), 0), skip = 0;

	while (skip < n && pcs[skip] != site)
		skip++;
	if (skip == n) {	/* the port cannot see it */
		pcs[0] = site;
		skip = 0;
		n = 1;
	}
	return __stack_depot_save(pcs + skip, min(n - skip, (unsigned int)STACK_DEPTH), 0, 0,
				  false);
}

void __set_page_owner(struct page *page, unsigned int order, gfp_t gfp, unsigned long site)
{
	struct owner *o = record(page, true), *end;
	depot_stack_handle_t stack;
	u64 now;

	if (!o)
		return;
	stack = save_stack(site);
	now = quarry_host_clock();
	for (end = o + (1ul << order); o < end; o++) {
		o->site = site;
		o->ts = now;
		o->stack = stack;
		o->gfp = gfp;
		o->pid = current->pid;
		o->tgid = current->tgid;
		o->order = order;
		memcpy(o->comm, current->comm, sizeof(o->comm));
		WRITE_ONCE(o->state, OWNER_HELD);
	}
}

/* @o is the first of a block of its order. */
static void peel(struct owner *o, unsigned int to)
{
	unsigned int order = o->order;
	unsigned long i;

	while (order-- > to)
		for (i = 0; i < 1ul << order; i++)
			o[(1ul << order) + i].order = order;
	for (i = 0; i < 1ul << to; i++)
		o[i].order = to;
}

void __peel_page_owner(struct page *page, unsigned int to)
{
	struct owner *o = record(page, true);

	if (o && o->state == OWNER_HELD && o->order > to)
		peel(o, to);
}

void __split_page_owner(struct page *page, unsigned int nr)
{
	struct owner *o = record(page, true);

	while (o && nr--)
		o++->order = 0;
}

unsigned int __reset_page_owner(struct page *page, unsigned int order, unsigned long site)
{
	struct owner *o = record(page, true), *end;
	depot_stack_handle_t stack;
	u64 now;

	if (!o)
		return order;
	if (o->state == OWNER_HELD && o->order < order) {
		page_report_bad(page, "freed at a higher order than it was allocated at",
				"it is freed at its own order");
		order = o->order;
	} else if (o->state == OWNER_HELD && o->order > order) {
		page_report_bad(page, "freed at a lower order than it was allocated at",
				"the pages behind it stay in use");
		peel(o, order);
	}
	stack = save_stack(site);
	now = quarry_host_clock();
	for (end = o + (1ul << order); o < end; o++) {
		o->free_stack = stack;
		o->free_ts = now;
		WRITE_ONCE(o->state, OWNER_FREE);
	}
	return order;
}

int page_owner_order(const struct page *page)
{
	const struct owner *o = page_owner_on ? record(page, false) : NULL;

	return o && o->state == OWNER_HELD ? o->order : -1;
}

/* What is known, in a report. */

static const char *const type_names[] = { "Unmovable", "Movable", "Reclaimable",
					  "HighAtomic" };

static void report_depot(depot_stack_handle_t handle, const char *title, const char *missing)
{
	unsigned long *entries;
	unsigned int nr = stack_depot_fetch(handle, &entries);

	if (nr)
		report_stack(title, (uintptr_t *)entries, nr);
	else
		report_line("%s", missing);
}

void dump_page_owner(const struct page *page)
{
	const struct owner *o;

	if (!page_owner_on || !pfn_valid(page_to_pfn(page)))
		return;
	o = record(page, false);
	if (!o || o->state == OWNER_NONE) {
		report_line("page_owner info is not present (never set?)");
		return;
	}
	report_line("page_owner tracks the page as %s",
		    o->state == OWNER_HELD ? "allocated" : "freed");
	report_line("page last allocated via order %u, migratetype %s, gfp_mask %#x(%pGg), pid %d, tgid %d (%s), ts %llu, free_ts %llu",
		    o->order, type_names[gfp_migratetype(o->gfp)], o->gfp, &o->gfp, o->pid,
		    o->tgid, o->comm, (unsigned long long)o->ts, (unsigned long long)o->free_ts);
	report_depot(o->stack, NULL, "page_owner allocation stack trace missing");
	report_depot(o->free_stack, "page last free stack trace:",
		     "page_owner free stack trace missing");
}
EXPORT_SYMBOL(dump_page_owner);

/* Walking. The frames' users go on meanwhile, so what is looked at is a copy. */

static __no_kcsan void snapshot(struct owner *to, const volatile struct owner *o)
{
	unsigned int i;

	to->state = o->state;
	to->site = o->site;
	to->ts = o->ts;
	to->free_ts = o->free_ts;
	to->stack = o->stack;
	to->free_stack = o->free_stack;
	to->gfp = o->gfp;
	to->pid = o->pid;
	to->tgid = o->tgid;
	to->order = o->order;
	for (i = 0; i < sizeof(to->comm) - 1; i++)
		to->comm[i] = o->comm[i];
	to->comm[i] = '\0';
}

/* Calls fn for each block that is allocated. */
static void each_owner(void (*fn)(void *arg, unsigned long pfn, const struct owner *o),
		       void *arg)
{
	struct owner o;
	unsigned int i;
	unsigned long j;

	for (i = 0; page_owner_on && i < frame_range_count(); i++) {
		unsigned long pages = range_pages(i), pfn = frame_range(i)->start_pfn;

		for (j = 0; j < pages; j++) {
			if (!test_bit(j / MAX_ORDER_NR_PAGES, ranges[i].touched)) {
				j |= MAX_ORDER_NR_PAGES - 1;
				continue;
			}
			if (READ_ONCE(ranges[i].records[j].state) != OWNER_HELD)
				continue;
			snapshot(&o, &ranges[i].records[j]);
			if (!((pfn + j) & ((1ul << o.order) - 1)))
				fn(arg, pfn + j, &o);
		}
	}
}

/* Who has the page need not be atomic about them. */
static __no_kcsan unsigned long flags_now(const volatile struct page *page)
{
	return page->flags;
}

static void show_owner(void *arg, unsigned long pfn, const struct owner *o)
{
	unsigned long *entries, flags = flags_now(pfn_to_page(pfn));
	struct seq_file *m = arg;
	unsigned int nr = stack_depot_fetch(o->stack, &entries), i;

	seq_printf(m, "Page allocated via order %u, mask %#x(%pGg), pid %d, tgid %d (%s), ts %llu ns, free_ts %llu ns\n",
		   o->order, o->gfp, &o->gfp, o->pid, o->tgid, o->comm,
		   (unsigned long long)o->ts, (unsigned long long)o->free_ts);
	seq_printf(m, "PFN %lu type %s Block %lu type %s Flags %pGp\n", pfn,
		   type_names[gfp_migratetype(o->gfp)], pfn >> pageblock_order,
		   type_names[pageblock_type_of(zone_table[flags >> NODES_PGSHIFT], pfn)], &flags);
	for (i = 0; i < nr; i++)
		seq_printf(m, " %pB\n", (void *)entries[i]);
	if (!nr)
		seq_printf(m, " %pS\n", (void *)o->site);
	seq_putc(m, '\n');
}

int page_owner_show(struct seq_file *m)
{
	if (!page_owner_on)
		seq_puts(m, "page_owner is off; boot with page_owner=on\n");
	each_owner(show_owner, m);
	return 0;
}

static void offer(void *arg, unsigned long pfn, const struct owner *o)
{
	struct quarry_holding h = {
		.kind = "page",
		.address = (uintptr_t)pfn_to_page(pfn),
		.size = PAGE_SIZE << o->order,
		.site = o->site,
	};

	holding(arg, &h);
}

void page_holdings(struct holdings *hs)
{
	each_owner(offer, hs);
}
