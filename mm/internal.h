/* SPDX-License-Identifier: MIT */
/*
 * What the parts of the memory manager know of each other. Modules and ports
 * never see this header.
 *
 * Boot order (mm/boot.c), and what may be used from when on:
 *
 *	context_init		preempt_count(), current, printk
 *	cmdline			early_param handlers have run
 *	memory_map_init		the machine's ranges: sorted, trimmed, merged
 *	memblock_init		memblock_alloc*()
 *	numa_init		how many nodes there are
 *	zones_init		nodes, zones and their sizes; no page is free yet
 *	setup_per_cpu_areas	static per-CPU variables; CPU numbers
 *	mem_map_init		struct pages have a place
 *	cmdline			__setup() handlers have run; they may use memblock_alloc()
 *	memblock_hand_over	the page allocator; memblock is closed
 *	pcp_init		per-CPU page caches
 *	slab_init		kmalloc
 *	percpu_init_late	alloc_percpu
 *	vmalloc_init, kmap_init	mappings
 *	stacks_init		interrupt handlers run on stacks of their own
 *
 * Shutdown takes them down in reverse. Each X_init() resets all that X knows.
 */
#ifndef MM_INTERNAL_H
#define MM_INTERNAL_H

#include <linux/types.h>
#include <linux/fault-inject.h>
#include <linux/gfp_types.h>
#include <linux/mm_types.h>
#include <linux/mmzone.h>
#include <linux/sysctl.h>
#include <quarry/quarry.h>
#include <quarry/host.h>

struct seq_file;
struct task_struct;

/* mm/boot.c: the machine we run on; its arrays are our own copies. */
extern struct quarry_machine machine;

/* mm/context.c */
extern struct task_struct init_task;
void context_init(void);
/** context_init_cpu - reset this CPU's quarry_cpu_hot before anything uses it */
void context_init_cpu(unsigned int cpu);
/**
 * run_on_cpu - run a function on one CPU, this one or another, and wait for it
 * It is not inside anything there that keeps interrupts off, and may take locks.
 * Context: interrupts on; no lock held that the other CPU may wait for.
 */
void run_on_cpu(unsigned int cpu, void (*fn)(void *arg), void *arg);
/** context_is_idle - no thread has this CPU. Context: an interrupt. */
bool context_is_idle(void);
/** quarry_task_gone - a task that has ended left its last CPU; kernel/sched.c has it */
void quarry_task_gone(struct task_struct *task);
/** quarry_task_left - the last that its thread does here */
void quarry_task_left(void);
/**
 * schedule_debug - report (and survive) sleeping in atomic context
 * Return: what was taken away from the preemption count, to be put back afterwards.
 */
unsigned int schedule_debug(void);

/* mm/memory_map.c: the physical memory map after repair. */
#define MEMORY_MAP_RANGES	(2 * QUARRY_MAX_RANGES)	/* n ranges cut to at most 2n - 1 */
int memory_map_init(void);	/* 0, or -EINVAL with a line in the log */
unsigned int memory_map_count(void);
const struct quarry_range *memory_map_range(unsigned int i);
/** memory_map_type - the kind of memory at a physical address; 0: a hole */
enum quarry_range_type memory_map_type(u64 phys);

/* mm/resource.c, mm/resource_tree.c */
int resource_init(void);
void resource_shutdown(void);
int iomem_show(struct seq_file *m);
int ioports_show(struct seq_file *m);
struct resource;
/** resource_spanned - is there a device that [first, last] is partly in, partly not? */
bool resource_spanned(u64 first, u64 last, struct resource *copy, char *name, size_t size);

/* mm/memblock.c; the interface proper is in linux/memblock.h. */
void memblock_init(void);
/** memblock_hand_over - give what is left to the buddy; returns pages */
unsigned long memblock_hand_over(void);

/* mm/numa.c */
/** numa_init - obey numa=off and numa=fake=: machine's nodes may be others afterwards */
int numa_init(void);
/** numa_reset - forget these parameters */
void numa_reset(void);

/* mm/zones.c */
int zones_init(void);

/* mm/mem_map.c */
int mem_map_init(void);
void mem_map_shutdown(void);
/** vmemmap_mapped - bytes of [lo, hi) in the window for descriptors that are mapped */
unsigned long vmemmap_mapped(unsigned long lo, unsigned long hi);
/** page_init_fresh - write the struct pages of frames handed out first time */
void page_init_fresh(struct zone *zone, unsigned long pfn, unsigned long nr);

/* mm/buddy.c: all with zone->lock held. */
void buddy_init_zone(struct zone *zone);
/** buddy_add_fresh - put frames that were never touched under a zone's care */
void buddy_add_fresh(struct zone *zone, unsigned long start_pfn, unsigned long end_pfn);

/* mm/pcp.c */
int pcp_init(void);
void pcp_shutdown(void);
/** drain_local_pages - give this CPU's cached pages back; zone NULL: all */
void drain_local_pages(struct zone *zone);
void drain_all_pages(struct zone *zone);

/* mm/percpu.c */
int setup_per_cpu_areas(void);
int percpu_init_late(void);
void percpu_shutdown(void);
int percpu_show(struct seq_file *m);

/* mm/highmem.c */
int highmem_show(struct seq_file *m);

/* mm/slab*.c */
int slab_init(void);
void slab_shutdown(void);
int slabinfo_show(struct seq_file *m);
int slab_overhead_show(struct seq_file *m);

/* attributes.c: a file of a cache. */
struct kmem_cache;
struct slab_attr {
	const char *name;			/* NULL: behind the last one */
	unsigned short mode;
	int (*show)(struct seq_file *m, struct kmem_cache *s);
	int (*store)(struct kmem_cache *s, const char *text); /* Return: 0, or an error */
};

extern const struct slab_attr slab_attrs[], slab_debug_attrs[];
/** slab_pin - the cache of a name, an alias' too, that stays until slab_unpin(); NULL: none */
struct kmem_cache *slab_pin(const char *name, size_t len);
void slab_unpin(struct kmem_cache *s);
/** slab_tracked - is it known who has its objects? */
bool slab_tracked(const struct kmem_cache *s);
/** slab_nth_name - the @i-th of all names; @tracked: of such caches only. false: no more */
bool slab_nth_name(unsigned int i, bool tracked, char *name, size_t size);
/** mempool_reset - forget all pools. mm/mempool.c; shutdown */
void mempool_reset(void);
/** slab_reap_period - seconds from one slab_reap() to the next; 0: nobody needs it */
unsigned int slab_reap_period(void);
/** slab_reap - a timer's turn: caches give back what was not used lately. May sleep. */
void slab_reap(void);
/** slab_reclaim - memory is short on a node: caches give back what nobody uses; @badly: what
 *  CPUs have at hand, too. Context: may sleep. Return: pages. */
unsigned long slab_reclaim(int nid, bool badly);
/** slab_describe - log which object an address belongs to; false: none */
bool slab_describe(unsigned long addr);

/* mm/vmalloc.c */
int vmalloc_init(void);
void vmalloc_shutdown(void);
int vmallocinfo_show(struct seq_file *m);
/** vmap_waiting_pages - of freed areas that wait to be unmapped, and can be had back */
unsigned long vmap_waiting_pages(void);
/** vmalloc_describe - explain an address, in a report; false: no area is near */
bool vmalloc_describe(unsigned long addr);
bool vmalloc_is_mapped(unsigned long addr);

/* mm/highmem.c */
int kmap_init(void);
void kmap_shutdown(void);
bool kmap_describe(unsigned long addr);

/* mm/page_owner.c */
void page_owner_init(void);
/** page_hooks_init - after page_owner_init(): does the page allocator's fast path apply? */
void page_hooks_init(void);
int page_owner_show(struct seq_file *m);

/* mm/page_poison.c */
/** page_poison_init - on or off, as the command line says */
void page_poison_init(void);

/* mm/fail_page_alloc.c: which page requests are made to fail. */
/* Keys: A changed and read without a lock, whole */
struct fail_page_alloc_rules {
	struct fault_attr attr;
	bool ignore_gfp_wait;		/* A  none that may sleep */
	bool ignore_gfp_highmem;	/* A  none for high memory */
	u32 min_order;			/* A  none below */
};
extern struct fail_page_alloc_rules fail_page_alloc_rules;
/** fail_page_alloc_init - none is. Context: boot, after page_hooks_init(). */
void fail_page_alloc_init(void);
/** fail_page_alloc_update - rules, or a task's fail-nth, have changed. May sleep. */
void fail_page_alloc_update(void);

/* mm/slab/failslab.c: which objects' requests are made to fail. */
/* Keys: A changed and read without a lock, whole */
struct failslab_rules {
	struct fault_attr attr;
	bool ignore_gfp_wait;		/* A  none that may sleep */
	bool cache_filter;		/* A  only of caches with SLAB_FAILSLAB */
};
extern struct failslab_rules failslab_rules;
/** failslab_init - none is. Context: boot, after fail_page_alloc_init(). */
void failslab_init(void);
/** failslab_update - rules, or a task's fail-nth, have changed. May sleep. */
void failslab_update(void);
/** failslab_wanted - may any fail? Context: any. */
bool failslab_wanted(void);

/* mm/view_map.c */
int address_map_show(struct seq_file *m);

/* mm/view_pages.c */
int buddyinfo_show(struct seq_file *m);
int pagetypeinfo_show(struct seq_file *m);
int zone_locks_show(struct seq_file *m);
int meminfo_show(struct seq_file *m);

/* mm/view_stats.c */
int zoneinfo_show(struct seq_file *m);
int vmstat_show(struct seq_file *m);
/** node_stat_pages - a node's counter, in pages; pgdat NULL: of all nodes */
unsigned long node_stat_pages(struct pglist_data *pgdat, int item);

/* mm/sysctl.c: /proc/sys/vm */
extern struct ctl_table vm_table[];
void mm_sysctl_reset(void);

/* mm/views.c: the /proc files of the core. */
struct mm_view {
	const char *name;
	int (*show)(struct seq_file *m);
};
const struct mm_view *mm_view(unsigned int i);	/* NULL behind the last */

/*
 * Who holds what: each part lists its live allocations whose site lies in
 * [lo, hi) to quarry_holdings()'s callback and returns how many there were.
 */
struct holdings {
	uintptr_t lo, hi;
	void (*each)(void *ctx, const struct quarry_holding *h);
	void *ctx;
	size_t found;
};

/** holding - offer one allocation; counted and passed on if its site matches */
void holding(struct holdings *hs, const struct quarry_holding *h);
void page_holdings(struct holdings *hs);	/* mm/page_owner.c */
void slab_holdings(struct holdings *hs);	/* objects and caches */
void vmalloc_holdings(struct holdings *hs);
void percpu_holdings(struct holdings *hs);
void kmap_holdings(struct holdings *hs);
void mempool_holdings(struct holdings *hs);
void shrinker_holdings(struct holdings *hs);
void resource_holdings(struct holdings *hs);
/* kernel/'s threads, timers and so on; NULL while that is not started. */
extern void (*kernel_holdings)(struct holdings *hs);

/* Each part's part of quarry_validate(): faults found, each one logged. */
unsigned int buddy_validate(void);
unsigned int pcp_validate(void);
unsigned int slab_validate(void);
unsigned int vmalloc_validate(void);
unsigned int percpu_validate(void);
unsigned int kmap_validate(void);
unsigned int kmap_local_validate(void);
unsigned int stack_depot_validate(void);
unsigned int page_poison_validate(void);
unsigned int resource_validate(void);

#endif
