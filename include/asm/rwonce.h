/* SPDX-License-Identifier: MIT */
/* Loads and stores that the compiler neither tears, repeats nor leaves out. */
#ifndef _ASM_RWONCE_H
#define _ASM_RWONCE_H

/* The value's type without qualifiers, so that a const can be read. */
#define READ_ONCE(x)	(*(const volatile __typeof__(x) *)&(x))

#define WRITE_ONCE(x, val)						\
	do {								\
		*(volatile __typeof__(x) *)&(x) = (val);		\
	} while (0)

#define data_race(expr)	({ (expr); })

#endif
