// SPDX-License-Identifier: MIT
/* Static per-CPU variables: 28 KiB of them, some aligned to a page, one for each operation. */
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/string.h>

struct both {
	u16 first;
	u64 second;
	void *third;
};

static DEFINE_PER_CPU_PAGE_ALIGNED(char[4096], large_page) = "page";
static DEFINE_PER_CPU_ALIGNED(char[24 * 1024], large_bytes) = { [24 * 1024 - 1] = 7 };
static DEFINE_PER_CPU(struct both, large_both) = { 1, 2, &init_task };
static DEFINE_PER_CPU(u8, large_byte) = 250;
static DEFINE_PER_CPU(bool, large_flag);

static int wrong;

#define CHECK(what)	(wrong += !(what))

static void operations(void)
{
	CHECK(this_cpu_read(large_both.first) == 1);
	this_cpu_inc(large_both.first);
	CHECK(this_cpu_add_return(large_both.second, 5) == 7);
	CHECK(this_cpu_xchg(large_both.third, NULL) == &init_task);
	CHECK(this_cpu_cmpxchg(large_both.first, 2, 1) == 2);
	this_cpu_sub(large_both.second, 5);
	this_cpu_write(large_both.third, &init_task);
	this_cpu_add(large_byte, 10);
	CHECK(this_cpu_read(large_byte) == 4);
	this_cpu_or(large_byte, 0x81);
	this_cpu_and(large_byte, 0x80);
	CHECK(this_cpu_xchg(large_byte, 250) == 0x80);
	CHECK(!this_cpu_xchg(large_flag, true));
	this_cpu_write(large_flag, false);
}

static void copies(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		const char *bytes = per_cpu(large_bytes, cpu);

		CHECK(!strcmp(per_cpu(large_page, cpu), "page"));
		CHECK((unsigned long)per_cpu_ptr(&large_page, cpu) % 4096 == 0);
		CHECK((unsigned long)bytes % SMP_CACHE_BYTES == 0);
		CHECK(bytes[24 * 1024 - 1] == 7 && !memchr_inv(bytes, 0, 24 * 1024 - 1));
		CHECK(per_cpu(large_both, cpu).first == 1 && per_cpu(large_both, cpu).second == 2);
		CHECK(per_cpu(large_both, cpu).third == &init_task);
		CHECK(per_cpu(large_byte, cpu) == 250 && !per_cpu(large_flag, cpu));
		memset(per_cpu(large_bytes, cpu), 0, 24 * 1024 - 1);
	}
}

static int __init percpu_large_init(void)
{
	copies();
	operations();
	copies();
	pr_info("%s: %d wrong\n", KBUILD_MODNAME, wrong);
	return 0;
}

static void __exit percpu_large_exit(void)
{
	copies();
}

module_init(percpu_large_init);
module_exit(percpu_large_exit);
MODULE_LICENSE("Dual MIT/GPL");
