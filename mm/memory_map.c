// SPDX-License-Identifier: MIT
/*
 * The map of physical memory: what the machine's description says, made fit for
 * use.
 *
 * Firmware lists its ranges in any order, with overlaps, and cut where it likes.
 * memory_map_init() turns that into ranges for which holds:
 *
 * M1  they are sorted by address, do not overlap, and none is empty;
 * M2  where several claimed an address, the most restrictive type has it: the
 *     highest in enum quarry_range_type (so RAM yields to everything);
 * M3  neighbours of the same type and name on the same node are one range;
 * M4  RAM begins and ends on page boundaries, cut inwards;
 * M5  nothing lies above the addresses that this build can hold.
 *
 * How: all starts and ends cut the address space into pieces that are covered by
 * the same set of ranges throughout; each piece goes to the winner among them.
 *
 * Locking: none. Written once at boot, read-only afterwards.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/export.h>

#include "mm/internal.h"

#define PHYS_END	(1ull << QUARRY_PHYS_BITS)

static struct quarry_range map[MEMORY_MAP_RANGES];
static unsigned int map_count;

unsigned int memory_map_count(void)
{
	return map_count;
}

const struct quarry_range *memory_map_range(unsigned int i)
{
	return i < map_count ? &map[i] : NULL;
}

enum quarry_range_type memory_map_type(u64 phys)
{
	unsigned int i;

	for (i = 0; i < map_count && map[i].start <= phys; i++)
		if (phys < map[i].end)
			return map[i].type;
	return 0;
}

/* Sorts addresses and drops repetitions; returns how many are left. */
static unsigned int sort_bounds(u64 *bound, unsigned int n)
{
	unsigned int i, j, out = 0;

	for (i = 1; i < n; i++) {
		u64 x = bound[i];

		for (j = i; j && bound[j - 1] > x; j--)
			bound[j] = bound[j - 1];
		bound[j] = x;
	}
	for (i = 0; i < n; i++)
		if (!i || bound[i] != bound[i - 1])
			bound[out++] = bound[i];
	return out;
}

/* M2: who has the piece that begins here? The first listed among equals. */
static const struct quarry_range *winner(u64 addr)
{
	const struct quarry_range *best = NULL;
	unsigned int i;

	for (i = 0; i < machine.nr_ranges; i++) {
		const struct quarry_range *r = &machine.ranges[i];

		if (addr < r->start || addr >= r->end)
			continue;
		if (!best || r->type > best->type)
			best = r;
	}
	return best;
}

static void append(u64 start, u64 end, const struct quarry_range *from)
{
	struct quarry_range *last = map_count ? &map[map_count - 1] : NULL;

	if (last && last->end == start && last->type == from->type && last->node == from->node &&
	    last->name == from->name) {
		last->end = end;
		return;
	}
	map[map_count++] = (struct quarry_range) { start, end, from->type, from->node, from->name };
}

static void resolve(void)
{
	static u64 bound[2 * QUARRY_MAX_RANGES];
	unsigned int i, n = 0;

	for (i = 0; i < machine.nr_ranges; i++) {
		const struct quarry_range *r = &machine.ranges[i];

		if (r->start >= r->end) {
			pr_warn("memory map: range %u ends before it begins, ignored\n", i);
			continue;
		}
		bound[n++] = r->start;
		bound[n++] = r->end;
	}
	n = sort_bounds(bound, n);
	for (i = 0; i + 1 < n; i++) {
		const struct quarry_range *r = winner(bound[i]);

		if (r)
			append(bound[i], bound[i + 1], r);
	}
}

static const char *type_name(enum quarry_range_type type)
{
	switch (type) {
	case QUARRY_RAM:	return "usable";
	case QUARRY_RESERVED:	return "reserved";
	case QUARRY_ACPI:	return "ACPI data";
	case QUARRY_NVS:	return "ACPI NVS";
	case QUARRY_UNUSABLE:	return "unusable";
	case QUARRY_PERSISTENT:	return "persistent (type 7)";
	case QUARRY_DEVICE:	return "device";
	}
	return "unknown";
}

static void print_map(void)
{
	unsigned int i;

	pr_info("BIOS-provided physical RAM map:\n");
	for (i = 0; i < map_count; i++)
		pr_info("%s: [mem 0x%016llx-0x%016llx] %s\n",
			map[i].type == QUARRY_DEVICE ? "Device" : "BIOS-e820",
			(unsigned long long)map[i].start, (unsigned long long)map[i].end - 1,
			map[i].name ? map[i].name : type_name(map[i].type));
}

/* M4 and M5. Returns bytes of RAM. */
static u64 trim(void)
{
	unsigned int i, out = 0;
	u64 ram = 0, lost = 0;

	for (i = 0; i < map_count; i++) {
		struct quarry_range r = map[i];

		if (r.end > PHYS_END) {
			if (r.type == QUARRY_RAM)
				lost += r.end - max_t(u64, r.start, PHYS_END);
			r.end = PHYS_END;
		}
		if (r.type == QUARRY_RAM) {
			r.start = (r.start + PAGE_SIZE - 1) & ~(u64)(PAGE_SIZE - 1);
			r.end &= ~(u64)(PAGE_SIZE - 1);
		}
		if (r.start >= r.end)
			continue;
		if (r.type == QUARRY_RAM)
			ram += r.end - r.start;
		map[out++] = r;
	}
	map_count = out;
	if (lost)
		pr_warn("memory map: %lluK above the last address of %d bits are not used\n",
			(unsigned long long)lost >> 10, QUARRY_PHYS_BITS);
	return ram;
}

/**
 * memory_map_init - repair the machine's ranges and print the result
 * Context: boot. Return: 0, or -EINVAL when no usable memory is left.
 */
int memory_map_init(void)
{
	map_count = 0;
	resolve();
	print_map();
	if (!trim()) {
		pr_err("memory map: no usable memory\n");
		return -EINVAL;
	}
	return 0;
}
