// SPDX-License-Identifier: MIT
/*
 * What nothing refers to any more. Document: Documentation/dev-tools/kmemleak of Linux.
 *
 * Objects of caches, large blocks of kmalloc() and areas of vmalloc() are blocks. A block
 * is reached if a word, aligned as pointers are, of a root or of another block that is
 * reached has an address in it. What is left is a leak, as far as one can know.
 *
 *  L1 Roots are the data of the core and of modules that have not left, all per-CPU
 *     memory, and the stacks of threads, their registers included.
 *  L2 Any address in a block counts, its first byte's or another's; none behind it.
 *  L3 Pages from alloc_pages() are looked at only where kmemleak_alloc() says so.
 *  L4 Threads run on meanwhile: a pointer may be moved past the search. So it is made
 *     twice, and only what both times was not reached, and is as it was, is found.
 *  L5 What the search itself keeps is not looked through, marks are no blocks. Nor is what
 *     the core keeps of each area of vmalloc(), which would reach them all.
 *  L6 A mark (kmemleak_not_leak() ...) holds for the object that was there when it was
 *     made. A mark on what has gone, or whose record shows another one since
 *     (slub_debug=U), is dropped by the next search.
 *
 * So some leaks are missed: what an old word on a stack, or a number that looks like an
 * address, happens to mean; the area at the beginning of the window of vmalloc(); without
 * slub_debug, what a CPU's store of free objects held last, whose words stay as they were.
 *
 * Nothing is recorded while memory comes and goes: a search collects all blocks. Boot
 * parameter: kmemleak=on, for large blocks' sake; slub_debug=U has the same effect, and who
 * allocated an object is known then.
 *
 * Locking: marks_lock for marks, innermost; a search is made by one task at a time.
 * Neighbours: the slab layer, vmap.c, percpu.c; the port for data and stacks.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kmemleak.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/sort.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <quarry/host.h>

#include "mm/internal.h"
#include "mm/kmemleak.h"
#include "mm/percpu.h"
#include "mm/slab/layer.h"
#include "mm/vmap.h"

#define DUMP_BYTES	32

#define REACHED		1
#define NO_SCAN		2	/* not looked through */
#define AREAS		4	/* looked through where marks say so */
#define MAPPED		8	/* an area of vmalloc() */

struct block {
	unsigned long start, size;
	struct kmem_cache *s;		/* NULL: a large block, an area, or registered */
	u32 id;				/* of who allocated it; L6 */
	u32 sum;			/* of its bytes, once it is known to be left */
	u32 next;			/* index of the next one to look through, + 1 */
	u32 flags;
};

/* What was found. */
struct leak {
	unsigned long start, size;
	u32 id;
	bool checked;			/* track is known */
	struct track track;
	u8 bytes[DUMP_BYTES];
};

enum mark_what {
	MARK_BLOCK,			/* kmemleak_alloc() */
	MARK_ROOT,			/* not a leak */
	MARK_IGNORE,
	MARK_NO_SCAN,
	MARK_AREA,
};

struct mark {
	struct list_head list;
	unsigned long start, size;
	enum mark_what what;
	u32 id;
};

/* Keys: M marks_lock | S who searches */
static LIST_HEAD(marks);		/* M */
static DEFINE_SPINLOCK_RANKED(marks_lock, RANK_PAGE_OWNER);
static bool wanted;			/* fixed at boot */
static struct kmem_cache *mark_cache;	/* fixed by kmemleak_init_late(); NULL: no marks */
static struct leak *leaks;		/* S */
static unsigned long nr_leaks;		/* S */
static struct block *left_before;	/* S  by the first half of a search */

/* A search under way. Keys: S */
static struct search {
	struct block *blocks;
	unsigned long nr, max;
	unsigned long not_lo, not_hi;	/* all blocks lie in here; in no form that is found */
	u32 todo;			/* head of the list of those to look through, + 1 */
} search;

static int __init kmemleak_setup(char *arg)
{
	if (!arg || (strcmp(arg, "on") && strcmp(arg, "off")))
		return -EINVAL;
	wanted = !strcmp(arg, "on");
	return 0;
}
early_param("kmemleak", kmemleak_setup);

bool kmemleak_on(void)
{
	return wanted || (slab_params.debug & SLAB_STORE_USER);
}

__weak bool kmemleak_module_live(unsigned long text)
{
	return false;
}

/* A port that knows no roots: everything would seem to be left. kmemleak_scan() asks. */
__weak void quarry_host_roots(uintptr_t frame,
			      void (*fn)(void *ctx, uintptr_t owner, uintptr_t lo, uintptr_t hi),
			      void *ctx)
{
}

/* Records. */

/* Who allocated an object of a cache; NULL: nobody knows. */
static struct track *track_of(struct kmem_cache *s, unsigned long object)
{
	if (!s || !(s->flags & SLAB_STORE_USER))
		return NULL;
	return object_track(s, (void *)object, TRACK_ALLOC);
}

static u32 id_of(struct kmem_cache *s, unsigned long object)
{
	const struct track *t = track_of(s, object);

	return t ? t->seal : 0;
}

/* The cache of an address in an object of its own slab, or NULL. */
static struct kmem_cache *cache_of(const void *ptr)
{
	struct page *page = slab_page_of(ptr);

	return !page ? NULL : page->slab_cache ?: backend_owner(page, ptr);
}

/* Blocks. */

static void add(unsigned long start, unsigned long size, struct kmem_cache *s, u32 id, u32 flags)
{
	if (search.nr < search.max)
		search.blocks[search.nr] = (struct block) { .start = start, .size = size, .s = s,
							    .id = id, .flags = flags };
	search.nr++;
}

static unsigned long add_object(struct kmem_cache *s, struct page *page, void *object, void *ctx)
{
	size_t size;

	if (s->flags & SLAB_NOLEAKTRACE)
		return 0;
	size = slab_checked(s) ? s->object_size : backend_usable(s, page, object);
	add((unsigned long)object, size, s, id_of(s, (unsigned long)object), 0);
	return 1;
}

static void add_large(struct page *page)
{
	add((unsigned long)page_address(page), PAGE_SIZE << compound_order(page), NULL,
	    (u32)page->index, 0);
}

static void add_area(struct vmap_record *rec)
{
	/* What of a stack is in use, the port knows. */
	if (vmap_ready(rec) && (rec->vm.flags & VM_ALLOC) && !(rec->flags & VMAP_KSTACK))
		add((unsigned long)rec->vm.addr, (unsigned long)rec->mapped << PAGE_SHIFT, NULL,
		    (u32)(unsigned long)rec->vm.caller, MAPPED);
}

static void add_registered(void)
{
	unsigned long flags;
	struct mark *mark;

	spin_lock_irqsave(&marks_lock, flags);
	list_for_each_entry(mark, &marks, list)
		if (mark->what == MARK_BLOCK)
			add(mark->start, mark->size, NULL, mark->id, 0);
	spin_unlock_irqrestore(&marks_lock, flags);
}

static int by_start(const void *a, const void *b)
{
	const struct block *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static void collect_once(void)
{
	search.nr = 0;
	cache_each_object_of_all(add_object, NULL);
	kmalloc_large_each(add_large);
	vmap_each(add_area);
	add_registered();
}

/* All blocks, in order. There may be more than there is room for; then again. */
static int collect(void)
{
	search = (struct search) { .max = 4096 };
	for (;;) {
		search.blocks = vmalloc(search.max * sizeof(*search.blocks));
		if (!search.blocks)
			return -ENOMEM;
		collect_once();
		if (search.nr <= search.max)
			break;
		vfree(search.blocks);
		search.max = search.nr + search.nr / 4;
	}
	sort(search.blocks, search.nr, sizeof(*search.blocks), by_start, NULL);
	if (search.nr) {
		const struct block *last = &search.blocks[search.nr - 1];

		search.not_lo = ~search.blocks[0].start;
		search.not_hi = ~(last->start + last->size);
	}
	return 0;
}

/* L2 */
static struct block *block_at(unsigned long addr)
{
	unsigned long lo = 0, hi = search.nr;

	if (addr - ~search.not_lo >= search.not_lo - search.not_hi)
		return NULL;
	while (hi - lo > 1) {
		unsigned long mid = lo + (hi - lo) / 2;

		if (search.blocks[mid].start <= addr)
			lo = mid;
		else
			hi = mid;
	}
	return addr - search.blocks[lo].start < search.blocks[lo].size ? &search.blocks[lo] : NULL;
}

/* Marking. */

static void reach(struct block *b)
{
	if (b->flags & REACHED)
		return;
	b->flags |= REACHED;
	if (b->flags & NO_SCAN)
		return;
	b->next = search.todo;
	search.todo = (u32)(b - search.blocks) + 1;
}

/* Its bytes, while they are sure to be there: areas may be freed meanwhile. */
static void with_block(const struct block *b,
		       void (*fn)(void *ctx, unsigned long lo, unsigned long hi), void *ctx)
{
	if (b->flags & MAPPED)
		vmap_hold(b->start, fn, ctx);
	else
		fn(ctx, b->start, b->start + b->size);
}

/* Others write meanwhile (L4), and it may be memory that the sanitizers keep people out of. */
__no_sanitize_address __no_kcsan
static noinline void look_through(void *unused, unsigned long lo, unsigned long hi)
{
	const volatile unsigned long *p = (void *)ALIGN(lo, sizeof(long));

	for (; (unsigned long)(p + 1) <= hi; p++) {
		struct block *b = block_at(*p);

		if (b)
			reach(b);
	}
}

static void look_through_areas(const struct block *b)
{
	unsigned long flags;
	struct mark *mark;

	spin_lock_irqsave(&marks_lock, flags);
	list_for_each_entry(mark, &marks, list)
		if (mark->what == MARK_AREA && mark->start - b->start < b->size)
			look_through(NULL, mark->start,
				     min(mark->start + mark->size, b->start + b->size));
	spin_unlock_irqrestore(&marks_lock, flags);
}

static void look_through_reached(void)
{
	while (search.todo) {
		struct block *b = &search.blocks[search.todo - 1];

		search.todo = b->next;
		if (b->flags & AREAS)
			look_through_areas(b);
		else
			with_block(b, look_through, NULL);
	}
}

static void quietly(const void *ptr)
{
	struct block *b = block_at((unsigned long)ptr);

	if (!b)
		return;
	b->flags |= NO_SCAN;
	reach(b);
}

/* L5 */
static void area_kept(struct vmap_record *rec)
{
	quietly(rec);
	quietly(rec->pages);
}

/* L6: is it the object that was marked? */
static bool still(const struct mark *mark, const struct block *b)
{
	return !b->s || mark->id == b->id;
}

static void apply(const struct mark *mark)
{
	struct block *b = block_at(mark->start);

	if (!b || !still(mark, b))
		return;
	switch (mark->what) {
	case MARK_BLOCK:
		break;
	case MARK_AREA:
		b->flags |= AREAS;
		break;
	case MARK_ROOT:
		reach(b);
		break;
	case MARK_IGNORE:
		quietly((void *)b->start);
		break;
	case MARK_NO_SCAN:
		b->flags |= NO_SCAN;
		break;
	}
}

/* Where blocks are looked through matters more than that they are: it comes first. */
static void apply_marks(bool roots)
{
	unsigned long flags;
	struct mark *mark;

	spin_lock_irqsave(&marks_lock, flags);
	list_for_each_entry(mark, &marks, list)
		if ((mark->what == MARK_ROOT) == roots)
			apply(mark);
	spin_unlock_irqrestore(&marks_lock, flags);
}

static void free_marks(struct list_head *gone)
{
	struct mark *mark, *next;

	list_for_each_entry_safe(mark, next, gone, list)
		kmem_cache_free(mark_cache, mark);
}

/* L6. All blocks are in order. */
static void drop_stale_marks(void)
{
	struct mark *mark, *next;
	unsigned long flags;
	LIST_HEAD(gone);

	spin_lock_irqsave(&marks_lock, flags);
	list_for_each_entry_safe(mark, next, &marks, list) {
		const struct block *b = block_at(mark->start);

		if (mark->what != MARK_BLOCK && (!b || !still(mark, b)))
			list_move(&mark->list, &gone);
	}
	spin_unlock_irqrestore(&marks_lock, flags);
	free_marks(&gone);
}

/* L1. @owner: code of the module whose data it is; 0: the core's, or a stack */
static void root(void *ctx, uintptr_t owner, uintptr_t lo, uintptr_t hi)
{
	unsigned long not_lo, not_hi;

	if (owner && !kmemleak_module_live(owner))
		return;
	vmap_memories(&not_lo, &not_hi);
	if (not_lo >= lo && not_hi <= hi) {
		look_through(NULL, lo, not_lo);
		lo = not_hi;
	}
	look_through(NULL, lo, hi);
}

static int mark_reached(unsigned long frame)
{
	int err = collect();

	if (err)
		return err;
	quietly(search.blocks);
	quietly(leaks);
	quietly(left_before);
	vmap_each(area_kept);
	drop_stale_marks();
	apply_marks(false);
	apply_marks(true);
	percpu_each_range(look_through, NULL);
	quarry_host_roots(frame, root, NULL);
	look_through_reached();
	return 0;
}

/* What is left. */

__no_sanitize_address __no_kcsan
static noinline void sum_up(void *ctx, unsigned long lo, unsigned long hi)
{
	const volatile u8 *p = (void *)lo;
	u32 sum = 0;

	for (; p < (const volatile u8 *)hi; p++)
		sum = sum * 31 + *p;
	*(u32 *)ctx = sum;
}

/* Only what was not reached, in order; the rest is forgotten. */
static void keep_left(void)
{
	unsigned long i, n = 0;

	for (i = 0; i < search.nr; i++) {
		struct block *b = &search.blocks[i];

		if (b->flags & REACHED)
			continue;
		with_block(b, sum_up, &b->sum);
		search.blocks[n++] = *b;
	}
	search.nr = n;
}

/* Without those that are not among @before, as they are (L4). */
static void keep_both(const struct block *before, unsigned long nr)
{
	unsigned long i, j = 0, n = 0;

	for (i = 0; i < search.nr; i++) {
		struct block *b = &search.blocks[i];

		while (j < nr && before[j].start < b->start)
			j++;
		if (j < nr && before[j].start == b->start && before[j].id == b->id &&
		    before[j].sum == b->sum && before[j].size == b->size)
			search.blocks[n++] = *b;
	}
	search.nr = n;
}

static bool known(const struct leak *old, unsigned long nr, const struct block *b)
{
	unsigned long i;

	for (i = 0; i < nr; i++)
		if (old[i].start == b->start && old[i].id == b->id)
			return true;
	return false;
}

__no_sanitize_address __no_kcsan
static noinline void copy_bytes(void *ctx, unsigned long lo, unsigned long hi)
{
	const volatile u8 *p = (void *)lo;
	struct leak *leak = ctx;
	unsigned int i;

	for (i = 0; i < min_t(unsigned long, hi - lo, DUMP_BYTES); i++)
		leak->bytes[i] = p[i];
}

static void record(struct leak *leak, const struct block *b)
{
	const struct track *t = track_of(b->s, b->start);

	*leak = (struct leak) { .start = b->start, .size = b->size, .id = b->id };
	with_block(b, copy_bytes, leak);
	leak->checked = t != NULL;
	if (t)
		leak->track = *t;
}

static long record_all(void)
{
	struct leak *old = leaks;
	unsigned long i, nr_old = nr_leaks;
	long fresh = 0;

	leaks = NULL;
	nr_leaks = 0;
	if (search.nr) {
		leaks = kvcalloc(search.nr, sizeof(*leaks), GFP_KERNEL);
		if (!leaks) {
			kvfree(old);
			return -ENOMEM;
		}
	}
	for (i = 0; i < search.nr; i++) {
		record(&leaks[i], &search.blocks[i]);
		fresh += !known(old, nr_old, &search.blocks[i]);
	}
	nr_leaks = search.nr;
	kvfree(old);
	return fresh;
}

long kmemleak_scan(void)
{
	/* Below it, the stack is the search's own. */
	unsigned long nr, frame = (unsigned long)__builtin_frame_address(0);
	long fresh;
	int err;

	might_sleep();
	__builtin_unwind_init();
	err = mark_reached(frame);
	if (err)
		return err;
	keep_left();
	left_before = search.blocks;
	nr = search.nr;
	err = mark_reached(frame);
	fresh = err;
	if (!err) {
		keep_left();
		keep_both(left_before, nr);
		fresh = record_all();
		vfree(search.blocks);
	}
	vfree(left_before);
	left_before = NULL;
	search = (struct search) {};
	if (fresh > 0)
		pr_info("kmemleak: %ld new suspected memory leaks (see /sys/kernel/debug/kmemleak)\n",
			fresh);
	return fresh;
}

bool kmemleak_found(const void *ptr)
{
	unsigned long i;

	for (i = 0; i < nr_leaks; i++)
		if (leaks[i].start == (unsigned long)ptr)
			return true;
	return false;
}

/* Text. */

__weak void kmemleak_task_name(int pid, char *name, size_t size)
{
	strscpy(name, pid == init_task.pid ? init_task.comm : "?", size);
}

static void track_show(struct seq_file *m, const struct leak *leak)
{
	const struct track *t = &leak->track;
	unsigned long age = jiffies_to_msecs(jiffies - t->when);
	char name[TASK_COMM_LEN];

	kmemleak_task_name(t->pid, name, sizeof(name));
	seq_printf(m, "  comm \"%s\", pid %d, jiffies %lu (age %lu.%03lus)\n", name, t->pid, t->when,
		   age / MSEC_PER_SEC, age % MSEC_PER_SEC);
}

static void dump_show(struct seq_file *m, const struct leak *leak)
{
	size_t i, n = min_t(size_t, leak->size, DUMP_BYTES);
	char line[80];

	seq_printf(m, "  hex dump (first %zu bytes):\n", n);
	for (i = 0; i < n; i += 16) {
		hex_dump_to_buffer(leak->bytes + i, min_t(size_t, n - i, 16), 16, 1, line,
				   sizeof(line), true);
		seq_printf(m, "    %s\n", line);
	}
}

/* With file and line, where the port knows them. */
static void frame_show(struct seq_file *m, unsigned long pc)
{
	char text[256];
	size_t n = quarry_host_symbol(pc, true, text, sizeof(text) - 1);

	text[min(n, sizeof(text) - 1)] = '\0';
	if (n)
		seq_printf(m, "    [<%p>] %s\n", (void *)pc, text);
	else
		seq_printf(m, "    [<%p>] %pS\n", (void *)pc, (void *)pc);
}

static void leak_show(struct seq_file *m, const struct leak *leak)
{
	unsigned int i;

	seq_printf(m, "unreferenced object 0x%08lx (size %lu):\n", leak->start, leak->size);
	if (leak->checked)
		track_show(m, leak);
	dump_show(m, leak);
	seq_puts(m, "  backtrace:\n");
	if (!leak->checked)
		seq_puts(m, "    (not recorded)\n");
	for (i = 0; leak->checked && i < leak->track.depth; i++)
		frame_show(m, leak->track.stack[i]);
}

void kmemleak_show(struct seq_file *m)
{
	unsigned long i;

	for (i = 0; i < nr_leaks; i++)
		leak_show(m, &leaks[i]);
}

/* Marks. */

static void add_mark(const void *ptr, size_t size, enum mark_what what, u32 id, gfp_t gfp)
{
	unsigned long flags;
	struct mark *mark;

	if (!mark_cache || ZERO_OR_NULL_PTR(ptr) || IS_ERR(ptr))
		return;
	mark = kmem_cache_alloc(mark_cache, gfp & ~__GFP_ZERO);
	if (!mark) {
		pr_warn("kmemleak: no memory for a mark on 0x%px\n", ptr);
		return;
	}
	*mark = (struct mark) { .start = (unsigned long)ptr, .size = size, .what = what, .id = id };
	spin_lock_irqsave(&marks_lock, flags);
	list_add_tail(&mark->list, &marks);
	spin_unlock_irqrestore(&marks_lock, flags);
}

static void mark_object(const void *ptr, size_t size, enum mark_what what, gfp_t gfp)
{
	struct kmem_cache *s = cache_of(ptr);

	add_mark(ptr, size, what, s ? id_of(s, (unsigned long)ptr) : 0, gfp);
}

void kmemleak_alloc(const void *ptr, size_t size, int min_count, gfp_t gfp)
{
	/* Those that are blocks by themselves are so without it. */
	if (cache_of(ptr))
		return;
	add_mark(ptr, size, MARK_BLOCK, 0, gfp);
	if (min_count <= 0)
		add_mark(ptr, size, min_count ? MARK_IGNORE : MARK_ROOT, 0, gfp);
}
EXPORT_SYMBOL_GPL(kmemleak_alloc);

void kmemleak_free(const void *ptr)
{
	unsigned long irq, start = (unsigned long)ptr;
	struct mark *mark, *next;
	LIST_HEAD(gone);

	spin_lock_irqsave(&marks_lock, irq);
	list_for_each_entry_safe(mark, next, &marks, list)
		if (mark->start == start)
			list_move(&mark->list, &gone);
	spin_unlock_irqrestore(&marks_lock, irq);
	free_marks(&gone);
}
EXPORT_SYMBOL_GPL(kmemleak_free);

void kmemleak_not_leak(const void *ptr)
{
	mark_object(ptr, 0, MARK_ROOT, GFP_ATOMIC);
}
EXPORT_SYMBOL(kmemleak_not_leak);

void kmemleak_ignore(const void *ptr)
{
	mark_object(ptr, 0, MARK_IGNORE, GFP_ATOMIC);
}
EXPORT_SYMBOL(kmemleak_ignore);

void kmemleak_no_scan(const void *ptr)
{
	mark_object(ptr, 0, MARK_NO_SCAN, GFP_ATOMIC);
}
EXPORT_SYMBOL(kmemleak_no_scan);

void kmemleak_scan_area(const void *ptr, size_t size, gfp_t gfp)
{
	struct kmem_cache *s = cache_of(ptr);
	struct page *page = s ? slab_page_of(ptr) : NULL;
	unsigned long base = (unsigned long)ptr;

	/* An area may begin anywhere in its object, whose record it is that counts. */
	if (page && page->slab_cache)
		base = (unsigned long)slab_object(s, page, slab_index(s, (u32)((unsigned long)ptr -
							(unsigned long)page->slab_base)));
	add_mark(ptr, size, MARK_AREA, s ? id_of(s, base) : 0, gfp);
}
EXPORT_SYMBOL(kmemleak_scan_area);

void kmemleak_clear(void)
{
	unsigned long i;

	for (i = 0; i < nr_leaks; i++)
		add_mark((void *)leaks[i].start, 0, MARK_ROOT, leaks[i].id, GFP_KERNEL);
	kvfree(leaks);
	leaks = NULL;
	nr_leaks = 0;
}

int kmemleak_init_late(void)
{
	if (!kmemleak_on())
		return 0;
	mark_cache = kmem_cache_create("kmemleak_mark", sizeof(struct mark), 0,
				       SLAB_NOLEAKTRACE, NULL);
	return mark_cache ? 0 : -ENOMEM;
}

void kmemleak_shutdown(void)
{
	mark_cache = NULL;
	/* What they were in goes with the machine's memory. */
	INIT_LIST_HEAD(&marks);
	spin_lock_init(&marks_lock);
	spin_lock_set_rank(&marks_lock, RANK_PAGE_OWNER);
	leaks = NULL;
	left_before = NULL;
	nr_leaks = 0;
	wanted = false;
}
