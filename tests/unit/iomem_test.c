// SPDX-License-Identifier: MIT
/* Loads and stores of device memory: widths, byte orders, many at once; against bytes. */
#include <kunit/test.h>
#include <linux/io.h>
#include <linux/io-64-nonatomic-hi-lo.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/prandom.h>
#include <linux/slab.h>

/* Firmware's page, on the default machine: behind it is memory one can write to. */
#define FIRMWARE	0xfec00000ull
#define ROOM		128

static u8 __iomem *dev;

static int iomem_init(struct kunit *test)
{
	dev = ioremap(FIRMWARE, PAGE_SIZE);
	return dev ? 0 : -ENOMEM;
}

static void iomem_exit(struct kunit *test)
{
	iounmap(dev);
}

/* What is there, byte by byte, and not by a function that is tested. */
static bool bytes_are(const char *hex)
{
	unsigned int i, value;

	for (i = 0; hex[2 * i]; i++) {
		if (sscanf(hex + 2 * i, "%2x", &value) != 1 ||
		    *(volatile u8 *)(dev + i) != value)
			return false;
	}
	return true;
}

static void clear(void)
{
	unsigned int i;

	for (i = 0; i < ROOM; i++)
		*(volatile u8 *)(dev + i) = 0xee;
}

static void widths_test(struct kunit *test)
{
	clear();
	writeb(0x12, dev);
	KUNIT_EXPECT_TRUE(test, bytes_are("12eeee"));
	writew(0x3456, dev + 2);
	KUNIT_EXPECT_TRUE(test, bytes_are("12ee5634eeee"));
	writel(0x789abcde, dev + 4);
	KUNIT_EXPECT_TRUE(test, bytes_are("12ee5634debc9a78eeee"));
	KUNIT_EXPECT_EQ(test, readb(dev + 4), 0xde);
	KUNIT_EXPECT_EQ(test, readw(dev + 4), 0xbcde);
	KUNIT_EXPECT_EQ(test, readl(dev + 4), 0x789abcdeu);
	KUNIT_EXPECT_EQ(test, readb_relaxed(dev), 0x12);
	KUNIT_EXPECT_EQ(test, readw_relaxed(dev + 2), 0x3456);
	KUNIT_EXPECT_EQ(test, readl_relaxed(dev + 4), 0x789abcdeu);
	writeb_relaxed(1, dev + 8);
	writew_relaxed(2, dev + 10);
	writel_relaxed(3, dev + 12);
	KUNIT_EXPECT_TRUE(test, bytes_are("12ee5634debc9a7801ee020003000000ee"));
	/* The types are the register's. */
	KUNIT_EXPECT_EQ(test, sizeof(readb(dev)), 1ul);
	KUNIT_EXPECT_EQ(test, sizeof(readw(dev)), 2ul);
	KUNIT_EXPECT_EQ(test, sizeof(readl(dev)), 4ul);
}

static void quad_test(struct kunit *test)
{
	clear();
	lo_hi_writeq(0x0102030405060708ull, dev);
	KUNIT_EXPECT_TRUE(test, bytes_are("0807060504030201ee"));
	hi_lo_writeq(0x1112131415161718ull, dev + 8);
	KUNIT_EXPECT_TRUE(test, bytes_are("08070605040302011817161514131211ee"));
	KUNIT_EXPECT_EQ(test, lo_hi_readq(dev + 8), 0x1112131415161718ull);
	KUNIT_EXPECT_EQ(test, hi_lo_readq(dev), 0x0102030405060708ull);
	writeq(0x2122232425262728ull, dev);
	KUNIT_EXPECT_EQ(test, readq(dev), 0x2122232425262728ull);
	KUNIT_EXPECT_EQ(test, readl(dev + 4), 0x21222324u);
#ifdef ioread64
	iowrite64be(0x2122232425262728ull, dev);
	KUNIT_EXPECT_TRUE(test, bytes_are("2122232425262728"));
	KUNIT_EXPECT_EQ(test, ioread64be(dev), 0x2122232425262728ull);
	KUNIT_EXPECT_EQ(test, ioread64(dev), 0x2827262524232221ull);
#endif
}

static void big_endian_test(struct kunit *test)
{
	clear();
	iowrite16be(0x1234, dev);
	iowrite32be(0x56789abc, dev + 4);
	iowrite8(0xff, dev + 8);
	KUNIT_EXPECT_TRUE(test, bytes_are("1234eeee56789abcffee"));
	KUNIT_EXPECT_EQ(test, ioread16be(dev), 0x1234u);
	KUNIT_EXPECT_EQ(test, ioread16(dev), 0x3412u);
	KUNIT_EXPECT_EQ(test, ioread32be(dev + 4), 0x56789abcu);
	KUNIT_EXPECT_EQ(test, ioread32(dev + 4), 0xbc9a7856u);
	KUNIT_EXPECT_EQ(test, ioread8(dev + 8), 0xffu);
	iowrite16(0x1234, dev);
	iowrite32(0x56789abc, dev + 4);
	KUNIT_EXPECT_TRUE(test, bytes_are("3412eeeebc9a7856ff"));
}

/* One address, again and again; memory need not be aligned. */
static void repeat_test(struct kunit *test)
{
	u8 from[32], to[33];
	unsigned int i;

	for (i = 0; i < sizeof(from); i++)
		from[i] = (u8)(i + 1);
	clear();
	memset(to, 0, sizeof(to));
	writesl(dev, from + 1, 3);
	KUNIT_EXPECT_TRUE(test, bytes_are("0a0b0c0dee"));
	readsl(dev, to + 1, 2);
	KUNIT_EXPECT_MEMEQ(test, to, "\0\x0a\x0b\x0c\x0d\x0a\x0b\x0c\x0d\0", 10);
	writesw(dev, from, 2);
	KUNIT_EXPECT_TRUE(test, bytes_are("03040c0d"));
	readsw(dev, to + 1, 1);
	KUNIT_EXPECT_MEMEQ(test, to, "\0\x03\x04\x0c", 4);
	iowrite8_rep(dev, from, 7);
	iowrite16_rep(dev + 2, from, 3);
	iowrite32_rep(dev + 4, from, 2);
	KUNIT_EXPECT_TRUE(test, bytes_are("0704050605060708"));
	ioread8_rep(dev, to, 2);
	ioread16_rep(dev + 2, to + 3, 1);
	ioread32_rep(dev + 4, to + 7, 2);
	KUNIT_EXPECT_MEMEQ(test, to, "\x07\x07", 2);
	KUNIT_EXPECT_MEMEQ(test, to + 3, "\x05\x06", 2);
	KUNIT_EXPECT_MEMEQ(test, to + 7, "\x05\x06\x07\x08\x05\x06\x07\x08", 8);
	writesl(dev, from, 0);
	KUNIT_EXPECT_TRUE(test, bytes_are("0704"));
}

/* Every length at every place of both sides, and not a byte beyond. */
static void copy_test(struct kunit *test)
{
	u8 *memory = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	unsigned int at, from, n, i, wrong = 0;

	KUNIT_ASSERT_NOT_NULL(test, memory);
	for (at = 0; at < 9; at++) {
		for (from = 0; from < 9; from++) {
			for (n = 0; n <= 40; n++) {
				for (i = 0; i < ROOM; i++)
					memory[i] = (u8)(i * 7 + n);
				clear();
				memcpy_toio(dev + at, memory + from, n);
				for (i = 0; i < ROOM; i++) {
					u8 want = i - at < n ? memory[from + i - at] : 0xee;

					wrong += *(volatile u8 *)(dev + i) != want;
				}
				memset(memory, 0x55, ROOM);
				memcpy_fromio(memory + from, dev + at, n);
				for (i = 0; i < ROOM; i++) {
					u8 want = i - from < n ? *(volatile u8 *)(dev + at + i - from)
							       : 0x55;

					wrong += memory[i] != want;
				}
			}
		}
	}
	KUNIT_EXPECT_EQ(test, wrong, 0u);
}

static void set_test(struct kunit *test)
{
	unsigned int at, n, i, wrong = 0;

	for (at = 0; at < 9; at++) {
		for (n = 0; n <= 40; n++) {
			clear();
			memset_io(dev + at, 0x1a5, n);
			for (i = 0; i < ROOM; i++)
				wrong += *(volatile u8 *)(dev + i) != (i - at < n ? 0xa5 : 0xee);
		}
	}
	KUNIT_EXPECT_EQ(test, wrong, 0u);
}

static void words_test(struct kunit *test)
{
	u32 words[5] = { 1, 2, 3, 4, 5 }, back[5] = { };

	clear();
	__iowrite32_copy(dev, words, 3);
	KUNIT_EXPECT_EQ(test, readl(dev + 8), 3u);
	KUNIT_EXPECT_EQ(test, readl(dev + 12), 0xeeeeeeeeu);
	__ioread32_copy(back, dev, 2);
	KUNIT_EXPECT_EQ(test, back[1], 2u);
	KUNIT_EXPECT_EQ(test, back[2], 0u);
	__iowrite64_copy(dev, words + 1, 2);
	KUNIT_EXPECT_EQ(test, readl(dev + 12), 5u);
	KUNIT_EXPECT_EQ(test, readl(dev + 16), 0xeeeeeeeeu);
}

static struct kunit_case iomem_cases[] = {
	KUNIT_CASE(widths_test),
	KUNIT_CASE(quad_test),
	KUNIT_CASE(big_endian_test),
	KUNIT_CASE(repeat_test),
	KUNIT_CASE(copy_test),
	KUNIT_CASE(set_test),
	KUNIT_CASE(words_test),
	{}
};

static struct kunit_suite iomem_suite = {
	.name = "iomem", .init = iomem_init, .exit = iomem_exit, .test_cases = iomem_cases };
quarry_suite_on(iomem_suite, "x86_64-8g");
