// SPDX-License-Identifier: MIT
/*
 * Per-CPU memory at run time: alloc_percpu() and its like. Documents 000, 002, 003.
 *
 * Chunks (mm/percpu_chunk.c) hang in slots by the largest run that they may have
 * free, so that an allocation looks at chunks that can serve it, those first that have
 * failed larger ones. In a chunk it is first fit on a bitmap (mm/percpu_map.c). A chunk
 * is made when none can serve a request that may sleep, and returned when it is empty
 * and there is another empty one.
 *
 * However many allocations there are, a request costs the same: one or two units come
 * from the chunk that had them last time, without a search; a larger one looks at a few
 * chunks, and each look in vain is paid for by something that was given back there since
 * the last (D2).
 *
 * D1  Memory is zero when it is handed out, in every CPU's copy.
 * D2  A chunk is in the slot that its map's max_run says; a full one in slot 0,
 *     which is never searched.
 * D3  sites[] at an allocation's first unit is the index of who made it; pcpu_sites[] there
 *     has the sum of what that call site has.
 * D4  Before percpu_init_late() only boot chunks serve; so does a request that
 *     must not sleep, plus whatever chunks are there.
 *
 * The reserve for modules' static variables is a chunk of its own, in no slot.
 * When it is full they go to the others: here nothing limits how far a variable
 * may be from its code.
 *
 * Locking: pcpu_lock guards everything but the making and the destruction of a
 * chunk, which happen on chunks that nobody else knows of.
 */
#define pr_fmt(fmt) "percpu: " fmt

#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "lib/spinlock_quick.h"
#include "mm/internal.h"
#include "mm/percpu.h"

#define FEW_CHUNKS	4	/* tried in a slot where not all have enough */
/* What of a request's flags the making of a chunk heeds. */
#define GROW_FLAGS	(GFP_KERNEL | __GFP_NORETRY | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

unsigned long __per_cpu_offset[QUARRY_MAX_CPUS];
EXPORT_SYMBOL(__per_cpu_offset);

DEFINE_SPINLOCK_RANKED(pcpu_lock, RANK_PERCPU);
static struct list_head slots[PCPU_SLOTS];	/* L  D2 */

struct pcpu_site pcpu_sites[PCPU_SITES];

static inline unsigned int site_hash(unsigned long ip)
{
	return (ip ^ ip >> 10) & (PCPU_SITES - 1);
}

static void offsets_changed(void)
{
#ifdef QUARRY_PORT_PERCPU_CHANGED
	QUARRY_PORT_PERCPU_CHANGED();
#endif
}

/*
 * The entry of a call site. One that nobody needs any more is taken over only when the
 * site has none: so no site has two. Entries of which a site's can be one differ in their
 * number's lowest bits.
 */
static unsigned int site_index(unsigned long ip)
{
	unsigned int i, at, hash = site_hash(ip), unused = 0;

	for (i = 0; i < 32; i++) {
		at = hash ^ i;
		if (pcpu_sites[at].ip == ip)
			return at;
		if (at && !unused && !pcpu_sites[at].live)
			unused = at;
		if (at && !pcpu_sites[at].ip)
			break;
	}
	if (unused)
		pcpu_sites[unused].ip = ip;
	return unused;
}

/* Slots. */

static void enter_slot(struct pcpu_chunk *chunk)
{
	chunk->slot = pcpu_slot(chunk->map.max_run);
	list_move(&chunk->list, &slots[chunk->slot]);
}

static void reslot(struct pcpu_chunk *chunk)
{
	if (pcpu_slot(chunk->map.max_run) != chunk->slot && chunk != pcpu_area.reserved)
		enter_slot(chunk);
}

/* A new chunk joins those that serve. */
static void publish(struct pcpu_chunk *chunk)
{
	pcpu_area.places[chunk->place] = chunk;
	enter_slot(chunk);
	if (!chunk->boot) {
		pcpu_area.nr_pages += machine.nr_cpus * (chunk->bytes >> PAGE_SHIFT);
		pcpu_area.nr_empty++;
	}
}

/* Where places do not tell. */
static struct pcpu_chunk *chunk_at_slowly(unsigned long offset)
{
	struct pcpu_chunk *chunk = pcpu_area.reserved;
	unsigned int i;

	if (!chunk || offset - chunk->offset < chunk->bytes)
		return chunk;
	for (i = 0; !pcpu_area.window && i < pcpu_area.nr_places; i++) {
		chunk = pcpu_area.places[i];
		if (chunk && offset - chunk->offset < chunk->bytes)
			return chunk;
	}
	return NULL;
}

struct pcpu_chunk *pcpu_chunk_at(unsigned long offset)
{
	unsigned long in_places = offset - pcpu_area.dynamic;

	if (likely(in_places < pcpu_area.reach))
		return pcpu_area.places[in_places / PCPU_CHUNK_SIZE];
	return chunk_at_slowly(offset);
}

/* Handing out. */

/* Units of a chunk have been taken: whose they are. The offset. */
static inline unsigned long taken(struct pcpu_chunk *chunk, unsigned int at, unsigned int units,
				  unsigned int site)
{
	if (unlikely(chunk->map.free + units == chunk->empty))
		pcpu_area.nr_empty--;
	chunk->sites[at] = site;
	pcpu_sites[site].units += units;
	pcpu_sites[site].live++;
	return chunk->offset + at * PCPU_MIN_ALLOC_SIZE;
}

/* The opposite. */
static inline void given(struct pcpu_chunk *chunk, unsigned int at, unsigned int units)
{
	unsigned int site = chunk->sites[at];

	pcpu_sites[site].units -= units;
	pcpu_sites[site].live--;
	if (unlikely(chunk->map.free == chunk->empty))
		pcpu_area.nr_empty++;
}

/* Takes memory out of one chunk. The offset, or 0: it has no room. */
static unsigned long take_from(struct pcpu_chunk *chunk, unsigned int units, unsigned int align,
			       unsigned long ip)
{
	int at = pcpu_map_take(&chunk->map, units, align);

	if (at >= 0)
		return taken(chunk, at, units, site_index(ip));
	reslot(chunk);
	return 0;
}

/*
 * The chunks of one slot in turn, @most of them. Each that fails is in a lower slot then,
 * and stays there until something is given back to it.
 */
static unsigned long take_from_slot(unsigned int slot, unsigned int most, unsigned int units,
				    unsigned int align, unsigned long ip)
{
	struct pcpu_chunk *chunk, *next;
	unsigned long offset;

	list_for_each_entry_safe(chunk, next, &slots[slot], list) {
		if (!most--)
			break;
		pcpu_area.looked++;
		offset = take_from(chunk, units, align, ip);
		if (!offset)
			continue;
		if (units <= 2)
			pcpu_area.small = chunk;
		return offset;
	}
	return 0;
}

/*
 * The slot of @units has chunks with less than that, too. So only a few of it are tried
 * before the others, which have enough (D2), and all before nobody else can help.
 */
static unsigned long take_from_slots(unsigned int units, unsigned int align, unsigned long ip)
{
	unsigned int first = pcpu_slot(units), slot;
	unsigned long offset = take_from_slot(first, FEW_CHUNKS, units, align, ip);

	for (slot = first + 1; !offset && slot < PCPU_SLOTS; slot++)
		offset = take_from_slot(slot, UINT_MAX, units, align, ip);
	return offset ?: take_from_slot(first, UINT_MAX, units, align, ip);
}

/* A place for a new chunk, so marked that nobody else takes it; -1: there is none. */
static int claim_place(void)
{
	unsigned int i;

	for (i = pcpu_area.free_place; i < pcpu_area.nr_places; i++)
		if (!pcpu_area.places[i]) {
			pcpu_area.places[i] = &pcpu_claimed;
			pcpu_area.free_place = i + 1;
			return i;
		}
	pcpu_area.free_place = i;
	return -1;
}

static void leave_place(unsigned int place)
{
	pcpu_area.places[place] = NULL;
	pcpu_area.free_place = min(pcpu_area.free_place, place);
}

/* Makes one more chunk and lets it serve. May sleep. False: @cause says why not. */
static bool grow(gfp_t gfp, enum pcpu_cause *cause)
{
	struct pcpu_chunk *chunk;
	unsigned long flags;
	int place;

	spin_lock_irqsave(&pcpu_lock, flags);
	place = claim_place();
	spin_unlock_irqrestore(&pcpu_lock, flags);
	*cause = PCPU_NO_PLACE;
	if (place < 0)
		return false;
	chunk = pcpu_chunk_make(place, gfp, cause);
	spin_lock_irqsave(&pcpu_lock, flags);
	if (chunk)
		publish(chunk);
	else
		leave_place(place);
	spin_unlock_irqrestore(&pcpu_lock, flags);
	return chunk != NULL;
}

/* Takes chunks that are empty out of service, all but the one with the lowest place. */
static void collect_empty(struct list_head *dead)
{
	/* Where they are: all that are made later have this size. */
	struct list_head *slot = &slots[pcpu_slot((pcpu_area.window ? PCPU_CHUNK_SIZE :
						   pcpu_area.stride) / PCPU_MIN_ALLOC_SIZE)];
	struct pcpu_chunk *chunk, *next, *kept = NULL;

	list_for_each_entry(chunk, slot, list)
		if (chunk->map.free == chunk->empty && (!kept || chunk->place < kept->place))
			kept = chunk;
	list_for_each_entry_safe(chunk, next, slot, list) {
		if (chunk->map.free != chunk->empty || chunk == kept)
			continue;
		list_move(&chunk->list, dead);
		if (pcpu_area.small == chunk)
			pcpu_area.small = pcpu_area.places[0];
		pcpu_area.places[chunk->place] = &pcpu_claimed;
		pcpu_area.nr_pages -= machine.nr_cpus * (chunk->bytes >> PAGE_SHIFT);
		pcpu_area.nr_empty--;
	}
}

/* Returns what is empty. Process context. */
static void reap(void)
{
	struct pcpu_chunk *chunk, *next;
	unsigned long flags;
	unsigned int place;
	LIST_HEAD(dead);

	spin_lock_irqsave(&pcpu_lock, flags);
	collect_empty(&dead);
	spin_unlock_irqrestore(&pcpu_lock, flags);
	list_for_each_entry_safe(chunk, next, &dead, list) {
		place = chunk->place;
		pcpu_chunk_destroy(chunk);
		spin_lock_irqsave(&pcpu_lock, flags);
		leave_place(place);
		spin_unlock_irqrestore(&pcpu_lock, flags);
	}
}

/* May this request make chunks? Told once, one that must not sleep goes on as such. */
static bool may_grow(gfp_t gfp)
{
	if (!gfpflags_allow_blocking(gfp) || !pcpu_area.ready)
		return false;
	if (likely(may_sleep_here()))
		return true;
	might_sleep();
	return preemptible();
}

/* D1 */
static void zero_copies(unsigned long offset, unsigned int units)
{
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++)
		memset(pcpu_unit(cpu, offset), 0, units * PCPU_MIN_ALLOC_SIZE);
}

static noinline void __percpu *pcpu_alloc(size_t size, size_t align, bool reserved, gfp_t gfp,
					  unsigned long ip)
{
	enum pcpu_cause cause = PCPU_NO_SLEEP;
	unsigned int units, align_units;
	unsigned long flags, offset = 0;
	bool grows;

	if (WARN(!size || size > PCPU_MIN_UNIT_SIZE || align > PAGE_SIZE || !align ||
		 !is_power_of_2(align),
		 "illegal size (%zu) or align (%zu) for percpu allocation\n", size, align))
		return NULL;
	grows = may_grow(gfp);
	units = DIV_ROUND_UP(size, PCPU_MIN_ALLOC_SIZE);
	align_units = max_t(unsigned int, align / PCPU_MIN_ALLOC_SIZE, units > 1 ? 2 : 1); /* M5 */
	do {
		spin_lock_irqsave(&pcpu_lock, flags);
		if (reserved)
			offset = take_from(pcpu_area.reserved, units, align_units, ip);
		if (!offset)
			offset = take_from_slots(units, align_units, ip);
		spin_unlock_irqrestore(&pcpu_lock, flags);
	} while (!offset && grows && grow(gfp & GROW_FLAGS, &cause));
	if (!offset) {
		pcpu_report_failure(size, align, cause, gfp);
		return NULL;
	}
	zero_copies(offset, units);
	return (void __percpu *)(pcpu_area.base + offset);
}

void __percpu *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp)
{
	return pcpu_alloc(size, align, false, gfp, _RET_IP_);
}
EXPORT_SYMBOL(__alloc_percpu_gfp);

void __percpu *percpu_alloc_reserved(size_t size, size_t align)
{
	return pcpu_alloc(size, align, true, GFP_KERNEL, _RET_IP_);
}

/* Taking back. */

/* Gives an allocation back. Its units, or 0: none begins there. */
static unsigned int give_to(struct pcpu_chunk *chunk, unsigned long in_chunk, unsigned long ip)
{
	unsigned int at = in_chunk / PCPU_MIN_ALLOC_SIZE, units;

	if (in_chunk % PCPU_MIN_ALLOC_SIZE)
		return 0;
	units = pcpu_map_give(&chunk->map, at);
	if (units) {
		if (unlikely(pcpu_debug))
			pcpu_bury(chunk, at, units, ip);
		given(chunk, at, units);
		reslot(chunk);
	}
	return units;
}

/* @reserved: it may be a module's static variables. */
static noinline void free_slowly(void __percpu *ptr, bool reserved, unsigned long ip)
{
	unsigned long offset = (unsigned long)ptr - pcpu_area.base, flags;
	struct pcpu_chunk *chunk;
	unsigned int units = 0;
	bool surplus;

	if (!ptr)
		return;
	spin_lock_irqsave(&pcpu_lock, flags);
	chunk = pcpu_chunk_at(offset);
	if (pcpu_is_chunk(chunk) && (reserved || chunk != pcpu_area.reserved))
		units = give_to(chunk, offset - chunk->offset, ip);
	surplus = pcpu_area.nr_empty > 1;
	spin_unlock_irqrestore(&pcpu_lock, flags);

	if (!units)
		pcpu_report_bad_free((unsigned long)ptr);
	/* Elsewhere the next free in process context does it. */
	if (surplus && preemptible())
		reap();
}

void percpu_free_reserved(void __percpu *ptr)
{
	free_slowly(ptr, true, _RET_IP_);
}

/*
 * The fast paths: one word or less is wanted of the chunk that had it last time; what is
 * given back lies in one word. They call nothing in their middle, and so save no
 * registers; whatever else there is begins anew in the slow functions.
 */

#if !QUARRY_DEBUG
/* True: the caller ends with arch_local_irq_pending(). */
static __always_inline bool unlock_quick(unsigned long flags)
{
	spin_unlock_quick(&pcpu_lock);
	return unlikely(arch_local_irq_restore_quick(flags));
}

static noinline void __percpu *pending_then(void __percpu *p)
{
	arch_local_irq_pending();
	return p;
}

static noinline void *alloc_unlocked(size_t size, size_t align, unsigned long flags,
				     unsigned long ip)
{
	arch_local_irq_restore(flags);
	return pcpu_alloc(size, align, false, GFP_KERNEL, ip);
}

static noinline void free_unlocked(void __percpu *ptr, unsigned long flags)
{
	arch_local_irq_restore(flags);
	free_slowly(ptr, false, 0);	/* not with pcpu_debug, if it succeeds */
}

static noinline void unlock_then_reap(unsigned long flags)
{
	spin_unlock_quick(&pcpu_lock);
	arch_local_irq_restore(flags);
	/* Elsewhere the next free in process context does it. */
	if (preemptible())
		reap();
}

static noinline void widen_then_unlock(struct pcpu_chunk *chunk, unsigned int at,
				       unsigned long flags)
{
	pcpu_map_widen(&chunk->map, at);
	reslot(chunk);
	if (pcpu_area.nr_empty > 1)
		return unlock_then_reap(flags);
	spin_unlock_quick(&pcpu_lock);
	arch_local_irq_restore(flags);
}

/* @units: a constant, 1 or 2. */
static __always_inline void __percpu *alloc_small(size_t size, size_t align, unsigned int units,
						  unsigned long ip)
{
	unsigned int left = machine.nr_cpus, site = site_hash(ip);
	struct pcpu_chunk *chunk;
	unsigned long flags, offset;
	bool pending;
	char *copy;
	int at;

	if (unlikely(!spin_trylock_quick(&pcpu_lock, &flags)))
		return alloc_unlocked(size, align, flags, ip);
	chunk = pcpu_area.small;
	if (unlikely(flags))
		goto unlock;
	if (unlikely(pcpu_sites[site].ip != ip)) {
		site ^= 1;
		if (pcpu_sites[site].ip != ip)
			goto unlock;
	}
	at = pcpu_map_take_small(&chunk->map, units);
	if (unlikely(at < 0))
		goto unlock;
	offset = taken(chunk, at, units, site);
	pending = unlock_quick(0);
	copy = pcpu_unit(0, offset);
	do {		/* D1 */
		if (units == 2)
			*(u64 *)copy = 0;
		else
			*(u32 *)copy = 0;
		copy += pcpu_area.stride;
	} while (--left);
	if (unlikely(pending))
		return pending_then((void __percpu *)(pcpu_area.base + offset));
	return (void __percpu *)(pcpu_area.base + offset);
unlock:
	spin_unlock_quick(&pcpu_lock);
	return alloc_unlocked(size, align, flags, ip);
}

void __percpu *__alloc_percpu(size_t size, size_t align)
{
	if (unlikely(align - 1 >= 8 || (align & (align - 1)) ||
		     raw_cpu_read(quarry_cpu_hot.preempt_count) != PREEMPT_ENABLED))
		return pcpu_alloc(size, align, false, GFP_KERNEL, _RET_IP_);
	if (likely(size - 5 < 4))
		return alloc_small(size, align, 2, _RET_IP_);
	if (size - 1 < 4 && align <= PCPU_MIN_ALLOC_SIZE)
		return alloc_small(size, align, 1, _RET_IP_);
	return pcpu_alloc(size, align, false, GFP_KERNEL, _RET_IP_);
}

void free_percpu(void __percpu *ptr)
{
	unsigned long offset = (unsigned long)ptr - pcpu_area.base, flags;
	unsigned long in_places = offset - pcpu_area.dynamic;
	struct pcpu_chunk *chunk;
	unsigned int at, units;

	if (unlikely(in_places >= pcpu_area.quick || offset % PCPU_MIN_ALLOC_SIZE))
		return free_slowly(ptr, false, _RET_IP_);
	if (unlikely(!spin_trylock_quick(&pcpu_lock, &flags)))
		return free_unlocked(ptr, flags);
	chunk = pcpu_area.places[in_places / PCPU_CHUNK_SIZE];
	if (unlikely(!chunk))
		goto unlock;
	at = (offset - chunk->offset) / PCPU_MIN_ALLOC_SIZE;
	if (unlikely(!pcpu_map_give_quick(&chunk->map, at, &units)))
		goto unlock;
	given(chunk, at, units);
	if (unlikely(chunk->map.max_run < chunk->map.free))
		return widen_then_unlock(chunk, at, flags);
	if (unlikely(pcpu_area.nr_empty > 1))
		return unlock_then_reap(flags);
	if (unlikely(unlock_quick(flags)))
		arch_local_irq_pending();
	return;
unlock:
	spin_unlock_quick(&pcpu_lock);
	free_unlocked(ptr, flags);
}
#else
void __percpu *__alloc_percpu(size_t size, size_t align)
{
	return pcpu_alloc(size, align, false, GFP_KERNEL, _RET_IP_);
}

void free_percpu(void __percpu *ptr)
{
	free_slowly(ptr, false, _RET_IP_);
}
#endif
EXPORT_SYMBOL(__alloc_percpu);
EXPORT_SYMBOL(free_percpu);

/* Boot. */

int setup_per_cpu_areas(void)
{
	unsigned int i;
	int err;

	memset(pcpu_sites, 0, sizeof(pcpu_sites));
	for (i = 0; i < PCPU_SLOTS; i++)
		INIT_LIST_HEAD(&slots[i]);
	err = pcpu_area_setup();
	if (err)
		return err;
	for (i = 0; i < pcpu_area.nr_places; i++)
		if (pcpu_area.places[i])
			publish(pcpu_area.places[i]);
	pcpu_area.small = pcpu_area.places[0];
	for (i = 0; i < QUARRY_MAX_CPUS; i++)
		__per_cpu_offset[i] = i < machine.nr_cpus ?
			pcpu_area.unit0 + i * pcpu_area.stride - pcpu_area.base :
			pcpu_nowhere(i);
	offsets_changed();
	for (i = 0; i < machine.nr_cpus; i++)
		context_init_cpu(i);
	return 0;
}

int percpu_init_late(void)
{
	pcpu_area.ready = true;
	return 0;
}

void percpu_shutdown(void)
{
	memset(__per_cpu_offset, 0, sizeof(__per_cpu_offset));
	offsets_changed();
	pcpu_area_forget();
	pcpu_report_reset();
}
