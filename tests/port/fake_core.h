/* SPDX-License-Identifier: MIT */
/* A core of a few lines: what the port calls, checked for the port's promises. */
#ifndef TESTS_PORT_FAKE_CORE_H
#define TESTS_PORT_FAKE_CORE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <signal.h>

#include "quarry/config.h"
#include "quarry/host.h"
#include "quarry/quarry.h"
#include "../../port/hosted/hosted.h"
#include "../../port/hosted/port.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
#define FAKE_TSAN 1
#else
#define FAKE_TSAN 0
#endif
#if FAKE_TSAN || defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define FAKE_SANITIZED 1
#else
#define FAKE_SANITIZED 0
#endif
#define FAKE_SLOW FAKE_SANITIZED
#ifdef HAVE_LIBDW
#define FAKE_HAVE_DWARF 1
#else
#define FAKE_HAVE_DWARF 0
#endif

struct fake_thread {
	struct quarry_thread t;
	unsigned long mask[(QUARRY_MAX_CPUS + 31) / 32];
	void *data;
};

struct fake_cpu {
	int inside;			/* a thread is between in and out */
	int in_irq;
	bool wanted;
	unsigned long counter;
	struct fake_thread *current;
} __attribute__((__aligned__(64)));

extern volatile char fake_sink;
extern int fake_misuses;	/* reports about devices */

void fake_core_reset(unsigned int nr_cpus);
int fake_core_errors(void);
/** fake_run - quarry_hosted_run() with the boot thread known to the core */
int fake_run(struct quarry_machine *m, void (*fn)(void *arg), void *arg);
void fake_start(struct fake_thread *thread, const char *name, void (*fn)(void *arg), void *arg);
void fake_set_affinity(struct fake_thread *thread, unsigned int cpu);
struct fake_cpu *fake_this_cpu(void);
struct fake_cpu *fake_cpu(unsigned int cpu);
struct fake_thread *fake_current(void);
/** fake_preempt_point - yield if the port has asked for the CPU */
void fake_preempt_point(void);

#endif
