/* SPDX-License-Identifier: MIT */
#include <asm/bitsperlong.h>
