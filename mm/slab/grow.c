// SPDX-License-Identifier: MIT
/*
 * How objects are laid out in slabs, and how slabs come and go: the same for SLUB and for
 * checked caches.
 *
 * One object, from its slot's start (size bytes to the next slot):
 *
 *	red_left_pad	guard bytes (SLAB_RED_ZONE)
 *	object_size	the payload: what the user's pointer points to
 *	to inuse	guard bytes up to the next word
 *	at offset	link to the next free object: in the middle of the payload, but
 *			behind inuse where a freed payload must stay as it is
 *	two tracks	who allocated it, who freed it (SLAB_STORE_USER)
 *	the rest	padding, filled with 5a when poisoned
 *
 *  V1 A slab has the lowest order up to slub_max_order that holds min_objects and
 *     wastes at most a sixteenth; then an eighth, a quarter; then with fewer objects.
 *  V2 While memory is scarce, a slab may have min_order, which holds one object. So
 *     page->slab_units says how many there are, not the cache.
 *  V3 nr_slabs and total_objects count each slab from slab_grow() to slab_drop() or
 *     slab_drop_later().
 *
 * Locking: none, but for slab_collect_empty(). Failure: NULL; the page allocator has
 * reported why.
 */
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/random.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/slab/grow.h"
#include "mm/slab/use.h"

/* Layout. */

static unsigned int order_objects(unsigned int order, unsigned int size)
{
	return (PAGE_SIZE << order) / size;
}

/* V1: does this order hold enough, and waste no more than its share? */
static bool order_fits(unsigned int order, unsigned int size, unsigned int objects,
		       unsigned int fraction)
{
	unsigned int bytes = PAGE_SIZE << order;

	return order_objects(order, size) >= objects && bytes % size <= bytes / fraction;
}

static int choose_order(unsigned int size)
{
	unsigned int max = slab_params.max_order, objects = slab_params.min_objects;
	unsigned int fraction, order;

	if (!objects)
		objects = 4 * (fls(machine.nr_cpus) + 1);
	objects = min(objects, order_objects(max, size));
	for (; objects > 1; objects /= 2)
		for (fraction = 16; fraction >= 4; fraction /= 2)
			for (order = slab_params.min_order; order <= max; order++)
				if (order_fits(order, size, objects, fraction))
					return order;
	for (order = slab_params.min_order; order < MAX_ORDER; order++)
		if (order_objects(order, size))
			return order;
	return -EINVAL;
}

/* Must a freed payload keep its contents, so that the link goes behind it? */
static bool link_outside(const struct kmem_cache *s)
{
	return (s->flags & (SLAB_TYPESAFE_BY_RCU | SLAB_POISON)) || s->ctor ||
	       ((s->flags & SLAB_RED_ZONE) && s->object_size < sizeof(void *));
}

static unsigned int lay_out_object(struct kmem_cache *s)
{
	unsigned int size = ALIGN(s->object_size, sizeof(void *));

	if ((s->flags & SLAB_POISON) && !(s->flags & SLAB_TYPESAFE_BY_RCU) && !s->ctor)
		s->flags |= SLAB_OBJECT_POISON;
	if ((s->flags & SLAB_RED_ZONE) && size == s->object_size)
		size += sizeof(void *);
	s->inuse = size;
	if (link_outside(s)) {
		s->offset = size;
		size += sizeof(void *);
	} else {
		/* The middle, out of reach of small overruns from both sides. */
		s->offset = ALIGN_DOWN(s->object_size / 2, sizeof(void *));
	}
	if (s->flags & SLAB_STORE_USER)
		size += NR_TRACKS * sizeof(struct track);
	if (s->flags & SLAB_RED_ZONE) {
		s->red_left_pad = ALIGN(sizeof(void *), s->align);
		size += sizeof(void *) + s->red_left_pad;
	}
	return ALIGN(size, s->align);
}

int slab_lay_out(struct kmem_cache *s)
{
	int order;

	s->size = lay_out_object(s);
	order = choose_order(s->size);
	if (order < 0)
		return order;
	s->order = order;
	s->objects = min(order_objects(order, s->size), SLAB_MAX_OBJECTS);
	s->min_order = get_order(s->size);
	s->min_partial = clamp(ilog2(s->size) / 2, 5, 10);
	s->reciprocal = 0xffffffffu / s->size + 1;
	s->secret = slab_params.harden ? (unsigned long)get_random_u64() | 1 : 0;
	return 0;
}

/* Birth and death of a slab. */

void slab_count(struct kmem_cache *s, struct page *page, int sign)
{
	struct kmem_cache_node *n = s->node[page_to_nid(page)];

	atomic_long_add(sign, &n->nr_slabs);
	atomic_long_add(sign * (long)page->slab_units, &n->total_objects);
	slab_count_pages(page, s->flags & SLAB_RECLAIM_ACCOUNT,
			 sign * (1l << compound_order(page)));
}

/* V2: the order that the cache likes if it is there for the taking, else the least. */
struct page *slab_pages(struct kmem_cache *s, gfp_t gfp, int nid)
{
	struct page *page;
	gfp_t quick;

	if (gfp & ___GFP_NO_GROW)
		return NULL;
	if (gfp & SLAB_GFP_HERE) {
		gfp |= __GFP_THISNODE | __GFP_NOWARN;
		gfp &= ~(SLAB_GFP_HERE | __GFP_DIRECT_RECLAIM | __GFP_NOFAIL);
	}
	gfp |= s->allocflags;
	quick = (gfp | __GFP_NOWARN | __GFP_NORETRY | __GFP_NOMEMALLOC) & ~__GFP_NOFAIL;
	if (s->order == s->min_order)
		return __alloc_pages_node(nid, gfp, s->order);
	page = __alloc_pages_node(nid, quick & ~__GFP_DIRECT_RECLAIM, s->order);
	if (!page)
		page = __alloc_pages_node(nid, gfp, s->min_order);
	return page;
}

void slab_set_lane(struct page *page, unsigned long lane)
{
	unsigned int i, n = 1u << compound_order(page);

	for (i = 0; i < n; i++)
		page[i].slab_lane = lane;
}

struct page *slab_grow(struct kmem_cache *s, gfp_t gfp, int nid)
{
	struct page *page = slab_pages(s, gfp, nid);
	unsigned int objects;

	if (!page)
		return NULL;
	objects = order_objects(compound_order(page), s->size);
	page->slab_cache = s;
	/* The buddy system looks there for a free block's mark. */
	WRITE_ONCE(page->slab_units, min(objects, SLAB_MAX_OBJECTS));
	page->slab_base = page_address(page);
	__SetPageSlab(page);
	slab_count(s, page, 1);
	return page;
}

/*
 * Links objects in any order, all orders being as likely. Return: number of the first.
 *
 * Sattolo's way to draw a permutation makes one that is a single circle: as the links lie,
 * without any memory. Where it is cut is drawn, too.
 */
static unsigned int shuffle(struct kmem_cache *s, struct page *page)
{
	unsigned int i, n = page->slab_units;
	void *a, *b, *next;

	for (i = 0; i < n; i++) {
		a = slab_object(s, page, i);
		link_set(s, a, a);
	}
	for (i = n - 1; i; i--) {
		a = slab_object(s, page, i);
		b = slab_object(s, page, get_random_u32_below(i));
		next = link_get(s, a);
		link_set(s, a, link_get(s, b));
		link_set(s, b, next);
	}
	a = slab_object(s, page, get_random_u32_below(n));
	next = link_get(s, a);
	link_set(s, a, NULL);
	return slab_number(s, page, next);
}

void slab_link_objects(struct kmem_cache *s, struct page *page, gfp_t gfp)
{
	unsigned int i, n = page->slab_units, first = 0;
	void *object = slab_object(s, page, 0), *next;

	for (i = 0; i < n; i++, object = next) {
		next = (char *)object + s->size;
		slab_construct(s, object, gfp);
		link_set(s, object, i + 1 < n ? next : NULL);
	}
	if (slab_params.shuffle)
		first = shuffle(s, page);
	__atomic_store_n(&page->slab_word, slab_word_make(first + 1, 0, false), __ATOMIC_RELEASE);
}

void slab_link_broken(struct kmem_cache *s, struct page *page, void *object)
{
	slab_bug_begin(s, "Freepointer corrupt");
	report_line("INFO: in 0x%px, at 0x%px: a user of freed memory has written there", object,
		    (char *)object + s->offset);
	slab_bug_object(s, page, object);
	slab_fix(s, "Free list ends behind object 0x%px", object);
	slab_bug_end();
	link_set(s, object, NULL);
}

/* The end of a slab that is not counted any more. */
static void give_pages(struct kmem_cache *s, struct page *page)
{
	unsigned int i, order = compound_order(page);

	for (i = 0; s->dtor && i < page->slab_units; i++)
		slab_destruct(s, slab_object(s, page, i));
	__ClearPageSlab(page);
	page->slab_cache = NULL;
	page->slab_word = 0;
	page->slab_base = NULL;
	page_mapcount_reset(page);
	__free_pages(page, order);
}

void slab_drop(struct kmem_cache *s, struct page *page)
{
	slab_count(s, page, -1);
	give_pages(s, page);
}

void slab_after_readers(struct kmem_cache *s, struct page *page,
			void (*fn)(struct rcu_head *head))
{
	slab_count(s, page, -1);
	slab_call_after_readers(&page->rcu_head, fn);
}

static void readers_gone(struct rcu_head *head)
{
	struct page *page = container_of(head, struct page, rcu_head);

	give_pages(page->slab_cache, page);
}

void slab_drop_later(struct kmem_cache *s, struct page *page)
{
	slab_after_readers(s, page, readers_gone);
}

void slab_collect_empty(struct kmem_cache_node *n, struct list_head *dead)
{
	struct page *page, *next;
	LIST_HEAD(sparse);
	unsigned long flags;

	spin_lock_irqsave(&n->list_lock, flags);
	list_for_each_entry_safe(page, next, &n->partial, slab_list) {
		if (!word_inuse(slab_word(page))) {
			slab_unlist(n, page);
			slab_list_add(page, dead);
		} else if (2 * word_inuse(slab_word(page)) < page->slab_units) {
			slab_unlist(n, page);
			slab_list_add(page, &sparse);
		}
	}
	list_for_each_entry_safe(page, next, &sparse, slab_list) {
		list_del_init(&page->slab_list);
		slab_list_partial(n, page);
	}
	spin_unlock_irqrestore(&n->list_lock, flags);
}

unsigned long slabs_of(struct kmem_cache *s)
{
	unsigned long sum = 0;
	unsigned int nid;

	for (nid = 0; nid < machine.nr_nodes; nid++)
		sum += atomic_long_read(&s->node[nid]->nr_slabs);
	return sum;
}
