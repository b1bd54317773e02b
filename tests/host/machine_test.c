// SPDX-License-Identifier: MIT
/*
 * The command's pure parts: machine files, presets, the command line. Prints TAP.
 * Links cmd/machine.c, cmd/presets.c and cmd/options.c, nothing else. TEST_MAPS is
 * the directory tests/maps.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/machine.h"
#include "cmd/options.h"

static unsigned int number, failed, faults;

static void check_at(int line, const char *what, bool ok)
{
	if (ok)
		return;
	printf("# line %d: %s\n", line, what);
	faults++;
}

#define CHECK(e)	check_at(__LINE__, #e, e)

static void run(const char *name, void (*fn)(void))
{
	faults = 0;
	fn();
	printf("%s %u - %s\n", faults ? "not ok" : "ok", ++number, name);
	failed += faults != 0;
}

static struct machine_desc d;
static char err[512];

static int parse(const char *text)
{
	*err = '\0';
	return machine_parse(&d, "dir/map", text, strlen(text), err, sizeof(err));
}

static uint64_t ram_on(int node)
{
	uint64_t ram = 0;

	for (unsigned int i = 0; i < d.nr_ranges; i++)
		if (d.ranges[i].type == QUARRY_RAM && (node < 0 || d.ranges[i].node == node))
			ram += d.ranges[i].end - d.ranges[i].start;
	return ram;
}

static bool has(uint64_t start, uint64_t end, enum quarry_range_type type)
{
	for (unsigned int i = 0; i < d.nr_ranges; i++)
		if (d.ranges[i].start == start && d.ranges[i].end == end && d.ranges[i].type == type)
			return true;
	return false;
}

#define RAM	"BIOS-e820: [mem 0x0000000000100000-0x000000000fffffff] usable\n"

static void e820(void)
{
	CHECK(!parse("# a comment\n\n"
		     "BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable\n"
		     "BIOS-e820: [mem 0x000000000009fc00-0x000000000009ffff] reserved\r\n"
		     "BIOS-e820: [mem 0x0000000000100000-0x0000000000ffffff] usable  \n"
		     "BIOS-e820: [mem 0x0000000001000000-0x0000000001000fff] ACPI data\n"
		     "BIOS-e820: [mem 0x0000000001001000-0x0000000001001fff] ACPI NVS\n"
		     "BIOS-e820: [mem 0x0000000001002000-0x0000000001002fff] unusable\n"
		     "BIOS-e820: [mem 0x0000000001003000-0x0000000001003fff] persistent (type 7)\n"
		     "BIOS-e820: [mem 0x0000000001004000-0x0000000001004fff] type 20"));
	CHECK(d.nr_ranges == 8);
	CHECK(has(0, 0x9fc00, QUARRY_RAM));
	CHECK(has(0x9fc00, 0xa0000, QUARRY_RESERVED));
	CHECK(has(0x1000000, 0x1001000, QUARRY_ACPI));
	CHECK(has(0x1001000, 0x1002000, QUARRY_NVS));
	CHECK(has(0x1002000, 0x1003000, QUARRY_UNUSABLE));
	CHECK(has(0x1003000, 0x1004000, QUARRY_PERSISTENT));
	CHECK(has(0x1004000, 0x1005000, QUARRY_RESERVED));
	CHECK(!strcmp(d.name, "map"));
	CHECK(d.nr_cpus == 4 && d.nr_nodes == 1 && d.arch == ARCH_X86_64);
}

static void prefixes(void)
{
	static const char *const before[] = {
		"", " ", "\t", "[    0.000000] ", "<6>[    0.000000] ", "<6>", "[    0.000000][    T0] ",
		"[Sat Nov 21 07:36:11 2026] ", "Nov 21 07:36:11 host kernel: ",
		"Nov 21 07:36:11 host kernel: [    0.000000] ",
		"2026-11-21T07:36:11,123456+00:00 host kernel: ",
	};
	char line[256];

	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		snprintf(line, sizeof(line), "%s%s", before[i], RAM);
		CHECK(!parse(line));
		CHECK(has(0x100000, 0x10000000, QUARRY_RAM));
	}
}

static void old_form(void)
{
	CHECK(!parse(" BIOS-e820: 0000000000000000 - 000000000009f800 (usable)\n"
		     " BIOS-e820: 000000000009f800 - 00000000000a0000 (reserved)\n"
		     " BIOS-e820: 0000000000100000 - 0000000001000000 (ACPI data)\n"));
	CHECK(has(0, 0x9f800, QUARRY_RAM));
	CHECK(has(0x9f800, 0xa0000, QUARRY_RESERVED));
	CHECK(has(0x100000, 0x1000000, QUARRY_ACPI));
	CHECK(parse(" BIOS-e820: 0000000000000000 - 000000000009f800 usable\n"));
	CHECK(parse(" BIOS-e820: 0000000000000000 - 000000000009f800 (usable\n"));
	CHECK(parse(" BIOS-e820: 0000000000000000 - 000000000009f800 (usable) x\n"));
	CHECK(parse(" BIOS-e820: 0000000000000000 - 000000000009f800 ()\n"));
	CHECK(parse(" BIOS-e820: 0000000000000000 - 0000000000000000 (usable)\n"));
}

static void iomem(void)
{
	CHECK(!parse("00000000-00000fff : Reserved\n"
		     "00001000-0009ffff : System RAM\n"
		     "000a0000-000bffff : PCI Bus 0000:00\n"
		     "00100000-0fffffff : System RAM\n"
		     "  01000000-01ffffff : Kernel code\n"
		     "    01000000-01000fff : System RAM\n"
		     "10000000-1000ffff : ACPI Tables\n"
		     "100000000-1ffffffff : Persistent Memory\n"));
	CHECK(d.nr_ranges == 6);
	CHECK(has(0x1000, 0xa0000, QUARRY_RAM));
	CHECK(has(0xa0000, 0xc0000, QUARRY_DEVICE));
	CHECK(has(0x100000, 0x10000000, QUARRY_RAM));
	CHECK(has(0x100000000ull, 0x200000000ull, QUARRY_PERSISTENT));
	CHECK(ram_on(-1) == 0x9f000 + 0xff00000);
	CHECK(parse("00001000-0009ffff : \n"));
	CHECK(parse("00001000-0009ffff System RAM\n"));
	CHECK(parse("0000100000000000000-0009ffff : System RAM\n"));
}

static void nodes(void)
{
	CHECK(!parse(RAM "ACPI: SRAT: Node 0 PXM 0 [mem 0x00000000-0x07ffffff]\n"
		     "SRAT: Node 1 PXM 3 [mem 0x08000000-0x0fffffff] hotplug\n"
		     "SRAT: PXM 0 -> APIC 0x00 -> Node 0\nSRAT: PXM 3 -> APIC 0x0010 -> Node 1\n"
		     "distance 10 21\ndistance 21 10\n"));
	CHECK(d.nr_nodes == 2 && d.nr_cpus == 2);
	CHECK(ram_on(0) == 0x7f00000 && ram_on(1) == 0x8000000);
	CHECK(d.has_cpu_node && d.cpu_node[0] == 0 && d.cpu_node[1] == 1);
	CHECK(d.has_distance && d.distance[0] == 10 && d.distance[1] == 21 && d.distance[3] == 10);

	/* A node in the middle of a range, and RAM that the SRAT does not know. */
	CHECK(!parse(RAM "SRAT: Node 1 PXM 1 [mem 0x04000000-0x07ffffff]\n"));
	CHECK(d.nr_nodes == 2 && d.nr_ranges == 3);
	CHECK(ram_on(0) == 0xff00000 - 0x4000000 && ram_on(1) == 0x4000000);

	/* A node of CPUs only, and one of memory only. */
	CHECK(!parse(RAM "SRAT: PXM 0 -> APIC 0x00 -> Node 1\n"
		     "SRAT: Node 0 PXM 0 [mem 0x00000000-0x0fffffff]\n"));
	CHECK(d.nr_nodes == 2 && d.nr_cpus == 1 && d.has_cpu_node && d.cpu_node[0] == 1);
	CHECK(ram_on(0) == 0xff00000 && !ram_on(1));

	CHECK(!parse(RAM "nodes 3\n"));
	CHECK(d.nr_nodes == 3 && !d.has_cpu_node && !d.has_distance);
	CHECK(ram_on(0) + ram_on(1) + ram_on(2) == 0xff00000);
	CHECK(ram_on(0) && ram_on(1) && ram_on(2));
	CHECK(parse(RAM "nodes 64\n"));
	CHECK(strstr(err, "dir/map:2: nodes: too little memory"));
}

static void settings(void)
{
	CHECK(!parse(RAM "cpus 256\narch i386\n"));
	CHECK(d.nr_cpus == 256 && d.arch == ARCH_I386);
	CHECK(d.dma_end == 16 << 20 && !d.dma32_end && d.lowmem_end == 896ull << 20);
	CHECK(d.pkmap_slots == 1024);
	/* No PAE: what lies above 4 GiB is said and not used. */
	CHECK(!parse("arch i386\n" RAM
		     "BIOS-e820: [mem 0x0000000100000000-0x000000013fffffff] usable\n"));
	CHECK(ram_on(-1) == 0xff00000);
	CHECK(strstr(d.note, "1048576K above 4G are not used"));
	CHECK(!parse(RAM));
	CHECK(!*d.note);
}

static void errors(void)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{ "", "dir/map: the file is empty" },
		{ "\n\n", "dir/map: no usable memory" },
		{ RAM "x\n", "dir/map:2: 'x' is neither a line of a memory map nor a setting" },
		{ RAM "\n  BIOS-e820: [mem 0x1000-0xfff] usable",
		  "dir/map:3: the range ends at 0xfff, before it begins at 0x1000" },
		{ "BIOS-e820: [mem 0x1000-0x1fff] usable x", "dir/map:1: 'usable x' is not a kind" },
		{ "BIOS-e820: [mem 0x1000-] usable", "dir/map:1: '[mem 0x1000-] usable' is not a range" },
		{ "BIOS-e820:", "dir/map:1: '' is not a range" },
		{ RAM "SRAT: Node x", "dir/map:2: not an SRAT line" },
		{ RAM "SRAT: Node 0 PXM 0 [mem 0x00000000-0x07ffffff]\n"
		  "SRAT: Node 1 PXM 1 [mem 0x07fff000-0x0fffffff]",
		  "dir/map:3: node 1's memory overlaps that of node 0, 0x0-0x7ffffff" },
		{ RAM "cpus", "dir/map:2: cpus: '' is not a number from 1 to 256" },
		{ RAM "cpus 0", "dir/map:2: cpus: '0' is not a number" },
		{ RAM "nodes 65", "dir/map:2: nodes: '65' is not a number from 1 to 64" },
		{ RAM "distance 10 20\n", "dir/map:2: distance: 1 line of 2 numbers" },
		{ RAM "distance 10 x\n", "dir/map:2: distance: 'x'" },
		{ RAM "distance 10 255\n", "dir/map:2: distance: '255'" },
		{ RAM "distance\n", "dir/map:2: distance: no number" },
		{ RAM "cpus 2\ncpus 3\n", "dir/map:3: cpus: line 2 has said that already" },
		{ RAM "nodes 2\nnodes 2\n", "dir/map:3: nodes: line 2 has said that already" },
		{ RAM "arch i386\n\narch i386\n", "dir/map:4: arch: line 2 has said that already" },
		{ RAM "distance 11 20\n", "dir/map:2: distance: node 0 to node 0 is 11" },
		{ RAM "caf\xc3\xa9\n", "dir/map:2: byte 0xc3 is not text" },
		{ RAM "[    0.1] usb 1-1: new device", "dir/map:2: 'usb 1-1: new device' is no line" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK(parse(bad[i].text) == -1);
		CHECK(!strchr(err, '\n'));
		if (strncmp(err, bad[i].message, strlen(bad[i].message))) {
			printf("# expected: %s\n#      got: %s\n", bad[i].message, err);
			faults++;
		}
	}
	CHECK(!parse(RAM "# caf\xc3\xa9\n"));
	CHECK(machine_parse(&d, "f", RAM "\0", sizeof(RAM), err, sizeof(err)) == -1);
	CHECK(!strcmp(err, "f:2: byte 0x00 is not text"));
	/* Messages do not overrun what they are written to. */
	CHECK(machine_parse(&d, "f", "x", 1, err, 4) == -1);
	CHECK(strlen(err) < 4);
}

/* Parses a file of tests/maps. */
static int parse_file(const char *dir, const char *name)
{
	static char text[1 << 16];
	char path[512];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "r");
	if (f) {
		n = fread(text, 1, sizeof(text), f);
		fclose(f);
	}
	CHECK(f && n < sizeof(text));
	*err = '\0';
	return machine_parse(&d, name, text, n, err, sizeof(err));
}

/* Parses all files of a directory, which must have @result. Returns how many. */
static unsigned int parse_all(const char *path, int result)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	unsigned int n = 0;

	CHECK(dir);
	while (dir && (e = readdir(dir))) {
		if (*e->d_name == '.' || !strcmp(e->d_name, "bad"))
			continue;
		n++;
		if (parse_file(path, e->d_name) != result) {
			printf("# %s: %s\n", e->d_name, *err ? err : "should not parse");
			faults++;
		}
	}
	if (dir)
		closedir(dir);
	return n;
}

static void real_maps(void)
{
	const uint64_t top = QUARRY_PHYS_BITS > 40 ? 0x1080000000 : 1ull << QUARRY_PHYS_BITS;

	CHECK(parse_all(TEST_MAPS, 0) >= 5);
	CHECK(parse_all(TEST_MAPS "/bad", -1) >= 20);

	CHECK(!parse_file(TEST_MAPS, "laptop-uefi"));
	CHECK(d.nr_cpus == 8 && d.nr_ranges == 21);
	CHECK(has(0x7a5ff000, 0x7a600000, QUARRY_RAM));
	CHECK(!parse_file(TEST_MAPS, "desktop-bios"));
	CHECK(d.nr_cpus == 2 && d.arch == ARCH_I386);
	CHECK(has(0x100000, 0x7fee0000, QUARRY_RAM) && has(0, 0x9f800, QUARRY_RAM));
	CHECK(!parse_file(TEST_MAPS, "server-numa"));
	CHECK(d.nr_cpus == 8 && d.nr_nodes == 2 && d.has_cpu_node && d.has_distance);
	CHECK(has(0x100000000, 0x880000000, QUARRY_RAM) && has(0x880000000, top, QUARRY_RAM));
	CHECK(!parse_file(TEST_MAPS, "board-32bit"));
	CHECK(ram_on(-1) == 0x9f000 + 0xfd00000);
	CHECK(!parse_file(TEST_MAPS, "big-1t"));
	CHECK(d.nr_nodes == 4 && d.nr_cpus == 64);
}

static int preset(const char *name, uint64_t mem, unsigned int cpus, unsigned int nr_nodes)
{
	struct machine_changes c = { mem, cpus, nr_nodes };

	return machine_preset(&d, name, &c, err, sizeof(err));
}

static void presets(void)
{
	const uint64_t g = 1ull << 30, m = 1ull << 20;
	const uint64_t much = QUARRY_PHYS_BITS > 40 ? 1024 * g : 32 * g;

	for (unsigned int i = 0; machine_preset_name(i); i++)
		CHECK(!preset(machine_preset_name(i), 0, 0, 0) && *machine_preset_about(i));
	CHECK(!strcmp(machine_preset_name(0), "x86_64-8g"));

	CHECK(!preset("x86_64-8g", 0, 0, 0));
	CHECK(d.nr_cpus == 4 && d.nr_nodes == 1);
	CHECK(ram_on(-1) <= 8 * g && ram_on(-1) > 8 * g - 2 * m);
	CHECK(has(4 * g, 9 * g, QUARRY_RAM));
	CHECK(!preset("i386-4g", 0, 0, 0));
	CHECK(d.nr_cpus == 2 && d.lowmem_end == 896 * m && !d.dma32_end && d.pkmap_slots == 1024);
	CHECK(ram_on(-1) <= 3584 * m && ram_on(-1) > 3582 * m);
	CHECK(!preset("numa-4x2g", 0, 0, 0));
	CHECK(d.nr_cpus == 8 && d.nr_nodes == 4);
	for (int i = 0; i < 4; i++)
		CHECK(ram_on(i) <= 2 * g && ram_on(i) > 2 * g - 2 * m);
	CHECK(!preset("numa-mixed", 0, 0, 0));
	CHECK(d.nr_cpus == 6 && d.nr_nodes == 4 && d.has_cpu_node && d.has_distance);
	for (int i = 0; i < 4; i++)
		CHECK(i == 2 ? !ram_on(i) : ram_on(i) <= 2 * g + 4 * m && ram_on(i) > 2 * g - 4 * m);
	CHECK(d.cpu_node[1] == 0 && d.cpu_node[3] == 1 && d.cpu_node[5] == 2);
	CHECK(d.distance[0 * 4 + 3] == 17 && d.distance[2 * 4 + 1] == 12);
	CHECK(!preset("numa-mixed", 0, 0, 2));
	CHECK(d.nr_nodes == 2 && !d.has_distance && !d.has_cpu_node);
	CHECK(!preset("tiny-16m", 0, 0, 0));
	CHECK(d.nr_cpus == 1 && ram_on(-1) <= 16 * m && ram_on(-1) > 15 * m);
	CHECK(d.dma_end == 16 * m);

	CHECK(!preset("x86_64-8g", much, 16, 8));
	CHECK(d.nr_cpus == 16 && d.nr_nodes == 8);
	CHECK(ram_on(-1) <= much && ram_on(-1) > much - 2 * m);
	for (int i = 0; i < 8; i++)
		CHECK(ram_on(i) <= much / 8 + 4 * m && ram_on(i) > much / 8 - 4 * m);
}

static void preset_errors(void)
{
	const uint64_t g = 1ull << 30, m = 1ull << 20;

	CHECK(preset("x86_64-9g", 0, 0, 0) && !*err);
	CHECK(preset("x86_64-8g", 1 * m, 0, 0) && strstr(err, "--mem:"));
	CHECK(preset("i386-4g", 5 * g, 0, 0) && strstr(err, "32 bits, which is 4G at most"));
	CHECK(preset("x86_64-8g", UINT64_MAX, 0, 0) && strstr(err, "--mem:"));
	CHECK(preset("tiny-16m", 0, 0, 4) && strstr(err, "--nodes: 4 nodes need"));
	CHECK(preset("x86_64-8g", 64 * m, 0, 64) && strstr(err, "--mem: 64 nodes need"));
	/* Whatever the size: each node has memory, and no range is empty. */
	for (uint64_t mem = 4 * m; mem < 40 * g; mem += mem / 7 + 123456) {
		for (unsigned int n = 1; n <= 64; n = n * 2 + 1) {
			if (preset("x86_64-8g", mem, 0, n))
				continue;
			for (unsigned int i = 0; i < n; i++)
				CHECK(ram_on((int)i) > 0);
			for (unsigned int i = 0; i < d.nr_ranges; i++)
				CHECK(d.ranges[i].start < d.ranges[i].end);
			CHECK(ram_on(-1) <= mem && ram_on(-1) + 2 * m > mem);
		}
	}
}

static bool refused(const char *device, const char *why)
{
	*err = '\0';
	if (!machine_device_parse(&d, device, err, sizeof(err)) &&
	    !machine_device_check(&d, d.nr_devices - 1, err, sizeof(err)))
		return false;
	if (strstr(err, why))
		return true;
	printf("# %s: %s\n", device, err);
	return false;
}

static void devices(void)
{
	static const char *const names[] = { "a b", "a/b", "a%d", "" };
	char text[512];

	CHECK(!parse("cpus 2\n" RAM "device uart 0xd0000000-0xd00000ff registers\n"
		     " device\trom-1  0xd0001000-0xd0001fff\tcopy a file.bin \n"
		     "device x 0xd0002000-0xd0002001 file /tmp/x\n"
		     "device y,0xe0000000-0xe0001234,memory"));
	CHECK(d.nr_devices == 4 && d.nr_cpus == 2);
	CHECK(!strcmp(d.devices[0].name, "uart") && d.devices[0].kind == DEVICE_REGISTERS);
	CHECK(d.devices[0].start == 0xd0000000 && d.devices[0].end == 0xd0000100);
	CHECK(d.devices[1].kind == DEVICE_COPY && !strcmp(d.devices[1].file, "dir/a file.bin"));
	CHECK(d.devices[2].kind == DEVICE_FILE && !strcmp(d.devices[2].file, "/tmp/x"));
	CHECK(d.devices[3].kind == DEVICE_MEMORY && !*d.devices[3].file);
	CHECK(d.devices[3].end == 0xe0001235 && d.devices[3].line == 6);
	CHECK(d.nr_ranges == 1);

	CHECK(parse("device uart 0xd0000000-0xd00000ff registers\n"));	/* no memory */
	CHECK(parse(RAM "devices uart 0xd0000000-0xd00000ff registers\n"));
	CHECK(!parse(RAM "device low 0x1000-0x1fff memory\n"));

	/* As an option has it: the file is where it says. */
	CHECK(!machine_device_parse(&d, "rom,0xd0000000-0xd0000fff,copy,a,b c", err, sizeof(err)));
	CHECK(!machine_device_check(&d, d.nr_devices - 1, err, sizeof(err)));
	CHECK(!strcmp(d.devices[d.nr_devices - 1].file, "a,b c"));
	CHECK(refused("rom,0xd0001000-0xd0001fff,memory", "there is a device 'rom' already"));
	d.nr_devices--;
	CHECK(refused("a,0x100000-0x1fffff,memory", "overlaps memory"));
	d.nr_devices--;
	CHECK(refused("a,0xd0000000-0xd00000ff,registers", "overlaps device 'rom'"));
	d.nr_devices--;
	CHECK(refused("a,0x1ffffffff0000000-0x1ffffffff0000fff,memory", "address bits"));
	d.nr_devices--;
	CHECK(refused("a,0xfffffffffffff000-0xffffffffffffffff,memory", "address bits reach"));
	CHECK(refused("a,0x-0xfff,memory", "not a range"));
	CHECK(refused("a,0x0-0x,memory", "not a range"));
	CHECK(refused("a,,0xd0010000-0xd0010fff,memory", "'' is not a range"));
	CHECK(refused("a,0xd0010000-0xd0010fff,,memory", "it lacks a kind"));
	CHECK(refused("a,0xd0010000-0xd0010fff,memory,", "more than 'memory' needs"));
	CHECK(refused("a,0xd0010000-0xd0010fff,copy,", "needs the name of a file"));
	CHECK(refused("a,0x0-0x-1,memory", "not a range"));
	CHECK(refused("a,0xd0010000-0xd0030000,registers", "registers are 0x100 to 0x10000 bytes"));
	snprintf(text, sizeof(text), "a,0xd0010000-0xd0010fff,copy,%0256d", 1);
	CHECK(refused(text, "more than 255 characters"));
	snprintf(text, sizeof(text), "%032d,0xd0010000-0xd0010fff,memory", 1);
	CHECK(refused(text, "no name; use up to 31"));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(text, sizeof(text), "%s,0xd0010000-0xd0010fff,memory", names[i]);
		CHECK(refused(text, "no"));
	}
	while (d.nr_devices < MACHINE_MAX_DEVICES) {
		snprintf(text, sizeof(text), "n%u,0xd1%03x000-0xd1%03xfff,memory", d.nr_devices,
			 d.nr_devices, d.nr_devices);
		if (machine_device_parse(&d, text, err, sizeof(err)) ||
		    machine_device_check(&d, d.nr_devices - 1, err, sizeof(err)))
			break;
	}
	CHECK(d.nr_devices == MACHINE_MAX_DEVICES);
	CHECK(refused("z,0xd0010000-0xd0010fff,memory", "too many devices; 32 at most"));
}

static void sizes(void)
{
	uint64_t v;

	CHECK(!option_size("512", &v) && v == 512);
	CHECK(!option_size("4K", &v) && v == 4096);
	CHECK(!option_size("16m", &v) && v == 16 << 20);
	CHECK(!option_size("1T", &v) && v == 1ull << 40);
	CHECK(!option_size("0x10G", &v) && v == 16ull << 30);
	CHECK(option_size("12Q", &v) && option_size("", &v) && option_size("G", &v));
	CHECK(option_size("-1G", &v) && option_size("1.5G", &v) && option_size("1GB", &v));
	CHECK(option_size("99999999T", &v) && option_size("99999999999999999999", &v));
	CHECK(!option_duration("300ms", &v) && v == 300);
	CHECK(!option_duration("2s", &v) && v == 2000);
	CHECK(!option_duration("0s", &v) && v == 0);
	CHECK(option_duration("2", &v) && option_duration("s", &v) && option_duration("2h", &v));
	CHECK(option_duration("-2s", &v) && option_duration("9999999s", &v));
}

static void errnos(void)
{
	int v;

	CHECK(!option_errno("0", &v) && v == 0);
	CHECK(!option_errno("-12", &v) && v == -12);
	CHECK(!option_errno("1", &v) && v == 1);
	CHECK(!option_errno("-EAGAIN", &v) && v == -11);
	CHECK(!option_errno("ENOMEM", &v) && v == -12);
	CHECK(!option_errno("-EWOULDBLOCK", &v) && v == -11);
	CHECK(!option_errno("-EPROBE_DEFER", &v) && v == -517);
	CHECK(option_errno("-EWHAT", &v) && option_errno("", &v) && option_errno("-", &v));
	CHECK(option_errno("12x", &v) && option_errno("99999999999", &v));
}

static struct quarry_options o;
static char *args[32];
static int first, nr_args;

/* Parses a line whose words are separated by one blank. */
static int options(const char *line)
{
	static const char *const commands[] = { "run", "proc", "shell", "test", "validate", "compare", NULL };
	static char copy[512];
	char *s = copy, *word;

	options_free(&o);
	snprintf(copy, sizeof(copy), "quarry%s%s", *line ? " " : "", line);
	for (nr_args = 0; (word = strsep(&s, " "));)
		args[nr_args++] = word;
	args[nr_args] = NULL;
	*err = '\0';
	return options_parse(&o, nr_args, args, &first, commands, err, sizeof(err));
}

static void command_line(void)
{
	CHECK(!options("") && !o.command && first == nr_args);
	CHECK(!options("run a.c"));
	CHECK(!strcmp(o.command, "run") && nr_args - first == 1 && !strcmp(args[first], "a.c"));
	CHECK(!options("--mem 1G run a.c --cpus=3 x=1 -m tiny-16m b.c -v"));
	CHECK(o.mem == 1ull << 30 && o.cpus == 3 && !strcmp(o.machine, "tiny-16m") && o.verbose);
	CHECK(nr_args - first == 3 && !strcmp(args[first], "a.c") && !strcmp(args[first + 1], "x=1") &&
	      !strcmp(args[first + 2], "b.c") && !args[first + 3]);
	CHECK(!options("run -Iinc -I inc2 -DX=1 --expect-init -EAGAIN --for 2s --proc a,/proc/b c.c"));
	CHECK(o.cflags.count == 3 && !strcmp(o.cflags.item[0], "-Iinc") &&
	      !strcmp(o.cflags.item[1], "-Iinc2") && !strcmp(o.cflags.item[2], "-DX=1"));
	CHECK(o.expect_init_given && o.expect_init == -11 && o.for_given && o.for_ms == 2000);
	CHECK(o.proc.count == 2 && !strcmp(o.proc.item[1], "b"));
	CHECK(!options("run -- --mem") && !strcmp(args[first], "--mem"));
	CHECK(!options("run -") && !strcmp(args[first], "-"));
	CHECK(!options("test --list --no-fork --seed 0x2a buddy"));
	CHECK(o.list && o.no_fork && o.seeded && o.seed == 42);
	CHECK(!options("test --page-table 5") && o.page_table == 5 && !o.no_page_table);
	CHECK(!options("test --page-table=off --page-table=3") && o.page_table == 3 && !o.no_page_table);
	CHECK(!options("test --page-table=off") && !o.page_table && o.no_page_table);
	CHECK(!options("run --era 2.6 x") && o.era_26);
	CHECK(!options("run --era 6.1 --slab slub x") && !o.era_26 && !strcmp(o.slab, "slub"));
	CHECK(!options("shell --slab=slob") && !strcmp(o.slab, "slob"));
	CHECK(!options("run x") && !o.slab);
	CHECK(!options("run --slab all -m tiny-16m x y=1") && !strcmp(o.command, "compare") && !o.slab);
	CHECK(!options("compare --insns x") && o.insns && !o.figures);
	CHECK(!options("run --figures /f --count-requests x") && !strcmp(o.figures, "/f") &&
	      o.count_requests);
	CHECK(!options("-hV") && o.help && o.version);
}

static void command_line_errors(void)
{
	static const char *const bad[][2] = {
		{ "proc --mem 12Q", "--mem: '12Q' is not a size; use a number with K, M, G or T" },
		{ "proc --mem=0", "--mem: '0' is not a size" },
		{ "proc --cpus 0", "--cpus: '0' is not a number from 1 to 256" },
		{ "proc --cpus 257", "--cpus: '257' is not a number from 1 to 256" },
		{ "proc --cpus 3x", "--cpus: '3x' is not" },
		{ "proc --nodes -1", "--nodes: '-1' is not a number from 1 to 64" },
		{ "proc --seed x", "--seed: 'x' is not a number" },
		{ "proc --slab foo", "--slab: 'foo' is none of slub, slab, slob" },
		{ "proc --slab all x", "--slab: 'all' is for 'quarry run'" },
		{ "compare --slab=slub x", "--slab is not for 'quarry compare'" },
		{ "run --slab=all --strict x", "--strict is not for 'quarry compare'" },
		{ "run --insns x", "--insns is not for 'quarry run'" },
		{ "proc --slab", "--slab needs a value: slub|slab|slob" },
		{ "run --era 5 x", "--era: '5' is not an era; there are 2.6 and 6.1" },
		{ "run --for 2 x", "--for: '2' is not a duration; use a number with ms or s" },
		{ "run --expect-init EFOO x", "--expect-init: 'EFOO' is neither a number" },
		{ "run --proc a,,b x", "--proc: 'a,,b' has an empty name; use a,b" },
		{ "run --color maybe x", "--color: 'maybe' is none of auto, always, never" },
		{ "run -I", "-I needs a value: DIR" },
		{ "run --mem", "--mem needs a value: SIZE" },
		{ "run --keep=yes", "--keep takes no value" },
		{ "run --mam 1G", "unknown option '--mam'; did you mean '--mem'?" },
		{ "run --frobnicate", "unknown option '--frobnicate'; see quarry --help" },
		{ "run -x", "unknown option '-x'" },
		{ "proc --for 2s x", "--for is not for 'quarry proc'" },
		{ "test -DX", "-D is not for 'quarry test'" },
		{ "run --list", "--list is not for 'quarry run'" },
		{ "rum a.c", "unknown command 'rum'; did you mean 'run'?" },
		{ "tset", "unknown command 'tset'; did you mean 'test'?" },
		{ "help", "unknown command 'help'; see quarry --help" },
		{ "run --verb", "unknown option '--verb'; did you mean '--verbose'?" },
		{ "frobnicate", "unknown command 'frobnicate'; see quarry --help" },
		{ "run -q -v x", "--quiet and --verbose contradict each other" },
		{ "run --machine= x", "--machine: the name is empty" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK(options(bad[i][0]) == -1);
		if (strncmp(err, bad[i][1], strlen(bad[i][1]))) {
			printf("# %s\n# expected: %s\n#      got: %s\n", bad[i][0], bad[i][1], err);
			faults++;
		}
	}
}

int main(void)
{
	puts("1..15");
	run("BIOS-e820 lines, every kind", e820);
	run("what logs put before a line", prefixes);
	run("BIOS-e820 lines of old kernels", old_form);
	run("/proc/iomem lines", iomem);
	run("nodes, from SRAT lines or split", nodes);
	run("settings", settings);
	run("errors name file and line", errors);
	run("memory maps of real machines, and bad ones", real_maps);
	run("presets and changes of them", presets);
	run("presets: what cannot be", preset_errors);
	run("devices", devices);
	run("sizes and durations", sizes);
	run("errnos", errnos);
	run("command lines", command_line);
	run("command lines: errors", command_line_errors);
	options_free(&o);
	return failed != 0;
}
