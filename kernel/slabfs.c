// SPDX-License-Identifier: MIT
/*
 * /sys/kernel/slab/NAME/ and /sys/kernel/debug/slab/NAME/: a directory for each name of a
 * cache, files for what mm/slab/attributes.c knows of it. They are made up when somebody
 * asks (struct node_space), so that a cache costs no names, and need not know that it has any.
 *
 * Y1 An open file has its cache pinned: it cannot be destroyed meanwhile.
 *
 * Locking: none of its own.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/stat.h>
#include <linux/string.h>

#include "kernel/internal.h"
#include "kernel/nodes.h"
#include "mm/internal.h"

static int attr_show(struct seq_file *m, void *v)
{
	const struct node_made *made = m->private;
	const struct slab_attr *attr = made->how;

	return attr->show(m, made->what);
}

static int attr_open(struct inode *inode, struct file *file)
{
	return single_open(file, attr_show, inode->i_private);
}

static ssize_t attr_write(struct file *file, const char __user *buf, size_t len, loff_t *ppos)
{
	const struct node_made *made = file_inode(file)->i_private;
	const struct slab_attr *attr = made->how;
	char text[32];
	int err;

	if (!attr->store)
		return -EACCES;
	if (len >= sizeof(text))
		return -EINVAL;
	memcpy(text, (__force const char *)buf, len);
	text[len] = '\0';
	err = attr->store(made->what, text);
	return err ? err : (ssize_t)len;
}

static const struct file_operations attr_fops = {
	.open = attr_open,
	.release = single_release,
	.read = seq_read,
	.write = attr_write,
	.llseek = seq_lseek,
};

/* Y1, until drop(). @rest: NAME, or NAME/ATTRIBUTE. */
static int find(const struct slab_attr *attr, bool tracked, const char *rest,
		struct node_made *made)
{
	size_t len = strcspn(rest, "/");
	struct kmem_cache *s = slab_pin(rest, len);

	if (!s)
		return -ENOENT;
	made->what = s;
	rest += len;
	rest += strspn(rest, "/");
	made->node.mode = S_IFDIR | 0755;
	if (!*rest && (!tracked || slab_tracked(s)))
		return 0;
	for (; attr->name && (!tracked || slab_tracked(s)); attr++) {
		if (strcmp(attr->name, rest))
			continue;
		made->how = attr;
		made->node.mode = S_IFREG | attr->mode;
		made->node.fops = &attr_fops;
		made->node.data = made;
		return 0;
	}
	slab_unpin(s);
	return -ENOENT;
}

static void drop(struct node_made *made)
{
	slab_unpin(made->what);
}

static bool nth(const struct slab_attr *attrs, bool tracked, const char *rest, unsigned int i,
		char *name)
{
	unsigned int n = 0;

	if (!*rest)
		return slab_nth_name(i, tracked, name, NODE_NAME_LEN);
	while (attrs[n].name)
		n++;
	if (i < n)
		strscpy(name, attrs[i].name, NODE_NAME_LEN);
	return i < n;
}

static int find_plain(const char *rest, struct node_made *made)
{
	return find(slab_attrs, false, rest, made);
}

static bool nth_plain(const char *rest, unsigned int i, char *name)
{
	return nth(slab_attrs, false, rest, i, name);
}

static int find_debug(const char *rest, struct node_made *made)
{
	return find(slab_debug_attrs, true, rest, made);
}

static bool nth_debug(const char *rest, unsigned int i, char *name)
{
	return nth(slab_debug_attrs, true, rest, i, name);
}

const struct node_space slab_space = { find_plain, drop, nth_plain };
const struct node_space slab_debug_space = { find_debug, drop, nth_debug };
