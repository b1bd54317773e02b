/* SPDX-License-Identifier: MIT */
/*
 * Lanes: a CPU has two copies of what a fast path touches, one for threads and one for
 * interrupts. An interrupt then cannot get between two instructions of a fast path, and
 * that needs neither interrupts off nor an atomic instruction. Two words of the running
 * code say which copy is its own:
 *
 *	lane_here()	address of this CPU's anchor, in this lane
 *	lane_home()	the same, LANE_SPAN further for each node below this CPU's own
 *
 * Something that has a copy per CPU, node and lane is a per-CPU area of lane_bytes(),
 * known by its distance from the anchor: lane_key(). The copy for memory of node n is at
 * lane_here() + key + n * LANE_SPAN; that for the CPU's own node, at lane_home() + key.
 * So a key with the node's share in it is all that a free needs to find its place, and
 * key 0 leads to the anchor itself: the copy of something that is not there.
 *
 *  L1	The words are those of the CPU that runs, and of its context: set by
 *	quarry_thread_in() and quarry_interrupt(), nobody else.
 *  L2	A copy is touched by its lane's code on its CPU, or by that CPU with interrupts
 *	off; whoever comes as an interrupt asks whether the owner is busy with it.
 *
 * A port without words of its own gets per-CPU ones, and LANES_APART is 0: it may run
 * code in an interrupt without saying so, so that fast paths have to look.
 */
#ifndef MM_LANE_H
#define MM_LANE_H

#include <linux/percpu-defs.h>

#define LANE_BYTES	32ul			/* of one copy, at most */
#define LANE_SPAN	(2 * LANE_BYTES)	/* both lanes' */

struct quarry_lane {
	unsigned long here, home;
};

/* Keys: C fixed at boot; without words of the port: P this CPU, changed by interrupts */
DECLARE_PER_CPU(struct quarry_lane, quarry_lane);
DECLARE_PER_CPU(unsigned char[LANE_SPAN], quarry_lane_anchor);

#ifdef QUARRY_PORT_LANE
#define LANES_APART	1
#define lane_here()	QUARRY_PORT_LANE()
#define lane_home()	QUARRY_PORT_HOME()
#define lane_set(lane)	QUARRY_PORT_LANE_SET((lane).here, (lane).home)
#else
#define LANES_APART	0
#define lane_here()	(raw_cpu_ptr(&quarry_lane)->here)
#define lane_home()	(raw_cpu_ptr(&quarry_lane)->home)
#define lane_set(lane)	((void)(*raw_cpu_ptr(&quarry_lane) = (lane)))
#endif

/** lane_init - the per-CPU areas and the CPUs' nodes are known. Context: boot. */
void lane_init(void);
/** lane_enter_thread - the caller has just got this CPU. Interrupts off. */
void lane_enter_thread(void);
/** lane_enter_interrupt - an interrupt begins. Return: what lane_set() gets at its end. */
struct quarry_lane lane_enter_interrupt(void);

/** lane_bytes - size of the per-CPU area of something that has lanes */
unsigned long lane_bytes(void);
/** lane_key - how its copies are found; @node: of the memory that it is for */
static inline unsigned long lane_key(const void __percpu *area, unsigned int node)
{
	return (unsigned long)area - (unsigned long)&quarry_lane_anchor + node * LANE_SPAN;
}

/** lane_copy - a CPU's copy for memory of a node. Context: as L2 says. */
static inline void *lane_copy(const void __percpu *area, unsigned int cpu, unsigned int node,
			      unsigned int interrupt)
{
	return (char *)per_cpu_ptr(area, cpu) + node * LANE_SPAN + interrupt * LANE_BYTES;
}

#endif
