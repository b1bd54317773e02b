// SPDX-License-Identifier: MIT
/*
 * Trees of resources against a list of ranges that knows no trees: who is whose parent is
 * found anew, by looking at all of them, for each operation.
 */
#include <kunit/test.h>
#include <linux/ioport.h>
#include <linux/prandom.h>
#include <linux/slab.h>

#include "mm/resource.h"

#define SPACE	200u	/* addresses */
#define NODES	24
#define STEPS	40000
#define ROOT	(-1)
#define NOBODY	(-2)

/* What the oracle knows of a resource: no links but to the parent. */
struct known {
	bool live;
	bool busy;
	unsigned int start, end;
	int parent;		/* ROOT, or an index */
};

struct model {
	struct resource root;
	struct resource res[NODES];
	struct known known[NODES];
	struct rnd_state rnd;
	unsigned int done[8];	/* operations that went well, by kind */
	const char *why;	/* the first thing that went wrong */
};

static unsigned int pick(struct model *m, unsigned int below)
{
	return prandom_u32_state(&m->rnd) % below;
}

static void expect(struct model *m, bool right, const char *why)
{
	if (!right && !m->why)
		m->why = why;
}

static struct resource *real(struct model *m, int i)
{
	return i == ROOT ? &m->root : &m->res[i];
}

static bool holds(struct model *m, int i, unsigned int start, unsigned int end)
{
	return i == ROOT ? end < SPACE : m->known[i].start <= start && m->known[i].end >= end;
}

/* The lowest child of @parent that overlaps the range; NOBODY. @but is left out. */
static int overlapping(struct model *m, int parent, unsigned int start, unsigned int end, int but)
{
	int i, best = NOBODY;

	for (i = 0; i < NODES; i++) {
		const struct known *k = &m->known[i];

		if (k->live && i != but && k->parent == parent && k->start <= end &&
		    k->end >= start && (best == NOBODY || k->start < m->known[best].start))
			best = i;
	}
	return best;
}

static int unused(struct model *m)
{
	int i = 0;

	while (i < NODES && m->known[i].live)
		i++;
	return i < NODES ? i : NOBODY;
}

static int some(struct model *m)
{
	int i = (int)pick(m, NODES);

	return m->known[i].live ? i : ROOT;
}

static void range(struct model *m, unsigned int *start, unsigned int *end)
{
	unsigned int length = pick(m, 4) ? 1 + pick(m, 12) : 1 + pick(m, 80);

	*start = pick(m, SPACE - length + 1);
	*end = *start + length - 1;
}

static void adopt(struct model *m, int i, unsigned int start, unsigned int end, int parent)
{
	m->known[i] = (struct known) {
		.live = true, .busy = m->res[i].flags & IORESOURCE_BUSY,
		.start = start, .end = end, .parent = parent,
	};
}

static void set(struct model *m, int i, unsigned int start, unsigned int end)
{
	m->res[i] = DEFINE_RES_MEM(start, end - start + 1);
	if (!pick(m, 3))
		m->res[i].flags |= IORESOURCE_BUSY;
}

static void do_request(struct model *m, int i)
{
	int parent = some(m), in_the_way;
	unsigned int start, end;
	struct resource *got;

	range(m, &start, &end);
	set(m, i, start, end);
	in_the_way = overlapping(m, parent, start, end, NOBODY);
	if (!holds(m, parent, start, end))
		in_the_way = parent;
	got = request_resource_conflict(real(m, parent), &m->res[i]);
	expect(m, got == (in_the_way == NOBODY ? NULL : real(m, in_the_way)), "request");
	if (in_the_way == NOBODY) {
		adopt(m, i, start, end, parent);
		m->done[0]++;
	}
}

/* The oracle's way down: the deepest that has room for the range, and more. */
static int deepest(struct model *m, unsigned int start, unsigned int end)
{
	int i, parent = ROOT, found;

	do {
		found = NOBODY;
		for (i = 0; i < NODES; i++) {
			const struct known *k = &m->known[i];

			if (k->live && k->parent == parent && holds(m, i, start, end) &&
			    k->end - k->start > end - start)
				found = i;
		}
		if (found != NOBODY)
			parent = found;
	} while (found != NOBODY);
	return parent;
}

static void do_insert(struct model *m, int i)
{
	bool fits = true;
	int parent, j;
	unsigned int start, end;

	range(m, &start, &end);
	set(m, i, start, end);
	parent = deepest(m, start, end);
	for (j = 0; j < NODES; j++) {
		const struct known *k = &m->known[j];

		if (k->live && k->parent == parent && k->start <= end && k->end >= start &&
		    (k->start < start || k->end > end))
			fits = false;
	}
	expect(m, insert_resource(&m->root, &m->res[i]) == (fits ? 0 : -EBUSY), "insert");
	if (!fits)
		return;
	for (j = 0; j < NODES; j++)
		if (m->known[j].live && m->known[j].parent == parent &&
		    m->known[j].start >= start && m->known[j].end <= end)
			m->known[j].parent = i;
	adopt(m, i, start, end, parent);
	m->done[1]++;
}

static void do_remove(struct model *m, int i)
{
	int j;

	expect(m, remove_resource(&m->res[i]) == 0, "remove");
	expect(m, remove_resource(&m->res[i]) == -EINVAL, "remove twice");
	for (j = 0; j < NODES; j++)
		if (m->known[j].live && m->known[j].parent == i)
			m->known[j].parent = m->known[i].parent;
	m->known[i].live = false;
	m->done[2]++;
}

/* With all that is below it. */
static void do_release(struct model *m, int i)
{
	bool more = true;
	int j;

	expect(m, release_resource(&m->res[i]) == 0, "release");
	expect(m, release_resource(&m->res[i]) == -EINVAL, "release twice");
	m->known[i].live = false;
	while (more) {
		more = false;
		for (j = 0; j < NODES; j++) {
			struct known *k = &m->known[j];

			if (k->live && k->parent != ROOT && !m->known[k->parent].live) {
				k->live = false;
				more = true;
			}
		}
	}
	m->done[3]++;
}

static void do_adjust(struct model *m, int i)
{
	int parent = m->known[i].parent, j;
	unsigned int start, end;
	bool may;

	range(m, &start, &end);
	if (pick(m, 2)) {	/* near where it is */
		start = min(m->known[i].start + pick(m, 3), SPACE - 1);
		end = min(max(m->known[i].end + pick(m, 5), start), SPACE - 1);
	}
	may = holds(m, parent, start, end) && overlapping(m, parent, start, end, i) == NOBODY;
	for (j = 0; j < NODES; j++)
		if (m->known[j].live && m->known[j].parent == i &&
		    (m->known[j].start < start || m->known[j].end > end))
			may = false;
	expect(m, adjust_resource(&m->res[i], start, end - start + 1) == (may ? 0 : -EBUSY),
	       "adjust");
	if (may) {
		m->known[i].start = start;
		m->known[i].end = end;
		m->done[4]++;
	}
}

/* From each place the next higher one that has the remainder 1 by @align. */
static resource_size_t one_more(void *data, const struct resource *free, resource_size_t size,
				resource_size_t align)
{
	++*(unsigned int *)data;
	return free->start + 1;
}

static void do_allocate(struct model *m, int i)
{
	unsigned int size = 1 + pick(m, 10), align = 1u << pick(m, 4), calls = 0, at;
	unsigned int lo = pick(m, SPACE), hi = lo + pick(m, SPACE);
	bool other = !pick(m, 3);
	int parent = some(m), err;

	set(m, i, 5, 6);
	for (at = lo; at + size - 1 <= min(hi, SPACE - 1); at++) {
		/* With one_more(), the byte before must be free and aligned, too. */
		unsigned int from = other ? at - 1 : at;

		if ((other && at == lo) || from % align)
			continue;
		if (holds(m, parent, from, at + size - 1) &&
		    overlapping(m, parent, from, at + size - 1, NOBODY) == NOBODY)
			break;
	}
	err = allocate_resource(real(m, parent), &m->res[i], size, lo, hi, align,
				other ? one_more : NULL, &calls);
	if (other)	/* which of several places in a gap it asks about is its own affair */
		expect(m, !err == (at + size - 1 <= min(hi, SPACE - 1)) || err == -EBUSY,
		       "allocate, with alignf");
	else
		expect(m, err == (at + size - 1 <= min(hi, SPACE - 1) ? 0 : -EBUSY), "allocate");
	if (err) {
		expect(m, m->res[i].start == 5 && m->res[i].end == 6 && !m->res[i].parent,
		       "allocate in vain");
		return;
	}
	expect(m, other ? m->res[i].start % align == 1 % align && calls : m->res[i].start == at,
	       "where it was allocated");
	expect(m, m->res[i].end == m->res[i].start + size - 1, "how much was allocated");
	expect(m, overlapping(m, parent, (unsigned int)m->res[i].start,
			      (unsigned int)m->res[i].end, NOBODY) == NOBODY &&
	       holds(m, parent, (unsigned int)m->res[i].start, (unsigned int)m->res[i].end) &&
	       m->res[i].start >= lo && m->res[i].end <= hi, "free where it was allocated");
	adopt(m, i, (unsigned int)m->res[i].start, (unsigned int)m->res[i].end, parent);
	m->done[5]++;
}

/* A claim goes down through what is not busy; it is given back at once. */
static void do_claim(struct model *m)
{
	int parent = ROOT, in_the_way;
	unsigned int start, end;
	struct resource *claim;
	bool may;

	range(m, &start, &end);
	for (;;) {
		in_the_way = holds(m, parent, start, end) ?
			     overlapping(m, parent, start, end, NOBODY) : parent;
		if (in_the_way == NOBODY || in_the_way == parent || m->known[in_the_way].busy)
			break;
		parent = in_the_way;
	}
	may = in_the_way == NOBODY;
	claim = __request_region(&m->root, start, end - start + 1, "claim", 0);
	expect(m, !claim == !may, "claim");
	if (!claim)
		return;
	expect(m, claim->parent == real(m, parent), "where the claim is");
	expect(m, claim->flags == (IORESOURCE_MEM | IORESOURCE_BUSY), "how the claim is");
	__release_region(&m->root, start, end - start + 1);
	m->done[6]++;
}

/* Every link, against what the oracle knows. */
static void compare(struct model *m)
{
	unsigned int depth = 0, n = 0;
	struct resource *r;
	int i, live = 0;

	expect(m, resource_tree_validate(&m->root) == 0, "validate");
	for (i = 0; i < NODES; i++) {
		const struct known *k = &m->known[i];

		if (!k->live)
			continue;
		live++;
		expect(m, m->res[i].parent == real(m, k->parent), "parent");
		expect(m, m->res[i].start == k->start && m->res[i].end == k->end, "range");
		expect(m, lookup_resource(real(m, k->parent), k->start) == &m->res[i], "lookup");
	}
	for (r = m->root.child; r && n <= NODES; r = resource_next(&m->root, r, &depth))
		n++;
	expect(m, n == live, "as many as there are");
	expect(m, depth == 0 || !m->root.child, "back at the top");
}

static void step(struct model *m)
{
	int free = unused(m), i = some(m);

	switch (pick(m, 8)) {
	case 0:
	case 1:
		if (free != NOBODY)
			do_request(m, free);
		break;
	case 2:
		if (free != NOBODY)
			do_insert(m, free);
		break;
	case 3:
		if (free != NOBODY)
			do_allocate(m, free);
		break;
	case 4:
		if (i != ROOT)
			do_adjust(m, i);
		break;
	case 5:
		do_claim(m);
		break;
	case 6:
		if (i != ROOT && !pick(m, 2))
			do_remove(m, i);
		break;
	case 7:
		if (i != ROOT && !pick(m, 3))
			do_release(m, i);
		break;
	}
}

static void tree_test(struct kunit *test)
{
	struct model *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, m);
	prandom_seed_state(&m->rnd, 20261121);
	m->root = DEFINE_RES_MEM_NAMED(0, SPACE, "root");
	for (i = 0; i < STEPS && !m->why; i++) {
		step(m);
		compare(m);
	}
	KUNIT_EXPECT_NULL_MSG(test, m->why, "step %u: %s", i, m->why);
	for (i = 0; i < 7; i++)
		KUNIT_EXPECT_GT_MSG(test, m->done[i], STEPS / 400u, "operation %u", i);
}

static struct kunit_case resource_model_cases[] = {
	KUNIT_CASE(tree_test),
	{}
};

static struct kunit_suite resource_model_suite = {
	.name = "resource_model", .test_cases = resource_model_cases };
kunit_test_suite(resource_model_suite);
