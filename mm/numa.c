// SPDX-License-Identifier: MIT
/*
 * Nodes by kernel parameter: numa=off makes the machine one node, numa=fake=N
 * makes it N nodes, numa=fake=512M nodes of so much each. So that code for NUMA
 * machines can be tried on any.
 *
 * N1  Fake nodes have the same share of memory each, in address order; they meet
 *     at multiples of the largest buddy block. What a division leaves is the last
 *     one's.
 * N2  A fake node's home is the machine's node that its middle is on. Two fake nodes
 *     are as far apart as their homes, so 10 if they share one.
 * N3  The CPUs of a node are spread evenly over the fake nodes at home there. If
 *     there are none they go to the one that the node's memory begins in, and those
 *     of a node without memory to the fake nodes that are nearest.
 * N4  What cannot be obeyed is refused in one line, and the machine's own nodes stay.
 *
 * Locking: none; boot. Afterwards all of it is in `machine` and memblock.
 *
 * Neighbours: memblock.c has the memory, zones.c makes nodes of it.
 */
#define pr_fmt(fmt) "NUMA: " fmt

#include <linux/align.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/memblock.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/topology.h>

#include "mm/internal.h"

#define BLOCK		((u64)MAX_ORDER_NR_PAGES << PAGE_SHIFT)	/* bytes */
#define MAX_FAKE	min(QUARRY_MAX_NODES, 1 << NODES_WIDTH)

/* What the command line says. */
static bool off;
static u64 fake_count, fake_size;	/* nodes; or bytes of each */

static unsigned int home[QUARRY_MAX_NODES];
static unsigned int cpu_node[QUARRY_MAX_CPUS];
static unsigned char distance[QUARRY_MAX_NODES * QUARRY_MAX_NODES];

void numa_reset(void)
{
	off = false;
	fake_count = fake_size = 0;
}

static int fake_setup(char *val)
{
	char *end;
	u64 n = memparse(val, &end);

	if (!n || *end)
		return -EINVAL;
	/* A number that ends in a digit is one of nodes. */
	fake_count = end[-1] <= '9' ? n : 0;
	fake_size = fake_count ? 0 : n;
	off = false;
	return 0;
}

static int numa_setup(char *val)
{
	if (val && !strncmp(val, "fake=", 5) && !fake_setup(val + 5))
		return 0;
	if (!val || strcmp(val, "off")) {
		pr_err("numa= takes off, fake=NODES, or fake=SIZE with K, M or G\n");
		return -EINVAL;
	}
	off = true;
	fake_count = fake_size = 0;
	return 0;
}
early_param("numa", numa_setup);

static void one_node(void)
{
	unsigned int cpu;

	pr_info("turned off: %u nodes become one\n", machine.nr_nodes);
	memblock_set_node(0, PHYS_ADDR_MAX, &memblock.memory, 0);
	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		cpu_node[cpu] = 0;
	distance[0] = LOCAL_DISTANCE;
	machine.nr_nodes = 1;
	machine.cpu_node = cpu_node;
	machine.distance = distance;
}

/* The address below which there are @want bytes of memory, rounded to a block (N1). */
static u64 address_of(u64 want)
{
	const struct memblock_region *r;
	u64 end = 0;

	for_each_mem_region(r) {
		end = r->base + r->size;
		if (want <= r->size)
			return ALIGN_DOWN(r->base + want + BLOCK / 2, BLOCK);
		want -= r->size;
	}
	return end;
}

/* The machine's node that an address is on, or the next one above it. */
static unsigned int node_at(u64 addr)
{
	const struct memblock_region *r;
	unsigned int node = 0;

	for_each_mem_region(r) {
		node = (unsigned int)r->nid;
		if (addr < r->base + r->size)
			break;
	}
	return node;
}

/* The fake node that a node's memory begins in; false: it has no memory. */
static bool begins_in(unsigned int node, const u64 *bound, unsigned int *fake)
{
	const struct memblock_region *r;

	for_each_mem_region(r) {
		if (r->nid != (int)node)
			continue;
		for (*fake = 0; r->base >= bound[*fake + 1]; ++*fake)
			;
		return true;
	}
	return false;
}

/* N3: the fake nodes for the CPUs of a node; returns how many. */
static unsigned int fakes_for(unsigned int node, const u64 *bound, unsigned int n,
			      unsigned int *list)
{
	int best = 256;
	unsigned int k, found = 0;

	for (k = 0; k < n; k++)
		if (home[k] == node)
			list[found++] = k;
	if (found || begins_in(node, bound, list))
		return max(found, 1u);
	for (k = 0; k < n; k++) {
		int d = __node_distance((int)node, (int)home[k]);

		if (d < best)
			found = 0;
		if (d <= best)
			list[found++] = k;
		best = min(best, d);
	}
	return found;
}

static void spread_cpus(const u64 *bound, unsigned int n)
{
	unsigned int list[QUARRY_MAX_NODES], node, cpu;

	for (node = 0; node < machine.nr_nodes; node++) {
		unsigned int found = fakes_for(node, bound, n, list), cpus = 0, i = 0;

		for (cpu = 0; cpu < machine.nr_cpus; cpu++)
			cpus += machine.cpu_node[cpu] == node;
		for (cpu = 0; cpu < machine.nr_cpus; cpu++)
			if (machine.cpu_node[cpu] == node)
				cpu_node[cpu] = list[i++ * found / cpus];
	}
}

static int fake_nodes(unsigned int n, u64 share)
{
	u64 bound[QUARRY_MAX_NODES + 1];
	unsigned int i, k;
	int err;

	for (k = 1; k < n; k++)
		bound[k] = address_of(k * share);
	bound[0] = 0;
	bound[n] = PHYS_ADDR_MAX;
	for (k = 0; k < n; k++)
		home[k] = node_at(address_of(k * share + share / 2));
	spread_cpus(bound, n);
	for (i = 0; i < n; i++)
		for (k = 0; k < n; k++)
			distance[i * n + k] =
				(unsigned char)__node_distance((int)home[i], (int)home[k]);
	for (k = 0; k < n; k++) {
		err = memblock_set_node(bound[k], bound[k + 1] - bound[k], &memblock.memory,
					(int)k);
		if (err)
			return err;
	}
	machine.nr_nodes = n;
	machine.cpu_node = cpu_node;
	machine.distance = distance;
	pr_info("%u fake nodes of %lluK each\n", n, (unsigned long long)share >> 10);
	return 0;
}

/**
 * numa_init - obey numa=off and numa=fake=: machine's nodes may be others afterwards
 * Context: boot, after memblock_init(). Return: 0, -ENOMEM.
 */
int numa_init(void)
{
	u64 ram = memblock_phys_mem_size(), n = fake_count, size = fake_size;

	if (off)
		one_node();
	if (!n && !size)
		return 0;
	if (size)
		n = max_t(u64, div64_u64(ram, size), 1);
	else
		size = div64_u64(ram, n);
	if (n <= MAX_FAKE && size >= BLOCK)
		return fake_nodes((unsigned int)n, size);
	if (n > MAX_FAKE)
		pr_err("fake: no %llu nodes: there can be %d at most\n",
		       (unsigned long long)n, MAX_FAKE);
	else
		pr_err("fake: no nodes of %lluK: one has %lluK at least\n",
		       (unsigned long long)size >> 10, (unsigned long long)BLOCK >> 10);
	return 0;
}
