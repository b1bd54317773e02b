// SPDX-License-Identifier: MIT
/*
 * Reports: WARN(), BUG(), panic(), and what the detectors of misuse print.
 *
 * G1  A report is one piece: its lines are not mixed with another CPU's report.
 * G2  Each is counted, as a warning or a bug, before its first line is printed.
 * G3  A report about something that goes wrong inside a report, on the same CPU,
 *     becomes part of the outer one, and is counted too.
 *
 * Locking: report_lock (lib/lib.h) from report_begin() to report_end(), interrupts
 * off; the log's lock nests inside it.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/version.h>
#include <quarry/quarry.h>

#include "lib/lib.h"

#define STACK_DEPTH	48
#define TAINTS		18
#define NESTING_MAX	8
#define TIMES_11(x)	x x x x x x x x x x x
#define SLAB_RULER(c)	TIMES_11(c c c c c c c)

/* Keys: R report_lock | A atomic */
static struct lib_lock report_lock;
static unsigned int nesting;		/* R */
static enum report_kind kinds[NESTING_MAX];	/* R  of the open ones, outermost first */
static unsigned long report_flags;	/* R  interrupts, as they were */
static const char *report_level = KERN_WARNING;	/* R */
static unsigned int warnings, bugs;	/* A */
static unsigned long taints;		/* A  a bit per TAINT_* */

extern bool __start_quarry_once[] __weak __attribute__((__visibility__("hidden")));
extern bool __stop_quarry_once[] __weak __attribute__((__visibility__("hidden")));

void report_init(void)
{
	report_lock.owner = 0;
	nesting = 0;
	warnings = bugs = 0;
	taints = 0;
	if (__start_quarry_once)
		memset(__start_quarry_once, 0,
		       (size_t)(__stop_quarry_once - __start_quarry_once));
	spinlock_init();
}

struct quarry_incidents quarry_incidents(void)
{
	return (struct quarry_incidents) {
		.warnings = __atomic_load_n(&warnings, __ATOMIC_RELAXED),
		.bugs = __atomic_load_n(&bugs, __ATOMIC_RELAXED),
	};
}

static const char *level_of(enum report_kind kind)
{
	return kind == REPORT_WARNING || kind == REPORT_NOTE ? KERN_WARNING : KERN_ERR;
}

static enum report_kind innermost(void)
{
	return kinds[min(nesting, (unsigned int)NESTING_MAX) - 1];
}

static void enter(enum report_kind kind)
{
	unsigned long flags = arch_local_irq_save();
	bool outer = lib_lock(&report_lock);

	if (kind == REPORT_WARNING)
		__atomic_fetch_add(&warnings, 1u, __ATOMIC_RELAXED);
	else if (kind == REPORT_BUG || kind == REPORT_SLAB)
		__atomic_fetch_add(&bugs, 1u, __ATOMIC_RELAXED);
	if (outer) {
		report_flags = flags;
		printk_flush();
	}
	if (nesting < NESTING_MAX)
		kinds[nesting] = kind;
	nesting++;
	report_level = level_of(kind);
	if (kind == REPORT_SLAB)
		printk("%s%s\n", report_level, SLAB_RULER("="));
	else if (kind != REPORT_NOTE)
		printk("%s------------[ cut here ]------------\n", report_level);
}

static void leave(void)
{
	unsigned long flags = report_flags;

	if (innermost() == REPORT_WARNING || innermost() == REPORT_BUG)
		printk("%s---[ end trace 0000000000000000 ]---\n", report_level);
	if (--nesting) {
		report_level = level_of(innermost());
		return;
	}
	lib_unlock(&report_lock);
	arch_local_irq_restore(flags);
}

void report_begin(enum report_kind kind, const char *fmt, ...)
{
	static const char *const prefix[] = { "WARNING: ", "BUG: ", "", "" };
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	enter(kind);
	va_start(args, fmt);
	vaf.va = &args;
	printk("%s%s%pV\n", report_level, prefix[kind], &vaf);
	va_end(args);
	if (kind == REPORT_SLAB)
		printk("%s%s\n", report_level, SLAB_RULER("-"));
}
EXPORT_SYMBOL(report_begin);

void report_line(const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	printk("%s%pV\n", report_level, &vaf);
	va_end(args);
}
EXPORT_SYMBOL(report_line);

void report_end(void)
{
	leave();
}
EXPORT_SYMBOL(report_end);

/* Stacks. */

static void print_address(const char *level, const char *indent, unsigned long pc)
{
	char text[256];
	size_t n = quarry_host_symbol(pc, true, text, sizeof(text) - 1);

	if (n) {
		text[min(n, sizeof(text) - 1)] = 0;
		printk("%s%s%s\n", level, indent, text);
	} else {
		printk("%s%s%pB\n", level, indent, (void *)pc);
	}
}

void report_stack(const char *title, const uintptr_t *pcs, unsigned int n)
{
	if (title)
		printk("%s%s\n", report_level, title);
	for (unsigned int i = 0; i < n && pcs[i]; i++)
		print_address(report_level, " ", pcs[i]);
}
EXPORT_SYMBOL(report_stack);

/*
 * The caller's stack: everything from the return address @from outwards. The port
 * cannot know how many of our own frames are in front of it.
 */
static unsigned int stack_from(unsigned long from, uintptr_t *pcs, unsigned int size)
{
	size_t n = quarry_host_backtrace(pcs, size), skip = 0;

	while (skip < n && pcs[skip] != from)
		skip++;
	if (skip == n)
		return (unsigned int)n;
	memmove(pcs, pcs + skip, (n - skip) * sizeof(*pcs));
	return (unsigned int)(n - skip);
}

static void print_stack(const char *level, const char *title, unsigned long from)
{
	uintptr_t pcs[STACK_DEPTH];
	unsigned int n = stack_from(from, pcs, ARRAY_SIZE(pcs));

	if (!n)
		return;
	printk("%s%s\n", level, title);
	for (unsigned int i = 0; i < n; i++)
		print_address(level, " ", pcs[i]);
}

void report_stack_here(const char *title)
{
	print_stack(report_level, title, _RET_IP_);
}
EXPORT_SYMBOL(report_stack_here);

unsigned int stack_trace_save(unsigned long *store, unsigned int size, unsigned int skipnr)
{
	uintptr_t pcs[STACK_DEPTH];
	unsigned int n = stack_from(_RET_IP_, pcs, ARRAY_SIZE(pcs));

	if (skipnr >= n)
		return 0;
	n = min(n - skipnr, size);
	for (unsigned int i = 0; i < n; i++)
		store[i] = pcs[skipnr + i];
	return n;
}
EXPORT_SYMBOL(stack_trace_save);

void stack_trace_print(const unsigned long *trace, unsigned int nr_entries, int spaces)
{
	for (unsigned int i = 0; i < nr_entries; i++)
		printk(KERN_DEFAULT "%*s%pB\n", spaces + 1, "", (void *)trace[i]);
}
EXPORT_SYMBOL(stack_trace_print);

int stack_trace_snprint(char *buf, size_t size, const unsigned long *entries,
			unsigned int nr_entries, int spaces)
{
	size_t len = 0;

	for (unsigned int i = 0; i < nr_entries; i++)
		len += (size_t)snprintf(len < size ? buf + len : NULL,
					len < size ? size - len : 0, "%*s%pB\n",
					spaces + 1, "", (void *)entries[i]);
	return (int)len;
}
EXPORT_SYMBOL(stack_trace_snprint);

/* Who and where. */

void add_taint(unsigned int flag, int lockdep_ok)
{
	__atomic_fetch_or(&taints, 1ul << flag, __ATOMIC_RELAXED);
}
EXPORT_SYMBOL(add_taint);

unsigned long get_taint(void)
{
	return __atomic_load_n(&taints, __ATOMIC_RELAXED);
}
EXPORT_SYMBOL(get_taint);

int test_taint(unsigned int flag)
{
	return (get_taint() >> flag) & 1;
}
EXPORT_SYMBOL(test_taint);

const char *print_tainted(void)
{
	static const char letters[TAINTS + 1] = "PFSRMBUDAWCIOELKXT";
	static char text[sizeof("Tainted: ") + TAINTS];
	unsigned long t = get_taint();
	char *p = text;

	if (!t)
		return "Not tainted";
	p += sprintf(p, "Tainted: ");
	for (int i = 0; i < TAINTS; i++)
		*p++ = t & (1ul << i) ? letters[i] : i ? ' ' : 'G';
	*p = 0;
	return text;
}
EXPORT_SYMBOL(print_tainted);

__weak void report_print_modules(void)
{
	printk("%sModules linked in:\n", report_level);
}

static void print_task(const char *level)
{
	const struct task_struct *task = get_current();

	printk("%sCPU: %u PID: %d Comm: %s %s %s\n", level, lib_cpu(), task ? task->pid : 0,
	       task ? task->comm : "swapper", print_tainted(), UTS_RELEASE);
}

void report_here(void)
{
	report_print_modules();
	print_task(report_level);
	print_stack(report_level, "Call Trace:", _RET_IP_);
}
EXPORT_SYMBOL(report_here);

void dump_stack_lvl(const char *log_lvl)
{
	print_task(log_lvl);
	print_stack(log_lvl, "Call Trace:", _RET_IP_);
}
EXPORT_SYMBOL(dump_stack_lvl);

void dump_stack(void)
{
	print_task(KERN_DEFAULT);
	print_stack(KERN_DEFAULT, "Call Trace:", _RET_IP_);
}
EXPORT_SYMBOL(dump_stack);

/* WARN(), BUG(), panic(). */

static void print_where(const char *what, const char *file, int line, unsigned long pc)
{
	const struct task_struct *task = get_current();

	printk("%s%s: CPU: %u PID: %d at %s:%d %pB\n", report_level, what, lib_cpu(),
	       task ? task->pid : 0, file, line, (void *)pc);
}

void __warn_report(const char *file, int line, const char *fmt, ...)
{
	enter(REPORT_WARNING);
	if (fmt) {
		struct va_format vaf = { .fmt = fmt };
		va_list args;
		size_t n = strlen(fmt);

		va_start(args, fmt);
		vaf.va = &args;
		printk("%s%pV%s", report_level, &vaf, n && fmt[n - 1] == '\n' ? "" : "\n");
		va_end(args);
	}
	print_where("WARNING", file, line, _RET_IP_);
	report_print_modules();
	print_task(report_level);
	print_stack(report_level, "Call Trace:", _RET_IP_);
	add_taint(TAINT_WARN, LOCKDEP_STILL_OK);
	leave();
}
EXPORT_SYMBOL(__warn_report);

void __bug_report(const char *file, int line)
{
	char why[128];

	snprintf(why, sizeof(why), "kernel BUG at %s:%d!", file, line);
	enter(REPORT_BUG);
	report_line("%s", why);
	print_where("BUG", file, line, _RET_IP_);
	report_print_modules();
	print_task(report_level);
	print_stack(report_level, "Call Trace:", _RET_IP_);
	leave();
	quarry_host_panic(why);
}
EXPORT_SYMBOL(__bug_report);

void panic(const char *fmt, ...)
{
	char why[256];
	va_list args;
	size_t n;

	va_start(args, fmt);
	n = (size_t)vscnprintf(why, sizeof(why), fmt, args);
	va_end(args);
	if (n && why[n - 1] == '\n')
		why[n - 1] = 0;
	pr_emerg("Kernel panic - not syncing: %s\n", why);
	print_task(KERN_EMERG);
	print_stack(KERN_EMERG, "Call Trace:", _RET_IP_);
	pr_emerg("---[ end Kernel panic - not syncing: %s ]---\n", why);
	printk_flush();
	quarry_host_panic(why);
}
EXPORT_SYMBOL(panic);
