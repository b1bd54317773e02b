/* SPDX-License-Identifier: MIT */
/* 2.6: the configuration, which is included before everything now. */
#include <linux/kconfig.h>
