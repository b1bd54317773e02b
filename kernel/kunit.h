/* SPDX-License-Identifier: MIT */
/* What KUnit's own files know of each other. */
#ifndef KERNEL_KUNIT_H
#define KERNEL_KUNIT_H

#include <kunit/test.h>
#include <quarry/kernel.h>

/** kunit_line - a line of the case's output, without the line break */
void kunit_line(struct kunit *test, const char *fmt, ...) __printf(2, 3);

#endif
