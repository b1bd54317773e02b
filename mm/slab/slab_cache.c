// SPDX-License-Identifier: MIT
/*
 * SLAB's caches: how objects and descriptors are laid out in slabs, and how slabs are
 * made and given back. slab.c has the theory.
 *
 * A slab with its descriptor inside (I8), and one with it outside:
 *
 *	| struct slab | object descriptors | colour | object 0 | object 1 | ... | rest |
 *	| colour | object 0 | object 1 | ... | rest |
 *
 * The rest is smaller than an object; as many colours as it has room for are used (I9).
 *
 *  J1 A slab has the lowest order up to slub_max_order that has room for eight objects and
 *     of whose bytes at most a sixteenth is not objects; then an eighth, a quarter; then with
 *     fewer objects. For each new slab costs a lock.
 *  J2 While memory is scarce, a slab may have min_order, which holds one object. So
 *     page->slab_units says how many there are, not the cache.
 *  J3 slab_lane of each page of a slab is the cache's cpu_slab; of no other page.
 *  J4 nr_slabs and total_objects count each slab from slab_make() to slabs_unmake().
 *
 * Locking: none. Failure: NULL, -ENOMEM, -EINVAL with nothing held.
 */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/string.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/slab/grow.h"
#include "mm/slab/slab_impl.h"
#include "mm/slab/use.h"

const char backend_name[] = "SLAB";
const unsigned int backend_kmalloc_min = 5, backend_kmalloc_max = 17;

/* The pointers of arrays, CPUs' and shared ones. It has no array itself. */
static struct kmem_cache array_cache;
static struct kmem_cache_node array_nodes[QUARRY_MAX_NODES];
/* Checked caches': never has an object, nor room for one. */
static DEFINE_PER_CPU(struct slab_array, slab_no_array);

/* Layout. */

/* How a slab of some order is divided. */
struct division {
	unsigned int objects;
	unsigned int start;		/* bytes in front of object 0 */
	unsigned int left;		/* bytes behind the last one */
};

static unsigned int bufctl_size(unsigned int objects)
{
	return objects >= BUFCTL_SMALL_MAX ? 2 : 1;
}

/* Bytes that a descriptor inside takes, up to the first object. */
static unsigned int inside_bytes(const struct kmem_cache *s, unsigned int objects,
				 unsigned int width)
{
	return ALIGN(sizeof(struct slab) + objects * width, s->align);
}

static struct division divide(const struct kmem_cache *s, unsigned int order, bool inside,
			      unsigned int width)
{
	unsigned int bytes = PAGE_SIZE << order;
	struct division d = { .objects = min(bytes / s->size, SLAB_MAX_OBJECTS) };

	if (inside) {
		while (d.objects &&
		       inside_bytes(s, d.objects, width) + d.objects * s->size > bytes)
			d.objects--;
		d.start = inside_bytes(s, d.objects, width);
	}
	if (d.objects)
		d.left = bytes - d.start - d.objects * s->size;
	return d;
}

/* The same where the width of an object descriptor is not known yet. */
static struct division divide_first(const struct kmem_cache *s, unsigned int order, bool inside)
{
	struct division d = divide(s, order, inside, 1);

	return bufctl_size(d.objects) == 1 ? d : divide(s, order, inside, 2);
}

/* J1: does this order hold enough, and waste no more than its share? */
static bool order_fits(const struct kmem_cache *s, unsigned int order, bool inside,
		       unsigned int objects, unsigned int fraction)
{
	struct division d = divide_first(s, order, inside);
	unsigned int bytes = PAGE_SIZE << order;

	return d.objects >= objects && bytes - d.objects * s->size <= bytes / fraction;
}

static int choose_order(const struct kmem_cache *s, bool inside)
{
	unsigned int order, fraction, objects;

	for (objects = max(8u, slab_params.min_objects); objects; objects /= 2)
		for (fraction = 16; fraction >= 4; fraction /= 2)
			for (order = slab_params.min_order; order <= slab_params.max_order; order++)
				if (order_fits(s, order, inside, objects, fraction))
					return order;
	for (order = slab_params.min_order; order < MAX_ORDER; order++)
		if (divide_first(s, order, inside).objects)
			return order;
	return -EINVAL;
}

static bool small(const struct kmem_cache *s)
{
	return s->size < PAGE_SIZE / 8;
}

/*
 * I8: inside or outside? Also inside while the general cache is not there (the
 * layer's first caches), and if it has its own descriptors outside.
 */
static int place_descriptor(struct kmem_cache *s)
{
	struct division d;
	unsigned int bytes;
	int order;

	s->slab.slabp_cache = NULL;
	order = choose_order(s, small(s));
	if (order < 0 || small(s))
		return order;
	d = divide_first(s, order, false);
	bytes = sizeof(struct slab) + d.objects * bufctl_size(d.objects);
	if (ALIGN(bytes, s->align) <= d.left)
		return order;
	s->slab.slabp_cache = kmalloc_slab(bytes, GFP_KERNEL);
	if (s->slab.slabp_cache && (slab_checked(s->slab.slabp_cache) ||
				    !s->slab.slabp_cache->slab.slabp_cache))
		return order;
	s->slab.slabp_cache = NULL;
	return choose_order(s, true);
}

static int lay_out(struct kmem_cache *s)
{
	unsigned int line = L1_CACHE_BYTES;
	struct division d;
	int order;

	s->size = ALIGN(ALIGN(s->object_size, (unsigned int)sizeof(void *)), s->align);
	s->inuse = ALIGN(s->object_size, (unsigned int)sizeof(void *));
	s->offset = s->inuse;	/* no link in an object */
	order = place_descriptor(s);
	if (order < 0)
		return order;
	d = divide_first(s, order, !s->slab.slabp_cache);
	s->order = order;
	s->objects = d.objects;
	s->slab.bufctl_size = bufctl_size(d.objects);
	s->slab.colour_off = max(line, s->align);
	s->slab.colours = d.left / s->slab.colour_off + 1;
	s->min_order = order;
	while (s->min_order > slab_params.min_order &&
	       divide(s, s->min_order - 1, !s->slab.slabp_cache, s->slab.bufctl_size).objects)
		s->min_order--;
	s->reciprocal = 0xffffffffu / s->size + 1;
	return 0;
}

/* How many objects stay with CPUs and nodes: fewer where they are large. */
static void choose_limits(struct kmem_cache *s)
{
	unsigned int limit, most;

	limit = s->size > 128 << 10 ? 1 : s->size > PAGE_SIZE ? 8 : s->size > 1024 ? 24 :
		s->size > 256 ? 54 : 120;
	most = clamp((512u << 10) / s->size, limit, ARRAY_POINTERS - 1);
	/* On a small machine no CPU collects half a megabyte. */
	if (totalram_pages() < (64ul << 20) >> PAGE_SHIFT)
		most = limit;
	s->slab.limit = limit;
	s->slab.limit_max = most;
	s->slab.shared = 0;
	if (s->size <= PAGE_SIZE && machine.nr_cpus > 1)
		s->slab.shared = min(8u, (ARRAY_POINTERS - 1) / ((limit + 1) / 2));
	s->slab.shared_limit = s->slab.shared * ((limit + 1) / 2);
}

/* Free objects that a node keeps in slabs, for the timer to take if nobody wants them. */
static unsigned long free_limit(const struct kmem_cache *s, int nid)
{
	unsigned long cpus = cpumask_weight(cpumask_of_node(nid));
	unsigned long share = node_present_pages(nid) / 1024 * PAGE_SIZE / s->size;

	/* The arrays' memory itself is not kept. */
	if (!s->slab.limit)
		return 0;
	return max((1 + cpus) * ((s->slab.limit + 1) / 2) + s->objects, min(share, 1024ul));
}

/* Birth and death of a slab. */

/*
 * Objects for SLAB itself. Not by way of kmem_cache_alloc(): nobody asked for them, so they
 * are no events, and are not made to fail as requests are.
 */
static void *take_own(struct kmem_cache *s, gfp_t gfp, int nid)
{
	return slab_checked(s) ? checked_take(s, gfp, nid, _THIS_IP_) : slow_take(s, gfp, nid);
}

static void give_own(struct kmem_cache *s, void *x)
{
	struct page *page = virt_to_head_page(x);

	if (slab_checked(s))
		checked_give(s, page, x, _THIS_IP_);
	else
		slow_give(s, page, x, _THIS_IP_);
}

/* I9: bytes in front of the first object, beyond those of colour 0. */
static unsigned int next_colour(struct kmem_cache *s, struct page *page, unsigned int left)
{
	struct kmem_cache_node *n = s->node[page_to_nid(page)];
	unsigned int turn = atomic_inc_return(&n->colour_next) - 1;
	unsigned int off = turn % s->slab.colours * s->slab.colour_off;

	return off <= left ? off : 0;
}

/* Chains objects in any order: as shuffle() in grow.c. Return: number of the first. */
static unsigned int shuffle(struct kmem_cache *s, struct slab *slab, unsigned int n)
{
	unsigned int i, j, first;

	for (i = 0; i < n; i++)
		bufctl_set(s, slab, i, i);
	for (i = n - 1; i; i--) {
		j = get_random_u32_below(i);
		first = bufctl(s, slab, i);
		bufctl_set(s, slab, i, bufctl(s, slab, j));
		bufctl_set(s, slab, j, first);
	}
	i = get_random_u32_below(n);
	first = bufctl(s, slab, i);
	bufctl_set(s, slab, i, BUFCTL_END);
	return first;
}

static void chain_objects(struct kmem_cache *s, struct slab *slab, gfp_t gfp)
{
	unsigned int i, n = slab->page->slab_units;

	for (i = 0; i < n; i++) {
		slab_construct(s, slab_object(s, slab->page, i), gfp);
		bufctl_set(s, slab, i, i + 1 < n ? i + 1 : BUFCTL_END);
	}
	slab->inuse = 0;
	slab->free = slab_params.shuffle ? shuffle(s, slab, n) : 0;
}

struct slab *slab_make(struct kmem_cache *s, gfp_t gfp, int nid)
{
	struct kmem_cache *outside = s->slab.slabp_cache;
	struct slab *slab = NULL;
	struct division d;
	struct page *page;

	if (gfp & ___GFP_NO_GROW)
		return NULL;
	if (outside) {
		slab = take_own(outside, gfp & ~(__GFP_THISNODE | SLAB_GFP_HERE), nid);
		if (!slab)
			return NULL;
	}
	page = slab_pages(s, gfp, nid);
	if (!page) {
		if (slab)
			give_own(outside, slab);
		return NULL;
	}
	if (!slab)
		slab = page_address(page);
	d = divide(s, compound_order(page), !outside, s->slab.bufctl_size);
	slab->page = page;
	page->slab_cache = s;
	/* The buddy system looks there for a free block's mark. */
	WRITE_ONCE(page->slab_units, d.objects);
	page->slab_base = page_address(page) + d.start + next_colour(s, page, d.left);
	page->slab_word = (unsigned long)slab;
	__SetPageSlab(page);
	slab_set_lane(page, (unsigned long)s->cpu_slab);
	chain_objects(s, slab, gfp);
	slab_count(s, page, 1);
	return slab;
}

/* The end of a slab that is not counted any more. */
static void give_pages(struct kmem_cache *s, struct slab *slab)
{
	struct page *page = slab->page;
	unsigned int i, order = compound_order(page);

	for (i = 0; s->dtor && i < page->slab_units; i++)
		slab_destruct(s, slab_object(s, page, i));
	__ClearPageSlab(page);
	page->slab_cache = NULL;
	page->slab_word = 0;
	page->slab_base = NULL;
	page_mapcount_reset(page);
	if (s->slab.slabp_cache)
		give_own(s->slab.slabp_cache, slab);
	__free_pages(page, order);
}

void slab_unmake(struct kmem_cache *s, struct slab *slab)
{
	slab_set_lane(slab->page, 0);
	slab_count(s, slab->page, -1);
	give_pages(s, slab);
}

static void readers_gone(struct rcu_head *head)
{
	struct page *page = container_of(head, struct page, rcu_head);

	give_pages(page->slab_cache, page_slab(page));
}

void slabs_unmake(struct kmem_cache *s, struct list_head *dead, bool last)
{
	struct slab *slab, *next;

	list_for_each_entry_safe(slab, next, dead, list) {
		if (last || !(s->flags & SLAB_TYPESAFE_BY_RCU)) {
			slab_unmake(s, slab);
			continue;
		}
		slab_set_lane(slab->page, 0);
		slab_after_readers(s, slab->page, readers_gone);
	}
}

/* The memory of arrays. */

void **array_block(int nid)
{
	void **block = take_own(&array_cache, GFP_NOWAIT | __GFP_NOWARN | __GFP_NOMEMALLOC, nid);

	if (block)
		block[0] = NULL;
	return block;
}

void array_block_free(void **block)
{
	give_own(&array_cache, block);
}

/* Birth and death of a cache. */

static void open_arrays(struct kmem_cache *s)
{
	struct slab_array *a;
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		a = array_of_cpu(s, cpu);
		memset(a, 0, sizeof(*a));
		a->nid = cpu_to_mem(cpu);
		/* The lowest bit that can be set in the address of an object. */
		a->misaligned = (s->align & -s->align) - 1;
	}
}

static void open_node(struct kmem_cache *s, int nid)
{
	struct kmem_cache_node *n = s->node[nid];

	INIT_LIST_HEAD(&n->free);
	n->nr_free = 0;
	n->free_objects = 0;
	n->free_limit = free_limit(s, nid);
	n->shared = NULL;
	n->shared_avail = 0;
	n->shared_touched = false;
	n->free_touched = false;
	atomic_set(&n->colour_next, 0);
}

int backend_open(struct kmem_cache *s)
{
	unsigned int nid;
	int err = lay_out(s);

	if (err)
		return err;
	if (s != &array_cache)
		choose_limits(s);
	s->cpu_slab = (void __percpu *)__alloc_percpu(sizeof(struct slab_array),
						      __alignof__(struct slab_array));
	if (!s->cpu_slab)
		return -ENOMEM;
	open_arrays(s);
	for (nid = 0; nid < machine.nr_nodes; nid++)
		open_node(s, nid);
	return 0;
}

void backend_open_checked(struct kmem_cache *s)
{
	s->cpu_slab = (void __percpu *)&slab_no_array;
}

void backend_close(struct kmem_cache *s)
{
	struct slab_array *a;
	unsigned int cpu, nid;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		a = array_of_cpu(s, cpu);
		if (a->entry)
			array_block_free(a->entry);
	}
	for (nid = 0; nid < machine.nr_nodes; nid++)
		if (s->node[nid]->shared)
			array_block_free(s->node[nid]->shared);
	free_percpu((void __percpu *)s->cpu_slab);
	/* Not NULL: pages that are in no slab have that. */
	backend_open_checked(s);
}

int backend_boot(void)
{
	unsigned int cpu;
	int err;

	/* N1: until it is known which hooks there are. */
	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		WRITE_ONCE(per_cpu(slab_busy, cpu).shut, 1);
	slab_map.base = PAGE_OFFSET;
	slab_map.size = max_low_pfn << PAGE_SHIFT;
	slab_map.pages = pfn_to_page(0);
	err = cache_open_static(&array_cache, "array_cache", ARRAY_BYTES, array_nodes);
	/* What lies in arrays is free, and above it are old pointers to what is somebody's. */
	array_cache.flags |= SLAB_NOLEAKTRACE;
	return err;
}

void backend_reset(void)
{
	memset(&slab_map, 0, sizeof(slab_map));
	memset(&array_cache, 0, sizeof(array_cache));
}
