// SPDX-License-Identifier: MIT
/* A file below /proc that keeps what is written to it, for the shell's echo and cat. */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/string.h>

static char note[64];

static int note_show(struct seq_file *m, void *v)
{
	seq_printf(m, "note: %s", note);
	return 0;
}

static int note_open(struct inode *inode, struct file *file)
{
	return single_open(file, note_show, NULL);
}

/* The shell writes from the kernel's own memory. */
static ssize_t note_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	if (count >= sizeof(note))
		return -ENOSPC;
	memcpy(note, (__force const char *)buf, count);
	note[count] = '\0';
	return count;
}

static const struct proc_ops note_ops = {
	.proc_open = note_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
	.proc_write = note_write,
};

static int __init note_init(void)
{
	return proc_create("note", 0644, NULL, &note_ops) ? 0 : -ENOMEM;
}

static void __exit note_exit(void)
{
	remove_proc_entry("note", NULL);
}

module_init(note_init);
module_exit(note_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A note below /proc");
