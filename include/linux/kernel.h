/* SPDX-License-Identifier: MIT */
/* What everybody needs. */
#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/stdarg.h>
#include <linux/align.h>
#include <linux/array_size.h>
#include <linux/limits.h>
#include <linux/linkage.h>
#include <linux/stddef.h>
#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/bitops.h>
#include <linux/kstrtox.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/sprintf.h>
#include <linux/build_bug.h>
#include <linux/instruction_pointer.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/sysinfo.h>
#include <asm/byteorder.h>
#include <asm/param.h>

#define STACK_MAGIC	0xdeadbeef

#define READ		0
#define WRITE		1

#define REPEAT_BYTE(x)	((~0ul / 0xff) * (x))
#define PTR_IF(cond, ptr) ((cond) ? (ptr) : NULL)

#define upper_32_bits(n) ((u32)(((n) >> 16) >> 16))
#define lower_32_bits(n) ((u32)((n) & 0xffffffff))
#define upper_16_bits(n) ((u16)((n) >> 16))
#define lower_16_bits(n) ((u16)((n) & 0xffff))

#define hex_asc_lo(x)	hex_asc[((x) & 0x0f)]
#define hex_asc_hi(x)	hex_asc[((x) & 0xf0) >> 4]

static inline char *hex_byte_pack(char *buf, u8 byte)
{
	*buf++ = hex_asc_hi(byte);
	*buf++ = hex_asc_lo(byte);
	return buf;
}

/* lib/cmdline.c */
/** get_option - read an integer and a comma behind it; 0 none, 1 number, 2 and comma, 3 range */
int get_option(char **str, int *pint);
/** get_options - read a list like "1,3-5" into @ints, whose first entry is their number */
char *get_options(const char *str, int nints, int *ints);
/** memparse - a number with K, M, G, T, P or E behind it, in bytes */
unsigned long long memparse(const char *ptr, char **retp);
bool parse_option_str(const char *str, const char *option);
char *next_arg(char *args, char **param, char **val);

enum system_states {
	SYSTEM_BOOTING,
	SYSTEM_SCHEDULING,
	SYSTEM_RUNNING,
	SYSTEM_HALT,
};
extern enum system_states system_state;	/* lib/cmdline.c; boot sets it */

#endif
