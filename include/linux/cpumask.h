/* SPDX-License-Identifier: MIT */
/* Sets of CPUs. Data and bodies: lib/cpumask.c */
#ifndef __LINUX_CPUMASK_H
#define __LINUX_CPUMASK_H

#include <linux/bitmap.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/threads.h>
#include <linux/types.h>
#include <linux/gfp_types.h>
#include <quarry/config.h>

typedef struct cpumask {
	DECLARE_BITMAP(bits, QUARRY_MAX_CPUS);
} cpumask_t;

#define cpumask_bits(maskp)	((maskp)->bits)
#define cpumask_pr_args(maskp)	nr_cpu_ids, cpumask_bits(maskp)

/* Keys: C fixed at boot; set by cpumask_init() */
extern unsigned int nr_cpu_ids;			/* C  CPUs that the machine has */
#define nr_cpumask_bits		nr_cpu_ids
extern struct cpumask __cpu_possible_mask, __cpu_present_mask;	/* C */
extern struct cpumask __cpu_online_mask, __cpu_active_mask;	/* C */
#define cpu_possible_mask	((const struct cpumask *)&__cpu_possible_mask)
#define cpu_present_mask	((const struct cpumask *)&__cpu_present_mask)
#define cpu_online_mask		((const struct cpumask *)&__cpu_online_mask)
#define cpu_active_mask		((const struct cpumask *)&__cpu_active_mask)
extern const DECLARE_BITMAP(cpu_all_bits, QUARRY_MAX_CPUS);
#define cpu_all_mask		((const struct cpumask *)cpu_all_bits)
#define cpu_none_mask		((const struct cpumask *)cpu_no_bits)
extern const DECLARE_BITMAP(cpu_no_bits, QUARRY_MAX_CPUS);
/* A row per number of a bit in a word: zeros, the word with that bit, zeros. */
#define __CPU_BIT_ROW		(2 * BITS_TO_LONGS(QUARRY_MAX_CPUS) - 1)
extern const unsigned long cpu_bit_rows[BITS_PER_LONG][__CPU_BIT_ROW];

/** cpumask_init - say how many CPUs there are: all of them online. Context: boot. */
void cpumask_init(unsigned int nr_cpus);

#define num_online_cpus()	cpumask_weight(cpu_online_mask)
#define num_possible_cpus()	cpumask_weight(cpu_possible_mask)
#define num_present_cpus()	cpumask_weight(cpu_present_mask)
#define num_active_cpus()	cpumask_weight(cpu_active_mask)
#define cpu_online(cpu)		cpumask_test_cpu((cpu), cpu_online_mask)
#define cpu_possible(cpu)	cpumask_test_cpu((cpu), cpu_possible_mask)
#define cpu_present(cpu)	cpumask_test_cpu((cpu), cpu_present_mask)
#define cpu_active(cpu)		cpumask_test_cpu((cpu), cpu_active_mask)

static inline unsigned int cpumask_first(const struct cpumask *m)
{
	return (unsigned int)find_first_bit(m->bits, nr_cpumask_bits);
}

static inline unsigned int cpumask_first_zero(const struct cpumask *m)
{
	return (unsigned int)find_first_zero_bit(m->bits, nr_cpumask_bits);
}

static inline unsigned int cpumask_first_and(const struct cpumask *a, const struct cpumask *b)
{
	return (unsigned int)find_first_and_bit(a->bits, b->bits, nr_cpumask_bits);
}

static inline unsigned int cpumask_last(const struct cpumask *m)
{
	return (unsigned int)find_last_bit(m->bits, nr_cpumask_bits);
}

/* Behind CPU @n; -1 to begin. nr_cpu_ids or more: no further one. */
static inline unsigned int cpumask_next(int n, const struct cpumask *m)
{
	return (unsigned int)find_next_bit(m->bits, nr_cpumask_bits, (unsigned long)(n + 1));
}

static inline unsigned int cpumask_next_zero(int n, const struct cpumask *m)
{
	return (unsigned int)find_next_zero_bit(m->bits, nr_cpumask_bits,
						(unsigned long)(n + 1));
}

static inline unsigned int cpumask_next_and(int n, const struct cpumask *a,
					    const struct cpumask *b)
{
	return (unsigned int)find_next_and_bit(a->bits, b->bits, nr_cpumask_bits,
					       (unsigned long)(n + 1));
}

unsigned int cpumask_next_wrap(int n, const struct cpumask *mask, int start, bool wrap);
unsigned int cpumask_any_but(const struct cpumask *mask, unsigned int cpu);
#define cpumask_any(m)			cpumask_first(m)
#define cpumask_any_and(a, b)		cpumask_first_and(a, b)
#define cpumask_any_distribute(m)	cpumask_first(m)

#define for_each_cpu(cpu, mask)						\
	for ((cpu) = -1; (cpu) = cpumask_next((int)(cpu), (mask)), (cpu) < nr_cpu_ids;)
#define for_each_cpu_not(cpu, mask)					\
	for ((cpu) = -1; (cpu) = cpumask_next_zero((int)(cpu), (mask)), (cpu) < nr_cpu_ids;)
#define for_each_cpu_and(cpu, a, b)					\
	for ((cpu) = -1; (cpu) = cpumask_next_and((int)(cpu), (a), (b)), (cpu) < nr_cpu_ids;)
#define for_each_cpu_wrap(cpu, mask, start)				\
	for ((cpu) = cpumask_next_wrap((int)(start) - 1, (mask), (int)(start), false); \
	     (cpu) < nr_cpumask_bits;					\
	     (cpu) = cpumask_next_wrap((int)(cpu), (mask), (int)(start), true))
#define for_each_possible_cpu(cpu)	for_each_cpu((cpu), cpu_possible_mask)
#define for_each_online_cpu(cpu)	for_each_cpu((cpu), cpu_online_mask)
#define for_each_present_cpu(cpu)	for_each_cpu((cpu), cpu_present_mask)

static __always_inline void cpumask_set_cpu(unsigned int cpu, struct cpumask *m)
{
	set_bit(cpu, m->bits);
}

static __always_inline void __cpumask_set_cpu(unsigned int cpu, struct cpumask *m)
{
	__set_bit(cpu, m->bits);
}

static __always_inline void cpumask_clear_cpu(int cpu, struct cpumask *m)
{
	clear_bit(cpu, m->bits);
}

static __always_inline void __cpumask_clear_cpu(int cpu, struct cpumask *m)
{
	__clear_bit(cpu, m->bits);
}

static __always_inline bool cpumask_test_cpu(int cpu, const struct cpumask *m)
{
	return test_bit(cpu, m->bits);
}

static __always_inline bool cpumask_test_and_set_cpu(int cpu, struct cpumask *m)
{
	return test_and_set_bit(cpu, m->bits);
}

static __always_inline bool cpumask_test_and_clear_cpu(int cpu, struct cpumask *m)
{
	return test_and_clear_bit(cpu, m->bits);
}

static inline void cpumask_setall(struct cpumask *m)
{
	bitmap_zero(m->bits, QUARRY_MAX_CPUS);
	bitmap_set(m->bits, 0, nr_cpumask_bits);
}

static inline void cpumask_clear(struct cpumask *m)
{
	bitmap_zero(m->bits, QUARRY_MAX_CPUS);
}

static inline void cpumask_copy(struct cpumask *dst, const struct cpumask *src)
{
	bitmap_copy(dst->bits, src->bits, QUARRY_MAX_CPUS);
}

static inline bool cpumask_and(struct cpumask *dst, const struct cpumask *a,
			       const struct cpumask *b)
{
	return bitmap_and(dst->bits, a->bits, b->bits, QUARRY_MAX_CPUS);
}

static inline void cpumask_or(struct cpumask *dst, const struct cpumask *a,
			      const struct cpumask *b)
{
	bitmap_or(dst->bits, a->bits, b->bits, QUARRY_MAX_CPUS);
}

static inline void cpumask_xor(struct cpumask *dst, const struct cpumask *a,
			       const struct cpumask *b)
{
	bitmap_xor(dst->bits, a->bits, b->bits, QUARRY_MAX_CPUS);
}

static inline bool cpumask_andnot(struct cpumask *dst, const struct cpumask *a,
				  const struct cpumask *b)
{
	return bitmap_andnot(dst->bits, a->bits, b->bits, QUARRY_MAX_CPUS);
}

static inline bool cpumask_equal(const struct cpumask *a, const struct cpumask *b)
{
	return bitmap_equal(a->bits, b->bits, nr_cpumask_bits);
}

static inline bool cpumask_intersects(const struct cpumask *a, const struct cpumask *b)
{
	return bitmap_intersects(a->bits, b->bits, nr_cpumask_bits);
}

static inline bool cpumask_subset(const struct cpumask *a, const struct cpumask *b)
{
	return bitmap_subset(a->bits, b->bits, nr_cpumask_bits);
}

static inline bool cpumask_empty(const struct cpumask *m)
{
	return bitmap_empty(m->bits, nr_cpumask_bits);
}

static inline bool cpumask_full(const struct cpumask *m)
{
	return bitmap_full(m->bits, nr_cpumask_bits);
}

static inline unsigned int cpumask_weight(const struct cpumask *m)
{
	return bitmap_weight(m->bits, nr_cpumask_bits);
}

static inline int cpulist_parse(const char *buf, struct cpumask *dst)
{
	return bitmap_parselist(buf, dst->bits, (int)nr_cpumask_bits);
}

static inline unsigned int cpumask_size(void)
{
	return sizeof(struct cpumask);
}

/* A mask with one CPU: as much of a row as puts the word with the bit in its place. */
static inline const struct cpumask *get_cpu_mask(unsigned int cpu)
{
	return (const struct cpumask *)(cpu_bit_rows[cpu % BITS_PER_LONG] +
					BITS_TO_LONGS(QUARRY_MAX_CPUS) - 1 -
					cpu / BITS_PER_LONG);
}

#define cpumask_of(cpu)		(get_cpu_mask(cpu))

/* Masks on the stack are small enough here, so these need no memory. */
typedef struct cpumask cpumask_var_t[1];

#define this_cpu_cpumask_var_ptr(x) this_cpu_ptr(x)

static inline bool alloc_cpumask_var(cpumask_var_t *mask, gfp_t flags)
{
	return true;
}

static inline bool alloc_cpumask_var_node(cpumask_var_t *mask, gfp_t flags, int node)
{
	return true;
}

static inline bool zalloc_cpumask_var(cpumask_var_t *mask, gfp_t flags)
{
	cpumask_clear(*mask);
	return true;
}

static inline bool zalloc_cpumask_var_node(cpumask_var_t *mask, gfp_t flags, int node)
{
	cpumask_clear(*mask);
	return true;
}

static inline void free_cpumask_var(cpumask_var_t mask)
{
}

static inline bool cpumask_available(cpumask_var_t mask)
{
	return true;
}

#define CPU_MASK_NONE	((cpumask_t) { { 0 } })
#define CPU_MASK_ALL	((cpumask_t) { { [0 ... BITS_TO_LONGS(QUARRY_MAX_CPUS) - 1] = ~0UL } })
#define CPU_MASK_CPU0	((cpumask_t) { { [0] = 1UL } })

#endif
