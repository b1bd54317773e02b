// SPDX-License-Identifier: MIT
/* Who uses which physical addresses and ports: trees, claims, the views, what is held. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/ioport.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "mm/internal.h"
#include "tests/unit/text.h"

/* Firmware's page, on the default machine, and a hole where nothing is. */
#define FIRMWARE	0xfec00000ull
#define HOLE		0xd0000000ull

static void claim_test(struct kunit *test)
{
	struct resource *a = request_mem_region(FIRMWARE + 0x100, 0x100, "first"), *b;

	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_EXPECT_EQ(test, resource_size(a), 0x100ull);
	KUNIT_EXPECT_EQ(test, a->flags, IORESOURCE_MEM | IORESOURCE_BUSY);
	KUNIT_EXPECT_STREQ(test, a->parent->name, "Reserved");
	KUNIT_EXPECT_PTR_EQ(test, request_mem_region(FIRMWARE + 0x1ff, 1, "overlap"), NULL);
	KUNIT_EXPECT_PTR_EQ(test, request_mem_region(FIRMWARE + 0x110, 4, "inside"), NULL);
	KUNIT_EXPECT_PTR_EQ(test, request_mem_region(FIRMWARE + 0x800, 0x1000, "across"), NULL);
	KUNIT_EXPECT_PTR_EQ(test, request_mem_region(FIRMWARE, 0, "nothing"), NULL);
	KUNIT_EXPECT_PTR_EQ(test, request_mem_region(~0ull - 3, 8, "wraps"), NULL);
	b = request_mem_region(FIRMWARE, 0x100, "second");
	KUNIT_ASSERT_NOT_NULL(test, b);
	KUNIT_EXPECT_PTR_EQ(test, b->sibling, a);
	release_mem_region(FIRMWARE + 0x100, 0x100);
	a = request_mem_region(FIRMWARE + 0x180, 0x10, "third");
	KUNIT_EXPECT_NOT_NULL(test, a);
	release_mem_region(FIRMWARE + 0x180, 0x10);
	release_mem_region(FIRMWARE, 0x100);
}

/* Memory, what firmware keeps there, and what is below 1 MiB is nobody's to claim. */
static void busy_test(struct kunit *test)
{
	unsigned int i, seen = 0;

	for (i = 0; i < memory_map_count(); i++) {
		const struct quarry_range *r = memory_map_range(i);
		bool free = r->type == QUARRY_DEVICE ||
			    (r->type == QUARRY_RESERVED && r->start >= SZ_1M);
		struct resource *res = request_mem_region(r->start, 0x10, "claim");

		KUNIT_EXPECT_EQ_MSG(test, !res, !free, "range %u at %#llx", i,
				    (unsigned long long)r->start);
		seen |= 1u << r->type;
		if (res)
			release_mem_region(r->start, 0x10);
	}
	KUNIT_EXPECT_EQ(test, seen, 1u << QUARRY_RAM | 1u << QUARRY_RESERVED | 1u << QUARRY_ACPI |
				    1u << QUARRY_NVS | 1u << QUARRY_DEVICE);
}

static void tree_test(struct kunit *test)
{
	struct resource outer = DEFINE_RES_MEM_NAMED(HOLE, 0x100000, "outer");
	struct resource inner = DEFINE_RES_MEM_NAMED(HOLE + 0x1000, 0x1000, "inner");
	struct resource across = DEFINE_RES_MEM_NAMED(HOLE - 0x10000, 0x11000, "across");
	struct resource around = DEFINE_RES_MEM_NAMED(HOLE, 0x2000, "around");

	KUNIT_EXPECT_EQ(test, request_resource(&iomem_resource, &outer), 0);
	KUNIT_EXPECT_EQ(test, request_resource(&outer, &inner), 0);
	KUNIT_EXPECT_EQ(test, request_resource(&iomem_resource, &across), -EBUSY);
	KUNIT_EXPECT_EQ(test, request_resource(&outer, &across), -EBUSY);
	KUNIT_EXPECT_PTR_EQ(test, request_resource_conflict(&outer, &across), &outer);
	KUNIT_EXPECT_PTR_EQ(test, request_resource_conflict(&outer, &around), &inner);
	KUNIT_EXPECT_EQ(test, insert_resource(&iomem_resource, &across), -EBUSY);
	KUNIT_EXPECT_EQ(test, insert_resource(&iomem_resource, &around), 0);
	KUNIT_EXPECT_PTR_EQ(test, around.parent, &outer);
	KUNIT_EXPECT_PTR_EQ(test, inner.parent, &around);
	KUNIT_EXPECT_EQ(test, insert_resource(&iomem_resource, &around), -EBUSY);
	KUNIT_EXPECT_EQ(test, adjust_resource(&around, HOLE, 0x1800), -EBUSY);
	KUNIT_EXPECT_EQ(test, adjust_resource(&around, HOLE + 0x800, 0x2000), 0);
	KUNIT_EXPECT_EQ(test, remove_resource(&around), 0);
	KUNIT_EXPECT_PTR_EQ(test, inner.parent, &outer);
	KUNIT_EXPECT_PTR_EQ(test, lookup_resource(&outer, HOLE + 0x1000), &inner);
	KUNIT_EXPECT_PTR_EQ(test, lookup_resource(&outer, HOLE + 0x1800), NULL);
	KUNIT_EXPECT_EQ(test, release_resource(&inner), 0);
	KUNIT_EXPECT_EQ(test, release_resource(&inner), -EINVAL);
	KUNIT_EXPECT_EQ(test, release_resource(&outer), 0);
}

static void allocate_test(struct kunit *test)
{
	struct resource window = DEFINE_RES_MEM_NAMED(HOLE, SZ_1M, "window");
	struct resource bar[3] = { };

	KUNIT_ASSERT_EQ(test, request_resource(&iomem_resource, &window), 0);
	KUNIT_EXPECT_EQ(test, allocate_resource(&window, &bar[0], 0x100, 0, ~0ull, 0x100, NULL, NULL),
			0);
	KUNIT_EXPECT_EQ(test, bar[0].start, HOLE);
	KUNIT_EXPECT_EQ(test, allocate_resource(&window, &bar[1], SZ_64K, 0, ~0ull, SZ_64K, NULL,
						NULL), 0);
	KUNIT_EXPECT_EQ(test, bar[1].start, HOLE + SZ_64K);
	KUNIT_EXPECT_EQ(test, allocate_resource(&window, &bar[2], SZ_1M, 0, ~0ull, 1, NULL, NULL),
			-EBUSY);
	KUNIT_EXPECT_EQ(test, allocate_resource(&window, &bar[2], 0x80, HOLE + 0x180, ~0ull, 0, NULL,
						NULL), 0);
	KUNIT_EXPECT_EQ(test, bar[2].start, HOLE + 0x180);
	KUNIT_EXPECT_EQ(test, release_resource(&window), 0);

	/* At the end of all addresses, nothing is above what is there. */
	window = (struct resource) { .name = "all", .end = ~0ull, .flags = IORESOURCE_MEM };
	memset(bar, 0, sizeof(bar));
	bar[0] = DEFINE_RES_MEM(~0ull - 0xff, 0x100);
	KUNIT_ASSERT_EQ(test, request_resource(&window, &bar[0]), 0);
	KUNIT_EXPECT_EQ(test, allocate_resource(&window, &bar[1], 1, ~0ull - 0xff, ~0ull, 1, NULL, NULL),
			-EBUSY);
	KUNIT_EXPECT_NULL(test, bar[1].parent);
	KUNIT_EXPECT_EQ(test, allocate_resource(&window, &bar[1], 0xf00, ~0ull - 0xfff, ~0ull, 0x100,
						NULL, NULL), 0);
	KUNIT_EXPECT_EQ(test, bar[1].end, ~0ull - 0x100);
}

static void helpers_test(struct kunit *test)
{
	struct resource a = DEFINE_RES_MEM(100, 50), b = DEFINE_RES_MEM(140, 30), r = { };
	struct resource c = DEFINE_RES_IO(110, 10), d = DEFINE_RES_MEM(110, 10);

	KUNIT_EXPECT_TRUE(test, resource_overlaps(&a, &b));
	KUNIT_EXPECT_TRUE(test, resource_intersection(&a, &b, &r));
	KUNIT_EXPECT_EQ(test, r.start, 140ull);
	KUNIT_EXPECT_EQ(test, r.end, 149ull);
	KUNIT_EXPECT_TRUE(test, resource_union(&a, &b, &r));
	KUNIT_EXPECT_EQ(test, r.start, 100ull);
	KUNIT_EXPECT_EQ(test, r.end, 169ull);
	KUNIT_EXPECT_FALSE(test, resource_contains(&a, &b));
	KUNIT_EXPECT_FALSE(test, resource_contains(&a, &c));
	KUNIT_EXPECT_TRUE(test, resource_contains(&a, &d));
	KUNIT_EXPECT_FALSE(test, resource_intersection(&b, &d, &r));
	KUNIT_EXPECT_EQ(test, resource_type(&c), (unsigned long)IORESOURCE_IO);
	KUNIT_EXPECT_EQ(test, region_intersects(SZ_1M, SZ_1M, IORESOURCE_SYSTEM_RAM,
						IORES_DESC_NONE), REGION_INTERSECTS);
	KUNIT_EXPECT_EQ(test, region_intersects(FIRMWARE, 16, IORESOURCE_SYSTEM_RAM,
						IORES_DESC_NONE), REGION_DISJOINT);
	KUNIT_EXPECT_EQ(test, region_intersects(0, SZ_1M, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE),
			REGION_MIXED);
	KUNIT_EXPECT_EQ(test, region_intersects(FIRMWARE, 16, IORESOURCE_MEM, IORES_DESC_RESERVED),
			REGION_INTERSECTS);
}

static void exclusive_test(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, iomem_is_exclusive(FIRMWARE + 0x20));
	KUNIT_ASSERT_NOT_NULL(test, request_mem_region_exclusive(FIRMWARE + 0x10, 4, "mine"));
	KUNIT_EXPECT_TRUE(test, iomem_is_exclusive(FIRMWARE + 0x20));
	KUNIT_EXPECT_FALSE(test, iomem_is_exclusive(FIRMWARE + PAGE_SIZE));
	release_mem_region(FIRMWARE + 0x10, 4);
	KUNIT_EXPECT_FALSE(test, iomem_is_exclusive(FIRMWARE + 0x20));
}

/* Not a report, as in Linux, but a line that says which. */
static void nonexistent_test(struct kunit *test)
{
	const char *line = "Trying to free nonexistent resource <00000000fec00020-00000000fec0002f>";
	unsigned int before = log_count(line);

	release_mem_region(FIRMWARE + 0x20, 0x10);
	KUNIT_EXPECT_EQ(test, log_count(line), before + 1);
	KUNIT_ASSERT_NOT_NULL(test, request_mem_region(FIRMWARE + 0x20, 0x20, "larger"));
	release_mem_region(FIRMWARE + 0x20, 0x10);
	KUNIT_EXPECT_EQ(test, log_count(line), before + 2);
	release_mem_region(FIRMWARE + 0x20, 0x20);
	KUNIT_EXPECT_EQ(test, log_count(line), before + 2);
	release_region(0x2f8, 8);
	KUNIT_EXPECT_EQ(test, log_count("<00000000000002f8-00000000000002ff>"), 1u);
}

static const char *view(struct kunit *test, const char *name)
{
	struct text *t = text_alloc(test, 4096);

	KUNIT_EXPECT_EQ(test, quarry_view(name, text_collect, t), 0);
	return t->buf;
}

static void ports_test(struct kunit *test)
{
	struct resource bus = DEFINE_RES_IO_NAMED(0x1000, 0x100, "bus");

	KUNIT_EXPECT_STREQ(test, view(test, "ioports"), "");
	KUNIT_ASSERT_EQ(test, request_resource(&ioport_resource, &bus), 0);
	KUNIT_EXPECT_NOT_NULL(test, request_region(0x3f8, 8, "serial"));
	KUNIT_EXPECT_NOT_NULL(test, request_region(0x1010, 4, NULL));
	KUNIT_EXPECT_NULL(test, request_region(0x3ff, 2, "too much"));
	KUNIT_EXPECT_NULL(test, request_region(0xfffe, 4, "no such port"));
	KUNIT_EXPECT_STREQ(test, view(test, "ioports"),
			   "03f8-03ff : serial\n1000-10ff : bus\n  1010-1013 : <BAD>\n");
	release_region(0x3f8, 8);
	release_region(0x1010, 4);
	KUNIT_EXPECT_EQ(test, release_resource(&bus), 0);
	KUNIT_EXPECT_STREQ(test, view(test, "ioports"), "");
}

static void iomem_view_test(struct kunit *test)
{
	static struct resource chain[8];
	const char *text;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, request_mem_region(FIRMWARE + 0x40, 0x40, "driver"));
	for (i = 0; i < ARRAY_SIZE(chain); i++) {
		chain[i] = DEFINE_RES_MEM_NAMED(HOLE, 0x100, "chain");
		KUNIT_ASSERT_EQ(test, request_resource(i ? &chain[i - 1] : &iomem_resource,
						       &chain[i]), 0);
	}
	text = view(test, "iomem");
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "\nfec00000-fec00fff : Reserved\n"
						 "  fec00040-fec0007f : driver\n"));
	/* Deeper than five levels is not shown deeper. */
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "\n          d0000000-d00000ff : chain\n"
						 "          d0000000-d00000ff : chain\n"
						 "          d0000000-d00000ff : chain\nf"));
	KUNIT_EXPECT_NULL(test, strstr(text, "           d0000000"));
	KUNIT_EXPECT_EQ(test, resource_validate(), 0u);
	KUNIT_EXPECT_EQ(test, release_resource(&chain[0]), 0);
	release_mem_region(FIRMWARE + 0x40, 0x40);
}

/* Who asks for something muxed, that somebody has who did, waits for it. */

static unsigned int turns;
static DECLARE_COMPLETION(ended);

static int second(void *arg)
{
	if (request_muxed_region(0x2e, 2, "second")) {
		turns = turns * 10 + 2;
		release_region(0x2e, 2);
	}
	complete(&ended);
	return 0;
}

static void muxed_test(struct kunit *test)
{
	struct task_struct *t;

	turns = 0;
	reinit_completion(&ended);
	KUNIT_ASSERT_NOT_NULL(test, request_muxed_region(0x2e, 2, "first"));
	KUNIT_EXPECT_NULL(test, request_region(0x2e, 2, "impatient"));
	t = kthread_run(second, NULL, "second");
	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	msleep(20);
	turns = turns * 10 + 1;
	release_region(0x2e, 2);
	wait_for_completion(&ended);
	KUNIT_EXPECT_EQ(test, turns, 12u);
}

/* What is held is known by who asked for it. */

static void count(void *ctx, const struct quarry_holding *h)
{
	unsigned int *n = ctx;

	if (!strcmp(h->kind, "I/O memory region") && !strcmp(h->detail, "held") &&
	    h->address == (uintptr_t)FIRMWARE + 0x60 && h->size == 0x20)
		n[0]++;
	else if (!strcmp(h->kind, "I/O port region") && h->address == 0x60)
		n[1]++;
	else if (!strcmp(h->kind, "I/O memory region") && !strcmp(h->detail, "inserted"))
		n[2]++;
	else
		n[3]++;
}

static noinline void hold_some(struct kunit *test, struct resource *res)
{
	KUNIT_EXPECT_NOT_NULL(test, request_mem_region(FIRMWARE + 0x60, 0x20, "held"));
	KUNIT_EXPECT_NOT_NULL(test, request_region(0x60, 5, "ports"));
	KUNIT_EXPECT_EQ(test, insert_resource(&iomem_resource, res), 0);
}

static void holdings_test(struct kunit *test)
{
	struct resource res = DEFINE_RES_MEM_NAMED(HOLE, 0x100, "inserted");
	uintptr_t lo = (uintptr_t)hold_some, hi = lo + 2048;
	unsigned int n[4] = { }, none[4] = { };

	hold_some(test, &res);
	quarry_holdings(lo, hi, count, n);
	KUNIT_EXPECT_EQ(test, n[0], 1u);
	KUNIT_EXPECT_EQ(test, n[1], 1u);
	KUNIT_EXPECT_EQ(test, n[2], 1u);
	release_mem_region(FIRMWARE + 0x60, 0x20);
	release_region(0x60, 5);
	KUNIT_EXPECT_EQ(test, release_resource(&res), 0);
	quarry_holdings(lo, hi, count, none);
	KUNIT_EXPECT_EQ(test, none[0] + none[1] + none[2], 0u);
}

static struct kunit_case resource_cases[] = {
	KUNIT_CASE(claim_test),
	KUNIT_CASE(busy_test),
	KUNIT_CASE(tree_test),
	KUNIT_CASE(allocate_test),
	KUNIT_CASE(helpers_test),
	KUNIT_CASE(exclusive_test),
	KUNIT_CASE(nonexistent_test),
	KUNIT_CASE(ports_test),
	KUNIT_CASE(iomem_view_test),
	KUNIT_CASE(muxed_test),
	KUNIT_CASE(holdings_test),
	{}
};

static struct kunit_suite resource_suite = { .name = "resource", .test_cases = resource_cases };
quarry_suite_on(resource_suite, "x86_64-8g");
