/* SPDX-License-Identifier: MIT */
/* Switches that are read often and changed seldom: here plain integers. */
#ifndef _LINUX_JUMP_LABEL_H
#define _LINUX_JUMP_LABEL_H

#include <linux/atomic.h>
#include <linux/types.h>

struct static_key {
	atomic_t enabled;
};

struct static_key_true {
	struct static_key key;
};

struct static_key_false {
	struct static_key key;
};

#define STATIC_KEY_INIT_TRUE	{ .enabled = ATOMIC_INIT(1) }
#define STATIC_KEY_INIT_FALSE	{ .enabled = ATOMIC_INIT(0) }
#define STATIC_KEY_TRUE_INIT	{ .key = STATIC_KEY_INIT_TRUE }
#define STATIC_KEY_FALSE_INIT	{ .key = STATIC_KEY_INIT_FALSE }
#define DEFINE_STATIC_KEY_TRUE(name)	struct static_key_true name = STATIC_KEY_TRUE_INIT
#define DEFINE_STATIC_KEY_FALSE(name)	struct static_key_false name = STATIC_KEY_FALSE_INIT
#define DEFINE_STATIC_KEY_TRUE_RO(name)	DEFINE_STATIC_KEY_TRUE(name)
#define DEFINE_STATIC_KEY_FALSE_RO(name) DEFINE_STATIC_KEY_FALSE(name)
#define DECLARE_STATIC_KEY_TRUE(name)	extern struct static_key_true name
#define DECLARE_STATIC_KEY_FALSE(name)	extern struct static_key_false name

static inline int static_key_count(const struct static_key *key)
{
	return atomic_read(&key->enabled);
}

static inline bool static_key_enabled_(const struct static_key *key)
{
	return static_key_count(key) > 0;
}

static inline void static_key_slow_inc(struct static_key *key)
{
	atomic_inc(&key->enabled);
}

static inline void static_key_slow_dec(struct static_key *key)
{
	atomic_dec(&key->enabled);
}

static inline void static_key_enable(struct static_key *key)
{
	atomic_set(&key->enabled, 1);
}

static inline void static_key_disable(struct static_key *key)
{
	atomic_set(&key->enabled, 0);
}

/* A key of either kind, or a plain struct static_key. */
#define __static_key_of(x)	((struct static_key *)(void *)(x))
#define static_key_enabled(x)	static_key_enabled_(__static_key_of(x))
#define static_key_true(key)	likely(static_key_enabled_(key))
#define static_key_false(key)	unlikely(static_key_enabled_(key))
#define static_branch_likely(x)	likely(static_key_enabled_(&(x)->key))
#define static_branch_unlikely(x) unlikely(static_key_enabled_(&(x)->key))
#define static_branch_inc(x)	static_key_slow_inc(&(x)->key)
#define static_branch_dec(x)	static_key_slow_dec(&(x)->key)
#define static_branch_enable(x)	static_key_enable(&(x)->key)
#define static_branch_disable(x) static_key_disable(&(x)->key)

#endif
