// SPDX-License-Identifier: MIT
/*
 * Boot and shutdown: the order in which the parts come up (mm/internal.h lists
 * it) and go down.
 *
 * I1  quarry_boot() either succeeds or leaves nothing behind that a next
 *     quarry_boot() could stumble over.
 * I2  What the embedder passed in may go away after quarry_boot(): the machine
 *     and its arrays are copied here.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/stackdepot.h>
#include <linux/string.h>
#include <linux/version.h>

#include "mm/internal.h"
#include "mm/kmemleak.h"
#include "mm/lane.h"
#include "mm/reclaim.h"
#include "mm/stack.h"
#include "mm/trace.h"

#define CMDLINE_SIZE	2048

struct quarry_machine machine;

static struct quarry_range ranges[QUARRY_MAX_RANGES];
static unsigned int cpu_node[QUARRY_MAX_CPUS];
static unsigned char distance[QUARRY_MAX_NODES * QUARRY_MAX_NODES];
static char cmdline[CMDLINE_SIZE];
static struct quarry_thread embedder_thread;
static bool booted;

unsigned long page_offset_base, vmalloc_base, vmalloc_end, vmemmap_base;
EXPORT_SYMBOL(page_offset_base);
EXPORT_SYMBOL(vmalloc_base);
EXPORT_SYMBOL(vmalloc_end);
EXPORT_SYMBOL(vmemmap_base);

/** boot_command_line - the kernel parameters, for /proc/cmdline */
const char *boot_command_line(void)
{
	return cmdline;
}

static int refuse(const char *what)
{
	pr_err("quarry_boot: %s\n", what);
	return -EINVAL;
}

static void copy_cpu_nodes(const struct quarry_machine *m)
{
	unsigned int cpu;

	for (cpu = 0; cpu < m->nr_cpus; cpu++)
		cpu_node[cpu] = m->cpu_node ? m->cpu_node[cpu] : cpu * m->nr_nodes / m->nr_cpus;
	machine.cpu_node = cpu_node;
}

static void copy_distances(const struct quarry_machine *m)
{
	unsigned int i, j, n = m->nr_nodes;

	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++)
			distance[i * n + j] = m->distance ? m->distance[i * n + j]
							  : (i == j ? 10 : 20);
	machine.distance = distance;
}

static int copy_machine(const struct quarry_machine *m)
{
	unsigned int i;

	if (m->size != sizeof(*m))
		return refuse("struct quarry_machine has another size than ours");
	if (!m->nr_cpus || m->nr_cpus > QUARRY_MAX_CPUS)
		return refuse("the number of CPUs is out of range");
	if (!m->nr_nodes || m->nr_nodes > QUARRY_MAX_NODES)
		return refuse("the number of nodes is out of range");
	if (m->nr_ranges > QUARRY_MAX_RANGES)
		return refuse("the memory map has too many ranges");
	for (i = 0; i < m->nr_ranges; i++)
		if (m->ranges[i].node >= m->nr_nodes)
			return refuse("a memory range is on a node that does not exist");
	for (i = 0; m->cpu_node && i < m->nr_cpus; i++)
		if (m->cpu_node[i] >= m->nr_nodes)
			return refuse("a CPU is on a node that does not exist");

	machine = *m;
	memcpy(ranges, m->ranges, m->nr_ranges * sizeof(*ranges));
	machine.ranges = ranges;
	copy_cpu_nodes(m);
	copy_distances(m);
	if (strscpy(cmdline, m->cmdline ? m->cmdline : "", sizeof(cmdline)) < 0)
		pr_warn("Kernel command line cut to %d characters\n", CMDLINE_SIZE - 1);
	machine.cmdline = cmdline;

	page_offset_base = machine.direct_map;
	vmalloc_base = machine.vmalloc;
	vmalloc_end = machine.vmalloc + machine.vmalloc_size;
	return 0;
}

static void adopt_boot_thread(void)
{
	struct quarry_thread *t = machine.boot_thread;

	if (!t)
		t = machine.boot_thread = &embedder_thread;
	t->context = &init_task;
	t->cpus_allowed = cpumask_bits(&init_task.cpus_usable);
	init_task.boot_thread = t;
}

static void say_hello(void)
{
	pr_notice("Quarry, the memory manager of Linux %d.%d in a library (%s, %u CPU%s, %u node%s)\n",
		  LINUX_VERSION_MAJOR, LINUX_VERSION_PATCHLEVEL,
		  machine.name ? machine.name : "unnamed machine", machine.nr_cpus,
		  machine.nr_cpus == 1 ? "" : "s", machine.nr_nodes,
		  machine.nr_nodes == 1 ? "" : "s");
	pr_notice("Command line: %s\n", cmdline);
}

/* Page frames: from the map of physical memory to alloc_pages(). */
static int boot_pages(void)
{
	int err = memory_map_init();

	if (err)
		return err;
	memblock_init();
	err = numa_init();
	if (!err)
		err = zones_init();
	if (!err)
		err = setup_per_cpu_areas();
	if (!err)
		err = mem_map_init();
	if (!err) {
		stack_depot_early_init();
		page_owner_init();
		page_poison_init();
		page_hooks_init();
		fail_page_alloc_init();
		failslab_init();
		trace_init();
		setup_parse(cmdline, SETUP_LATE);
		memblock_hand_over();
		err = pcp_init();
	}
	return err;
}

static int boot_objects(void)
{
	int err;

	lane_init();
	err = slab_init();
	if (!err)
		err = percpu_init_late();
	if (!err)
		err = vmalloc_init();
	if (!err)
		err = kmap_init();
	if (!err)
		err = stacks_init();
	return err;
}

int quarry_boot(const struct quarry_machine *m)
{
	int err;

	if (booted)
		return -EBUSY;
	memset(__per_cpu_offset, 0, sizeof(__per_cpu_offset));
#ifdef QUARRY_PORT_PERCPU_CHANGED
	QUARRY_PORT_PERCPU_CHANGED();
#endif
	context_init();
	report_init();
	printk_init();
	err = copy_machine(m);
	if (err)
		return err;
	adopt_boot_thread();
	cpumask_init(machine.nr_cpus);
	random_init();
	setup_parse(cmdline, SETUP_EARLY);
	say_hello();
	err = boot_pages();
	if (!err)
		err = boot_objects();
	if (err) {
		quarry_shutdown();
		return err;
	}
	booted = true;
	return 0;
}

void quarry_shutdown(void)
{
	printk_flush();
	booted = false;
	trace_shutdown();
	kmemleak_shutdown();
	stacks_shutdown();
	kmap_shutdown();
	vmalloc_shutdown();
	slab_shutdown();
	mempool_reset();
	pcp_shutdown();
	percpu_shutdown();
	mem_map_shutdown();
	memset(&machine, 0, sizeof(machine));
}

unsigned int quarry_validate(void)
{
	return buddy_validate() + highatomic_validate() + pcp_validate() + slab_validate() +
	       vmalloc_validate() + percpu_validate() + kmap_validate() + kmap_local_validate() +
	       stack_depot_validate() + page_poison_validate() + resource_validate();
}
