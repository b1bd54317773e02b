/* SPDX-License-Identifier: MIT */
/* What the parts of hosted_test share. */
#ifndef TESTS_PORT_HOSTED_TEST_H
#define TESTS_PORT_HOSTED_TEST_H

#include "fake_core.h"

#include <stdbool.h>
#include <stdint.h>

#define CHECK(cond) \
	((cond) ? (void)0 : fail("%s:%d: %s", __FILE__, __LINE__, #cond))

extern struct quarry_machine machine;
extern unsigned int failures;	/* in this test */
extern unsigned int page_table;	/* of machines that come up, as in their options */
extern uint64_t seed;

void fail(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));
/** plain_machine - describe 1 GiB of memory with the usual holes, and a device */
void plain_machine(unsigned int cpus);
void up(bool seeded);
void run(void (*fn)(void *arg), void *arg);
/** on_machine - up, run, down */
void on_machine(unsigned int cpus, bool seeded, void (*fn)(void *arg), void *arg);

/* For code on the machine. */
void nap(uint64_t ns);
void await_zero(int *left);
void one_less(int *left);

uint64_t seeded_number(void);

/** scenario - do something that ends the machine */
int scenario(char *how);

void test_page_table(void);
void test_page_table_differs(void);
void test_page_table_slices(void);
void test_page_table_refused(void);
void test_devices(void);
void test_ping_pong(void);
void test_remembered_wake(void);
void test_crowd(void);
void test_preemption(void);
void test_affinity(void);
void test_block(void);
void test_cross_call(void);
void test_crossfire(void);
void test_injection(void);
void test_seeded(void);
void test_virtual_time(void);
void test_backtrace(void);
void test_symbols(void);
void test_stacks(void);
void test_faults(void);
void test_ends(void);
void test_seeded_elsewhere(void);
void test_chaos(void);

#endif
