#!/bin/sh
# SPDX-License-Identifier: MIT
# The command from the outside: usage, proc, shell, test. Prints TAP.
# usage: options.sh path/to/quarry
. "$(dirname "$0")/common"

# usage_error TEXT ARGUMENT...: exit code 2 and one line
usage_error() {
	text=$1
	shift
	run 2 "$@"
	one_line "$text"
	[ ! -s "$out" ] || wrong "something on stdout"
	result "refused: quarry $*"
}

run 2
has "usage: quarry run|proc|shell|test|validate" "$err"
result "no argument: short usage"
for command in '' run proc shell test validate map; do
	# shellcheck disable=SC2086
	run 0 $command --help
	has "usage: quarry ${command:-COMMAND}"
	has "8  fault"
	has "x86_64-8g"
	result "quarry $command --help"
done
run 0 --version
grep -qE '^quarry [0-9]+\.[0-9]+' "$out" || wrong "no version"
result "--version"
# Each option that --help has is in the manual, too: "Fl m", "Fl -machine".
for command in run proc shell test validate map; do
	"$quarry" $command --help
done | sed -n 's/^  *\(-[^ ,]*\)\(, \(--[a-z-]*\)\)\{0,1\}.*/\1 \3/p' | tr ' ' '\n' | sort -u >"$tmp/options"
while read -r option; do
	[ -z "$option" ] || grep -qE "Fl ${option#-}( |\$)" docs/quarry.1 || wrong "no $option"
done <"$tmp/options"
[ "$(wc -l <"$tmp/options")" -gt 20 ] || wrong "--help has too few options"
result "the manual has every option"

usage_error "unknown command 'rum'; did you mean 'run'?" rum x.c
usage_error "unknown command 'xyzzy'; see quarry --help" xyzzy
usage_error "unknown option '--mam'; did you mean '--mem'?" proc --mam 1G meminfo
usage_error "--mem: '12Q' is not a size; use a number with K, M, G or T" proc --mem 12Q meminfo
usage_error "--mem: '-1G' is not a size" --mem -1G proc meminfo
usage_error "--cpus: '0' is not a number from 1 to 256" proc --cpus 0 meminfo
usage_error "--nodes: 'two' is not a number" proc --nodes two meminfo
usage_error "--slab: 'slup' is none of slub, slab, slob" proc --slab slup meminfo
usage_error "--era: '3.0' is not an era" run --era 3.0 x.c
usage_error "--for: '2' is not a duration" run --for 2 x.c
usage_error "--expect-init: 'EWHAT' is neither a number" run --expect-init EWHAT x.c
usage_error "--color: 'pink' is none of auto, always, never" proc --color pink meminfo
usage_error "--mem needs a value: SIZE" proc --mem
usage_error "--strict is not for 'quarry proc'" proc --strict meminfo
usage_error "proc: which file?" proc
usage_error "run: which module?" run
usage_error "test: no test matches 'no such test'" test "no such test"
usage_error "test: one pattern at most" test a b
usage_error "--page-table: '6' is neither a number from 2 to 5 nor 'off'" test --page-table 6
usage_error "'off2' is neither" test --page-table=off2
usage_error "shell: takes no argument" shell x

# proc
run 0 proc meminfo
has "MemTotal:"
has_not "==>"
[ ! -s "$err" ] || wrong "something on stderr"
result "proc prints one file as it is"
run 0 proc --machine tiny-16m /proc/meminfo buddyinfo
has "==> meminfo <=="
has "==> buddyinfo <=="
result "proc heads several files"
run 2 proc meminfo no-such-file
has "there is no 'no-such-file'; there are" "$err"
has "buddyinfo" "$err"
[ ! -s "$out" ] || wrong "printed something all the same"
result "proc says what there is instead"
run 0 proc --verbose --cmdline 'loglevel=7 slub_debug=P' cmdline
has "loglevel=7 slub_debug=P"
has "Memory: " "$err"
result "kernel parameters, and the log with --verbose"
run 0 proc --cmdline slub_debug=FQ uptime
[ "$(grep -c "slub_debug: there is no option 'Q'" "$err")" = 1 ] || wrong "not said once"
result "slub_debug: a letter that is none is said once"
for command in 'run -q modules/lowlevel.c' 'proc uptime' shell validate 'test kstrtox'; do
	# shellcheck disable=SC2086
	run 0 $command --cmdline 'page_posion=1 page_poison=2 numa=fake quarry_unit_test sysctl.vm.nothing=1'
	cat "$err" >>"$out"
	has 'Unknown kernel command line parameters "page_posion=1"'
	has "Malformed option 'page_poison=2' is ignored"
	has "numa= takes off, fake=NODES, or fake=SIZE"
	has "there is no /proc/sys/vm/nothing"
	result "$command: parameters that do nothing are named"
	run 0 $command --cmdline 'loglevel=7 debug u.x=1 -- page_posion=1'
	cat "$err" >>"$out"
	has_not "Unknown"
	result "$command: parameters that others understand are not"
done
run 0 proc --color always meminfo buddyinfo
grep -q "$(printf '\033')\[" "$out" || wrong "no colour"
result "--color always"
run 0 proc --color auto meminfo buddyinfo
! grep -q "$(printf '\033')" "$out" || wrong "colour in a pipe"
result "--color auto: none in a file"
if [ -e /dev/full ]; then
	"$quarry" proc meminfo >/dev/full 2>"$err"
	code=$?
	[ $code = 1 ] || wrong "exit code $code, not 1"
	"$quarry" run modules/lowlevel.c >/dev/full 2>"$err"
	code=$?
	[ $code = 1 ] || wrong "run: exit code $code, not 1"
fi
"$quarry" run modules/lowlevel.c >&- 2>"$err"
code=$?
[ $code = 1 ] || wrong "closed: exit code $code, not 1"
result "output that cannot be written is trouble"
run 0 proc --seed 7 --machine numa-4x2g meminfo
has "MemTotal:"
result "a seeded machine"

# shell
printf '%s\n' help ls 'cat meminfo' 'cat nothing' nonsense 'lsmo' '# nothing' '' validate free dmesg \
	'echo two  words' 'echo x > /proc/meminfo' >"$tmp/in"
run 0 shell --machine tiny-16m
for text in insmod meminfo MemTotal: 'every invariant holds' 'memory ' 'two words' 'Memory: '; do
	has "$text"
done
has "cat: nothing: No such file" "$err"
has "nonsense: unknown command" "$err"
has "echo: /proc/meminfo: " "$err"
has "did you mean 'lsmod'?" "$err"
has_not "quarry>"
result "shell: commands, errors, no prompt in a pipe"
printf 'insmod modules/slab_example.c\nlsmod\nrmmod slab_example\nlsmod\nexit\ncat version\n' >"$tmp/in"
run 0 shell
grep -q '^slab_example  *[0-9]' "$out" || wrong "not in lsmod"
[ "$(grep -c '^slab_example ' "$out")" = 1 ] || wrong "still there after rmmod"
result "shell: insmod, lsmod, rmmod, exit"
printf '%s\n' "insmod $m/provider.c" "insmod $m/user.c" lsmod 'cat modules' 'rmmod provider' \
	'rmmod user' 'cat modules' 'rmmod provider' lsmod >"$tmp/in"
run 0 shell -q
has "quarry: rmmod: provider is in use by user" "$err"
grep -qE '^provider +[0-9]+  1 user$' "$out" || wrong "lsmod does not say who uses it"
grep -qE '^provider [0-9]+ 1 user, Live 0x' "$out" || wrong "nor does /proc/modules"
grep -qE '^provider [0-9]+ 0 - Live 0x' "$out" || wrong "the use does not end"
[ "$(grep -c '^provider ' "$out")" = 3 ] || wrong "it stays"
result "shell: a module that another uses stays"
printf '%s\n' 'insmod tests/cli/shell/note.c' 'echo 12 > /proc/note' 'cat note' \
	"echo 'a  b'>note" 'cat /proc/note' 'rmmod note' 'cat note' >"$tmp/in"
run 0 shell
has "note: 12"
has "note: a  b"
has "cat: note: No such file" "$err"
result "shell: echo to a module's /proc file"
printf 'insmod tests/plant/leak_object.c\nrmmod leak_object\nlsmod\n' >"$tmp/in"
run 0 shell
has "still holds"
result "shell: what a module holds after rmmod"
printf 'rmmod nothing\ninsmod nothing.c\ninsmod\nrmmod\necho x > \nsleep\n' >"$tmp/in"
run 0 shell
has "nothing" "$err"
[ "$(wc -l <"$err")" = 6 ] || wrong "not one line per error"
result "shell: errors do not end it"
printf 'insmod tests/plant/null.c\nvalidate\n' >"$tmp/in"
run 8 shell
has_not "every invariant"
result "shell: a fault does"

# test
run 0 test --list
grep -qE '^[a-z0-9_]+\.[a-z0-9_]+$' "$out" || wrong "no names"
suite=$(sed -n '1s/\..*//p' "$out")
result "test --list"
run 0 test "$suite."
[ "$(head -n 1 "$out")" = "KTAP version 1" ] || wrong "no KTAP header"
grep -q "^ok 1 .*$suite" "$out" || wrong "no result line"
tail -n 1 "$out" | grep -qE '^[0-9]+ passed, 0 failed' || wrong "no totals"
result "test PATTERN prints KTAP and totals"
run 0 test --no-fork "$suite."
tail -n 1 "$out" | grep -qE '^[0-9]+ passed, 0 failed' || wrong "no totals"
result "test --no-fork"
for levels in 3 4 5 off; do
	run 0 test --page-table=$levels "$suite."
	has ", 0 failed"
	result "test --page-table=$levels"
done
run 0 test --verbose --machine tiny-16m boot_i386
grep -q "a library (i386-4g," "$out" ||
	wrong "a suite did not get the machine that it asks for"
run 0 test --verbose --machine tiny-16m bitmap.
grep -q "a library (tiny-16m," "$out" || wrong "--machine had no effect"
result "test --machine is for suites that ask for none"

finish
