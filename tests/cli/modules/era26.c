// SPDX-License-Identifier: MIT
/* As one wrote it for 2.6. */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/highmem.h>
#include <linux/percpu.h>

static kmem_cache_t *cache;
static DEFINE_PER_CPU(int, hits);
static spinlock_t lock = SPIN_LOCK_UNLOCKED;
static DECLARE_MUTEX(sem);

static int __init era26_init(void)
{
	struct page *page;
	char *a, *b;
	void *object;

	cache = kmem_cache_create("era26", 64, 0, SLAB_HWCACHE_ALIGN | SLAB_NO_REAP, NULL, NULL);
	if (!cache)
		return -ENOMEM;
	object = kmem_cache_alloc(cache, SLAB_KERNEL);
	page = alloc_page(__GFP_WAIT | __GFP_IO | __GFP_FS | __GFP_HIGHMEM | __GFP_REPEAT |
			  __GFP_COLD);
	if (page) {
		a = kmap_atomic(page, KM_USER0);
		a[0] = 'x';
		b = kmap_atomic(page, KM_USER1);
		printk(KERN_INFO "era26: %c in %s memory\n", b[0],
		       PageHighMem(page) ? "high" : "low");
		kunmap_atomic(b, KM_USER1);
		kunmap_atomic(a, KM_USER0);
		a = kmap_atomic(page);
		kunmap_atomic(a);
		free_cold_page(page);
	}
	down(&sem);
	spin_lock(&lock);
	__get_cpu_var(hits)++;
	spin_unlock(&lock);
	up(&sem);
	kmem_cache_free(cache, object);
	return 0;
}

static void __exit era26_exit(void)
{
	kmem_cache_destroy(cache);
}

module_init(era26_init);
module_exit(era26_exit);
MODULE_LICENSE("Dual MIT/GPL");
