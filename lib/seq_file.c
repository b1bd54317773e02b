// SPDX-License-Identifier: MIT
/*
 * Text into a buffer of any size: linux/seq_file.h says what happens when it is
 * full. The files that modules make of it are in kernel/seq_file.c.
 *
 * Q1  count is at most size; when equal, something did not fit.
 * Q2  With emit set, count is below size between two calls.
 *
 * Locking: the caller's.
 */
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/seq_file.h>
#include <linux/string.h>

void seq_init_buffer(struct seq_file *m, char *buf, size_t size)
{
	*m = (struct seq_file) { .buf = buf, .size = size };
}
EXPORT_SYMBOL(seq_init_buffer);

void seq_init_emit(struct seq_file *m, char *buf, size_t size, quarry_emit_fn *emit, void *ctx)
{
	*m = (struct seq_file) { .buf = buf, .size = size, .emit = emit, .emit_ctx = ctx };
}
EXPORT_SYMBOL(seq_init_emit);

void seq_flush(struct seq_file *m)
{
	if (!m->emit || !m->count)
		return;
	m->emit(m->emit_ctx, m->buf, m->count);
	m->pad_until -= min(m->pad_until, m->count);
	m->count = 0;
}
EXPORT_SYMBOL(seq_flush);

/* All or nothing, unless it goes to emit. */
static int add(struct seq_file *m, const char *s, size_t len)
{
	if (m->count + len < m->size) {
		memcpy(m->buf + m->count, s, len);
		m->count += len;
		return 0;
	}
	if (!m->emit) {
		m->count = m->size;
		return -1;
	}
	while (len) {
		size_t n = min(len, m->size - 1 - m->count);

		memcpy(m->buf + m->count, s, n);
		m->count += n;
		s += n;
		len -= n;
		if (m->count == m->size - 1)
			seq_flush(m);
	}
	return 0;
}

void seq_vprintf(struct seq_file *m, const char *fmt, va_list args)
{
	va_list again;
	int len;

	va_copy(again, args);
	if (m->count < m->size) {
		len = vsnprintf(m->buf + m->count, m->size - m->count, fmt, args);
		if (m->count + (size_t)len < m->size) {
			m->count += (size_t)len;
			goto out;
		}
		if (m->emit) {
			seq_flush(m);
			len = vscnprintf(m->buf, m->size, fmt, again);
			WARN_ONCE((size_t)len == m->size - 1,
				  "seq_printf: a buffer of %zu bytes is too small\n", m->size);
			m->count = (size_t)len;
			if (m->count == m->size - 1)
				seq_flush(m);
			goto out;
		}
	}
	m->count = m->size;
out:
	va_end(again);
}
EXPORT_SYMBOL(seq_vprintf);

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	seq_vprintf(m, fmt, args);
	va_end(args);
}
EXPORT_SYMBOL(seq_printf);

void seq_putc(struct seq_file *m, char c)
{
	add(m, &c, 1);
}
EXPORT_SYMBOL(seq_putc);

void seq_puts(struct seq_file *m, const char *s)
{
	add(m, s, strlen(s));
}
EXPORT_SYMBOL(seq_puts);

int seq_write(struct seq_file *m, const void *data, size_t len)
{
	return add(m, data, len);
}
EXPORT_SYMBOL(seq_write);

void seq_put_decimal_ull_width(struct seq_file *m, const char *delimiter,
			       unsigned long long num, unsigned int width)
{
	seq_printf(m, "%s%*llu", delimiter ? delimiter : "", (int)width, num);
}
EXPORT_SYMBOL(seq_put_decimal_ull_width);

void seq_put_decimal_ull(struct seq_file *m, const char *delimiter, unsigned long long num)
{
	seq_put_decimal_ull_width(m, delimiter, num, 0);
}
EXPORT_SYMBOL(seq_put_decimal_ull);

void seq_put_decimal_ll(struct seq_file *m, const char *delimiter, long long num)
{
	seq_printf(m, "%s%lld", delimiter ? delimiter : "", num);
}
EXPORT_SYMBOL(seq_put_decimal_ll);

void seq_put_hex_ll(struct seq_file *m, const char *delimiter, unsigned long long v,
		    unsigned int width)
{
	seq_printf(m, "%s%0*llx", delimiter ? delimiter : "", (int)width, v);
}
EXPORT_SYMBOL(seq_put_hex_ll);

/* The characters of @esc, and the backslash, as octal numbers. */
void seq_escape(struct seq_file *m, const char *s, const char *esc)
{
	for (; *s; s++)
		if (*s == '\\' || strchr(esc, *s))
			seq_printf(m, "\\%03o", (unsigned char)*s);
		else
			seq_putc(m, *s);
}
EXPORT_SYMBOL(seq_escape);

void seq_pad(struct seq_file *m, char c)
{
	/* A flush in between lowers both. */
	while (m->count < m->pad_until && !seq_has_overflowed(m))
		seq_putc(m, ' ');
	if (c)
		seq_putc(m, c);
}
EXPORT_SYMBOL(seq_pad);

void seq_hex_dump(struct seq_file *m, const char *prefix_str, int prefix_type, int rowsize,
		  int groupsize, const void *buf, size_t len, bool ascii)
{
	const u8 *p = buf;
	char text[32 * 3 + 2 + 32 + 1];
	size_t i;

	if (rowsize != 16 && rowsize != 32)
		rowsize = 16;
	for (i = 0; i < len && !seq_has_overflowed(m); i += (size_t)rowsize) {
		hex_dump_to_buffer(p + i, min(len - i, (size_t)rowsize), rowsize, groupsize,
				   text, sizeof(text), ascii);
		if (prefix_type == DUMP_PREFIX_ADDRESS)
			seq_printf(m, "%s%p: %s\n", prefix_str, p + i, text);
		else if (prefix_type == DUMP_PREFIX_OFFSET)
			seq_printf(m, "%s%.8zx: %s\n", prefix_str, i, text);
		else
			seq_printf(m, "%s%s\n", prefix_str, text);
	}
}
EXPORT_SYMBOL(seq_hex_dump);

/* Iterators over lists. */

struct list_head *seq_list_start(struct list_head *head, loff_t pos)
{
	struct list_head *lh;

	list_for_each(lh, head)
		if (pos-- == 0)
			return lh;
	return NULL;
}
EXPORT_SYMBOL(seq_list_start);

struct list_head *seq_list_start_head(struct list_head *head, loff_t pos)
{
	return pos ? seq_list_start(head, pos - 1) : head;
}
EXPORT_SYMBOL(seq_list_start_head);

struct list_head *seq_list_next(void *v, struct list_head *head, loff_t *ppos)
{
	struct list_head *next = ((struct list_head *)v)->next;

	++*ppos;
	return next == head ? NULL : next;
}
EXPORT_SYMBOL(seq_list_next);

struct hlist_node *seq_hlist_start(struct hlist_head *head, loff_t pos)
{
	struct hlist_node *node;

	hlist_for_each(node, head)
		if (pos-- == 0)
			return node;
	return NULL;
}
EXPORT_SYMBOL(seq_hlist_start);

struct hlist_node *seq_hlist_next(void *v, struct hlist_head *head, loff_t *ppos)
{
	++*ppos;
	return v == SEQ_START_TOKEN ? head->first : ((struct hlist_node *)v)->next;
}
EXPORT_SYMBOL(seq_hlist_next);
