/* SPDX-License-Identifier: MIT */
/* Trees whose nodes sum up what is below them. */
#ifndef _LINUX_RBTREE_AUGMENTED_H
#define _LINUX_RBTREE_AUGMENTED_H

#include <linux/compiler.h>
#include <linux/rbtree.h>

/*
 * propagate: recompute from @node upward until @stop (not included).
 * copy: @new takes over what @old had, as it takes over its place.
 * rotate: @new has taken @old's place above it; recompute both.
 */
struct rb_augment_callbacks {
	void (*propagate)(struct rb_node *node, struct rb_node *stop);
	void (*copy)(struct rb_node *old, struct rb_node *new);
	void (*rotate)(struct rb_node *old, struct rb_node *new);
};

void rb_insert_augmented(struct rb_node *node, struct rb_root *root,
			 const struct rb_augment_callbacks *augment);
void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
			const struct rb_augment_callbacks *augment);

static inline void rb_insert_augmented_cached(struct rb_node *node,
					      struct rb_root_cached *root, bool newleft,
					      const struct rb_augment_callbacks *augment)
{
	if (newleft)
		root->rb_leftmost = node;
	rb_insert_augmented(node, &root->rb_root, augment);
}

static inline void rb_erase_augmented_cached(struct rb_node *node,
					     struct rb_root_cached *root,
					     const struct rb_augment_callbacks *augment)
{
	if (root->rb_leftmost == node)
		root->rb_leftmost = rb_next(node);
	rb_erase_augmented(node, &root->rb_root, augment);
}

/*
 * Callbacks for a summary in @rbaugmented, which @rbcompute(node, exit) recomputes:
 * it stores the summary and returns true, when @exit, if nothing changed.
 */
#define RB_DECLARE_CALLBACKS(rbstatic, rbname, rbstruct, rbfield, rbaugmented, rbcompute) \
static inline void rbname##_propagate(struct rb_node *rb, struct rb_node *stop) \
{									\
	while (rb != stop) {						\
		rbstruct *node = rb_entry(rb, rbstruct, rbfield);	\
									\
		if (rbcompute(node, true))				\
			break;						\
		rb = rb_parent(&node->rbfield);				\
	}								\
}									\
static inline void rbname##_copy(struct rb_node *rb_old, struct rb_node *rb_new) \
{									\
	rb_entry(rb_new, rbstruct, rbfield)->rbaugmented =		\
		rb_entry(rb_old, rbstruct, rbfield)->rbaugmented;	\
}									\
static void rbname##_rotate(struct rb_node *rb_old, struct rb_node *rb_new) \
{									\
	rbname##_copy(rb_old, rb_new);					\
	rbcompute(rb_entry(rb_old, rbstruct, rbfield), false);		\
}									\
rbstatic const struct rb_augment_callbacks rbname = {			\
	.propagate = rbname##_propagate,				\
	.copy = rbname##_copy,						\
	.rotate = rbname##_rotate					\
};

/* The summary is the largest @rbcompute(node) of the node and all below it. */
#define RB_DECLARE_CALLBACKS_MAX(rbstatic, rbname, rbstruct, rbfield,	\
				 rbtype, rbaugmented, rbcompute)	\
static inline bool rbname##_compute_max(rbstruct *node, bool exit)	\
{									\
	rbstruct *child;						\
	rbtype max = rbcompute(node);					\
									\
	if (node->rbfield.rb_left) {					\
		child = rb_entry(node->rbfield.rb_left, rbstruct, rbfield); \
		if (child->rbaugmented > max)				\
			max = child->rbaugmented;			\
	}								\
	if (node->rbfield.rb_right) {					\
		child = rb_entry(node->rbfield.rb_right, rbstruct, rbfield); \
		if (child->rbaugmented > max)				\
			max = child->rbaugmented;			\
	}								\
	if (exit && node->rbaugmented == max)				\
		return true;						\
	node->rbaugmented = max;					\
	return false;							\
}									\
RB_DECLARE_CALLBACKS(rbstatic, rbname, rbstruct, rbfield, rbaugmented,	\
		     rbname##_compute_max)

#endif
