/* SPDX-License-Identifier: MIT */
/* Address-space markers and type helpers. */
#ifndef _LINUX_COMPILER_TYPES_H
#define _LINUX_COMPILER_TYPES_H

#define __user
#define __kernel
#define __iomem
#define __percpu
#define __rcu
#define __force
#define __bitwise
#define __nocast
#define __safe
#define __private
#define __chk_user_ptr(x)	((void)0)
#define __must_hold(x)
#define __acquires(x)
#define __releases(x)
#define __acquire(x)		((void)0)
#define __release(x)		((void)0)
#define __randomize_layout
#define __designated_init
#define __no_sanitize_address	__attribute__((__no_sanitize_address__))
#define __no_kasan_or_inline	__always_inline
/* A function that reads what others write, and is content with any value. */
#define __no_kcsan		__attribute__((__no_sanitize_thread__))
#define asmlinkage
#define inline_for_readers

#define ___PASTE(a, b)		a##b
#define __PASTE(a, b)		___PASTE(a, b)

#define __same_type(a, b) \
	__builtin_types_compatible_p(__typeof__(a), __typeof__(b))
#define __native_word(t) \
	(sizeof(t) == sizeof(char) || sizeof(t) == sizeof(short) || \
	 sizeof(t) == sizeof(int) || sizeof(t) == sizeof(long))
#define __compiletime_assert(cond, msg, ...)	_Static_assert(cond, msg)
#define compiletime_assert(cond, msg)					\
	do {								\
		extern void __PASTE(__compiletime_assert_, __LINE__)(void) \
			__attribute__((__error__(msg)));		\
		if (!(cond))						\
			__PASTE(__compiletime_assert_, __LINE__)();	\
	} while (0)

#endif
