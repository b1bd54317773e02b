#!/bin/sh
# SPDX-License-Identifier: MIT
# quarry map: is what it draws to scale, and true? Prints TAP. usage: map.sh path/to/quarry
. "$(dirname "$0")/common"

# bytes NUMBER UNIT
bytes() {
	case $2 in KiB) s=10 ;; MiB) s=20 ;; GiB) s=30 ;; TiB) s=40 ;; *) s=0 ;; esac
	echo $(($1 << s))
}

# to_scale: each region begins where the one before ended, and has as many characters as
# its size says, or a mark that it is smaller than one.
to_scale() {
	# shellcheck disable=SC2046
	cell=$(bytes $(sed -n 's/.*to scale: a character is \([0-9]*\) \([A-Za-z]*\),.*/\1 \2/p' "$out"))
	awk '/^vmalloc areas, from/ { exit } /^0x|^ +\|/' "$out" | sed 's/^  *|/+ |/' >"$tmp/map"
	at='' cells=0 lines=0
	while read -r start bar; do
		if [ "$start" != + ]; then
			[ -z "$at" ] || [ "$cells" = 0 ] ||
				[ $(((start - at + cell - 1) / cell)) = $cells ] ||
				wrong "$at to $start: $cells characters of $cell"
			at=$start cells=0
		fi
		case $bar in
		'~'*) [ "$cells" = 0 ] || wrong "$start: ~ behind a line" ;;
		*)
			inner=${bar#|} inner=${inner%%|*}
			inner=$(printf '%s' "$inner" | tr -d ' ')
			cells=$((cells + ${#inner})) ;;
		esac
		lines=$((lines + 1))
	done <"$tmp/map"
	[ $lines -ge 10 ] || wrong "only $lines lines"
	[ $lines -le 60 ] || wrong "$lines lines"
}

for machine in x86_64-8g i386-4g numa-4x2g numa-mixed tiny-16m "x86_64-8g --mem 1T" tests/maps/server-numa; do
	# shellcheck disable=SC2086
	run 0 map --machine $machine
	to_scale
	like '0x[0-9a-f]* .*  direct map of low memory: [1-9][0-9.]* [KMGT]iB mapped$'
	like '^0x[0-9a-f]*.*  vmalloc areas: [0-9.]* KiB mapped$'
	like '^a .*, kernel stack$'
	like '^0x[0-9a-f]*.*  per-CPU memory: [1-9]|direct map'
	like '^0x[0-9a-f]* .*  gap, inaccessible$'
	result "map of $machine"
done

# As the documents have it: 896 MiB, a gap of 8, what is left of 128 for vmalloc.
run 0 map --machine i386-4g
like ' 896 MiB  direct map of low memory'
[ "$(grep -A7 'direct map' "$out" | sed -n '/gap/{s/.*| *//;p;q}')" = "8 MiB  gap, inaccessible" ] ||
	wrong "no gap of 8 MiB behind the direct map"
like ' 120 MiB  vmalloc areas'
like ' 4 MiB  pkmap, for kmap\(\) of high memory'
result "i386: low memory, gap, vmalloc, pkmap"

# Twelve pages in three areas of one caller, forty in one of the other's, seven that were freed.
run 0 map -q --no-debug $m/areas.c
like '^b        1    160 KiB  take_large\+.*, vmalloc area$'
like '^c        3     36 KiB  take_small\+.*, vmalloc area$'
like '^-        2     32 KiB  freed, waiting to be unmapped$'
like '^0x[0-9a-f]* \|ccc\.-{8}ccc\.ccc\.b{12}\|$'
like '^0x[0-9a-f]* \|b{28}\. {3}\|$'
like '^  *~ 5[0-9.]* GiB of nothing$'
like 'verdict: clean'
result "areas of a module, by who has them"

run 0 map -q --no-debug $m/areas.c large=4000
like '^a        1   15.6 MiB  take_large'
like '^  *~ 5[0-9.]* GiB of nothing$'
like 'the first to the last: a character is 32 KiB'
result "a parameter; a scale that fits"

printf '%s\n' "insmod $m/areas.c" map 'rmmod areas' >"$tmp/in"
run 0 shell
like 'take_large\+.*, vmalloc area$'
like '^c        3     36 KiB  take_small'
result "map in the shell, while modules live"

run 2 map --machine nowhere
has nowhere "$err"
result "a machine that there is not"

finish
