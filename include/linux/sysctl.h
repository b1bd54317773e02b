/* SPDX-License-Identifier: MIT */
/*
 * Settings as files: numbers and strings below /proc/sys, read and written as text.
 * `quarry shell` has them at their paths; "sysctl.vm.name=value" on the kernel's
 * command line writes one at boot.
 *
 * Bodies: lib/sysctl.c (text to values and back), kernel/sysctl.c (the files),
 * mm/sysctl.c (the memory manager's own).
 */
#ifndef _LINUX_SYSCTL_H
#define _LINUX_SYSCTL_H

#include <linux/types.h>
#include <linux/list.h>

struct ctl_table;
struct ctl_table_header;
struct ctl_table_poll;

/**
 * proc_handler - reads or writes one setting
 * @ctl: the table's entry
 * @write: not 0: text to value
 * @buffer: the text; kernel memory, not ended by NUL
 * @lenp: bytes of it; becomes what was used, or written to it
 * @ppos: where in the file; advanced
 * Context: may sleep. Return: 0 or an error, and then nothing has changed.
 */
typedef int proc_handler(struct ctl_table *ctl, int write, void *buffer, size_t *lenp,
			 loff_t *ppos);

/* One file. An array of them ends with one whose procname is NULL. Keys: C constant */
struct ctl_table {
	const char *procname;		/* C  one name */
	void *data;			/* C  the variable */
	int maxlen;			/* C  its size in bytes, all of an array's elements */
	umode_t mode;			/* C  0644, 0444, 0200 */
	struct ctl_table *child;	/* C  a directory; data and handler are not used then */
	proc_handler *proc_handler;	/* C */
	struct ctl_table_poll *poll;	/* C  for the caller; not used */
	void *extra1;			/* C  least value of the _minmax handlers; NULL: any */
	void *extra2;			/* C  largest */
};

/* For extra1 and extra2: int, and unsigned long. */
extern const int sysctl_vals[];
#define SYSCTL_ZERO			((void *)&sysctl_vals[0])
#define SYSCTL_ONE			((void *)&sysctl_vals[1])
#define SYSCTL_TWO			((void *)&sysctl_vals[2])
#define SYSCTL_THREE			((void *)&sysctl_vals[3])
#define SYSCTL_FOUR			((void *)&sysctl_vals[4])
#define SYSCTL_ONE_HUNDRED		((void *)&sysctl_vals[5])
#define SYSCTL_TWO_HUNDRED		((void *)&sysctl_vals[6])
#define SYSCTL_ONE_THOUSAND		((void *)&sysctl_vals[7])
#define SYSCTL_THREE_THOUSAND		((void *)&sysctl_vals[8])
#define SYSCTL_INT_MAX			((void *)&sysctl_vals[9])
#define SYSCTL_NEG_ONE			((void *)&sysctl_vals[10])
extern const unsigned long sysctl_long_vals[];
#define SYSCTL_LONG_ZERO		((void *)&sysctl_long_vals[0])
#define SYSCTL_LONG_ONE			((void *)&sysctl_long_vals[1])
#define SYSCTL_LONG_MAX			((void *)&sysctl_long_vals[2])

/**
 * register_sysctl - make files for settings
 * @path: directory below /proc/sys, such as "vm" or "dev/foo"; made if it isn't there
 * @table: ends with an empty entry; used until it is unregistered
 * Context: may sleep. Return: for unregister_sysctl_table(); NULL: a name is taken
 * or bad (the log says which), or no memory.
 */
struct ctl_table_header *register_sysctl(const char *path, struct ctl_table *table);
/** register_sysctl_table - the same from the top: directories are entries with a child */
struct ctl_table_header *register_sysctl_table(struct ctl_table *table);
/**
 * unregister_sysctl_table - remove the files, and directories that nobody else uses
 * Context: may sleep: it waits for those who read or write one.
 */
void unregister_sysctl_table(struct ctl_table_header *header);

/* Arrays of int or unsigned long; numbers are decimal, 0x is 16, 0 is 8. */
proc_handler proc_dointvec;
proc_handler proc_dointvec_minmax;
proc_handler proc_doulongvec_minmax;
/* One unsigned int. */
proc_handler proc_douintvec;
proc_handler proc_douintvec_minmax;
/* char[maxlen]: one line, cut if it is too long. */
proc_handler proc_dostring;

#endif
