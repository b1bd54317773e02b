#!/bin/sh
# SPDX-License-Identifier: MIT
# Fault injection from the outside: --fail-nth, files in the shell, the boot parameter.
# Prints TAP.
# usage: fault.sh path/to/quarry
. "$(dirname "$0")/common"
err=$out
debug=/sys/kernel/debug/fail_page_alloc

for nth in 1 2 3 4; do
	run 5 run --fail-nth $nth $m/four_pages.c
	has "four_pages: none for number $nth"
	has "FAULT_INJECTION: forcing a failure."
	has "name fail_page_alloc, interval 1, probability 0, space 0, times 0"
	has "init returned -ENOMEM, not loaded, nothing held"
	has "four_init"
	has_not "page allocation failure"
	has_not "times only"
	result "run --fail-nth $nth"
done
run 5 run --quiet --fail-nth 2 $m/four_pages.c
has "FAULT_INJECTION: forcing a failure."
has "four_init"
result "run --quiet --fail-nth: a stack comes with what it is"
run 0 run --fail-nth 5 $m/four_pages.c
has "--fail-nth 5: init asked for memory 4 times only"
has_not "FAULT_INJECTION"
result "run --fail-nth 5: not reached"
run 0 validate --machine tiny-16m --fail-nth 2 --expect-init -ENOMEM $m/four_pages.c
has "every invariant holds"
result "validate --fail-nth"
run 2 run --fail-nth 0 $m/four_pages.c
has "--fail-nth: '0' is not a number from 1"
result "--fail-nth 0"

# Objects count, too, and the pages of new slabs: whichever fails, init unwinds.
nth=0
: >"$tmp/seen"
while [ $nth -lt 40 ]; do
	nth=$((nth + 1))
	# What is only nice to have, init can do without.
	run '[05]' run --fail-nth $nth $m/four_objects.c
	! grep -q "times only" "$out" || break
	has "nothing held"
	cat "$out" >>"$tmp/seen"
done
[ $nth -lt 40 ] || wrong "there is no end"
for i in 1 2 3 4; do
	grep -q "four_objects: none for number $i" "$tmp/seen" || wrong "number $i never failed"
done
grep -q "name failslab" "$tmp/seen" || wrong "no object failed"
result "run --fail-nth: each object, and each slab's pages"

cat >"$tmp/in" <<END
cat $debug/probability
echo 0 > $debug/min-order
echo N > $debug/ignore-gfp-wait
echo 1 > $debug/verbose
echo 2 > /proc/self/fail-nth
insmod $m/four_pages.c
insmod $m/four_pages.c
END
run 0 shell
has "init returned -ENOMEM: not loaded"
[ "$(grep -c 'FAULT_INJECTION: forcing' "$out")" = 1 ] || wrong "not one failure"
has_not "Call Trace"
result "shell: /proc/self/fail-nth is of the task that init runs in, and fails one request"

cat >"$tmp/in" <<END
echo 0 > $debug/min-order
echo N > $debug/ignore-gfp-wait
echo Y > $debug/task-filter
echo -1 > $debug/times
echo 100 > $debug/probability
insmod $m/four_pages.c
rmmod four_pages
echo 1 > /proc/self/make-it-fail
insmod $m/four_pages.c
echo 0 > /proc/self/make-it-fail
insmod $m/four_pages.c
cat $debug/task-filter
echo 100 > $debug/nothing
echo x > $debug/probability
lsmod
END
run 0 shell
has "four_pages: none for number 1"
[ "$(grep -c 'init returned -ENOMEM' "$out")" = 1 ] || wrong "not one init failed"
grep -qx Y "$out" || wrong "the filter is not on"
has "nothing: No such file"
has "probability: Invalid argument"
result "shell: task-filter and make-it-fail"

# Only those of a cache that is marked.
d=/sys/kernel/debug/failslab
cat >"$tmp/in" <<END
echo Y > $d/cache-filter
echo N > $d/ignore-gfp-wait
echo 1 > $d/verbose
echo -1 > $d/times
echo 100 > $d/probability
insmod $m/four_objects.c marked=1
insmod $m/four_objects.c
rmmod four_objects
END
run 0 shell
has "four_objects: none for number 4"
has "name failslab"
[ "$(grep -c 'none for number' "$out")" = 1 ] || wrong "not one failure"
result "shell: failslab, and its cache-filter"

run 0 proc --cmdline failslab=3,50,70000000,-1 $d/interval $d/probability $d/cache-filter $d/times
grep -qx 3 "$out" && grep -qx 50 "$out" && grep -qx N "$out" && grep -qx -- -1 "$out" ||
	wrong "not the numbers of the parameter"
result "boot parameter failslab="
run 0 proc --cmdline fail_page_alloc=3,50,70000000,-1 $debug/interval $debug/probability $debug/space $debug/times
has "==> $debug/times <=="
grep -qx 3 "$out" && grep -qx 50 "$out" && grep -q "^69[0-9]*$" "$out" && grep -qx -- -1 "$out" ||
	wrong "not the numbers of the parameter"
result "boot parameter"
run 0 proc --verbose --cmdline fail_page_alloc=3,50 $debug/interval
has "FAULT_INJECTION: '3,50' is not interval,probability,space,times"
has "Malformed option 'fail_page_alloc=3,50'"
result "boot parameter that is none"

# The same seed brings the same failures.
for i in 1 2; do
	cat >"$tmp/in" <<END
echo 0 > $debug/min-order
echo N > $debug/ignore-gfp-wait
echo 1 > $debug/verbose
echo -1 > $debug/times
echo 30 > $debug/probability
insmod $m/four_pages.c
insmod $m/params.c
insmod $m/four_pages.c
insmod $m/four_pages.c
END
	run 0 shell --seed 5
	grep -n 'FAULT_INJECTION\|none for number\|init returned' "$out" | sed 's/\[ *[0-9.]*\]//' >"$tmp/seen$i"
done
cmp -s "$tmp/seen1" "$tmp/seen2" || wrong "two runs differ"
has "FAULT_INJECTION"
result "a seed replays failures"
finish
