#!/bin/sh
# SPDX-License-Identifier: MIT
# Devices of the machine from the outside: described by options and machine files, used by
# drivers, listed in /proc. Prints TAP.
# usage: devices.sh path/to/quarry
. "$(dirname "$0")/common"

word() { # FILE OFFSET: a word of a file
	od -An -tx4 -j "$2" -N 4 "$1" | tr -d ' '
}

run 0 proc iomem ioports
has_line "fd000000-fd0000ff : demo"
result "every built-in machine has a device"
for machine in i386-4g numa-4x2g numa-mixed tiny-16m; do
	run 0 run -q --machine $machine modules/registers.c --proc iomem
	has_line "fd000000-fd0000ff : demo"
	has "verdict: clean"
	result "the sample driver on $machine"
done

printf '%s\n' 'insmod modules/registers.c' 'cat iomem' 'insmod '$m'/window.c base=0xfd000000 size=256' \
	'rmmod registers' 'cat iomem' >"$tmp/in"
run 0 shell -q
[ "$(grep -A 1 -xF 'fd000000-fd0000ff : demo' "$out" | head -n 2 | tail -n 1)" = "  fd000000-fd0000ff : registers" ] ||
	wrong "no driver below the device"
[ "$(grep -cF ' : registers' "$out")" = 1 ] || wrong "the driver is there without its module"
grep -qF -- '-EBUSY' "$out" "$err" || wrong "no -EBUSY"
result "shell: a driver's claim comes and goes; another driver does not get it"

run 5 run modules/registers.c other:modules/registers.c
has "somebody else has the addresses"
has "verdict: other: init returned -EBUSY"
has "verdict: registers: init returned 0, unloaded, nothing held"
result "two drivers for one device"

run 0 run --device ram,0xd0000000-0xd0001fff,memory $m/window.c base=0xd0000000 size=8192 value=7
has "window: first 0x0, last 0x0"
has "window: now 0x7"
result "a device that is memory"

printf 'abcdefgh' >"$tmp/rom"
run 0 run --device "rom,0xd0000000-0xd0000fff,copy,$tmp/rom" $m/window.c base=0xd0000000 value=0x11111111
has "window: first 0x64636261, last 0x0"
has "window: now 0x11111111"
[ "$(cat "$tmp/rom")" = abcdefgh ] || wrong "the file was written to"
result "a device with a copy of a file"

truncate -s 8192 "$tmp/disk"
printf 'ABCD' | dd of="$tmp/disk" conv=notrunc status=none
run 0 run --device "disk,0xd0000000-0xd0001fff,file,$tmp/disk" $m/window.c base=0xd0000000 size=8192 \
	value=0x22222222
has "window: first 0x44434241, last 0x0"
has "window: now 0x22222222"
[ "$(word "$tmp/disk" 0)" = 22222222 ] || wrong "not in the file: the first word"
[ "$(word "$tmp/disk" 8188)" = 22222223 ] || wrong "not in the file: the last word"
run 0 run -q --device "disk,0xd0000000-0xd0001fff,file,$tmp/disk" $m/window.c base=0xd0000000 size=4096
result "a device that is a file: what is written there stays"

cat >"$tmp/machine" <<END
# A board.
BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable
BIOS-e820: [mem 0x0000000000100000-0x000000000fffffff] usable
cpus 2
device flash 0x20000000-0x20000fff copy rom
device uart 0x20001000-0x200010ff registers
device frame-buffer 0x30000000-0x300fffff memory
END
run 0 proc --machine "$tmp/machine" iomem
has_line "20000000-20000fff : flash"
has_line "20001000-200010ff : uart"
has_line "30000000-300fffff : frame-buffer"
result "a machine file with devices"
run 0 run --machine "$tmp/machine" modules/registers.c base=0x20001000 $m/window.c base=0x20000000
has "the squares up to 100 add up to 385"
has "window: first 0x64636261"
has "verdict: clean"
result "drivers for them; a file's name is relative to the machine file"
run 0 run --machine "$tmp/machine" --device more,0x20002000-0x200020ff,registers modules/registers.c base=0x20002000
result "one more device on the command line"
run 5 run --machine "$tmp/machine" modules/registers.c base=0x30000000
has "this is another device: 0"
has "verdict: registers: init returned -ENODEV, not loaded, nothing held"
result "a driver that finds another device gives everything back"

run 0 run --era 2.6 $m/era26_io.c
has "era26_io: 0 bad"
has "verdict: clean"
result "as in 2.6: check_region(), ioremap_nocache()"
run 3 run $m/era26_io.c
result "and only there"

run 2 proc --device a,0x100000-0x1fffff,memory iomem
one_line "quarry: --device a,0x100000-0x1fffff,memory: it overlaps memory, 0x100000-0xbfefffff"
result "an option: a device where memory is"
run 2 proc --device a,0xd0000000-0xd0000fff,disk iomem
one_line "'disk' is no kind of device; there are memory, copy, file and registers"
result "an option: no such kind"
run 2 proc --device a,0xfd000000-0xfd000fff,memory iomem
one_line "it overlaps device 'demo', 0xfd000000-0xfd0000ff"
result "an option: a device where another one is"
run 2 proc --device '' iomem
one_line "--device: the value is empty"
result "an option without a value"
run 1 proc --device "a,0xd0000000-0xd0000fff,copy,$tmp/none" iomem
one_line "device a: $tmp/none: No such file or directory"
result "a file that is not there"
run 1 proc --device "a,0xd0000000-0xd0000fff,file,$tmp" iomem
one_line "device a: $tmp: Is a directory"
result "a directory for a file"
run 1 proc --device "a,0xd0000000-0xd0000fff,copy,$tmp" iomem
one_line "device a: $tmp: Is a directory"
result "a directory to copy"
truncate -s 4097 "$tmp/long"
run 1 proc --device "a,0xd0000000-0xd0000fff,copy,$tmp/long" iomem
one_line "device a: $tmp/long has more than the device's 4096 bytes"
result "a file to copy that is too long"
run 1 proc --device "a,0xd0000000-0xd0000fff,file,$tmp/rom" iomem
one_line "$tmp/rom has 8 bytes, the device 4096; make it longer (truncate -s 4096 $tmp/rom), or use 'copy'"
result "a file that is too short"
run 2 compare --device a,0xd0000000-0xd0000fff,memory modules/registers.c
one_line "--device is not for 'quarry compare'"
result "compare has no devices"
finish
