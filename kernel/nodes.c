// SPDX-License-Identifier: MIT
/*
 * Names and the files behind them: one tree for /proc, debugfs and tracefs, whose
 * roots are directories of it. The command reads and writes by path.
 *
 * N1  A node is in its parent's list from node_add() to node_remove().
 * N2  users counts the files that are open on a node; node_remove() waits until
 *     there are none, so that a module can go afterwards.
 * N3  A node is freed when its last reference is dropped; the tree has one. Without
 *     the tree's, nothing but node_put() may be done to it.
 *
 * Locking: node_lock guards the tree and the counts. Operations run without it.
 */
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/stat.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "kernel/internal.h"
#include "kernel/nodes.h"
#include "mm/internal.h"

static DEFINE_SPINLOCK(node_lock);
static DECLARE_WAIT_QUEUE_HEAD(closed);		/* a node lost its last user */

static struct quarry_node root, sys, sys_kernel, sys_slab, debug_slab, tracing_link;
static struct quarry_node sys_devices, sys_system, sys_cpu;
struct quarry_node node_proc, node_debugfs, node_tracefs;

static bool is_dir(const struct quarry_node *node)
{
	return S_ISDIR(node->mode);
}

/* Looking up. */

/* With node_lock held. */
static struct quarry_node *child(struct quarry_node *dir, const char *name, size_t len)
{
	struct quarry_node *node;

	list_for_each_entry(node, &dir->children, list)
		if (strlen(node->name) == len && !memcmp(node->name, name, len))
			return node->target ? node->target : node;
	return NULL;
}

/*
 * Follows a path from @dir up to its last name, which *last becomes. With node_lock
 * held. Return: the directory, or NULL.
 */
static struct quarry_node *walk(struct quarry_node *dir, const char *path, const char **last)
{
	for (;;) {
		size_t len;

		path += strspn(path, "/");
		len = strcspn(path, "/");
		*last = path;
		if (!path[len + strspn(path + len, "/")])
			return dir;
		dir = child(dir, path, len);
		if (!dir || !is_dir(dir))
			return NULL;
		path += len;
	}
}

/* With node_lock held. */
static struct quarry_node *find(struct quarry_node *dir, const char *path)
{
	const char *last;

	dir = walk(dir, path, &last);
	if (dir && *last)
		dir = child(dir, last, strcspn(last, "/"));
	return dir;
}

struct quarry_node *node_find(struct quarry_node *dir, const char *path)
{
	struct quarry_node *node;

	spin_lock_irq(&node_lock);
	node = find(dir, path);
	spin_unlock_irq(&node_lock);
	return node;
}

struct quarry_node *node_lookup(struct quarry_node *dir, const char *path)
{
	struct quarry_node *node;

	spin_lock_irq(&node_lock);
	node = find(dir, path);
	if (node)
		node->refs++;
	spin_unlock_irq(&node_lock);
	return node;
}

void node_put(struct quarry_node *node)
{
	bool last;

	spin_lock_irq(&node_lock);
	last = !--node->refs;
	spin_unlock_irq(&node_lock);
	if (last)
		kfree(node);
}

/* What a user means: "/sys/kernel/debug/x"; "meminfo" is below /proc. One user more. */
static struct quarry_node *use(const char *path)
{
	struct quarry_node *node;

	spin_lock_irq(&node_lock);
	node = find(*path == '/' ? &root : &node_proc, path);
	if (node)
		node->users++;
	spin_unlock_irq(&node_lock);
	return node;
}

static void unuse(struct quarry_node *node)
{
	spin_lock_irq(&node_lock);
	if (!--node->users)
		wake_up_all(&closed);
	spin_unlock_irq(&node_lock);
}

/* Is a path in or below a directory whose names are made up? Then *rest is what is below. */
static const struct node_space *space_of(const char *path, const char **rest)
{
	struct quarry_node *dir = *path == '/' ? &root : &node_proc;
	const struct node_space *space = NULL;
	size_t len;

	spin_lock_irq(&node_lock);
	while (dir && is_dir(dir)) {
		path += strspn(path, "/");
		*rest = path;
		space = dir->space;
		len = strcspn(path, "/");
		if (space || !len)
			break;
		dir = child(dir, path, len);
		path += len;
	}
	spin_unlock_irq(&node_lock);
	return space;
}

bool node_is_empty(struct quarry_node *dir)
{
	bool ret;

	spin_lock_irq(&node_lock);
	ret = list_empty(&dir->children);
	spin_unlock_irq(&node_lock);
	return ret;
}

/* Adding and removing. */

struct quarry_node *node_alloc(size_t size, const char *kind, umode_t mode,
			       const struct file_operations *fops, void *data,
			       unsigned long site)
{
	struct quarry_node *node = kzalloc(size, GFP_KERNEL);

	if (!node)
		return NULL;
	INIT_LIST_HEAD(&node->children);
	node->kind = kind;
	node->mode = mode;
	node->fops = fops;
	node->data = data;
	node->site = site;
	node->refs = 1;
	return node;
}

int node_add(struct quarry_node *node, struct quarry_node *parent, const char *path)
{
	const char *last;
	int err = -ENOENT;
	size_t len;

	spin_lock_irq(&node_lock);
	parent = walk(parent, path, &last);
	len = parent ? strcspn(last, "/") : 0;
	if (len && len < NODE_NAME_LEN) {
		err = -EEXIST;
		if (!child(parent, last, len)) {
			memcpy(node->name, last, len);
			node->parent = parent;
			list_add_tail(&node->list, &parent->children);
			err = 0;
		}
	}
	spin_unlock_irq(&node_lock);
	return err;
}

static bool unused(struct quarry_node *node)
{
	bool ret;

	spin_lock_irq(&node_lock);
	ret = !node->users;
	spin_unlock_irq(&node_lock);
	return ret;
}

/* Takes a leaf of the subtree off the tree; @top itself comes last. */
static struct quarry_node *take_leaf(struct quarry_node *top)
{
	struct quarry_node *node = top;

	spin_lock_irq(&node_lock);
	while (!list_empty(&node->children))
		node = list_first_entry(&node->children, struct quarry_node, list);
	list_del(&node->list);
	spin_unlock_irq(&node_lock);
	return node;
}

void node_remove(struct quarry_node *top)
{
	struct quarry_node *node;
	bool end;

	do {
		node = take_leaf(top);
		end = node == top;
		wait_event(closed, unused(node));
		node_put(node);
	} while (!end);
}

/* Reading and writing by path. */

struct open_file {
	struct inode inode;
	struct file file;
};

static int open_node(struct quarry_node *node, struct open_file *of, unsigned int flags)
{
	*of = (struct open_file) {};
	of->inode.i_mode = node->mode;
	of->inode.i_size = node->size;
	of->inode.i_private = node->data;
	of->inode.i_node = node;
	of->file.f_inode = &of->inode;
	of->file.f_op = node->fops;
	of->file.f_flags = flags;
	of->file.f_mode = (flags & O_ACCMODE) == O_WRONLY ? FMODE_WRITE : FMODE_READ;
	return node->fops->open ? node->fops->open(&of->inode, &of->file) : 0;
}

static void close_node(struct quarry_node *node, struct open_file *of)
{
	if (node->fops->release)
		node->fops->release(&of->inode, &of->file);
}

static int read_node(struct quarry_node *node, quarry_emit_fn *emit, void *ctx)
{
	struct open_file of;
	ssize_t n = 0;
	char *buf;
	int err;

	if (is_dir(node))
		return -EISDIR;
	if (!node->fops->read)
		return -EINVAL;
	buf = kmalloc(PAGE_SIZE, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	err = open_node(node, &of, O_RDONLY);
	if (!err) {
		while ((n = node->fops->read(&of.file, buf, PAGE_SIZE, &of.file.f_pos)) > 0)
			emit(ctx, buf, (size_t)n);
		close_node(node, &of);
	}
	kfree(buf);
	return err ? err : (int)n;
}

static int read_made(const struct node_space *space, const char *path, quarry_emit_fn *emit,
		     void *ctx)
{
	struct node_made made = {};
	int err = *path ? space->find(path, &made) : -EISDIR;

	if (err)
		return err;
	err = read_node(&made.node, emit, ctx);
	space->drop(&made);
	return err;
}

int quarry_proc_read(const char *path, quarry_emit_fn *emit, void *ctx)
{
	const char *rest;
	const struct node_space *space = space_of(path, &rest);
	struct quarry_node *node;
	int err;

	if (space)
		return read_made(space, rest, emit, ctx);
	node = use(path);
	if (!node)
		return -ENOENT;
	err = read_node(node, emit, ctx);
	unuse(node);
	return err;
}

static long write_node(struct quarry_node *node, const char *text, size_t len,
		       unsigned int flags)
{
	struct open_file of;
	long n;

	if (is_dir(node))
		return -EISDIR;
	if (!node->fops->write)
		return -EINVAL;
	n = open_node(node, &of, O_WRONLY | flags);
	if (n)
		return n;
	n = node->fops->write(&of.file, text, len, &of.file.f_pos);
	close_node(node, &of);
	return n;
}

static long write_made(const struct node_space *space, const char *path, const char *text,
		       size_t len, unsigned int flags)
{
	struct node_made made = {};
	long n = *path ? space->find(path, &made) : -EISDIR;

	if (n)
		return n;
	n = write_node(&made.node, text, len, flags);
	space->drop(&made);
	return n;
}

static long write_path(const char *path, const char *text, size_t len, unsigned int flags)
{
	const char *rest;
	const struct node_space *space = space_of(path, &rest);
	struct quarry_node *node;
	long n;

	if (space)
		return write_made(space, rest, text, len, flags);
	node = use(path);
	if (!node)
		return -ENOENT;
	n = write_node(node, text, len, flags);
	unuse(node);
	return n;
}

long quarry_proc_write(const char *path, const char *text, size_t len)
{
	return write_path(path, text, len, O_TRUNC);
}

long quarry_proc_append(const char *path, const char *text, size_t len)
{
	return write_path(path, text, len, O_APPEND);
}

/* The name of child number @i, or false. */
static bool nth_name(struct quarry_node *dir, unsigned int i, char *name)
{
	struct quarry_node *node;
	bool found = false;

	spin_lock_irq(&node_lock);
	list_for_each_entry(node, &dir->children, list) {
		if (i--)
			continue;
		strscpy(name, node->name, NODE_NAME_LEN);
		found = true;
		break;
	}
	spin_unlock_irq(&node_lock);
	return found;
}

static void emit_name(char *name, quarry_emit_fn *emit, void *ctx)
{
	size_t len = strlen(name);

	name[len] = '\n';
	emit(ctx, name, len + 1);
}

static int list_made(const struct node_space *space, const char *path, quarry_emit_fn *emit,
		     void *ctx)
{
	char name[NODE_NAME_LEN + 1];
	struct node_made made = {};
	unsigned int i;
	int err = 0;

	if (*path)
		err = space->find(path, &made);
	if (err)
		return err;
	if (*path && !is_dir(&made.node))
		err = -ENOTDIR;
	for (i = 0; !err && space->nth(path, i, name); i++)
		emit_name(name, emit, ctx);
	if (*path)
		space->drop(&made);
	return err;
}

int quarry_proc_list(const char *path, quarry_emit_fn *emit, void *ctx)
{
	const char *rest;
	const struct node_space *space = space_of(path, &rest);
	char name[NODE_NAME_LEN + 1];
	struct quarry_node *dir;
	unsigned int i;
	int err = 0;

	if (space)
		return list_made(space, rest, emit, ctx);
	dir = use(path);
	if (!dir)
		return -ENOENT;
	if (!is_dir(dir))
		err = -ENOTDIR;
	for (i = 0; !err && nth_name(dir, i, name); i++)
		emit_name(name, emit, ctx);
	unuse(dir);
	return err;
}

/* Start, stop, and who holds what. */

static void add_root(struct quarry_node *node, struct quarry_node *parent, const char *name,
		     struct quarry_node *target)
{
	*node = (struct quarry_node) { .parent = parent, .target = target, .refs = 1,
				       .mode = S_IFDIR | 0555 };
	INIT_LIST_HEAD(&node->children);
	strscpy(node->name, name, sizeof(node->name));
	if (parent)
		list_add_tail(&node->list, &parent->children);
}

void nodes_start(void)
{
	spin_lock_init(&node_lock);
	init_waitqueue_head(&closed);
	add_root(&root, NULL, "", NULL);
	add_root(&node_proc, &root, "proc", NULL);
	add_root(&sys, &root, "sys", NULL);
	add_root(&sys_devices, &sys, "devices", NULL);
	add_root(&sys_system, &sys_devices, "system", NULL);
	add_root(&sys_cpu, &sys_system, "cpu", NULL);
	sys_cpu.space = &cpu_space;
	add_root(&sys_kernel, &sys, "kernel", NULL);
	add_root(&node_debugfs, &sys_kernel, "debug", NULL);
	add_root(&sys_slab, &sys_kernel, "slab", NULL);
	sys_slab.space = &slab_space;
	add_root(&node_tracefs, &sys_kernel, "tracing", NULL);
	/* Where it was before it had a place of its own, and where people still look. */
	add_root(&tracing_link, &node_debugfs, "tracing", &node_tracefs);
	add_root(&debug_slab, &node_debugfs, "slab", NULL);
	debug_slab.space = &slab_debug_space;
}

static void clear_root(struct quarry_node *dir)
{
	while (!list_empty(&dir->children))
		node_remove(list_first_entry(&dir->children, struct quarry_node, list));
}

void nodes_stop(void)
{
	if (!root.children.next)	/* never started */
		return;
	list_del_init(&tracing_link.list);
	list_del_init(&debug_slab.list);
	clear_root(&node_tracefs);
	clear_root(&node_debugfs);
	clear_root(&node_proc);
}

/* Nodes in order, the tree flattened: number @i. With node_lock held. */
static struct quarry_node *nth(struct quarry_node *dir, unsigned int *i)
{
	struct quarry_node *node, *found;

	list_for_each_entry(node, &dir->children, list) {
		if (!(*i)--)
			return node;
		found = nth(node, i);
		if (found)
			return found;
	}
	return NULL;
}

void node_holdings(struct holdings *hs)
{
	unsigned int i;

	for (i = 0;; i++) {
		struct quarry_holding h = { .size = sizeof(root) };
		struct quarry_node *node;
		char name[NODE_NAME_LEN];
		unsigned int n = i;

		spin_lock_irq(&node_lock);
		node = nth(&root, &n);
		if (node) {
			h.kind = node->kind;
			h.address = (uintptr_t)node;
			h.site = node->site;
			strscpy(name, node->name, sizeof(name));
		}
		spin_unlock_irq(&node_lock);
		if (!node)
			return;
		h.detail = name;
		if (h.kind)	/* the roots are nobody's */
			holding(hs, &h);
	}
}
