// SPDX-License-Identifier: MIT
/*
 * SLAB: objects on their way back, from CPUs' arrays to slabs to the page allocator: by the
 * timer, by kmem_cache_shrink(), at a cache's end. And counting and checking, for which they
 * have to be in their slabs first. slab.c has the theory.
 *
 * A timer (kernel/slab_reap.c) calls backend_reap() for each cache, every period. What was
 * not used since the last time goes, a fifth at a time, so that what is in use now and then
 * is not lost at once:
 *
 *  Q1 A CPU's array from which nothing was taken gives up a fifth of its limit; one that
 *     was empty, its memory. If the CPU did not go to the node again and again, its array
 *     has its first limit again.
 *  Q2 The same of nodes' shared arrays.
 *  Q3 Of the slabs on its free list a fifth of free_limit goes, unless some were used.
 *  Q4 Nothing of it happens to SLAB_NO_REAP caches; Q3 not to SLAB_TYPESAFE_BY_RCU ones (I7).
 *  Q5 While memory is short, all slabs on the free list go at once; when it gets worse, CPUs
 *     and nodes have to empty their arrays first. Q4 holds.
 *
 * Other CPUs' arrays are reached by cross calls only, and not while they are claimed: then
 * again, until they are not.
 */
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/slab/slab_impl.h"

/* A job for other CPUs. */
struct cpu_job {
	struct kmem_cache *s;
	bool release;			/* the memory of arrays goes, too */
	void **block;			/* that of one, to be freed */
	bool shut;			/* what slab_busy is to say */
	bool done;
};

static void on_cpu(unsigned int cpu, void (*fn)(void *), struct cpu_job *job)
{
	do {
		job->done = true;
		run_on_cpu(cpu, fn, job);
	} while (!job->done);
}

/* Where the CPU has an array; none is made meanwhile where that matters. */
static void on_cpu_with_array(unsigned int cpu, void (*fn)(void *), struct cpu_job *job)
{
	if (!READ_ONCE(array_of_cpu(job->s, cpu)->entry))
		return;
	on_cpu(cpu, fn, job);
	if (job->block)
		array_block_free(job->block);
	job->block = NULL;
}

static void on_cpus_with_arrays(void (*fn)(void *), struct cpu_job *job)
{
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		on_cpu_with_array(cpu, fn, job);
}

/* The timer. */

static unsigned int fifth(unsigned int of)
{
	return DIV_ROUND_UP(of, 5);
}

/* The memory of an array that is empty, to be freed when there is no lock any more. */
static void **array_close(struct slab_array *a)
{
	void **block = a->entry;

	WRITE_ONCE(a->entry, NULL);
	a->limit = 0;
	a->visits = 0;
	return block;
}

/* The same of a shared array. Node locked. */
static void **shared_close(struct kmem_cache_node *n)
{
	void **block = n->shared;

	WRITE_ONCE(n->shared, NULL);
	return block;
}

/* Q1 */
static void reap_array(struct kmem_cache *s, struct slab_array *a, struct cpu_job *job)
{
	if (a->visits <= ARRAY_CALM && a->limit > s->slab.limit) {
		if (a->avail > s->slab.limit)
			slab_array_flush(s, a, a->avail - s->slab.limit, false, NULL);
		a->limit = s->slab.limit;
	}
	a->visits = 0;
	if (a->touched)
		WRITE_ONCE(a->touched, 0);
	else if (a->avail)
		slab_array_flush(s, a, fifth(a->limit), false, NULL);
	else
		job->block = array_close(a);
}

static void reap_here(void *arg)
{
	struct cpu_job *job = arg;
	struct slab_array *a;
	unsigned long flags;

	local_irq_save(flags);
	job->done = !arrays_claimed();
	a = this_array(job->s);
	if (job->done && a->entry)
		reap_array(job->s, a, job);
	local_irq_restore(flags);
}

/* The oldest objects of the shared array go to their slabs. Node locked. */
static void drain_shared(struct kmem_cache *s, struct kmem_cache_node *n, unsigned int nr,
			 struct list_head *dead)
{
	nr = min(nr, n->shared_avail);
	if (!nr)
		return;
	slab_node_give(s, n, n->shared + 1, nr, dead);
	WRITE_ONCE(n->shared_avail, n->shared_avail - nr);
	memmove(n->shared + 1, n->shared + 1 + nr, n->shared_avail * sizeof(*n->shared));
}

/* Slabs off the free list, those that have been there longest. Node locked. */
static void drain_free(struct kmem_cache_node *n, unsigned long nr, struct list_head *dead)
{
	struct slab *slab;

	for (; nr && !list_empty(&n->free); nr--) {
		slab = list_last_entry(&n->free, struct slab, list);
		list_move(&slab->list, dead);
		WRITE_ONCE(n->nr_free, n->nr_free - 1);
		WRITE_ONCE(n->free_objects, n->free_objects - slab->page->slab_units);
	}
}

/* Q2, Q3 */
static void reap_node(struct kmem_cache *s, struct kmem_cache_node *n, struct list_head *dead)
{
	unsigned long flags;
	void **block = NULL;

	if (!READ_ONCE(n->shared) && !READ_ONCE(n->free_objects))
		return;
	spin_lock_irqsave(&n->list_lock, flags);
	if (n->shared_touched) {
		n->shared_touched = false;
	} else if (n->shared_avail) {
		drain_shared(s, n, fifth(s->slab.shared_limit), NULL);
	} else {
		block = shared_close(n);
	}
	if (n->free_touched)
		n->free_touched = false;
	else if (!slabs_stay(s))
		drain_free(n, DIV_ROUND_UP(n->free_limit, 5 * s->objects), dead);
	spin_unlock_irqrestore(&n->list_lock, flags);
	if (block)
		array_block_free(block);
}

unsigned int backend_reap_period(void)
{
	return 2;
}

void backend_reap(struct kmem_cache *s)
{
	unsigned int nid;
	LIST_HEAD(dead);

	if (s->flags & SLAB_NO_REAP)
		return;
	on_cpus_with_arrays(reap_here, &(struct cpu_job){ .s = s });
	for (nid = 0; nid < machine.nr_nodes; nid++)
		reap_node(s, s->node[nid], &dead);
	slabs_unmake(s, &dead, false);
}

/* All at once. */

static void flush_here(void *arg)
{
	struct cpu_job *job = arg;
	struct slab_array *a;
	unsigned long flags;

	local_irq_save(flags);
	job->done = !arrays_claimed();
	a = this_array(job->s);
	if (job->done) {
		slab_array_flush(job->s, a, a->avail, false, NULL);
		if (job->release)
			job->block = array_close(a);
	}
	local_irq_restore(flags);
}

static void flush_shared(struct kmem_cache *s, struct kmem_cache_node *n, bool release)
{
	void **block = NULL;
	unsigned long flags;

	if (!READ_ONCE(n->shared))
		return;
	spin_lock_irqsave(&n->list_lock, flags);
	drain_shared(s, n, n->shared_avail, NULL);
	if (release)
		block = shared_close(n);
	spin_unlock_irqrestore(&n->list_lock, flags);
	if (block)
		array_block_free(block);
}

/* All objects that are free, to their slabs. Slabs stay where they are. */
static void flush_all(struct kmem_cache *s, bool release)
{
	struct cpu_job job = { .s = s, .release = release };
	unsigned int nid;

	on_cpus_with_arrays(flush_here, &job);
	for (nid = 0; nid < machine.nr_nodes; nid++)
		flush_shared(s, s->node[nid], release);
}

unsigned long backend_shrink(struct kmem_cache *s, bool last)
{
	unsigned long flags, left = 0;
	struct kmem_cache_node *n;
	unsigned int nid;
	LIST_HEAD(dead);

	flush_all(s, true);
	for (nid = 0; nid < machine.nr_nodes; nid++) {
		n = s->node[nid];
		spin_lock_irqsave(&n->list_lock, flags);
		drain_free(n, n->nr_free, &dead);
		spin_unlock_irqrestore(&n->list_lock, flags);
	}
	slabs_unmake(s, &dead, last);
	for (nid = 0; nid < machine.nr_nodes; nid++)
		left += atomic_long_read(&s->node[nid]->nr_slabs);
	return left;
}

unsigned long backend_reclaim(struct kmem_cache *s, int nid, bool badly)
{
	struct kmem_cache_node *n = s->node[nid];
	unsigned long flags, pages = 0;
	struct slab *slab;
	LIST_HEAD(dead);

	if (badly)
		flush_all(s, false);
	if (!READ_ONCE(n->nr_free))
		return 0;
	spin_lock_irqsave(&n->list_lock, flags);
	drain_free(n, n->nr_free, &dead);
	spin_unlock_irqrestore(&n->list_lock, flags);
	list_for_each_entry(slab, &dead, list)
		pages += 1ul << compound_order(slab->page);
	slabs_unmake(s, &dead, false);
	return pages;
}

void backend_leave_cpu(struct kmem_cache *s, unsigned int cpu)
{
	on_cpu_with_array(cpu, flush_here, &(struct cpu_job){ .s = s, .release = true });
}

static void set_shut_here(void *arg)
{
	struct cpu_job *job = arg;
	unsigned long flags;

	local_irq_save(flags);
	job->done = !arrays_claimed();
	if (job->done)
		WRITE_ONCE(raw_cpu_ptr(&slab_busy)->shut, job->shut);
	local_irq_restore(flags);
}

void backend_open_fast(bool open)
{
	struct cpu_job job = { .shut = !open };
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		if (READ_ONCE(per_cpu(slab_busy, cpu).shut) != job.shut)
			on_cpu(cpu, set_shut_here, &job);
}

/* Counting. */

void backend_info(struct kmem_cache *s, struct slabinfo *info)
{
	unsigned long flags, idle = 0;
	struct kmem_cache_node *n;
	unsigned int nid, cpu;
	struct slab *slab;

	memset(info, 0, sizeof(*info));
	for (nid = 0; nid < machine.nr_nodes; nid++) {
		n = s->node[nid];
		spin_lock_irqsave(&n->list_lock, flags);
		info->num_slabs += atomic_long_read(&n->nr_slabs);
		info->num_objs += atomic_long_read(&n->total_objects);
		info->active_slabs += atomic_long_read(&n->nr_slabs) - n->nr_free;
		info->shared_avail += n->shared_avail;
		list_for_each_entry(slab, &n->partial, list) {
			info->partial_slabs++;
			info->partial_objs += slab->inuse;
		}
		idle += n->free_objects + n->shared_avail;
		spin_unlock_irqrestore(&n->list_lock, flags);
	}
	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		idle += READ_ONCE(array_of_cpu(s, cpu)->avail);
	/* Each was counted at its own time. */
	info->active_objs = info->num_objs - min(info->num_objs, idle);
	info->limit = s->slab.limit;
	info->batchcount = (s->slab.limit + 1) / 2;
	info->shared = s->slab.shared;
}

static unsigned long each_in_list(struct kmem_cache *s, struct list_head *list,
				  unsigned long (*fn)(struct kmem_cache *s, struct page *page,
						      void *object, void *ctx), void *ctx)
{
	unsigned long sum = 0;
	struct slab *slab;
	unsigned int i;

	list_for_each_entry(slab, list, list)
		for (i = 0; i < slab->page->slab_units; i++)
			if (bufctl(s, slab, i) == BUFCTL_TAKEN)
				sum += fn(s, slab->page, slab_object(s, slab->page, i), ctx);
	return sum;
}

unsigned long backend_each_object(struct kmem_cache *s,
				  unsigned long (*fn)(struct kmem_cache *s, struct page *page,
						      void *object, void *ctx), void *ctx)
{
	struct kmem_cache_node *n;
	unsigned long flags, sum = 0;
	unsigned int nid;

	flush_all(s, false);
	for (nid = 0; nid < machine.nr_nodes; nid++) {
		n = s->node[nid];
		spin_lock_irqsave(&n->list_lock, flags);
		sum += each_in_list(s, &n->full, fn, ctx);
		sum += each_in_list(s, &n->partial, fn, ctx);
		spin_unlock_irqrestore(&n->list_lock, flags);
	}
	return sum;
}

/* Checking. */

static unsigned int fault(struct kmem_cache *s, struct page *page, const char *what)
{
	pr_err("slab: cache %s, slab 0x%px: %s\n", s->name, page, what);
	return 1;
}

/* I2: the chain and the counts of one slab. */
static unsigned int validate_chain(struct kmem_cache *s, struct slab *slab)
{
	unsigned int i, nr_free = 0, taken = 0, units = slab->page->slab_units;

	for (i = slab->free; i != BUFCTL_END && nr_free <= units; i = bufctl(s, slab, i)) {
		if (i >= units)
			return fault(s, slab->page, "the chain leads to no object (I2)");
		nr_free++;
	}
	for (i = 0; i < units; i++)
		taken += bufctl(s, slab, i) == BUFCTL_TAKEN;
	if (taken != slab->inuse || nr_free + taken != units)
		return fault(s, slab->page, "objects free and in use do not add up (I2)");
	return 0;
}

static unsigned int validate_slab(struct kmem_cache *s, struct slab *slab, unsigned int nid)
{
	struct page *page = slab->page;
	unsigned int faults = 0;
	unsigned long i;

	if (!PageSlab(page) || page->slab_cache != s || page_slab(page) != slab)
		return fault(s, page, "on a list, but not of this cache");
	if ((unsigned int)page_to_nid(page) != nid)
		faults += fault(s, page, "listed on another node than its own");
	if ((page_address(page) == (void *)slab) != !s->slab.slabp_cache)
		faults += fault(s, page, "the descriptor is not where it belongs (I8)");
	if ((char *)slab_object(s, page, page->slab_units) >
	    (char *)page_address(page) + (PAGE_SIZE << compound_order(page)))
		faults += fault(s, page, "the last object reaches beyond the slab (I9)");
	for (i = 0; i < 1ul << compound_order(page); i++)
		if (page[i].slab_lane != (unsigned long)s->cpu_slab)
			faults += fault(s, page, "frees do not find the cache (J3)");
	return faults + validate_chain(s, slab);
}

/* I3: one list. Adds up what lies there. */
static unsigned int validate_list(struct kmem_cache *s, unsigned int nid, struct list_head *list,
				  unsigned long *slabs, unsigned long *nr_free)
{
	struct kmem_cache_node *n = s->node[nid];
	unsigned int faults = 0;
	struct list_head *want;
	struct slab *slab;

	list_for_each_entry(slab, list, list) {
		faults += validate_slab(s, slab, nid);
		want = !slab->inuse ? &n->free :
		       slab->inuse == slab->page->slab_units ? &n->full : &n->partial;
		if (want != list)
			faults += fault(s, slab->page, "on the wrong list (I3)");
		*nr_free += slab->page->slab_units - slab->inuse;
		++*slabs;
	}
	return faults;
}

static unsigned int validate_node(struct kmem_cache *s, unsigned int nid)
{
	unsigned long flags, slabs = 0, empty = 0, nr_free = 0;
	struct kmem_cache_node *n = s->node[nid];
	unsigned int faults = 0;

	spin_lock_irqsave(&n->list_lock, flags);
	faults += validate_list(s, nid, &n->free, &empty, &nr_free);
	faults += validate_list(s, nid, &n->partial, &slabs, &nr_free);
	faults += validate_list(s, nid, &n->full, &slabs, &nr_free);
	if (empty != n->nr_free || nr_free != n->free_objects) {
		pr_err("slab: cache %s, node %u: %lu slabs and %lu objects free, %lu and %lu counted (I3)\n",
		       s->name, nid, empty, nr_free, n->nr_free, n->free_objects);
		faults++;
	}
	if (slabs + empty > (unsigned long)atomic_long_read(&n->nr_slabs)) {
		pr_err("slab: cache %s, node %u: more slabs listed than there are (J4)\n", s->name,
		       nid);
		faults++;
	}
	spin_unlock_irqrestore(&n->list_lock, flags);
	return faults;
}

/* I1: what arrays hold is TAKEN in its slab, once: going back there shows it. */
unsigned int backend_validate(struct kmem_cache *s)
{
	unsigned long before = atomic_long_read(&s->errors);
	unsigned int nid, faults;

	flush_all(s, false);
	faults = (unsigned int)(atomic_long_read(&s->errors) - before);
	for (nid = 0; nid < machine.nr_nodes; nid++)
		faults += validate_node(s, nid);
	return faults;
}
