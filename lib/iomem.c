// SPDX-License-Identifier: MIT
/*
 * Copies between memory and devices. Each access has the width of a word, or of a byte
 * where the device's address does not allow more: at the beginning and at the end. Memory
 * may lie anywhere.
 */
#include <linux/export.h>
#include <linux/io.h>
#include <linux/string.h>
#include <linux/types.h>

#define WORD	sizeof(unsigned long)

static inline unsigned long read_word(const volatile void __iomem *from)
{
#if __SIZEOF_LONG__ == 8
	return __raw_readq(from);
#else
	return __raw_readl(from);
#endif
}

static inline void write_word(unsigned long value, volatile void __iomem *to)
{
#if __SIZEOF_LONG__ == 8
	__raw_writeq(value, to);
#else
	__raw_writel(value, to);
#endif
}

/* How many of @n bytes come before the first word. */
static size_t before_word(const volatile void __iomem *addr, size_t n)
{
	size_t head = -(unsigned long)addr % WORD;

	return head < n ? head : n;
}

static void bytes_from(u8 *to, const volatile u8 __iomem *from, size_t n)
{
	while (n--)
		*to++ = __raw_readb(from++);
}

static void bytes_to(volatile u8 __iomem *to, const u8 *from, size_t n)
{
	while (n--)
		__raw_writeb(*from++, to++);
}

void memcpy_fromio(void *to, const volatile void __iomem *from, size_t n)
{
	const volatile u8 __iomem *f = from;
	size_t head = before_word(from, n);
	unsigned long word;
	u8 *t = to;

	bytes_from(t, f, head);
	for (t += head, f += head, n -= head; n >= WORD; t += WORD, f += WORD, n -= WORD) {
		word = read_word(f);
		memcpy(t, &word, WORD);
	}
	bytes_from(t, f, n);
}
EXPORT_SYMBOL(memcpy_fromio);

void memcpy_toio(volatile void __iomem *to, const void *from, size_t n)
{
	volatile u8 __iomem *t = to;
	size_t head = before_word(to, n);
	const u8 *f = from;
	unsigned long word;

	bytes_to(t, f, head);
	for (t += head, f += head, n -= head; n >= WORD; t += WORD, f += WORD, n -= WORD) {
		memcpy(&word, f, WORD);
		write_word(word, t);
	}
	bytes_to(t, f, n);
}
EXPORT_SYMBOL(memcpy_toio);

void memset_io(volatile void __iomem *to, int value, size_t n)
{
	unsigned long word = ~0ul / 0xff * (u8)value;
	volatile u8 __iomem *t = to;
	size_t head = before_word(to, n);

	for (n -= head; head; head--)
		__raw_writeb((u8)value, t++);
	for (; n >= WORD; t += WORD, n -= WORD)
		write_word(word, t);
	for (; n; n--)
		__raw_writeb((u8)value, t++);
}
EXPORT_SYMBOL(memset_io);

void __iowrite32_copy(void __iomem *to, const void *from, size_t count)
{
	u32 value;
	size_t i;

	for (i = 0; i < count; i++) {
		memcpy(&value, (const u8 *)from + i * sizeof(value), sizeof(value));
		__raw_writel(value, (u8 __iomem *)to + i * sizeof(value));
	}
}
EXPORT_SYMBOL(__iowrite32_copy);

void __ioread32_copy(void *to, const void __iomem *from, size_t count)
{
	u32 value;
	size_t i;

	for (i = 0; i < count; i++) {
		value = __raw_readl((const u8 __iomem *)from + i * sizeof(value));
		memcpy((u8 *)to + i * sizeof(value), &value, sizeof(value));
	}
}
EXPORT_SYMBOL(__ioread32_copy);

void __iowrite64_copy(void __iomem *to, const void *from, size_t count)
{
#if __SIZEOF_LONG__ == 8
	size_t i;
	u64 value;

	for (i = 0; i < count; i++) {
		memcpy(&value, (const u8 *)from + i * sizeof(value), sizeof(value));
		__raw_writeq(value, (u8 __iomem *)to + i * sizeof(value));
	}
#else
	__iowrite32_copy(to, from, 2 * count);
#endif
}
EXPORT_SYMBOL(__iowrite64_copy);
