/* SPDX-License-Identifier: MIT */
/* What an expectation compared, for the message when it fails. Body: kernel/kunit_assert.c */
#ifndef _KUNIT_ASSERT_H
#define _KUNIT_ASSERT_H

#include <linux/compiler.h>
#include <linux/types.h>

struct kunit;

enum kunit_assert_type {
	KUNIT_ASSERTION,
	KUNIT_EXPECTATION,
};

enum kunit_compare {
	KUNIT_COMPARE_FAIL,	/* nothing: it simply fails */
	KUNIT_COMPARE_BOOL,	/* a is the value; op says which was expected */
	KUNIT_COMPARE_INT,
	KUNIT_COMPARE_UINT,
	KUNIT_COMPARE_PTR,
	KUNIT_COMPARE_STR,
	KUNIT_COMPARE_MEM,	/* size bytes */
	KUNIT_COMPARE_ERR_PTR,	/* a */
};

/* Keys: C constant */
struct kunit_place {
	const char *file;		/* C */
	int line;			/* C */
	enum kunit_assert_type type;	/* C */
	enum kunit_compare compare;	/* C */
	const char *op;			/* C  "==", "true", ... */
	const char *a_text, *b_text;	/* C  the source's text of both sides */
};

/**
 * kunit_failed - print why, mark the case failed; an assertion ends it
 * @a: left side, as 64 bits; a pointer for strings and memory
 * @b: right side
 * @size: bytes, for memory
 * @fmt: more to say; NULL: nothing
 * Context: the case's thread, or one that it made (which must not assert).
 */
void kunit_failed(struct kunit *test, const struct kunit_place *place, s64 a, s64 b,
		  size_t size, const char *fmt, ...) __printf(6, 7);

#endif
