/* SPDX-License-Identifier: MIT */
/* An array of pointers, indexed by any unsigned long, of which few are set. Bodies: lib/xarray.c */
#ifndef _LINUX_XARRAY_H
#define _LINUX_XARRAY_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/gfp_types.h>
#include <linux/limits.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/*
 * A radix tree with 64 slots per node, as high as its largest index needs. Bit 0 of
 * an entry is set for a value (an integer of the user's), bit 1 for a node or an error.
 *
 * Keys: L xa_lock
 */
struct xa_node;

struct xarray {
	spinlock_t xa_lock;
	unsigned int xa_flags;		/* C */
	void *xa_head;			/* L  read without it, too */
};

/* The only filter: there are no marks. */
typedef enum {
	XA_PRESENT = 8
} xa_mark_t;

#define XA_FLAGS_LOCK_IRQ	1u
#define XA_FLAGS_LOCK_BH	2u
#define XA_FLAGS_ALLOC		4u	/* xa_alloc() may be used; first index 0 */
#define XA_FLAGS_ALLOC1		12u	/* the same, first index 1 */

#define XARRAY_INIT(name, flags) \
	{ .xa_lock = __SPIN_LOCK_UNLOCKED(name.xa_lock), .xa_flags = (flags), .xa_head = NULL }
#define DEFINE_XARRAY_FLAGS(name, flags) struct xarray name = XARRAY_INIT(name, flags)
#define DEFINE_XARRAY(name)		DEFINE_XARRAY_FLAGS(name, 0)
#define DEFINE_XARRAY_ALLOC(name)	DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC)
#define DEFINE_XARRAY_ALLOC1(name)	DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC1)

struct xa_limit {
	u32 max, min;
};

#define XA_LIMIT(_min, _max)	((struct xa_limit) { .min = (_min), .max = (_max) })
#define xa_limit_32b		XA_LIMIT(0, UINT_MAX)
#define xa_limit_31b		XA_LIMIT(0, INT_MAX)
#define xa_limit_16b		XA_LIMIT(0, USHRT_MAX)

static inline void *xa_mk_value(unsigned long v)
{
	return (void *)((v << 1) | 1);
}

static inline unsigned long xa_to_value(const void *entry)
{
	return (unsigned long)entry >> 1;
}

static inline bool xa_is_value(const void *entry)
{
	return (unsigned long)entry & 1;
}

/* Errors are numbers, negative, moved above the two tag bits. */
static inline void *__xa_mk_error(int err)
{
	return (void *)(((unsigned long)(long)err << 2) | 2);
}

static inline bool xa_is_err(const void *entry)
{
	return ((unsigned long)entry & 3) == 2 &&
	       (unsigned long)entry >= (unsigned long)__xa_mk_error(-4095);
}

static inline int xa_err(void *entry)
{
	return xa_is_err(entry) ? (int)((long)entry >> 2) : 0;
}

static inline void xa_init_flags(struct xarray *xa, unsigned int flags)
{
	*xa = (struct xarray)XARRAY_INIT(*xa, flags);
}

static inline void xa_init(struct xarray *xa)
{
	xa_init_flags(xa, 0);
}

static inline bool xa_empty(const struct xarray *xa)
{
	return READ_ONCE(xa->xa_head) == NULL;
}

#define xa_trylock(xa)		spin_trylock(&(xa)->xa_lock)
#define xa_lock(xa)		spin_lock(&(xa)->xa_lock)
#define xa_unlock(xa)		spin_unlock(&(xa)->xa_lock)
#define xa_lock_irq(xa)		spin_lock_irq(&(xa)->xa_lock)
#define xa_unlock_irq(xa)	spin_unlock_irq(&(xa)->xa_lock)
#define xa_lock_irqsave(xa, flags) spin_lock_irqsave(&(xa)->xa_lock, flags)
#define xa_unlock_irqrestore(xa, flags) spin_unlock_irqrestore(&(xa)->xa_lock, flags)

/**
 * xa_load - the entry at an index
 * Context: any. Takes the lock: a node may go while it is looked at.
 * Return: the entry or NULL.
 */
void *xa_load(struct xarray *xa, unsigned long index);
/**
 * xa_store - set the entry at an index
 * @entry: a pointer that is aligned to 4, or a value; NULL erases
 * @gfp: for the nodes
 * Context: as @gfp; takes the lock.
 * Return: the entry that was there, or an error: xa_err().
 */
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *xa_erase(struct xarray *xa, unsigned long index);
/** xa_insert - as xa_store(), but -EBUSY when there is an entry. Return: 0 or -errno. */
int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry, gfp_t gfp);
/** xa_alloc - store at the lowest free index in @limit. 0, -ENOMEM, -EBUSY: none free */
int xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp);
/** xa_find - the first entry from *@index to @max, which *@index then says; or NULL */
void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter);
void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max,
		    xa_mark_t filter);
/** xa_destroy - forget all entries and free all nodes; what they point to stays */
void xa_destroy(struct xarray *xa);

/* With the lock held. */
void *__xa_erase(struct xarray *xa, unsigned long index);
void *__xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);

#define xa_for_each_range(xa, index, entry, start, last)		\
	for (index = (start), entry = xa_find(xa, &index, last, XA_PRESENT); entry;	\
	     entry = xa_find_after(xa, &index, last, XA_PRESENT))
#define xa_for_each_start(xa, index, entry, start) \
	xa_for_each_range(xa, index, entry, start, ULONG_MAX)
#define xa_for_each(xa, index, entry)	xa_for_each_start(xa, index, entry, 0)

#endif
