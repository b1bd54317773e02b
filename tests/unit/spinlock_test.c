// SPDX-License-Identifier: MIT
/* Spinlocks, rwlocks and seqlocks: exclusion, contexts, statistics, misuse. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>

static void contexts_test(struct kunit *test)
{
	DEFINE_SPINLOCK(lock);
	unsigned long flags;

	spin_lock(&lock);
	KUNIT_EXPECT_EQ(test, preempt_count(), 1);
	KUNIT_EXPECT_TRUE(test, spin_is_locked(&lock));
	KUNIT_EXPECT_TRUE(test, lockdep_is_held(&lock));
	KUNIT_EXPECT_FALSE(test, spin_trylock(&lock));
	KUNIT_EXPECT_EQ(test, preempt_count(), 1);
	spin_unlock(&lock);
	KUNIT_EXPECT_FALSE(test, spin_is_locked(&lock));
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);

	KUNIT_EXPECT_TRUE(test, spin_trylock(&lock));
	spin_unlock(&lock);
	spin_lock_bh(&lock);
	KUNIT_EXPECT_TRUE(test, in_softirq());
	spin_unlock_bh(&lock);
	KUNIT_EXPECT_FALSE(test, in_softirq());
	spin_lock_irq(&lock);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	spin_unlock_irq(&lock);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());

	/* Interrupts that were off stay off. */
	local_irq_disable();
	spin_lock_irqsave(&lock, flags);
	KUNIT_EXPECT_FALSE(test, spin_trylock_irqsave(&lock, flags));
	spin_unlock_irqrestore(&lock, flags);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

static void rwlock_test(struct kunit *test)
{
	DEFINE_RWLOCK(lock);

	read_lock(&lock);
	read_lock(&lock);
	KUNIT_EXPECT_EQ(test, preempt_count(), 2);
	KUNIT_EXPECT_FALSE(test, write_trylock(&lock));
	read_unlock(&lock);
	KUNIT_EXPECT_FALSE(test, write_trylock(&lock));
	read_unlock(&lock);
	KUNIT_EXPECT_TRUE(test, write_trylock(&lock));
	KUNIT_EXPECT_FALSE(test, read_trylock(&lock));
	write_unlock(&lock);
	KUNIT_EXPECT_TRUE(test, read_trylock(&lock));
	read_unlock(&lock);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

static void seqlock_test(struct kunit *test)
{
	DEFINE_SEQLOCK(lock);
	unsigned int seq = read_seqbegin(&lock);

	KUNIT_EXPECT_FALSE(test, read_seqretry(&lock, seq));
	write_seqlock(&lock);
	KUNIT_EXPECT_TRUE(test, spin_is_locked(&lock.lock));
	write_sequnlock(&lock);
	KUNIT_EXPECT_TRUE(test, read_seqretry(&lock, seq));
}

static void stats_test(struct kunit *test)
{
	DEFINE_SPINLOCK_RANKED(lock, RANK_MEMPOOL);
	unsigned long before = quarry_lock_stats(RANK_MEMPOOL).takes;

	for (int i = 0; i < 10; i++) {
		spin_lock_irq(&lock);
		spin_unlock_irq(&lock);
	}
	KUNIT_EXPECT_GE(test, quarry_lock_stats(RANK_MEMPOOL).takes - before, 10ul);
}

static void unlock_test(struct kunit *test)
{
	DEFINE_SPINLOCK(lock);

	quarry_expect_reports(test, 1);
	preempt_disable();
	spin_unlock(&lock);
	KUNIT_EXPECT_FALSE(test, spin_is_locked(&lock));
}

/* Ranks are checked in debug builds only. */
static void rank_test(struct kunit *test)
{
	DEFINE_SPINLOCK_RANKED(low, RANK_MEMPOOL);
	DEFINE_SPINLOCK_RANKED(high, RANK_ZONE);
	DEFINE_SPINLOCK_RANKED(high2, RANK_ZONE);
	DEFINE_SPINLOCK(any);

	if (!QUARRY_DEBUG)
		kunit_skip(test, "not a debug build");
	/* In order, and with a lock that has no rank: fine. */
	local_irq_disable();
	spin_lock(&low);
	spin_lock(&any);
	spin_lock(&high);
	spin_lock_nested(&high2, SINGLE_DEPTH_NESTING);
	spin_unlock(&low);
	spin_unlock(&high2);
	spin_unlock(&high);
	spin_unlock(&any);

	quarry_expect_reports(test, 1);
	spin_lock(&high);
	spin_lock(&low);
	spin_unlock(&low);
	spin_unlock(&high);
	local_irq_enable();
}

/* What an interrupt may want has interrupts off; what is held with them on, a lower rank. */
static void irqs_on_test(struct kunit *test)
{
	DEFINE_SPINLOCK_RANKED(safe, RANK_IRQS_OFF);
	DEFINE_SPINLOCK_RANKED(thread, RANK_SHRINKER);

	if (!QUARRY_DEBUG)
		kunit_skip(test, "not a debug build");
	spin_lock(&thread);
	spin_lock_irq(&safe);
	spin_unlock_irq(&safe);
	spin_unlock(&thread);
	quarry_expect_reports(test, 1);
	spin_lock(&safe);
	spin_unlock(&safe);
}

#define THREADS	3
#define ROUNDS	5000

struct shared {
	spinlock_t lock;
	rwlock_t rw;
	seqlock_t seq;
	unsigned long plain, other, a, b;
	unsigned long torn;
	struct completion done[THREADS];
};

static struct shared shared;

static int worker(void *arg)
{
	long me = (long)arg;

	for (int i = 0; i < ROUNDS; i++) {
		unsigned long a, b;
		unsigned int seq;

		spin_lock(&shared.lock);
		WRITE_ONCE(shared.plain, READ_ONCE(shared.plain) + 1);
		spin_unlock(&shared.lock);

		write_lock(&shared.rw);
		WRITE_ONCE(shared.other, READ_ONCE(shared.other) + 1);
		write_unlock(&shared.rw);
		read_lock(&shared.rw);
		if (READ_ONCE(shared.other) != READ_ONCE(shared.other))
			__atomic_fetch_add(&shared.torn, 1ul, __ATOMIC_RELAXED);
		read_unlock(&shared.rw);

		if (me == 0) {
			write_seqlock(&shared.seq);
			WRITE_ONCE(shared.a, (unsigned long)i);
			WRITE_ONCE(shared.b, (unsigned long)i);
			write_sequnlock(&shared.seq);
		}
		do {
			seq = read_seqbegin(&shared.seq);
			a = READ_ONCE(shared.a);
			b = READ_ONCE(shared.b);
		} while (read_seqretry(&shared.seq, seq));
		if (a != b)
			__atomic_fetch_add(&shared.torn, 1ul, __ATOMIC_RELAXED);
	}
	complete(&shared.done[me]);
	return 0;
}

static void exclusion_test(struct kunit *test)
{
	struct task_struct *t;
	long i;

	memset(&shared, 0, sizeof(shared));
	spin_lock_init(&shared.lock);
	rwlock_init(&shared.rw);
	seqlock_init(&shared.seq);
	for (i = 0; i < THREADS; i++) {
		init_completion(&shared.done[i]);
		t = kthread_run(worker, (void *)i, "worker/%ld", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	}
	for (i = 0; i < THREADS; i++)
		wait_for_completion(&shared.done[i]);
	KUNIT_EXPECT_EQ(test, shared.plain, (unsigned long)THREADS * ROUNDS);
	KUNIT_EXPECT_EQ(test, shared.other, (unsigned long)THREADS * ROUNDS);
	KUNIT_EXPECT_EQ(test, shared.torn, 0ul);
}

static struct kunit_case spinlock_cases[] = {
	KUNIT_CASE(contexts_test),
	KUNIT_CASE(rwlock_test),
	KUNIT_CASE(seqlock_test),
	KUNIT_CASE(stats_test),
	KUNIT_CASE(unlock_test),
	KUNIT_CASE(rank_test),
	KUNIT_CASE(irqs_on_test),
	KUNIT_CASE(exclusion_test),
	{}
};

static struct kunit_suite spinlock_suite = {
	.name = "spinlock",
	.test_cases = spinlock_cases,
};
kunit_test_suite(spinlock_suite);
