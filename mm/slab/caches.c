// SPDX-License-Identifier: MIT
/*
 * Caches as such: names, flags, merging, creation and destruction, boot. What a
 * backend does is in layer.h. Documents 000, 002, 003; checklist B2, B4, B5, B11.
 *
 *  C1 A cache is on slab_caches from the end of its creation to its end.
 *     refcount counts kmem_cache_create() calls that got it, less
 *     kmem_cache_destroy() calls; a cache of the layer itself has -1 and stays.
 *  C2 A cache that is shared has a struct slab_alias for each of these calls after the
 *     first. When the first is taken back, its site is 0, and its name stays the cache's.
 *  C3 Who walks the list pins the cache it looks at, and goes on from there. One whose
 *     refcount is 0 is about to end: nobody pins it any more, and what is left in it is
 *     looked at when nobody else has slabs of it in his hands.
 *  C4 A cache with live objects is not destroyed: it is as it was before.
 *
 * Locking: slab_lock for list, refcounts, aliases and pins. Nothing is allocated
 * under it. Neighbours: kmalloc.c, debug.c, report.c, the backend.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"
#include "mm/slab/use.h"

#define SLAB_FLAGS_KNOWN						\
	(SLAB_DEBUG_FLAGS | SLAB_KMALLOC | SLAB_HWCACHE_ALIGN | SLAB_CACHE_DMA | \
	 SLAB_CACHE_DMA32 | SLAB_RECLAIM_ACCOUNT | SLAB_PANIC | SLAB_TYPESAFE_BY_RCU | \
	 SLAB_MEM_SPREAD | SLAB_NOLEAKTRACE | SLAB_NO_MERGE | SLAB_ACCOUNT | \
	 SLAB_NO_USER_FLAGS | SLAB_NO_REAP | SLAB_FAILSLAB)
#define SLAB_NEVER_MERGE						\
	(SLAB_DEBUG_FLAGS | SLAB_TYPESAFE_BY_RCU | SLAB_NOLEAKTRACE | SLAB_NO_MERGE | \
	 SLAB_FAILSLAB)
/* What two caches must agree on to be one. */
#define SLAB_MERGE_SAME							\
	(SLAB_RECLAIM_ACCOUNT | SLAB_CACHE_DMA | SLAB_CACHE_DMA32 | SLAB_ACCOUNT | SLAB_NO_REAP)
#define SLAB_MAX_ALIGN		4096u
#define SLAB_MAX_ORDER_DEFAULT	3

LIST_HEAD(slab_caches);
DEFINE_SPINLOCK_RANKED(slab_lock, RANK_CACHE_LIST);
struct slab_params slab_params = { .max_order = SLAB_MAX_ORDER_DEFAULT };
static bool slab_up;

/* Parameters. */

static int __init number_param(char *arg, unsigned int *to, unsigned int max)
{
	unsigned int value;
	int err = kstrtouint(arg ? arg : "", 0, &value);

	if (!err)
		*to = min(value, max);
	return err;
}

static int __init max_order_setup(char *arg)
{
	return number_param(arg, &slab_params.max_order, MAX_ORDER - 1);
}
early_param("slub_max_order", max_order_setup);

static int __init min_order_setup(char *arg)
{
	return number_param(arg, &slab_params.min_order, MAX_ORDER - 1);
}
early_param("slub_min_order", min_order_setup);

static int __init min_objects_setup(char *arg)
{
	return number_param(arg, &slab_params.min_objects, 4096);
}
early_param("slub_min_objects", min_objects_setup);

static int __init nomerge_setup(char *arg)
{
	slab_params.nomerge = true;
	return 0;
}
early_param("slab_nomerge", nomerge_setup);
__setup_param("slub_nomerge", nomerge_slub, nomerge_setup, 1);

static int __init init_on_alloc_setup(char *arg)
{
	return kstrtobool(arg ? arg : "1", &slab_params.init_on_alloc);
}
early_param("init_on_alloc", init_on_alloc_setup);

static int __init init_on_free_setup(char *arg)
{
	return kstrtobool(arg ? arg : "1", &slab_params.init_on_free);
}
early_param("init_on_free", init_on_free_setup);

static int __init shuffle_setup(char *arg)
{
	return kstrtobool(arg ? arg : "1", &slab_params.shuffle);
}
early_param("slab_freelist_random", shuffle_setup);

static int __init harden_setup(char *arg)
{
	return kstrtobool(arg ? arg : "1", &slab_params.harden);
}
early_param("slab_freelist_hardened", harden_setup);

static slab_flags_t debug_letter(char c)
{
	switch (c) {
	case 'f': case 'F':
		return SLAB_CONSISTENCY_CHECKS;
	case 'z': case 'Z':
		return SLAB_RED_ZONE;
	case 'p': case 'P':
		return SLAB_POISON;
	case 'u': case 'U':
		return SLAB_STORE_USER;
	case 't': case 'T':
		return SLAB_TRACE;
	case 'a': case 'A':
		return SLAB_FAILSLAB;
	}
	return 0;
}

/*
 * Letters up to a comma, a semicolon or the end; none at all means the usual ones.
 * @complain: about those that there are not; once is enough, and this is asked for each cache.
 */
static const char *debug_letters(const char *p, slab_flags_t *flags, bool complain)
{
	const slab_flags_t usual = SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE | SLAB_POISON |
				   SLAB_STORE_USER;
	const char *start = p;

	*flags = 0;
	for (; *p && *p != ',' && *p != ';'; p++) {
		if (*p == 'o' || *p == 'O')
			slab_params.no_high_debug = true;
		else if (complain && *p != '-' && !debug_letter(*p))
			pr_err("slub_debug: there is no option '%c'\n", *p);
		*flags |= debug_letter(*p);
	}
	if (p == start)
		*flags = usual;
	return p;
}

/*
 * slub_debug[=LETTERS[,NAME,NAME*...][;LETTERS,NAME...]]: a part without names is
 * for every cache that has no part of its own.
 */
static int __init debug_setup(char *arg)
{
	const char *p = arg ? arg : "";
	slab_flags_t flags;

	if (strscpy(slab_params.debug_spec, p, sizeof(slab_params.debug_spec)) < 0)
		pr_warn("slub_debug: too long, cut to '%s'\n", slab_params.debug_spec);
	p = slab_params.debug_spec;
	for (;;) {
		p = debug_letters(p, &flags, true);
		if (*p != ',')
			slab_params.debug = flags;
		p = strchr(p, ';');
		if (!p)
			return 0;
		p++;
	}
}
early_param("slub_debug", debug_setup);

static bool name_matches(const char *name, const char *pattern, size_t len)
{
	if (len && pattern[len - 1] == '*')
		return !strncmp(name, pattern, len - 1);
	return strlen(name) == len && !strncmp(name, pattern, len);
}

/* Is the cache named in this part of the parameter? */
static bool part_names(const char *p, const char *name)
{
	size_t len;

	while (*p == ',') {
		p++;
		len = strcspn(p, ",;");
		if (name_matches(name, p, len))
			return true;
		p += len;
	}
	return false;
}

slab_flags_t cache_flags(unsigned int object_size, slab_flags_t flags, const char *name)
{
	const char *p = slab_params.debug_spec;
	slab_flags_t add, chosen = slab_params.debug;

	if (flags & SLAB_NO_USER_FLAGS)
		return flags;
	while (p) {
		p = debug_letters(p, &add, false);
		if (part_names(p, name)) {
			chosen = add;
			break;
		}
		p = strchr(p, ';');
		if (p)
			p++;
	}
	/* slub_debug=O: not where it makes the smallest slab bigger. */
	if (slab_params.no_high_debug &&
	    get_order(object_size) < get_order(object_size + 2 * sizeof(struct track)))
		chosen &= ~(SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER);
	return flags | chosen;
}

/* The list. */

void cache_register(struct kmem_cache *s)
{
	INIT_LIST_HEAD(&s->aliases);
	spin_lock(&slab_lock);
	list_add_tail(&s->list, &slab_caches);
	spin_unlock(&slab_lock);
}

struct kmem_cache *cache_next(struct kmem_cache *s)
{
	struct list_head *at = s ? &s->list : &slab_caches;
	struct kmem_cache *next = NULL;

	spin_lock(&slab_lock);
	for (at = at->next; !next && at != &slab_caches; at = at->next) {
		next = list_entry(at, struct kmem_cache, list);
		if (!next->refcount)
			next = NULL;
	}
	if (next)
		next->pins++;
	if (s)
		s->pins--;
	spin_unlock(&slab_lock);
	return next;
}

/* Is it on the list, and not about to end? Anything else may be no cache. */
static bool known_locked(const struct kmem_cache *s)
{
	struct kmem_cache *at;

	list_for_each_entry(at, &slab_caches, list)
		if (at == s)
			return s->refcount;
	return false;
}

bool cache_pin(struct kmem_cache *s)
{
	bool known;

	spin_lock(&slab_lock);
	known = known_locked(s);
	if (known)
		s->pins++;
	spin_unlock(&slab_lock);
	return known;
}

void cache_unpin(struct kmem_cache *s)
{
	spin_lock(&slab_lock);
	s->pins--;
	spin_unlock(&slab_lock);
}

struct page *slab_page_of(const void *addr)
{
	struct page *page;

	if (!slab_up || !virt_addr_valid(addr))
		return NULL;
	page = virt_to_head_page(addr);
	return PageSlab(page) ? page : NULL;
}

bool slab_is_available(void)
{
	return slab_up;
}
EXPORT_SYMBOL(slab_is_available);

unsigned int kmem_cache_size(struct kmem_cache *s)
{
	return s->object_size;
}
EXPORT_SYMBOL(kmem_cache_size);

/* Creation. */

static unsigned int cache_align(slab_flags_t flags, unsigned int align, unsigned int size)
{
	unsigned int line = L1_CACHE_BYTES;

	if (flags & SLAB_HWCACHE_ALIGN) {
		/* Small objects may share a line as long as none lies in two. */
		while (size <= line / 2)
			line /= 2;
		align = max(align, line);
	}
	align = max_t(unsigned int, align, ARCH_SLAB_MINALIGN);
	return ALIGN(align, sizeof(void *));
}

static bool mergeable(const struct kmem_cache *s)
{
	return s->refcount > 0 && !s->ctor && !s->usersize && !(s->flags & SLAB_NEVER_MERGE);
}

/* Could objects like the ones wanted live in this cache? */
static bool like(const struct kmem_cache *s, const struct kmem_cache *want, unsigned int size)
{
	return mergeable(s) && size <= s->size && s->size - size < sizeof(void *) &&
	       !((s->flags ^ want->flags) & SLAB_MERGE_SAME) &&
	       IS_ALIGNED(s->size, want->align) && s->align >= want->align;
}

/* Find a like cache and become one of its users. */
static struct kmem_cache *share_cache(const struct kmem_cache *want, struct slab_alias *alias)
{
	unsigned int size = ALIGN(ALIGN(want->object_size, sizeof(void *)), want->align);
	struct kmem_cache *s, *found = NULL;

	if (slab_params.nomerge || !mergeable(want))
		return NULL;
	spin_lock(&slab_lock);
	list_for_each_entry_reverse(s, &slab_caches, list) {
		if (!like(s, want, size))
			continue;
		found = s;
		s->refcount++;
		s->object_size = max(s->object_size, want->object_size);
		s->inuse = max(s->inuse, ALIGN(want->object_size, (unsigned int)sizeof(void *)));
		list_add(&alias->list, &s->aliases);
		break;
	}
	spin_unlock(&slab_lock);
	return found;
}

/* The cache, or what is wrong. */
static struct kmem_cache *new_cache(const struct kmem_cache *want)
{
	struct kmem_cache *s = cache_struct_alloc();
	int err = -ENOMEM;

	if (!s)
		return ERR_PTR(err);
	/* The layer's own structure ends behind the entries of node[] that exist. */
	memcpy(s, want, offsetof(struct kmem_cache, node));
	s->name = kstrdup_const(want->name, GFP_KERNEL);
	if (s->name)
		err = cache_open(s);
	if (!err) {
		cache_register(s);
		return s;
	}
	if (s->name)
		kfree_const(s->name);
	cache_struct_free(s);
	return ERR_PTR(err);
}

/* What is wrong with a request, or NULL. */
static const char *refuse(const struct kmem_cache *want)
{
	if (!want->name)
		return "it has no name";
	if (in_interrupt())
		return "not from interrupt context";
	if (!want->object_size || want->object_size > KMALLOC_MAX_SIZE)
		return "objects of that size cannot be had";
	if (want->align & (want->align - 1))
		return "the alignment is no power of two";
	if (want->align > SLAB_MAX_ALIGN)
		return "the alignment is beyond 4096";
	if (want->flags & ~SLAB_FLAGS_KNOWN)
		return "there are unknown flags";
	if ((want->flags & SLAB_CACHE_DMA) && (want->flags & SLAB_CACHE_DMA32))
		return "its pages cannot be from two zones";
	if (want->usersize > want->object_size ||
	    want->useroffset > want->object_size - want->usersize)
		return "the part for user copies is not inside the object";
	if (want->dtor && !want->ctor)
		return "a destructor needs a constructor";
	return NULL;
}

static void free_alias(struct slab_alias *alias)
{
	kfree_const(alias->name);
	kfree(alias);
}

static struct kmem_cache *create(struct kmem_cache *want)
{
	struct slab_alias *alias = kzalloc(sizeof(*alias), GFP_KERNEL);
	struct kmem_cache *s;

	if (!alias)
		return ERR_PTR(-ENOMEM);
	alias->name = kstrdup_const(want->name, GFP_KERNEL);
	alias->site = want->site;
	s = alias->name ? share_cache(want, alias) : NULL;
	if (s)
		return s;
	free_alias(alias);
	return new_cache(want);
}

struct kmem_cache *cache_create(struct kmem_cache *want, slab_flags_t inside)
{
	const char *name = want->name ? want->name : "NULL", *why = refuse(want);
	bool must = want->flags & SLAB_PANIC;
	struct kmem_cache *s = NULL;

	if (why) {
		pr_err("kmem_cache_create(%s, %u bytes, aligned to %u, flags %#x): %s\n", name,
		       want->object_size, want->align, want->flags, why);
	} else {
		might_sleep();
		if (strpbrk(name, " \t\n"))
			pr_warn("kmem_cache_create(%s): to readers of slabinfo a name is one word\n",
				name);
		want->refcount = 1;
		want->flags = cache_flags(want->object_size, want->flags & ~SLAB_PANIC, name);
		want->align = cache_align(want->flags, want->align, want->object_size);
		want->flags |= inside;
		s = create(want);
		if (IS_ERR(s)) {
			pr_err("kmem_cache_create(%s): %s\n", name, PTR_ERR(s) == -EINVAL ?
			       "no slab is large enough for its objects" : "no memory");
			s = NULL;
		}
	}
	if (!s && must)
		panic("kmem_cache_create: cannot make cache '%s'", name);
	return s;
}

struct kmem_cache *kmem_cache_create_usercopy(const char *name, unsigned int size,
					      unsigned int align, slab_flags_t flags,
					      unsigned int useroffset, unsigned int usersize,
					      void (*ctor)(void *))
{
	struct kmem_cache want = {
		.name = name, .object_size = size, .align = align, .flags = flags,
		.useroffset = useroffset, .usersize = usersize, .ctor = ctor, .site = _RET_IP_,
	};

	return cache_create(&want, 0);
}
EXPORT_SYMBOL(kmem_cache_create_usercopy);

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     slab_flags_t flags, void (*ctor)(void *))
{
	struct kmem_cache want = {
		.name = name, .object_size = size, .align = align, .flags = flags,
		.ctor = ctor, .site = _RET_IP_,
	};

	return cache_create(&want, 0);
}
EXPORT_SYMBOL(kmem_cache_create);

struct kmem_cache *cache_create_boot(const char *name, unsigned int size, slab_flags_t flags)
{
	struct kmem_cache *s = cache_struct_alloc();
	unsigned int align = is_power_of_2(size) ? size : 0;

	if (!s)
		return NULL;
	s->name = name;
	s->object_size = size;
	s->usersize = size;
	s->flags = cache_flags(size, flags | SLAB_KMALLOC, name);
	s->align = cache_align(flags, align, size);
	s->refcount = -1;
	if (cache_open(s)) {
		cache_struct_free(s);
		return NULL;
	}
	cache_register(s);
	return s;
}

/* Destruction. */

/*
 * Which of the names of a shared cache ends, nobody says. The one whose maker is
 * nearest to the caller is most likely the same module's. NULL: it is the first one.
 */
static struct slab_alias *drop_alias(struct kmem_cache *s, unsigned long site)
{
	struct slab_alias *alias, *best = NULL;
	unsigned long gap, least = ~0ul;

	list_for_each_entry(alias, &s->aliases, list) {
		gap = alias->site > site ? alias->site - site : site - alias->site;
		if (gap < least) {
			least = gap;
			best = alias;
		}
	}
	gap = s->site > site ? s->site - site : site - s->site;
	if (s->site && gap < least) {
		s->site = 0;
		return NULL;
	}
	list_del(&best->list);
	return best;
}

static void report_unknown(struct kmem_cache *s, unsigned long site)
{
	report_begin(REPORT_BUG, "kmem_cache_destroy: 0x%px is no cache; destroyed before?", s);
	report_line("called from %pS", (void *)site);
	report_here();
	report_end();
}

/* A core without kernel/ has no readers. */

__weak void slab_wait_for_readers(void)
{
}

__weak void slab_call_after_readers(struct rcu_head *head, void (*fn)(struct rcu_head *head))
{
	fn(head);
}

/* C3. Who wants to look now does not see it. */
static void wait_for_walkers(struct kmem_cache *s)
{
	unsigned int pins;

	do {
		spin_lock(&slab_lock);
		pins = s->pins;
		spin_unlock(&slab_lock);
		if (pins)
			cond_resched();
	} while (pins);
}

/* The last user is gone. */
static void end_cache(struct kmem_cache *s)
{
	struct slab_alias *alias, *next;

	spin_lock(&slab_lock);
	list_del(&s->list);
	spin_unlock(&slab_lock);
	list_for_each_entry_safe(alias, next, &s->aliases, list)
		free_alias(alias);
	cache_close(s);
	kfree_const(s->name);
	cache_struct_free(s);
}

bool cache_destroy(struct kmem_cache *s, unsigned long site)
{
	struct slab_alias *alias = NULL;
	unsigned long left;
	bool known, last = false;

	might_sleep();
	spin_lock(&slab_lock);
	known = known_locked(s) && s->refcount > 0;
	if (known) {
		last = --s->refcount == 0;	/* nobody can come to share it now */
		if (!last)
			alias = drop_alias(s, site);
	}
	spin_unlock(&slab_lock);
	if (!known) {
		report_unknown(s, site);
		return false;
	}
	if (alias)
		free_alias(alias);
	if (!last)
		return true;
	wait_for_walkers(s);
	if (s->flags & SLAB_TYPESAFE_BY_RCU)
		slab_wait_for_readers();
	left = cache_empty(s, true);
	if (left) {
		spin_lock(&slab_lock);
		s->refcount = 1;	/* C4 */
		spin_unlock(&slab_lock);
		slab_report_live(s, left, site);
	} else {
		end_cache(s);
	}
	return !left;
}

void kmem_cache_destroy(struct kmem_cache *s)
{
	if (s)
		cache_destroy(s, _RET_IP_);
}
EXPORT_SYMBOL(kmem_cache_destroy);

int kmem_cache_shrink(struct kmem_cache *s)
{
	might_sleep();
	return cache_empty(s, false) ? 1 : 0;
}
EXPORT_SYMBOL(kmem_cache_shrink);

/* Boot. */

int slab_init(void)
{
	int err;

	INIT_LIST_HEAD(&slab_caches);
	slab_use_reset();
	slab_hooks = slab_watch ? SLAB_HOOK_WATCH : 0;
	slab_params.min_order = min(slab_params.min_order, slab_params.max_order);
	err = backend_boot();
	if (!err)
		err = cache_boot();
	if (!err)
		err = kmalloc_init();
	if (err)
		return err;
	slab_hooks_init();
	slab_up = true;
	pr_info("%s: HWalign=%d, Order=%u-%u, MinObjects=%u, CPUs=%u, Nodes=%u\n",
		backend_name, L1_CACHE_BYTES, slab_params.min_order, slab_params.max_order,
		slab_params.min_objects, machine.nr_cpus, machine.nr_nodes);
	return 0;
}

void slab_shutdown(void)
{
	slab_up = false;
	slab_asan_reset();
	INIT_LIST_HEAD(&slab_caches);
	spin_lock_init(&slab_lock);
	spin_lock_set_rank(&slab_lock, RANK_CACHE_LIST);
	memset(&slab_params, 0, sizeof(slab_params));
	slab_params.max_order = SLAB_MAX_ORDER_DEFAULT;
	slab_hooks = 0;
	kmalloc_reset();
	cache_boot_reset();
	backend_reset();
}

/* Without a backend that wants it. */

__weak unsigned int backend_reap_period(void)
{
	return 0;
}

__weak void backend_reap(struct kmem_cache *s)
{
}

__weak unsigned long backend_reclaim(struct kmem_cache *s, int nid, bool badly)
{
	return 0;
}

__weak unsigned int backend_cpu_partial(struct kmem_cache *s, unsigned int cpu)
{
	return 0;
}

unsigned int slab_reap_period(void)
{
	return backend_reap_period();
}

void slab_reap(void)
{
	struct kmem_cache *s;

	for (s = cache_next(NULL); s; s = cache_next(s))
		if (!slab_checked(s))
			backend_reap(s);
}

unsigned long slab_reclaim(int nid, bool badly)
{
	unsigned long pages = 0;
	struct kmem_cache *s;

	if (!slab_up)
		return 0;
	slab_asan_drain(NULL);
	for (s = cache_next(NULL); s; s = cache_next(s))
		if (!(s->flags & SLAB_NO_REAP))
			pages += slab_checked(s) ? checked_reclaim(s, nid) :
						   backend_reclaim(s, nid, badly);
	return pages;
}

void slab_leave_cpu(unsigned int cpu)
{
	struct kmem_cache *s;

	if (!slab_up)
		return;
	slab_asan_drain(NULL);
	for (s = cache_next(NULL); s; s = cache_next(s))
		if (!slab_checked(s))
			backend_leave_cpu(s, cpu);
}

unsigned int slab_validate(void)
{
	struct kmem_cache *s;
	unsigned int faults = 0;

	for (s = cache_next(NULL); s; s = cache_next(s))
		faults += cache_validate(s);
	return faults;
}
