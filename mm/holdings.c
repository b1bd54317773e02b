// SPDX-License-Identifier: MIT
/*
 * Who holds what: the allocations that code in an address range has made and not
 * given back, part by part. A module loader asks before it lets a module go.
 *
 * Each part walks its own live allocations and offers them to holding(), which
 * knows the range. No lock of a part is held meanwhile.
 */
#include <linux/vmalloc.h>

#include "mm/internal.h"

void (*kernel_holdings)(struct holdings *hs);

void holding(struct holdings *hs, const struct quarry_holding *h)
{
	if (h->site < hs->lo || h->site >= hs->hi)
		return;
	hs->found++;
	if (hs->each)
		hs->each(hs->ctx, h);
}

size_t quarry_holdings(uintptr_t lo, uintptr_t hi,
		       void (*each)(void *ctx, const struct quarry_holding *h), void *ctx)
{
	struct holdings hs = { .lo = lo, .hi = hi, .each = each, .ctx = ctx };

	vm_unmap_aliases();	/* pages of areas that were freed are nobody's */
	page_holdings(&hs);
	slab_holdings(&hs);
	vmalloc_holdings(&hs);
	percpu_holdings(&hs);
	kmap_holdings(&hs);
	mempool_holdings(&hs);
	shrinker_holdings(&hs);
	resource_holdings(&hs);
	if (kernel_holdings)
		kernel_holdings(&hs);
	return hs.found;
}
