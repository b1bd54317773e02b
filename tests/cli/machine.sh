#!/bin/sh
# SPDX-License-Identifier: MIT
# Machines from the outside: presets, changes of them, memory maps of real machines.
# Prints TAP. usage: machine.sh path/to/quarry
#
# A map in tests/maps/bad/ begins with "# expect LINE: TEXT", what the error says.
. "$(dirname "$0")/common"

# run CODE ARGUMENT...: sets $why when the exit code is another one
run() {
	want=$1 why=
	shift
	timeout 60 "$quarry" "$@" >"$out" 2>"$err" </dev/null
	code=$?
	[ $code = "$want" ] || why="exit code $code, not $want"
}

# one_line TEXT: the error is one line, with the text
one_line() {
	[ "$(wc -l <"$err")" = 1 ] || why="$why; not one line"
	grep -qF -- "$1" "$err" || why="$why; no '$1'"
}

# sum_pages FIELD: adds up a field of all zones in zoneinfo
sum_pages() {
	awk -v field="$1" '$1 == field { sum += $2 } END { print sum + 0 }' "$out"
}

# Usable memory in whole pages, from the boot log, which shows the repaired map.
usable_pages() {
	sed -n 's/.*BIOS-e820: \[mem 0x\([0-9a-f]*\)-0x\([0-9a-f]*\)\] usable$/\1 \2/p' "$err" |
	while read -r start last; do
		echo $((((0x$last + 1) / 4096) - ((0x$start + 4095) / 4096)))
	done | awk '{ sum += $1 } END { print sum + 0 }'
}

# accounting NAME OPTION...: what the zones have adds up to the map, to the page
accounting() {
	name=$1
	shift
	run 0 proc --verbose "$@" zoneinfo
	usable=$(usable_pages)
	present=$(sum_pages present)
	managed=$(sum_pages managed)
	[ "$usable" -gt 0 ] || why="$why; no usable memory in the log"
	[ "$present" = "$usable" ] || why="$why; present $present, usable $usable"
	[ "$managed" -gt 0 ] && [ "$managed" -le "$present" ] ||
		why="$why; managed $managed of $present"
	# Memory: <available>K/<all>K available
	line=$(grep -o 'Memory: [0-9]*K/[0-9]*K available' "$err" | head -n 1)
	total=${line#*/} total=${total%%K*}
	free=${line#Memory: } free=${free%%K*}
	[ "${total:-0}" = $((present * 4)) ] || why="$why; log: '$line', present $present pages"
	[ "${free:-0}" -le $((managed * 4)) ] 2>/dev/null || why="$why; log: '$line', managed $managed pages"
	result "$name: available and reserved add up to the map"
}

for preset in x86_64-8g i386-4g numa-4x2g numa-mixed tiny-16m; do
	accounting "preset $preset" --machine $preset
done
for map in tests/maps/*; do
	[ -f "$map" ] && accounting "map ${map##*/}" --machine "$map"
done
# A 32-bit build has 36 address bits, and room for 16 nodes in page->flags.
run 0 proc --mem 1T meminfo
grep -q 'addresses of 36 bits' "$err" && terabyte= || terabyte=1
[ -z "$terabyte" ] || accounting "1 TiB" --mem 1T
[ -z "$terabyte" ] || accounting "64 nodes" --nodes 64 --mem 64G
accounting "16 nodes" --nodes 16 --mem 16G
accounting "256 CPUs" --cpus 256

for map in tests/maps/bad/*; do
	expect=$(head -n 1 "$map" | sed -n 's/^# expect //p')
	line=${expect%%:*} text=${expect#*: }
	[ "${map##*/}" != empty ] || line=0 text='the file is empty'
	[ "$line" = 0 ] && where="$map: " || where="$map:$line: "
	run 2 proc --machine "$map" meminfo
	one_line "$text"
	grep -qF -- "$where" "$err" || why="$why; not at $where"
	[ ! -s "$out" ] || why="$why; something on stdout"
	result "bad map ${map##*/}"
done

run 2 proc --machine no-such-file meminfo
one_line "neither a preset"
result "a machine that does not exist"
run 2 proc --machine tests meminfo
one_line "tests: Is a directory"
result "a directory as a machine"
run 2 proc --machine /dev/zero meminfo
one_line "larger than 1 MiB"
result "a file that does not end"
run 2 proc --machine /dev/stdin meminfo
one_line "/dev/stdin: the file is empty"
result "an empty machine from standard input"
run 2 proc --machine i386-4 meminfo
one_line "did you mean 'i386-4g'?"
result "a preset, misspelt"
run 2 proc --machine tests/maps/cloud-vm --mem 1G meminfo
one_line "only presets can be changed"
result "--mem with a file"
run 2 proc --machine i386-4g --mem 8G meminfo
one_line "4G at most"
result "more memory than i386 reaches"
run 2 proc --mem 65T meminfo
one_line "--mem: x86_64-8g"
result "more memory than x86-64 reaches"

# /proc says what was asked for.
if [ "$terabyte" ]; then
	run 0 proc --mem 1T meminfo
	[ "$(awk '$1 == "MemTotal:" { print ($2 > 1000000000 && $2 <= 1073741824) }' "$out")" = 1 ] ||
		why="$why; MemTotal is not about 1 TiB"
	result "--mem 1T is a terabyte"
fi
run 0 proc --machine i386-4g zoneinfo
for zone in DMA Normal HighMem; do
	grep -q "^Node 0, zone *$zone\$" "$out" || why="$why; no zone $zone"
done
result "i386-4g has DMA, Normal and HighMem"
run 0 proc --machine numa-4x2g zoneinfo
[ "$(grep -c '^Node [0-3], zone *\(Normal\|DMA32\|HighMem\)$' "$out")" -ge 4 ] || why="$why; too few zones"
result "numa-4x2g has four nodes"
run 0 proc --machine tests/maps/server-numa zoneinfo
grep -q '^Node 1, zone' "$out" || why="$why; no node 1"
result "nodes of an SRAT"
run 0 proc --machine tests/maps/board-32bit iomem
grep -q '^00100000-0fdfffff : System RAM$' "$out" || why="$why; no System RAM"
result "/proc/iomem shows the map"

finish
