// SPDX-License-Identifier: MIT
/* seq_file: fixed buffers that overflow, small ones that are emptied on the way. */
#include <kunit/test.h>
#include <linux/list.h>
#include <linux/seq_file.h>

static void fixed_test(struct kunit *test)
{
	char buf[32];
	struct seq_file m;

	seq_init_buffer(&m, buf, sizeof(buf));
	seq_printf(&m, "%d:", 42);
	seq_putc(&m, 'x');
	seq_puts(&m, " yz");
	seq_put_decimal_ull(&m, " ", 7);
	seq_put_decimal_ull_width(&m, "|", 7, 4);
	seq_put_hex_ll(&m, " 0x", 0xab, 4);
	KUNIT_EXPECT_FALSE(test, seq_has_overflowed(&m));
	buf[m.count] = 0;
	KUNIT_EXPECT_STREQ(test, buf, "42:x yz 7|   7 0x00ab");

	/* What does not fit is left out, and remembered. */
	seq_printf(&m, "%s", "longer than what is left");
	KUNIT_EXPECT_TRUE(test, seq_has_overflowed(&m));
	seq_putc(&m, 'x');
	KUNIT_EXPECT_EQ(test, m.count, m.size);
}

static void pad_test(struct kunit *test)
{
	char buf[64];
	struct seq_file m;

	seq_init_buffer(&m, buf, sizeof(buf));
	seq_setwidth(&m, 8);
	seq_puts(&m, "abc");
	seq_pad(&m, '|');
	seq_setwidth(&m, 2);
	seq_puts(&m, "abc");
	seq_pad(&m, '\n');
	seq_escape(&m, "a b\\", " ");
	buf[m.count] = 0;
	KUNIT_EXPECT_STREQ(test, buf, "abc     |abc\na\\040b\\134");
}

struct sink {
	char text[4096];
	size_t len;
	unsigned int pieces;
};

static void swallow(void *ctx, const char *text, size_t len)
{
	struct sink *s = ctx;

	memcpy(s->text + s->len, text, len);
	s->len += len;
	s->text[s->len] = 0;
	s->pieces++;
}

static void emit_test(struct kunit *test)
{
	struct sink *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	char buf[24], want[24];
	struct seq_file m;
	const char *at;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, s);
	seq_init_emit(&m, buf, sizeof(buf), swallow, s);
	for (i = 0; i < 100; i++)
		seq_printf(&m, "line %d\n", i);
	seq_puts(&m, "a string that is longer than the whole buffer");
	KUNIT_EXPECT_FALSE(test, seq_has_overflowed(&m));
	seq_flush(&m);
	at = s->text;
	for (i = 0; i < 100; i++) {
		int n = snprintf(want, sizeof(want), "line %d\n", i);

		KUNIT_EXPECT_EQ(test, strncmp(at, want, (size_t)n), 0);
		at += n;
	}
	KUNIT_EXPECT_STREQ(test, at, "a string that is longer than the whole buffer");
	KUNIT_EXPECT_GT(test, s->pieces, 30u);
}

static void emit_pad_test(struct kunit *test)
{
	struct sink *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	struct seq_file m;
	char buf[16];

	KUNIT_ASSERT_NOT_NULL(test, s);
	seq_init_emit(&m, buf, sizeof(buf), swallow, s);
	seq_puts(&m, "0123456789");
	seq_setwidth(&m, 20);
	seq_puts(&m, "abc");
	seq_pad(&m, '|');
	seq_flush(&m);
	KUNIT_EXPECT_STREQ(test, s->text, "0123456789abc                 |");
}

struct entry {
	struct list_head list;
	int n;
};

static void iterator_test(struct kunit *test)
{
	struct entry e[4];
	LIST_HEAD(head);
	loff_t pos = 1;
	struct list_head *p;

	for (int i = 0; i < 4; i++) {
		e[i].n = i;
		list_add_tail(&e[i].list, &head);
	}
	p = seq_list_start(&head, pos);
	KUNIT_EXPECT_PTR_EQ(test, p, &e[1].list);
	p = seq_list_next(p, &head, &pos);
	KUNIT_EXPECT_PTR_EQ(test, p, &e[2].list);
	KUNIT_EXPECT_EQ(test, pos, 2);
	p = seq_list_next(p, &head, &pos);
	KUNIT_EXPECT_NULL(test, seq_list_next(p, &head, &pos));
	KUNIT_EXPECT_NULL(test, seq_list_start(&head, 4));
	KUNIT_EXPECT_PTR_EQ(test, seq_list_start_head(&head, 0), &head);
}

static struct kunit_case seq_file_cases[] = {
	KUNIT_CASE(fixed_test),
	KUNIT_CASE(pad_test),
	KUNIT_CASE(emit_test),
	KUNIT_CASE(emit_pad_test),
	KUNIT_CASE(iterator_test),
	{}
};

static struct kunit_suite seq_file_suite = {
	.name = "seq_file",
	.test_cases = seq_file_cases,
};
kunit_test_suite(seq_file_suite);
