// SPDX-License-Identifier: MIT
/*
 * SLUB's caches: how objects are laid out in slabs, how slabs are made, handed
 * from CPUs to nodes, counted and given back. slub.c has the theory.
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
 *  V3 nr_slabs and total_objects count each slab from slab_new() to slab_discard().
 *
 * Locking: as in slub.c. Other CPUs' parts are reached by cross calls only.
 */
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/vmstat.h>

#include "mm/internal.h"
#include "mm/slab/slub.h"

static struct kmem_cache boot_cache, boot_node_cache;
static struct kmem_cache_node boot_nodes[2][QUARRY_MAX_NODES];

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

static int lay_out(struct kmem_cache *s)
{
	unsigned int size = ALIGN(s->object_size, sizeof(void *));
	int order;

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
	s->size = ALIGN(size, s->align);
	order = choose_order(s->size);
	if (order < 0)
		return order;
	s->order = order;
	s->objects = min(order_objects(order, s->size), SLAB_MAX_OBJECTS);
	s->min_order = get_order(s->size);
	s->reciprocal = 0xffffffffu / s->size + 1;
	return 0;
}

static void choose_reserves(struct kmem_cache *s)
{
	unsigned int keep;

	s->min_partial = clamp(ilog2(s->size) / 2, 5, 10);
	if (slab_debugged(s)) {
		s->cpu_partial = 0;
		return;
	}
	/* Objects that a CPU may keep for itself: fewer where they are large. */
	keep = s->size >= PAGE_SIZE ? 6 : s->size >= 1024 ? 24 : s->size >= 256 ? 52 : 120;
	s->cpu_partial = DIV_ROUND_UP(2 * keep, s->objects);
}

static void choose_allocflags(struct kmem_cache *s)
{
	s->allocflags = __GFP_COMP;
	if (s->flags & SLAB_CACHE_DMA)
		s->allocflags |= GFP_DMA;
	if (s->flags & SLAB_CACHE_DMA32)
		s->allocflags |= GFP_DMA32;
	if (s->flags & SLAB_RECLAIM_ACCOUNT)
		s->allocflags |= __GFP_RECLAIMABLE;
}

/* Birth and death of a slab. */

static void count_slab(struct kmem_cache *s, struct page *page, int sign)
{
	struct kmem_cache_node *n = s->node[page_to_nid(page)];

	atomic_long_add(sign, &n->nr_slabs);
	atomic_long_add(sign * (long)page->slab_units, &n->total_objects);
	mod_node_page_state(page_pgdat(page),
			    s->flags & SLAB_RECLAIM_ACCOUNT ? NR_SLAB_RECLAIMABLE_B
							    : NR_SLAB_UNRECLAIMABLE_B,
			    sign * (long)(PAGE_SIZE << compound_order(page)));
}

/* The order that the cache likes if it is there for the taking, else the least. */
static struct page *slab_pages(struct kmem_cache *s, gfp_t gfp, int nid)
{
	gfp_t quick = (gfp | __GFP_NOWARN | __GFP_NORETRY | __GFP_NOMEMALLOC) & ~__GFP_NOFAIL;
	struct page *page;

	gfp |= s->allocflags;
	quick |= s->allocflags;
	if (s->order == s->min_order)
		return __alloc_pages_node(nid, gfp, s->order);
	page = __alloc_pages_node(nid, quick & ~__GFP_DIRECT_RECLAIM, s->order);
	if (!page)
		page = __alloc_pages_node(nid, gfp, s->min_order);
	return page;
}

static void link_objects(struct kmem_cache *s, struct page *page, gfp_t gfp)
{
	unsigned int i;
	void *object;

	for (i = 0; i < page->slab_units; i++) {
		object = slab_object(s, page, i);
		if (slab_debugged(s))
			debug_setup_object(s, object);
		slab_construct(s, object, gfp);
		*free_link(s, object) = i + 1 < page->slab_units ?
					slab_object(s, page, i + 1) : NULL;
	}
}

struct page *slab_new(struct kmem_cache *s, gfp_t gfp, int nid)
{
	struct page *page = gfp & ___GFP_NO_GROW ? NULL : slab_pages(s, gfp, nid);
	unsigned int objects;

	if (!page)
		return NULL;
	objects = order_objects(compound_order(page), s->size);
	page->slab_cache = s;
	page->slab_units = min(objects, SLAB_MAX_OBJECTS);
	page->slab_base = page_address(page);
	__SetPageSlab(page);
	if (slab_debugged(s))
		debug_setup_slab(s, page);
	link_objects(s, page, gfp);
	__atomic_store_n(&page->slab_word, slab_word_make(1, 0, false), __ATOMIC_RELEASE);
	count_slab(s, page, 1);
	return page;
}

void slab_discard(struct kmem_cache *s, struct page *page)
{
	unsigned int i, order = compound_order(page);

	if (s->flags & SLAB_CONSISTENCY_CHECKS)
		debug_check_slab(s, page, NULL);
	for (i = 0; s->dtor && i < page->slab_units; i++)
		slab_destruct(s, slab_object(s, page, i));
	count_slab(s, page, -1);
	__ClearPageSlab(page);
	page->slab_cache = NULL;
	page->slab_word = 0;
	page->slab_base = NULL;
	page_mapcount_reset(page);
	__free_pages(page, order);
}

/* From CPUs to nodes. */

/* End of a chain of free objects, and its length. */
static void *chain_end(struct kmem_cache *s, void *object, unsigned int *length)
{
	void *next;

	for (*length = 1; (next = *free_link(s, object)); object = next)
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
		slab_discard(s, page);
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
		last = chain_end(s, first, &length);
	old = slab_word(page);
	do {
		new = slab_word_make(word_head(old), word_inuse(old) - length, true);
		if (first) {
			*free_link(s, last) = word_head(old) ?
				slab_object(s, page, word_head(old) - 1) : NULL;
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

struct cpu_job {
	struct kmem_cache *s;
	struct slabinfo *info;
	bool done;
};

/* Give all slabs of this CPU to their nodes. Not possible inside a fast path. */
static void flush_this_cpu(void *arg)
{
	struct cpu_job *job = arg;
	struct kmem_cache_cpu *c;
	struct page *partial;
	unsigned long flags;

	local_irq_save(flags);
	c = raw_cpu_ptr(job->s->cpu_slab);
	job->done = !c->claimed;
	if (job->done) {
		if (c->page)
			cpu_slab_deactivate(job->s, c);
		partial = c->partial;
		WRITE_ONCE(c->partial, NULL);
		c->nr_partial = 0;
		slabs_unfreeze(job->s, partial);
	}
	local_irq_restore(flags);
}

/* Run a job on each CPU that has slabs of the cache, until it is done there. */
static void on_cpus_with_slabs(void (*fn)(void *), struct cpu_job *job)
{
	struct kmem_cache_cpu *c;
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		c = per_cpu_ptr(job->s->cpu_slab, cpu);
		if (!READ_ONCE(c->page) && !READ_ONCE(c->partial))
			continue;
		do {
			job->done = true;
			preempt_disable();
			if (cpu == smp_processor_id())
				fn(job);
#if QUARRY_MAX_CPUS > 1
			else
				quarry_host_cross_call(cpu, fn, job);
#endif
			preempt_enable();
		} while (!job->done);
	}
}

static void flush_all(struct kmem_cache *s)
{
	struct cpu_job job = { .s = s };

	on_cpus_with_slabs(flush_this_cpu, &job);
}

/* Empty slabs off a node's list, and those that are more than half full to its front. */
static void collect_empty(struct kmem_cache *s, struct kmem_cache_node *n,
			  struct list_head *dead)
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

unsigned long cache_empty(struct kmem_cache *s, bool last)
{
	struct page *page, *next;
	unsigned long left = 0;
	unsigned int nid;
	LIST_HEAD(dead);

	flush_all(s);
	if (last || !(s->flags & SLAB_TYPESAFE_BY_RCU))
		for (nid = 0; nid < machine.nr_nodes; nid++)
			collect_empty(s, s->node[nid], &dead);
	list_for_each_entry_safe(page, next, &dead, slab_list)
		slab_discard(s, page);
	for (nid = 0; nid < machine.nr_nodes; nid++)
		left += atomic_long_read(&s->node[nid]->nr_slabs);
	return left;
}

/* Counting and checking. */

static void count_free(struct slabinfo *info, struct page *page, unsigned int more)
{
	unsigned int nr_free = page->slab_units - word_inuse(slab_word(page)) + more;

	info->active_objs -= nr_free;
	if (nr_free == page->slab_units)
		info->active_slabs--;
}

static void count_this_cpu(void *arg)
{
	struct cpu_job *job = arg;
	struct kmem_cache_cpu *c = raw_cpu_ptr(job->s->cpu_slab);
	unsigned long flags;
	unsigned int length = 0;
	struct page *page;

	local_irq_save(flags);
	job->done = !c->claimed;
	if (job->done && c->page) {
		if (c->freelist)
			chain_end(job->s, c->freelist, &length);
		count_free(job->info, c->page, length);
	}
	if (job->done)
		for (page = c->partial; page; page = slab_chain_next(page))
			count_free(job->info, page, 0);
	local_irq_restore(flags);
}

void cache_info(struct kmem_cache *s, struct slabinfo *info)
{
	struct cpu_job job = { .s = s, .info = info };
	struct kmem_cache_node *n;
	unsigned long flags;
	unsigned int nid;
	struct page *page;

	memset(info, 0, sizeof(*info));
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
		spin_unlock_irqrestore(&n->list_lock, flags);
	}
	on_cpus_with_slabs(count_this_cpu, &job);
	/* Each of the two was counted at its own time. */
	if (info->active_objs > info->num_objs)
		info->active_objs = 0;
	if (info->active_slabs > info->num_slabs)
		info->active_slabs = 0;
}

unsigned long cache_each_slab(struct kmem_cache *s,
			      unsigned long (*fn)(struct kmem_cache *s, struct page *page,
						  void *ctx), void *ctx)
{
	struct page *page, *next;
	struct kmem_cache_node *n;
	unsigned long flags, sum = 0;
	unsigned int nid;
	LIST_HEAD(cut);

	for (nid = 0; nid < machine.nr_nodes; nid++) {
		n = s->node[nid];
		spin_lock_irqsave(&n->list_lock, flags);
		list_for_each_entry_safe(page, next, &n->partial, slab_list) {
			sum += fn(s, page, ctx);
			if (!word_head(slab_word(page))) {	/* a check has cut it: U3 */
				slab_unlist(n, page);
				slab_list_add(page, &cut);
			}
		}
		list_for_each_entry(page, &n->full, slab_list)
			sum += fn(s, page, ctx);
		list_splice_init(&cut, &n->full);
		spin_unlock_irqrestore(&n->list_lock, flags);
	}
	return sum;
}

void *slab_free_head(struct kmem_cache *s, struct page *page)
{
	unsigned int head = word_head(slab_word(page));

	return head ? slab_object(s, page, head - 1) : NULL;
}

void *slab_free_next(struct kmem_cache *s, void *object)
{
	return *free_link(s, object);
}

unsigned int slab_inuse(struct page *page)
{
	return word_inuse(slab_word(page));
}

void slab_free_cut(struct kmem_cache *s, struct page *page, void *object, unsigned int left)
{
	unsigned long word = slab_word(page);

	if (object)
		*free_link(s, object) = NULL;
	page->slab_word = slab_word_make(object ? word_head(word) : 0, page->slab_units - left,
					 false);
}

static unsigned int fault(struct kmem_cache *s, struct page *page, const char *what)
{
	pr_err("slab: cache %s, slab 0x%px: %s\n", s->name, page, what);
	return 1;
}

/* U1, U2, U3 for one listed slab. */
static unsigned int validate_listed(struct kmem_cache *s, struct page *page, bool full)
{
	unsigned long word = slab_word(page);
	unsigned int nr_free = 0;
	void *object;

	if (!PageSlab(page) || page->slab_cache != s)
		return fault(s, page, "on the list, but not of this cache");
	if (word_frozen(word))
		return fault(s, page, "listed and frozen at once (U2)");
	if (full != !word_head(word))
		return fault(s, page, "on the wrong list (U3)");
	for (object = slab_free_head(s, page); object && nr_free <= page->slab_units;
	     object = *free_link(s, object)) {
		unsigned int nr = slab_number(s, page, object);

		if (nr >= page->slab_units || slab_object(s, page, nr) != object)
			return fault(s, page, "free list leaves the slab");
		nr_free++;
	}
	if (nr_free + word_inuse(word) != page->slab_units)
		return fault(s, page, "objects free and in use do not add up (U1)");
	return 0;
}

static unsigned int validate_node(struct kmem_cache *s, unsigned int nid)
{
	struct kmem_cache_node *n = s->node[nid];
	unsigned long flags, listed = 0;
	unsigned int faults = 0;
	struct page *page;

	spin_lock_irqsave(&n->list_lock, flags);
	list_for_each_entry(page, &n->partial, slab_list) {
		faults += validate_listed(s, page, false);
		if ((unsigned int)page_to_nid(page) != nid)
			faults += fault(s, page, "listed on another node than its own");
		listed++;
	}
	if (listed != n->nr_partial) {
		pr_err("slab: cache %s, node %u: %lu slabs listed, %lu counted\n", s->name, nid,
		       listed, n->nr_partial);
		faults++;
	}
	list_for_each_entry(page, &n->full, slab_list) {
		faults += validate_listed(s, page, true);
		listed++;
	}
	if (listed > (unsigned long)atomic_long_read(&n->nr_slabs)) {
		pr_err("slab: cache %s, node %u: more slabs listed than there are\n", s->name, nid);
		faults++;
	}
	spin_unlock_irqrestore(&n->list_lock, flags);
	return faults;
}

unsigned int cache_validate(struct kmem_cache *s)
{
	unsigned int nid, faults = 0;

	flush_all(s);
	for (nid = 0; nid < machine.nr_nodes; nid++)
		faults += validate_node(s, nid);
	return faults;
}

/* Birth and death of a cache. */

static void init_node(struct kmem_cache_node *n)
{
	memset(n, 0, sizeof(*n));
	spin_lock_init(&n->list_lock);
	spin_lock_set_rank(&n->list_lock, RANK_SLAB_NODE);
	INIT_LIST_HEAD(&n->partial);
	INIT_LIST_HEAD(&n->full);
}

static void free_nodes(struct kmem_cache *s)
{
	unsigned int nid;

	for (nid = 0; nid < machine.nr_nodes; nid++)
		if (s->node[nid])
			kmem_cache_free(&boot_node_cache, s->node[nid]);
}

static int cache_open_cpus(struct kmem_cache *s)
{
	s->cpu_slab = __alloc_percpu(sizeof(*s->cpu_slab), 2 * sizeof(void *));
	return s->cpu_slab ? 0 : -ENOMEM;
}

int cache_open(struct kmem_cache *s)
{
	unsigned int nid;
	int err = lay_out(s);

	if (err)
		return err;
	choose_reserves(s);
	choose_allocflags(s);
	for (nid = 0; nid < machine.nr_nodes; nid++) {
		s->node[nid] = kmem_cache_alloc_node(&boot_node_cache, GFP_KERNEL, nid);
		if (!s->node[nid]) {
			free_nodes(s);
			return -ENOMEM;
		}
		init_node(s->node[nid]);
	}
	err = cache_open_cpus(s);
	if (err)
		free_nodes(s);
	return err;
}

void cache_close(struct kmem_cache *s)
{
	free_percpu(s->cpu_slab);
	free_nodes(s);
}

/* struct kmem_cache, with as many entries in node[] as there are nodes. */
static unsigned int cache_struct_size(void)
{
	return offsetof(struct kmem_cache, node) +
	       machine.nr_nodes * sizeof(struct kmem_cache_node *);
}

struct kmem_cache *cache_struct_alloc(void)
{
	return kmem_cache_zalloc(&boot_cache, GFP_KERNEL);
}

void cache_struct_free(struct kmem_cache *s)
{
	kmem_cache_free(&boot_cache, s);
}

static int open_boot_cache(struct kmem_cache *s, const char *name, unsigned int size,
			   struct kmem_cache_node *nodes)
{
	unsigned int nid;
	int err;

	memset(s, 0, sizeof(*s));
	s->name = name;
	s->object_size = size;
	s->align = L1_CACHE_BYTES;
	s->flags = cache_flags(size, SLAB_HWCACHE_ALIGN | SLAB_NO_MERGE, name);
	s->refcount = -1;
	err = lay_out(s);
	if (err)
		return err;
	choose_reserves(s);
	choose_allocflags(s);
	for (nid = 0; nid < machine.nr_nodes; nid++) {
		s->node[nid] = &nodes[nid];
		init_node(s->node[nid]);
	}
	err = cache_open_cpus(s);
	if (!err)
		cache_register(s);
	return err;
}

int cache_boot(void)
{
	int err;

	slub_map.base = PAGE_OFFSET;
	slub_map.size = max_low_pfn << PAGE_SHIFT;
	slub_map.pages = pfn_to_page(0);
	err = open_boot_cache(&boot_node_cache, "kmem_cache_node",
			      sizeof(struct kmem_cache_node), boot_nodes[0]);
	if (!err)
		err = open_boot_cache(&boot_cache, "kmem_cache", cache_struct_size(),
				      boot_nodes[1]);
	return err;
}

void cache_boot_reset(void)
{
	memset(&slub_map, 0, sizeof(slub_map));
	memset(&boot_cache, 0, sizeof(boot_cache));
	memset(&boot_node_cache, 0, sizeof(boot_node_cache));
}
