/* SPDX-License-Identifier: MIT */
#include <asm/unaligned.h>
