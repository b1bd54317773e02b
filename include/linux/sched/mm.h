/* SPDX-License-Identifier: MIT */
/* A section in which every allocation may do less than its flags say. */
#ifndef _LINUX_SCHED_MM_H
#define _LINUX_SCHED_MM_H

#include <linux/sched.h>
#include <linux/gfp.h>

static inline gfp_t current_gfp_context(gfp_t flags)
{
	unsigned int pf = READ_ONCE(current->flags);

	if (pf & PF_MEMALLOC_NOIO)
		flags &= ~(__GFP_IO | __GFP_FS);
	else if (pf & PF_MEMALLOC_NOFS)
		flags &= ~__GFP_FS;
	return flags;
}

#define __MEMALLOC_SCOPE(name, bit)					\
static inline unsigned int memalloc_##name##_save(void)			\
{									\
	unsigned int flags = current->flags & (bit);			\
									\
	current->flags |= (bit);					\
	return flags;							\
}									\
static inline void memalloc_##name##_restore(unsigned int flags)	\
{									\
	current->flags = (current->flags & ~(unsigned int)(bit)) | flags; \
}
__MEMALLOC_SCOPE(noio, PF_MEMALLOC_NOIO)
__MEMALLOC_SCOPE(nofs, PF_MEMALLOC_NOFS)
__MEMALLOC_SCOPE(noreclaim, PF_MEMALLOC)
#undef __MEMALLOC_SCOPE

#endif
