// SPDX-License-Identifier: MIT
/*
 * x86's page tables as data for mm/pgtable.c. See include/quarry/pgtable_x86.h.
 *
 * An access is allowed if every level allows it; entries that lead to tables allow all, the
 * leaf decides. A and D are set from the start: the processor would set them, with an atomic
 * access to a table that others share.
 */
#include <linux/types.h>

#include <quarry/pgtable_x86.h>

#define ADDRESS_4	0xfffff000ull			/* entries of 4 bytes */
#define ADDRESS_8	0x000ffffffffff000ull		/* of 8: up to 52 bits */

/* Both sizes: bits above 32 are 0 in entries of 4 bytes, which have no NX. */
static uint64_t x86_leaf(const struct quarry_pgtable *t, unsigned int level, uint64_t pa,
			 unsigned int prot, unsigned int flags)
{
	uint64_t entry = pa | QUARRY_X86_P | QUARRY_X86_A;

	if (prot & QUARRY_PROT_WRITE)
		entry |= QUARRY_X86_RW | QUARRY_X86_D;
	if (prot & QUARRY_PROT_NOCACHE)
		entry |= QUARRY_X86_PCD | QUARRY_X86_PWT;	/* UC in the PAT's default */
	if (!(prot & QUARRY_PROT_EXEC) && t->no_exec)
		entry |= QUARRY_X86_NX;
	if (flags & QUARRY_PGTABLE_USER)
		entry |= QUARRY_X86_US;
	if (flags & QUARRY_PGTABLE_GLOBAL)
		entry |= QUARRY_X86_G;
	if (level)
		entry |= QUARRY_X86_PS;
	return entry;
}

static uint64_t x86_table(unsigned int level, uint64_t pa)
{
	return pa | QUARRY_X86_P | QUARRY_X86_RW | QUARRY_X86_US | QUARRY_X86_A;
}

/* The four entries of PAE's root have neither rights nor A: those bits are reserved. */
static uint64_t pae_table(unsigned int level, uint64_t pa)
{
	return level == 2 ? pa | QUARRY_X86_P : x86_table(level, pa);
}

/* Bit 7 of an entry of level 0 belongs to the PAT. */
static bool x86_is_leaf(unsigned int level, uint64_t entry)
{
	return !level || (entry & QUARRY_X86_PS);
}

/* Bit 12 of a large page is the PAT's; bits from there to its size are 0 otherwise. */
static uint64_t address_4(unsigned int level, uint64_t entry)
{
	return entry & (level && (entry & QUARRY_X86_PS) ? 0xffc00000ull : ADDRESS_4);
}

static uint64_t address_8(unsigned int level, uint64_t entry)
{
	if (level && (entry & QUARRY_X86_PS))
		return entry & ADDRESS_8 & ~((1ull << (12 + 9 * level)) - 1);
	return entry & ADDRESS_8;
}

static void x86_decode(unsigned int level, uint64_t entry, unsigned int *prot, unsigned int *flags)
{
	*prot = QUARRY_PROT_READ;
	if (entry & QUARRY_X86_RW)
		*prot |= QUARRY_PROT_WRITE;
	if (entry & QUARRY_X86_PCD)
		*prot |= QUARRY_PROT_NOCACHE;
	if (!(entry & QUARRY_X86_NX))
		*prot |= QUARRY_PROT_EXEC;
	*flags = 0;
	if (entry & QUARRY_X86_US)
		*flags |= QUARRY_PGTABLE_USER;
	if (entry & QUARRY_X86_G)
		*flags |= QUARRY_PGTABLE_GLOBAL;
}

const struct quarry_pgtable_format quarry_pgtable_x86_2level = {
	.name = "2 levels",
	.levels = 2, .bits = { 10, 10 }, .entry_bytes = 4, .phys_bits = 32,
	.large = 0x3, .private_level = 1,
	.present = QUARRY_X86_P, .leaf = x86_leaf, .table = x86_table, .is_leaf = x86_is_leaf,
	.address = address_4, .decode = x86_decode,
};

const struct quarry_pgtable_format quarry_pgtable_x86_pae = {
	.name = "3 levels (PAE)",
	.levels = 3, .bits = { 9, 9, 2 }, .entry_bytes = 8, .phys_bits = 52,
	.large = 0x3, .private_level = 1, .fixed_root = true, .no_exec = true,
	.present = QUARRY_X86_P, .leaf = x86_leaf, .table = pae_table, .is_leaf = x86_is_leaf,
	.address = address_8, .decode = x86_decode,
};

const struct quarry_pgtable_format quarry_pgtable_x86_4level = {
	.name = "4 levels",
	.levels = 4, .bits = { 9, 9, 9, 9 }, .entry_bytes = 8, .phys_bits = 52,
	.large = 0x7, .private_level = 3, .sign_extended = true, .no_exec = true,
	.present = QUARRY_X86_P, .leaf = x86_leaf, .table = x86_table, .is_leaf = x86_is_leaf,
	.address = address_8, .decode = x86_decode,
};

const struct quarry_pgtable_format quarry_pgtable_x86_5level = {
	.name = "5 levels",
	.levels = 5, .bits = { 9, 9, 9, 9, 9 }, .entry_bytes = 8, .phys_bits = 52,
	.large = 0x7, .private_level = 4, .sign_extended = true, .no_exec = true,
	.present = QUARRY_X86_P, .leaf = x86_leaf, .table = x86_table, .is_leaf = x86_is_leaf,
	.address = address_8, .decode = x86_decode,
};
