// SPDX-License-Identifier: MIT
/*
 * Two and three CPUs at once: short rounds, each on a cache of its own, or on several.
 * What each CPU does in a round is chosen by the seed and the round's number.
 *
 * R1  Nobody has an object that another one has: it has its owner's mark while it lives.
 * R2  At the end of a round each object is back, the counts say so, the cache is valid,
 *     and can be destroyed.
 *
 * Free-running, the host decides who goes when. With --seed, in a program whose layer has
 * places where CPUs change (steps.c), an interleaving is the round's number:
 *
 *	steps-slub test --seed 1 --cmdline contract_rounds=10000 contract_race
 *
 * and the same numbers give the same interleavings again. A round that fails is named.
 */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/sched.h>
#include <linux/topology.h>

#include "tests/contract/contract.h"
#include "tests/contract/crew.h"

#define FEW		6	/* shared slots in a short round, so that they meet */
#define MANY		500	/* in a long one */
#define LONG		2500	/* steps of that, for each CPU */
#define BULK		12
#define ROUNDS		60	/* of a case, if nobody asks for more */

/* What a round is about. */
struct scenario {
	const char *name;
	slab_flags_t flags;
	unsigned int size;
	void (*step)(struct worker *w, gfp_t gfp);
};

/* A cache that ends with the last of its objects, whoever frees that. */
struct doomed {
	struct kmem_cache *s;
	atomic_t users;
};

struct race {
	struct crew crew;
	const struct scenario *scenario;
	unsigned int steps;		/* 0: a few */
	unsigned int slots;
	struct kmem_cache *s;
	void **slot[MANY];		/* exchanged by all; the first few, or all */
	struct doomed doomed[WORKERS];
	struct { struct doomed *of; void *p; } handed[WORKERS];	/* by the worker before */
	atomic_t wrong;
};

static struct race *race_of(struct worker *w)
{
	return container_of(w->crew, struct race, crew);
}

/* Objects that are exchanged (R1). A list head that somebody had there is no mark. */

static void *mark_of(void **p)
{
	return (void *)((uintptr_t)p ^ 0x5afe);
}

static void *mark(struct race *r, void **p)
{
	if (p && *p == mark_of(p))
		atomic_inc(&r->wrong);	/* somebody else's */
	if (p)
		*p = mark_of(p);
	return p;
}

static void *unmark(struct race *r, void **p)
{
	if (p && *p != mark_of(p))
		atomic_inc(&r->wrong);
	if (p)
		*p = NULL;
	return p;
}

static void *put(struct worker *w, void *p)
{
	struct race *r = race_of(w);

	return __atomic_exchange_n(&r->slot[dice(w, r->slots)], p, __ATOMIC_ACQ_REL);
}

static void take_one(struct worker *w, gfp_t gfp)
{
	struct race *r = race_of(w);
	void *p;

	if (dice(w, 8))
		p = kmem_cache_alloc(r->s, gfp);
	else
		p = kmem_cache_alloc_node(r->s, gfp, (int)dice(w, machine.nr_nodes));
	kmem_cache_free(r->s, unmark(r, put(w, mark(r, p))));
}

static void give_one(struct worker *w)
{
	struct race *r = race_of(w);

	kmem_cache_free(r->s, unmark(r, put(w, NULL)));
}

static void take_many(struct worker *w, gfp_t gfp)
{
	struct race *r = race_of(w);
	unsigned int n = dice(w, BULK), i, k = 0;
	void *p[BULK];

	if (kmem_cache_alloc_bulk(r->s, gfp, n, p) != (int)n)
		return;
	for (i = 0; i < n; i++)
		mark(r, p[i]);
	for (i = 0; i < n; i++) {
		p[k] = unmark(r, put(w, p[i]));
		k += p[k] != NULL;
	}
	kmem_cache_free_bulk(r->s, k, p);
}

/* An interrupt on some CPU, wherever that is just now. */
static void exchange_interrupt(void *arg)
{
	struct worker *w = arg;

	take_one(w, GFP_ATOMIC);
	give_one(w);
}

static void exchange(struct worker *w, gfp_t gfp)
{
	switch (dice(w, 12)) {
	case 0:
		take_many(w, gfp);
		break;
	case 1:
		quarry_host_cross_call(dice(w, w->crew->workers), exchange_interrupt, w);
		break;
	case 2: case 3: case 4: case 5:
		give_one(w);
		break;
	default:
		take_one(w, gfp);
	}
}

/* The same, with somebody who empties what others fill, and counts. */
static void shrink(struct worker *w, gfp_t gfp)
{
	if (w->number || dice(w, 3))
		exchange(w, gfp);
	else if (dice(w, 3))
		kmem_cache_shrink(race_of(w)->s);
	else
		contract_count(race_of(w)->s);
}

/* With the timer's turn (SLAB), and memory that is short. */
static void reap(struct worker *w, gfp_t gfp)
{
	if (w->number || dice(w, 3))
		exchange(w, gfp);
	else if (dice(w, 2))
		slab_reap();
	else
		slab_reclaim((int)dice(w, machine.nr_nodes), dice(w, 2));
}

/* Any general cache, and large blocks. */
static void general(struct worker *w, gfp_t gfp)
{
	static const size_t sizes[] = { 8, 60, 96, 190, 500, 2000, 8192, 20000 };
	struct race *r = race_of(w);
	size_t size = sizes[dice(w, ARRAY_SIZE(sizes))];
	void *p = NULL, *q;

	if (dice(w, 3))
		p = mark(r, kmalloc(size, gfp | (dice(w, 6) ? 0 : __GFP_RECLAIMABLE)));
	p = put(w, p);
	if (p && !dice(w, 3)) {
		q = krealloc(unmark(r, p), sizes[dice(w, ARRAY_SIZE(sizes))], gfp);
		p = q ? q : p;
		p = put(w, mark(r, p));
	}
	if (dice(w, 5))
		kfree(unmark(r, p));
	else if (p)
		kfree_bulk(1, &(void *){ unmark(r, p) });
}

/* Ends: each makes a cache and hands an object to the next; the last use ends it. */
static void put_doomed(struct doomed *d)
{
	if (atomic_dec_and_test(&d->users))
		kmem_cache_destroy(d->s);
}

static void destroy(struct worker *w, gfp_t gfp)
{
	struct race *r = race_of(w);
	unsigned int next = (w->number + 1) % r->crew.workers, i;
	struct doomed *d = &r->doomed[w->number], *other;
	void **p, *mine[8];

	d->s = kmem_cache_create("contract", 24 + 100 * dice(w, 10), 0, r->scenario->flags, NULL);
	atomic_set(&d->users, 2);
	p = mark(r, kmem_cache_alloc(d->s, gfp));
	r->handed[next].p = p;
	smp_store_release(&r->handed[next].of, d);
	for (i = 0; i < ARRAY_SIZE(mine); i++)
		mine[i] = kmem_cache_alloc(d->s, gfp);
	while (!(other = smp_load_acquire(&r->handed[w->number].of)))
		cond_resched();
	kmem_cache_free(other->s, unmark(r, r->handed[w->number].p));
	kmem_cache_free(other->s, kmem_cache_alloc(other->s, gfp));
	put_doomed(other);
	for (i = 0; i < ARRAY_SIZE(mine); i++)
		kmem_cache_free(d->s, mine[i]);
	put_doomed(d);
}

/* Like caches, which may be one; somebody walks the list of caches. */
static void names(struct worker *w, gfp_t gfp)
{
	struct race *r = race_of(w);
	struct kmem_cache *s;
	void *p[3];
	unsigned int i;

	if (!dice(w, 3)) {
		contract_is_listed(r->s);
		return;
	}
	s = kmem_cache_create("contract", r->scenario->size, 0, r->scenario->flags, NULL);
	if (!s)
		return;
	for (i = 0; i < ARRAY_SIZE(p); i++)
		p[i] = mark(r, kmem_cache_alloc(s, gfp));
	if (dice(w, 2))
		exchange(w, gfp);
	for (i = 0; i < ARRAY_SIZE(p); i++)
		kmem_cache_free(s, unmark(r, p[i]));
	kmem_cache_destroy(s);
}

static const struct scenario scenarios[] = {
	{ "exchange", CONTRACT_PLAIN, 64, exchange },
	{ "exchange of large objects", CONTRACT_PLAIN, 3000, exchange },
	{ "shrink", CONTRACT_PLAIN, 1000, shrink },
	{ "shrink, typesafe", CONTRACT_PLAIN | SLAB_TYPESAFE_BY_RCU, 1000, shrink },
	{ "shrink, debugged", CONTRACT_DEBUG, 400, shrink },
	{ "reap", CONTRACT_PLAIN, 300, reap },
	{ "destroy", CONTRACT_PLAIN, 64, destroy },
	{ "destroy, debugged", CONTRACT_DEBUG, 64, destroy },
	{ "names", 0, 1112, names },
	{ "kmalloc", CONTRACT_PLAIN, 64, general },
};

static void scenario_name(const struct scenario *s, char *name)
{
	strscpy(name, s->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(scenario, scenarios, scenario_name);

/* Rounds. */

static void work(struct worker *w)
{
	struct race *r = race_of(w);
	unsigned int steps = r->steps ? r->steps : 4 + dice(w, 8), i;
	unsigned long flags;

	if (r->scenario->step == destroy)
		steps = 1;
	for (i = 0; i < steps; i++) {
		if (r->scenario->step == exchange && !dice(w, 6)) {
			local_irq_save(flags);
			take_one(w, GFP_ATOMIC);
			local_irq_restore(flags);
		} else {
			r->scenario->step(w, dice(w, 3) ? GFP_KERNEL : GFP_ATOMIC);
		}
		cond_resched();
	}
}

static void give_back(struct race *r)
{
	unsigned int i;

	for (i = 0; i < MANY; i++) {
		void *p = unmark(r, r->slot[i]);

		if (r->scenario->step == general)
			kfree(p);
		else
			kmem_cache_free(r->s, p);
		r->slot[i] = NULL;
	}
}

static u64 one_round(struct kunit *test, struct race *r)
{
	const struct scenario *sc = r->scenario;
	u64 order;

	r->s = kmem_cache_create("contract", sc->size, 0, sc->flags | SLAB_NO_MERGE, NULL);
	KUNIT_ASSERT_NOT_NULL(test, r->s);
	memset(r->handed, 0, sizeof(r->handed));
	order = crew_round(&r->crew);
	give_back(r);
	if (sc->flags & SLAB_TYPESAFE_BY_RCU)
		contract_wait_for_readers();
	KUNIT_ASSERT_EQ_MSG(test, atomic_read(&r->wrong), 0, "round %u", r->crew.round);
	KUNIT_ASSERT_EQ_MSG(test, contract_active(r->s), 0ul, "round %u", r->crew.round);
	KUNIT_ASSERT_EQ_MSG(test, contract_validate_cache(r->s), 0u, "round %u", r->crew.round);
	kmem_cache_destroy(r->s);
	KUNIT_ASSERT_FALSE_MSG(test, contract_is_listed(r->s), "round %u", r->crew.round);
	return order;
}

static int by_number(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static unsigned int distinct(u64 *order, unsigned int n)
{
	unsigned int i, k = 0;

	sort(order, n, sizeof(*order), by_number, NULL);
	for (i = 0; i < n; i++)
		k += order[i] && (!i || order[i] != order[i - 1]);
	return k;
}

/* One round, as long as many: the host decides who goes when, and the machine is full. */
static void long_test(struct kunit *test)
{
	struct race *r = vzalloc(sizeof(*r));

	if (machine.nr_cpus < 2)
		kunit_skip(test, "there is one CPU only");
	KUNIT_ASSERT_NOT_NULL(test, r);
	r->scenario = test->param_value;
	r->steps = LONG;
	r->slots = MANY;
	r->crew.round = 1;
	crew_start(test, &r->crew, work, true);
	one_round(test, r);
	crew_stop(&r->crew);
	KUNIT_EXPECT_EQ(test, contract_validate(), 0u);
	vfree(r);
}

static void race_test(struct kunit *test)
{
	unsigned int rounds = contract_rounds ?
			      DIV_ROUND_UP(contract_rounds, ARRAY_SIZE(scenarios)) : ROUNDS;
	struct race *r = vzalloc(sizeof(*r));
	u64 *order = vzalloc(rounds * sizeof(*order));
	unsigned int n;

	if (machine.nr_cpus < 2)
		kunit_skip(test, "there is one CPU only");
	KUNIT_ASSERT_TRUE(test, r && order);
	r->scenario = test->param_value;
	r->slots = FEW;
	crew_start(test, &r->crew, work, true);
	for (; r->crew.round < rounds; r->crew.round++) {
		order[r->crew.round] = one_round(test, r);
		cond_resched();
	}
	crew_stop(&r->crew);
	KUNIT_EXPECT_EQ(test, contract_validate(), 0u);
	n = distinct(order, rounds);
	if (n)
		kunit_info(test, "seed %u: %u rounds, %u different interleavings", contract_seed,
			   rounds, n);
	vfree(order);
	vfree(r);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(race_test, scenario_gen_params),
	KUNIT_CASE_PARAM(long_test, scenario_gen_params),
	{}
};

contract_suite(race_suite, "race", cases, NULL);
contract_suite(race_numa_suite, "race_numa", cases, "numa-4x2g");
