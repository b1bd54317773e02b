/* SPDX-License-Identifier: MIT */
/*
 * insmod and rmmod for shared objects. A module is bound to the kernel's symbols
 * by the dynamic linker, so that debuggers and sanitizers see it as they see any
 * library; what the dynamic linker cannot know is done here:
 *
 * L1  A symbol counts only when the kernel or another module exports it. The
 *     process has many more (the C library's); a module that uses one of those
 *     is refused with all the names that it lacks, before it is loaded.
 * L2  What another module exports wins over a library's symbol of the same name:
 *     its slots are written after dlopen().
 * L3  A slot that points into a module's per-CPU template gets the distance to
 *     the variable's copies added, once (P2 in linux/percpu-defs.h). The
 *     descriptor itself is left out: it says where the template is.
 * L4  A module's constructors and destructors would be run by dlopen() and dlclose(), on a thread
 *     that is none of the kernel's. Linux runs none either, in most configurations; a module
 *     that has some is refused. Those that a compiler adds for its own run-time support, of
 *     sanitizers and coverage, are what that support is made for.
 * L5  dlopen() and reading files need more stack than a kernel thread has; they
 *     run on a pthread of their own, which holds no CPU.
 *
 * The list of modules belongs to the thread that inserts and removes; there is one
 * such thread. Neighbours: elffile.c reads the file, kernel/ runs init and exit.
 */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "cmd.h"
#include "elffile.h"
#include "figures.h"
#include "kbuild.h"
#include "loader.h"
#include "machine.h"

static struct loaded_module *loader_list;

/* One insertion, as it is handed to the pthread that does it. */
struct opening {
	const struct build_target *t;
	struct loaded_module *m;
	struct elffile file;
	size_t mod_size;		/* of the descriptor */
	bool opened;			/* the file is */
	enum loader_result result;
};

/* C library functions that kernel code may call: the compiler does so itself. */
static const char *const loader_basics[] = {
	"memcpy", "memset", "memmove", "memcmp", "bcmp", "memchr", "strlen", "strnlen", "strcmp",
	"strncmp", "strcpy", "strncpy", "strcat", "strncat", "strchr", "strrchr", "strstr",
	"strspn", "strcspn", "strpbrk", "_GLOBAL_OFFSET_TABLE_", "__stack_chk_fail",
	/* libgcc's, as far as the kernel has them too: no 64-bit division on 32-bit. */
	"__popcountdi2", "__popcountsi2", "__clzdi2", "__ctzdi2", "__ffsdi2", "__bswapdi2",
	"__ashldi3", "__ashrdi3", "__lshrdi3", "__muldi3", "__cmpdi2", "__ucmpdi2",
	"__x86.get_pc_thunk.ax", "__x86.get_pc_thunk.bx",
};

/* Compiler run-time support, and the inline parts of the port. */
static const char *const loader_prefixes[] = {
	"__asan_", "__ubsan_", "__tsan_", "__sanitizer_", "__gcov_", "__llvm_", "__sanitizer",
	"quarry_hosted_", "quarry_host_",
};

static bool is_basic(const char *name)
{
	for (size_t i = 0; i < sizeof(loader_basics) / sizeof(loader_basics[0]); i++) {
		if (!strcmp(name, loader_basics[i]))
			return true;
	}
	for (size_t i = 0; i < sizeof(loader_prefixes) / sizeof(loader_prefixes[0]); i++) {
		if (!strncmp(name, loader_prefixes[i], strlen(loader_prefixes[i])))
			return true;
	}
	return false;
}

/* @owner: gets the module that it belongs to; may be NULL */
static const struct loader_export *find_export(const char *name, struct loaded_module **owner)
{
	for (struct loaded_module *m = loader_list; m; m = m->next) {
		for (size_t i = 0; i < m->nr_exports; i++) {
			if (strcmp(m->exports[i].name, name))
				continue;
			if (owner)
				*owner = m;
			return &m->exports[i];
		}
	}
	return NULL;
}

/* Names that are missing, each with the sources that use it. */
struct missing {
	char *name;
	char *users;
	const char *hint;
	struct missing *next;
};

static void add_missing(struct missing **list, const char *name, const char *user)
{
	struct missing *m;
	char *users;

	while (*list && strcmp((*list)->name, name))
		list = &(*list)->next;
	m = *list;
	if (!m) {
		m = build_grow(NULL, sizeof(*m));
		m->name = build_format("%s", name);
		m->users = build_format("%s", user);
		m->hint = dlsym(RTLD_DEFAULT, name) ? ": the process has it, but kernel code may "
			  "not use it" : "";
		m->next = NULL;
		*list = m;
	} else {
		users = build_format("%s, %s", m->users, user);
		free(m->users);
		m->users = users;
	}
}

/* L1 */
static bool is_provided(const char *name)
{
	void *address;

	if (find_export(name, NULL) || is_basic(name))
		return true;
	address = dlsym(RTLD_DEFAULT, name);
	return address && quarry_symbol_exported(address);
}

static bool in_objects(const struct elfsyms *tables, size_t nr, const char *name)
{
	for (size_t o = 0; o < nr; o++) {
		for (size_t i = 1; i < tables[o].nr; i++) {
			const ElfW(Sym) *s = &tables[o].sym[i];

			if (s->st_shndx != SHN_UNDEF && (s->st_info >> 4) != STB_LOCAL &&
			    !strcmp(elfsyms_name(&tables[o], i), name))
				return true;
		}
	}
	return false;
}

/* Undefined symbols of a table that neither the tables nor anybody else provide. */
static void find_missing(const struct elfsyms *syms, const char *user, const struct elfsyms *tables,
			 size_t nr_tables, struct missing **list)
{
	for (size_t i = 1; i < syms->nr; i++) {
		const ElfW(Sym) *s = &syms->sym[i];
		const char *name = elfsyms_name(syms, i);

		if (s->st_shndx != SHN_UNDEF || !*name || (s->st_info >> 4) == STB_WEAK)
			continue;
		/* THIS_MODULE is in NAME.mod.c, whose object is not among those of the user's. */
		if (nr_tables && !strcmp(name, "__this_module"))
			continue;
		if (in_objects(tables, nr_tables, name) || is_provided(name))
			continue;
		add_missing(list, name, user);
	}
}

static void look_for_missing(struct opening *o, struct missing **list)
{
	size_t nr = o->t->prebuilt ? 0 : o->t->nr_sources;
	struct elffile *files;
	struct elfsyms *tables, own;
	const char *why;

	if (!nr) {
		if (elffile_symbols(&o->file, SHT_DYNSYM, &own))
			find_missing(&own, o->t->path, NULL, 0, list);
		return;
	}
	files = build_grow(NULL, nr * sizeof(*files));
	tables = build_grow(NULL, nr * sizeof(*tables));
	memset(tables, 0, nr * sizeof(*tables));
	for (size_t i = 0; i < nr; i++) {
		if (elffile_open(&files[i], o->t->objects[i], &why)) {
			memset(&files[i], 0, sizeof(files[i]));
			continue;
		}
		elffile_symbols(&files[i], SHT_SYMTAB, &tables[i]);
	}
	for (size_t i = 0; i < nr; i++)
		find_missing(&tables[i], o->t->sources[i], tables, nr, list);
	for (size_t i = 0; i < nr; i++) {
		if (files[i].data)
			elffile_close(&files[i]);
	}
	free(files);
	free(tables);
}

static enum loader_result check_symbols(struct opening *o)
{
	struct missing *list = NULL, *m;
	enum loader_result result = LOADER_OK;

	look_for_missing(o, &list);
	while ((m = list)) {
		build_say("%s: Unknown symbol %s (used in %s)%s", o->t->name, m->name, m->users,
			  m->hint);
		result = LOADER_SYMBOL;
		list = m->next;
		free(m->name);
		free(m->users);
		free(m);
	}
	return result;
}

/* @built_for: from a module, @size bytes with the NUL. Says what is wrong. */
static bool check_magic(const char *path, const char *built_for, size_t size)
{
	const struct machine_desc *d = session_machine();

	if (size == sizeof(BUILD_MAGIC) && !memcmp(built_for, BUILD_MAGIC, size))
		return true;
	if (size != sizeof(BUILD_MAGIC BUILD_LOWMEM) ||
	    memcmp(built_for, BUILD_MAGIC BUILD_LOWMEM, size)) {
		build_say("%s: built for '%.*s', but this is '%s'", path, (int)size, built_for,
			  BUILD_MAGIC);
		return false;
	}
	if (!d || machine_has_highmem(d)) {
		build_say("%s: built for machines without high memory, which %s has: build it "
			  "anew, with the same --machine", path, d ? d->name : "this one");
		return false;
	}
	return true;
}

/* Is this file a module for the Quarry that runs? Says so when it is not. */
static bool check_file(struct opening *o)
{
	const ElfW(Shdr) *magic;
	const char *why = NULL;

	if (elffile_open(&o->file, o->t->path, &why)) {
		build_say("%s: %s", o->t->path, why);
		return false;
	}
	o->opened = true;
	if (o->file.head->e_type == ET_REL) {
		build_say("%s: a relocatable object, as Linux's own build makes them; quarry needs "
			  "the module's sources", o->t->path);
		return false;
	}
	magic = elffile_section(&o->file, "quarry_magic");
	if (o->file.head->e_type != ET_DYN || !magic || magic->sh_type != SHT_PROGBITS ||
	    !magic->sh_size) {
		build_say("%s: not a module that was built for quarry", o->t->path);
		return false;
	}
	return check_magic(o->t->path, (const char *)o->file.data + magic->sh_offset,
			   magic->sh_size);
}

static void find_text(struct opening *o, uintptr_t base)
{
	const ElfW(Phdr) *p = (const void *)(o->file.data + o->file.head->e_phoff);
	struct loaded_module *m = o->m;

	for (size_t i = 0; i < o->file.head->e_phnum; i++) {
		if (p[i].p_type != PT_LOAD || !(p[i].p_flags & PF_X))
			continue;
		if (!m->text || base + p[i].p_vaddr < m->text)
			m->text = base + p[i].p_vaddr;
		if (base + p[i].p_vaddr + p[i].p_memsz > m->text_end)
			m->text_end = base + p[i].p_vaddr + p[i].p_memsz;
	}
}

static uintptr_t base_of(const struct loaded_module *m)
{
	struct link_map *map = NULL;

	dlinfo(m->handle, RTLD_DI_LINKMAP, &map);
	return map ? (uintptr_t)map->l_addr : 0;
}

static bool find_descriptor(struct opening *o)
{
	struct elfsyms syms;

	o->m->mod = dlsym(o->m->handle, "__this_module");
	if (!o->m->mod || !elffile_symbols(&o->file, SHT_DYNSYM, &syms))
		return false;
	for (size_t i = 1; i < syms.nr; i++) {
		if (!strcmp(elfsyms_name(&syms, i), "__this_module"))
			o->mod_size = syms.sym[i].st_size;
	}
	return o->mod_size != 0;
}

/* Linux refuses a second owner of a name; so do we. */
static bool check_exports(struct loaded_module *m)
{
	void *address;

	for (size_t i = 0; i < m->nr_exports; i++) {
		const char *name = m->exports[i].name;

		address = dlsym(RTLD_DEFAULT, name);
		if (find_export(name, NULL) || (address && address != m->exports[i].value &&
					  quarry_symbol_exported(address))) {
			build_say("%s: exports duplicate symbol %s", m->name, name);
			return false;
		}
	}
	return true;
}

/* Constructors and destructors (L4). */

/* C has no such names, but for _sub_I_: gcc's, of a priority that is reserved for the compiler. */
static bool is_compilers(const char *name)
{
	if (!strncmp(name, "_sub_I_00", 9) || !strncmp(name, "_sub_D_00", 9))
		return atoi(name + 7) <= 100;
	return strstr(name, ".module_ctor") || strstr(name, ".module_dtor") ||
	       !strncmp(name, "__llvm_", 7) || !strncmp(name, "__gcov_", 7);
}

struct table {
	const ElfW(Shdr) *section;
	uintptr_t *functions;		/* in the file's numbering */
	const struct elfsyms *syms;
};

static void note_function(void *ctx, uintptr_t where, unsigned int type, size_t sym,
			  intptr_t addend)
{
	struct table *t = ctx;
	uintptr_t offset = where - t->section->sh_addr;

	if (offset >= t->section->sh_size / sizeof(long) * sizeof(long))
		return;
	t->functions[offset / sizeof(long)] = (uintptr_t)addend +
		(sym && sym < t->syms->nr ? t->syms->sym[sym].st_value : 0);
}

/* Adds to @names those of a table that are the module's own. */
static void find_run_by_linker(const struct elffile *e, const ElfW(Shdr) *section, char **names)
{
	struct elfsyms syms = { NULL, 0, NULL, 0 };
	struct table t = { .section = section, .syms = &syms };
	size_t nr = section->sh_size / sizeof(long);
	const char *name;
	char *more;

	t.functions = build_grow(NULL, nr * sizeof(long) + 1);
	memcpy(t.functions, e->data + section->sh_offset, nr * sizeof(long));
	elffile_symbols(e, SHT_DYNSYM, &syms);
	elffile_relocs(e, note_function, &t);
	for (size_t i = 0; i < nr; i++) {
		name = elffile_function(e, t.functions[i]);
		if (name && is_compilers(name))
			continue;
		more = build_format("%s%s%s", *names ? *names : "", *names ? ", " : "",
				    name ? name : "one without a name");
		free(*names);
		*names = more;
	}
	free(t.functions);
}

static bool has_none(struct opening *o, unsigned int type, const char *what)
{
	char *names = NULL;

	for (size_t i = 1; i < o->file.head->e_shnum; i++) {
		if (o->file.sections[i].sh_type == type)
			find_run_by_linker(&o->file, &o->file.sections[i], &names);
	}
	if (!names)
		return true;
	build_say("%s: it has %s: %s", o->t->name, what, names);
	free(names);
	return false;
}

static bool check_constructors(struct opening *o)
{
	static const char constructors[] =
		"constructors, which Linux runs in no module without CONFIG_CONSTRUCTORS";
	bool none = has_none(o, SHT_PREINIT_ARRAY, constructors);

	none &= has_none(o, SHT_INIT_ARRAY, constructors);
	return has_none(o, SHT_FINI_ARRAY, "destructors, which Linux never runs") && none;
}

/* L5: runs on a pthread of its own. */
static void *open_module(void *arg)
{
	struct opening *o = arg;
	const ElfW(Shdr) *exports;
	uintptr_t base;

	o->result = LOADER_BAD_FILE;
	if (!check_file(o))
		return NULL;
	o->result = check_symbols(o);
	if (o->result != LOADER_OK)
		return NULL;
	o->result = LOADER_REFUSED;
	if (!check_constructors(o))
		return NULL;
	o->result = LOADER_BAD_FILE;
	exports = elffile_section(&o->file, "quarry_ksymtab");
	o->m->handle = dlopen(o->t->path, RTLD_NOW | (exports ? RTLD_GLOBAL : RTLD_LOCAL));
	if (!o->m->handle) {
		build_say("%s: %s", o->t->name, dlerror());
		return NULL;
	}
	base = base_of(o->m);
	find_text(o, base);
	if (!find_descriptor(o)) {
		build_say("%s: it has no module descriptor", o->t->path);
		return NULL;
	}
	if (exports) {
		o->m->exports = (const void *)(base + exports->sh_addr);
		o->m->nr_exports = exports->sh_size / sizeof(*o->m->exports);
	}
	o->result = check_exports(o->m) ? LOADER_OK : LOADER_REFUSED;
	return NULL;
}

static void run_on_pthread(void *(*fn)(void *), void *arg)
{
	pthread_t thread;
	int err = pthread_create(&thread, NULL, fn, arg);

	if (err) {
		build_say("a thread would not start: %s", strerror(err));
		exit(EXIT_TROUBLE);
	}
	pthread_join(thread, NULL);
}

enum slot_kind { SLOT_OTHER, SLOT_OWN, SLOT_SYMBOL };

static enum slot_kind slot_kind(unsigned int type)
{
	switch (type) {
#if defined(__x86_64__)
	case R_X86_64_RELATIVE:
		return SLOT_OWN;
	case R_X86_64_64:
	case R_X86_64_GLOB_DAT:
	case R_X86_64_JUMP_SLOT:
		return SLOT_SYMBOL;
#elif defined(__i386__)
	case R_386_RELATIVE:
		return SLOT_OWN;
	case R_386_32:
	case R_386_GLOB_DAT:
	case R_386_JMP_SLOT:
		return SLOT_SYMBOL;
#elif defined(__aarch64__)
	case R_AARCH64_RELATIVE:
		return SLOT_OWN;
	case R_AARCH64_ABS64:
	case R_AARCH64_GLOB_DAT:
	case R_AARCH64_JUMP_SLOT:
		return SLOT_SYMBOL;
#elif defined(__riscv)
	case R_RISCV_RELATIVE:
		return SLOT_OWN;
	case R_RISCV_64:
	case R_RISCV_JUMP_SLOT:
		return SLOT_SYMBOL;
#endif
	}
	return SLOT_OTHER;
}

/* Does the value of such a slot have an addend of its own? */
static bool has_addend(unsigned int type)
{
#if defined(__x86_64__)
	return type == R_X86_64_64;
#elif defined(__i386__)
	return type == R_386_32;
#elif defined(__aarch64__)
	return type == R_AARCH64_ABS64;
#else
	return type == R_RISCV_64;
#endif
}

struct fixing {
	struct opening *o;
	struct elfsyms syms;
	uintptr_t base;
};

/* A slot may be in what ASan takes for the red zone of a variable: its own tables are. */
struct slot {
	uintptr_t value;
} __attribute__((__packed__));

static uintptr_t __attribute__((__no_sanitize__("address"), __noinline__)) slot_get(uintptr_t at)
{
	return ((volatile struct slot *)at)->value;
}

static void __attribute__((__no_sanitize__("address"), __noinline__))
slot_set(uintptr_t at, uintptr_t value)
{
	((volatile struct slot *)at)->value = value;
}

/* L2, L3 for one slot. */
static void fix_slot(void *ctx, uintptr_t where, unsigned int type, size_t sym, intptr_t addend)
{
	struct fixing *f = ctx;
	struct loaded_module *own = f->o->m, *m;
	uintptr_t slot = f->base + where, value;
	const struct loader_export *e;
	enum slot_kind kind = slot_kind(type);

	if (kind == SLOT_OTHER || slot - (uintptr_t)own->mod < f->o->mod_size)
		return;
	if (kind == SLOT_SYMBOL && sym < f->syms.nr && f->syms.sym[sym].st_shndx == SHN_UNDEF) {
		e = find_export(elfsyms_name(&f->syms, sym), NULL);
		if (e) {
			slot_set(slot, (uintptr_t)e->value +
				       (uintptr_t)(has_addend(type) ? addend : 0));
			return;
		}
	}
	value = slot_get(slot);
	for (m = own; m; m = m == own ? loader_list : m->next) {
		if (value >= m->percpu && value < m->percpu_end) {
			slot_set(slot, value + (uintptr_t)m->percpu_delta);
			return;
		}
	}
}

static int bind(struct opening *o)
{
	struct fixing f = { .o = o, .base = base_of(o->m) };
	struct loaded_module *m = o->m;
	size_t size = 0;
	int err;

	err = quarry_module_percpu(m->mod, &m->percpu, &size, &m->percpu_delta);
	if (err)
		return err;
	m->percpu_end = m->percpu + size;
	if (elffile_symbols(&o->file, SHT_DYNSYM, &f.syms))
		elffile_relocs(&o->file, fix_slot, &f);
	return 0;
}

static void *close_module(void *handle)
{
	dlclose(handle);
	return NULL;
}

static void free_module(struct loaded_module *m)
{
	if (m->handle)
		run_on_pthread(close_module, m->handle);
	free(m->name);
	free(m->path);
	free(m);
}

/* Modules whose exports this one is bound to stay for as long as it does. */
static void note_uses(struct opening *o)
{
	struct loaded_module *m = o->m, *of;
	struct elfsyms own;

	if (!elffile_symbols(&o->file, SHT_DYNSYM, &own))
		return;
	for (size_t i = 1; i < own.nr; i++) {
		if (own.sym[i].st_shndx != SHN_UNDEF)
			continue;
		if (!find_export(elfsyms_name(&own, i), &of))
			continue;
		if (of != m && of->live && quarry_module_use(m->mod, of->mod))
			build_say("%s: no memory to note that it uses %s", m->name, of->name);
	}
}

enum loader_result loader_insert(const struct build_target *t, char *const params[],
				 struct loaded_module **out)
{
	struct loaded_module *m;
	struct opening o = { .t = t };
	int err;

	m = loader_find(t->name);
	if (m && m->live) {
		build_say("%s: this module is loaded already", t->name);
		return LOADER_REFUSED;
	}
	m = build_grow(NULL, sizeof(*m));
	memset(m, 0, sizeof(*m));
	m->name = build_format("%s", t->name);
	m->path = build_format("%s", t->path);
	o.m = m;
	run_on_pthread(open_module, &o);
	err = o.result == LOADER_OK ? bind(&o) : 0;
	if (o.result != LOADER_OK || err) {
		if (err)
			build_say("%s: no room for its per-CPU variables", m->name);
		if (o.opened)
			elffile_close(&o.file);
		free_module(m);
		return err ? LOADER_REFUSED : o.result;
	}
	m->next = loader_list;
	loader_list = m;
	quarry_hosted_module_added(m->name, m->path, m->text, m->text_end);
	figures_begin();
	err = quarry_module_insert(m->mod, m->text, m->text_end, params, &m->init_result);
	figures_end();
	if (!err && quarry_module_live(m->mod))
		note_uses(&o);
	elffile_close(&o.file);
	if (err) {
		build_say("%s: not inserted: %s", m->name, strerror(-err));
		quarry_module_percpu_free(m->mod);
		loader_unmap(m);
		return err == -EEXIST || err == -ENOMEM ? LOADER_REFUSED : LOADER_PARAM;
	}
	m->live = quarry_module_live(m->mod);
	*out = m;
	return LOADER_OK;
}

int loader_remove(struct loaded_module *m)
{
	int err;

	figures_begin();
	err = quarry_module_remove(m->name);
	figures_end();
	if (!err)
		m->live = false;
	return err;
}

static void unlist(struct loaded_module *m)
{
	struct loaded_module **p = &loader_list;

	while (*p && *p != m)
		p = &(*p)->next;
	if (*p)
		*p = m->next;
}

void loader_unmap(struct loaded_module *m)
{
	unlist(m);
	quarry_hosted_module_removed(m->name, m->path, m->text, m->text_end);
	free_module(m);
}

struct loaded_module *loader_first(void)
{
	return loader_list;
}

struct loaded_module *loader_find(const char *name)
{
	struct loaded_module *m;

	for (m = loader_list; m; m = m->next) {
		if (!strcmp(m->name, name))
			return m;
	}
	return NULL;
}

void loader_reset(void)
{
	while (loader_list)
		loader_unmap(loader_list);
}
