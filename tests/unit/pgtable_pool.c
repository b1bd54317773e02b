// SPDX-License-Identifier: MIT
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "pgtable_pool.h"

#define FIRST	0x1000000ull		/* "physical" address of the pool's first page */

const struct quarry_pgtable_format *const pgtable_formats[4] = {
	&quarry_pgtable_x86_2level, &quarry_pgtable_x86_pae,
	&quarry_pgtable_x86_4level, &quarry_pgtable_x86_5level,
};

static void *pool_get(void *ctx, unsigned int level, uint64_t *pa)
{
	struct pgtable_pool *pool = ctx;
	unsigned int n;

	pool->gets++;
	if (pool->refuse && !--pool->refuse)
		return NULL;
	for (n = 0; n < pool->size; n++) {
		unsigned int i = (pool->next + n) % pool->size;

		if (pool->used[i])
			continue;
		pool->used[i] = true;
		pool->next = i + 1;
		pool->live++;
		*pa = FIRST + (u64)i * PAGE_SIZE;
		return memset(pool->pages + i * PAGE_SIZE, 0, PAGE_SIZE);
	}
	KUNIT_FAIL(pool->test, "the pool has too few table pages");
	return NULL;
}

static void *pool_at(void *ctx, uint64_t pa)
{
	struct pgtable_pool *pool = ctx;
	u64 i = (pa - FIRST) >> PAGE_SHIFT;

	return pa >= FIRST && i < pool->size && pool->used[i] ? pool->pages + i * PAGE_SIZE : NULL;
}

static void pool_put(void *ctx, unsigned int level, void *table, uint64_t pa)
{
	struct pgtable_pool *pool = ctx;

	KUNIT_EXPECT_PTR_EQ(pool->test, pool_at(ctx, pa), table);
	memset(table, 0xff, PAGE_SIZE);
	pool->used[(pa - FIRST) >> PAGE_SHIFT] = false;
	pool->live--;
}

static void pool_flush(void *ctx, uint64_t va, uint64_t bytes)
{
	struct pgtable_pool *pool = ctx;

	if (!pool->hi || va < pool->lo)
		pool->lo = va;
	if (va + (bytes - 1) > pool->hi)	/* the last byte: the end may be 0 */
		pool->hi = va + (bytes - 1);
	pool->flushes++;
}

const struct quarry_pgtable_ops pgtable_pool_ops = {
	.table_get = pool_get, .table_put = pool_put, .table_at = pool_at, .flush = pool_flush,
};

static void free_pages_of(void *arg)
{
	vfree(arg);
}

struct pgtable_pool *pgtable_pool(struct kunit *test, unsigned int size)
{
	struct pgtable_pool *pool = kunit_kzalloc(test, sizeof(*pool), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, pool);
	pool->pages = vmalloc(size * PAGE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, pool->pages);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, free_pages_of, pool->pages), 0);
	pool->test = test;
	pool->size = size;
	return pool;
}

unsigned int pgtable_can(const struct quarry_pgtable *t, unsigned int prot)
{
	return prot | QUARRY_PROT_READ | (t->no_exec ? 0 : QUARRY_PROT_EXEC);
}
