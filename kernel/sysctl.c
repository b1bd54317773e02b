// SPDX-License-Identifier: MIT
/*
 * /proc/sys: a file for each entry of the tables that register_sysctl() gets.
 *
 * S1  A directory exists while a header is in it, or in one below. It counts them
 *     in users: its files, its subdirectories, and headers without a file.
 * S2  A header is in `headers` from its registration to its removal. It owns its
 *     files; each file holds a user of its directory.
 *
 * Locking: sysctl_lock guards directories and headers, and may sleep. Files are
 * removed without it, as that waits for handlers, and those may register tables.
 *
 * Neighbours: kernel/proc.c has the files, lib/sysctl.c the handlers, mm/sysctl.c
 * the table of vm.
 */
#include <linux/sysctl.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kernel/internal.h"
#include "mm/internal.h"

/* Keys: C fixed when it is made | L sysctl_lock */
struct sysctl_dir {
	struct list_head list;		/* L  in dirs */
	struct sysctl_dir *parent;	/* C */
	struct proc_dir_entry *pde;	/* C */
	unsigned int users;		/* L */
	char name[];			/* C */
};

struct sysctl_file {
	struct list_head list;		/* C  in its header's files */
	struct sysctl_dir *dir;		/* C */
	struct proc_dir_entry *pde;	/* C */
};

struct ctl_table_header {
	struct list_head list;		/* L  in headers */
	struct list_head files;		/* C */
	struct sysctl_dir *dir;		/* C  the one it was registered in */
	const char *name;		/* C  of its first entry */
	unsigned long site;		/* C  who registered it */
};

static DEFINE_MUTEX(sysctl_lock);
static LIST_HEAD(dirs);
static LIST_HEAD(headers);
static struct sysctl_dir *root;

/* Reading and writing. */

static ssize_t handle(struct file *file, void *buf, size_t len, loff_t *pos, int write)
{
	struct ctl_table *ctl = pde_data(file_inode(file));
	char *text;
	int err;

	if (!(ctl->mode & (write ? 0200 : 0400)))
		return -EACCES;
	if (!ctl->proc_handler)
		return -EINVAL;
	text = kzalloc(len + 1, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	if (write)
		memcpy(text, buf, len);
	err = ctl->proc_handler(ctl, write, text, &len, pos);
	if (!err && !write)
		memcpy(buf, text, len);
	kfree(text);
	return err ? err : (ssize_t)len;
}

static ssize_t sysctl_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	return handle(file, buf, len, pos, 0);
}

static ssize_t sysctl_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	return handle(file, (void *)buf, len, pos, 1);
}

static const struct proc_ops sysctl_ops = {
	.proc_read = sysctl_read,
	.proc_write = sysctl_write,
	.proc_lseek = default_llseek,
};

/* Directories; with sysctl_lock held. */

static struct sysctl_dir *dir_get(struct sysctl_dir *parent, const char *name, size_t len)
{
	struct sysctl_dir *dir;

	list_for_each_entry(dir, &dirs, list) {
		if (dir->parent != parent || strlen(dir->name) != len ||
		    memcmp(dir->name, name, len))
			continue;
		dir->users++;
		return dir;
	}
	dir = kzalloc(sizeof(*dir) + len + 1, GFP_KERNEL);
	if (!dir)
		return NULL;
	memcpy(dir->name, name, len);
	dir->parent = parent;
	dir->users = 1;
	dir->pde = proc_mkdir(dir->name, parent ? parent->pde : NULL);
	if (!dir->pde) {
		kfree(dir);
		return NULL;
	}
	list_add(&dir->list, &dirs);
	if (parent)
		parent->users++;
	return dir;
}

static void dir_put(struct sysctl_dir *dir)
{
	while (dir && !--dir->users) {
		struct sysctl_dir *parent = dir->parent;

		list_del(&dir->list);
		proc_remove(dir->pde);
		kfree(dir);
		dir = parent;
	}
}

/* "dev/foo", from the top; a user more. */
static struct sysctl_dir *dir_walk(const char *path)
{
	struct sysctl_dir *dir = root, *next;

	dir->users++;
	for (path += strspn(path, "/"); *path; path += strspn(path, "/")) {
		size_t len = strcspn(path, "/");

		next = dir_get(dir, path, len);
		dir_put(dir);
		if (!next)
			return NULL;
		dir = next;
		path += len;
	}
	return dir;
}

/* Tables. */

static int add_file(struct ctl_table_header *header, struct sysctl_dir *dir,
		    struct ctl_table *ctl)
{
	struct sysctl_file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return -ENOMEM;
	file->pde = proc_create_data(ctl->procname, ctl->mode, dir->pde, &sysctl_ops, ctl);
	if (!file->pde) {
		kfree(file);
		return -EEXIST;
	}
	file->dir = dir;
	dir->users++;
	list_add(&file->list, &header->files);
	return 0;
}

static int add_table(struct ctl_table_header *header, struct sysctl_dir *dir,
		     struct ctl_table *ctl)
{
	struct sysctl_dir *below;
	int err = 0;

	for (; ctl->procname && !err; ctl++) {
		if (!ctl->child) {
			err = add_file(header, dir, ctl);
			continue;
		}
		below = dir_get(dir, ctl->procname, strlen(ctl->procname));
		err = below ? add_table(header, below, ctl->child) : -ENOMEM;
		dir_put(below);
	}
	return err;
}

void unregister_sysctl_table(struct ctl_table_header *header)
{
	struct sysctl_file *file, *next;

	might_sleep();
	if (!header)
		return;
	list_for_each_entry(file, &header->files, list)
		proc_remove(file->pde);
	mutex_lock(&sysctl_lock);
	list_for_each_entry_safe(file, next, &header->files, list) {
		dir_put(file->dir);
		kfree(file);
	}
	dir_put(header->dir);
	list_del(&header->list);
	mutex_unlock(&sysctl_lock);
	kfree(header);
}
EXPORT_SYMBOL(unregister_sysctl_table);

static struct ctl_table_header *add_header(const char *path, struct ctl_table *table,
					   unsigned long site)
{
	struct ctl_table_header *header = kzalloc(sizeof(*header), GFP_KERNEL);
	int err;

	if (!header)
		return NULL;
	INIT_LIST_HEAD(&header->files);
	header->name = table->procname ? table->procname : "";
	header->site = site;
	mutex_lock(&sysctl_lock);
	list_add_tail(&header->list, &headers);
	header->dir = dir_walk(path);
	err = header->dir ? add_table(header, header->dir, table) : -ENOMEM;
	mutex_unlock(&sysctl_lock);
	if (!err)
		return header;
	pr_err("sysctl: cannot register '%s' in /proc/sys/%s: error %d\n", header->name, path,
	       err);
	unregister_sysctl_table(header);
	return NULL;
}

struct ctl_table_header *register_sysctl(const char *path, struct ctl_table *table)
{
	return add_header(path, table, _RET_IP_);
}
EXPORT_SYMBOL(register_sysctl);

struct ctl_table_header *register_sysctl_table(struct ctl_table *table)
{
	return add_header("", table, _RET_IP_);
}
EXPORT_SYMBOL(register_sysctl_table);

void sysctl_holdings(struct holdings *hs)
{
	struct ctl_table_header *header;

	mutex_lock(&sysctl_lock);
	list_for_each_entry(header, &headers, list) {
		struct quarry_holding h = { .kind = "sysctl table", .detail = header->name,
					    .address = (uintptr_t)header,
					    .size = sizeof(*header), .site = header->site };

		holding(hs, &h);
	}
	mutex_unlock(&sysctl_lock);
}

/* The command line. */

static void set_from_boot(char *name, const char *value)
{
	char path[96];
	long rc;

	snprintf(path, sizeof(path), "sys/%s", name);
	strreplace(path, '.', '/');
	rc = value && *value ? quarry_proc_write(path, value, strlen(value)) : -EINVAL;
	if (rc == -ENOENT)
		pr_err("sysctl: '%s' on the command line: there is no /proc/%s\n", name, path);
	else if (rc < 0)
		pr_err("sysctl: '%s=%s' on the command line: error %ld\n", name,
		       value ? value : "", -rc);
}

/* "sysctl.vm.min_free_kbytes=4096"; in the names '/' serves as '.' does. */
void sysctl_boot(const char *cmdline)
{
	char *copy = kstrdup(cmdline, GFP_KERNEL), *rest, *name, *value;

	for (rest = copy ? skip_spaces(copy) : NULL; rest && *rest;) {
		rest = next_arg(rest, &name, &value);
		if (!strncmp(name, "sysctl.", 7) || !strncmp(name, "sysctl/", 7))
			set_from_boot(name + 7, value);
	}
	kfree(copy);
}

int sysctl_start(void)
{
	mutex_init(&sysctl_lock);
	INIT_LIST_HEAD(&dirs);
	INIT_LIST_HEAD(&headers);
	mm_sysctl_reset();
	root = dir_get(NULL, "sys", 3);
	return root && register_sysctl("vm", vm_table) ? 0 : -ENOMEM;
}
