// SPDX-License-Identifier: MIT
/*
 * Reads a machine file: the lines that a real machine printed about its memory,
 * and a few settings. One line, one statement:
 *
 *	BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable
 *	BIOS-e820: 0000000000000000 - 000000000009fc00 (usable)	(before Linux 3.4)
 *	00001000-0009ffff : System RAM				(/proc/iomem)
 *	SRAT: Node 0 PXM 0 [mem 0x00000000-0x7fffffff]
 *	SRAT: PXM 0 -> APIC 0x00 -> Node 0
 *	cpus 8		nodes 2		arch i386		distance 10 20
 *	device NAME 0xSTART-0xEND KIND [FILE]			(device.c)
 *
 * What dmesg or a log puts before a line (a level, a time, a host's name) is
 * skipped. Comments begin with #.
 *
 * F1  A line either is understood whole or is an error that names it.
 * F2  Ranges are passed on as they were printed; sorting and trimming is done at
 *     boot (mm/memory_map.c). They are only cut where two nodes meet.
 * F3  The file need not be text, nor end in a line break: nothing is read
 *     behind @len.
 */
#include "machine.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LINE	512		/* characters */
#define MAX_DEPTH	16		/* levels of /proc/iomem */
#define MAX_AFFINITY	256		/* SRAT lines with memory */
#define DEFAULT_CPUS	4		/* as the default preset has */

struct parser {
	struct machine_desc *d;
	const char *file;
	char *err;
	size_t errlen;
	unsigned int line;		/* its number; 0: the whole file */
	bool logged;			/* it has a prefix of dmesg's */

	struct quarry_range affinity[MAX_AFFINITY];	/* of SRAT; type is unused */
	unsigned int nr_affinity;
	unsigned int nodes;		/* the setting; 0: none */
	unsigned int nodes_line, cpus_line, arch_line;	/* where the settings are; 0: nowhere */
	unsigned int srat_nodes;	/* highest node of the SRAT, plus 1 */
	unsigned int srat_cpus;
	unsigned char rows[QUARRY_MAX_NODES][QUARRY_MAX_NODES];	/* distances */
	unsigned int nr_rows, columns, rows_line;

	struct {
		uint64_t start, end;	/* end included */
		unsigned int indent;
	} nest[MAX_DEPTH];
	unsigned int depth;
};

static int __attribute__((__format__(__printf__, 2, 3)))
fail(struct parser *p, const char *format, ...)
{
	int n = p->line ? snprintf(p->err, p->errlen, "%s:%u: ", p->file, p->line)
			: snprintf(p->err, p->errlen, "%s: ", p->file);
	va_list args;

	if (n < 0 || n >= p->errlen)
		return -1;
	va_start(args, format);
	vsnprintf(p->err + n, p->errlen - n, format, args);
	va_end(args);
	return -1;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *skip_blanks(const char *s)
{
	while (blank(*s))
		s++;
	return s;
}

/* Reads what must be there; *s moves only if it is. */
static bool literal(const char **s, const char *text)
{
	size_t n = strlen(text);

	if (strncmp(*s, text, n))
		return false;
	*s += n;
	return true;
}

static int hex_value(char c)
{
	if (digit(c))
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Up to 64 bits, digits only. */
static bool hex(const char **s, uint64_t *value)
{
	const char *t = *s;
	uint64_t v = 0;

	for (; hex_value(*t) >= 0; t++) {
		if (v >> 60)
			return false;
		v = v << 4 | (uint64_t)hex_value(*t);
	}
	if (t == *s)
		return false;
	*value = v;
	*s = t;
	return true;
}

static bool decimal(const char **s, unsigned int *value)
{
	const char *t = *s;
	unsigned int v = 0;

	for (; digit(*t); t++) {
		if (v > 99999)
			return false;
		v = v * 10 + (unsigned int)(*t - '0');
	}
	if (t == *s)
		return false;
	*value = v;
	*s = t;
	return true;
}

static bool at_end(const char *s)
{
	return !*skip_blanks(s);
}

/* "[    0.000000]", "[Sat Nov 21 07:36:11 2026]", "[    T0]": not "[mem ...". */
static bool bracket(const char **s)
{
	const char *end;

	if (**s != '[' || !strncmp(*s, "[mem", 4))
		return false;
	end = strchr(*s, ']');
	if (!end)
		return false;
	*s = end + 1;
	return true;
}

/* Skips what a log puts before the kernel's own text. */
static const char *skip_prefix(struct parser *p, const char *s)
{
	const char *begin = s, *t;
	unsigned int level;

	p->logged = false;
	t = strstr(s, " kernel: ");		/* syslog, journalctl */
	if (t) {
		s = t + strlen(" kernel: ");
		p->logged = true;
	}
	s = skip_blanks(s);
	t = s;
	if (literal(&t, "<") && decimal(&t, &level) && literal(&t, ">")) {
		s = t;
		p->logged = true;
	}
	s = skip_blanks(s);
	while (bracket(&s)) {
		p->logged = true;
		s = skip_blanks(s);
	}
	return p->logged ? s : begin;		/* /proc/iomem: indentation matters */
}

/* "[mem 0x0-0xfff]": the end is in the range. */
static bool mem_bracket(const char **s, uint64_t *start, uint64_t *last)
{
	const char *t = *s;

	if (!literal(&t, "[mem 0x") || !hex(&t, start) || !literal(&t, "-0x") || !hex(&t, last) ||
	    !literal(&t, "]"))
		return false;
	*s = t;
	return true;
}

/*
 * Checks a range that was read and adds it. @last is its last byte.
 * Memory must be where the machine's addresses reach; a 32-bit kernel without PAE
 * ignores what is above 4 GiB, as long as the processor could address it.
 */
static int add_range(struct parser *p, uint64_t start, uint64_t last, enum quarry_range_type type)
{
	if (last < start)
		return fail(p, "the range ends at 0x%" PRIx64 ", before it begins at 0x%" PRIx64,
			    last, start);
	if (last == UINT64_MAX && type == QUARRY_RAM)
		return fail(p, "the range wraps around the end of the address space");
	if (p->d->nr_ranges == QUARRY_MAX_RANGES)
		return fail(p, "too many ranges; %d at most", QUARRY_MAX_RANGES);
	p->d->ranges[p->d->nr_ranges++] = (struct quarry_range){
		start, last == UINT64_MAX ? last : last + 1, type, p->line
	};	/* .node holds the line until the nodes are known */
	return 0;
}

static int e820_type(const char *s, enum quarry_range_type *type)
{
	static const struct {
		const char *name;
		enum quarry_range_type type;
	} types[] = {
		{ "usable", QUARRY_RAM },
		{ "reserved", QUARRY_RESERVED },
		{ "ACPI data", QUARRY_ACPI },
		{ "ACPI NVS", QUARRY_NVS },
		{ "unusable", QUARRY_UNUSABLE },
		{ "persistent (type 7)", QUARRY_PERSISTENT },
		{ "persistent (type 12)", QUARRY_PERSISTENT },
		{ "persistent", QUARRY_PERSISTENT },
		{ "soft reserved", QUARRY_RESERVED },
		{ "device reserved", QUARRY_RESERVED },
	};
	unsigned int number;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const char *t = s;

		if (literal(&t, types[i].name) && at_end(t)) {
			*type = types[i].type;
			return 0;
		}
	}
	/* A type that Linux has no name for is not memory. */
	if (literal(&s, "type ") && decimal(&s, &number) && at_end(s)) {
		*type = number == 1 ? QUARRY_RAM : QUARRY_RESERVED;
		return 0;
	}
	return -1;
}

/* Before Linux 3.4: "0000000000000000 - 000000000009fc00 (usable)", end excluded. */
static int e820_old(struct parser *p, const char *s)
{
	enum quarry_range_type type;
	uint64_t start, end;
	char name[32];
	size_t n;

	if (!hex(&s, &start) || !literal(&s, " - ") || !hex(&s, &end))
		return fail(p, "'%s' is not a range; expected [mem 0xSTART-0xEND]", s);
	s = skip_blanks(s);
	n = strcspn(s, ")");
	if (literal(&s, "(") && n < sizeof(name) && s[n - 1] == ')' && at_end(s + n)) {
		memcpy(name, s, n - 1);
		name[n - 1] = '\0';
		if (!e820_type(name, &type))
			return end ? add_range(p, start, end - 1, type)
				   : fail(p, "the range is empty");
	}
	return fail(p, "'%s' is not a kind of memory", s);
}

static int e820_line(struct parser *p, const char *s)
{
	enum quarry_range_type type;
	uint64_t start, last;

	s = skip_blanks(s);
	if (*s != '[')
		return e820_old(p, s);
	if (!mem_bracket(&s, &start, &last))
		return fail(p, "'%s' is not a range; expected [mem 0xSTART-0xEND]", s);
	s = skip_blanks(s);
	if (e820_type(s, &type))
		return fail(p, "'%s' is not a kind of memory; known are usable, reserved, ACPI data, "
			       "ACPI NVS, unusable, persistent and type N", s);
	return add_range(p, start, last, type);
}

/* Memory has one node. */
static int add_affinity(struct parser *p, uint64_t start, uint64_t end, unsigned int node)
{
	for (unsigned int i = 0; i < p->nr_affinity; i++) {
		const struct quarry_range *r = &p->affinity[i];

		if (r->node != node && r->start < end && r->end > start)
			return fail(p, "node %u's memory overlaps that of node %u, 0x%" PRIx64
				    "-0x%" PRIx64, node, r->node, r->start, r->end - 1);
	}
	if (p->nr_affinity == MAX_AFFINITY)
		return fail(p, "too many ranges; %d at most", MAX_AFFINITY);
	p->affinity[p->nr_affinity++] = (struct quarry_range){ start, end, QUARRY_RAM, node };
	return 0;
}

/* "Node 0 PXM 0 [mem 0x...-0x...] hotplug" or "PXM 0 -> APIC 0x00 -> Node 0" */
static int srat_line(struct parser *p, const char *s)
{
	struct machine_desc *d = p->d;
	unsigned int node, pxm;
	uint64_t start, last, apic;

	s = skip_blanks(s);
	if (literal(&s, "Node ") && decimal(&s, &node) && literal(&s, " PXM ") &&
	    decimal(&s, &pxm) && literal(&s, " ") && mem_bracket(&s, &start, &last)) {
		if (last < start || last == UINT64_MAX)
			return fail(p, "the range wraps, or ends before it begins");
		if (add_affinity(p, start, last + 1, node))
			return -1;
	} else if (literal(&s, "PXM ") && decimal(&s, &pxm) && literal(&s, " -> APIC 0x") &&
		   hex(&s, &apic) && literal(&s, " -> Node ") && decimal(&s, &node) && at_end(s)) {
		if (p->srat_cpus == QUARRY_MAX_CPUS)
			return fail(p, "too many CPUs; %d at most", QUARRY_MAX_CPUS);
		if (node < QUARRY_MAX_NODES)
			d->cpu_node[p->srat_cpus++] = node;
	} else {
		return fail(p, "not an SRAT line: '%s'", s);
	}
	if (node >= QUARRY_MAX_NODES)
		return fail(p, "node %u; the highest is %d", node, QUARRY_MAX_NODES - 1);
	if (node >= p->srat_nodes)
		p->srat_nodes = node + 1;
	return 0;
}

static int iomem_type(const char *name, enum quarry_range_type *type)
{
	static const struct {
		const char *name;
		enum quarry_range_type type;
	} types[] = {
		{ "System RAM", QUARRY_RAM },
		{ "Reserved", QUARRY_RESERVED },
		{ "reserved", QUARRY_RESERVED },
		{ "RAM buffer", QUARRY_RESERVED },
		{ "Soft Reserved", QUARRY_RESERVED },
		{ "ACPI Tables", QUARRY_ACPI },
		{ "ACPI Non-volatile Storage", QUARRY_NVS },
		{ "Unusable memory", QUARRY_UNUSABLE },
		{ "Persistent Memory", QUARRY_PERSISTENT },
		{ "Persistent Memory (legacy)", QUARRY_PERSISTENT },
	};

	*type = QUARRY_DEVICE;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(name, types[i].name))
			*type = types[i].type;
	return *name ? 0 : -1;
}

/* Returns 1 if it is no such line. Indented lines say what their parent is used for. */
static int iomem_line(struct parser *p, const char *line)
{
	enum quarry_range_type type;
	uint64_t start, last;
	const char *s = skip_blanks(line);
	unsigned int indent = (unsigned int)(s - line);

	if (!hex(&s, &start) || !literal(&s, "-") || !hex(&s, &last) || !literal(&s, " : "))
		return 1;
	if (iomem_type(s, &type))
		return 1;
	if (!start && !last)
		return fail(p, "all addresses are 0; read /proc/iomem as root to see them");
	while (p->depth && p->nest[p->depth - 1].indent >= indent)
		p->depth--;
	if (indent && !p->depth)
		return fail(p, "the line is indented, but there is no range above it");
	if (p->depth && (start < p->nest[p->depth - 1].start || last > p->nest[p->depth - 1].end))
		return fail(p, "the range is not within the range above it, 0x%" PRIx64 "-0x%" PRIx64,
			    p->nest[p->depth - 1].start, p->nest[p->depth - 1].end);
	if (p->depth == MAX_DEPTH)
		return fail(p, "ranges are nested too deeply");
	if (!p->depth && add_range(p, start, last, type))
		return -1;
	p->nest[p->depth].start = start;
	p->nest[p->depth].end = last;
	p->nest[p->depth++].indent = indent;
	return 0;
}

static int number_setting(struct parser *p, const char *what, const char *s, unsigned int most,
			  unsigned int *value)
{
	const char *end = s;

	if (!decimal(&end, value) || *end || !*value || *value > most)
		return fail(p, "%s: '%s' is not a number from 1 to %u", what, s, most);
	return 0;
}

/* Of two settings one would be lost. */
static int once(struct parser *p, const char *what, unsigned int *line)
{
	if (*line)
		return fail(p, "%s: line %u has said that already", what, *line);
	*line = p->line;
	return 0;
}

static int distance_setting(struct parser *p, const char *s)
{
	unsigned int n = 0, value;

	if (p->nr_rows == QUARRY_MAX_NODES)
		return fail(p, "distance: more than %d lines", QUARRY_MAX_NODES);
	if (!*s)
		return fail(p, "distance: no number; one to each node is expected");
	for (; *s; s = skip_blanks(s)) {
		const char *word = s;

		if (n == QUARRY_MAX_NODES || !decimal(&s, &value) || (*s && !blank(*s)) ||
		    value < 10 || value > 254)
			return fail(p, "distance: '%.*s': expected up to %d numbers from 10 to 254",
				    (int)strcspn(word, " \t"), word, QUARRY_MAX_NODES);
		if ((value == 10) != (n == p->nr_rows))
			return fail(p, "distance: node %u to node %u is %u; a node is 10 from itself "
				       "and farther from others", p->nr_rows, n, value);
		p->rows[p->nr_rows][n++] = (unsigned char)value;
	}
	if (p->nr_rows && n != p->columns)
		return fail(p, "distance: %u numbers, but %u in the line before", n, p->columns);
	p->columns = n;
	p->rows_line = p->line;
	p->nr_rows++;
	return 0;
}

/* A file's name is relative to where the machine file is. */
static int device_setting(struct parser *p, const char *s)
{
	const char *slash = strrchr(p->file, '/');
	unsigned int i = p->d->nr_devices;
	struct machine_device *v;
	char why[256], path[512];

	if (machine_device_parse(p->d, s, why, sizeof(why)))
		return fail(p, "device: %s", why);
	v = &p->d->devices[i];
	v->line = p->line;
	if (!*v->file || *v->file == '/' || !slash)
		return 0;
	snprintf(path, sizeof(path), "%.*s%s", (int)(slash + 1 - p->file), p->file, v->file);
	if (strlen(path) >= sizeof(v->file))
		return fail(p, "device: the file's name has more than %zu characters",
			    sizeof(v->file) - 1);
	strcpy(v->file, path);
	return 0;
}

static int finish_devices(struct parser *p)
{
	char why[256];

	for (unsigned int i = 0; i < p->d->nr_devices; i++) {
		p->line = p->d->devices[i].line;
		if (machine_device_check(p->d, i, why, sizeof(why)))
			return fail(p, "device '%s': %s", p->d->devices[i].name, why);
	}
	p->line = 0;
	return 0;
}

/* A word, and *s at what follows it. */
static bool keyword(const char **s, const char *word)
{
	const char *t = *s;

	if (!literal(&t, word) || (*t && !blank(*t)))
		return false;
	*s = skip_blanks(t);
	return true;
}

/* Returns 1 if it is no setting. */
static int setting_line(struct parser *p, const char *s)
{
	if (keyword(&s, "cpus")) {
		if (once(p, "cpus", &p->cpus_line))
			return -1;
		return number_setting(p, "cpus", s, QUARRY_MAX_CPUS, &p->d->nr_cpus);
	}
	if (keyword(&s, "nodes")) {
		if (once(p, "nodes", &p->nodes_line))
			return -1;
		return number_setting(p, "nodes", s, QUARRY_MAX_NODES, &p->nodes);
	}
	if (keyword(&s, "distance"))
		return distance_setting(p, s);
	if (keyword(&s, "device"))
		return device_setting(p, s);
	if (keyword(&s, "arch")) {
		if (once(p, "arch", &p->arch_line))
			return -1;
		if (!strcmp(s, "x86_64"))
			p->d->arch = ARCH_X86_64;
		else if (!strcmp(s, "i386"))
			p->d->arch = ARCH_I386;
		else
			return fail(p, "arch: '%s' is neither x86_64 nor i386", s);
		return 0;
	}
	return 1;
}

static int parse_line(struct parser *p, const char *line)
{
	const char *text, *s = skip_blanks(line);
	int rc;

	if (!*s || *s == '#')
		return 0;
	text = skip_prefix(p, line);
	s = skip_blanks(text);
	if (!strcmp(s, "BIOS-provided physical RAM map:") ||
	    !strcmp(s, "e820: BIOS-provided physical RAM map:"))
		return 0;
	if (literal(&s, "BIOS-e820:"))
		return e820_line(p, s);
	if (literal(&s, "ACPI: SRAT:") || literal(&s, "SRAT:"))
		return srat_line(p, s);
	if (!p->logged) {
		rc = setting_line(p, s);
		if (rc == 1)
			rc = iomem_line(p, text);
		if (rc != 1)
			return rc;
		return fail(p, "'%s' is neither a line of a memory map nor a setting", s);
	}
	return fail(p, "'%.60s' is no line of a memory map; keep those that are: "
		       "dmesg | grep -E 'BIOS-e820:|SRAT:'", s);
}

/* Copies a line and makes it a string. Messages may then quote it. */
static int take_line(struct parser *p, const char *text, size_t len, char *line)
{
	size_t i;

	while (len && (text[len - 1] == '\r' || blank(text[len - 1])))
		len--;
	for (i = 0; i < len && blank(text[i]); i++)
		;
	if (i < len && text[i] == '#')		/* a comment: in any language, at any length */
		len = memchr(text, '\0', len) ? len : 0;
	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] < 32 ? text[i] != '\t' : (unsigned char)text[i] > 126)
			return fail(p, "byte 0x%02x is not text", (unsigned char)text[i]);
	if (len > MAX_LINE)
		return fail(p, "the line has %zu characters, more than %d", len, MAX_LINE);
	memcpy(line, text, len);
	line[len] = '\0';
	return 0;
}

/* F2: cuts range @i at the nodes' borders and says which node it is on. */
static int place_range(struct parser *p, unsigned int i)
{
	struct machine_desc *d = p->d;

	for (unsigned int a = 0; a < p->nr_affinity; a++) {
		const struct quarry_range *n = &p->affinity[a];
		struct quarry_range *r = &d->ranges[i];

		if (n->end <= r->start || n->start >= r->end)
			continue;
		if (n->start > r->start) {	/* what is below waits for its own turn */
			if (d->nr_ranges == QUARRY_MAX_RANGES)
				return fail(p, "too many ranges; %d at most", QUARRY_MAX_RANGES);
			d->ranges[d->nr_ranges++] =
				(struct quarry_range){ r->start, n->start, r->type, r->node };
			r->start = n->start;
		}
		if (n->end < r->end) {
			if (d->nr_ranges == QUARRY_MAX_RANGES)
				return fail(p, "too many ranges; %d at most", QUARRY_MAX_RANGES);
			d->ranges[d->nr_ranges++] =
				(struct quarry_range){ n->end, r->end, r->type, r->node };
			r->end = n->end;
		}
		r->node = n->node;
		return 0;
	}
	d->ranges[i].node = 0;
	return 0;
}

/* Can this machine address all of its memory? */
static int check_ranges(struct parser *p)
{
	struct machine_desc *d = p->d;
	unsigned int bits = d->arch == ARCH_I386 ? 36 : 46;
	uint64_t used = 1ull << machine_bits(d), lost = 0, low = 0, first = UINT64_MAX;

	for (unsigned int i = 0; i < d->nr_ranges; i++) {
		const struct quarry_range *r = &d->ranges[i];

		if (r->type != QUARRY_RAM)
			continue;
		p->line = r->node;
		if (r->end > 1ull << bits)
			return fail(p, "memory up to 0x%" PRIx64 ", more than %u address bits reach",
				    r->end - 1, bits);
		if (r->end > used)
			lost += r->end - (r->start > used ? r->start : used);
		if (r->start < first)
			first = r->start;
		if (r->start < d->lowmem_end && r->start < used)
			low += (r->end < used ? r->end : used) - r->start;
	}
	p->line = 0;
	if (first == UINT64_MAX)
		return fail(p, "no usable memory");
	if (low < QUARRY_PAGE_SIZE)
		return fail(p, "no usable memory that this kind of machine can use; "
			       "the first is at 0x%" PRIx64, first);
	if (lost)
		snprintf(d->note, sizeof(d->note),
			 "%" PRIu64 "K above %uG are not used: a 32-bit kernel does not reach them",
			 lost >> 10, (unsigned int)(used >> 30));
	return 0;
}

/* Drops what lies above the addresses that are used. */
static void trim_ranges(struct machine_desc *d)
{
	uint64_t used = 1ull << machine_bits(d);
	unsigned int out = 0;

	for (unsigned int i = 0; i < d->nr_ranges; i++) {
		struct quarry_range r = d->ranges[i];

		if (r.end > used)
			r.end = used;
		if (r.start < r.end)
			d->ranges[out++] = r;
	}
	d->nr_ranges = out;
}

static int finish_nodes(struct parser *p)
{
	struct machine_desc *d = p->d;

	p->line = p->nodes_line;
	if (p->nodes && p->srat_nodes && p->nodes != p->srat_nodes)
		return fail(p, "nodes: %u, but the SRAT lines have %u", p->nodes, p->srat_nodes);
	if (!p->srat_nodes && machine_split(d, p->nodes ? p->nodes : 1))
		return fail(p, "nodes: too little memory, or too many ranges, for %u nodes", p->nodes);
	p->line = 0;
	if (p->srat_nodes) {
		d->nr_nodes = p->srat_nodes;
		for (unsigned int i = 0; i < d->nr_ranges; i++)	/* it may grow meanwhile */
			if (place_range(p, i))
				return -1;
	}
	if (p->srat_cpus && !p->cpus_line)
		d->nr_cpus = p->srat_cpus;
	d->has_cpu_node = p->srat_cpus >= d->nr_cpus;
	return 0;
}

static int finish_distances(struct parser *p)
{
	struct machine_desc *d = p->d;
	unsigned int n = d->nr_nodes;

	if (!p->nr_rows)
		return 0;
	p->line = p->rows_line;
	if (p->nr_rows != n || p->columns != n)
		return fail(p, "distance: %u line%s of %u numbers, but the machine has %u node%s",
			    p->nr_rows, p->nr_rows == 1 ? "" : "s", p->columns, n,
			    n == 1 ? "" : "s");
	for (unsigned int i = 0; i < n; i++)
		memcpy(&d->distance[i * n], p->rows[i], n);
	d->has_distance = true;
	return 0;
}

static int finish(struct parser *p)
{
	machine_zones(p->d);
	if (check_ranges(p))
		return -1;
	trim_ranges(p->d);
	/* Devices last: nodes cut ranges, and both count. */
	return finish_nodes(p) || finish_distances(p) || finish_devices(p) ? -1 : 0;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

int machine_parse(struct machine_desc *d, const char *file, const char *text, size_t len,
		  char *err, size_t errlen)
{
	struct parser *p = calloc(1, sizeof(*p));
	const char *end = text + len;
	char line[MAX_LINE + 1];
	int rc = 0;

	if (!p) {
		snprintf(err, errlen, "%s: out of memory", file);
		return -1;
	}
	memset(d, 0, sizeof(*d));
	snprintf(d->name, sizeof(d->name), "%s", base_name(file));
	d->nr_cpus = DEFAULT_CPUS;
	*p = (struct parser){ .d = d, .file = file, .err = err, .errlen = errlen };
	if (!len)
		rc = fail(p, "the file is empty");
	while (!rc && text < end) {
		const char *eol = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((eol ? eol : end) - text);

		p->line++;
		rc = take_line(p, text, n, line);
		if (!rc)
			rc = parse_line(p, line);
		text += n + 1;
	}
	if (!rc)
		rc = finish(p);
	free(p);
	return rc;
}
