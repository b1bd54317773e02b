#!/bin/sh
# SPDX-License-Identifier: MIT
# Files below /proc and /sys, by the shell, by proc and by run. Prints TAP.
# usage: files.sh path/to/quarry
. "$(dirname "$0")/common"

t=/sys/kernel/tracing
d=/sys/kernel/debug
s=tests/cli/shell

printf '%s\n' 'ls /' "ls $d" "ls $t/events/kmem/mm_page_free" 'cat /proc/version' 'cat proc/version' \
	'cat version' 'cat /version' 'cat sys/kernel/tracing/trace' "cat $t" "ls $t/trace" >"$tmp/in"
run 0 shell -q
[ "$(sed -n '1,2p' "$out" | tr '\n' ' ')" = "proc sys " ] || wrong "/ has other names"
has_line tracing
[ "$(grep -cx 'enable\|format\|id' "$out")" = 3 ] || wrong "other files of an event"
[ "$(grep -c '^Linux version' "$out")" = 3 ] || wrong "not three versions"
has_line "cat: /version: No such file or directory" "$err"
has_line "cat: sys/kernel/tracing/trace: No such file or directory" "$err"
has_line "cat: $t: Is a directory" "$err"
has_line "ls: $t/trace: Not a directory" "$err"
result "shell: paths, with and without a slash"

printf '%s\n' "insmod $s/knob.c" "ls $d/knob" "cat $d/knob/speed" "echo 0x40 > $d/knob/speed" \
	"cat $d/knob/speed" "echo on > $d/knob/loud" "cat $d/knob/loud" "echo 5 > $d/knob/sum" \
	"echo 6 >> $d/knob/sum" "cat $d/knob/sum" "echo fast > $d/knob/speed" 'rmmod knob' \
	"cat $d/knob/speed" >"$tmp/in"
run 0 shell -q
for line in speed loud sum 33 64 Y 'sum 11'; do
	has_line "$line"
done
has_line "echo: $d/knob/speed: Invalid argument" "$err"
has_line "cat: $d/knob/speed: No such file or directory" "$err"
unlike "still holds"
result "shell: a module's files in debugfs"

printf '%s\n' "echo kmem:mm_page_alloc > $t/set_event" "echo mm_page_free >> $t/set_event" \
	"cat $t/set_event" "insmod $s/pages.c" 'rmmod pages' "echo 0 > $t/events/enable" \
	"cat $t/trace" "echo > $d/tracing/trace" "cat $t/trace" >"$tmp/in"
run 0 shell -q
has_line kmem:mm_page_alloc
has_line kmem:mm_page_free
has_line "# tracer: nop"
line='^ *[a-z]+-[0-9]+ +\[[0-9]{3}\] [.N]{5} +[0-9]+\.[0-9]{6}:'
like "$line mm_page_alloc: page=[0-9a-f]+ pfn=0x[0-9a-f]+ order=5 migratetype=0 gfp_flags=GFP_KERNEL\|__GFP_ZERO\$"
like "$line mm_page_free: page=[0-9a-f]+ pfn=0x[0-9a-f]+ order=5\$"
[ "$(grep -c 'order=5' "$out")" = 2 ] || wrong "not one of each"
like '^# entries-in-buffer/entries-written: 0/0 '
result "shell: trace events of pages, and clearing them"

run 0 run -q --proc "$d/page_owner" "$s/pages.c"
like '^Page allocated via order [0-9]+, mask 0x[0-9a-f]+\([A-Z_|]+\), pid [0-9]+, tgid [0-9]+ \([a-z]+\), ts [0-9]+ ns, free_ts [0-9]+ ns$'
result "page_owner is below debugfs"
run 2 proc "$d/page_owner"
like "there is no '$d/page_owner'" "$err"
result "page_owner is not there when nobody records owners"
run 0 run -q --trace 'kmem:*' "$s/pages.c"
has_line "$t/trace after:"
like "$line mm_page_alloc: .* order=5 "
like "$line mm_page_free: .* order=5\$"
result "run --trace"
run 0 run -q --trace 'kmem:k*' modules/slab_example.c
like "$line kmem_cache_alloc: call_site=[a-z_]+\\+0x[0-9a-f]+/0x[0-9a-f]+ \\[slab_example\\] ptr=[0-9a-f]+ bytes_req=[0-9]+ bytes_alloc=[0-9]+ gfp_flags=GFP_KERNEL node=-1 accounted=false\$"
like "$line kmem_cache_free: call_site=.* \\[slab_example\\] ptr=[0-9a-f]+ name=[a-z_]+\$"
unlike mm_page_alloc
result "run --trace: objects, and who wanted them"
printf '%s\n' 'insmod tests/plant/leak_unreachable.c' "cat $d/kmemleak" "echo scan > $d/kmemleak" \
	"cat $d/kmemleak" "echo clear > $d/kmemleak" "echo ---" "cat $d/kmemleak" \
	'rmmod leak_unreachable' >"$tmp/in"
run 0 shell -q
[ "$(grep -c '^unreferenced object 0x[0-9a-f]* (size [0-9]*):$' "$out")" = 3 ] ||
	wrong "not three"
like '^  comm ".*", pid [0-9]+, jiffies [0-9]+ \(age [0-9]+\.[0-9]{3}s\)$'
like '^  hex dump \(first 32 bytes\):$'
like '^    \[<[0-9a-f]+>\] forget\+0x[0-9a-f]+/0x[0-9a-f]+ \[leak_unreachable\]'
result "shell: kmemleak, scan and clear"
run 2 run --trace kmem:nothing "$s/pages.c"
like "quarry: --trace: there is no event 'kmem:nothing'; there are kmem:mm_page_alloc .* kmem:\\*\$" "$err"
result "run --trace: no such event"
run 0 run -q --proc "meminfo,$t/tracing_on" "$s/pages.c"
has_line "/proc/meminfo after:"
has_line "$t/tracing_on after:"
result "run --proc: a file below /sys"

run 0 proc --cmdline 'trace_event=kmem:mm_page_alloc,nothing trace_buf_size=64k' \
	$t/trace $t/buffer_size_kb $t/set_event
has_line "==> $t/trace <=="
like "mm_page_alloc: page=[0-9a-f]+ pfn=0x[0-9a-f]+ order=[0-9]"
has_line 64
has_line kmem:mm_page_alloc
like "trace_event=nothing: there is no such event" "$err"
result "trace_event= and trace_buf_size=: from the first page on"
run 2 proc $t/nothing
like "there is no '$t/nothing'; there are trace .* events\$" "$err"
result "proc: what there is where a name is not"
finish
