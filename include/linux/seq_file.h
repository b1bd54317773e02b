/* SPDX-License-Identifier: MIT */
/* Text that is longer than anybody knew. Core: lib/seq_file.c; files: kernel/seq_file.c */
#ifndef _LINUX_SEQ_FILE_H
#define _LINUX_SEQ_FILE_H

#include <linux/types.h>
#include <linux/string.h>
#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/nodemask.h>
#include <quarry/quarry.h>

struct file;
struct inode;
struct path;
struct seq_operations;

/*
 * What does not fit is dropped and count becomes size (seq_has_overflowed()): the
 * owner of the buffer takes a bigger one and starts again. With emit set, a full
 * buffer is emptied into emit instead, so any small buffer will do.
 */
struct seq_file {
	char *buf;
	size_t size;		/* bytes of buf */
	size_t from;		/* first byte that was not read yet */
	size_t count;		/* bytes in use */
	size_t pad_until;
	loff_t index;
	loff_t read_pos;
	void *lock;		/* struct mutex of kernel/seq_file.c */
	const struct seq_operations *op;
	int poll_event;
	const struct file *file;
	void *private;
	quarry_emit_fn *emit;
	void *emit_ctx;
};

struct seq_operations {
	void *(*start)(struct seq_file *m, loff_t *pos);
	void (*stop)(struct seq_file *m, void *v);
	void *(*next)(struct seq_file *m, void *v, loff_t *pos);
	int (*show)(struct seq_file *m, void *v);
};

#define SEQ_SKIP	1
#define SEQ_START_TOKEN	((void *)1)

/** seq_init_emit - a seq_file whose text goes to @emit; seq_flush() at the end */
void seq_init_emit(struct seq_file *m, char *buf, size_t size, quarry_emit_fn *emit,
		   void *ctx);
/** seq_init_buffer - a seq_file over a buffer */
void seq_init_buffer(struct seq_file *m, char *buf, size_t size);
void seq_flush(struct seq_file *m);

static inline bool seq_has_overflowed(struct seq_file *m)
{
	return m->count == m->size;
}

void seq_printf(struct seq_file *m, const char *fmt, ...) __printf(2, 3);
void seq_vprintf(struct seq_file *m, const char *fmt, va_list args) __printf(2, 0);
void seq_putc(struct seq_file *m, char c);
void seq_puts(struct seq_file *m, const char *s);
int seq_write(struct seq_file *m, const void *data, size_t len);
void seq_put_decimal_ull_width(struct seq_file *m, const char *delimiter,
			       unsigned long long num, unsigned int width);
void seq_put_decimal_ull(struct seq_file *m, const char *delimiter, unsigned long long num);
void seq_put_decimal_ll(struct seq_file *m, const char *delimiter, long long num);
void seq_put_hex_ll(struct seq_file *m, const char *delimiter, unsigned long long v,
		    unsigned int width);
void seq_escape(struct seq_file *m, const char *s, const char *esc);
void seq_hex_dump(struct seq_file *m, const char *prefix_str, int prefix_type, int rowsize,
		  int groupsize, const void *buf, size_t len, bool ascii);
/** seq_setwidth - pad what follows to @size bytes at the next seq_pad() */
void seq_pad(struct seq_file *m, char c);

static inline void seq_setwidth(struct seq_file *m, size_t size)
{
	m->pad_until = m->count + size;
}

/** seq_get_buf - the room that is left, to be filled by hand; seq_commit() says how far */
static inline size_t seq_get_buf(struct seq_file *m, char **bufp)
{
	BUG_ON(m->count > m->size);
	*bufp = m->count < m->size ? m->buf + m->count : NULL;
	return m->size - m->count;
}

static inline void seq_commit(struct seq_file *m, int num)
{
	if (num < 0) {
		m->count = m->size;
	} else {
		BUG_ON(m->count + (size_t)num > m->size);
		m->count += (size_t)num;
	}
}

/* kernel/seq_file.c */
int seq_open(struct file *file, const struct seq_operations *op);
ssize_t seq_read(struct file *file, char __user *buf, size_t size, loff_t *ppos);
loff_t seq_lseek(struct file *file, loff_t offset, int whence);
int seq_release(struct inode *inode, struct file *file);
int single_open(struct file *file, int (*show)(struct seq_file *, void *), void *data);
int single_open_size(struct file *file, int (*show)(struct seq_file *, void *), void *data,
		     size_t size);
int single_release(struct inode *inode, struct file *file);
void *__seq_open_private(struct file *file, const struct seq_operations *ops, int psize);
int seq_open_private(struct file *file, const struct seq_operations *ops, int psize);
int seq_release_private(struct inode *inode, struct file *file);

/* lib/seq_file.c: iterators over lists */
struct list_head *seq_list_start(struct list_head *head, loff_t pos);
struct list_head *seq_list_start_head(struct list_head *head, loff_t pos);
struct list_head *seq_list_next(void *v, struct list_head *head, loff_t *ppos);
struct hlist_node *seq_hlist_start(struct hlist_head *head, loff_t pos);
struct hlist_node *seq_hlist_next(void *v, struct hlist_head *head, loff_t *ppos);

#define DEFINE_SEQ_ATTRIBUTE(__name)					\
static int __name##_open(struct inode *inode, struct file *file)	\
{									\
	int ret = seq_open(file, &__name##_sops);			\
									\
	if (!ret && inode->i_private)					\
		((struct seq_file *)file->private_data)->private = inode->i_private; \
	return ret;							\
}									\
static const struct file_operations __name##_fops = {			\
	.owner = THIS_MODULE,						\
	.open = __name##_open,						\
	.read = seq_read,						\
	.llseek = seq_lseek,						\
	.release = seq_release,						\
}

#define DEFINE_SHOW_ATTRIBUTE(__name)					\
static int __name##_open(struct inode *inode, struct file *file)	\
{									\
	return single_open(file, __name##_show, inode->i_private);	\
}									\
static const struct file_operations __name##_fops = {			\
	.owner = THIS_MODULE,						\
	.open = __name##_open,						\
	.read = seq_read,						\
	.llseek = seq_lseek,						\
	.release = single_release,					\
}

#define DEFINE_PROC_SHOW_ATTRIBUTE(__name)				\
static int __name##_open(struct inode *inode, struct file *file)	\
{									\
	return single_open(file, __name##_show, pde_data(inode));	\
}									\
static const struct proc_ops __name##_proc_ops = {			\
	.proc_open = __name##_open,					\
	.proc_read = seq_read,						\
	.proc_lseek = seq_lseek,					\
	.proc_release = single_release,					\
}

#endif
