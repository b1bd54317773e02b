// SPDX-License-Identifier: MIT
/*
 * /sys/kernel/debug/kmemleak: what the last search for leaks has found. "scan" written there
 * makes one, "clear" forgets what was found for good. The file is there with slub_debug=U or
 * kmemleak=on.
 *
 * Locking: leaks_mutex, for what mm/kmemleak.h asks one at a time for.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "kernel/internal.h"
#include "mm/kmemleak.h"

static DEFINE_MUTEX(leaks_mutex);

bool kmemleak_module_live(unsigned long text)
{
	return __module_text_address(text) != NULL;
}

void kmemleak_task_name(int pid, char *name, size_t size)
{
	struct task_struct *p;

	strscpy(name, pid == init_task.pid ? init_task.comm : "?", size);
	preempt_disable();
	for_each_process(p)
		if (p->pid == pid)
			strscpy(name, p->comm, size);
	preempt_enable();
}

long quarry_leaks(void)
{
	long fresh;

	if (!kmemleak_on())
		return -ENOSYS;
	mutex_lock(&leaks_mutex);
	fresh = kmemleak_scan();
	mutex_unlock(&leaks_mutex);
	return fresh;
}

static int leaks_show(struct seq_file *m, void *v)
{
	mutex_lock(&leaks_mutex);
	kmemleak_show(m);
	mutex_unlock(&leaks_mutex);
	return 0;
}

static int leaks_open(struct inode *inode, struct file *file)
{
	return single_open(file, leaks_show, NULL);
}

static ssize_t leaks_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	char text[16];
	long err = 0;

	if (len >= sizeof(text))
		return -EINVAL;
	memcpy(text, (__force const char *)buf, len);
	text[len] = '\0';
	if (!strcmp(strim(text), "scan")) {
		err = quarry_leaks();
	} else if (!strcmp(strim(text), "clear")) {
		mutex_lock(&leaks_mutex);
		kmemleak_clear();
		mutex_unlock(&leaks_mutex);
	} else {
		err = -EINVAL;
	}
	return err < 0 ? err : (ssize_t)len;
}

static const struct file_operations leaks_fops = {
	.open = leaks_open,
	.read = seq_read,
	.write = leaks_write,
	.llseek = seq_lseek,
	.release = single_release,
};

int kmemleak_start(void)
{
	mutex_init(&leaks_mutex);
	if (!kmemleak_on())
		return 0;
	if (kmemleak_init_late())
		return -ENOMEM;
	return PTR_ERR_OR_ZERO(debugfs_create_file("kmemleak", 0644, NULL, NULL, &leaks_fops));
}
