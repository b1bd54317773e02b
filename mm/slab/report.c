// SPDX-License-Identifier: MIT
/*
 * What the slab layer says: reports in the kernel's SLUB form, which object an
 * address belongs to, who holds what, and /proc/slabinfo (checklist B12).
 *
 * Reports run in any context, with a node locked or not: they read the slab that
 * they are about, and take no lock. Holdings and slabinfo walk the list of caches
 * (cache_next()) and lock one node at a time.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/page_owner.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"
#include "mm/percpu.h"
#include "mm/slab/grow.h"

#define DUMP_BYTES	16	/* a line */
#define DUMP_MAX	128	/* of a payload */

const char *quarry_slab(void)
{
	return backend_name;
}

/* Reports. */

void slab_bug_begin(struct kmem_cache *s, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	atomic_long_inc(&s->errors);
	va_start(args, fmt);
	vaf.va = &args;
	report_begin(REPORT_SLAB, "BUG %s (%s): %pV", s->name, print_tainted(), &vaf);
	va_end(args);
}

void slab_bug_end(void)
{
	report_here();
	report_end();
}

void slab_fix(struct kmem_cache *s, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	report_line("FIX %s: %pV", s->name, &vaf);
	va_end(args);
}

/* @by: "allocated" or "freed" */
static void print_track(const char *what, const char *by, const struct track *t)
{
	if (!track_sound(t)) {
		report_line("INFO: the record of who %s it is overwritten", by);
		return;
	}
	if (!t->site)
		return;
	report_line("INFO: %s in %pS age=%lu cpu=%u pid=%d", what, (void *)t->site,
		    jiffies - t->when, t->cpu, t->pid);
	report_stack(NULL, (const uintptr_t *)t->stack, t->depth);
}

void slab_bug_tracks(struct kmem_cache *s, void *object)
{
	if (!(s->flags & SLAB_STORE_USER))
		return;
	print_track("Allocated", "allocated", object_track(s, object, TRACK_ALLOC));
	print_track("Freed", "freed", object_track(s, object, TRACK_FREE));
}

/* What is free, and where it is kept, only checked caches know slab by slab. */
void slab_bug_slab(struct kmem_cache *s, struct page *page)
{
	if (!page->slab_cache) {
		report_line("INFO: Page 0x%px flags=0x%lx, of several caches", page, page->flags);
		return;
	}
	if (!slab_checked(s)) {
		report_line("INFO: Slab 0x%px objects=%u flags=0x%lx", page, page->slab_units,
			    page->flags);
		return;
	}
	report_line("INFO: Slab 0x%px objects=%u used=%u fp=0x%px flags=0x%lx", page,
		    page->slab_units, word_inuse(slab_word(page)), slab_free_head(s, page), page->flags);
}

/* Of objects in quarantine, too (asan.c). */
static __no_sanitize_address void dump(const char *what, const u8 *start, unsigned int bytes)
{
	char line[DUMP_BYTES * 4 + 4];
	unsigned int i, j, n, at;

	for (i = 0; i < bytes; i += DUMP_BYTES) {
		n = min_t(unsigned int, bytes - i, DUMP_BYTES);
		at = 0;
		for (j = 0; j < DUMP_BYTES; j++)
			at += j < n ? sprintf(line + at, "%02x ", start[i + j]) :
				      sprintf(line + at, "   ");
		line[at++] = ' ';
		for (j = 0; j < n; j++)
			line[at++] = start[i + j] >= 32 && start[i + j] < 127 ? start[i + j] : '.';
		line[at] = 0;
		report_line("%-8s %px: %s", what, start + i, line);
	}
}

void slab_bug_object(struct kmem_cache *s, struct page *page, void *object)
{
	unsigned int left = min_t(unsigned int, s->red_left_pad, DUMP_MAX);
	u8 *p = object;

	slab_bug_tracks(s, object);
	slab_bug_slab(s, page);
	if (slab_checked(s) && debug_bytes(s, object) < s->object_size)
		report_line("INFO: %zu of its %u bytes were asked for", debug_bytes(s, object),
			    s->object_size);
	if (slab_checked(s))
		report_line("INFO: Object 0x%px @offset=%lu fp=0x%px", p,
			    (unsigned long)(p - (u8 *)page_address(page)), link_get(s, object));
	else
		report_line("INFO: Object 0x%px @offset=%lu", p,
			    (unsigned long)(p - (u8 *)page_address(page)));
	if (s->flags & SLAB_RED_ZONE)
		dump("Redzone", p - left, left);
	dump("Object", p, min_t(unsigned int, s->object_size, DUMP_MAX));
	if (s->flags & SLAB_RED_ZONE)
		dump("Redzone", p + s->object_size, s->inuse - s->object_size);
}

void slab_bug_bytes(struct kmem_cache *s, void *object, const void *start, unsigned int bytes)
{
	const u8 *p = object, *from = PTR_ALIGN_DOWN((const u8 *)start, DUMP_BYTES);
	const u8 *to = PTR_ALIGN((const u8 *)start + bytes, DUMP_BYTES);
	long at = (const u8 *)start - p;

	/* What slab_bug_object() has shown. */
	if (at >= -(long)DUMP_MAX && at < min_t(long, s->object_size, DUMP_MAX))
		return;
	if (at >= (long)s->object_size && at < (long)s->inuse)
		return;
	dump("Bytes", from, min_t(unsigned int, to - from, DUMP_MAX));
}

void slab_bug_freer(unsigned long site)
{
	if (site)
		report_line("INFO: freed by %pS", (void *)site);
	else
		report_line("INFO: freed earlier, by whom is not known: with slub_debug=FZPU it is");
}

/* The object that an address lies in, or NULL in front of the first, behind the last. */
static void *object_around(struct kmem_cache *s, struct page *page, const void *addr)
{
	unsigned long off = (const char *)addr - (const char *)page->slab_base;
	unsigned long nr = off / s->size;

	return nr < page->slab_units ? slab_object(s, page, nr) : NULL;
}

void slab_bad_object(struct kmem_cache *s, struct page *page, void *object, unsigned long site,
		     const char *what)
{
	void *around = object_around(s, page, object);

	slab_bug_begin(s, "%s 0x%px", what, object);
	slab_bug_freer(site);
	if (around && around != object)
		report_line("INFO: that is %ld bytes into object 0x%px",
			    (long)((char *)object - (char *)around), around);
	if (around)
		slab_bug_object(s, page, around);
	else
		slab_bug_slab(s, page);
	slab_fix(s, "Object at 0x%px not freed", object);
	slab_bug_end();
}

void slab_wrong_cache(struct kmem_cache *s, struct page *page, void *object, unsigned long site)
{
	struct kmem_cache *owner = page->slab_cache;
	void *around = object_around(owner, page, object);

	slab_bug_begin(s, "Wrong slab cache. Object 0x%px is from %s", object, owner->name);
	slab_bug_freer(site);
	if (around)
		slab_bug_object(owner, page, around);
	slab_fix(s, "Object at 0x%px not freed", object);
	slab_bug_end();
}

/* Where an address is that is no object's, in words. */
static const char *region(const void *addr)
{
	unsigned long here = (unsigned long)__builtin_frame_address(0), x = (unsigned long)addr;
	struct page *page;

	if (IS_ERR(addr))
		return "an error code: ask IS_ERR() first";
	if (object_is_on_stack(addr) || x - here < PAGE_SIZE || here - x < PAGE_SIZE)
		return "an address on the stack";
	if (is_vmalloc_addr(addr))
		return "a vmalloc address: vfree() it";
	if (percpu_misplaced(x))
		return percpu_misplaced(x);
	if (!virt_addr_valid(addr))
		return "not an address of memory that Quarry manages";
	page = virt_to_page(addr);
	if (PageReserved(page))
		return "in memory that was never the page allocator's";
	page = compound_head(page);
	if (!page_ref_count(page))
		return "in a page that is free, perhaps since an earlier kfree()";
	if (PageSlab(page))
		return "in a slab";
	if (page_address(page) != addr && PageHead(page))
		return "inside a block of pages, not at its start";
	return "in a page that is no slab: free_pages() it";
}

/* Who has, or had, the pages that it points into. A slab's are the layer's own. */
static void describe_pages(const void *addr)
{
	struct page *page;

	if (!virt_addr_valid(addr))
		return;
	page = virt_to_page(addr);
	if (!PageReserved(page) && !PageSlab(compound_head(page)))
		dump_page_owner(page);
}

void slab_bad_free(const char *what, const void *addr, unsigned long site)
{
	report_begin(REPORT_BUG, "%s: bad pointer 0x%px", what, addr);
	if (site)
		report_line("called from %pS", (void *)site);
	else
		slab_bug_freer(0);
	report_line("It is %s.", region(addr));
	if (is_vmalloc_addr(addr))
		vmalloc_describe((unsigned long)addr);
	else
		percpu_report_owner((unsigned long)addr);
	describe_pages(addr);
	report_here();
	report_end();
}

void slab_gfp_refused(const char *name, gfp_t flags, unsigned long site)
{
	gfp_t bad = flags & SLAB_GFP_BAD;

	report_begin(REPORT_WARNING, "%s: no objects with gfp %#x (%pGg)", name, bad, &bad);
	report_line("asked for by %pS with gfp %#x (%pGg)", (void *)site, flags, &flags);
	report_here();
	report_end();
}

/* What is left in a cache that was to be destroyed. */

#define LIVE_MAX	64	/* objects that are listed */

struct live {
	void *object[LIVE_MAX];
	unsigned long n;
};

static unsigned long note_live(struct kmem_cache *s, struct page *page, void *object, void *ctx)
{
	struct live *live = ctx;

	if (live->n < LIVE_MAX)
		live->object[live->n] = object;
	live->n++;
	return 0;
}

void slab_report_live(struct kmem_cache *s, unsigned long left, unsigned long site)
{
	struct page *page, *last = NULL;
	struct live live = { .n = 0 };
	unsigned long i;

	/* Before the report, during which interrupts are off. */
	cache_each_object(s, note_live, &live);
	slab_bug_begin(s, "Objects remaining in %s on __kmem_cache_shutdown()", s->name);
	if (!s->site)
		report_line("Who made it by that name has left it to others, who shared it.");
	for (i = 0; i < min(live.n, (unsigned long)LIVE_MAX); i++) {
		page = virt_to_head_page(live.object[i]);
		if (page != last)
			slab_bug_slab(s, page);
		last = page;
		report_line("Object 0x%px @offset=%lu", live.object[i],
			    (unsigned long)((char *)live.object[i] - (char *)page_address(page)));
		slab_bug_tracks(s, live.object[i]);
	}
	if (!live.n)
		report_line("%lu objects; %s cannot tell them from other caches'", left, backend_name);
	if (live.n > LIVE_MAX)
		report_line("and %lu more", live.n - LIVE_MAX);
	if (!(s->flags & SLAB_STORE_USER))
		report_line("Who allocated them is not known. With slub_debug=U,%s it would be.",
			    s->name);
	report_line("kmem_cache_destroy %s: Slab cache still has objects when called from %pS",
		    s->name, (void *)site);
	slab_bug_end();
}

/* Which object is it? */

__weak void backend_describe(struct page *page, unsigned long addr)
{
}

bool slab_describe(unsigned long addr)
{
	struct page *page = slab_page_of((void *)addr);
	struct kmem_cache *s;
	void *object;
	long off;

	if (!page)
		return false;
	s = page->slab_cache;
	if (!s) {
		backend_describe(page, addr);
		return true;
	}
	object = object_around(s, page, (void *)addr);
	if (!object) {
		report_line("in a slab of cache %s, beside its objects", s->name);
		return true;
	}
	off = (long)(addr - (unsigned long)object);
	if (off < 0)
		report_line("%ld bytes in front of object 0x%px of cache %s, size %u", -off, object,
			    s->name, s->object_size);
	else if (off < (long)s->object_size)
		report_line("%ld bytes into object 0x%px of cache %s, size %u", off, object,
			    s->name, s->object_size);
	else
		report_line("%ld bytes behind object 0x%px of cache %s, size %u",
			    off - (long)s->object_size, object, s->name, s->object_size);
	slab_bug_tracks(s, object);
	return true;
}

bool kmem_valid_obj(void *object)
{
	return slab_page_of(object);
}
EXPORT_SYMBOL(kmem_valid_obj);

void kmem_dump_obj(void *object)
{
	report_begin(REPORT_NOTE, "address 0x%px:", object);
	if (!slab_describe((unsigned long)object))
		report_line("in no slab");
	report_end();
}
EXPORT_SYMBOL(kmem_dump_obj);

/* Who holds what. */

/*
 * What is found while a list is locked: a few at a time, to be offered when it is
 * not any more. The walk is repeated for the next few.
 */
#define GATHER	32

struct gather {
	struct holdings *hs;
	struct quarry_holding found[GATHER];
	char alias[GATHER][32];		/* found[]'s names that may go meanwhile */
	unsigned int n;			/* in found[] */
	unsigned long seen, skip;	/* matches in this walk; offered before */
};

static void gather_one(struct gather *g, const struct quarry_holding *h, const char *alias)
{
	if (h->site < g->hs->lo || h->site >= g->hs->hi)
		return;
	if (g->seen++ < g->skip || g->n == GATHER)
		return;
	g->found[g->n] = *h;
	if (alias) {
		strscpy(g->alias[g->n], alias, sizeof(g->alias[0]));
		g->found[g->n].detail = g->alias[g->n];
	}
	g->n++;
}

/* Offer what was found. Returns true when there may be more. */
static bool gather_offer(struct gather *g)
{
	bool more = g->n == GATHER;
	unsigned int i;

	for (i = 0; i < g->n; i++)
		holding(g->hs, &g->found[i]);
	g->skip += g->n;
	g->n = 0;
	g->seen = 0;
	return more;
}

static unsigned long gather_slab(struct kmem_cache *s, struct page *page, void *ctx)
{
	unsigned long map[SLAB_MAP_BITS / (8 * sizeof(long))];
	struct quarry_holding h = { .kind = "object", .detail = s->name, .size = s->object_size };
	unsigned int i;

	slab_free_map(s, page, map);
	for (i = 0; i < page->slab_units; i++) {
		if (test_bit(i, map))
			continue;
		h.address = (uintptr_t)slab_object(s, page, i);
		h.site = object_track(s, (void *)h.address, TRACK_ALLOC)->site;
		gather_one(ctx, &h, NULL);
	}
	return 0;
}

static void gather_cache(struct kmem_cache *s, struct gather *g)
{
	struct quarry_holding h = {
		.kind = "cache", .detail = s->name, .address = (uintptr_t)s,
		.size = s->object_size, .site = s->site,
	};
	struct slab_alias *alias;

	spin_lock(&slab_lock);
	if (h.site)
		gather_one(g, &h, NULL);
	/* The cache is pinned, an alias is not. */
	list_for_each_entry(alias, &s->aliases, list) {
		h.site = alias->site;
		gather_one(g, &h, alias->name);
	}
	spin_unlock(&slab_lock);
}

void slab_holdings(struct holdings *hs)
{
	struct kmem_cache *s;
	struct gather g = { .hs = hs };

	slab_asan_drain(NULL);
	for (s = cache_next(NULL); s; s = cache_next(s)) {
		g.skip = 0;
		do {
			if (s->flags & SLAB_STORE_USER)
				checked_each_slab(s, gather_slab, &g);
		} while (gather_offer(&g));
		g.skip = 0;
		do {
			gather_cache(s, &g);
		} while (gather_offer(&g));
	}
	kmalloc_large_holdings(hs);
}

/* /proc/slabinfo */

__weak void backend_show(struct seq_file *m)
{
	unsigned long used = 0, held = 0;
	struct slabinfo info;
	struct kmem_cache *s;

	for (s = cache_next(NULL); s; s = cache_next(s)) {
		cache_info(s, &info);
		used += info.active_objs * s->object_size;
		held += info.num_objs * s->size;
	}
	seq_printf(m, "%s: %lu bytes of objects in %lu of slots\n", backend_name, used, held);
}

int slabinfo_show(struct seq_file *m)
{
	struct slabinfo info;
	struct kmem_cache *s;

	seq_puts(m, "slabinfo - version: 2.1\n");
	seq_puts(m, "# name            <active_objs> <num_objs> <objsize> <objperslab>");
	seq_puts(m, " <pagesperslab>");
	seq_puts(m, " : tunables <limit> <batchcount> <sharedfactor>");
	seq_puts(m, " : slabdata <active_slabs> <num_slabs> <sharedavail>\n");
	for (s = cache_next(NULL); s; s = cache_next(s)) {
		cache_info(s, &info);
		seq_printf(m, "%-17s %6lu %6lu %6u %4u %4d", s->name, info.active_objs,
			   info.num_objs, s->size, s->objects, 1 << s->order);
		seq_printf(m, " : tunables %4u %4u %4u", info.limit, info.batchcount, info.shared);
		seq_printf(m, " : slabdata %6lu %6lu %6lu\n", info.active_slabs, info.num_slabs,
			   info.shared_avail);
	}
	return 0;
}

/* Not in slabinfo, whose readers take each line for a cache. */
int slab_overhead_show(struct seq_file *m)
{
	backend_show(m);
	return 0;
}
