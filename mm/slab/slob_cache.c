// SPDX-License-Identifier: MIT
/*
 * SLOB's caches: opened and closed, counted, checked and described; objects that wait for
 * readers; boot. The theory, and S1 to S12, are in slob.c.
 *
 * Locking: slob_node.lock and slob_rcu.lock, never both.
 */
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/report.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/slab/slob.h"

const char backend_name[] = "SLOB";
const unsigned int backend_kmalloc_min = 3, backend_kmalloc_max = KMALLOC_SHIFT_HIGH;

/*
 * Caches with objects in pages of blocks that others may share, sorted by kind of page, size
 * and number. Keys: L caches_lock
 */
static struct kmem_cache *caches;	/* L */
static DEFINE_SPINLOCK_RANKED(caches_lock, RANK_SLAB_NODE);

static bool general_checked;	/* so kmalloc() has to look which cache it is */

/* Objects that wait for readers. */

/*
 * Objects of a SLAB_TYPESAFE_BY_RCU cache that were freed. They are chained through the
 * word behind them, which is NULL while they are in use.
 * Keys: L lock
 */
struct slob_rcu {
	struct rcu_head head;
	struct kmem_cache *s;
	spinlock_t lock;
	void *waiting;		/* L  until the grace period is over that has begun */
	void *more;		/* L  for the next one */
	bool posted;		/* L  the callback is to come */
	unsigned int busy;	/* L  callbacks that are there, and free */
	bool closed;		/* L  the cache is no more; the last one to leave frees this */
};

/* The end of those chains. */
#define CHAIN_END	((void *)1)

/* They are not counted any more, nor do they look like objects to anybody. */
static void rcu_put_chain(void *x, struct kmem_cache *s)
{
	void *next;

	for (; x != CHAIN_END; x = next) {
		next = *slob_rcu_link(s, x);
		slab_destruct(s, x);
		slob_put_now(s, virt_to_page(x), x);
	}
}

/* The grace period of those that were waiting is over, and that of the others begins. */
static void rcu_over(struct rcu_head *head)
{
	struct slob_rcu *r = container_of(head, struct slob_rcu, head);
	unsigned long flags;
	bool again, last;
	void *over;

	spin_lock_irqsave(&r->lock, flags);
	over = r->waiting;
	r->waiting = r->more;
	r->more = CHAIN_END;
	again = r->posted = r->waiting != CHAIN_END;
	WRITE_ONCE(r->busy, r->busy + 1);
	spin_unlock_irqrestore(&r->lock, flags);
	if (again)
		slab_call_after_readers(&r->head, rcu_over);
	rcu_put_chain(over, r->s);
	spin_lock_irqsave(&r->lock, flags);
	smp_store_release(&r->busy, r->busy - 1);
	last = r->closed && !r->posted && !r->busy;
	spin_unlock_irqrestore(&r->lock, flags);
	if (last)
		kfree(r);
}

/* It stays as it is until nobody looks at it any more. */
void slob_rcu_give(struct kmem_cache *s, struct page *page, void *x, unsigned long site)
{
	unsigned int why = slob_no_object(s, page, x);
	struct slob_rcu *r = slob_rcu_of(s);
	unsigned long flags;
	bool post;

	if (why) {
		slob_bad_give(s, page, x, site, why);
		return;
	}
	spin_lock_irqsave(&r->lock, flags);
	if (*slob_rcu_link(s, x)) {
		spin_unlock_irqrestore(&r->lock, flags);
		slob_bad_give(s, page, x, site, SLOB_TWICE);
		return;
	}
	post = !r->posted;
	*slob_rcu_link(s, x) = post ? r->waiting : r->more;
	if (post)
		r->waiting = x;
	else
		r->more = x;
	r->posted = true;
	spin_unlock_irqrestore(&r->lock, flags);
	slob_count_object(s, (unsigned int)page_to_nid(page), -1, slob_object_units(s));
	if (post)
		slab_call_after_readers(&r->head, rcu_over);
}

/* What is where. */

/* The cache whose objects have so many units in pages of a lane; 0: any such cache. */
static struct kmem_cache *cache_of(unsigned long lane, unsigned int units)
{
	struct kmem_cache *s;
	unsigned long flags;

	spin_lock_irqsave(&caches_lock, flags);
	for (s = caches; s; s = s->slob_next)
		if (s->slob_lane == lane && (!units || s->size == units * SLOB_UNIT))
			break;
	spin_unlock_irqrestore(&caches_lock, flags);
	return s;
}

/* Of what is no object, a cache of that lane may say so. */
struct kmem_cache *backend_owner(struct page *page, const void *x)
{
	unsigned int at = offset_in_page(x) / SLOB_UNIT, units = 0;
	enum slob_kind kind = slob_kind(page);

	if (kind == SLOB_MAP_PAGE)
		return NULL;
	if (slob_marked(page->slob_map, at))
		units = slob_units(page->slob_map, at);
	if (SLOB_IS_GENERAL(page->slab_lane))
		return kmalloc_caches[kind - SLOB_GENERAL]
				     [__kmalloc_index(units ? units * SLOB_UNIT : 8)];
	return cache_of(page->slab_lane, units) ?: cache_of(page->slab_lane, 0);
}

size_t backend_usable(struct kmem_cache *s, struct page *page, const void *x)
{
	size_t size;

	if (page->slab_cache)
		return s->flags & SLAB_KMALLOC ? PAGE_SIZE << s->order : s->object_size;
	size = slob_units(page->slob_map, offset_in_page(x) / SLOB_UNIT) * SLOB_UNIT;
	return SLOB_IS_GENERAL(page->slab_lane) ? size : min_t(size_t, size, s->object_size);
}

size_t backend_roundup(struct kmem_cache *s, size_t size)
{
	if (size > PAGE_SIZE - SLOB_UNIT)
		return PAGE_SIZE << s->order;
	return ALIGN(size, SLOB_UNIT);
}

/* The block that an address lies in. */
void backend_describe(struct page *page, unsigned long addr)
{
	unsigned int at = offset_in_page(addr) / SLOB_UNIT, units, next;
	struct slob_node *n = slob_nodes[page_to_nid(page)];
	char *base = page_to_virt(page);
	struct kmem_cache *s;
	unsigned long flags;
	bool free;

	if (slob_kind(page) == SLOB_MAP_PAGE) {
		report_line("in a page of SLOB's bitmaps");
		return;
	}
	/* A report may come from inside the lock. */
	if (!spin_trylock_irqsave(&n->lock, flags)) {
		report_line("in a page of SLOB, which is busy");
		return;
	}
	while (at && !slob_marked(page->slob_map, at))
		at--;
	units = slob_units(page->slob_map, at);
	for (next = page->slob_first; next < at; next = slob_block(base, next)->next)
		if (slob_block(base, next)->next <= next)
			break;
	free = next == at || slob_is_last(base + at * SLOB_UNIT);
	spin_unlock_irqrestore(&n->lock, flags);
	s = backend_owner(page, base + at * SLOB_UNIT);
	report_line("%lu bytes into %s of %u bytes at 0x%px, %s",
		    addr - (unsigned long)(base + at * SLOB_UNIT),
		    free ? "a free block" : "an object", units * SLOB_UNIT,
		    base + at * SLOB_UNIT, free ? "which was an object before" : s ? s->name : "of no cache");
}

/* Birth and death of a cache. */

/* By kind, then size. */
static int compare(const struct kmem_cache *a, const struct kmem_cache *b)
{
	int kinds = (int)slob_kind_of(a) - (int)slob_kind_of(b);

	return kinds ? kinds : (int)(a->size - b->size);
}

/* Give the cache the first number that no other one of its kind and size has (S7). */
static int enlist(struct kmem_cache *s)
{
	struct kmem_cache **at = &caches;
	unsigned long flags, number = 0;

	spin_lock_irqsave(&caches_lock, flags);
	while (*at && compare(*at, s) < 0)
		at = &(*at)->slob_next;
	for (; *at && !compare(*at, s) && how_number((*at)->slob_lane) == number; number++)
		at = &(*at)->slob_next;
	s->slob_lane = SLOB_LANE(slob_kind_of(s), number);
	if (how_number(s->slob_lane) == number) {
		s->slob_next = *at;
		*at = s;
	}
	spin_unlock_irqrestore(&caches_lock, flags);
	return how_number(s->slob_lane) == number ? 0 : -ENOMEM;
}

static void delist(struct kmem_cache *s)
{
	struct kmem_cache **at;
	unsigned long flags;

	spin_lock_irqsave(&caches_lock, flags);
	for (at = &caches; *at; at = &(*at)->slob_next)
		if (*at == s) {
			*at = s->slob_next;
			break;
		}
	spin_unlock_irqrestore(&caches_lock, flags);
}

static int open_rcu(struct kmem_cache *s)
{
	struct slob_rcu *r = kzalloc(sizeof(*r), GFP_KERNEL);

	if (!r)
		return -ENOMEM;
	r->s = s;
	r->waiting = r->more = CHAIN_END;
	spin_lock_init(&r->lock);
	spin_lock_set_rank(&r->lock, RANK_SLAB_NODE);
	s->cpu_slab = (void *)r;
	return 0;
}

static void lay_out(struct kmem_cache *s)
{
	unsigned int size = ALIGN(s->object_size, SLOB_UNIT);

	s->inuse = size;
	s->offset = 0;
	if (s->flags & SLAB_TYPESAFE_BY_RCU) {
		s->offset = ALIGN(size, (unsigned int)sizeof(void *));
		size = s->offset + ALIGN(sizeof(void *), SLOB_UNIT);
	}
	/* Nobody else in its cache lines, if that was asked for. */
	if (s->flags & SLAB_HWCACHE_ALIGN)
		size = ALIGN(size, s->align);
	s->size = size;
	s->order = slob_is_big(s) ? get_order(size) : 0;
	s->min_order = s->order;
	s->objects = max(1u, (unsigned int)(PAGE_SIZE / size));
	s->reciprocal = 0xffffffffu / size + 1;
}

int backend_open(struct kmem_cache *s)
{
	int err = 0;

	lay_out(s);
	if (s->order >= MAX_ORDER)
		return -EINVAL;
	s->slob = 0;
	s->cpu_slab = NULL;
	if (s->flags & SLAB_TYPESAFE_BY_RCU)
		err = open_rcu(s);
	s->slob_lane = SLOB_LANE(slob_kind_of(s), 0);
	if (!err && !slob_is_big(s) && !(s->flags & SLAB_KMALLOC)) {
		err = enlist(s);
		if (err && slob_rcu_of(s))
			kfree(slob_rcu_of(s));
	}
	if (err)
		return err;
	if (!slob_is_big(s) && !slob_rcu_of(s) && !s->ctor && !s->dtor &&
	    !(s->flags & SLAB_CALLS_26))
		s->slob = SLOB_HOW(s->size / SLOB_UNIT, ilog2(s->align / SLOB_UNIT), s->slob_lane);
	return 0;
}

void backend_close(struct kmem_cache *s)
{
	struct slob_rcu *r = slob_rcu_of(s);
	unsigned long flags;
	bool last;

	delist(s);
	s->slob = 0;
	if (!r)
		return;
	spin_lock_irqsave(&r->lock, flags);
	r->closed = true;
	last = !r->posted && !r->busy;
	spin_unlock_irqrestore(&r->lock, flags);
	/* Otherwise a callback does it. */
	if (last)
		kfree(r);
	s->cpu_slab = NULL;
}

/* Objects and units in use. Those of general caches are counted block by block (S9). */
struct use {
	struct kmem_cache *s;
	unsigned long objects, units;
};

static unsigned long count_general(struct page *page, void *arg)
{
	unsigned int at, units, next = page->slob_first;
	struct use *use = arg;
	char *base = page_to_virt(page);

	if (slob_kind(page) != slob_kind_of(use->s))
		return 0;
	for (at = 0; at < SLOB_UNITS; at += units) {
		units = slob_units(page->slob_map, at);
		if (at == next) {
			next = slob_block(base, at)->next;
		} else if (!slob_is_last(base + at * SLOB_UNIT) &&
			   backend_owner(page, base + at * SLOB_UNIT) == use->s) {
			use->objects++;
			use->units += units;
		}
	}
	return 0;
}

static struct use count_use(struct kmem_cache *s)
{
	struct use use = { .s = s };
	unsigned int nid;

	for (nid = 0; nid < machine.nr_nodes; nid++) {
		use.objects += atomic_long_read(&s->node[nid]->total_objects);
		use.units += atomic_long_read(&s->node[nid]->nr_slabs);
		if (s->flags & SLAB_KMALLOC)
			slob_each_page(slob_nodes[nid], count_general, &use);
	}
	return use;
}

/* S11, on this CPU. Not possible inside a fast path. */
static void flush_this_cpu(void *done)
{
	slob_swap_last(NULL, 0);
	*(bool *)done = !READ_ONCE(raw_cpu_ptr(&slob_cpu)->how);
}

static void flush_last(unsigned int cpu)
{
	bool done;

	if (!READ_ONCE(per_cpu_ptr(&slob_cpu, cpu)->how))
		return;
	do {
		done = true;
		run_on_cpu(cpu, flush_this_cpu, &done);
	} while (!done);
}

static void flush_lasts(void)
{
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		flush_last(cpu);
}

/* The one is of any cache. */
void backend_leave_cpu(struct kmem_cache *s, unsigned int cpu)
{
	flush_last(cpu);
}

unsigned long backend_shrink(struct kmem_cache *s, bool last)
{
	struct slob_rcu *r = slob_rcu_of(s);
	void *waiting, *more;
	unsigned long flags;

	if (r && last) {
		spin_lock_irqsave(&r->lock, flags);
		waiting = r->waiting;
		more = r->more;
		r->waiting = r->more = CHAIN_END;
		spin_unlock_irqrestore(&r->lock, flags);
		rcu_put_chain(waiting, s);
		rcu_put_chain(more, s);
		while (smp_load_acquire(&r->busy))
			cond_resched();
	}
	flush_lasts();
	return count_use(s).objects;
}

void backend_open_fast(bool open)
{
	WRITE_ONCE(slob_fast.size, open ? max_low_pfn << PAGE_SHIFT : 0);
	WRITE_ONCE(slob_fast.node, open && machine.nr_nodes == 1 ? slob_nodes[0] : NULL);
	WRITE_ONCE(slob_fast.general, open && !general_checked);
}

void backend_open_checked(struct kmem_cache *s)
{
	s->cpu_slab = NULL;
	s->slob = 0;
	if (!(s->flags & SLAB_KMALLOC))
		return;
	general_checked = true;
	WRITE_ONCE(slob_fast.general, false);
}

/* Counting and checking. */

void backend_info(struct kmem_cache *s, struct slabinfo *info)
{
	struct use use = count_use(s);

	memset(info, 0, sizeof(*info));
	info->active_objs = info->num_objs = use.objects;
	/* There are no slabs: its share of pages. */
	info->active_slabs = info->num_slabs = DIV_ROUND_UP(use.units, SLOB_UNITS);
}

struct each_job {
	struct kmem_cache *s;
	unsigned long (*fn)(struct kmem_cache *s, struct page *page, void *object, void *ctx);
	void *ctx;
};

/* Blocks in use of the page that may be objects of the cache. */
static unsigned long each_in_page(struct page *page, void *arg)
{
	unsigned int at, units, next = page->slob_first;
	struct each_job *job = arg;
	char *base = page_to_virt(page);
	unsigned long sum = 0;
	bool mine;

	if (page->slab_lane != job->s->slob_lane)
		return 0;
	for (at = 0; at < SLOB_UNITS; at += units) {
		units = slob_units(page->slob_map, at);
		if (at == next) {
			next = slob_block(base, at)->next;
			continue;
		}
		if (slob_is_last(base + at * SLOB_UNIT))
			continue;
		if (SLOB_IS_GENERAL(page->slab_lane))
			mine = backend_owner(page, base + at * SLOB_UNIT) == job->s;
		else
			mine = units == job->s->size / SLOB_UNIT &&
			       !(slob_rcu_of(job->s) &&
				 *slob_rcu_link(job->s, base + at * SLOB_UNIT));
		if (mine)
			sum += job->fn(job->s, page, base + at * SLOB_UNIT, job->ctx);
	}
	return sum;
}

/* Objects of a page and more are not on any list. */
unsigned long backend_each_object(struct kmem_cache *s,
				  unsigned long (*fn)(struct kmem_cache *s, struct page *page,
						      void *object, void *ctx), void *ctx)
{
	struct each_job job = { s, fn, ctx };
	unsigned long sum = 0;
	unsigned int nid;

	for (nid = 0; nid < machine.nr_nodes; nid++)
		sum += slob_each_page(slob_nodes[nid], each_in_page, &job);
	return sum;
}

/* Pages are everybody's: they are checked with the first general cache, once. */
unsigned int backend_validate(struct kmem_cache *s)
{
	bool first = s == kmalloc_caches[KMALLOC_NORMAL][KMALLOC_SHIFT_LOW];
	unsigned int nid, faults = 0;

	for (nid = 0; nid < machine.nr_nodes; nid++) {
		if (atomic_long_read(&s->node[nid]->total_objects) < 0) {
			pr_err("slob: cache %s: more objects freed than there were (S9)\n",
			       s->name);
			faults++;
		}
		if (first)
			faults += slob_node_check(slob_nodes[nid]);
	}
	if (first)
		faults += slob_check_lasts();
	return faults;
}

/* The whole of what SLOB holds, and what of it is nobody's object. */
void backend_show(struct seq_file *m)
{
	unsigned long pages = 0, maps = 0, used = 0, held;
	unsigned long lists = (unsigned long)machine.nr_nodes << SLOB_NODE_ORDER;
	unsigned int nid, cpu;

	for (nid = 0; nid < machine.nr_nodes; nid++) {
		pages += READ_ONCE(slob_nodes[nid]->nr_pages);
		maps += READ_ONCE(slob_nodes[nid]->nr_map_pages);
		used += READ_ONCE(slob_nodes[nid]->used_units) * SLOB_UNIT;
	}
	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		used -= how_units(READ_ONCE(per_cpu_ptr(&slob_cpu, cpu)->how)) * SLOB_UNIT;
	held = (pages + maps + lists) * PAGE_SIZE;
	seq_printf(m, "SLOB: %lu bytes of objects in %lu held: %lu in pages of blocks, %lu of bitmaps, %lu of lists; overhead %lu.%lu%%\n",
		   used, held, pages * PAGE_SIZE, maps * PAGE_SIZE, lists * PAGE_SIZE,
		   (held - used) * 100 / max(used, 1ul),
		   (held - used) * 1000 / max(used, 1ul) % 10);
}

/* Boot. */

int backend_boot(void)
{
	struct slob_node *n;
	struct page *page;
	unsigned int nid, cpu;

	for (nid = 0; nid < machine.nr_nodes; nid++) {
		page = __alloc_pages_node((int)nid, GFP_KERNEL | __GFP_ZERO, SLOB_NODE_ORDER);
		if (!page)
			return -ENOMEM;
		n = page_to_virt(page);
		n->nid = nid;
		spin_lock_init(&n->lock);
		spin_lock_set_rank(&n->lock, RANK_SLAB_NODE);
		slob_nodes[nid] = n;
	}
	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		memset(per_cpu_ptr(&slob_cpu, cpu), 0, sizeof(struct slob_cpu));
	slob_fast.base = PAGE_OFFSET;
	slob_fast.pages = pfn_to_page(0);
	pr_info("SLOB: units of %u bytes, bitmaps of %u bytes for each page, %zu bytes of lists for each node\n",
		SLOB_UNIT, SLOB_MAP_BYTES, sizeof(*n));
	return 0;
}

void backend_reset(void)
{
	memset(slob_nodes, 0, sizeof(slob_nodes));
	memset(&slob_fast, 0, sizeof(slob_fast));
	general_checked = false;
	caches = NULL;
}
