// SPDX-License-Identifier: MIT
/*
 * The compiler's address sanitizer, told what of the slab layer's memory nobody may touch, so
 * that a module compiled with it is stopped at the very instruction: kasan=on, which is what
 * `quarry run` boots with in builds with -Db_sanitize=address. Elsewhere this file is empty.
 *
 *  Z1 An object that is freed waits in the quarantine, poisoned, until the memory that waits is
 *     more than its share; then the oldest go to their caches. Caches never see poisoned
 *     memory, so the core itself needs no exceptions.
 *  Z2 Of a live object the bytes behind what was asked for are poisoned, as far as they are the
 *     object's. They are taken back when it is freed, or grows in place.
 *  Z3 What waits is not in use: whoever counts, lists or destroys has it drained first.
 *
 * Not in quarantine: objects that readers may look at (SLAB_TYPESAFE_BY_RCU), and those of
 * SLOB's common pages, of which nobody knows whether they are objects before they are freed.
 *
 * While the hook is on the fast half is shut (N1 in entry.c). Locking: quarantine_lock, a leaf.
 */
#include <linux/init.h>
#include <linux/kasan.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "mm/internal.h"
#include "mm/slab/grow.h"

#ifdef __SANITIZE_ADDRESS__

#define MAX_BYTES	(1ul << 20)
#define MEMORY_SHARE	256		/* of memory: one in so many */
#define MAX_OBJECTS	4096u

/* What waits. Keys: L quarantine_lock */
struct waiting {
	struct kmem_cache *s;
	void *object;
};

static struct waiting queue[MAX_OBJECTS];	/* L  a ring */
static unsigned int oldest, nr_waiting;		/* L */
static unsigned long bytes_waiting;		/* L */
static DEFINE_SPINLOCK(quarantine_lock);
static bool wanted;

static int __init kasan_setup(char *arg)
{
	if (arg && !strcmp(arg, "on"))
		wanted = true;
	else if (arg && !strcmp(arg, "off"))
		wanted = false;
	else
		return -EINVAL;
	return 0;
}
early_param("kasan", kasan_setup);

bool slab_asan_wanted(void)
{
	return wanted;
}

void slab_asan_reset(void)
{
	wanted = false;
	oldest = 0;
	nr_waiting = 0;
	bytes_waiting = 0;
	spin_lock_init(&quarantine_lock);
}

static unsigned long share(void)
{
	return min(MAX_BYTES, totalram_pages() / MEMORY_SHARE * PAGE_SIZE);
}

/* Bytes that are the user's, and may be poisoned (Z2). */
static size_t room(struct kmem_cache *s, const void *object)
{
	return slab_checked(s) ? s->object_size :
	       backend_usable(s, virt_to_head_page(object), object);
}

/* The oldest that waits, of this cache or (NULL) any. False: none. */
static bool take_oldest(struct kmem_cache *s, struct waiting *w, unsigned long keep)
{
	unsigned int i, at;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&quarantine_lock, flags);
	for (i = 0; !found && i < nr_waiting && (s || nr_waiting == MAX_OBJECTS ||
						 bytes_waiting > keep); i++) {
		at = (oldest + i) % MAX_OBJECTS;
		if (!queue[at].s || (s && queue[at].s != s))
			continue;
		*w = queue[at];
		queue[at].s = NULL;
		bytes_waiting -= w->s->size;
		found = true;
	}
	while (nr_waiting && !queue[oldest].s) {
		oldest = (oldest + 1) % MAX_OBJECTS;
		nr_waiting--;
	}
	spin_unlock_irqrestore(&quarantine_lock, flags);
	return found;
}

static void release(const struct waiting *w)
{
	struct page *page = virt_to_head_page(w->object);

	kasan_unpoison(w->object, room(w->s, w->object));
	if (slab_checked(w->s))
		checked_give(w->s, page, w->object, 0);
	else
		slow_give(w->s, page, w->object, 0);
}

void slab_asan_drain(struct kmem_cache *s)
{
	struct waiting w;

	while (take_oldest(s, &w, 0))
		release(&w);
}

void slab_asan_got(struct kmem_cache *s, void *object, size_t size)
{
	size_t usable = room(s, object);

	if (size && size < usable)
		kasan_poison((char *)object + size, usable - size);
}

void slab_asan_whole(struct kmem_cache *s, const void *object)
{
	kasan_unpoison(object, room(s, object));
}

/* Is it an object of which we know, or a mistake that others report? */
static bool known(struct kmem_cache *s, struct page *page, void *object)
{
	return page->slab_cache == s && slab_is_object(s, page, object);
}

bool slab_asan_ended(struct kmem_cache *s, struct page *page, void *object, unsigned long site)
{
	if (known(s, page, object) && kasan_is_poisoned(object)) {
		slab_bad_object(s, page, object, site, "Object already free");
		return false;
	}
	if (known(s, page, object) || !page->slab_cache)
		kasan_unpoison(object, room(s, object));
	return true;
}

bool slab_asan_keep(struct kmem_cache *s, struct page *page, void *object, unsigned long site)
{
	struct waiting w;
	unsigned long flags;
	bool kept = false;

	if (!known(s, page, object) || (s->flags & SLAB_TYPESAFE_BY_RCU))
		return false;
	if (slab_checked(s))
		debug_note_free(s, object, site);
	while (take_oldest(NULL, &w, share()))
		release(&w);
	spin_lock_irqsave(&quarantine_lock, flags);
	if (nr_waiting < MAX_OBJECTS) {
		kasan_poison(object, room(s, object));
		queue[(oldest + nr_waiting++) % MAX_OBJECTS] = (struct waiting) { s, object };
		bytes_waiting += s->size;
		kept = true;
	}
	spin_unlock_irqrestore(&quarantine_lock, flags);
	return kept;
}

/* ASan calls it when it has something to report: it knows the place, we know whose it is. */
void __asan_on_error(void);
void *__asan_get_report_address(void);

void __asan_on_error(void)
{
	void *addr = __asan_get_report_address();

	if (kmem_valid_obj(addr))
		kmem_dump_obj(addr);
}

#else

bool slab_asan_wanted(void)
{
	return false;
}

#endif
