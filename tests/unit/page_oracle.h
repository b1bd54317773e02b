/* SPDX-License-Identifier: MIT */
/*
 * What is known about page frames without asking the page allocator: for suites
 * that compare it with something. Written as simply as possible, from the machine's
 * description and the rules in mm/gfp.c's head, never by that file's functions.
 */
#ifndef TESTS_UNIT_PAGE_ORACLE_H
#define TESTS_UNIT_PAGE_ORACLE_H

#include <linux/mm.h>
#include <linux/nodemask.h>

/* A request, as the caller sees it. */
struct oracle_request {
	gfp_t gfp;
	unsigned int order;
	int nid;			/* preferred node */
	const nodemask_t *nodes;	/* or NULL: any */
	bool interrupt;			/* made by nobody in particular */
	bool memalloc;			/* by a task with PF_MEMALLOC */
	nodemask_t mems_allowed;	/* of that task */
};

/* A zone just before a request. */
struct oracle_zone {
	struct zone *zone;
	unsigned long free;
	unsigned long apart;		/* of these, kept for urgent requests */
	bool block;			/* it has a free block of the order, for anybody */
};

#define ORACLE_ZONES	64

/* Keys: all the test's */
struct oracle {
	unsigned long *may;		/* bit per frame: was free when the test began */
	unsigned long *held;		/* bit per frame: the test has it */
	unsigned long frames;		/* bits set in held */
	unsigned long at_start;		/* free pages then, in these blocks: */
	u8 *blocks, *now;		/* as of oracle_blocks() */
	struct oracle_zone zones[ORACLE_ZONES];
	unsigned int nr_zones;
};

/**
 * oracle_blocks - write down the free blocks of the whole machine
 * @order_at: max_pfn bytes; a block's first frame gets its order + 1, all others 0
 * Context: no page is in a CPU's cache, or it is missing.
 * Return: pages in these blocks.
 */
unsigned long oracle_blocks(u8 *order_at);

/**
 * oracle_init - begin to watch
 *
 * No background reclaimer runs until oracle_exit(): all that happens is the test's.
 * Context: a task; drains the CPUs' caches. Return: false: no memory.
 */
bool oracle_init(struct oracle *o);
/** oracle_all_back - are the same blocks free again? NULL, or what is wrong. */
const char *oracle_all_back(struct oracle *o);
void oracle_exit(struct oracle *o);

/* Where a frame lies, by the machine's description. */
enum zone_type oracle_kind(unsigned long pfn);
int oracle_node(unsigned long pfn);
/** oracle_highest - the highest kind of zone that flags allow */
enum zone_type oracle_highest(gfp_t gfp);
/** oracle_floor - pages that this request leaves in a zone, as deep as it may go */
unsigned long oracle_floor(const struct zone *zone, const struct oracle_request *rq);
/** oracle_has_room - will it be granted for sure? @spare: pages beyond its floor */
bool oracle_has_room(const struct oracle *o, const struct oracle_request *rq, unsigned long spare);

/** oracle_look - note the zones' state. Context: just before the request. */
void oracle_look(struct oracle *o, const struct oracle_request *rq);
/**
 * oracle_granted - was it right to answer with this block? Marks it as held.
 * Return: NULL, or what was wrong.
 */
const char *oracle_granted(struct oracle *o, const struct oracle_request *rq, struct page *page);
/** oracle_refused - was it right to fail? NULL, or what was wrong. */
const char *oracle_refused(const struct oracle *o, const struct oracle_request *rq);
/** oracle_freed - these frames are about to be given back; NULL, or what was wrong */
const char *oracle_freed(struct oracle *o, unsigned long pfn, unsigned long nr);

#endif
