// SPDX-License-Identifier: MIT
/*
 * SLUB's caches: slabs are made, handed from CPUs to nodes, counted and given back, and
 * magazines opened and shut for all. slub.c has the theory, grow.c the layout.
 *
 * Locking: as in slub.c. Other CPUs' parts are reached by cross calls only.
 */
#include <linux/bitmap.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/slab/slub.h"

struct slub_map slub_map;
unsigned long slub_by_size[SLUB_BY_SIZE_MAX / 8 + 1];

/* Magazines that are shut for ever: of checked caches, and of sizes that have none. */
static void __percpu *shut_area;

/* Birth and death of a slab. */

struct page *slub_new(struct kmem_cache *s, gfp_t gfp, int nid)
{
	struct page *page = slab_grow(s, gfp, nid);

	if (!page)
		return NULL;
	slab_set_lane(page, lane_key(magazines_of(s), page_to_nid(page)));
	slab_link_objects(s, page, gfp);
	return page;
}

void slub_discard(struct kmem_cache *s, struct page *page)
{
	slab_set_lane(page, 0);
	slab_drop(s, page);
}

/* U7. @last: nobody reads. Return: pages. */
static unsigned long discard_all(struct kmem_cache *s, struct list_head *dead, bool last)
{
	struct page *page, *next;
	unsigned long pages = 0;

	list_for_each_entry_safe(page, next, dead, slab_list) {
		pages += 1ul << compound_order(page);
		slab_set_lane(page, 0);
		if (last || !(s->flags & SLAB_TYPESAFE_BY_RCU))
			slab_drop(s, page);
		else
			slab_drop_later(s, page);
	}
	return pages;
}

/* From CPUs to nodes. */

/* End of a chain of free objects, and its length. */
static void *chain_end(struct kmem_cache *s, struct page *page, void *object,
		       unsigned int *length)
{
	void *next;

	for (*length = 1; (next = link_next(s, page, object)); object = next)
		(*length)++;
	return object;
}

/* Unfreeze one slab that has free objects. Returns true if it is to be discarded. */
static bool unfreeze(struct kmem_cache *s, struct kmem_cache_node *n, struct page *page)
{
	bool surplus;

	slab_set_frozen(page, false);
	slab_list_partial(n, page);
	surplus = slab_surplus(s, n, page);
	if (surplus)
		slab_unlist(n, page);
	return surplus;
}

void slabs_unfreeze(struct kmem_cache *s, struct page *chain)
{
	struct page *page, *dead = NULL;
	struct kmem_cache_node *n;
	unsigned long flags;

	while ((page = chain)) {
		n = s->node[page_to_nid(page)];
		spin_lock_irqsave(&n->list_lock, flags);
		do {
			chain = slab_chain_next(page);
			if (unfreeze(s, n, page)) {
				slab_chain(page, dead);
				dead = page;
			}
			page = chain;
		} while (page && s->node[page_to_nid(page)] == n);
		spin_unlock_irqrestore(&n->list_lock, flags);
	}
	while ((page = dead)) {
		dead = slab_chain_next(page);
		slub_discard(s, page);
	}
}

void cpu_slab_deactivate(struct kmem_cache *s, struct kmem_cache_cpu *c)
{
	struct page *page = c->page;
	void *first = c->freelist, *last = NULL;
	unsigned int length = 0;
	unsigned long old, new;

	WRITE_ONCE(c->page, NULL);
	c->freelist = NULL;
	if (first)
		last = chain_end(s, page, first, &length);
	old = slab_word(page);
	do {
		new = slab_word_make(word_head(old), word_inuse(old) - length, true);
		if (first) {
			link_set(s, last, word_head(old) ?
				 slab_object(s, page, word_head(old) - 1) : NULL);
			new = slab_word_make(slab_number(s, page, first) + 1, word_inuse(new),
					     true);
		}
		if (!word_head(new))
			new &= ~WORD_FROZEN;	/* U3: full, on no list */
	} while (!slab_word_swap(page, &old, new));
	if (word_frozen(new)) {
		slab_chain(page, NULL);
		slabs_unfreeze(s, page);
	}
}

/* What is done on each CPU: interrupts off, and no fast path of it under way. */
struct cpu_job {
	struct kmem_cache *s;
	void (*fn)(struct cpu_job *job, struct kmem_cache_cpu *c);
	struct slabinfo *info;
	unsigned int faults;
	bool done;
};

/* All of this CPU's magazines. */
#define for_each_magazine(m, s, n, l)						\
	for (n = 0; n < machine.nr_nodes; n++)					\
		for (l = 0; l < 2 && (m = lane_copy(magazines_of(s),		\
						    raw_smp_processor_id(), n, l)); l++)

static bool busy(struct kmem_cache *s)
{
	struct magazine *m;
	unsigned int n, l;

	for_each_magazine(m, s, n, l)
		if (m->claimed)
			return true;
	return false;
}

/* Interrupts of a CPU come between its instructions: then it is to be asked again. */
static void do_job(void *arg)
{
	struct cpu_job *job = arg;
	unsigned long flags;

	local_irq_save(flags);
	job->done = !busy(job->s);
	if (job->done)
		job->fn(job, raw_cpu_ptr(job->s->cpu_slab));
	local_irq_restore(flags);
}

static bool cpu_has_any(struct kmem_cache *s, unsigned int cpu)
{
	struct kmem_cache_cpu *c = per_cpu_ptr(s->cpu_slab, cpu);
	struct magazine *m;
	unsigned int n, l;

	for (n = 0; n < machine.nr_nodes; n++)
		for (l = 0; l < 2; l++) {
			m = lane_copy(magazines_of(s), cpu, n, l);
			if (READ_ONCE(m->slots))
				return true;
		}
	return READ_ONCE(c->page) || READ_ONCE(c->partial);
}

/* Run a job on a CPU, if it has objects or slabs of the cache, until it is done there. */
static void on_cpu_of(unsigned int cpu, struct cpu_job *job)
{
	if (!cpu_has_any(job->s, cpu))
		return;
	do {
		job->done = true;
		run_on_cpu(cpu, do_job, job);
	} while (!job->done);
}

static void on_each_cpu_of(struct cpu_job *job)
{
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		on_cpu_of(cpu, job);
}

/* Give all of this CPU's objects and slabs to their nodes. */
static void flush(struct cpu_job *job, struct kmem_cache_cpu *c)
{
	struct kmem_cache *s = job->s;
	struct page *partial;
	struct magazine *m;
	unsigned int n, l;

	for_each_magazine(m, s, n, l)
		magazine_empty(s, m);
	if (c->page)
		cpu_slab_deactivate(s, c);
	partial = c->partial;
	WRITE_ONCE(c->partial, NULL);
	c->nr_partial = 0;
	slabs_unfreeze(s, partial);
}

/* Depots first: what is left of their slabs to this CPU goes with the rest of it. */
static void flush_all(struct kmem_cache *s)
{
	struct cpu_job job = { .s = s, .fn = flush };
	unsigned int nid;

	for (nid = 0; nid < machine.nr_nodes; nid++)
		depot_empty(s, nid);
	on_each_cpu_of(&job);
}

unsigned long backend_shrink(struct kmem_cache *s, bool last)
{
	unsigned int nid;
	LIST_HEAD(dead);

	flush_all(s);
	for (nid = 0; nid < machine.nr_nodes; nid++)
		slab_collect_empty(s->node[nid], &dead);
	discard_all(s, &dead, last);
	if (s->magazine)
		magazine_shrink_slots();
	return slabs_of(s);
}

unsigned long backend_reclaim(struct kmem_cache *s, int nid, bool badly)
{
	LIST_HEAD(dead);

	if (badly)
		flush_all(s);
	else
		depot_empty(s, nid);
	if (!READ_ONCE(s->node[nid]->nr_partial))
		return 0;
	slab_collect_empty(s->node[nid], &dead);
	return discard_all(s, &dead, false);
}

void backend_leave_cpu(struct kmem_cache *s, unsigned int cpu)
{
	on_cpu_of(cpu, &(struct cpu_job) { .s = s, .fn = flush });
}

static void nothing(void *unused)
{
}

/* Whoever was just opening a magazine has opened it now, and it can be seen. */
static void wait_for_cpus(void)
{
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		run_on_cpu(cpu, nothing, NULL);
}

void backend_open_fast(bool open)
{
	struct kmem_cache *s;
	unsigned int i;

	for (i = 1; i < ARRAY_SIZE(slub_by_size); i++)
		slub_by_size[i] = kmalloc_slab(i * 8, GFP_KERNEL)->lane;
	WRITE_ONCE(magazines_open, open);
	if (!open)
		wait_for_cpus();
	for (s = cache_next(NULL); !open && s; s = cache_next(s))
		if (!slab_checked(s))
			flush_all(s);
}

/* Counting and checking. */

static void count_free(struct slabinfo *info, struct page *page, unsigned int more)
{
	unsigned int nr_free = page->slab_units - word_inuse(slab_word(page)) + more;

	info->active_objs -= nr_free;
	if (nr_free == page->slab_units)
		info->active_slabs--;
	if (!nr_free || nr_free == page->slab_units)
		return;
	info->partial_slabs++;
	info->partial_objs += page->slab_units - nr_free;
}

static void count_cpu(struct cpu_job *job, struct kmem_cache_cpu *c)
{
	struct magazine *m;
	unsigned int n, l, length = 0;
	struct page *page;

	for_each_magazine(m, job->s, n, l)
		job->info->active_objs -= magazine_count(m);
	job->info->cpu_slabs += (c->page != NULL) + c->nr_partial;
	if (c->page) {
		if (c->freelist)
			chain_end(job->s, c->page, c->freelist, &length);
		count_free(job->info, c->page, length);
	}
	for (page = c->partial; page; page = slab_chain_next(page))
		count_free(job->info, page, 0);
}

void backend_info(struct kmem_cache *s, struct slabinfo *info)
{
	struct cpu_job job = { .s = s, .fn = count_cpu, .info = info };
	struct kmem_cache_node *n;
	unsigned long flags;
	unsigned int nid;
	struct page *page;

	for (nid = 0; nid < machine.nr_nodes; nid++) {
		n = s->node[nid];
		info->num_slabs += atomic_long_read(&n->nr_slabs);
		info->num_objs += atomic_long_read(&n->total_objects);
	}
	info->active_objs = info->num_objs;
	info->active_slabs = info->num_slabs;
	for (nid = 0; nid < machine.nr_nodes; nid++) {
		n = s->node[nid];
		spin_lock_irqsave(&n->list_lock, flags);
		list_for_each_entry(page, &n->partial, slab_list)
			count_free(info, page, 0);
		info->active_objs -= n->depot_objects;
		spin_unlock_irqrestore(&n->list_lock, flags);
	}
	on_each_cpu_of(&job);
	/* Each of the two was counted at its own time. */
	if (info->active_objs > info->num_objs)
		info->active_objs = 0;
	if (info->active_slabs > info->num_slabs)
		info->active_slabs = 0;
}

unsigned int __no_kcsan backend_cpu_partial(struct kmem_cache *s, unsigned int cpu)
{
	return READ_ONCE(per_cpu_ptr(s->cpu_slab, cpu)->nr_partial);
}

static unsigned int fault(struct kmem_cache *s, struct page *page, const char *what)
{
	pr_err("slab: cache %s, slab 0x%px: %s\n", s->name, page, what);
	return 1;
}

/* U1, U2, U3 for one listed slab. */
static unsigned int validate_listed(struct kmem_cache *s, struct page *page)
{
	unsigned long word = slab_word(page);
	unsigned int nr_free = 0;
	void *object;

	if (!PageSlab(page) || page->slab_cache != s)
		return fault(s, page, "on the list, but not of this cache");
	if (word_frozen(word))
		return fault(s, page, "listed and frozen at once (U2)");
	if (!word_head(word))
		return fault(s, page, "on the wrong list (U3)");
	for (object = slab_free_head(s, page); object && nr_free <= page->slab_units;
	     object = link_get(s, object)) {
		if (!slab_is_object(s, page, object))
			return fault(s, page, "free list leaves the slab");
		nr_free++;
	}
	if (nr_free + word_inuse(word) != page->slab_units)
		return fault(s, page, "objects free and in use do not add up (U1)");
	return 0;
}

/* G4. Node locked. */
static unsigned int validate_depot(struct kmem_cache *s, struct kmem_cache_node *n)
{
	unsigned int sum = 0;
	void **bundle;

	for (bundle = n->depot; bundle; bundle = bundle[0])
		sum += bundle_count(bundle);
	if (sum == n->depot_objects)
		return 0;
	pr_err("slab: cache %s: %u objects in the depot, %u counted\n", s->name, sum,
	       n->depot_objects);
	return 1;
}

static unsigned int validate_node(struct kmem_cache *s, unsigned int nid)
{
	struct kmem_cache_node *n = s->node[nid];
	unsigned long flags, listed = 0;
	unsigned int faults = 0;
	struct page *page;

	spin_lock_irqsave(&n->list_lock, flags);
	list_for_each_entry(page, &n->partial, slab_list) {
		faults += validate_listed(s, page);
		if ((unsigned int)page_to_nid(page) != nid)
			faults += fault(s, page, "listed on another node than its own");
		listed++;
	}
	if (listed != n->nr_partial) {
		pr_err("slab: cache %s, node %u: %lu slabs listed, %lu counted\n", s->name, nid,
		       listed, n->nr_partial);
		faults++;
	}
	if (listed > (unsigned long)atomic_long_read(&n->nr_slabs)) {
		pr_err("slab: cache %s, node %u: more slabs listed than there are\n", s->name, nid);
		faults++;
	}
	faults += validate_depot(s, n);
	spin_unlock_irqrestore(&n->list_lock, flags);
	return faults;
}

/* U2 for what a CPU has. */
static void validate_cpu(struct cpu_job *job, struct kmem_cache_cpu *c)
{
	unsigned int n = 0;
	struct page *page;

	for (page = c->partial; page; page = slab_chain_next(page)) {
		if (page->slab_cache != job->s || !word_frozen(slab_word(page)))
			job->faults += fault(job->s, page, "a CPU's, but not frozen (U2)");
		n++;
	}
	if (n != c->nr_partial)
		job->faults += fault(job->s, NULL, "a CPU has not as many slabs as it says");
	if (c->page && !word_frozen(slab_word(c->page)))
		job->faults += fault(job->s, c->page, "the CPU's own, but not frozen (U2)");
}

unsigned int backend_validate(struct kmem_cache *s)
{
	struct cpu_job job = { .s = s, .fn = validate_cpu };
	unsigned int nid, faults;

	on_each_cpu_of(&job);
	faults = job.faults;
	for (nid = 0; nid < machine.nr_nodes; nid++)
		faults += validate_node(s, nid);
	flush_all(s);
	for (nid = 0; nid < machine.nr_nodes; nid++)
		faults += validate_node(s, nid);
	return faults;
}

/*
 * Each object. Full slabs are on no list, so the descriptors of all memory are looked at.
 * Nothing is locked: a slab may go at any time, so what is read of it is not relied on.
 */

static struct page *next_slab(unsigned long *pfn)
{
	for (; *pfn < max_low_pfn; ++*pfn) {
		struct page *page;

		if (IS_ALIGNED(*pfn, MAX_ORDER_NR_PAGES))
			*pfn = mem_map_used(*pfn);
		page = *pfn < max_low_pfn && pfn_valid(*pfn) ? pfn_to_page(*pfn) : NULL;
		if (page && !PageTail(page) && PageSlab(page)) {
			++*pfn;
			return page;
		}
	}
	return NULL;
}

/* As slab_free_map(), for a slab that may go meanwhile. */
static void free_map(struct kmem_cache *s, struct page *page, unsigned int units,
		     unsigned long *map)
{
	char *base = page_address(page);
	unsigned int i = word_head(slab_word(page)), n;
	unsigned long off;

	bitmap_zero(map, SLAB_MAP_BITS);
	for (n = 0; i && i <= units && n < units; n++) {
		set_bit(i - 1, map);
		off = (unsigned long)link_get(s, base + (i - 1) * s->size) - (unsigned long)base;
		i = off < (unsigned long)units * s->size && off % s->size == 0 ?
		    (unsigned int)(off / s->size) + 1 : 0;
	}
}

typedef unsigned long each_fn(struct kmem_cache *s, struct page *page, void *object, void *ctx);

static unsigned long each_in_slab(struct kmem_cache *s, struct page *page, each_fn *fn, void *ctx)
{
	unsigned long map[SLAB_MAP_BITS / (8 * sizeof(long))], sum = 0;
	unsigned int i, units = min(READ_ONCE(page->slab_units), s->objects);

	free_map(s, page, units, map);
	for (i = 0; i < units; i++)
		if (!test_bit(i, map))
			sum += fn(s, page, (char *)page_address(page) + i * s->size, ctx);
	return sum;
}

unsigned long backend_each_object(struct kmem_cache *s, each_fn *fn, void *ctx)
{
	unsigned long pfn = 0, sum = 0;
	struct page *page;

	flush_all(s);
	while (slabs_of(s) && (page = next_slab(&pfn)))
		if (READ_ONCE(page->slab_cache) == s)
			sum += each_in_slab(s, page, fn, ctx);
	return sum;
}

unsigned long backend_each_object_of_all(each_fn *fn, void *ctx)
{
	unsigned long pfn = 0, sum = 0;
	struct kmem_cache *s, *pinned = NULL;
	struct page *page;

	for (s = cache_next(NULL); s; s = cache_next(s))
		if (!slab_checked(s))
			flush_all(s);
	while ((page = next_slab(&pfn))) {
		s = READ_ONCE(page->slab_cache);
		if (s != pinned) {
			if (pinned)
				cache_unpin(pinned);
			pinned = cache_pin(s) ? s : NULL;
		}
		if (pinned && !slab_checked(pinned))
			sum += each_in_slab(pinned, page, fn, ctx);
	}
	if (pinned)
		cache_unpin(pinned);
	return sum;
}

/* Birth and death of a cache. */

static void choose_partial(struct kmem_cache *s)
{
	/* Objects that a CPU may keep for itself: fewer where they are large. */
	unsigned int keep = s->size >= PAGE_SIZE ? 6 : s->size >= 1024 ? 24 :
			    s->size >= 256 ? 52 : 120;

	s->cpu_partial = DIV_ROUND_UP(2 * keep, s->objects);
}

static void shut_magazines(void __percpu *area)
{
	unsigned int cpu, n, l;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		for (n = 0; n < machine.nr_nodes; n++)
			for (l = 0; l < 2; l++)
				magazine_shut(lane_copy(area, cpu, n, l));
}

int backend_open(struct kmem_cache *s)
{
	int err = slab_lay_out(s);

	if (err)
		return err;
	choose_partial(s);
	magazine_choose(s);
	s->cpu_slab = __alloc_percpu(CPU_SLAB_BYTES + lane_bytes(), LANE_BYTES);
	if (!s->cpu_slab)
		return -ENOMEM;
	shut_magazines(magazines_of(s));
	s->lane = lane_key(magazines_of(s), 0);
	s->give_lane = machine.nr_nodes == 1 ? s->lane : 0;
	return 0;
}

void backend_open_checked(struct kmem_cache *s)
{
	s->lane = lane_key(shut_area, 0);
	s->give_lane = 0;
}

void backend_close(struct kmem_cache *s)
{
	free_percpu(s->cpu_slab);
}

int backend_boot(void)
{
	unsigned int i, cpu, l;

	shut_area = __alloc_percpu(lane_bytes(), LANE_BYTES);
	if (!shut_area)
		return -ENOMEM;
	shut_magazines(shut_area);
	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		for (l = 0; l < 2; l++)
			magazine_shut(lane_copy(&quarry_lane_anchor, cpu, 0, l));
	for (i = 0; i < ARRAY_SIZE(slub_by_size); i++)
		slub_by_size[i] = lane_key(shut_area, 0);
	slub_map.base = PAGE_OFFSET;
	slub_map.size = max_low_pfn << PAGE_SHIFT;
	slub_map.pages = pfn_to_page(0);
	return magazine_boot();
}

void backend_reset(void)
{
	memset(&slub_map, 0, sizeof(slub_map));
	magazine_reset();
}
