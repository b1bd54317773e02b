// SPDX-License-Identifier: MIT
/* What an expectation says when it fails: the source's text and the values. */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "kernel/kunit.h"

/* Is the source's text the value itself? Then it need not be said again. */
static bool is_literal(const char *text, s64 value)
{
	char number[24];

	snprintf(number, sizeof(number), "%lld", value);
	return !strcmp(text, number);
}

static void say_int(struct kunit *test, const char *text, s64 value)
{
	if (!is_literal(text, value))
		kunit_line(test, "    %s == %lld (0x%llx)", text, value, value);
}

static void say_str(struct kunit *test, const char *text, const char *value)
{
	if (text[0] != '"')	/* a literal */
		kunit_line(test, "    %s == \"%s\"", text, value ? value : "(null)");
}

static void say_mem(struct kunit *test, const char *text, const u8 *p, const u8 *other,
		    size_t size)
{
	char line[100];
	size_t i, len = 0;

	kunit_line(test, "    %s ==", text);
	for (i = 0; i < size && i < 256; i++) {
		bool differs = p[i] != other[i];

		len += (size_t)scnprintf(line + len, sizeof(line) - len,
					 differs ? "<%02x>" : " %02x ", p[i]);
		if (i % 16 == 15 || i + 1 == size || i == 255) {
			kunit_line(test, "    %s", line);
			len = 0;
		}
	}
}

static void say_values(struct kunit *test, const struct kunit_place *p, s64 a, s64 b, size_t size)
{
	const void *pa = (const void *)(uintptr_t)a, *pb = (const void *)(uintptr_t)b;

	switch (p->compare) {
	case KUNIT_COMPARE_FAIL:
		return;
	case KUNIT_COMPARE_BOOL:
		kunit_line(test, "Expected %s to be %s, but is %s", p->a_text, p->op,
			   a ? "true" : "false");
		return;
	case KUNIT_COMPARE_ERR_PTR:
		if (!pa)
			kunit_line(test, "Expected %s is not null, but is", p->a_text);
		else
			kunit_line(test, "Expected %s is not error, but is: %ld", p->a_text,
				   PTR_ERR(pa));
		return;
	default:
		kunit_line(test, "Expected %s %s %s, but", p->a_text, p->op, p->b_text);
	}
	switch (p->compare) {
	case KUNIT_COMPARE_PTR:
		kunit_line(test, "    %s == %px", p->a_text, pa);
		kunit_line(test, "    %s == %px", p->b_text, pb);
		break;
	case KUNIT_COMPARE_STR:
		say_str(test, p->a_text, pa);
		say_str(test, p->b_text, pb);
		break;
	case KUNIT_COMPARE_MEM:
		if (!pa || !pb)
			break;
		say_mem(test, p->a_text, pa, pb, size);
		say_mem(test, p->b_text, pb, pa, size);
		break;
	default:
		say_int(test, p->a_text, a);
		say_int(test, p->b_text, b);
	}
}

void kunit_failed(struct kunit *test, const struct kunit_place *place, s64 a, s64 b,
		  size_t size, const char *fmt, ...)
{
	char text[256];
	va_list args;

	WRITE_ONCE(test->status, KUNIT_FAILURE);
	kunit_line(test, "# %s: %s FAILED at %s:%d", test->name,
		   place->type == KUNIT_ASSERTION ? "ASSERTION" : "EXPECTATION", place->file,
		   place->line);
	say_values(test, place, a, b, size);
	if (fmt) {
		va_start(args, fmt);
		vscnprintf(text, sizeof(text), fmt, args);
		va_end(args);
		kunit_line(test, "%.*s", (int)strcspn(text, "\n"), text);
	}
	if (place->type == KUNIT_ASSERTION)
		__kunit_abort(test);
}
EXPORT_SYMBOL(kunit_failed);
