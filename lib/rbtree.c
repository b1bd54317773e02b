// SPDX-License-Identifier: MIT
/*
 * Red-black trees, after Cormen, Leiserson, Rivest and Stein.
 *
 * T1  A node is red or black; a new one is red. The colour is bit 0 of the word
 *     with the parent's address: 0 is red, 1 black. A missing child is black.
 * T2  The root is black, and a red node has no red child.
 * T3  Every way from a node down to a missing child passes as many black nodes.
 *
 * An augmented tree's summaries are kept right by callbacks, at each rotation, and
 * up from where a node went. For other trees the callbacks do nothing.
 *
 * Locking: the caller's.
 */
#include <linux/export.h>
#include <linux/rbtree.h>
#include <linux/rbtree_augmented.h>

#define BLACK	1ul

static inline bool is_black(const struct rb_node *n)
{
	return !n || (n->__rb_parent_color & BLACK);
}

static inline void set_black(struct rb_node *n)
{
	n->__rb_parent_color |= BLACK;
}

static inline void set_red(struct rb_node *n)
{
	n->__rb_parent_color &= ~BLACK;
}

static inline void set_parent(struct rb_node *n, struct rb_node *parent)
{
	n->__rb_parent_color = (unsigned long)parent | (n->__rb_parent_color & BLACK);
}

/* Let @parent (NULL: the root) point to @new where it pointed to @old. */
static inline void change_child(struct rb_root *root, struct rb_node *parent,
				struct rb_node *old, struct rb_node *new)
{
	struct rb_node **link = &root->rb_node;

	if (parent)
		link = parent->rb_left == old ? &parent->rb_left : &parent->rb_right;
	WRITE_ONCE(*link, new);
}

/* @x goes down to the left, its right child takes its place. */
static void rotate_left(struct rb_root *root, struct rb_node *x,
			const struct rb_augment_callbacks *aug)
{
	struct rb_node *y = x->rb_right, *parent = rb_parent(x);

	WRITE_ONCE(x->rb_right, y->rb_left);
	if (y->rb_left)
		set_parent(y->rb_left, x);
	WRITE_ONCE(y->rb_left, x);
	set_parent(y, parent);
	change_child(root, parent, x, y);
	set_parent(x, y);
	aug->rotate(x, y);
}

static void rotate_right(struct rb_root *root, struct rb_node *x,
			 const struct rb_augment_callbacks *aug)
{
	struct rb_node *y = x->rb_left, *parent = rb_parent(x);

	WRITE_ONCE(x->rb_left, y->rb_right);
	if (y->rb_right)
		set_parent(y->rb_right, x);
	WRITE_ONCE(y->rb_right, x);
	set_parent(y, parent);
	change_child(root, parent, x, y);
	set_parent(x, y);
	aug->rotate(x, y);
}

void rb_insert_augmented(struct rb_node *node, struct rb_root *root,
			 const struct rb_augment_callbacks *aug)
{
	struct rb_node *parent, *grand, *uncle;

	/* Only T2 can be broken, and only between node and its parent. */
	while ((parent = rb_parent(node)) && !is_black(parent)) {
		bool left;

		grand = rb_parent(parent);
		left = parent == grand->rb_left;
		uncle = left ? grand->rb_right : grand->rb_left;
		if (!is_black(uncle)) {
			set_black(parent);
			set_black(uncle);
			set_red(grand);
			node = grand;
			continue;
		}
		if (node == (left ? parent->rb_right : parent->rb_left)) {
			if (left)
				rotate_left(root, parent, aug);
			else
				rotate_right(root, parent, aug);
			parent = node;
		}
		set_black(parent);
		set_red(grand);
		if (left)
			rotate_right(root, grand, aug);
		else
			rotate_left(root, grand, aug);
		break;
	}
	set_black(root->rb_node);
}
EXPORT_SYMBOL(rb_insert_augmented);

/* The ways through @node (which may be missing) are one black node short. */
static void erase_fix(struct rb_root *root, struct rb_node *node, struct rb_node *parent,
		      const struct rb_augment_callbacks *aug)
{
	while (parent && is_black(node)) {
		bool left = node == parent->rb_left;
		struct rb_node *sib = left ? parent->rb_right : parent->rb_left;
		struct rb_node *near, *far;

		if (!is_black(sib)) {
			set_black(sib);
			set_red(parent);
			if (left)
				rotate_left(root, parent, aug);
			else
				rotate_right(root, parent, aug);
			sib = left ? parent->rb_right : parent->rb_left;
		}
		near = left ? sib->rb_left : sib->rb_right;
		far = left ? sib->rb_right : sib->rb_left;
		if (is_black(near) && is_black(far)) {
			set_red(sib);
			node = parent;
			parent = rb_parent(node);
			continue;
		}
		if (is_black(far)) {
			set_black(near);
			set_red(sib);
			if (left)
				rotate_right(root, sib, aug);
			else
				rotate_left(root, sib, aug);
			far = sib;
			sib = near;
		}
		sib->__rb_parent_color = (sib->__rb_parent_color & ~BLACK) |
					 (parent->__rb_parent_color & BLACK);
		set_black(parent);
		set_black(far);
		if (left)
			rotate_left(root, parent, aug);
		else
			rotate_right(root, parent, aug);
		return;
	}
	if (node)
		set_black(node);
}

/*
 * Put the successor of a node with two children into its place.
 * Return: the lowest node whose children have changed; *child: what hangs where
 * the successor was; *black: whether a black node went from there.
 */
static struct rb_node *replace_by_successor(struct rb_node *node, struct rb_root *root,
					    struct rb_node **child, bool *black,
					    const struct rb_augment_callbacks *aug)
{
	struct rb_node *succ = node->rb_right, *parent = rb_parent(node), *lowest;

	while (succ->rb_left)
		succ = succ->rb_left;
	*black = is_black(succ);
	*child = succ->rb_right;
	lowest = rb_parent(succ);
	if (lowest == node) {
		lowest = succ;
	} else {
		WRITE_ONCE(lowest->rb_left, *child);
		if (*child)
			set_parent(*child, lowest);
		WRITE_ONCE(succ->rb_right, node->rb_right);
		set_parent(node->rb_right, succ);
	}
	WRITE_ONCE(succ->rb_left, node->rb_left);
	set_parent(node->rb_left, succ);
	succ->__rb_parent_color = node->__rb_parent_color;
	change_child(root, parent, node, succ);

	aug->copy(node, succ);
	if (lowest != succ)
		aug->propagate(lowest, succ);
	aug->propagate(succ, NULL);
	return lowest;
}

void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
			const struct rb_augment_callbacks *aug)
{
	struct rb_node *child, *parent;
	bool black;

	if (node->rb_left && node->rb_right) {
		parent = replace_by_successor(node, root, &child, &black, aug);
	} else {
		child = node->rb_left ? node->rb_left : node->rb_right;
		parent = rb_parent(node);
		black = is_black(node);
		change_child(root, parent, node, child);
		if (child)
			set_parent(child, parent);
		aug->propagate(parent, NULL);
	}
	if (black)
		erase_fix(root, child, parent, aug);
}
EXPORT_SYMBOL(rb_erase_augmented);

static void no_propagate(struct rb_node *node, struct rb_node *stop)
{
}

static void no_copy(struct rb_node *old, struct rb_node *new)
{
}

static const struct rb_augment_callbacks plain = {
	.propagate = no_propagate,
	.copy = no_copy,
	.rotate = no_copy,
};

void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	rb_insert_augmented(node, root, &plain);
}
EXPORT_SYMBOL(rb_insert_color);

void rb_erase(struct rb_node *node, struct rb_root *root)
{
	rb_erase_augmented(node, root, &plain);
}
EXPORT_SYMBOL(rb_erase);

/* Walking. */

struct rb_node *rb_first(const struct rb_root *root)
{
	struct rb_node *n = root->rb_node;

	while (n && n->rb_left)
		n = n->rb_left;
	return n;
}
EXPORT_SYMBOL(rb_first);

struct rb_node *rb_last(const struct rb_root *root)
{
	struct rb_node *n = root->rb_node;

	while (n && n->rb_right)
		n = n->rb_right;
	return n;
}
EXPORT_SYMBOL(rb_last);

struct rb_node *rb_next(const struct rb_node *node)
{
	struct rb_node *parent;

	if (RB_EMPTY_NODE(node))
		return NULL;
	if (node->rb_right) {
		node = node->rb_right;
		while (node->rb_left)
			node = node->rb_left;
		return (struct rb_node *)node;
	}
	while ((parent = rb_parent(node)) && node == parent->rb_right)
		node = parent;
	return parent;
}
EXPORT_SYMBOL(rb_next);

struct rb_node *rb_prev(const struct rb_node *node)
{
	struct rb_node *parent;

	if (RB_EMPTY_NODE(node))
		return NULL;
	if (node->rb_left) {
		node = node->rb_left;
		while (node->rb_right)
			node = node->rb_right;
		return (struct rb_node *)node;
	}
	while ((parent = rb_parent(node)) && node == parent->rb_left)
		node = parent;
	return parent;
}
EXPORT_SYMBOL(rb_prev);

/* The first of a subtree whose nodes come after all that is below them. */
static struct rb_node *deepest(const struct rb_node *n)
{
	for (;;) {
		if (n->rb_left)
			n = n->rb_left;
		else if (n->rb_right)
			n = n->rb_right;
		else
			return (struct rb_node *)n;
	}
}

struct rb_node *rb_first_postorder(const struct rb_root *root)
{
	return root->rb_node ? deepest(root->rb_node) : NULL;
}
EXPORT_SYMBOL(rb_first_postorder);

struct rb_node *rb_next_postorder(const struct rb_node *node)
{
	struct rb_node *parent;

	if (!node)
		return NULL;
	parent = rb_parent(node);
	if (parent && node == parent->rb_left && parent->rb_right)
		return deepest(parent->rb_right);
	return parent;
}
EXPORT_SYMBOL(rb_next_postorder);

void rb_replace_node(struct rb_node *victim, struct rb_node *new, struct rb_root *root)
{
	*new = *victim;
	if (victim->rb_left)
		set_parent(victim->rb_left, new);
	if (victim->rb_right)
		set_parent(victim->rb_right, new);
	change_child(root, rb_parent(victim), victim, new);
}
EXPORT_SYMBOL(rb_replace_node);
