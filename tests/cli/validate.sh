#!/bin/sh
# SPDX-License-Identifier: MIT
# `quarry validate` from the outside. Prints TAP.
# usage: validate.sh path/to/quarry
. "$(dirname "$0")/common"

for machine in x86_64-8g i386-4g numa-4x2g tiny-16m tests/maps/*; do
	[ ! -d "$machine" ] || continue
	run 0 validate --machine "$machine"
	has "every invariant holds"
	has "verdict: clean"
	[ ! -s "$err" ] || wrong "something on stderr"
	result "validate on $machine"
done
# More pieces of memory than a machine's description may have ranges.
i=0
while [ $i -lt 250 ]; do
	printf 'BIOS-e820: [mem 0x%016x-0x%016x] usable\n' $((i * 20971520)) $((i * 20971520 + 12582911))
	i=$((i + 1))
done >"$tmp/pieces"
for nodes in 1 16 60; do
	run 0 validate --machine "$tmp/pieces" --cmdline "page_owner=on numa=fake=$nodes"
	has "every invariant holds"
	result "250 pieces of memory, cut by $nodes nodes"
done
run 0 validate --machine tiny-16m $m/params.c modules/slab_example.c
has "every invariant holds, modules loaded"
grep -qx "every invariant holds" "$out" || wrong "not after the modules"
has "verdict: slab_example: init returned 0, unloaded, nothing held"
result "validate with modules"
run 7 validate --machine tiny-16m $m/miscount.c
grep -q '^2 faults$\|^1 fault$' "$out" || wrong "no count of faults"
has "verdict: an invariant does not hold (exit code 7)"
! grep -q "every invariant holds" "$out" || wrong "and all is well?"
result "validate finds a counter that is wrong"
run 6 validate tests/plant/leak_page.c
has "every invariant holds"
result "a leak is no broken invariant, and still a leak"
run 2 validate param=1
has "a parameter, but no module before it" "$err"
result "a parameter without a module"
run 2 validate --proc meminfo
has "--proc is not for 'quarry validate'" "$err"
result "an option of another command"
finish
