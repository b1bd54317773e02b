/* SPDX-License-Identifier: MIT */
/*
 * Model-specific registers. The machine has none, which is what the forms that
 * can fail say. The others would have to invent a value, so they do not exist.
 */
#ifndef _ASM_MSR_H
#define _ASM_MSR_H

#include <linux/types.h>
#include <linux/errno.h>
#include <asm/tsc.h>

static inline int rdmsrl_safe(unsigned int msr, unsigned long long *value)
{
	*value = 0;
	return -EIO;
}

static inline int wrmsrl_safe(unsigned int msr, u64 value)
{
	return -EIO;
}

#endif
