// SPDX-License-Identifier: MIT
/*
 * What else happens when an object comes or goes: requests are checked, memory is cleared
 * (init_on_alloc, init_on_free), who watches is told. Off the fast path while nothing of it
 * is wanted: N1 in entry.c.
 *
 * Locking: none; slab_hooks is atomic.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/slab/layer.h"
#include "mm/slab/use.h"
#include "mm/trace.h"

unsigned int slab_hooks;

void slab_hooks_set(enum slab_hook hook, bool on)
{
	unsigned int bit = hook, old;
	bool open;

	old = on ? __atomic_fetch_or(&slab_hooks, bit, __ATOMIC_RELAXED) :
		   __atomic_fetch_and(&slab_hooks, ~bit, __ATOMIC_RELAXED);
	if (!old == !(on ? old | bit : old & ~bit))
		return;
	/* Whoever sets another meanwhile: the last one to look sees both. */
	do {
		open = !slab_hooks_on();
		backend_open_fast(open);
	} while (open == slab_hooks_on());
}

void slab_hooks_init(void)
{
	slab_hooks = 0;
	if (slab_params.init_on_alloc || slab_params.init_on_free)
		slab_hooks |= SLAB_HOOK_INIT;
	if (quarry_debug_preempt)
		slab_hooks |= SLAB_HOOK_SLEEP;
	if (slab_watch)
		slab_hooks |= SLAB_HOOK_WATCH;
	if (trace_slab_wanted())
		slab_hooks |= SLAB_HOOK_TRACE;
	if (failslab_wanted())
		slab_hooks |= SLAB_HOOK_FAIL;
	if (slab_asan_wanted())
		slab_hooks |= SLAB_HOOK_ASAN;
	backend_open_fast(!slab_hooks);
}

bool slab_pre_alloc(struct kmem_cache *s, gfp_t flags, unsigned long site)
{
	if (unlikely(flags & SLAB_GFP_BAD)) {
		slab_gfp_refused(s->name, flags, site);
		return false;
	}
	might_sleep_if(gfpflags_allow_blocking(flags));
	/* What the constructor made would be lost. */
	WARN_ON_ONCE(s->ctor && (flags & __GFP_ZERO));
	return true;
}

/* May init_on_alloc and init_on_free touch the objects of this cache? */
static bool may_clear(const struct kmem_cache *s)
{
	return !s->ctor && !(s->flags & (SLAB_TYPESAFE_BY_RCU | SLAB_POISON));
}

/* All that the user may touch, more than was asked for included. */
static void clear(struct kmem_cache *s, struct page *page, void *object)
{
	memset(object, 0, slab_checked(s) ? s->object_size : backend_usable(s, page, object));
}

void slab_post_alloc(struct kmem_cache *s, gfp_t flags, void *object, size_t size,
		     unsigned long site)
{
	if ((flags & __GFP_ZERO) || (slab_params.init_on_alloc && may_clear(s)))
		clear(s, virt_to_head_page(object), object);
	else if (slab_params.init_on_free && may_clear(s) && s->offset < s->inuse)
		*(void **)((char *)object + s->offset) = NULL;
	if (slab_hooks & SLAB_HOOK_WATCH)
		slab_watch_got(object, size ? size : s->object_size);
	/* The compiler's sanitizer looks closer, and keeps us out of there. */
	if (slab_hooks & SLAB_HOOK_ASAN)
		slab_asan_got(s, object, size);
	else if (size && slab_checked(s))
		debug_asked(s, object, size);
}

bool slab_pre_free(struct kmem_cache *s, struct page *page, void *object, unsigned long site)
{
	bool asan = slab_hooks & SLAB_HOOK_ASAN;

	if (asan && !slab_asan_ended(s, page, object, site))
		return false;
	if (slab_params.init_on_free && may_clear(s))
		clear(s, page, object);
	if (slab_hooks & SLAB_HOOK_WATCH)
		slab_watch_gave(object);
	return !asan || !slab_asan_keep(s, page, object, site);
}
