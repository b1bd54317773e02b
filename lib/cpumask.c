// SPDX-License-Identifier: MIT
/*
 * Which CPUs the machine has. All of them are present, online and active: a CPU is
 * a token, and there is nothing to bring up. Also the sets of nodes, which
 * mm/zones.c fills.
 */
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/nodemask.h>

unsigned int nr_cpu_ids = 1;
EXPORT_SYMBOL(nr_cpu_ids);
struct cpumask __cpu_possible_mask, __cpu_present_mask;
struct cpumask __cpu_online_mask, __cpu_active_mask;
EXPORT_SYMBOL(__cpu_possible_mask);
EXPORT_SYMBOL(__cpu_present_mask);
EXPORT_SYMBOL(__cpu_online_mask);
EXPORT_SYMBOL(__cpu_active_mask);

const DECLARE_BITMAP(cpu_all_bits, QUARRY_MAX_CPUS) = {
	[0 ... BITS_TO_LONGS(QUARRY_MAX_CPUS) - 1] = ~0UL
};
EXPORT_SYMBOL(cpu_all_bits);

const DECLARE_BITMAP(cpu_no_bits, QUARRY_MAX_CPUS);
EXPORT_SYMBOL(cpu_no_bits);

#define ROW(b)	[b] = { [BITS_TO_LONGS(QUARRY_MAX_CPUS) - 1] = 1UL << (b) }
#define ROWS(b)	ROW(b), ROW(b + 1), ROW(b + 2), ROW(b + 3), \
		ROW(b + 4), ROW(b + 5), ROW(b + 6), ROW(b + 7)
const unsigned long cpu_bit_rows[BITS_PER_LONG][__CPU_BIT_ROW] = {
	ROWS(0), ROWS(8), ROWS(16), ROWS(24),
#if BITS_PER_LONG > 32
	ROWS(32), ROWS(40), ROWS(48), ROWS(56),
#endif
};
EXPORT_SYMBOL(cpu_bit_rows);

void cpumask_init(unsigned int nr_cpus)
{
	nr_cpu_ids = nr_cpus;
	cpumask_setall(&__cpu_possible_mask);
	__cpu_present_mask = __cpu_online_mask = __cpu_active_mask = __cpu_possible_mask;
}

unsigned int cpumask_next_wrap(int n, const struct cpumask *mask, int start, bool wrap)
{
	unsigned int next = cpumask_next(n, mask);

	if (wrap && n < start && next >= (unsigned int)start)
		return nr_cpumask_bits;
	if (next >= nr_cpumask_bits) {
		if (wrap && n < start)
			return nr_cpumask_bits;
		next = cpumask_first(mask);
		if (next >= (unsigned int)start)
			return nr_cpumask_bits;
	}
	return next;
}
EXPORT_SYMBOL(cpumask_next_wrap);

unsigned int cpumask_any_but(const struct cpumask *mask, unsigned int cpu)
{
	unsigned int i;

	for_each_cpu(i, mask)
		if (i != cpu)
			return i;
	return i;
}
EXPORT_SYMBOL(cpumask_any_but);

nodemask_t node_states[NR_NODE_STATES];
EXPORT_SYMBOL(node_states);
unsigned int nr_node_ids = 1;
EXPORT_SYMBOL(nr_node_ids);
unsigned int nr_online_nodes = 1;
EXPORT_SYMBOL(nr_online_nodes);

void nodemask_init(void)
{
	int state;

	for (state = 0; state < NR_NODE_STATES; state++)
		nodes_clear(node_states[state]);
	nr_node_ids = nr_online_nodes = 0;
}
