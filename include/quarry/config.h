/* SPDX-License-Identifier: MIT */
/*
 * Limits that are fixed when the core is compiled. They size arrays; everything
 * that a machine may differ in comes at boot, in struct quarry_machine.
 */
#ifndef QUARRY_CONFIG_H
#define QUARRY_CONFIG_H

#ifndef QUARRY_MAX_CPUS
#define QUARRY_MAX_CPUS		256
#endif

#ifndef QUARRY_MAX_NODES
#define QUARRY_MAX_NODES	64
#endif

/* Ranges of physical memory a machine description may have, before merging. */
#ifndef QUARRY_MAX_RANGES
#define QUARRY_MAX_RANGES	256
#endif

#define QUARRY_PAGE_SHIFT	12
#define QUARRY_PAGE_SIZE	4096ul

/* Bits of a physical address: 64 TiB, or PAE's 64 GiB where a long has 32 bits. */
#if __SIZEOF_LONG__ == 8
#define QUARRY_PHYS_BITS	46
#else
#define QUARRY_PHYS_BITS	36
#endif

/* Expensive self-checks: lock ranks, validate() after boot. Set by the build. */
#ifndef QUARRY_DEBUG
#define QUARRY_DEBUG		0
#endif

#endif
