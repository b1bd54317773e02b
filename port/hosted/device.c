// SPDX-License-Identifier: MIT
/*
 * The machine's devices: what is behind physical addresses that are not RAM.
 *
 * A device is memory (pages of the machine's own file, which nobody else uses), a file that
 * is mapped instead of these, or a model of registers (registers.c). There is no memory
 * behind registers: the pages are mapped without access, so that who dereferences the
 * address faults, and readl() and its like come to quarry_hosted_io_read(), which finds
 * the device by the address.
 *
 * D1  `pages` has an entry for each page of registers that is mapped, sorted by address.
 * D2  quarry_hosted_io_pages is how many that are: while it is 0, no access is looked at.
 *
 * Locking: io.lock for pages and the state of registers, interrupts off; it may be taken in
 * interrupts. Devices are fixed between up and down.
 */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE_UP(a)	(((a) + QUARRY_PAGE_SIZE - 1) & ~(uint64_t)(QUARRY_PAGE_SIZE - 1))

/* Keys: C fixed between up and down | I io.lock */
struct device {
	char name[32];			/* C */
	uint64_t start, end;		/* C */
	enum quarry_hosted_device_kind kind; /* C */
	int fd;				/* C  of DEVICE_FILE; -1 */
	struct port_registers registers; /* I */
};

struct io_page {
	uintptr_t va;
	struct device *device;
	uint64_t offset;		/* in the device */
};

static struct device *devices;
static unsigned int nr_devices;

static struct {
	pthread_mutex_t lock;
	struct io_page *pages;		/* I  D1 */
	size_t nr, room;		/* I */
} io = { .lock = PTHREAD_MUTEX_INITIALIZER };

int quarry_hosted_io_pages;		/* D2; written with io.lock held */

/* Up and down. */

static int __attribute__((__format__(__printf__, 4, 5)))
refuse(char *err, size_t errlen, const struct quarry_hosted_device *d, const char *format, ...)
{
	int n = snprintf(err, errlen, "device %s: ", d->name);
	va_list args;

	va_start(args, format);
	if (n >= 0 && (size_t)n < errlen)
		vsnprintf(err + n, errlen - (size_t)n, format, args);
	va_end(args);
	return -EINVAL;
}

static int copy_file(const struct quarry_hosted_device *d, char *err, size_t errlen)
{
	uint64_t size = d->end - d->start, at = 0;
	int fd = open(d->file, O_RDONLY | O_CLOEXEC), rc = 0;
	char buffer[4096];
	ssize_t n = 1;

	if (fd < 0)
		return refuse(err, errlen, d, "%s: %s", d->file, strerror(errno));
	while (n && !rc) {
		n = read(fd, buffer, sizeof(buffer));
		if (n > 0 && (uint64_t)n > size - at)
			rc = refuse(err, errlen, d, "%s has more than the device's %llu bytes",
				    d->file, (unsigned long long)size);
		else if (n < 0 || pwrite(port_memory_file(), buffer, (size_t)n,
				    (off_t)(d->start + at)) != n)
			rc = refuse(err, errlen, d, "%s: %s", d->file, strerror(errno));
		at += n > 0 ? (uint64_t)n : 0;
	}
	close(fd);
	return rc;
}

static int use_file(struct device *to, const struct quarry_hosted_device *d, char *err, size_t errlen)
{
	unsigned long long size, wanted = d->end - d->start;
	off_t end;

	to->fd = open(d->file, O_RDWR | O_CLOEXEC);
	if (to->fd < 0)
		return refuse(err, errlen, d, "%s: %s", d->file, strerror(errno));
	end = lseek(to->fd, 0, SEEK_END);
	if (end < 0)
		return refuse(err, errlen, d, "%s: %s", d->file, strerror(errno));
	size = (unsigned long long)end;
	if (size < wanted)
		return refuse(err, errlen, d, "%s has %llu bytes, the device %llu; make it longer "
			      "(truncate -s %llu %s), or use 'copy'", d->file, size, wanted, wanted,
			      d->file);
	return 0;
}

static int add_device(const struct quarry_hosted_device *d, char *err, size_t errlen)
{
	struct device *to = &devices[nr_devices];

	if (d->start % QUARRY_PAGE_SIZE || d->start >= d->end)
		return refuse(err, errlen, d, "it does not begin on a page of %lu bytes",
			      (unsigned long)QUARRY_PAGE_SIZE);
	if (d->kind == DEVICE_REGISTERS && d->end - d->start < QUARRY_HOSTED_REGISTERS)
		return refuse(err, errlen, d, "registers need %d bytes", QUARRY_HOSTED_REGISTERS);
	*to = (struct device){ .start = d->start, .end = d->end, .kind = d->kind, .fd = -1 };
	snprintf(to->name, sizeof(to->name), "%s", d->name);
	nr_devices++;
	if (d->kind == DEVICE_COPY)
		return copy_file(d, err, errlen);
	return d->kind == DEVICE_FILE ? use_file(to, d, err, errlen) : 0;
}

int port_devices_up(const struct quarry_hosted_options *o, char *err, size_t errlen)
{
	nr_devices = 0;
	devices = calloc(o->nr_devices + 1, sizeof(*devices));
	if (!devices) {
		snprintf(err, errlen, "no room for the devices");
		return -ENOMEM;
	}
	for (unsigned int i = 0; i < o->nr_devices; i++) {
		int rc = add_device(&o->devices[i], err, errlen);

		if (rc) {
			port_devices_down();
			return rc;
		}
	}
	return 0;
}

void port_devices_down(void)
{
	for (unsigned int i = 0; i < nr_devices; i++)
		if (devices[i].fd >= 0)
			close(devices[i].fd);
	free(devices);
	devices = NULL;
	nr_devices = 0;
	free(io.pages);
	io.pages = NULL;
	io.nr = io.room = 0;
	quarry_hosted_io_pages = 0;
}

/* Mappings. */

enum port_behind port_device_behind(uint64_t pa, size_t *pages, int *fd, uint64_t *offset)
{
	uint64_t end = pa + (uint64_t)*pages * QUARRY_PAGE_SIZE;
	enum port_behind behind = BEHIND_FILE;

	for (unsigned int i = 0; i < nr_devices; i++) {
		const struct device *d = &devices[i];
		uint64_t last = PAGE_UP(d->end);

		if (d->start > pa) {
			end = end < d->start ? end : d->start;
		} else if (last > pa) {
			end = end < last ? end : last;
			behind = d->kind == DEVICE_REGISTERS ? BEHIND_REGISTERS : BEHIND_FILE;
			if (d->kind == DEVICE_FILE) {
				*fd = d->fd;
				*offset = pa - d->start;
			}
		}
	}
	*pages = (size_t)((end - pa) / QUARRY_PAGE_SIZE);
	return behind;
}

static struct device *registers_at(uint64_t pa)
{
	for (unsigned int i = 0; i < nr_devices; i++)
		if (devices[i].kind == DEVICE_REGISTERS && pa >= devices[i].start &&
		    pa < PAGE_UP(devices[i].end))
			return &devices[i];
	return NULL;
}

/* Index of the first entry at @va or above. io.lock held. */
static size_t first_at(uintptr_t va)
{
	size_t lo = 0, hi = io.nr;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (io.pages[mid].va < va)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool make_room(size_t n)
{
	size_t room = io.room ? io.room : 16;
	struct io_page *p;

	while (room < io.nr + n)
		room *= 2;
	if (room == io.room)
		return true;
	p = realloc(io.pages, room * sizeof(*p));
	if (!p)
		return false;
	io.pages = p;
	io.room = room;
	return true;
}

int port_device_mapped(uintptr_t va, uint64_t pa, size_t pages)
{
	struct device *d = registers_at(pa);
	int rc = -ENOMEM;

	pthread_mutex_lock(&io.lock);
	if (make_room(pages)) {
		size_t at = first_at(va);

		memmove(io.pages + at + pages, io.pages + at, (io.nr - at) * sizeof(*io.pages));
		for (size_t i = 0; i < pages; i++)
			io.pages[at + i] = (struct io_page){
				va + i * QUARRY_PAGE_SIZE, d,
				pa + i * QUARRY_PAGE_SIZE - d->start
			};
		io.nr += pages;
		__atomic_store_n(&quarry_hosted_io_pages, (int)io.nr, __ATOMIC_RELAXED);
		rc = 0;
	}
	pthread_mutex_unlock(&io.lock);
	return rc;
}

void port_device_unmapped(uintptr_t va, size_t pages)
{
	size_t from, to;

	if (!quarry_hosted_io())
		return;
	pthread_mutex_lock(&io.lock);
	from = first_at(va);
	to = first_at(va + pages * QUARRY_PAGE_SIZE);
	memmove(io.pages + from, io.pages + to, (io.nr - to) * sizeof(*io.pages));
	io.nr -= to - from;
	__atomic_store_n(&quarry_hosted_io_pages, (int)io.nr, __ATOMIC_RELAXED);
	pthread_mutex_unlock(&io.lock);
}

/* Accesses. */

static void say(const struct device *d, uint64_t offset, unsigned int bytes, bool write,
		const char *misuse, const char *name)
{
	static const char letters[] = " bw l   q";
	char line[160];

	snprintf(line, sizeof(line), "device %s: %s%c() %s %s%s0x%llx: %s", d->name,
		 write ? "write" : "read", letters[bytes], write ? "to" : "of", name ? name : "offset",
		 name ? ", at " : " ", (unsigned long long)offset, misuse);
	quarry_device_misused(line);
}

static int access_device(uintptr_t va, unsigned int bytes, bool write, uint64_t *value)
{
	const char *misuse = NULL, *name;
	struct device *d = NULL;
	uint64_t offset = 0;
	unsigned long flags = port_enter();
	size_t i;

	pthread_mutex_lock(&io.lock);
	i = first_at(va - va % QUARRY_PAGE_SIZE);
	if (i < io.nr && io.pages[i].va == va - va % QUARRY_PAGE_SIZE) {
		d = io.pages[i].device;
		offset = io.pages[i].offset + va % QUARRY_PAGE_SIZE;
		port_registers_access(&d->registers, offset, bytes, write, value, &misuse, &name);
	}
	pthread_mutex_unlock(&io.lock);
	port_leave(flags);
	if (misuse)
		say(d, offset, bytes, write, misuse, name);
	return d != NULL;
}

int quarry_hosted_io_read(const volatile void *addr, unsigned int bytes, uint64_t *value)
{
	return access_device((uintptr_t)addr, bytes, false, value);
}

int quarry_hosted_io_write(volatile void *addr, unsigned int bytes, uint64_t value)
{
	return access_device((uintptr_t)addr, bytes, true, &value);
}
