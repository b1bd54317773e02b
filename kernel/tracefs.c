// SPDX-License-Identifier: MIT
/*
 * The files below /sys/kernel/tracing, as far as mm/trace.c has what they are about:
 *
 *	trace			what was recorded, as text; opened with O_TRUNC it is cleared
 *	tracing_on		1: record
 *	buffer_size_kb		of each CPU's ring, buffer_total_size_kb of all of them
 *	available_events	system:event, one a line; set_event: those that are on
 *	current_tracer, available_tracers	nop
 *	events/enable, events/SYSTEM/enable	1, 0, or X for some
 *	events/SYSTEM/EVENT/enable, id, format
 *
 * Locking: trace_mutex around all that mm/trace.h asks it for. A reader of "trace"
 * lets it go between two pieces of the text.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/string.h>

#include "kernel/internal.h"
#include "kernel/nodes.h"
#include "mm/internal.h"
#include "mm/trace.h"

/* trace */

/* Keys: all the reader's own */
struct trace_reader {
	loff_t pos;			/* 0: the header; n: record n is iter->entry */
	bool have;
	struct trace_iter *iter;
};

/* To the record at @pos, from where we are if that is before it. */
static void *go_to(struct trace_reader *r, loff_t pos)
{
	if (!pos) {
		r->pos = 0;
		return SEQ_START_TOKEN;
	}
	if (r->pos > pos || !r->pos) {
		trace_iter_start(r->iter);
		r->pos = 0;
		r->have = true;
	}
	while (r->have && r->pos < pos) {
		r->have = trace_iter_next(r->iter);
		r->pos++;
	}
	return r->have ? r : NULL;
}

static void *trace_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&trace_mutex);
	return go_to(m->private, *pos);
}

static void *trace_next(struct seq_file *m, void *v, loff_t *pos)
{
	return go_to(m->private, ++*pos);
}

static void trace_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&trace_mutex);
}

static int trace_show(struct seq_file *m, void *v)
{
	struct trace_reader *r = m->private;

	if (v == SEQ_START_TOKEN)
		trace_header_show(m);
	else
		trace_entry_show(m, r->iter);
	return 0;
}

static const struct seq_operations trace_ops = {
	.start = trace_start, .next = trace_next, .stop = trace_stop, .show = trace_show,
};

static int trace_open(struct inode *inode, struct file *file)
{
	struct trace_reader *r;

	if (file->f_mode & FMODE_WRITE) {
		if (file->f_flags & O_TRUNC) {
			mutex_lock(&trace_mutex);
			trace_clear();
			mutex_unlock(&trace_mutex);
		}
		return 0;
	}
	r = __seq_open_private(file, &trace_ops, sizeof(*r));
	if (!r)
		return -ENOMEM;
	r->iter = trace_iter_new();
	if (r->iter)
		return 0;
	seq_release_private(inode, file);
	return -ENOMEM;
}

static int trace_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	if (!m)
		return 0;
	kvfree(((struct trace_reader *)m->private)->iter);
	return seq_release_private(inode, file);
}

/* What is written goes nowhere: opening the file was enough. */
static ssize_t trace_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	return (ssize_t)len;
}

static const struct file_operations trace_fops = {
	.open = trace_open,
	.read = seq_read,
	.write = trace_write,
	.llseek = seq_lseek,
	.release = trace_release,
};

/* Files of a line or a few: a show function, and one that takes what is written. */

struct trace_file {
	const char *name;
	int (*show)(struct seq_file *m, void *v);
	ssize_t (*write)(struct file *file, const char __user *buf, size_t len, loff_t *pos);
	struct file_operations fops;	/* of these, from tracefs_start() on */
};

static int locked_show(struct seq_file *m, void *v);

static int file_open(struct inode *inode, struct file *file)
{
	return single_open(file, locked_show, inode->i_node);
}

static const struct trace_file *file_of(const struct quarry_node *node)
{
	return container_of(node->fops, struct trace_file, fops);
}

static void *data_of(const struct seq_file *m)
{
	return ((struct quarry_node *)m->private)->data;
}

static int locked_show(struct seq_file *m, void *v)
{
	int err;

	mutex_lock(&trace_mutex);
	err = file_of(m->private)->show(m, v);
	mutex_unlock(&trace_mutex);
	return err;
}

/* A number that was written. */
static int number(const char *buf, size_t len, unsigned long *val)
{
	char text[24];

	if (len >= sizeof(text))
		return -EINVAL;
	memcpy(text, buf, len);
	text[len] = '\0';
	return kstrtoul(text, 10, val);
}

static int tracing_on_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%d\n", tracing_on);
	return 0;
}

static ssize_t tracing_on_write(struct file *file, const char __user *buf, size_t len,
				loff_t *pos)
{
	unsigned long val;
	int err = number((__force const char *)buf, len, &val);

	if (err)
		return err;
	mutex_lock(&trace_mutex);
	WRITE_ONCE(tracing_on, val != 0);
	mutex_unlock(&trace_mutex);
	return (ssize_t)len;
}

static int size_show(struct seq_file *m, void *v)
{
	bool there;
	unsigned long kb = trace_size(&there) >> 10;

	if (there)
		seq_printf(m, "%lu\n", kb);
	else
		seq_printf(m, "0 (expanded: %lu)\n", kb);
	return 0;
}

static ssize_t size_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	unsigned long kb;
	int err = number((__force const char *)buf, len, &kb);

	if (!err && kb > ULONG_MAX >> 10)
		err = -EINVAL;
	if (err)
		return err;
	mutex_lock(&trace_mutex);
	err = trace_resize(kb << 10);
	mutex_unlock(&trace_mutex);
	return err ? err : (ssize_t)len;
}

static int total_size_show(struct seq_file *m, void *v)
{
	bool there;
	unsigned long kb = (trace_size(&there) >> 10) * machine.nr_cpus;

	if (there)
		seq_printf(m, "%lu\n", kb);
	else
		seq_printf(m, "0 (expanded: %lu)\n", kb);
	return 0;
}

static int tracers_show(struct seq_file *m, void *v)
{
	seq_puts(m, "nop\n");
	return 0;
}

static ssize_t tracer_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	const char *s = (__force const char *)buf;
	size_t n = len;

	while (n && isspace(s[n - 1]))
		n--;
	return n == 3 && !memcmp(s, "nop", 3) ? (ssize_t)len : -EINVAL;
}

static void event_line(struct seq_file *m, const struct trace_event *event)
{
	seq_printf(m, "%s:%s\n", event->system, event->name);
}

static int available_events_show(struct seq_file *m, void *v)
{
	unsigned int i;

	for (i = 0; trace_events[i]; i++)
		event_line(m, trace_events[i]);
	return 0;
}

static int set_event_show(struct seq_file *m, void *v)
{
	unsigned int i;

	for (i = 0; trace_events[i]; i++)
		if (trace_events[i]->on)
			event_line(m, trace_events[i]);
	return 0;
}

/* Names with blanks between them; one with '!' in front is switched off. */
static ssize_t set_event_write(struct file *file, const char __user *buf, size_t len,
			       loff_t *pos)
{
	char *text = kmemdup_nul((__force const char *)buf, len, GFP_KERNEL);
	char *rest = text, *name;
	int err = 0;

	if (!text)
		return -ENOMEM;
	mutex_lock(&trace_mutex);
	if (file->f_flags & O_TRUNC)
		trace_set("*", false);
	while (!err && (name = strsep(&rest, " \t\n")) != NULL)
		if (*name)
			err = trace_set(name + (*name == '!'), *name != '!');
	mutex_unlock(&trace_mutex);
	kfree(text);
	return err ? err : (ssize_t)len;
}

/* enable: @data is the pattern or, of one event's own files, the event. */

static void enable_show_of(struct seq_file *m, const char *pattern)
{
	bool on = false, off = false;
	unsigned int i;

	for (i = 0; trace_events[i]; i++) {
		if (!trace_pattern_matches(pattern, trace_events[i]))
			continue;
		on |= trace_events[i]->on;
		off |= !trace_events[i]->on;
	}
	seq_printf(m, "%c\n", on && off ? 'X' : on ? '1' : '0');
}

static int enable_show(struct seq_file *m, void *v)
{
	enable_show_of(m, data_of(m));
	return 0;
}

static int event_enable_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%d\n", ((struct trace_event *)data_of(m))->on);
	return 0;
}

static int read_switch(const char __user *buf, size_t len, bool *on)
{
	unsigned long val = 0;
	int err = number((__force const char *)buf, len, &val);

	*on = val == 1;
	return err ? err : val > 1 ? -EINVAL : 0;
}

static ssize_t enable_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	bool on;
	int err = read_switch(buf, len, &on);

	if (err)
		return err;
	mutex_lock(&trace_mutex);
	err = trace_set(file_inode(file)->i_private, on);
	mutex_unlock(&trace_mutex);
	return err ? err : (ssize_t)len;
}

static ssize_t event_enable_write(struct file *file, const char __user *buf, size_t len,
				  loff_t *pos)
{
	bool on;
	int err = read_switch(buf, len, &on);

	if (err)
		return err;
	mutex_lock(&trace_mutex);
	err = trace_event_set(file_inode(file)->i_private, on);
	mutex_unlock(&trace_mutex);
	return err ? err : (ssize_t)len;
}

static int event_id_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%u\n", ((struct trace_event *)data_of(m))->id);
	return 0;
}

static int event_format_show(struct seq_file *m, void *v)
{
	trace_format_show(m, data_of(m));
	return 0;
}

/* The tree. */

static struct trace_file files[] = {
	{ "available_events", available_events_show },
	{ "available_tracers", tracers_show },
	{ "buffer_size_kb", size_show, size_write },
	{ "buffer_total_size_kb", total_size_show },
	{ "current_tracer", tracers_show, tracer_write },
	{ "set_event", set_event_show, set_event_write },
	{ "tracing_on", tracing_on_show, tracing_on_write },
};

static struct trace_file event_files[] = {
	{ "enable", event_enable_show, event_enable_write },
	{ "format", event_format_show },
	{ "id", event_id_show },
};

static struct trace_file enable_file = { "enable", enable_show, enable_write };

static int add_node(struct quarry_node *parent, const char *name, umode_t mode,
		    const struct file_operations *fops, const void *data,
		    struct quarry_node **out)
{
	struct quarry_node *node = node_alloc(sizeof(*node), "tracefs file", mode, fops,
					      (void *)data, _THIS_IP_);
	int err = node ? node_add(node, parent, name) : -ENOMEM;

	if (err)
		kfree(node);
	else if (out)
		*out = node;
	return err;
}

static int add_dir(struct quarry_node *parent, const char *name, struct quarry_node **dir)
{
	return add_node(parent, name, S_IFDIR | 0755, NULL, NULL, dir);
}

static int add_file(struct quarry_node *parent, struct trace_file *f, const void *data)
{
	f->fops = (struct file_operations) {
		.open = file_open,
		.read = seq_read,
		.write = f->write,
		.llseek = seq_lseek,
		.release = single_release,
	};
	return add_node(parent, f->name, S_IFREG | (f->write ? 0644 : 0444), &f->fops, data, NULL);
}

static int add_event(struct quarry_node *events, const struct trace_event *event)
{
	struct quarry_node *system = node_find(events, event->system), *dir;
	unsigned int i;
	int err = 0;

	if (!system) {
		err = add_dir(events, event->system, &system);
		if (!err)
			err = add_file(system, &enable_file, event->system);
	}
	if (!err)
		err = add_dir(system, event->name, &dir);
	for (i = 0; !err && i < ARRAY_SIZE(event_files); i++)
		err = add_file(dir, &event_files[i], event);
	return err;
}

int tracefs_start(void)
{
	struct quarry_node *events;
	unsigned int i;
	int err = add_node(&node_tracefs, "trace", S_IFREG | 0644, &trace_fops, NULL, NULL);

	for (i = 0; !err && i < ARRAY_SIZE(files); i++)
		err = add_file(&node_tracefs, &files[i], NULL);
	if (!err)
		err = add_dir(&node_tracefs, "events", &events);
	if (!err)
		err = add_file(events, &enable_file, "*");
	for (i = 0; !err && trace_events[i]; i++)
		err = add_event(events, trace_events[i]);
	return err;
}
