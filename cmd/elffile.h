/* SPDX-License-Identifier: MIT */
/* ELF files of this process's own class and machine, as the loader reads them. */
#ifndef QUARRY_CMD_ELFFILE_H
#define QUARRY_CMD_ELFFILE_H

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elffile {
	unsigned char *data;
	size_t size;
	const ElfW(Ehdr) *head;
	const ElfW(Shdr) *sections;
	const char *names;		/* of the sections */
	size_t names_size;
};

/* A table of symbols in a file. */
struct elfsyms {
	const ElfW(Sym) *sym;
	size_t nr;
	const char *names;
	size_t names_size;
};

/**
 * elffile_open - map a file, check its structure
 * @why: gets a few words when it cannot be used
 * Return: 0 or -1.
 */
int elffile_open(struct elffile *e, const char *path, const char **why);
void elffile_close(struct elffile *e);

/** elffile_section - the section of a name, or NULL; its contents are in the file */
const ElfW(Shdr) *elffile_section(const struct elffile *e, const char *name);

/** elffile_symbols - the symbols in the (first) section of a type. Return: false: none */
bool elffile_symbols(const struct elffile *e, unsigned int type, struct elfsyms *syms);

/** elfsyms_name - a symbol's name, or "" */
const char *elfsyms_name(const struct elfsyms *syms, size_t i);

/** elffile_function - the name of the function at an address, in the file's numbering, or NULL */
const char *elffile_function(const struct elffile *e, uintptr_t address);

/**
 * elffile_relocs - look at each relocation that the dynamic linker does
 * @each: gets where (an address in the file's own numbering), type, symbol, addend
 */
void elffile_relocs(const struct elffile *e,
		    void (*each)(void *ctx, uintptr_t where, unsigned int type, size_t sym,
				 intptr_t addend),
		    void *ctx);

#endif
