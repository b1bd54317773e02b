// SPDX-License-Identifier: MIT
/*
 * Each allocation inside the slab layer fails in turn: once, so that what was built is
 * taken down and what follows goes on; then for good, from each page on.
 *
 * An operation is repeated with the failure one page later each time, until it gets
 * through without meeting it. Before each time every free object of every cache is
 * somebody's, and all room for per-CPU variables: so whatever the operation asks for,
 * descriptors, names, magazines, asks for a page.
 *
 * F1  An operation that meets no failure succeeds; one that fails says so, and what it
 *     was given before is as it was.
 * F2  Afterwards there are as many caches as before, and after the last as many objects
 *     and free pages as before the first.
 * F3  Giving back needs no memory.
 */
#include <linux/fault-inject.h>
#include <linux/mempool.h>
#include <linux/percpu.h>
#include <linux/sched.h>

#include "tests/contract/contract.h"

#define STEPS_MAX	1000	/* failures of one operation, before it is called endless */
#define BALLAST		40000
#define OBJECTS		200

static void *objects[OBJECTS];
static const char *mistake;	/* what an operation found wrong, beside its failure */

static void expect(bool right, const char *what)
{
	if (!right)
		mistake = what;
}

/* Failures. */

static void rules(unsigned long probability, unsigned int space)
{
	fail_page_alloc_rules.attr.probability = probability;
	atomic_set(&fail_page_alloc_rules.attr.space, (int)space);
	fail_page_alloc_update();
}

static void fail_nth(unsigned int n)
{
	fault_set_nth(current, n);
	fail_page_alloc_update();
}

/* What is prepared between these two meets no failure. */

static struct {
	unsigned int nth;
	unsigned long probability;
} paused;

static void begin_preparing(void)
{
	paused.nth = fault_nth(current);
	paused.probability = fail_page_alloc_rules.attr.probability;
	fault_set_nth(current, 0);
	fail_page_alloc_rules.attr.probability = 0;
	fail_page_alloc_update();
}

static void end_preparing(void)
{
	fail_page_alloc_rules.attr.probability = paused.probability;
	fail_nth(paused.nth);
}

/* Operations. Each returns whether it got all it asked for, and has given it back. */

static void construct(void *object)
{
	memset(object, 0x11, 100);
}

static bool create_of(unsigned int size, unsigned int align, slab_flags_t flags,
		      void (*ctor)(void *))
{
	struct kmem_cache *s = kmem_cache_create("failure", size, align, flags, ctor);

	kmem_cache_destroy(s);
	return s;
}

static bool create(void)
{
	return create_of(40, 0, CONTRACT_PLAIN, NULL);
}

static bool create_special(void)
{
	bool a = create_of(400, 64, CONTRACT_PLAIN | SLAB_TYPESAFE_BY_RCU, construct);
	bool b = create_of(100, 0, CONTRACT_DEBUG, construct);

	return create_of(5000, 4096, CONTRACT_PLAIN | SLAB_RECLAIM_ACCOUNT, NULL) && a && b;
}

static bool create_alike(void)
{
	struct kmem_cache *a = kmem_cache_create("failure-a", 1112, 0, 0, NULL);
	struct kmem_cache *b = kmem_cache_create("failure-b", 1112, 0, 0, NULL);

	kmem_cache_destroy(a);
	kmem_cache_destroy(b);
	return a && b;
}

static bool create_many(void)
{
	unsigned int i, n;

	for (n = 0; n < 12; n++) {
		objects[n] = kmem_cache_create("failure", 40 + n, 0, CONTRACT_PLAIN, NULL);
		if (!objects[n])
			break;
	}
	for (i = 0; i < n; i++)
		kmem_cache_destroy(objects[i]);
	return n == 12;
}

/* A cache that is there, for what follows. */
static struct kmem_cache *prepared(unsigned int size, slab_flags_t flags, void (*ctor)(void *))
{
	struct kmem_cache *s;

	begin_preparing();
	s = kmem_cache_create("failure", size, 0, flags, ctor);
	end_preparing();
	expect(s, "no cache can be prepared");
	return s;
}

static bool objects_of(struct kmem_cache *s, unsigned int nr)
{
	unsigned int i, n;

	for (n = 0; s && n < nr; n++) {
		gfp_t gfp = n % 3 ? GFP_KERNEL : GFP_ATOMIC;

		if (n % 5 == 4)
			objects[n] = kmem_cache_alloc_node(s, gfp, (int)(n % machine.nr_nodes));
		else
			objects[n] = kmem_cache_alloc(s, gfp);
		if (!objects[n])
			break;
		if (s->ctor)
			expect(!memchr_inv(objects[n], 0x11, 100), "not constructed");
	}
	expect(!s || contract_active(s) == n, "objects are missing, or too many");
	for (i = 0; i < n; i++)
		kmem_cache_free(s, objects[i]);
	expect(!s || !contract_active(s), "an object is left");
	kmem_cache_destroy(s);
	return n == nr;
}

static bool alloc(void)
{
	return objects_of(prepared(700, CONTRACT_PLAIN, NULL), 60);
}

static bool alloc_constructed(void)
{
	return objects_of(prepared(300, CONTRACT_PLAIN, construct), 100);
}

static bool alloc_debugged(void)
{
	return objects_of(prepared(300, CONTRACT_DEBUG, construct), 100);
}

static bool bulk_of(slab_flags_t flags)
{
	struct kmem_cache *s = prepared(700, flags, NULL);
	void *kept;
	int n;

	if (!s)
		return false;
	begin_preparing();
	kept = kmem_cache_alloc(s, GFP_KERNEL);
	contract_fill(kept, 700, 5);
	end_preparing();
	n = kmem_cache_alloc_bulk(s, GFP_KERNEL | __GFP_ZERO, OBJECTS, objects);
	expect(n == 0 || n == OBJECTS, "neither all nor nothing");
	expect(contract_active(s) == 1ul + n, "objects of a bulk request that failed are left");
	expect(contract_intact(kept, 700, 5), "somebody wrote to an object");
	kmem_cache_free_bulk(s, n, objects);
	kmem_cache_free(s, kept);
	kmem_cache_destroy(s);
	return n;
}

static bool bulk(void)
{
	return bulk_of(CONTRACT_PLAIN);
}

static bool bulk_debugged(void)
{
	return bulk_of(CONTRACT_DEBUG);
}

/* F3. All memory is somebody's while it is given back. */
static bool give_back(void)
{
	struct kmem_cache *s = prepared(200, CONTRACT_PLAIN, NULL);
	unsigned int i;
	bool had;

	begin_preparing();
	had = s && kmem_cache_alloc_bulk(s, GFP_KERNEL, OBJECTS, objects) == OBJECTS;
	end_preparing();
	expect(had, "no objects can be prepared");
	for (i = 0; had && i < OBJECTS; i++) {
		kmem_cache_free(s, objects[i * 77 % OBJECTS]);
		if (i % 50 == 0)
			kmem_cache_shrink(s);
		expect(contract_active(s) == OBJECTS - 1 - i, "objects are miscounted");
	}
	kmem_cache_destroy(s);
	expect(!s || !contract_is_listed(s), "a cache is not destroyed");
	return true;
}

static bool kmalloc_all(void)
{
	static const size_t sizes[] = { 8, 100, 190, 700, 2000, 4096, 9000, 40000 };
	unsigned int i, n;

	for (n = 0; n < 64; n++) {
		gfp_t gfp = GFP_KERNEL | (n % 5 ? 0 : __GFP_RECLAIMABLE);

		objects[n] = n % 2 ? kzalloc(sizes[n % ARRAY_SIZE(sizes)], gfp) :
				     kmalloc(sizes[n % ARRAY_SIZE(sizes)], gfp);
		if (!objects[n])
			break;
	}
	for (i = 0; i < n; i++)
		kfree(objects[i]);
	return n == 64;
}

static bool krealloc_all(void)
{
	u8 *p = kmalloc(16, GFP_KERNEL), *more;
	size_t size, have = 16;

	if (p)
		contract_fill(p, have, 3);
	for (size = 40; p && size <= 100000; size *= 2) {
		more = krealloc(p, size, GFP_KERNEL);
		if (more)
			p = more;
		expect(contract_intact(p, have, 3), "krealloc() lost what was there");
		if (!more)
			break;
		contract_fill(p, size, 3);
		have = size;
	}
	kfree(p);
	return p && size > 100000;
}

static bool kvmalloc_all(void)
{
	u8 *a = kvmalloc(100, GFP_KERNEL), *b = kvzalloc(20000, GFP_KERNEL), *c = NULL, *more;
	bool grown = false;

	begin_preparing();
	c = kvmalloc(3000, GFP_KERNEL);
	end_preparing();
	if (c) {
		contract_fill(c, 3000, 7);
		more = kvrealloc(c, 3000, 300000, GFP_KERNEL);
		grown = more;
		c = more ? more : c;
		expect(contract_intact(c, 3000, 7), "kvrealloc() lost what was there");
	}
	kvfree(c);
	kvfree(b);
	kvfree(a);
	return a && b && grown;
}

/* Not mempool_alloc_slab(): pools are another part's, and call the program's layer. */
static void *element(gfp_t gfp, void *cache)
{
	return kmem_cache_alloc(cache, gfp);
}

static void end_element(void *p, void *cache)
{
	kmem_cache_free(cache, p);
}

static bool pool(void)
{
	struct kmem_cache *s = prepared(500, CONTRACT_PLAIN, NULL);
	mempool_t *pool = s ? mempool_create(20, element, end_element, s) : NULL;
	bool had = pool, resized = false;
	unsigned int n;

	expect(!s || contract_active(s) == (pool ? 20 : 0), "a pool keeps what it must not");
	for (n = 0; pool && n < 20; n++) {
		objects[n] = mempool_alloc(pool, GFP_NOWAIT);
		expect(objects[n], "a pool does not give its reserve");
	}
	if (pool) {
		resized = !mempool_resize(pool, 40);
		expect(resized || pool->min_nr == 20, "half resized");
	}
	while (n--)
		if (objects[n])
			mempool_free(objects[n], pool);
	mempool_destroy(pool);
	expect(!s || !contract_active(s), "an element is left");
	kmem_cache_destroy(s);
	return had && resized;
}

static const struct operation {
	const char *name;
	bool (*fn)(void);
	bool asks;		/* for memory, and so must fail at least once */
} operations[] = {
	{ "create", create, true },
	{ "create special ones", create_special, true },
	{ "create like ones", create_alike, true },
	{ "create many", create_many, true },
	{ "alloc", alloc, true },
	{ "alloc, constructed", alloc_constructed, true },
	{ "alloc, debugged", alloc_debugged, true },
	{ "bulk", bulk, true },
	{ "bulk, debugged", bulk_debugged, true },
	{ "give back", give_back, false },
	{ "kmalloc", kmalloc_all, true },
	{ "krealloc", krealloc_all, true },
	{ "kvmalloc", kvmalloc_all, true },
	{ "mempool", pool, true },
};

static void to_name(const struct operation *op, char *name)
{
	strscpy(name, op->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(operation, operations, to_name);

/* What is there before. */

static struct {
	struct kmem_cache *s;
	void *p;
} *ballast;
static void __percpu **percpu_ballast;
static unsigned int nr_ballast, nr_percpu;

static void use_up(void)
{
	struct kmem_cache *s;
	size_t size;
	void *p;

	rules(100, 0);
	for (s = cache_next(NULL); s; s = cache_next(s))
		while (nr_ballast < BALLAST &&
		       (p = kmem_cache_alloc(s, GFP_NOWAIT | __GFP_NOWARN))) {
			ballast[nr_ballast].s = s;
			ballast[nr_ballast++].p = p;
		}
	for (size = 4096; size >= 8; size /= 2)
		while (nr_percpu < BALLAST &&
		       (percpu_ballast[nr_percpu] = __alloc_percpu_gfp(
				size, 8, GFP_NOWAIT | __GFP_NOWARN)))
			nr_percpu++;
	rules(0, 0);
}

static void drop_ballast(void)
{
	while (nr_percpu)
		free_percpu(percpu_ballast[--nr_percpu]);
	while (nr_ballast) {
		nr_ballast--;
		kmem_cache_free(ballast[nr_ballast].s, ballast[nr_ballast].p);
	}
}

/* F2 */
struct census {
	unsigned long caches, objects, pages;
};

static struct census count_all(void)
{
	struct census c = {};
	struct kmem_cache *s;

	contract_settle();
	for (s = cache_next(NULL); s; s = cache_next(s)) {
		c.caches++;
		c.objects += contract_active(s);
	}
	c.pages = nr_free_pages();
	return c;
}

/* Return: did it get through without meeting the failure? */
static bool step(struct kunit *test, const struct operation *op, bool for_good, unsigned int n)
{
	const char *how = for_good ? "for good from page" : "once at page";
	bool had, hit;

	contract_settle();
	use_up();
	mistake = NULL;
	if (for_good)
		rules(100, n);
	else
		fail_nth(n);
	had = op->fn();
	hit = for_good ? !atomic_read(&fail_page_alloc_rules.attr.space) : !fault_nth(current);
	rules(0, 0);
	fail_nth(0);
	drop_ballast();
	KUNIT_EXPECT_STREQ_MSG(test, mistake ?: "", "", "%s, %s %u", op->name, how, n);
	if (!hit)
		KUNIT_EXPECT_TRUE_MSG(test, had, "%s failed, %s %u, though nothing was refused",
				      op->name, how, n);
	return !hit;
}

static void sweep(struct kunit *test, const struct operation *op, bool for_good)
{
	struct quarry_incidents seen = quarry_incidents();
	struct census before, after;
	unsigned int n;

	/* Twice, to fill what is kept for good. */
	step(test, op, for_good, STEPS_MAX);
	step(test, op, for_good, STEPS_MAX);
	before = count_all();
	for (n = 1; n < STEPS_MAX && !step(test, op, for_good, n); n++) {
		/* Not objects: an empty chunk of per-CPU memory may be kept for the next. */
		after = count_all();
		KUNIT_EXPECT_EQ_MSG(test, after.caches, before.caches, "%s, %u", op->name, n);
		KUNIT_ASSERT_EQ_MSG(test, contract_validate(), 0u, "%s, %u", op->name, n);
	}
	after = count_all();
	KUNIT_EXPECT_EQ_MSG(test, after.objects, before.objects, "%s", op->name);
	KUNIT_EXPECT_EQ_MSG(test, after.pages, before.pages, "%s", op->name);
	KUNIT_EXPECT_EQ(test, quarry_incidents().bugs, seen.bugs);
	KUNIT_EXPECT_LT_MSG(test, n, STEPS_MAX, "%s asks for ever", op->name);
	if (op->asks)
		KUNIT_EXPECT_GT_MSG(test, n, 1u, "%s never asks for a page", op->name);
	kunit_info(test, "%s: %u failures", op->name, n - 1);
}

static void once_test(struct kunit *test)
{
	sweep(test, test->param_value, false);
}

static void for_good_test(struct kunit *test)
{
	sweep(test, test->param_value, true);
}

static int begin(struct kunit *test)
{
	struct fail_page_alloc_rules *r = &fail_page_alloc_rules;

	r->min_order = 0;
	r->ignore_gfp_highmem = r->ignore_gfp_wait = false;
	r->attr.verbose = 0;
	r->attr.task_filter = true;
	atomic_set(&r->attr.times, -1);
	ballast = vzalloc(BALLAST * sizeof(*ballast));
	percpu_ballast = vzalloc(BALLAST * sizeof(*percpu_ballast));
	nr_ballast = nr_percpu = 0;
	current->make_it_fail = true;
	return ballast && percpu_ballast ? 0 : -ENOMEM;
}

static void end(struct kunit *test)
{
	current->make_it_fail = false;
	fault_set_nth(current, 0);
	fail_page_alloc_init();
	drop_ballast();
	vfree(ballast);
	vfree(percpu_ballast);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(once_test, operation_gen_params),
	KUNIT_CASE_PARAM(for_good_test, operation_gen_params),
	{}
};

contract_suite_with(failure_suite, "failure", cases, "tiny-16m", begin, end);
contract_suite_with(failure_numa_suite, "failure_numa", cases, "numa-4x2g", begin, end);
