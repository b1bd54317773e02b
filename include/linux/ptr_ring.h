/* SPDX-License-Identifier: MIT */
/*
 * A ring of pointers. A slot with NULL is free, so the two ends need not look at
 * each other's position: producers share one lock, consumers another.
 *
 * R1  producer is where the next pointer goes; the ring is full when that slot
 *     is taken.
 * R2  Consumed slots from consumer_tail to consumer_head are set to NULL a batch
 *     at a time, from the back, so that a producer who waits does not share a
 *     cache line with the consumer at every step.
 *     Until then up to batch - 1 consumed slots count as taken.
 * R3  queue has size slots; nothing else is in it.
 */
#ifndef _LINUX_PTR_RING_H
#define _LINUX_PTR_RING_H

#include <linux/spinlock.h>
#include <linux/cache.h>
#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/slab.h>
#include <linux/mm.h>
#include <asm/errno.h>

/* Keys: P producer_lock | C consumer_lock | B both */
struct ptr_ring {
	int producer ____cacheline_aligned_in_smp;	/* P */
	spinlock_t producer_lock;
	int consumer_head ____cacheline_aligned_in_smp;	/* C  next to take */
	int consumer_tail;				/* C  next to free */
	spinlock_t consumer_lock;
	int size ____cacheline_aligned_in_smp;		/* B */
	int batch;					/* B  slots freed at a time */
	void **queue;					/* B */
};

static inline bool __ptr_ring_full(struct ptr_ring *r)
{
	return READ_ONCE(r->queue[r->producer]) != NULL;
}

/**
 * __ptr_ring_produce - put a pointer in; producer_lock held
 * @ptr: not NULL
 * Return: 0, or -ENOSPC when there is no room.
 */
static inline int __ptr_ring_produce(struct ptr_ring *r, void *ptr)
{
	if (unlikely(!r->size) || __ptr_ring_full(r))
		return -ENOSPC;
	/* What ptr points to is seen before ptr. */
	smp_store_release(&r->queue[r->producer], ptr);
	if (++r->producer >= r->size)
		r->producer = 0;
	return 0;
}

/** __ptr_ring_peek - the next pointer, left where it is; NULL: none */
static inline void *__ptr_ring_peek(struct ptr_ring *r)
{
	return likely(r->size) ? READ_ONCE(r->queue[r->consumer_head]) : NULL;
}

static inline bool __ptr_ring_empty(struct ptr_ring *r)
{
	return !__ptr_ring_peek(r);
}

/* R2; the caller has taken the pointer at consumer_head. */
static inline void __ptr_ring_discard_one(struct ptr_ring *r)
{
	int head = r->consumer_head + 1;

	if (head - r->consumer_tail >= r->batch || head >= r->size) {
		int slot;

		for (slot = head - 1; slot >= r->consumer_tail; slot--)
			smp_store_release(&r->queue[slot], NULL);
		r->consumer_tail = head < r->size ? head : 0;
	}
	WRITE_ONCE(r->consumer_head, head < r->size ? head : 0);
}

/** __ptr_ring_consume - take a pointer out; consumer_lock held. NULL: none */
static inline void *__ptr_ring_consume(struct ptr_ring *r)
{
	void *ptr = likely(r->size) ? smp_load_acquire(&r->queue[r->consumer_head]) : NULL;

	if (ptr)
		__ptr_ring_discard_one(r);
	return ptr;
}

static inline int __ptr_ring_consume_batched(struct ptr_ring *r, void **array, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		array[i] = __ptr_ring_consume(r);
		if (!array[i])
			break;
	}
	return i;
}

/* Each with its end's lock, in the manner that the suffix says. */
#define __PTR_RING_OPS(sfx, lock, unlock)				\
static inline int ptr_ring_produce##sfx(struct ptr_ring *r, void *ptr)	\
{									\
	unsigned long flags __maybe_unused;				\
	int ret;							\
									\
	lock(&r->producer_lock);					\
	ret = __ptr_ring_produce(r, ptr);				\
	unlock(&r->producer_lock);					\
	return ret;							\
}									\
static inline bool ptr_ring_full##sfx(struct ptr_ring *r)		\
{									\
	unsigned long flags __maybe_unused;				\
	bool ret;							\
									\
	lock(&r->producer_lock);					\
	ret = __ptr_ring_full(r);					\
	unlock(&r->producer_lock);					\
	return ret;							\
}									\
static inline void *ptr_ring_consume##sfx(struct ptr_ring *r)		\
{									\
	unsigned long flags __maybe_unused;				\
	void *ptr;							\
									\
	lock(&r->consumer_lock);					\
	ptr = __ptr_ring_consume(r);					\
	unlock(&r->consumer_lock);					\
	return ptr;							\
}									\
static inline int ptr_ring_consume_batched##sfx(struct ptr_ring *r, void **array, int n) \
{									\
	unsigned long flags __maybe_unused;				\
	int ret;							\
									\
	lock(&r->consumer_lock);					\
	ret = __ptr_ring_consume_batched(r, array, n);			\
	unlock(&r->consumer_lock);					\
	return ret;							\
}									\
static inline bool ptr_ring_empty##sfx(struct ptr_ring *r)		\
{									\
	unsigned long flags __maybe_unused;				\
	bool ret;							\
									\
	lock(&r->consumer_lock);					\
	ret = __ptr_ring_empty(r);					\
	unlock(&r->consumer_lock);					\
	return ret;							\
}
#define __ptr_ring_lock_any(l)		spin_lock_irqsave((l), flags)
#define __ptr_ring_unlock_any(l)	spin_unlock_irqrestore((l), flags)
__PTR_RING_OPS(, spin_lock, spin_unlock)
__PTR_RING_OPS(_bh, spin_lock_bh, spin_unlock_bh)
__PTR_RING_OPS(_irq, spin_lock_irq, spin_unlock_irq)
__PTR_RING_OPS(_any, __ptr_ring_lock_any, __ptr_ring_unlock_any)
#undef __PTR_RING_OPS

static inline void **__ptr_ring_init_queue_alloc(unsigned int size, gfp_t gfp)
{
	if (size > KMALLOC_MAX_SIZE / sizeof(void *))
		return NULL;
	return kvmalloc_array(size, sizeof(void *), gfp | __GFP_ZERO);
}

static inline void __ptr_ring_set_size(struct ptr_ring *r, int size)
{
	r->size = size;
	r->batch = SMP_CACHE_BYTES * 2 / (int)sizeof(*r->queue);
	/* A ring that is not much larger than a batch would look full too long. */
	if (r->batch > r->size / 2 || !r->batch)
		r->batch = 1;
}

/** ptr_ring_init - a ring of @size slots. Context: as @gfp. Return: 0 or -ENOMEM */
static inline int ptr_ring_init(struct ptr_ring *r, int size, gfp_t gfp)
{
	r->queue = __ptr_ring_init_queue_alloc((unsigned int)size, gfp);
	if (!r->queue)
		return -ENOMEM;
	__ptr_ring_set_size(r, size);
	r->producer = r->consumer_head = r->consumer_tail = 0;
	spin_lock_init(&r->producer_lock);
	spin_lock_init(&r->consumer_lock);
	return 0;
}

/**
 * ptr_ring_resize - move to a ring of another size
 * @destroy: called for what does not fit, the newest
 * Context: as @gfp. Return: 0 or -ENOMEM.
 */
static inline int ptr_ring_resize(struct ptr_ring *r, int size, gfp_t gfp,
				  void (*destroy)(void *))
{
	void **queue = __ptr_ring_init_queue_alloc((unsigned int)size, gfp), **old, *ptr;
	unsigned long flags;
	int n = 0;

	if (!queue)
		return -ENOMEM;
	spin_lock_irqsave(&r->consumer_lock, flags);
	spin_lock(&r->producer_lock);
	while ((ptr = __ptr_ring_consume(r))) {
		if (n < size)
			queue[n++] = ptr;
		else if (destroy)
			destroy(ptr);
	}
	old = r->queue;
	r->queue = queue;
	__ptr_ring_set_size(r, size);
	r->producer = n < size ? n : 0;
	r->consumer_head = r->consumer_tail = 0;
	spin_unlock(&r->producer_lock);
	spin_unlock_irqrestore(&r->consumer_lock, flags);
	kvfree(old);
	return 0;
}

/** ptr_ring_cleanup - free it; @destroy, if any, is called for what is left in it */
static inline void ptr_ring_cleanup(struct ptr_ring *r, void (*destroy)(void *))
{
	void *ptr;

	if (destroy)
		while ((ptr = ptr_ring_consume(r)))
			destroy(ptr);
	kvfree(r->queue);
}

#endif
