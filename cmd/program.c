// SPDX-License-Identifier: MIT
/*
 * There is a program for each allocator of objects, all else in them being the same:
 * quarry has SLUB, quarry-slab and quarry-slob lie beside it. Whichever was called,
 * --slab goes on as the one that is wanted.
 */
#include "cmd.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"
#include "quarry/quarry.h"

#define OWN	"slub"		/* what the program without a suffix has */

bool program_path(const char *slab, char *path, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", path, size - 1);
	char *name;

	if (n < 0)
		return false;
	path[n] = '\0';
	name = strrchr(path, '/') + 1;
	n = snprintf(name, size - (size_t)(name - path), "quarry%s%s", strcmp(slab, OWN) ? "-" : "",
		     strcmp(slab, OWN) ? slab : "");
	return n < (ssize_t)(size - (size_t)(name - path));
}

/* The one that is wanted, or NULL: any. */
static const char *wanted(const struct quarry_options *o)
{
	const char *slab;
	char path[PATH_MAX];

	if (o->slab)
		return o->slab;
	/* Who calls quarry-slab by its name wants that. */
	slab = !strcasecmp(quarry_slab(), OWN) && o->machine ? machine_preset_slab(o->machine) : NULL;
	return slab && program_path(slab, path, sizeof(path)) && !access(path, X_OK) ? slab : NULL;
}

int program_choose(const struct quarry_options *o, char **argv)
{
	const char *slab = wanted(o);
	char path[PATH_MAX], self[PATH_MAX] = "";

	if (!slab || !strcasecmp(slab, quarry_slab()))
		return EXIT_CLEAN;
	if (!program_path(slab, path, sizeof(path)) ||
	    readlink("/proc/self/exe", self, sizeof(self) - 1) < 0) {
		out_error("--slab: cannot find out where this program lies");
		return EXIT_TROUBLE;
	}
	if (!strcmp(path, self)) {
		out_error("--slab %s: %s has %s", slab, path, quarry_slab());
		return EXIT_TROUBLE;
	}
	execv(path, argv);
	out_error("--slab %s: %s: %s", slab, path, strerror(errno));
	return EXIT_TROUBLE;
}
