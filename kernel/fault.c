// SPDX-License-Identifier: MIT
/*
 * Fault injection: the files that set its rules.
 *
 *	/sys/kernel/debug/NAME/...	of an attribute, fail_page_alloc's and failslab's
 *					among them
 *	/proc/self/fail-nth		which call of the task that writes here fails
 *	/proc/self/make-it-fail		whether a task filter lets it fail
 *
 * "self" is who opens the file: in the shell the task that insmod runs in, too, and
 * so the init functions of modules.
 *
 * F1  A write that may switch an attribute on or off is followed by its changed().
 *
 * Locking: none; each field is stored whole. Neighbours: lib/fault_inject.c.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/fault-inject.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "kernel/internal.h"
#include "mm/internal.h"

#define DEPTH_MAX	64	/* as lib/fault_inject.c looks at */
#define FILE_MODE	0600

/* Attributes. */

static int store(struct fault_attr *attr, unsigned long *field, u64 val)
{
	if (val != (unsigned long)val)
		return -ERANGE;
	WRITE_ONCE(*field, (unsigned long)val);
	if (attr->changed)
		attr->changed();
	return 0;
}

static int probability_get(void *data, u64 *val)
{
	*val = READ_ONCE(((struct fault_attr *)data)->probability);
	return 0;
}

static int probability_set(void *data, u64 val)
{
	struct fault_attr *attr = data;

	return store(attr, &attr->probability, val);
}
DEFINE_DEBUGFS_ATTRIBUTE(probability_fops, probability_get, probability_set, "%llu\n");

static int times_get(void *data, u64 *val)
{
	*val = (u64)(s64)atomic_read(&((struct fault_attr *)data)->times);
	return 0;
}

static int times_set(void *data, u64 val)
{
	struct fault_attr *attr = data;

	if ((s64)val != (int)val || (int)val < -1)
		return -EINVAL;
	atomic_set(&attr->times, (int)val);
	if (attr->changed)
		attr->changed();
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(times_fops, times_get, times_set, "%lld\n");

static int depth_get(void *data, u64 *val)
{
	*val = READ_ONCE(((struct fault_attr *)data)->stacktrace_depth);
	return 0;
}

static int depth_set(void *data, u64 val)
{
	WRITE_ONCE(((struct fault_attr *)data)->stacktrace_depth,
		   (unsigned long)min_t(u64, val, DEPTH_MAX));
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(depth_fops, depth_get, depth_set, "%llu\n");

static int ratelimit_get(void *data, u64 *val)
{
	int ticks = READ_ONCE(((struct fault_attr *)data)->ratelimit_state.interval);

	*val = jiffies_to_msecs((unsigned long)ticks);
	return 0;
}

static int ratelimit_set(void *data, u64 val)
{
	if (val > INT_MAX)
		return -ERANGE;
	WRITE_ONCE(((struct fault_attr *)data)->ratelimit_state.interval,
		   (int)msecs_to_jiffies((unsigned int)val));
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(ratelimit_fops, ratelimit_get, ratelimit_set, "%llu\n");

static void create_address(const char *name, struct dentry *dir, unsigned long *value)
{
	if (sizeof(long) == sizeof(u64))
		debugfs_create_x64(name, FILE_MODE, dir, (u64 *)value);
	else
		debugfs_create_x32(name, FILE_MODE, dir, (u32 *)value);
}

struct dentry *fault_create_debugfs_attr(const char *name, struct dentry *parent,
					 struct fault_attr *attr)
{
	struct dentry *dir = debugfs_create_dir(name, parent);

	if (IS_ERR(dir))
		return dir;
	strscpy(attr->name, name, sizeof(attr->name));
	debugfs_create_file("probability", FILE_MODE, dir, attr, &probability_fops);
	debugfs_create_ulong("interval", FILE_MODE, dir, &attr->interval);
	debugfs_create_file("times", FILE_MODE, dir, attr, &times_fops);
	debugfs_create_atomic_t("space", FILE_MODE, dir, &attr->space);
	debugfs_create_ulong("verbose", FILE_MODE, dir, &attr->verbose);
	debugfs_create_file("verbose_ratelimit_interval_ms", FILE_MODE, dir, attr,
			    &ratelimit_fops);
	debugfs_create_u32("verbose_ratelimit_burst", FILE_MODE, dir,
			   (u32 *)&attr->ratelimit_state.burst);
	debugfs_create_bool("task-filter", FILE_MODE, dir, &attr->task_filter);
	debugfs_create_file("stacktrace-depth", FILE_MODE, dir, attr, &depth_fops);
	create_address("require-start", dir, &attr->require_start);
	create_address("require-end", dir, &attr->require_end);
	create_address("reject-start", dir, &attr->reject_start);
	create_address("reject-end", dir, &attr->reject_end);
	return dir;
}
EXPORT_SYMBOL_GPL(fault_create_debugfs_attr);

static int create_fail_page_alloc(void)
{
	struct fail_page_alloc_rules *rules = &fail_page_alloc_rules;
	struct dentry *dir = fault_create_debugfs_attr("fail_page_alloc", NULL, &rules->attr);

	if (IS_ERR(dir))
		return (int)PTR_ERR(dir);
	debugfs_create_bool("ignore-gfp-wait", FILE_MODE, dir, &rules->ignore_gfp_wait);
	debugfs_create_bool("ignore-gfp-highmem", FILE_MODE, dir, &rules->ignore_gfp_highmem);
	debugfs_create_u32("min-order", FILE_MODE, dir, &rules->min_order);
	return 0;
}

static int create_failslab(void)
{
	struct failslab_rules *rules = &failslab_rules;
	struct dentry *dir = fault_create_debugfs_attr("failslab", NULL, &rules->attr);

	if (IS_ERR(dir))
		return (int)PTR_ERR(dir);
	debugfs_create_bool("ignore-gfp-wait", FILE_MODE, dir, &rules->ignore_gfp_wait);
	debugfs_create_bool("cache-filter", FILE_MODE, dir, &rules->cache_filter);
	return 0;
}

/* Tasks. */

/* Return: 0, or an error when what was written is not one number. */
static int read_number(const char __user *buf, size_t len, unsigned int *n)
{
	char text[16];

	if (len >= sizeof(text))
		return -EINVAL;
	memcpy(text, (__force const char *)buf, len);
	text[len] = '\0';
	return kstrtouint(strim(text), 0, n);
}

static int fail_nth_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%u\n", fault_nth(current));
	return 0;
}

static int fail_nth_open(struct inode *inode, struct file *file)
{
	return single_open(file, fail_nth_show, NULL);
}

void fault_fail_nth(unsigned int n)
{
	fault_set_nth(current, n);
	fail_page_alloc_update();
	failslab_update();
}

static ssize_t fail_nth_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	unsigned int n;
	int err = read_number(buf, len, &n);

	if (err)
		return err;
	fault_fail_nth(n);
	return (ssize_t)len;
}

static const struct proc_ops fail_nth_ops = {
	.proc_open = fail_nth_open,
	.proc_read = seq_read,
	.proc_write = fail_nth_write,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
};

static int make_it_fail_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%d\n", READ_ONCE(current->make_it_fail));
	return 0;
}

static int make_it_fail_open(struct inode *inode, struct file *file)
{
	return single_open(file, make_it_fail_show, NULL);
}

static ssize_t make_it_fail_write(struct file *file, const char __user *buf, size_t len,
				  loff_t *pos)
{
	unsigned int n;
	int err = read_number(buf, len, &n);

	if (err)
		return err;
	if (n > 1)
		return -EINVAL;
	WRITE_ONCE(current->make_it_fail, n);
	return (ssize_t)len;
}

static const struct proc_ops make_it_fail_ops = {
	.proc_open = make_it_fail_open,
	.proc_read = seq_read,
	.proc_write = make_it_fail_write,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
};

/* The command's --fail-nth: counted while init functions run, over all of them. */

static unsigned int init_nth;

void quarry_fail_nth(unsigned int n)
{
	init_nth = n;
	WRITE_ONCE(fail_page_alloc_rules.ignore_gfp_wait, !n);
	WRITE_ONCE(fail_page_alloc_rules.ignore_gfp_highmem, !n);
	WRITE_ONCE(fail_page_alloc_rules.min_order, !n);
	WRITE_ONCE(failslab_rules.ignore_gfp_wait, !n);
	WRITE_ONCE(failslab_rules.cache_filter, false);
}

unsigned int quarry_fail_nth_left(void)
{
	return init_nth;
}

void fault_init_begins(void)
{
	if (init_nth)
		fault_fail_nth(init_nth);
}

void fault_init_ended(void)
{
	if (!init_nth)
		return;
	init_nth = fault_nth(current);
	fault_fail_nth(0);
}

int fault_start(void)
{
	init_nth = 0;
	if (!proc_mkdir("self", NULL) ||
	    !proc_create("self/fail-nth", 0644, NULL, &fail_nth_ops) ||
	    !proc_create("self/make-it-fail", 0644, NULL, &make_it_fail_ops))
		return -ENOMEM;
	return create_fail_page_alloc() ?: create_failslab();
}
