// SPDX-License-Identifier: MIT
/*
 * The device that every built-in machine has, at DEMO: what its registers do, that each is
 * reached by accesses of its own width only, and by nobody who does not ask the port.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/io.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/ioport.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#include "tests/unit/text.h"

#define DEMO		0xfd000000ull
#define SIZE		0x100

#define ID		0x00
#define SCRATCH		0x04
#define CONTROL		0x08
#define STATUS		0x0c
#define LEVEL		0x10
#define FIFO		0x14
#define COUNT		0x18
#define DOORBELL	0x20
#define RESULT		0x24
#define BYTE		0x28
#define WORD		0x2a
#define BUFFER		0x80

#define ENABLE		1
#define RESET		2
#define DONE		1
#define ERROR		2
#define EMPTY		0x100
#define FULL		0x200

static u8 __iomem *regs;

static int registers_init(struct kunit *test)
{
	if (!request_mem_region(DEMO, SIZE, "registers_test"))
		return -EBUSY;
	regs = ioremap(DEMO, SIZE);
	if (!regs)
		return -ENOMEM;
	writel(RESET, regs + CONTROL);
	return 0;
}

static void registers_exit(struct kunit *test)
{
	iounmap(regs);
	release_mem_region(DEMO, SIZE);
}

static void identity_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, readl(regs + ID), 0x51524731u);
	KUNIT_EXPECT_EQ(test, ioread32be(regs + ID), 0x31475251u);
	writel(0xdeadbeef, regs + SCRATCH);
	KUNIT_EXPECT_EQ(test, readl(regs + SCRATCH), 0xdeadbeefu);
	iowrite32be(0x01020304, regs + SCRATCH);
	KUNIT_EXPECT_EQ(test, readl_relaxed(regs + SCRATCH), 0x04030201u);
	writeb(0x5a, regs + BYTE);
	writew(0x1234, regs + WORD);
	KUNIT_EXPECT_EQ(test, readb(regs + BYTE), 0x5a);
	KUNIT_EXPECT_EQ(test, readw(regs + WORD), 0x1234);
	writel(RESET, regs + CONTROL);
	KUNIT_EXPECT_EQ(test, readl(regs + CONTROL), 0u);
	KUNIT_EXPECT_EQ(test, readl(regs + SCRATCH), 0u);
	KUNIT_EXPECT_EQ(test, readw(regs + WORD), 0);
}

static void fifo_test(struct kunit *test)
{
	u32 words[16], back[16];
	unsigned int i;

	KUNIT_EXPECT_EQ(test, readl(regs + STATUS), (u32)EMPTY);
	KUNIT_EXPECT_EQ(test, readl(regs + FIFO), 0u);
	KUNIT_EXPECT_EQ(test, readl(regs + STATUS), (u32)(EMPTY | ERROR));
	writel(DONE, regs + STATUS);
	KUNIT_EXPECT_EQ(test, readl(regs + STATUS), (u32)(EMPTY | ERROR));
	writel(ERROR, regs + STATUS);
	KUNIT_EXPECT_EQ(test, readl(regs + STATUS), (u32)EMPTY);

	for (i = 0; i < 16; i++)
		words[i] = i * 0x01010101;
	for (i = 0; i < 5; i++) {	/* so that it goes round */
		writel(i, regs + FIFO);
		KUNIT_EXPECT_EQ(test, readl(regs + FIFO), i);
	}
	writesl(regs + FIFO, words, 16);
	KUNIT_EXPECT_EQ(test, readl(regs + LEVEL), 16u);
	KUNIT_EXPECT_EQ(test, readl(regs + STATUS), (u32)FULL);
	writel(99, regs + FIFO);
	KUNIT_EXPECT_EQ(test, readl(regs + STATUS), (u32)(FULL | ERROR));
	readsl(regs + FIFO, back, 16);
	KUNIT_EXPECT_MEMEQ(test, back, words, sizeof(words));
	KUNIT_EXPECT_EQ(test, readl(regs + LEVEL), 0u);
}

static void doorbell_test(struct kunit *test)
{
	writel(20, regs + FIFO);
	writel(22, regs + FIFO);
	writel(100, regs + FIFO);
	writel(2, regs + DOORBELL);	/* not enabled */
	KUNIT_EXPECT_EQ(test, readl(regs + STATUS), (u32)ERROR);
	KUNIT_EXPECT_EQ(test, readl(regs + LEVEL), 3u);
	writel(ERROR, regs + STATUS);
	writel(ENABLE, regs + CONTROL);
	writel(2, regs + DOORBELL);
	KUNIT_EXPECT_EQ(test, readl(regs + RESULT), 42u);
	KUNIT_EXPECT_EQ(test, readl(regs + STATUS), (u32)DONE);
	KUNIT_EXPECT_EQ(test, readl(regs + LEVEL), 1u);
	writel(2, regs + DOORBELL);	/* more than there is */
	KUNIT_EXPECT_EQ(test, readl(regs + STATUS), (u32)(DONE | ERROR));
	KUNIT_EXPECT_EQ(test, readl(regs + RESULT), 42u);
	writel(DONE | ERROR, regs + STATUS);
	KUNIT_EXPECT_EQ(test, readl(regs + STATUS), 0u);
}

static void count_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, readq(regs + COUNT), 0ull);
	writel(ENABLE, regs + CONTROL);
	writel(1, regs + SCRATCH);
	KUNIT_EXPECT_EQ(test, readl(regs + COUNT), 2u);
	KUNIT_EXPECT_EQ(test, readl(regs + COUNT + 4), 0u);
	writel(0, regs + CONTROL);
	KUNIT_EXPECT_EQ(test, readl(regs + COUNT), 4u);
	KUNIT_EXPECT_EQ(test, readl(regs + COUNT), 4u);
}

static void buffer_test(struct kunit *test)
{
	u8 text[0x80], back[0x80];
	unsigned int i;

	for (i = 0; i < sizeof(text); i++)
		text[i] = (u8)(i ^ 0x5a);
	memcpy_toio(regs + BUFFER, text, sizeof(text));
	memcpy_fromio(back, regs + BUFFER, sizeof(back));
	KUNIT_EXPECT_MEMEQ(test, back, text, sizeof(text));
	KUNIT_EXPECT_EQ(test, readb(regs + BUFFER + 0x7f), text[0x7f]);
	KUNIT_EXPECT_EQ(test, readw(regs + BUFFER + 2), text[2] | text[3] << 8);
	memset_io(regs + BUFFER + 3, 0, 10);
	memcpy_fromio(back, regs + BUFFER, sizeof(back));
	memset(text + 3, 0, 10);
	KUNIT_EXPECT_MEMEQ(test, back, text, sizeof(text));
}

/* Each misuse is told once for each register, and changes nothing. */
static void misuse_test(struct kunit *test)
{
	unsigned int i;

	writel(0x12345678, regs + SCRATCH);
	quarry_expect_reports(test, 10);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, readw(regs + SCRATCH), 0xffff);
		writeb(0, regs + SCRATCH);
		writew(0, regs + SCRATCH + 2);
		writel(7, regs + ID);
		KUNIT_EXPECT_EQ(test, readl(regs + DOORBELL), ~0u);
		KUNIT_EXPECT_EQ(test, readl(regs + 0x40), ~0u);
		writel(1, regs + 0x40);
		KUNIT_EXPECT_EQ(test, readb(regs + COUNT), 0xff);
		KUNIT_EXPECT_EQ(test, readl(regs + WORD), ~0u);
		KUNIT_EXPECT_EQ(test, readl(regs + SIZE), ~0u);
		KUNIT_EXPECT_EQ(test, readl(regs + 2 * SIZE), ~0u);
		writel(1, regs + RESULT);
		KUNIT_EXPECT_EQ(test, readl(regs + ID + 1), ~0u);
		KUNIT_EXPECT_EQ(test, readl(regs + BUFFER + 0x7e), ~0u);
	}
	KUNIT_EXPECT_EQ(test, readl(regs + SCRATCH), 0x12345678u);
	KUNIT_EXPECT_EQ(test, log_count("device demo: readw() of SCRATCH, at 0x4: it is 32 bits wide"),
			1u);
	KUNIT_EXPECT_EQ(test, log_count("device demo: writel() to ID, at 0x0: it can only be read"), 1u);
	KUNIT_EXPECT_EQ(test, log_count("device demo: readl() of DOORBELL, at 0x20: it can only be written"),
			1u);
	KUNIT_EXPECT_EQ(test, log_count("device demo: readl() of offset 0x40: there is no register"), 1u);
	KUNIT_EXPECT_EQ(test, log_count("device demo: readb() of COUNT, at 0x18: it is 64 bits wide, or two of 32"),
			1u);
	KUNIT_EXPECT_EQ(test, log_count("device demo: readl() of offset 0xfe: it goes past the end"), 1u);
	KUNIT_EXPECT_EQ(test, log_count("device demo: readl() of offset 0x100: there is no register"), 1u);
}

/* Two mappings are two ways to one device; none is left when the last is given back. */
static void mappings_test(struct kunit *test)
{
	u8 __iomem *more[40];
	u32 *pages[50];
	bool seen = false;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(more); i++) {
		more[i] = ioremap(DEMO + i * 4 % 8, 8);
		KUNIT_ASSERT_NOT_NULL(test, more[i]);
	}
	for (i = 0; i < ARRAY_SIZE(more); i++) {
		u8 __iomem *scratch = more[i] + (i % 2 ? 0 : 4);

		writel(i, scratch);
		KUNIT_EXPECT_EQ(test, readl(regs + SCRATCH), i);
	}
	for (i = 0; i < ARRAY_SIZE(more); i += 2)
		iounmap(more[i]);
	writel(123, more[1]);
	KUNIT_EXPECT_EQ(test, readl(more[39]), 123u);
	for (i = 1; i < ARRAY_SIZE(more); i += 2)
		iounmap(more[i]);
	/* What is mapped there next is memory. */
	iounmap(regs);
	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		pages[i] = vmalloc(PAGE_SIZE);
		KUNIT_ASSERT_NOT_NULL(test, pages[i]);
		seen |= pages[i] == (u32 *)regs;
		writel(i, pages[i] + 1);
		KUNIT_EXPECT_EQ(test, pages[i][1], i);
		KUNIT_EXPECT_EQ(test, readl(pages[i] + 1), i);
	}
	KUNIT_EXPECT_TRUE(test, seen);
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		vfree(pages[i]);
	regs = ioremap(DEMO, SIZE);
	KUNIT_ASSERT_NOT_NULL(test, regs);
	KUNIT_EXPECT_EQ(test, readl(regs + SCRATCH), 123u);
}

/* Several CPUs and interrupts use it; a lock keeps their pairs of accesses together. */

#define TASKS	4
#define ROUNDS	2000

static DEFINE_SPINLOCK(lock);
static DECLARE_COMPLETION(ended);
static unsigned int faults;

static void put_and_get(u32 value)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	writel(value, regs + FIFO);
	if (readl(regs + FIFO) != value)
		faults++;
	spin_unlock_irqrestore(&lock, flags);
}

static void from_interrupt(void *arg)
{
	put_and_get(0x80000000 | raw_smp_processor_id());
}

static int user(void *arg)
{
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		put_and_get((u32)(unsigned long)arg << 16 | i);
		if (i % 100 == 0)
			on_each_cpu(from_interrupt, NULL, 1);
		cond_resched();
	}
	complete(&ended);
	return 0;
}

static void many_test(struct kunit *test)
{
	struct task_struct *t;
	unsigned long i;

	faults = 0;
	reinit_completion(&ended);
	for (i = 0; i < TASKS; i++) {
		t = kthread_run(user, (void *)i, "user/%lu", i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	}
	for (i = 0; i < TASKS; i++)
		wait_for_completion(&ended);
	KUNIT_EXPECT_EQ(test, faults, 0u);
	KUNIT_EXPECT_EQ(test, readl(regs + LEVEL), 0u);
}

static struct kunit_case registers_cases[] = {
	KUNIT_CASE(identity_test),
	KUNIT_CASE(fifo_test),
	KUNIT_CASE(doorbell_test),
	KUNIT_CASE(count_test),
	KUNIT_CASE(buffer_test),
	KUNIT_CASE(misuse_test),
	KUNIT_CASE(mappings_test),
	KUNIT_CASE(many_test),
	{}
};

static struct kunit_suite registers_suite = {
	.name = "registers", .init = registers_init, .exit = registers_exit,
	.test_cases = registers_cases };
quarry_suite_on(registers_suite, "x86_64-8g");
static struct kunit_suite registers_highmem_suite = {
	.name = "registers_highmem", .init = registers_init, .exit = registers_exit,
	.test_cases = registers_cases };
quarry_suite_on(registers_highmem_suite, "i386-4g");
