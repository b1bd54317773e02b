/* SPDX-License-Identifier: MIT */
/* Things done once in the life of a machine; a new boot forgets that they were done. */
#ifndef _LINUX_ONCE_LITE_H
#define _LINUX_ONCE_LITE_H

#include <linux/types.h>

#define __quarry_once_flag	__attribute__((__section__("quarry_once")))

#define DO_ONCE_LITE(func, ...)	DO_ONCE_LITE_IF(true, func, ##__VA_ARGS__)
#define DO_ONCE_LITE_IF(condition, func, ...)				\
	({								\
		static bool __quarry_once_flag __already_done;		\
		bool __ret_do_once = !!(condition);			\
		if (unlikely(__ret_do_once && !__already_done)) {	\
			__already_done = true;				\
			func(__VA_ARGS__);				\
		}							\
		unlikely(__ret_do_once);				\
	})
#define __ONCE_LITE_IF(condition)					\
	({								\
		static bool __quarry_once_flag __already_done;		\
		bool __ret_once = false;				\
		if (unlikely((condition) && !__already_done)) {		\
			__already_done = true;				\
			__ret_once = true;				\
		}							\
		unlikely(__ret_once);					\
	})

#endif
