/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_LIST_SORT_H
#define _LINUX_LIST_SORT_H

#include <linux/types.h>

typedef int (*list_cmp_func_t)(void *priv, const struct list_head *a,
			       const struct list_head *b);

/** list_sort - stable; @cmp's result above 0 means that @a goes behind @b. Context: any. */
void list_sort(void *priv, struct list_head *head, list_cmp_func_t cmp);

#endif
