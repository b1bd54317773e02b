// SPDX-License-Identifier: MIT
/*
 * A session: the machine that the options describe, booted, around a function.
 *
 * Everything that the port may call at a bad moment (the log, the end) uses only
 * write(2) and _exit(2): it may run in a signal handler.
 */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "machine.h"
#include "options.h"
#include "quarry/kernel.h"

#include "build.h"

#define MAX_FILE	(1u << 20)	/* bytes; a real map has a few thousand */
#define DEBUG_CMDLINE	"slub_debug=FZPU page_owner=on debug_preempt=1 debug_vmalloc=on debug_kmap=on " \
			"debug_percpu=on"
#define RAM_ENOUGH_KIB	(16u << 10)	/* for a kernel, whatever is on its command line */
#define DEBUG_ASAN	" kasan=on"	/* modules are compiled for ASan, too */

static struct machine_desc desc;
static struct quarry_range ranges[QUARRY_MAX_RANGES];	/* of it, its devices' included */
static struct quarry_hosted_device devices[MACHINE_MAX_DEVICES];
static const struct session *current;
static bool left_up;
static char *volatile left_cmdline;	/* of the machine that stays up; leak checkers look here */

const struct machine_desc *session_machine(void)
{
	return &desc;
}

void session_leave_up(void)
{
	left_up = true;
}

/* Reads a file that is small enough to be a memory map. */
static char *read_file(const char *name, size_t *len)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	char *text = malloc(MAX_FILE + 1);
	ssize_t n = fd < 0 || !text ? -1 : 1;

	for (*len = 0; n > 0 && *len <= MAX_FILE; *len += n > 0 ? (size_t)n : 0)
		n = read(fd, text + *len, MAX_FILE + 1 - *len);
	if (n < 0)
		out_error("--machine: %s: %s", name, strerror(errno));
	else if (*len > MAX_FILE)
		out_error("--machine: %s: larger than 1 MiB; not a memory map", name);
	if (fd >= 0)
		close(fd);
	if (n >= 0 && *len <= MAX_FILE)
		return text;
	free(text);
	return NULL;
}

static int from_file(const struct quarry_options *o)
{
	char err[512], *text;
	size_t len;
	int rc;

	if (o->mem || o->nodes) {
		out_error("%s: '%s' says how much there is; only presets can be changed so",
			  o->mem ? "--mem" : "--nodes", o->machine);
		return EXIT_USAGE;
	}
	text = read_file(o->machine, &len);
	if (!text)
		return EXIT_USAGE;
	rc = machine_parse(&desc, o->machine, text, len, err, sizeof(err));
	free(text);
	if (rc) {
		fprintf(stderr, "%s\n", err);
		return EXIT_USAGE;
	}
	if (*desc.note && !o->quiet)
		fprintf(stderr, "%s: %s\n", o->machine, desc.note);
	if (o->cpus) {
		desc.has_cpu_node = desc.has_cpu_node && o->cpus <= desc.nr_cpus;
		desc.nr_cpus = o->cpus;
	}
	return 0;
}

static int no_such_machine(const char *name)
{
	const char *names[16], *close;
	char list[256] = "";
	unsigned int i;

	for (i = 0; i < 15 && machine_preset_name(i); i++) {
		names[i] = machine_preset_name(i);
		strcat(strcat(list, i ? ", " : ""), names[i]);
	}
	names[i] = NULL;
	close = option_closest(name, names);
	if (close)
		out_error("--machine: '%s' is neither a preset nor a file; did you mean '%s'?",
			  name, close);
	else
		out_error("--machine: '%s' is neither a preset (%s) nor a file", name, list);
	return EXIT_USAGE;
}

static int describe(const struct session *s)
{
	const struct quarry_options *o = s->o;
	const char *name = o->machine;
	struct machine_changes changes = { o->mem, o->cpus, o->nodes };
	char err[256], preset[64];

	if (s->machine) {
		snprintf(preset, sizeof(preset), "%.*s", (int)strcspn(s->machine, " "), s->machine);
		name = preset;
		changes = (struct machine_changes){ 0, 0, 0 };
	}
	if (!name)
		name = machine_preset_name(0);
	if (!machine_preset(&desc, name, &changes, err, sizeof(err)))
		return 0;
	if (*err) {
		out_error("%s", err);
		return EXIT_USAGE;
	}
	if (s->machine || access(name, F_OK))
		return no_such_machine(name);
	return from_file(o);
}

/* --device */
static int add_devices(const struct quarry_options *o)
{
	char err[256];

	for (unsigned int i = 0; i < o->devices.count; i++) {
		if (!machine_device_parse(&desc, o->devices.item[i], err, sizeof(err)) &&
		    !machine_device_check(&desc, desc.nr_devices - 1, err, sizeof(err)))
			continue;
		out_error("--device %s: %s", o->devices.item[i], err);
		return EXIT_USAGE;
	}
	return 0;
}

/* Their ranges follow the machine's. */
static void fill_devices(struct quarry_machine *m, struct quarry_hosted_options *o)
{
	memcpy(ranges, desc.ranges, desc.nr_ranges * sizeof(*ranges));
	for (unsigned int i = 0; i < desc.nr_devices; i++) {
		const struct machine_device *v = &desc.devices[i];

		ranges[m->nr_ranges++] = (struct quarry_range){
			v->start, v->end, QUARRY_DEVICE, 0, v->name
		};
		devices[i] = (struct quarry_hosted_device){
			v->name, v->start, v->end, v->kind, v->file
		};
	}
	m->ranges = ranges;
	o->devices = devices;
	o->nr_devices = desc.nr_devices;
}

static void fill(struct quarry_machine *m, const char *cmdline)
{
	*m = (struct quarry_machine){
		.size = sizeof(*m),
		.name = desc.name,
		.nr_ranges = desc.nr_ranges,
		.nr_cpus = desc.nr_cpus,
		.nr_nodes = desc.nr_nodes,
		.cpu_node = desc.has_cpu_node ? desc.cpu_node : NULL,
		.distance = desc.has_distance ? desc.distance : NULL,
		.dma_end = desc.dma_end,
		.dma32_end = desc.dma32_end,
		.lowmem_end = desc.lowmem_end,
		.pkmap_slots = desc.pkmap_slots,
		.cmdline = cmdline,
	};
}

/* Async-signal-safe; one write per line, so that lines of several CPUs stay whole. */
static void print_log(int level, const char *line, size_t len)
{
	const struct session *s = current;
	enum out_style style = level <= 3 ? OUT_BAD : level == 4 ? OUT_WARN : OUT_PLAIN;
	const char *on = out_on(s->log_fd, style), *off = out_off(s->log_fd);
	struct iovec v[] = {
		{ (void *)on, strlen(on) },
		{ (void *)line, len },
		{ (void *)off, style == OUT_PLAIN ? 0 : strlen(off) },
		{ (void *)"\n", 1 },
	};

	if (s->log) {
		s->log(level, line, len);
	} else if (level <= s->log_level && writev(s->log_fd, v, 4) < 0 && errno == EAGAIN) {
		out_raw(s->log_fd, line, len);
		out_raw(s->log_fd, "\n", 1);
	}
}

static void end(enum quarry_fatal kind, const char *why)
{
	static const char *const what[] = {
		[FATAL_PANIC] = "quarry: the kernel panicked: ",
		[FATAL_FAULT] = "quarry: the machine died of a fault: ",
		[FATAL_STALL] = "quarry: the machine stalled: ",
	};

	if (current->last_words) {
		current->last_words(kind, why);
	} else {
		out_raw(2, what[kind], strlen(what[kind]));
		out_raw(2, why, strlen(why));
		out_raw(2, "\n", 1);
	}
	_exit(kind == FATAL_STALL ? EXIT_STALL : EXIT_FAULT);
}

/* Of the machine of the last session. */
static uint64_t ram_kib;

const char *session_error(int err)
{
	static char text[80];

	/* The host may be short of memory, too, and then it is not the machine's fault. */
	if (err != -ENOMEM || ram_kib >= RAM_ENOUGH_KIB)
		return strerror(-err);
	snprintf(text, sizeof(text), "the machine has too little memory, %" PRIu64 " KiB", ram_kib);
	return text;
}

static uint64_t ram_of(const struct quarry_machine *m)
{
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < m->nr_ranges; i++)
		if (m->ranges[i].type == QUARRY_RAM)
			bytes += m->ranges[i].end - m->ranges[i].start;
	return bytes >> 10;
}

struct boot {
	const struct quarry_machine *m;
	int (*body)(void *arg);
	void *arg;
	int result;
};

static void boot(void *arg)
{
	struct boot *b = arg;
	int err;

	ram_kib = ram_of(b->m);
	err = quarry_boot(b->m);
	b->result = EXIT_TROUBLE;
	if (err) {
		out_error("the machine does not boot: %s%s", session_error(err),
			  current->log_level < 6 ? "; --verbose shows its log" : "");
		return;
	}
	err = quarry_kernel_start();
	if (err) {
		out_error("the kernel does not start: %s", session_error(err));
	} else {
		b->result = b->body(b->arg);
		if (left_up)
			return;
		quarry_kernel_stop();
	}
	quarry_shutdown();
}

/* The kernel's command line, in memory of its own; NULL: no memory. */
static char *make_cmdline(const struct session *s)
{
	const char *debug = s->debug && !s->o->no_debug ? DEBUG_CMDLINE :
			    s->o->leaks ? "kmemleak=on" : "";
	const char *asan = s->debug && !s->o->no_debug && strstr(QUARRY_SANITIZE, "address") ?
			   DEBUG_ASAN : "";
	const char *own = s->machine ? strchr(s->machine, ' ') : NULL;
	const char *user = s->o->cmdline ? s->o->cmdline : "";
	char *text;

	/* The user's comes last: of two equal parameters the later one counts. */
	return asprintf(&text, "%s%s%s%s%s", debug, asan, own ? own : "",
			(*debug || own) && *user ? " " : "", user) < 0 ? NULL : text;
}

int session_run(const struct session *s, int (*body)(void *arg), void *arg)
{
	struct quarry_hosted_options hosted = {
		.seeded = s->o->seeded, .seed = s->o->seed, .log = print_log, .fatal = end,
		.page_table = s->page_table,
	};
	struct quarry_machine m;
	struct boot b = { .m = &m, .body = body, .arg = arg, .result = EXIT_TROUBLE };
	char err[256], *cmdline;
	int rc = describe(s);

	if (!rc && !s->machine)
		rc = add_devices(s->o);
	if (rc)
		return rc;
	cmdline = make_cmdline(s);
	if (!cmdline) {
		out_error("out of memory");
		return EXIT_TROUBLE;
	}
	fill(&m, cmdline);
	fill_devices(&m, &hosted);
	current = s;
	left_up = false;
	rc = quarry_hosted_up(&m, &hosted, err, sizeof(err));
	if (rc) {
		out_error("%s", err);
	} else {
		rc = quarry_hosted_run(boot, &b);
		if (rc)
			out_error("cannot start the machine: %s", strerror(-rc));
		if (left_up) {		/* its threads may use all that is there */
			left_cmdline = cmdline;
			return b.result;
		}
		if (!quarry_hosted_check_mappings(err, sizeof(err))) {
			out_error("the page table is not what is mapped: %s", err);
			b.result = EXIT_BUG;
		}
		quarry_hosted_down();
	}
	free(cmdline);
	return b.result;
}
