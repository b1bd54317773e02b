/* SPDX-License-Identifier: MIT */
/* Values that show where memory has been. */
#ifndef _LINUX_POISON_H
#define _LINUX_POISON_H

#define POISON_POINTER_DELTA	0

/* Pointers that fault when they are followed. */
#define LIST_POISON1		((void *)(0x100 + POISON_POINTER_DELTA))
#define LIST_POISON2		((void *)(0x122 + POISON_POINTER_DELTA))
#define TIMER_ENTRY_STATIC	((void *)(0x300 + POISON_POINTER_DELTA))
#define PP_SIGNATURE		(0x40 + POISON_POINTER_DELTA)

#define PAGE_POISON		0xaa	/* free pages */
#define SLUB_RED_INACTIVE	0xbb	/* around a free object */
#define SLUB_RED_ACTIVE		0xcc	/* around an object in use */
#define POISON_INUSE		0x5a	/* memory that was never an object yet */
#define POISON_FREE		0x6b	/* a free object */
#define POISON_END		0xa5	/* its last byte */
#define RED_INACTIVE		0x09F911029D74E35BULL
#define RED_ACTIVE		0xD84156C5635688C0ULL
#define POISON_FREE_INITMEM	0xcc
#define MUTEX_DEBUG_INIT	0x11
#define MUTEX_DEBUG_FREE	0x22
#define KEY_DESTROY		0xbd

#endif
