/* SPDX-License-Identifier: MIT */
/* Who a task is: all of them are the kernel. */
#ifndef _LINUX_CRED_H
#define _LINUX_CRED_H

#include <linux/sched.h>

typedef struct {
	uid_t val;
} kuid_t;

typedef struct {
	gid_t val;
} kgid_t;

#define KUIDT_INIT(value)	(kuid_t) { value }
#define KGIDT_INIT(value)	(kgid_t) { value }
#define GLOBAL_ROOT_UID		KUIDT_INIT(0)
#define GLOBAL_ROOT_GID		KGIDT_INIT(0)

#define current_uid()		GLOBAL_ROOT_UID
#define current_gid()		GLOBAL_ROOT_GID
#define current_euid()		GLOBAL_ROOT_UID
#define current_egid()		GLOBAL_ROOT_GID
#define __kuid_val(uid)		((uid).val)
#define __kgid_val(gid)		((gid).val)
#define uid_eq(a, b)		((a).val == (b).val)
#define gid_eq(a, b)		((a).val == (b).val)

#endif
