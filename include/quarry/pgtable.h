/* SPDX-License-Identifier: MIT */
/*
 * Page tables, for ports that have real ones: 2 to 5 levels of any processor whose
 * tables are trees of pages.
 *
 * A port says where table pages come from (struct quarry_pgtable_ops) and of what shape
 * its processor wants them (struct quarry_pgtable_format; pgtable_x86.h has x86's). With
 * that, its quarry_host_map() is quarry_pgtable_map() on the kernel's table, and
 * quarry_host_unmap() is quarry_pgtable_unmap().
 *
 * Levels are counted from the bottom: a table of level 0 maps pages of 4 KiB, the root is
 * of level levels - 1. An entry of level n is one in a table of level n; it is empty, a
 * leaf (which maps memory), or leads to a table of level n - 1.
 *
 * The kernel's part of all address spaces is in one table, the master. Mapping changes
 * only that (document 004). Below format->private_level the tables of that part are the
 * same in all spaces; only the entries of the private level are copies, and those that
 * came later are copied when an access to them faults: quarry_pgtable_fault().
 *
 * Concurrency: changes of a table, and quarry_pgtable_space_init() and _destroy() of what
 * shares it, are kept apart by the caller, one lock for a master and its spaces. The
 * processor, quarry_pgtable_fault() and quarry_pgtable_lookup() need none: an entry is
 * stored whole, and what it leads to before it. (Entries of 64 bits where a long has 32:
 * in halves, the one with the present bit last, and first when it goes; so the processor
 * and faults never see a mixture, but lookups need the lock.) A table page that a large
 * page replaces is given back after flush() has been told: who looks without the lock does
 * it in a way that the port's flush or table_put() waits for, with interrupts off, say.
 */
#ifndef QUARRY_PGTABLE_H
#define QUARRY_PGTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host.h"

#define QUARRY_PGTABLE_LEVELS	5	/* at most */

enum quarry_pgtable_flags {
	QUARRY_PGTABLE_LARGE	= 1,	/* large pages where both addresses and the length allow */
	QUARRY_PGTABLE_GLOBAL	= 2,	/* its translation outlives a change of the space */
	QUARRY_PGTABLE_USER	= 4,	/* user mode may use it, too */
};

struct quarry_pgtable;

/**
 * struct quarry_pgtable_format - what tables look like to a processor
 * @name: for people
 * @levels: 2 to QUARRY_PGTABLE_LEVELS
 * @bits: of the index into a table, by its level
 * @entry_bytes: 4 or 8
 * @phys_bits: bits of a physical address
 * @large: bit n: entries of level n may be leaves; bit 0 is set
 * @private_level: tables of this level and above are each space's own. The root's, or the
 *	one below it if @fixed_root
 * @fixed_root: the processor reads the root once, when it is loaded: so its entries are
 *	filled when the table is made
 * @sign_extended: addresses have 64 bits, the upper ones equal to the highest translated;
 *	else they end there
 * @no_exec: entries can forbid execution
 * @present: entries with one of these bits, all below bit 32, are not empty
 * @leaf: the entry that maps @pa; prot has QUARRY_PROT_READ at least
 * @table: the entry that leads to the table page at @pa, @level is the entry's
 * @is_leaf: of an entry that is not empty
 * @address: where what it maps or leads to is
 * @decode: what a leaf allows, as in enum quarry_prot and enum quarry_pgtable_flags
 *
 * Bytes of an entry are ordered as the processor's own: little-endian.
 */
struct quarry_pgtable_format {
	const char *name;
	unsigned int levels;
	unsigned char bits[QUARRY_PGTABLE_LEVELS];
	unsigned int entry_bytes;
	unsigned int phys_bits;
	unsigned int large;
	unsigned int private_level;
	bool fixed_root;
	bool sign_extended;
	bool no_exec;
	uint32_t present;
	uint64_t (*leaf)(const struct quarry_pgtable *t, unsigned int level, uint64_t pa,
			 unsigned int prot, unsigned int flags);
	uint64_t (*table)(unsigned int level, uint64_t pa);
	bool (*is_leaf)(unsigned int level, uint64_t entry);
	uint64_t (*address)(unsigned int level, uint64_t entry);
	void (*decode)(unsigned int level, uint64_t entry, unsigned int *prot,
		       unsigned int *flags);
};

/**
 * struct quarry_pgtable_ops - what the port does for a table
 * @table_get: a table page for @level, zeroed, its physical address to @pa; NULL: there is
 *	none. x86: the root of PAE, of level 2, must lie below 4 GiB
 * @table_put: give one back. Other processors may walk through it until they have been
 *	flushed: a port that only notes what flush() says keeps it until then
 * @table_at: where the table page at @pa can be read and written
 * @flush: translations of [@va, @va + @bytes) may be cached, and are wrong now. What was
 *	empty before is not told. NULL: nobody caches any
 *
 * Context: as the call that needs it, with the caller's lock.
 */
struct quarry_pgtable_ops {
	void *(*table_get)(void *ctx, unsigned int level, uint64_t *pa);
	void (*table_put)(void *ctx, unsigned int level, void *table, uint64_t pa);
	void *(*table_at)(void *ctx, uint64_t pa);
	void (*flush)(void *ctx, uint64_t va, uint64_t bytes);
};

/*
 * One address space, or the master.
 * Keys: C fixed when it is made | P the port may lower it before the first mapping, where
 * its processor has less than the format | W the caller's lock
 */
struct quarry_pgtable {
	const struct quarry_pgtable_format *format; /* C */
	const struct quarry_pgtable_ops *ops;	/* C */
	void *ctx;			/* C  of ops */
	unsigned char shift[QUARRY_PGTABLE_LEVELS + 1];	/* C  what an entry of a level maps */
	unsigned int large;		/* P */
	unsigned int phys_bits;		/* P */
	bool no_exec;			/* P */
	void *root;			/* C */
	uint64_t root_pa;		/* C  for the processor's register */
	struct quarry_pgtable *master;	/* C  of a space: who has the shared part; else NULL */
	uint64_t shared;		/* C  where that part begins, without sign extension */
	unsigned int spaces;		/* W  of a master: who shares that part */
	unsigned long tables;		/* W  table pages of its own, the root too */
};

/* For quarry_pgtable_init(): no part is shared. */
#define QUARRY_PGTABLE_UNSHARED	(~(uint64_t)0)

/**
 * quarry_pgtable_init - make an empty table
 * @t: filled
 * @format: lives as long
 * @ops: lives as long
 * @ctx: their first argument
 * @shared: first address of the part that spaces will share, which goes to the highest
 *	address; a multiple of what an entry of the private level maps; or
 *	QUARRY_PGTABLE_UNSHARED
 * Return: 0; -ENOMEM, when nothing is left over; -EINVAL: @shared is no such address.
 */
int quarry_pgtable_init(struct quarry_pgtable *t, const struct quarry_pgtable_format *format,
			const struct quarry_pgtable_ops *ops, void *ctx, uint64_t shared);

/**
 * quarry_pgtable_space_init - make a table that shares the upper part of another one
 * @space: filled; what the master has is there, below that part nothing
 * @master: made by quarry_pgtable_init() with a shared part
 *
 * While a master has spaces, its leaves of the private level (large pages of the direct
 * map, on i386) are fixed: a change of them would miss the copies. New mappings use
 * smaller pages.
 * Return: 0; -ENOMEM; -EINVAL: it shares nothing.
 */
int quarry_pgtable_space_init(struct quarry_pgtable *space, struct quarry_pgtable *master);

/**
 * quarry_pgtable_destroy - give all of its table pages back
 * @t: no processor uses it any more. What it shares with its master stays
 * Return: 0; -EBUSY: a master that still has spaces.
 */
int quarry_pgtable_destroy(struct quarry_pgtable *t);

/**
 * quarry_pgtable_map - map physically contiguous memory
 * @t: a space below its shared part, a master everywhere
 * @va: where, a multiple of QUARRY_PAGE_SIZE
 * @pa: what, likewise
 * @bytes: how much, likewise, not 0
 * @prot: bits of enum quarry_prot, at least one of READ, WRITE, EXEC; the latter two imply
 *	the first
 * @flags: bits of enum quarry_pgtable_flags
 *
 * What was mapped there is replaced; large pages that begin or end outside are split.
 * Return: 0; or nothing that was mapped has changed: -ENOMEM when there was no table page
 * (some that were made stay, empty or as the pieces of a large page, for later);
 * -EINVAL: no such addresses; -EBUSY: fixed, see quarry_pgtable_space_init().
 */
int quarry_pgtable_map(struct quarry_pgtable *t, uint64_t va, uint64_t pa, uint64_t bytes,
		       unsigned int prot, unsigned int flags);

/**
 * quarry_pgtable_unmap - make a range empty
 * @t, @va, @bytes: as above; parts may be empty already
 *
 * Needs table pages, at most one per level and end, only if a large page begins or ends
 * outside the range. Table pages that become empty stay until quarry_pgtable_destroy(), or
 * until a large page replaces them: so the copies of entries that lead to them stay right.
 * Return: as above.
 */
int quarry_pgtable_unmap(struct quarry_pgtable *t, uint64_t va, uint64_t bytes);

/* A leaf. */
struct quarry_pgtable_leaf {
	uint64_t va, pa, bytes;		/* of all that the entry maps */
	unsigned int level;
	unsigned int prot, flags;	/* enum quarry_prot; GLOBAL and USER */
};

/**
 * quarry_pgtable_lookup - what is mapped at an address
 * @leaf: filled if something is; @leaf->pa + (@va - @leaf->va) is the physical address
 * Context: any; see "Concurrency" above.
 */
bool quarry_pgtable_lookup(const struct quarry_pgtable *t, uint64_t va,
			   struct quarry_pgtable_leaf *leaf);

/**
 * quarry_pgtable_walk - call a function for each leaf in a range, by address
 * @va: a multiple of QUARRY_PAGE_SIZE
 * @bytes: likewise; of the first and the last leaf, parts may be outside
 * @fn: does not change the table; another result than 0 ends the walk
 * @arg: its first argument
 * Return: 0, @fn's result, or -EINVAL: no such addresses.
 */
int quarry_pgtable_walk(const struct quarry_pgtable *t, uint64_t va, uint64_t bytes,
			int (*fn)(void *arg, const struct quarry_pgtable_leaf *leaf), void *arg);

enum quarry_pgtable_fault {
	QUARRY_PGTABLE_NOTHING,	/* the master has nothing there, either: a bad access */
	QUARRY_PGTABLE_COPIED,	/* the space has the entry now: do the access again */
	QUARRY_PGTABLE_THERE,	/* it has it already, from another processor: do it again */
};

/**
 * quarry_pgtable_fault - an access found no translation: is it the master's?
 * @space: the table that the processor used
 * @va: what was accessed
 *
 * Only for faults whose cause is an empty entry (x86: bit 0 of the error code is clear).
 * One on a mapping that forbids the access would be done again for ever.
 * Context: any, interrupts off or on, several processors at once; takes no lock, and
 * needs no memory.
 */
enum quarry_pgtable_fault quarry_pgtable_fault(struct quarry_pgtable *space, uint64_t va);

/**
 * quarry_pgtable_validate - check the whole tree
 * Return: NULL, or what is wrong with it.
 */
const char *quarry_pgtable_validate(const struct quarry_pgtable *t);

#endif
