#!/bin/sh
# SPDX-License-Identifier: MIT
# `quarry validate` from the outside. Prints TAP.
# usage: validate.sh path/to/quarry
. "$(dirname "$0")/common"

# run CODE ARGUMENT...: sets $why when the exit code is another one
run() {
	want=$1 why=
	shift
	timeout 120 "$quarry" validate "$@" >"$out" 2>"$err"
	code=$?
	[ $code = "$want" ] || why="exit code $code, not $want"
}

has() { # FILE TEXT
	grep -qF -- "$2" "$1" || why="$why; no '$2'"
}

m=tests/cli/modules
for machine in x86_64-8g i386-4g numa-4x2g tiny-16m tests/maps/*; do
	[ ! -d "$machine" ] || continue
	run 0 --machine "$machine"
	has "$out" "every invariant holds"
	has "$out" "verdict: clean"
	[ ! -s "$err" ] || why="$why; something on stderr"
	result "validate on $machine"
done
# More pieces of memory than a machine's description may have ranges.
i=0
while [ $i -lt 250 ]; do
	printf 'BIOS-e820: [mem 0x%016x-0x%016x] usable\n' $((i * 20971520)) $((i * 20971520 + 12582911))
	i=$((i + 1))
done >"$tmp/pieces"
for nodes in 1 16 60; do
	run 0 --machine "$tmp/pieces" --cmdline "page_owner=on numa=fake=$nodes"
	has "$out" "every invariant holds"
	result "250 pieces of memory, cut by $nodes nodes"
done
run 0 --machine tiny-16m $m/params.c modules/slab_example.c
has "$out" "every invariant holds, modules loaded"
grep -qx "every invariant holds" "$out" || why="$why; not after the modules"
has "$out" "verdict: slab_example: init returned 0, unloaded, nothing held"
result "validate with modules"
run 7 --machine tiny-16m $m/miscount.c
grep -q '^2 faults$\|^1 fault$' "$out" || why="$why; no count of faults"
has "$out" "verdict: an invariant does not hold (exit code 7)"
! grep -q "every invariant holds" "$out" || why="$why; and all is well?"
result "validate finds a counter that is wrong"
run 6 tests/plant/leak_page.c
has "$out" "every invariant holds"
result "a leak is no broken invariant, and still a leak"
run 2 param=1
has "$err" "a parameter, but no module before it"
result "a parameter without a module"
run 2 --proc meminfo
has "$err" "--proc is not for 'quarry validate'"
result "an option of another command"
finish
