// SPDX-License-Identifier: MIT
/*
 * /proc: the core's views, the kernel's own files, and those that modules make.
 * kernel/nodes.c has the tree, and who may look at what when.
 *
 * Locking: none of its own.
 */
#include <linux/proc_fs.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/page_owner.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/string.h>
#include <linux/version.h>

#include "kernel/internal.h"
#include "kernel/nodes.h"
#include "mm/internal.h"

/* Keys: C fixed when it is made */
struct proc_dir_entry {
	struct quarry_node node;
	struct file_operations fops;		/* C  of its struct proc_ops */
	const struct seq_operations *seq_ops;	/* C  of proc_create_seq() */
	int (*show)(struct seq_file *m, void *v); /* C  of proc_create_single() */
	unsigned int state_size;		/* C  bytes of m->private */
};

static struct proc_dir_entry *entry_of(const struct inode *inode)
{
	return container_of(inode->i_node, struct proc_dir_entry, node);
}

static struct quarry_node *dir_of(struct proc_dir_entry *parent)
{
	return parent ? &parent->node : &node_proc;
}

/* Making entries. */

static int seq_entry_open(struct inode *inode, struct file *file)
{
	struct proc_dir_entry *de = entry_of(inode);

	if (de->show)
		return single_open(file, de->show, de->node.data);
	if (de->state_size)
		return seq_open_private(file, de->seq_ops, (int)de->state_size);
	return seq_open(file, de->seq_ops);
}

static int seq_entry_release(struct inode *inode, struct file *file)
{
	struct proc_dir_entry *de = entry_of(inode);

	if (de->show)
		return single_release(inode, file);
	if (de->state_size)
		return seq_release_private(inode, file);
	return seq_release(inode, file);
}

static const struct proc_ops seq_entry_ops = {
	.proc_open = seq_entry_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = seq_entry_release,
};

/* What a file of /proc answers that has no such operation. */

static ssize_t cannot_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	return -EIO;
}

static ssize_t cannot_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	return -EIO;
}

static struct proc_dir_entry *make(const char *path, umode_t mode, struct proc_dir_entry *parent,
				   const struct proc_ops *ops, void *data, unsigned long site)
{
	struct quarry_node *node = node_alloc(sizeof(struct proc_dir_entry), "proc entry", mode,
					      NULL, data, site);
	struct proc_dir_entry *de = container_of(node, struct proc_dir_entry, node);
	int err;

	if (!node)
		return NULL;
	if (ops) {
		de->fops = (struct file_operations) {
			.llseek = ops->proc_lseek,
			.read = ops->proc_read ? ops->proc_read : cannot_read,
			.write = ops->proc_write ? ops->proc_write : cannot_write,
			.open = ops->proc_open,
			.release = ops->proc_release,
		};
		node->fops = &de->fops;
	}
	err = node_add(node, dir_of(parent), path);
	if (!err)
		return de;
	if (err == -EEXIST)
		WARN(1, "proc_dir_entry '%s/%s' already registered\n",
		     parent ? parent->node.name : "/proc", path);
	else
		pr_warn("name '%s' is bad, or its directory is not there\n", path);
	kfree(de);
	return NULL;
}

static struct proc_dir_entry *make_file(const char *name, umode_t mode,
					struct proc_dir_entry *parent,
					const struct proc_ops *ops, void *data,
					unsigned long site)
{
	if (!(mode & 0777))
		mode |= 0444;
	return make(name, S_IFREG | (mode & 07777), parent, ops, data, site);
}

struct proc_dir_entry *proc_create_data(const char *name, umode_t mode,
					struct proc_dir_entry *parent,
					const struct proc_ops *ops, void *data)
{
	return make_file(name, mode, parent, ops, data, _RET_IP_);
}
EXPORT_SYMBOL(proc_create_data);

struct proc_dir_entry *proc_create(const char *name, umode_t mode,
				   struct proc_dir_entry *parent, const struct proc_ops *ops)
{
	return make_file(name, mode, parent, ops, NULL, _RET_IP_);
}
EXPORT_SYMBOL(proc_create);

struct proc_dir_entry *proc_create_seq_private(const char *name, umode_t mode,
					       struct proc_dir_entry *parent,
					       const struct seq_operations *ops,
					       unsigned int state_size, void *data)
{
	struct proc_dir_entry *de = make_file(name, mode, parent, &seq_entry_ops, data, _RET_IP_);

	if (de) {
		de->seq_ops = ops;
		de->state_size = state_size;
	}
	return de;
}
EXPORT_SYMBOL(proc_create_seq_private);

struct proc_dir_entry *proc_create_single_data(const char *name, umode_t mode,
					       struct proc_dir_entry *parent,
					       int (*show)(struct seq_file *, void *), void *data)
{
	struct proc_dir_entry *de = make_file(name, mode, parent, &seq_entry_ops, data, _RET_IP_);

	if (de)
		de->show = show;
	return de;
}
EXPORT_SYMBOL(proc_create_single_data);

struct proc_dir_entry *proc_mkdir_data(const char *name, umode_t mode,
				       struct proc_dir_entry *parent, void *data)
{
	return make(name, S_IFDIR | (mode ? mode : 0555), parent, NULL, data, _RET_IP_);
}
EXPORT_SYMBOL(proc_mkdir_data);

struct proc_dir_entry *proc_mkdir_mode(const char *name, umode_t mode,
				       struct proc_dir_entry *parent)
{
	return make(name, S_IFDIR | (mode ? mode : 0555), parent, NULL, NULL, _RET_IP_);
}
EXPORT_SYMBOL(proc_mkdir_mode);

struct proc_dir_entry *proc_mkdir(const char *name, struct proc_dir_entry *parent)
{
	return make(name, S_IFDIR | 0555, parent, NULL, NULL, _RET_IP_);
}
EXPORT_SYMBOL(proc_mkdir);

/* Removing them. */

void remove_proc_entry(const char *name, struct proc_dir_entry *parent)
{
	struct quarry_node *node = node_find(dir_of(parent), name);

	might_sleep();
	if (WARN(!node, "remove_proc_entry: name '%s' not found\n", name))
		return;
	WARN(!node_is_empty(node), "remove_proc_entry: removing non-empty directory '%s'\n",
	     name);
	node_remove(node);
}
EXPORT_SYMBOL(remove_proc_entry);

int remove_proc_subtree(const char *name, struct proc_dir_entry *parent)
{
	struct quarry_node *node = node_find(dir_of(parent), name);

	might_sleep();
	if (!node)
		return -ENOENT;
	node_remove(node);
	return 0;
}
EXPORT_SYMBOL(remove_proc_subtree);

void proc_remove(struct proc_dir_entry *de)
{
	if (de)
		node_remove(&de->node);
}
EXPORT_SYMBOL(proc_remove);

void proc_set_size(struct proc_dir_entry *de, loff_t size)
{
	de->node.size = size;
}
EXPORT_SYMBOL(proc_set_size);

void *pde_data(const struct inode *inode)
{
	return inode->i_node->data;
}
EXPORT_SYMBOL(pde_data);

void *proc_get_parent_data(const struct inode *inode)
{
	return inode->i_node->parent->data;
}
EXPORT_SYMBOL(proc_get_parent_data);

/* The kernel's own files. */

static int view_show(struct seq_file *m, void *v)
{
	const struct mm_view *view = m->private;

	return view->show(m);
}

static int modules_file_show(struct seq_file *m, void *v)
{
	return modules_show(m);
}

#ifdef __clang__
#define COMPILER	__VERSION__
#else
#define COMPILER	"gcc " __VERSION__
#endif

static int version_show(struct seq_file *m, void *v)
{
	seq_printf(m, "Linux version %d.%d.%d-quarry (quarry) (%s) #1 SMP PREEMPT\n",
		   LINUX_VERSION_MAJOR, LINUX_VERSION_PATCHLEVEL, LINUX_VERSION_SUBLEVEL,
		   COMPILER);
	return 0;
}

static int cmdline_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%s\n", boot_command_line());
	return 0;
}

/* Seconds since boot, and seconds that CPUs were idle, which nobody counts. */
static int uptime_show(struct seq_file *m, void *v)
{
	struct timespec64 ts;

	ktime_get_boottime_ts64(&ts);
	seq_printf(m, "%lld.%02ld 0.00\n", (long long)ts.tv_sec,
		   ts.tv_nsec / (NSEC_PER_SEC / 100));
	return 0;
}

static int view_open(struct inode *inode, struct file *file)
{
	return single_open(file, view_show, inode->i_private);
}

static const struct file_operations view_fops = {
	.owner = THIS_MODULE,
	.open = view_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};

/* Where the kernel has it, and as there only when pages have their owners recorded. */
static int create_page_owner(const struct mm_view *view)
{
	if (!page_owner_on)
		return 0;
	return PTR_ERR_OR_ZERO(debugfs_create_file("page_owner", 0400, NULL, (void *)view,
						   &view_fops));
}

int proc_start(void)
{
	static const struct {
		const char *name;
		int (*show)(struct seq_file *m, void *v);
	} own[] = {
		{ "cmdline", cmdline_show },
		{ "modules", modules_file_show },
		{ "stacks", stacks_show },
		{ "uptime", uptime_show },
		{ "version", version_show },
	};
	const struct mm_view *view;
	unsigned int i;

	for (i = 0; (view = mm_view(i)); i++) {
		if (!proc_create_single_data(view->name, 0444, NULL, view_show, (void *)view))
			return -ENOMEM;
		if (!strcmp(view->name, "page_owner") && create_page_owner(view))
			return -ENOMEM;
	}
	for (i = 0; i < ARRAY_SIZE(own); i++)
		if (!proc_create_single(own[i].name, 0444, NULL, own[i].show))
			return -ENOMEM;
	return 0;
}
