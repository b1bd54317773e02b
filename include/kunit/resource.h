/* SPDX-License-Identifier: MIT */
/* What a case gets and need not give back. Bodies: kernel/kunit_resource.c */
#ifndef _KUNIT_RESOURCE_H
#define _KUNIT_RESOURCE_H

#include <kunit/test.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct kunit_resource;

typedef int (*kunit_resource_init_t)(struct kunit_resource *res, void *context);
typedef void (*kunit_resource_free_t)(struct kunit_resource *res);
typedef bool (*kunit_resource_match_t)(struct kunit *test, struct kunit_resource *res,
				       void *match_data);
typedef void (kunit_action_t)(void *);

/* Keys: T test->lock | C fixed when it is added */
struct kunit_resource {
	void *data;			/* C */
	const char *name;		/* C  NULL: none */
	kunit_resource_free_t free;	/* C */
	struct kref refcount;		/* A */
	struct list_head node;		/* T */
	bool should_kfree;		/* C  the structure itself */
};

/**
 * kunit_add_resource - let the case clean up after itself, last in first out
 * @init: called first, with @data as its context; NULL: @data becomes res->data
 * @free: called with the last reference; NULL: nothing to do
 * @res: the caller's structure
 * Context: may sleep. Return: 0 or what @init returned.
 */
int kunit_add_resource(struct kunit *test, kunit_resource_init_t init,
		       kunit_resource_free_t free, struct kunit_resource *res, void *data);
/** kunit_add_named_resource - -EEXIST when the name is taken, -EINVAL without one */
int kunit_add_named_resource(struct kunit *test, kunit_resource_init_t init,
			     kunit_resource_free_t free, struct kunit_resource *res,
			     const char *name, void *data);
/** kunit_alloc_resource - the same in memory of its own; res->data or NULL */
void *kunit_alloc_resource(struct kunit *test, kunit_resource_init_t init,
			   kunit_resource_free_t free, gfp_t gfp, void *context);
/** kunit_alloc_and_get_resource - the same; the resource, with a reference */
struct kunit_resource *kunit_alloc_and_get_resource(struct kunit *test,
						    kunit_resource_init_t init,
						    kunit_resource_free_t free, gfp_t gfp,
						    void *context);
/** kunit_find_resource - the newest that matches, with a reference, or NULL */
struct kunit_resource *kunit_find_resource(struct kunit *test, kunit_resource_match_t match,
					   void *match_data);
struct kunit_resource *kunit_find_named_resource(struct kunit *test, const char *name);
/** kunit_destroy_resource - remove the newest that matches; 0 or -ENOENT */
int kunit_destroy_resource(struct kunit *test, kunit_resource_match_t match, void *match_data);
int kunit_destroy_named_resource(struct kunit *test, const char *name);
void kunit_remove_resource(struct kunit *test, struct kunit_resource *res);
void kunit_get_resource(struct kunit_resource *res);
void kunit_put_resource(struct kunit_resource *res);
bool kunit_resource_instance_match(struct kunit *test, struct kunit_resource *res,
				   void *match_data);
bool kunit_resource_name_match(struct kunit *test, struct kunit_resource *res,
			       void *match_name);

/** kunit_add_action - call a function when the case ends; 0 or -ENOMEM */
int kunit_add_action(struct kunit *test, kunit_action_t *action, void *ctx);
/** kunit_add_action_or_reset - the same; calls it at once when there is no memory */
int kunit_add_action_or_reset(struct kunit *test, kunit_action_t *action, void *ctx);
void kunit_remove_action(struct kunit *test, kunit_action_t *action, void *ctx);
void kunit_release_action(struct kunit *test, kunit_action_t *action, void *ctx);

#endif
