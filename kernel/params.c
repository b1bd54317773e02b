// SPDX-License-Identifier: MIT
/*
 * Parameters: text into variables. A type is its kernel_param_ops.
 *
 * P1  A charp that was set points to a copy of the text, which is in `copies`. It is
 *     freed when it is set again, or with its module.
 * P2  A value that does not parse, or does not fit, leaves the variable as it was.
 *
 * Locking: params_mutex serialises everything; may sleep.
 */
#include <linux/moduleparam.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/page.h>

#include "kernel/internal.h"

static DEFINE_MUTEX(params_mutex);

/* P1 */
struct copy {
	struct list_head list;
	char text[];
};
static LIST_HEAD(copies);

void params_start(void)
{
	mutex_init(&params_mutex);
	INIT_LIST_HEAD(&copies);
}

static void free_copy(const char *text)
{
	struct copy *c;

	list_for_each_entry(c, &copies, list) {
		if (c->text != text)
			continue;
		list_del(&c->list);
		kfree(c);
		return;
	}
}

/* Numbers. */

#define NUMBER_PARAM(name, type, format, parse)				\
int param_set_##name(const char *val, const struct kernel_param *kp)	\
{									\
	type v;								\
	int err = parse(val, 0, &v);					\
									\
	if (!err)							\
		*(type *)kp->arg = v;					\
	return err;							\
}									\
EXPORT_SYMBOL(param_set_##name);					\
int param_get_##name(char *buffer, const struct kernel_param *kp)	\
{									\
	return scnprintf(buffer, PAGE_SIZE, format "\n", *(type *)kp->arg); \
}									\
EXPORT_SYMBOL(param_get_##name);					\
const struct kernel_param_ops param_ops_##name = {			\
	.set = param_set_##name,					\
	.get = param_get_##name,					\
};									\
EXPORT_SYMBOL(param_ops_##name)

NUMBER_PARAM(byte, unsigned char, "%hhu", kstrtou8);
NUMBER_PARAM(short, short, "%hi", kstrtos16);
NUMBER_PARAM(ushort, unsigned short, "%hu", kstrtou16);
NUMBER_PARAM(int, int, "%i", kstrtoint);
NUMBER_PARAM(uint, unsigned int, "%u", kstrtouint);
NUMBER_PARAM(long, long, "%li", kstrtol);
NUMBER_PARAM(ulong, unsigned long, "%lu", kstrtoul);
NUMBER_PARAM(ullong, unsigned long long, "%llu", kstrtoull);
NUMBER_PARAM(hexint, unsigned int, "%#08x", kstrtouint);

int param_set_uint_minmax(const char *val, const struct kernel_param *kp, unsigned int min,
			  unsigned int max)
{
	unsigned int v;
	int err = kstrtouint(val, 0, &v);

	if (err)
		return err;
	if (v < min || v > max)
		return -EINVAL;
	*(unsigned int *)kp->arg = v;
	return 0;
}
EXPORT_SYMBOL(param_set_uint_minmax);

/* Truth. */

int param_set_bool(const char *val, const struct kernel_param *kp)
{
	return kstrtobool(val ? val : "1", kp->arg);
}
EXPORT_SYMBOL(param_set_bool);

int param_get_bool(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%c\n", *(bool *)kp->arg ? 'Y' : 'N');
}
EXPORT_SYMBOL(param_get_bool);

const struct kernel_param_ops param_ops_bool = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = param_set_bool,
	.get = param_get_bool,
};
EXPORT_SYMBOL(param_ops_bool);

int param_set_bool_enable_only(const char *val, const struct kernel_param *kp)
{
	bool v;
	int err = kstrtobool(val ? val : "1", &v);

	if (err)
		return err;
	if (!v && *(bool *)kp->arg)
		return -EROFS;
	*(bool *)kp->arg = v;
	return 0;
}
EXPORT_SYMBOL(param_set_bool_enable_only);

const struct kernel_param_ops param_ops_bool_enable_only = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = param_set_bool_enable_only,
	.get = param_get_bool,
};
EXPORT_SYMBOL(param_ops_bool_enable_only);

int param_set_invbool(const char *val, const struct kernel_param *kp)
{
	bool v;
	int err = kstrtobool(val, &v);

	if (!err)
		*(bool *)kp->arg = !v;
	return err;
}
EXPORT_SYMBOL(param_set_invbool);

int param_get_invbool(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%c\n", *(bool *)kp->arg ? 'N' : 'Y');
}
EXPORT_SYMBOL(param_get_invbool);

const struct kernel_param_ops param_ops_invbool = {
	.set = param_set_invbool,
	.get = param_get_invbool,
};
EXPORT_SYMBOL(param_ops_invbool);

/* Text. */

int param_set_charp(const char *val, const struct kernel_param *kp)
{
	size_t len = strlen(val);
	struct copy *c;

	if (len > 1024) {
		pr_err("%s: string parameter too long\n", kp->name);
		return -ENOSPC;
	}
	c = kmalloc(sizeof(*c) + len + 1, GFP_KERNEL);
	if (!c)
		return -ENOMEM;
	memcpy(c->text, val, len + 1);
	free_copy(*(char **)kp->arg);
	list_add(&c->list, &copies);
	*(char **)kp->arg = c->text;
	return 0;
}
EXPORT_SYMBOL(param_set_charp);

int param_get_charp(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%s\n", *(char **)kp->arg);
}
EXPORT_SYMBOL(param_get_charp);

static void free_charp(void *arg)
{
	free_copy(*(char **)arg);
}

const struct kernel_param_ops param_ops_charp = {
	.set = param_set_charp,
	.get = param_get_charp,
	.free = free_charp,
};
EXPORT_SYMBOL(param_ops_charp);

int param_set_copystring(const char *val, const struct kernel_param *kp)
{
	if (strnlen(val, kp->str->maxlen) == kp->str->maxlen) {
		pr_err("%s: string doesn't fit in %u chars.\n", kp->name, kp->str->maxlen - 1);
		return -ENOSPC;
	}
	strcpy(kp->str->string, val);
	return 0;
}
EXPORT_SYMBOL(param_set_copystring);

int param_get_string(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%s\n", kp->str->string);
}
EXPORT_SYMBOL(param_get_string);

const struct kernel_param_ops param_ops_string = {
	.set = param_set_copystring,
	.get = param_get_string,
};
EXPORT_SYMBOL(param_ops_string);

/* Arrays: elements between commas. */

static struct kernel_param element_of(const struct kernel_param *kp, unsigned int i)
{
	struct kernel_param e = *kp;

	e.ops = kp->arr->ops;
	e.arg = (char *)kp->arr->elem + (size_t)i * kp->arr->elemsize;
	return e;
}

static int set_array(const char *val, const struct kernel_param *kp)
{
	const struct kparam_array *arr = kp->arr;
	char *copy = kstrdup(val, GFP_KERNEL), *at = copy, *comma;
	unsigned int n = 0;
	int err = 0;

	if (!copy)
		return -ENOMEM;
	do {
		struct kernel_param e;

		if (n >= arr->max) {
			pr_err("%s: can only take %u arguments\n", kp->name, arr->max);
			err = -EINVAL;
			break;
		}
		comma = strchr(at, ',');
		if (comma)
			*comma = '\0';
		e = element_of(kp, n);
		err = e.ops->set(at, &e);
		if (err)
			break;
		n++;
		at = comma + 1;
	} while (comma);
	if (arr->num && !err)
		*arr->num = n;
	kfree(copy);
	return err;
}

static int get_array(char *buffer, const struct kernel_param *kp)
{
	const struct kparam_array *arr = kp->arr;
	unsigned int i, n = arr->num ? *arr->num : arr->max;
	int len = 0;

	for (i = 0; i < n; i++) {
		struct kernel_param e = element_of(kp, i);

		if (i)
			buffer[len - 1] = ',';	/* instead of the line break */
		len += e.ops->get(buffer + len, &e);
	}
	buffer[len] = '\0';
	return len;
}

const struct kernel_param_ops param_array_ops = {
	.set = set_array,
	.get = get_array,
};
EXPORT_SYMBOL(param_array_ops);

/* Names are alike when they differ in '-' and '_' only. */
static bool same_name(const char *a, const char *b, size_t len)
{
	for (; len; len--, a++, b++) {
		char x = *a == '-' ? '_' : *a, y = *b == '-' ? '_' : *b;

		if (x != y || !x)
			return false;
	}
	return *b == '\0';
}

static void free_array_elements(const struct kernel_param *kp)
{
	unsigned int i;

	for (i = 0; kp->arr->ops->free && i < kp->arr->max; i++)
		kp->arr->ops->free((char *)kp->arr->elem + (size_t)i * kp->arr->elemsize);
}

void params_free(const struct kernel_param *start, const struct kernel_param *end)
{
	const struct kernel_param *kp;

	mutex_lock(&params_mutex);
	for (kp = start; kp < end; kp++) {
		if (kp->ops == &param_array_ops)
			free_array_elements(kp);
		else if (kp->ops->free)
			kp->ops->free(kp->arg);
	}
	mutex_unlock(&params_mutex);
}

static void complain(const char *doing, const char *name, int len, const char *val, int err)
{
	if (err == -ENOSPC)
		pr_err("%s: `%s' too large for parameter `%.*s'\n", doing, val, len, name);
	else if (err == -ENOMEM)
		pr_err("%s: no memory for parameter `%.*s'\n", doing, len, name);
	else
		pr_err("%s: `%s' invalid for parameter `%.*s'\n", doing, val, len, name);
}

/* Sets a parameter that was found. @val: NULL when there was no '='. */
static int set(const struct kernel_param *kp, const char *val)
{
	int err;

	if (!kp->ops->set)
		return -EPERM;
	if (!val && !(kp->ops->flags & KERNEL_PARAM_OPS_FL_NOARG))
		return -EINVAL;
	mutex_lock(&params_mutex);
	err = kp->ops->set(val, kp);
	mutex_unlock(&params_mutex);
	return err;
}

/* "..." around a value is not part of it. */
static char *unquote(const char *val)
{
	size_t len = strlen(val);

	if (len < 2 || val[0] != '"' || val[len - 1] != '"')
		return kstrdup(val, GFP_KERNEL);
	return kstrndup(val + 1, len - 2, GFP_KERNEL);
}

int params_parse(const char *doing, const char *arg, const struct kernel_param *start,
		 const struct kernel_param *end)
{
	size_t len = strcspn(arg, "=");
	const struct kernel_param *kp;
	char *val = NULL;
	int err;

	for (kp = start; kp < end; kp++)
		if (same_name(arg, kp->name, len))
			break;
	if (kp >= end)
		return -ENOENT;
	if (arg[len]) {
		val = unquote(arg + len + 1);
		if (!val)
			return -ENOMEM;
	}
	err = set(kp, val);
	if (err)
		complain(doing, arg, (int)len, val ? val : "", err);
	kfree(val);
	return err;
}

/* Built in: the kernel's command line has them as "prefix.name=value". */
extern const struct kernel_param __start_quarry_params[] __weak;
extern const struct kernel_param __stop_quarry_params[] __weak;

static void parse_one(const char *word, size_t len)
{
	const char *dot = memchr(word, '.', len);
	const struct kernel_param *kp;
	char arg[256];

	if (!dot || len >= sizeof(arg) || memchr(word, '=', (size_t)(dot - word)))
		return;
	memcpy(arg, word, len);
	arg[len] = '\0';
	for (kp = __start_quarry_params; kp < __stop_quarry_params; kp++)
		if (same_name(arg, kp->module, (size_t)(dot - word)) &&
		    params_parse(kp->module, arg + (dot - word) + 1, kp, kp + 1) != -ENOENT)
			return;
}

void params_boot(const char *cmdline)
{
	while (*cmdline) {
		size_t len = strcspn(cmdline, " ");

		if (len)
			parse_one(cmdline, len);
		cmdline += len + (cmdline[len] == ' ');
	}
}
