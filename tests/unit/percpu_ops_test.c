// SPDX-License-Identifier: MIT
/*
 * this_cpu_*() and its like: each operation on each kind of variable, in a thread, with
 * interrupts off and in an interrupt; and that an interrupt never splits one.
 */
#include <kunit/test.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "mm/internal.h"

enum colour { RED, GREEN = 70000, BLUE };

/* Between neighbours, which stay what they are. */
struct kinds {
	u8 before;
	u8 one;
	s8 one_signed;
	bool flag;
	u16 two;
	s16 two_signed;
	u16 guard;
	u32 four;
	s32 four_signed;
	enum colour colour;
	u32 guard32;
	u64 eight;
	s64 eight_signed;
	unsigned long word;
	char *pointer;
	u8 after;
};

static DEFINE_PER_CPU(struct kinds, kinds);
static DEFINE_PER_CPU(u64[5], row);
static struct kinds __percpu *dynamic;

/* What an operation in some context found wrong; no expectation may be made there. */
static const char *mistake;

#define right(what)							\
	do {								\
		if (!(what) && !mistake)				\
			mistake = #what;				\
	} while (0)

/* All operations of a family (this_cpu, __this_cpu, raw_cpu) on an integer. */
#define INTEGER(family, type, var)					\
	do {								\
		type a = (type)0x1122334455667788ull, b = (type)0xf0e1d2c3b4a59687ull; \
									\
		family##_write(var, a);					\
		right(family##_read(var) == a);				\
		family##_add(var, b);					\
		right(family##_read(var) == (type)(a + b));		\
		family##_sub(var, b);					\
		right(family##_read(var) == a);				\
		family##_inc(var);					\
		right(family##_read(var) == (type)(a + 1));		\
		family##_dec(var);					\
		family##_dec(var);					\
		right(family##_read(var) == (type)(a - 1));		\
		family##_write(var, a);					\
		family##_or(var, b);					\
		right(family##_read(var) == (type)(a | b));		\
		family##_and(var, ~a);					\
		right(family##_read(var) == (type)((a | b) & ~a));	\
		family##_write(var, a);					\
		right(family##_add_return(var, b) == (type)(a + b));	\
		right(family##_sub_return(var, b) == a);		\
		right(family##_inc_return(var) == (type)(a + 1));	\
		right(family##_dec_return(var) == a);			\
		right(family##_xchg(var, b) == a);			\
		right(family##_read(var) == b);				\
		right(family##_cmpxchg(var, a, (type)1) == b);		\
		right(family##_read(var) == b);				\
		right(family##_cmpxchg(var, b, a) == b);		\
		right(family##_read(var) == a);				\
		/* To nothing and beyond, by constants of either sign. */ \
		family##_write(var, 0);					\
		family##_dec(var);					\
		right(family##_read(var) == (type)-1);			\
		family##_add(var, 1);					\
		family##_sub(var, 100);					\
		right(family##_add_return(var, 101) == 1);		\
		family##_add(var, -1);					\
		right(family##_read(var) == 0);				\
	} while (0)

#define FAMILY(family, at)						\
	do {								\
		INTEGER(family, u8, (at).one);				\
		INTEGER(family, s8, (at).one_signed);			\
		INTEGER(family, u16, (at).two);				\
		INTEGER(family, s16, (at).two_signed);			\
		INTEGER(family, u32, (at).four);			\
		INTEGER(family, s32, (at).four_signed);			\
		INTEGER(family, u64, (at).eight);			\
		INTEGER(family, s64, (at).eight_signed);		\
		INTEGER(family, unsigned long, (at).word);		\
		family##_write((at).flag, 256);				\
		right(family##_read((at).flag) == true);		\
		right(family##_xchg((at).flag, false) == true);		\
		family##_or((at).flag, 2);				\
		right(family##_cmpxchg((at).flag, true, false) == true); \
		right(!family##_read((at).flag));			\
		family##_write((at).colour, GREEN);			\
		right(family##_xchg((at).colour, BLUE) == GREEN);	\
		right(family##_cmpxchg((at).colour, BLUE, RED) == BLUE); \
		right(family##_read((at).colour) == RED);		\
		family##_write((at).pointer, (char *)&mistake);		\
		family##_add((at).pointer, 3);				\
		right(family##_read((at).pointer) == (char *)&mistake + 3); \
		right(family##_xchg((at).pointer, NULL) == (char *)&mistake + 3); \
		right(family##_cmpxchg((at).pointer, NULL, (char *)&kinds) == NULL); \
		right(family##_read((at).pointer) == (char *)&kinds);	\
	} while (0)

#define each_family(at)							\
	do {								\
		FAMILY(this_cpu, at);					\
		FAMILY(__this_cpu, at);					\
		FAMILY(raw_cpu, at);					\
	} while (0)

static void each_operation(void *unused)
{
	each_family(kinds);
	each_family(*dynamic);
	INTEGER(this_cpu, u64, row[3]);
}

/* Guards, and the rows' other elements, on every CPU. */
static bool untouched(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct kinds *k[] = { per_cpu_ptr(&kinds, cpu), per_cpu_ptr(dynamic, cpu) };
		const u64 *r = per_cpu(row, cpu);
		unsigned int i;

		for (i = 0; i < ARRAY_SIZE(k); i++)
			if (k[i]->before != 0xaa || k[i]->after != 0xbb || k[i]->guard != 0xcccc ||
			    k[i]->guard32 != 0xdddddddd)
				return false;
		if (r[2] != ~0ull || r[4] != ~0ull)
			return false;
	}
	return true;
}

static int ops_init(struct kunit *test)
{
	int cpu;

	mistake = NULL;
	dynamic = alloc_percpu(struct kinds);
	if (!dynamic)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		struct kinds k = { .before = 0xaa, .after = 0xbb, .guard = 0xcccc,
				   .guard32 = 0xdddddddd };

		per_cpu(kinds, cpu) = *per_cpu_ptr(dynamic, cpu) = k;
		memset(per_cpu(row, cpu), 0xff, sizeof(row));
	}
	return 0;
}

static void ops_exit(struct kunit *test)
{
	free_percpu(dynamic);
}

static void thread_test(struct kunit *test)
{
	unsigned long flags;
	int cpu;

	for_each_online_cpu(cpu) {
		set_cpus_allowed_ptr(current, cpumask_of(cpu));
		each_operation(NULL);
		local_irq_save(flags);
		each_operation(NULL);
		KUNIT_EXPECT_TRUE(test, irqs_disabled());
		local_irq_restore(flags);
		KUNIT_EXPECT_FALSE(test, irqs_disabled());
	}
	set_cpus_allowed_ptr(current, cpu_online_mask);
	KUNIT_EXPECT_STREQ(test, mistake ?: "", "");
	KUNIT_EXPECT_TRUE(test, untouched());
}

static void interrupt_test(struct kunit *test)
{
	int cpu;

	for_each_online_cpu(cpu)
		smp_call_function_single(cpu, each_operation, NULL, 1);
	KUNIT_EXPECT_STREQ(test, mistake ?: "", "");
	KUNIT_EXPECT_TRUE(test, untouched());
}

/* What was evaluated, and how often. */
static void arguments_test(struct kunit *test)
{
	u32 n = 5;

	preempt_disable();
	this_cpu_write(kinds.four, n++);
	this_cpu_add(kinds.four, n++);
	KUNIT_EXPECT_EQ(test, this_cpu_xchg(kinds.four, n++), 11u);
	KUNIT_EXPECT_EQ(test, this_cpu_cmpxchg(kinds.four, n - 1, n++), 7u);
	KUNIT_EXPECT_EQ(test, this_cpu_add_return(kinds.four, n++), 17u);
	KUNIT_EXPECT_EQ(test, n, 10u);
	/* As wide as the variable, whatever the argument. */
	this_cpu_write(kinds.eight, 0);
	this_cpu_sub(kinds.eight, 1u);
	KUNIT_EXPECT_EQ(test, this_cpu_read(kinds.eight), ~0ull);
	this_cpu_add(kinds.eight, 0x100000001ull);
	KUNIT_EXPECT_EQ(test, this_cpu_read(kinds.eight), 0x100000000ull);
	this_cpu_write(kinds.one, 0xff);
	KUNIT_EXPECT_EQ(test, this_cpu_add_return(kinds.one, 0x1ff), (u8)0xfe);
	preempt_enable();
	KUNIT_EXPECT_TRUE(test, untouched());
}

static void each_cpu_its_own_test(struct kunit *test)
{
	int cpu, other;

	for_each_online_cpu(cpu) {
		set_cpus_allowed_ptr(current, cpumask_of(cpu));
		this_cpu_write(kinds.two, cpu + 1);
		this_cpu_write(*(&dynamic->eight), 1000 + cpu);
	}
	set_cpus_allowed_ptr(current, cpu_online_mask);
	for_each_online_cpu(other) {
		KUNIT_EXPECT_EQ(test, per_cpu(kinds, other).two, (u16)(other + 1));
		KUNIT_EXPECT_EQ(test, per_cpu_ptr(dynamic, other)->eight, 1000ull + other);
	}
}

/*
 * Interrupts come all the time and do what the thread does. Nothing may get lost: every
 * CPU's sum is what was added there.
 */
static DEFINE_PER_CPU(u8, sum8);
static DEFINE_PER_CPU(u16, sum16);
static DEFINE_PER_CPU(u32, sum32);
static DEFINE_PER_CPU(u64, sum64);
static DEFINE_PER_CPU(u64, got64);	/* what xchg took away */
static DEFINE_PER_CPU(u64, purse);
static DEFINE_PER_CPU(u32, tries);
static DEFINE_PER_CPU(u32, torn);
static DEFINE_PER_CPU(u64, halves);	/* both halves of it are alike */

static void add_to_all(void *unused)
{
	u32 seen;
	u64 both;

	this_cpu_inc(sum8);
	this_cpu_add(sum16, 3);
	this_cpu_add_return(sum32, 5);
	this_cpu_add(sum64, 0xffffffffull);
	this_cpu_add(purse, 7);
	this_cpu_add(got64, this_cpu_xchg(purse, 0));
	do
		seen = this_cpu_read(tries);
	while (this_cpu_cmpxchg(tries, seen, seen + 1) != seen);
	both = this_cpu_read(halves);
	if ((u32)both != both >> 32)
		this_cpu_inc(torn);
	this_cpu_write(halves, both + 0x100000001ull);
}

struct storm {
	bool stop;
	int interrupts;
};

static int interrupt_others(void *arg)
{
	struct storm *storm = arg;
	int cpu, n = 0;

	while (!READ_ONCE(storm->stop)) {
		for_each_online_cpu(cpu) {
			smp_call_function_single(cpu, add_to_all, NULL, 1);
			WRITE_ONCE(storm->interrupts, ++n);
		}
		cond_resched();
	}
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return n;
}

static void never_split_test(struct kunit *test)
{
	enum { TURNS = 20000, INTERRUPTS = 2000 };
	struct storm storm = {};
	struct task_struct *thread;
	u64 turns;
	u32 torn_all = 0;
	int cpu, i;

	for_each_possible_cpu(cpu) {
		per_cpu(sum8, cpu) = 0;
		per_cpu(sum16, cpu) = 0;
		per_cpu(sum32, cpu) = per_cpu(tries, cpu) = per_cpu(torn, cpu) = 0;
		per_cpu(sum64, cpu) = per_cpu(got64, cpu) = per_cpu(purse, cpu) = 0;
		per_cpu(halves, cpu) = 0;
	}
	thread = kthread_run(interrupt_others, &storm, "interrupts");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, thread);
	for (i = 0; i < TURNS || READ_ONCE(storm.interrupts) < INTERRUPTS; i++) {
		add_to_all(NULL);
		if (i % 64 == 0)
			cond_resched();
	}
	WRITE_ONCE(storm.stop, true);
	turns = i + kthread_stop(thread);
	for_each_possible_cpu(cpu) {
		u64 n = per_cpu(tries, cpu);

		KUNIT_EXPECT_EQ(test, per_cpu(sum8, cpu), (u8)n);
		KUNIT_EXPECT_EQ(test, per_cpu(sum16, cpu), (u16)(3 * n));
		KUNIT_EXPECT_EQ(test, per_cpu(sum32, cpu), (u32)(5 * n));
		KUNIT_EXPECT_EQ(test, per_cpu(sum64, cpu), n * 0xffffffffull);
		KUNIT_EXPECT_EQ(test, per_cpu(got64, cpu) + per_cpu(purse, cpu), 7 * n);
		turns -= n;
		torn_all += per_cpu(torn, cpu);
	}
	KUNIT_EXPECT_EQ(test, turns, 0ull);
	KUNIT_EXPECT_EQ(test, torn_all, 0u);
}

static struct kunit_case percpu_ops_cases[] = {
	KUNIT_CASE(thread_test),
	KUNIT_CASE(interrupt_test),
	KUNIT_CASE(arguments_test),
	KUNIT_CASE(each_cpu_its_own_test),
	KUNIT_CASE(never_split_test),
	{}
};

static struct kunit_suite percpu_ops_suite = {
	.name = "percpu_ops",
	.init = ops_init,
	.exit = ops_exit,
	.test_cases = percpu_ops_cases,
};
kunit_test_suite(percpu_ops_suite);
