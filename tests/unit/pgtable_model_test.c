// SPDX-License-Identifier: MIT
/*
 * Page tables of all four geometries against an array of pages: random mappings, replaced
 * and removed, with large pages and without, over windows where entries of the upper levels
 * meet and where the address space ends.
 *
 * M1  What the tree maps is what the array has, page by page: address, rights, flags.
 * M2  Whoever may have a changed translation cached is told.
 * M3  Without a table page, a change fails and changes no translation.
 * M4  A space sees, after at most one fault, what the master has; and nothing else.
 * M5  Every table page comes back.
 *
 * All is chosen by a seed, which is printed: pgtable_seed=N among the kernel's parameters
 * (quarry test --cmdline pgtable_seed=N pgtable_model).
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "pgtable_pool.h"

#define WINDOW		0x80000000ull
#define PAGES		(unsigned int)(WINDOW >> PAGE_SHIFT)
#define GIB		0x40000000ull
#define SPACES	3

/* Changes of a case: fewer where each access is watched, and takes its time. */
#if defined(__SANITIZE_THREAD__)
#define STEPS		60
#define REFUSALS	15
#elif defined(__SANITIZE_ADDRESS__)
#define STEPS		200
#define REFUSALS	40
#else
#define STEPS		600
#define REFUSALS	40
#endif

static u32 base_seed = 20261121;

static int __init set_seed(char *text)
{
	return kstrtou32(text ? text : "", 0, &base_seed);
}
early_param("pgtable_seed", set_seed);

struct shape {
	const char *name;
	const struct quarry_pgtable_format *format;
	u64 base;			/* of the window */
	u64 shared;			/* first address of the shared part */
};

static const struct shape shapes[] = {
	{ "2_levels", &quarry_pgtable_x86_2level, 0x80000000, QUARRY_PGTABLE_UNSHARED },
	{ "2_levels_master", &quarry_pgtable_x86_2level, 0x80000000, 0x80000000 },
	{ "pae", &quarry_pgtable_x86_pae, 0x80000000, QUARRY_PGTABLE_UNSHARED },
	{ "pae_master", &quarry_pgtable_x86_pae, 0x80000000, 0x80000000 },
	{ "4_levels", &quarry_pgtable_x86_4level, 0xffff80ffc0000000, QUARRY_PGTABLE_UNSHARED },
	{ "4_levels_master", &quarry_pgtable_x86_4level, 0xffff80ffc0000000, 0xffff800000000000 },
	{ "4_levels_end", &quarry_pgtable_x86_4level, 0xffffffff80000000, 0xffff800000000000 },
	{ "4_levels_low", &quarry_pgtable_x86_4level, 0x7fff80000000, QUARRY_PGTABLE_UNSHARED },
	{ "5_levels", &quarry_pgtable_x86_5level, 0xff00ffffc0000000, QUARRY_PGTABLE_UNSHARED },
	{ "5_levels_master", &quarry_pgtable_x86_5level, 0xff00ffffc0000000, 0xff00000000000000 },
};

static void to_name(const struct shape *s, char *name)
{
	strscpy(name, s->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(shape, shapes, to_name);

struct model {
	struct kunit *test;
	const struct shape *shape;
	struct rnd_state rnd;
	struct pgtable_pool *pool;
	struct quarry_pgtable table, spaces[SPACES];
	unsigned int nr_spaces;
	u64 *page;			/* address, prot, flags << 4; 0: nothing */
	unsigned int step, copied;
	unsigned int at;		/* of the walk: pages up to here are as they should be */
	const char *wrong;
};

/* A change. */
struct request {
	bool map;
	unsigned int first, pages;
	u64 pa;
	unsigned int prot, flags;
};

static u32 dice(struct model *m, u32 below)
{
	return prandom_u32_state(&m->rnd) % below;
}

static u64 address(const struct model *m, unsigned int page)
{
	return m->shape->base + ((u64)page << PAGE_SHIFT);
}

static u64 wanted(const struct model *m, const struct request *rq, unsigned int i)
{
	unsigned int prot = pgtable_can(&m->table, rq->prot);

	if (!rq->map)
		return 0;
	return (rq->pa + ((u64)i << PAGE_SHIFT)) | prot |
	       (rq->flags & ~QUARRY_PGTABLE_LARGE) << 4;
}

static struct model *make(struct kunit *test)
{
	struct model *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, m);
	m->test = test;
	m->shape = test->param_value;
	m->pool = pgtable_pool(test, PGTABLE_POOL);
	m->page = vzalloc(PAGES * sizeof(*m->page));
	KUNIT_ASSERT_NOT_NULL(test, m->page);
	prandom_seed_state(&m->rnd, base_seed + (m->shape - shapes));
	KUNIT_ASSERT_EQ(test, 0, quarry_pgtable_init(&m->table, m->shape->format, &pgtable_pool_ops,
						     m->pool, m->shape->shared));
	if (m->shape->shared != QUARRY_PGTABLE_UNSHARED)
		m->nr_spaces = SPACES;
	for (i = 0; i < m->nr_spaces; i++)
		KUNIT_ASSERT_EQ(test, 0, quarry_pgtable_space_init(&m->spaces[i], &m->table));
	return m;
}

/* M5 */
static void unmake(struct model *m)
{
	unsigned int i;

	if (m->nr_spaces)
		KUNIT_EXPECT_EQ(m->test, -EBUSY, quarry_pgtable_destroy(&m->table));
	for (i = 0; i < m->nr_spaces; i++)
		KUNIT_EXPECT_EQ(m->test, 0, quarry_pgtable_destroy(&m->spaces[i]));
	KUNIT_EXPECT_EQ(m->test, 0, quarry_pgtable_destroy(&m->table));
	KUNIT_EXPECT_EQ(m->test, 0, m->pool->live);
	KUNIT_EXPECT_EQ(m->test, 0, m->table.tables);
	vfree(m->page);
}

static u64 of_leaf(const struct quarry_pgtable_leaf *leaf, u64 va)
{
	return (leaf->pa + (va - leaf->va)) | leaf->prot | leaf->flags << 4;
}

static int compare_leaf(void *arg, const struct quarry_pgtable_leaf *leaf)
{
	struct model *m = arg;
	u64 off = leaf->va - m->shape->base;
	unsigned int first = off >> PAGE_SHIFT, pages = leaf->bytes >> PAGE_SHIFT, i;

	if (off >= WINDOW || pages > PAGES - first || first < m->at)
		m->wrong = "a leaf out of place";
	for (; !m->wrong && m->at < first; m->at++)
		if (m->page[m->at])
			m->wrong = "a page is missing";
	for (i = 0; !m->wrong && i < pages; i++, m->at++)
		if (m->page[m->at] != of_leaf(leaf, address(m, m->at)))
			m->wrong = "a page is not as it was mapped";
	return m->wrong != NULL;
}

/* M1, of the whole window. */
static bool compare(struct model *m)
{
	m->at = 0;
	m->wrong = quarry_pgtable_validate(&m->table);
	if (!m->wrong && quarry_pgtable_walk(&m->table, m->shape->base, WINDOW, compare_leaf, m) < 0)
		m->wrong = "the walk was refused";
	for (; !m->wrong && m->at < PAGES; m->at++)
		if (m->page[m->at])
			m->wrong = "a page is missing";
	return !m->wrong;
}

static void choose(struct model *m, struct request *rq, unsigned int longest)
{
	static const unsigned int kinds[] = { 20, 20, 20, 20, 20, 2051, 2051, 2050, 2050, 5000, 300000 };
	unsigned int most = min(kinds[dice(m, ARRAY_SIZE(kinds))], longest), align;
	u64 reach = 1ull << min(m->table.phys_bits, 40u);

	*rq = (struct request){ .map = dice(m, 5) < 3, .pages = 1 + dice(m, most) };
	align = 1u << (dice(m, 3) ? 0 : 8 + dice(m, 3));
	if (most > 100000 && dice(m, 2))	/* about the largest pages */
		align = GIB >> PAGE_SHIFT, rq->pages = align + dice(m, 3);
	if (!dice(m, 3))
		rq->pages = max(rq->pages / align * align, 1u);
	rq->first = dice(m, PAGES) / align * align;
	rq->pages = min(rq->pages, PAGES - rq->first);
	rq->prot = dice(m, 16);
	if (!(rq->prot & (QUARRY_PROT_READ | QUARRY_PROT_WRITE | QUARRY_PROT_EXEC)))
		rq->prot |= QUARRY_PROT_READ;
	rq->flags = dice(m, 8) | (dice(m, 2) ? QUARRY_PGTABLE_LARGE : 0);
	if (dice(m, 4))			/* as far from a large page as the address is */
		rq->pa = dice(m, reach / GIB - 2) * GIB + address(m, rq->first) % GIB;
	else
		rq->pa = (u64)dice(m, (reach - WINDOW) >> PAGE_SHIFT) << PAGE_SHIFT;
}

static int request(struct model *m, const struct request *rq)
{
	u64 bytes = (u64)rq->pages << PAGE_SHIFT;

	m->pool->hi = 0;
	if (!rq->map)
		return quarry_pgtable_unmap(&m->table, address(m, rq->first), bytes);
	return quarry_pgtable_map(&m->table, address(m, rq->first), rq->pa, bytes, rq->prot,
				  rq->flags);
}

/* M2, and the array follows. */
static bool follow(struct model *m, const struct request *rq)
{
	bool told = true;
	unsigned int i;

	for (i = 0; i < rq->pages; i++) {
		u64 *page = &m->page[rq->first + i], va = address(m, rq->first + i);

		if (*page && *page != wanted(m, rq, i))
			told = told && m->pool->hi && m->pool->lo <= va && va <= m->pool->hi;
		*page = wanted(m, rq, i);
	}
	return told;
}

/* M1, of one page. */
static bool look(struct model *m, const struct quarry_pgtable *t, unsigned int page)
{
	struct quarry_pgtable_leaf leaf;
	u64 va = address(m, page);

	if (!quarry_pgtable_lookup(t, va + dice(m, PAGE_SIZE), &leaf))
		return !m->page[page];
	return m->page[page] == of_leaf(&leaf, va);
}

/* M4 */
static bool fault(struct model *m, unsigned int page)
{
	struct quarry_pgtable *space = &m->spaces[dice(m, SPACES)];
	enum quarry_pgtable_fault result = quarry_pgtable_fault(space, address(m, page));
	struct quarry_pgtable_leaf leaf;

	m->copied += result == QUARRY_PGTABLE_COPIED;
	if (result == QUARRY_PGTABLE_NOTHING)
		return !m->page[page] && !quarry_pgtable_lookup(space, address(m, page), &leaf);
	return m->page[page] && look(m, space, page);
}

static bool one_step(struct model *m)
{
	struct request rq;
	unsigned int i;

	choose(m, &rq, PAGES);
	if (request(m, &rq)) {
		m->wrong = "refused";
		return false;
	}
	if (!follow(m, &rq))
		m->wrong = "a translation has changed, and nobody was told";
	for (i = 0; i < 8; i++)
		if (!look(m, &m->table, i < 4 ? rq.first + dice(m, rq.pages) : dice(m, PAGES)))
			m->wrong = "a page is not as it was mapped";
	if (m->nr_spaces && !fault(m, rq.first + dice(m, rq.pages)))
		m->wrong = "a space does not see what the master has";
	return !m->wrong && (m->step % 64 || compare(m));
}

static void report(struct model *m)
{
	KUNIT_FAIL(m->test, "seed %u, step %u: %s; page %u\n", base_seed, m->step, m->wrong, m->at);
}

static void random_test(struct kunit *test)
{
	struct model *m = make(test);
	unsigned int i;

	for (m->step = 1; m->step <= STEPS; m->step++)
		if (!one_step(m))
			break;
	if (!m->wrong)
		compare(m);
	for (i = 0; !m->wrong && i < m->nr_spaces; i++)
		m->wrong = quarry_pgtable_validate(&m->spaces[i]);
	if (m->wrong)
		report(m);
	if (m->nr_spaces)
		KUNIT_EXPECT_GT(test, m->copied, 0);
	kunit_info(test, "seed %u: %u table pages at the end, %u copies", base_seed, m->pool->live,
		   m->copied);
	unmake(m);
}

/* M3: each table page that a change asks for is refused once. */
static void refusals_test(struct kunit *test)
{
	struct model *m = make(test);
	struct request rq;
	unsigned int refused = 0, splits = 0;
	int err;

	for (m->step = 1; m->step <= REFUSALS && !m->wrong; m->step++) {
		/* Every third one is large, and needs few. */
		choose(m, &rq, m->step % 3 ? 3000 : PAGES);
		if (!(m->step % 3)) {
			rq.map = true;
			rq.flags |= QUARRY_PGTABLE_LARGE;
			rq.first = 0;
			rq.pages = PAGES / 2;
			rq.pa = m->shape->base % GIB + GIB;
		}
		/* What it gets before that stays: so it is the next one each time. */
		for (m->pool->refuse = 1; (err = request(m, &rq)); m->pool->refuse = 2) {
			if (err != -ENOMEM)
				m->wrong = "another error than -ENOMEM";
			if (m->wrong || ((refused++ % 8 < 2 || rq.pages < 100) && !compare(m)))
				break;
			splits += m->pool->hi != 0;
		}
		m->pool->refuse = 0;
		if (!m->wrong && !follow(m, &rq))
			m->wrong = "a translation has changed, and nobody was told";
		if (!m->wrong)
			compare(m);
	}
	if (m->wrong)
		report(m);
	KUNIT_EXPECT_GT(test, refused, REFUSALS / 3);
	/* i386's large pages are of the private level: none in what spaces share. */
	if (!m->nr_spaces || m->table.large >> m->shape->format->private_level == 0)
		KUNIT_EXPECT_GT(test, splits, 0);
	kunit_info(test, "seed %u: %u times refused", base_seed, refused);
	unmake(m);
}

static struct kunit_case pgtable_model_cases[] = {
	KUNIT_CASE_PARAM(random_test, shape_gen_params),
	KUNIT_CASE_PARAM(refusals_test, shape_gen_params),
	{}
};

static struct kunit_suite pgtable_model_suite = {
	.name = "pgtable_model", .test_cases = pgtable_model_cases,
};
kunit_test_suite(pgtable_model_suite);
