// SPDX-License-Identifier: MIT
/*
 * Files that are a number (linux/fs.h), and opens and seeks that many files share.
 *
 * Locking: a mutex per open file.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

/* Keys: C fixed when it is opened | M lock */
struct simple_attr {
	int (*get)(void *data, u64 *val);	/* C  NULL: not to be read */
	int (*set)(void *data, u64 val);	/* C  NULL: not to be written */
	void *data;				/* C */
	const char *fmt;			/* C  of one unsigned long long */
	char text[24];				/* M  what is being read */
	struct mutex lock;
};

int simple_open(struct inode *inode, struct file *file)
{
	if (inode->i_private)
		file->private_data = inode->i_private;
	return 0;
}
EXPORT_SYMBOL(simple_open);

int nonseekable_open(struct inode *inode, struct file *file)
{
	return 0;
}
EXPORT_SYMBOL(nonseekable_open);

loff_t no_llseek(struct file *file, loff_t offset, int whence)
{
	return -ESPIPE;
}
EXPORT_SYMBOL(no_llseek);

loff_t generic_file_llseek(struct file *file, loff_t offset, int whence)
{
	if (whence == SEEK_END)
		return seq_lseek(file, file_inode(file)->i_size + offset, SEEK_SET);
	return seq_lseek(file, offset, whence);
}
EXPORT_SYMBOL(generic_file_llseek);

int simple_attr_open(struct inode *inode, struct file *file, int (*get)(void *data, u64 *val),
		     int (*set)(void *data, u64 val), const char *fmt)
{
	struct simple_attr *attr = kzalloc(sizeof(*attr), GFP_KERNEL);

	if (!attr)
		return -ENOMEM;
	attr->get = get;
	attr->set = set;
	attr->data = inode->i_private;
	attr->fmt = fmt;
	mutex_init(&attr->lock);
	file->private_data = attr;
	return 0;
}
EXPORT_SYMBOL(simple_attr_open);

int simple_attr_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}
EXPORT_SYMBOL(simple_attr_release);

/* The number as it was when the file's beginning was read, for all of the file. */
ssize_t simple_attr_read(struct file *file, char __user *buf, size_t len, loff_t *ppos)
{
	struct simple_attr *attr = file->private_data;
	ssize_t ret = 0;
	u64 val;

	if (!attr->get)
		return -EACCES;
	mutex_lock(&attr->lock);
	if (!*ppos || !*attr->text) {
		ret = attr->get(attr->data, &val);
		if (!ret)
			scnprintf(attr->text, sizeof(attr->text), attr->fmt,
				  (unsigned long long)val);
	}
	if (!ret)
		ret = simple_read_from_buffer(buf, len, ppos, attr->text, strlen(attr->text));
	mutex_unlock(&attr->lock);
	return ret;
}
EXPORT_SYMBOL(simple_attr_read);

static ssize_t write_number(struct file *file, const char *buf, size_t len, bool is_signed)
{
	struct simple_attr *attr = file->private_data;
	char text[24];
	unsigned long long val;
	long long sval;
	int err;

	if (!attr->set)
		return -EACCES;
	/* What is longer is no number of 64 bits. */
	if (len >= sizeof(text))
		return -EINVAL;
	memcpy(text, buf, len);
	text[len] = '\0';
	if (is_signed) {
		err = kstrtoll(text, 0, &sval);
		val = (unsigned long long)sval;
	} else {
		err = kstrtoull(text, 0, &val);
	}
	if (err)
		return err;
	mutex_lock(&attr->lock);
	err = attr->set(attr->data, val);
	mutex_unlock(&attr->lock);
	return err ? err : (ssize_t)len;
}

ssize_t simple_attr_write(struct file *file, const char __user *buf, size_t len, loff_t *ppos)
{
	return write_number(file, (__force const char *)buf, len, false);
}
EXPORT_SYMBOL(simple_attr_write);

ssize_t simple_attr_write_signed(struct file *file, const char __user *buf, size_t len,
				 loff_t *ppos)
{
	return write_number(file, (__force const char *)buf, len, true);
}
EXPORT_SYMBOL(simple_attr_write_signed);
