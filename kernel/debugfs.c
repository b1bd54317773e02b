// SPDX-License-Identifier: MIT
/*
 * debugfs (linux/debugfs.h): names below /sys/kernel/debug. kernel/nodes.c has the
 * tree; here is what a module makes of it, and the files of its variables.
 *
 * D1  A variable is read and written whole, without a lock: several CPUs may look.
 *
 * Locking: none of its own.
 */
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/string.h>

#include "kernel/internal.h"
#include "kernel/nodes.h"

struct dentry {
	struct quarry_node node;
};

/* Names. */

static struct quarry_node *dir_of(struct dentry *parent)
{
	return parent ? &parent->node : &node_debugfs;
}

static struct dentry *make(const char *name, umode_t mode, struct dentry *parent, void *data,
			   const struct file_operations *fops, loff_t size, unsigned long site)
{
	bool dir = S_ISDIR(mode);
	struct quarry_node *node;
	int err;

	if (IS_ERR(parent))
		return parent;
	if (!name || !*name || strchr(name, '/') || !S_ISDIR(dir_of(parent)->mode)) {
		pr_err("debugfs: '%s' cannot be the name of a file\n", name ? name : "(null)");
		return ERR_PTR(-EINVAL);
	}
	node = node_alloc(sizeof(struct dentry), dir ? "debugfs directory" : "debugfs file",
			  mode, fops, data, site);
	if (!node)
		return ERR_PTR(-ENOMEM);
	node->size = size;
	err = node_add(node, dir_of(parent), name);
	if (!err)
		return container_of(node, struct dentry, node);
	pr_err("debugfs: %s '%s' in directory '%s' %s\n", dir ? "directory" : "file", name,
	       parent ? parent->node.name : "/",
	       err == -EEXIST ? "is there already" : "has too long a name");
	kfree(node);
	return ERR_PTR(err == -EEXIST ? err : -ENAMETOOLONG);
}

static struct dentry *make_file(const char *name, umode_t mode, struct dentry *parent,
				const void *data, const struct file_operations *fops,
				unsigned long site)
{
	return make(name, S_IFREG | (mode & 07777), parent, (void *)data, fops, 0, site);
}

struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
{
	return make(name, S_IFDIR | 0755, parent, NULL, NULL, 0, _RET_IP_);
}
EXPORT_SYMBOL(debugfs_create_dir);

static const struct file_operations no_operations;

struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent,
				   void *data, const struct file_operations *fops)
{
	return make_file(name, mode, parent, data, fops ? fops : &no_operations, _RET_IP_);
}
EXPORT_SYMBOL(debugfs_create_file);

void debugfs_create_file_size(const char *name, umode_t mode, struct dentry *parent,
			      void *data, const struct file_operations *fops,
			      loff_t file_size)
{
	make(name, S_IFREG | (mode & 07777), parent, data, fops ? fops : &no_operations,
	     file_size, _RET_IP_);
}
EXPORT_SYMBOL(debugfs_create_file_size);

void debugfs_remove(struct dentry *dentry)
{
	if (IS_ERR_OR_NULL(dentry))
		return;
	might_sleep();
	node_remove(&dentry->node);
}
EXPORT_SYMBOL(debugfs_remove);

struct dentry *debugfs_lookup(const char *name, struct dentry *parent)
{
	struct quarry_node *node;

	if (!name || !*name || strchr(name, '/') || IS_ERR(parent))
		return NULL;
	node = node_lookup(dir_of(parent), name);
	return node ? container_of(node, struct dentry, node) : NULL;
}
EXPORT_SYMBOL(debugfs_lookup);

void debugfs_lookup_and_remove(const char *name, struct dentry *parent)
{
	struct dentry *dentry = debugfs_lookup(name, parent);

	debugfs_remove(dentry);
	dput(dentry);
}
EXPORT_SYMBOL(debugfs_lookup_and_remove);

void dput(struct dentry *dentry)
{
	if (dentry)
		node_put(&dentry->node);
}
EXPORT_SYMBOL(dput);

/* Numbers. */

ssize_t debugfs_attr_read(struct file *file, char __user *buf, size_t len, loff_t *ppos)
{
	return simple_attr_read(file, buf, len, ppos);
}
EXPORT_SYMBOL(debugfs_attr_read);

ssize_t debugfs_attr_write(struct file *file, const char __user *buf, size_t len,
			   loff_t *ppos)
{
	return simple_attr_write(file, buf, len, ppos);
}
EXPORT_SYMBOL(debugfs_attr_write);

ssize_t debugfs_attr_write_signed(struct file *file, const char __user *buf, size_t len,
				  loff_t *ppos)
{
	return simple_attr_write_signed(file, buf, len, ppos);
}
EXPORT_SYMBOL(debugfs_attr_write_signed);

/* The mode decides which of the two functions the file has. */
static int open_number(struct inode *inode, struct file *file,
		       int (*get)(void *data, u64 *val), int (*set)(void *data, u64 val),
		       const char *fmt)
{
	return simple_attr_open(inode, file, inode->i_mode & 0444 ? get : NULL,
				inode->i_mode & 0222 ? set : NULL, fmt);
}

/* get_T() and set_T() of a type; a number is cut to the type, as an assignment does. */
#define NUMBER(T, type, read, write)					\
static int get_##T(void *data, u64 *val)				\
{									\
	type *p = data;							\
									\
	*val = (u64)(read);						\
	return 0;							\
}									\
static int set_##T(void *data, u64 val)				\
{									\
	type *p = data;							\
									\
	write;								\
	return 0;							\
}

#define NUMBER_FILE(T, name, type, fmt, writer)			\
static int name##_open(struct inode *inode, struct file *file)		\
{									\
	return open_number(inode, file, get_##T, set_##T, fmt);		\
}									\
static const struct file_operations name##_fops = {			\
	.open = name##_open,						\
	.release = simple_attr_release,					\
	.read = simple_attr_read,					\
	.write = writer,						\
	.llseek = no_llseek,						\
};									\
void debugfs_create_##name(const char *path, umode_t mode,		\
			   struct dentry *parent, type *value)		\
{									\
	make_file(path, mode, parent, value, &name##_fops, _RET_IP_);	\
}									\
EXPORT_SYMBOL(debugfs_create_##name);

#define PLAIN(T, type)	NUMBER(T, type, READ_ONCE(*p), WRITE_ONCE(*p, (type)val))

PLAIN(u8, u8)
PLAIN(u16, u16)
PLAIN(u32, u32)
PLAIN(ulong, unsigned long)
PLAIN(size_t, size_t)
PLAIN(u64, u64)	/* two accesses on machines of 32 bits */
NUMBER(atomic_t, atomic_t, atomic_read(p), atomic_set(p, (int)val))

NUMBER_FILE(u8, u8, u8, "%llu\n", simple_attr_write)
NUMBER_FILE(u16, u16, u16, "%llu\n", simple_attr_write)
NUMBER_FILE(u32, u32, u32, "%llu\n", simple_attr_write)
NUMBER_FILE(u64, u64, u64, "%llu\n", simple_attr_write)
NUMBER_FILE(ulong, ulong, unsigned long, "%llu\n", simple_attr_write)
NUMBER_FILE(size_t, size_t, size_t, "%llu\n", simple_attr_write)
NUMBER_FILE(u8, x8, u8, "0x%02llx\n", simple_attr_write)
NUMBER_FILE(u16, x16, u16, "0x%04llx\n", simple_attr_write)
NUMBER_FILE(u32, x32, u32, "0x%08llx\n", simple_attr_write)
NUMBER_FILE(u64, x64, u64, "0x%016llx\n", simple_attr_write)
NUMBER_FILE(atomic_t, atomic_t, atomic_t, "%lld\n", simple_attr_write_signed)

/* Yes or no. */

static ssize_t read_bool(struct file *file, char __user *buf, size_t len, loff_t *ppos)
{
	bool *value = file->private_data;

	if (!(file_inode(file)->i_mode & 0444))
		return -EACCES;
	return simple_read_from_buffer(buf, len, ppos, READ_ONCE(*value) ? "Y\n" : "N\n", 2);
}

static ssize_t write_bool(struct file *file, const char __user *buf, size_t len, loff_t *ppos)
{
	bool *value = file->private_data, val;
	char text[8];
	int err;

	if (!(file_inode(file)->i_mode & 0222))
		return -EACCES;
	if (len >= sizeof(text))
		return -EINVAL;
	memcpy(text, (__force const char *)buf, len);
	text[len] = '\0';
	err = kstrtobool(text, &val);
	if (err)
		return err;
	WRITE_ONCE(*value, val);
	return (ssize_t)len;
}

static const struct file_operations bool_fops = {
	.open = simple_open,
	.read = read_bool,
	.write = write_bool,
	.llseek = default_llseek,
};

void debugfs_create_bool(const char *name, umode_t mode, struct dentry *parent, bool *value)
{
	make_file(name, mode, parent, value, &bool_fops, _RET_IP_);
}
EXPORT_SYMBOL(debugfs_create_bool);

/* Text, bytes and arrays. */

static int str_show(struct seq_file *m, void *v)
{
	char **value = m->private;
	char *s = READ_ONCE(*value);

	seq_printf(m, "%s\n", s ? s : "");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(str);

void debugfs_create_str(const char *name, umode_t mode, struct dentry *parent, char **value)
{
	make_file(name, mode, parent, value, &str_fops, _RET_IP_);
}
EXPORT_SYMBOL(debugfs_create_str);

static ssize_t read_blob(struct file *file, char __user *buf, size_t len, loff_t *ppos)
{
	struct debugfs_blob_wrapper *blob = file->private_data;

	return simple_read_from_buffer(buf, len, ppos, blob->data, blob->size);
}

static const struct file_operations blob_fops = {
	.open = simple_open,
	.read = read_blob,
	.llseek = default_llseek,
};

struct dentry *debugfs_create_blob(const char *name, umode_t mode, struct dentry *parent,
				   struct debugfs_blob_wrapper *blob)
{
	return make_file(name, mode & 0444, parent, blob, &blob_fops, _RET_IP_);
}
EXPORT_SYMBOL(debugfs_create_blob);

static int u32_array_show(struct seq_file *m, void *v)
{
	const struct debugfs_u32_array *a = m->private;
	u32 i;

	for (i = 0; i < a->n_elements; i++)
		seq_printf(m, "%u%c", READ_ONCE(a->array[i]), i + 1 < a->n_elements ? ' ' : '\n');
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(u32_array);

void debugfs_create_u32_array(const char *name, umode_t mode, struct dentry *parent,
			      struct debugfs_u32_array *array)
{
	make_file(name, mode & 0444, parent, array, &u32_array_fops, _RET_IP_);
}
EXPORT_SYMBOL(debugfs_create_u32_array);
