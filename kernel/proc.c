// SPDX-License-Identifier: MIT
/*
 * /proc: a tree of names. The core's views and the kernel's own files are in it like
 * those that modules make.
 *
 * P1  An entry is in its parent's list from its creation to its removal.
 * P2  users counts the files that are open on an entry; it is freed when it has been
 *     removed and the last of them is closed. remove_proc_entry() waits for that, so
 *     that a module can go afterwards.
 *
 * Locking: proc_lock guards the tree and the counts. Operations run without it.
 */
#include <linux/proc_fs.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/stat.h>
#include <linux/version.h>
#include <linux/wait.h>

#include "kernel/internal.h"
#include "mm/internal.h"

#define NAME_LEN	64

/* Keys: P proc_lock | C fixed when it is made */
struct proc_dir_entry {
	struct list_head list;			/* P  in the parent's children */
	struct list_head children;		/* P */
	struct proc_dir_entry *parent;		/* C */
	char name[NAME_LEN];			/* C */
	umode_t mode;				/* C */
	const struct proc_ops *ops;		/* C  NULL for a directory */
	const struct seq_operations *seq_ops;	/* C  of proc_create_seq() */
	int (*show)(struct seq_file *m, void *v); /* C  of proc_create_single() */
	unsigned int state_size;		/* C  bytes of m->private */
	void *data;				/* C */
	loff_t size;				/* P */
	unsigned int users;			/* P */
	bool removed;				/* P */
	unsigned long site;			/* C  who made it */
};

static DEFINE_SPINLOCK(proc_lock);
static struct proc_dir_entry root;
static DECLARE_WAIT_QUEUE_HEAD(closed);		/* an entry lost its last user */

/* Looking up. */

/* With proc_lock held. */
static struct proc_dir_entry *child(struct proc_dir_entry *dir, const char *name, size_t len)
{
	struct proc_dir_entry *de;

	list_for_each_entry(de, &dir->children, list)
		if (strlen(de->name) == len && !memcmp(de->name, name, len))
			return de;
	return NULL;
}

/*
 * Follows a path from @dir up to its last name, which *last becomes. With proc_lock
 * held. Return: the directory, or NULL.
 */
static struct proc_dir_entry *walk(struct proc_dir_entry *dir, const char *path,
				   const char **last)
{
	for (;;) {
		size_t len;

		path += strspn(path, "/");
		len = strcspn(path, "/");
		*last = path;
		if (!path[len + strspn(path + len, "/")])
			return dir;
		dir = child(dir, path, len);
		if (!dir || !S_ISDIR(dir->mode))
			return NULL;
		path += len;
	}
}

static struct proc_dir_entry *find(struct proc_dir_entry *dir, const char *path)
{
	const char *last;

	dir = walk(dir ? dir : &root, path, &last);
	if (dir && *last)
		dir = child(dir, last, strcspn(last, "/"));
	return dir;
}

/* A user more, if the path leads somewhere. */
static struct proc_dir_entry *get(const char *path)
{
	struct proc_dir_entry *de;

	spin_lock_irq(&proc_lock);
	de = find(NULL, path);
	if (de)
		de->users++;
	spin_unlock_irq(&proc_lock);
	return de;
}

static void put(struct proc_dir_entry *de)
{
	spin_lock_irq(&proc_lock);
	if (!--de->users && de->removed)
		wake_up_all(&closed);
	spin_unlock_irq(&proc_lock);
}

/* Making entries. */

static int seq_entry_open(struct inode *inode, struct file *file)
{
	struct proc_dir_entry *de = inode->i_pde;

	if (de->show)
		return single_open(file, de->show, de->data);
	if (de->state_size)
		return seq_open_private(file, de->seq_ops, (int)de->state_size);
	return seq_open(file, de->seq_ops);
}

static int seq_entry_release(struct inode *inode, struct file *file)
{
	struct proc_dir_entry *de = inode->i_pde;

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

static struct proc_dir_entry *make(const char *path, umode_t mode, struct proc_dir_entry *parent,
				   const struct proc_ops *ops, void *data, unsigned long site)
{
	struct proc_dir_entry *de = kzalloc(sizeof(*de), GFP_KERNEL);
	const char *last;
	size_t len;

	if (!de)
		return NULL;
	INIT_LIST_HEAD(&de->children);
	de->mode = mode;
	de->ops = ops;
	de->data = data;
	de->site = site;

	spin_lock_irq(&proc_lock);
	parent = walk(parent ? parent : &root, path, &last);
	len = parent ? strcspn(last, "/") : 0;
	if (!parent || !len || len >= NAME_LEN || child(parent, last, len))
		goto refuse;
	memcpy(de->name, last, len);
	de->parent = parent;
	list_add_tail(&de->list, &parent->children);
	spin_unlock_irq(&proc_lock);
	return de;
refuse:
	spin_unlock_irq(&proc_lock);
	if (parent && len && len < NAME_LEN)
		WARN(1, "proc_dir_entry '%s/%s' already registered\n",
		     parent == &root ? "/proc" : parent->name, path);
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

static bool unused(struct proc_dir_entry *de)
{
	bool ret;

	spin_lock_irq(&proc_lock);
	ret = !de->users;
	spin_unlock_irq(&proc_lock);
	return ret;
}

/* Off the tree already. */
static void dispose(struct proc_dir_entry *de)
{
	wait_event(closed, unused(de));
	kfree(de);
}

/* With proc_lock held. */
static void unlink(struct proc_dir_entry *de)
{
	list_del(&de->list);
	de->removed = true;
}

/* A leaf of the subtree, unlinked; @top itself comes last. */
static struct proc_dir_entry *pick_leaf(struct proc_dir_entry *top)
{
	struct proc_dir_entry *de = top;

	spin_lock_irq(&proc_lock);
	while (!list_empty(&de->children))
		de = list_first_entry(&de->children, struct proc_dir_entry, list);
	unlink(de);
	spin_unlock_irq(&proc_lock);
	return de;
}

static void remove_all(struct proc_dir_entry *top)
{
	struct proc_dir_entry *de;

	do {
		de = pick_leaf(top);
		dispose(de);
	} while (de != top);
}

void remove_proc_entry(const char *name, struct proc_dir_entry *parent)
{
	struct proc_dir_entry *de;
	bool leaf = false;

	might_sleep();
	spin_lock_irq(&proc_lock);
	de = find(parent, name);
	if (de) {
		leaf = list_empty(&de->children);
		if (leaf)
			unlink(de);
	}
	spin_unlock_irq(&proc_lock);
	if (!de) {
		WARN(1, "remove_proc_entry: name '%s' not found\n", name);
	} else if (!leaf) {
		WARN(1, "remove_proc_entry: removing non-empty directory '%s'\n", name);
		remove_all(de);
	} else {
		dispose(de);
	}
}
EXPORT_SYMBOL(remove_proc_entry);

int remove_proc_subtree(const char *name, struct proc_dir_entry *parent)
{
	struct proc_dir_entry *de;

	might_sleep();
	spin_lock_irq(&proc_lock);
	de = find(parent, name);
	spin_unlock_irq(&proc_lock);
	if (!de)
		return -ENOENT;
	remove_all(de);
	return 0;
}
EXPORT_SYMBOL(remove_proc_subtree);

void proc_remove(struct proc_dir_entry *de)
{
	if (de)
		remove_all(de);
}
EXPORT_SYMBOL(proc_remove);

void proc_set_size(struct proc_dir_entry *de, loff_t size)
{
	de->size = size;
}
EXPORT_SYMBOL(proc_set_size);

void *pde_data(const struct inode *inode)
{
	return inode->i_pde->data;
}
EXPORT_SYMBOL(pde_data);

void *proc_get_parent_data(const struct inode *inode)
{
	return inode->i_pde->parent->data;
}
EXPORT_SYMBOL(proc_get_parent_data);

/* Reading and writing, as the command does it. */

struct open_file {
	struct inode inode;
	struct file file;
};

/* Return: 0, or why not; the entry is the caller's again then. */
static int open_entry(struct proc_dir_entry *de, struct open_file *of, fmode_t mode)
{
	*of = (struct open_file) {};
	of->inode.i_mode = de->mode;
	of->inode.i_size = de->size;
	of->inode.i_private = de->data;
	of->inode.i_pde = de;
	of->file.f_inode = &of->inode;
	of->file.f_mode = mode;
	return de->ops->proc_open ? de->ops->proc_open(&of->inode, &of->file) : 0;
}

static void close_entry(struct proc_dir_entry *de, struct open_file *of)
{
	if (de->ops->proc_release)
		de->ops->proc_release(&of->inode, &of->file);
}

static int read_entry(struct proc_dir_entry *de, quarry_emit_fn *emit, void *ctx)
{
	struct open_file of;
	ssize_t n = 0;
	char *buf;
	int err;

	if (S_ISDIR(de->mode))
		return -EISDIR;
	if (!de->ops->proc_read)
		return -EIO;
	buf = kmalloc(PAGE_SIZE, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	err = open_entry(de, &of, FMODE_READ);
	if (!err) {
		while ((n = de->ops->proc_read(&of.file, buf, PAGE_SIZE, &of.file.f_pos)) > 0)
			emit(ctx, buf, (size_t)n);
		close_entry(de, &of);
	}
	kfree(buf);
	return err ? err : (int)n;
}

int quarry_proc_read(const char *path, quarry_emit_fn *emit, void *ctx)
{
	struct proc_dir_entry *de = get(path);
	int err;

	if (!de)
		return -ENOENT;
	err = read_entry(de, emit, ctx);
	put(de);
	return err;
}

static long write_entry(struct proc_dir_entry *de, const char *text, size_t len)
{
	struct open_file of;
	long n;

	if (S_ISDIR(de->mode))
		return -EISDIR;
	if (!de->ops->proc_write)
		return -EIO;
	n = open_entry(de, &of, FMODE_WRITE);
	if (n)
		return n;
	n = de->ops->proc_write(&of.file, text, len, &of.file.f_pos);
	close_entry(de, &of);
	return n;
}

long quarry_proc_write(const char *path, const char *text, size_t len)
{
	struct proc_dir_entry *de = get(path);
	long n;

	if (!de)
		return -ENOENT;
	n = write_entry(de, text, len);
	put(de);
	return n;
}

/* The name of child number @i, or false. */
static bool nth_name(struct proc_dir_entry *dir, unsigned int i, char *name)
{
	struct proc_dir_entry *de;
	bool found = false;

	spin_lock_irq(&proc_lock);
	list_for_each_entry(de, &dir->children, list) {
		if (i--)
			continue;
		strscpy(name, de->name, NAME_LEN);
		found = true;
		break;
	}
	spin_unlock_irq(&proc_lock);
	return found;
}

int quarry_proc_list(const char *path, quarry_emit_fn *emit, void *ctx)
{
	struct proc_dir_entry *dir = get(path);
	char name[NAME_LEN + 1];
	unsigned int i;
	int err = 0;

	if (!dir)
		return -ENOENT;
	if (!S_ISDIR(dir->mode))
		err = -ENOTDIR;
	for (i = 0; !err && nth_name(dir, i, name); i++) {
		size_t len = strlen(name);

		name[len] = '\n';
		emit(ctx, name, len + 1);
	}
	put(dir);
	return err;
}

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

int proc_start(void)
{
	static const struct {
		const char *name;
		int (*show)(struct seq_file *m, void *v);
	} own[] = {
		{ "cmdline", cmdline_show },
		{ "modules", modules_file_show },
		{ "uptime", uptime_show },
		{ "version", version_show },
	};
	const struct mm_view *view;
	unsigned int i;

	spin_lock_init(&proc_lock);
	init_waitqueue_head(&closed);
	root = (struct proc_dir_entry) { .mode = S_IFDIR | 0555, .parent = &root };
	INIT_LIST_HEAD(&root.children);
	for (i = 0; (view = mm_view(i)); i++)
		if (!proc_create_single_data(view->name, 0444, NULL, view_show, (void *)view))
			return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(own); i++)
		if (!proc_create_single(own[i].name, 0444, NULL, own[i].show))
			return -ENOMEM;
	return 0;
}

void proc_stop(void)
{
	while (root.children.next && !list_empty(&root.children))
		remove_all(list_first_entry(&root.children, struct proc_dir_entry, list));
}

/* Entries in order, the tree flattened: number @i. With proc_lock held. */
static struct proc_dir_entry *nth(struct proc_dir_entry *dir, unsigned int *i)
{
	struct proc_dir_entry *de, *found;

	list_for_each_entry(de, &dir->children, list) {
		if (!(*i)--)
			return de;
		found = nth(de, i);
		if (found)
			return found;
	}
	return NULL;
}

void proc_holdings(struct holdings *hs)
{
	unsigned int i;

	for (i = 0;; i++) {
		struct quarry_holding h = { .kind = "proc entry", .size = sizeof(root) };
		struct proc_dir_entry *de;
		char name[NAME_LEN];
		unsigned int n = i;

		spin_lock_irq(&proc_lock);
		de = nth(&root, &n);
		if (de) {
			h.address = (uintptr_t)de;
			h.site = de->site;
			strscpy(name, de->name, sizeof(name));
		}
		spin_unlock_irq(&proc_lock);
		if (!de)
			return;
		h.detail = name;
		holding(hs, &h);
	}
}
