/* SPDX-License-Identifier: MIT */
#ifndef LIB_KSTRTOX_H
#define LIB_KSTRTOX_H

#include <linux/types.h>

/**
 * parse_digits - a number
 * @s: the text, without sign or prefix
 * @base: 2 to 36
 * @max: digits to read at most
 * @v: gets the number, modulo 2^64
 * @overflow: set when that was needed
 * Return: how many digits there were.
 */
size_t parse_digits(const char *s, unsigned int base, size_t max, u64 *v, bool *overflow);

#endif
