/* SPDX-License-Identifier: MIT */
/*
 * Page flags: the bits of page->flags and the names that test and change them.
 * Documents 000, 001, 004 (table 8-2).
 *
 *	64-bit: zone in bits 62-63, node in bits 56-61, list in 54-55, flags below
 *	32-bit: zone in bits 30-31, node in bits 26-29, list in 24-25, flags below
 *
 * The list is the per-CPU page cache's: the mobility that a page was last handed out
 * with.
 *
 * PageX() tests, SetPageX() and ClearPageX() change, TestSetPageX() and
 * TestClearPageX() return what was there before: all atomic. __SetPageX() and
 * __ClearPageX() are for a page that nobody else can see.
 */
#ifndef _LINUX_PAGE_FLAGS_H
#define _LINUX_PAGE_FLAGS_H

#include <linux/types.h>
#include <linux/mm_types.h>

enum pageflags {
	PG_locked,		/* in use by I/O: wait */
	PG_error,		/* I/O went wrong */
	PG_referenced,		/* used lately */
	PG_uptodate,		/* holds what the disk holds */
	PG_dirty,		/* and now holds something newer */
	PG_lru,			/* on a reclaim list */
	PG_active,		/* on the active one */
	PG_slab,		/* belongs to the slab layer */
	PG_owner_priv_1,	/* the owner's own */
	PG_arch_1,		/* the architecture's own */
	PG_reserved,		/* not the page allocator's: firmware, boot memory, hole */
	PG_private,		/* page->private means something */
	PG_private_2,		/* so does another thing of the file system's */
	PG_writeback,		/* on its way to the disk */
	PG_head,		/* first page of a compound page */
	PG_swapcache,		/* in the swap cache */
	PG_mappedtodisk,	/* all its blocks have a place on disk */
	PG_reclaim,		/* give it back as soon as it is written */
	PG_swapbacked,		/* can only be swapped, has no file */
	PG_unevictable,		/* reclaim must not take it */
	PG_mlocked,		/* because of mlock() */
	PG_uncached,		/* mapped without caching */
	PG_hwpoison,		/* the hardware found it broken */
	PG_compound_lock,	/* the compound page's own lock */
	__NR_PAGEFLAGS,

	PG_checked = PG_owner_priv_1,	/* ext2 and ext3 */
	PG_compound = PG_head,		/* before there were heads and tails */
	PG_fscache = PG_private_2,
	PG_pinned = PG_owner_priv_1,	/* Xen */
	PG_savepinned = PG_dirty,
	PG_foreign = PG_owner_priv_1,
	PG_xen_remap = PG_owner_priv_1,
	PG_slob_free = PG_private,
	PG_readahead = PG_reclaim,	/* read on when this page is reached */
	PG_isolated = PG_reclaim,	/* taken out, to be moved */
	PG_reported = PG_uptodate,	/* a free page that the hypervisor knows of */
	PG_has_hwpoisoned = PG_error,	/* a page of this compound one is broken */

	/*
	 * Suspend's, up to 2.6.20: no kernel has had them together with the flags
	 * whose bits they share here.
	 */
	PG_nosave = PG_compound_lock,	/* suspend leaves it out */
	PG_nosave_free = PG_swapbacked,	/* suspend found it free */
};
#define NR_PAGEFLAGS	__NR_PAGEFLAGS

#define ZONES_WIDTH	2
#if __SIZEOF_LONG__ == 8
#define NODES_WIDTH	6
#else
#define NODES_WIDTH	4	/* 32 bits have no room for more */
#endif
#define LISTS_WIDTH	2
#define ZONES_PGSHIFT	(8 * sizeof(unsigned long) - ZONES_WIDTH)
#define NODES_PGSHIFT	(ZONES_PGSHIFT - NODES_WIDTH)
#define ZONES_MASK	((1ul << ZONES_WIDTH) - 1)
#define NODES_MASK	((1ul << NODES_WIDTH) - 1)
#define LISTS_PGSHIFT	(NODES_PGSHIFT - LISTS_WIDTH)
#define LISTS_MASK	((1ul << LISTS_WIDTH) - 1)
#define PAGE_PLACE_MASK	(~0ul << LISTS_PGSHIFT)	/* zone, node and list */

/* All flags, and as much around them as makes the test for any of them short. */
#define PAGE_FLAGS_WORD	(~PAGE_PLACE_MASK & 0xfffffffful)

_Static_assert(__NR_PAGEFLAGS <= LISTS_PGSHIFT && __NR_PAGEFLAGS <= 32,
	       "page flags and node overlap");

#define __PAGEFLAG_TEST(name, bit)					\
static __always_inline int Page##name(const struct page *page)		\
{									\
	return (READ_ONCE(page->flags) >> (bit)) & 1;			\
}
#define __PAGEFLAG_SET(name, bit)					\
static __always_inline void SetPage##name(struct page *page)		\
{									\
	__atomic_fetch_or(&page->flags, 1ul << (bit), __ATOMIC_RELAXED); \
}									\
static __always_inline void ClearPage##name(struct page *page)		\
{									\
	__atomic_fetch_and(&page->flags, ~(1ul << (bit)), __ATOMIC_RELEASE); \
}									\
static __always_inline void __SetPage##name(struct page *page)		\
{									\
	page->flags |= 1ul << (bit);					\
}									\
static __always_inline void __ClearPage##name(struct page *page)	\
{									\
	page->flags &= ~(1ul << (bit));					\
}
#define __PAGEFLAG_TESTSET(name, bit)					\
static __always_inline int TestSetPage##name(struct page *page)		\
{									\
	return (__atomic_fetch_or(&page->flags, 1ul << (bit),		\
				  __ATOMIC_SEQ_CST) >> (bit)) & 1;	\
}									\
static __always_inline int TestClearPage##name(struct page *page)	\
{									\
	return (__atomic_fetch_and(&page->flags, ~(1ul << (bit)),	\
				   __ATOMIC_SEQ_CST) >> (bit)) & 1;	\
}
#define PAGEFLAG(name, bit)						\
	__PAGEFLAG_TEST(name, bit)					\
	__PAGEFLAG_SET(name, bit)					\
	__PAGEFLAG_TESTSET(name, bit)

PAGEFLAG(Locked, PG_locked)
PAGEFLAG(Error, PG_error)
PAGEFLAG(Referenced, PG_referenced)
PAGEFLAG(Uptodate, PG_uptodate)
PAGEFLAG(Dirty, PG_dirty)
PAGEFLAG(LRU, PG_lru)
PAGEFLAG(Active, PG_active)
PAGEFLAG(Slab, PG_slab)
PAGEFLAG(OwnerPriv1, PG_owner_priv_1)
PAGEFLAG(Arch1, PG_arch_1)
PAGEFLAG(Reserved, PG_reserved)
PAGEFLAG(Private, PG_private)
PAGEFLAG(Private2, PG_private_2)
PAGEFLAG(Writeback, PG_writeback)
PAGEFLAG(Head, PG_head)
PAGEFLAG(SwapCache, PG_swapcache)
PAGEFLAG(MappedToDisk, PG_mappedtodisk)
PAGEFLAG(Reclaim, PG_reclaim)
PAGEFLAG(SwapBacked, PG_swapbacked)
PAGEFLAG(Unevictable, PG_unevictable)
PAGEFLAG(Mlocked, PG_mlocked)
PAGEFLAG(Uncached, PG_uncached)
PAGEFLAG(HWPoison, PG_hwpoison)
PAGEFLAG(CompoundLock, PG_compound_lock)
PAGEFLAG(Nosave, PG_nosave)
PAGEFLAG(NosaveFree, PG_nosave_free)
PAGEFLAG(Checked, PG_checked)
PAGEFLAG(FsCache, PG_fscache)
PAGEFLAG(Pinned, PG_pinned)
PAGEFLAG(SavePinned, PG_savepinned)
PAGEFLAG(SlobFree, PG_slob_free)
PAGEFLAG(Foreign, PG_foreign)
PAGEFLAG(XenRemapped, PG_xen_remap)
PAGEFLAG(Readahead, PG_readahead)
PAGEFLAG(Isolated, PG_isolated)
PAGEFLAG(Reported, PG_reported)
PAGEFLAG(HasHWPoisoned, PG_has_hwpoisoned)

/*
 * Compound pages: the head carries PG_head, each tail points to the head.
 *
 * Two flags of the documents have no bit: what PG_tail said is in compound_head, what
 * PG_highmem said is in the zone (PageHighMem() in linux/mm.h).
 */

static __always_inline int PageTail(const struct page *page)
{
	return READ_ONCE(page->compound_head) & 1;
}

static __always_inline int PageCompound(const struct page *page)
{
	return PageHead(page) || PageTail(page);
}

static __always_inline struct page *__compound_head(const struct page *page)
{
	unsigned long head = READ_ONCE(page->compound_head);

	return (struct page *)(unlikely(head & 1) ? head - 1 : (unsigned long)page);
}
#define compound_head(page)	__compound_head(page)

static __always_inline void set_compound_head(struct page *page, struct page *head)
{
	WRITE_ONCE(page->compound_head, (unsigned long)head | 1);
}

static __always_inline void clear_compound_head(struct page *page)
{
	WRITE_ONCE(page->compound_head, 0);
}

/*
 * What kind of frame it is, in the word that counts mappings while somebody uses
 * it. PAGE_TYPE_UNTOUCHED is the descriptor that nobody has written yet.
 */
#define PAGE_TYPE_UNTOUCHED	0u
#define PAGE_TYPE_NONE		(~0u)
#define PAGE_TYPE_BUDDY		0xffffff7fu	/* first frame of a free block */

static __always_inline int PageBuddy(const struct page *page)
{
	return READ_ONCE(page->page_type) == PAGE_TYPE_BUDDY;
}

static __always_inline void __SetPageBuddy(struct page *page)
{
	page->page_type = PAGE_TYPE_BUDDY;
}

static __always_inline void __ClearPageBuddy(struct page *page)
{
	page->page_type = PAGE_TYPE_NONE;
}

/** page_mapcount_reset - what the slab layer does before it gives a page back */
static __always_inline void page_mapcount_reset(struct page *page)
{
	/* Whoever frees its neighbour may look whether it is free, too. */
	WRITE_ONCE(page->page_type, PAGE_TYPE_NONE);
}

/* Flags that a page must have dropped when it is freed, and start without. */
#define __PG(name)		(1ul << PG_##name)
#define PAGE_FLAGS_CHECK_AT_FREE					\
	(__PG(locked) | __PG(lru) | __PG(active) | __PG(slab) | __PG(reserved) | \
	 __PG(private) | __PG(private_2) | __PG(writeback) | __PG(swapcache) | \
	 __PG(unevictable) | __PG(mlocked))
#define PAGE_FLAGS_CHECK_AT_PREP ((1ul << __NR_PAGEFLAGS) - 1)

#endif
