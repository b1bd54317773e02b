// SPDX-License-Identifier: MIT
/*
 * Page poisoning: with page_poison=1, a page that is freed is filled with a byte, and
 * whoever gets it next has it looked at first: what differs was written to after the
 * page had been freed.
 *
 * N1  A free frame whose index is mark has been filled, and nobody may have written to
 *     it since. Any other free frame holds whatever it holds: it was never freed, or
 *     not while this was on.
 * N2  The mark is set when a frame is filled, and taken away when it is looked at.
 *
 * index belongs to whoever holds a page and to nobody while it is free, so it costs no
 * memory and nothing to look up; and in a descriptor that was never written it is 0,
 * so frames that nobody has had yet (mm/mem_map.c) need no filling at boot. Each time
 * that poisoning is switched on the mark is another one, for pages that kept theirs.
 *
 * A page is filled after init_on_free= has cleared it and looked at before __GFP_ZERO
 * and init_on_alloc= clear it, so all of them work together.
 *
 * Locking: none: a frame is looked at by who frees or allocates it. Failure: none.
 *
 * Neighbours: page_alloc.c calls while page_hooks has PAGE_HOOK_POISON; page_owner.c
 * knows who freed it.
 */
#include <linux/errno.h>
#include <linux/highmem.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/poison.h>
#include <linux/printk.h>
#include <linux/report.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/pages.h"

#define FIRST_MARK	0x90150000ul
#define ROW		16u	/* bytes in a line of a dump */
#define MAX_ROWS	16u

bool page_poison_on;

static bool wanted;		/* the command line says so; read before page_poison_init() */
static unsigned long mark = FIRST_MARK;	/* C  changed by page_poison_set() */

static int __init page_poison_setup(char *arg)
{
	return arg ? kstrtobool(arg, &wanted) : -EINVAL;
}
early_param("page_poison", page_poison_setup);

void page_poison_set(bool on)
{
	mark += on && !page_poison_on;
	page_poison_on = on;
	page_hooks_set(PAGE_HOOK_POISON, on);
}

void page_poison_init(void)
{
	mark = FIRST_MARK;
	page_poison_set(wanted);
}

void page_poison_shutdown(void)
{
	page_poison_on = false;
	wanted = false;
}

void page_poison_fill(struct page *page, unsigned int order)
{
	struct page *end = page + (1ul << order);

	for (; page < end; page++) {
		void *mem = kmap_local_page(page);

		memset(mem, PAGE_POISON, PAGE_SIZE);
		kunmap_local(mem);
		page->index = mark;
	}
}

/* Reports. */

/* The lines from the first byte that differs to the last, and one more on each side. */
static void dump(const u8 *mem, unsigned int first, unsigned int last)
{
	unsigned int row = first / ROW, end = last / ROW, n = 0;
	char text[ROW * 4 + 4];

	row -= row > 0;
	end += end < PAGE_SIZE / ROW - 1;
	for (; row <= end && n < MAX_ROWS; row++, n++) {
		hex_dump_to_buffer(mem + row * ROW, ROW, ROW, 1, text, sizeof(text), true);
		report_line("%08x: %s", row * ROW, text);
	}
	if (row <= end)
		report_line("... %u bytes more", (end - row + 1) * ROW);
}

static void report(struct page *page, const u8 *mem, const u8 *bad, unsigned long in_block)
{
	unsigned int first = (unsigned int)(bad - mem), last = PAGE_SIZE - 1;
	bool one_bit;

	while (mem[last] == PAGE_POISON)
		last--;
	one_bit = first == last && is_power_of_2(mem[first] ^ PAGE_POISON);
	report_begin(REPORT_BUG, "pagealloc: %s", one_bit ? "single bit error" : "memory corruption");
	report_line("written to after it was freed: bytes %u to %u of page %lu of this block",
		    first, last, in_block);
	dump(mem, first, last);
	dump_page(page, "pagealloc: corrupted page details");
	report_here();
	report_end();
}

/* Looks at one frame; true: it was written to. */
static bool look(struct page *page, unsigned long in_block, bool say)
{
	const u8 *mem = kmap_local_page(page);
	const u8 *bad = memchr_inv(mem, PAGE_POISON, PAGE_SIZE);

	if (bad && say)
		report(page, mem, bad, in_block);
	kunmap_local((void *)mem);
	return bad;
}

/* One report for a block: its first page that was written to. */
void page_poison_check(struct page *page, unsigned int order)
{
	unsigned long i, bad = 0;

	for (i = 0; i < 1ul << order; i++) {
		if (page[i].index != mark)
			continue;
		page[i].index = 0;
		bad += look(page + i, i, !bad);
	}
	if (bad > 1)
		pr_err("pagealloc: %lu more pages of this block were written to\n", bad - 1);
}

/* Validation. */

static unsigned int check_block(const struct zone *zone, unsigned long pfn)
{
	unsigned int bad = 0;
	unsigned long i;

	for (i = 0; i < MAX_ORDER_NR_PAGES; i++) {
		struct page *page = pfn_to_page(pfn + i);

		if (page->page_type == PAGE_TYPE_UNTOUCHED || page_zone(page) != zone ||
		    page_ref_count(page) || page->index != mark || !look(page, 0, false))
			continue;
		pr_err("poison N1: pfn %#lx was written to after it was freed\n", pfn + i);
		bad++;
	}
	return bad;
}

/* Nobody allocates or frees meanwhile. */
unsigned int page_poison_validate(void)
{
	unsigned int bad = 0;
	unsigned long pfn;
	struct zone *zone;

	if (!page_poison_on)
		return 0;
	for_each_populated_zone(zone) {
		pfn = ALIGN_DOWN(zone->zone_start_pfn, MAX_ORDER_NR_PAGES);
		for (; pfn < zone_end_pfn(zone); pfn += MAX_ORDER_NR_PAGES)
			if (pfn_valid(pfn) && !buddy_is_fresh(zone, pfn))
				bad += check_block(zone, pfn);
	}
	return bad;
}
