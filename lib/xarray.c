// SPDX-License-Identifier: MIT
/*
 * The sparse array: a radix tree with 64 slots per node.
 *
 * A1  An array without entries has no node. One whose only entry is at index 0 may
 *     have it in xa_head directly.
 * A2  A node's shift is the number of index bits below those that choose its slot;
 *     a child's is 6 less; a leaf's is 0.
 * A3  count is the number of slots that are not NULL. A node with none is freed,
 *     but while a store that made it waits for more memory.
 * A4  What points to a node has bit 1 set, what points to an entry has not.
 *
 * Nodes are made without the lock: a store that needs one drops the lock, makes it
 * and starts again.
 *
 * Locking: xa_lock, with interrupts off, so that any context may use any array.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#define CHUNK_SHIFT	6
#define CHUNK_SIZE	(1u << CHUNK_SHIFT)
#define CHUNK_MASK	(CHUNK_SIZE - 1)

/* Keys: L xa_lock */
struct xa_node {
	unsigned char shift;		/* fixed when it is made */
	unsigned char offset;		/* L  its slot in the parent */
	unsigned char count;		/* L  A3 */
	struct xa_node *parent;		/* L  NULL: the root */
	void *slots[CHUNK_SIZE];	/* L */
};

/* What try_store() returns when it needs a node. */
#define NEED_NODE	((void *)6)

static bool is_node(const void *entry)
{
	return ((unsigned long)entry & 3) == 2;
}

static struct xa_node *to_node(const void *entry)
{
	return (struct xa_node *)((unsigned long)entry - 2);
}

static void *from_node(struct xa_node *node)
{
	return (void *)((unsigned long)node + 2);
}

static unsigned int slot_of(const struct xa_node *node, unsigned long index)
{
	return (unsigned int)(index >> node->shift) & CHUNK_MASK;
}

/* Has the tree below the root a place for this index? */
static bool covers(const struct xa_node *root, unsigned long index)
{
	return (index >> root->shift) < CHUNK_SIZE;
}

/* The leaf with an index's slot, or NULL; *deepest is how far down one gets. */
static struct xa_node *leaf_of(const struct xarray *xa, unsigned long index,
			       struct xa_node **deepest)
{
	struct xa_node *node = is_node(xa->xa_head) ? to_node(xa->xa_head) : NULL;

	*deepest = node;
	if (!node || !covers(node, index))
		return NULL;
	while (node->shift) {
		void *child = node->slots[slot_of(node, index)];

		if (!child)
			return NULL;
		*deepest = node = to_node(child);
	}
	return node;
}

static void *load(const struct xarray *xa, unsigned long index)
{
	struct xa_node *leaf, *deepest;

	if (!is_node(xa->xa_head))
		return index ? NULL : xa->xa_head;
	leaf = leaf_of(xa, index, &deepest);
	return leaf ? leaf->slots[slot_of(leaf, index)] : NULL;
}

void *xa_load(struct xarray *xa, unsigned long index)
{
	unsigned long flags;
	void *entry;

	xa_lock_irqsave(xa, flags);
	entry = load(xa, index);
	xa_unlock_irqrestore(xa, flags);
	return entry;
}
EXPORT_SYMBOL(xa_load);

/* Free a node that has become empty, and those above that do so by that. */
static void prune(struct xarray *xa, struct xa_node *node)
{
	while (node && !node->count) {
		struct xa_node *parent = node->parent;

		if (parent) {
			parent->slots[node->offset] = NULL;
			parent->count--;
		} else {
			xa->xa_head = NULL;
		}
		kfree(node);
		node = parent;
	}
}

static void *erase(struct xarray *xa, unsigned long index)
{
	struct xa_node *leaf, *deepest;
	void *old;

	if (!is_node(xa->xa_head)) {
		if (index)
			return NULL;
		old = xa->xa_head;
		xa->xa_head = NULL;
		return old;
	}
	leaf = leaf_of(xa, index, &deepest);
	if (!leaf)
		return NULL;
	old = leaf->slots[slot_of(leaf, index)];
	if (old) {
		leaf->slots[slot_of(leaf, index)] = NULL;
		leaf->count--;
		prune(xa, leaf);
	}
	return old;
}

/* A new root: above the old one, or for an empty array as high as @index needs. */
static void grow(struct xarray *xa, struct xa_node *node, unsigned long index)
{
	void *head = xa->xa_head;

	node->shift = is_node(head) ? (unsigned char)(to_node(head)->shift + CHUNK_SHIFT) : 0;
	node->parent = NULL;
	while (!head && !covers(node, index))
		node->shift += CHUNK_SHIFT;
	if (head) {
		node->slots[0] = head;
		node->count = 1;
		if (is_node(head)) {
			to_node(head)->parent = node;
			to_node(head)->offset = 0;
		}
	}
	xa->xa_head = from_node(node);
}

/*
 * Store, with *spare for a node that is missing (it is NULL afterwards).
 * Return: the old entry, or NEED_NODE.
 */
static void *try_store(struct xarray *xa, unsigned long index, void *entry,
		       struct xa_node **spare)
{
	struct xa_node *node;
	void **slot, *old;

	if (!index && !is_node(xa->xa_head)) {
		old = xa->xa_head;
		xa->xa_head = entry;
		return old;
	}
	while (!is_node(xa->xa_head) || !covers(to_node(xa->xa_head), index)) {
		if (!*spare)
			return NEED_NODE;
		grow(xa, *spare, index);
		*spare = NULL;
	}
	for (node = to_node(xa->xa_head); node->shift; node = to_node(*slot)) {
		slot = &node->slots[slot_of(node, index)];
		if (*slot)
			continue;
		if (!*spare)
			return NEED_NODE;
		(*spare)->shift = (unsigned char)(node->shift - CHUNK_SHIFT);
		(*spare)->offset = (unsigned char)slot_of(node, index);
		(*spare)->parent = node;
		*slot = from_node(*spare);
		node->count++;
		*spare = NULL;
	}
	slot = &node->slots[slot_of(node, index)];
	old = *slot;
	*slot = entry;
	node->count += !old;
	return old;
}

/* A store gave up: free the nodes that it has made for nothing. */
static void give_up(struct xarray *xa, unsigned long index)
{
	struct xa_node *deepest;

	leaf_of(xa, index, &deepest);
	prune(xa, deepest);
}

enum store_mode { STORE_ANY, STORE_IF_EMPTY, STORE_IF_EQUAL };

/*
 * The loop around try_store().
 * Return: the old entry, which decides whether @mode stored; or an error.
 */
static void *store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp,
		   enum store_mode mode, void *expected)
{
	struct xa_node *spare = NULL;
	unsigned long flags;
	void *old;

	if (WARN_ON_ONCE(is_node(entry)))
		return __xa_mk_error(-EINVAL);
	for (;;) {
		xa_lock_irqsave(xa, flags);
		old = load(xa, index);
		if ((mode == STORE_IF_EMPTY && old) || (mode == STORE_IF_EQUAL && old != expected))
			give_up(xa, index);
		else if (!entry)
			old = erase(xa, index);
		else
			old = try_store(xa, index, entry, &spare);
		xa_unlock_irqrestore(xa, flags);
		if (old != NEED_NODE)
			break;
		spare = kzalloc(sizeof(*spare), gfp);
		if (!spare) {
			xa_lock_irqsave(xa, flags);
			give_up(xa, index);
			xa_unlock_irqrestore(xa, flags);
			return __xa_mk_error(-ENOMEM);
		}
	}
	kfree(spare);
	return old;
}

void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	return store(xa, index, entry, gfp, STORE_ANY, NULL);
}
EXPORT_SYMBOL(xa_store);

int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	void *old = store(xa, index, entry, gfp, STORE_IF_EMPTY, NULL);

	if (xa_is_err(old))
		return xa_err(old);
	return old ? -EBUSY : 0;
}
EXPORT_SYMBOL(xa_insert);

void *xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry, gfp_t gfp)
{
	return store(xa, index, entry, gfp, STORE_IF_EQUAL, old);
}
EXPORT_SYMBOL(xa_cmpxchg);

void *xa_erase(struct xarray *xa, unsigned long index)
{
	unsigned long flags;
	void *old;

	xa_lock_irqsave(xa, flags);
	old = erase(xa, index);
	xa_unlock_irqrestore(xa, flags);
	return old;
}
EXPORT_SYMBOL(xa_erase);

void *__xa_erase(struct xarray *xa, unsigned long index)
{
	return erase(xa, index);
}
EXPORT_SYMBOL(__xa_erase);

/* The lock as the array's flags say that its user takes it. */
static void user_unlock(struct xarray *xa)
{
	if (xa->xa_flags & XA_FLAGS_LOCK_IRQ)
		xa_unlock_irq(xa);
	else if (xa->xa_flags & XA_FLAGS_LOCK_BH)
		spin_unlock_bh(&xa->xa_lock);
	else
		xa_unlock(xa);
}

static void user_lock(struct xarray *xa)
{
	if (xa->xa_flags & XA_FLAGS_LOCK_IRQ)
		xa_lock_irq(xa);
	else if (xa->xa_flags & XA_FLAGS_LOCK_BH)
		spin_lock_bh(&xa->xa_lock);
	else
		xa_lock(xa);
}

void *__xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	struct xa_node *spare = NULL;
	void *old;

	if (!entry)
		return erase(xa, index);
	while ((old = try_store(xa, index, entry, &spare)) == NEED_NODE) {
		user_unlock(xa);
		spare = kzalloc(sizeof(*spare), gfp);
		user_lock(xa);
		if (!spare) {
			give_up(xa, index);
			return __xa_mk_error(-ENOMEM);
		}
	}
	kfree(spare);
	return old;
}
EXPORT_SYMBOL(__xa_store);

/* The lowest index from @index on without an entry; false: none up to @max. */
static bool next_free(const struct xarray *xa, unsigned long *index, unsigned long max)
{
	unsigned long i = *index;

	while (i <= max) {
		struct xa_node *deepest, *leaf = leaf_of(xa, i, &deepest);

		if (!leaf) {
			if (i || is_node(xa->xa_head) || !xa->xa_head)
				break;
			i++;
			continue;
		}
		if (!leaf->slots[slot_of(leaf, i)])
			break;
		if (i++ == max)
			return false;
	}
	*index = i;
	return i <= max;
}

int xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp)
{
	unsigned long i, flags;
	bool found;
	int err;

	if (WARN_ON_ONCE(!entry || !(xa->xa_flags & XA_FLAGS_ALLOC)))
		return -EINVAL;
	if ((xa->xa_flags & XA_FLAGS_ALLOC1) == XA_FLAGS_ALLOC1 && !limit.min)
		limit.min = 1;
	do {
		i = limit.min;
		xa_lock_irqsave(xa, flags);
		found = next_free(xa, &i, limit.max);
		xa_unlock_irqrestore(xa, flags);
		if (!found)
			return -EBUSY;
		err = xa_insert(xa, i, entry, gfp);
	} while (err == -EBUSY);
	if (!err)
		*id = (u32)i;
	return err;
}
EXPORT_SYMBOL(xa_alloc);

/* The first entry from *index on. */
static void *find(const struct xarray *xa, unsigned long *index, unsigned long max)
{
	unsigned long i = *index;

restart:
	if (!is_node(xa->xa_head)) {
		*index = i;
		return i ? NULL : xa->xa_head;
	}
	for (struct xa_node *node = to_node(xa->xa_head); i <= max;) {
		unsigned int slot = slot_of(node, i), from = slot;
		unsigned long above;

		if (!node->parent && !covers(node, i))
			return NULL;
		while (slot < CHUNK_SIZE && !node->slots[slot])
			slot++;
		/* The index bits above this node's, moved down. */
		above = node->shift + CHUNK_SHIFT < BITS_PER_LONG ?
			i >> (node->shift + CHUNK_SHIFT) : 0;
		if (slot == CHUNK_SIZE) {
			if (!node->parent)
				return NULL;
			i = (above + 1) << (node->shift + CHUNK_SHIFT);
			if (!i)
				return NULL;
			goto restart;
		}
		if (slot != from)
			i = ((above << CHUNK_SHIFT) | slot) << node->shift;
		if (!node->shift) {
			if (i > max)
				return NULL;
			*index = i;
			return node->slots[slot];
		}
		node = to_node(node->slots[slot]);
	}
	return NULL;
}

void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter)
{
	unsigned long flags;
	void *entry;

	xa_lock_irqsave(xa, flags);
	entry = find(xa, index, max);
	xa_unlock_irqrestore(xa, flags);
	return entry;
}
EXPORT_SYMBOL(xa_find);

void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max,
		    xa_mark_t filter)
{
	if (*index >= max)
		return NULL;
	++*index;
	return xa_find(xa, index, max, filter);
}
EXPORT_SYMBOL(xa_find_after);

void xa_destroy(struct xarray *xa)
{
	struct xa_node *node, *parent;
	unsigned long flags;

	xa_lock_irqsave(xa, flags);
	node = is_node(xa->xa_head) ? to_node(xa->xa_head) : NULL;
	xa->xa_head = NULL;
	while (node) {
		unsigned int slot = 0;

		while (node->shift && slot < CHUNK_SIZE && !node->slots[slot])
			slot++;
		if (node->shift && slot < CHUNK_SIZE) {
			struct xa_node *child = to_node(node->slots[slot]);

			node->slots[slot] = NULL;
			node = child;
			continue;
		}
		parent = node->parent;
		kfree(node);
		node = parent;
	}
	xa_unlock_irqrestore(xa, flags);
}
EXPORT_SYMBOL(xa_destroy);
