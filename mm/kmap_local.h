/* SPDX-License-Identifier: MIT */
/* The short-lived mappings of mm/kmap_local.c, as mm/highmem.c sees them. */
#ifndef MM_KMAP_LOCAL_H
#define MM_KMAP_LOCAL_H

#include <linux/types.h>

struct holdings;
struct seq_file;
struct page;
struct task_struct;

/** kmap_local_init - lay out the fixmap window; @needed: there is high memory */
int kmap_local_init(bool needed);
void kmap_local_shutdown(void);
/** kmap_local_to_page - is this an address in a slot? Then @page is what it maps. */
bool kmap_local_to_page(unsigned long addr, struct page **page);
bool kmap_local_describe(unsigned long addr);
/** kmap_report_place - print who did it, with the line; 0: nobody. Context: inside a report. */
void kmap_report_place(const char *title, unsigned long site);
void kmap_local_holdings(struct holdings *hs);
/** kmap_local_validate_cpu - S1 and S4. Context: on that CPU, or nothing runs there. */
unsigned int kmap_local_validate_cpu(unsigned int cpu);
void kmap_local_show(struct seq_file *m);

/** kmap_pinned - must the running task stay on this CPU, for its mappings? */
bool kmap_pinned(void);
/** kmap_awaited - has a task left this CPU that must come back to it, for its mappings? */
bool kmap_awaited(void);
/** kmap_switch_out - take a task's mappings down, there are some. Context: quarry_thread_out() */
void kmap_switch_out(struct task_struct *task);
/** kmap_switch_in - and put them back. Context: quarry_thread_in() */
void kmap_switch_in(struct task_struct *task);

/** kmap_atomic_held - has this CPU mappings of kmap_atomic()'s? */
bool kmap_atomic_held(void);
/** kmap_report_atomic - name those of the present context. Context: inside a report. */
void kmap_report_atomic(void);
/** kmap_preempt_enabled - report mappings of kmap_atomic() with preemption on; @site: whose */
void kmap_preempt_enabled(unsigned long site);
/**
 * kmap_leave - report and undo what somebody leaves mapped who ends here
 * @before: the preemption count when it began; it is put right for what was undone
 * @what: "thread", "timer", ...; @fn: its function
 * Context: the same as that which ends.
 */
void kmap_leave(unsigned int before, const char *what, const void *fn);

#endif
