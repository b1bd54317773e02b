// SPDX-License-Identifier: MIT
/* Rings of pointers, and reference trackers, which travel with them in test modules. */
#include <kunit/test.h>
#include <linux/kthread.h>
#include <linux/ptr_ring.h>
#include <linux/ref_tracker.h>
#include <linux/sched.h>

static void order_test(struct kunit *test)
{
	struct ptr_ring ring;
	long i, round;

	KUNIT_ASSERT_EQ(test, ptr_ring_init(&ring, 40, GFP_KERNEL), 0);
	KUNIT_EXPECT_TRUE(test, ptr_ring_empty(&ring));
	KUNIT_EXPECT_NULL(test, ptr_ring_consume(&ring));
	/* Around several times, across every batch. */
	for (round = 0; round < 5; round++) {
		for (i = 1; i <= 24; i++)
			KUNIT_ASSERT_EQ(test, ptr_ring_produce(&ring, (void *)i), 0);
		for (i = 1; i <= 24; i++)
			KUNIT_ASSERT_PTR_EQ(test, ptr_ring_consume(&ring), (void *)i);
		KUNIT_EXPECT_TRUE(test, ptr_ring_empty(&ring));
	}
	ptr_ring_cleanup(&ring, NULL);
}

static void full_test(struct kunit *test)
{
	struct ptr_ring ring;
	int i;

	KUNIT_ASSERT_EQ(test, ptr_ring_init(&ring, 2, GFP_KERNEL), 0);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, ptr_ring_produce_bh(&ring, &ring), 0);
	KUNIT_EXPECT_TRUE(test, ptr_ring_full(&ring));
	KUNIT_EXPECT_EQ(test, ptr_ring_produce_any(&ring, &ring), -ENOSPC);
	KUNIT_EXPECT_PTR_EQ(test, ptr_ring_consume_irq(&ring), (void *)&ring);
	KUNIT_EXPECT_EQ(test, ptr_ring_produce(&ring, &ring), 0);
	while (ptr_ring_consume(&ring))
		;
	ptr_ring_cleanup(&ring, NULL);

	KUNIT_ASSERT_EQ(test, ptr_ring_init(&ring, 1, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, ptr_ring_produce(&ring, &ring), 0);
	KUNIT_EXPECT_EQ(test, ptr_ring_produce(&ring, &ring), -ENOSPC);
	ptr_ring_cleanup(&ring, NULL);
}

static int destroyed;

static void destroy(void *ptr)
{
	destroyed += (int)(long)ptr;
}

static void cleanup_and_resize_test(struct kunit *test)
{
	struct ptr_ring ring;
	void *batch[8];
	long i;

	destroyed = 0;
	KUNIT_ASSERT_EQ(test, ptr_ring_init(&ring, 8, GFP_KERNEL), 0);
	for (i = 1; i <= 5; i++)
		ptr_ring_produce(&ring, (void *)i);
	KUNIT_EXPECT_EQ(test, ptr_ring_resize(&ring, 3, GFP_KERNEL, destroy), 0);
	KUNIT_EXPECT_EQ(test, destroyed, 4 + 5);
	KUNIT_EXPECT_TRUE(test, ptr_ring_full(&ring));
	KUNIT_EXPECT_EQ(test, ptr_ring_resize(&ring, 20, GFP_KERNEL, destroy), 0);
	ptr_ring_produce(&ring, (void *)6l);
	KUNIT_EXPECT_EQ(test, ptr_ring_consume_batched(&ring, batch, 2), 2);
	KUNIT_EXPECT_PTR_EQ(test, batch[1], (void *)2l);
	destroyed = 0;
	ptr_ring_cleanup(&ring, destroy);
	KUNIT_EXPECT_EQ(test, destroyed, 3 + 6);
}

#define MANY	2000l

static int producer(void *data)
{
	long i;

	for (i = 1; i <= MANY; i++)
		while (ptr_ring_produce(data, (void *)i))
			schedule();
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void two_ends_test(struct kunit *test)
{
	struct ptr_ring ring;
	struct task_struct *task;
	long i, wrong = 0;

	KUNIT_ASSERT_EQ(test, ptr_ring_init(&ring, 37, GFP_KERNEL), 0);
	task = kthread_run(producer, &ring, "producer");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	for (i = 1; i <= MANY; i++) {
		void *ptr;

		while (!(ptr = ptr_ring_consume(&ring)))
			schedule();
		wrong += ptr != (void *)i;
	}
	kthread_stop(task);
	KUNIT_EXPECT_EQ(test, wrong, 0l);
	ptr_ring_cleanup(&ring, NULL);
}

static void tracker_test(struct kunit *test)
{
	struct ref_tracker_dir dir;
	struct ref_tracker *a = NULL, *b = NULL, *stale;

	ref_tracker_dir_init(&dir, 4);
	KUNIT_EXPECT_EQ(test, ref_tracker_alloc(&dir, &a, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, ref_tracker_alloc(&dir, &b, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, ref_tracker_alloc(&dir, NULL, GFP_KERNEL), 0);
	stale = a;
	KUNIT_EXPECT_EQ(test, ref_tracker_free(&dir, &a), 0);
	quarry_expect_reports(test, 1);		/* dropped twice */
	KUNIT_EXPECT_EQ(test, ref_tracker_free(&dir, &stale), -EINVAL);
	KUNIT_EXPECT_EQ(test, ref_tracker_free(&dir, NULL), 0);
	quarry_expect_reports(test, 1);		/* b is still held */
	ref_tracker_dir_exit(&dir);

	ref_tracker_dir_init(&dir, 0);
	KUNIT_EXPECT_EQ(test, ref_tracker_alloc(&dir, &a, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, ref_tracker_free(&dir, &a), 0);
	ref_tracker_dir_exit(&dir);
}

static struct kunit_case ptr_ring_cases[] = {
	KUNIT_CASE(order_test),
	KUNIT_CASE(full_test),
	KUNIT_CASE(cleanup_and_resize_test),
	KUNIT_CASE(two_ends_test),
	KUNIT_CASE(tracker_test),
	{}
};

static struct kunit_suite ptr_ring_suite = { .name = "ptr_ring", .test_cases = ptr_ring_cases };
kunit_test_suite(ptr_ring_suite);
