/* SPDX-License-Identifier: MIT */
/* Devices of the hosted port: what is mapped where, and who answers. */
#include "hosted_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "port/hosted/port.h"

#define PAGE	4096u
#define RW	(QUARRY_PROT_READ | QUARRY_PROT_WRITE)
#define FLASH	0x20000000u		/* two pages of a file */
#define UART	0x20002000u		/* registers */
#define RAM	0x20003000u		/* a page of memory, the rest of it another one's */

#define ID_VALUE 0x51524731u

static const struct quarry_range ranges[] = {
	{ 0x100000, 0x10000000, QUARRY_RAM, 0, NULL },
	{ FLASH, FLASH + 2 * PAGE, QUARRY_DEVICE, 0, "flash" },
	{ UART, UART + 0x100, QUARRY_DEVICE, 0, "uart" },
	{ RAM, RAM + PAGE, QUARRY_DEVICE, 0, "ram" },
};

static struct quarry_hosted_device devices[] = {
	{ "uart", UART, UART + 0x100, DEVICE_REGISTERS, NULL },
	{ "flash", FLASH, FLASH + 2 * PAGE, DEVICE_FILE, NULL },
	{ "ram", RAM, RAM + PAGE, DEVICE_MEMORY, NULL },
};

static int bring_up(char *err, size_t errlen)
{
	struct quarry_hosted_options o = { .devices = devices, .nr_devices = 3 };

	machine = (struct quarry_machine){
		.size = sizeof(machine), .ranges = ranges, .nr_ranges = 4, .nr_cpus = 1,
		.nr_nodes = 1, .lowmem_end = 1 << 28,
	};
	fake_core_reset(1);
	return quarry_hosted_up(&machine, &o, err, errlen);
}

static char *make_file(char *path)
{
	int fd = mkstemp(path);

	CHECK(fd >= 0 && !ftruncate(fd, 2 * PAGE) && pwrite(fd, "flash", 5, 0) == 5 &&
	      pwrite(fd, "second", 6, PAGE) == 6);
	close(fd);
	return path;
}

static bool file_has(const char *path, off_t at, const char *text)
{
	char buffer[16] = "";
	FILE *f = fopen(path, "r");
	bool has = f && !fseeko(f, at, SEEK_SET) && fread(buffer, 1, strlen(text), f) == strlen(text) &&
		   !strcmp(buffer, text);

	if (f)
		fclose(f);
	return has;
}

static void all_in_one(char *va, const char *path)
{
	uint64_t value = 0;

	CHECK(!quarry_host_map((uintptr_t)va, FLASH, 4, RW) && quarry_hosted_io_pages == 1);
	CHECK(!memcmp(va, "flash", 5) && !memcmp(va + PAGE, "second", 6));
	memcpy(va + 2 * PAGE - 4, "end", 3);
	CHECK(file_has(path, 2 * PAGE - 4, "end"));
	strcpy(va + 3 * PAGE, "memory");
	CHECK(!quarry_hosted_io_read(va, 4, &value) && !quarry_hosted_io_read(va + 3 * PAGE, 4, &value));
	CHECK(!quarry_hosted_io_write(va + 3 * PAGE, 4, 1) && !strcmp(va + 3 * PAGE, "memory"));
	CHECK(quarry_hosted_io_read(va + 2 * PAGE, 4, &value) && value == ID_VALUE);
	CHECK(quarry_hosted_io_write(va + 2 * PAGE + 4, 4, 0x12345678));
}

static void in_parts(char *va)
{
	char *other = va + 64 * PAGE;
	uint64_t value = 0;

	CHECK(!quarry_host_map((uintptr_t)other, FLASH + PAGE, 2, RW) && quarry_hosted_io_pages == 2);
	CHECK(!memcmp(other, "second", 6));
	CHECK(quarry_hosted_io_read(other + PAGE + 4, 4, &value) && value == 0x12345678);
	/* The page of registers goes, its neighbours stay. */
	quarry_host_unmap((uintptr_t)va + 2 * PAGE, 1);
	CHECK(quarry_hosted_io_pages == 1 && !quarry_hosted_io_read(va + 2 * PAGE, 4, &value));
	CHECK(!memcmp(va, "flash", 5) && !strcmp(va + 3 * PAGE, "memory"));
	/* Memory instead of it. */
	CHECK(!quarry_host_map((uintptr_t)other, 0x100000, 4, RW) && !quarry_hosted_io_pages);
	strcpy(other + PAGE, "ordinary");
	CHECK(!quarry_hosted_io_read(other + PAGE, 4, &value));
	quarry_host_unmap((uintptr_t)va, 128);
	CHECK(!quarry_host_map((uintptr_t)va, RAM, 1, RW) && !strcmp(va, "memory"));
	CHECK(quarry_host_map((uintptr_t)va, RAM, 2, RW) < 0);
}

static void many_pages(char *va)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < 200; i++)	/* from both ends to the middle */
		CHECK(!quarry_host_map((uintptr_t)va + (i % 2 ? 400 - i : i) * PAGE, UART, 1, RW));
	CHECK(quarry_hosted_io_pages == 200);
	CHECK(quarry_hosted_io_write(va + 4, 4, 99));
	for (unsigned int i = 0; i < 401; i++) {
		bool there = i < 200 ? i % 2 == 0 : i % 2 == 1 && i > 200;

		value = 0;
		CHECK(quarry_hosted_io_read(va + i * PAGE + 4, 4, &value) == there);
		CHECK(value == (there ? 99u : 0u));
	}
	quarry_host_unmap((uintptr_t)va, 150);
	CHECK(quarry_hosted_io_pages == 125);
	quarry_host_unmap((uintptr_t)va, 401);
	CHECK(quarry_hosted_io_pages == 0);
}

static void use(void *arg)
{
	char *va = (char *)machine.vmalloc;
	uint64_t value = 0;

	all_in_one(va, arg);
	in_parts(va);
	many_pages(va + 512 * PAGE);
	/* Misuse is the core's to report, once. */
	CHECK(!quarry_host_map((uintptr_t)va, UART, 1, RW));
	fake_misuses = 0;
	for (int i = 0; i < 3; i++)
		CHECK(quarry_hosted_io_read(va + 2, 2, &value) && value == UINT64_MAX);
	CHECK(fake_misuses == 1);
}

static void refused(char *err, size_t errlen, const char *why)
{
	CHECK(bring_up(err, errlen) < 0);
	if (!strstr(err, why))
		fail("'%s', not '%s'", err, why);
}

void test_devices(void)
{
	char path[32], err[256] = "";

	for (int i = 0; i < 2; i++) {
		devices[1].file = make_file(strcpy(path, "/tmp/hosted_devices.XXXXXX"));
		CHECK(!bring_up(err, sizeof(err)));
		run(use, path);
		quarry_hosted_down();
		CHECK(quarry_hosted_io_pages == 0);
		if (!i)
			unlink(path);
	}

	devices[1].start++;
	refused(err, sizeof(err), "device flash: it does not begin on a page");
	devices[1].start--;
	devices[1].end += PAGE;
	refused(err, sizeof(err), "has 8192 bytes, the device 12288");
	devices[1].end -= PAGE;
	devices[1].file = "/nonexistent";
	refused(err, sizeof(err), "device flash: /nonexistent: No such file or directory");
	devices[1].kind = DEVICE_COPY;
	refused(err, sizeof(err), "device flash: /nonexistent: No such file or directory");
	devices[0].end -= 1;
	refused(err, sizeof(err), "device uart: registers need 256 bytes");
	devices[0].end += 1;
	devices[1].file = path;
	CHECK(!bring_up(err, sizeof(err)));
	quarry_hosted_down();
	unlink(path);
}
