/* SPDX-License-Identifier: MIT */
/*
 * debugfs: files of a module's own, below /sys/kernel/debug. Bodies: kernel/debugfs.c
 *
 * Errors need not be looked at: a parent that is an error pointer makes nothing. A
 * file of a number takes @mode's word for whether it may be read and written.
 */
#ifndef _LINUX_DEBUGFS_H
#define _LINUX_DEBUGFS_H

#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/atomic.h>

struct dentry;

struct debugfs_blob_wrapper {
	void *data;
	unsigned long size;		/* bytes */
};

struct debugfs_u32_array {
	u32 *array;
	u32 n_elements;
};

/**
 * debugfs_create_dir - a directory below @parent; NULL: below /sys/kernel/debug
 * Context: may sleep. Return: it, or ERR_PTR(-EEXIST, -ENOMEM, -EINVAL).
 */
struct dentry *debugfs_create_dir(const char *name, struct dentry *parent);
/** debugfs_create_file - @data becomes the inode's i_private. Otherwise as above. */
struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent,
				   void *data, const struct file_operations *fops);
void debugfs_create_file_size(const char *name, umode_t mode, struct dentry *parent,
			      void *data, const struct file_operations *fops,
			      loff_t file_size);
#define debugfs_create_file_unsafe(name, mode, parent, data, fops) \
	debugfs_create_file(name, mode, parent, data, fops)

/* Files that show a variable, and change it. Decimal; the x ones in hexadecimal. */
void debugfs_create_u8(const char *name, umode_t mode, struct dentry *parent, u8 *value);
void debugfs_create_u16(const char *name, umode_t mode, struct dentry *parent, u16 *value);
void debugfs_create_u32(const char *name, umode_t mode, struct dentry *parent, u32 *value);
void debugfs_create_u64(const char *name, umode_t mode, struct dentry *parent, u64 *value);
void debugfs_create_ulong(const char *name, umode_t mode, struct dentry *parent,
			  unsigned long *value);
void debugfs_create_x8(const char *name, umode_t mode, struct dentry *parent, u8 *value);
void debugfs_create_x16(const char *name, umode_t mode, struct dentry *parent, u16 *value);
void debugfs_create_x32(const char *name, umode_t mode, struct dentry *parent, u32 *value);
void debugfs_create_x64(const char *name, umode_t mode, struct dentry *parent, u64 *value);
void debugfs_create_size_t(const char *name, umode_t mode, struct dentry *parent,
			   size_t *value);
void debugfs_create_atomic_t(const char *name, umode_t mode, struct dentry *parent,
			     atomic_t *value);
/** debugfs_create_bool - Y or N; takes what kstrtobool() takes */
void debugfs_create_bool(const char *name, umode_t mode, struct dentry *parent, bool *value);
/** debugfs_create_str - a string and a line break; it cannot be written */
void debugfs_create_str(const char *name, umode_t mode, struct dentry *parent, char **value);
struct dentry *debugfs_create_blob(const char *name, umode_t mode, struct dentry *parent,
				   struct debugfs_blob_wrapper *blob);
void debugfs_create_u32_array(const char *name, umode_t mode, struct dentry *parent,
			      struct debugfs_u32_array *array);

/**
 * debugfs_remove - remove a file, or a directory with all that is in it
 * NULL and error pointers are let pass. Waits until nobody reads it. May sleep.
 */
void debugfs_remove(struct dentry *dentry);
#define debugfs_remove_recursive(dentry)	debugfs_remove(dentry)
/** debugfs_lookup - a name in a directory, or NULL; the caller's until dput() */
struct dentry *debugfs_lookup(const char *name, struct dentry *parent);
void debugfs_lookup_and_remove(const char *name, struct dentry *parent);
/** dput - drop a reference; NULL is let pass */
void dput(struct dentry *dentry);

static inline bool debugfs_initialized(void)
{
	return true;
}

ssize_t debugfs_attr_read(struct file *file, char __user *buf, size_t len, loff_t *ppos);
ssize_t debugfs_attr_write(struct file *file, const char __user *buf, size_t len,
			   loff_t *ppos);
ssize_t debugfs_attr_write_signed(struct file *file, const char __user *buf, size_t len,
				  loff_t *ppos);

#define __QUARRY_DEBUGFS_ATTRIBUTE(__fops, __get, __set, __fmt, __write) \
static int __fops##_open(struct inode *inode, struct file *file)	\
{									\
	__simple_attr_check_format(__fmt, 0ull);			\
	return simple_attr_open(inode, file, __get, __set, __fmt);	\
}									\
static const struct file_operations __fops = {				\
	.owner = THIS_MODULE,						\
	.open = __fops##_open,						\
	.release = simple_attr_release,					\
	.read = debugfs_attr_read,					\
	.write = __write,						\
	.llseek = no_llseek,						\
}
#define DEFINE_DEBUGFS_ATTRIBUTE(__fops, __get, __set, __fmt) \
	__QUARRY_DEBUGFS_ATTRIBUTE(__fops, __get, __set, __fmt, debugfs_attr_write)
#define DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(__fops, __get, __set, __fmt) \
	__QUARRY_DEBUGFS_ATTRIBUTE(__fops, __get, __set, __fmt, debugfs_attr_write_signed)

#endif
