// SPDX-License-Identifier: MIT
/*
 * kmap_local_page() and kmap_atomic() through switches, interrupts and misuse, and
 * fix-mapped addresses. S1 to S5 are those of mm/kmap_local.c.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/highmem.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <asm/fixmap.h>

#include "mm/highmem.h"
#include "mm/internal.h"
#include "mm/kmap_local.h"

static struct page *high_page(struct kunit *test)
{
	struct page *page = alloc_page(GFP_HIGHUSER);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_ASSERT_TRUE(test, PageHighMem(page));
	return page;
}

static void expect_none_used(struct kunit *test)
{
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		KUNIT_EXPECT_EQ(test, kmap_local_in_use(cpu), 0u);
	KUNIT_EXPECT_EQ(test, kmap_local_validate(), 0u);
}

/* More sleepers on a CPU than it has slots, and each has several of them. */

enum { SLEEPERS = 24, EACH = 5 };

struct sleepers {
	struct completion ready[SLEEPERS], go;
	atomic_t wrong;
};

struct sleeper {
	struct sleepers *all;
	unsigned int nr;
	u32 *addresses[EACH];
};

static int sleep_with_mappings(void *arg)
{
	struct sleeper *s = arg;
	unsigned int i, cpu;
	struct page *pages[EACH];
	u32 **p = s->addresses;

	for (i = 0; i < EACH; i++) {
		pages[i] = alloc_page(GFP_HIGHUSER);
		p[i] = kmap_local_page(pages[i]);
		p[i][7] = s->nr * EACH + i;
	}
	cpu = smp_processor_id();
	complete(&s->all->ready[s->nr]);
	wait_for_completion(&s->all->go);
	for (i = EACH; i--;) {
		if (p[i][7] != s->nr * EACH + i || kmap_to_page(p[i]) != pages[i] ||
		    smp_processor_id() != cpu)
			atomic_inc(&s->all->wrong);
		kunmap_local(p[i]);
		__free_page(pages[i]);
	}
	return 0;
}

static void many_sleepers_test(struct kunit *test)
{
	struct sleepers *all = kunit_kzalloc(test, sizeof(*all), GFP_KERNEL);
	struct sleeper *s = kunit_kcalloc(test, SLEEPERS, sizeof(*s), GFP_KERNEL);
	struct task_struct *tasks[SLEEPERS];
	unsigned int i, j;

	init_completion(&all->go);
	for (i = 0; i < SLEEPERS; i++) {
		s[i] = (struct sleeper) { .all = all, .nr = i };
		init_completion(&all->ready[i]);
		tasks[i] = kthread_create(sleep_with_mappings, &s[i], "sleeper/%u", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, tasks[i]);
		kthread_bind(tasks[i], 1);
		get_task_struct(tasks[i]);
		wake_up_process(tasks[i]);
	}
	for (i = 0; i < SLEEPERS; i++)
		wait_for_completion(&all->ready[i]);
	/* Only one of them can have the CPU; a slot is empty while its task has not. */
	KUNIT_EXPECT_LE(test, kmap_local_in_use(1), (unsigned int)EACH);
	for (i = 1; i < SLEEPERS; i++)
		for (j = 0; j < EACH; j++)
			KUNIT_EXPECT_PTR_EQ(test, s[i].addresses[j], s[0].addresses[j]);
	complete_all(&all->go);
	for (i = 0; i < SLEEPERS; i++) {
		kthread_stop(tasks[i]);
		put_task_struct(tasks[i]);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&all->wrong), 0);
	expect_none_used(test);
}

/* Who has a mapping stays on its CPU, whatever others want, and leaves it afterwards. */
struct moved {
	struct kunit *test;
	struct completion begun;
};

static int be_moved(void *arg)
{
	struct moved *m = arg;
	struct kunit *test = m->test;
	struct page *page = alloc_page(GFP_HIGHUSER);
	unsigned int other = (smp_processor_id() + 1) % nr_cpu_ids, here;
	u32 *p = kmap_local_page(page);

	complete(&m->begun);
	here = smp_processor_id();
	*p = 4711;
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(other)), 0);
	KUNIT_EXPECT_EQ(test, smp_processor_id(), here);
	msleep(1);
	KUNIT_EXPECT_EQ(test, smp_processor_id(), here);
	KUNIT_EXPECT_EQ(test, *p, 4711u);
	kunmap_local(p);
	cond_resched();
	KUNIT_EXPECT_EQ(test, smp_processor_id(), other);
	__free_page(page);
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

static void pinned_test(struct kunit *test)
{
	struct moved m = { .test = test };
	struct task_struct *task;

	init_completion(&m.begun);
	task = kthread_run(be_moved, &m, "moved");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	wait_for_completion(&m.begun);
	kthread_stop(task);
	expect_none_used(test);
}

/* Nor does a CPU go away under a mapping, even if its task sleeps. */

struct stay {
	struct completion ready, go, removed;
	int wrong, err;
};

static int stay_on_cpu_1(void *arg)
{
	struct stay *s = arg;
	struct page *page = alloc_page(GFP_HIGHUSER);
	u32 *p;

	set_cpus_allowed_ptr(current, cpumask_of(1));
	p = kmap_local_page(page);
	*p = 12;
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	s->wrong += smp_processor_id() != 1;
	s->wrong += remove_cpu(1) != -EBUSY;
	complete(&s->ready);
	wait_for_completion(&s->go);
	s->wrong += smp_processor_id() != 1 || *p != 12;
	kunmap_local(p);
	cond_resched();
	s->wrong += smp_processor_id() == 1;
	__free_page(page);
	return 0;
}

static int remove_cpu_1(void *arg)
{
	struct stay *s = arg;

	s->err = remove_cpu(1);
	complete(&s->removed);
	return 0;
}

static void cpu_removed_test(struct kunit *test)
{
	struct stay *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	struct task_struct *task = kthread_create(stay_on_cpu_1, s, "stayer");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	init_completion(&s->ready);
	init_completion(&s->go);
	init_completion(&s->removed);
	get_task_struct(task);
	wake_up_process(task);
	wait_for_completion(&s->ready);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, kthread_run(remove_cpu_1, s, "remover"));
	while (cpu_online(1))
		msleep(1);
	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&s->removed, 3), 0ul);
	complete(&s->go);
	wait_for_completion(&s->removed);
	KUNIT_EXPECT_EQ(test, s->err, 0);
	kthread_stop(task);
	put_task_struct(task);
	KUNIT_EXPECT_EQ(test, s->wrong, 0);
	KUNIT_EXPECT_EQ(test, add_cpu(1), 0);
	expect_none_used(test);
}

/* Interrupts nest on top of what a thread has, and on top of one another. */

struct nested {
	struct page *page;
	unsigned int levels;
	unsigned int used;
	bool forget;
};

static void from_interrupt(void *arg)
{
	struct nested *n = arg;
	u32 *p = kmap_atomic(n->page);

	*p += 1;
	n->used = kmap_local_in_use(smp_processor_id());
	if (--n->levels)
		quarry_interrupt(from_interrupt, n);
	if (!n->forget)
		kunmap_atomic(p);
}

static void interrupt_test(struct kunit *test)
{
	struct nested n = { .page = high_page(test), .levels = 3 };
	struct page *page = high_page(test);
	unsigned long flags;
	u32 *p, *q;

	clear_highpage(n.page);
	p = kmap_local_page(page);
	q = kmap_atomic(page);
	*p = 99;
	KUNIT_EXPECT_PTR_NE(test, p, q);
	local_irq_save(flags);
	quarry_interrupt(from_interrupt, &n);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, n.used, 5u);
	KUNIT_EXPECT_EQ(test, *q, 99u);
	KUNIT_EXPECT_EQ(test, preempt_count(), 1);
	kunmap_atomic(q);
	kunmap_local(p);
	memcpy_from_page((char *)&n.used, n.page, 0, sizeof(n.used));
	KUNIT_EXPECT_EQ(test, n.used, 3u);
	expect_none_used(test);
	__free_page(n.page);
	__free_page(page);
}

/* S5, an interrupt: its own are undone, those below stay. */
static void interrupt_leaves_test(struct kunit *test)
{
	struct nested n = { .page = high_page(test), .levels = 1, .forget = true };
	struct page *page = high_page(test);
	u32 *p = kmap_local_page(page);
	unsigned long flags;

	quarry_expect_reports(test, 1);
	local_irq_save(flags);
	quarry_interrupt(from_interrupt, &n);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(p), page);
	kunmap_local(p);
	expect_none_used(test);
	__free_page(n.page);
	__free_page(page);
}

/* Low memory has no slot, but preemption is off all the same. */
static void interrupt_leaves_low_test(struct kunit *test)
{
	struct nested n = { .page = alloc_page(GFP_KERNEL), .levels = 1, .forget = true };
	unsigned long flags;

	quarry_expect_reports(test, 1);
	local_irq_save(flags);
	quarry_interrupt(from_interrupt, &n);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
	__free_page(n.page);
}

/* S5, a thread: three things, each reported. */
struct leaver {
	struct page *pages[3];
	struct completion begun;
};

static int leave_all(void *arg)
{
	struct leaver *l = arg;

	kmap_local_page(l->pages[0]);
	complete(&l->begun);
	msleep(1);
	kmap_local_page(l->pages[1]);
	kmap_atomic(l->pages[2]);
	return 0;
}

static void thread_leaves_test(struct kunit *test)
{
	struct leaver l = { { high_page(test), high_page(test), high_page(test) } };
	struct task_struct *task = kthread_create(leave_all, &l, "leaver");
	unsigned int i;

	quarry_expect_reports(test, 3);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	init_completion(&l.begun);
	get_task_struct(task);
	wake_up_process(task);
	wait_for_completion(&l.begun);
	kthread_stop(task);
	put_task_struct(task);
	expect_none_used(test);
	for (i = 0; i < 3; i++)
		__free_page(l.pages[i]);
}

/* S5, preemption: reported once; the mapping may still be undone, in either way. */
static void preemption_test(struct kunit *test)
{
	struct page *page = high_page(test);
	u32 *p = kmap_atomic(page);

	quarry_expect_reports(test, 1);
	*p = 5;
	preempt_count_sub_slow(1);
	KUNIT_EXPECT_FALSE(test, kmap_atomic_held());
	msleep(1);
	KUNIT_EXPECT_EQ(test, *p, 5u);
	preempt_count_add_slow(1);
	preempt_count_sub_slow(1);
	kunmap_local(p);
	expect_none_used(test);
	__free_page(page);
}

/* Document 004: "if none available, return fail". */
static void no_slot_left_test(struct kunit *test)
{
	struct page *page = high_page(test);
	unsigned int depth = kmap_local_slots(), i;
	void *p[KM_MAX_IDX];

	quarry_expect_reports(test, 2);
	for (i = 0; i < depth; i++)
		p[i] = kmap_local_page(page);
	KUNIT_EXPECT_PTR_EQ(test, kmap_local_page(page), NULL);
	KUNIT_EXPECT_PTR_EQ(test, kmap_atomic(page), NULL);
	preempt_enable();
	while (i--)
		kunmap_local(p[i]);
	expect_none_used(test);
	__free_page(page);
}

static void mixed_up_test(struct kunit *test)
{
	struct page *page = high_page(test);
	void *p;

	quarry_expect_reports(test, 3);
	p = kmap_atomic(page);
	kunmap_local(p);	/* 1 */
	preempt_enable();
	p = kmap_local_page(page);
	preempt_disable();
	kunmap_atomic(p);	/* 2 */
	kunmap_local((void *)(FIXADDR_TOP - 8));	/* 3: no slot */
	expect_none_used(test);
	__free_page(page);
}

/* A named slot in an interrupt that the thread below uses: the classic of the 2.6 era. */
static void same_name(void *arg)
{
	void *p = kmap_atomic_type(arg, KM_USER0);

	kunmap_atomic_type(p, KM_USER0);
}

static void own_name(void *arg)
{
	void *p = kmap_atomic_type(arg, KM_IRQ0);

	kunmap_atomic_type(p, KM_IRQ0);
}

static void names_and_interrupts_test(struct kunit *test)
{
	struct page *a = high_page(test), *b = high_page(test);
	unsigned long flags;
	u32 *p;

	quarry_expect_reports(test, 1);
	preempt_disable();
	p = kmap_atomic_type(a, KM_USER0);
	*p = 1;
	local_irq_save(flags);
	quarry_interrupt(own_name, b);
	KUNIT_EXPECT_EQ(test, *p, 1u);
	quarry_interrupt(same_name, b);
	local_irq_restore(flags);
	KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(p), NULL);
	kunmap_atomic_type(p, KM_USER0);	/* lost, which has been said */
	preempt_enable();
	expect_none_used(test);
	__free_page(a);
	__free_page(b);
}

/* Each CPU has each name's slot, and no two of them share an address. */
static void *slot_here(struct page *page, unsigned int type)
{
	void *p;

	preempt_disable();
	p = kmap_atomic_type(page, type);
	kunmap_atomic_type(p, type);
	preempt_enable();
	return p;
}

struct names {
	struct page *page;
	void *at[KM_TYPE_NR];
};

static int all_names(void *arg)
{
	struct names *n = arg;
	unsigned int i;

	for (i = 0; i < KM_TYPE_NR; i++)
		n->at[i] = slot_here(n->page, i);
	return 0;
}

static void names_test(struct kunit *test)
{
	struct names n[2] = { { .page = high_page(test) }, { .page = high_page(test) } };
	struct task_struct *task;
	unsigned int i, j;

	for (i = 0; i < 2; i++) {
		task = kthread_create(all_names, &n[i], "names/%u", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
		kthread_bind(task, i);
		get_task_struct(task);
		wake_up_process(task);
		while (!READ_ONCE(n[i].at[KM_TYPE_NR - 1]))
			msleep(1);
		kthread_stop(task);
		put_task_struct(task);
	}
	for (i = 0; i < 2 * KM_TYPE_NR; i++)
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_PTR_NE(test, n[i / KM_TYPE_NR].at[i % KM_TYPE_NR],
					    n[j / KM_TYPE_NR].at[j % KM_TYPE_NR]);
	for (i = 0; i < 2; i++)
		__free_page(n[i].page);
}

static struct kunit_case kmap_local_cases[] = {
	KUNIT_CASE(many_sleepers_test),
	KUNIT_CASE(pinned_test),
	KUNIT_CASE(cpu_removed_test),
	KUNIT_CASE(interrupt_test),
	KUNIT_CASE(interrupt_leaves_test),
	KUNIT_CASE(interrupt_leaves_low_test),
	KUNIT_CASE(thread_leaves_test),
	KUNIT_CASE(preemption_test),
	KUNIT_CASE(no_slot_left_test),
	KUNIT_CASE(mixed_up_test),
	KUNIT_CASE(names_and_interrupts_test),
	KUNIT_CASE(names_test),
	{}
};

static struct kunit_suite kmap_local_suite = {
	.name = "kmap_local", .test_cases = kmap_local_cases,
};
quarry_suite_on(kmap_local_suite, "i386-4g");

/* Fix-mapped addresses. */

/* Indices count downwards from the top of the window, a page each; nothing else is there. */
static void fixmap_address_test(struct kunit *test)
{
	unsigned int i;

	KUNIT_EXPECT_EQ(test, fix_to_virt(0), FIXADDR_TOP);
	KUNIT_EXPECT_EQ(test, FIXADDR_TOP + PAGE_SIZE, machine.fixmap + machine.fixmap_size);
	KUNIT_EXPECT_EQ(test, FIXADDR_START + FIXADDR_SIZE, FIXADDR_TOP + PAGE_SIZE);
	KUNIT_EXPECT_GE(test, FIXADDR_START, (unsigned long)machine.fixmap);
	KUNIT_EXPECT_GT(test, FIXADDR_START, VMALLOC_END - 1);
	if (machine.pkmap_slots)
		KUNIT_EXPECT_GE(test, FIXADDR_START,
				machine.pkmap + machine.pkmap_slots * PAGE_SIZE);
	for (i = 0; i < FIX_KMAP_BEGIN + 100; i++) {
		KUNIT_EXPECT_EQ(test, fix_to_virt(i), FIXADDR_TOP - i * PAGE_SIZE);
		KUNIT_EXPECT_EQ(test, virt_to_fix(fix_to_virt(i)), (unsigned long)i);
		KUNIT_EXPECT_EQ(test, virt_to_fix(fix_to_virt(i) + PAGE_SIZE - 1),
				(unsigned long)i);
	}
}

static void set_fixmap_test(struct kunit *test)
{
	struct page *a = alloc_page(GFP_HIGHUSER), *b = alloc_page(GFP_HIGHUSER);
	u32 *first = (u32 *)fix_to_virt(FIX_DEVICE_BEGIN), *last, *p;

	last = (u32 *)fix_to_virt(FIX_DEVICE_END);
	KUNIT_EXPECT_EQ(test, set_fixmap(FIX_DEVICE_BEGIN, page_to_phys(a)), 0);
	KUNIT_EXPECT_EQ(test, set_fixmap_nocache(FIX_DEVICE_END, page_to_phys(b)), 0);
	first[3] = 1;
	last[3] = 2;
	p = kmap_local_page(a);
	KUNIT_EXPECT_EQ(test, p[3], 1u);
	kunmap_local(p);
	p = kmap_local_page(b);
	KUNIT_EXPECT_EQ(test, p[3], 2u);
	kunmap_local(p);
	/* Another page at the same address, at once. */
	KUNIT_EXPECT_EQ(test, set_fixmap(FIX_DEVICE_BEGIN, page_to_phys(b)), 0);
	KUNIT_EXPECT_EQ(test, first[3], 2u);
	KUNIT_EXPECT_EQ(test, clear_fixmap(FIX_DEVICE_BEGIN), 0);
	KUNIT_EXPECT_EQ(test, clear_fixmap(FIX_DEVICE_END), 0);
	__free_page(a);
	__free_page(b);
}

static void bad_fixmap_test(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	quarry_expect_reports(test, 2);
	KUNIT_EXPECT_EQ(test, set_fixmap(FIX_HOLE, page_to_phys(page)), -EINVAL);
	KUNIT_EXPECT_EQ(test, set_fixmap(FIX_KMAP_BEGIN, page_to_phys(page)), -EINVAL);
	__free_page(page);
}

/*
 * What fixmap.h calls constant: the same place in the kernel's addresses in every boot of
 * this machine. (Where those begin is the host's choice under a sanitizer.)
 */
static void fixmap_constant_test(struct kunit *test)
{
	static unsigned long top, start;

	if (top) {
		KUNIT_EXPECT_EQ(test, FIXADDR_TOP - PAGE_OFFSET, top);
		KUNIT_EXPECT_EQ(test, FIXADDR_START - PAGE_OFFSET, start);
	}
	top = FIXADDR_TOP - PAGE_OFFSET;
	start = FIXADDR_START - PAGE_OFFSET;
}

static struct kunit_case fixmap_cases[] = {
	KUNIT_CASE(fixmap_address_test),
	KUNIT_CASE(set_fixmap_test),
	KUNIT_CASE(bad_fixmap_test),
	KUNIT_CASE(fixmap_constant_test),
	{}
};

static struct kunit_suite fixmap_suite = { .name = "fixmap", .test_cases = fixmap_cases };
quarry_suite_on(fixmap_suite, "i386-4g");
/* Once more, so that the constants can be seen to be constant; and where nothing is high. */
static struct kunit_suite fixmap_again_suite = { .name = "fixmap_again", .test_cases = fixmap_cases };
quarry_suite_on(fixmap_again_suite, "i386-4g");

static struct kunit_case fixmap_low_cases[] = {
	KUNIT_CASE(fixmap_address_test),
	KUNIT_CASE(set_fixmap_test),
	{}
};

static struct kunit_suite fixmap_low_suite = {
	.name = "fixmap_low", .test_cases = fixmap_low_cases,
};
kunit_test_suite(fixmap_low_suite);
