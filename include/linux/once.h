/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_ONCE_H
#define _LINUX_ONCE_H

#include <linux/once_lite.h>

/* Calls func(args) the first time; true then. */
#define DO_ONCE(func, ...)						\
	({								\
		static unsigned int __quarry_once_flag __already_done;	\
		bool __ret_once = !__atomic_exchange_n(&__already_done, 1u, \
						       __ATOMIC_SEQ_CST); \
		if (unlikely(__ret_once))				\
			func(__VA_ARGS__);				\
		unlikely(__ret_once);					\
	})

#endif
