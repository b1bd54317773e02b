/* SPDX-License-Identifier: MIT */
/*
 * ELF files of this process's own class and machine, as the loader reads them:
 * sections, symbols, relocations. Everything is read from a private mapping of
 * the file; a file that lies about its sizes is refused by elffile_open(), and
 * what the functions below it return lies inside the file.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "elffile.h"

#if __SIZEOF_LONG__ == 8
#define ELF_OWN_CLASS	ELFCLASS64
#define ELF_SYM(info)	ELF64_R_SYM(info)
#define ELF_TYPE(info)	ELF64_R_TYPE(info)
#else
#define ELF_OWN_CLASS	ELFCLASS32
#define ELF_SYM(info)	ELF32_R_SYM(info)
#define ELF_TYPE(info)	ELF32_R_TYPE(info)
#endif

#if defined(__x86_64__)
#define ELF_OWN_MACHINE	EM_X86_64
#elif defined(__i386__)
#define ELF_OWN_MACHINE	EM_386
#elif defined(__aarch64__)
#define ELF_OWN_MACHINE	EM_AARCH64
#elif defined(__riscv)
#define ELF_OWN_MACHINE	EM_RISCV
#else
#error "which ELF machine is this?"
#endif

static bool inside(const struct elffile *e, uint64_t offset, uint64_t size)
{
	return offset <= e->size && size <= e->size - offset;
}

static const char *check(struct elffile *e)
{
	const ElfW(Shdr) *s;

	e->head = (const void *)e->data;
	if (e->size < sizeof(*e->head) || memcmp(e->head->e_ident, ELFMAG, SELFMAG))
		return "not an ELF file";
	if (e->head->e_ident[EI_CLASS] != ELF_OWN_CLASS || e->head->e_machine != ELF_OWN_MACHINE)
		return "built for another kind of processor than this quarry";
	if (!e->head->e_shnum || e->head->e_shentsize != sizeof(*s) ||
	    !inside(e, e->head->e_shoff, (uint64_t)e->head->e_shnum * sizeof(*s)) ||
	    e->head->e_shoff % sizeof(long) || e->head->e_shstrndx >= e->head->e_shnum)
		return "its section table is damaged";
	e->sections = (const void *)(e->data + e->head->e_shoff);
	for (size_t i = 0; i < e->head->e_shnum; i++) {
		s = &e->sections[i];
		if (s->sh_type != SHT_NOBITS && s->sh_type != SHT_NULL &&
		    !inside(e, s->sh_offset, s->sh_size))
			return "a section lies outside of the file";
		if ((s->sh_type == SHT_STRTAB) &&
		    (!s->sh_size || e->data[s->sh_offset + s->sh_size - 1]))
			return "a table of names is damaged";
	}
	s = &e->sections[e->head->e_shstrndx];
	if (s->sh_type != SHT_STRTAB)
		return "its table of section names is damaged";
	e->names = (const char *)e->data + s->sh_offset;
	e->names_size = s->sh_size;
	if (!inside(e, e->head->e_phoff, (uint64_t)e->head->e_phnum * sizeof(ElfW(Phdr))) ||
	    (e->head->e_phnum && e->head->e_phentsize != sizeof(ElfW(Phdr))))
		return "its program headers are damaged";
	return NULL;
}

int elffile_open(struct elffile *e, const char *path, const char **why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t size;

	memset(e, 0, sizeof(*e));
	if (fd < 0) {
		*why = strerror(errno);
		return -1;
	}
	size = lseek(fd, 0, SEEK_END);
	if (size < (off_t)sizeof(ElfW(Ehdr))) {
		*why = "not an ELF file";
		close(fd);
		return -1;
	}
	e->size = (size_t)size;
	e->data = mmap(NULL, e->size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (e->data == MAP_FAILED) {
		*why = strerror(errno);
		return -1;
	}
	*why = check(e);
	if (*why) {
		elffile_close(e);
		return -1;
	}
	return 0;
}

void elffile_close(struct elffile *e)
{
	munmap(e->data, e->size);
}

const ElfW(Shdr) *elffile_section(const struct elffile *e, const char *name)
{
	for (size_t i = 1; i < e->head->e_shnum; i++) {
		if (e->sections[i].sh_name < e->names_size &&
		    !strcmp(e->names + e->sections[i].sh_name, name))
			return &e->sections[i];
	}
	return NULL;
}

bool elffile_symbols(const struct elffile *e, unsigned int type, struct elfsyms *syms)
{
	const ElfW(Shdr) *s, *names;

	for (size_t i = 1; i < e->head->e_shnum; i++) {
		s = &e->sections[i];
		if (s->sh_type != type || s->sh_link >= e->head->e_shnum ||
		    s->sh_offset % sizeof(long))
			continue;
		names = &e->sections[s->sh_link];
		if (names->sh_type != SHT_STRTAB)
			continue;
		syms->sym = (const void *)(e->data + s->sh_offset);
		syms->nr = s->sh_size / sizeof(*syms->sym);
		syms->names = (const char *)e->data + names->sh_offset;
		syms->names_size = names->sh_size;
		return true;
	}
	return false;
}

const char *elfsyms_name(const struct elfsyms *syms, size_t i)
{
	if (i >= syms->nr || syms->sym[i].st_name >= syms->names_size)
		return "";
	return syms->names + syms->sym[i].st_name;
}

const char *elffile_function(const struct elffile *e, uintptr_t address)
{
	static const unsigned int types[] = { SHT_SYMTAB, SHT_DYNSYM };
	struct elfsyms syms;

	for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++) {
		if (!elffile_symbols(e, types[t], &syms))
			continue;
		for (size_t i = 1; i < syms.nr; i++) {
			const ElfW(Sym) *s = &syms.sym[i];

			if (s->st_shndx != SHN_UNDEF && (s->st_info & 0xf) == STT_FUNC &&
			    s->st_value == address && *elfsyms_name(&syms, i))
				return elfsyms_name(&syms, i);
		}
	}
	return NULL;
}

/* What the file has at an address; the addend of a REL relocation is there. */
static intptr_t word_at(const struct elffile *e, uintptr_t where)
{
	const ElfW(Phdr) *p = (const void *)(e->data + e->head->e_phoff);
	intptr_t word = 0;

	for (size_t i = 0; i < e->head->e_phnum; i++) {
		if (p[i].p_type == PT_LOAD && where >= p[i].p_vaddr &&
		    where - p[i].p_vaddr < p[i].p_filesz &&
		    inside(e, p[i].p_offset + (where - p[i].p_vaddr), sizeof(word))) {
			memcpy(&word, e->data + p[i].p_offset + (where - p[i].p_vaddr),
			       sizeof(word));
			break;
		}
	}
	return word;
}

void elffile_relocs(const struct elffile *e,
		    void (*each)(void *ctx, uintptr_t where, unsigned int type, size_t sym,
				 intptr_t addend),
		    void *ctx)
{
	const ElfW(Shdr) *s;

	for (size_t i = 1; i < e->head->e_shnum; i++) {
		s = &e->sections[i];
		if (!(s->sh_flags & SHF_ALLOC) || s->sh_offset % sizeof(long))
			continue;
		if (s->sh_type == SHT_RELA) {
			const ElfW(Rela) *r = (const void *)(e->data + s->sh_offset);

			for (size_t n = s->sh_size / sizeof(*r); n--; r++)
				each(ctx, r->r_offset, ELF_TYPE(r->r_info), ELF_SYM(r->r_info),
				     (intptr_t)r->r_addend);
		} else if (s->sh_type == SHT_REL) {
			const ElfW(Rel) *r = (const void *)(e->data + s->sh_offset);

			for (size_t n = s->sh_size / sizeof(*r); n--; r++)
				each(ctx, r->r_offset, ELF_TYPE(r->r_info), ELF_SYM(r->r_info),
				     word_at(e, r->r_offset));
		}
	}
}
