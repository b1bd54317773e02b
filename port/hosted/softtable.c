/* SPDX-License-Identifier: MIT */
/*
 * A page table in software, and whether it says what the process has.
 *
 * A process has no page tables of its own: quarry_host_map() is mmap(). So that the code
 * of mm/pgtable.c lives through what the whole core does with mappings, quarry_host_map()
 * and quarry_host_unmap() keep a table here beside it, when quarry_hosted_options wants
 * one, as quarry test does; no processor walks through it. Its geometry is the machine's:
 * 2 levels where 32 bits are all, 3 (PAE) with more memory than that, else 4, or what is
 * asked for.
 *
 * S1  The table maps what is mapped of the machine's memory, from the direct map to the
 *     last window: page, rights. /proc/self/maps tells.
 * S2  It is compared as a whole when somebody asks, and after the 4th, 8th, 16th, ...
 *     change: in a long run, too, some comparisons find areas that live. The first
 *     difference is kept.
 * S3  Where the machine has 32-bit addresses, they count from the start of the reservation.
 *     That may be longer, on a host with 64 bits: then each 4 GiB have a table of their own.
 * S4  Table pages come from one mapping that is large enough for any use of the windows:
 *     a change cannot fail, and needs nothing that is not allowed in an interrupt.
 *
 * Locking: the caller's, that of memory.c's mappings.
 */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "quarry/pgtable_x86.h"

#define SLICE_SHIFT	32
#define SLICE		((uint64_t)1 << SLICE_SHIFT)
#define PAGE		((uint64_t)QUARRY_PAGE_SIZE)

bool port_table_on;

/* Keys: C fixed between up and down | L the caller's lock */
static struct {
	uint64_t lo, hi;		/* C  what the table is about: host addresses */
	bool sliced;			/* C  S3 */
	struct quarry_pgtable *tables;	/* L  one, or one per slice */
	unsigned int nr_tables;		/* C */
	char *pool;			/* C  S4: page i is at "physical address" i * PAGE */
	size_t pool_size;		/* C  bytes */
	uint64_t used, free;		/* L  pages behind used are new; the first of those given back */
	unsigned long changes;		/* L  since up */
	char difference[PORT_TABLE_LINE]; /* L  the first; "" */
	char text[65536];		/* L  of /proc/self/maps */
} soft;

/* The pool. Page 0 is not used. */

static void *pool_at(void *ctx, uint64_t pa)
{
	return soft.pool + pa;
}

static void *pool_get(void *ctx, unsigned int level, uint64_t *pa)
{
	if (soft.free) {
		*pa = soft.free;
		memcpy(&soft.free, pool_at(ctx, *pa), sizeof(soft.free));
		return memset(pool_at(ctx, *pa), 0, PAGE);
	}
	if (soft.used + PAGE >= soft.pool_size)
		return NULL;
	soft.used += PAGE;
	*pa = soft.used;
	return pool_at(ctx, *pa);
}

static void pool_put(void *ctx, unsigned int level, void *table, uint64_t pa)
{
	memcpy(table, &soft.free, sizeof(soft.free));
	soft.free = pa;
}

static const struct quarry_pgtable_ops pool_ops = {
	.table_get = pool_get, .table_put = pool_put, .table_at = pool_at,
};

/* S4: every table of each level, were everything mapped in pages; two for each end besides. */
static size_t pool_bytes(const struct quarry_pgtable_format *format, unsigned int ends)
{
	uint64_t tables = 2 + (uint64_t)soft.nr_tables * 8, covered = PAGE;

	for (unsigned int level = 0; level < format->levels; level++) {
		covered <<= format->bits[level];
		tables += (soft.hi - soft.lo) / covered + 2 * ends + 2;
	}
	return tables * PAGE;
}

static const struct quarry_pgtable_format *choose(const struct quarry_machine *m,
						  unsigned int levels)
{
	static const struct quarry_pgtable_format *const of[] = {
		[2] = &quarry_pgtable_x86_2level, [3] = &quarry_pgtable_x86_pae,
		[4] = &quarry_pgtable_x86_4level, [5] = &quarry_pgtable_x86_5level,
	};
	uint64_t end = 0;

	for (unsigned int i = 0; i < m->nr_ranges; i++)
		if (m->ranges[i].end > end)
			end = m->ranges[i].end;
	if (levels == QUARRY_TABLE_FITTING)	/* ZONE_HIGHMEM: a machine of 32 bits */
		levels = m->lowmem_end == UINT64_MAX ? 4 : end > SLICE ? 3 : 2;
	if (levels < 2 || levels > 5 || (levels == 2 && end > SLICE))
		return NULL;
	return of[levels];
}

/**
 * port_table_up - make an empty table
 * @m: the machine
 * @levels: as in struct quarry_hosted_options, not 0
 * @lo, @hi: what it is about
 * Return: 0; -EINVAL: no such table can map this machine; -ENOMEM.
 */
int port_table_up(const struct quarry_machine *m, unsigned int levels, uintptr_t lo, uintptr_t hi)
{
	const struct quarry_pgtable_format *format = choose(m, levels);

	if (!format)
		return -EINVAL;
	soft.lo = lo;
	soft.hi = hi;
	soft.sliced = format->levels < 4;
	soft.nr_tables = soft.sliced ? (unsigned int)((soft.hi - soft.lo - 1) >> SLICE_SHIFT) + 1 : 1;
	soft.used = soft.free = soft.changes = 0;
	soft.difference[0] = '\0';
	soft.pool_size = pool_bytes(format, m->nr_ranges);
	soft.tables = calloc(soft.nr_tables, sizeof(*soft.tables));
	soft.pool = mmap(NULL, soft.pool_size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!soft.tables || soft.pool == MAP_FAILED) {
		port_table_down();
		return -ENOMEM;
	}
	for (unsigned int i = 0; i < soft.nr_tables; i++)
		quarry_pgtable_init(&soft.tables[i], format, &pool_ops, NULL,
				    QUARRY_PGTABLE_UNSHARED);
	port_table_on = true;
	return 0;
}

void port_table_down(void)
{
	port_table_on = false;
	if (soft.pool && soft.pool != MAP_FAILED)
		munmap(soft.pool, soft.pool_size);
	free(soft.tables);
	soft.pool = NULL;
	soft.tables = NULL;
}

/* The part of [va, end) that one table has: where it is there, and where it ends. */
static struct quarry_pgtable *piece(uint64_t va, uint64_t end, uint64_t *at, uint64_t *next)
{
	uint64_t offset = va - soft.lo;

	*at = va;
	*next = end;
	if (!soft.sliced)
		return &soft.tables[0];
	*at = offset & (SLICE - 1);
	if (end - va > SLICE - *at)
		*next = va + (SLICE - *at);
	return &soft.tables[offset >> SLICE_SHIFT];
}

static void __attribute__((__format__(__printf__, 1, 2))) differs(const char *format, ...)
{
	va_list args;

	if (soft.difference[0])
		return;
	va_start(args, format);
	vsnprintf(soft.difference, sizeof(soft.difference), format, args);
	va_end(args);
}

static void changed(void)
{
	soft.changes++;
	if (soft.changes > 2 && !(soft.changes & (soft.changes - 1)))	/* S2 */
		port_table_compare(NULL, 0);
}

/**
 * port_table_map - the table's half of quarry_host_map()
 * Arguments are as there, and valid.
 */
void port_table_map(uintptr_t va, uint64_t pa, uint64_t bytes, unsigned int prot)
{
	uint64_t end = va + bytes, next, at;

	if (!(prot & (QUARRY_PROT_READ | QUARRY_PROT_WRITE | QUARRY_PROT_EXEC))) {
		port_table_unmap(va, bytes);
		return;
	}
	for (uint64_t from = va; from < end; from = next) {
		struct quarry_pgtable *t = piece(from, end, &at, &next);
		int rc = quarry_pgtable_map(t, at, pa + (from - va), next - from, prot,
					    QUARRY_PGTABLE_LARGE | QUARRY_PGTABLE_GLOBAL);

		if (rc)
			differs("the table cannot map %#llx bytes at %#llx: %s",
				(unsigned long long)(next - from), (unsigned long long)from,
				strerror(-rc));
	}
	changed();
}

/** port_table_unmap - the table's half of quarry_host_unmap() */
void port_table_unmap(uintptr_t va, uint64_t bytes)
{
	uint64_t end = va + bytes, next, at;

	for (uint64_t from = va; from < end; from = next) {
		struct quarry_pgtable *t = piece(from, end, &at, &next);
		int rc = quarry_pgtable_unmap(t, at, next - from);

		if (rc)
			differs("the table cannot unmap %#llx bytes at %#llx: %s",
				(unsigned long long)(next - from), (unsigned long long)from,
				strerror(-rc));
	}
	changed();
}

/* The comparison. */

/* A line of /proc/self/maps, or a part of one: what of the machine is mapped there. */
struct run {
	uint64_t start, end;
	uint64_t pa;			/* of start */
	unsigned int prot;		/* 0: nothing is mapped */
	bool foreign;			/* something is that is not the machine's */
	uint64_t at;			/* up to here the table agrees */
	uint64_t origin;		/* host addresses, less those of the table */
};

static const char *rights(unsigned int prot)
{
	static const char *const text[] = { "---", "r--", "-w-", "rw-", "--x", "r-x", "-wx", "rwx" };

	return text[prot & 7];
}

/* Entries that cannot forbid execution say nothing about it. */
static unsigned int seen(unsigned int prot)
{
	prot &= QUARRY_PROT_READ | QUARRY_PROT_WRITE | QUARRY_PROT_EXEC;
	return soft.tables[0].no_exec ? prot : prot & ~QUARRY_PROT_EXEC;
}

static void missing(const struct run *run)
{
	differs("at %#llx the process has page %#llx %s, the table has nothing",
		(unsigned long long)run->at, (unsigned long long)(run->pa + run->at - run->start),
		rights(seen(run->prot)));
}

static int compare_leaf(void *arg, const struct quarry_pgtable_leaf *leaf)
{
	struct run *run = arg;
	uint64_t va = leaf->va + run->origin, end = va + leaf->bytes, pa = leaf->pa;

	if (va < run->at) {		/* it begins before the run */
		pa += run->at - va;
		va = run->at;
	}
	if (end > run->end)
		end = run->end;
	if (run->prot && va > run->at)
		missing(run);
	else if (!run->prot)
		differs("at %#llx the table has page %#llx %s, the process has nothing",
			(unsigned long long)va, (unsigned long long)pa, rights(seen(leaf->prot)));
	else if (pa != run->pa + (va - run->start) || seen(leaf->prot) != seen(run->prot))
		differs("at %#llx the table has page %#llx %s, the process has page %#llx %s",
			(unsigned long long)va, (unsigned long long)pa, rights(seen(leaf->prot)),
			(unsigned long long)(run->pa + (va - run->start)), rights(seen(run->prot)));
	run->at = end;
	return soft.difference[0];
}

static void compare_run(struct run *run)
{
	uint64_t at, next;

	if (run->foreign)
		differs("at %#llx the process has what is not the machine's memory",
			(unsigned long long)run->start);
	run->at = run->start;
	for (uint64_t from = run->start; from < run->end && !soft.difference[0]; from = next) {
		struct quarry_pgtable *t = piece(from, run->end, &at, &next);

		run->origin = from - at;
		if (quarry_pgtable_walk(t, at, next - from, compare_leaf, run) < 0)
			differs("the table does not have the address %#llx", (unsigned long long)from);
	}
	if (run->prot && run->at < run->end)
		missing(run);
}

/* "600000000000-600000001000 rw-s 00001000 00:01 1024    /memfd:quarry-memory (deleted)" */
static void read_line(const char *line, const char *end, struct run *run)
{
	const char *name = memchr(line, '/', (size_t)(end - line));
	char *s;

	*run = (struct run){ .start = strtoull(line, &s, 16) };
	run->end = strtoull(s + 1, &s, 16);
	run->prot = (s[1] == 'r' ? QUARRY_PROT_READ : 0) | (s[2] == 'w' ? QUARRY_PROT_WRITE : 0) |
		    (s[3] == 'x' ? QUARRY_PROT_EXEC : 0);
	run->pa = strtoull(s + 5, &s, 16);
	run->foreign = !name;
	if (name && strncmp(name, "/memfd:" PORT_MEMORY, strlen("/memfd:" PORT_MEMORY)))
		run->prot = 0;		/* a file of somebody's own: the table has nothing there */
}

/* Compares what of a line is about us, and what lies before it; *at: up to here it is done. */
static void compare_line(struct run *run, uint64_t *at)
{
	if (run->end <= *at || run->start >= soft.hi || !run->prot)
		return;
	if (run->start < *at) {
		run->pa += *at - run->start;
		run->start = *at;
	}
	if (run->end > soft.hi)
		run->end = soft.hi;
	if (run->start > *at)
		compare_run(&(struct run){ .start = *at, .end = run->start });
	compare_run(run);
	*at = run->end;
}

static void compare_maps(int maps)
{
	uint64_t at = soft.lo;
	size_t have = 0;
	ssize_t n = 0;

	while (!soft.difference[0] &&
	       (n = read(maps, soft.text + have, sizeof(soft.text) - 1 - have)) > 0) {
		char *line = soft.text, *end;
		struct run run;

		have += (size_t)n;
		soft.text[have] = '\0';
		for (; (end = strchr(line, '\n')) && !soft.difference[0]; line = end + 1) {
			read_line(line, end, &run);
			compare_line(&run, &at);
		}
		have -= (size_t)(line - soft.text);
		memmove(soft.text, line, have);
	}
	if (n < 0)
		differs("/proc/self/maps: %s", strerror(errno));
	if (at < soft.hi && !soft.difference[0])
		compare_run(&(struct run){ .start = at, .end = soft.hi });
}

/**
 * port_table_compare - is the table what the process has? (S1, S2)
 * @why: gets the first difference since up, one line; may be NULL
 * @size: room in @why, in bytes
 */
bool port_table_compare(char *why, size_t size)
{
	int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

	for (unsigned int i = 0; i < soft.nr_tables; i++) {
		const char *wrong = quarry_pgtable_validate(&soft.tables[i]);

		if (wrong)
			differs("the table is broken: %s", wrong);
	}
	if (maps < 0) {
		differs("/proc/self/maps: %s", strerror(errno));
	} else {
		compare_maps(maps);
		close(maps);
	}
	if (why)
		snprintf(why, size, "%s", soft.difference);
	return !soft.difference[0];
}
