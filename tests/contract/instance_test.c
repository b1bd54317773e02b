// SPDX-License-Identifier: MIT
/*
 * Is this copy of the slab layer one of its own? Suites in this folder are compiled for
 * each backend, and linked with a copy of the layer and the backend whose symbols have a
 * prefix (scripts/rename-objects); the program's own layer is beside it.
 */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "tests/contract/program.h"

/* The program's layer, which lib/string.c was linked with, gives what kfree() here refuses. */
static void separate(struct kunit *test)
{
	char *theirs = kstrdup("theirs", GFP_KERNEL), *ours = kmalloc(8, GFP_KERNEL);
	struct kmem_cache *s = kmem_cache_create(CONTRACT_BACKEND "_instance", 40, 0, SLAB_NO_MERGE,
						 NULL);
	struct kmem_cache *at;
	bool listed = false;

	KUNIT_ASSERT_NOT_NULL(test, theirs);
	KUNIT_ASSERT_NOT_NULL(test, ours);
	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_EXPECT_PTR_NE(test, virt_to_head_page(theirs), virt_to_head_page(ours));
	for (at = cache_next(NULL); at; at = cache_next(at))
		listed |= at == s;
	KUNIT_EXPECT_TRUE(test, listed);
	kmem_cache_destroy(s);
	kfree(ours);
	kfree_const(theirs);
	KUNIT_EXPECT_EQ(test, slab_validate(), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(separate),
	{ }
};

static struct kunit_suite suite = {
	.name = "contract_" CONTRACT_BACKEND,
	.suite_init = contract_boot,
	.suite_exit = contract_shutdown,
	.test_cases = cases,
};
kunit_test_suite(suite);
