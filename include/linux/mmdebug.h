/* SPDX-License-Identifier: MIT */
/* Checks of the memory manager's own; they cost something only with QUARRY_DEBUG. */
#ifndef _LINUX_MMDEBUG_H
#define _LINUX_MMDEBUG_H

#include <linux/bug.h>
#include <quarry/config.h>

struct page;

/** dump_page - log all there is to know about a page, and why */
void dump_page(struct page *page, const char *reason);

#if QUARRY_DEBUG
#define VM_BUG_ON(cond)		BUG_ON(cond)
#define VM_WARN_ON(cond)	((void)WARN_ON(cond))
#define VM_WARN_ON_ONCE(cond)	((void)WARN_ON_ONCE(cond))
#define VM_BUG_ON_PAGE(cond, page)					\
	do {								\
		if (unlikely(cond)) {					\
			dump_page(page, "VM_BUG_ON_PAGE(" #cond ")");	\
			BUG();						\
		}							\
	} while (0)
#define VM_WARN_ONCE(cond, ...)	((void)WARN_ONCE(cond, __VA_ARGS__))
#define VM_WARN_ON_ONCE_PAGE(cond, page)				\
	({								\
		bool __bad = (cond);					\
									\
		if (WARN_ON_ONCE(__bad))				\
			dump_page(page, "VM_WARN_ON_ONCE_PAGE(" #cond ")"); \
		unlikely(__bad);					\
	})
#else
#define VM_BUG_ON(cond)		((void)sizeof((long)(cond)))
#define VM_WARN_ON(cond)	((void)sizeof((long)(cond)))
#define VM_WARN_ON_ONCE(cond)	((void)sizeof((long)(cond)))
#define VM_BUG_ON_PAGE(cond, page) ((void)sizeof((long)(cond)))
#define VM_WARN_ONCE(cond, ...)	((void)sizeof((long)(cond)))
#define VM_WARN_ON_ONCE_PAGE(cond, page) ((void)sizeof((long)(cond)), 0)
#endif
#define VM_BUG_ON_PGFLAGS(cond, page)	VM_BUG_ON_PAGE(cond, page)
#define VIRTUAL_BUG_ON(cond)		VM_BUG_ON(cond)

#endif
