// SPDX-License-Identifier: MIT
/* debugfs and the tree of names: what a file shows, takes and refuses; paths and roots. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/kthread.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <quarry/kernel.h>

#include "tests/unit/text.h"

static struct text text = TEXT(4096);

static const char *show(const char *path)
{
	return text_read(&text, path);
}

static const char *list(const char *path)
{
	int err;

	text_clear(&text);
	err = quarry_proc_list(path, text_collect, &text);
	if (err)
		snprintf(text.buf, text.room, "error %d", err);
	return text.buf;
}

#define D	"/sys/kernel/debug/"

static void paths_test(struct kunit *test)
{
	struct dentry *dir = debugfs_create_dir("paths", NULL);
	struct dentry *inner = debugfs_create_dir("inner", dir);
	static u32 value = 7;

	KUNIT_ASSERT_FALSE(test, IS_ERR(dir));
	debugfs_create_u32("value", 0644, inner, &value);
	KUNIT_EXPECT_STREQ(test, list("/"), "proc\nsys\n");
	KUNIT_EXPECT_STREQ(test, list("/sys"), "devices\nkernel\n");
	KUNIT_EXPECT_STREQ(test, list("/sys/kernel/"), "debug\nslab\ntracing\n");
	KUNIT_EXPECT_STREQ(test, list(D "paths"), "inner\n");
	KUNIT_EXPECT_STREQ(test, list(D "//paths//inner/"), "value\n");
	KUNIT_EXPECT_STREQ(test, show(D "paths/inner/value"), "7\n");
	/* What does not begin with a slash is below /proc. */
	KUNIT_EXPECT_STREQ(test, show("sys/kernel/debug/paths/inner/value"), "error -2");
	KUNIT_EXPECT_STREQ(test, show("paths/inner/value"), "error -2");
	KUNIT_EXPECT_STREQ(test, show("/meminfo"), "error -2");
	KUNIT_EXPECT_NOT_NULL(test, strstr(show("/proc/meminfo"), "MemTotal:"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(show("meminfo"), "MemTotal:"));
	KUNIT_EXPECT_STREQ(test, show(D "paths/inner"), "error -21");
	KUNIT_EXPECT_STREQ(test, list(D "paths/inner/value"), "error -20");
	KUNIT_EXPECT_STREQ(test, show(D "paths/inner/value/more"), "error -2");
	KUNIT_EXPECT_EQ(test, text_write(D "paths", "1"), (long)-EISDIR);
	KUNIT_EXPECT_EQ(test, text_write(D "nothing", "1"), (long)-ENOENT);
	/* The older place of the trace files leads to the same ones. */
	KUNIT_EXPECT_NOT_NULL(test, strstr(list("/sys/kernel/debug"), "tracing\n"));
	debugfs_remove(dir);
	KUNIT_EXPECT_STREQ(test, list(D "paths"), "error -2");
	KUNIT_EXPECT_STREQ(test, show(D "paths/inner/value"), "error -2");
}

struct all {
	u8 u8, x8;
	u16 u16, x16;
	u32 u32, x32;
	u64 u64, x64;
	unsigned long ulong;
	size_t size;
	atomic_t atomic;
	bool yes;
};

static struct dentry *make_all(struct all *a, umode_t mode)
{
	struct dentry *d = debugfs_create_dir("all", NULL);

	debugfs_create_u8("u8", mode, d, &a->u8);
	debugfs_create_u16("u16", mode, d, &a->u16);
	debugfs_create_u32("u32", mode, d, &a->u32);
	debugfs_create_u64("u64", mode, d, &a->u64);
	debugfs_create_x8("x8", mode, d, &a->x8);
	debugfs_create_x16("x16", mode, d, &a->x16);
	debugfs_create_x32("x32", mode, d, &a->x32);
	debugfs_create_x64("x64", mode, d, &a->x64);
	debugfs_create_ulong("ulong", mode, d, &a->ulong);
	debugfs_create_size_t("size_t", mode, d, &a->size);
	debugfs_create_atomic_t("atomic_t", mode, d, &a->atomic);
	debugfs_create_bool("bool", mode, d, &a->yes);
	return d;
}

static void numbers_test(struct kunit *test)
{
	struct all a = { 200, 0xab, 60000, 0xabc, 4000000000u, 0xbeef, 1ull << 63, 0xf00d,
			 ULONG_MAX, SIZE_MAX, ATOMIC_INIT(-5), true };
	struct dentry *d = make_all(&a, 0644);
	char most[32];

	snprintf(most, sizeof(most), "%lu\n", ULONG_MAX);
	KUNIT_EXPECT_STREQ(test, show(D "all/u8"), "200\n");
	KUNIT_EXPECT_STREQ(test, show(D "all/u16"), "60000\n");
	KUNIT_EXPECT_STREQ(test, show(D "all/u32"), "4000000000\n");
	KUNIT_EXPECT_STREQ(test, show(D "all/u64"), "9223372036854775808\n");
	KUNIT_EXPECT_STREQ(test, show(D "all/x8"), "0xab\n");
	KUNIT_EXPECT_STREQ(test, show(D "all/x16"), "0x0abc\n");
	KUNIT_EXPECT_STREQ(test, show(D "all/x32"), "0x0000beef\n");
	KUNIT_EXPECT_STREQ(test, show(D "all/x64"), "0x000000000000f00d\n");
	KUNIT_EXPECT_STREQ(test, show(D "all/ulong"), most);
	KUNIT_EXPECT_STREQ(test, show(D "all/size_t"), most);
	KUNIT_EXPECT_STREQ(test, show(D "all/atomic_t"), "-5\n");
	KUNIT_EXPECT_STREQ(test, show(D "all/bool"), "Y\n");

	KUNIT_EXPECT_EQ(test, text_write(D "all/u8", "0x1ff\n"), 6l);
	KUNIT_EXPECT_EQ(test, a.u8, 0xff);	/* cut to the type */
	KUNIT_EXPECT_EQ(test, text_write(D "all/u16", "010"), 3l);
	KUNIT_EXPECT_EQ(test, a.u16, 8);
	KUNIT_EXPECT_EQ(test, text_write(D "all/u32", "4294967295"), 10l);
	KUNIT_EXPECT_EQ(test, a.u32, 4294967295u);
	KUNIT_EXPECT_EQ(test, text_write(D "all/u64", "18446744073709551615\n"), 21l);
	KUNIT_EXPECT_EQ(test, a.u64, U64_MAX);
	KUNIT_EXPECT_EQ(test, text_write(D "all/x32", "17"), 2l);
	KUNIT_EXPECT_EQ(test, a.x32, 17u);
	KUNIT_EXPECT_EQ(test, text_write(D "all/ulong", "3"), 1l);
	KUNIT_EXPECT_EQ(test, a.ulong, 3ul);
	KUNIT_EXPECT_EQ(test, text_write(D "all/size_t", "4"), 1l);
	KUNIT_EXPECT_EQ(test, a.size, (size_t)4);
	KUNIT_EXPECT_EQ(test, text_write(D "all/atomic_t", "-1\n"), 3l);
	KUNIT_EXPECT_EQ(test, atomic_read(&a.atomic), -1);
	KUNIT_EXPECT_EQ(test, text_write(D "all/bool", "off\n"), 4l);
	KUNIT_EXPECT_FALSE(test, a.yes);
	KUNIT_EXPECT_STREQ(test, show(D "all/bool"), "N\n");

	/* What is no such number changes nothing. */
	KUNIT_EXPECT_EQ(test, text_write(D "all/u32", "-1"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(D "all/u32", "1 2"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(D "all/u32", ""), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(D "all/u64", "18446744073709551616"), (long)-ERANGE);
	KUNIT_EXPECT_EQ(test, text_write(D "all/u32", "0000000000000000000000000000001"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(D "all/bool", "maybe"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, a.u32, 4294967295u);
	debugfs_remove(d);
}

static void modes_test(struct kunit *test)
{
	struct all a = { .u32 = 5, .yes = true };
	struct dentry *d = make_all(&a, 0444);

	KUNIT_EXPECT_EQ(test, text_write(D "all/u32", "1"), (long)-EACCES);
	KUNIT_EXPECT_EQ(test, text_write(D "all/bool", "0"), (long)-EACCES);
	KUNIT_EXPECT_STREQ(test, show(D "all/u32"), "5\n");
	debugfs_remove(d);
	d = make_all(&a, 0200);
	KUNIT_EXPECT_STREQ(test, show(D "all/u32"), "error -13");
	KUNIT_EXPECT_STREQ(test, show(D "all/bool"), "error -13");
	KUNIT_EXPECT_EQ(test, text_write(D "all/u32", "1"), 1l);
	KUNIT_EXPECT_EQ(test, a.u32, 1u);
	debugfs_remove(d);
}

static void texts_test(struct kunit *test)
{
	static char *str = (char *)"some words";
	static u32 numbers[] = { 1, 20, 300 };
	struct debugfs_blob_wrapper blob = { "a\0b", 3 };
	struct debugfs_u32_array array = { numbers, 3 };
	struct dentry *d = debugfs_create_dir("texts", NULL);

	debugfs_create_str("str", 0644, d, &str);
	debugfs_create_blob("blob", 0444, d, &blob);
	debugfs_create_u32_array("array", 0444, d, &array);
	KUNIT_EXPECT_STREQ(test, show(D "texts/str"), "some words\n");
	KUNIT_EXPECT_EQ(test, text_write(D "texts/str", "x"), (long)-EINVAL);
	show(D "texts/blob");
	KUNIT_EXPECT_EQ(test, text.len, (size_t)3);
	KUNIT_EXPECT_MEMEQ(test, text.buf, "a\0b", 3);
	KUNIT_EXPECT_STREQ(test, show(D "texts/array"), "1 20 300\n");
	debugfs_remove_recursive(d);
}

static int get_twice(void *data, u64 *val)
{
	*val = 2 * *(int *)data;
	return *(int *)data < 0 ? -ERANGE : 0;
}

static int set_half(void *data, u64 val)
{
	if (val & 1)
		return -EDOM;
	*(int *)data = (int)val / 2;
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(twice_fops, get_twice, set_half, "<%llu>\n");
DEFINE_SIMPLE_ATTRIBUTE(plain_fops, get_twice, NULL, "%llu\n");
DEFINE_SIMPLE_ATTRIBUTE_SIGNED(signed_fops, NULL, set_half, "%lld\n");

static int line_show(struct seq_file *m, void *v)
{
	seq_printf(m, "line of %s\n", (char *)m->private);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(line);

static void attributes_test(struct kunit *test)
{
	static int n = 21;
	struct dentry *d = debugfs_create_dir("attributes", NULL);

	debugfs_create_file("twice", 0644, d, &n, &twice_fops);
	debugfs_create_file("plain", 0644, d, &n, &plain_fops);
	debugfs_create_file("signed", 0644, d, &n, &signed_fops);
	debugfs_create_file("line", 0444, d, (void *)"text", &line_fops);
	debugfs_create_file("nothing", 0444, d, NULL, NULL);
	n = 21;
	KUNIT_EXPECT_STREQ(test, show(D "attributes/twice"), "<42>\n");
	KUNIT_EXPECT_EQ(test, text_write(D "attributes/twice", "100"), 3l);
	KUNIT_EXPECT_EQ(test, n, 50);
	KUNIT_EXPECT_EQ(test, text_write(D "attributes/twice", "101"), (long)-EDOM);
	KUNIT_EXPECT_STREQ(test, show(D "attributes/plain"), "100\n");
	KUNIT_EXPECT_EQ(test, text_write(D "attributes/plain", "2"), (long)-EACCES);
	KUNIT_EXPECT_EQ(test, text_write(D "attributes/signed", "-8"), 2l);
	KUNIT_EXPECT_EQ(test, n, -4);
	KUNIT_EXPECT_STREQ(test, show(D "attributes/signed"), "error -13");
	KUNIT_EXPECT_STREQ(test, show(D "attributes/twice"), "error -34");
	KUNIT_EXPECT_STREQ(test, show(D "attributes/line"), "line of text\n");
	KUNIT_EXPECT_STREQ(test, show(D "attributes/nothing"), "error -22");
	KUNIT_EXPECT_EQ(test, text_write(D "attributes/nothing", "1"), (long)-EINVAL);
	debugfs_remove(d);
}

static void errors_test(struct kunit *test)
{
	struct dentry *d = debugfs_create_dir("errors", NULL), *none, *found;
	static u32 value;
	char name[80];

	debugfs_create_u32("value", 0644, d, &value);
	none = debugfs_create_dir("errors", NULL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(none), (long)-EEXIST);
	/* An error for a parent makes nothing, and is no error of its own. */
	KUNIT_EXPECT_PTR_EQ(test, debugfs_create_dir("below", none), none);
	debugfs_create_u32("below", 0644, none, &value);
	debugfs_remove(none);
	debugfs_remove(NULL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(debugfs_create_dir("a/b", d)), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(debugfs_create_dir("", d)), (long)-EINVAL);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	KUNIT_EXPECT_EQ(test, PTR_ERR(debugfs_create_dir(name, d)), (long)-ENAMETOOLONG);

	KUNIT_EXPECT_NULL(test, debugfs_lookup("nothing", d));
	KUNIT_EXPECT_PTR_EQ(test, found = debugfs_lookup("errors", NULL), d);
	/* A reference holds the structure, not the name. */
	debugfs_remove(found);
	KUNIT_EXPECT_STREQ(test, list(D "errors"), "error -2");
	dput(found);
	dput(NULL);
	debugfs_create_u32("single", 0644, NULL, &value);
	debugfs_lookup_and_remove("single", NULL);
	KUNIT_EXPECT_STREQ(test, show(D "single"), "error -2");
}

/* Removal waits for a reader that is inside the file. */

static struct completion inside, go_on;
static bool reader_left;

static int slow_show(struct seq_file *m, void *v)
{
	complete(&inside);
	wait_for_completion(&go_on);
	seq_puts(m, "slow\n");
	WRITE_ONCE(reader_left, true);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(slow);

static int reader(void *data)
{
	quarry_proc_read(D "slow", text_collect, data);
	return 0;
}

static int releaser(void *data)
{
	complete(&go_on);
	return 0;
}

static void removal_waits_test(struct kunit *test)
{
	struct dentry *file = debugfs_create_file("slow", 0444, NULL, NULL, &slow_fops);

	init_completion(&inside);
	init_completion(&go_on);
	reader_left = false;
	text_clear(&text);
	KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(reader, &text, "reader")));
	wait_for_completion(&inside);
	KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(releaser, NULL, "releaser")));
	debugfs_remove(file);
	KUNIT_EXPECT_TRUE(test, READ_ONCE(reader_left));
	KUNIT_EXPECT_STREQ(test, text.buf, "slow\n");
}

/* What code in a range has made and left is found by who made it. */

static unsigned int files, directories;

static void count(void *ctx, const struct quarry_holding *h)
{
	files += h->kind && !strcmp(h->kind, "debugfs file") && !strcmp(h->detail, "left");
	directories += h->kind && !strcmp(h->kind, "debugfs directory");
}

static void holdings_test(struct kunit *test)
{
	struct dentry *d = debugfs_create_dir("holder", NULL);
	uintptr_t here = (uintptr_t)holdings_test;
	static u32 value;

	debugfs_create_u32("left", 0644, d, &value);
	files = directories = 0;
	quarry_holdings(here, here + 4096, count, NULL);
	KUNIT_EXPECT_EQ(test, files, 1u);
	KUNIT_EXPECT_EQ(test, directories, 1u);
	debugfs_remove(d);
	files = directories = 0;
	quarry_holdings(here, here + 4096, count, NULL);
	KUNIT_EXPECT_EQ(test, files + directories, 0u);
}

static struct kunit_case debugfs_cases[] = {
	KUNIT_CASE(paths_test),
	KUNIT_CASE(numbers_test),
	KUNIT_CASE(modes_test),
	KUNIT_CASE(texts_test),
	KUNIT_CASE(attributes_test),
	KUNIT_CASE(errors_test),
	KUNIT_CASE(removal_waits_test),
	KUNIT_CASE(holdings_test),
	{}
};

static struct kunit_suite debugfs_suite = { .name = "debugfs", .test_cases = debugfs_cases };
kunit_test_suite(debugfs_suite);
