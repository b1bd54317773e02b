// SPDX-License-Identifier: MIT
/* --help: written once, here and in the table of options. */
#include <stdio.h>
#include <string.h>

#include "machine.h"
#include "options.h"

#define COLUMN	27	/* where an option's explanation begins */

static const struct {
	const char *name, *args, *help, *about;
	unsigned int bit;
} commands[] = {
	{ "run", "MODULE... [PARAM=VALUE...]", "compile, load, run and unload modules; judge them",
	  "A MODULE is a .c file, several of them (name:a.c,b.c), a directory whose Kbuild or\n"
	  "Makefile says obj-m, or a module that was built before. PARAM=VALUE is for the\n"
	  "module before it. Modules are loaded in order and unloaded in reverse.\n", ON_RUN },
	{ "proc", "NAME...", "boot a machine and print files of its /proc",
	  "NAME is a file below /proc: meminfo, buddyinfo, zoneinfo, slabinfo, iomem, ...\n",
	  ON_PROC },
	{ "shell", "", "boot a machine and read commands: insmod, cat, ...",
	  "Reads commands from the standard input; 'help' lists them.\n", ON_SHELL },
	{ "test", "[PATTERN]", "run the built-in KUnit suites, print KTAP",
	  "Each suite runs on a freshly booted machine, in a process of its own. PATTERN\n"
	  "selects the tests whose name (suite.case) contains it. A suite that asks for a\n"
	  "certain machine gets it; the options below are for the others.\n", ON_TEST },
	{ "validate", "[MODULE... [PARAM=VALUE...]]", "boot, perhaps run modules, check every invariant",
	  "Walks all that the memory manager knows: while the modules are loaded, and after\n"
	  "they have been unloaded, or without any. MODULE and PARAM are as for 'run'.\n",
	  ON_VALIDATE },
	{ "compare", "MODULE... [PARAM=VALUE...]", "run modules with each allocator of objects: the costs",
	  "Runs modules with SLUB, SLAB and SLOB in turn, and prints what each has cost: time,\n"
	  "pages at most, bytes that were asked for and bytes that were held for them, slabs\n"
	  "that are partly used before the modules leave. MODULE and PARAM are as for 'run'.\n",
	  ON_COMPARE },
	{ "map", "[MODULE... [PARAM=VALUE...]]", "draw the kernel's addresses to scale: what is where",
	  "Prints /proc/address_map: the direct map, the windows behind it and the gaps between\n"
	  "them, then who has which vmalloc areas; of the machine as it boots, or, while they are\n"
	  "loaded, with modules. MODULE and PARAM are as for 'run'.\n", ON_MAP },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const char exit_codes[] =
	"Exit codes:\n"
	"  0  clean                          5  init failed\n"
	"  1  trouble of ours or the host's  6  leak: something held at unload\n"
	"  2  bad usage, bad machine file    7  bug reported, test failed\n"
	"  3  a module would not compile     8  fault: the kernel would have died\n"
	"  4  undefined symbol               9  stalled: everything waits\n";

/* "  -m, --machine NAME|FILE   the machine: ..." */
static void print_option(const struct option_def *d)
{
	const char *text = d->help;
	int n;

	if (d->name && d->letter)
		n = printf("  -%c, --%s", d->letter, d->name);
	else if (d->name)
		n = printf("      --%s", d->name);
	else
		n = printf("  -%c", d->letter);
	if (d->arg)
		n += printf(" %s", d->arg);
	if (n >= COLUMN) {
		putchar('\n');
		n = 0;
	}
	while (*text) {
		size_t len = strcspn(text, "\n");

		printf("%*s%.*s\n", COLUMN - n, "", (int)len, text);
		text += len + (text[len] == '\n');
		n = 0;
	}
}

static void print_options(unsigned int bit)
{
	const struct option_def *d;

	puts("Options:");
	for (unsigned int i = 0; (d = options_def(i)); i++)
		if (d->commands & bit)
			print_option(d);
}

static void print_machines(void)
{
	puts("\nMachines:");
	for (unsigned int i = 0; machine_preset_name(i); i++)
		printf("  %-12s %s\n", machine_preset_name(i), machine_preset_about(i));
}

void help_usage(void)
{
	fputs("usage: quarry run|proc|shell|test|validate|compare|map [OPTION...] [ARGUMENT...]\n"
	      "For example: quarry run driver.c; quarry proc --mem 1T meminfo\n"
	      "More: quarry --help\n", stderr);
}

void help_main(void)
{
	puts("usage: quarry COMMAND [OPTION...] [ARGUMENT...]\n\n"
	     "The Linux kernel's memory manager as an ordinary process, with the kernel around\n"
	     "it that modules need.\n\nCommands:");
	for (unsigned int i = 0; i < NR_COMMANDS; i++)
		printf("  %-8s %s\n", commands[i].name, commands[i].help);
	puts("\nquarry COMMAND --help lists a command's options.");
	print_machines();
	printf("\n%s", exit_codes);
}

void help_command(const char *command)
{
	unsigned int i = 0;

	while (strcmp(commands[i].name, command))
		i++;
	printf("usage: quarry %s [OPTION...]%s%s\n\n%s\n", command, *commands[i].args ? " " : "",
	       commands[i].args, commands[i].about);
	print_options(commands[i].bit);
	print_machines();
	printf("\n%s", exit_codes);
}
