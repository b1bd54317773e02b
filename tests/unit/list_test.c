// SPDX-License-Identifier: MIT
/* Lists: circular, hashed, lockless, sorted. */
#include <kunit/test.h>
#include <linux/list.h>
#include <linux/list_sort.h>
#include <linux/llist.h>
#include <linux/random.h>

struct item {
	struct list_head list;
	struct hlist_node hash;
	struct llist_node lockless;
	int key, seq;
};

/* The keys in order, as "1 2 3"; both directions must agree. */
static const char *keys(struct kunit *test, struct list_head *head)
{
	static char text[128];
	struct item *pos;
	int n = 0, forward = 0, backward = 0;

	text[0] = 0;
	list_for_each_entry(pos, head, list) {
		n += scnprintf(text + n, sizeof(text) - n, "%s%d", n ? " " : "", pos->key);
		forward++;
	}
	list_for_each_entry_reverse(pos, head, list)
		backward++;
	KUNIT_EXPECT_EQ(test, forward, backward);
	return text;
}

static void move_test(struct kunit *test)
{
	LIST_HEAD(a);
	LIST_HEAD(b);
	struct item i[6], *pos, *next;

	KUNIT_EXPECT_TRUE(test, list_empty(&a));
	KUNIT_EXPECT_NULL(test, list_first_entry_or_null(&a, struct item, list));
	for (int k = 0; k < 6; k++) {
		i[k].key = k;
		list_add_tail(&i[k].list, &a);
	}
	KUNIT_EXPECT_STREQ(test, keys(test, &a), "0 1 2 3 4 5");
	list_move(&i[3].list, &a);
	list_move_tail(&i[0].list, &a);
	KUNIT_EXPECT_STREQ(test, keys(test, &a), "3 1 2 4 5 0");
	list_cut_position(&b, &a, &i[2].list);
	KUNIT_EXPECT_STREQ(test, keys(test, &b), "3 1 2");
	KUNIT_EXPECT_STREQ(test, keys(test, &a), "4 5 0");
	list_splice_tail_init(&b, &a);
	KUNIT_EXPECT_STREQ(test, keys(test, &a), "4 5 0 3 1 2");
	KUNIT_EXPECT_TRUE(test, list_empty(&b));
	list_rotate_left(&a);
	KUNIT_EXPECT_STREQ(test, keys(test, &a), "5 0 3 1 2 4");
	list_rotate_to_front(&i[1].list, &a);
	KUNIT_EXPECT_STREQ(test, keys(test, &a), "1 2 4 5 0 3");
	list_swap(&i[1].list, &i[3].list);
	KUNIT_EXPECT_STREQ(test, keys(test, &a), "3 2 4 5 0 1");
	list_swap(&i[3].list, &i[2].list);
	KUNIT_EXPECT_STREQ(test, keys(test, &a), "2 3 4 5 0 1");
	list_bulk_move_tail(&b, &i[4].list, &i[0].list);
	KUNIT_EXPECT_STREQ(test, keys(test, &a), "2 3 1");
	KUNIT_EXPECT_STREQ(test, keys(test, &b), "4 5 0");
	list_splice(&b, &a);
	KUNIT_EXPECT_STREQ(test, keys(test, &a), "4 5 0 2 3 1");
	list_for_each_entry_safe(pos, next, &a, list)
		if (pos->key & 1)
			list_del(&pos->list);
	KUNIT_EXPECT_STREQ(test, keys(test, &a), "4 0 2");
	KUNIT_EXPECT_PTR_EQ(test, i[1].list.next, LIST_POISON1);
	KUNIT_EXPECT_PTR_EQ(test, i[1].list.prev, LIST_POISON2);
	KUNIT_EXPECT_TRUE(test, list_is_last(&i[2].list, &a));
	KUNIT_EXPECT_EQ(test, list_next_entry(&i[4], list)->key, 0);
}

static void hash_test(struct kunit *test)
{
	HLIST_HEAD(head);
	struct item i[4], *pos;
	struct hlist_node *n;
	int sum = 0;

	for (int k = 0; k < 4; k++) {
		i[k].key = k;
		INIT_HLIST_NODE(&i[k].hash);
		KUNIT_EXPECT_TRUE(test, hlist_unhashed(&i[k].hash));
		hlist_add_head(&i[k].hash, &head);
	}
	hlist_for_each_entry(pos, &head, hash)
		sum = sum * 10 + pos->key;
	KUNIT_EXPECT_EQ(test, sum, 3210);
	hlist_del_init(&i[2].hash);
	hlist_add_behind(&i[2].hash, &i[0].hash);
	hlist_for_each_entry_safe(pos, n, &head, hash) {
		sum = sum * 10 + pos->key;
		hlist_del(&pos->hash);
	}
	KUNIT_EXPECT_EQ(test, sum, 32103102);
	KUNIT_EXPECT_TRUE(test, hlist_empty(&head));
}

static void lockless_test(struct kunit *test)
{
	LLIST_HEAD(head);
	struct item i[3], *pos;
	struct llist_node *all;
	int sum = 0;

	for (int k = 0; k < 3; k++) {
		i[k].key = k + 1;
		KUNIT_EXPECT_EQ(test, llist_add(&i[k].lockless, &head), k == 0);
	}
	KUNIT_EXPECT_PTR_EQ(test, llist_del_first(&head), &i[2].lockless);
	all = llist_reverse_order(llist_del_all(&head));
	KUNIT_EXPECT_TRUE(test, llist_empty(&head));
	llist_for_each_entry(pos, all, lockless)
		sum = sum * 10 + pos->key;
	KUNIT_EXPECT_EQ(test, sum, 12);
}

static int by_key(void *priv, const struct list_head *a, const struct list_head *b)
{
	++*(int *)priv;
	return list_entry(a, struct item, list)->key - list_entry(b, struct item, list)->key;
}

static void sort_test(struct kunit *test)
{
	enum { MAX = 300 };
	struct item *i = kunit_kcalloc(test, MAX, sizeof(*i), GFP_KERNEL), *pos, *prev;

	KUNIT_ASSERT_NOT_NULL(test, i);
	for (int n = 0; n <= MAX; n += n < 10 ? 1 : 29) {
		LIST_HEAD(head);
		int compared = 0, count = 0;

		for (int k = 0; k < n; k++) {
			i[k].key = (int)get_random_u32_below(50);
			i[k].seq = k;
			list_add_tail(&i[k].list, &head);
		}
		list_sort(&compared, &head, by_key);
		prev = NULL;
		list_for_each_entry(pos, &head, list) {
			KUNIT_EXPECT_PTR_EQ(test, pos->list.prev,
					    prev ? &prev->list : &head);
			if (prev) {
				KUNIT_EXPECT_LE(test, prev->key, pos->key);
				/* Stable: equals stay as they were. */
				KUNIT_EXPECT_TRUE(test, prev->key < pos->key ||
							prev->seq < pos->seq);
			}
			prev = pos;
			count++;
		}
		KUNIT_EXPECT_EQ(test, count, n);
		KUNIT_EXPECT_LE(test, compared, n * 9);
	}
}

static struct kunit_case list_cases[] = {
	KUNIT_CASE(move_test),
	KUNIT_CASE(hash_test),
	KUNIT_CASE(lockless_test),
	KUNIT_CASE(sort_test),
	{}
};

static struct kunit_suite list_suite = {
	.name = "list",
	.test_cases = list_cases,
};
kunit_test_suite(list_suite);
