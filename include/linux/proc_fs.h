/* SPDX-License-Identifier: MIT */
/* Files below /proc. Bodies: kernel/proc.c */
#ifndef _LINUX_PROC_FS_H
#define _LINUX_PROC_FS_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/fs.h>
#include <linux/seq_file.h>

struct proc_dir_entry;

/* Keys: C constant */
struct proc_ops {
	unsigned int proc_flags;	/* C */
	int (*proc_open)(struct inode *inode, struct file *file);
	ssize_t (*proc_read)(struct file *file, char __user *buf, size_t len, loff_t *pos);
	ssize_t (*proc_write)(struct file *file, const char __user *buf, size_t len,
			      loff_t *pos);
	loff_t (*proc_lseek)(struct file *file, loff_t offset, int whence);
	int (*proc_release)(struct inode *inode, struct file *file);
};

/*
 * @name may begin with directories that exist, below @parent or, when that is NULL,
 * below /proc. @mode 0: 0444 for files, 0555 for directories. NULL: the name is taken
 * or bad, or there is no memory. Context: may sleep.
 */
struct proc_dir_entry *proc_mkdir(const char *name, struct proc_dir_entry *parent);
struct proc_dir_entry *proc_mkdir_data(const char *name, umode_t mode,
				       struct proc_dir_entry *parent, void *data);
struct proc_dir_entry *proc_mkdir_mode(const char *name, umode_t mode,
				       struct proc_dir_entry *parent);
struct proc_dir_entry *proc_create(const char *name, umode_t mode,
				   struct proc_dir_entry *parent, const struct proc_ops *ops);
struct proc_dir_entry *proc_create_data(const char *name, umode_t mode,
					struct proc_dir_entry *parent,
					const struct proc_ops *ops, void *data);
struct proc_dir_entry *proc_create_seq_private(const char *name, umode_t mode,
					       struct proc_dir_entry *parent,
					       const struct seq_operations *ops,
					       unsigned int state_size, void *data);
struct proc_dir_entry *proc_create_single_data(const char *name, umode_t mode,
					       struct proc_dir_entry *parent,
					       int (*show)(struct seq_file *, void *),
					       void *data);
#define proc_create_seq_data(name, mode, parent, ops, data) \
	proc_create_seq_private(name, mode, parent, ops, 0, data)
#define proc_create_seq(name, mode, parent, ops) \
	proc_create_seq_private(name, mode, parent, ops, 0, NULL)
#define proc_create_single(name, mode, parent, show) \
	proc_create_single_data(name, mode, parent, show, NULL)
/** remove_proc_entry - waits until nobody reads it. Context: may sleep. */
void remove_proc_entry(const char *name, struct proc_dir_entry *parent);
/** remove_proc_subtree - with all that is below it; 0 or -ENOENT */
int remove_proc_subtree(const char *name, struct proc_dir_entry *parent);
void proc_remove(struct proc_dir_entry *de);
void proc_set_size(struct proc_dir_entry *de, loff_t size);
void *pde_data(const struct inode *inode);
#define PDE_DATA(inode)	pde_data(inode)
void *proc_get_parent_data(const struct inode *inode);

#endif
