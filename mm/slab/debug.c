// SPDX-License-Identifier: MIT
/*
 * Checks of objects: guard bytes, poison, owners. Switched on per cache, by
 * slub_debug= at boot or by flags of kmem_cache_create(); caches without pay
 * nothing. Where in a slot each part lies is in slub_cache.c. Checklist B4, B8.
 *
 *  D1 Guard bytes are bb around a free object and cc around one in use.
 *  D2 The payload of a free object is 6b, its last byte a5; so is that of a new
 *     object until the user writes. Not for caches with a constructor or under RCU.
 *  D3 What was never an object (padding, the rest of the slab) is 5a.
 *  D4 A free object's link is NULL or leads to an object of the same slab.
 *  D5 What kmalloc() was not asked for of an object in use is cc, too, until somebody asks
 *     how much there is; with red zones and records (slub_debug=ZU).
 *
 * What is found is reported once (report.c) and repaired, so that the next
 * check finds only what is new. What cannot be repaired is never used again: its
 * objects count as in use.
 *
 * Locking: callers hold the node's list_lock, or own the slab alone.
 */
#include <linux/bitmap.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/poison.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/stacktrace.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/slab/grow.h"

/* Geometry of one object, relative to its payload. */

static unsigned int tracks_offset(const struct kmem_cache *s)
{
	return s->offset >= s->inuse ? s->offset + sizeof(void *) : s->inuse;
}

static unsigned int padding_offset(const struct kmem_cache *s)
{
	return tracks_offset(s) +
	       (s->flags & SLAB_STORE_USER ? NR_TRACKS * sizeof(struct track) : 0);
}

struct track *object_track(struct kmem_cache *s, void *object, enum track_item item)
{
	return (struct track *)((char *)object + tracks_offset(s)) + item;
}

/* Is it the payload address of an object of this slab? */
static bool valid_object(struct kmem_cache *s, struct page *page, const void *object)
{
	unsigned long off = (unsigned long)object - (unsigned long)slab_object(s, page, 0);

	return off < (unsigned long)page->slab_units * s->size && off % s->size == 0;
}

/* Records. */

static u32 track_seal(const struct track *t)
{
	unsigned long sum = t->site ^ t->when;
	unsigned int i;

	for (i = 0; i < min_t(unsigned int, t->depth, TRACK_DEPTH); i++)
		sum = (sum << 5 | sum >> (BITS_PER_LONG - 5)) ^ t->stack[i];
	/* Not 0 for a record that is all zeros. */
	return (u32)(sum ^ ((u64)sum >> 32)) ^ t->cpu ^ ((u32)t->pid << 8) ^ (t->depth << 24) ^
	       0x5ea1ed01;
}

bool track_sound(const struct track *t)
{
	return t->depth <= TRACK_DEPTH && t->seal == track_seal(t);
}

static void reset_tracks(struct kmem_cache *s, void *object)
{
	struct track *t = object_track(s, object, 0);
	unsigned int i;

	memset(t, 0, NR_TRACKS * sizeof(*t));
	for (i = 0; i < NR_TRACKS; i++)
		t[i].seal = track_seal(&t[i]);
}

/* Filling. */

static void fill_object(struct kmem_cache *s, void *object, u8 guard)
{
	u8 *p = object;

	if (s->flags & SLAB_RED_ZONE) {
		memset(p - s->red_left_pad, guard, s->red_left_pad);
		memset(p + s->object_size, guard, s->inuse - s->object_size);
	}
	if (s->flags & SLAB_OBJECT_POISON) {
		memset(p, POISON_FREE, s->object_size - 1);
		p[s->object_size - 1] = POISON_END;
	}
}

void debug_setup_slab(struct kmem_cache *s, struct page *page)
{
	if (s->flags & SLAB_POISON)
		memset(page_address(page), POISON_INUSE, PAGE_SIZE << compound_order(page));
}

void debug_setup_object(struct kmem_cache *s, void *object)
{
	fill_object(s, object, SLUB_RED_INACTIVE);
	if (s->flags & SLAB_STORE_USER)
		reset_tracks(s, object);
}

/* The callers from the site outwards; all of them when it is not among them. */
static void save_stack(struct track *t)
{
	unsigned long stack[TRACK_DEPTH + 8];
	unsigned int i, from = 0, n = stack_trace_save(stack, ARRAY_SIZE(stack), 1);

	for (i = 0; i < n; i++)
		if (stack[i] == t->site)
			from = i;
	t->depth = (u16)min_t(unsigned int, n - from, TRACK_DEPTH);
	memcpy(t->stack, stack + from, t->depth * sizeof(*stack));
}

static void set_track(struct kmem_cache *s, void *object, enum track_item item,
		      unsigned long site)
{
	struct track *t;

	if (!(s->flags & SLAB_STORE_USER))
		return;
	t = object_track(s, object, item);
	t->site = site;
	t->when = jiffies;
	t->cpu = (u16)raw_smp_processor_id();
	t->asked = 0;
	t->pid = current->pid;
	save_stack(t);
	t->seal = track_seal(t);
}

/* D5 */
size_t debug_bytes(struct kmem_cache *s, void *object)
{
	const struct track *t = object_track(s, object, TRACK_ALLOC);
	const slab_flags_t needed = SLAB_RED_ZONE | SLAB_STORE_USER;

	if ((s->flags & needed) != needed || !track_sound(t))
		return s->object_size;
	return t->asked ? min(t->asked, s->object_size) : s->object_size;
}

void debug_asked(struct kmem_cache *s, void *object, size_t size)
{
	const slab_flags_t needed = SLAB_RED_ZONE | SLAB_STORE_USER;
	struct kmem_cache_node *n = s->node[page_to_nid(virt_to_page(object))];
	struct track *t = object_track(s, object, TRACK_ALLOC);
	size_t had = debug_bytes(s, object);
	unsigned long flags;

	size = size ? min_t(size_t, size, s->object_size) : s->object_size;
	if ((s->flags & needed) != needed || size == had || !track_sound(t))
		return;
	/* Others may be looking at the slab just now. */
	spin_lock_irqsave(&n->list_lock, flags);
	if (size > had)
		memset((char *)object + had, 0, size - had);
	memset((char *)object + size, SLUB_RED_ACTIVE, s->object_size - size);
	t->asked = size < s->object_size ? (u32)size : 0;
	spin_unlock_irqrestore(&n->list_lock, flags);
}

/* Nobody asks for it any more. */
static void forget_asked(struct kmem_cache *s, void *object)
{
	if (s->flags & SLAB_STORE_USER)
		object_track(s, object, TRACK_ALLOC)->asked = 0;
}

static void trace_object(struct kmem_cache *s, struct page *page, void *object,
			 const char *what, unsigned long site)
{
	if (s->flags & SLAB_TRACE)
		pr_info("TRACE %s %s 0x%px inuse=%u by %pS\n", s->name, what, object,
			word_inuse(slab_word(page)), (void *)site);
}

/* Checking. */

/* One report for a run of bytes that are not what they should be; repaired. */
static bool check_bytes(struct kmem_cache *s, struct page *page, void *object,
			const char *what, void *start, u8 value, unsigned int bytes)
{
	u8 *fault = memchr_inv(start, value, bytes), *end;

	if (!fault)
		return true;
	end = (u8 *)start + bytes;
	while (end > fault && end[-1] == value)
		end--;
	slab_bug_begin(s, "%s overwritten", what);
	report_line("INFO: 0x%px-0x%px @offset=%lu. First byte 0x%x instead of 0x%x", fault,
		    end - 1, (unsigned long)(fault - (u8 *)page_address(page)), fault[0], value);
	slab_bug_object(s, page, object);
	slab_bug_bytes(s, object, fault, end - fault);
	slab_fix(s, "Restoring %s 0x%px-0x%px=0x%x", what, fault, end - 1, value);
	slab_bug_end();
	memset(fault, value, end - fault);
	return false;
}

/* D5 */
static bool check_slack(struct kmem_cache *s, struct page *page, void *object)
{
	size_t bytes = debug_bytes(s, object);

	return check_bytes(s, page, object, "kmalloc Redzone", (u8 *)object + bytes,
			   SLUB_RED_ACTIVE, s->object_size - bytes);
}

static bool check_guards(struct kmem_cache *s, struct page *page, void *object, u8 guard)
{
	u8 *p = object;
	bool left = check_bytes(s, page, object, "Left Redzone", p - s->red_left_pad, guard,
				s->red_left_pad);
	bool right = check_bytes(s, page, object, "Right Redzone", p + s->object_size, guard,
				 s->inuse - s->object_size);

	return left && right;
}

static bool check_poison(struct kmem_cache *s, struct page *page, void *object)
{
	u8 *p = object;

	if (!check_bytes(s, page, object, "Poison", p, POISON_FREE, s->object_size - 1)) {
		/* Report a write to all of the object once. */
		p[s->object_size - 1] = POISON_END;
		return false;
	}
	return check_bytes(s, page, object, "Poison", p + s->object_size - 1, POISON_END, 1);
}

static bool check_link(struct kmem_cache *s, struct page *page, void *object)
{
	void *next = link_get(s, object);

	if (!next || valid_object(s, page, next))
		return true;
	slab_bug_begin(s, "Freepointer corrupt");
	slab_bug_object(s, page, object);
	slab_fix(s, "Free list ends behind object 0x%px", object);
	slab_bug_end();
	return false;
}

/* All that can be said of one object whose state we know. */
static bool check_object(struct kmem_cache *s, struct page *page, void *object, bool in_use)
{
	u8 *p = object;
	unsigned int pad = padding_offset(s);
	bool ok = true;

	if (s->flags & SLAB_RED_ZONE)
		ok = check_guards(s, page, object, in_use ? SLUB_RED_ACTIVE : SLUB_RED_INACTIVE) &&
		     (!in_use || check_slack(s, page, object));
	else if (s->flags & SLAB_POISON)
		ok = check_bytes(s, page, object, "Alignment padding", p + s->object_size,
				 POISON_INUSE, s->inuse - s->object_size);
	if ((s->flags & SLAB_OBJECT_POISON) && !in_use)
		ok = check_poison(s, page, object) && ok;
	if (s->flags & SLAB_POISON)
		ok = check_bytes(s, page, object, "Object padding", p + pad, POISON_INUSE,
				 s->size - s->red_left_pad - pad) && ok;
	return ok;
}

static bool check_rest_of_slab(struct kmem_cache *s, struct page *page)
{
	u8 *start = page_address(page);
	unsigned int used = page->slab_units * s->size;
	unsigned int rest = (PAGE_SIZE << compound_order(page)) - used;
	u8 *fault;

	if (!(s->flags & SLAB_POISON) || !rest)
		return true;
	fault = memchr_inv(start + used, POISON_INUSE, rest);
	if (!fault)
		return true;
	slab_bug_begin(s, "Slab padding overwritten. 0x%px-0x%px @offset=%lu", fault,
		       start + used + rest - 1, (unsigned long)(fault - start));
	slab_bug_slab(s, page);
	slab_fix(s, "Restoring slab padding 0x%px-0x%px=0x%x", fault, start + used + rest - 1,
		 POISON_INUSE);
	slab_bug_end();
	memset(fault, POISON_INUSE, start + used + rest - fault);
	return false;
}

/*
 * Walk the free list. A broken one is cut (D4), and a count that does not agree is
 * corrected. Returns false when it had to be; *found: was @search on it?
 */
static bool check_free_list(struct kmem_cache *s, struct page *page, const void *search,
			    bool *found)
{
	void *object = slab_free_head(s, page), *last = NULL;
	unsigned int n = 0, inuse = word_inuse(slab_word(page));

	*found = false;
	while (object && n <= page->slab_units) {
		n++;
		last = object;
		if (object == search)
			*found = true;
		if (!check_link(s, page, object)) {
			slab_free_cut(s, page, object, n);
			return false;
		}
		object = link_get(s, object);
	}
	if (n + inuse == page->slab_units)
		return true;
	slab_bug_begin(s, "Wrong object count. Counter is %u but counted were %u", inuse,
		       n > page->slab_units ? 0 : page->slab_units - n);
	slab_bug_slab(s, page);
	if (n > page->slab_units) {
		slab_fix(s, "Free list goes round in a circle: cut");
		slab_free_cut(s, page, NULL, 0);
	} else {
		slab_fix(s, "Object count adjusted");
		slab_free_cut(s, page, last, n);
	}
	slab_bug_end();
	return false;
}

void slab_free_map(struct kmem_cache *s, struct page *page, unsigned long *map)
{
	void *object;
	unsigned int n;

	bitmap_zero(map, SLAB_MAP_BITS);
	object = slab_free_head(s, page);
	for (n = 0; object && valid_object(s, page, object) && n < page->slab_units; n++) {
		set_bit(((char *)object - (char *)slab_object(s, page, 0)) / s->size, map);
		object = link_get(s, object);
	}
}

/* On no list and yet free, by its guards: lost when the free list was cut. */
static bool lost_object(struct kmem_cache *s, void *object)
{
	u8 *p = object;

	return (s->flags & SLAB_RED_ZONE) &&
	       !memchr_inv(p - s->red_left_pad, SLUB_RED_INACTIVE, s->red_left_pad) &&
	       !memchr_inv(p + s->object_size, SLUB_RED_INACTIVE, s->inuse - s->object_size);
}

unsigned long debug_check_slab(struct kmem_cache *s, struct page *page, void *unused)
{
	unsigned long map[SLAB_MAP_BITS / (8 * sizeof(long))];
	unsigned int i;
	void *object;
	bool found, ok;

	ok = check_rest_of_slab(s, page);
	ok = check_free_list(s, page, NULL, &found) && ok;
	slab_free_map(s, page, map);
	for (i = 0; i < page->slab_units; i++) {
		object = slab_object(s, page, i);
		if (test_bit(i, map) || !lost_object(s, object))
			ok = check_object(s, page, object, !test_bit(i, map)) && ok;
	}
	return !ok;
}

long validate_slab_cache(struct kmem_cache *s)
{
	if (!slab_checked(s))
		return cache_validate(s);
	return checked_each_slab(s, debug_check_slab, NULL);
}
EXPORT_SYMBOL(validate_slab_cache);

void debug_note_free(struct kmem_cache *s, void *object, unsigned long site)
{
	set_track(s, object, TRACK_FREE, site);
}

void quarry_slab_check(void)
{
	struct kmem_cache *s;

	slab_asan_drain(NULL);
	for (s = cache_next(NULL); s; s = cache_next(s)) {
		if (slab_checked(s))
			checked_each_slab(s, debug_check_slab, NULL);
		else
			cache_empty(s, false);
	}
}

/* Objects in and out. */

void debug_alloc(struct kmem_cache *s, struct page *page, void *object)
{
	/* Whatever the cache is checked for: the link is about to be followed. */
	if (!check_link(s, page, object))
		slab_free_cut(s, page, object, 1);
	else if (s->flags & SLAB_CHECKS_OBJECTS)
		check_object(s, page, object, false);
}

void debug_allocated(struct kmem_cache *s, struct page *page, void *object, unsigned long site)
{
	set_track(s, object, TRACK_ALLOC, site);
	fill_object(s, object, SLUB_RED_ACTIVE);
	trace_object(s, page, object, "alloc", site);
}

bool debug_free(struct kmem_cache *s, struct page *page, void *object, unsigned long site)
{
	bool found = false;

	if (!valid_object(s, page, object)) {
		slab_bad_object(s, page, object, site, "Invalid object pointer");
		return false;
	}
	if (s->flags & SLAB_CONSISTENCY_CHECKS)
		check_free_list(s, page, object, &found);
	else
		found = slab_free_head(s, page) == object || !word_inuse(slab_word(page));
	if (found) {
		slab_bad_object(s, page, object, site, "Object already free");
		return false;
	}
	if (s->flags & SLAB_CHECKS_OBJECTS)
		check_object(s, page, object, true);
	forget_asked(s, object);
	if (site)
		set_track(s, object, TRACK_FREE, site);
	trace_object(s, page, object, "free", site);
	fill_object(s, object, SLUB_RED_INACTIVE);
	return true;
}
