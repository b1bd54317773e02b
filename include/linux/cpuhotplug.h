/* SPDX-License-Identifier: MIT */
/*
 * CPUs that come and go, and who wants to know. Bodies: kernel/cpu.c
 *
 * A CPU comes up through the states in rising order and goes down in falling order. Each
 * may have a function for either way. Those below CPUHP_BRINGUP_CPU run on another CPU,
 * while this one is not there; those from CPUHP_AP_ONLINE on run on it, in a thread of
 * its own, while it is.
 */
#ifndef __CPUHOTPLUG_H
#define __CPUHOTPLUG_H

#include <linux/types.h>

enum cpuhp_state {
	CPUHP_INVALID = -1,
	CPUHP_OFFLINE = 0,
	CPUHP_BP_PREPARE_DYN,
	CPUHP_BP_PREPARE_DYN_END	= CPUHP_BP_PREPARE_DYN + 20,
	CPUHP_BRINGUP_CPU,
	CPUHP_AP_ONLINE,
	CPUHP_AP_ONLINE_DYN,
	CPUHP_AP_ONLINE_DYN_END		= CPUHP_AP_ONLINE_DYN + 30,
	CPUHP_ONLINE,
};

typedef int (*cpuhp_step_fn)(unsigned int cpu);

int quarry_cpuhp_setup(enum cpuhp_state state, const char *name, bool invoke, bool locked,
		       cpuhp_step_fn startup, cpuhp_step_fn teardown);
void quarry_cpuhp_remove(enum cpuhp_state state, bool invoke, bool locked);

/**
 * cpuhp_setup_state - be told of CPUs that come up and go down
 * @state: CPUHP_BP_PREPARE_DYN or CPUHP_AP_ONLINE_DYN: the next free one there; or one of
 *	these, to be had once
 * @name: for people
 * @startup: called for a CPU that comes up, and at once for each that is there; may be
 *	NULL. An error ends the way up; what was done is undone.
 * @teardown: for one that goes down; may be NULL. Below CPUHP_BRINGUP_CPU it must not fail.
 * Context: may sleep. The functions may, too.
 * Return: 0; a dynamic state's number; -ENOSPC; -EBUSY: somebody has it; the first error of
 * @startup, and nothing is registered then.
 */
#define cpuhp_setup_state(state, name, startup, teardown) \
	quarry_cpuhp_setup(state, name, true, false, startup, teardown)
/** cpuhp_setup_state_nocalls - the CPUs that are there are of no interest */
#define cpuhp_setup_state_nocalls(state, name, startup, teardown) \
	quarry_cpuhp_setup(state, name, false, false, startup, teardown)
/* The caller has cpus_read_lock(). */
#define cpuhp_setup_state_cpuslocked(state, name, startup, teardown) \
	quarry_cpuhp_setup(state, name, true, true, startup, teardown)
#define cpuhp_setup_state_nocalls_cpuslocked(state, name, startup, teardown) \
	quarry_cpuhp_setup(state, name, false, true, startup, teardown)

/** cpuhp_remove_state - the teardown is called for each CPU that is there. May sleep. */
#define cpuhp_remove_state(state)			quarry_cpuhp_remove(state, true, false)
#define cpuhp_remove_state_nocalls(state)		quarry_cpuhp_remove(state, false, false)
#define cpuhp_remove_state_nocalls_cpuslocked(state)	quarry_cpuhp_remove(state, false, true)

#endif
