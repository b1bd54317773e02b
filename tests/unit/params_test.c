// SPDX-License-Identifier: MIT
/* Module parameters: every type, its range, and what is refused. */
#include <kunit/test.h>
#include <linux/moduleparam.h>

#include "kernel/internal.h"

static unsigned char byte;
static short small;
static unsigned int num;
static unsigned long long huge;
static bool flag, inverted;
static char *text = "first";
static char name[8];
static int list[3];
static unsigned int list_len;
static char *words[2];

module_param(byte, byte, 0);
module_param(small, short, 0);
module_param_named(number, num, uint, 0644);
module_param(huge, ullong, 0);
module_param(flag, bool, 0);
module_param(inverted, invbool, 0);
module_param(text, charp, 0);
module_param_string(name, name, sizeof(name), 0);
module_param_array(list, int, &list_len, 0);
module_param_array(words, charp, NULL, 0);
MODULE_PARM_DESC(byte, "a small number");

extern const struct kernel_param __start_quarry_params[], __stop_quarry_params[];

static int set(const char *arg)
{
	return params_parse("test", arg, __start_quarry_params, __stop_quarry_params);
}

static void numbers_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, set("byte=255"), 0);
	KUNIT_EXPECT_EQ(test, byte, 255);
	KUNIT_EXPECT_EQ(test, set("byte=256"), -ERANGE);
	KUNIT_EXPECT_EQ(test, set("byte=-1"), -EINVAL);
	KUNIT_EXPECT_EQ(test, byte, 255);
	KUNIT_EXPECT_EQ(test, set("small=-0x10"), 0);
	KUNIT_EXPECT_EQ(test, small, -16);
	KUNIT_EXPECT_EQ(test, set("number=017"), 0);
	KUNIT_EXPECT_EQ(test, num, 15u);
	KUNIT_EXPECT_EQ(test, set("number=abc"), -EINVAL);
	KUNIT_EXPECT_EQ(test, set("number"), -EINVAL);
	KUNIT_EXPECT_EQ(test, set("huge=18446744073709551615"), 0);
	KUNIT_EXPECT_TRUE(test, huge == ~0ull);
	KUNIT_EXPECT_EQ(test, set("numbers=1"), -ENOENT);
	KUNIT_EXPECT_EQ(test, set("numbe=1"), -ENOENT);
}

static void bool_test(struct kunit *test)
{
	flag = inverted = false;
	KUNIT_EXPECT_EQ(test, set("flag"), 0);
	KUNIT_EXPECT_TRUE(test, flag);
	KUNIT_EXPECT_EQ(test, set("flag=n"), 0);
	KUNIT_EXPECT_FALSE(test, flag);
	KUNIT_EXPECT_EQ(test, set("flag=maybe"), -EINVAL);
	KUNIT_EXPECT_EQ(test, set("inverted=0"), 0);
	KUNIT_EXPECT_TRUE(test, inverted);
}

static void text_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, set("text=some words"), 0);
	KUNIT_EXPECT_STREQ(test, text, "some words");
	KUNIT_EXPECT_EQ(test, set("text=\"quoted\""), 0);
	KUNIT_EXPECT_STREQ(test, text, "quoted");
	KUNIT_EXPECT_EQ(test, set("text="), 0);
	KUNIT_EXPECT_STREQ(test, text, "");
	KUNIT_EXPECT_EQ(test, set("name=seven77"), 0);
	KUNIT_EXPECT_STREQ(test, name, "seven77");
	KUNIT_EXPECT_EQ(test, set("name=eight888"), -ENOSPC);
	KUNIT_EXPECT_STREQ(test, name, "seven77");
	params_free(__start_quarry_params, __stop_quarry_params);
	text = "first";
}

static void array_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, set("list=1,-2"), 0);
	KUNIT_EXPECT_EQ(test, list_len, 2u);
	KUNIT_EXPECT_EQ(test, list[1], -2);
	KUNIT_EXPECT_EQ(test, set("list=1,2,3,4"), -EINVAL);
	KUNIT_EXPECT_EQ(test, set("list=1,x"), -EINVAL);
	KUNIT_EXPECT_EQ(test, list_len, 2u);
	KUNIT_EXPECT_EQ(test, set("words=alpha,beta"), 0);
	KUNIT_EXPECT_STREQ(test, words[1], "beta");
	params_free(__start_quarry_params, __stop_quarry_params);
	words[0] = words[1] = NULL;
}

static void get_test(struct kunit *test)
{
	const struct kernel_param *kp;
	char *buf = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	set("list=4,5,6");
	set("flag=1");
	for (kp = __start_quarry_params; kp < __stop_quarry_params; kp++) {
		if (!strcmp(kp->name, "list")) {
			kp->ops->get(buf, kp);
			KUNIT_EXPECT_STREQ(test, buf, "4,5,6\n");
		} else if (!strcmp(kp->name, "flag")) {
			kp->ops->get(buf, kp);
			KUNIT_EXPECT_STREQ(test, buf, "Y\n");
		}
	}
}

/* The kernel's command line has a prefix, the module's name. */
static void boot_test(struct kunit *test)
{
	params_boot("quiet " KBUILD_MODNAME ".number=77 other.number=78 nonsense");
	KUNIT_EXPECT_EQ(test, num, 77u);
}

static struct kunit_case params_cases[] = {
	KUNIT_CASE(numbers_test),
	KUNIT_CASE(bool_test),
	KUNIT_CASE(text_test),
	KUNIT_CASE(array_test),
	KUNIT_CASE(get_test),
	KUNIT_CASE(boot_test),
	{}
};

static struct kunit_suite params_suite = { .name = "params", .test_cases = params_cases };
kunit_test_suite(params_suite);
