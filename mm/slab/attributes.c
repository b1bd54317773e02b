// SPDX-License-Identifier: MIT
/*
 * What can be read of a cache, and said to it, file by file: /sys/kernel/slab/NAME/ and
 * /sys/kernel/debug/slab/NAME/. Which path leads here is kernel/slabfs.c's business; the
 * formats are those of Linux 6.1, Documentation/ABI/testing/sysfs-kernel-slab.
 *
 * Of numbers that only one backend has (cpu_partial, min_partial, cpu_slabs), others show 0.
 * To objects_partial, as to partial, what CPUs have at hand is in use, as it is to its slab.
 *
 * Locking: none of its own. The cache is pinned by whoever calls.
 */
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/seq_file.h>
#include <linux/sort.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"
#include "mm/slab/use.h"

/* Caches by name. */

static bool has_name(const struct kmem_cache *s, const char *name, size_t len)
{
	struct slab_alias *alias;

	if (!s->refcount)
		return false;		/* about to end */
	if (strlen(s->name) == len && !memcmp(s->name, name, len))
		return true;
	list_for_each_entry(alias, &s->aliases, list)
		if (strlen(alias->name) == len && !memcmp(alias->name, name, len))
			return true;
	return false;
}

struct kmem_cache *slab_pin(const char *name, size_t len)
{
	struct kmem_cache *s, *found = NULL;

	spin_lock(&slab_lock);
	list_for_each_entry(s, &slab_caches, list) {
		if (has_name(s, name, len)) {
			s->pins++;
			found = s;
			break;
		}
	}
	spin_unlock(&slab_lock);
	return found;
}

void slab_unpin(struct kmem_cache *s)
{
	cache_unpin(s);
}

bool slab_tracked(const struct kmem_cache *s)
{
	return s->flags & SLAB_STORE_USER;
}

bool slab_nth_name(unsigned int i, bool tracked, char *name, size_t size)
{
	struct slab_alias *alias;
	const char *found = NULL;
	struct kmem_cache *s;

	spin_lock(&slab_lock);
	list_for_each_entry(s, &slab_caches, list) {
		if (!s->refcount || (tracked && !slab_tracked(s)))
			continue;
		if (!i--) {
			found = s->name;
			break;
		}
		list_for_each_entry(alias, &s->aliases, list)
			if (!found && !i--)
				found = alias->name;
		if (found)
			break;
	}
	if (found)
		strscpy(name, found, size);
	spin_unlock(&slab_lock);
	return found;
}

/* Numbers, a line each. */

static int show_int(struct seq_file *m, long value)
{
	seq_printf(m, "%ld\n", value);
	return 0;
}

#define SHOW(name, value)						\
static int name##_show(struct seq_file *m, struct kmem_cache *s)	\
{									\
	return show_int(m, (long)(value));				\
}

#define SHOW_FLAG(name, flag)	SHOW(name, (s->flags & (flag)) != 0)

SHOW(align, s->align)
SHOW(aliases, s->refcount < 0 ? 0 : s->refcount - 1)
SHOW(cpu_partial, slab_checked(s) ? 0 : s->cpu_partial * s->objects / 2)
SHOW(min_partial, s->min_partial)
SHOW(object_size, s->object_size)
SHOW(objs_per_slab, s->objects)
SHOW(order, s->order)
SHOW(slab_size, s->size)
SHOW(usersize, s->usersize)
SHOW_FLAG(cache_dma, SLAB_CACHE_DMA)
SHOW_FLAG(destroy_by_rcu, SLAB_TYPESAFE_BY_RCU)
SHOW_FLAG(hwcache_align, SLAB_HWCACHE_ALIGN)
SHOW_FLAG(poison, SLAB_POISON)
SHOW_FLAG(reclaim_account, SLAB_RECLAIM_ACCOUNT)
SHOW_FLAG(red_zone, SLAB_RED_ZONE)
SHOW_FLAG(sanity_checks, SLAB_CONSISTENCY_CHECKS)
SHOW_FLAG(store_user, SLAB_STORE_USER)
SHOW_FLAG(trace, SLAB_TRACE)

static int ctor_show(struct seq_file *m, struct kmem_cache *s)
{
	if (s->ctor)
		seq_printf(m, "%pS\n", (void *)s->ctor);
	return 0;
}

/* To be written only. */
static int nothing_show(struct seq_file *m, struct kmem_cache *s)
{
	return 0;
}

/* A sum, and what each node has of it; of one node, and if @node is NULL, all of it. */
static int show_nodes(struct seq_file *m, struct kmem_cache *s, unsigned long sum,
		      const unsigned long *node)
{
	unsigned int nid;

	seq_printf(m, "%lu", sum);
	if (machine.nr_nodes == 1 && sum)
		seq_printf(m, " N0=%lu", sum);
	for (nid = 0; node && machine.nr_nodes > 1 && nid < machine.nr_nodes; nid++)
		if (node[nid])
			seq_printf(m, " N%u=%lu", nid, node[nid]);
	seq_putc(m, '\n');
	return 0;
}

/* The nodes' own counts, if the backend keeps them. */
static int show_counted(struct seq_file *m, struct kmem_cache *s, unsigned long sum,
			unsigned long (*count)(struct kmem_cache_node *n))
{
	unsigned long node[QUARRY_MAX_NODES], total = 0;
	unsigned int nid;

	for (nid = 0; nid < machine.nr_nodes; nid++)
		total += node[nid] = count(s->node[nid]);
	return show_nodes(m, s, sum, total == sum ? node : NULL);
}

static unsigned long count_slabs(struct kmem_cache_node *n)
{
	return atomic_long_read(&n->nr_slabs);
}

static unsigned long count_objects(struct kmem_cache_node *n)
{
	return atomic_long_read(&n->total_objects);
}

static int slabs_show(struct seq_file *m, struct kmem_cache *s)
{
	struct slabinfo info;

	cache_info(s, &info);
	return show_counted(m, s, info.num_slabs, count_slabs);
}

static int total_objects_show(struct seq_file *m, struct kmem_cache *s)
{
	struct slabinfo info;

	cache_info(s, &info);
	return show_counted(m, s, info.num_objs, count_objects);
}

static int partial_show(struct seq_file *m, struct kmem_cache *s)
{
	struct slabinfo info;

	cache_info(s, &info);
	return show_nodes(m, s, info.partial_slabs, NULL);
}

static int objects_partial_show(struct seq_file *m, struct kmem_cache *s)
{
	struct slabinfo info;

	cache_info(s, &info);
	return show_nodes(m, s, info.partial_objs, NULL);
}

static int cpu_slabs_show(struct seq_file *m, struct kmem_cache *s)
{
	struct slabinfo info;

	cache_info(s, &info);
	return show_nodes(m, s, info.cpu_slabs, NULL);
}

/* "objects(slabs)", and the same of each CPU that has some. The objects are an estimate. */
static int slabs_cpu_partial_show(struct seq_file *m, struct kmem_cache *s)
{
	unsigned int cpu, slabs, sum = 0;

	for (cpu = 0; !slab_checked(s) && cpu < machine.nr_cpus; cpu++)
		sum += backend_cpu_partial(s, cpu);
	seq_printf(m, "%u(%u)", sum * s->objects / 2, sum);
	for (cpu = 0; sum && cpu < machine.nr_cpus; cpu++) {
		slabs = backend_cpu_partial(s, cpu);
		if (slabs)
			seq_printf(m, " C%u=%u(%u)", cpu, slabs * s->objects / 2, slabs);
	}
	seq_putc(m, '\n');
	return 0;
}

static unsigned long count_live(struct kmem_cache *s, struct page *page, void *object, void *ctx)
{
	unsigned long *node = ctx;

	node[page_to_nid(page)]++;
	return 1;
}

static int objects_show(struct seq_file *m, struct kmem_cache *s)
{
	unsigned long node[QUARRY_MAX_NODES] = {};
	struct slabinfo info;

	cache_info(s, &info);
	if (machine.nr_nodes == 1)
		return show_nodes(m, s, info.active_objs, NULL);
	return show_nodes(m, s, cache_each_object(s, count_live, node), node);
}

/* What is written. */

static int min_partial_store(struct kmem_cache *s, const char *text)
{
	unsigned int value;
	int err = kstrtouint(text, 10, &value);

	if (!slab_checked(s) && !s->cpu_partial)
		return -EINVAL;		/* a backend without */
	if (!err)
		WRITE_ONCE(s->min_partial, value);
	return err;
}

static int shrink_store(struct kmem_cache *s, const char *text)
{
	if (*text != '1')
		return -EINVAL;
	kmem_cache_shrink(s);
	return 0;
}

/* As in 6.1, a cache that is not debugged cannot be asked. What is found is reported. */
static int validate_store(struct kmem_cache *s, const char *text)
{
	if (*text != '1' || !slab_checked(s))
		return -EINVAL;
	validate_slab_cache(s);
	return 0;
}

#define RO(name)	{ #name, 0444, name##_show, NULL }
#define RW(name)	{ #name, 0644, name##_show, name##_store }
#define WO(name)	{ #name, 0644, nothing_show, name##_store }

const struct slab_attr slab_attrs[] = {
	RO(aliases), RO(align), RO(cache_dma), RO(cpu_partial), RO(cpu_slabs), RO(ctor), RO(destroy_by_rcu),
	RO(hwcache_align), RW(min_partial), RO(object_size), RO(objects), RO(objects_partial), RO(objs_per_slab),
	RO(order), RO(partial), RO(poison), RO(reclaim_account), RO(red_zone), RO(sanity_checks),
	WO(shrink), RO(slab_size), RO(slabs), RO(slabs_cpu_partial), RO(store_user), RO(total_objects), RO(trace),
	RO(usersize), WO(validate), {},
};

/* Who has objects: alloc_traces, free_traces. */

/* One call chain, and the objects that came from there, with as much to spare. */
struct origin {
	struct track track;
	unsigned long count, waste;	/* waste: bytes that were not asked for */
	unsigned long min_age, max_age;
	u64 sum_age;
	int min_pid, max_pid;
	DECLARE_BITMAP(cpus, QUARRY_MAX_CPUS);
	nodemask_t nodes;
};

struct origins {
	enum track_item item;
	struct origin *at;
	unsigned long n, room;
	unsigned long lost;		/* objects that there was no room for */
};

static bool same_chain(const struct track *a, const struct track *b)
{
	return a->site == b->site && a->depth == b->depth &&
	       !memcmp(a->stack, b->stack, a->depth * sizeof(*a->stack));
}

static struct origin *find_origin(struct origins *o, const struct track *t, unsigned long waste)
{
	unsigned long i;

	for (i = 0; i < o->n; i++)
		if (o->at[i].waste == waste && same_chain(&o->at[i].track, t))
			return &o->at[i];
	if (o->n == o->room)
		return NULL;
	o->at[o->n] = (struct origin) { .track = *t, .waste = waste, .min_age = ~0ul, .min_pid = t->pid,
					.max_pid = t->pid };
	return &o->at[o->n++];
}

static unsigned long note_origin(struct kmem_cache *s, struct page *page, void *object, void *ctx)
{
	struct origins *o = ctx;
	const struct track *t = object_track(s, object, o->item);
	unsigned long age = jiffies - t->when, waste = 0;
	struct origin *from;

	/* Never freed yet, or written over. */
	if (!track_sound(t))
		return 0;
	if (o->item == TRACK_ALLOC)
		waste = s->object_size - debug_bytes(s, object);
	from = find_origin(o, t, waste);
	if (!from) {
		o->lost++;
		return 0;
	}
	from->count++;
	if (!t->site)
		return 1;
	from->min_age = min(from->min_age, age);
	from->max_age = max(from->max_age, age);
	from->sum_age += age;
	from->min_pid = min(from->min_pid, t->pid);
	from->max_pid = max(from->max_pid, t->pid);
	set_bit(t->cpu, from->cpus);
	node_set(page_to_nid(page), from->nodes);
	return 1;
}

static int by_count(const void *a, const void *b)
{
	unsigned long x = ((const struct origin *)a)->count, y = ((const struct origin *)b)->count;

	return x < y ? 1 : x > y ? -1 : 0;
}

static void show_origin(struct seq_file *m, const struct origin *from)
{
	unsigned int i;

	seq_printf(m, "%7lu ", from->count);
	if (!from->track.site) {
		seq_puts(m, "<not-available>\n\n");
		return;
	}
	seq_printf(m, "%pS", (void *)from->track.site);
	if (from->waste)
		seq_printf(m, " waste=%lu/%lu", from->count * from->waste, from->waste);
	if (from->min_age == from->max_age)
		seq_printf(m, " age=%lu", from->min_age);
	else
		seq_printf(m, " age=%lu/%llu/%lu", from->min_age,
			   (unsigned long long)div_u64(from->sum_age, (u32)from->count),
			   from->max_age);
	if (from->min_pid == from->max_pid)
		seq_printf(m, " pid=%d", from->min_pid);
	else
		seq_printf(m, " pid=%d-%d", from->min_pid, from->max_pid);
	if (machine.nr_cpus > 1)
		seq_printf(m, " cpus=%*pbl", QUARRY_MAX_CPUS, from->cpus);
	if (machine.nr_nodes > 1)
		seq_printf(m, " nodes=%*pbl", nodemask_pr_args(&from->nodes));
	seq_putc(m, '\n');
	for (i = 0; i < from->track.depth; i++)
		seq_printf(m, "        %pS\n", (void *)from->track.stack[i]);
	seq_putc(m, '\n');
}

#define ORIGINS_MAX	1024ul		/* call chains, 200 KiB */

static int show_traces(struct seq_file *m, struct kmem_cache *s, enum track_item item)
{
	struct origins o = { .item = item };
	struct slabinfo info;
	unsigned long i;

	cache_info(s, &info);
	o.room = clamp(info.active_objs, 1ul, ORIGINS_MAX);
	o.at = kvmalloc_array(o.room, sizeof(*o.at), GFP_KERNEL);
	if (!o.at)
		return -ENOMEM;
	checked_each_object(s, note_origin, &o);
	sort(o.at, o.n, sizeof(*o.at), by_count, NULL);
	for (i = 0; i < o.n; i++)
		show_origin(m, &o.at[i]);
	if (o.lost)
		seq_printf(m, "%7lu of other call chains\n", o.lost);
	if (!o.n)
		seq_puts(m, "No data\n");
	kvfree(o.at);
	return 0;
}

static int alloc_traces_show(struct seq_file *m, struct kmem_cache *s)
{
	return show_traces(m, s, TRACK_ALLOC);
}

static int free_traces_show(struct seq_file *m, struct kmem_cache *s)
{
	return show_traces(m, s, TRACK_FREE);
}

const struct slab_attr slab_debug_attrs[] = { RO(alloc_traces), RO(free_traces), {} };
