/* SPDX-License-Identifier: MIT */
/*
 * The slab layer inside: what a backend provides, and what is there for it.
 *
 *	caches.c	caches: names, flags, merging, creation, destruction
 *	kmalloc.c	general caches and what is made of kmalloc()
 *	debug.c	red zones, poison, owners: checks and repairs
 *	report.c	what the reports say; slab_describe(), holdings, slabinfo
 *	attributes.c	files of each cache: /sys/kernel/slab/NAME/
 *	era26.c		caches as the 2.6 era makes them: destructors
 *	entry.c		objects in and out: fast if the backend can, hooks if not
 *	asan.c		what the compiler's address sanitizer is told
 *	hooks.c		checks of requests, clearing
 *	failslab.c	requests that are made to fail; once, for all layers
 *	checked.c	caches with SLAB_DEBUG_FLAGS: an allocator of their own
 *	lifecycle.c	opening, shrinking, counting, closing caches of either kind
 *	grow.c		slabs' layout, birth and death
 *	slub*.c, slab*.c, slob*.c   the backends: backend.h
 *
 * A slab is one compound page with PG_slab set; page->slab_cache, page->slab_base and
 * page->slab_units (objects in it) are true in every backend with slabs. Object i of a
 * slab is at slab_object(s, page, i).
 */
#ifndef MM_SLAB_H
#define MM_SLAB_H

#include <linux/kconfig.h>
#include <linux/types.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/slub_def.h>
#include <linux/stacktrace.h>

#include "mm/slab/backend.h"

/* lifecycle.c: checked caches and the backend's, told apart. */

/** cache_open - lay out a cache that has name, size, align, ctor and flags
 *  Context: may sleep. Return: 0, or -ENOMEM, -EINVAL with nothing held. */
int cache_open(struct kmem_cache *s);
/** cache_open_static - the same for one of the layer's own, before others can be made;
 *  @s and @nodes stay. Context: boot. */
int cache_open_static(struct kmem_cache *s, const char *name, unsigned int size,
		      struct kmem_cache_node *nodes);
/** cache_close - give up what cache_open() took; no slab is left */
void cache_close(struct kmem_cache *s);
/** cache_empty - give back all free slabs, @last: nobody under RCU looks at objects in them
 *  any more; slabs left. Context: interrupts on. */
unsigned long cache_empty(struct kmem_cache *s, bool last);
/** cache_boot - caches for struct kmem_cache and its nodes; then struct kmem_cache can be
 *  had from cache_struct_alloc() */
int cache_boot(void);
/** cache_of_caches - is this the cache that struct kmem_cache comes from? */
bool cache_of_caches(const struct kmem_cache *s);
void cache_boot_reset(void);
struct kmem_cache *cache_struct_alloc(void);
void cache_struct_free(struct kmem_cache *s);
/** cache_info - count, exactly where nothing changes meanwhile. May cross call. */
void cache_info(struct kmem_cache *s, struct slabinfo *info);
/** cache_each_object - backend_each_object(), for any cache */
unsigned long cache_each_object(struct kmem_cache *s,
				unsigned long (*fn)(struct kmem_cache *s, struct page *page,
						    void *object, void *ctx), void *ctx);
/** cache_each_object_of_all - the same for all caches */
unsigned long cache_each_object_of_all(unsigned long (*fn)(struct kmem_cache *s,
							   struct page *page, void *object,
							   void *ctx), void *ctx);
/** cache_validate - check all invariants; faults found, each one logged */
unsigned int cache_validate(struct kmem_cache *s);

/* checked.c: what backend.h has, for checked caches. */

void *checked_take(struct kmem_cache *s, gfp_t gfp, int node, unsigned long site);
void checked_give(struct kmem_cache *s, struct page *page, void *x, unsigned long site);
unsigned long checked_shrink(struct kmem_cache *s, bool last);
unsigned long checked_reclaim(struct kmem_cache *s, int nid);
void checked_info(struct kmem_cache *s, struct slabinfo *info);
unsigned int checked_validate(struct kmem_cache *s);
unsigned long checked_each_object(struct kmem_cache *s,
				  unsigned long (*fn)(struct kmem_cache *s, struct page *page,
						      void *object, void *ctx), void *ctx);
/** checked_each_slab - call @fn for each slab, its node locked; sums results */
unsigned long checked_each_slab(struct kmem_cache *s,
				unsigned long (*fn)(struct kmem_cache *s, struct page *page,
						    void *ctx), void *ctx);
/** slab_free_cut - the free list is broken behind @object: end it there (NULL: empty)
 *  and count what is lost as in use. Node locked. */
void slab_free_cut(struct kmem_cache *s, struct page *page, void *object, unsigned int left);

/* Geometry, the same for all backends. */

static inline void *slab_object(struct kmem_cache *s, struct page *page, unsigned int i)
{
	return (char *)page->slab_base + (size_t)i * s->size + s->red_left_pad;
}

/** slab_index - number of the object that an offset in its slab lies in */
static inline unsigned int slab_index(const struct kmem_cache *s, unsigned int offset)
{
	return (unsigned int)(((u64)offset * s->reciprocal) >> 32);
}

/* caches.c */

#define SLAB_DEBUG_FLAGS	(SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE | SLAB_POISON | \
				 SLAB_STORE_USER | SLAB_TRACE | SLAB_DEBUG_INITIAL)
/* A red zone or poison that nobody looked at would be of no use to whoever asked for it. */
#define SLAB_CHECKS_OBJECTS	(SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE | SLAB_POISON)
/* The 2.6 era's: neither a timer nor want of memory takes empty slabs; constructors verify
 * (era26.c). */
#define SLAB_NO_REAP		((slab_flags_t)___SLAB_NO_REAP)
#define SLAB_DEBUG_INITIAL	((slab_flags_t)___SLAB_DEBUG_INITIAL)
/* Ours: the payload of free objects holds poison. */
#define SLAB_OBJECT_POISON	((slab_flags_t)0x80000000U)
/* Ours: the constructor is of the 2.6 era's type. */
#define SLAB_CALLS_26		((slab_flags_t)0x40000000U)

static inline bool slab_checked(const struct kmem_cache *s)
{
	return s->flags & SLAB_DEBUG_FLAGS;
}

/* A second name of a merged cache. Keys: L slab_lock */
struct slab_alias {
	struct list_head list;		/* L  kmem_cache.aliases */
	const char *name;
	unsigned long site;
};

/* Keys: C fixed at boot, by parameters */
struct slab_params {
	unsigned int min_order, max_order, min_objects;	/* C  of slabs */
	bool nomerge;			/* C */
	bool no_high_debug;		/* C  slub_debug=O */
	bool init_on_alloc, init_on_free; /* C */
	bool shuffle;			/* C  slab_freelist_random: new slabs' objects in any order */
	bool harden;			/* C  slab_freelist_hardened: free objects' links disguised */
	slab_flags_t debug;		/* C  for every cache */
	char debug_spec[256];		/* C  "FZ,name*,name;P,name": for some */
};

extern struct slab_params slab_params;
extern struct list_head slab_caches;	/* slab_lock */
extern spinlock_t slab_lock;		/* rank RANK_CACHE_LIST */

/** cache_flags - flags with what slub_debug= adds for a cache of this name */
slab_flags_t cache_flags(unsigned int object_size, slab_flags_t flags, const char *name);
/**
 * cache_create - kmem_cache_create() of what @want says
 * @want: name, object_size, align, flags, useroffset, usersize, ctor, dtor, site
 * @inside: flags that only the layer itself may set
 */
struct kmem_cache *cache_create(struct kmem_cache *want, slab_flags_t inside);
/** cache_destroy - kmem_cache_destroy(); false: it was reported, and is as it was */
bool cache_destroy(struct kmem_cache *s, unsigned long site);
/** cache_create_boot - a general cache, at boot; @name stays. NULL: no memory */
struct kmem_cache *cache_create_boot(const char *name, unsigned int size, slab_flags_t flags);
/** cache_register - put a cache that is open on the list */
void cache_register(struct kmem_cache *s);
/** cache_next - walk all caches, the present one pinned, without holding a lock.
 *  @s: NULL begins; go on to the end, or drop the pin with cache_unpin(). */
struct kmem_cache *cache_next(struct kmem_cache *s);
void cache_unpin(struct kmem_cache *s);
/** cache_pin - pin it, if there is a cache at that address, which is not looked at before */
bool cache_pin(struct kmem_cache *s);
/** slab_page_of - the slab that an address lies in, or NULL. Any address, any context. */
struct page *slab_page_of(const void *addr);

/**
 * slab_wait_for_readers - until nobody looks at freed objects under RCU any more, and what
 * slab_call_after_readers() was told to call has been called
 * Weak: kernel/rcupdate.c has the real one. Without kernel/ there are no readers.
 */
void slab_wait_for_readers(void);
/** slab_call_after_readers - call @fn when that is so. Weak, too: without readers, at once.
 *  Context: any; @fn's is that of a callback of call_rcu(). */
void slab_call_after_readers(struct rcu_head *head, void (*fn)(struct rcu_head *head));

/* kmalloc.c */

int kmalloc_init(void);
void kmalloc_reset(void);
/* Index of the general cache by (size - 1) / 8, where sizes are not powers of two. */
extern const unsigned char kmalloc_small_index[24];

/** kmalloc_slab - the general cache for a size up to 2^backend_kmalloc_max, not 0 */
static inline struct kmem_cache *kmalloc_slab(size_t size, gfp_t flags)
{
	unsigned int i = size <= 192 ? kmalloc_small_index[(size - 1) / 8] :
				       __fls(size - 1) + 1;

	return kmalloc_caches[kmalloc_type(flags)][i];
}

void *kmalloc_large_site(size_t size, gfp_t flags, int node, unsigned long site);
/** kmem_cache_alloc_site - for somebody else, who becomes the site. entry.c */
void *kmem_cache_alloc_site(struct kmem_cache *s, gfp_t flags, unsigned long site);
/** kfree_site, kmem_cache_free_site - on behalf of somebody else. entry.c */
void kfree_site(const void *objp, unsigned long site);
void kmem_cache_free_site(struct kmem_cache *s, void *objp, unsigned long site);
/** kfree_other - kfree() of what lies in no slab: a large block, or a mistake */
void kfree_other(const void *objp, unsigned long site);
struct holdings;
void kmalloc_large_holdings(struct holdings *hs);
/** kmalloc_large_each - call @fn for each large block that is on record, a lock held */
void kmalloc_large_each(void (*fn)(struct page *page));

/* hooks.c: work at each allocation and free that the fast half leaves out. */

enum slab_hook {
	SLAB_HOOK_INIT	= 1 << 0,	/* init_on_alloc, init_on_free */
	SLAB_HOOK_SLEEP	= 1 << 1,	/* debug_preempt: may this request sleep here? */
	SLAB_HOOK_WATCH	= 1 << 2,	/* quarry_slab_watch() */
	SLAB_HOOK_TRACE	= 1 << 3,	/* trace events of objects are on (mm/trace_kmem.c) */
	SLAB_HOOK_FAIL	= 1 << 4,	/* requests may be made to fail (failslab.c) */
	SLAB_HOOK_ASAN	= 1 << 5,	/* kasan=on: ASan is told who may touch what (asan.c) */
};

extern unsigned int slab_hooks;		/* atomic; changed by slab_hooks_set() */

static inline bool slab_hooks_on(void)
{
	return READ_ONCE(slab_hooks);
}

/** slab_hooks_set - switch one on or off. Context: a task that may sleep. */
void slab_hooks_set(enum slab_hook hook, bool on);
/** slab_hooks_init - those that parameters want. Context: boot, the caches are there. */
void slab_hooks_init(void);

/* Requests that the fast half does not serve. */
#define SLAB_GFP_ODD	(__GFP_ZERO | SLAB_GFP_BAD)
#define SLAB_GFP_BAD	(__GFP_DMA32 | __GFP_HIGHMEM | ~__GFP_BITS_MASK)

/** slab_pre_alloc - check a request; false: it is refused, and has been reported */
bool slab_pre_alloc(struct kmem_cache *s, gfp_t flags, unsigned long site);
/** slab_post_alloc - clear the object if that is asked for or configured
 *  @size: bytes that kmalloc() was asked for; 0: an object of the cache */
void slab_post_alloc(struct kmem_cache *s, gfp_t flags, void *object, size_t size,
		     unsigned long site);
/** slab_pre_free - it is about to be freed; any address in a slab. While hooks are on.
 *  Return: false: that is all, it must not be freed now. */
bool slab_pre_free(struct kmem_cache *s, struct page *page, void *object, unsigned long site);

/* asan.c: while the hook is on. Context: any, no lock held. */

bool slab_asan_wanted(void);
#ifdef __SANITIZE_ADDRESS__
void slab_asan_reset(void);
/** slab_asan_drain - objects that wait go to their caches; NULL: of all caches */
void slab_asan_drain(struct kmem_cache *s);
/** slab_asan_got - an object is somebody's; @size: bytes asked for, 0: all of it */
void slab_asan_got(struct kmem_cache *s, void *object, size_t size);
/** slab_asan_whole - its user has asked how much there is, and may use it */
void slab_asan_whole(struct kmem_cache *s, const void *object);
/** slab_asan_ended - it is to be freed; false: it has been, and that is reported */
bool slab_asan_ended(struct kmem_cache *s, struct page *page, void *object,
		     unsigned long site);
/** slab_asan_keep - let it wait; false: it is to be freed at once */
bool slab_asan_keep(struct kmem_cache *s, struct page *page, void *object, unsigned long site);
#else
static inline void slab_asan_reset(void) {}
static inline void slab_asan_drain(struct kmem_cache *s) {}
static inline void slab_asan_got(struct kmem_cache *s, void *object, size_t size) {}
static inline void slab_asan_whole(struct kmem_cache *s, const void *object) {}
static inline bool slab_asan_ended(struct kmem_cache *s, struct page *page, void *object,
				   unsigned long site) { return true; }
static inline bool slab_asan_keep(struct kmem_cache *s, struct page *page, void *object,
				  unsigned long site) { return false; }
#endif

/* debug.c: all with the node locked, unless they say otherwise. */

#define TRACK_DEPTH	12

enum track_item {
	TRACK_ALLOC,
	TRACK_FREE,
	NR_TRACKS
};

/* Who touched an object. It lies behind the object, so it may be overwritten, too. */
struct track {
	unsigned long site;		/* 0: nobody yet */
	unsigned long when;		/* jiffies */
	u16 cpu, depth;
	int pid;
	u32 asked;			/* bytes, if kmalloc() was asked for less; else 0 */
	u32 seal;			/* of the rest, which does not change */
	unsigned long stack[TRACK_DEPTH];
};

/** debug_setup_slab - a new slab: poison all of it. No lock needed yet. */
void debug_setup_slab(struct kmem_cache *s, struct page *page);
/** debug_setup_object - a new object, on no list yet */
void debug_setup_object(struct kmem_cache *s, void *object);
/** debug_alloc - an object is about to leave the free list; what is wrong is repaired */
void debug_alloc(struct kmem_cache *s, struct page *page, void *object);
/** debug_allocated - it is the user's from now on */
void debug_allocated(struct kmem_cache *s, struct page *page, void *object,
		     unsigned long site);
/** debug_asked - kmalloc() was asked for @size bytes of it; 0: all is the user's. What was
 *  his stays as it is, what he gets more is 0. Locks the node. */
void debug_asked(struct kmem_cache *s, void *object, size_t size);
/** debug_bytes - bytes that are the user's. No lock, by who has the object. */
size_t debug_bytes(struct kmem_cache *s, void *object);
/** debug_free - an object comes back; false: reported, must not be freed */
bool debug_free(struct kmem_cache *s, struct page *page, void *object, unsigned long site);
/** debug_note_free - who frees it, which happens later, with 0 for the site. No lock. */
void debug_note_free(struct kmem_cache *s, void *object, unsigned long site);
/** debug_check_slab - all of a slab's objects; 1 when something was wrong */
unsigned long debug_check_slab(struct kmem_cache *s, struct page *page, void *unused);
struct track *object_track(struct kmem_cache *s, void *object, enum track_item item);
/** track_sound - is it as it was written? */
bool track_sound(const struct track *t);
/** slab_free_map - set the bit of each free object; NULL bitmap never */
#define SLAB_MAP_BITS	4096
void slab_free_map(struct kmem_cache *s, struct page *page, unsigned long *map);

/* era26.c */

/** slab_construct_26 - call a constructor of the 2.6 era */
void slab_construct_26(struct kmem_cache *s, void *object, gfp_t gfp);
void slab_destruct_26(struct kmem_cache *s, void *object);
/** slab_verify_26 - SLAB_DEBUG_INITIAL: let the constructor look at what is to be freed,
 *  if it is an object. Context: any, no lock held. */
void slab_verify_26(struct kmem_cache *s, struct page *page, void *object);

/**
 * slab_construct - call the constructor, if there is one, for an object of a new slab
 * @gfp: of the request that the slab is made for
 * Context: as @gfp says: constructors may sleep when they may. No lock held.
 */
static inline void slab_construct(struct kmem_cache *s, void *object, gfp_t gfp)
{
	if (s->flags & SLAB_CALLS_26)
		slab_construct_26(s, object, gfp);
	else if (s->ctor)
		s->ctor(object);
}

/**
 * slab_destruct - call the destructor, if there is one, for an object whose slab's
 * memory is about to go back
 * The object is as its user left it. Context: any; destructors do not sleep. No lock held.
 */
static inline void slab_destruct(struct kmem_cache *s, void *object)
{
	if (unlikely(s->dtor))
		slab_destruct_26(s, object);
}

/* report.c: any context, no lock needed. */

/** slab_bug_begin - first lines of a report: "BUG name (Not tainted): text" */
void slab_bug_begin(struct kmem_cache *s, const char *fmt, ...) __printf(2, 3);
void slab_bug_end(void);
/** slab_bug_object - owners, slab, object and its bytes. Inside a report. */
void slab_bug_object(struct kmem_cache *s, struct page *page, void *object);
/** slab_bug_bytes - those that are wrong, if that has not shown them */
void slab_bug_bytes(struct kmem_cache *s, void *object, const void *start, unsigned int bytes);
void slab_bug_slab(struct kmem_cache *s, struct page *page);
void slab_bug_tracks(struct kmem_cache *s, void *object);
/** slab_fix - say what was done about it */
void slab_fix(struct kmem_cache *s, const char *fmt, ...) __printf(2, 3);
/** slab_gfp_refused - report GFP flags that objects cannot be had with */
void slab_gfp_refused(const char *name, gfp_t flags, unsigned long site);
/** slab_bug_freer - a line on who frees, or freed, something. Inside a report.
 *  @site: 0: that was some time ago, and nobody has kept it */
void slab_bug_freer(unsigned long site);
/** slab_bad_free - report a free of something that is no object, and why it is none */
void slab_bad_free(const char *what, const void *addr, unsigned long site);
/** slab_wrong_cache - report kmem_cache_free() to the wrong one */
void slab_wrong_cache(struct kmem_cache *s, struct page *page, void *object,
		      unsigned long site);
/** slab_bad_object - report a free of an address inside an object, or twice */
void slab_bad_object(struct kmem_cache *s, struct page *page, void *object,
		     unsigned long site, const char *what);
/** slab_report_live - report what is left in a cache that was to be destroyed
 *  @left: what backend_shrink() said. Context: may sleep, interrupts on. */
void slab_report_live(struct kmem_cache *s, unsigned long left, unsigned long site);

#endif
