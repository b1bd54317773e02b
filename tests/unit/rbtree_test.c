// SPDX-License-Identifier: MIT
/* Red-black trees: every invariant after every operation, and summaries. */
#include <kunit/test.h>
#include <linux/random.h>
#include <linux/rbtree.h>
#include <linux/rbtree_augmented.h>

#define NODES	200

struct item {
	struct rb_node rb;
	u32 key, value, max;
	bool in;
};

static u32 item_value(struct item *i)
{
	return i->value;
}

RB_DECLARE_CALLBACKS_MAX(static, augment, struct item, rb, u32, max, item_value)

static struct item items[NODES];

#define item_of(n)	rb_entry(n, struct item, rb)

/*
 * Black height of a subtree, with T2, T3, order and summaries checked; *max gets the
 * largest value in it.
 */
static int black_height(struct kunit *test, struct rb_node *n, u32 *max)
{
	u32 left_max = 0, right_max = 0;
	int left, right;
	bool red;

	*max = 0;
	if (!n)
		return 1;
	red = !(n->__rb_parent_color & 1);
	for (struct rb_node *child = n->rb_left; child; child = NULL) {
		KUNIT_EXPECT_PTR_EQ(test, rb_parent(child), n);
		KUNIT_EXPECT_LE(test, item_of(child)->key, item_of(n)->key);
		KUNIT_EXPECT_FALSE(test, red && !(child->__rb_parent_color & 1));
	}
	for (struct rb_node *child = n->rb_right; child; child = NULL) {
		KUNIT_EXPECT_PTR_EQ(test, rb_parent(child), n);
		KUNIT_EXPECT_GE(test, item_of(child)->key, item_of(n)->key);
		KUNIT_EXPECT_FALSE(test, red && !(child->__rb_parent_color & 1));
	}
	left = black_height(test, n->rb_left, &left_max);
	right = black_height(test, n->rb_right, &right_max);
	KUNIT_EXPECT_EQ(test, left, right);
	*max = max3(item_of(n)->value, left_max, right_max);
	return left + !red;
}

static void check(struct kunit *test, struct rb_root *root, bool summaries)
{
	struct rb_node *n, *prev = NULL;
	u32 max, count = 0, in = 0;

	black_height(test, root->rb_node, &max);
	if (root->rb_node) {
		KUNIT_EXPECT_EQ(test, root->rb_node->__rb_parent_color, 1ul);
		if (summaries)
			KUNIT_EXPECT_EQ(test, item_of(root->rb_node)->max, max);
	}
	for (n = rb_first(root); n; n = rb_next(n)) {
		KUNIT_EXPECT_PTR_EQ(test, rb_prev(n), prev);
		KUNIT_EXPECT_TRUE(test, item_of(n)->in);
		prev = n;
		count++;
	}
	KUNIT_EXPECT_PTR_EQ(test, rb_last(root), prev);
	for (int i = 0; i < NODES; i++)
		in += items[i].in;
	KUNIT_EXPECT_EQ(test, count, in);
}

static void insert(struct item *item, struct rb_root *root, bool summaries)
{
	struct rb_node **link = &root->rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		if (summaries && item_of(parent)->max < item->value)
			item_of(parent)->max = item->value;
		link = item->key < item_of(parent)->key ? &parent->rb_left : &parent->rb_right;
	}
	item->max = item->value;
	item->in = true;
	rb_link_node(&item->rb, parent, link);
	if (summaries)
		rb_insert_augmented(&item->rb, root, &augment);
	else
		rb_insert_color(&item->rb, root);
}

static void churn(struct kunit *test, bool summaries)
{
	struct rb_root root = RB_ROOT;

	memset(items, 0, sizeof(items));
	for (int i = 0; i < 3000; i++) {
		struct item *item = &items[get_random_u32_below(NODES)];

		if (item->in) {
			item->in = false;
			if (summaries)
				rb_erase_augmented(&item->rb, &root, &augment);
			else
				rb_erase(&item->rb, &root);
		} else {
			item->key = get_random_u32_below(100);
			item->value = get_random_u32();
			insert(item, &root, summaries);
		}
		check(test, &root, summaries);
	}
}

static void plain_test(struct kunit *test)
{
	churn(test, false);
}

static void augmented_test(struct kunit *test)
{
	churn(test, true);
}

/* In order, the case that makes a plain tree a list. */
static void ascending_test(struct kunit *test)
{
	struct rb_root root = RB_ROOT;
	u32 max;

	memset(items, 0, sizeof(items));
	for (u32 i = 0; i < NODES; i++) {
		items[i].key = i;
		insert(&items[i], &root, false);
	}
	check(test, &root, false);
	KUNIT_EXPECT_LE(test, black_height(test, root.rb_node, &max), 8);
	for (u32 i = 0; i < NODES; i++) {
		KUNIT_EXPECT_PTR_EQ(test, rb_first(&root), &items[i].rb);
		rb_erase(&items[i].rb, &root);
		items[i].in = false;
	}
	KUNIT_EXPECT_TRUE(test, RB_EMPTY_ROOT(&root));
}

static bool less(struct rb_node *a, const struct rb_node *b)
{
	return item_of(a)->key < rb_entry(b, const struct item, rb)->key;
}

static int cmp_key(const void *key, const struct rb_node *n)
{
	u32 want = *(const u32 *)key, have = rb_entry(n, const struct item, rb)->key;

	return want < have ? -1 : want > have;
}

static void helpers_test(struct kunit *test)
{
	struct rb_root_cached root = RB_ROOT_CACHED;
	struct item *pos, *next, other;
	u32 key = 57, seen = 0;

	memset(items, 0, sizeof(items));
	for (u32 i = 0; i < NODES; i++) {
		items[i].key = (i * 7) % NODES;
		items[i].in = true;
		rb_add_cached(&items[i].rb, &root, less);
		KUNIT_EXPECT_PTR_EQ(test, rb_first_cached(&root), rb_first(&root.rb_root));
	}
	check(test, &root.rb_root, false);
	KUNIT_EXPECT_EQ(test, item_of(rb_find(&key, &root.rb_root, cmp_key))->key, key);
	key = NODES;
	KUNIT_EXPECT_NULL(test, rb_find(&key, &root.rb_root, cmp_key));

	other = *item_of(rb_first_cached(&root));
	rb_replace_node_cached(rb_first_cached(&root), &other.rb, &root);
	KUNIT_EXPECT_PTR_EQ(test, rb_first(&root.rb_root), &other.rb);
	KUNIT_EXPECT_PTR_EQ(test, rb_prev(rb_next(&other.rb)), &other.rb);
	rb_erase_cached(&other.rb, &root);
	KUNIT_EXPECT_PTR_EQ(test, rb_first_cached(&root), rb_first(&root.rb_root));

	/* Children before parents: each may be freed when it is seen. */
	rbtree_postorder_for_each_entry_safe(pos, next, &root.rb_root, rb) {
		memset(&pos->rb, 0x5a, sizeof(pos->rb));
		seen++;
	}
	KUNIT_EXPECT_EQ(test, seen, (u32)NODES - 1);
	RB_CLEAR_NODE(&other.rb);
	KUNIT_EXPECT_TRUE(test, RB_EMPTY_NODE(&other.rb));
	KUNIT_EXPECT_NULL(test, rb_next(&other.rb));
}

static struct kunit_case rbtree_cases[] = {
	KUNIT_CASE(plain_test),
	KUNIT_CASE(augmented_test),
	KUNIT_CASE(ascending_test),
	KUNIT_CASE(helpers_test),
	{}
};

static struct kunit_suite rbtree_suite = {
	.name = "rbtree",
	.test_cases = rbtree_cases,
};
kunit_test_suite(rbtree_suite);
