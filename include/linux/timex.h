/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_TIMEX_H
#define _LINUX_TIMEX_H

#include <linux/types.h>
#include <asm/param.h>
#include <asm/timex.h>

#endif
