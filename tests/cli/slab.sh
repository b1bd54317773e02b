#!/bin/sh
# SPDX-License-Identifier: MIT
# --slab: each allocator of objects has a program. Prints TAP.
# usage: slab.sh path/to/quarry
. "$(dirname "$0")/common"

# says ALLOCATOR: so the log of the boot says
says() {
	grep -q "\] $1: " "$err" || wrong "$1 is not in the log"
	[ "$(grep -oE "\] SL[UAO]B: " "$err" | sort -u | wc -l)" = 1 ] || wrong "others are in the log"
}

for slab in slub slab slob; do
	program=$quarry-$slab upper=$(echo $slab | tr a-z A-Z)
	[ $slab != slub ] || program=$quarry
	run 0 proc -v --slab=$slab meminfo
	says "$upper"
	result "quarry proc --slab=$slab"
	run 0 run -q --slab=$slab --no-debug $m/objects61.c
	result "all of 6.1's interface for objects --slab=$slab"
	run 7 run --slab=$slab --no-debug --era 2.6 $m/era26_slab.c
	for text in "all destructed" "0 wrong"; do
		grep -q "era26_slab: $text" "$out" "$err" || wrong "not there: $text"
	done
	result "the interface of 2.6 for objects --slab=$slab"
	run_program 0 "$program" proc -v meminfo
	says "$upper"
	result "${program##*/} proc"
	run_program 0 "$program" proc --slab slub -v meminfo
	says SLUB
	result "${program##*/} proc --slab slub"
	run_program 0 "$program" run -q --slab "$slab" modules/slab_example.c
	grep -q 'nothing held' "$out" || wrong "no verdict"
	result "${program##*/} run --slab=$slab"
done
for slab in slub slab slob; do
	printf '%s\n' "insmod $m/lost_list.c" \
		'cat /sys/kernel/debug/slab/kmalloc-64/alloc_traces' >"$tmp/in"
	run 0 shell --slab=$slab
	like '^ +5 lost_list_init\+0x.* waste=80/16 age='
	result "alloc_traces says what kmalloc() was not asked for --slab=$slab"
done
run 0 proc -v -m tiny-16m meminfo
says SLOB
result "tiny-16m has SLOB"
run 0 proc -v -m tiny-16m --slab=slub meminfo
says SLUB
result "tiny-16m with another"
run_program 0 "$quarry-slab" proc -v -m tiny-16m meminfo
says SLAB
result "tiny-16m by quarry-slab"

cp "$quarry" "$tmp/quarry"
run_program 1 "$tmp/quarry" proc --slab=slab meminfo
[ "$(cat "$err")" = "quarry: --slab slab: $tmp/quarry-slab: No such file or directory" ] ||
	wrong "the error is another"
result "a program that is not there"
run_program 0 "$tmp/quarry" proc -v -m tiny-16m meminfo
says SLUB
result "tiny-16m where SLOB is not there"
cp "$quarry" "$tmp/quarry-slob"
run_program 1 "$tmp/quarry" proc --slab=slob meminfo
[ "$(cat "$err")" = "quarry: --slab slob: $tmp/quarry-slob has SLUB" ] || wrong "the error is another"
result "a program that has another than its name says"
finish
