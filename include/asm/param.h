/* SPDX-License-Identifier: MIT */
#ifndef _ASM_PARAM_H
#define _ASM_PARAM_H

#define HZ		CONFIG_HZ
#define USER_HZ		100
#define CLOCKS_PER_SEC	USER_HZ
#define EXEC_PAGESIZE	4096
#define MAXHOSTNAMELEN	64

#endif
