// SPDX-License-Identifier: MIT
/*
 * Magazines: what a lane keeps at hand of a cache's objects, so that neither half of a
 * pair has to touch a slab. Bonwick and Adams, "Magazines and Vmem" (2001), had them; here
 * they are stacks that grow where they are used, and only a part of one is exchanged: its
 * bottom holds what exchanging all of it would bring back.
 *
 *  G1 A magazine opens when something is to be put there, with the smallest slots. It
 *     grows when it is full, up to s->magazine objects: a share of memory, 128 KiB at
 *     least. When it is full then, up to a quarter goes. Under pressure all goes (slab_reclaim()).
 *  G2 Its objects are in use as far as their slabs know (U1 in slub.c), and of its node
 *     and its cache, unless somebody freed them to a wrong one, or twice: that is seen,
 *     and reported, when they leave.
 *  G3 Slots are objects of caches that have no magazines themselves. If there is no
 *     memory for them, the magazine stays as it is.
 *  G4 What a full magazine has too much goes to its node's depot, in bundles of up to 126,
 *     and an empty magazine on that node takes one from there. So objects that one CPU
 *     allocates and another frees cost two locks a bundle, however few a slab has. A depot
 *     holds what two magazines may; the rest goes to slabs. It goes itself when slabs do.
 *
 * Locking: interrupts off, which claims this CPU's magazines of both lanes; others'
 * magazines are reached by cross calls, which ask for the claim first. Depots: list_lock.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/slab/slub.h"

/* Words of slots; one is for the NULL at the bottom. */
static const unsigned int magazine_sizes[] = { 32, 128, 1024 };
#define NR_SIZES	ARRAY_SIZE(magazine_sizes)
#define BUNDLE_SIZE	1		/* index of magazine_sizes[] */
#define BUNDLE_OBJECTS	126u		/* two words: the next bundle, the objects' number */
#define MAGAZINE_MIN	8ul		/* objects: caches with no more have no depot */
#define KEEP_SHARE	1024u		/* of low memory, all CPUs together: one in so many */
#define KEEP_BYTES_MIN	(128ul << 10)
#define KEEP_BYTES_MAX	(4ul << 20)
#define FILL_OBJECTS	64u	/* at once, from slabs */

static struct kmem_cache slot_caches[NR_SIZES];
static struct kmem_cache_node slot_nodes[NR_SIZES][QUARRY_MAX_NODES];
static void *no_slots[1];
bool magazines_open;

int magazine_boot(void)
{
	static const char *const names[NR_SIZES] = {
		"slub_magazine-32", "slub_magazine-128", "slub_magazine-1k",
	};
	unsigned int i;
	int err = 0;

	magazines_open = false;
	for (i = 0; !err && i < NR_SIZES; i++)
		err = cache_open_static(&slot_caches[i], names[i],
					magazine_sizes[i] * sizeof(void *), slot_nodes[i]);
	return err;
}

void magazine_reset(void)
{
	memset(slot_caches, 0, sizeof(slot_caches));
	magazines_open = false;
}

void magazine_choose(struct kmem_cache *s)
{
	unsigned long bytes = max_low_pfn / (KEEP_SHARE * machine.nr_cpus) * PAGE_SIZE;

	bytes = clamp(bytes, KEEP_BYTES_MIN, KEEP_BYTES_MAX);
	s->magazine = (unsigned int)clamp(bytes / s->size, MAGAZINE_MIN,
					  magazine_sizes[NR_SIZES - 1] - 1ul);
	if (s >= slot_caches && s < slot_caches + NR_SIZES)
		s->magazine = 0;
}

void magazine_shut(struct magazine *m)
{
	WRITE_ONCE(m->slots, NULL);
	m->top = no_slots + 1;
	m->end = no_slots + 1;
}

unsigned int magazine_count(const struct magazine *m)
{
	return m->slots ? (unsigned int)(m->top - m->slots - 1) : 0;
}

/* New slots, with what is in the old ones. */
static bool resize(struct kmem_cache *s, struct magazine *m, unsigned int size)
{
	void **slots = kmem_cache_alloc(&slot_caches[size], GFP_NOWAIT | __GFP_NOWARN), **old;
	unsigned int nr = magazine_count(m), room = min(s->magazine, magazine_sizes[size] - 1);

	if (!slots)
		return false;
	old = m->slots;
	slots[0] = NULL;
	if (nr)
		memcpy(slots + 1, old + 1, nr * sizeof(*slots));
	if (old)
		kmem_cache_free(&slot_caches[m->size], old);
	m->size = size;
	WRITE_ONCE(m->slots, slots);
	m->top = slots + 1 + nr;
	m->end = slots + 1 + room;
	return true;
}

static bool grow(struct kmem_cache *s, struct magazine *m)
{
	return m->size + 1 < NR_SIZES && s->magazine >= magazine_sizes[m->size] &&
	       resize(s, m, m->size + 1);
}

static bool open(struct kmem_cache *s, struct magazine *m)
{
	return READ_ONCE(magazines_open) && s->magazine && resize(s, m, 0);
}

/* G2: it is none of ours, or is there twice. */
static noinline void report_stranger(struct kmem_cache *s, void *x)
{
	struct page *page = slab_page_of(x);

	if (!page)
		slab_bad_free("kmem_cache_free", x, 0);
	else if (page->slab_cache != s)
		slab_wrong_cache(s, page, x, 0);
	else if (!slab_is_object(s, page, x))
		slab_bad_object(s, page, x, 0, "Invalid object pointer");
	else
		slab_bad_object(s, page, x, 0, "Object already free");
}

/* The slab, if it is one of ours and has such an object. */
static __always_inline struct page *slab_of(struct kmem_cache *s, void *x)
{
	unsigned long off = slub_offset(x);
	struct page *page;

	if (unlikely(off >= slub_map.size))
		return NULL;
	page = compound_head(slub_page(off));
	return likely(page->slab_cache == s && PageSlab(page) && slab_is_object(s, page, x)) ?
	       page : NULL;
}

/* The newest objects go: nothing has to be moved. Neighbours of one slab go together. */
static void give_back(struct kmem_cache *s, struct magazine *m, unsigned int nr)
{
	void *first = NULL, *last = NULL, *x;
	struct page *page, *of = NULL;
	unsigned int run = 0;

	for (; nr; nr--) {
		x = *--m->top;
		page = slab_of(s, x);
		if (unlikely(!page || x == first)) {
			report_stranger(s, x);
		} else if (page == of) {
			link_set(s, x, first);
			first = x;
			run++;
		} else {
			if (run)
				slub_give_run(s, of, first, last, run, 0);
			first = last = x;
			of = page;
			run = 1;
		}
	}
	if (run)
		slub_give_run(s, of, first, last, run, 0);
}

/* The depot (G4). */

static unsigned int depot_limit(const struct kmem_cache *s)
{
	return s->magazine > MAGAZINE_MIN ? 2 * s->magazine : 0;
}

unsigned int bundle_count(void **bundle)
{
	return (unsigned int)(uintptr_t)bundle[1];
}

/* Up to nr of the newest objects; false: there is no room. */
static bool depot_put(struct kmem_cache *s, struct magazine *m, unsigned int nr)
{
	struct page *page = slab_of(s, m->top[-1]);
	struct kmem_cache_node *n;
	void **bundle;

	nr = min(nr, BUNDLE_OBJECTS);
	if (!page || !READ_ONCE(magazines_open))
		return false;
	n = s->node[page_to_nid(page)];
	if (READ_ONCE(n->depot_objects) + nr > depot_limit(s))
		return false;
	bundle = kmem_cache_alloc(&slot_caches[BUNDLE_SIZE], GFP_NOWAIT | __GFP_NOWARN);
	if (!bundle)
		return false;
	m->top -= nr;
	bundle[1] = (void *)(uintptr_t)nr;
	memcpy(bundle + 2, m->top, nr * sizeof(*bundle));
	spin_lock(&n->list_lock);
	bundle[0] = n->depot;
	WRITE_ONCE(n->depot, bundle);
	WRITE_ONCE(n->depot_objects, n->depot_objects + nr);
	spin_unlock(&n->list_lock);
	return true;
}

static void **depot_get(struct kmem_cache_node *n)
{
	void **bundle;

	if (!READ_ONCE(n->depot))
		return NULL;
	spin_lock(&n->list_lock);
	bundle = n->depot;
	if (bundle) {
		WRITE_ONCE(n->depot, bundle[0]);
		WRITE_ONCE(n->depot_objects, n->depot_objects - bundle_count(bundle));
	}
	spin_unlock(&n->list_lock);
	return bundle;
}

/* Makes the bundle the slots of a magazine that has none. */
static void unpack(struct kmem_cache *s, struct magazine *m, void **bundle)
{
	unsigned int nr = bundle_count(bundle);

	bundle[0] = NULL;
	bundle[1] = bundle[1 + nr];
	m->size = BUNDLE_SIZE;
	WRITE_ONCE(m->slots, bundle);
	m->top = bundle + 1 + nr;
	m->end = bundle + 1 + min(s->magazine, magazine_sizes[BUNDLE_SIZE] - 1);
}

void *magazine_fetch(struct kmem_cache *s, int nid, int node)
{
	struct magazine *m = lane_magazine(s->lane, lane_home());
	unsigned int nr;
	void **bundle;

	if (magazine_busy(m) || magazine_count(m) || !READ_ONCE(magazines_open))
		return NULL;
	bundle = depot_get(s->node[nid]);
	if (!bundle)
		return NULL;
	if (m->slots && m->size >= BUNDLE_SIZE) {
		nr = bundle_count(bundle);
		memcpy(m->top, bundle + 2, nr * sizeof(*bundle));
		m->top += nr;
		kmem_cache_free(&slot_caches[BUNDLE_SIZE], bundle);
	} else {
		if (m->slots)
			kmem_cache_free(&slot_caches[m->size], m->slots);
		unpack(s, m, bundle);
	}
	if (node != NUMA_NO_NODE && page_to_nid(virt_to_page(m->top[-1])) != node)
		return NULL;
	return *--m->top;
}

bool magazine_make_room(struct kmem_cache *s, struct magazine *m)
{
	unsigned int quarter;

	if (!m->slots)
		return open(s, m);
	if (m->top < m->end || grow(s, m))
		return true;
	quarter = DIV_ROUND_UP(magazine_count(m), 4);
	if (!depot_put(s, m, quarter))
		give_back(s, m, quarter);
	return true;
}

/*
 * drop_doubles - report what is in a magazine twice, and leave it there once
 *
 * Each object's link, which is of no use here, is to lead to its slot.
 */
static void drop_doubles(struct kmem_cache *s, struct magazine *m)
{
	void **slot, **to = m->slots + 1;

	for (slot = m->slots + 1; slot < m->top; slot++)
		if (slab_of(s, *slot))
			link_set(s, *slot, slot);
	for (slot = m->slots + 1; slot < m->top; slot++) {
		if (slab_of(s, *slot) && link_get(s, *slot) != slot)
			slab_bad_object(s, virt_to_head_page(*slot), *slot, 0,
					"Object already free");
		else
			*to++ = *slot;
	}
	m->top = to;
}

void magazine_empty(struct kmem_cache *s, struct magazine *m)
{
	if (!m->slots)
		return;
	drop_doubles(s, m);
	give_back(s, m, magazine_count(m));
	kmem_cache_free(&slot_caches[m->size], m->slots);
	magazine_shut(m);
}

void *depot_take_one(struct kmem_cache *s, int nid)
{
	struct kmem_cache_node *n = s->node[nid];
	unsigned int nr = 0;
	unsigned long flags;
	void **bundle, *x = NULL;

	if (!READ_ONCE(n->depot))
		return NULL;
	spin_lock_irqsave(&n->list_lock, flags);
	bundle = n->depot;
	if (bundle) {
		nr = bundle_count(bundle);
		x = bundle[1 + nr];
		bundle[1] = (void *)(uintptr_t)(nr - 1);
		WRITE_ONCE(n->depot_objects, n->depot_objects - 1);
		if (nr == 1)
			WRITE_ONCE(n->depot, bundle[0]);
	}
	spin_unlock_irqrestore(&n->list_lock, flags);
	if (nr == 1)
		kmem_cache_free(&slot_caches[BUNDLE_SIZE], bundle);
	return x;
}

void depot_empty(struct kmem_cache *s, unsigned int nid)
{
	struct magazine m;
	unsigned long flags;
	void **bundle;

	do {
		local_irq_save(flags);
		bundle = depot_get(s->node[nid]);
		if (bundle) {
			unpack(s, &m, bundle);
			magazine_empty(s, &m);
		}
		local_irq_restore(flags);
	} while (bundle);
}

void magazine_fill(struct kmem_cache *s, struct kmem_cache_cpu *c)
{
	struct magazine *m = lane_magazine(s->lane, lane_home());
	void *x = c->freelist, **at, **stop;
	unsigned int nr;

	if (!x || magazine_busy(m) || magazine_count(m) || (!m->slots && !open(s, m)))
		return;
	/* From the top down, so that they are handed out as they lie. */
	stop = m->top + min_t(unsigned long, m->end - m->top, FILL_OBJECTS);
	for (at = stop; x && at > m->top; x = link_next(s, c->page, x))
		*--at = x;
	c->freelist = x;
	nr = (unsigned int)(stop - at);
	if (at > m->top)
		memmove(m->top, at, nr * sizeof(*at));
	m->top += nr;
}

void magazine_shrink_slots(void)
{
	unsigned int i;

	for (i = 0; i < NR_SIZES; i++)
		backend_shrink(&slot_caches[i], false);
}
