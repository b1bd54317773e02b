// SPDX-License-Identifier: MIT
/*
 * Trace events as text: records of all CPUs in order of time, in the form of the
 * kernel's file "trace" (Documents: 004), and of an event's file "format".
 *
 * A reader takes what was there when he began. What is overwritten before he comes
 * to it is left out.
 *
 * Locking: the callers', see mm/trace.h.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "mm/internal.h"
#include "mm/trace.h"

/* Records in order of time. */

struct trace_iter *trace_iter_new(void)
{
	struct trace_iter *iter;

	return kvzalloc(struct_size(iter, cpus, machine.nr_cpus), GFP_KERNEL);
}

/* The next record of a CPU that is still there. */
static void fetch(struct trace_iter_cpu *c, unsigned int cpu)
{
	unsigned long from, end;

	c->have = false;
	while (c->next != c->end && !c->have) {
		c->have = trace_read(cpu, c->next++, &c->entry);
		if (c->have)
			break;
		/* Overwritten, and so are all that are older than these. */
		trace_range(cpu, &from, &end);
		if ((long)(from - c->next) > 0)
			c->next = (long)(c->end - from) > 0 ? from : c->end;
	}
}

void trace_iter_start(struct trace_iter *iter)
{
	unsigned int cpu;

	iter->generation = trace_generation();
	iter->overrun = false;
	iter->count = 0;
	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		struct trace_iter_cpu *c = &iter->cpus[cpu];
		struct trace_counts counts;

		trace_count(cpu, &counts);
		iter->overrun |= counts.entries != counts.written;
		trace_range(cpu, &c->next, &c->end);
		c->started = false;
		fetch(c, cpu);
	}
}

bool trace_iter_next(struct trace_iter *iter)
{
	struct trace_iter_cpu *best = NULL;
	unsigned int cpu;

	if (iter->generation != trace_generation())
		return false;
	if (iter->count)
		iter->cpus[iter->cpu].started = true;
	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		struct trace_iter_cpu *c = &iter->cpus[cpu];

		if (c->have && (!best || c->entry.ts < best->entry.ts))
			best = c;
	}
	if (!best)
		return false;
	iter->cpu = (unsigned int)(best - iter->cpus);
	iter->entry = best->entry;
	iter->count++;
	fetch(best, iter->cpu);
	return true;
}

/* Text. */

void trace_header_show(struct seq_file *m)
{
	struct trace_counts sum = {}, c;
	unsigned int cpu;

	for (cpu = 0; cpu < machine.nr_cpus; cpu++) {
		trace_count(cpu, &c);
		sum.entries += c.entries;
		sum.written += c.written;
	}
	seq_puts(m, "# tracer: nop\n#\n");
	seq_printf(m, "# entries-in-buffer/entries-written: %lu/%lu   #P:%u\n#\n", sum.entries,
		   sum.written, num_online_cpus());
	seq_puts(m, "#                                _-----=> irqs-off/BH-disabled\n");
	seq_puts(m, "#                               / _----=> need-resched\n");
	seq_puts(m, "#                              | / _---=> hardirq/softirq\n");
	seq_puts(m, "#                              || / _--=> preempt-depth\n");
	seq_puts(m, "#                              ||| / _-=> migrate-disable\n");
	seq_puts(m, "#                              |||| /     delay\n");
	seq_puts(m, "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n");
	seq_puts(m, "#              | |         |   |||||     |         |\n");
}

static char irqs_letter(unsigned char flags)
{
	bool irqs = flags & TRACE_FLAG_IRQS_OFF, bh = flags & TRACE_FLAG_BH_OFF;

	return irqs ? (bh ? 'D' : 'd') : bh ? 'b' : '.';
}

static char interrupt_letter(unsigned char flags)
{
	bool hard = flags & TRACE_FLAG_HARDIRQ, soft = flags & TRACE_FLAG_SOFTIRQ;

	if (flags & TRACE_FLAG_NMI)
		return hard ? 'Z' : 'z';
	return hard ? (soft ? 'H' : 'h') : soft ? 's' : '.';
}

/* The last column is for migrate_disable(), which there is none of. */
static void context_show(struct seq_file *m, const struct trace_common *c)
{
	seq_putc(m, irqs_letter(c->common_flags));
	seq_putc(m, c->common_flags & TRACE_FLAG_NEED_RESCHED ? 'N' : '.');
	seq_putc(m, interrupt_letter(c->common_flags));
	if (c->common_preempt_count)
		seq_printf(m, "%x.", min_t(unsigned int, c->common_preempt_count, 15));
	else
		seq_puts(m, "..");
}

void trace_entry_show(struct seq_file *m, const struct trace_iter *iter)
{
	const struct trace_entry *e = &iter->entry;
	const struct trace_event *event = trace_events[e->common.common_type - 1];
	u32 ns;
	u64 s = div_u64_rem(e->ts, NSEC_PER_SEC, &ns);

	/* Before this, the CPU may have had events that are lost. */
	if (iter->overrun && iter->count > 1 && !iter->cpus[iter->cpu].started)
		seq_printf(m, "##### CPU %u buffer started ####\n", iter->cpu);
	seq_printf(m, "%16.*s-%-7d [%03u] ", TASK_COMM_LEN, e->comm, e->common.common_pid,
		   iter->cpu);
	context_show(m, &e->common);
	seq_printf(m, " %5llu.%06u: %s: ", (unsigned long long)s, ns / 1000, event->name);
	event->print(m, e->data);
	seq_putc(m, '\n');
}

static void field_show(struct seq_file *m, const struct trace_field *f)
{
	seq_printf(m, "\tfield:%s %s;\toffset:%u;\tsize:%u;\tsigned:%d;\n", f->type, f->name,
		   f->offset, f->size, f->is_signed);
}

#define COMMON(type, name)	\
	{ #type, #name, offsetof(struct trace_common, name), sizeof(type), (type)-1 < (type)1 }

void trace_format_show(struct seq_file *m, const struct trace_event *event)
{
	static const struct trace_field common[] = {
		COMMON(unsigned short, common_type),
		COMMON(unsigned char, common_flags),
		COMMON(unsigned char, common_preempt_count),
		COMMON(int, common_pid),
	};
	const struct trace_field *f;
	unsigned int i;

	seq_printf(m, "name: %s\nID: %u\nformat:\n", event->name, event->id);
	for (i = 0; i < ARRAY_SIZE(common); i++)
		field_show(m, &common[i]);
	seq_putc(m, '\n');
	for (f = event->fields; f->size; f++)
		field_show(m, f);
	seq_printf(m, "\nprint fmt: %s\n", event->print_fmt);
}

int quarry_trace(quarry_emit_fn *emit, void *ctx)
{
	struct trace_iter *iter = trace_iter_new();
	struct seq_file m;
	char buf[512];

	if (!iter)
		return -ENOMEM;
	seq_init_emit(&m, buf, sizeof(buf), emit, ctx);
	trace_header_show(&m);
	trace_iter_start(iter);
	while (trace_iter_next(iter))
		trace_entry_show(&m, iter);
	seq_flush(&m);
	kvfree(iter);
	return 0;
}
