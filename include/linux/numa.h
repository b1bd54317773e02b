/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_NUMA_H
#define _LINUX_NUMA_H

#include <quarry/config.h>

#define NODES_SHIFT	CONFIG_NODES_SHIFT
#define MAX_NUMNODES	QUARRY_MAX_NODES
#define NUMA_NO_NODE	(-1)

#endif
