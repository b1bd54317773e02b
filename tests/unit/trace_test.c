// SPDX-License-Identifier: MIT
/*
 * Trace events: their text to the letter, from each context, in the order of time; what
 * a ring keeps and what it says of the rest; writers on all CPUs at once; probes.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <quarry/kernel.h>
#include <trace/events/kmem.h>

#include "kernel/internal.h"
#include "mm/internal.h"
#include "mm/pages.h"
#include "mm/slab/layer.h"
#include "mm/trace.h"
#include "tests/unit/text.h"

#define T	"/sys/kernel/tracing/"

static struct text text = TEXT(1 << 18);

static const char *show(const char *path)
{
	return text_read(&text, path);
}

static int trace_off(struct kunit *test)
{
	text_write(T "events/enable", "0");
	text_write(T "tracing_on", "1");
	text_write(T "buffer_size_kb", "256");
	text_write(T "trace", "");
	return 0;
}

static void after(struct kunit *test)
{
	trace_off(test);
	KUNIT_EXPECT_FALSE(test, page_hooks & PAGE_HOOK_TRACE);
	KUNIT_EXPECT_FALSE(test, slab_hooks & SLAB_HOOK_TRACE);
	KUNIT_EXPECT_FALSE(test, trace_mm_page_alloc_enabled());
	KUNIT_EXPECT_FALSE(test, trace_mm_page_free_enabled());
	KUNIT_EXPECT_FALSE(test, trace_mm_page_alloc_extfrag_enabled());
}

/* The beginning of the line in text that has @what, or NULL. */
static const char *line_with(const char *what)
{
	const char *s = strstr(text.buf, what);

	while (s && s > text.buf && s[-1] != '\n')
		s--;
	return s;
}

static unsigned int count_of(const char *what)
{
	const char *s = text.buf;
	unsigned int n = 0;

	while ((s = strstr(s, what))) {
		n++;
		s++;
	}
	return n;
}

static void header_test(struct kunit *test)
{
	char expected[1024];

	snprintf(expected, sizeof(expected),
		 "# tracer: nop\n#\n"
		 "# entries-in-buffer/entries-written: 0/0   #P:%u\n#\n"
		 "#                                _-----=> irqs-off/BH-disabled\n"
		 "#                               / _----=> need-resched\n"
		 "#                              | / _---=> hardirq/softirq\n"
		 "#                              || / _--=> preempt-depth\n"
		 "#                              ||| / _-=> migrate-disable\n"
		 "#                              |||| /     delay\n"
		 "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
		 "#              | |         |   |||||     |         |\n", num_online_cpus());
	KUNIT_EXPECT_STREQ(test, show(T "trace"), expected);
}

/* An allocation and a free by us, to the letter. */
static void lines_test(struct kunit *test)
{
	u64 before, after_it, s;
	char expected[512];
	struct page *page;
	unsigned int cpu, us;
	const char *line;

	KUNIT_ASSERT_EQ(test, text_write(T "events/kmem/enable", "1\n"), 2l);
	preempt_disable();
	cpu = smp_processor_id();
	before = quarry_host_clock();
	page = alloc_pages(GFP_ATOMIC | __GFP_ZERO | __GFP_COMP, 2);
	__free_pages(page, 2);
	after_it = quarry_host_clock();
	preempt_enable();
	text_write(T "events/kmem/enable", "0");
	KUNIT_ASSERT_NOT_NULL(test, page);

	show(T "trace");
	snprintf(expected, sizeof(expected), "mm_page_alloc: page=%p pfn=0x%lx order=2 "
		 "migratetype=0 gfp_flags=GFP_ATOMIC|__GFP_COMP|__GFP_ZERO\n", page,
		 page_to_pfn(page));
	line = line_with(expected);
	KUNIT_ASSERT_NOT_NULL_MSG(test, line, "%s in\n%s", expected, text.buf);
	snprintf(expected, sizeof(expected), "%16s-%-7d [%03u] .", current->comm, current->pid,
		 cpu);
	KUNIT_EXPECT_TRUE_MSG(test, !strncmp(line, expected, strlen(expected)), "%s", text.buf);
	line += strlen(expected) + 1;
	KUNIT_EXPECT_TRUE_MSG(test, !strncmp(line, ".1. ", 4), "%s", line);
	KUNIT_ASSERT_EQ_MSG(test, sscanf(line + 4, "%llu.%6u:", &s, &us), 2, "%s", line);
	s = s * NSEC_PER_SEC + us * NSEC_PER_USEC;
	KUNIT_EXPECT_GE(test, s, before - before % NSEC_PER_USEC);
	KUNIT_EXPECT_LE(test, s, after_it);

	snprintf(expected, sizeof(expected), "mm_page_free: page=%p pfn=0x%lx order=2\n", page,
		 page_to_pfn(page));
	KUNIT_EXPECT_TRUE(test, line_with(expected) > line);

	/* And no more once they are off. */
	text_write(T "trace", "");
	__free_pages(alloc_pages(GFP_KERNEL, 2), 2);
	show(T "trace");
	KUNIT_EXPECT_NOT_NULL(test, strstr(text.buf, "entries-written: 0/0 "));
}

/* What cannot be had is told, too; and flags of all sorts. */
static void values_test(struct kunit *test)
{
	char expected[128];

	text_write(T "set_event", "mm_page_alloc mm_page_alloc_extfrag");
	preempt_disable();
	trace_mm_page_alloc(NULL, 10, 0, MIGRATE_MOVABLE);
	trace_mm_page_alloc_extfrag(pfn_to_page(max_low_pfn - 1), 1, 8, 6,
				    MIGRATE_RECLAIMABLE);
	trace_mm_page_alloc_extfrag(pfn_to_page(max_low_pfn - 1), 1, 9, 6,
				    MIGRATE_RECLAIMABLE);
	preempt_enable();
	text_write(T "events/enable", "0");
	show(T "trace");
	snprintf(expected, sizeof(expected), "mm_page_alloc: page=%p pfn=0x0 order=10 "
		 "migratetype=1 gfp_flags=none\n", NULL);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(text.buf, expected), "%s", text.buf);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(text.buf, " alloc_order=1 fallback_order=8 "
		"pageblock_order=9 alloc_migratetype=6 fallback_migratetype=2 fragmenting=1 "
		"change_ownership=0\n"), "%s", text.buf);
	KUNIT_EXPECT_NOT_NULL(test, strstr(text.buf, "fallback_order=9 pageblock_order=9 "
		"alloc_migratetype=6 fallback_migratetype=2 fragmenting=0 "));
}

/* Objects. */

/* What the probes below were told last by the task of the test. */
static struct told {
	unsigned int allocs, frees;
	unsigned long site;
	const void *ptr;
	size_t req, alloc;
	gfp_t gfp;
	int node;
	const struct kmem_cache *s;
} told;
static struct task_struct *teller;

static void told_alloc(unsigned long site, const void *ptr, size_t req, size_t alloc, gfp_t gfp,
		       int node, const struct kmem_cache *s)
{
	if (!in_task() || current != teller)
		return;
	told = (struct told) { told.allocs + 1, told.frees, site, ptr, req, alloc, gfp, node, s };
}

static void told_free(unsigned long site, const void *ptr, const struct kmem_cache *s)
{
	if (!in_task() || current != teller)
		return;
	told = (struct told) { .allocs = told.allocs, .frees = told.frees + 1, .site = site,
			       .ptr = ptr, .s = s };
}

static void probe_kmalloc(void *data, unsigned long site, const void *ptr, size_t req,
			  size_t alloc, gfp_t gfp, int node)
{
	told_alloc(site, ptr, req, alloc, gfp, node, NULL);
}

static void probe_cache_alloc(void *data, unsigned long site, const void *ptr,
			      struct kmem_cache *s, gfp_t gfp, int node)
{
	told_alloc(site, ptr, s->object_size, s->size, gfp, node, s);
}

static void probe_kfree(void *data, unsigned long site, const void *ptr)
{
	told_free(site, ptr, NULL);
}

static void probe_cache_free(void *data, unsigned long site, const void *ptr,
			     const struct kmem_cache *s)
{
	told_free(site, ptr, s);
}

static void look_at_objects(struct kunit *test, bool on)
{
	if (on) {
		told = (struct told) {};
		teller = current;
		KUNIT_ASSERT_EQ(test, register_trace_kmalloc(probe_kmalloc, NULL), 0);
		KUNIT_ASSERT_EQ(test, register_trace_kmem_cache_alloc(probe_cache_alloc, NULL), 0);
		KUNIT_ASSERT_EQ(test, register_trace_kfree(probe_kfree, NULL), 0);
		KUNIT_ASSERT_EQ(test, register_trace_kmem_cache_free(probe_cache_free, NULL), 0);
		KUNIT_EXPECT_TRUE(test, slab_hooks & SLAB_HOOK_TRACE);
		return;
	}
	KUNIT_EXPECT_EQ(test, unregister_trace_kmalloc(probe_kmalloc, NULL), 0);
	KUNIT_EXPECT_EQ(test, unregister_trace_kmem_cache_alloc(probe_cache_alloc, NULL), 0);
	KUNIT_EXPECT_EQ(test, unregister_trace_kfree(probe_kfree, NULL), 0);
	KUNIT_EXPECT_EQ(test, unregister_trace_kmem_cache_free(probe_cache_free, NULL), 0);
}

/* Files allocate, too. */
static void begin_anew(void)
{
	text_write(T "trace", "");
	told = (struct told) {};
}

/* The one event since the last call, if it was an allocation, and its line in the trace. */
static void expect_alloc(struct kunit *test, const char *event, const void *ptr, size_t req,
			 size_t alloc, const char *gfp, int node)
{
	char expected[512];
	size_t at;

	KUNIT_EXPECT_EQ_MSG(test, told.allocs, 1u, "%s of %zu", event, req);
	KUNIT_EXPECT_EQ(test, told.frees, 0u);
	KUNIT_EXPECT_PTR_EQ(test, told.ptr, ptr);
	KUNIT_EXPECT_EQ(test, told.req, req);
	KUNIT_EXPECT_EQ(test, told.alloc, alloc);
	KUNIT_EXPECT_EQ(test, told.node, node);
	at = snprintf(expected, sizeof(expected), " %s: call_site=%pS ptr=%p ", event,
		      (void *)told.site, ptr);
	snprintf(expected + at, sizeof(expected) - at, "bytes_req=%zu bytes_alloc=%zu gfp_flags=%s "
		 "node=%d accounted=false\n", req, alloc, gfp, node);
	show(T "trace");
	KUNIT_EXPECT_EQ_MSG(test, count_of(expected), 1u, "%s in\n%s", expected, text.buf);
	begin_anew();
}

static void expect_free(struct kunit *test, const char *event, const void *ptr, const char *name)
{
	char expected[512];

	KUNIT_EXPECT_EQ(test, told.allocs, 0u);
	KUNIT_EXPECT_EQ_MSG(test, told.frees, 1u, "%s", event);
	KUNIT_EXPECT_PTR_EQ(test, told.ptr, ptr);
	snprintf(expected, sizeof(expected), " %s: call_site=%pS ptr=%p%s%s\n", event,
		 (void *)told.site, ptr, name ? " name=" : "", name ? name : "");
	show(T "trace");
	KUNIT_EXPECT_EQ_MSG(test, count_of(expected), 1u, "%s in\n%s", expected, text.buf);
	begin_anew();
}

static void trace_objects(void)
{
	text_write(T "set_event", "kmem:k*");
}

static void kmalloc_events_test(struct kunit *test)
{
	size_t large = 300000, pages = PAGE_SIZE << get_order(large), n = 100;
	struct kmem_cache *s;
	void *p;

	trace_objects();
	look_at_objects(test, true);
	/* The first ones come while fast paths have objects at hand; a size known, and not. */
	told = (struct told) {};
	p = kmalloc(100, GFP_KERNEL);
	s = kmalloc_slab(n, GFP_KERNEL);
	expect_alloc(test, "kmalloc", p, 100, s->size, "GFP_KERNEL", -1);
	kfree(p);
	expect_free(test, "kfree", p, NULL);
	OPTIMIZER_HIDE_VAR(n);
	p = kmalloc(n, GFP_ATOMIC | __GFP_ZERO);
	expect_alloc(test, "kmalloc", p, 100, s->size, "GFP_ATOMIC|__GFP_ZERO", -1);
	kfree_sensitive(p);
	expect_free(test, "kfree", p, NULL);
	p = kmalloc_node(100, GFP_NOWAIT, 0);
	expect_alloc(test, "kmalloc", p, 100, s->size, "GFP_NOWAIT", 0);
	p = krealloc(p, 1000, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, told.allocs, 1u);
	KUNIT_EXPECT_EQ(test, told.frees, 1u);
	begin_anew();
	kfree(p);
	expect_free(test, "kfree", p, NULL);
	/* Whole pages. */
	p = kmalloc(large, GFP_KERNEL);
	expect_alloc(test, "kmalloc", p, large, pages, "GFP_KERNEL", -1);
	kfree(p);
	expect_free(test, "kfree", p, NULL);
	/* None of them an allocation, one a call of kfree(). */
	p = kmalloc(0, GFP_KERNEL);
	kfree(NULL);
	expect_free(test, "kfree", NULL, NULL);
	look_at_objects(test, false);
	KUNIT_EXPECT_TRUE(test, slab_hooks & SLAB_HOOK_TRACE);
	text_write(T "events/enable", "0");
	text_write(T "trace", "");
	kfree(kmalloc(100, GFP_KERNEL));
	KUNIT_EXPECT_NOT_NULL(test, strstr(show(T "trace"), "entries-written: 0/0 "));
}

static void cache_events_test(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("a_cache_with_a_name_of_48_letters_or_a_few_more", 72,
						 0, SLAB_NO_MERGE, NULL);
	char name[40];
	void *p, *many[8];

	KUNIT_ASSERT_NOT_NULL(test, s);
	strscpy(name, s->name, sizeof(name));
	trace_objects();
	look_at_objects(test, true);
	told = (struct told) {};
	p = kmem_cache_alloc(s, GFP_NOFS);
	KUNIT_EXPECT_PTR_EQ(test, told.s, (const struct kmem_cache *)s);
	expect_alloc(test, "kmem_cache_alloc", p, 72, s->size, "GFP_NOFS", -1);
	kmem_cache_free(s, p);
	KUNIT_EXPECT_PTR_EQ(test, told.s, (const struct kmem_cache *)s);
	expect_free(test, "kmem_cache_free", p, name);
	p = kmem_cache_alloc_node(s, GFP_KERNEL | __GFP_ZERO, 0);
	expect_alloc(test, "kmem_cache_alloc", p, 72, s->size, "GFP_KERNEL|__GFP_ZERO", 0);
	kfree(p);
	expect_free(test, "kfree", p, NULL);
	/* As in 6.1, what comes and goes in bulk is not told. */
	KUNIT_EXPECT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 8, many), 8);
	kmem_cache_free_bulk(s, 4, many);
	kfree_bulk(4, many + 4);
	KUNIT_EXPECT_EQ(test, told.allocs, 0u);
	KUNIT_EXPECT_EQ(test, told.frees, 0u);
	look_at_objects(test, false);
	text_write(T "events/enable", "0");
	kmem_cache_destroy(s);
}

/* Interrupts on other CPUs, too: no CPU's fast path goes round it. */
static void other_cpu(void *arg)
{
	kfree(kmalloc(64, GFP_ATOMIC));
}

static void objects_everywhere_test(struct kunit *test)
{
	unsigned int cpu, i;

	/* Where there is something at hand. */
	for (cpu = 0; cpu < num_online_cpus(); cpu++)
		smp_call_function_single((int)cpu, other_cpu, NULL, 1);
	text_write(T "set_event", "kmalloc");
	for (cpu = 0; cpu < num_online_cpus(); cpu++)
		for (i = 0; i < 3; i++)
			smp_call_function_single((int)cpu, other_cpu, NULL, 1);
	text_write(T "events/enable", "0");
	show(T "trace");
	KUNIT_EXPECT_EQ_MSG(test, count_of("bytes_req=64 "), 3 * num_online_cpus(), "%s", text.buf);
}

/* Contexts. */

static struct page *traced;

static void touch(void *unused)
{
	traced = alloc_pages(GFP_ATOMIC, 3);
	__free_pages(traced, 3);
}

/* The five columns of the event of touch(), but for the second. */
static void expect_context(struct kunit *test, const char *name, const char *columns)
{
	char what[64];
	const char *line;

	KUNIT_ASSERT_NOT_NULL(test, traced);
	snprintf(what, sizeof(what), "mm_page_alloc: page=%p pfn=0x%lx order=3", traced,
		 page_to_pfn(traced));
	show(T "trace");
	line = line_with(what);
	KUNIT_ASSERT_NOT_NULL_MSG(test, line, "%s", name);
	line += 31;
	KUNIT_EXPECT_TRUE_MSG(test, line[0] == columns[0] && !memcmp(line + 2, columns + 2, 3),
			      "%s: '%.5s', not '%s'", name, line, columns);
	text_write(T "trace", "");
}

static void contexts_test(struct kunit *test)
{
	unsigned long flags;
	unsigned int *word, was;

	text_write(T "set_event", "kmem:mm_page_alloc");
	touch(NULL);
	expect_context(test, "task", "....." );
	preempt_disable();
	preempt_disable();
	touch(NULL);
	preempt_enable();
	preempt_enable();
	expect_context(test, "preemption off twice", "...2.");
	local_bh_disable();
	touch(NULL);
	local_bh_enable();
	expect_context(test, "bottom halves off", "b....");
	local_irq_save(flags);
	touch(NULL);
	local_irq_restore(flags);
	expect_context(test, "interrupts off", "d....");
	local_bh_disable();
	local_irq_save(flags);
	touch(NULL);
	local_irq_restore(flags);
	local_bh_enable();
	expect_context(test, "both off", "D....");
	smp_call_function_single((raw_smp_processor_id() + 1) % num_online_cpus(), touch, NULL, 1);
	expect_context(test, "interrupt", "d.h..");

	/* The bit is clear when the CPU is wanted by another. */
	preempt_disable();
	word = &raw_cpu_ptr(&quarry_cpu_hot)->preempt_count;
	was = *word;
	*word &= ~PREEMPT_NEED_RESCHED;
	touch(NULL);
	*word = was;
	preempt_enable();
	show(T "trace");
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(text.buf, "] .N.1. "), "%s", text.buf);
}

/* Rings. */

static void event(int n)
{
	trace_mm_page_alloc_extfrag(pfn_to_page(max_low_pfn - 1), n, n, n, n);
}

/* The counts of the header. */
static void counts(struct kunit *test, unsigned int *kept, unsigned int *written)
{
	const char *s = strstr(show(T "trace"), "entries-written: ");

	*kept = *written = 0;
	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_ASSERT_EQ(test, sscanf(s, "entries-written: %u/%u", kept, written), 2);
}

#define SLOTS	(4096 / (sizeof(long) + sizeof(struct trace_entry)))

static void overwrite_test(struct kunit *test)
{
	unsigned int kept, written, i;
	const char *line;
	char what[32];

	KUNIT_ASSERT_EQ(test, text_write(T "buffer_size_kb", "1\n"), 2l);	/* a page at least */
	KUNIT_EXPECT_STREQ(test, show(T "buffer_size_kb"), "4\n");
	text_write(T "set_event", "mm_page_alloc_extfrag");
	preempt_disable();
	for (i = 0; i < SLOTS; i++)
		event(1000 + (int)i);
	preempt_enable();
	counts(test, &kept, &written);
	KUNIT_EXPECT_EQ(test, kept, (unsigned int)SLOTS);
	KUNIT_EXPECT_EQ(test, written, (unsigned int)SLOTS);
	text_write(T "trace", "");
	preempt_disable();
	for (i = 0; i < SLOTS + 7; i++)
		event(1000 + (int)i);
	preempt_enable();
	counts(test, &kept, &written);
	KUNIT_EXPECT_EQ(test, kept, (unsigned int)SLOTS);
	KUNIT_EXPECT_EQ(test, written, (unsigned int)SLOTS + 7);
	/* The last ones, the oldest first. */
	KUNIT_EXPECT_EQ(test, count_of("mm_page_alloc_extfrag:"), (unsigned int)SLOTS);
	KUNIT_EXPECT_NULL(test, strstr(text.buf, " alloc_order=1006 "));
	line = text.buf;
	for (i = 7; i < SLOTS + 7; i++) {
		snprintf(what, sizeof(what), " alloc_order=%u ", 1000 + i);
		line = strstr(line, what);
		KUNIT_ASSERT_NOT_NULL_MSG(test, line, "%s", what);
	}
	/* Cleared, it counts from 0 again. */
	text_write(T "trace", "");
	event(1);
	counts(test, &kept, &written);
	KUNIT_EXPECT_EQ(test, kept, 1u);
	KUNIT_EXPECT_EQ(test, written, 1u);
}

static void event_there(void *arg)
{
	event(*(int *)arg);
}

/* Records of several CPUs are in order of time; a CPU's first one after a loss says so. */
static void merge_test(struct kunit *test)
{
	int i, cpu, cpus = (int)num_online_cpus();
	unsigned int kept, written;
	const char *line;
	char what[64];

	KUNIT_ASSERT_GT(test, cpus, 1);
	text_write(T "set_event", "mm_page_alloc_extfrag");
	for (i = 100; i < 140; i++)
		smp_call_function_single(i % cpus, event_there, &i, 1);
	line = show(T "trace");
	for (i = 100; i < 140; i++) {
		snprintf(what, sizeof(what), " alloc_order=%d ", i);
		line = strstr(line, what);
		KUNIT_ASSERT_NOT_NULL_MSG(test, line, "%s\n%s", what, text.buf);
	}
	KUNIT_EXPECT_EQ(test, count_of("buffer started"), 0u);

	text_write(T "buffer_size_kb", "4");
	for (i = 0; i <= (int)SLOTS; i++)
		for (cpu = 0; cpu < cpus; cpu++)
			smp_call_function_single(cpu, event_there, &i, 1);
	counts(test, &kept, &written);
	KUNIT_EXPECT_EQ(test, kept, (unsigned int)(SLOTS * (size_t)cpus));
	KUNIT_EXPECT_EQ(test, written, (unsigned int)((SLOTS + 1) * (size_t)cpus));
	/* Not before the very first line, which nobody takes for the beginning. */
	KUNIT_EXPECT_EQ(test, count_of("buffer started ####\n"), (unsigned int)cpus - 1);
	KUNIT_EXPECT_NULL(test, strstr(text.buf, "##### CPU 0 buffer started ####\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(text.buf, "\n##### CPU 1 buffer started ####\n"));
}

static void switches_test(struct kunit *test)
{
	unsigned int kept, written;

	text_write(T "set_event", "mm_page_alloc_extfrag");
	event(1);
	KUNIT_EXPECT_EQ(test, text_write(T "tracing_on", "0"), 1l);
	event(2);
	KUNIT_EXPECT_STREQ(test, show(T "tracing_on"), "0\n");
	text_write(T "tracing_on", "1");
	event(3);
	text_write(T "events/kmem/mm_page_alloc_extfrag/enable", "0");
	event(4);
	counts(test, &kept, &written);
	KUNIT_EXPECT_EQ(test, written, 2u);
	KUNIT_EXPECT_NOT_NULL(test, strstr(text.buf, " alloc_order=1 "));
	KUNIT_EXPECT_NOT_NULL(test, strstr(text.buf, " alloc_order=3 "));
	/* Only what is opened to be written anew is cleared. */
	KUNIT_EXPECT_EQ(test, quarry_proc_append(T "trace", "x", 1), 1l);
	counts(test, &kept, &written);
	KUNIT_EXPECT_EQ(test, kept, 2u);
	/* Other rings, no records. */
	text_write(T "buffer_size_kb", "8");
	counts(test, &kept, &written);
	KUNIT_EXPECT_EQ(test, written, 0u);
	KUNIT_EXPECT_EQ(test, text_write(T "buffer_size_kb", "0"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(T "buffer_size_kb", "many"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(T "buffer_size_kb", sizeof(long) == 8 ? "100000000" : "3000000"),
			(long)-ENOMEM);
	KUNIT_EXPECT_STREQ(test, show(T "buffer_size_kb"), "8\n");
	KUNIT_EXPECT_EQ(test, text_write(T "tracing_on", "yes"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(T "current_tracer", "nop\n"), 4l);
	KUNIT_EXPECT_EQ(test, text_write(T "current_tracer", "function"), (long)-EINVAL);
}

static void set_event_test(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, show(T "available_events"),
			   "kmem:mm_page_alloc\nkmem:mm_page_free\nkmem:mm_page_alloc_extfrag\n"
			   "kmem:kmem_cache_alloc\nkmem:kmalloc\nkmem:kfree\n"
			   "kmem:kmem_cache_free\n");
	KUNIT_EXPECT_STREQ(test, show(T "set_event"), "");
	KUNIT_EXPECT_EQ(test, text_write(T "set_event", "kmem:mm_page_free\n"), 18l);
	KUNIT_EXPECT_STREQ(test, show(T "set_event"), "kmem:mm_page_free\n");
	KUNIT_EXPECT_TRUE(test, page_hooks & PAGE_HOOK_TRACE);
	KUNIT_EXPECT_STREQ(test, show(T "events/enable"), "X\n");
	KUNIT_EXPECT_STREQ(test, show(T "events/kmem/mm_page_free/enable"), "1\n");
	KUNIT_EXPECT_STREQ(test, show(T "events/kmem/mm_page_alloc/enable"), "0\n");
	/* '>' begins anew, '>>' adds, '!' takes away. */
	text_write(T "set_event", "mm_page_alloc_extfrag");
	KUNIT_EXPECT_STREQ(test, show(T "set_event"), "kmem:mm_page_alloc_extfrag\n");
	KUNIT_EXPECT_FALSE(test, page_hooks & PAGE_HOOK_TRACE);
	quarry_proc_append(T "set_event", "kmem:mm_page_a*", 15);
	KUNIT_EXPECT_STREQ(test, show(T "set_event"),
			   "kmem:mm_page_alloc\nkmem:mm_page_alloc_extfrag\n");
	quarry_proc_append(T "set_event", "!kmem:mm_page_alloc", 19);
	KUNIT_EXPECT_STREQ(test, show(T "set_event"), "kmem:mm_page_alloc_extfrag\n");
	text_write(T "set_event", "kmem");
	KUNIT_EXPECT_STREQ(test, show(T "events/kmem/enable"), "1\n");
	text_write(T "set_event", "*:*");
	KUNIT_EXPECT_STREQ(test, show(T "events/enable"), "1\n");
	KUNIT_EXPECT_EQ(test, text_write(T "set_event", ""), 0l);
	KUNIT_EXPECT_STREQ(test, show(T "events/enable"), "0\n");
	KUNIT_EXPECT_EQ(test, text_write(T "set_event", "kmem:nothing"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(T "set_event", "mm_page"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(T "set_event", "other:*"), (long)-EINVAL);
	KUNIT_EXPECT_EQ(test, text_write(T "events/enable", "2"), (long)-EINVAL);
}

static void format_test(struct kunit *test)
{
	char expected[1024];
	int w = sizeof(long);

	snprintf(expected, sizeof(expected), "name: mm_page_free\nID: 2\nformat:\n"
		 "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
		 "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
		 "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
		 "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
		 "\tfield:unsigned long pfn;\toffset:8;\tsize:%d;\tsigned:0;\n"
		 "\tfield:unsigned int order;\toffset:%d;\tsize:4;\tsigned:0;\n\n"
		 "print fmt: \"page=%%p pfn=0x%%lx order=%%d\", pfn_to_page(REC->pfn), REC->pfn, "
		 "REC->order\n", w, 8 + w);
	KUNIT_EXPECT_STREQ(test, show(T "events/kmem/mm_page_free/format"), expected);
	KUNIT_EXPECT_STREQ(test, show(T "events/kmem/mm_page_free/id"), "2\n");

	/* Objects, whose records hold other things, too. */
	snprintf(expected, sizeof(expected),
		 "\tfield:const void * ptr;\toffset:%d;\tsize:%d;\tsigned:0;\n"
		 "\tfield:char name[40];\toffset:%d;\tsize:40;\tsigned:0;\n\n"
		 "print fmt: \"call_site=%%pS ptr=%%p name=%%s\", (void *)REC->call_site, REC->ptr, "
		 "REC->name\n", 8 + w, w, 8 + 2 * w);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(show(T "events/kmem/kmem_cache_free/format"),
					       expected), "%s", text.buf);
}

/* The older path leads to the same files. */
static void link_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, text_write("/sys/kernel/debug/tracing/events/enable", "1"), 1l);
	KUNIT_EXPECT_STREQ(test, show(T "events/enable"), "1\n");
}

/* Writers on all CPUs, in tasks and in interrupts, and a reader, on small rings. */

#define EVENTS	2000

static atomic_t writers;
static struct completion all_done;

static int writer(void *data)
{
	int i, first = (int)(long)data;

	for (i = 0; i < EVENTS; i++)
		event(first + i);
	if (atomic_dec_and_test(&writers))
		complete(&all_done);
	return 0;
}

static void expect_whole_lines(struct kunit *test)
{
	const char *s = text.buf;

	while ((s = strstr(s, " alloc_order="))) {
		int a, f, t, g, fragmenting, n;

		n = sscanf(s, " alloc_order=%d fallback_order=%d pageblock_order=9 "
			   "alloc_migratetype=%d fallback_migratetype=%d fragmenting=%d", &a, &f,
			   &t, &g, &fragmenting);
		KUNIT_ASSERT_EQ(test, n, 5);
		KUNIT_ASSERT_TRUE_MSG(test, a == f && f == t && t == g, "%.120s", s);
		s++;
	}
}

static void all_at_once_test(struct kunit *test)
{
	unsigned int kept, written, interrupts = 0;
	int i, cpus = (int)num_online_cpus();

	text_write(T "buffer_size_kb", "4");
	text_write(T "set_event", "mm_page_alloc_extfrag");
	init_completion(&all_done);
	atomic_set(&writers, cpus);
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(writer, (void *)(long)(i * 10000),
							    "writer/%d", i)));
	do {
		for (i = 0; i < cpus; i++)
			smp_call_function_single(i, event_there, &i, 1);
		interrupts += (unsigned int)cpus;
		show(T "trace");
		expect_whole_lines(test);
	} while (!try_wait_for_completion(&all_done));
	counts(test, &kept, &written);
	KUNIT_EXPECT_EQ(test, written, (unsigned int)cpus * EVENTS + interrupts);
	KUNIT_EXPECT_LE(test, kept, (unsigned int)(SLOTS * (size_t)cpus));
	KUNIT_EXPECT_EQ(test, count_of("mm_page_alloc_extfrag:"), kept);
}

/* Probes. */

struct probed {
	unsigned int calls, order;
	struct page *page;
};

static void probe(void *data, struct page *page, unsigned int order)
{
	struct probed *p = data;

	p->calls++;
	p->order = order;
	p->page = page;
}

static unsigned int probes_held;

static void count_probe(void *ctx, const struct quarry_holding *h)
{
	probes_held += !strcmp(h->kind, "tracepoint probe") && !strcmp(h->detail, "mm_page_free");
}

static void find_page_free(struct tracepoint *tp, void *priv)
{
	if (!strcmp(tp->name, "mm_page_free"))
		*(struct tracepoint **)priv = tp;
}

/* As modules find what is not exported. */
static void by_name_test(struct kunit *test)
{
	struct tracepoint *tp = NULL;
	struct probed a = {};

	for_each_kernel_tracepoint(find_page_free, &tp);
	KUNIT_ASSERT_NOT_NULL(test, tp);
	KUNIT_ASSERT_EQ(test, tracepoint_probe_register(tp, (void *)probe, &a), 0);
	__free_page(alloc_page(GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, tracepoint_probe_unregister(tp, (void *)probe, &a), 0);
	tracepoint_synchronize_unregister();
	KUNIT_EXPECT_GE(test, a.calls, 1u);
}

static void probe_test(struct kunit *test)
{
	struct probed a = {}, b = {};
	struct page *page = alloc_pages(GFP_KERNEL, 4);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, register_trace_mm_page_free(probe, &a), 0);
	KUNIT_EXPECT_EQ(test, register_trace_mm_page_free(probe, &a), -EEXIST);
	KUNIT_EXPECT_EQ(test, register_trace_mm_page_free(NULL, &a), -EINVAL);
	KUNIT_EXPECT_TRUE(test, trace_mm_page_free_enabled());
	KUNIT_EXPECT_TRUE(test, page_hooks & PAGE_HOOK_TRACE);
	KUNIT_EXPECT_EQ(test, register_trace_mm_page_free(probe, &b), 0);
	preempt_disable();
	a.calls = b.calls = 0;
	__free_pages(page, 4);
	KUNIT_EXPECT_EQ(test, a.calls, 1u);
	KUNIT_EXPECT_EQ(test, b.calls, 1u);
	KUNIT_EXPECT_EQ(test, a.order, 4u);
	KUNIT_EXPECT_PTR_EQ(test, b.page, page);
	preempt_enable();
	probes_held = 0;
	quarry_holdings((uintptr_t)probe, (uintptr_t)probe + 1, count_probe, NULL);
	KUNIT_EXPECT_EQ(test, probes_held, 2u);

	KUNIT_EXPECT_EQ(test, unregister_trace_mm_page_free(probe, &a), 0);
	KUNIT_EXPECT_EQ(test, unregister_trace_mm_page_free(probe, &a), -ENOENT);
	a.calls = b.calls = 0;
	__free_pages(alloc_pages(GFP_KERNEL, 0), 0);
	KUNIT_EXPECT_EQ(test, a.calls, 0u);
	KUNIT_EXPECT_GE(test, b.calls, 1u);
	KUNIT_EXPECT_EQ(test, unregister_trace_mm_page_free(probe, &b), 0);
	KUNIT_EXPECT_FALSE(test, trace_mm_page_free_enabled());
	/* Probes are one thing, the event another. */
	counts(test, &a.calls, &a.order);
	KUNIT_EXPECT_EQ(test, a.order, 0u);
}

static struct kunit_case trace_cases[] = {
	KUNIT_CASE(header_test),
	KUNIT_CASE(lines_test),
	KUNIT_CASE(values_test),
	KUNIT_CASE(kmalloc_events_test),
	KUNIT_CASE(cache_events_test),
	KUNIT_CASE(objects_everywhere_test),
	KUNIT_CASE(contexts_test),
	KUNIT_CASE(overwrite_test),
	KUNIT_CASE(merge_test),
	KUNIT_CASE(switches_test),
	KUNIT_CASE(set_event_test),
	KUNIT_CASE(format_test),
	KUNIT_CASE(link_test),
	KUNIT_CASE(all_at_once_test),
	KUNIT_CASE(probe_test),
	KUNIT_CASE(by_name_test),
	{}
};

static struct kunit_suite trace_suite = {
	.name = "trace", .init = trace_off, .exit = after, .test_cases = trace_cases,
};
kunit_test_suite(trace_suite);

/* A machine that is full, so that what a request takes from another type is known. */

#define HELD	64
#define LAST	(GFP_ATOMIC | __GFP_MEMALLOC | __GFP_NOWARN)

static struct page *held[HELD];
static unsigned int held_order[HELD], nr_held;

static void hold(struct page *page, unsigned int order)
{
	held[nr_held] = page;
	held_order[nr_held++] = order;
}

/* Frees a held block that lies in a pageblock of this type; false: there is none. */
static bool let_go(unsigned int order, int type)
{
	unsigned int i;

	for (i = 0; i < nr_held; i++) {
		struct page *page = held[i];

		if (!page || held_order[i] != order ||
		    pageblock_type_of(page_zone(page), page_to_pfn(page)) != type)
			continue;
		__free_pages(page, order);
		held[i] = NULL;
		return true;
	}
	return false;
}

static void extfrag_test(struct kunit *test)
{
	struct page *whole, *part, *page;
	char expected[256];
	int order, i;

	nr_held = 0;
	text_write(T "set_event", "mm_page_alloc_extfrag");
	text_write(T "tracing_on", "0");
	for (order = 9; order >= 7; order--)
		while (nr_held < HELD - 8 && (page = alloc_pages(LAST | __GFP_MOVABLE, order)))
			hold(page, order);
	text_write(T "tracing_on", "1");
	/* All of a pageblock: it becomes the request's. */
	KUNIT_EXPECT_TRUE(test, let_go(9, MIGRATE_MOVABLE));
	whole = alloc_pages(LAST, 8);
	hold(alloc_pages(LAST, 8), 8);		/* the other half is its own already */
	/* A quarter of one: it stays movable. */
	KUNIT_EXPECT_TRUE(test, let_go(9, MIGRATE_MOVABLE));
	for (i = 0; i < 4; i++)
		hold(alloc_pages(LAST | __GFP_MOVABLE, 7), 7);
	__free_pages(held[--nr_held], 7);
	part = alloc_pages(LAST, 7);
	text_write(T "events/enable", "0");
	while (nr_held--)
		if (held[nr_held])
			__free_pages(held[nr_held], held_order[nr_held]);
	KUNIT_ASSERT_NOT_NULL(test, whole);
	KUNIT_ASSERT_NOT_NULL(test, part);
	__free_pages(whole, 8);
	__free_pages(part, 7);

	show(T "trace");
	KUNIT_EXPECT_EQ_MSG(test, count_of("mm_page_alloc_extfrag:"), 2u, "%s", text.buf);
	snprintf(expected, sizeof(expected), "mm_page_alloc_extfrag: page=%p pfn=0x%lx "
		 "alloc_order=8 fallback_order=9 pageblock_order=9 alloc_migratetype=0 "
		 "fallback_migratetype=1 fragmenting=0 change_ownership=1\n", whole,
		 page_to_pfn(whole));
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(text.buf, expected), "%s in\n%s", expected, text.buf);
	snprintf(expected, sizeof(expected), "mm_page_alloc_extfrag: page=%p pfn=0x%lx "
		 "alloc_order=7 fallback_order=7 pageblock_order=9 alloc_migratetype=0 "
		 "fallback_migratetype=1 fragmenting=1 change_ownership=0\n", part,
		 page_to_pfn(part));
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(text.buf, expected), "%s in\n%s", expected, text.buf);
	/* Taken with zone->lock held: interrupts off, one deep. */
	KUNIT_EXPECT_EQ(test, count_of("] d..1. ") + count_of("] dN.1. "), 2u);
}

static struct kunit_case trace_full_cases[] = {
	KUNIT_CASE(extfrag_test),
	{}
};

static struct kunit_suite trace_full_suite = {
	.name = "trace_full", .init = trace_off, .exit = after, .test_cases = trace_full_cases,
};
quarry_suite_on(trace_full_suite, "tiny-16m");

/* From boot on. */

static void trace_boot_test(struct kunit *test)
{
	char expected[64];
	void *p;

	KUNIT_EXPECT_TRUE(test, slab_hooks & SLAB_HOOK_TRACE);
	p = kmalloc(100, GFP_KERNEL);
	show(T "trace");
	kfree(p);
	snprintf(expected, sizeof(expected), " ptr=%p bytes_req=100 ", p);
	KUNIT_EXPECT_EQ_MSG(test, count_of(expected), 1u, "%s", text.buf);
	KUNIT_EXPECT_EQ(test, count_of(" kfree: "), 0u);
}

static struct kunit_case trace_boot_cases[] = {
	KUNIT_CASE(trace_boot_test),
	{}
};

static struct kunit_suite trace_boot_suite = {
	.name = "trace_boot", .exit = after, .test_cases = trace_boot_cases,
};
quarry_suite_on(trace_boot_suite, "x86_64-8g trace_event=kmem:kmalloc");
