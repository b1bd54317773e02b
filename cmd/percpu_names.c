/* SPDX-License-Identifier: MIT */
/*
 * Static per-CPU variables of a module of several sources.
 *
 * A module's per-CPU variables are global symbols, so that their addresses are read from the
 * table that the loader fixes (P2 in linux/percpu-defs.h), and weak, so that they can be declared
 * first. Two sources that each have a static one of the same name would share it. What
 * `static` did bind to is __pcpu_scope_NAME: where that is local, NAME gets a name of its own in
 * the object file, "NAME.0" in the module's first source, before the linker sees it.
 *
 * The symbols stay where they are, and the names that are there, too: new ones are added
 * behind them, in a copy of the table at the end of the file.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "elffile.h"
#include "kbuild.h"
#include "percpu_names.h"

#define SCOPE	"__pcpu_scope_"

#if __SIZEOF_LONG__ == 8
#define ELF_BIND(info)	ELF64_ST_BIND(info)
#else
#define ELF_BIND(info)	ELF32_ST_BIND(info)
#endif

struct renaming {
	struct elffile file;
	struct elfsyms syms;
	const ElfW(Shdr) *names;	/* the section that has them */
	unsigned int part;
	int fd;
	char *text;			/* the new table */
	size_t size;
};

/* The section that a file's symbols have their names in; NULL: it has no symbols. */
static const ElfW(Shdr) *section_of_names(const struct elffile *e)
{
	for (size_t i = 1; i < e->head->e_shnum; i++) {
		if (e->sections[i].sh_type == SHT_SYMTAB &&
		    e->sections[i].sh_link < e->head->e_shnum)
			return &e->sections[e->sections[i].sh_link];
	}
	return NULL;
}

static bool put(int fd, const void *from, size_t size, size_t at)
{
	return pwrite(fd, from, size, (off_t)at) == (ssize_t)size;
}

/* Where in the file something is that elffile.c has found. */
static size_t place(const struct renaming *r, const void *p)
{
	return (size_t)((const unsigned char *)p - r->file.data);
}

static bool rename_symbol(struct renaming *r, const ElfW(Sym) *sym, const char *name)
{
	char *new_name = build_format("%s.%u", name, r->part);
	size_t len = strlen(new_name) + 1;
	ElfW(Sym) changed = *sym;

	changed.st_name = (ElfW(Word))r->size;
	r->text = build_grow(r->text, r->size + len);
	memcpy(r->text + r->size, new_name, len);
	r->size += len;
	free(new_name);
	return put(r->fd, &changed, sizeof(changed), place(r, sym));
}

/* The variable whose scope is local. */
static bool rename_variable(struct renaming *r, const char *name)
{
	for (size_t i = 1; i < r->syms.nr; i++) {
		const ElfW(Sym) *sym = &r->syms.sym[i];

		if (ELF_BIND(sym->st_info) == STB_WEAK && sym->st_shndx != SHN_UNDEF &&
		    !strcmp(elfsyms_name(&r->syms, i), name))
			return rename_symbol(r, sym, name);
	}
	return true;
}

static bool rename_all(struct renaming *r)
{
	size_t had = r->names->sh_size;
	ElfW(Shdr) changed = *r->names;

	r->text = build_grow(NULL, had);
	memcpy(r->text, r->file.data + r->names->sh_offset, had);
	r->size = had;
	for (size_t i = 1; i < r->syms.nr; i++) {
		const char *name = elfsyms_name(&r->syms, i);

		if (ELF_BIND(r->syms.sym[i].st_info) == STB_LOCAL &&
		    !strncmp(name, SCOPE, strlen(SCOPE)) &&
		    !rename_variable(r, name + strlen(SCOPE)))
			return false;
	}
	if (r->size == had)
		return true;
	changed.sh_offset = r->file.size;
	changed.sh_size = r->size;
	return put(r->fd, r->text, r->size, r->file.size) &&
	       put(r->fd, &changed, sizeof(changed), place(r, r->names));
}

int percpu_names_own(const char *object, unsigned int part, const char **why)
{
	struct renaming r = { .part = part };
	bool done = true;

	if (elffile_open(&r.file, object, why))
		return -1;
	r.names = section_of_names(&r.file);
	if (r.names && elffile_symbols(&r.file, SHT_SYMTAB, &r.syms)) {
		r.fd = open(object, O_WRONLY | O_CLOEXEC);
		done = r.fd >= 0 && rename_all(&r);
		if (!done)
			*why = strerror(errno);
		if (r.fd >= 0)
			close(r.fd);
	}
	free(r.text);
	elffile_close(&r.file);
	return done ? 0 : -1;
}
