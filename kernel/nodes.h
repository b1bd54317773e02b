/* SPDX-License-Identifier: MIT */
/*
 * The tree of names behind /proc, /sys/kernel/debug and /sys/kernel/tracing: one
 * engine, kernel/nodes.c. Each of them embeds a node as its entry's first member.
 */
#ifndef KERNEL_NODES_H
#define KERNEL_NODES_H

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/types.h>

#define NODE_NAME_LEN	64

/* Keys: N node_lock | C fixed before it is added */
struct quarry_node {
	struct list_head list;			/* N  in the parent's children */
	struct list_head children;		/* N */
	struct quarry_node *parent;		/* C */
	struct quarry_node *target;		/* C  where a link leads; NULL: no link */
	const char *kind;			/* C  for reports, such as "proc entry" */
	char name[NODE_NAME_LEN];		/* C */
	umode_t mode;				/* C */
	const struct file_operations *fops;	/* C  NULL for a directory */
	void *data;				/* C  its inode's i_private */
	loff_t size;				/* N  its inode's i_size */
	unsigned int users;			/* N  files that are open on it */
	unsigned int refs;			/* N  of node_lookup(), and 1 for the tree */
	const struct node_space *space;		/* C  what is below is made up; NULL: is there */
	unsigned long site;			/* C  who made it */
};

/* Something that is made up while it is read or written. */
struct node_made {
	struct quarry_node node;
	void *what;				/* the space's */
	const void *how;
};

/*
 * Names that are in no list: whoever asks for a path below gets a node for the time being.
 * @find: what a path, not empty, leads to: mode, fops, data. Return: 0 or -ENOENT.
 * @drop: it is not needed any more
 * @nth: the name of child number @i of a directory, "" being the top; false: there is none
 * Context: may sleep.
 */
struct node_space {
	int (*find)(const char *path, struct node_made *made);
	void (*drop)(struct node_made *made);
	bool (*nth)(const char *path, unsigned int i, char *name);
};

/* slabfs.c: /sys/kernel/slab, /sys/kernel/debug/slab */
extern const struct node_space slab_space, slab_debug_space;
/* cpufs.c: /sys/devices/system/cpu */
extern const struct node_space cpu_space;

/** nodes_start - forget all names; the roots are there, and empty */
void nodes_start(void);
/** nodes_stop - free what is left in the tree */
void nodes_stop(void);

/* The roots: directories of the one tree. */
extern struct quarry_node node_proc, node_debugfs, node_tracefs;

/**
 * node_alloc - memory for an entry, all zeros but what is given here
 * @size: bytes of the structure that begins with the node
 * Context: may sleep. Return: the node, or NULL.
 */
struct quarry_node *node_alloc(size_t size, const char *kind, umode_t mode,
			       const struct file_operations *fops, void *data,
			       unsigned long site);
/**
 * node_add - give a node its name and its place
 * @path: below @parent; directories on the way must be there
 * Context: may sleep. Return: 0; -EEXIST; -ENOENT: no such directory, or a bad name.
 * The node is the caller's again then, to be freed with kfree().
 */
int node_add(struct quarry_node *node, struct quarry_node *parent, const char *path);
/** node_find - what a path leads to, or NULL. The caller sees to it that it stays. */
struct quarry_node *node_find(struct quarry_node *dir, const char *path);
/** node_lookup - node_find() with a reference, to be given to node_put() */
struct quarry_node *node_lookup(struct quarry_node *dir, const char *path);
void node_put(struct quarry_node *node);
bool node_is_empty(struct quarry_node *dir);
/**
 * node_remove - remove a node and all that is below it
 * Context: may sleep: it waits until nobody has any of it open.
 */
void node_remove(struct quarry_node *top);

/** node_holdings - offer each entry to quarry_holdings() */
struct holdings;
void node_holdings(struct holdings *hs);

#endif
