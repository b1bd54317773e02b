// SPDX-License-Identifier: MIT
/*
 * Settings as text: the handlers that a struct ctl_table names.
 *
 * A vector's numbers are separated by blanks; a file shows them with tabs between
 * and a line break behind. A write may give fewer numbers than there are, then the
 * rest stays; more are not looked at.
 *
 * T1  A write is understood whole, and each number is in its limits, before the
 *     first one is stored. Bad text is -EINVAL, and so is text without a number.
 * T2  A write that does not begin at the start of the file is taken and ignored:
 *     programs that write in pieces must not set a value to the rest of a number.
 *     For a string it is appended.
 *
 * Locking: none; values are stored one by one, whole. A handler that must change
 * several at once, or do something with them, wraps one of these.
 */
#include <linux/sysctl.h>
#include <linux/compiler.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>

#define TOKEN	22	/* characters: a sign and 64 bits in base 8 fit not quite, as in 6.1 */

const int sysctl_vals[] = { 0, 1, 2, 3, 4, 100, 200, 1000, 3000, INT_MAX, -1 };
EXPORT_SYMBOL(sysctl_vals);
const unsigned long sysctl_long_vals[] = { 0, 1, LONG_MAX };
EXPORT_SYMBOL(sysctl_long_vals);

enum kind { INT, UINT, ULONG };

/* A number as it was read, and whether it is below 0. */
struct number {
	unsigned long abs;
	bool negative;
};

static size_t width(enum kind kind)
{
	return kind == ULONG ? sizeof(unsigned long) : sizeof(int);
}

static size_t blanks(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && isspace(s[n]))
		n++;
	return n;
}

/* Return: characters, or -EINVAL. */
static int read_number(const char *s, size_t len, struct number *n)
{
	char token[TOKEN];
	size_t i = 0, end;

	n->negative = len && *s == '-';
	if (n->negative)
		i++;
	for (end = i; end < len && s[end] && !isspace(s[end]); end++)
		;
	if (end == i || end - i >= TOKEN || !isdigit(s[i]))
		return -EINVAL;
	memcpy(token, s + i, end - i);
	token[end - i] = '\0';
	return kstrtoul(token, 0, &n->abs) ? -EINVAL : (int)end;
}

/* Is it within the type's limits and those of the table? */
static bool fits(const struct ctl_table *t, enum kind kind, bool limits, struct number n)
{
	const void *least = limits ? t->extra1 : NULL, *most = limits ? t->extra2 : NULL;
	int v;

	switch (kind) {
	case INT:
		v = (int)(n.negative ? -n.abs : n.abs);
		return n.abs <= (unsigned long)INT_MAX + n.negative &&
		       (!least || v >= *(const int *)least) && (!most || v <= *(const int *)most);
	case UINT:
		return !n.negative && n.abs <= UINT_MAX &&
		       (!least || n.abs >= *(const unsigned int *)least) &&
		       (!most || n.abs <= *(const unsigned int *)most);
	default:
		return !n.negative &&
		       (!least || n.abs >= *(const unsigned long *)least) &&
		       (!most || n.abs <= *(const unsigned long *)most);
	}
}

static void store(void *data, enum kind kind, size_t i, struct number n)
{
	if (kind == ULONG)
		WRITE_ONCE(((unsigned long *)data)[i], n.abs);
	else
		WRITE_ONCE(((unsigned int *)data)[i],
			   (unsigned int)(n.negative ? -n.abs : n.abs));
}

/* Reads up to @max numbers. Return: characters, or -EINVAL. */
static ssize_t scan(struct ctl_table *t, enum kind kind, bool limits, const char *s, size_t len,
		    size_t max, bool keep)
{
	size_t at = blanks(s, len), i;

	for (i = 0; i < max && at < len && s[at]; i++) {
		struct number n;
		int got = read_number(s + at, len - at, &n);

		if (got < 0 || !fits(t, kind, limits, n))
			return -EINVAL;
		if (keep)
			store(t->data, kind, i, n);
		at += (size_t)got;
		at += blanks(s + at, len - at);
	}
	return i ? (ssize_t)at : -EINVAL;
}

static size_t show(const struct ctl_table *t, enum kind kind, char *buf, size_t size, size_t max)
{
	char text[TOKEN + 3];
	size_t i, n = 0;

	for (i = 0; i < max; i++) {
		const char *before = i ? "\t" : "", *after = i + 1 == max ? "\n" : "";
		size_t len;

		if (kind == INT)
			len = sprintf(text, "%s%d%s", before, READ_ONCE(((int *)t->data)[i]), after);
		else
			len = sprintf(text, "%s%lu%s", before, kind == UINT ?
				      READ_ONCE(((unsigned int *)t->data)[i]) :
				      READ_ONCE(((unsigned long *)t->data)[i]), after);
		len = min(len, size - n);
		memcpy(buf + n, text, len);
		n += len;
	}
	return n;
}

static int vector(struct ctl_table *t, int write, void *buffer, size_t *lenp, loff_t *ppos,
		  enum kind kind, bool limits)
{
	size_t max = (size_t)t->maxlen / width(kind);
	ssize_t n;

	if (!t->data || !max || !*lenp || (*ppos && !write)) {
		*lenp = 0;
		return 0;
	}
	if (write && *ppos) {		/* T2 */
		*ppos += *lenp;
		return 0;
	}
	if (write) {
		n = scan(t, kind, limits, buffer, *lenp, max, false);
		if (n < 0)
			return (int)n;
		scan(t, kind, limits, buffer, *lenp, max, true);
	} else {
		n = (ssize_t)show(t, kind, buffer, *lenp, max);
	}
	*lenp = (size_t)n;
	*ppos += n;
	return 0;
}

int proc_dointvec(struct ctl_table *ctl, int write, void *buffer, size_t *lenp, loff_t *ppos)
{
	return vector(ctl, write, buffer, lenp, ppos, INT, false);
}
EXPORT_SYMBOL(proc_dointvec);

int proc_dointvec_minmax(struct ctl_table *ctl, int write, void *buffer, size_t *lenp,
			 loff_t *ppos)
{
	return vector(ctl, write, buffer, lenp, ppos, INT, true);
}
EXPORT_SYMBOL(proc_dointvec_minmax);

int proc_doulongvec_minmax(struct ctl_table *ctl, int write, void *buffer, size_t *lenp,
			   loff_t *ppos)
{
	return vector(ctl, write, buffer, lenp, ppos, ULONG, true);
}
EXPORT_SYMBOL(proc_doulongvec_minmax);

static int single_uint(struct ctl_table *ctl, int write, void *buffer, size_t *lenp,
		       loff_t *ppos, bool limits)
{
	if (ctl->maxlen != sizeof(unsigned int)) {
		*lenp = 0;
		return -EINVAL;
	}
	return vector(ctl, write, buffer, lenp, ppos, UINT, limits);
}

int proc_douintvec(struct ctl_table *ctl, int write, void *buffer, size_t *lenp, loff_t *ppos)
{
	return single_uint(ctl, write, buffer, lenp, ppos, false);
}
EXPORT_SYMBOL(proc_douintvec);

int proc_douintvec_minmax(struct ctl_table *ctl, int write, void *buffer, size_t *lenp,
			  loff_t *ppos)
{
	return single_uint(ctl, write, buffer, lenp, ppos, true);
}
EXPORT_SYMBOL(proc_douintvec_minmax);

/* Strings. */

static int write_string(char *data, size_t size, const char *s, size_t *lenp, loff_t *ppos)
{
	size_t at = strnlen(data, size - 1), n = 0;

	if (*ppos > (loff_t)at)
		return -EINVAL;		/* the piece before this one was not taken whole */
	at = (size_t)*ppos;
	while (n < *lenp && s[n] && s[n] != '\n' && at + n < size - 1)
		n++;
	memcpy(data + at, s, n);
	data[at + n] = '\0';
	*ppos += *lenp;
	return 0;
}

int proc_dostring(struct ctl_table *ctl, int write, void *buffer, size_t *lenp, loff_t *ppos)
{
	char *data = ctl->data, *out = buffer;
	size_t len;

	if (!data || !ctl->maxlen || !*lenp) {
		*lenp = 0;
		return 0;
	}
	if (write)
		return write_string(data, (size_t)ctl->maxlen, buffer, lenp, ppos);
	len = strnlen(data, (size_t)ctl->maxlen);
	if (*ppos > (loff_t)len) {
		*lenp = 0;
		return 0;
	}
	len = min(len - (size_t)*ppos, *lenp);
	memcpy(out, data + *ppos, len);
	if (len < *lenp)
		out[len++] = '\n';
	*lenp = len;
	*ppos += (loff_t)len;
	return 0;
}
EXPORT_SYMBOL(proc_dostring);
