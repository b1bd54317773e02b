// SPDX-License-Identifier: MIT
/*
 * Page owner: who allocated each page, when the machine was booted with
 * page_owner=on.
 *
 * A record for each frame, in arrays beside those of struct page. A block of
 * 2^order frames is one record, at its first frame. Arrays are as long as the
 * machine's memory, so only those parts are read that were written: a bit for
 * each block of the largest order says which.
 *
 * O1  A record with a site belongs to a frame that is allocated, or is the first
 *     of a block that is.
 * O2  A frame whose bit in touched is clear has a record of zeros.
 *
 * Locking: none for a record: it is written by whoever allocates or frees the
 * frame, and readers take what they find. Bits are set atomically.
 *
 * Neighbours: page_alloc.c calls the hooks; quarry_holdings() asks for the pages
 * that a module has kept.
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
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/pages.h"

/* Keys: F whoever allocates or frees the frame */
struct owner {
	unsigned long site;		/* F  0: nobody has it */
	unsigned long free_site;	/* F  who freed it last */
	u64 ts, free_ts;		/* F  ns */
	gfp_t gfp;			/* F */
	unsigned short order;		/* F */
	unsigned short spare;
	pid_t pid, tgid;		/* F */
	char comm[TASK_COMM_LEN];	/* F */
};

bool page_owner_on;
EXPORT_SYMBOL(page_owner_on);

static struct owner *records[QUARRY_MAX_RANGES];	/* of frame_range(i) */
static unsigned long *touched[QUARRY_MAX_RANGES];	/* a bit per largest block */

static bool wanted;	/* the command line says so; read before page_owner_init() */

static int __init page_owner_setup(char *arg)
{
	return arg ? kstrtobool(arg, &wanted) : -EINVAL;
}
early_param("page_owner", page_owner_setup);

static unsigned long range_pages(unsigned int i)
{
	return frame_range(i)->end_pfn - frame_range(i)->start_pfn;
}

/**
 * page_owner_init - make room for the records, if they are wanted
 * Context: boot, before memblock_hand_over().
 */
void page_owner_init(void)
{
	unsigned int i;

	memset(records, 0, sizeof(records));
	memset(touched, 0, sizeof(touched));
	page_owner_on = wanted;
	for (i = 0; page_owner_on && i < frame_range_count(); i++) {
		unsigned long pages = range_pages(i);

		records[i] = memblock_alloc_node(pages * sizeof(struct owner), PAGE_SIZE,
						 frame_range(i)->nid);
		touched[i] = memblock_alloc_node(BITS_TO_LONGS(pages / MAX_ORDER_NR_PAGES) *
						 sizeof(long), 0, frame_range(i)->nid);
		if (!records[i] || !touched[i]) {
			pr_warn("page_owner is off: no memory for its records\n");
			page_owner_on = false;
		}
	}
}

void page_owner_shutdown(void)
{
	page_owner_on = false;
	wanted = false;
}

static struct owner *record(const struct page *page)
{
	unsigned long pfn = page_to_pfn(page);
	unsigned int i;

	for (i = 0; i < frame_range_count(); i++) {
		const struct frame_range *r = frame_range(i);

		if (pfn < r->start_pfn || pfn >= r->end_pfn || !records[i])
			continue;
		set_bit((pfn - r->start_pfn) / MAX_ORDER_NR_PAGES, touched[i]);
		return &records[i][pfn - r->start_pfn];
	}
	return NULL;
}

/** __set_page_owner - a block was allocated. Context: any. */
void __set_page_owner(struct page *page, unsigned int order, gfp_t gfp, unsigned long site)
{
	struct owner *o = record(page);

	if (!o)
		return;
	o->ts = quarry_host_clock();
	o->gfp = gfp;
	o->order = order;
	o->pid = current->pid;
	o->tgid = current->tgid;
	memcpy(o->comm, current->comm, sizeof(o->comm));
	WRITE_ONCE(o->site, site);
}

/** __reset_page_owner - a block was freed, at the order that it has a record of? */
void __reset_page_owner(struct page *page, unsigned int order, unsigned long site)
{
	struct owner *o = record(page);

	if (!o)
		return;
	if (o->site && o->order < order)
		page_report_bad(page, "freed at a higher order than it was allocated at");
	else if (o->site && o->order > order)
		page_report_bad(page, "freed at a lower order than it was allocated at");
	o->free_site = site;
	o->free_ts = quarry_host_clock();
	WRITE_ONCE(o->site, 0);
}

/** __split_page_owner - a block of @nr pages is now so many blocks of one */
void __split_page_owner(struct page *page, unsigned int nr)
{
	struct owner *first = record(page);
	unsigned int i;

	if (!first)
		return;
	first->order = 0;
	for (i = 1; i < nr; i++) {
		struct owner *o = record(page + i);

		if (o)
			*o = *first;
	}
}

void dump_page_owner(const struct page *page)
{
	struct owner *o = page_owner_on && pfn_valid(page_to_pfn(page)) ? record(page) : NULL;

	if (!page_owner_on)
		return;
	if (o && o->site)
		report_line("allocated at %pS, order %u, mode:%#x(%pGg), pid %d (%s), ts %llu ns",
			    (void *)o->site, o->order, o->gfp, &o->gfp, o->pid, o->comm,
			    (unsigned long long)o->ts);
	if (o && o->free_site)
		report_line("last freed at %pS, ts %llu ns", (void *)o->free_site,
			    (unsigned long long)o->free_ts);
}
EXPORT_SYMBOL(dump_page_owner);

/* Walking: calls fn for each record that has a site. */
static void each_owner(void (*fn)(void *arg, unsigned long pfn, const struct owner *o),
		       void *arg)
{
	unsigned int i;
	unsigned long j;

	for (i = 0; page_owner_on && i < frame_range_count(); i++) {
		unsigned long pages = range_pages(i);

		for (j = 0; j < pages; j++) {
			const struct owner *o = &records[i][j];

			if (!test_bit(j / MAX_ORDER_NR_PAGES, touched[i])) {
				j |= MAX_ORDER_NR_PAGES - 1;
				continue;
			}
			if (READ_ONCE(o->site))
				fn(arg, frame_range(i)->start_pfn + j, o);
		}
	}
}

static const char *const type_names[] = { "Unmovable", "Movable", "Reclaimable",
					  "HighAtomic" };

static void show_owner(void *arg, unsigned long pfn, const struct owner *o)
{
	struct page *page = pfn_to_page(pfn);
	struct seq_file *m = arg;

	seq_printf(m, "Page allocated via order %u, mask %#x(%pGg), pid %d, tgid %d (%s), ts %llu ns, free_ts %llu ns\n",
		   o->order, o->gfp, &o->gfp, o->pid, o->tgid, o->comm,
		   (unsigned long long)o->ts, (unsigned long long)o->free_ts);
	seq_printf(m, "PFN %lu type %s Block %lu type %s Flags %pGp\n", pfn,
		   type_names[gfp_migratetype(o->gfp)], pfn >> pageblock_order,
		   type_names[pageblock_type_of(page_zone(page), pfn)], &page->flags);
	seq_printf(m, " %pS\n\n", (void *)o->site);
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
