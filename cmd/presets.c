// SPDX-License-Identifier: MIT
/*
 * The built-in machines. Each is a layout (what firmware of its kind reports) and
 * the numbers that fill it; --mem, --cpus and --nodes change the numbers.
 *
 * P1  A layout's RAM adds up to the size that was asked for, less what firmware
 *     keeps below 1 MiB and at the end of low RAM.
 * P2  On x86-64 nothing is RAM from HOLE_START to 4 GiB, where devices are; what
 *     does not fit below is above 4 GiB. i386 has no PAE, so there it is lost.
 *     Each machine has one device there, for samples: DEMO.
 * P3  On numa-mixed no node's neighbours are in the order of their numbers. --nodes
 *     makes it an ordinary machine.
 */
#include "machine.h"

#include <stdio.h>
#include <string.h>

#define KIB(n)		((uint64_t)(n) << 10)
#define MIB(n)		((uint64_t)(n) << 20)
#define GIB(n)		((uint64_t)(n) << 30)

#define EBDA		0x9fc00ull	/* where the BIOS's data area begins */
#define HOLE_START	GIB(3)
#define I386_HOLE_START	(GIB(3) + MIB(512))
#define DEMO		0xfd000000ull	/* where the device is */
#define FIRMWARE	MIB(1)		/* at the end of low RAM */
#define LEAST_MEM	MIB(4)
#define BLOCK		MIB(4)		/* nodes meet at a multiple of the largest block */

static const struct preset {
	const char *name, *about;
	enum machine_arch arch;
	uint64_t mem;
	unsigned int cpus, nodes;
	bool mixed;
	const char *slab;
} presets[] = {
	{ "x86_64-8g", "8 GiB, 4 CPUs: a PC; the default", ARCH_X86_64, GIB(8), 4, 1 },
	{ "i386-4g", "3.5 of 4 GiB, 2 CPUs, 32 bits: high memory above 896 MiB",
	  ARCH_I386, GIB(4), 2, 1 },
	{ "numa-4x2g", "4 nodes of 2 GiB, 8 CPUs: a server", ARCH_X86_64, GIB(8), 8, 4 },
	{ "numa-mixed", "4 nodes, one of CPUs only, one of memory only, at different distances; 6 CPUs",
	  ARCH_X86_64, GIB(6), 6, 3, true },
	{ "tiny-16m", "16 MiB, 1 CPU, 32 bits: ZONE_DMA only", ARCH_I386, MIB(16), 1, 1,
	  .slab = "slob" },
};

#define NR_PRESETS (sizeof(presets) / sizeof(presets[0]))

const char *machine_preset_name(unsigned int i)
{
	return i < NR_PRESETS ? presets[i].name : NULL;
}

const char *machine_preset_about(unsigned int i)
{
	return i < NR_PRESETS ? presets[i].about : NULL;
}

const char *machine_preset_slab(const char *name)
{
	for (unsigned int i = 0; i < NR_PRESETS; i++)
		if (!strcmp(presets[i].name, name))
			return presets[i].slab;
	return NULL;
}

unsigned int machine_bits(const struct machine_desc *d)
{
	return d->arch == ARCH_I386 ? 32 : QUARRY_PHYS_BITS;
}

void machine_zones(struct machine_desc *d)
{
	d->dma_end = MIB(16);
	if (d->arch == ARCH_I386) {
		d->dma32_end = 0;
		d->lowmem_end = MIB(896);
		d->pkmap_slots = 1024;
	} else if (sizeof(long) == 8) {
		d->dma32_end = GIB(4);
		d->lowmem_end = UINT64_MAX;
		d->pkmap_slots = 0;
	} else {
		/* A 32-bit build runs what such a machine runs then: a PAE kernel. */
		d->dma32_end = 0;
		d->lowmem_end = MIB(896);
		d->pkmap_slots = 512;
	}
}

static void add(struct machine_desc *d, uint64_t start, uint64_t end, enum quarry_range_type type)
{
	if (start < end)
		d->ranges[d->nr_ranges++] = (struct quarry_range){ start, end, type, 0 };
}

/* P1, P2. */
static void lay_out(struct machine_desc *d, uint64_t mem)
{
	uint64_t hole = d->arch == ARCH_I386 ? I386_HOLE_START : HOLE_START;
	uint64_t low = mem < hole ? mem : hole;
	uint64_t firmware = mem >= MIB(64) ? FIRMWARE : 0;

	add(d, 0, EBDA, QUARRY_RAM);
	add(d, EBDA, KIB(640), QUARRY_RESERVED);
	add(d, KIB(960), MIB(1), QUARRY_RESERVED);
	add(d, MIB(1), low - firmware, QUARRY_RAM);
	add(d, low - firmware, low - firmware / 2, QUARRY_ACPI);
	add(d, low - firmware / 2, low - firmware / 4, QUARRY_NVS);
	add(d, low - firmware / 4, low, QUARRY_RESERVED);
	add(d, 0xfec00000ull, 0xfec01000ull, QUARRY_RESERVED);	/* I/O APIC */
	add(d, 0xfee00000ull, 0xfee01000ull, QUARRY_RESERVED);	/* local APICs */
	add(d, 0xfffc0000ull, GIB(4), QUARRY_RESERVED);		/* firmware */
	if (d->arch == ARCH_X86_64)
		add(d, GIB(4), GIB(4) + (mem - low), QUARRY_RAM);
}

static void add_demo(struct machine_desc *d)
{
	d->devices[d->nr_devices++] = (struct machine_device){
		.name = "demo", .start = DEMO, .end = DEMO + QUARRY_HOSTED_REGISTERS,
		.kind = DEVICE_REGISTERS,
	};
}

static uint64_t ram_size(const struct machine_desc *d)
{
	uint64_t ram = 0;

	for (unsigned int i = 0; i < d->nr_ranges; i++)
		if (d->ranges[i].type == QUARRY_RAM)
			ram += d->ranges[i].end - d->ranges[i].start;
	return ram;
}

bool machine_has_highmem(const struct machine_desc *d)
{
	for (unsigned int i = 0; i < d->nr_ranges; i++)
		if (d->ranges[i].type == QUARRY_RAM && d->ranges[i].end > d->lowmem_end)
			return true;
	return false;
}

static void sort_ranges(struct machine_desc *d)
{
	for (unsigned int i = 1; i < d->nr_ranges; i++) {
		struct quarry_range r = d->ranges[i];
		unsigned int j = i;

		for (; j && d->ranges[j - 1].start > r.start; j--)
			d->ranges[j] = d->ranges[j - 1];
		d->ranges[j] = r;
	}
}

/* The address below which there are @want bytes of RAM. The ranges are sorted. */
static uint64_t address_of(const struct machine_desc *d, uint64_t want)
{
	for (unsigned int i = 0; i < d->nr_ranges; i++) {
		const struct quarry_range *r = &d->ranges[i];

		if (r->type != QUARRY_RAM)
			continue;
		if (want <= r->end - r->start)
			return r->start + want;
		want -= r->end - r->start;
	}
	return UINT64_MAX;
}

int machine_split(struct machine_desc *d, unsigned int nodes)
{
	uint64_t share = ram_size(d) / nodes;
	unsigned int k = 1;

	d->nr_nodes = nodes;
	if (nodes > 1 && share < BLOCK)
		return -1;
	sort_ranges(d);
	/* Sorted: a range behind bound k belongs to node k or a later one. */
	for (unsigned int i = 0; i < d->nr_ranges; i++) {
		struct quarry_range *r = &d->ranges[i];

		for (; k < nodes; k++) {
			uint64_t bound = (address_of(d, k * share) + BLOCK / 2) / BLOCK * BLOCK;

			if (r->start >= bound)
				continue;
			if (r->end <= bound)
				break;
			if (d->nr_ranges == QUARRY_MAX_RANGES)
				return -1;
			memmove(r + 1, r, (d->nr_ranges++ - i) * sizeof(*r));
			r[0].end = r[1].start = bound;
			break;
		}
		r->node = k - 1;
	}
	return 0;
}

/* P3: three nodes with memory become 0, 1 and 3; the CPUs are on 0, 1 and 2. */
static void mix(struct machine_desc *d)
{
	static const unsigned char distance[] = {
		10, 21, 22, 17,
		21, 10, 12, 28,
		22, 12, 10, 31,
		17, 28, 31, 10,
	};

	for (unsigned int i = 0; i < d->nr_ranges; i++)
		if (d->ranges[i].node == 2)
			d->ranges[i].node = 3;
	for (unsigned int i = 0; i < d->nr_cpus; i++)
		d->cpu_node[i] = i * 3 / d->nr_cpus;
	d->has_cpu_node = true;
	d->nr_nodes = 4;
	memcpy(d->distance, distance, sizeof(distance));
	d->has_distance = true;
}

static int complain(char *err, size_t errlen, const char *what)
{
	snprintf(err, errlen, "%s", what);
	return -1;
}

static int check_mem(const struct machine_desc *d, uint64_t mem, char *err, size_t errlen)
{
	unsigned int bits = machine_bits(d);
	uint64_t most = (1ull << bits) - (d->arch == ARCH_I386 ? 0 : GIB(4) - HOLE_START);

	if (mem < LEAST_MEM)
		return complain(err, errlen, "--mem: a machine has 4M at least");
	if (mem <= most)
		return 0;
	snprintf(err, errlen, "--mem: %s has addresses of %u bits, which is %lluG at most",
		 d->name, bits, (unsigned long long)(most >> 30));
	return -1;
}

int machine_preset(struct machine_desc *d, const char *name, const struct machine_changes *c,
		   char *err, size_t errlen)
{
	const struct preset *p = presets;
	unsigned int nodes;

	if (errlen)
		*err = '\0';
	while (p < presets + NR_PRESETS && strcmp(p->name, name))
		p++;
	if (p == presets + NR_PRESETS)
		return -1;
	memset(d, 0, sizeof(*d));
	snprintf(d->name, sizeof(d->name), "%s", p->name);
	d->arch = p->arch;
	d->nr_cpus = c->cpus ? c->cpus : p->cpus;
	nodes = c->nodes ? c->nodes : p->nodes;
	machine_zones(d);
	if (c->mem && check_mem(d, c->mem, err, errlen))
		return -1;
	lay_out(d, (c->mem ? c->mem : p->mem) & ~(uint64_t)(QUARRY_PAGE_SIZE - 1));
	add_demo(d);
	if (!machine_split(d, nodes)) {
		if (p->mixed && !c->nodes)
			mix(d);
		return 0;
	}
	snprintf(err, errlen, "%s: %u nodes need at least %uM of memory", c->mem ? "--mem" : "--nodes",
		 nodes, nodes * 4 + 4);
	return -1;
}
