// SPDX-License-Identifier: MIT
/*
 * Where pointers may be that nothing else refers to: the writable parts of the program and
 * of modules, and the threads' stacks. A thread that has a CPU may have pointers in its
 * registers alone; those of one that sleeps are on its stack (quarry_host_sleep()), and so
 * are those of one that a signal has interrupted.
 *
 * Locking: sched.lock for the threads; the dynamic linker's for what is loaded.
 */
#include "internal.h"

#include <link.h>

struct visit {
	void (*fn)(void *ctx, uintptr_t owner, uintptr_t lo, uintptr_t hi);
	void *ctx;
	unsigned int nr;		/* the program comes first */
};

static int visit_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct visit *v = arg;
	uintptr_t owner = 0;

	for (unsigned int i = 0; v->nr && i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		if (p->p_type == PT_LOAD && (p->p_flags & PF_X))
			owner = info->dlpi_addr + p->p_vaddr;
	}
	for (unsigned int i = 0; i < info->dlpi_phnum && (owner || !v->nr); i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t lo = info->dlpi_addr + p->p_vaddr;

		if (p->p_type == PT_LOAD && (p->p_flags & PF_W))
			v->fn(v->ctx, owner, lo, lo + p->p_memsz);
	}
	v->nr++;
	return 0;
}

/* Of a stack: from where it is used, if that is known. */
static void visit_range(const struct visit *v, uintptr_t lo, uintptr_t hi, uintptr_t from)
{
	if (hi)
		v->fn(v->ctx, 0, from >= lo && from < hi ? from : lo, hi);
}

static void visit_stack(const struct visit *v, const struct port_thread *pt, uintptr_t frame)
{
	const struct port_stack *s = pt->stack;
	const struct port_here *here = pt->here;
	bool still = pt == port_me || pt->sleeping;
	uintptr_t from = pt == port_me ? frame : pt->sleeping ? pt->asleep : 0;

	for (int i = 0; here && i < PORT_VISITS; i++)
		visit_range(v, __atomic_load_n(&here->seen[i].lo, __ATOMIC_RELAXED),
			    __atomic_load_n(&here->seen[i].hi, __ATOMIC_RELAXED), from);
	visit_range(v, (uintptr_t)s->lo, (uintptr_t)s->hi,
		    here && still && here->host_sp ? here->host_sp : from);
	if (!still && s->signal_lo)
		v->fn(v->ctx, 0, (uintptr_t)s->signal_lo, (uintptr_t)s->signal_hi);
}

void quarry_host_roots(uintptr_t frame,
		       void (*fn)(void *ctx, uintptr_t owner, uintptr_t lo, uintptr_t hi), void *ctx)
{
	struct visit v = { .fn = fn, .ctx = ctx };
	unsigned long flags = port_enter();
	struct port_thread *pt;

	dl_iterate_phdr(visit_object, &v);
	port_lock();
	LIST_FOREACH(pt, &sched.threads, all)
		visit_stack(&v, pt, frame);
	port_unlock();
	port_leave(flags);
}
