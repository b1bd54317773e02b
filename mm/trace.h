/* SPDX-License-Identifier: MIT */
/*
 * Trace events as the memory manager has them: mm/trace.c keeps them in rings,
 * mm/trace_text.c makes text of them, mm/trace_kmem.c says which there are.
 * kernel/tracefs.c has the files.
 */
#ifndef MM_TRACE_H
#define MM_TRACE_H

#include <linux/sched.h>
#include <linux/tracepoint.h>
#include <linux/types.h>

struct seq_file;

/* What each event's record begins with. */
struct trace_common {
	unsigned short common_type;		/* the event's id */
	unsigned char common_flags;		/* TRACE_FLAG_* */
	unsigned char common_preempt_count;
	int common_pid;
};

#define TRACE_FLAG_IRQS_OFF	0x01
#define TRACE_FLAG_NEED_RESCHED	0x04
#define TRACE_FLAG_HARDIRQ	0x08
#define TRACE_FLAG_SOFTIRQ	0x10		/* one is being served */
#define TRACE_FLAG_NMI		0x40
#define TRACE_FLAG_BH_OFF	0x80

#define TRACE_DATA_SIZE		64		/* bytes; the longest record */

/* A record as it comes out of a ring. */
struct trace_entry {
	u64 ts;					/* ns */
	char comm[TASK_COMM_LEN];
	union {
		struct trace_common common;
		unsigned long data[TRACE_DATA_SIZE / sizeof(long)];
	};
};

struct trace_field {
	const char *type, *name;
	unsigned char offset, size;		/* bytes; size 0: the end */
	bool is_signed;
};

/* Keys: C constant | M one change at a time, any reader */
struct trace_event {
	const char *system, *name;		/* C */
	struct tracepoint *tp;			/* C */
	const struct trace_field *fields;	/* C */
	const char *print_fmt;			/* C  what print() does, in words */
	void (*print)(struct seq_file *m, const void *data); /* C */
	unsigned short id;			/* C  from trace_init() */
	bool on;				/* M */
};

/* mm/trace_kmem.c: all of them, ended by NULL. */
extern struct trace_event *const trace_events[];
void trace_kmem_reset(void);
/** trace_slab_wanted - does anybody look at objects that come and go? For slab_hooks_init(). */
bool trace_slab_wanted(void);

/*
 * TRACE_RECORD - define an event: its tracepoint, its record and its text
 * @_reg, @_unreg: when the tracepoint begins and ceases to be looked at; NULL: nothing
 * @FIELDS: a macro of F and E that gives F(E, type, name) for each field, and
 *	F##_ARRAY(E, type, name, n) for an array
 * @assign: statements that fill in *e from the arguments
 * @fmt: and what follows: seq_printf() of the fields, which are REC->name
 */
#define TRACE_RECORD(_system, _name, _reg, _unreg, proto, args, FIELDS, assign, fmt, ...) \
struct _name##_record {							\
	struct trace_common common;					\
	FIELDS(__TRACE_MEMBER, )					\
};									\
static const struct trace_field _name##_fields[] = {			\
	FIELDS(__TRACE_FIELD, struct _name##_record)			\
	{}								\
};									\
static void _name##_print(struct seq_file *m, const void *data)		\
{									\
	const struct _name##_record *REC = data;			\
									\
	seq_printf(m, fmt, __VA_ARGS__);				\
}									\
static struct trace_event event_##_name = {				\
	.system = #_system, .name = #_name, .tp = &__tracepoint_##_name, \
	.fields = _name##_fields, .print = _name##_print,		\
	.print_fmt = #fmt ", " #__VA_ARGS__,				\
};									\
struct tracepoint __tracepoint_##_name = {				\
	.name = #_name, .regfunc = _reg, .unregfunc = _unreg,		\
};									\
void __do_trace_##_name(proto)						\
{									\
	if (READ_ONCE(event_##_name.on)) {				\
		struct _name##_record rec = {}, *e = &rec;		\
									\
		BUILD_BUG_ON(sizeof(rec) > TRACE_DATA_SIZE);		\
		assign							\
		trace_record(&event_##_name, &rec.common, sizeof(rec)); \
	}								\
	__TRACE_CALL_PROBES(_name, PARAMS(proto), args);		\
}									\
EXPORT_TRACEPOINT_SYMBOL(_name)

#define __TRACE_MEMBER(E, type, name)	type name;
#define __TRACE_FIELD(E, type, name)	\
	{ #type, #name, offsetof(E, name), sizeof(type), (type)-1 < (type)1 },
#define __TRACE_MEMBER_ARRAY(E, type, name, n)	type name[n];
#define __TRACE_FIELD_ARRAY(E, type, name, n)	\
	{ #type, #name "[" #n "]", offsetof(E, name), sizeof(type) * (n), false },

/**
 * trace_record - put a record into this CPU's ring
 * @c: the record; its common part is filled in here
 * @size: bytes of it
 * Context: any, zone->lock held and interrupts included.
 */
void trace_record(const struct trace_event *event, struct trace_common *c, size_t size);

/*
 * What changes the state below is called by one at a time, who may sleep: kernel/ has
 * trace_mutex for that.
 */

/**
 * trace_set - switch events on or off
 * @pattern: "kmem:mm_page_alloc", "kmem:*", "kmem", "mm_page_alloc"; '*' is any number
 *	of characters
 * Return: 0; -EINVAL: there is no such event; -ENOMEM: no room for the rings.
 */
int trace_set(const char *pattern, bool on);
int trace_event_set(struct trace_event *event, bool on);
/** trace_pattern_matches - does trace_set() of it mean this event? */
bool trace_pattern_matches(const char *pattern, const struct trace_event *event);
/** tracepoint_look - one more, or one less, who looks at a tracepoint */
void tracepoint_look(struct tracepoint *tp, bool begin);
/**
 * trace_resize - rings of another size; what they hold is lost
 * @size: bytes of each CPU's, rounded up to whole pages
 * Return: 0; -EINVAL; -ENOMEM: they are as they were.
 */
int trace_resize(unsigned long size);
/** trace_size - bytes of a CPU's ring, or, if there are none yet, what they will have */
unsigned long trace_size(bool *there);
void trace_clear(void);
extern bool tracing_on;			/* M */

/* Reading. */

struct trace_counts {
	unsigned long entries, written;	/* since trace_clear(): kept, and all */
};
void trace_count(unsigned int cpu, struct trace_counts *c);

/* Where a reader is. Keys: all the reader's own */
struct trace_iter {
	unsigned long generation;	/* of the rings; when it changes, the end */
	bool overrun;			/* events are lost, so starts are told */
	unsigned long count;		/* records so far */
	unsigned int cpu;		/* whose entry is now */
	struct trace_entry entry;
	struct trace_iter_cpu {
		unsigned long next, end;	/* numbers of records, the end excluded */
		bool have, started;
		struct trace_entry entry;	/* if have */
	} cpus[];			/* machine.nr_cpus */
};

struct trace_iter *trace_iter_new(void);	/* NULL: no memory; kvfree() */
/** trace_iter_start - to the oldest record that is there */
void trace_iter_start(struct trace_iter *iter);
/** trace_iter_next - the next record in order of time becomes iter->entry; false: none */
bool trace_iter_next(struct trace_iter *iter);
/** trace_read - copy record number @n of a CPU; false: it is overwritten or gone */
bool trace_read(unsigned int cpu, unsigned long n, struct trace_entry *entry);
/** trace_range - numbers of the records that a CPU's ring holds now: from, and end */
void trace_range(unsigned int cpu, unsigned long *from, unsigned long *end);
unsigned long trace_generation(void);

/* Text. */
void trace_header_show(struct seq_file *m);
void trace_entry_show(struct seq_file *m, const struct trace_iter *iter);
void trace_format_show(struct seq_file *m, const struct trace_event *event);

/* mm/boot.c */
/** trace_init - no events, no rings; then what the command line asks for */
void trace_init(void);
void trace_shutdown(void);

#endif
