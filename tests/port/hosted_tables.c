/* SPDX-License-Identifier: MIT */
/* The page table that the hosted port keeps beside its mappings (softtable.c). */
#include "hosted_test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE		4096ul
#define WINDOW_PAGES	4096u		/* of the vmalloc window */

static void up_with(unsigned int levels)
{
	page_table = levels;
	plain_machine(2);
	up(false);
	page_table = 0;
}

static bool same(void)
{
	char why[200];

	if (quarry_hosted_check_mappings(why, sizeof(why)))
		return true;
	printf("# %s\n", why);
	return false;
}

static uint32_t dice(uint32_t *random, uint32_t below)
{
	*random = *random * 1664525u + 1013904223u;
	return (*random >> 8) % below;
}

/* Mappings of all lengths, some of them as 2 and 4 MiB pages have them. */
static void one_change(uint32_t *random)
{
	uint32_t align = dice(random, 2) ? 1 : dice(random, 2) ? 512 : 1024;
	uint32_t first = dice(random, WINDOW_PAGES) / align * align;
	uint32_t pages = 1 + dice(random, dice(random, 2) ? 8 : 2500);
	uint32_t frame = 0x1000 + dice(random, 0x30000) / align * align;

	if (pages > WINDOW_PAGES - first)
		pages = WINDOW_PAGES - first;
	if (dice(random, 3))
		CHECK(!quarry_host_map(machine.vmalloc + first * PAGE, frame * (uint64_t)PAGE, pages,
				       1 + dice(random, 15)));
	else
		quarry_host_unmap(machine.vmalloc + first * PAGE, pages);
}

void test_page_table(void)
{
	for (unsigned int levels = QUARRY_TABLE_FITTING; levels <= 5; levels++) {
		uint32_t random = 20261121 + levels;

		up_with(levels);
		CHECK(same());
		/* No rights: mapped, but nothing to see. */
		CHECK(!quarry_host_map(machine.fixmap, 0x5000, 1, 8));
		for (int i = 0; i < 600; i++) {
			one_change(&random);
			if (i % 20 == 0)
				CHECK(same());
		}
		CHECK(same());
		quarry_hosted_down();
	}
	up_with(0);			/* none: nothing to complain about */
	CHECK(same());
	quarry_hosted_down();
}

/* Pages 4 to 7 of the window are mapped, page 10 too, and then somebody does it wrong. */

static void *page(unsigned int n)
{
	return (char *)machine.vmalloc + n * PAGE;
}

static void lose_page(void)
{
	CHECK(mmap(page(5), PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
	      page(5));
}

static void lose_last_page(void)
{
	CHECK(!munmap(page(10), PAGE));
}

static void lose_right(void)
{
	CHECK(!mprotect(page(6), PAGE, PROT_READ));
}

static void gain_right(void)
{
	CHECK(!mprotect(page(10), PAGE, PROT_READ | PROT_WRITE));
}

static void move_page(void)
{
	CHECK(mremap(page(7), PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, page(2)) == page(2));
}

static void swap_page(void)
{
	CHECK(mremap(page(10), PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, page(4)) == page(4));
}

static void map_other(void)
{
	CHECK(mmap(page(9), PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
	      page(9));
}

static void lose_low_memory(void)
{
	void *low = (char *)machine.direct_map + 0x200000;

	CHECK(mmap(low, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == low);
}

static const struct {
	void (*wrong)(void);
	const char *words;
} differences[] = {
	{ lose_page, "the table has page 0x301000 rw-, the process has nothing" },
	{ lose_last_page, "the table has page 0x500000 r--, the process has nothing" },
	{ lose_right, "the table has page 0x302000 rw-, the process has page 0x302000 r--" },
	{ gain_right, "the table has page 0x500000 r--, the process has page 0x500000 rw-" },
	{ move_page, "the process has page 0x303000 rw-, the table has nothing" },
	{ swap_page, "the table has page 0x300000 rw-, the process has page 0x500000 r--" },
	{ map_other, "the process has what is not the machine's memory" },
	{ lose_low_memory, "the table has page 0x200000 rw-, the process has nothing" },
};

void test_page_table_differs(void)
{
	char why[200], again[200];

	/* With PAE and 4 levels; 2 levels do not tell who may execute. */
	for (unsigned int levels = 2; levels <= 4; levels++) {
		for (unsigned int i = 0; i < sizeof(differences) / sizeof(differences[0]); i++) {
			up_with(levels);
			CHECK(!quarry_host_map(machine.vmalloc + 4 * PAGE, 0x300000, 4, 3));
			CHECK(!quarry_host_map(machine.vmalloc + 10 * PAGE, 0x500000, 1, 1));
			CHECK(same());
			differences[i].wrong();
			CHECK(!quarry_hosted_check_mappings(why, sizeof(why)));
			if (!strstr(why, differences[i].words))
				fail("%u levels, difference %u: %s", levels, i, why);
			/* It stays said. */
			CHECK(!quarry_hosted_check_mappings(again, sizeof(again)));
			CHECK(!strcmp(why, again));
			quarry_hosted_down();
		}
	}
	/* And without being asked: S2. */
	up_with(4);
	CHECK(!quarry_host_map(machine.vmalloc + 4 * PAGE, 0x300000, 4, 3));
	CHECK(!quarry_host_map(machine.vmalloc + 10 * PAGE, 0x500000, 1, 1));
	lose_page();
	for (int i = 0; i < 16; i++)
		CHECK(!quarry_host_map(machine.vmalloc + 20 * PAGE, 0x500000, 1, 1));
	quarry_host_unmap(machine.vmalloc, 30);
	CHECK(!quarry_hosted_check_mappings(why, sizeof(why)));
	CHECK(strstr(why, "0x301000"));
	quarry_hosted_down();
}

/* 32 bits that are longer than 4 GiB: the host has room, and a mapping may lie across. */
void test_page_table_slices(void)
{
	static const struct quarry_range high[] = { { 0x0, 0x1c0000000, QUARRY_RAM, 0 } };
	uintptr_t border;

	if (sizeof(long) < 8)
		return;
	plain_machine(2);
	machine.ranges = high;
	machine.nr_ranges = 1;
	page_table = 3;
	up(false);
	page_table = 0;
	CHECK(same());
	border = machine.direct_map + (uintptr_t)0x200000000;
	CHECK(border > machine.vmalloc && border < machine.vmalloc + machine.vmalloc_size);
	CHECK(!quarry_host_map(border - 3 * PAGE, 0x200000, 2000, 3));
	CHECK(same());
	quarry_host_unmap(border - 2 * PAGE, 700);
	CHECK(same());
	quarry_hosted_down();
}

void test_page_table_refused(void)
{
	static const struct quarry_range high[] = {
		{ 0x0, 0x10000000, QUARRY_RAM, 0 },
		{ 0x100000000, 0x100001000, QUARRY_RAM, 0 },
	};
	struct quarry_hosted_options o = { .page_table = 2 };
	char err[200] = "";

	plain_machine(1);
	machine.ranges = high;
	machine.nr_ranges = 2;
	machine.lowmem_end = 896 << 20;
	CHECK(quarry_hosted_up(&machine, &o, err, sizeof(err)) == -EINVAL);
	CHECK(strstr(err, "does not reach"));
	o.page_table = 6;
	CHECK(quarry_hosted_up(&machine, &o, err, sizeof(err)) == -EINVAL);
	/* PAE reaches it. */
	page_table = QUARRY_TABLE_FITTING;
	up(false);
	page_table = 0;
	CHECK(!quarry_host_map(machine.vmalloc, 0x100000000, 1, 3));
	CHECK(same());
	quarry_hosted_down();
}
