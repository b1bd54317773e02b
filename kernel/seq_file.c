// SPDX-License-Identifier: MIT
/*
 * seq_file as a file: records from an iterator, read in pieces of any size.
 *
 * S1  buf[from, count) is text that has been made and not been read; index is the
 *     iterator's position behind it.
 * S2  A record that does not fit behind others waits for the next filling; one that
 *     does not fit by itself makes the buffer grow.
 *
 * Locking: a mutex per open file.
 */
#include <linux/seq_file.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct seq_open_file {
	struct seq_file m;
	struct mutex lock;
};

int seq_open(struct file *file, const struct seq_operations *op)
{
	struct seq_open_file *of;

	WARN_ON(file->private_data);
	of = kzalloc(sizeof(*of), GFP_KERNEL);
	if (!of)
		return -ENOMEM;
	mutex_init(&of->lock);
	of->m.lock = &of->lock;
	of->m.op = op;
	of->m.file = file;
	file->private_data = &of->m;
	return 0;
}
EXPORT_SYMBOL(seq_open);

int seq_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	kvfree(m->buf);
	kfree(container_of(m, struct seq_open_file, m));
	file->private_data = NULL;
	return 0;
}
EXPORT_SYMBOL(seq_release);

static int grow(struct seq_file *m, size_t size)
{
	kvfree(m->buf);
	m->count = m->size = 0;
	m->buf = kvmalloc(size, GFP_KERNEL);
	if (!m->buf)
		return -ENOMEM;
	m->size = size;
	return 0;
}

/* Shows one record. Return: 0; 1 when there is no room; a negative errno. */
static int show_one(struct seq_file *m, void *v)
{
	size_t before = m->count;
	int err;

	m->pad_until = 0;
	err = m->op->show(m, v);
	if (err < 0) {
		m->count = before;
		return err;
	}
	if (seq_has_overflowed(m)) {
		m->count = before;
		return 1;
	}
	if (err > 0)	/* SEQ_SKIP */
		m->count = before;
	return 0;
}

/* Runs the iterator until the buffer is full. Return: as show_one(). */
static int iterate(struct seq_file *m)
{
	void *v = m->op->start(m, &m->index);
	int err = 0;

	while (v && !IS_ERR(v)) {
		loff_t at = m->index;

		err = show_one(m, v);
		if (err)
			break;
		v = m->op->next(m, v, &m->index);
		if (m->index == at) {
			pr_info_ratelimited("buggy .next function %ps did not update position index\n",
					    (void *)m->op->next);
			m->index++;
		}
	}
	if (IS_ERR(v))
		err = (int)PTR_ERR(v);
	m->op->stop(m, v);
	return err;
}

/* S2. Return: 0, nothing in the buffer meaning the end; or a negative errno. */
static int fill(struct seq_file *m)
{
	size_t size = m->size ? m->size : PAGE_SIZE;
	int err = m->buf ? 0 : grow(m, size);

	while (!err) {
		m->from = m->count = 0;
		err = iterate(m);
		if (err <= 0 || m->count)
			break;
		size *= 2;
		err = grow(m, size);
	}
	return err > 0 || m->count ? 0 : err;
}

/* Takes up to @len bytes; @to NULL: forgets them. Return: how many, or an errno. */
static ssize_t take(struct seq_file *m, char *to, size_t len)
{
	size_t n;

	if (m->from == m->count) {
		int err = fill(m);

		if (err)
			return err;
	}
	n = min(len, m->count - m->from);
	if (to)
		memcpy(to, m->buf + m->from, n);
	m->from += n;
	m->read_pos += (loff_t)n;
	return (ssize_t)n;
}

/* Reads from the beginning up to @pos. */
static ssize_t go_to(struct seq_file *m, loff_t pos)
{
	ssize_t n = 1;

	if (m->read_pos == pos && pos)
		return 0;
	m->index = m->read_pos = 0;
	m->from = m->count = 0;
	while (m->read_pos < pos && n > 0)
		n = take(m, NULL, (size_t)(pos - m->read_pos));
	return n < 0 ? n : 0;
}

/**
 * seq_read - a file's read function
 * Context: may sleep. Return: bytes, 0 at the end, or what an operation returned.
 */
ssize_t seq_read(struct file *file, char __user *buf, size_t size, loff_t *ppos)
{
	struct seq_file *m = file->private_data;
	size_t done = 0;
	ssize_t n;

	mutex_lock(m->lock);
	n = go_to(m, *ppos);
	while (n >= 0 && done < size) {
		n = take(m, buf + done, size - done);
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	*ppos += (loff_t)done;
	mutex_unlock(m->lock);
	return done ? (ssize_t)done : n < 0 ? n : 0;
}
EXPORT_SYMBOL(seq_read);

loff_t seq_lseek(struct file *file, loff_t offset, int whence)
{
	if (whence == SEEK_CUR)
		offset += file->f_pos;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (offset < 0)
		return -EINVAL;
	file->f_pos = offset;
	return offset;
}
EXPORT_SYMBOL(seq_lseek);

/* One record: what single_open()'s show function writes. */

static void *single_start(struct seq_file *m, loff_t *pos)
{
	return *pos ? NULL : SEQ_START_TOKEN;
}

static void *single_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return NULL;
}

static void single_stop(struct seq_file *m, void *v)
{
}

int single_open(struct file *file, int (*show)(struct seq_file *, void *), void *data)
{
	struct seq_operations *op = kmalloc(sizeof(*op), GFP_KERNEL);
	int err;

	if (!op)
		return -ENOMEM;
	*op = (struct seq_operations) { single_start, single_stop, single_next, show };
	err = seq_open(file, op);
	if (err)
		kfree(op);
	else
		((struct seq_file *)file->private_data)->private = data;
	return err;
}
EXPORT_SYMBOL(single_open);

int single_open_size(struct file *file, int (*show)(struct seq_file *, void *), void *data,
		     size_t size)
{
	int err = single_open(file, show, data);

	if (!err) {
		err = grow(file->private_data, size);
		if (err)
			single_release(NULL, file);
	}
	return err;
}
EXPORT_SYMBOL(single_open_size);

int single_release(struct inode *inode, struct file *file)
{
	const struct seq_operations *op = ((struct seq_file *)file->private_data)->op;

	seq_release(inode, file);
	kfree(op);
	return 0;
}
EXPORT_SYMBOL(single_release);

/* With memory of its own in m->private. */

void *__seq_open_private(struct file *file, const struct seq_operations *ops, int psize)
{
	void *private = kzalloc((size_t)psize, GFP_KERNEL);

	if (!private)
		return NULL;
	if (seq_open(file, ops)) {
		kfree(private);
		return NULL;
	}
	((struct seq_file *)file->private_data)->private = private;
	return private;
}
EXPORT_SYMBOL(__seq_open_private);

int seq_open_private(struct file *file, const struct seq_operations *ops, int psize)
{
	return __seq_open_private(file, ops, psize) ? 0 : -ENOMEM;
}
EXPORT_SYMBOL(seq_open_private);

int seq_release_private(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	kfree(m->private);
	m->private = NULL;
	return seq_release(inode, file);
}
EXPORT_SYMBOL(seq_release_private);

/* Files that are a buffer. */

ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *ppos, const void *from,
				size_t available)
{
	loff_t pos = *ppos;

	if (pos < 0)
		return -EINVAL;
	if ((u64)pos >= available || !count)
		return 0;
	count = min(count, available - (size_t)pos);
	memcpy(to, (const char *)from + pos, count);
	*ppos = pos + (loff_t)count;
	return (ssize_t)count;
}
EXPORT_SYMBOL(simple_read_from_buffer);

ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *ppos,
			       const void __user *from, size_t count)
{
	loff_t pos = *ppos;

	if (pos < 0)
		return -EINVAL;
	if ((u64)pos >= available || !count)
		return 0;
	count = min(count, available - (size_t)pos);
	memcpy((char *)to + pos, from, count);
	*ppos = pos + (loff_t)count;
	return (ssize_t)count;
}
EXPORT_SYMBOL(simple_write_to_buffer);

loff_t default_llseek(struct file *file, loff_t offset, int whence)
{
	return seq_lseek(file, offset, whence);
}
EXPORT_SYMBOL(default_llseek);

loff_t noop_llseek(struct file *file, loff_t offset, int whence)
{
	return file->f_pos;
}
EXPORT_SYMBOL(noop_llseek);
