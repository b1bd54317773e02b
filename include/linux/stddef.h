/* SPDX-License-Identifier: MIT */
/* Positions and sizes of members. */
#ifndef _LINUX_STDDEF_H
#define _LINUX_STDDEF_H

#include <stdbool.h>
#include <stddef.h>

#define sizeof_field(type, member)	sizeof(((type *)0)->member)
#define offsetofend(type, member)	(offsetof(type, member) + sizeof_field(type, member))

/* Members that are reachable by their own names and, as a whole, by one more. */
#define __struct_group(tag, name, attrs, ...)				\
	union {								\
		struct { __VA_ARGS__ } attrs;				\
		struct tag { __VA_ARGS__ } attrs name;			\
	}
#define struct_group(name, ...)		__struct_group(/* none */, name, /* none */, __VA_ARGS__)
#define struct_group_tagged(tag, name, ...) \
	__struct_group(tag, name, /* none */, __VA_ARGS__)
#define struct_group_attr(name, attrs, ...) \
	__struct_group(/* none */, name, attrs, __VA_ARGS__)
#define DECLARE_FLEX_ARRAY(type, name)					\
	struct {							\
		struct { } __empty_##name;				\
		type name[];						\
	}

#endif
