// SPDX-License-Identifier: MIT
/*
 * Sorting an array in place, with a heap: n log n whatever the order was, and no
 * memory; and searching in a sorted one.
 */
#include <linux/bsearch.h>
#include <linux/export.h>
#include <linux/sort.h>

/* A caller's functions, in either of the two forms. */
struct sorter {
	size_t size;
	cmp_r_func_t cmp;
	swap_r_func_t swap;
	const void *priv;
	cmp_func_t plain_cmp;
	swap_func_t plain_swap;
};

static int compare(const struct sorter *s, const void *a, const void *b)
{
	return s->plain_cmp ? s->plain_cmp(a, b) : s->cmp(a, b, s->priv);
}

static void exchange(const struct sorter *s, char *a, char *b)
{
	if (s->plain_swap) {
		s->plain_swap(a, b, (int)s->size);
	} else if (s->swap) {
		s->swap(a, b, (int)s->size, s->priv);
	} else {
		size_t n;

		for (n = s->size; n; n--, a++, b++) {
			char c = *a;

			*a = *b;
			*b = c;
		}
	}
}

/* Let the element at @i sink until both its children are smaller. */
static void sink(const struct sorter *s, char *base, size_t i, size_t num)
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= num)
			return;
		if (child + 1 < num &&
		    compare(s, base + child * s->size, base + (child + 1) * s->size) < 0)
			child++;
		if (compare(s, base + i * s->size, base + child * s->size) >= 0)
			return;
		exchange(s, base + i * s->size, base + child * s->size);
		i = child;
	}
}

static void heap_sort(const struct sorter *s, char *base, size_t num)
{
	size_t i;

	for (i = num / 2; i--;)
		sink(s, base, i, num);
	for (i = num; i-- > 1;) {
		exchange(s, base, base + i * s->size);
		sink(s, base, 0, i);
	}
}

void sort(void *base, size_t num, size_t size, cmp_func_t cmp_func, swap_func_t swap_func)
{
	const struct sorter s = {
		.size = size, .plain_cmp = cmp_func, .plain_swap = swap_func,
	};

	heap_sort(&s, base, num);
}
EXPORT_SYMBOL(sort);

void sort_r(void *base, size_t num, size_t size, cmp_r_func_t cmp_func,
	    swap_r_func_t swap_func, const void *priv)
{
	const struct sorter s = {
		.size = size, .cmp = cmp_func, .swap = swap_func, .priv = priv,
	};

	heap_sort(&s, base, num);
}
EXPORT_SYMBOL(sort_r);

void *bsearch(const void *key, const void *base, size_t num, size_t size,
	      int (*cmp)(const void *key, const void *elt))
{
	const char *lo = base;

	while (num) {
		const char *mid = lo + num / 2 * size;
		int c = cmp(key, mid);

		if (!c)
			return (void *)mid;
		if (c > 0) {
			lo = mid + size;
			num--;
		}
		num /= 2;
	}
	return NULL;
}
EXPORT_SYMBOL(bsearch);
