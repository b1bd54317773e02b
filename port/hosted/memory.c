/* SPDX-License-Identifier: MIT */
/*
 * The machine's memory: a sparse file that only exists in RAM, and one reservation
 * of address space where parts of it are mapped.
 *
 * Offset in the file = physical address. The reservation is laid out as
 *
 *	direct map | 8 MiB | vmalloc | gap | pkmap | gap | fixmap | gap | percpu | gap |
 *	vmemmap | gap | stacks
 *
 * and inaccessible except where something is mapped, so a stray access in or between
 * the windows faults inside it (fault.c).
 *
 * M1  The direct map holds every page below lowmem_end that a range other than a
 *     device's touches, and no other; it never changes.
 * M2  quarry_host_map() maps only pages that some range touches, only in windows.
 *     Behind those of a device may be a file of its own, or no memory (device.c).
 * M3  What is not mapped is one kind of anonymous mapping without access, so that
 *     the kernel merges it again and unmapping leaves nothing behind.
 *
 * The size of a window is a bound on the virtual addresses; memory costs only what
 * is touched. Addresses are the same in each run when the preferred place is free;
 * sanitizers and valgrind get what they like better.
 *
 * Beside all that, a table in software may be kept, as a machine has one (softtable.c).
 *
 * Locking: spare.lock around changes of mappings. Everything else is fixed between up
 * and down; callers keep calls for the same addresses apart.
 */
#include "internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MIB(n)		((uint64_t)(n) << 20)
#define GIB(n)		((uint64_t)(n) << 30)
#define PAGE_DOWN(a)	((a) & ~(uint64_t)(QUARRY_PAGE_SIZE - 1))
#define PAGE_UP(a)	PAGE_DOWN((a) + QUARRY_PAGE_SIZE - 1)

#define PHYS_END	((uint64_t)1 << QUARRY_PHYS_BITS)
#define LONG64		(sizeof(long) == 8)
#define GAP		MIB(LONG64 ? 8 : 1)
#define DESCRIPTOR	64		/* bytes of address space per page descriptor */
/* The direct map starts where a block of any order would be aligned. */
#define ALIGNMENT	(LONG64 ? GIB(1) : MIB(4))

/* i386 as the documents have it: 896 MiB of low memory, then 128 MiB, 8 of them a gap. */
#define I386_LOWMEM	MIB(896)
#define I386_VMALLOC	MIB(128)
#define VMALLOC_OFFSET	MIB(8)

#if PORT_TSAN
#define PREFERRED	0x001000000000ull	/* its lowest range ends at 512 GiB */
#define MOST		GIB(1400)		/* its highest is 1.5 TiB */
#elif __SIZEOF_LONG__ == 8
#define PREFERRED	0x600000000000ull	/* above the program: see cpu.c */
#define MOST		((uint64_t)1 << 47)
#else
#define PREFERRED	0x60000000ull
#define MOST		GIB(3)
#endif

struct segment {
	uint64_t start, end;		/* whole pages */
	bool device;
};

/* Keys: L sched.lock; the rest is fixed between up and down */
static struct {
	int fd;
	char *base;			/* the reservation */
	size_t size;
	uintptr_t windows, windows_end;	/* where one may map */
	uintptr_t stacks, stacks_end;	/* L  what is left for stacks */
	struct segment *segments;	/* sorted, apart from each other */
	size_t nr_segments;
} memory = { .fd = -1 };

static int compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* What there is in [start, end), which no range's bound splits; 0: nothing. */
static unsigned int type_of(const struct quarry_machine *m, uint64_t start, uint64_t end)
{
	unsigned int type = 0;

	for (unsigned int i = 0; i < m->nr_ranges; i++) {
		const struct quarry_range *r = &m->ranges[i];

		if (r->start <= start && r->end >= end && r->type > type)
			type = r->type;
	}
	return type;
}

static void add_segment(uint64_t start, uint64_t end, bool device)
{
	struct segment *last = memory.segments + memory.nr_segments - 1;

	start = PAGE_DOWN(start);
	end = PAGE_UP(end);
	if (memory.nr_segments && last->end > start) {
		if (last->device && !device) {	/* a shared page is memory */
			last->end = start;
			if (last->start == last->end) {
				memory.nr_segments--;
				last--;
			}
		} else {
			start = last->end;
		}
	}
	if (start >= end)
		return;
	if (memory.nr_segments && last->end == start && last->device == device) {
		last->end = end;
		return;
	}
	memory.segments[memory.nr_segments++] = (struct segment){ start, end, device };
}

/* Boils the ranges, which may overlap, down to segments of whole pages. */
static int make_segments(const struct quarry_machine *m)
{
	size_t n = 0;
	uint64_t *edges = calloc(2 * (size_t)m->nr_ranges + 1, sizeof(*edges));

	memory.nr_segments = 0;
	memory.segments = calloc(2 * (size_t)m->nr_ranges + 1, sizeof(*memory.segments));
	if (!edges || !memory.segments) {
		free(edges);
		return -ENOMEM;
	}
	for (unsigned int i = 0; i < m->nr_ranges; i++) {
		const struct quarry_range *r = &m->ranges[i];

		if (r->start >= r->end || r->start >= PHYS_END)
			continue;
		edges[n++] = r->start;
		edges[n++] = r->end < PHYS_END ? r->end : PHYS_END;
	}
	qsort(edges, n, sizeof(*edges), compare_u64);
	for (size_t i = 0; i + 1 < n; i++) {
		unsigned int type;

		if (edges[i] == edges[i + 1])
			continue;
		type = type_of(m, edges[i], edges[i + 1]);
		if (type)
			add_segment(edges[i], edges[i + 1], type == QUARRY_DEVICE);
	}
	free(edges);
	return 0;
}

static bool is_physical(uint64_t start, uint64_t end)
{
	size_t lo = 0, hi = memory.nr_segments;

	while (lo < hi) {	/* the first segment that ends behind start */
		size_t mid = (lo + hi) / 2;

		if (memory.segments[mid].end > start)
			hi = mid;
		else
			lo = mid + 1;
	}
	for (; lo < memory.nr_segments && memory.segments[lo].start <= start; lo++) {
		start = memory.segments[lo].end;
		if (start >= end)
			return true;
	}
	return false;
}

/* Where everything goes, as offsets in the reservation. */
struct layout {
	uint64_t file_size, direct;
	uint64_t vmalloc, vmalloc_size;
	uint64_t pkmap, pkmap_size;
	uint64_t fixmap, fixmap_size;
	uint64_t percpu, percpu_size;
	uint64_t vmemmap, vmemmap_size;
	uint64_t stacks, stacks_size;
	uint64_t total;
	bool highmem;
};

static void measure(const struct quarry_machine *m, struct layout *l, uint64_t *top)
{
	*top = 0;
	for (size_t i = 0; i < memory.nr_segments; i++) {
		const struct segment *s = &memory.segments[i];

		l->file_size = s->end;
		if (s->device)
			continue;
		*top = s->end;
		if (s->start < m->lowmem_end)
			l->direct = s->end < m->lowmem_end ? s->end : PAGE_DOWN(m->lowmem_end);
	}
	/* Where addresses are scarce, firmware's ranges far up get no descriptors. */
	if (!LONG64) {
		*top = 0;
		for (unsigned int i = 0; i < m->nr_ranges; i++) {
			const struct quarry_range *r = &m->ranges[i];
			uint64_t end = PAGE_UP(r->end < PHYS_END ? r->end : PHYS_END);

			if (r->start < r->end && r->start < PHYS_END && end > *top &&
			    (r->type == QUARRY_RAM || r->end <= m->lowmem_end))
				*top = end;
		}
	}
	l->highmem = *top > m->lowmem_end;
}

static uint64_t place(struct layout *l, uint64_t size)
{
	uint64_t at = l->total;

	l->total += PAGE_UP(size) + GAP;
	return at;
}

static void lay_out(const struct quarry_machine *m, struct layout *l)
{
	uint64_t top, percpu;

	memset(l, 0, sizeof(*l));
	measure(m, l, &top);
	l->total = l->direct + VMALLOC_OFFSET;

	if (!m->dma32_end && l->highmem && m->lowmem_end <= I386_LOWMEM)
		l->vmalloc_size = I386_VMALLOC - VMALLOC_OFFSET;
	else
		l->vmalloc_size = LONG64 ? GIB(64) : MIB(256);
	l->vmalloc = place(l, l->vmalloc_size);

	l->pkmap_size = m->pkmap_slots * (uint64_t)QUARRY_PAGE_SIZE;
	l->pkmap = place(l, l->pkmap_size);
	l->fixmap_size = (m->nr_cpus * (LONG64 ? 64 : 32) + 256) * (uint64_t)QUARRY_PAGE_SIZE;
	l->fixmap = place(l, l->fixmap_size);

	percpu = MIB(256) / (LONG64 ? 1 : m->nr_cpus);
	if (!LONG64 && percpu > MIB(16))
		percpu = MIB(16);
	l->percpu_size = PAGE_DOWN(percpu) * m->nr_cpus;
	l->percpu = place(l, l->percpu_size);

	/* Descriptors of frames far behind the last one are reported as what they are. */
	l->vmemmap_size = PAGE_UP(top / QUARRY_PAGE_SIZE * DESCRIPTOR) + (LONG64 ? GIB(1) : 0);
	l->vmemmap = place(l, l->vmemmap_size);

	l->stacks_size = LONG64 ? GIB(4) : MIB(64);
	l->stacks = place(l, l->stacks_size);
}

/*
 * The number of mappings of a process is limited. When quarry_host_map() runs into
 * that, the rest of the process (a new thread, malloc(), a sanitizer) must not: so a
 * few are kept in hand, and let go then.
 */
#define SPARE_MAPPINGS	128

static struct {
	pthread_mutex_t lock;
	char *base;
	bool kept;		/* L  the spare ones exist */
} spare = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool keep_spare(void)
{
	const size_t size = 2 * SPARE_MAPPINGS * QUARRY_PAGE_SIZE;

	if (spare.kept)
		return true;
	if (!spare.base) {
		void *p = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			       -1, 0);

		if (p == MAP_FAILED)
			return false;
		spare.base = p;
	}
	for (size_t i = 0; i < size; i += 2 * QUARRY_PAGE_SIZE) {
		if (mprotect(spare.base + i, QUARRY_PAGE_SIZE, PROT_READ)) {
			mprotect(spare.base, size, PROT_NONE);
			return false;
		}
	}
	spare.kept = true;
	return true;
}

static void release_spare(void)
{
	if (spare.kept)
		mprotect(spare.base, 2 * SPARE_MAPPINGS * QUARRY_PAGE_SIZE, PROT_NONE);
	spare.kept = false;
}

static void *reserve(void *at, uint64_t size, int flags)
{
	return mmap(at, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags,
		    -1, 0);
}

/* Finds room, aligned; what sticks out at the ends goes back. */
static int reserve_aligned(uint64_t size)
{
	uint64_t align = ALIGNMENT;
	char *p, *start;

	if (size > MOST)
		return -ENOMEM;
	p = reserve((void *)(uintptr_t)PREFERRED, size, 0);
	if (p == MAP_FAILED)
		return -ENOMEM;
	if ((uintptr_t)p % align) {
		munmap(p, size);
		p = reserve(NULL, size + align, 0);
		if (p == MAP_FAILED)
			return -ENOMEM;
		start = (char *)(uintptr_t)(((uintptr_t)p + align - 1) / align * align);
		if (start != p)
			munmap(p, (size_t)(start - p));
		if (start + size != p + size + align)
			munmap(start + size, (size_t)(p + align - start));
		p = start;
	}
	memory.base = p;
	memory.size = size;
	return 0;
}

static int map_at(void *va, int fd, uint64_t offset, size_t bytes, int prot)
{
	void *p = mmap(va, bytes, prot, MAP_SHARED | MAP_FIXED | MAP_NORESERVE, fd,
		       (off_t)offset);

	return p == MAP_FAILED ? -errno : 0;
}

static int map_direct(uint64_t end)
{
	for (size_t i = 0; i < memory.nr_segments; i++) {
		const struct segment *s = &memory.segments[i];
		uint64_t stop = s->end < end ? s->end : end;
		int rc;

		if (s->device || s->start >= stop)
			continue;
		rc = map_at(memory.base + s->start, memory.fd, s->start, stop - s->start,
			    PROT_READ | PROT_WRITE);
		if (rc)
			return rc;
		if (port_table_on)
			port_table_map((uintptr_t)memory.base + (uintptr_t)s->start, s->start,
				       stop - s->start, QUARRY_PROT_READ | QUARRY_PROT_WRITE);
	}
	return 0;
}

static int complain(char *err, size_t errlen, int rc, const char *what)
{
	snprintf(err, errlen, "%s: %s", what, strerror(-rc));
	port_memory_down();
	return rc;
}

int port_memory_up(struct quarry_machine *m, char *err, size_t errlen)
{
	struct layout l;
	int rc;

	rc = make_segments(m);
	if (rc)
		return complain(err, errlen, rc, "no room for the memory map");
	lay_out(m, &l);
	if (!l.direct)
		return complain(err, errlen, -EINVAL, "the machine has no low memory");

	rc = reserve_aligned(l.total);
	if (rc) {
		snprintf(err, errlen,
			 "the machine needs %llu MiB of addresses, more than this process has",
			 (unsigned long long)(l.total >> 20));
		port_memory_down();
		return rc;
	}
	memory.fd = memfd_create(PORT_MEMORY, MFD_CLOEXEC);
	if (memory.fd < 0)
		return complain(err, errlen, -errno, "cannot make the machine's memory");
	if (ftruncate(memory.fd, (off_t)l.file_size))
		return complain(err, errlen, -errno, "cannot size the machine's memory");
	if (port_options.page_table) {
		rc = port_table_up(m, port_options.page_table, (uintptr_t)memory.base,
				   (uintptr_t)memory.base + (uintptr_t)l.stacks);
		if (rc)
			return complain(err, errlen, rc, rc == -EINVAL ?
					"such a page table does not reach all of the machine's memory" :
					"cannot make the machine's page table");
	}
	rc = map_direct(l.direct);
	if (rc)
		return complain(err, errlen, rc, "cannot map the machine's memory");

	memory.windows = (uintptr_t)memory.base + (uintptr_t)l.vmalloc;
	memory.windows_end = (uintptr_t)memory.base + (uintptr_t)l.stacks;
	memory.stacks = memory.windows_end;
	memory.stacks_end = memory.stacks + (uintptr_t)l.stacks_size;
	m->direct_map = (uintptr_t)memory.base;
	m->vmalloc = memory.windows;
	m->vmalloc_size = l.vmalloc_size;
	m->pkmap = m->pkmap_slots ? (uintptr_t)memory.base + (uintptr_t)l.pkmap : 0;
	m->fixmap = (uintptr_t)memory.base + (uintptr_t)l.fixmap;
	m->fixmap_size = l.fixmap_size;
	m->percpu = (uintptr_t)memory.base + (uintptr_t)l.percpu;
	m->percpu_size = l.percpu_size;
	m->vmemmap = (uintptr_t)memory.base + (uintptr_t)l.vmemmap;
	m->vmemmap_size = l.vmemmap_size;
	m->ram_is_zeroed = true;
	return 0;
}

void port_memory_down(void)
{
	port_table_down();
	if (memory.base)
		munmap(memory.base, memory.size);
	if (memory.fd >= 0)
		close(memory.fd);
	free(memory.segments);
	memset(&memory, 0, sizeof(memory));
	memory.fd = -1;
}

/* Is the address in the machine's address space, mapped or not? */
bool port_memory_ours(uintptr_t address)
{
	return address - (uintptr_t)memory.base < memory.size;
}

/**
 * port_memory_stacks - address space for kernel stacks, inaccessible
 *
 * Theirs are the machine's addresses too: where the host would put them differs from
 * run to run, and with it whatever depends on the address of a local variable.
 * Context: sched.lock held. Return: NULL when it is used up.
 */
char *port_memory_stacks(size_t bytes)
{
	char *p = (char *)memory.stacks;

	if (bytes > memory.stacks_end - memory.stacks)
		return NULL;
	memory.stacks += bytes;
	return p;
}

static bool in_windows(uintptr_t va, size_t bytes)
{
	return va >= memory.windows && va < memory.windows_end && bytes <= memory.windows_end - va;
}

int port_memory_file(void)
{
	return memory.fd;
}

/* What is behind the pages may be another file, or no memory at all. */
static int map_parts(uintptr_t va, uint64_t pa, size_t pages, int bits, unsigned int prot)
{
	int rc = 0;

	port_device_unmapped(va, pages);
	while (pages && !rc) {
		size_t part = pages, bytes;
		uint64_t offset = pa;
		int fd = memory.fd;
		enum port_behind behind = port_device_behind(pa, &part, &fd, &offset);

		bytes = part * QUARRY_PAGE_SIZE;
		rc = map_at((void *)va, fd, offset, bytes, behind == BEHIND_FILE ? bits : PROT_NONE);
		if (!rc && behind == BEHIND_REGISTERS)
			rc = port_device_mapped(va, pa, part);
		/* Of what is not the machine's memory, the table knows nothing. */
		if (!rc && port_table_on)
			port_table_map(va, pa, bytes,
				       behind == BEHIND_FILE && fd == memory.fd ? prot : 0);
		va += bytes;
		pa += bytes;
		pages -= part;
	}
	return rc;
}

int quarry_host_map(uintptr_t va, uint64_t pa, size_t pages, unsigned int prot)
{
	unsigned long flags;
	int rc, bits = 0;

	if (!pages)
		return 0;
	if (va % QUARRY_PAGE_SIZE || pa % QUARRY_PAGE_SIZE ||
	    pages > memory.size / QUARRY_PAGE_SIZE ||
	    !in_windows(va, pages * QUARRY_PAGE_SIZE) ||
	    !is_physical(pa, pa + (uint64_t)pages * QUARRY_PAGE_SIZE))
		return -EINVAL;
	if (prot & QUARRY_PROT_READ)
		bits |= PROT_READ;
	if (prot & QUARRY_PROT_WRITE)
		bits |= PROT_READ | PROT_WRITE;
	if (prot & QUARRY_PROT_EXEC)
		bits |= PROT_READ | PROT_EXEC;
	/* QUARRY_PROT_NOCACHE: a process has no say in how its memory is cached. */
	flags = port_enter();
	pthread_mutex_lock(&spare.lock);
	rc = keep_spare() ? map_parts(va, pa, pages, bits, prot) : -ENOMEM;
	if (rc)
		release_spare();
	pthread_mutex_unlock(&spare.lock);
	port_leave(flags);
	return rc ? -ENOMEM : 0;
}

/*
 * At the limit even replacing a mapping is refused. Taking it away first helps unless
 * it is part of a larger one; taking only the access away, unless the same.
 */
static bool make_inaccessible(char *va, size_t bytes)
{
	if (reserve(va, bytes, MAP_FIXED) != MAP_FAILED)
		return true;
	if (!munmap(va, bytes))
		return reserve(va, bytes, MAP_FIXED_NOREPLACE) != MAP_FAILED;
	return !mprotect(va, bytes, PROT_NONE);
}

void quarry_host_unmap(uintptr_t va, size_t pages)
{
	size_t bytes = pages * QUARRY_PAGE_SIZE;
	unsigned long flags;
	bool gone = true;

	if (!pages || pages > memory.size / QUARRY_PAGE_SIZE || va % QUARRY_PAGE_SIZE ||
	    !in_windows(va, bytes))
		return;
	flags = port_enter();
	pthread_mutex_lock(&spare.lock);
	port_device_unmapped(va, pages);
	if (!make_inaccessible((char *)va, bytes)) {
		release_spare();
		gone = make_inaccessible((char *)va, bytes);
		if (!gone)
			port_warn("quarry: cannot unmap %zu pages at %#lx: %s", pages,
				  (unsigned long)va, strerror(errno));
	}
	if (gone && port_table_on)
		port_table_unmap(va, bytes);
	pthread_mutex_unlock(&spare.lock);
	port_leave(flags);
}

void quarry_host_flush(uintptr_t va, size_t pages)
{
	/* The kernel below does it: mmap() returns when no CPU has the old mapping. */
}

bool quarry_hosted_check_mappings(char *why, size_t size)
{
	unsigned long flags;
	bool same;

	if (!port_table_on)
		return true;
	flags = port_enter();
	pthread_mutex_lock(&spare.lock);
	same = port_table_compare(why, size);
	pthread_mutex_unlock(&spare.lock);
	port_leave(flags);
	return same;
}
