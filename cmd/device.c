// SPDX-License-Identifier: MIT
/*
 * Devices of a machine, from a line of a machine file or an option:
 *
 *	NAME 0xSTART-0xEND memory
 *	NAME 0xSTART-0xEND copy FILE
 *	NAME 0xSTART-0xEND file FILE
 *	NAME 0xSTART-0xEND registers
 *
 * with commas instead of blanks, if one likes. The end is in the range. Pure functions: no
 * file is opened here (the port does that).
 *
 * V1  A device begins on a page, and no page of it is RAM's or another device's: what is
 *     mapped for one driver is nobody else's.
 */
#include "machine.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE		((uint64_t)QUARRY_PAGE_SIZE)
#define REGISTERS_MOST	0x10000u	/* bytes */

static const struct {
	const char *name;
	enum quarry_hosted_device_kind kind;
	bool file;
} kinds[] = {
	{ "memory", DEVICE_MEMORY, false },
	{ "copy", DEVICE_COPY, true },
	{ "file", DEVICE_FILE, true },
	{ "registers", DEVICE_REGISTERS, false },
};

#define NR_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static int __attribute__((__format__(__printf__, 3, 4)))
refuse(char *err, size_t errlen, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(err, errlen, format, args);
	va_end(args);
	return -1;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *skip_blanks(const char *s)
{
	while (blank(*s))
		s++;
	return s;
}

/* Copies the next word, cut to what fits. Return: what follows it and its separator. */
static const char *word(const char *s, char *to, size_t size)
{
	size_t n = 0;

	for (; *s && *s != ',' && !blank(*s); s++)
		if (n + 1 < size)
			to[n++] = *s;
	to[n] = '\0';
	s = skip_blanks(s);
	return *s == ',' ? skip_blanks(s + 1) : s;
}

static bool name_is_fine(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:@-");

	return n && !name[n] && n < sizeof(((struct machine_device *)0)->name);
}

/* "0xd0000000-0xd0000fff", nothing else. */
static bool range(const char *s, uint64_t *start, uint64_t *last)
{
	char *end;

	if (strncmp(s, "0x", 2) || strlen(s) > 40)
		return false;
	*start = strtoull(s, &end, 16);
	if (end == s + 2 || strncmp(end, "-0x", 3))
		return false;
	s = end + 1;
	*last = strtoull(s, &end, 16);
	return end > s + 2 && !*end;
}

/* The rest, behind name and range. */
static int kind_and_file(struct machine_device *v, const char *s, char *err, size_t errlen)
{
	char kind[32];
	size_t i = 0;

	s = word(s, kind, sizeof(kind));
	while (i < NR_KINDS && strcmp(kinds[i].name, kind))
		i++;
	if (!*kind)
		return refuse(err, errlen, "it lacks a kind: memory, copy, file or registers");
	if (i == NR_KINDS)
		return refuse(err, errlen, "'%s' is no kind of device; there are memory, copy, file and "
			      "registers", kind);
	v->kind = kinds[i].kind;
	if (!kinds[i].file && (*s || s[-1] == ','))
		return refuse(err, errlen, "'%s': more than '%s' needs", *s ? s : ",", kind);
	if (!*s && kinds[i].file)
		return refuse(err, errlen, "'%s' needs the name of a file", kind);
	if (strlen(s) >= sizeof(v->file))
		return refuse(err, errlen, "the file's name has more than %zu characters",
			      sizeof(v->file) - 1);
	strcpy(v->file, s);
	return 0;
}

static int check_size(const struct machine_device *v, uint64_t last, char *err, size_t errlen)
{
	if (last < v->start || last == UINT64_MAX)
		return refuse(err, errlen, "the range ends at 0x%" PRIx64 ", before it begins at 0x%" PRIx64,
			      last, v->start);
	if (v->start % PAGE)
		return refuse(err, errlen, "it begins at 0x%" PRIx64 ", which is not a multiple of 0x%" PRIx64
					   ", a page", v->start, PAGE);
	if (v->kind == DEVICE_REGISTERS && (v->end - v->start < QUARRY_HOSTED_REGISTERS ||
					    v->end - v->start > REGISTERS_MOST))
		return refuse(err, errlen, "registers are 0x%x to 0x%x bytes, not 0x%" PRIx64,
			      QUARRY_HOSTED_REGISTERS, REGISTERS_MOST, v->end - v->start);
	return 0;
}

int machine_device_parse(struct machine_desc *d, const char *text, char *err, size_t errlen)
{
	struct machine_device *v = &d->devices[d->nr_devices];
	char name[64], addresses[64];
	uint64_t last;
	const char *s;

	if (d->nr_devices == MACHINE_MAX_DEVICES)
		return refuse(err, errlen, "too many devices; %d at most", MACHINE_MAX_DEVICES);
	memset(v, 0, sizeof(*v));
	s = word(text, name, sizeof(name));
	if (!*s)
		return refuse(err, errlen, "'%s' is no device; expected NAME 0xSTART-0xEND KIND [FILE]",
			      text);
	if (!name_is_fine(name))
		return refuse(err, errlen, "'%s' is no name; use up to %zu letters, digits and ._:@-", name,
			      sizeof(v->name) - 1);
	strcpy(v->name, name);
	s = word(s, addresses, sizeof(addresses));
	if (!range(addresses, &v->start, &last))
		return refuse(err, errlen, "'%s' is not a range; expected 0xSTART-0xEND", addresses);
	v->end = last + 1;
	if (kind_and_file(v, s, err, errlen) || check_size(v, last, err, errlen))
		return -1;
	d->nr_devices++;
	return 0;
}

int machine_device_check(const struct machine_desc *d, unsigned int i, char *err, size_t errlen)
{
	const struct machine_device *v = &d->devices[i];
	uint64_t end = (v->end + PAGE - 1) / PAGE * PAGE;

	if ((v->end - 1) >> machine_bits(d))
		return refuse(err, errlen, "it ends at 0x%" PRIx64 ", more than %u address bits reach",
			      v->end - 1, machine_bits(d));
	for (unsigned int j = 0; j < d->nr_ranges; j++) {
		const struct quarry_range *r = &d->ranges[j];

		if (r->type == QUARRY_RAM && r->start < end && r->end > v->start)
			return refuse(err, errlen, "it overlaps memory, 0x%" PRIx64 "-0x%" PRIx64,
				      r->start, r->end - 1);
	}
	for (unsigned int j = 0; j < i; j++) {
		const struct machine_device *o = &d->devices[j];

		if (!strcmp(o->name, v->name))
			return refuse(err, errlen, "there is a device '%s' already", o->name);
		if (o->start < end && o->end > v->start)
			return refuse(err, errlen, "it overlaps device '%s', 0x%" PRIx64 "-0x%" PRIx64,
				      o->name, o->start, o->end - 1);
	}
	if (d->nr_ranges + d->nr_devices > QUARRY_MAX_RANGES)
		return refuse(err, errlen, "too many ranges; %d at most, devices included",
			      QUARRY_MAX_RANGES);
	return 0;
}
