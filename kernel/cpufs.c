// SPDX-License-Identifier: MIT
/*
 * /sys/devices/system/cpu: which CPUs are possible, present, online and offline, and
 * cpuN/online, which adds and removes one. Made up when somebody asks (struct node_space).
 *
 * CPU 0 has no file "online", as it stays.
 */
#include <linux/cpu.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/stat.h>
#include <linux/string.h>

#include "kernel/nodes.h"

static void show_offline(struct seq_file *m)
{
	struct cpumask off;

	cpumask_andnot(&off, cpu_possible_mask, cpu_online_mask);
	seq_printf(m, "%*pbl\n", cpumask_pr_args(&off));
}

static const struct {
	const char *name;
	const struct cpumask *mask;	/* NULL: the others */
} lists[] = {
	{ "possible", cpu_possible_mask },
	{ "present", cpu_present_mask },
	{ "online", cpu_online_mask },
	{ "offline", NULL },
};

static int list_show(struct seq_file *m, void *v)
{
	const struct node_made *made = m->private;
	const struct cpumask *mask = lists[(unsigned long)made->what].mask;

	if (mask)
		seq_printf(m, "%*pbl\n", cpumask_pr_args(mask));
	else
		show_offline(m);
	return 0;
}

static int list_open(struct inode *inode, struct file *file)
{
	return single_open(file, list_show, inode->i_private);
}

static int online_show(struct seq_file *m, void *v)
{
	const struct node_made *made = m->private;

	seq_printf(m, "%d\n", cpu_online((int)(unsigned long)made->what));
	return 0;
}

static int online_open(struct inode *inode, struct file *file)
{
	return single_open(file, online_show, inode->i_private);
}

static ssize_t online_write(struct file *file, const char __user *buf, size_t len, loff_t *ppos)
{
	const struct node_made *made = file_inode(file)->i_private;
	unsigned int cpu = (unsigned int)(unsigned long)made->what;
	char text[8];
	bool on;
	int err;

	if (len >= sizeof(text))
		return -EINVAL;
	memcpy(text, (__force const char *)buf, len);
	text[len] = '\0';
	err = kstrtobool(text, &on);
	if (!err)
		err = on ? add_cpu(cpu) : remove_cpu(cpu);
	return err ? err : (ssize_t)len;
}

static const struct file_operations list_fops = {
	.open = list_open, .release = single_release, .read = seq_read, .llseek = seq_lseek,
};

static const struct file_operations online_fops = {
	.open = online_open, .release = single_release, .read = seq_read,
	.write = online_write, .llseek = seq_lseek,
};

static void make_file(struct node_made *made, umode_t mode, const struct file_operations *fops,
		      unsigned long what)
{
	made->what = (void *)what;
	made->node.mode = S_IFREG | mode;
	made->node.fops = fops;
	made->node.data = made;
}

/* "cpuN" or "cpuN/online" */
static int find_cpu(const char *path, struct node_made *made)
{
	unsigned int cpu = 0, digits = 0;
	char back[16];

	while (isdigit(path[3 + digits]) && digits < 4)
		cpu = cpu * 10 + (unsigned int)(path[3 + digits++] - '0');
	snprintf(back, sizeof(back), "cpu%u", cpu);
	if (!digits || cpu >= nr_cpu_ids || strncmp(path, back, strlen(back)))
		return -ENOENT;
	path += 3 + digits;
	made->node.mode = S_IFDIR | 0755;
	if (!*path)
		return 0;
	if (!cpu || strcmp(path, "/online"))
		return -ENOENT;
	make_file(made, 0644, &online_fops, cpu);
	return 0;
}

static int find(const char *path, struct node_made *made)
{
	unsigned long i;

	for (i = 0; i < ARRAY_SIZE(lists); i++)
		if (!strcmp(path, lists[i].name)) {
			make_file(made, 0444, &list_fops, i);
			return 0;
		}
	return strncmp(path, "cpu", 3) ? -ENOENT : find_cpu(path, made);
}

static void drop(struct node_made *made)
{
}

static bool nth(const char *path, unsigned int i, char *name)
{
	if (*path) {	/* of a CPU */
		if (i || !strcmp(path, "cpu0"))
			return false;
		strscpy(name, "online", NODE_NAME_LEN);
		return true;
	}
	if (i < ARRAY_SIZE(lists))
		strscpy(name, lists[i].name, NODE_NAME_LEN);
	else if (i - ARRAY_SIZE(lists) < nr_cpu_ids)
		snprintf(name, NODE_NAME_LEN, "cpu%u", i - (unsigned int)ARRAY_SIZE(lists));
	else
		return false;
	return true;
}

const struct node_space cpu_space = { find, drop, nth };
