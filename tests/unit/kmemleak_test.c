// SPDX-License-Identifier: MIT
/*
 * The search for what nothing refers to: by whatever way an object can be reached, it is
 * no leak (L1 to L3 of mm/kmemleak.c), and when that is cut it is one; marks; the file.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/kmemleak.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/rbtree.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <quarry/kernel.h>

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/kmemleak.h"
#include "mm/slab/layer.h"
#include "tests/unit/text.h"

#define FILE	"/sys/kernel/debug/kmemleak"

/* An address that is no pointer for whoever looks for one. */
typedef unsigned long hidden;
#define hide(p)		(~(unsigned long)(p))
#define show(h)		((void *)~(h))

static void *volatile data;		/* a root */
static struct text text = TEXT(1 << 16);

static const char *read_file(void)
{
	return text_read(&text, FILE);
}

static bool found(hidden h)
{
	return kmemleak_found(show(h));
}

/* What is left of pointers where the stack has been deeper would keep objects. */
static noinline void clean_stack(void)
{
	volatile unsigned long words[1024];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		words[i] = 0;
}

static noinline long scan(void)
{
	clean_stack();
	return kmemleak_scan();
}

/* What earlier tests left is known. */
static int begin(struct kunit *test)
{
	KUNIT_ASSERT_GE(test, scan(), 0l);
	kmemleak_clear();
	data = NULL;
	return 0;
}

/* Not inlined: what these have on the stack is gone when they return. */
static noinline hidden get(size_t size)
{
	return hide(kzalloc(size, GFP_KERNEL));
}

static noinline void put(hidden h)
{
	kvfree(show(h));
}

static noinline void store(hidden where, size_t offset, hidden what, size_t inside)
{
	*(void **)((char *)show(where) + offset) = (char *)show(what) + inside;
}

static noinline void root_at(hidden h, size_t inside)
{
	data = (char *)show(h) + inside;
}

static void lost_test(struct kunit *test)
{
	hidden h = get(100);
	char expected[64];

	KUNIT_EXPECT_EQ(test, scan(), 1l);
	KUNIT_EXPECT_TRUE(test, found(h));
	/* It is new once. */
	KUNIT_EXPECT_EQ(test, scan(), 0l);
	KUNIT_EXPECT_TRUE(test, found(h));
	read_file();
	snprintf(expected, sizeof(expected), "unreferenced object 0x%08lx (size ", ~h);
	KUNIT_EXPECT_TRUE_MSG(test, !strncmp(text.buf, expected, strlen(expected)), "%s", text.buf);
	KUNIT_EXPECT_NOT_NULL(test, strstr(text.buf, "\n  hex dump (first 32 bytes):\n"
		"    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  ................\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(text.buf, "\n  backtrace:\n"));
	if (slab_params.debug & SLAB_STORE_USER) {
		KUNIT_EXPECT_NOT_NULL(test, strstr(text.buf, "\n  comm \""));
		KUNIT_EXPECT_NOT_NULL(test, strstr(text.buf, "\n    [<"));
	}
	put(h);
	KUNIT_EXPECT_EQ(test, scan(), 0l);
	KUNIT_EXPECT_FALSE(test, found(h));
	KUNIT_EXPECT_STREQ(test, read_file(), "");
}

/*
 * On some stack, some old word leads to the object: with 32 bits half of all numbers are
 * addresses, and with the thread sanitizer frames are large, and not all of them written.
 */
#ifdef __SANITIZE_THREAD__
static const bool short_words = true;
#else
static const bool short_words = sizeof(long) == 4;
#endif
#define WHY_SHORT "too many words look like addresses here"

/* L2 */
static void inside_test(struct kunit *test)
{
	size_t size = ksize(kmalloc(16, GFP_KERNEL)), i;
	hidden h = get(16);

	if (short_words) {
		put(h);
		kunit_skip(test, WHY_SHORT);
	}
	for (i = 0; i < size; i++) {
		root_at(h, i);
		scan();
		KUNIT_EXPECT_FALSE_MSG(test, found(h), "%zu", i);
	}
	data = NULL;
	scan();
	KUNIT_EXPECT_TRUE(test, found(h));
	put(h);
}

struct member {
	struct list_head list;
	struct rb_node node;
	char text[64];
};

/* data: an object with a list of objects, of which one has the root of a tree of objects,
 * of which each knows another by an address inside. */
static struct {
	struct list_head list;
	hidden list_of[5], tree_of[5], known[5];
} chain;
static struct rb_root tree;

static noinline void add_to_tree(struct member *m)
{
	struct rb_node **link = &tree.rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = parent < &m->node ? &parent->rb_right : &parent->rb_left;
	}
	rb_link_node(&m->node, parent, link);
	rb_insert_color(&m->node, &tree);
}

static noinline void make_chain(void)
{
	unsigned int i;

	INIT_LIST_HEAD(&chain.list);
	tree = RB_ROOT;
	for (i = 0; i < 5; i++) {
		chain.list_of[i] = get(sizeof(struct member));
		list_add_tail(&((struct member *)show(chain.list_of[i]))->list, &chain.list);
		chain.tree_of[i] = get(sizeof(struct member));
		add_to_tree(show(chain.tree_of[i]));
		chain.known[i] = get(200);
		store(chain.tree_of[i], offsetof(struct member, text), chain.known[i], 177);
	}
	*(void **)((struct member *)show(chain.list_of[4]))->text = tree.rb_node;
	tree = RB_ROOT;
}

static unsigned int lost_of_chain(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < 5; i++)
		n += found(chain.list_of[i]) + found(chain.tree_of[i]) + found(chain.known[i]);
	return n;
}

static void chain_test(struct kunit *test)
{
	unsigned int i;

	make_chain();
	KUNIT_EXPECT_EQ(test, scan(), 0l);
	KUNIT_EXPECT_EQ(test, lost_of_chain(), 0u);
	/* Without the pointer into the tree. */
	store(chain.list_of[4], offsetof(struct member, text), hide(NULL), 0);
	KUNIT_EXPECT_EQ(test, scan(), 10l);
	KUNIT_EXPECT_EQ(test, lost_of_chain(), 10u);
	/* The ring by itself. */
	list_del_init(&chain.list);
	KUNIT_EXPECT_EQ(test, scan(), 5l);
	KUNIT_EXPECT_EQ(test, lost_of_chain(), 15u);
	for (i = 0; i < 5; i++) {
		put(chain.list_of[i]);
		put(chain.tree_of[i]);
		put(chain.known[i]);
	}
}

static noinline hidden get_area(size_t size)
{
	return hide(vzalloc(size));
}

/* Large blocks and areas: they are lost, and they refer to others. */
static void large_test(struct kunit *test)
{
	/* Where the first area is, the core knows: there the window begins. */
	hidden first, area, large, object;

	vm_unmap_aliases();
	first = get_area(1);
	area = get_area(5 * PAGE_SIZE);
	large = get(300000);
	object = get(100);
	root_at(area, 4 * PAGE_SIZE);
	store(area, 4 * PAGE_SIZE + 8, large, 200000);
	store(large, 250000, object, 8);
	KUNIT_EXPECT_EQ(test, scan(), 0l);
	store(area, 4 * PAGE_SIZE + 8, hide(NULL), 0);
	KUNIT_EXPECT_EQ(test, scan(), 2l);
	KUNIT_EXPECT_TRUE(test, found(large));
	KUNIT_EXPECT_TRUE(test, found(object));
	data = NULL;
	KUNIT_EXPECT_EQ(test, scan(), 1l);
	KUNIT_EXPECT_TRUE(test, found(area));
	put(first);
	put(area);
	put(large);
	put(object);
}

static DEFINE_PER_CPU(void *, of_cpu);

static void per_cpu_test(struct kunit *test)
{
	void **__percpu dynamic = alloc_percpu(void *);
	unsigned int cpu = num_online_cpus() - 1;
	hidden a = get(100), b = get(100);

	KUNIT_ASSERT_NOT_NULL(test, dynamic);
	*per_cpu_ptr(&of_cpu, cpu) = show(a);
	*per_cpu_ptr(dynamic, cpu) = show(b);
	KUNIT_EXPECT_EQ(test, scan(), 0l);
	*per_cpu_ptr(&of_cpu, cpu) = NULL;
	*per_cpu_ptr(dynamic, cpu) = NULL;
	KUNIT_EXPECT_EQ(test, scan(), 2l);
	free_percpu(dynamic);
	put(a);
	put(b);
}

static struct completion held, let_go;
static hidden of_thread;

static int holder(void *unused)
{
	void *p = kmalloc(100, GFP_KERNEL);

	of_thread = hide(p);
	complete(&held);
	wait_for_completion(&let_go);
	OPTIMIZER_HIDE_VAR(p);
	kfree(p);
	complete(&held);
	return 0;
}

static void stack_test(struct kunit *test)
{
	init_completion(&held);
	init_completion(&let_go);
	KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(holder, NULL, "holder")));
	wait_for_completion(&held);
	KUNIT_EXPECT_EQ(test, scan(), 0l);
	KUNIT_EXPECT_FALSE(test, found(of_thread));
	complete(&let_go);
	wait_for_completion(&held);
}

static void marks_test(struct kunit *test)
{
	hidden a = get(100), b = get(100), c = get(100), d = get(100), e = get(200), f = get(100);

	/* a and what it refers to are none; c does not refer to d; of e only the end counts. */
	store(a, 8, b, 0);
	store(c, 8, d, 0);
	root_at(c, 0);
	store(e, 0, f, 0);
	store(c, 16, e, 0);
	kmemleak_not_leak(show(a));
	kmemleak_scan_area((char *)show(e) + 64, 64, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, scan(), 1l);
	KUNIT_EXPECT_TRUE(test, found(f));
	store(e, 72, f, 0);
	KUNIT_EXPECT_EQ(test, scan(), 0l);
	KUNIT_EXPECT_FALSE(test, found(f));
	kmemleak_no_scan(show(c));
	KUNIT_EXPECT_EQ(test, scan(), 3l);
	KUNIT_EXPECT_TRUE(test, found(d));
	kmemleak_ignore(show(d));
	scan();
	KUNIT_EXPECT_FALSE(test, found(d));
	kmemleak_free(show(c));
	kmemleak_free(show(e));
	put(a);
	put(b);
	put(c);
	put(d);
	put(e);
	put(f);
}

/* L3 */
static void registered_test(struct kunit *test)
{
	hidden page = hide(get_zeroed_page(GFP_KERNEL)), object = get(100);

	if (short_words) {
		free_page((unsigned long)show(page));
		put(object);
		kunit_skip(test, WHY_SHORT);
	}
	store(page, 800, object, 0);
	KUNIT_EXPECT_EQ(test, scan(), 1l);
	kmemleak_alloc(show(page), PAGE_SIZE, 1, GFP_KERNEL);
	scan();
	KUNIT_EXPECT_TRUE(test, found(page));
	root_at(page, 5);
	scan();
	KUNIT_EXPECT_FALSE(test, found(page));
	KUNIT_EXPECT_FALSE(test, found(object));
	data = NULL;
	kmemleak_free(show(page));
	kmemleak_alloc(show(page), PAGE_SIZE, 0, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, scan(), 0l);
	KUNIT_EXPECT_FALSE(test, found(object));
	kmemleak_free(show(page));
	free_page(~page);
	put(object);
}

static void file_test(struct kunit *test)
{
	hidden a = get(100), b = get(100);

	store(a, 0, b, 0);
	KUNIT_EXPECT_STREQ(test, read_file(), "");
	clean_stack();
	KUNIT_EXPECT_EQ(test, text_write(FILE, "scan\n"), 5l);
	KUNIT_EXPECT_TRUE(test, found(a));
	KUNIT_EXPECT_TRUE(test, found(b));
	KUNIT_EXPECT_EQ(test, text_write(FILE, "clear"), 5l);
	KUNIT_EXPECT_STREQ(test, read_file(), "");
	KUNIT_EXPECT_EQ(test, text_write(FILE, "scan"), 4l);
	KUNIT_EXPECT_STREQ(test, read_file(), "");
	KUNIT_EXPECT_EQ(test, text_write(FILE, "stack=on"), (long)-EINVAL);
	put(a);
	put(b);
}

static struct kunit_case kmemleak_cases[] = {
	KUNIT_CASE(lost_test),
	KUNIT_CASE(inside_test),
	KUNIT_CASE(chain_test),
	KUNIT_CASE(large_test),
	KUNIT_CASE(per_cpu_test),
	KUNIT_CASE(stack_test),
	KUNIT_CASE(marks_test),
	KUNIT_CASE(registered_test),
	KUNIT_CASE(file_test),
	{}
};

static struct kunit_suite kmemleak_suite = {
	.name = "kmemleak", .init = begin, .test_cases = kmemleak_cases,
};
quarry_suite_on(kmemleak_suite, "x86_64-8g slub_debug=FZPU");

/* Without the cases that need to know one object from another at its address (L6), or that no
 * CPU remembers what it had at hand. */
static struct kunit_case plain_cases[] = {
	KUNIT_CASE(lost_test),
	KUNIT_CASE(stack_test),
	{}
};

/* Caches that are not checked: SLUB looks at all of memory for their objects, so it is small. */
static struct kunit_suite kmemleak_plain_suite = {
	.name = "kmemleak_plain", .init = begin, .test_cases = plain_cases,
};
quarry_suite_on(kmemleak_plain_suite, "tiny-16m kmemleak=on");
