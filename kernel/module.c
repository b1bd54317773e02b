// SPDX-License-Identifier: MIT
/*
 * Modules, once their code is in memory: parameters, init and exit, who uses them,
 * what they export.
 *
 * M1  A module is in the list from before its init function runs until its exit
 *     function has returned, or init has failed.
 * M2  init and exit begin and end with preemption on; what they leave is reported
 *     and put right.
 * M3  The table of exports is the core's section plus those of the modules in the list.
 * M4  A module whose exports a loaded module refers to has a reference for it, and so
 *     cannot be removed before that one.
 *
 * Locking: modules_lock guards the list and the states, and is not held while a
 * module's init or exit runs, which may load modules. One thread loads and unloads.
 */
#include <linux/module.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/notifier.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "kernel/internal.h"
#include "mm/stack.h"

static DEFINE_SPINLOCK(modules_lock);
static LIST_HEAD(modules);		/* modules_lock */
static BLOCKING_NOTIFIER_HEAD(module_chain);

/* M4 */
struct module_use {
	struct list_head list;		/* modules_lock */
	struct module *user, *of;
};

static LIST_HEAD(uses);			/* modules_lock */

void modules_start(void)
{
	spin_lock_init(&modules_lock);
	INIT_LIST_HEAD(&modules);
	INIT_LIST_HEAD(&uses);
	BLOCKING_INIT_NOTIFIER_HEAD(&module_chain);
}

void modules_stop(void)
{
	struct module_use *use;
	struct module *mod;

	while ((use = list_first_entry_or_null(&uses, struct module_use, list))) {
		list_del(&use->list);
		kfree(use);
	}
	/* Their memory is the loader's; only forget them. */
	while ((mod = list_first_entry_or_null(&modules, struct module, list)))
		list_del_init(&mod->list);
}

int register_module_notifier(struct notifier_block *nb)
{
	return blocking_notifier_chain_register(&module_chain, nb);
}
EXPORT_SYMBOL(register_module_notifier);

int unregister_module_notifier(struct notifier_block *nb)
{
	return blocking_notifier_chain_unregister(&module_chain, nb);
}
EXPORT_SYMBOL(unregister_module_notifier);

/* With modules_lock held. */
static struct module *find_locked(const char *name)
{
	struct module *mod;

	list_for_each_entry(mod, &modules, list)
		if (!strcmp(mod->name, name))
			return mod;
	return NULL;
}

struct module *find_module(const char *name)
{
	struct module *mod;
	unsigned long flags;

	spin_lock_irqsave(&modules_lock, flags);
	mod = find_locked(name);
	spin_unlock_irqrestore(&modules_lock, flags);
	return mod;
}
EXPORT_SYMBOL(find_module);

struct module *__module_text_address(unsigned long addr)
{
	struct module *mod, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&modules_lock, flags);
	list_for_each_entry(mod, &modules, list)
		if (addr >= mod->text && addr < mod->text_end)
			found = mod;
	spin_unlock_irqrestore(&modules_lock, flags);
	return found;
}
EXPORT_SYMBOL(__module_text_address);

struct module *__module_address(unsigned long addr)
{
	return __module_text_address(addr);
}
EXPORT_SYMBOL(__module_address);

bool is_module_address(unsigned long addr)
{
	return __module_address(addr) != NULL;
}
EXPORT_SYMBOL(is_module_address);

/* Users. */

bool try_module_get(struct module *mod)
{
	if (!mod)
		return true;
	if (mod->state == MODULE_STATE_GOING)
		return false;
	atomic_inc(&mod->refcnt);
	return true;
}
EXPORT_SYMBOL(try_module_get);

void __module_get(struct module *mod)
{
	if (mod)
		atomic_inc(&mod->refcnt);
}
EXPORT_SYMBOL(__module_get);

void module_put(struct module *mod)
{
	if (mod)
		WARN(atomic_dec_return(&mod->refcnt) < 0, "module_put() without a get: %s\n",
		     mod->name);
}
EXPORT_SYMBOL(module_put);

/* With modules_lock held. */
static struct module_use *find_use_locked(const struct module *user, const struct module *of)
{
	struct module_use *use;

	list_for_each_entry(use, &uses, list)
		if (use->user == user && (!of || use->of == of))
			return use;
	return NULL;
}

int quarry_module_use(struct module *user, struct module *of)
{
	struct module_use *use = kmalloc(sizeof(*use), GFP_KERNEL);
	unsigned long flags;
	bool known;

	if (!use)
		return -ENOMEM;
	use->user = user;
	use->of = of;
	spin_lock_irqsave(&modules_lock, flags);
	known = find_use_locked(user, of);
	if (!known) {
		list_add_tail(&use->list, &uses);
		__module_get(of);
	}
	spin_unlock_irqrestore(&modules_lock, flags);
	if (known)
		kfree(use);
	return 0;
}

/* A module is gone: those that it used may go. */
static void end_uses(struct module *user)
{
	struct module_use *use;
	unsigned long flags;

	spin_lock_irqsave(&modules_lock, flags);
	while ((use = find_use_locked(user, NULL))) {
		list_del(&use->list);
		module_put(use->of);
		kfree(use);
	}
	spin_unlock_irqrestore(&modules_lock, flags);
}

unsigned int quarry_module_users(const struct module *mod, char *buf, size_t size)
{
	struct module_use *use;
	unsigned long flags;
	size_t n = 0;

	*buf = '\0';
	spin_lock_irqsave(&modules_lock, flags);
	list_for_each_entry(use, &uses, list)
		if (use->of == mod)
			n += (size_t)scnprintf(buf + n, size - n, "%s%s", n ? "," : "",
					       use->user->name);
	spin_unlock_irqrestore(&modules_lock, flags);
	return (unsigned int)atomic_read(&mod->refcnt);
}

int module_refcount(struct module *mod)
{
	return atomic_read(&mod->refcnt);
}
EXPORT_SYMBOL(module_refcount);

void __module_put_and_kthread_exit(struct module *mod, long code)
{
	module_put(mod);
	kthread_exit(code);
}
EXPORT_SYMBOL(__module_put_and_kthread_exit);

/* What is said about itself. */

static const char *modinfo(const struct module *mod, const char *tag)
{
	size_t len = strlen(tag);
	const char *p = mod->modinfo_start;

	for (; p && p < mod->modinfo_end; p += strlen(p) + 1)
		if (!strncmp(p, tag, len) && p[len] == '=')
			return p + len + 1;
	return NULL;
}

/* Leniency: such a module loads and runs, with a word about it. */
static void check_license(const struct module *mod)
{
	static const char *const good[] = {
		"GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL",
		"Dual MPL/GPL",
	};
	const char *license = modinfo(mod, "license");
	unsigned int i;

	for (i = 0; license && i < ARRAY_SIZE(good); i++)
		if (!strcmp(license, good[i]))
			return;
	pr_warn("%s: module license '%s' taints kernel.\n", mod->name,
		license ? license : "unspecified");
}

static int take_params(struct module *mod, char *const params[])
{
	int err = 0;

	for (; params && *params && !err; params++) {
		err = params_parse(mod->name, *params, mod->params_start, mod->params_end);
		if (err == -ENOENT) {
			pr_warn("%s: unknown parameter '%.*s' ignored\n", mod->name,
				(int)strcspn(*params, "="), *params);
			err = 0;
		}
	}
	return err;
}

static int enlist(struct module *mod)
{
	unsigned long flags;
	int err = -EEXIST;

	spin_lock_irqsave(&modules_lock, flags);
	if (!find_locked(mod->name)) {
		mod->state = MODULE_STATE_COMING;
		list_add(&mod->list, &modules);
		err = 0;
	}
	spin_unlock_irqrestore(&modules_lock, flags);
	return err;
}

static void delist(struct module *mod)
{
	unsigned long flags;

	spin_lock_irqsave(&modules_lock, flags);
	mod->state = MODULE_STATE_UNFORMED;
	list_del(&mod->list);
	spin_unlock_irqrestore(&modules_lock, flags);
}

static void set_state(struct module *mod, enum module_state state)
{
	mod->state = state;
	blocking_notifier_call_chain(&module_chain, state, mod);
}

struct call {
	int (*init)(void);
	void (*exit)(void);
	int ret;
};

static void do_call(void *arg)
{
	struct call *call = arg;

	if (call->init)
		call->ret = call->init();
	if (call->exit)
		call->exit();
}

/* M2. Runs in the caller's task, under the name of the program that does it. */
static int run(const struct module *mod, struct call call)
{
	unsigned int before = (unsigned int)preempt_count();
	char saved[TASK_COMM_LEN];

	memcpy(saved, current->comm, sizeof(saved));
	strscpy(current->comm, call.init ? "insmod" : "rmmod", sizeof(current->comm));
	on_task_stack(do_call, &call);
	stack_check_call(call.init ? ", after init of " : ", after exit of ", mod->name);
	kthread_balance(before, call.init ? "initcall" : "module exit",
			call.init ? (void *)call.init : (void *)call.exit);
	memcpy(current->comm, saved, sizeof(saved));
	return call.ret;
}

/* The module's functions have returned for the last time: nobody shall be in its code. */
static void code_ends(struct module *mod)
{
	unsigned int n = rcu_cancel(mod->text, mod->text_end);

	if (n)
		pr_warn("%s: %u RCU callback%s in its code cancelled: rcu_barrier() is missing\n",
			mod->name, n, n == 1 ? "" : "s");
	/* What kfree_rcu() has still to free is the kernel's business, not what the module holds. */
	rcu_barrier();
}

/* Linux loads such a module, too. It may have meant an error, and have left nothing behind. */
static void report_positive(const struct module *mod, int result)
{
	uintptr_t init = (uintptr_t)mod->init + 1;	/* as a return address, it has a line */

	report_begin(REPORT_WARNING, "'%s'->init suspiciously returned %d, it should follow "
		     "0/-E convention", mod->name, result);
	report_stack("loading module anyway; init is:", &init, 1);
	report_end();
}

int quarry_module_insert(struct module *mod, uintptr_t text, uintptr_t text_end,
			 char *const params[], int *init_result)
{
	int err;

	*init_result = 0;
	if (mod->magic != QUARRY_MODULE_MAGIC || mod->size != sizeof(*mod)) {
		pr_err("%.32s: not a module for this kernel\n", mod->name);
		return -EINVAL;
	}
	mod->text = text;
	mod->text_end = text_end;
	mod->version = modinfo(mod, "version");
	atomic_set(&mod->refcnt, 0);
	err = enlist(mod);
	if (err)
		return err;
	check_license(mod);
	err = take_params(mod, params);
	if (err) {
		params_free(mod->params_start, mod->params_end);
		delist(mod);
		return err;
	}
	set_state(mod, MODULE_STATE_COMING);
	fault_init_begins();
	*init_result = run(mod, (struct call) { .init = mod->init });
	fault_init_ended();
	if (*init_result < 0) {
		set_state(mod, MODULE_STATE_GOING);
		code_ends(mod);
		params_free(mod->params_start, mod->params_end);
		delist(mod);
		return 0;
	}
	if (*init_result > 0)
		report_positive(mod, *init_result);
	set_state(mod, MODULE_STATE_LIVE);
	kunit_run_module(mod->kunit_start, mod->kunit_end);
	return 0;
}

int quarry_module_remove(const char *name)
{
	struct module *mod;
	unsigned long flags;
	int err = 0;

	spin_lock_irqsave(&modules_lock, flags);
	mod = find_locked(name);
	if (!mod)
		err = -ENOENT;
	else if (mod->state != MODULE_STATE_LIVE || atomic_read(&mod->refcnt) > 0 ||
		 (mod->init && !mod->exit))
		err = -EBUSY;
	else
		mod->state = MODULE_STATE_GOING;
	spin_unlock_irqrestore(&modules_lock, flags);
	if (err)
		return err;
	set_state(mod, MODULE_STATE_GOING);
	if (mod->exit)
		run(mod, (struct call) { .exit = mod->exit });
	code_ends(mod);
	params_free(mod->params_start, mod->params_end);
	delist(mod);
	end_uses(mod);
	return 0;
}

/*
 * Copies lie as the template does: in a cache line, and in a page when the template
 * begins one or is larger, so that what was aligned stays aligned.
 */
static size_t template_align(uintptr_t start, size_t size)
{
	if (size > PAGE_SIZE)
		return PAGE_SIZE;
	return clamp_t(uintptr_t, start & -start, SMP_CACHE_BYTES, PAGE_SIZE);
}

int quarry_module_percpu(struct module *mod, uintptr_t *start, size_t *size, intptr_t *delta)
{
	size_t align, lead;
	unsigned int cpu;

	*start = (uintptr_t)mod->percpu_start;
	*size = (size_t)(mod->percpu_end - mod->percpu_start);
	*delta = 0;
	mod->percpu = NULL;
	if (!*size)
		return 0;
	align = template_align(*start, *size);
	lead = *start % align;
	mod->percpu = percpu_alloc_reserved(lead + *size, align);
	if (!mod->percpu) {
		pr_err("%s: no room for %zu bytes of per-CPU variables\n", mod->name, *size);
		return -ENOMEM;
	}
	for_each_possible_cpu(cpu)
		memcpy(per_cpu_ptr((char *)mod->percpu + lead, cpu), mod->percpu_start, *size);
	*delta = (intptr_t)((uintptr_t)mod->percpu + lead - *start);
	return 0;
}

void quarry_module_percpu_free(struct module *mod)
{
	percpu_free_reserved(mod->percpu);
	mod->percpu = NULL;
}

const char *quarry_module_name(const struct module *mod)
{
	return mod->name;
}

bool quarry_module_live(const struct module *mod)
{
	return mod->state == MODULE_STATE_LIVE;
}

unsigned int quarry_module_busy(const struct module *mod)
{
	return kernel_busy(mod->text, mod->text_end);
}

/* Exports (M3). */

extern const struct kernel_symbol __start_quarry_ksymtab[] __weak;
extern const struct kernel_symbol __stop_quarry_ksymtab[] __weak;

#define EXPORT_SLOTS	8192	/* a power of two, more than twice the core's exports */

static const void *export_hash[EXPORT_SLOTS];	/* the core's: the same for ever */
static bool export_hash_ready;

static unsigned int export_slot(const void *address)
{
	return (unsigned int)((uintptr_t)address * 2654435761u >> 8) % EXPORT_SLOTS;
}

static void fill_export_hash(void)
{
	const struct kernel_symbol *sym;

	BUG_ON(__stop_quarry_ksymtab - __start_quarry_ksymtab > EXPORT_SLOTS / 2);
	for (sym = __start_quarry_ksymtab; sym < __stop_quarry_ksymtab; sym++) {
		unsigned int slot = export_slot(sym->value);

		while (export_hash[slot] && export_hash[slot] != sym->value)
			slot = (slot + 1) % EXPORT_SLOTS;
		export_hash[slot] = sym->value;
	}
	export_hash_ready = true;
}

bool quarry_symbol_exported(const void *address)
{
	const struct kernel_symbol *sym;
	struct module *mod;
	unsigned long flags;
	unsigned int slot;
	bool found = false;

	if (!export_hash_ready)
		fill_export_hash();
	for (slot = export_slot(address); export_hash[slot]; slot = (slot + 1) % EXPORT_SLOTS)
		if (export_hash[slot] == address)
			return true;
	spin_lock_irqsave(&modules_lock, flags);
	list_for_each_entry(mod, &modules, list)
		for (sym = mod->syms_start; sym < mod->syms_end; sym++)
			if (sym->value == address)
				found = true;
	spin_unlock_irqrestore(&modules_lock, flags);
	return found;
}

static void *lookup(const struct kernel_symbol *sym, const struct kernel_symbol *end,
		    const char *name)
{
	for (; sym < end; sym++)
		if (!strcmp(sym->name, name))
			return (void *)sym->value;
	return NULL;
}

void *__symbol_get(const char *symbol)
{
	void *found = lookup(__start_quarry_ksymtab, __stop_quarry_ksymtab, symbol);
	struct module *mod;
	unsigned long flags;

	if (found)
		return found;
	spin_lock_irqsave(&modules_lock, flags);
	list_for_each_entry(mod, &modules, list) {
		found = lookup(mod->syms_start, mod->syms_end, symbol);
		if (found) {
			__module_get(mod);
			break;
		}
	}
	spin_unlock_irqrestore(&modules_lock, flags);
	return found;
}
EXPORT_SYMBOL(__symbol_get);

void __symbol_put(const char *symbol)
{
	struct module *mod;
	unsigned long flags;

	spin_lock_irqsave(&modules_lock, flags);
	list_for_each_entry(mod, &modules, list)
		if (lookup(mod->syms_start, mod->syms_end, symbol))
			module_put(mod);
	spin_unlock_irqrestore(&modules_lock, flags);
}
EXPORT_SYMBOL(__symbol_put);

/* Views. */

int modules_show(struct seq_file *m)
{
	static const char *const states[] = {
		[MODULE_STATE_LIVE] = "Live", [MODULE_STATE_COMING] = "Loading",
		[MODULE_STATE_GOING] = "Unloading", [MODULE_STATE_UNFORMED] = "Unformed",
	};
	struct module_use *use;
	struct module *mod;
	unsigned long flags;
	bool used;

	spin_lock_irqsave(&modules_lock, flags);
	list_for_each_entry(mod, &modules, list) {
		seq_printf(m, "%s %zu %d ", mod->name, (size_t)(mod->text_end - mod->text),
			   atomic_read(&mod->refcnt));
		used = false;
		list_for_each_entry(use, &uses, list) {
			if (use->of != mod)
				continue;
			seq_printf(m, "%s,", use->user->name);
			used = true;
		}
		seq_printf(m, "%s %s 0x%px\n", used ? "" : "-", states[mod->state],
			   (void *)mod->text);
	}
	spin_unlock_irqrestore(&modules_lock, flags);
	return 0;
}

/* Called inside a report, from any context: no lock that could be held. */
void report_print_modules(void)
{
	char line[256] = "";
	struct module *mod;
	unsigned long flags;

	if (spin_trylock_irqsave(&modules_lock, flags)) {
		if (modules.next)
			list_for_each_entry(mod, &modules, list) {
				strlcat(line, " ", sizeof(line));
				strlcat(line, mod->name, sizeof(line));
			}
		spin_unlock_irqrestore(&modules_lock, flags);
	}
	report_line("Modules linked in:%s", line);
}
