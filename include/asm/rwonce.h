/* SPDX-License-Identifier: MIT */
/* Loads and stores that the compiler neither tears, repeats nor leaves out. */
#ifndef _ASM_RWONCE_H
#define _ASM_RWONCE_H

#ifdef __SANITIZE_THREAD__
/* The sanitizer takes a volatile access for a plain one, and so for a race. */
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, val)						\
	do {								\
		__atomic_store_n(&(x), (val), __ATOMIC_RELAXED);	\
	} while (0)
#else
/* The value's type without qualifiers, so that a const can be read. */
#define READ_ONCE(x)	(*(const volatile __typeof__(x) *)&(x))

#define WRITE_ONCE(x, val)						\
	do {								\
		*(volatile __typeof__(x) *)&(x) = (val);		\
	} while (0)
#endif

#define data_race(expr)	({ (expr); })

#endif
