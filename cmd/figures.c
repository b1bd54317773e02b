// SPDX-License-Identifier: MIT
/*
 * What a run has cost.
 *
 * F1  Time is the process's processor time from figures_begin() to figures_end(), summed:
 *     init, threads and exit of modules, but neither boot nor loading nor the verdict.
 * F2  Who has asked for how many bytes is in a table of this process, not in the machine's
 *     memory, which is as it would be without. An entry is an object's address and size;
 *     0: never used; GONE: used once. The slab layer calls with interrupts off, from any
 *     CPU: `lock` is held for a few instructions.
 */
#include "figures.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "quarry/quarry.h"

#define ENTRY_BITS	(sizeof(long) == 8 ? 24 : 22)
#define ENTRIES		(1u << ENTRY_BITS)
#define GONE		1

struct entry {
	uintptr_t object;
	size_t bytes;
};

static struct entry *entries;		/* lock */
static unsigned int used;		/* lock: entries that are not 0 */
static bool full;			/* lock: more objects than can be counted */
static int lock;
static uint64_t asked, asked_most, held;	/* lock */
static struct timespec began;
static uint64_t cpu_ns, partial, live, kept;

__attribute__((__noinline__)) void figures_begin(void)
{
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &began);
}

__attribute__((__noinline__)) void figures_end(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	cpu_ns += (uint64_t)((now.tv_sec - began.tv_sec) * 1000000000ll + now.tv_nsec - began.tv_nsec);
}

/* F2 */

static void enter(void)
{
	while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE))
		;
}

static void leave(void)
{
	__atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
}

/* The entry of an object, or the one where it would be put. The table is never full. */
static struct entry *find(uintptr_t object, bool put)
{
	unsigned int i = (uint32_t)((uint32_t)(object >> 3) * 0x9e3779b1u) >> (32 - ENTRY_BITS);
	struct entry *gone = NULL;

	for (;; i++) {
		struct entry *e = &entries[i % ENTRIES];

		if (e->object == object)
			return e;
		if (!gone && e->object == GONE)
			gone = e;
		if (!e->object)
			return put && gone ? gone : e;
	}
}

static void got(const void *object, size_t bytes, unsigned long pages)
{
	struct entry *e;

	enter();
	e = find((uintptr_t)object, true);
	full |= !e->object && used == ENTRIES / 4 * 3;
	if (!full) {
		used += !e->object;
		asked += bytes - (e->object == (uintptr_t)object ? e->bytes : 0);
		*e = (struct entry){ (uintptr_t)object, bytes };
	}
	if (asked > asked_most) {
		asked_most = asked;
		held = (uint64_t)pages * QUARRY_PAGE_SIZE;
	}
	leave();
}

static void gave(const void *object)
{
	struct entry *e;

	enter();
	e = find((uintptr_t)object, false);
	if (e->object) {
		asked -= e->bytes;
		*e = (struct entry){ GONE, 0 };
	}
	leave();
}

bool figures_count_requests(void)
{
	static const struct quarry_slab_watch watch = { got, gave };

	entries = mmap(NULL, ENTRIES * sizeof(*entries), PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (entries == MAP_FAILED)
		return false;
	quarry_slab_watch(&watch);
	return true;
}

/* The file. */

static const struct {
	const char *name;
	size_t offset;
} lines[] = {
	{ "cpu_ns", offsetof(struct figures, cpu_ns) },
	{ "pages_most", offsetof(struct figures, pages_most) },
	{ "partial", offsetof(struct figures, partial) },
	{ "asked_most", offsetof(struct figures, asked_most) },
	{ "held", offsetof(struct figures, held) },
	{ "live", offsetof(struct figures, live) },
	{ "kept", offsetof(struct figures, kept) },
};

#define NR_LINES (sizeof(lines) / sizeof(lines[0]))

static uint64_t *field(struct figures *f, unsigned int i)
{
	return (uint64_t *)((char *)f + lines[i].offset);
}

void figures_look(void)
{
	struct quarry_slab_use use;

	quarry_slab_use(&use);
	partial = use.partial;
	kept = (uint64_t)use.pages * QUARRY_PAGE_SIZE;
	enter();
	live = asked;
	leave();
}

int figures_write(const char *name)
{
	struct quarry_slab_use use;
	struct figures f = {
		.cpu_ns = cpu_ns, .asked_most = full ? 0 : asked_most, .held = held,
		.live = full ? 0 : live, .kept = kept,
	};
	FILE *file = fopen(name, "we");
	int err = 0;

	if (!file)
		return errno;
	quarry_slab_use(&use);
	f.pages_most = use.pages_most;
	f.partial = partial;
	for (unsigned int i = 0; i < NR_LINES; i++)
		if (fprintf(file, "%s %" PRIu64 "\n", lines[i].name, *field(&f, i)) < 0)
			err = errno;
	return fclose(file) ? errno : err;
}

bool figures_read(const char *name, struct figures *f)
{
	FILE *file = fopen(name, "re");
	unsigned int n = 0;
	char line[32];

	if (!file)
		return false;
	while (n < NR_LINES && fscanf(file, "%31s %" SCNu64, line, field(f, n)) == 2 &&
	       !strcmp(line, lines[n].name))
		n++;
	fclose(file);
	return n == NR_LINES;
}
