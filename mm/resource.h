/* SPDX-License-Identifier: MIT */
/* Trees of resources, as the two files that keep them see each other. */
#ifndef MM_RESOURCE_H
#define MM_RESOURCE_H

#include <linux/ioport.h>
#include <linux/spinlock.h>

extern spinlock_t resource_lock;

/** resource_insert_locked - hang @res right below @root. resource_lock held.
 *  Return: NULL, or what is there; @root: @res is not within it. */
struct resource *resource_insert_locked(struct resource *root, struct resource *res);
/** resource_remove_locked - take it out, and all below it. resource_lock held. */
int resource_remove_locked(struct resource *res);
/** resource_next - the one behind @res in the order of the views; NULL: none.
 *  @depth: of @res below @root, 0 right below it; changed. resource_lock held. */
struct resource *resource_next(struct resource *root, struct resource *res, unsigned int *depth);
/** resource_tree_validate - faults in a tree, each one logged. resource_lock not held. */
unsigned int resource_tree_validate(struct resource *root);

#endif
