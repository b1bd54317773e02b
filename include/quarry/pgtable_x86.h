/* SPDX-License-Identifier: MIT */
/*
 * Entries of x86's page tables, and the four kinds of them (Intel's Software Developer's
 * Manual, volume 3A, chapter 4).
 */
#ifndef QUARRY_PGTABLE_X86_H
#define QUARRY_PGTABLE_X86_H

#include "pgtable.h"

#define QUARRY_X86_P	0x001ull	/* present */
#define QUARRY_X86_RW	0x002ull	/* writable */
#define QUARRY_X86_US	0x004ull	/* user mode, too */
#define QUARRY_X86_PWT	0x008ull	/* write-through */
#define QUARRY_X86_PCD	0x010ull	/* not cached */
#define QUARRY_X86_A	0x020ull	/* accessed */
#define QUARRY_X86_D	0x040ull	/* dirty; leaves only */
#define QUARRY_X86_PS	0x080ull	/* a large page; above level 0 only */
#define QUARRY_X86_G	0x100ull	/* global; leaves only */
#define QUARRY_X86_NX	(1ull << 63)	/* no execution; entries of 8 bytes only */

/* 32 bits, pages of 4 KiB and 4 MiB, no NX: CR4.PSE, and CR4.PGE for G. */
extern const struct quarry_pgtable_format quarry_pgtable_x86_2level;
/* CR4.PAE: 3 levels, 4 entries in the root; 4 KiB and 2 MiB. NX: EFER.NXE. */
extern const struct quarry_pgtable_format quarry_pgtable_x86_pae;
/* 64 bits, 48 of them used: 4 KiB, 2 MiB, and 1 GiB where CPUID has it. */
extern const struct quarry_pgtable_format quarry_pgtable_x86_4level;
/* CR4.LA57: 57 bits used. */
extern const struct quarry_pgtable_format quarry_pgtable_x86_5level;

#endif
