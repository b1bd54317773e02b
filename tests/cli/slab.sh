#!/bin/sh
# SPDX-License-Identifier: MIT
# --slab: each allocator of objects has a program. Prints TAP.
# usage: slab.sh path/to/quarry
. "$(dirname "$0")/common"

# run CODE PROGRAM ARGUMENT...
run() {
	want=$1 why=
	shift
	timeout 120 "$@" >"$out" 2>"$err" </dev/null
	code=$?
	[ $code = "$want" ] || why="exit code $code, not $want"
}

# says ALLOCATOR: so the log of the boot says
says() {
	grep -q "\] $1: " "$err" || why="$why; $1 is not in the log"
	[ "$(grep -oE "\] SL[UAO]B: " "$err" | sort -u | wc -l)" = 1 ] || why="$why; others are in the log"
}

for slab in slub slab slob; do
	program=$quarry-$slab upper=$(echo $slab | tr a-z A-Z)
	[ $slab != slub ] || program=$quarry
	run 0 "$quarry" proc -v --slab=$slab meminfo
	says "$upper"
	result "quarry proc --slab=$slab"
	run 0 "$quarry" run -q --slab=$slab --no-debug tests/cli/modules/objects61.c
	result "all of 6.1's interface for objects --slab=$slab"
	run 7 "$quarry" run --slab=$slab --no-debug --era 2.6 tests/cli/modules/era26_slab.c
	for text in "all destructed" "0 wrong"; do
		grep -q "era26_slab: $text" "$out" "$err" || why="$why; not there: $text"
	done
	result "the interface of 2.6 for objects --slab=$slab"
	run 0 "$program" proc -v meminfo
	says "$upper"
	result "${program##*/} proc"
	run 0 "$program" proc --slab slub -v meminfo
	says SLUB
	result "${program##*/} proc --slab slub"
	run 0 "$program" run -q --slab "$slab" modules/slab_example.c
	grep -q 'nothing held' "$out" || why="$why; no verdict"
	result "${program##*/} run --slab=$slab"
done
printf 'insmod tests/cli/modules/lost_list.c\ncat /sys/kernel/debug/slab/kmalloc-64/alloc_traces\n' >"$tmp/in"
for slab in slub slab slob; do
	why=
	timeout 60 "$quarry" shell --slab=$slab <"$tmp/in" >"$out" 2>"$err"
	grep -qE '^ +5 lost_list_init\+0x.* waste=80/16 age=' "$out" || why="five objects of 48 bytes are not there"
	result "alloc_traces says what kmalloc() was not asked for --slab=$slab"
done
run 0 "$quarry" proc -v -m tiny-16m meminfo
says SLOB
result "tiny-16m has SLOB"
run 0 "$quarry" proc -v -m tiny-16m --slab=slub meminfo
says SLUB
result "tiny-16m with another"
run 0 "$quarry-slab" proc -v -m tiny-16m meminfo
says SLAB
result "tiny-16m by quarry-slab"

cp "$quarry" "$tmp/quarry"
run 1 "$tmp/quarry" proc --slab=slab meminfo
[ "$(cat "$err")" = "quarry: --slab slab: $tmp/quarry-slab: No such file or directory" ] ||
	why="$why; the error is another"
result "a program that is not there"
run 0 "$tmp/quarry" proc -v -m tiny-16m meminfo
says SLUB
result "tiny-16m where SLOB is not there"
cp "$quarry" "$tmp/quarry-slob"
run 1 "$tmp/quarry" proc --slab=slob meminfo
[ "$(cat "$err")" = "quarry: --slab slob: $tmp/quarry-slob has SLUB" ] || why="$why; the error is another"
result "a program that has another than its name says"
finish
