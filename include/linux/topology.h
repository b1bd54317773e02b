/* SPDX-License-Identifier: MIT */
/* Which CPU is on which node, and how far the nodes are apart. */
#ifndef _LINUX_TOPOLOGY_H
#define _LINUX_TOPOLOGY_H

#include <linux/cpumask.h>
#include <linux/mmzone.h>
#include <linux/preempt.h>

#ifndef NUMA_NO_NODE
#define NUMA_NO_NODE		(-1)
#endif
#define LOCAL_DISTANCE		10
#define REMOTE_DISTANCE		20

/* Keys: C fixed at boot */
extern int cpu_node_map[QUARRY_MAX_CPUS];	/* C */

#define cpu_to_node(cpu)	(cpu_node_map[cpu])
#define cpu_to_mem(cpu)		numa_mem_of_cpu(cpu)
#define numa_node_id()		cpu_to_node(raw_cpu_read(quarry_cpu_hot.cpu))
#define numa_mem_id()		cpu_to_mem(raw_cpu_read(quarry_cpu_hot.cpu))

/** numa_mem_of_cpu - the nearest node with directly mapped memory to this CPU */
int numa_mem_of_cpu(int cpu);
/** __node_distance - as the machine says; 10 is the node itself */
int __node_distance(int from, int to);
#define node_distance(a, b)	__node_distance(a, b)
const struct cpumask *cpumask_of_node(int node);
#define nr_cpus_node(node)	cpumask_weight(cpumask_of_node(node))

#endif
