/* SPDX-License-Identifier: MIT */
/* Memory of devices: mapping it. Document 003. */
#ifndef _LINUX_IO_H
#define _LINUX_IO_H

#include <linux/types.h>
#include <asm/io.h>
#include <asm/page.h>

#define MEMREMAP_WB	1

/** memremap - an address for memory without side effects, RAM included */
void *memremap(resource_size_t offset, size_t size, unsigned long flags);
void memunmap(void *addr);

#endif
