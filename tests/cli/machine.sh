#!/bin/sh
# SPDX-License-Identifier: MIT
# Machines from the outside: presets, changes of them, memory maps of real machines.
# Prints TAP. usage: machine.sh path/to/quarry
#
# A map in tests/maps/bad/ begins with "# expect LINE: TEXT", what the error says.
. "$(dirname "$0")/common"
limit=60

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
	[ "$usable" -gt 0 ] || wrong "no usable memory in the log"
	[ "$present" = "$usable" ] || wrong "present $present, usable $usable"
	[ "$managed" -gt 0 ] && [ "$managed" -le "$present" ] ||
		wrong "managed $managed of $present"
	# Memory: <available>K/<all>K available
	line=$(grep -o 'Memory: [0-9]*K/[0-9]*K available' "$err" | head -n 1)
	total=${line#*/} total=${total%%K*}
	free=${line#Memory: } free=${free%%K*}
	[ "${total:-0}" = $((present * 4)) ] || wrong "log: '$line', present $present pages"
	[ "${free:-0}" -le $((managed * 4)) ] 2>/dev/null || wrong "log: '$line', managed $managed pages"
	result "$name: available and reserved add up to the map"
}

for preset in x86_64-8g i386-4g numa-4x2g numa-mixed tiny-16m; do
	accounting "preset $preset" --machine $preset
done
for map in tests/maps/*; do
	[ -f "$map" ] && accounting "map ${map##*/}" --machine "$map"
done
# A 32-bit build has 36 address bits, and room for 16 nodes in page->flags.
"$quarry" proc --mem 1T meminfo >"$out" 2>"$err"
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
	has "$where" "$err"
	[ ! -s "$out" ] || wrong "something on stdout"
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
		wrong "MemTotal is not about 1 TiB"
	result "--mem 1T is a terabyte"
fi
# resident MEM: sets $kib to the KiB that a machine with so much memory has had resident
resident() {
	rm -f "$tmp/fifo"
	mkfifo "$tmp/fifo"
	"$quarry" shell --mem "$1" <"$tmp/fifo" >"$out" 2>"$err" &
	pid=$! i=0
	exec 3>"$tmp/fifo"
	echo 'cat meminfo' >&3
	until grep -q MemTotal: "$out" || [ $i = 300 ]; do
		sleep 0.1
		i=$((i + 1))
	done
	kib=$(awk '$1 == "VmHWM:" { print $2 }' "/proc/$pid/status")
	exec 3>&-
	[ $i -lt 300 ] || kill $pid
	wait $pid || wrong "the shell of $1 failed"
}
if [ "$terabyte" ]; then
	resident 64M
	small=$kib
	resident 1T
	grep -q '^MemTotal: *10[0-9]\{8\} kB' "$out" || wrong "not a terabyte"
	[ "$small" -gt 1000 ] || wrong "a machine of 64M has $small KiB resident"
	[ "$kib" -le $((small + 4096)) ] || wrong "$kib KiB resident, but $small of 64M"
	# A sanitizer has more than that itself.
	[ "$small" -gt 32768 ] || [ "$kib" -le 65536 ] || wrong "$kib KiB resident"
	echo "# resident: $small KiB with 64M, $kib KiB with 1T"
	result "a terabyte's machine is as small as any"
fi
if [ "$terabyte" ]; then
	run 0 proc --mem 256M --nodes 60 zoneinfo
	[ "$(grep -c '^Node [0-9]*, zone *DMA32$' "$out")" -ge 50 ] || wrong "too few nodes"
	result "60 nodes of 4 MiB"
fi
for refusal in 'tiny-16m:8:no nodes of 1999K: one has 4096K at least' \
	'x86_64-8g:65:no 65 nodes: there can be'; do
	machine=${refusal%%:*} rest=${refusal#*:}
	nodes=${rest%%:*} text=${rest#*:}
	run 0 proc --verbose --machine "$machine" --cmdline "numa=fake=$nodes" meminfo
	has "NUMA: fake: $text" "$err"
	result "numa=fake=$nodes on $machine is refused"
done
run 0 proc --verbose --cmdline "numa=fake=4x sysctl.vm.nothing=1 sysctl.vm.min_free_kbytes=-1" meminfo
for text in "Malformed option 'numa=fake=4x'" "'vm.nothing' on the command line: there is no" \
	"'vm.min_free_kbytes=-1' on the command line: error 22"; do
	has "$text" "$err"
done
result "parameters that cannot be obeyed are named"
run 0 proc --machine i386-4g zoneinfo
for zone in DMA Normal HighMem; do
	grep -q "^Node 0, zone *$zone\$" "$out" || wrong "no zone $zone"
done
result "i386-4g has DMA, Normal and HighMem"
run 0 proc --machine numa-4x2g zoneinfo
[ "$(grep -c '^Node [0-3], zone *\(Normal\|DMA32\|HighMem\)$' "$out")" -ge 4 ] || wrong "too few zones"
result "numa-4x2g has four nodes"
run 0 proc --machine tests/maps/server-numa zoneinfo
grep -q '^Node 1, zone' "$out" || wrong "no node 1"
result "nodes of an SRAT"
run 0 proc --machine tests/maps/board-32bit iomem
grep -q '^00100000-0fdfffff : System RAM$' "$out" || wrong "no System RAM"
result "/proc/iomem shows the map"

finish
