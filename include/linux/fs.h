/* SPDX-License-Identifier: MIT */
/* Open files, as far as /proc and debugfs have them. Bodies: kernel/seq_file.c, kernel/libfs.c */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/types.h>
#include <linux/fcntl.h>
#include <linux/stat.h>
#include <linux/list.h>
#include <linux/kernel.h>
#include <linux/export.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct file;
struct inode;
struct module;
struct vm_area_struct;
struct quarry_node;

#define FMODE_READ	((__force fmode_t)0x1)
#define FMODE_WRITE	((__force fmode_t)0x2)

#ifndef SEEK_SET
#define SEEK_SET	0
#define SEEK_CUR	1
#define SEEK_END	2
#endif

/* Keys: C constant */
struct file_operations {
	struct module *owner;		/* C */
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
	ssize_t (*read)(struct file *file, char __user *buf, size_t len, loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *buf, size_t len, loff_t *pos);
	int (*open)(struct inode *inode, struct file *file);
	int (*release)(struct inode *inode, struct file *file);
};

struct inode {
	umode_t i_mode;
	loff_t i_size;
	void *i_private;		/* the entry's data */
	struct quarry_node *i_node;	/* the entry itself, of kernel/nodes.c */
};

struct file {
	struct inode *f_inode;
	const struct file_operations *f_op;
	unsigned int f_flags;
	fmode_t f_mode;
	loff_t f_pos;
	void *private_data;
};

static inline struct inode *file_inode(const struct file *f)
{
	return f->f_inode;
}

/** simple_read_from_buffer - copy from a buffer what is behind *ppos; bytes or -EINVAL */
ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *ppos, const void *from,
				size_t available);
/** simple_write_to_buffer - the other way round */
ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *ppos,
			       const void __user *from, size_t count);
loff_t default_llseek(struct file *file, loff_t offset, int whence);
loff_t noop_llseek(struct file *file, loff_t offset, int whence);
loff_t no_llseek(struct file *file, loff_t offset, int whence);
loff_t generic_file_llseek(struct file *file, loff_t offset, int whence);
int nonseekable_open(struct inode *inode, struct file *file);
/** simple_open - the file's private_data is its inode's i_private */
int simple_open(struct inode *inode, struct file *file);

/*
 * Files that are a number. simple_attr_open() takes the functions and the printf
 * format of a u64; either function may be NULL, for a file that is not read or not
 * written. A write is a number as kstrtoull() takes it, of the signed form
 * kstrtoll(). Context: may sleep. Return: bytes, what @get or @set returned, -EACCES.
 */
int simple_attr_open(struct inode *inode, struct file *file, int (*get)(void *data, u64 *val),
		     int (*set)(void *data, u64 val), const char *fmt);
int simple_attr_release(struct inode *inode, struct file *file);
ssize_t simple_attr_read(struct file *file, char __user *buf, size_t len, loff_t *ppos);
ssize_t simple_attr_write(struct file *file, const char __user *buf, size_t len, loff_t *ppos);
ssize_t simple_attr_write_signed(struct file *file, const char __user *buf, size_t len,
				 loff_t *ppos);
static inline __printf(1, 2) void __simple_attr_check_format(const char *fmt, ...)
{
}

#define __QUARRY_SIMPLE_ATTRIBUTE(__fops, __get, __set, __fmt, __write)	\
static int __fops##_open(struct inode *inode, struct file *file)	\
{									\
	__simple_attr_check_format(__fmt, 0ull);			\
	return simple_attr_open(inode, file, __get, __set, __fmt);	\
}									\
static const struct file_operations __fops = {				\
	.owner = THIS_MODULE,						\
	.open = __fops##_open,						\
	.release = simple_attr_release,					\
	.read = simple_attr_read,					\
	.write = __write,						\
	.llseek = generic_file_llseek,					\
}
#define DEFINE_SIMPLE_ATTRIBUTE(__fops, __get, __set, __fmt) \
	__QUARRY_SIMPLE_ATTRIBUTE(__fops, __get, __set, __fmt, simple_attr_write)
#define DEFINE_SIMPLE_ATTRIBUTE_SIGNED(__fops, __get, __set, __fmt) \
	__QUARRY_SIMPLE_ATTRIBUTE(__fops, __get, __set, __fmt, simple_attr_write_signed)

#endif
