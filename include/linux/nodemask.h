/* SPDX-License-Identifier: MIT */
/* Sets of NUMA nodes. Data: lib/nodemask.c */
#ifndef __LINUX_NODEMASK_H
#define __LINUX_NODEMASK_H

#include <linux/bitmap.h>
#include <linux/minmax.h>
#include <linux/threads.h>
#include <linux/types.h>
#include <linux/numa.h>

typedef struct {
	DECLARE_BITMAP(bits, MAX_NUMNODES);
} nodemask_t;

#define nodemask_pr_args(maskp)	MAX_NUMNODES, (maskp)->bits

enum node_states {
	N_POSSIBLE,
	N_ONLINE,
	N_NORMAL_MEMORY,	/* has memory in a zone below highmem */
	N_HIGH_MEMORY,		/* has memory in any zone that kernel code uses */
	N_MEMORY,		/* has memory */
	N_CPU,
	N_GENERIC_INITIATOR,
	NR_NODE_STATES
};

/* Keys: C fixed at boot, by mm/zones.c */
extern nodemask_t node_states[NR_NODE_STATES];	/* C */
extern unsigned int nr_node_ids;		/* C  highest possible node plus 1 */
extern unsigned int nr_online_nodes;		/* C */

/** nodemask_init - no node in any state. Context: boot. */
void nodemask_init(void);

#define NODE_MASK_NONE	((nodemask_t) { { 0 } })
#define NODE_MASK_ALL	((nodemask_t) { { [0 ... BITS_TO_LONGS(MAX_NUMNODES) - 1] = ~0UL } })
#define nodes_addr(src)	((src).bits)

static inline void __node_set(int node, nodemask_t *m)
{
	set_bit(node, m->bits);
}

static inline void __node_clear(int node, nodemask_t *m)
{
	clear_bit(node, m->bits);
}

static inline unsigned int __first_node(const nodemask_t *m)
{
	return (unsigned int)find_first_bit(m->bits, MAX_NUMNODES);
}

static inline unsigned int __next_node(int n, const nodemask_t *m)
{
	return (unsigned int)find_next_bit(m->bits, MAX_NUMNODES, (unsigned long)(n + 1));
}

static inline unsigned int __next_node_in(int n, const nodemask_t *m)
{
	unsigned int next = __next_node(n, m);

	return next < MAX_NUMNODES ? next : __first_node(m);
}

#define node_set(node, dst)		__node_set((node), &(dst))
#define node_clear(node, dst)		__node_clear((node), &(dst))
#define node_isset(node, mask)		test_bit((node), (mask).bits)
#define node_test_and_set(node, mask)	test_and_set_bit((node), (mask).bits)
#define nodes_setall(dst)		bitmap_fill((dst).bits, MAX_NUMNODES)
#define nodes_clear(dst)		bitmap_zero((dst).bits, MAX_NUMNODES)
#define nodes_copy(dst, src)		((dst) = (src))
#define nodes_and(dst, a, b)		((void)bitmap_and((dst).bits, (a).bits, (b).bits, MAX_NUMNODES))
#define nodes_or(dst, a, b)		bitmap_or((dst).bits, (a).bits, (b).bits, MAX_NUMNODES)
#define nodes_andnot(dst, a, b)		((void)bitmap_andnot((dst).bits, (a).bits, (b).bits, MAX_NUMNODES))
#define nodes_complement(dst, src)	bitmap_complement((dst).bits, (src).bits, MAX_NUMNODES)
#define nodes_equal(a, b)		bitmap_equal((a).bits, (b).bits, MAX_NUMNODES)
#define nodes_intersects(a, b)		bitmap_intersects((a).bits, (b).bits, MAX_NUMNODES)
#define nodes_subset(a, b)		bitmap_subset((a).bits, (b).bits, MAX_NUMNODES)
#define nodes_empty(src)		bitmap_empty((src).bits, MAX_NUMNODES)
#define nodes_full(src)			bitmap_full((src).bits, MAX_NUMNODES)
#define nodes_weight(src)		((int)bitmap_weight((src).bits, MAX_NUMNODES))
#define first_node(src)			__first_node(&(src))
#define next_node(n, src)		__next_node((n), &(src))
#define next_node_in(n, src)		__next_node_in((n), &(src))
#define first_unset_node(mask) \
	((unsigned int)find_first_zero_bit((mask).bits, MAX_NUMNODES))
#define nodemask_of_node(node)						\
	({								\
		nodemask_t __nm = NODE_MASK_NONE;			\
		node_set((node), __nm);					\
		__nm;							\
	})
#define init_nodemask_of_node(mask, node)				\
	do {								\
		nodes_clear(*(mask));					\
		node_set((node), *(mask));				\
	} while (0)

#define for_each_node_mask(node, mask)					\
	for ((node) = (__typeof__(node))first_node(mask);		\
	     (unsigned int)(node) < MAX_NUMNODES;			\
	     (node) = (__typeof__(node))next_node((int)(node), (mask)))

static inline int node_state(int node, enum node_states state)
{
	return node_isset(node, node_states[state]);
}

static inline void node_set_state(int node, enum node_states state)
{
	__node_set(node, &node_states[state]);
}

static inline void node_clear_state(int node, enum node_states state)
{
	__node_clear(node, &node_states[state]);
}

static inline int num_node_state(enum node_states state)
{
	return nodes_weight(node_states[state]);
}

static inline void node_set_online(int nid)
{
	node_set_state(nid, N_ONLINE);
	nr_online_nodes = (unsigned int)num_node_state(N_ONLINE);
}

#define node_online_map		node_states[N_ONLINE]
#define node_possible_map	node_states[N_POSSIBLE]
#define first_online_node	first_node(node_states[N_ONLINE])
#define first_memory_node	first_node(node_states[N_MEMORY])
#define next_online_node(nid)	next_node((nid), node_states[N_ONLINE])
#define next_memory_node(nid)	next_node((nid), node_states[N_MEMORY])
#define num_online_nodes()	num_node_state(N_ONLINE)
#define num_possible_nodes()	num_node_state(N_POSSIBLE)
#define node_online(node)	node_state((node), N_ONLINE)
#define node_possible(node)	node_state((node), N_POSSIBLE)
#define for_each_node_state(node, state) for_each_node_mask((node), node_states[state])
#define for_each_node(node)	for_each_node_state(node, N_POSSIBLE)
#define for_each_online_node(node) for_each_node_state(node, N_ONLINE)

#endif
