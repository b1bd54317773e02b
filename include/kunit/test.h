/* SPDX-License-Identifier: MIT */
/*
 * KUnit: suites of cases, and what they expect. Bodies: kernel/kunit.c
 *
 * Each case runs in a thread of its own, so that an assertion that fails can end
 * it anywhere. A case also fails when a WARNING or a BUG was reported during it,
 * unless it announced as many with quarry_expect_reports().
 */
#ifndef _KUNIT_TEST_H
#define _KUNIT_TEST_H

#include <kunit/assert.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/types.h>

struct kunit;

#define KUNIT_PARAM_DESC_SIZE	128
#define KUNIT_STATUS_COMMENT_SIZE 256

enum kunit_status {
	KUNIT_SUCCESS,
	KUNIT_FAILURE,
	KUNIT_SKIPPED,
};

/* Keys: C constant | O written by the runner */
struct kunit_case {
	void (*run_case)(struct kunit *test);	/* C */
	const char *name;			/* C */
	const void *(*generate_params)(const void *prev, char *desc); /* C */
	enum kunit_status status;		/* O */
};

/* Keys: C constant */
struct kunit_suite {
	const char name[256];			/* C */
	int (*suite_init)(struct kunit_suite *suite);	/* C  once, before the cases */
	void (*suite_exit)(struct kunit_suite *suite);	/* C */
	int (*init)(struct kunit *test);	/* C  before each case */
	void (*exit)(struct kunit *test);	/* C  after it, even when it was ended */
	struct kunit_case *test_cases;		/* C  ends with an empty one */
};

/* Keys: C fixed for the case | T lock | A atomic | O the runner's and the case's */
struct kunit {
	void *priv;				/* the case's own */
	const char *name;			/* C */
	const void *param_value;		/* C */
	int param_index;			/* C */
	struct task_struct *thread;		/* C  the case's */
	unsigned int expected_reports;		/* O */
	int status;				/* A  enum kunit_status */
	spinlock_t lock;
	struct list_head resources;		/* T */
	char status_comment[KUNIT_STATUS_COMMENT_SIZE];	/* T */
	void (*out)(struct kunit *test, const char *text); /* C  a line of diagnostics */
	void *out_ctx;				/* C */
};

/* What the section quarry_kunit holds. Keys: C constant */
struct kunit_section {
	struct kunit_suite *suite;		/* C */
	const char *machine;			/* C  preset to boot, and kernel parameters behind a
						      blank; NULL: the default */
};

#define KUNIT_CASE(test_name)		{ .run_case = test_name, .name = #test_name }
#define KUNIT_CASE_SLOW(test_name)	KUNIT_CASE(test_name)
#define KUNIT_CASE_PARAM(test_name, gen_params) \
	{ .run_case = test_name, .name = #test_name, .generate_params = gen_params }
#define kunit_suite_for_each_test_case(suite, test_case) \
	for (test_case = (suite)->test_cases; test_case->run_case; test_case++)

/* gen_params for an array; get_desc writes an element's description. */
#define KUNIT_ARRAY_PARAM(name, array, get_desc)			\
	static const void *name##_gen_params(const void *prev, char *desc) \
	{								\
		__typeof__((array)[0]) *__next = prev ?			\
			(__typeof__(__next))prev + 1 : (array);		\
		void (*__describe)(__typeof__(__next), char *) = get_desc; \
									\
		if (__next >= (array) + ARRAY_SIZE(array))		\
			return NULL;					\
		if (__describe)						\
			__describe(__next, desc);			\
		return __next;						\
	}

/** quarry_suite_on - a suite, and the machine that it needs: "tiny-16m", "tiny-16m quiet" */
#define quarry_suite_on(suite_, machine_)				\
	static const struct kunit_section __UNIQUE_ID(kunit_suite)	\
	__attribute__((__used__, __section__("quarry_kunit"),		\
		       __aligned__(sizeof(void *)))) = { &(suite_), machine_ }
#define kunit_test_suite(suite)		quarry_suite_on(suite, NULL)

#define __KUNIT_SUITES(...) \
	__KUNIT_SUITES_PICK(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1)(__VA_ARGS__)
#define __KUNIT_SUITES_PICK(a, b, c, d, e, f, g, h, n, ...) __KUNIT_SUITES_##n
#define __KUNIT_SUITES_1(s)		kunit_test_suite(*(s))
#define __KUNIT_SUITES_2(s, ...)	kunit_test_suite(*(s)); __KUNIT_SUITES_1(__VA_ARGS__)
#define __KUNIT_SUITES_3(s, ...)	kunit_test_suite(*(s)); __KUNIT_SUITES_2(__VA_ARGS__)
#define __KUNIT_SUITES_4(s, ...)	kunit_test_suite(*(s)); __KUNIT_SUITES_3(__VA_ARGS__)
#define __KUNIT_SUITES_5(s, ...)	kunit_test_suite(*(s)); __KUNIT_SUITES_4(__VA_ARGS__)
#define __KUNIT_SUITES_6(s, ...)	kunit_test_suite(*(s)); __KUNIT_SUITES_5(__VA_ARGS__)
#define __KUNIT_SUITES_7(s, ...)	kunit_test_suite(*(s)); __KUNIT_SUITES_6(__VA_ARGS__)
#define __KUNIT_SUITES_8(s, ...)	kunit_test_suite(*(s)); __KUNIT_SUITES_7(__VA_ARGS__)
/* Up to eight pointers to suites. */
#define kunit_test_suites(...)		__KUNIT_SUITES(__VA_ARGS__)
#define kunit_test_init_section_suites(...)	kunit_test_suites(__VA_ARGS__)
#define kunit_test_init_section_suite(suite)	kunit_test_suite(suite)

/** quarry_expect_reports - this case will provoke @n more WARNINGs and BUGs */
void quarry_expect_reports(struct kunit *test, unsigned int n);

/** kunit_get_current_test - the case that runs in this thread, or NULL */
struct kunit *kunit_get_current_test(void);
/** kunit_fail_current_test - fail it, if there is one */
#define kunit_fail_current_test(fmt, ...)				\
	do {								\
		struct kunit *__kt = kunit_get_current_test();		\
									\
		if (__kt)						\
			KUNIT_FAIL(__kt, fmt, ##__VA_ARGS__);		\
	} while (0)

/* Memory that goes away with the case. */
void *kunit_kmalloc_array(struct kunit *test, size_t n, size_t size, gfp_t gfp);
void kunit_kfree(struct kunit *test, const void *ptr);

static inline void *kunit_kmalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	return kunit_kmalloc_array(test, 1, size, gfp);
}

static inline void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	return kunit_kmalloc_array(test, 1, size, gfp | __GFP_ZERO);
}

static inline void *kunit_kcalloc(struct kunit *test, size_t n, size_t size, gfp_t gfp)
{
	return kunit_kmalloc_array(test, n, size, gfp | __GFP_ZERO);
}

void kunit_cleanup(struct kunit *test);

/* Lines of diagnostics in the test's output. */
void kunit_say(struct kunit *test, const char *level, const char *fmt, ...) __printf(3, 4);
#define kunit_log(lvl, test_or_suite, fmt, ...)	printk(lvl fmt, ##__VA_ARGS__)
#define kunit_printk(lvl, test, fmt, ...)	kunit_say(test, lvl, fmt, ##__VA_ARGS__)
#define kunit_info(test, fmt, ...)	kunit_printk(KERN_INFO, test, fmt, ##__VA_ARGS__)
#define kunit_warn(test, fmt, ...)	kunit_printk(KERN_WARNING, test, fmt, ##__VA_ARGS__)
#define kunit_err(test, fmt, ...)	kunit_printk(KERN_ERR, test, fmt, ##__VA_ARGS__)

/** __kunit_skip - why a case is skipped */
void __kunit_mark_skipped(struct kunit *test, const char *fmt, ...) __printf(2, 3);
void __noreturn __kunit_abort(struct kunit *test);
#define kunit_mark_skipped(test, fmt, ...)	__kunit_mark_skipped(test, fmt, ##__VA_ARGS__)
#define kunit_skip(test, fmt, ...)					\
	do {								\
		__kunit_mark_skipped(test, fmt, ##__VA_ARGS__);		\
		__kunit_abort(test);					\
	} while (0)

#define __KUNIT_PLACE(type_, compare_, op_, a_, b_)			\
	static const struct kunit_place __kunit_place = {		\
		__FILE__, __LINE__, KUNIT_##type_, KUNIT_COMPARE_##compare_, op_, a_, b_ \
	}

#define KUNIT_SUCCEED(test)		((void)(test))
#define __KUNIT_FAIL(test, type, fmt, ...)				\
	do {								\
		__KUNIT_PLACE(type, FAIL, NULL, NULL, NULL);		\
									\
		kunit_failed(test, &__kunit_place, 0, 0, 0, fmt, ##__VA_ARGS__); \
	} while (0)
#define KUNIT_FAIL(test, fmt, ...)	__KUNIT_FAIL(test, EXPECTATION, fmt, ##__VA_ARGS__)
#define KUNIT_FAIL_AND_ABORT(test, fmt, ...) \
	__KUNIT_FAIL(test, ASSERTION, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_FAILURE(test, fmt, ...) \
	__KUNIT_FAIL(test, ASSERTION, fmt, ##__VA_ARGS__)

#define __KUNIT_BOOL(test, type, cond, want, text, fmt, ...)		\
	do {								\
		if (likely(((cond) ? true : false) == (want)))				\
			break;						\
		__KUNIT_PLACE(type, BOOL, (want) ? "true" : "false", text, NULL); \
		kunit_failed(test, &__kunit_place, !(want), 0, 0, fmt, ##__VA_ARGS__); \
	} while (0)

#define __KUNIT_INT(test, type, left, op, right, ltext, rtext, fmt, ...) \
	do {								\
		const __auto_type __left = (left);			\
		const __auto_type __right = (right);			\
									\
		if (likely(__left op __right))				\
			break;						\
		__KUNIT_PLACE(type, INT, #op, ltext, rtext);		\
		kunit_failed(test, &__kunit_place, (s64)__left, (s64)__right, 0, \
			     fmt, ##__VA_ARGS__);			\
	} while (0)

#define __KUNIT_PTR(test, type, left, op, right, ltext, rtext, fmt, ...) \
	do {								\
		const void *__left = (const void *)(uintptr_t)(left);	\
		const void *__right = (const void *)(uintptr_t)(right);	\
									\
		if (likely(__left op __right))				\
			break;						\
		__KUNIT_PLACE(type, PTR, #op, ltext, rtext);		\
		kunit_failed(test, &__kunit_place, (s64)(uintptr_t)__left, \
			     (s64)(uintptr_t)__right, 0, fmt, ##__VA_ARGS__); \
	} while (0)

#define __KUNIT_STR(test, type, left, op, right, ltext, rtext, fmt, ...) \
	do {								\
		const char *__left = (left);				\
		const char *__right = (right);				\
									\
		if (likely(__left && __right && (strcmp(__left, __right) op 0))) \
			break;						\
		__KUNIT_PLACE(type, STR, #op, ltext, rtext);		\
		kunit_failed(test, &__kunit_place, (s64)(uintptr_t)__left, \
			     (s64)(uintptr_t)__right, 0, fmt, ##__VA_ARGS__); \
	} while (0)

#define __KUNIT_MEM(test, type, left, op, right, size, ltext, rtext, fmt, ...) \
	do {								\
		const void *__left = (left);				\
		const void *__right = (right);				\
		const size_t __size = (size);				\
									\
		if (likely(__left && __right && (memcmp(__left, __right, __size) op 0))) \
			break;						\
		__KUNIT_PLACE(type, MEM, #op, ltext, rtext);		\
		kunit_failed(test, &__kunit_place, (s64)(uintptr_t)__left, \
			     (s64)(uintptr_t)__right, __size, fmt, ##__VA_ARGS__); \
	} while (0)

#define __KUNIT_NOT_ERR(test, type, ptr, text, fmt, ...)		\
	do {								\
		const void *__ptr = (ptr);				\
									\
		if (likely(!IS_ERR_OR_NULL(__ptr)))			\
			break;						\
		__KUNIT_PLACE(type, ERR_PTR, NULL, text, NULL);		\
		kunit_failed(test, &__kunit_place, (s64)(intptr_t)__ptr, 0, 0, \
			     fmt, ##__VA_ARGS__);			\
	} while (0)

/* What fails the case, and what ends it too. */
#define KUNIT_EXPECT_TRUE(test, cond) \
	__KUNIT_BOOL(test, EXPECTATION, cond, true, #cond, NULL)
#define KUNIT_EXPECT_TRUE_MSG(test, cond, fmt, ...) \
	__KUNIT_BOOL(test, EXPECTATION, cond, true, #cond, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_FALSE(test, cond) \
	__KUNIT_BOOL(test, EXPECTATION, cond, false, #cond, NULL)
#define KUNIT_EXPECT_FALSE_MSG(test, cond, fmt, ...) \
	__KUNIT_BOOL(test, EXPECTATION, cond, false, #cond, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_EQ(test, left, right) \
	__KUNIT_INT(test, EXPECTATION, left, ==, right, #left, #right, NULL)
#define KUNIT_EXPECT_EQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, EXPECTATION, left, ==, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NE(test, left, right) \
	__KUNIT_INT(test, EXPECTATION, left, !=, right, #left, #right, NULL)
#define KUNIT_EXPECT_NE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, EXPECTATION, left, !=, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_LT(test, left, right) \
	__KUNIT_INT(test, EXPECTATION, left, <, right, #left, #right, NULL)
#define KUNIT_EXPECT_LT_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, EXPECTATION, left, <, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_LE(test, left, right) \
	__KUNIT_INT(test, EXPECTATION, left, <=, right, #left, #right, NULL)
#define KUNIT_EXPECT_LE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, EXPECTATION, left, <=, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_GT(test, left, right) \
	__KUNIT_INT(test, EXPECTATION, left, >, right, #left, #right, NULL)
#define KUNIT_EXPECT_GT_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, EXPECTATION, left, >, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_GE(test, left, right) \
	__KUNIT_INT(test, EXPECTATION, left, >=, right, #left, #right, NULL)
#define KUNIT_EXPECT_GE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, EXPECTATION, left, >=, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_PTR_EQ(test, left, right) \
	__KUNIT_PTR(test, EXPECTATION, left, ==, right, #left, #right, NULL)
#define KUNIT_EXPECT_PTR_EQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_PTR(test, EXPECTATION, left, ==, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_PTR_NE(test, left, right) \
	__KUNIT_PTR(test, EXPECTATION, left, !=, right, #left, #right, NULL)
#define KUNIT_EXPECT_PTR_NE_MSG(test, left, right, fmt, ...) \
	__KUNIT_PTR(test, EXPECTATION, left, !=, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NULL(test, ptr) \
	__KUNIT_PTR(test, EXPECTATION, ptr, ==, NULL, #ptr, "NULL", NULL)
#define KUNIT_EXPECT_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_PTR(test, EXPECTATION, ptr, ==, NULL, #ptr, "NULL", fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NOT_NULL(test, ptr) \
	__KUNIT_PTR(test, EXPECTATION, ptr, !=, NULL, #ptr, "NULL", NULL)
#define KUNIT_EXPECT_NOT_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_PTR(test, EXPECTATION, ptr, !=, NULL, #ptr, "NULL", fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL(test, ptr) \
	__KUNIT_NOT_ERR(test, EXPECTATION, ptr, #ptr, NULL)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_NOT_ERR(test, EXPECTATION, ptr, #ptr, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_STREQ(test, left, right) \
	__KUNIT_STR(test, EXPECTATION, left, ==, right, #left, #right, NULL)
#define KUNIT_EXPECT_STREQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_STR(test, EXPECTATION, left, ==, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_STRNEQ(test, left, right) \
	__KUNIT_STR(test, EXPECTATION, left, !=, right, #left, #right, NULL)
#define KUNIT_EXPECT_STRNEQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_STR(test, EXPECTATION, left, !=, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_MEMEQ(test, left, right, size) \
	__KUNIT_MEM(test, EXPECTATION, left, ==, right, size, #left, #right, NULL)
#define KUNIT_EXPECT_MEMEQ_MSG(test, left, right, size, fmt, ...) \
	__KUNIT_MEM(test, EXPECTATION, left, ==, right, size, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_MEMNEQ(test, left, right, size) \
	__KUNIT_MEM(test, EXPECTATION, left, !=, right, size, #left, #right, NULL)
#define KUNIT_EXPECT_MEMNEQ_MSG(test, left, right, size, fmt, ...) \
	__KUNIT_MEM(test, EXPECTATION, left, !=, right, size, #left, #right, fmt, ##__VA_ARGS__)

#define KUNIT_ASSERT_TRUE(test, cond) \
	__KUNIT_BOOL(test, ASSERTION, cond, true, #cond, NULL)
#define KUNIT_ASSERT_TRUE_MSG(test, cond, fmt, ...) \
	__KUNIT_BOOL(test, ASSERTION, cond, true, #cond, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_FALSE(test, cond) \
	__KUNIT_BOOL(test, ASSERTION, cond, false, #cond, NULL)
#define KUNIT_ASSERT_FALSE_MSG(test, cond, fmt, ...) \
	__KUNIT_BOOL(test, ASSERTION, cond, false, #cond, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_EQ(test, left, right) \
	__KUNIT_INT(test, ASSERTION, left, ==, right, #left, #right, NULL)
#define KUNIT_ASSERT_EQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, ASSERTION, left, ==, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NE(test, left, right) \
	__KUNIT_INT(test, ASSERTION, left, !=, right, #left, #right, NULL)
#define KUNIT_ASSERT_NE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, ASSERTION, left, !=, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_LT(test, left, right) \
	__KUNIT_INT(test, ASSERTION, left, <, right, #left, #right, NULL)
#define KUNIT_ASSERT_LT_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, ASSERTION, left, <, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_LE(test, left, right) \
	__KUNIT_INT(test, ASSERTION, left, <=, right, #left, #right, NULL)
#define KUNIT_ASSERT_LE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, ASSERTION, left, <=, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_GT(test, left, right) \
	__KUNIT_INT(test, ASSERTION, left, >, right, #left, #right, NULL)
#define KUNIT_ASSERT_GT_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, ASSERTION, left, >, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_GE(test, left, right) \
	__KUNIT_INT(test, ASSERTION, left, >=, right, #left, #right, NULL)
#define KUNIT_ASSERT_GE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, ASSERTION, left, >=, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_PTR_EQ(test, left, right) \
	__KUNIT_PTR(test, ASSERTION, left, ==, right, #left, #right, NULL)
#define KUNIT_ASSERT_PTR_EQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_PTR(test, ASSERTION, left, ==, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_PTR_NE(test, left, right) \
	__KUNIT_PTR(test, ASSERTION, left, !=, right, #left, #right, NULL)
#define KUNIT_ASSERT_PTR_NE_MSG(test, left, right, fmt, ...) \
	__KUNIT_PTR(test, ASSERTION, left, !=, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NULL(test, ptr) \
	__KUNIT_PTR(test, ASSERTION, ptr, ==, NULL, #ptr, "NULL", NULL)
#define KUNIT_ASSERT_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_PTR(test, ASSERTION, ptr, ==, NULL, #ptr, "NULL", fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NOT_NULL(test, ptr) \
	__KUNIT_PTR(test, ASSERTION, ptr, !=, NULL, #ptr, "NULL", NULL)
#define KUNIT_ASSERT_NOT_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_PTR(test, ASSERTION, ptr, !=, NULL, #ptr, "NULL", fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ptr) \
	__KUNIT_NOT_ERR(test, ASSERTION, ptr, #ptr, NULL)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_NOT_ERR(test, ASSERTION, ptr, #ptr, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_STREQ(test, left, right) \
	__KUNIT_STR(test, ASSERTION, left, ==, right, #left, #right, NULL)
#define KUNIT_ASSERT_STREQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_STR(test, ASSERTION, left, ==, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_STRNEQ(test, left, right) \
	__KUNIT_STR(test, ASSERTION, left, !=, right, #left, #right, NULL)
#define KUNIT_ASSERT_STRNEQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_STR(test, ASSERTION, left, !=, right, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_MEMEQ(test, left, right, size) \
	__KUNIT_MEM(test, ASSERTION, left, ==, right, size, #left, #right, NULL)
#define KUNIT_ASSERT_MEMEQ_MSG(test, left, right, size, fmt, ...) \
	__KUNIT_MEM(test, ASSERTION, left, ==, right, size, #left, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_MEMNEQ(test, left, right, size) \
	__KUNIT_MEM(test, ASSERTION, left, !=, right, size, #left, #right, NULL)
#define KUNIT_ASSERT_MEMNEQ_MSG(test, left, right, size, fmt, ...) \
	__KUNIT_MEM(test, ASSERTION, left, !=, right, size, #left, #right, fmt, ##__VA_ARGS__)

#include <kunit/resource.h>

#endif
