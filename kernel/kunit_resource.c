// SPDX-License-Identifier: MIT
/*
 * Resources of a case: given back, last in first out, when it has ended.
 *
 * Each has a reference that its place in test->resources holds; whoever finds one gets
 * another. The free function runs when the last is dropped, without the lock.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

static void release(struct kref *ref)
{
	struct kunit_resource *res = container_of(ref, struct kunit_resource, refcount);
	bool ours = res->should_kfree;

	/* It may free the structure with what it is part of. */
	if (res->free)
		res->free(res);
	if (ours)
		kfree(res);
}

void kunit_get_resource(struct kunit_resource *res)
{
	kref_get(&res->refcount);
}
EXPORT_SYMBOL(kunit_get_resource);

void kunit_put_resource(struct kunit_resource *res)
{
	kref_put(&res->refcount, release);
}
EXPORT_SYMBOL(kunit_put_resource);

static int add(struct kunit *test, kunit_resource_init_t init, kunit_resource_free_t free,
	       struct kunit_resource *res, const char *name, bool should_kfree, void *data)
{
	unsigned long flags;
	int err = 0;

	res->free = free;
	res->name = name;
	res->should_kfree = should_kfree;
	kref_init(&res->refcount);
	if (init)
		err = init(res, data);
	else
		res->data = data;
	if (err)
		return err;
	spin_lock_irqsave(&test->lock, flags);
	list_add_tail(&res->node, &test->resources);
	spin_unlock_irqrestore(&test->lock, flags);
	return 0;
}

int kunit_add_resource(struct kunit *test, kunit_resource_init_t init,
		       kunit_resource_free_t free, struct kunit_resource *res, void *data)
{
	return add(test, init, free, res, NULL, false, data);
}
EXPORT_SYMBOL(kunit_add_resource);

int kunit_add_named_resource(struct kunit *test, kunit_resource_init_t init,
			     kunit_resource_free_t free, struct kunit_resource *res,
			     const char *name, void *data)
{
	struct kunit_resource *other;

	if (!name)
		return -EINVAL;
	other = kunit_find_named_resource(test, name);
	if (other) {
		kunit_put_resource(other);
		return -EEXIST;
	}
	return add(test, init, free, res, name, false, data);
}
EXPORT_SYMBOL(kunit_add_named_resource);

struct kunit_resource *kunit_alloc_and_get_resource(struct kunit *test,
						    kunit_resource_init_t init,
						    kunit_resource_free_t free, gfp_t gfp,
						    void *context)
{
	struct kunit_resource *res = kzalloc(sizeof(*res), gfp);

	if (!res)
		return NULL;
	if (add(test, init, free, res, NULL, true, context)) {
		kfree(res);
		return NULL;
	}
	kunit_get_resource(res);
	return res;
}
EXPORT_SYMBOL(kunit_alloc_and_get_resource);

void *kunit_alloc_resource(struct kunit *test, kunit_resource_init_t init,
			   kunit_resource_free_t free, gfp_t gfp, void *context)
{
	struct kunit_resource *res = kunit_alloc_and_get_resource(test, init, free, gfp, context);
	void *data;

	if (!res)
		return NULL;
	data = res->data;
	kunit_put_resource(res);
	return data;
}
EXPORT_SYMBOL(kunit_alloc_resource);

struct kunit_resource *kunit_find_resource(struct kunit *test, kunit_resource_match_t match,
					   void *match_data)
{
	struct kunit_resource *res, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&test->lock, flags);
	list_for_each_entry_reverse(res, &test->resources, node) {
		if (match(test, res, match_data)) {
			found = res;
			kunit_get_resource(found);
			break;
		}
	}
	spin_unlock_irqrestore(&test->lock, flags);
	return found;
}
EXPORT_SYMBOL(kunit_find_resource);

bool kunit_resource_instance_match(struct kunit *test, struct kunit_resource *res,
				   void *match_data)
{
	return res->data == match_data;
}
EXPORT_SYMBOL(kunit_resource_instance_match);

bool kunit_resource_name_match(struct kunit *test, struct kunit_resource *res, void *match_name)
{
	return res->name && !strcmp(res->name, match_name);
}
EXPORT_SYMBOL(kunit_resource_name_match);

struct kunit_resource *kunit_find_named_resource(struct kunit *test, const char *name)
{
	return kunit_find_resource(test, kunit_resource_name_match, (void *)name);
}
EXPORT_SYMBOL(kunit_find_named_resource);

void kunit_remove_resource(struct kunit *test, struct kunit_resource *res)
{
	unsigned long flags;
	bool was_linked;

	spin_lock_irqsave(&test->lock, flags);
	was_linked = !list_empty(&res->node);
	list_del_init(&res->node);
	spin_unlock_irqrestore(&test->lock, flags);
	if (was_linked)
		kunit_put_resource(res);
}
EXPORT_SYMBOL(kunit_remove_resource);

int kunit_destroy_resource(struct kunit *test, kunit_resource_match_t match, void *match_data)
{
	struct kunit_resource *res = kunit_find_resource(test, match, match_data);

	if (!res)
		return -ENOENT;
	kunit_remove_resource(test, res);
	kunit_put_resource(res);
	return 0;
}
EXPORT_SYMBOL(kunit_destroy_resource);

int kunit_destroy_named_resource(struct kunit *test, const char *name)
{
	return kunit_destroy_resource(test, kunit_resource_name_match, (void *)name);
}
EXPORT_SYMBOL(kunit_destroy_named_resource);

/** kunit_cleanup - give back all that a case has. Context: may sleep. */
void kunit_cleanup(struct kunit *test)
{
	for (;;) {
		struct kunit_resource *res = NULL;

		spin_lock_irq(&test->lock);
		if (!list_empty(&test->resources))
			res = list_last_entry(&test->resources, struct kunit_resource, node);
		spin_unlock_irq(&test->lock);
		if (!res)
			return;
		kunit_remove_resource(test, res);
	}
}
EXPORT_SYMBOL(kunit_cleanup);

/* Memory. */

static void free_memory(struct kunit_resource *res)
{
	kfree(res->data);
}

void *kunit_kmalloc_array(struct kunit *test, size_t n, size_t size, gfp_t gfp)
{
	struct kunit_resource *res = kzalloc(sizeof(*res), gfp & ~__GFP_ZERO);
	void *data = res ? kmalloc_array(n, size, gfp) : NULL;

	if (!data) {
		kfree(res);
		return NULL;
	}
	add(test, NULL, free_memory, res, NULL, true, data);
	return data;
}
EXPORT_SYMBOL(kunit_kmalloc_array);

void kunit_kfree(struct kunit *test, const void *ptr)
{
	if (ptr && kunit_destroy_resource(test, kunit_resource_instance_match, (void *)ptr))
		KUNIT_FAIL(test, "kunit_kfree: %px was not allocated by this case", ptr);
}
EXPORT_SYMBOL(kunit_kfree);

/* Actions. */

struct action {
	kunit_action_t *fn;
	void *ctx;
	struct kunit_resource res;
};

static void run_action(struct kunit_resource *res)
{
	struct action *a = container_of(res, struct action, res);

	if (a->fn)
		a->fn(a->ctx);
	kfree(a);
}

int kunit_add_action(struct kunit *test, kunit_action_t *fn, void *ctx)
{
	struct action *a = kzalloc(sizeof(*a), GFP_KERNEL);

	if (!a)
		return -ENOMEM;
	a->fn = fn;
	a->ctx = ctx;
	return add(test, NULL, run_action, &a->res, NULL, false, NULL);
}
EXPORT_SYMBOL(kunit_add_action);

int kunit_add_action_or_reset(struct kunit *test, kunit_action_t *fn, void *ctx)
{
	int err = kunit_add_action(test, fn, ctx);

	if (err)
		fn(ctx);
	return err;
}
EXPORT_SYMBOL(kunit_add_action_or_reset);

static bool is_action(struct kunit *test, struct kunit_resource *res, void *match_data)
{
	const struct action *wanted = match_data, *a = container_of(res, struct action, res);

	return res->free == run_action && a->fn == wanted->fn && a->ctx == wanted->ctx;
}

static void drop_action(struct kunit *test, kunit_action_t *fn, void *ctx, bool run)
{
	struct action wanted = { .fn = fn, .ctx = ctx };
	struct kunit_resource *res = kunit_find_resource(test, is_action, &wanted);

	if (!res)
		return;
	if (!run)
		container_of(res, struct action, res)->fn = NULL;
	kunit_remove_resource(test, res);
	kunit_put_resource(res);
}

/** kunit_remove_action - forget the newest such action */
void kunit_remove_action(struct kunit *test, kunit_action_t *fn, void *ctx)
{
	drop_action(test, fn, ctx, false);
}
EXPORT_SYMBOL(kunit_remove_action);

/** kunit_release_action - run it now, once */
void kunit_release_action(struct kunit *test, kunit_action_t *fn, void *ctx)
{
	drop_action(test, fn, ctx, true);
}
EXPORT_SYMBOL(kunit_release_action);
