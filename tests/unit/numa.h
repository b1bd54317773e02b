/* SPDX-License-Identifier: MIT */
/* What suites on machines with several nodes share. */
#ifndef TESTS_UNIT_NUMA_H
#define TESTS_UNIT_NUMA_H

#include <kunit/test.h>
#include <linux/mmzone.h>

/* On a 32-bit build, the far nodes of a NUMA machine have high memory only. */
#define skip_without_low_memory(test)					\
	do {								\
		struct pglist_data *__pgdat;				\
									\
		for_each_online_pgdat(__pgdat)				\
			if (__pgdat->node_start_pfn >= max_low_pfn)	\
				kunit_skip(test, "node %d has high memory only", \
					   __pgdat->node_id);		\
	} while (0)

#endif
