// SPDX-License-Identifier: MIT
/* Page flags: each has its bit, its accessors and its aliases (A2); reference counts. */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/string.h>

#include "tests/unit/together.h"

/* Flags with a bit of their own, as the documents list them; then other names for some. */
#define OWN_FLAGS(X)							\
	X(Locked, locked) X(Error, error) X(Referenced, referenced)	\
	X(Uptodate, uptodate) X(Dirty, dirty) X(LRU, lru)		\
	X(Active, active) X(Slab, slab) X(OwnerPriv1, owner_priv_1)	\
	X(Arch1, arch_1) X(Reserved, reserved) X(Private, private)	\
	X(Private2, private_2) X(Writeback, writeback) X(Head, head)	\
	X(SwapCache, swapcache) X(MappedToDisk, mappedtodisk)		\
	X(Reclaim, reclaim) X(SwapBacked, swapbacked)			\
	X(Unevictable, unevictable) X(Mlocked, mlocked)			\
	X(Uncached, uncached) X(HWPoison, hwpoison)			\
	X(CompoundLock, compound_lock)
#define OTHER_NAMES(X)							\
	X(Checked, owner_priv_1) X(Pinned, owner_priv_1)		\
	X(Foreign, owner_priv_1) X(XenRemapped, owner_priv_1)		\
	X(SavePinned, dirty) X(FsCache, private_2) X(SlobFree, private)	\
	X(Readahead, reclaim) X(Isolated, reclaim) X(Reported, uptodate) \
	X(HasHWPoisoned, error) X(Nosave, compound_lock)		\
	X(NosaveFree, swapbacked)

#define COUNT(name, bit)	+ 1
_Static_assert(0 OWN_FLAGS(COUNT) == __NR_PAGEFLAGS, "a flag is missing in the table");

#define ACCESSORS(name, bit)						\
static int test_##name(struct page *p) { return Page##name(p); }	\
static void set_##name(struct page *p) { SetPage##name(p); }		\
static void clear_##name(struct page *p) { ClearPage##name(p); }	\
static void plain_set_##name(struct page *p) { __SetPage##name(p); }	\
static void plain_clear_##name(struct page *p) { __ClearPage##name(p); } \
static int testset_##name(struct page *p) { return TestSetPage##name(p); } \
static int testclear_##name(struct page *p) { return TestClearPage##name(p); }
OWN_FLAGS(ACCESSORS)
OTHER_NAMES(ACCESSORS)

struct flag {
	const char *name;
	unsigned int bit;
	int (*test)(struct page *page);
	void (*set)(struct page *page), (*clear)(struct page *page);
	void (*plain_set)(struct page *page), (*plain_clear)(struct page *page);
	int (*testset)(struct page *page), (*testclear)(struct page *page);
};

#define ROW(name, bit)							\
	{ #name, PG_##bit, test_##name, set_##name, clear_##name, plain_set_##name, \
	  plain_clear_##name, testset_##name, testclear_##name },
static const struct flag own_flags[] = { OWN_FLAGS(ROW) };
static const struct flag other_names[] = { OTHER_NAMES(ROW) };

static struct page *page;
static unsigned long place;

static int get(struct kunit *test)
{
	page = alloc_page(GFP_KERNEL);
	place = page ? page->flags : 0;
	return page ? 0 : -ENOMEM;
}

static void put(struct kunit *test)
{
	page->flags = place;
	__free_page(page);
}

/* Each form changes this bit, whatever the others are, and no other. */
static void check_flag(struct kunit *test, const struct flag *f, unsigned long others)
{
	unsigned long off = (place | others) & ~(1ul << f->bit), on = off | 1ul << f->bit;

#define STEP(call, result)						\
	do {								\
		call;							\
		KUNIT_EXPECT_EQ_MSG(test, page->flags, result, "%s: %s", f->name, #call); \
		KUNIT_EXPECT_EQ_MSG(test, f->test(page), page->flags == on, "%s: %s", \
				    f->name, #call);			\
	} while (0)
	page->flags = off;
	STEP(f->set(page), on);
	STEP(f->set(page), on);
	STEP(f->clear(page), off);
	STEP(f->clear(page), off);
	STEP(f->plain_set(page), on);
	STEP(f->plain_clear(page), off);
	STEP(KUNIT_EXPECT_EQ(test, f->testset(page), 0), on);
	STEP(KUNIT_EXPECT_EQ(test, f->testset(page), 1), on);
	STEP(KUNIT_EXPECT_EQ(test, f->testclear(page), 1), off);
	STEP(KUNIT_EXPECT_EQ(test, f->testclear(page), 0), off);
#undef STEP
}

static void check_table(struct kunit *test, const struct flag *flags, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		check_flag(test, &flags[i], 0);
		check_flag(test, &flags[i], (1ul << NR_PAGEFLAGS) - 1);
	}
}

static void own_flags_test(struct kunit *test)
{
	check_table(test, own_flags, ARRAY_SIZE(own_flags));
}

static void other_names_test(struct kunit *test)
{
	check_table(test, other_names, ARRAY_SIZE(other_names));
	KUNIT_EXPECT_EQ(test, (int)PG_compound, (int)PG_head);
	KUNIT_EXPECT_EQ(test, (int)PG_checked, (int)PG_owner_priv_1);
	KUNIT_EXPECT_EQ(test, (int)PG_pinned, (int)PG_owner_priv_1);
	KUNIT_EXPECT_EQ(test, (int)PG_savepinned, (int)PG_dirty);
	KUNIT_EXPECT_EQ(test, (int)PG_fscache, (int)PG_private_2);
	KUNIT_EXPECT_EQ(test, (int)PG_slob_free, (int)PG_private);
}

/* No two share a bit, and all are below what says where the page is. */
static void each_its_own_bit_test(struct kunit *test)
{
	unsigned long all = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(own_flags); i++) {
		KUNIT_EXPECT_EQ_MSG(test, all & 1ul << own_flags[i].bit, 0ul, "%s",
				    own_flags[i].name);
		all |= 1ul << own_flags[i].bit;
	}
	KUNIT_EXPECT_EQ(test, all, (1ul << NR_PAGEFLAGS) - 1);
	KUNIT_EXPECT_EQ(test, all & PAGE_PLACE_MASK, 0ul);
	/* Room on 32 bits for zone, node and the list in a cache. */
	KUNIT_EXPECT_LE(test, (int)NR_PAGEFLAGS, 24);
}

static void flags_leave_zone_and_node_test(struct kunit *test)
{
	struct zone *zone = page_zone(page);
	int bit;

	for (bit = 0; bit < NR_PAGEFLAGS; bit++)
		page->flags |= 1ul << bit;
	KUNIT_EXPECT_PTR_EQ(test, page_zone(page), zone);
	KUNIT_EXPECT_EQ(test, page_to_nid(page), zone->node);
	KUNIT_EXPECT_EQ(test, (int)page_zonenum(page), (int)zone_idx(zone));
	KUNIT_EXPECT_EQ(test, page->flags & PAGE_PLACE_MASK, place);
}

/* What PG_tail and PG_highmem said. */
static void flags_without_bit_test(struct kunit *test)
{
	struct page *c = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);
	struct page *high = alloc_page(GFP_HIGHUSER);

	KUNIT_EXPECT_FALSE(test, PageTail(c));
	KUNIT_EXPECT_TRUE(test, PageTail(c + 1));
	KUNIT_EXPECT_TRUE(test, PageCompound(c) && PageCompound(c + 1));
	KUNIT_EXPECT_FALSE(test, PageCompound(page));
	KUNIT_EXPECT_FALSE(test, PageHighMem(page));
	KUNIT_EXPECT_EQ(test, PageHighMem(high), totalhigh_pages() != 0);
	__free_pages(c, 1);
	__free_page(high);
}

/* Atomic forms lose nothing when CPUs change different flags of one page. */

#define TURNS	20000

static atomic_long_t flips_lost;

static void flipper(void *arg)
{
	const struct flag *f = arg;
	long lost = 0;
	int i;

	for (i = 0; i < TURNS; i++) {
		f->set(page);
		lost += !f->test(page) + !f->testclear(page) + f->testset(page);
		f->clear(page);
		if (!(i % 100))
			cond_resched();
	}
	atomic_long_add(lost, &flips_lost);
}

static void many_cpus_test(struct kunit *test)
{
	atomic_long_set(&flips_lost, 0);
	together(test, 4, flipper, (void *)own_flags, sizeof(*own_flags));
	KUNIT_EXPECT_EQ(test, atomic_long_read(&flips_lost), 0l);
	KUNIT_EXPECT_EQ(test, page->flags, place);
}

/* Reference counts. */

static void references_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	get_page(page);
	KUNIT_EXPECT_EQ(test, page_count(page), 2);
	page_ref_inc(page);
	page_ref_dec(page);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 2);
	KUNIT_EXPECT_FALSE(test, page_ref_freeze(page, 1));
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 2);
	KUNIT_EXPECT_TRUE(test, page_ref_freeze(page, 2));
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 0);
	KUNIT_EXPECT_FALSE(test, get_page_unless_zero(page));
	KUNIT_EXPECT_FALSE(test, try_get_page(page));
	page_ref_unfreeze(page, 2);
	KUNIT_EXPECT_TRUE(test, get_page_unless_zero(page));
	KUNIT_EXPECT_FALSE(test, put_page_testzero(page));
	put_page(page);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	KUNIT_EXPECT_EQ(test, page_mapcount(page), 0);
}

static void counting_test(struct kunit *test)
{
	page_ref_add(page, 5);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 6);
	page_ref_sub(page, 2);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 4);
	KUNIT_EXPECT_EQ(test, page_ref_sub_return(page, 1), 3);
	KUNIT_EXPECT_EQ(test, page_ref_inc_return(page), 4);
	KUNIT_EXPECT_EQ(test, page_ref_dec_return(page), 3);
	KUNIT_EXPECT_FALSE(test, page_ref_sub_and_test(page, 2));
	KUNIT_EXPECT_TRUE(test, page_ref_dec_and_test(page));
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 0);
	set_page_count(page, 7);
	KUNIT_EXPECT_FALSE(test, page_ref_add_unless(page, 3, 7));
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 7);
	KUNIT_EXPECT_TRUE(test, page_ref_add_unless(page, 3, 8));
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 10);
	init_page_count(page);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
}

/* page_count() is 0 when a page is free, of each frame of a block (A1). */
static void free_count_test(struct kunit *test)
{
	struct page *block = alloc_pages(GFP_KERNEL, 3);
	unsigned int i;

	__free_pages(block, 3);
	for (i = 0; i < 8; i++)
		KUNIT_EXPECT_EQ(test, page_count(block + i), 0);
}

static void size_test(struct kunit *test)
{
	KUNIT_EXPECT_LE(test, sizeof(struct page), sizeof(long) == 8 ? 64ul : 40ul);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(own_flags_test),
	KUNIT_CASE(other_names_test),
	KUNIT_CASE(each_its_own_bit_test),
	KUNIT_CASE(flags_leave_zone_and_node_test),
	KUNIT_CASE(flags_without_bit_test),
	KUNIT_CASE(many_cpus_test),
	KUNIT_CASE(references_test),
	KUNIT_CASE(counting_test),
	KUNIT_CASE(free_count_test),
	KUNIT_CASE(size_test),
	{}
};

static struct kunit_suite page_flags_suite = {
	.name = "page_flags",
	.init = get,
	.exit = put,
	.test_cases = cases,
};
kunit_test_suite(page_flags_suite);
static struct kunit_suite page_flags_numa_suite = {
	.name = "page_flags_numa",
	.init = get,
	.exit = put,
	.test_cases = cases,
};
quarry_suite_on(page_flags_numa_suite, "numa-4x2g");
static struct kunit_suite page_flags_i386_suite = {
	.name = "page_flags_i386",
	.init = get,
	.exit = put,
	.test_cases = cases,
};
quarry_suite_on(page_flags_i386_suite, "i386-4g");
