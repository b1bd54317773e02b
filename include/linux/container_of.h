/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_CONTAINER_OF_H
#define _LINUX_CONTAINER_OF_H

#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/err.h>

/* The structure that has @ptr as its @member. */
#define container_of(ptr, type, member)					\
	({								\
		void *__member = (void *)(ptr);				\
		_Static_assert(__same_type(*(ptr), ((type *)0)->member) || \
			       __same_type(*(ptr), void),		\
			       "container_of: the pointer has another type"); \
		(type *)(__member - offsetof(type, member));		\
	})
#define container_of_const(ptr, type, member)				\
	_Generic(ptr,							\
		 const __typeof__(*(ptr)) *: ((const type *)container_of(ptr, type, member)), \
		 default: ((type *)container_of(ptr, type, member)))
#define container_of_safe(ptr, type, member)				\
	({								\
		void *__maybe = (void *)(ptr);				\
		IS_ERR_OR_NULL(__maybe) ? (type *)__maybe :		\
			container_of((__typeof__(ptr))__maybe, type, member); \
	})
#define typeof_member(T, m)	__typeof__(((T *)0)->m)

#endif
