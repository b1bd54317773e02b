// SPDX-License-Identifier: MIT
/* The map of a per-CPU chunk: M1 to M5 of mm/percpu_map.c, and how much it looks at. */
#include <kunit/test.h>
#include <linux/align.h>
#include <linux/kernel.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mm/percpu_map.h"

/* What a map says it is, unit by unit. */
struct oracle {
	unsigned int units;
	u16 *size_at;		/* of what begins there; 0: nothing does */
	bool *taken;
};

static struct pcpu_map *make(struct kunit *test, unsigned int units, struct oracle *o)
{
	struct pcpu_map *map = kunit_kzalloc(test, sizeof(*map), GFP_KERNEL);

	pcpu_map_init(map, kunit_kzalloc(test, pcpu_map_bytes(units), GFP_KERNEL), units);
	if (o) {
		o->units = units;
		o->size_at = kunit_kcalloc(test, units, sizeof(u16), GFP_KERNEL);
		o->taken = kunit_kcalloc(test, units, sizeof(bool), GFP_KERNEL);
	}
	return map;
}

static int lowest(const struct oracle *o, unsigned int units, unsigned int align)
{
	unsigned int at, n;

	for (at = 0; at + units <= o->units; at += align) {
		for (n = 0; n < units && !o->taken[at + n]; n++)
			;
		if (n == units)
			return at;
	}
	return -1;
}

static void set(struct oracle *o, unsigned int at, unsigned int units, bool taken)
{
	memset(o->taken + at, taken, units);
	o->size_at[at] = taken ? units : 0;
}

/* Where what has a unit begins; units: it is free. */
static unsigned int owner(const struct oracle *o, unsigned int at)
{
	if (!o->taken[at])
		return o->units;
	while (!o->size_at[at])
		at--;
	return at;
}

struct shape {
	unsigned int units, most;	/* in all; of one allocation */
	unsigned int align;		/* at most, a power of two */
	unsigned int steps;
};

static const struct shape shapes[] = {
	{ 700, 90, 32, 6000 },	/* not whole words */
	{ 64, 9, 8, 3000 },
	{ 1, 2, 2, 100 },
	{ 65, 70, 64, 3000 },
	{ 1024, 1024, 1024, 2000 },
	{ 8192, 24, 16, 20000 },	/* a chunk */
	{ 8192, 2, 2, 20000 },
	{ 8192, 3000, 1024, 3000 },
	{ 16384, 200, 512, 5000 },	/* the reserve of modules */
};

static void to_name(const struct shape *s, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "%u units, up to %u at %u", s->units, s->most,
		 s->align);
}
KUNIT_ARRAY_PARAM(shape, shapes, to_name);

static void check_give(struct kunit *test, struct pcpu_map *map, struct oracle *o, unsigned int at)
{
	unsigned int size = o->size_at[at];

	KUNIT_ASSERT_EQ(test, pcpu_map_around(map, at), owner(o, at));
	KUNIT_ASSERT_EQ(test, pcpu_map_size(map, at), size);
	KUNIT_ASSERT_EQ(test, pcpu_map_give(map, at), size);
	if (size)
		set(o, at, size, false);
}

static void check_take(struct kunit *test, struct pcpu_map *map, struct oracle *o,
		       unsigned int units, unsigned int align)
{
	int want = lowest(o, units, align), got = pcpu_map_take(map, units, align);

	KUNIT_ASSERT_EQ_MSG(test, got, want, "%u units, aligned to %u", units, align);
	if (got >= 0)
		set(o, got, units, true);
}

static void model_test(struct kunit *test)
{
	const struct shape *s = test->param_value;
	unsigned int step, at, units, align, next;
	struct rnd_state rnd;
	struct oracle o;
	struct pcpu_map *map = make(test, s->units, &o);
	bool filling = true;

	prandom_seed_state(&rnd, 5 + s->units + s->most);
	for (step = 0; step < s->steps; step++) {
		if (prandom_u32_state(&rnd) % 512 == 0)
			filling = !filling;
		at = prandom_u32_state(&rnd) % s->units;
		if (prandom_u32_state(&rnd) % 8 < (filling ? 2 : 6)) {
			/* Half of these meet an allocation if there is one behind. */
			if (step & 1)
				at = min(pcpu_map_next(map, at), s->units - 1);
			check_give(test, map, &o, at);
		} else {
			units = 1 + prandom_u32_state(&rnd) % (step % 4 ? min(s->most, 9u) : s->most);
			align = 1 << prandom_u32_state(&rnd) % (step % 3 ? 2 : __fls(s->align) + 1);
			check_take(test, map, &o, units, max(align, units > 1 ? 2u : 1u));
		}
		if (step % (1 + s->units / 256) == 0)
			KUNIT_ASSERT_EQ(test, pcpu_map_validate(map), 0u);
		for (next = at; next < o.units && !o.size_at[next]; next++)
			;
		KUNIT_ASSERT_EQ(test, pcpu_map_next(map, at), next);
	}
	for (at = 0; at < s->units; at++)
		check_give(test, map, &o, at);
	KUNIT_EXPECT_EQ(test, map->free, s->units);
	KUNIT_EXPECT_EQ(test, pcpu_map_live(map), 0u);
	KUNIT_EXPECT_EQ(test, pcpu_map_validate(map), 0u);
}

/* Beyond the end nothing is free, nothing begins, nothing is found. */
static void end_test(struct kunit *test)
{
	struct pcpu_map *map = make(test, 70, NULL);

	KUNIT_EXPECT_EQ(test, pcpu_map_take(map, 71, 2), -1);
	KUNIT_EXPECT_EQ(test, pcpu_map_take(map, 70, 2), 0);
	KUNIT_EXPECT_EQ(test, pcpu_map_size(map, 0), 70u);
	KUNIT_EXPECT_EQ(test, pcpu_map_take(map, 1, 1), -1);
	KUNIT_EXPECT_EQ(test, pcpu_map_size(map, 70), 0u);
	KUNIT_EXPECT_EQ(test, pcpu_map_give(map, 70), 0u);
	KUNIT_EXPECT_EQ(test, pcpu_map_give(map, 1u << 20), 0u);
	KUNIT_EXPECT_EQ(test, pcpu_map_next(map, 1), 70u);
	KUNIT_EXPECT_EQ(test, pcpu_map_next(map, 70), 70u);
	KUNIT_EXPECT_EQ(test, pcpu_map_around(map, 69), 0u);
	KUNIT_EXPECT_EQ(test, pcpu_map_around(map, 70), 70u);
	KUNIT_EXPECT_EQ(test, pcpu_map_give(map, 0), 70u);
	KUNIT_EXPECT_EQ(test, pcpu_map_around(map, 69), 70u);
	KUNIT_EXPECT_EQ(test, pcpu_map_take(map, 70, 2), 0);
}

/* What one request looks at. */
static unsigned long looks(struct kunit *test, struct pcpu_map *map, unsigned int units,
			   unsigned int align, bool had)
{
	unsigned long before = map->looked;
	int at = pcpu_map_take(map, units, align);

	KUNIT_EXPECT_EQ(test, at >= 0, had);
	return map->looked - before;
}

/* One and two units: no search, wherever the last free ones are. */
static void small_flat_test(struct kunit *test)
{
	enum { UNITS = 8192 };
	struct pcpu_map *map = make(test, UNITS, NULL);
	struct rnd_state rnd;
	unsigned int i, at;

	for (i = 0; i < UNITS / 2; i++)
		KUNIT_ASSERT_EQ(test, looks(test, map, 2, 2, true), 0ul);
	KUNIT_EXPECT_EQ(test, looks(test, map, 2, 2, false), 0ul);
	prandom_seed_state(&rnd, 11);
	for (i = 0; i < 3000; i++) {
		at = prandom_u32_state(&rnd) % UNITS & ~1u;
		KUNIT_ASSERT_EQ(test, pcpu_map_give(map, at), 2u);
		KUNIT_ASSERT_EQ(test, looks(test, map, 2, 2, true), 0ul);
		/* Two of one, and a hole that does not serve two. */
		KUNIT_ASSERT_EQ(test, pcpu_map_give(map, at), 2u);
		KUNIT_ASSERT_EQ(test, looks(test, map, 1, 1, true), 0ul);
		KUNIT_ASSERT_EQ(test, looks(test, map, 2, 2, false), 0ul);
		KUNIT_ASSERT_EQ(test, looks(test, map, 1, 1, true), 0ul);
		KUNIT_ASSERT_EQ(test, looks(test, map, 1, 1, false), 0ul);
		KUNIT_ASSERT_EQ(test, pcpu_map_give(map, at), 1u);
		KUNIT_ASSERT_EQ(test, pcpu_map_give(map, at + 1), 1u);
		KUNIT_ASSERT_EQ(test, looks(test, map, 2, 2, true), 0ul);
	}
	KUNIT_EXPECT_EQ(test, pcpu_map_validate(map), 0u);
}

/* Holes of one unit everywhere are no words to look at for others. */
static void holes_test(struct kunit *test)
{
	enum { UNITS = 8192 };
	struct pcpu_map *map = make(test, UNITS, NULL);
	unsigned int i;

	for (i = 0; i < UNITS; i++)
		pcpu_map_take(map, 1, 1);
	for (i = 0; i < UNITS; i += 2)
		pcpu_map_give(map, i);
	KUNIT_EXPECT_EQ(test, looks(test, map, 2, 2, false), 0ul);
	KUNIT_EXPECT_EQ(test, looks(test, map, 40, 2, false), 0ul);
	for (i = 0; i < 8; i++)
		pcpu_map_give(map, 8001 + 2 * i);
	KUNIT_EXPECT_LE(test, looks(test, map, 16, 2, true), 2ul);
	KUNIT_EXPECT_EQ(test, pcpu_map_validate(map), 0u);
}

/* What has failed once is not searched for again, until more is free. */
static void fails_once_test(struct kunit *test)
{
	enum { UNITS = 8192 };
	struct pcpu_map *map = make(test, UNITS, NULL);
	unsigned int i;

	for (i = 0; i < UNITS / 8; i++)
		pcpu_map_take(map, 8, 8);
	for (i = 0; i < UNITS; i += 16)
		pcpu_map_give(map, i);
	KUNIT_EXPECT_GE(test, looks(test, map, 10, 2, false), (unsigned long)UNITS / BITS_PER_LONG);
	KUNIT_EXPECT_EQ(test, looks(test, map, 10, 2, false), 0ul);
	KUNIT_EXPECT_EQ(test, looks(test, map, 8, 8, true), 1ul);
	/* A longer run is known at once; a short one does not hide that. */
	pcpu_map_give(map, 8);
	KUNIT_EXPECT_GE(test, map->max_run, 16u);
	KUNIT_EXPECT_LE(test, map->max_run, 24u);
	KUNIT_EXPECT_LE(test, looks(test, map, 10, 2, true), 2ul);
	KUNIT_EXPECT_EQ(test, pcpu_map_validate(map), 0u);
}

static struct kunit_case percpu_map_cases[] = {
	KUNIT_CASE_PARAM(model_test, shape_gen_params),
	KUNIT_CASE(end_test),
	KUNIT_CASE(small_flat_test),
	KUNIT_CASE(holes_test),
	KUNIT_CASE(fails_once_test),
	{}
};

static struct kunit_suite percpu_map_suite = {
	.name = "percpu_map", .test_cases = percpu_map_cases,
};
kunit_test_suite(percpu_map_suite);
