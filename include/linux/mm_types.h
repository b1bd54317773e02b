/* SPDX-License-Identifier: MIT */
/*
 * struct page: what is known about one page frame. Documents 000, 001, 004.
 *
 * A frame that has never been given to anybody has a page descriptor of zeros
 * (mm/buddy.c writes it when it first hands the frame out).
 */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#include <linux/types.h>
#include <linux/threads.h>
#include <asm/page.h>

struct address_space;
struct kmem_cache;
struct mm_struct;
struct vm_area_struct;

/*
 * Keys: O whoever holds the frame | Z zone->lock | A atomic | N slab's node lock
 *       C fixed when the frame is first handed out
 */
struct page {
	unsigned long flags;		/* A  PG_*; node and zone on top, C */
	union {
		struct {		/* in use by anybody but a slab */
			union {
				struct list_head lru;	/* O  free: Z, the free list */
				struct {
					unsigned long pp_magic;
					void *pp;
				};
				struct {
					unsigned long compound_head; /* tail: head | 1 */
					unsigned int compound_order;	/* first tail */
					unsigned int compound_dtor;
				};
			};
			struct address_space *mapping;	/* O */
			pgoff_t index;			/* O  free: page_poison.c's mark */
			unsigned long private;		/* O  free: Z, order */
		};
		struct {		/* PG_slab: the backend's own words */
			union {
				struct list_head slab_list;	/* N */
				struct hlist_node slob_list;	/* N  SLOB */
				struct rcu_head rcu_head;
			};
			struct kmem_cache *slab_cache;		/* O */
			union {
				void *slab_base;		/* O  slot of object 0 */
				unsigned long *slob_map;	/* O  SLOB: where blocks begin */
			};
			union {
				unsigned long slab_word;	/* N  counts, state */
				struct {
					u16 slob_free;		/* N  SLOB: units that are free */
					u16 slob_first;		/* N  unit of the first free block */
				};
			};
		};
	};
	union {
		atomic_t _mapcount;	/* A  page table entries, minus one */
		unsigned int page_type;	/* what a free frame is: see PageBuddy */
		unsigned int slab_units;
		struct {
			u16 slob_max;	/* N  no free block has more units */
			u8 slob_what;	/* O  what blocks the page is for */
			u8 slob_at;	/* N  the list it is on */
		};
	};
	union {
		atomic_t _refcount;	/* A  users; 0 when free */
		atomic_t _count;	/* the documents' name */
	};
	union {
		void *virtual;		/* O  kmap()'s address of high memory */
		unsigned long slab_lane; /* O  PG_slab, tails as well: see mm/slab/slub.c */
	};
};

_Static_assert(sizeof(struct page) <= (sizeof(long) == 8 ? 64 : 40),
	       "struct page has outgrown its budget");

#define PAGE_FRAG_CACHE_MAX_SIZE	32768

typedef unsigned int vm_fault_t;

#endif
