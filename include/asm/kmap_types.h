/* SPDX-License-Identifier: MIT */
/* The slots of kmap_atomic() and kmap_local_page(), one set per CPU. Document 000. */
#ifndef _ASM_KMAP_TYPES_H
#define _ASM_KMAP_TYPES_H

#include <linux/types.h>

/* Names for the 2.6 era's kmap_atomic(). */
enum km_type {
	KM_BOUNCE_READ,
	KM_SKB_SUNRPC_DATA,
	KM_SKB_DATA_SOFTIRQ,
	KM_USER0,
	KM_USER1,
	KM_BIO_SRC_IRQ,
	KM_BIO_DST_IRQ,
	KM_PTE0,
	KM_PTE1,
	KM_PTE2,
	KM_IRQ0,
	KM_IRQ1,
	KM_SOFTIRQ0,
	KM_SOFTIRQ1,
	KM_SYNC_ICACHE,
	KM_SYNC_DCACHE,
	KM_UML_USERCOPY,
	KM_IRQ_PTE,
	KM_NMI,
	KM_NMI_PTE,
	KM_TYPE_NR
};

/* Slots per CPU for kmap_local_page() and for kmap_atomic() without a type. */
#define KM_MAX_IDX	16

/* What mm/kmap_local.c knows of a mapping. */
struct kmap_mapping {
	unsigned long pfn;
	unsigned long site;		/* who mapped it */
	unsigned int seq;		/* in the order in which its CPU's were made */
	unsigned int context;		/* interrupts that it was made in: bits of the count */
	unsigned short prot;		/* bits of enum quarry_prot */
	unsigned char nr;		/* of the slot */
	bool atomic;			/* by kmap_atomic() */
	bool left;			/* by kmap_atomic(), and left; has been reported */
};

/* Mappings of a task that has no CPU. Keys: O the task, as it leaves a CPU and comes back */
struct kmap_ctrl {
	unsigned int nr;		/* O */
	const unsigned long *cpus_allowed; /* O  where it may run when it has none any more */
	struct kmap_mapping maps[KM_MAX_IDX]; /* O  nr of them */
};

#endif
