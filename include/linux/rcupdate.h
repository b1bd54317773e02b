/* SPDX-License-Identifier: MIT */
/*
 * Read-copy update. A read section is one with preemption off; a grace period has
 * passed when every CPU was seen outside of any. Bodies: kernel/rcupdate.c
 */
#ifndef __LINUX_RCUPDATE_H
#define __LINUX_RCUPDATE_H

#include <linux/build_bug.h>
#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/atomic.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/bottom_half.h>
#include <linux/lockdep.h>
#include <linux/stddef.h>
#include <asm/processor.h>

/** call_rcu - call @func after a grace period, in soft interrupt context. Context: any. */
void call_rcu(struct rcu_head *head, rcu_callback_t func);
/** synchronize_rcu - wait for a grace period. Context: may sleep. */
void synchronize_rcu(void);
/** rcu_barrier - wait for every callback that is pending. Context: may sleep. */
void rcu_barrier(void);
/** kvfree_call_rcu - free @ptr after a grace period; @head is inside it, or NULL */
void kvfree_call_rcu(struct rcu_head *head, void *ptr);
#define synchronize_rcu_expedited()	synchronize_rcu()
#define synchronize_sched()		synchronize_rcu()
#define synchronize_net()		synchronize_rcu()
#define rcu_barrier_tasks()		rcu_barrier()

#define rcu_read_lock()			preempt_disable()
#define rcu_read_unlock()		preempt_enable()
#define rcu_read_lock_bh()		local_bh_disable()
#define rcu_read_unlock_bh()		local_bh_enable()
#define rcu_read_lock_sched()		preempt_disable()
#define rcu_read_unlock_sched()		preempt_enable()
#define rcu_read_lock_held()		(!preemptible())
#define rcu_read_lock_bh_held()		(!preemptible())
#define rcu_read_lock_sched_held()	(!preemptible())
#define rcu_read_lock_any_held()	(!preemptible())
#define rcu_is_watching()		true
#define rcu_head_init(rhp)		((rhp)->func = NULL)
#define init_rcu_head(rhp)		((void)(rhp))
#define destroy_rcu_head(rhp)		((void)(rhp))
#define RCU_LOCKDEP_WARN(c, s)		((void)(c))
#define RCU_NONIDLE(a)			do { a; } while (0)

#define RCU_INITIALIZER(v)		((__typeof__(*(v)) *)(v))
#define RCU_INIT_POINTER(p, v)		WRITE_ONCE(p, RCU_INITIALIZER(v))
#define RCU_POINTER_INITIALIZER(p, v)	.p = RCU_INITIALIZER(v)
#define rcu_assign_pointer(p, v)					\
	do {								\
		__typeof__(p) __rcu_v = (v);				\
		__atomic_store_n(&(p), __rcu_v, __ATOMIC_RELEASE);	\
	} while (0)
/* Acquire is more than the dependency needs, and free where it matters. */
#define rcu_dereference(p) \
	((__typeof__(*(p)) *)__atomic_load_n(&(p), __ATOMIC_ACQUIRE))
#define rcu_dereference_check(p, c)	rcu_dereference(p)
#define rcu_dereference_bh(p)		rcu_dereference(p)
#define rcu_dereference_bh_check(p, c)	rcu_dereference(p)
#define rcu_dereference_sched(p)	rcu_dereference(p)
#define rcu_dereference_raw(p)		rcu_dereference(p)
#define rcu_dereference_protected(p, c)	((void)(c), READ_ONCE(p))
#define rcu_access_pointer(p)		READ_ONCE(p)
#define rcu_pointer_handoff(p)		(p)
#define unrcu_pointer(p)		(p)
#define rcu_replace_pointer(rcu_ptr, ptr, c)				\
	({								\
		__typeof__(ptr) __rcu_old = rcu_dereference_protected((rcu_ptr), (c)); \
									\
		rcu_assign_pointer((rcu_ptr), (ptr));			\
		__rcu_old;						\
	})

/* With a struct rcu_head in the object, or (one argument) without, which may sleep. */
#define kfree_rcu(ptr, rhf...)		kvfree_rcu(ptr, ##rhf)
#define kvfree_rcu(...)							\
	__KVFREE_RCU_PICK(__VA_ARGS__, __kvfree_rcu_head, __kvfree_rcu_sleep)(__VA_ARGS__)
#define __KVFREE_RCU_PICK(a, b, pick, ...)	pick
#define __kvfree_rcu_head(ptr, rhf)					\
	do {								\
		__typeof__(ptr) __rcu_p = (ptr);			\
									\
		BUILD_BUG_ON(offsetof(__typeof__(*(ptr)), rhf) >= 4096);	\
		if (__rcu_p)						\
			kvfree_call_rcu(&__rcu_p->rhf, (void *)__rcu_p); \
	} while (0)
#define __kvfree_rcu_sleep(ptr)						\
	do {								\
		__typeof__(ptr) __rcu_p = (ptr);			\
									\
		if (__rcu_p)						\
			kvfree_call_rcu(NULL, (void *)__rcu_p);		\
	} while (0)
#define kvfree_rcu_mightsleep(ptr)	__kvfree_rcu_sleep(ptr)
#define kfree_rcu_mightsleep(ptr)	__kvfree_rcu_sleep(ptr)

#endif
