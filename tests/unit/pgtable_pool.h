/* SPDX-License-Identifier: MIT */
/* Table pages for tests of mm/pgtable.c: counted, refused on demand, spoilt when given back. */
#ifndef TESTS_UNIT_PGTABLE_POOL_H
#define TESTS_UNIT_PGTABLE_POOL_H

#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/types.h>
#include <quarry/pgtable_x86.h>

#define PGTABLE_POOL	4096		/* table pages, at the very most */

struct pgtable_pool {
	struct kunit *test;
	void *pages;
	unsigned int size;		/* table pages at most */
	bool used[PGTABLE_POOL];
	unsigned int live, next, gets;
	unsigned int refuse;		/* the how many-th from now gets none; 0: none */
	u64 lo, hi;			/* hull of what was to be flushed; hi 0: nothing */
	unsigned int flushes;
};

extern const struct quarry_pgtable_ops pgtable_pool_ops;
/* The four geometries. */
extern const struct quarry_pgtable_format *const pgtable_formats[4];

/** pgtable_pool - an empty one of @size pages, for the test's duration */
struct pgtable_pool *pgtable_pool(struct kunit *test, unsigned int size);

/** pgtable_can - @prot as entries of @t say it */
unsigned int pgtable_can(const struct quarry_pgtable *t, unsigned int prot);

#endif
