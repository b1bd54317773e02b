# SPDX-License-Identifier: MIT
# For people. The build itself is Meson's: see meson.build.
BUILD ?= build
NINJA ?= ninja

.PHONY: all run check check-linux bench-insns bench-memory bench-sharing compare-vmalloc clean help
.DEFAULT_GOAL := all

$(BUILD)/build.ninja:
	@scripts/setup run
	@meson setup $(BUILD) >/dev/null || { meson setup $(BUILD); exit 1; }

all: $(BUILD)/build.ninja		## builds build/quarry
	@$(NINJA) -C $(BUILD) --quiet

run: all				## runs the lecture's seven modules on a small 32-bit machine
	@$(BUILD)/quarry run --machine i386-4g --for 1s \
		--proc-before buddyinfo --proc buddyinfo \
		$(filter-out modules/registers.c modules/slab_workload.c,$(wildcard modules/*.c))

check:					## runs every test
	@scripts/setup check
	@scripts/check

check-linux: all			## runs Linux's own test modules, unmodified
	@scripts/check-linux $(BUILD)/quarry

bench-insns:				## counts what each interface costs in instructions
	@scripts/setup bench
	@scripts/bench-insns

bench-memory:				## what each allocator of objects holds for what is asked for
	@scripts/setup run
	@scripts/bench-memory

bench-sharing:				## measures what false sharing of cache lines costs
	@scripts/setup run
	@scripts/bench-sharing

compare-vmalloc:			## runs Linux's test_vmalloc here and on Linux, at full length: an hour
	@scripts/setup run
	@scripts/compare-vmalloc

clean:					## removes what was built
	@rm -rf build build-*

help:					## shows this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 24
