// SPDX-License-Identifier: MIT
/* Sparse arrays against a plain one, near 0, at the end, and far apart. */
#include <kunit/test.h>
#include <linux/random.h>
#include <linux/xarray.h>

/* Indices that share much or little of the way down. */
static unsigned long index_of(unsigned int i)
{
	static const unsigned long bases[] = { 0, 60, 4090, 1ul << 20, ULONG_MAX - 15 };

	return bases[i / 16 % ARRAY_SIZE(bases)] + i % 16;
}

static void check(struct kunit *test, struct xarray *xa, void *const *model, unsigned int n)
{
	unsigned long index, prev = 0;
	unsigned int i, want = 0, seen = 0;
	void *entry;

	for (i = 0; i < n; i++) {
		KUNIT_EXPECT_PTR_EQ(test, xa_load(xa, index_of(i)), model[i]);
		want += model[i] != NULL;
	}
	xa_for_each(xa, index, entry) {
		KUNIT_EXPECT_TRUE(test, !seen || index > prev);
		KUNIT_EXPECT_PTR_EQ(test, xa_load(xa, index), entry);
		prev = index;
		seen++;
	}
	KUNIT_EXPECT_EQ(test, seen, want);
	KUNIT_EXPECT_EQ(test, xa_empty(xa), want == 0);
}

static void random_test(struct kunit *test)
{
	void *model[80] = { NULL };
	DEFINE_XARRAY(xa);
	int dummy[80];

	for (int round = 0; round < 3000; round++) {
		unsigned int i = get_random_u32_below(80);
		void *old;

		if (get_random_u32() & 1) {
			void *entry = &dummy[get_random_u32_below(80)];

			old = xa_store(&xa, index_of(i), entry, GFP_KERNEL);
			KUNIT_EXPECT_PTR_EQ(test, old, model[i]);
			model[i] = entry;
		} else {
			old = xa_erase(&xa, index_of(i));
			KUNIT_EXPECT_PTR_EQ(test, old, model[i]);
			model[i] = NULL;
		}
		if (round % 16 == 0)
			check(test, &xa, model, 80);
	}
	for (unsigned int i = 0; i < 80; i++) {
		xa_erase(&xa, index_of(i));
		model[i] = NULL;
	}
	/* No node is left (A1). */
	check(test, &xa, model, 80);
}

static void values_test(struct kunit *test)
{
	DEFINE_XARRAY(xa);

	KUNIT_EXPECT_NULL(test, xa_store(&xa, 5, xa_mk_value(7), GFP_KERNEL));
	KUNIT_EXPECT_TRUE(test, xa_is_value(xa_load(&xa, 5)));
	KUNIT_EXPECT_EQ(test, xa_to_value(xa_load(&xa, 5)), 7ul);
	KUNIT_EXPECT_EQ(test, xa_insert(&xa, 5, xa_mk_value(8), GFP_KERNEL), -EBUSY);
	KUNIT_EXPECT_EQ(test, xa_insert(&xa, 6, xa_mk_value(8), GFP_KERNEL), 0);
	KUNIT_EXPECT_PTR_EQ(test, xa_cmpxchg(&xa, 6, NULL, xa_mk_value(9), GFP_KERNEL),
			    xa_mk_value(8));
	KUNIT_EXPECT_PTR_EQ(test, xa_cmpxchg(&xa, 6, xa_mk_value(8), xa_mk_value(9), GFP_KERNEL),
			    xa_mk_value(8));
	KUNIT_EXPECT_PTR_EQ(test, xa_load(&xa, 6), xa_mk_value(9));
	KUNIT_EXPECT_EQ(test, xa_err(__xa_mk_error(-ENOMEM)), -ENOMEM);
	KUNIT_EXPECT_EQ(test, xa_err(xa_load(&xa, 6)), 0);
	KUNIT_EXPECT_PTR_EQ(test, xa_store(&xa, 6, NULL, GFP_KERNEL), xa_mk_value(9));
	xa_destroy(&xa);
	KUNIT_EXPECT_TRUE(test, xa_empty(&xa));
}

static void find_test(struct kunit *test)
{
	DEFINE_XARRAY(xa);
	unsigned long index, sum = 0;
	void *entry;

	for (unsigned long i = 0; i < 1000; i += 10)
		xa_store(&xa, i, xa_mk_value(i), GFP_KERNEL);
	index = 11;
	KUNIT_EXPECT_PTR_EQ(test, xa_find(&xa, &index, ULONG_MAX, XA_PRESENT), xa_mk_value(20));
	KUNIT_EXPECT_EQ(test, index, 20ul);
	KUNIT_EXPECT_PTR_EQ(test, xa_find_after(&xa, &index, 30, XA_PRESENT), xa_mk_value(30));
	KUNIT_EXPECT_NULL(test, xa_find_after(&xa, &index, 39, XA_PRESENT));
	xa_for_each_range(&xa, index, entry, 100, 130)
		sum += index;
	KUNIT_EXPECT_EQ(test, sum, 100ul + 110 + 120 + 130);
	/* Erasing what the walk is at. */
	xa_for_each(&xa, index, entry)
		xa_erase(&xa, index);
	KUNIT_EXPECT_TRUE(test, xa_empty(&xa));
	xa_store(&xa, ULONG_MAX, &xa, GFP_KERNEL);
	index = 0;
	KUNIT_EXPECT_PTR_EQ(test, xa_find(&xa, &index, ULONG_MAX, XA_PRESENT), &xa);
	KUNIT_EXPECT_EQ(test, index, ULONG_MAX);
	KUNIT_EXPECT_NULL(test, xa_find_after(&xa, &index, ULONG_MAX, XA_PRESENT));
	xa_destroy(&xa);
}

static void alloc_test(struct kunit *test)
{
	DEFINE_XARRAY_ALLOC1(xa);
	u32 id;

	for (u32 i = 1; i <= 200; i++) {
		KUNIT_EXPECT_EQ(test, xa_alloc(&xa, &id, &xa, xa_limit_31b, GFP_KERNEL), 0);
		KUNIT_EXPECT_EQ(test, id, i);
	}
	xa_erase(&xa, 77);
	KUNIT_EXPECT_EQ(test, xa_alloc(&xa, &id, &xa, xa_limit_31b, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, id, 77u);
	KUNIT_EXPECT_EQ(test, xa_alloc(&xa, &id, &xa, XA_LIMIT(5, 60), GFP_KERNEL), -EBUSY);
	xa_destroy(&xa);
}

static struct kunit_case xarray_cases[] = {
	KUNIT_CASE(random_test),
	KUNIT_CASE(values_test),
	KUNIT_CASE(find_test),
	KUNIT_CASE(alloc_test),
	{}
};

static struct kunit_suite xarray_suite = {
	.name = "xarray",
	.test_cases = xarray_cases,
};
kunit_test_suite(xarray_suite);
