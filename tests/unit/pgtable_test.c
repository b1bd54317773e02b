// SPDX-License-Identifier: MIT
/* Page tables: entries bit by bit, sizes that are chosen, what spaces share, what is refused. */
#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "pgtable_pool.h"

#define R	QUARRY_PROT_READ
#define W	QUARRY_PROT_WRITE
#define X	QUARRY_PROT_EXEC
#define UC	QUARRY_PROT_NOCACHE
#define LARGE	QUARRY_PGTABLE_LARGE
#define GLOBAL	QUARRY_PGTABLE_GLOBAL
#define USER	QUARRY_PGTABLE_USER
#define P	QUARRY_PAGE_SIZE
#define GIB	0x40000000ull
#define POOL	256u		/* table pages: a table of each test needs fewer */

static struct pgtable_pool *start(struct kunit *test, struct quarry_pgtable *t,
				  const struct quarry_pgtable_format *format, u64 shared)
{
	struct pgtable_pool *pool = pgtable_pool(test, POOL);

	KUNIT_ASSERT_EQ(test, 0, quarry_pgtable_init(t, format, &pgtable_pool_ops, pool, shared));
	return pool;
}

/* The entry itself, as the processor finds it: what an index into each table leads to. */
static u64 raw(const struct quarry_pgtable *t, u64 va, unsigned int level)
{
	unsigned int top = t->format->levels - 1, n, shift;
	void *table = t->root;
	u64 entry = 0;

	for (n = top;; n--) {
		unsigned int i;

		shift = 12 + n * (t->format->entry_bytes == 4 ? 10 : 9);
		i = va >> shift & ((1u << t->format->bits[n]) - 1);
		entry = t->format->entry_bytes == 4 ? ((u32 *)table)[i] : ((u64 *)table)[i];
		if (n == level || !(entry & 1))
			return entry;
		table = t->ops->table_at(t->ctx, entry & 0x000ffffffffff000ull);
	}
}

struct entry_case {
	const struct quarry_pgtable_format *format;
	u64 va, pa, bytes;
	unsigned int prot, flags, level;
	u64 entry;
};

#define F2	&quarry_pgtable_x86_2level
#define F3	&quarry_pgtable_x86_pae
#define F4	&quarry_pgtable_x86_4level
#define F5	&quarry_pgtable_x86_5level

/* The numbers are put together by hand from the manual's tables 4-5 and 4-6, 4-9 to 4-11,
 * 4-15 to 4-20: bit 0 P, 1 R/W, 2 U/S, 3 PWT, 4 PCD, 5 A, 6 D, 7 PS, 8 G, 63 XD. */
static const struct entry_case entries[] = {
	{ F2, 0xc0123000, 0x89abc000, P, R, 0, 0, 0x89abc021 },
	{ F2, 0xc0123000, 0xfffff000, P, W, GLOBAL, 0, 0xfffff163 },
	{ F2, 0x00001000, 0x00002000, P, W | X, USER, 0, 0x00002067 },
	{ F2, 0xffc00000, 0x00400000, P, W | UC, 0, 0, 0x0040007b },
	{ F2, 0xc0000000, 0xffc00000, SZ_4M, W, LARGE | GLOBAL, 1, 0xffc001e3 },
	{ F2, 0xc0000000, 0x00400000, SZ_4M, R, LARGE | USER, 1, 0x004000a5 },
	{ F3, 0xc0123000, 0xf89abc000, P, R, 0, 0, 0x8000000f89abc021 },
	{ F3, 0xc0123000, 0xf89abc000, P, X, 0, 0, 0xf89abc021 },
	{ F3, 0xc0123000, 0xffffffffff000, P, W, GLOBAL, 0, 0x800ffffffffff163 },
	{ F3, 0xc0200000, 0xf89a00000, SZ_2M, W, LARGE | GLOBAL, 1, 0x8000000f89a001e3 },
	{ F4, 0xffff888000001000, 0x123456789000, P, W, GLOBAL, 0, 0x8000123456789163 },
	{ F4, 0x00007ffffffff000, 0x1000, P, W | X, USER, 0, 0x1067 },
	{ F4, 0xffffc90000000000, 0xfee00000, P, W | UC, 0, 0, 0x80000000fee0007b },
	{ F4, 0xffff888000200000, 0x1234567800000 - 0x1234567800000 % SZ_2M, SZ_2M, W | X,
	  LARGE | GLOBAL, 1, 0x12345678001e3 },
	{ F4, 0xffff888040000000, 0x1234580000000, GIB, R, LARGE, 2, 0x80012345800000a1 },
	{ F5, 0xff11000000001000, 0x123456789000, P, W, GLOBAL, 0, 0x8000123456789163 },
	{ F5, 0xff11000040000000, 0x40000000, GIB, W, LARGE | USER, 2, 0x80000000400000e7 },
};

static void entries_test(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(entries); i++) {
		const struct entry_case *c = &entries[i];
		struct quarry_pgtable t;

		start(test, &t, c->format, QUARRY_PGTABLE_UNSHARED);
		KUNIT_EXPECT_EQ(test, 0,
				quarry_pgtable_map(&t, c->va, c->pa, c->bytes, c->prot, c->flags));
		KUNIT_EXPECT_EQ_MSG(test, raw(&t, c->va, c->level), c->entry, "entry %u", i);
		KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_destroy(&t));
	}
}

/* What leads to tables: everything is allowed there, but PAE's root has no such bits. */
static void table_entries_test(struct kunit *test)
{
	unsigned int i, level;

	for (i = 0; i < ARRAY_SIZE(pgtable_formats); i++) {
		const struct quarry_pgtable_format *f = pgtable_formats[i];
		u64 va = f->sign_extended ? 0xffffffffc0123000ull : 0xc0123000ull;
		struct quarry_pgtable t;

		start(test, &t, f, QUARRY_PGTABLE_UNSHARED);
		KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_map(&t, va, 0x5000, P, R, 0));
		for (level = 1; level < f->levels; level++) {
			u64 bits = raw(&t, va, level) & ~0x000ffffffffff000ull;

			KUNIT_EXPECT_EQ(test, bits, f == F3 && level == 2 ? 0x001 : 0x027);
		}
		KUNIT_EXPECT_EQ(test, t.tables, f == F3 ? 6 : f->levels);
		KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_destroy(&t));
	}
}

/* A processor may have less than the format. */
static void limits_test(struct kunit *test)
{
	struct quarry_pgtable_leaf leaf;
	struct quarry_pgtable t;

	start(test, &t, F4, QUARRY_PGTABLE_UNSHARED);
	t.no_exec = false;
	t.large = 0x3;
	t.phys_bits = 36;
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_map(&t, 0, GIB, GIB, W, LARGE));
	KUNIT_EXPECT_EQ(test, raw(&t, 0x200000, 1), GIB + SZ_2M + 0x0e3);
	KUNIT_EXPECT_TRUE(test, quarry_pgtable_lookup(&t, SZ_2M + 5, &leaf));
	KUNIT_EXPECT_EQ(test, leaf.level, 1);
	KUNIT_EXPECT_EQ(test, leaf.prot, R | W | X);
	KUNIT_EXPECT_EQ(test, -EINVAL, quarry_pgtable_map(&t, 0, 1ull << 36, P, R, 0));
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_map(&t, 0, (1ull << 36) - P, P, R, 0));
	KUNIT_EXPECT_NULL(test, quarry_pgtable_validate(&t));
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_destroy(&t));
}

static void refused_test(struct kunit *test)
{
	static const struct { const struct quarry_pgtable_format *f; u64 va, pa, bytes; } bad[] = {
		{ F2, 0x1001, 0, P }, { F2, 0x1000, 1, P }, { F2, 0x1000, 0, P + 1 },
		{ F2, 0x1000, 0, 0 }, { F2, 0xfffff000, 0, 2 * P }, { F2, 0x100000000, 0, P },
		{ F2, 0x1000, 0x100000000, P }, { F2, 0x1000, 0xfffff000, 2 * P },
		{ F3, 0x100000000, 0, P }, { F3, 0, 1ull << 52, P },
		{ F4, 0x0000800000000000, 0, P }, { F4, 0xffff7ffffffff000, 0, P },
		{ F4, 0x00007ffffffff000, 0, 2 * P }, { F4, 0xfffffffffffff000, 0, 2 * P },
		{ F4, 0x00007ffffffff000, 0, 0xffff000000002000 },
		{ F4, 0, 0xfffffffffffff000, P }, { F4, 0, 0xfffffffffffff000, 2 * P },
		{ F5, 0x0100000000000000, 0, P }, { F5, 0xfeffffffffff0000, 0, P },
	};
	struct quarry_pgtable t;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		start(test, &t, bad[i].f, QUARRY_PGTABLE_UNSHARED);
		KUNIT_EXPECT_EQ_MSG(test, -EINVAL,
				    quarry_pgtable_map(&t, bad[i].va, bad[i].pa, bad[i].bytes, W, 0),
				    "%u", i);
		KUNIT_EXPECT_EQ(test, -EINVAL, quarry_pgtable_map(&t, 0x1000, 0, P, UC, 0));
		KUNIT_EXPECT_EQ(test, -EINVAL, quarry_pgtable_unmap(&t, 2 * P, -(u64)P));
		KUNIT_EXPECT_EQ(test, -EINVAL, quarry_pgtable_unmap(&t, bad[i].va, 0));
		KUNIT_EXPECT_EQ(test, t.tables, bad[i].f == F3 ? 5 : 1);
		KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_destroy(&t));
	}
	KUNIT_EXPECT_EQ(test, -EINVAL, quarry_pgtable_init(&t, F4, &pgtable_pool_ops, NULL,
							   0xffff888000000000 + GIB));
	KUNIT_EXPECT_EQ(test, -EINVAL, quarry_pgtable_init(&t, F2, &pgtable_pool_ops, NULL,
							   0x100000000));
}

/* Neither a table nor a space is half made. */
static void no_memory_test(struct kunit *test)
{
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(pgtable_formats); i++) {
		const struct quarry_pgtable_format *f = pgtable_formats[i];
		u64 shared = f == F4 ? 0xffff800000000000 : f == F5 ? 0xff00000000000000 : 2 * GIB;
		struct pgtable_pool *pool = pgtable_pool(test, POOL);
		unsigned int needed = f == F3 ? 5 : 1;
		struct quarry_pgtable t, space;

		for (n = 1; n <= needed; n++) {
			pool->refuse = n;
			KUNIT_EXPECT_EQ(test, -ENOMEM,
					quarry_pgtable_init(&t, f, &pgtable_pool_ops, pool, shared));
			KUNIT_EXPECT_EQ(test, pool->live, 0);
		}
		KUNIT_ASSERT_EQ(test, 0, quarry_pgtable_init(&t, f, &pgtable_pool_ops, pool, shared));
		for (n = 1; n <= needed; n++) {
			pool->refuse = n;
			KUNIT_EXPECT_EQ(test, -ENOMEM, quarry_pgtable_space_init(&space, &t));
			KUNIT_EXPECT_EQ(test, pool->live, needed);
		}
		KUNIT_EXPECT_EQ(test, t.spaces, 0);
		KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_destroy(&t));
		KUNIT_EXPECT_EQ(test, pool->live, 0);
	}
}

struct listing {
	char text[512];
	unsigned int stop;		/* behind so many */
};

static int list_leaf(void *arg, const struct quarry_pgtable_leaf *leaf)
{
	struct listing *l = arg;
	size_t n = strlen(l->text);

	snprintf(l->text + n, sizeof(l->text) - n, "%llx=%llx+%llx/%u%s ", (u64)leaf->va,
		 (u64)leaf->pa, (u64)leaf->bytes, leaf->level, leaf->prot & W ? "w" : "");
	return l->stop && !--l->stop ? 7 : 0;
}

static void walk_test(struct kunit *test)
{
	struct listing l = { "" };
	struct quarry_pgtable t;
	struct pgtable_pool *pool = start(test, &t, F4, QUARRY_PGTABLE_UNSHARED);
	const u64 at = 0xffff888000000000ull;

	/* Out of order, and with large pages of both sizes that pieces are cut out of. */
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_map(&t, 0xfffffffffffff000, 0x7000, P, R, 0));
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_map(&t, at, 0, 2 * GIB + SZ_2M + P, W, LARGE));
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_map(&t, 0x1000, 0x9000, 2 * P, R, LARGE));
	KUNIT_EXPECT_EQ(test, pool->flushes, 0);
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_walk(&t, at, 1ull << 40, list_leaf, &l));
	KUNIT_EXPECT_STREQ(test, l.text, "ffff888000000000=0+40000000/2w "
			   "ffff888040000000=40000000+40000000/2w "
			   "ffff888080000000=80000000+200000/1w ffff888080200000=80200000+1000/0w ");

	/* All but the last page of the first 2 MiB, to the start of the second GiB. */
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_unmap(&t, at, SZ_2M - P));
	KUNIT_EXPECT_EQ(test, pool->lo, at);
	KUNIT_EXPECT_EQ(test, pool->hi, at + GIB - 1);
	pool->hi = 0;
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_unmap(&t, at + SZ_2M + SZ_2M, GIB - 2 * SZ_2M));
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_unmap(&t, at + 2 * GIB, SZ_2M));
	l = (struct listing){ "" };
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_walk(&t, at, 1ull << 40, list_leaf, &l));
	KUNIT_EXPECT_STREQ(test, l.text, "ffff8880001ff000=1ff000+1000/0w "
			   "ffff888000200000=200000+200000/1w ffff888040000000=40000000+40000000/2w "
			   "ffff888080200000=80200000+1000/0w ");
	l = (struct listing){ "", 2 };
	KUNIT_EXPECT_EQ(test, 7, quarry_pgtable_walk(&t, 0, 1ull << 47, list_leaf, &l));
	KUNIT_EXPECT_STREQ(test, l.text, "1000=9000+1000/0 2000=a000+1000/0 ");
	l = (struct listing){ "", 1 };
	KUNIT_EXPECT_EQ(test, 7, quarry_pgtable_walk(&t, -(1ull << 30), 1ull << 30, list_leaf, &l));
	KUNIT_EXPECT_STREQ(test, l.text, "fffffffffffff000=7000+1000/0 ");
	KUNIT_EXPECT_NULL(test, quarry_pgtable_validate(&t));

	/* A large page over a table: the table goes back, after the flush. */
	pool->flushes = 0;
	l.stop = t.tables;
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_map(&t, at, 0, GIB, R, LARGE));
	KUNIT_EXPECT_EQ(test, l.stop - t.tables, 2);
	KUNIT_EXPECT_EQ(test, pool->flushes, 1);
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_destroy(&t));
	KUNIT_EXPECT_EQ(test, pool->live, 0);
}

/* Document 004: mapping changes the master; a space gets the entry on its first fault. */
static void first_fault_test(struct kunit *test)
{
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(pgtable_formats); i++) {
		const struct quarry_pgtable_format *f = pgtable_formats[i];
		const u64 shared = f == F4 ? 0xffff800000000000 : f == F5 ? 0xff00000000000000 :
				   0xc0000000;
		const u64 span = f == F2 ? SZ_4M : f == F3 ? SZ_2M : 1ull << (f == F4 ? 39 : 48);
		struct quarry_pgtable t, spaces[3];
		struct quarry_pgtable_leaf leaf;
		struct pgtable_pool *pool = start(test, &t, f, shared);

		KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_map(&t, shared, 0x1000, P, W, GLOBAL));
		for (n = 0; n < 3; n++)
			KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_space_init(&spaces[n], &t));
		/* From before: there at once; and what comes beside it, too. */
		KUNIT_EXPECT_TRUE(test, quarry_pgtable_lookup(&spaces[0], shared, &leaf));
		KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_map(&t, shared + P, 0x9000, P, W, 0));
		KUNIT_EXPECT_TRUE(test, quarry_pgtable_lookup(&spaces[0], shared + P, &leaf));
		KUNIT_EXPECT_EQ(test, QUARRY_PGTABLE_THERE, quarry_pgtable_fault(&spaces[0], shared));

		/* Elsewhere: no space has it, until it asks. */
		KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_map(&t, shared + span, 0x5000, P, W, 0));
		for (n = 0; n < 2; n++) {
			unsigned int gets = pool->gets;

			KUNIT_EXPECT_FALSE(test, quarry_pgtable_lookup(&spaces[n], shared + span,
								       &leaf));
			KUNIT_EXPECT_EQ(test, QUARRY_PGTABLE_NOTHING,
					quarry_pgtable_fault(&spaces[n], shared + span + P));
			KUNIT_EXPECT_EQ(test, QUARRY_PGTABLE_COPIED,
					quarry_pgtable_fault(&spaces[n], shared + span + 8));
			KUNIT_EXPECT_EQ(test, QUARRY_PGTABLE_THERE,
					quarry_pgtable_fault(&spaces[n], shared + span));
			KUNIT_EXPECT_TRUE(test, quarry_pgtable_lookup(&spaces[n], shared + span,
								      &leaf));
			KUNIT_EXPECT_EQ(test, leaf.pa, 0x5000);
			KUNIT_EXPECT_EQ(test, pool->gets, gets);
		}
		KUNIT_EXPECT_FALSE(test, quarry_pgtable_lookup(&spaces[2], shared + span, &leaf));

		/* Taken away: from all of them, and no fault brings it back. */
		KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_unmap(&t, shared + span, P));
		KUNIT_EXPECT_FALSE(test, quarry_pgtable_lookup(&spaces[0], shared + span, &leaf));
		for (n = 0; n < 3; n++)
			KUNIT_EXPECT_EQ(test, QUARRY_PGTABLE_NOTHING,
					quarry_pgtable_fault(&spaces[n], shared + span));

		/* A space's own part is its own; the shared one is not for it to change. */
		KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_map(&spaces[0], 0x1000, 0x3000, P, W, USER));
		KUNIT_EXPECT_FALSE(test, quarry_pgtable_lookup(&spaces[1], 0x1000, &leaf));
		KUNIT_EXPECT_EQ(test, QUARRY_PGTABLE_NOTHING, quarry_pgtable_fault(&spaces[1], 0x1000));
		KUNIT_EXPECT_EQ(test, -EINVAL, quarry_pgtable_map(&spaces[0], shared, 0, P, W, 0));
		KUNIT_EXPECT_EQ(test, -EINVAL, quarry_pgtable_unmap(&spaces[0], shared, P));
		for (n = 0; n < 3; n++)
			KUNIT_EXPECT_NULL(test, quarry_pgtable_validate(&spaces[n]));
		KUNIT_EXPECT_EQ(test, -EBUSY, quarry_pgtable_destroy(&t));
		for (n = 0; n < 3; n++)
			KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_destroy(&spaces[n]));
		KUNIT_EXPECT_NULL(test, quarry_pgtable_validate(&t));
		KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_destroy(&t));
		KUNIT_EXPECT_EQ(test, pool->live, 0);
	}
}

/* i386's direct map: large pages in the level that is copied. */
static void fixed_test(struct kunit *test)
{
	struct quarry_pgtable t, space;
	struct quarry_pgtable_leaf leaf;
	struct pgtable_pool *pool = start(test, &t, F2, 0xc0000000);
	unsigned int tables;

	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_map(&t, 0xc0000000, 0, 4 * SZ_4M, W, LARGE));
	KUNIT_EXPECT_EQ(test, t.tables, 1);
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_space_init(&space, &t));
	KUNIT_EXPECT_TRUE(test, quarry_pgtable_lookup(&space, 0xc0400123, &leaf));
	KUNIT_EXPECT_EQ(test, leaf.level, 1);
	tables = pool->live;
	KUNIT_EXPECT_EQ(test, -EBUSY, quarry_pgtable_unmap(&t, 0xc0000000, SZ_4M));
	KUNIT_EXPECT_EQ(test, -EBUSY, quarry_pgtable_unmap(&t, 0xc0001000, P));
	KUNIT_EXPECT_EQ(test, -EBUSY, quarry_pgtable_map(&t, 0xc0001000, 0, P, R, 0));
	KUNIT_EXPECT_EQ(test, -EBUSY, quarry_pgtable_map(&t, 0xc0400000, 0, SZ_4M, R, LARGE));
	KUNIT_EXPECT_EQ(test, pool->live, tables);
	/* What comes now is made of small pages, which every space can see go. */
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_map(&t, 0xd0000000, 0, SZ_4M, W, LARGE));
	KUNIT_EXPECT_TRUE(test, quarry_pgtable_lookup(&t, 0xd0000000, &leaf));
	KUNIT_EXPECT_EQ(test, leaf.level, 0);
	/* In its own part a space is free to. */
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_map(&space, SZ_4M, 0, SZ_4M, W, LARGE));
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_unmap(&space, SZ_4M, P));
	KUNIT_EXPECT_NULL(test, quarry_pgtable_validate(&space));
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_destroy(&space));
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_unmap(&t, 0xc0001000, P));
	KUNIT_EXPECT_NULL(test, quarry_pgtable_validate(&t));
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_destroy(&t));
	KUNIT_EXPECT_EQ(test, pool->live, 0);
}

/* One thread maps, four fault, two of them in the same space. */
#define FAULTERS	4
#define LATER		192

struct crowd {
	struct quarry_pgtable master, spaces[FAULTERS - 1];
	unsigned int mapped;		/* so many are; released by the writer */
	unsigned int wrong, copied;	/* atomic */
};

struct faulter {
	struct crowd *crowd;
	struct quarry_pgtable *space;
	struct completion done;
};

#define LATER_AT(i)	(0xc0000000ull + (u64)(i) * SZ_2M)	/* PAE: an entry each */

static int faulter(void *arg)
{
	struct faulter *f = arg;
	struct quarry_pgtable_leaf leaf;
	unsigned int i;

	for (i = 0; i < LATER; i++) {
		enum quarry_pgtable_fault result;

		while (__atomic_load_n(&f->crowd->mapped, __ATOMIC_ACQUIRE) <= i)
			cond_resched();
		result = quarry_pgtable_fault(f->space, LATER_AT(i) + 8);
		if (result == QUARRY_PGTABLE_NOTHING ||
		    !quarry_pgtable_lookup(f->space, LATER_AT(i), &leaf) || leaf.pa != i * P)
			__atomic_add_fetch(&f->crowd->wrong, 1, __ATOMIC_RELAXED);
		if (result == QUARRY_PGTABLE_COPIED)
			__atomic_add_fetch(&f->crowd->copied, 1, __ATOMIC_RELAXED);
	}
	complete(&f->done);
	return 0;
}

static void crowd_test(struct kunit *test)
{
	struct crowd *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);
	struct faulter *f = kunit_kcalloc(test, FAULTERS, sizeof(*f), GFP_KERNEL);
	struct pgtable_pool *pool = start(test, &c->master, F3, 0xc0000000);
	unsigned int i, n;

	for (n = 0; n < FAULTERS - 1; n++)
		KUNIT_ASSERT_EQ(test, 0, quarry_pgtable_space_init(&c->spaces[n], &c->master));
	for (n = 0; n < FAULTERS; n++) {
		f[n].crowd = c;
		f[n].space = &c->spaces[n % (FAULTERS - 1)];
		init_completion(&f[n].done);
		KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(faulter, &f[n], "faulter/%u", n)));
	}
	for (i = 0; i < LATER; i++) {
		KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_map(&c->master, LATER_AT(i), i * P, P, W, 0));
		__atomic_store_n(&c->mapped, i + 1, __ATOMIC_RELEASE);
		if (i % 8 == 0)
			cond_resched();
	}
	for (n = 0; n < FAULTERS; n++)
		wait_for_completion(&f[n].done);
	KUNIT_EXPECT_EQ(test, c->wrong, 0);
	KUNIT_EXPECT_GE(test, c->copied, LATER * (FAULTERS - 1));
	for (n = 0; n < FAULTERS - 1; n++) {
		KUNIT_EXPECT_NULL(test, quarry_pgtable_validate(&c->spaces[n]));
		KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_destroy(&c->spaces[n]));
	}
	KUNIT_EXPECT_EQ(test, 0, quarry_pgtable_destroy(&c->master));
	KUNIT_EXPECT_EQ(test, pool->live, 0);
}

static struct kunit_case pgtable_cases[] = {
	KUNIT_CASE(entries_test),
	KUNIT_CASE(table_entries_test),
	KUNIT_CASE(limits_test),
	KUNIT_CASE(refused_test),
	KUNIT_CASE(no_memory_test),
	KUNIT_CASE(walk_test),
	KUNIT_CASE(first_fault_test),
	KUNIT_CASE(fixed_test),
	KUNIT_CASE(crowd_test),
	{}
};

static struct kunit_suite pgtable_suite = { .name = "pgtable", .test_cases = pgtable_cases };
kunit_test_suite(pgtable_suite);
