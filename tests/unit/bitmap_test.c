// SPDX-License-Identifier: MIT
/* Bitmaps against an array of bools, at sizes around a word's; sets of CPUs, nodes. */
#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/log2.h>
#include <linux/nodemask.h>
#include <linux/random.h>

#define BITS	200

static void fill_random(unsigned long *map, bool *model, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		model[i] = get_random_u32() & 1;
		__assign_bit(i, map, model[i]);
	}
	/* What is behind the end must not matter (M1). */
	for (; i < BITS_TO_LONGS(n) * BITS_PER_LONG; i++)
		__assign_bit(i, map, get_random_u32() & 1);
}

static void find_test(struct kunit *test)
{
	DECLARE_BITMAP(map, BITS + BITS_PER_LONG);
	bool model[BITS + BITS_PER_LONG];

	for (unsigned int n = 1; n < BITS; n++) {
		unsigned int from, want, last = n;

		fill_random(map, model, n);
		for (from = 0; from < n; from++) {
			for (want = from; want < n && !model[want]; want++)
				;
			KUNIT_EXPECT_EQ(test, find_next_bit(map, n, from), want);
			for (want = from; want < n && model[want]; want++)
				;
			KUNIT_EXPECT_EQ(test, find_next_zero_bit(map, n, from), want);
			if (model[from])
				last = from;
		}
		KUNIT_EXPECT_EQ(test, find_last_bit(map, n), last);
		KUNIT_EXPECT_EQ(test, find_next_bit(map, n, n), n);
	}
}

static void logic_test(struct kunit *test)
{
	DECLARE_BITMAP(a, BITS + BITS_PER_LONG);
	DECLARE_BITMAP(b, BITS + BITS_PER_LONG);
	DECLARE_BITMAP(c, BITS + BITS_PER_LONG);
	bool ma[BITS + BITS_PER_LONG], mb[BITS + BITS_PER_LONG];

	for (unsigned int n = 1; n < BITS; n += 3) {
		unsigned int i, weight = 0, common = 0;

		fill_random(a, ma, n);
		fill_random(b, mb, n);
		for (i = 0; i < n; i++) {
			weight += ma[i];
			common += ma[i] && mb[i];
		}
		KUNIT_EXPECT_EQ(test, bitmap_weight(a, n), weight);
		KUNIT_EXPECT_EQ(test, bitmap_and(c, a, b, n), common != 0);
		KUNIT_EXPECT_EQ(test, bitmap_weight(c, n), common);
		KUNIT_EXPECT_TRUE(test, bitmap_subset(c, a, n));
		KUNIT_EXPECT_EQ(test, bitmap_intersects(a, b, n), common != 0);
		bitmap_or(c, a, b, n);
		for (i = 0; i < n; i++)
			KUNIT_EXPECT_EQ(test, test_bit(i, c), ma[i] || mb[i]);
		bitmap_andnot(c, a, b, n);
		KUNIT_EXPECT_EQ(test, bitmap_weight(c, n), weight - common);
		bitmap_complement(c, a, n);
		KUNIT_EXPECT_EQ(test, bitmap_weight(c, n), n - weight);
		KUNIT_EXPECT_FALSE(test, bitmap_equal(a, c, n));
		for (unsigned int shift = 0; shift < n; shift += 7) {
			bitmap_shift_right(c, a, shift, n);
			for (i = 0; i < n; i++)
				KUNIT_EXPECT_EQ(test, test_bit(i, c),
						i + shift < n && ma[i + shift]);
			bitmap_shift_left(c, a, shift, n);
			for (i = 0; i < n; i++)
				KUNIT_EXPECT_EQ(test, test_bit(i, c),
						i >= shift && ma[i - shift]);
		}
	}
}

static void range_test(struct kunit *test)
{
	DECLARE_BITMAP(map, BITS);
	unsigned int from, len;

	for (from = 0; from < BITS; from += 5)
		for (len = 0; from + len <= BITS; len += 11) {
			bitmap_zero(map, BITS);
			bitmap_set(map, from, len);
			KUNIT_EXPECT_EQ(test, bitmap_weight(map, BITS), len);
			if (len) {
				KUNIT_EXPECT_EQ(test, find_first_bit(map, BITS), from);
				KUNIT_EXPECT_EQ(test, find_last_bit(map, BITS), from + len - 1);
			}
			bitmap_fill(map, BITS);
			bitmap_clear(map, from, len);
			KUNIT_EXPECT_EQ(test, bitmap_weight(map, BITS), BITS - len);
		}
}

static void area_test(struct kunit *test)
{
	DECLARE_BITMAP(map, 128) = { 0 };

	bitmap_set(map, 0, 3);
	bitmap_set(map, 10, 20);
	KUNIT_EXPECT_EQ(test, bitmap_find_next_zero_area(map, 128, 0, 7, 0), 3ul);
	KUNIT_EXPECT_EQ(test, bitmap_find_next_zero_area(map, 128, 0, 8, 0), 30ul);
	KUNIT_EXPECT_EQ(test, bitmap_find_next_zero_area(map, 128, 0, 4, 3), 4ul);
	KUNIT_EXPECT_EQ(test, bitmap_find_next_zero_area(map, 128, 0, 8, 7), 32ul);
	KUNIT_EXPECT_GT(test, bitmap_find_next_zero_area(map, 128, 0, 99, 0), 128ul);
	KUNIT_EXPECT_EQ(test, bitmap_find_free_region(map, 128, 2), 4);
	KUNIT_EXPECT_EQ(test, bitmap_allocate_region(map, 4, 2), -EBUSY);
	bitmap_release_region(map, 4, 2);
	KUNIT_EXPECT_EQ(test, bitmap_allocate_region(map, 4, 2), 0);
}

static void parse_test(struct kunit *test)
{
	DECLARE_BITMAP(map, 64);
	char buf[32];

	KUNIT_EXPECT_EQ(test, bitmap_parselist("0-2,7, 60-63\n", map, 64), 0);
	snprintf(buf, sizeof(buf), "%*pbl", 64, map);
	KUNIT_EXPECT_STREQ(test, buf, "0-2,7,60-63");
	KUNIT_EXPECT_EQ(test, bitmap_parselist("64", map, 64), -ERANGE);
	KUNIT_EXPECT_EQ(test, bitmap_parselist("5-2", map, 64), -EINVAL);
	KUNIT_EXPECT_EQ(test, bitmap_parselist("1x", map, 64), -EINVAL);
	KUNIT_EXPECT_EQ(test, bitmap_parselist("", map, 64), 0);
	KUNIT_EXPECT_TRUE(test, bitmap_empty(map, 64));
}

static void words_test(struct kunit *test)
{
	for (unsigned int i = 0; i < 64; i++) {
		u64 one = 1ull << i;

		KUNIT_EXPECT_EQ(test, fls64(one), (int)i + 1);
		KUNIT_EXPECT_EQ(test, __ffs64(one), i);
		KUNIT_EXPECT_EQ(test, hweight64(one - 1), i);
		KUNIT_EXPECT_EQ(test, ilog2(one), (int)i);
	}
	for (unsigned int i = 0; i < BITS_PER_LONG; i++) {
		unsigned long one = 1ul << i;

		KUNIT_EXPECT_EQ(test, __ffs(one), i);
		KUNIT_EXPECT_EQ(test, __fls(one | 1), i);
		KUNIT_EXPECT_EQ(test, ffz(~one), i);
		KUNIT_EXPECT_TRUE(test, is_power_of_2(one));
		KUNIT_EXPECT_EQ(test, roundup_pow_of_two(one), one);
		KUNIT_EXPECT_EQ(test, order_base_2(one), (int)i);
	}
	KUNIT_EXPECT_EQ(test, fls(0), 0);
	KUNIT_EXPECT_EQ(test, ffs(0), 0);
	KUNIT_EXPECT_EQ(test, ffs(0x50), 5);
	KUNIT_EXPECT_EQ(test, roundup_pow_of_two(33), 64ul);
	KUNIT_EXPECT_EQ(test, rounddown_pow_of_two(33), 32ul);
	KUNIT_EXPECT_EQ(test, get_count_order(33), 6);
	KUNIT_EXPECT_EQ(test, hweight8(0xff), 8u);
	KUNIT_EXPECT_EQ(test, sign_extend32(0xff, 7), -1);
}

static void mask_test(struct kunit *test)
{
	cpumask_t m = CPU_MASK_NONE;
	nodemask_t nodes = NODE_MASK_NONE;
	unsigned int cpu, seen = 0;
	int node;

	KUNIT_EXPECT_EQ(test, num_online_cpus(), nr_cpu_ids);
	for_each_online_cpu(cpu) {
		KUNIT_EXPECT_EQ(test, cpu, seen);
		seen++;
	}
	KUNIT_EXPECT_EQ(test, seen, nr_cpu_ids);
	KUNIT_EXPECT_TRUE(test, cpumask_empty(&m));
	for_each_possible_cpu(cpu) {
		KUNIT_EXPECT_EQ(test, cpumask_weight(cpumask_of(cpu)), 1u);
		KUNIT_EXPECT_TRUE(test, cpumask_test_cpu(cpu, cpumask_of(cpu)));
		cpumask_or(&m, &m, cpumask_of(cpu));
	}
	KUNIT_EXPECT_TRUE(test, cpumask_equal(&m, cpu_possible_mask));
	KUNIT_EXPECT_EQ(test, cpumask_any_but(&m, 0), nr_cpu_ids > 1 ? 1u : nr_cpu_ids);
	seen = 0;
	for_each_cpu_wrap(cpu, &m, nr_cpu_ids / 2) {
		KUNIT_EXPECT_EQ(test, cpu, (nr_cpu_ids / 2 + seen) % nr_cpu_ids);
		seen++;
	}
	KUNIT_EXPECT_EQ(test, seen, nr_cpu_ids);
	/* Rows of the table hold for any CPU that could be. */
	for (cpu = 0; cpu < QUARRY_MAX_CPUS; cpu++)
		KUNIT_EXPECT_EQ(test, find_first_bit(cpumask_bits(cpumask_of(cpu)),
						     QUARRY_MAX_CPUS), cpu);

	node_set(3, nodes);
	node_set(MAX_NUMNODES - 1, nodes);
	seen = 0;
	for_each_node_mask(node, nodes)
		seen += (unsigned int)node;
	KUNIT_EXPECT_EQ(test, seen, 3u + MAX_NUMNODES - 1);
	KUNIT_EXPECT_EQ(test, next_node_in(MAX_NUMNODES - 1, nodes), 3u);
}

static struct kunit_case bitmap_cases[] = {
	KUNIT_CASE(find_test),
	KUNIT_CASE(logic_test),
	KUNIT_CASE(range_test),
	KUNIT_CASE(area_test),
	KUNIT_CASE(parse_test),
	KUNIT_CASE(words_test),
	KUNIT_CASE(mask_test),
	{}
};

static struct kunit_suite bitmap_suite = {
	.name = "bitmap",
	.test_cases = bitmap_cases,
};
kunit_test_suite(bitmap_suite);
