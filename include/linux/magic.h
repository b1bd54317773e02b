/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MAGIC_H
#define _LINUX_MAGIC_H

/* The lowest word of a kernel stack. */
#define STACK_END_MAGIC		0x57AC6E9D

#endif
