/* SPDX-License-Identifier: MIT */
/* 2.6: interrupt flags and memory barriers. */
#include <linux/irqflags.h>
#include <asm/barrier.h>
#include <asm/cmpxchg.h>
