// SPDX-License-Identifier: MIT
/*
 * kmap(): addresses for high memory that last until kunmap(). Documents 000, 002,
 * 004. mm/kmap_local.c has the short-lived kind.
 *
 * The window has as many slots as the machine says (1,024; 512 with PAE). Each has
 * a count, as in document 004's kernel:
 *
 *	0	free, nothing is mapped	   1	mapped, but nobody uses it
 *	n	n - 1 users		  -1	being unmapped, see below
 *
 * A search for a slot goes round. Each time it passes the first slot, all that
 * nobody uses are unmapped together, with one flush. When a whole round finds
 * nothing, the caller sleeps until a kunmap() frees a slot.
 *
 * K1  A slot with a count above 0 maps slot->page, and is the only one that does.
 * K2  Just those slots are in the hash, by page.
 * K3  page->virtual is a mapped page's address, else NULL: the copy that
 *     page_address() reads without the lock. The hash is what counts.
 * K4  Slots with count -1 belong to whoever set it: a flush needs other CPUs, so it
 *     happens without the lock.
 *
 * With debug_kmap on the command line a slot is unmapped as soon as nobody uses
 * it, so that any use after kunmap() faults.
 *
 * Locking: kmap_lock, interrupts off. The wait queue's lock is never taken inside.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/hash.h>
#include <linux/highmem.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "mm/highmem.h"
#include "mm/internal.h"
#include "mm/kmap_local.h"

#define MAX_SLOTS	1024
#define HASH_BITS	7
#define PATIENCE	(10 * HZ)	/* waiting longer is worth a warning */

/* Keys: K kmap_lock */
struct pkmap_slot {
	int count;		/* K  see above */
	int next;		/* K  in the hash chain; -1 ends it */
	struct page *page;	/* K  mapped, or the last that was */
	unsigned long site;	/* K  who mapped it first */
	unsigned long unmapped;	/* K  who gave it back last */
};

unsigned long pkmap_base;
unsigned int pkmap_slots;
EXPORT_SYMBOL(pkmap_base);
EXPORT_SYMBOL(pkmap_slots);

static DEFINE_SPINLOCK_RANKED(kmap_lock, RANK_KMAP);
static DECLARE_WAIT_QUEUE_HEAD(kmap_wait);
static struct pkmap_slot *slots;		/* C  pkmap_slots of them */
static int hash_heads[1 << HASH_BITS];		/* K  first slot of a chain, or -1 */
static unsigned int last_slot;			/* K  where the search goes on */
static unsigned int nr_waiting;			/* K  tasks asleep in wait_for_slot() */
static bool debug_kmap;				/* C  from the command line */
struct kmap_stats kmap_stats;

static int __init debug_kmap_setup(char *arg)
{
	return kstrtobool(arg && *arg ? arg : "1", &debug_kmap);
}
early_param("debug_kmap", debug_kmap_setup);

/* The hash of mapped pages. */

static inline int *hash_head(const struct page *page)
{
	return &hash_heads[hash_ptr(page, HASH_BITS)];
}

static struct pkmap_slot *hash_find(const struct page *page)
{
	int i;

	if (!slots)
		return NULL;
	for (i = *hash_head(page); i >= 0; i = slots[i].next)
		if (slots[i].page == page)
			return &slots[i];
	return NULL;
}

static void hash_insert(struct pkmap_slot *slot)
{
	int *head = hash_head(slot->page);

	slot->next = *head;
	*head = slot - slots;
}

static void hash_remove(struct pkmap_slot *slot)
{
	int *link = hash_head(slot->page);

	while (*link != slot - slots)
		link = &slots[*link].next;
	*link = slot->next;
}

static inline unsigned long slot_address(const struct pkmap_slot *slot)
{
	return PKMAP_ADDR(slot - slots);
}

/* Unmapping what nobody uses. */

static bool mark_unused(struct pkmap_slot *slot)
{
	if (slot->count != 1)
		return false;
	hash_remove(slot);
	set_page_address(slot->page, NULL);
	slot->count = -1;
	return true;
}

/*
 * Unmaps [first, last] as far as unused. Drops kmap_lock and takes it again, with
 * the interrupt state in @flags. K4. Wakes whoever waits for a slot.
 */
static void flush_unused(unsigned int first, unsigned int last, unsigned long *flags)
{
	DECLARE_BITMAP(mine, MAX_SLOTS);
	unsigned int i, run;
	bool marked = false;

	bitmap_zero(mine, MAX_SLOTS);
	for (i = first; i <= last; i++)
		if (mark_unused(&slots[i])) {
			__set_bit(i, mine);
			marked = true;
		}
	if (!marked)
		return;
	kmap_stats.flushes++;
	spin_unlock_irqrestore(&kmap_lock, *flags);
	for (i = find_next_bit(mine, last + 1, first); i <= last;
	     i = find_next_bit(mine, last + 1, i + run)) {
		run = find_next_zero_bit(mine, last + 1, i) - i;
		quarry_host_unmap(PKMAP_ADDR(i), run);
	}
	quarry_host_flush(PKMAP_ADDR(first), last - first + 1);
	spin_lock_irqsave(&kmap_lock, *flags);
	for_each_set_bit(i, mine, last + 1)
		slots[i].count = 0;
	if (waitqueue_active(&kmap_wait)) {
		spin_unlock_irqrestore(&kmap_lock, *flags);
		wake_up(&kmap_wait);
		spin_lock_irqsave(&kmap_lock, *flags);
	}
}

void kmap_flush_unused(void)
{
	unsigned long flags;

	if (!slots)
		return;
	spin_lock_irqsave(&kmap_lock, flags);
	flush_unused(0, pkmap_slots - 1, &flags);
	spin_unlock_irqrestore(&kmap_lock, flags);
}
EXPORT_SYMBOL(kmap_flush_unused);

/* Finding a slot. */

/* One round. May drop the lock. NULL: every slot is in use. */
static struct pkmap_slot *search_round(unsigned long *flags)
{
	unsigned int left = pkmap_slots;
	bool flushed = false;

	while (left--) {
		last_slot = (last_slot + 1) & (pkmap_slots - 1);
		if (!last_slot && !flushed) {
			flush_unused(0, pkmap_slots - 1, flags);
			flushed = true;
			left = pkmap_slots - 1;
		}
		if (!slots[last_slot].count)
			return &slots[last_slot];
	}
	return NULL;
}

static void report_full(void)
{
	unsigned int i, said = 0;

	report_begin(REPORT_WARNING, "kmap() has waited for %d seconds: all %u slots are in use",
		     PATIENCE / HZ, pkmap_slots);
	for (i = 0; i < pkmap_slots && said < 4; i++)
		if (slots[i].count > 1 && ++said) {
			report_line("slot %u: %d users", i, slots[i].count - 1);
			kmap_report_place("mapped by:", slots[i].site);
		}
	report_here();
	report_end();
}

/* Sleeps until a slot may be free. Called and returns with the lock held. */
static void wait_for_slot(unsigned long *flags, bool *said)
{
	DEFINE_WAIT(wait);
	bool full = true;
	unsigned int i;
	long left = PATIENCE;

	spin_unlock_irqrestore(&kmap_lock, *flags);
	prepare_to_wait(&kmap_wait, &wait, TASK_UNINTERRUPTIBLE);
	/* A kunmap() since we looked has found nobody to wake. */
	spin_lock_irqsave(&kmap_lock, *flags);
	for (i = 0; i < pkmap_slots && full; i++)
		full = slots[i].count > 1 || slots[i].count < 0;
	if (full) {
		WRITE_ONCE(kmap_stats.waits, kmap_stats.waits + 1);
		nr_waiting++;
	}
	spin_unlock_irqrestore(&kmap_lock, *flags);
	/* Once it has been said, nothing keeps the port from seeing that all threads sleep. */
	if (full && *said)
		schedule();
	else if (full)
		left = schedule_timeout(PATIENCE);
	finish_wait(&kmap_wait, &wait);
	if (!left && !*said) {
		*said = true;
		report_full();
	}
	spin_lock_irqsave(&kmap_lock, *flags);
	if (full) {
		nr_waiting--;
		kmap_stats.wakes += left != 0;
	}
}

/* Maps a page that is in no slot. NULL: somebody else has mapped it meanwhile. */
static struct pkmap_slot *map_new(struct page *page, unsigned long site, unsigned long *flags)
{
	struct pkmap_slot *slot;
	bool said = false;

	while (!(slot = search_round(flags))) {
		wait_for_slot(flags, &said);
		if (hash_find(page))
			return NULL;
	}
	if (hash_find(page))
		return NULL;
	if (quarry_host_map(slot_address(slot), page_to_phys(page), 1, pgprot_val(PAGE_KERNEL)))
		panic("kmap: the machine has no room for more mappings");
	slot->page = page;
	slot->count = 1;
	slot->site = site;
	hash_insert(slot);
	set_page_address(page, (void *)slot_address(slot));
	kmap_stats.maps++;
	return slot;
}

static void *map_high(struct page *page, unsigned long site)
{
	struct pkmap_slot *slot;
	unsigned long flags;

	if (WARN(!slots, "kmap() of high memory, but the machine has no window for it\n"))
		return NULL;
	spin_lock_irqsave(&kmap_lock, flags);
	slot = hash_find(page);
	if (slot) {
		kmap_stats.hits++;
	} else {
		slot = map_new(page, site, &flags);
		if (!slot)
			slot = hash_find(page);
	}
	if (slot->count == 1)
		slot->site = site;
	slot->count++;
	spin_unlock_irqrestore(&kmap_lock, flags);
	return (void *)slot_address(slot);
}

/* Reports what cannot be done here. Return: may it be done all the same? */
static __cold bool check_context(const char *what)
{
	if (!in_interrupt() && !irqs_disabled()) {
		might_sleep();
		return true;
	}
	report_begin(REPORT_BUG, "%s() %s: kmap_atomic() and kmap_local_page() are for that", what,
		     in_interrupt() ? "in interrupt context" : "with interrupts disabled");
	report_here();
	report_end();
	return false;
}

void *kmap(struct page *page)
{
	/* To find a slot may take a sleep, or a flush on all CPUs. */
	if (unlikely(!may_sleep_here()) && !check_context("kmap"))
		return PageHighMem(page) ? NULL : page_address(page);
	if (kmap_is_low(page))
		return kmap_low(page);
	return PageHighMem(page) ? map_high(page, _RET_IP_) : page_address(page);
}
EXPORT_SYMBOL(kmap);

void *kmap_high(struct page *page)
{
	return map_high(page, _RET_IP_);
}
EXPORT_SYMBOL(kmap_high);

void *kmap_high_get(struct page *page)
{
	struct pkmap_slot *slot;
	unsigned long flags;

	spin_lock_irqsave(&kmap_lock, flags);
	slot = hash_find(page);
	if (slot)
		slot->count++;
	spin_unlock_irqrestore(&kmap_lock, flags);
	return slot ? (void *)slot_address(slot) : NULL;
}

/* The slot that a page was in last; NULL: none that is known. */
static const struct pkmap_slot *last_of(const struct page *page)
{
	unsigned int i;

	for (i = 0; slots && i < pkmap_slots; i++)
		if (slots[i].page == page)
			return &slots[i];
	return NULL;
}

static __cold void report_unbalanced(struct page *page)
{
	const struct pkmap_slot *last = last_of(page);

	report_begin(REPORT_BUG, "kunmap() of page %px (frame 0x%lx), which is not mapped%s",
		     page, page_to_pfn(page), last ? " any more" : "");
	if (last) {
		kmap_report_place("mapped by:", last->site);
		kmap_report_place("unmapped by:", last->unmapped);
	}
	report_here();
	report_end();
}

static void unmap_high(struct page *page, unsigned long site)
{
	struct pkmap_slot *slot;
	bool unbalanced, wake = false;
	unsigned long flags;

	spin_lock_irqsave(&kmap_lock, flags);
	slot = hash_find(page);
	unbalanced = !slot || slot->count < 2;
	if (!unbalanced) {
		slot->unmapped = site;
		wake = --slot->count == 1;
		/* The flush wants a context in which other CPUs can be called. */
		if (wake && unlikely(debug_kmap) && preempt_count() == 1 &&
		    !irqs_disabled_flags(flags))
			flush_unused(slot - slots, slot - slots, &flags);
	}
	spin_unlock_irqrestore(&kmap_lock, flags);
	if (unlikely(unbalanced))
		report_unbalanced(page);
	else if (wake && waitqueue_active(&kmap_wait))
		wake_up(&kmap_wait);
}

static bool in_window(unsigned long addr)
{
	return slots && addr - PKMAP_BASE < (unsigned long)pkmap_slots << PAGE_SHIFT;
}

void kunmap(struct page *page)
{
	if (unlikely(in_interrupt()))
		check_context("kunmap");
	if (kmap_is_low(page) && likely((unsigned long)page >= VMEMMAP_START))
		return;
	if (unlikely(in_window((unsigned long)page))) {
		report_begin(REPORT_BUG, "kunmap() of the address %px that kmap() returned: it takes the page",
			     page);
		report_here();
		report_end();
	} else if (!kmap_is_low(page) && PageHighMem(page)) {
		unmap_high(page, _RET_IP_);
	}
}
EXPORT_SYMBOL(kunmap);

void kunmap_high(struct page *page)
{
	unmap_high(page, _RET_IP_);
}
EXPORT_SYMBOL(kunmap_high);

bool is_kmap_addr(const void *x)
{
	struct page *page;

	return in_window((unsigned long)x) || kmap_local_to_page((unsigned long)x, &page);
}
EXPORT_SYMBOL(is_kmap_addr);

struct page *kmap_to_page(void *vaddr)
{
	unsigned long addr = (unsigned long)vaddr;
	struct page *page;

	if (in_window(addr)) {
		struct pkmap_slot *slot = &slots[PKMAP_NR(addr)];

		return READ_ONCE(slot->count) > 0 ? slot->page : NULL;
	}
	if (kmap_local_to_page(addr, &page))
		return page;
	return virt_to_page(vaddr);
}
EXPORT_SYMBOL(kmap_to_page);

unsigned long nr_free_highpages(void)
{
	unsigned long pages = 0;
	struct zone *zone;

	for_each_populated_zone(zone)
		if (is_highmem(zone))
			pages += zone_page_state(zone, NR_FREE_PAGES);
	return pages;
}
EXPORT_SYMBOL(nr_free_highpages);

/* Questions. */

unsigned int kmap_users(struct page *page)
{
	struct pkmap_slot *slot;
	unsigned long flags;
	int users;

	spin_lock_irqsave(&kmap_lock, flags);
	slot = hash_find(page);
	users = slot ? slot->count - 1 : 0;
	spin_unlock_irqrestore(&kmap_lock, flags);
	return users;
}

bool kmap_describe(unsigned long addr)
{
	struct pkmap_slot slot;

	if (!in_window(addr))
		return kmap_local_describe(addr);
	slot = slots[PKMAP_NR(addr)];
	report_line("in slot %lu of kmap()'s window", PKMAP_NR(addr));
	if (!slot.page)
		report_line("which was never used");
	else if (slot.count > 0)
		report_line("which maps frame 0x%lx", page_to_pfn(slot.page));
	else
		report_line("use after kunmap: it had frame 0x%lx", page_to_pfn(slot.page));
	if (slot.page) {
		kmap_report_place("mapped by:", slot.site);
		kmap_report_place("unmapped last by:", slot.unmapped);
	}
	return true;
}

void kmap_holdings(struct holdings *hs)
{
	struct quarry_holding h;
	unsigned long flags;
	unsigned int i;

	for (i = 0; slots && i < pkmap_slots; i++) {
		spin_lock_irqsave(&kmap_lock, flags);
		h = (struct quarry_holding) {
			.kind = slots[i].count > 1 ? "kmap() of a page" : NULL,
			.address = PKMAP_ADDR(i), .size = PAGE_SIZE, .site = slots[i].site,
		};
		spin_unlock_irqrestore(&kmap_lock, flags);
		if (h.kind)
			holding(hs, &h);
	}
	kmap_local_holdings(hs);
}

/* Slots by what they are in. */
struct slot_counts {
	unsigned int used, unused, free;
};

static void count_slots(struct slot_counts *n)
{
	unsigned long flags;
	unsigned int i;

	*n = (struct slot_counts) { 0 };
	spin_lock_irqsave(&kmap_lock, flags);
	for (i = 0; i < pkmap_slots; i++) {
		n->used += slots[i].count > 1;
		n->unused += slots[i].count == 1 || slots[i].count < 0;
		n->free += !slots[i].count;
	}
	spin_unlock_irqrestore(&kmap_lock, flags);
}

static void show_users(struct seq_file *m)
{
	struct pkmap_slot slot;
	unsigned long flags;
	unsigned int i;

	seq_puts(m, "\n slot    frame  users  mapped by\n");
	for (i = 0; i < pkmap_slots; i++) {
		spin_lock_irqsave(&kmap_lock, flags);
		slot = slots[i];
		spin_unlock_irqrestore(&kmap_lock, flags);
		if (slot.count > 1)
			seq_printf(m, "%5u %8lx %6d  %pS\n", i, page_to_pfn(slot.page),
				   slot.count - 1, (void *)slot.site);
	}
}

/** highmem_show - the view "highmem": kmap()'s window, who waits for it, CPUs' slots */
int highmem_show(struct seq_file *m)
{
	struct kmap_stats stats;
	struct slot_counts n;
	unsigned long flags;
	unsigned int waiting;

	if (!slots) {
		seq_puts(m, "This machine has no high memory.\n");
		return 0;
	}
	count_slots(&n);
	spin_lock_irqsave(&kmap_lock, flags);
	stats = kmap_stats;
	waiting = nr_waiting;
	spin_unlock_irqrestore(&kmap_lock, flags);
	seq_printf(m, "Window:       %u slots at %lx: %u in use, %u mapped and unused, %u free\n",
		   pkmap_slots, PKMAP_BASE, n.used, n.unused, n.free);
	seq_printf(m, "Mapped:       %lu times, and %lu times there already\n", stats.maps,
		   stats.hits);
	seq_printf(m, "Flushed:      %lu times\n", stats.flushes);
	seq_printf(m, "Full:         %lu sleeps for a slot, %lu woken, %u asleep now\n", stats.waits,
		   stats.wakes, waiting);
	kmap_local_show(m);
	if (n.used)
		show_users(m);
	return 0;
}

/* K1, K2, K3. Others may run. */
unsigned int kmap_validate(void)
{
	unsigned int i, faults = 0, used = 0, hashed = 0;
	unsigned long flags;
	int at;

	if (!slots)
		return 0;
	spin_lock_irqsave(&kmap_lock, flags);
	for (i = 0; i < pkmap_slots; i++) {
		struct pkmap_slot *slot = &slots[i];

		if (slot->count <= 0)
			continue;
		used++;
		if (hash_find(slot->page) != slot ||
		    page_address(slot->page) != (void *)slot_address(slot)) {
			pr_err("kmap: K2 or K3 is broken in slot %u\n", i);
			faults++;
		}
	}
	for (i = 0; i < ARRAY_SIZE(hash_heads); i++)
		for (at = hash_heads[i]; at >= 0; at = slots[at].next)
			hashed++;
	if (used != hashed) {
		pr_err("kmap: K2 is broken: %u slots mapped, %u in the hash\n", used, hashed);
		faults++;
	}
	spin_unlock_irqrestore(&kmap_lock, flags);
	return faults;
}

/* Boot. */

static int window_init(void)
{
	unsigned int i;

	if (!machine.pkmap_slots || machine.pkmap_slots > MAX_SLOTS ||
	    !is_power_of_2(machine.pkmap_slots)) {
		pr_err("kmap: there is high memory, but %u slots for it: 1 to %d, a power of two\n",
		       machine.pkmap_slots, MAX_SLOTS);
		return -EINVAL;
	}
	slots = kcalloc(machine.pkmap_slots, sizeof(*slots), GFP_KERNEL);
	if (!slots)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(hash_heads); i++)
		hash_heads[i] = -1;
	pkmap_base = machine.pkmap;
	pkmap_slots = machine.pkmap_slots;
	return 0;
}

int kmap_init(void)
{
	bool high = max_pfn > PHYS_PFN(machine.lowmem_end);
	int err;

	init_waitqueue_head(&kmap_wait);
	nr_waiting = 0;
	memset(&kmap_stats, 0, sizeof(kmap_stats));
	last_slot = 0;
	err = high ? window_init() : 0;
	if (!err)
		err = kmap_local_init(high);
	if (err)
		return err;
	kmap_bounds.bias = page_offset_base - vmemmap_base * KMAP_SCALE;
	kmap_bounds.high_start =
		high ? (unsigned long)pfn_to_page(PHYS_PFN(machine.lowmem_end)) : ~0ul;
	return 0;
}

void kmap_shutdown(void)
{
	kmap_local_shutdown();
	if (slots) {
		quarry_host_unmap(pkmap_base, pkmap_slots);
		quarry_host_flush(pkmap_base, pkmap_slots);
	}
	slots = NULL;
	pkmap_base = 0;
	pkmap_slots = 0;
	debug_kmap = false;
}
