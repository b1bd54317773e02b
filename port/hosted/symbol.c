/* SPDX-License-Identifier: MIT */
/*
 * Names for code addresses, from the debug information of this process.
 *
 * libdwfl reads files, allocates and needs far more stack than a kernel thread has,
 * so a thread of its own does it for everybody: a caller leaves one address and
 * waits for the text. That thread lives as long as the process, with what it has
 * read. Without libdw the dynamic linker's names must do.
 *
 * Y1  A caller waits for at most WAIT seconds. A server that is stuck (the process
 *     is crashing, and something holds the allocator) is not asked again.
 * Y2  Answers are kept per address until a module comes or goes.
 * Y3  Nodes of the module list are reused but never freed: port_symbol_in_module()
 *     reads it without a lock, from fault handlers.
 *
 * Locking: box.lock, taken with interrupts off; held by the server except while it
 * reads.
 */
#include "internal.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#ifdef HAVE_LIBDW
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#endif

#define WAIT	10
#define TEXT	512
#define CACHE	1024	/* a power of two */

/* Keys: A atomic | L box.lock */
struct module {
	uintptr_t lo, hi;	/* A  its code; hi is 0 in a free node */
	char name[64];		/* L */
	char *path;		/* L  may be NULL */
	struct module *next;	/* A  fixed once the node is reachable */
};

struct answer {
	uintptr_t pc;
	bool back;
	char *text;
};

/* Keys: L lock */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t asked, answered;
	pid_t pid;		/* L  whose server it is: a fork has none */
	bool dead;		/* L  Y1 */
	bool taken, ready;	/* L  a caller has the box; its text is there */
	uintptr_t pc;		/* L */
	bool back;		/* L  the instruction before pc is meant: a call */
	char text[TEXT];	/* L */
	struct answer cache[CACHE]; /* L  written by the server */
	unsigned int changes;	/* L  modules that came or went */
	unsigned int seen;	/* L  of these, by the server */
} box = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct module *modules;

extern char __executable_start[], etext[];

bool port_symbol_in_module(uintptr_t pc)
{
	struct module *m = __atomic_load_n(&modules, __ATOMIC_ACQUIRE);

	for (; m; m = m->next) {
		uintptr_t hi = __atomic_load_n(&m->hi, __ATOMIC_ACQUIRE);

		if (pc < hi && pc >= __atomic_load_n(&m->lo, __ATOMIC_RELAXED))
			return true;
	}
	return false;
}

/* The server's half. */

/* Copies what is registered about [lo, hi); false: nothing. */
static bool lookup_module(uintptr_t lo, uintptr_t hi, char *name, char **path)
{
	bool found = false;

	pthread_mutex_lock(&box.lock);
	for (struct module *m = modules; m && !found; m = m->next) {
		if (m->hi <= lo || m->lo >= hi)
			continue;
		found = true;
		memcpy(name, m->name, sizeof(m->name));
		if (path)
			*path = m->path ? strdup(m->path) : NULL;
	}
	pthread_mutex_unlock(&box.lock);
	return found;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void add_text(char *text, const char *format, ...)
	__attribute__((__format__(__printf__, 2, 3)));

static void add_text(char *text, const char *format, ...)
{
	size_t len = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + len, TEXT - len, format, args);
	va_end(args);
}

static void add_symbol(char *text, const char *name, uintptr_t offset, uintptr_t size)
{
	add_text(text, "%s+%#lx", name, (unsigned long)offset);
	if (!offset)	/* printf writes a plain 0 */
		memcpy(text + strlen(text) - 1, "0x0", 4);
	if (size)
		add_text(text, "/%#lx", (unsigned long)size);
}

static void describe_by_linker(uintptr_t pc, bool back, char *text)
{
	uintptr_t at = pc - back;
	char name[sizeof(modules->name)];
	const ElfW(Sym) *sym = NULL;
	Dl_info info;

	if (!dladdr1((void *)at, &info, (void **)&sym, RTLD_DL_SYMENT))
		return;
	if (info.dli_sname)
		add_symbol(text, info.dli_sname, pc - (uintptr_t)info.dli_saddr,
			   sym ? sym->st_size : 0);
	else
		add_text(text, "%#lx", (unsigned long)(pc - (uintptr_t)info.dli_fbase));
	if (lookup_module(at, at + 1, name, NULL))
		add_text(text, " [%s]", name);
	else if (info.dli_fname && info.dli_fbase != (void *)__executable_start)
		add_text(text, " [%s]", base_name(info.dli_fname));
}

#ifdef HAVE_LIBDW
static Dwfl *dwfl;	/* the server's alone */

/* The path that was registered is more to be trusted than what maps shows. */
static int find_elf(Dwfl_Module *mod, void **userdata, const char *modname, Dwarf_Addr base,
		    char **file_name, Elf **elf)
{
	char name[sizeof(modules->name)], *path = NULL;
	Dwarf_Addr start = base, end = base + 1;

	dwfl_module_info(mod, NULL, &start, &end, NULL, NULL, NULL, NULL);
	if (lookup_module((uintptr_t)start, (uintptr_t)end, name, &path) && path) {
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd >= 0) {
			*file_name = path;
			return fd;
		}
		free(path);
	}
	return dwfl_linux_proc_find_elf(mod, userdata, modname, base, file_name, elf);
}

/* Only what the file itself holds: no search of the system, no download. */
static int find_debuginfo(Dwfl_Module *mod, void **userdata, const char *modname,
			  Dwarf_Addr base, const char *file_name, const char *link,
			  GElf_Word crc, char **debuginfo_file_name)
{
	return -1;
}

static const Dwfl_Callbacks callbacks = {
	.find_elf = find_elf,
	.find_debuginfo = find_debuginfo,
};

/* A module may come back at the same address with other code: begin anew. */
static void refresh(void)
{
	if (dwfl)
		dwfl_end(dwfl);
	dwfl = dwfl_begin(&callbacks);
	if (!dwfl)
		return;
	dwfl_report_begin(dwfl);
	dwfl_linux_proc_report(dwfl, getpid());
	dwfl_report_end(dwfl, NULL, NULL);
}

/* The unit that has the code; clang writes no index of them: go through all. */
static Dwarf_Die *find_unit(Dwfl_Module *mod, Dwarf_Addr pc, Dwarf_Addr *bias)
{
	Dwarf_Die *cu = dwfl_module_addrdie(mod, pc, bias);

	if (cu)
		return cu;
	while ((cu = dwfl_module_nextcu(mod, cu, bias))) {
		if (dwarf_haspc(cu, pc - *bias) == 1)
			return cu;
	}
	return NULL;
}

static bool is_header(const char *file)
{
	size_t n = strlen(file);

	return n > 2 && !strcmp(file + n - 2, ".h");
}

/* The innermost function that is there as such, or inlined, at an address. */
static bool innermost_function(Dwarf_Die *cu, Dwarf_Addr pc, Dwarf_Die *die)
{
	Dwarf_Die *scopes = NULL;
	int n = dwarf_getscopes(cu, pc, &scopes);
	bool found = false;

	for (int i = 0; i < n && !found; i++) {
		int tag = dwarf_tag(&scopes[i]);

		if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine) {
			*die = scopes[i];
			found = true;
		}
	}
	free(scopes);
	return found;
}

/*
 * What a header's inline function does is its caller's doing: go out to the first
 * line that is not in a header.
 */
static void leave_headers(Dwarf_Die *cu, Dwarf_Addr pc, const char **file, int *number)
{
	Dwarf_Die die, *scopes = NULL;
	Dwarf_Attribute attr;
	Dwarf_Files *files;
	Dwarf_Word index, line;
	size_t nr_files;
	int n;

	if (!innermost_function(cu, pc, &die) || dwarf_getsrcfiles(cu, &files, &nr_files))
		return;
	n = dwarf_getscopes_die(&die, &scopes);
	for (int i = 0; i < n && is_header(*file); i++) {
		if (dwarf_tag(&scopes[i]) != DW_TAG_inlined_subroutine)
			continue;
		if (dwarf_formudata(dwarf_attr(&scopes[i], DW_AT_call_file, &attr), &index) ||
		    dwarf_formudata(dwarf_attr(&scopes[i], DW_AT_call_line, &attr), &line) ||
		    !dwarf_filesrc(files, index, NULL, NULL))
			break;
		*file = dwarf_filesrc(files, index, NULL, NULL);
		*number = (int)line;
	}
	free(scopes);
}

static void add_line(Dwfl_Module *mod, Dwarf_Addr pc, char *text)
{
	Dwarf_Addr bias;
	Dwarf_Die *cu = find_unit(mod, pc, &bias);
	Dwarf_Line *line = cu ? dwarf_getsrc_die(cu, pc - bias) : NULL;
	const char *file = line ? dwarf_linesrc(line, NULL, NULL) : NULL;
	int number;

	if (!file || dwarf_lineno(line, &number))
		return;
	leave_headers(cu, pc - bias, &file, &number);
	add_text(text, " %s:%d", base_name(file), number);
}

static bool describe_by_dwarf(uintptr_t pc, bool back, char *text)
{
	uintptr_t at = pc - back;
	Dwfl_Module *mod = dwfl ? dwfl_addrmodule(dwfl, at) : NULL;
	char name[sizeof(modules->name)];
	const char *sym;
	GElf_Off offset;
	GElf_Sym entry;

	if (!mod)
		return false;
	sym = dwfl_module_addrinfo(mod, at, &offset, &entry, NULL, NULL, NULL);
	if (!sym)
		return false;
	add_symbol(text, sym, (uintptr_t)offset + back, (uintptr_t)entry.st_size);
	if (lookup_module(at, at + 1, name, NULL))
		add_text(text, " [%s]", name);
	else if (at < (uintptr_t)__executable_start || at >= (uintptr_t)etext)
		add_text(text, " [%s]", base_name(dwfl_module_info(mod, NULL, NULL, NULL, NULL,
								   NULL, NULL, NULL)));
	add_line(mod, at, text);
	return true;
}
#else
static void refresh(void)
{
}

static bool describe_by_dwarf(uintptr_t pc, bool back, char *text)
{
	return false;
}
#endif

static void describe(uintptr_t pc, bool back, bool stale, char *text)
{
	if (stale)
		refresh();
	text[0] = '\0';
	if (!describe_by_dwarf(pc, back, text))
		describe_by_linker(pc, back, text);
}

static void forget_answers(void)
{
	for (int i = 0; i < CACHE; i++) {
		free(box.cache[i].text);
		box.cache[i] = (struct answer){ 0 };
	}
}

static struct answer *slot(uintptr_t pc)
{
	return &box.cache[(pc ^ pc >> 10 ^ pc >> 20) & (CACHE - 1)];
}

static void *serve(void *arg)
{
	pthread_setname_np(pthread_self(), "quarry-symbols");
	pthread_mutex_lock(&box.lock);
	for (;;) {
		unsigned int changes;
		char text[TEXT];
		uintptr_t pc;
		bool stale, back;

		while (!box.taken || box.ready)
			pthread_cond_wait(&box.asked, &box.lock);
		pc = box.pc;
		back = box.back;
		changes = box.changes;
		stale = box.seen != changes;
		if (stale)
			forget_answers();
		box.seen = changes;
		pthread_mutex_unlock(&box.lock);
		describe(pc, back, stale, text);
		pthread_mutex_lock(&box.lock);
		memcpy(box.text, text, sizeof(text));
		if (changes == box.changes) {
			free(slot(pc)->text);
			*slot(pc) = (struct answer){ pc, back, strdup(text) };
		}
		box.ready = true;
		pthread_cond_broadcast(&box.answered);
	}
	return NULL;
}

/**
 * port_symbol_up - start the server, once per process
 * Context: not a thread of the machine.
 */
void port_symbol_up(void)
{
	pthread_condattr_t cond;
	pthread_attr_t attr;
	sigset_t all, old;
	pthread_t thread;

	if (box.pid == getpid())
		return;
	pthread_mutex_init(&box.lock, NULL);
	pthread_condattr_init(&cond);
	pthread_condattr_setclock(&cond, CLOCK_MONOTONIC);
	pthread_cond_init(&box.asked, &cond);
	pthread_cond_init(&box.answered, &cond);
	pthread_condattr_destroy(&cond);
	box.taken = box.ready = false;
	box.changes++;
	sigfillset(&all);
	sigdelset(&all, SIGPROF);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	box.dead = pthread_create(&thread, &attr, serve, NULL) != 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	box.pid = getpid();
}

/* The callers' half. */

/* Waits for the server; false when it is stuck (Y1). box.lock held. */
static bool await(const bool *flag, bool value)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_sec += WAIT;
	while (*flag != value && !box.dead) {
		if (pthread_cond_timedwait(&box.answered, &box.lock, &ts) == ETIMEDOUT)
			box.dead = true;
	}
	return !box.dead;
}

static size_t copy_text(const char *text, char *buf, size_t size)
{
	size_t len = strlen(text);

	if (!size)
		return 0;
	if (len >= size)
		len = size - 1;
	memcpy(buf, text, len);
	buf[len] = '\0';
	return len;
}

static size_t ask(uintptr_t pc, bool back, char *buf, size_t size)
{
	size_t len = 0;

	if (!await(&box.taken, false))
		return 0;
	box.taken = true;
	box.ready = false;
	box.pc = pc;
	box.back = back;
	pthread_cond_signal(&box.asked);
	if (await(&box.ready, true))
		len = copy_text(box.text, buf, size);
	box.taken = box.ready = false;
	pthread_cond_broadcast(&box.answered);
	return len;
}

struct question {
	uintptr_t pc;
	bool returns;
	char *buf;
	size_t size, len;
};

static void answer(void *arg)
{
	struct question *q = arg;
	uintptr_t pc = q->pc;
	bool back = q->returns && port_is_return(pc);

	for (const struct port_trap *trap = port_trap; trap; trap = trap->outer)
		back &= trap->pc != pc;
	pthread_mutex_lock(&box.lock);
	if (box.pid && !box.dead) {
		const struct answer *a = slot(pc);

		if (a->text && a->pc == pc && a->back == back && box.seen == box.changes)
			q->len = copy_text(a->text, q->buf, q->size);
		else
			q->len = ask(pc, back, q->buf, q->size);
	}
	pthread_mutex_unlock(&box.lock);
}

size_t quarry_host_symbol(uintptr_t pc, bool returns, char *buf, size_t size)
{
	struct question q = { .pc = pc, .returns = returns, .buf = buf, .size = size };
	unsigned long flags = port_enter();
	int saved = errno;

	port_on_host(answer, &q);
	errno = saved;
	port_leave(flags);
	return q.len;
}

void quarry_hosted_module_added(const char *name, const char *path, uintptr_t lo, uintptr_t hi)
{
	unsigned long flags = port_enter();
	struct module *m;

	pthread_mutex_lock(&box.lock);
	for (m = modules; m && m->hi; m = m->next)
		;
	if (!m) {
		m = calloc(1, sizeof(*m));
		if (m) {
			m->next = modules;
			__atomic_store_n(&modules, m, __ATOMIC_RELEASE);
		}
	}
	if (m) {
		snprintf(m->name, sizeof(m->name), "%s", name);
		m->path = path ? strdup(path) : NULL;
		__atomic_store_n(&m->lo, lo, __ATOMIC_RELAXED);
		__atomic_store_n(&m->hi, hi, __ATOMIC_RELEASE);
	}
	box.changes++;
	pthread_mutex_unlock(&box.lock);
	port_leave(flags);
}

void quarry_hosted_module_removed(const char *name, const char *path, uintptr_t lo,
				  uintptr_t hi)
{
	unsigned long flags = port_enter();

	pthread_mutex_lock(&box.lock);
	for (struct module *m = modules; m; m = m->next) {
		if (m->lo != lo || m->hi != hi || strncmp(m->name, name, sizeof(m->name) - 1))
			continue;
		__atomic_store_n(&m->hi, 0, __ATOMIC_RELEASE);
		free(m->path);
		m->path = NULL;
		break;
	}
	box.changes++;
	pthread_mutex_unlock(&box.lock);
	port_leave(flags);
}
