// SPDX-License-Identifier: MIT
/*
 * The kernel's command line: cutting it into parameters, finding their handlers,
 * and reading the numbers that they have for values.
 *
 * A handler says for which name it is, with or without "=" behind it; "-" and "_"
 * are the same in a name. What nobody knows is named: here is no init that it could
 * be for. Names with a dot belong to modules and sysctls, and what follows "--" to
 * nobody here.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/string.h>

#define COMMAND_LINE	2048
#define UNKNOWN		256	/* of it, at most, in the message that names them */

enum system_states system_state;
EXPORT_SYMBOL(system_state);

extern const struct obs_kernel_param __start_quarry_setup[] __weak
	__attribute__((__visibility__("hidden")));
extern const struct obs_kernel_param __stop_quarry_setup[] __weak
	__attribute__((__visibility__("hidden")));

int get_option(char **str, int *pint)
{
	char *s = *str, *end;
	int value;

	if (!s || !*s)
		return 0;
	value = (int)simple_strtol(s, &end, 0);
	if (pint)
		*pint = value;
	if (end == s || (end == s + 1 && *s == '-'))
		return 0;
	*str = end;
	if (*end == ',') {
		*str = end + 1;
		return 2;
	}
	return *end == '-' ? 3 : 1;
}
EXPORT_SYMBOL(get_option);

char *get_options(const char *str, int nints, int *ints)
{
	char *s = (char *)str;
	bool counting = nints == 0;
	int i = 1;

	while (counting || i < nints) {
		int value = 0, upto, res = get_option(&s, &value);

		if (!res)
			break;
		if (!counting)
			ints[i] = value;
		i++;
		if (res == 1)
			break;
		if (res != 3)
			continue;
		/* A range: its end is the next number. */
		s++;
		res = get_option(&s, &upto);
		if (!res)
			break;
		while (++value <= upto && (counting || i < nints)) {
			if (!counting)
				ints[i] = value;
			i++;
		}
		if (res == 1)
			break;
	}
	ints[0] = i - 1;
	return s;
}
EXPORT_SYMBOL(get_options);

unsigned long long memparse(const char *ptr, char **retp)
{
	static const char units[] = "kmgtpe";
	char *end;
	unsigned long long v = simple_strtoull(ptr, &end, 0);
	const char *unit = *end ? strchr(units, *end | 0x20) : NULL;

	if (unit) {
		v <<= 10 * (unit - units + 1);
		end++;
	}
	if (retp)
		*retp = end;
	return v;
}
EXPORT_SYMBOL(memparse);

/* Is @option one of the words of "a,b,c"? */
bool parse_option_str(const char *str, const char *option)
{
	while (*str) {
		size_t n = strcspn(str, ",");

		if (n == strlen(option) && !strncmp(str, option, n))
			return true;
		str += n;
		str += *str == ',';
	}
	return false;
}
EXPORT_SYMBOL(parse_option_str);

/*
 * Cut the next parameter off: name, and value or NULL. Either the value or the
 * whole may be in quotes, which then may have spaces inside.
 */
char *next_arg(char *args, char **param, char **val)
{
	bool quoted = false, whole = *args == '"';
	char *s, *eq = NULL;

	if (whole) {
		args++;
		quoted = true;
	}
	for (s = args; *s && (quoted || !isspace(*s)); s++) {
		if (*s == '=' && !eq)
			eq = s;
		if (*s == '"')
			quoted = !quoted;
	}
	*param = args;
	*val = NULL;
	if (eq) {
		*eq = 0;
		*val = eq + 1;
		if (**val == '"') {
			(*val)++;
			if (s[-1] == '"')
				s[-1] = 0;
		}
	}
	if (whole && s[-1] == '"')
		s[-1] = 0;
	if (*s)
		*s++ = 0;
	return skip_spaces(s);
}
EXPORT_SYMBOL(next_arg);

static bool same_name(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++)
		if ((*a == '-' ? '_' : *a) != (*b == '-' ? '_' : *b))
			return false;
	return true;
}

static bool is_for(const struct obs_kernel_param *p, const char *name)
{
	size_t n = strlen(p->str);

	if (n && p->str[n - 1] == '=')
		n--;
	return strlen(name) == n && same_name(p->str, name, n);
}

/* Runs the handlers of one parameter that belong to this phase. Return: any has them? */
static bool handle(const char *name, char *val, enum setup_phase phase)
{
	const struct obs_kernel_param *p;
	bool known = false;

	for (p = __start_quarry_setup; p < __stop_quarry_setup; p++) {
		int res;

		if (!is_for(p, name))
			continue;
		known = true;
		if (p->early != (phase == SETUP_EARLY))
			continue;
		res = p->setup_func(val ? val : p->early ? NULL : (char *)"");
		if (phase == SETUP_EARLY ? res != 0 : res == 0)
			pr_err("Malformed option '%s%s%s' is ignored\n", name, val ? "=" : "",
			       val ? val : "");
	}
	return known;
}

void setup_parse(const char *cmdline, enum setup_phase phase)
{
	static char copy[COMMAND_LINE], unknown[UNKNOWN];
	char *rest, *name, *val;
	int n = 0;

	strscpy(copy, cmdline, sizeof(copy));
	for (rest = skip_spaces(copy); *rest;) {
		rest = next_arg(rest, &name, &val);
		if (!val && !strcmp(name, "--"))
			break;
		if (!handle(name, val, phase) && !strpbrk(name, "./"))
			n += scnprintf(unknown + n, sizeof(unknown) - n, " %s%s%s", name,
				       val ? "=" : "", val ? val : "");
	}
	if (n && phase == SETUP_LATE)
		pr_err("Unknown kernel command line parameters \"%s\": nobody here obeys them\n",
		       unknown + 1);
}
