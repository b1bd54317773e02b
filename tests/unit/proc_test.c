// SPDX-License-Identifier: MIT
/* /proc and seq_file: what a reader sees, whatever the size of his buffer. */
#include <kunit/test.h>
#include <linux/notifier.h>
#include <linux/oom.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <quarry/kernel.h>

#include "tests/unit/text.h"

static const char *read_path(struct kunit *test, const char *path)
{
	struct text *t = text_alloc(test, 8192);

	KUNIT_EXPECT_EQ_MSG(test, quarry_proc_read(path, text_collect, t), 0, "%s", path);
	return t->buf;
}

static void views_test(struct kunit *test)
{
	struct text *t = text_alloc(test, 8192);

	KUNIT_EXPECT_EQ(test, quarry_proc_list("", text_collect, t), 0);
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "meminfo\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(t->buf, "modules\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(read_path(test, "meminfo"), "MemTotal:"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(read_path(test, "/proc/version"), "Linux version 6.1"));
	KUNIT_EXPECT_EQ(test, quarry_proc_read("nothing", text_collect, t), -ENOENT);
	KUNIT_EXPECT_EQ(test, quarry_proc_list("meminfo", text_collect, t), -ENOTDIR);
}

static int show_data(struct seq_file *m, void *v)
{
	seq_printf(m, "data is %s\n", (char *)m->private);
	return 0;
}

static void single_test(struct kunit *test)
{
	struct proc_dir_entry *dir = proc_mkdir("test_dir", NULL);
	struct text *t = text_alloc(test, 8192);

	KUNIT_ASSERT_NOT_NULL(test, dir);
	KUNIT_EXPECT_NOT_NULL(test, proc_create_single_data("file", 0, dir, show_data, "this"));
	KUNIT_EXPECT_STREQ(test, read_path(test, "test_dir/file"), "data is this\n");
	KUNIT_EXPECT_EQ(test, quarry_proc_read("test_dir", text_collect, t), -EISDIR);
	KUNIT_EXPECT_EQ(test, quarry_proc_list("test_dir", text_collect, t), 0);
	KUNIT_EXPECT_STREQ(test, t->buf, "file\n");
	/* A path leads through directories. */
	KUNIT_EXPECT_NOT_NULL(test, proc_create_single("test_dir/other", 0, NULL, show_data));
	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_NULL(test, proc_create_single("file", 0, dir, show_data));
	KUNIT_EXPECT_NULL(test, proc_create_single("no_dir/file", 0, NULL, show_data));
	KUNIT_EXPECT_EQ(test, text_write("test_dir/file", "x"), -EIO);
	remove_proc_entry("file", dir);
	KUNIT_EXPECT_EQ(test, quarry_proc_read("test_dir/file", text_collect, t), -ENOENT);
	KUNIT_EXPECT_EQ(test, remove_proc_subtree("test_dir", NULL), 0);
	KUNIT_EXPECT_EQ(test, remove_proc_subtree("test_dir", NULL), -ENOENT);
}

static void remove_wrong_test(struct kunit *test)
{
	KUNIT_ASSERT_NOT_NULL(test, proc_mkdir("full", NULL));
	KUNIT_ASSERT_NOT_NULL(test, proc_mkdir("full/inner", NULL));
	quarry_expect_reports(test, 2);
	remove_proc_entry("never_was", NULL);
	remove_proc_entry("full", NULL);
}

/* Ten records, the seventh of 9,000 bytes, the eighth skipped. */
static void *ten_start(struct seq_file *m, loff_t *pos)
{
	return *pos < 10 ? (void *)(long)(*pos + 1) : NULL;
}

static void *ten_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return ten_start(m, pos);
}

static void ten_stop(struct seq_file *m, void *v)
{
}

static int ten_show(struct seq_file *m, void *v)
{
	long n = (long)v;
	int i;

	if (n == 7)
		for (i = 0; i < 9000; i++)
			seq_putc(m, 'x');
	seq_printf(m, "%ld\n", n);
	return n == 8 ? SEQ_SKIP : 0;
}

static const struct seq_operations ten_ops = {
	.start = ten_start, .next = ten_next, .stop = ten_stop, .show = ten_show,
};

/* Reads all of it with a buffer of some size. */
static size_t read_pieces(struct kunit *test, char *out, size_t room, size_t piece)
{
	struct file file = {};
	size_t len = 0;
	ssize_t n;

	KUNIT_ASSERT_EQ(test, seq_open(&file, &ten_ops), 0);
	while ((n = seq_read(&file, out + len, min(piece, room - len), &file.f_pos)) > 0)
		len += (size_t)n;
	KUNIT_EXPECT_EQ(test, n, (ssize_t)0);
	seq_release(NULL, &file);
	return len;
}

static void pieces_test(struct kunit *test)
{
	static const size_t pieces[] = { 1, 7, 100, 4096, 20000 };
	char *whole = kunit_kzalloc(test, 20000, GFP_KERNEL);
	char *again = kunit_kzalloc(test, 20000, GFP_KERNEL);
	size_t i, len;

	KUNIT_ASSERT_NOT_NULL(test, whole);
	KUNIT_ASSERT_NOT_NULL(test, again);
	len = read_pieces(test, whole, 20000, 20000);
	KUNIT_EXPECT_EQ(test, len, 9000u + 9 * 2 + 1);
	KUNIT_EXPECT_TRUE(test, !strncmp(whole, "1\n2\n3\n4\n5\n6\nxxx", 15));
	KUNIT_EXPECT_STREQ(test, whole + len - 7, "7\n9\n10\n");
	for (i = 0; i < ARRAY_SIZE(pieces); i++) {
		KUNIT_EXPECT_EQ(test, read_pieces(test, again, 20000, pieces[i]), len);
		KUNIT_EXPECT_MEMEQ(test, whole, again, len);
	}
}

static void seek_test(struct kunit *test)
{
	struct file file = {};
	char buf[4] = "";

	KUNIT_ASSERT_EQ(test, seq_open(&file, &ten_ops), 0);
	file.f_pos = 8;
	KUNIT_EXPECT_EQ(test, seq_read(&file, buf, 3, &file.f_pos), (ssize_t)3);
	KUNIT_EXPECT_STREQ(test, buf, "5\n6");
	KUNIT_EXPECT_EQ(test, seq_lseek(&file, 2, SEEK_SET), 2ll);
	KUNIT_EXPECT_EQ(test, seq_read(&file, buf, 3, &file.f_pos), (ssize_t)3);
	KUNIT_EXPECT_STREQ(test, buf, "2\n3");
	KUNIT_EXPECT_EQ(test, seq_lseek(&file, 0, SEEK_END), (loff_t)-EINVAL);
	seq_release(NULL, &file);
}

static char written[32];

static ssize_t write_it(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	return simple_write_to_buffer(written, sizeof(written) - 1, pos, buf, len);
}

static ssize_t read_it(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	return simple_read_from_buffer(buf, min_t(size_t, len, 3), pos, written, strlen(written));
}

static const struct proc_ops write_ops = { .proc_read = read_it, .proc_write = write_it };

static void write_test(struct kunit *test)
{
	memset(written, 0, sizeof(written));
	KUNIT_ASSERT_NOT_NULL(test, proc_create("writable", 0644, NULL, &write_ops));
	KUNIT_EXPECT_EQ(test, text_write("writable", "hello there"), 11l);
	KUNIT_EXPECT_STREQ(test, read_path(test, "writable"), "hello there");
	remove_proc_entry("writable", NULL);
	KUNIT_EXPECT_EQ(test, text_write("writable", "x"), (long)-ENOENT);
}

static int order[4], calls;

#define NOTIFIED(n, result)						\
static int notified_##n(struct notifier_block *nb, unsigned long val, void *data) \
{									\
	order[calls++] = n;						\
	if (data)							\
		*(unsigned long *)data += val + n;			\
	return result;							\
}
NOTIFIED(1, NOTIFY_OK)
NOTIFIED(2, NOTIFY_DONE)
NOTIFIED(3, NOTIFY_STOP)

static void notifier_test(struct kunit *test)
{
	struct notifier_block low = { .notifier_call = notified_1, .priority = -1 };
	struct notifier_block mid = { .notifier_call = notified_2 };
	struct notifier_block high = { .notifier_call = notified_3, .priority = 5 };
	RAW_NOTIFIER_HEAD(chain);
	BLOCKING_NOTIFIER_HEAD(sleeping);

	calls = 0;
	raw_notifier_chain_register(&chain, &low);
	raw_notifier_chain_register(&chain, &mid);
	KUNIT_EXPECT_EQ(test, raw_notifier_call_chain(&chain, 0, NULL), NOTIFY_OK);
	KUNIT_EXPECT_EQ(test, calls, 2);
	KUNIT_EXPECT_EQ(test, order[0] * 10 + order[1], 21);
	calls = 0;
	raw_notifier_chain_register(&chain, &high);
	KUNIT_EXPECT_EQ(test, raw_notifier_call_chain(&chain, 0, NULL), NOTIFY_STOP);
	KUNIT_EXPECT_EQ(test, calls, 1);
	KUNIT_EXPECT_EQ(test, raw_notifier_chain_unregister(&chain, &high), 0);
	KUNIT_EXPECT_EQ(test, raw_notifier_chain_unregister(&chain, &high), -ENOENT);
	quarry_expect_reports(test, 1);
	KUNIT_EXPECT_EQ(test, raw_notifier_chain_register(&chain, &mid), -EEXIST);

	KUNIT_EXPECT_EQ(test, blocking_notifier_chain_register(&sleeping, &high), 0);
	KUNIT_EXPECT_EQ(test, notifier_to_errno(notifier_from_errno(-EBUSY)), -EBUSY);
	KUNIT_EXPECT_EQ(test, blocking_notifier_chain_unregister(&sleeping, &high), 0);
}

static void oom_test(struct kunit *test)
{
	struct notifier_block nb = { .notifier_call = notified_2 };

	calls = 0;
	KUNIT_EXPECT_EQ(test, call_oom_notifiers(), 0ul);
	register_oom_notifier(&nb);
	KUNIT_EXPECT_EQ(test, call_oom_notifiers(), 2ul);
	unregister_oom_notifier(&nb);
	KUNIT_EXPECT_EQ(test, call_oom_notifiers(), 0ul);
	KUNIT_EXPECT_EQ(test, calls, 1);
}

static struct kunit_case proc_cases[] = {
	KUNIT_CASE(views_test),
	KUNIT_CASE(single_test),
	KUNIT_CASE(remove_wrong_test),
	KUNIT_CASE(pieces_test),
	KUNIT_CASE(seek_test),
	KUNIT_CASE(write_test),
	KUNIT_CASE(notifier_test),
	KUNIT_CASE(oom_test),
	{}
};

static struct kunit_suite proc_suite = { .name = "proc", .test_cases = proc_cases };
kunit_test_suite(proc_suite);
