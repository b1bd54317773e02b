// SPDX-License-Identifier: MIT
/*
 * Sorting a list by merging: runs of 1, 2, 4, ... entries wait in a table whose
 * entry i holds a run of 2^i or nothing, like the digits of a binary counter. Runs
 * are linked by next only; the last pass restores prev.
 */
#include <linux/export.h>
#include <linux/list.h>
#include <linux/list_sort.h>

#define DIGITS	(8 * sizeof(size_t))

/* @a's entries came first, so they stay first among equals. */
static struct list_head *merge(void *priv, list_cmp_func_t cmp, struct list_head *a,
			       struct list_head *b)
{
	struct list_head *first = NULL, **link = &first;

	while (a && b) {
		struct list_head **from = cmp(priv, a, b) <= 0 ? &a : &b;

		*link = *from;
		link = &(*from)->next;
		*from = (*from)->next;
	}
	*link = a ? a : b;
	return first;
}

void list_sort(void *priv, struct list_head *head, list_cmp_func_t cmp)
{
	struct list_head *run[DIGITS] = { NULL }, *pos, *next, *prev, *all = NULL;
	size_t i;

	if (list_empty(head) || list_is_singular(head))
		return;
	head->prev->next = NULL;
	for (pos = head->next; pos; pos = next) {
		struct list_head *carry = pos;

		next = pos->next;
		pos->next = NULL;
		for (i = 0; run[i]; i++) {
			carry = merge(priv, cmp, run[i], carry);
			run[i] = NULL;
		}
		run[i] = carry;
	}
	for (i = 0; i < DIGITS; i++)
		if (run[i])
			all = all ? merge(priv, cmp, run[i], all) : run[i];

	prev = head;
	for (pos = all; pos; pos = pos->next) {
		prev->next = pos;
		pos->prev = prev;
		prev = pos;
	}
	prev->next = head;
	head->prev = prev;
}
EXPORT_SYMBOL(list_sort);
