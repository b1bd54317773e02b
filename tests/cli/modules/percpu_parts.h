/* SPDX-License-Identifier: MIT */
#include <linux/percpu.h>

DECLARE_PER_CPU(int, ours);

int __percpu *percpu_other(void);
int percpu_other_add(int n);
