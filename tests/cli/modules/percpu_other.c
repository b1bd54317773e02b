// SPDX-License-Identifier: MIT
/* The other source: its variable is another one, beside one that both share. */
#include <linux/percpu.h>
#include "percpu_parts.h"

static DEFINE_PER_CPU(int, mine) = 7;

int __percpu *percpu_other(void)
{
	return &mine;
}

int percpu_other_add(int n)
{
	this_cpu_add(ours, 200);
	return this_cpu_add_return(mine, n);
}
