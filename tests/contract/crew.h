/* SPDX-License-Identifier: MIT */
/*
 * Two and three threads at once, in short rounds: what each does in a round is chosen by the
 * seed and the round's number. With --seed, in a program that has places where CPUs change
 * (steps.c), these choose the interleaving, too.
 */
#ifndef TESTS_CONTRACT_CREW_H
#define TESTS_CONTRACT_CREW_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#include "tests/contract/contract.h"

#define WORKERS		3

struct crew;

struct worker {
	struct crew *crew;
	unsigned int number;
	u32 random;
	struct completion start, done;
	struct task_struct *task;
};

struct crew {
	void (*work)(struct worker *w);	/* a round's */
	unsigned int workers, round;	/* who is in it; its number */
	struct worker worker[WORKERS];
	atomic_t ready;
	bool end;
};

static inline u32 dice(struct worker *w, u32 n)
{
	return contract_dice(&w->random, n);
}

static inline int worker_thread(void *data)
{
	struct worker *w = data;
	struct crew *c = w->crew;

	for (;;) {
		wait_for_completion(&w->start);
		if (READ_ONCE(c->end))
			break;
		/* All begin together. */
		atomic_inc(&c->ready);
		while (atomic_read(&c->ready) < (int)c->workers)
			cond_resched();
		c->work(w);
		complete(&w->done);
	}
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* @bind: each to a CPU of its own */
static inline void crew_start(struct kunit *test, struct crew *c, void (*work)(struct worker *w),
			      bool bind)
{
	unsigned int i;

	c->work = work;
	for (i = 0; i < WORKERS && i < machine.nr_cpus; i++) {
		struct worker *w = &c->worker[i];

		w->crew = c;
		w->number = i;
		init_completion(&w->start);
		init_completion(&w->done);
		w->task = kthread_create(worker_thread, w, "race/%u", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, w->task);
		if (bind)
			kthread_bind(w->task, i);
		wake_up_process(w->task);
	}
}

/* Round c->round. Return: as contract_steps_end(). */
static inline u64 crew_round(struct crew *c)
{
	unsigned int i;

	atomic_set(&c->ready, 0);
	c->workers = min(2 + c->round % 2, machine.nr_cpus);
	contract_steps_begin((u64)contract_seed << 32 | c->round);
	for (i = 0; i < c->workers; i++) {
		c->worker[i].random = (contract_seed + c->round) * 2654435761u + i * 40503u;
		complete(&c->worker[i].start);
	}
	for (i = 0; i < c->workers; i++)
		wait_for_completion(&c->worker[i].done);
	return contract_steps_end();
}

static inline void crew_stop(struct crew *c)
{
	unsigned int i;

	WRITE_ONCE(c->end, true);
	for (i = 0; i < WORKERS && c->worker[i].task; i++) {
		complete(&c->worker[i].start);
		kthread_stop(c->worker[i].task);
	}
}

#endif
