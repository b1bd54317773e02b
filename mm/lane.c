// SPDX-License-Identifier: MIT
/*
 * The words that lead a CPU to its lanes: mm/lane.h has the theory.
 *
 * quarry_lane has each CPU's words for threads. With a port that keeps words of its own
 * they are copied there; without, they are the words, and change for an interrupt.
 */
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/topology.h>

#include "mm/internal.h"
#include "mm/lane.h"

DEFINE_PER_CPU(struct quarry_lane, quarry_lane);
DEFINE_PER_CPU(unsigned char[LANE_SPAN], quarry_lane_anchor) __aligned(64);

unsigned long lane_bytes(void)
{
	return machine.nr_nodes * LANE_SPAN;
}

void lane_init(void)
{
	struct quarry_lane *lane;
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		lane = per_cpu_ptr(&quarry_lane, cpu);
		lane->here = (unsigned long)per_cpu_ptr(&quarry_lane_anchor, cpu);
		lane->home = lane->here + cpu_to_mem(cpu) * LANE_SPAN;
	}
	lane_enter_thread();
}

void lane_enter_thread(void)
{
	lane_set(*raw_cpu_ptr(&quarry_lane));
}

struct quarry_lane lane_enter_interrupt(void)
{
	struct quarry_lane old = { lane_here(), lane_home() };
	struct quarry_lane new = *raw_cpu_ptr(&quarry_lane);
	unsigned long threads = (unsigned long)raw_cpu_ptr(&quarry_lane_anchor);

	/* Not += : an interrupt may have called itself, and then has its lane already. */
	new.home += threads + LANE_BYTES - new.here;
	new.here = threads + LANE_BYTES;
	lane_set(new);
	return old;
}
