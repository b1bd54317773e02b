// SPDX-License-Identifier: MIT
/* Caches as such: creation, merging, constructors, destruction, views. */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <quarry/kernel.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"
#include "tests/unit/text.h"

/* Neither shared nor debugged, whatever the machine was booted with. */
#define PLAIN	(SLAB_NO_MERGE | SLAB_NO_USER_FLAGS)

/* SLOB: an object by itself, constructed each time that it is allocated. */
static bool slabless(void)
{
	return !strcmp(backend_name, "SLOB");
}

static int constructed;

static void count_ctor(void *object)
{
	constructed++;
	memset(object, 0x77, 40);
}

static void name_and_size_test(struct kunit *test)
{
	char name[] = "short-lived";
	struct kmem_cache *s = kmem_cache_create(name, 44, 0, PLAIN, NULL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	name[0] = 'X';
	KUNIT_EXPECT_STREQ(test, s->name, "short-lived");
	KUNIT_EXPECT_EQ(test, kmem_cache_size(s), 44u);
	KUNIT_EXPECT_EQ(test, s->size % 8, 0u);
	kmem_cache_destroy(s);
	kmem_cache_destroy(NULL);
}

/* Each power of two up to a page, and whole cache lines where that was asked for. */
static void alignment_test(struct kunit *test)
{
	unsigned int align, i;

	for (align = 8; align <= 4096; align *= 2) {
		struct kmem_cache *s = kmem_cache_create("align", 24, align, PLAIN, NULL);
		void *p[20];

		KUNIT_ASSERT_NOT_NULL(test, s);
		for (i = 0; i < ARRAY_SIZE(p); i++) {
			p[i] = kmem_cache_alloc(s, GFP_KERNEL);
			KUNIT_EXPECT_EQ(test, (unsigned long)p[i] % align, 0ul);
		}
		kmem_cache_free_bulk(s, ARRAY_SIZE(p), p);
		kmem_cache_destroy(s);
	}
}

static void cache_lines_test(struct kunit *test)
{
	static const unsigned int sizes[] = { 10, 20, 40, 65, 100, 200 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct kmem_cache *s = kmem_cache_create("lines", sizes[i], 0,
							 PLAIN | SLAB_HWCACHE_ALIGN, NULL);

		KUNIT_ASSERT_NOT_NULL(test, s);
		/* Either a whole number of lines, or a whole number of objects in a line. */
		KUNIT_EXPECT_TRUE(test, s->size % L1_CACHE_BYTES == 0 ||
				  L1_CACHE_BYTES % s->size == 0);
		kmem_cache_destroy(s);
	}
}

static void create_in_interrupt(void *arg)
{
	struct kmem_cache **s = arg;

	*s = kmem_cache_create("interrupt", 64, 0, PLAIN, NULL);
}

static void refused_test(struct kunit *test)
{
	struct kmem_cache *s;

	quarry_interrupt(create_in_interrupt, &s);
	KUNIT_EXPECT_NULL(test, s);
	/* It would have been possible without red zones. */
	KUNIT_EXPECT_NULL(test, kmem_cache_create("huge", KMALLOC_MAX_SIZE, 0, SLAB_RED_ZONE, NULL));
	KUNIT_EXPECT_NE(test, log_count("kmem_cache_create(huge): no slab is large enough"), 0u);
	s = kmem_cache_create("two words", 64, 0, PLAIN, NULL);
	KUNIT_EXPECT_NOT_NULL(test, s);
	KUNIT_EXPECT_NE(test, log_count("a name is one word"), 0u);
	kmem_cache_destroy(s);
	KUNIT_EXPECT_NULL(test, kmem_cache_create(NULL, 8, 0, 0, NULL));
	KUNIT_EXPECT_NULL(test, kmem_cache_create("none", 0, 0, 0, NULL));
	KUNIT_EXPECT_NULL(test, kmem_cache_create("huge", KMALLOC_MAX_SIZE + 1, 0, 0, NULL));
	KUNIT_EXPECT_NULL(test, kmem_cache_create("align", 8, 8192, 0, NULL));
	KUNIT_EXPECT_NULL(test, kmem_cache_create("flags", 8, 0, 1, NULL));
	KUNIT_EXPECT_NULL(test, kmem_cache_create_usercopy("user", 8, 0, 0, 4, 5, NULL));
}

/* The constructor runs once per object, before the first use, and not again. */
static void constructor_test(struct kunit *test)
{
	struct kmem_cache *s;
	struct slabinfo info;
	unsigned char *p;

	constructed = 0;
	s = kmem_cache_create("ctor", 40, 0, PLAIN, count_ctor);
	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_EXPECT_EQ(test, constructed, 0);
	p = kmem_cache_alloc(s, GFP_KERNEL);
	cache_info(s, &info);
	KUNIT_EXPECT_EQ(test, (unsigned long)constructed, info.num_objs);
	KUNIT_EXPECT_TRUE(test, p[0] == 0x77 && p[39] == 0x77);
	p[0] = 0x12;
	kmem_cache_free(s, p);
	KUNIT_EXPECT_PTR_EQ(test, kmem_cache_alloc(s, GFP_KERNEL), p);
	KUNIT_EXPECT_EQ(test, p[0], slabless() ? 0x77 : 0x12);
	KUNIT_EXPECT_EQ(test, (unsigned long)constructed, info.num_objs + slabless());
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
}

/* Zeroes and a constructor: the zeroes have it, and it is said, whichever way the object comes. */
static void zeroed_constructed_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("ctor", 40, 0, PLAIN, count_ctor);
	u8 *p;

	KUNIT_ASSERT_NOT_NULL(test, s);
	kmem_cache_free(s, kmem_cache_alloc(s, GFP_KERNEL));
	quarry_expect_reports(test, 1);
	p = kmem_cache_zalloc(s, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 40));
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
}

static void merging_test(struct kunit *test)
{
	struct kmem_cache *a, *b, *c, *d;
	void *p;

	if (slab_params.debug || slab_params.nomerge)
		kunit_skip(test, "the machine was booted so that nothing is merged");
	a = kmem_cache_create("like-a", 1236, 0, 0, NULL);
	b = kmem_cache_create("like-b", 1240, 0, 0, NULL);
	c = kmem_cache_create("own", 1240, 0, SLAB_NO_MERGE, NULL);
	d = kmem_cache_create("ctor", 1240, 0, 0, count_ctor);
	KUNIT_EXPECT_PTR_EQ(test, a, b);
	KUNIT_EXPECT_TRUE(test, c != a && d != a && c != d);
	KUNIT_EXPECT_EQ(test, kmem_cache_size(b), 1240u);
	p = kmem_cache_zalloc(b, GFP_KERNEL);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 1240));
	kmem_cache_destroy(a);
	/* The other user is not disturbed. */
	kmem_cache_free(b, p);
	kmem_cache_destroy(b);
	kmem_cache_destroy(c);
	kmem_cache_destroy(d);
}

/* What must be alike, and how much. */
static void likeness_test(struct kunit *test)
{
	static const struct like {
		unsigned int size, align;
		slab_flags_t flags;
		void (*ctor)(void *);
		unsigned int usersize;
		bool alike;		/* to 1,280 bytes aligned to 64 */
	} likes[] = {
		{ .size = 1280, .align = 64, .alike = true },
		{ .size = 1280, .align = 8, .alike = true },
		{ .size = 1273, .alike = true },
		{ .size = 1272 },
		{ .size = 1281 },
		{ .size = 1280, .align = 128 },
		{ .size = 1280, .align = 256 },
		{ .size = 1280, .flags = SLAB_HWCACHE_ALIGN, .alike = true },
		{ .size = 1280, .flags = SLAB_PANIC | SLAB_MEM_SPREAD, .alike = true },
		{ .size = 1280, .flags = SLAB_RECLAIM_ACCOUNT },
		{ .size = 1280, .flags = SLAB_CACHE_DMA },
		{ .size = 1280, .flags = SLAB_CACHE_DMA32 },
		{ .size = 1280, .flags = SLAB_ACCOUNT },
		{ .size = 1280, .flags = SLAB_NO_REAP },
		{ .size = 1280, .flags = SLAB_TYPESAFE_BY_RCU },
		{ .size = 1280, .flags = SLAB_NOLEAKTRACE },
		{ .size = 1280, .flags = SLAB_NO_MERGE },
		{ .size = 1280, .flags = SLAB_CONSISTENCY_CHECKS },
		{ .size = 1280, .flags = SLAB_POISON },
		{ .size = 1280, .ctor = count_ctor },
		{ .size = 1280, .usersize = 8 },
	};
	struct kmem_cache *s = kmem_cache_create("like", 1280, 64, 0, NULL), *t;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, s);
	for (i = 0; i < ARRAY_SIZE(likes); i++) {
		const struct like *l = &likes[i];

		t = kmem_cache_create_usercopy("like", l->size, l->align, l->flags, 0, l->usersize,
					       l->ctor);
		KUNIT_ASSERT_NOT_NULL(test, t);
		KUNIT_EXPECT_EQ_MSG(test, t == s,
				    l->alike && !slab_params.debug && !slab_params.nomerge,
				    "row %u", i);
		kmem_cache_destroy(t);
	}
	kmem_cache_destroy(s);
	/* The size alone would do, but slabs may begin anywhere. */
	s = kmem_cache_create("like", 1280, 8, 0, NULL);
	t = kmem_cache_create("like", 1280, 64, 0, NULL);
	KUNIT_EXPECT_TRUE(test, s != t);
	kmem_cache_destroy(s);
	kmem_cache_destroy(t);
}

static void nomerge_test(struct kunit *test)
{
	struct slab_params saved = slab_params;
	struct kmem_cache *a, *b;

	slab_params.nomerge = true;
	a = kmem_cache_create("like-a", 1240, 0, 0, NULL);
	b = kmem_cache_create("like-b", 1240, 0, 0, NULL);
	slab_params = saved;
	KUNIT_EXPECT_TRUE(test, a && b && a != b);
	kmem_cache_destroy(a);
	kmem_cache_destroy(b);
}

/* Who is said to hold a shared cache. */
struct holder {
	unsigned int caches;
	char name[20];
};

static void note_holder(void *ctx, const struct quarry_holding *h)
{
	struct holder *holder = ctx;

	if (strcmp(h->kind, "cache"))
		return;
	holder->caches++;
	strscpy(holder->name, h->detail, sizeof(holder->name));
}

static struct holder holder_of(unsigned long site)
{
	struct holder holder = {};

	quarry_holdings(site, site + 1, note_holder, &holder);
	return holder;
}

/* Each maker of a shared cache holds it by the name that he gave it, whoever leaves first. */
static void merged_names_test(struct kunit *test)
{
	struct kmem_cache *a, *b, *c;
	unsigned long first, second, third;
	struct kmem_cache *notes = kmalloc_slab(sizeof(struct slab_alias), GFP_KERNEL);
	struct slabinfo before, after;
	struct slab_alias *alias;

	cache_info(notes, &before);
	a = kmem_cache_create("like-a", 1240, 0, 0, NULL);
	b = kmem_cache_create("like-b", 1240, 0, 0, NULL);
	c = kmem_cache_create("like-c", 1240, 0, 0, NULL);
	if (a != b || b != c) {
		kmem_cache_destroy(a);
		kmem_cache_destroy(b);
		kmem_cache_destroy(c);
		kunit_skip(test, "the machine was booted so that nothing is merged");
	}
	first = a->site;
	alias = list_first_entry(&a->aliases, struct slab_alias, list);
	third = alias->site;
	second = list_last_entry(&a->aliases, struct slab_alias, list)->site;
	KUNIT_EXPECT_STREQ(test, holder_of(first).name, "like-a");
	KUNIT_EXPECT_STREQ(test, holder_of(second).name, "like-b");
	KUNIT_EXPECT_STREQ(test, holder_of(third).name, "like-c");
	KUNIT_EXPECT_TRUE(test, cache_destroy(a, first + 1));
	KUNIT_EXPECT_EQ(test, holder_of(first).caches, 0u);
	KUNIT_EXPECT_EQ(test, holder_of(second).caches, 1u);
	KUNIT_EXPECT_STREQ(test, holder_of(second).name, "like-b");
	KUNIT_EXPECT_STREQ(test, holder_of(third).name, "like-c");
	KUNIT_EXPECT_TRUE(test, cache_destroy(b, second + 1));
	KUNIT_EXPECT_EQ(test, holder_of(second).caches, 0u);
	KUNIT_EXPECT_STREQ(test, holder_of(third).name, "like-c");
	/* The last one, by whatever name he goes, ends it. */
	KUNIT_EXPECT_TRUE(test, cache_destroy(c, third + 1));
	KUNIT_EXPECT_EQ(test, holder_of(third).caches, 0u);
	cache_info(notes, &after);
	KUNIT_EXPECT_EQ(test, after.active_objs, before.active_objs);
}

static bool on_list(const struct kmem_cache *wanted)
{
	struct kmem_cache *s;
	bool found = false;

	for (s = cache_next(NULL); s; s = cache_next(s))
		if (s == wanted)
			found = true;
	return found;
}

static void destroy_refuses_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("busy", 100, 0, PLAIN, NULL);
	void *p = kmem_cache_alloc(s, GFP_KERNEL);

	quarry_expect_reports(test, 1);
	kmem_cache_destroy(s);
	/* It is as it was, and can be destroyed once it is empty. */
	KUNIT_EXPECT_TRUE(test, on_list(s));
	kmem_cache_free(s, p);
	p = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, p);
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
	KUNIT_EXPECT_FALSE(test, on_list(s));
}

static void destroy_twice_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("twice", 100, 0, PLAIN, NULL);

	kmem_cache_destroy(s);
	quarry_expect_reports(test, 1);
	kmem_cache_destroy(s);
}

static void many_caches_test(struct kunit *test)
{
	const unsigned int n = 1500;
	struct kmem_cache **s = kvcalloc(n, sizeof(*s), GFP_KERNEL);
	void **p = kvcalloc(n, sizeof(*p), GFP_KERNEL);
	char name[20];
	unsigned int i;

	KUNIT_ASSERT_TRUE(test, s && p);
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "many-%u", i);
		s[i] = kmem_cache_create(name, 32 + i % 100, 0, PLAIN, NULL);
		KUNIT_ASSERT_NOT_NULL(test, s[i]);
		p[i] = kmem_cache_alloc(s[i], GFP_KERNEL);
		memset(p[i], i, 32);
	}
	for (i = 0; i < n; i++) {
		KUNIT_EXPECT_NULL(test, memchr_inv(p[i], (u8)i, 32));
		kmem_cache_free(s[i], p[i]);
		kmem_cache_destroy(s[i]);
	}
	kvfree(s);
	kvfree(p);
}

/* One line of a view. */
struct line {
	const char *begins;
	char text[160];
	size_t at;
	char now[160];
};

static void keep_line(void *ctx, const char *text, size_t len)
{
	struct line *l = ctx;

	while (len--) {
		if (*text != '\n' && l->at < sizeof(l->now) - 1) {
			l->now[l->at++] = *text++;
			continue;
		}
		l->now[l->at] = 0;
		if (!strncmp(l->now, l->begins, strlen(l->begins)))
			strscpy(l->text, l->now, sizeof(l->text));
		l->at = 0;
		text++;
	}
}

/* All columns are true, also for objects that this CPU keeps for itself. */
static void slabinfo_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("slabinfo-test", 120, 0, PLAIN, NULL);
	unsigned long active, all, slabs_active, slabs, shared;
	unsigned int size, per_slab, pages, limit, batch, factor;
	struct line head = { .begins = "slabinfo" }, row = { .begins = "slabinfo-test" };
	void *p[100];
	int n;

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 100, p), 100);
	kmem_cache_free_bulk(s, 37, p);
	quarry_view("slabinfo", keep_line, &row);
	n = sscanf(row.text, "slabinfo-test %lu %lu %u %u %u : tunables %u %u %u "
		   ": slabdata %lu %lu %lu", &active, &all, &size, &per_slab, &pages, &limit, &batch, &factor,
		   &slabs_active, &slabs, &shared);
	KUNIT_ASSERT_EQ(test, n, 11);
	KUNIT_EXPECT_EQ(test, active, 63ul);
	KUNIT_EXPECT_EQ(test, all, slabless() ? active : slabs * per_slab);
	KUNIT_EXPECT_GE(test, all, slabless() ? 63ul : 100ul);
	KUNIT_EXPECT_EQ(test, size, 120u);
	/* SLAB may keep its descriptor in the slab. */
	KUNIT_EXPECT_LE(test, per_slab, pages * (unsigned int)PAGE_SIZE / size);
	KUNIT_EXPECT_GE(test, per_slab, pages * (unsigned int)PAGE_SIZE / (size + 8));
	KUNIT_EXPECT_LE(test, slabs_active, slabs);
	KUNIT_EXPECT_GE(test, slabs_active * per_slab, active);
	quarry_view("slabinfo", keep_line, &head);
	kmem_cache_free_bulk(s, 63, p + 37);
	kmem_cache_destroy(s);
}

static void shrink_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("shrink", 256, 0, PLAIN, NULL);
	struct slabinfo info;
	void *p[200];

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 200, p), 200);
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 1);
	kmem_cache_free_bulk(s, 200, p);
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 0);
	cache_info(s, &info);
	KUNIT_EXPECT_EQ(test, info.num_slabs, 0ul);
	kmem_cache_destroy(s);
}

/* Under pressure free slabs go, but not of caches that have asked to keep them. */
static void no_reap_test(struct kunit *test)
{
	static const slab_flags_t flags[] = { 0, SLAB_NO_REAP, SLAB_RED_ZONE,
					      SLAB_RED_ZONE | SLAB_NO_REAP };
	struct slabinfo info;
	unsigned int i, nid;
	void *p[200];

	if (slabless())
		kunit_skip(test, "free pages are nobody's");
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		struct kmem_cache *s = kmem_cache_create("no-reap", 256, 0, PLAIN | flags[i], NULL);

		KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 200, p), 200);
		kmem_cache_free_bulk(s, 200, p);
		for (nid = 0; nid < machine.nr_nodes; nid++)
			slab_reclaim((int)nid, true);
		cache_info(s, &info);
		KUNIT_EXPECT_EQ_MSG(test, info.num_slabs != 0, (flags[i] & SLAB_NO_REAP) != 0,
				    "row %u", i);
		KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 0);
		kmem_cache_destroy(s);
	}
}

struct seen {
	unsigned int objects, caches;
	uintptr_t object;
};

static void see(void *ctx, const struct quarry_holding *h)
{
	struct seen *seen = ctx;

	if (!strcmp(h->kind, "cache"))
		seen->caches++;
	if (!strcmp(h->kind, "object"))
		seen->objects++;
	if (h->address == seen->object)
		seen->object = 0;
}

/* Objects and caches are known by who made them. */
static void holdings_test(struct kunit *test)
{
	struct kmem_cache *s;
	struct seen seen = {};
	unsigned long lo, hi;
	void *p, *q;

	s = kmem_cache_create("held", 64, 0, SLAB_STORE_USER, NULL);
	KUNIT_ASSERT_NOT_NULL(test, s);
	p = kmem_cache_alloc(s, GFP_KERNEL);
	q = kmem_cache_alloc(s, GFP_KERNEL);
	kmem_cache_free(s, q);
	lo = min(s->site, object_track(s, p, TRACK_ALLOC)->site);
	hi = max(s->site, object_track(s, p, TRACK_ALLOC)->site) + 1;
	seen.object = (uintptr_t)p;
	quarry_holdings(lo, hi, see, &seen);
	KUNIT_EXPECT_EQ(test, seen.caches, 1u);
	KUNIT_EXPECT_EQ(test, seen.objects, 1u);
	KUNIT_EXPECT_EQ(test, seen.object, (uintptr_t)0);
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
	memset(&seen, 0, sizeof(seen));
	quarry_holdings(lo, hi, see, &seen);
	KUNIT_EXPECT_EQ(test, seen.caches + seen.objects, 0u);
}

/* slub_debug=: letters, names, patterns, parts. */
static void debug_parameter_test(struct kunit *test)
{
	struct slab_params saved = slab_params;
	const slab_flags_t fz = SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE;

	slab_params.debug = 0;
	slab_params.no_high_debug = false;
	strscpy(slab_params.debug_spec, "FZ,dentry,inode*;P,other", sizeof(slab_params.debug_spec));
	KUNIT_EXPECT_EQ(test, cache_flags(64, 0, "dentry"), fz);
	KUNIT_EXPECT_EQ(test, cache_flags(64, 0, "inode_cache"), fz);
	KUNIT_EXPECT_EQ(test, cache_flags(64, 0, "other"), SLAB_POISON);
	KUNIT_EXPECT_EQ(test, cache_flags(64, 0, "others"), 0u);
	KUNIT_EXPECT_EQ(test, cache_flags(64, 0, "dentr"), 0u);
	KUNIT_EXPECT_EQ(test, cache_flags(64, SLAB_NO_USER_FLAGS, "dentry"), SLAB_NO_USER_FLAGS);
	slab_params.debug = SLAB_STORE_USER;
	KUNIT_EXPECT_EQ(test, cache_flags(64, 0, "anything"), SLAB_STORE_USER);
	/* O: not where slabs would have to be larger for it. */
	slab_params.debug = SLAB_STORE_USER | SLAB_CONSISTENCY_CHECKS;
	slab_params.no_high_debug = true;
	KUNIT_EXPECT_EQ(test, cache_flags(64, 0, "anything"), slab_params.debug);
	KUNIT_EXPECT_EQ(test, cache_flags(4096, 0, "anything"), SLAB_CONSISTENCY_CHECKS);
	KUNIT_EXPECT_EQ(test, cache_flags(4000, 0, "dentry"), SLAB_CONSISTENCY_CHECKS);
	slab_params = saved;
}

static void bad_gfp_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("gfp", 64, 0, PLAIN, NULL);

	quarry_expect_reports(test, 2);
	KUNIT_EXPECT_NULL(test, kmem_cache_alloc(s, GFP_KERNEL | __GFP_HIGHMEM));
	KUNIT_EXPECT_NULL(test, kmem_cache_alloc(s, GFP_KERNEL | __GFP_DMA32));
	kmem_cache_destroy(s);
}

static void describe_test(struct kunit *test)
{
	char *p = kmalloc(64, GFP_KERNEL);

	KUNIT_EXPECT_TRUE(test, kmem_valid_obj(p + 10));
	KUNIT_EXPECT_FALSE(test, kmem_valid_obj(&p));
	KUNIT_EXPECT_TRUE(test, slab_describe((unsigned long)p + 3));
	KUNIT_EXPECT_FALSE(test, slab_describe((unsigned long)&p));
	kfree(p);
}

static void validate_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, slab_validate(), 0u);
}

static struct kunit_case slab_cases[] = {
	KUNIT_CASE(name_and_size_test),
	KUNIT_CASE(alignment_test),
	KUNIT_CASE(cache_lines_test),
	KUNIT_CASE(refused_test),
	KUNIT_CASE(constructor_test),
	KUNIT_CASE(zeroed_constructed_test),
	KUNIT_CASE(merging_test),
	KUNIT_CASE(merged_names_test),
	KUNIT_CASE(likeness_test),
	KUNIT_CASE(nomerge_test),
	KUNIT_CASE(destroy_refuses_test),
	KUNIT_CASE(destroy_twice_test),
	KUNIT_CASE(many_caches_test),
	KUNIT_CASE(slabinfo_test),
	KUNIT_CASE(shrink_test),
	KUNIT_CASE(no_reap_test),
	KUNIT_CASE(holdings_test),
	KUNIT_CASE(debug_parameter_test),
	KUNIT_CASE(bad_gfp_test),
	KUNIT_CASE(describe_test),
	KUNIT_CASE(validate_test),
	{}
};

static struct kunit_suite slab_suite = { .name = "slab", .test_cases = slab_cases };
kunit_test_suite(slab_suite);

static struct kunit_suite slab_tiny_suite = { .name = "slab_tiny_16m", .test_cases = slab_cases };
quarry_suite_on(slab_tiny_suite, "tiny-16m");
