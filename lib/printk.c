// SPDX-License-Identifier: MIT
/*
 * The kernel's log.
 *
 * printk() formats into a buffer of its CPU's, with interrupts off and no lock
 * held: a format may itself lead to a warning, and so to another printk(). Then,
 * under the log's lock, the text is cut into lines; each line gets its time, goes
 * into the ring, and to the port if its level is urgent enough.
 *
 * R1  Text without a line break waits in `pending` until it is continued
 *     (KERN_CONT, same task) or anything else is said; only then is it a line.
 * R2  The ring holds whole records: two bytes of length, one of level, the text.
 *     [tail, head) counts bytes since boot; the place is the count modulo the size.
 * R3  A printk() inside a printk() of the same CPU works: inside the formatting, it
 *     is said first; inside the ring or the port, it bypasses both locks and ring.
 *
 * Locking: log_lock (lib/lib.h), interrupts off; nothing is called under it but
 * the port's quarry_host_log().
 */
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <asm/current.h>
#include <asm/processor.h>
#include <quarry/kernel.h>

#include "lib/lib.h"

#ifndef QUARRY_LOG_RING
#define QUARRY_LOG_RING	(1u << CONFIG_LOG_BUF_SHIFT)
#endif
_Static_assert((QUARRY_LOG_RING & (QUARRY_LOG_RING - 1)) == 0, "a power of two");

#define LINE_MAX	1024
#define NESTED_MAX	192
#define STAMP_MAX	24
#define RECORD_HEAD	3

int console_printk[4] = {
	CONSOLE_LOGLEVEL_DEFAULT, MESSAGE_LOGLEVEL_DEFAULT, CONSOLE_LOGLEVEL_MIN,
	CONSOLE_LOGLEVEL_DEFAULT
};
EXPORT_SYMBOL(console_printk);
static bool ignore_loglevel;

/* Keys: L log_lock | P owning CPU, interrupts off */
static struct lib_lock log_lock;
static char ring[QUARRY_LOG_RING];		/* L */
static u64 head, tail;				/* L */
static char line[STAMP_MAX + LINE_MAX];		/* L  one line with its time */
static char pending[LINE_MAX];			/* L  R1 */
static size_t pending_len;			/* L */
static bool pending_open;			/* L  there is one, though it may be empty */
static int pending_level;			/* L */
static u64 pending_time;			/* L */
static const void *pending_task;		/* L */
static u64 boot_time;				/* fixed at boot */
static unsigned int boots;			/* fixed at boot */
static char format_buf[QUARRY_MAX_CPUS][LINE_MAX];	/* P */
static unsigned char depth[QUARRY_MAX_CPUS];		/* P  R3 */

/* Tier 3's: a port without it gives times of 0. */
extern uint64_t quarry_host_clock(void) __weak;

u64 lib_clock(void)
{
	return quarry_host_clock ? quarry_host_clock() : 0;
}

unsigned int printk_boot(void)
{
	return boots;
}

bool lib_lock(struct lib_lock *lock)
{
	unsigned int me = lib_cpu() + 1, free = 0;

	while (!__atomic_compare_exchange_n(&lock->owner, &free, me, 0, __ATOMIC_ACQUIRE,
					    __ATOMIC_RELAXED)) {
		if (free == me)
			return false;
		free = 0;
		while (READ_ONCE(lock->owner))
			cpu_relax();
	}
	return true;
}

void lib_unlock(struct lib_lock *lock)
{
	__atomic_store_n(&lock->owner, 0u, __ATOMIC_RELEASE);
}

void printk_init(void)
{
	boots++;
	boot_time = lib_clock();
	head = tail = 0;
	pending_len = 0;
	pending_open = false;
	log_lock.owner = 0;
	memset(depth, 0, sizeof(depth));
	console_loglevel = default_console_loglevel = CONSOLE_LOGLEVEL_DEFAULT;
	default_message_loglevel = MESSAGE_LOGLEVEL_DEFAULT;
	minimum_console_loglevel = CONSOLE_LOGLEVEL_MIN;
	ignore_loglevel = false;
	format_reset();
}

/* The ring. */

static void ring_put(const void *data, size_t n)
{
	size_t at = head & (QUARRY_LOG_RING - 1), first = min(n, (size_t)QUARRY_LOG_RING - at);

	memcpy(ring + at, data, first);
	memcpy(ring, (const char *)data + first, n - first);
	head += n;
}

static void ring_get(u64 from, void *data, size_t n)
{
	size_t at = from & (QUARRY_LOG_RING - 1), first = min(n, (size_t)QUARRY_LOG_RING - at);

	memcpy(data, ring + at, first);
	memcpy((char *)data + first, ring, n - first);
}

static size_t record_length(u64 at)
{
	u8 h[RECORD_HEAD];

	ring_get(at, h, sizeof(h));
	return (size_t)h[0] | (size_t)h[1] << 8;
}

static void ring_add(int level, const char *text, size_t len)
{
	u8 h[RECORD_HEAD] = { (u8)len, (u8)(len >> 8), (u8)level };

	while (head + RECORD_HEAD + len - tail > QUARRY_LOG_RING)
		tail += RECORD_HEAD + record_length(tail);
	ring_put(h, sizeof(h));
	ring_put(text, len);
}

/* Lines. */

static bool to_console(int level)
{
	return ignore_loglevel || level < console_loglevel;
}

/* Time stamps are written by hand: vsnprintf() could warn, and end up here. */
static size_t stamp(char *out, u64 ns)
{
	u32 us, div = 100000;
	u64 s = div_u64_rem(div_u64(ns, 1000), 1000000, &us);
	char digits[20];
	size_t n = 0, len = 0;

	do {
		u32 digit;

		s = div_u64_rem(s, 10, &digit);
		digits[n++] = (char)('0' + digit);
	} while (s);
	out[len++] = '[';
	for (size_t i = n; i < 5; i++)
		out[len++] = ' ';
	while (n)
		out[len++] = digits[--n];
	out[len++] = '.';
	for (; div; div /= 10)
		out[len++] = (char)('0' + us / div % 10);
	out[len++] = ']';
	out[len++] = ' ';
	return len;
}

static void flush_pending(void)
{
	size_t len;

	if (!pending_open)
		return;
	len = stamp(line, pending_time - boot_time);
	memcpy(line + len, pending, pending_len);
	len += pending_len;
	pending_open = false;
	pending_len = 0;
	ring_add(pending_level, line, len);
	if (to_console(pending_level))
		quarry_host_log(pending_level, line, len);
}

static void add_pending(int level, const char *text, size_t len)
{
	if (pending_open && pending_len + len > sizeof(pending))
		flush_pending();
	if (!pending_open) {
		pending_open = true;
		pending_level = level;
		pending_time = lib_clock();
		pending_task = get_current();
	}
	memcpy(pending + pending_len, text, len);
	pending_len += len;
}

static void store(int level, bool cont, const char *text, size_t len)
{
	if (!cont || pending_task != get_current())
		flush_pending();
	if (cont && pending_open)
		level = pending_level;
	while (len) {
		const char *nl = memchr(text, '\n', len);
		size_t n = nl ? (size_t)(nl - text) : len;

		add_pending(level, text, n);
		if (nl) {
			flush_pending();
			n++;
		}
		text += n;
		len -= n;
	}
}

static int say(char *buf, size_t size, int level, const char *fmt, va_list args)
{
	int len = vscnprintf(buf, size, fmt, args);
	const char *text = buf;
	bool cont = false;

	for (int c; (c = printk_get_level(text)); text += 2) {
		if (c == 'c')
			cont = true;
		else if (level == LOGLEVEL_DEFAULT)
			level = c - '0';
	}
	len -= (int)(text - buf);
	if (level == LOGLEVEL_DEFAULT)
		level = default_message_loglevel;
	if (lib_lock(&log_lock)) {
		store(level, cont, text, (size_t)len);
		lib_unlock(&log_lock);
	} else if (len) {
		quarry_host_log(level, text, (size_t)len - (text[len - 1] == '\n'));
	}
	return len;
}

/* Not inlined: its buffer must not be on the stack of every printk(). */
static noinline int say_nested(int level, const char *fmt, va_list args) __printf(2, 0);
static noinline int say_nested(int level, const char *fmt, va_list args)
{
	char buf[NESTED_MAX];

	return say(buf, sizeof(buf), level, fmt, args);
}

int vprintk_emit(int facility, int level, const void *dev_info, const char *fmt,
		 va_list args)
{
	unsigned long flags = arch_local_irq_save();
	unsigned int cpu = lib_cpu();
	int len = 0;

	depth[cpu]++;
	if (depth[cpu] == 1)
		len = say(format_buf[cpu], LINE_MAX, level, fmt, args);
	else if (depth[cpu] < 4)
		len = say_nested(level, fmt, args);
	depth[cpu]--;
	arch_local_irq_restore(flags);
	return len;
}
EXPORT_SYMBOL(vprintk_emit);

int vprintk(const char *fmt, va_list args)
{
	return vprintk_emit(0, LOGLEVEL_DEFAULT, NULL, fmt, args);
}
EXPORT_SYMBOL(vprintk);

int _printk(const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vprintk(fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL(_printk);

/* The kernel's takes a detour where the console may need the scheduler; ours never does. */
int _printk_deferred(const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vprintk(fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL(_printk_deferred);

void printk_flush(void)
{
	unsigned long flags = arch_local_irq_save();

	if (lib_lock(&log_lock)) {
		flush_pending();
		lib_unlock(&log_lock);
	}
	arch_local_irq_restore(flags);
}

/* One record at a time, so that emit() is called without the lock. */
void quarry_dmesg(quarry_emit_fn *emit, void *ctx)
{
	char buf[STAMP_MAX + LINE_MAX + 1];
	u64 at = 0;

	printk_flush();
	for (;;) {
		unsigned long flags = arch_local_irq_save();
		size_t len = 0;
		bool more = false;

		if (lib_lock(&log_lock)) {
			at = max(at, tail);
			more = at < head;
			if (more) {
				len = record_length(at);
				ring_get(at + RECORD_HEAD, buf, len);
				at += RECORD_HEAD + len;
			}
			lib_unlock(&log_lock);
		}
		arch_local_irq_restore(flags);
		if (!more)
			return;
		buf[len++] = '\n';
		emit(ctx, buf, len);
	}
}

/* Parameters. */

static int __init loglevel_setup(char *arg)
{
	int level;

	if (!get_option(&arg, &level))
		return -EINVAL;
	console_loglevel = clamp(level, minimum_console_loglevel, CONSOLE_LOGLEVEL_MOTORMOUTH);
	return 0;
}
early_param("loglevel", loglevel_setup);

static int __init quiet_setup(char *arg)
{
	console_loglevel = CONSOLE_LOGLEVEL_QUIET;
	return 0;
}
early_param("quiet", quiet_setup);

static int __init debug_setup(char *arg)
{
	console_loglevel = CONSOLE_LOGLEVEL_DEBUG;
	return 0;
}
early_param("debug", debug_setup);

static int __init ignore_loglevel_setup(char *arg)
{
	ignore_loglevel = true;
	return 0;
}
early_param("ignore_loglevel", ignore_loglevel_setup);
