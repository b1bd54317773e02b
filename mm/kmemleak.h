/* SPDX-License-Identifier: MIT */
/* The search for what nothing refers to: mm/kmemleak.c; its file: kernel/kmemleak.c. */
#ifndef MM_KMEMLEAK_H
#define MM_KMEMLEAK_H

#include <linux/types.h>

struct seq_file;

/** kmemleak_on - are large blocks on record, so that a search can be made? */
bool kmemleak_on(void);
/**
 * kmemleak_scan - search, twice
 * Context: a task that may sleep, one at a time.
 * Return: objects that nothing refers to and that are new since the last search; or -ENOMEM.
 */
long kmemleak_scan(void);
/** kmemleak_show - what the last search has found, as the kernel's file has it */
void kmemleak_show(struct seq_file *m);
/** kmemleak_found - was this object among it? */
bool kmemleak_found(const void *ptr);
/** kmemleak_clear - that is known now: from the next search on it is no leak */
void kmemleak_clear(void);
/** kmemleak_init_late - from now on there may be marks. Context: may sleep. 0 or -ENOMEM */
int kmemleak_init_late(void);
void kmemleak_shutdown(void);
/** kmemleak_module_live - is there code of a module that has not left at this address?
 *  Weak: kernel/ has modules. */
bool kmemleak_module_live(unsigned long text);
/** kmemleak_task_name - the name that a task has now; who has ended, had one: "?". Weak, too. */
void kmemleak_task_name(int pid, char *name, size_t size);

#endif
