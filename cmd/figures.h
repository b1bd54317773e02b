/* SPDX-License-Identifier: MIT */
/* What a run has cost: quarry run --figures, which `quarry compare` reads. */
#ifndef QUARRY_CMD_FIGURES_H
#define QUARRY_CMD_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

/* What a run has cost. The file has a line "name value" of each. */
struct figures {
	uint64_t cpu_ns;	/* the process's, while code of modules ran */
	uint64_t pages_most;	/* of slabs and large blocks, since boot */
	uint64_t partial;	/* slabs with used and free objects, before the first exit */
	uint64_t asked_most;	/* bytes that all asked for, when it was most; 0: not counted */
	uint64_t held;		/* bytes that slabs and large blocks had then */
	uint64_t live;		/* bytes that were asked for, of the objects before the first exit */
	uint64_t kept;		/* bytes that slabs and large blocks had then */
};

/**
 * figures_begin, figures_end - code of modules runs from here to there
 * Marks for profilers, too. Context: any thread; one at a time.
 */
void figures_begin(void);
void figures_end(void);

/**
 * figures_count_requests - from the next boot on, count what is asked for: no object is
 * allocated or freed the fast way then
 * Return: false: no memory.
 */
bool figures_count_requests(void);

/** figures_look - the modules' work is done: look at what it has left. Context: a thread
 *  of the machine. */
void figures_look(void);

/** figures_write - put the figures into a file. Context: a thread of the machine.
 *  Return: 0 or an errno. */
int figures_write(const char *name);

/** figures_read - read what figures_write() wrote; false: it is no such file */
bool figures_read(const char *name, struct figures *f);

#endif
