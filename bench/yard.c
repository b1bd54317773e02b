// SPDX-License-Identifier: MIT
/*
 * What each interface of the memory manager costs, in instructions.
 *
 * A module that scripts/bench-insns runs under callgrind. For each case it runs
 * the case's loop three times: with n operations to warm up, with n, and with
 * 2 n; yard_mark() stands between, where callgrind writes down what it has
 * counted. What the last run cost beyond the one before it is the price of n
 * operations in steady state.
 *
 * Cases and operations are those of our measurements of Linux 6.1:
 *
 *	*_pair_*	allocate and free at once
 *	*_batch_*	allocate a batch, then free it: in the same order (fifo), in
 *			reverse (lifo), or shuffled; an operation is one object's
 *			allocation and freeing
 *	*_bulk_*	one object's share of bulk calls; pages are freed singly
 *
 * Results are checked, the memory is not touched. Says for each case
 *
 *	YARD <case> <n> <spinlocks taken by the run of 2 n, on all CPUs>
 *
 * Parameters: only=CASE, or a beginning of names: no others.
 */
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/kernel.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "locks.h"

#define BULK		64
#define PAGES		256	/* of a batch */
#define OBJECTS		1000	/* of a batch */
#define LIVE		100000	/* areas */

static char *only = "";
module_param(only, charp, 0444);

static struct kmem_cache *cache_32, *cache_192, *cache_1024;
static mempool_t *pool;
static struct page *a_page;
static char bytes[PAGE_SIZE] __aligned(64);
static size_t sixty_four = 64;
static DEFINE_PER_CPU(u64, counter);

static void *objects[OBJECTS];
static u16 fifo[OBJECTS], shuffled[OBJECTS], lifo_pages[PAGES], shuffled_pages[PAGES];

/* The compiler forgets what it knows about a value. */
#define forget(x)	asm volatile("" : "+r" (x) : : "memory")

void yard_mark(void);
noinline void yard_mark(void)
{
	asm volatile("" : : : "memory");
}

static __always_inline void thousand_instructions(void)
{
#if defined(__x86_64__) || defined(__i386__)
	unsigned long left = 500;

	asm volatile("0: dec %0\n\tjnz 0b" : "+r" (left) : : "cc");
#endif
}

static __always_inline void store_words(void *at, unsigned long size)
{
#ifdef __x86_64__
	size /= sizeof(u64);
	asm volatile("rep stosq" : "+D" (at), "+c" (size) : "a" (0ul) : "memory");
#endif
}

/* Loops. What a case's name is to a loop, its `what` says. */

#define STEP(name, what)						\
static noinline int name(unsigned int n)				\
{									\
	for (; n; n--) {						\
		what;							\
	}								\
	return 0;							\
}

#define PAIR(name, type, get, put)					\
static noinline int name(unsigned int n)				\
{									\
	for (; n; n--) {						\
		type p = get;						\
									\
		forget(p);						\
		if (!p)							\
			return -ENOMEM;					\
		put;							\
	}								\
	return 0;							\
}

#define BATCH(name, order, get, put)					\
static noinline int name(unsigned int n)				\
{									\
	unsigned int i;							\
	void *p;							\
									\
	for (; n; n -= ARRAY_SIZE(order)) {				\
		for (i = 0; i < ARRAY_SIZE(order); i++) {		\
			objects[i] = get;				\
			if (!objects[i])				\
				goto nomem;				\
		}							\
		for (i = 0; i < ARRAY_SIZE(order); i++) {		\
			p = objects[order[i]];				\
			put;						\
		}							\
	}								\
	return 0;							\
nomem:									\
	while (i--) {							\
		p = objects[i];						\
		put;							\
	}								\
	return -ENOMEM;							\
}

#define BULKS(name, get, put)						\
static noinline int name(unsigned int n)				\
{									\
	for (; n; n -= BULK) {						\
		unsigned long got = get;				\
									\
		put;							\
		if (got < BULK)						\
			return -ENOMEM;					\
	}								\
	return 0;							\
}

#define PAGE_PAIR(order)						\
	PAIR(page_pair_order_##order, struct page *,			\
	     alloc_pages(GFP_KERNEL, order), __free_pages(p, order))
#define KMALLOC_PAIR(size)						\
	PAIR(kmalloc_pair_##size, void *, kmalloc(size, GFP_KERNEL), kfree(p))
#define KMALLOC_BATCH(size)						\
	BATCH(kmalloc_batch_##size##_fifo, fifo, kmalloc(size, GFP_KERNEL), kfree(p)) \
	BATCH(kmalloc_batch_##size##_random, shuffled, kmalloc(size, GFP_KERNEL), kfree(p))
#define CACHE(size)							\
	PAIR(cache_pair_##size, void *, kmem_cache_alloc(cache_##size, GFP_KERNEL), \
	     kmem_cache_free(cache_##size, p))				\
	BATCH(cache_batch_##size##_fifo, fifo, kmem_cache_alloc(cache_##size, GFP_KERNEL), \
	      kmem_cache_free(cache_##size, p))				\
	BATCH(cache_batch_##size##_random, shuffled, kmem_cache_alloc(cache_##size, GFP_KERNEL), \
	      kmem_cache_free(cache_##size, p))				\
	BULKS(cache_bulk_##size,					\
	      kmem_cache_alloc_bulk(cache_##size, GFP_KERNEL, BULK, objects), \
	      kmem_cache_free_bulk(cache_##size, got, objects))
#define VMALLOC_PAIR(pages)						\
	PAIR(vmalloc_pair_pages_##pages, void *, vmalloc((pages) * PAGE_SIZE), vfree(p))

/* A pair of one page while so many areas live, which have nothing behind them: made once. */
static struct vm_struct **live;
static unsigned int nr_live;

static int live_up_to(unsigned int nr)
{
	if (!live)
		live = kvmalloc_array(LIVE, sizeof(*live), GFP_KERNEL);
	while (live && nr_live < nr) {
		live[nr_live] = get_vm_area(PAGE_SIZE, VM_MAP);
		if (!live[nr_live])
			return -ENOMEM;
		nr_live++;
	}
	return live ? 0 : -ENOMEM;
}

#define VMALLOC_LIVE(nr)						\
static noinline int vmalloc_live_##nr(unsigned int n)			\
{									\
	int err = live_up_to(nr);					\
									\
	return err ? err : vmalloc_pair_pages_1(n);			\
}

static __always_inline struct page **no_pages(void)
{
	return memset(objects, 0, BULK * sizeof(objects[0]));
}

static inline void free_each(unsigned long got)
{
	while (got--)
		__free_page(objects[got]);
}

STEP(calib_empty, forget(n))
STEP(calib_1000_insns, thousand_instructions())
STEP(calib_memset_4096, memset(bytes, 0, sizeof(bytes)))
STEP(calib_stosq_4096, store_words(bytes, sizeof(bytes)))
STEP(percpu_inc, this_cpu_inc(counter))
STEP(percpu_get_put, get_cpu_var(counter)++; put_cpu_var(counter))
PAIR(page_pair_single, struct page *, alloc_page(GFP_KERNEL), __free_page(p))
PAGE_PAIR(0)
PAGE_PAIR(1)
PAGE_PAIR(2)
PAGE_PAIR(3)
PAGE_PAIR(4)
PAGE_PAIR(6)
PAGE_PAIR(9)
PAIR(zeroed_page_pair, unsigned long, get_zeroed_page(GFP_KERNEL), free_page(p))
KMALLOC_PAIR(8)
KMALLOC_PAIR(16)
KMALLOC_PAIR(32)
KMALLOC_PAIR(64)
KMALLOC_PAIR(96)
KMALLOC_PAIR(128)
KMALLOC_PAIR(192)
KMALLOC_PAIR(256)
KMALLOC_PAIR(512)
KMALLOC_PAIR(1024)
KMALLOC_PAIR(2048)
KMALLOC_PAIR(4096)
KMALLOC_PAIR(8192)
KMALLOC_PAIR(65536)
PAIR(kmalloc_pair_64_var, void *, kmalloc(READ_ONCE(sixty_four), GFP_KERNEL), kfree(p))
PAIR(kmalloc_pair_64_atomic, void *, kmalloc(64, GFP_ATOMIC), kfree(p))
PAIR(kzalloc_pair_256, void *, kzalloc(256, GFP_KERNEL), kfree(p))
VMALLOC_PAIR(1)
VMALLOC_PAIR(16)
VMALLOC_PAIR(256)
VMALLOC_LIVE(100)
VMALLOC_LIVE(100000)
PAIR(percpu_pair_8, u64 __percpu *, alloc_percpu(u64), free_percpu(p))

#define MANY	100000

static void __percpu **many;

static void few_again(void)
{
	unsigned int i;

	for (i = 0; many && i < MANY; i++)
		free_percpu(many[i]);
	kvfree(many);
	many = NULL;
}

/* So many live, with holes where some were. */
static int among_many(void)
{
	unsigned int i;

	if (many)
		return 0;
	many = kvcalloc(MANY, sizeof(*many), GFP_KERNEL);
	for (i = 0; many && i < MANY; i++) {
		many[i] = alloc_percpu(u64);
		if (!many[i])
			return -ENOMEM;
	}
	for (i = 0; many && i < MANY; i += 10) {
		free_percpu(many[i]);
		many[i] = NULL;
	}
	return many ? 0 : -ENOMEM;
}

static noinline int percpu_pair_8_many(unsigned int n)
{
	return among_many() ?: percpu_pair_8(n);
}

/* One of the many goes, wherever it is, and another one comes. */
static noinline int percpu_swap_8_many(unsigned int n)
{
	unsigned int seed = 1;
	int err = among_many();

	for (; n && !err; n--) {
		void __percpu **one;

		seed = seed * 1664525 + 1013904223;
		one = &many[(u64)seed * MANY >> 32];
		free_percpu(*one);
		*one = alloc_percpu(u64);
		if (!*one)
			err = -ENOMEM;
	}
	return err;
}
PAIR(mempool_pair_192, void *, mempool_alloc(pool, GFP_KERNEL), mempool_free(p, pool))
PAIR(kmap_pair, void *, kmap(a_page), kunmap(a_page))
PAIR(kmap_local_pair, void *, kmap_local_page(a_page), kunmap_local(p))
BATCH(page_batch_256_lifo, lifo_pages, alloc_page(GFP_KERNEL), __free_page(p))
BATCH(page_batch_256_random, shuffled_pages, alloc_page(GFP_KERNEL), __free_page(p))
KMALLOC_BATCH(64)
KMALLOC_BATCH(256)
KMALLOC_BATCH(2048)
BULKS(page_bulk, alloc_pages_bulk_array(GFP_KERNEL, BULK, no_pages()), free_each(got))
CACHE(32)
CACHE(192)
CACHE(1024)

static const struct yard {
	const char *name;
	int (*run)(unsigned int n);
	unsigned int n;
} yards[] = {
#define YARD(name, n)	{ #name, name, n }
	YARD(calib_empty, 10000),
	YARD(calib_1000_insns, 200),
	YARD(calib_memset_4096, 200),
	YARD(calib_stosq_4096, 200),
	YARD(percpu_inc, 10000),
	YARD(percpu_get_put, 10000),
	YARD(page_pair_single, 5000),
	YARD(page_pair_order_0, 5000),
	YARD(page_pair_order_1, 5000),
	YARD(page_pair_order_2, 2000),
	YARD(page_pair_order_3, 1000),
	YARD(page_pair_order_4, 500),
	YARD(page_pair_order_6, 200),
	YARD(page_pair_order_9, 200),
	YARD(zeroed_page_pair, 500),
	YARD(kmalloc_pair_8, 5000),
	YARD(kmalloc_pair_16, 5000),
	YARD(kmalloc_pair_32, 5000),
	YARD(kmalloc_pair_64, 5000),
	YARD(kmalloc_pair_96, 5000),
	YARD(kmalloc_pair_128, 5000),
	YARD(kmalloc_pair_192, 5000),
	YARD(kmalloc_pair_256, 5000),
	YARD(kmalloc_pair_512, 5000),
	YARD(kmalloc_pair_1024, 5000),
	YARD(kmalloc_pair_2048, 5000),
	YARD(kmalloc_pair_4096, 5000),
	YARD(kmalloc_pair_8192, 2000),
	YARD(kmalloc_pair_65536, 500),
	YARD(kmalloc_pair_64_var, 5000),
	YARD(kmalloc_pair_64_atomic, 5000),
	YARD(kzalloc_pair_256, 5000),
	YARD(cache_pair_32, 5000),
	YARD(cache_pair_192, 5000),
	YARD(cache_pair_1024, 5000),
	/* Multiples of the 64 that are unmapped in one go. */
	YARD(vmalloc_pair_pages_1, 64 * 100),
	YARD(vmalloc_pair_pages_16, 64 * 20),
	YARD(vmalloc_pair_pages_256, 64 * 5),
	YARD(vmalloc_live_100, 64 * 100),
	YARD(vmalloc_live_100000, 64 * 100),
	YARD(percpu_pair_8, 5000),
	YARD(percpu_pair_8_many, 5000),
	YARD(percpu_swap_8_many, 5000),
	YARD(mempool_pair_192, 5000),
	YARD(kmap_pair, 10000),
	YARD(kmap_local_pair, 10000),
	YARD(page_batch_256_lifo, PAGES * 40),
	YARD(page_batch_256_random, PAGES * 40),
	YARD(kmalloc_batch_64_fifo, OBJECTS * 10),
	YARD(kmalloc_batch_64_random, OBJECTS * 10),
	YARD(kmalloc_batch_256_fifo, OBJECTS * 10),
	YARD(kmalloc_batch_256_random, OBJECTS * 10),
	YARD(kmalloc_batch_2048_fifo, OBJECTS * 10),
	YARD(kmalloc_batch_2048_random, OBJECTS * 10),
	YARD(cache_batch_32_fifo, OBJECTS * 10),
	YARD(cache_batch_32_random, OBJECTS * 10),
	YARD(cache_batch_192_fifo, OBJECTS * 10),
	YARD(cache_batch_192_random, OBJECTS * 10),
	YARD(cache_batch_1024_fifo, OBJECTS * 10),
	YARD(cache_batch_1024_random, OBJECTS * 10),
	YARD(page_bulk, BULK * 100),
	YARD(cache_bulk_32, BULK * 100),
	YARD(cache_bulk_192, BULK * 100),
	YARD(cache_bulk_1024, BULK * 100),
};

/* Both runs that are compared go this way, so that only the loop makes a difference. */
static noinline int counted(const struct yard *y, unsigned int n, unsigned long *locks)
{
	unsigned long before = lock_takings();
	int err;

	err = y->run(n);
	*locks = lock_takings() - before;
	return err;
}

static int measure(const struct yard *y)
{
	unsigned long locks;
	int err = y->run(y->n);

	yard_mark();
	err = err ?: counted(y, y->n, &locks);
	yard_mark();
	err = err ?: counted(y, 2 * y->n, &locks);
	yard_mark();
	if (err)
		pr_err("YARD %s failed: %d\n", y->name, err);
	else
		pr_info("YARD %s %u %lu\n", y->name, y->n, locks);
	return err;
}

/* Always the same order: a linear congruential generator turns it over. */
static void shuffle(u16 *order, unsigned int len)
{
	unsigned int i, seed = 1;

	for (i = 0; i < len; i++)
		order[i] = i;
	while (--i) {
		seed = seed * 1664525 + 1013904223;
		swap(order[i], order[(seed >> 8) % (i + 1)]);
	}
}

static void take_down(void)
{
	few_again();
	while (nr_live)
		free_vm_area(live[--nr_live]);
	kvfree(live);
	mempool_destroy(pool);
	if (a_page)
		__free_page(a_page);
	kmem_cache_destroy(cache_1024);
	kmem_cache_destroy(cache_192);
	kmem_cache_destroy(cache_32);
}

static int set_up(void)
{
	const slab_flags_t flags = SLAB_HWCACHE_ALIGN | SLAB_NO_MERGE;
	unsigned int i;

	for (i = 0; i < OBJECTS; i++)
		fifo[i] = i;
	for (i = 0; i < PAGES; i++)
		lifo_pages[i] = PAGES - 1 - i;
	shuffle(shuffled, OBJECTS);
	shuffle(shuffled_pages, PAGES);
	cache_32 = kmem_cache_create("yard_32", 32, 0, flags, NULL);
	cache_192 = kmem_cache_create("yard_192", 192, 0, flags, NULL);
	cache_1024 = kmem_cache_create("yard_1024", 1024, 0, flags, NULL);
	a_page = alloc_page(GFP_KERNEL);
	if (!cache_32 || !cache_192 || !cache_1024 || !a_page)
		return -ENOMEM;
	pool = mempool_create_slab_pool(16, cache_192);
	return pool ? 0 : -ENOMEM;
}

static int __init yard_init(void)
{
	unsigned int i, done = 0;
	int err = set_up();

	for (i = 0; !err && i < ARRAY_SIZE(yards); i++)
		if (!strncmp(yards[i].name, only, strlen(only))) {
			err = measure(&yards[i]);
			done++;
		}
	take_down();
	if (!err && !done)
		pr_err("YARD no case begins with '%s'\n", only);
	return err ?: done ? 0 : -EINVAL;
}

static void __exit yard_exit(void)
{
}

module_init(yard_init);
module_exit(yard_exit);
MODULE_DESCRIPTION("Costs of the memory manager's interfaces");
MODULE_LICENSE("Dual MIT/GPL");
