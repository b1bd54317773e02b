#!/bin/sh
# SPDX-License-Identifier: MIT
# `quarry run` from the outside: exit codes and what people read. Prints TAP.
# usage: run.sh path/to/quarry
#
# Each module in tests/plant/ has one bug, and says in its first comment what is to
# happen: "exit: N", "args: OPTIONS", and "expect: TEXT" for each text that the output
# must have. "@word" in a text is the file and line with the comment "/* word */".
# "slabs: NAME..." is for those that are to be caught with each of these allocators;
# "expect NAME: TEXT" is what one of them says.
. "$(dirname "$0")/common"
limit=60
err=$out

# planted FILE SLAB: SLAB is empty, or what is to be in the name of the test
planted() {
	file=$1 slab=$2
	args=$(sed -n 's|^ \* args: ||p' "$file")
	# shellcheck disable=SC2086
	run "$(sed -n 's|^ \* exit: ||p' "$file")" run ${slab:+--slab=$slab} $args "$file"
	sed -n "s|^ \* expect: ||p; s|^ \* expect ${slab:-none}: ||p" "$file" >"$tmp/expect"
	while read -r text; do
		case $text in
		@*)
			line=$(grep -nF "/* ${text#@} */" "$file" | head -n 1 | cut -d: -f1)
			text=$(basename "$file"):${line:-?}
			;;
		esac
		has "$text"
	done <"$tmp/expect"
	[ -s "$tmp/expect" ] || wrong "it does not say what to expect"
	result "planted bug: $(basename "$file" .c)${slab:+, $slab}"
}

plant() {
	slabs=$(sed -n 's|^ \* slabs: ||p' "$1")
	[ "$slabs" ] || planted "$1" ""
	for s in $slabs; do
		planted "$1" "$s"
	done
}

for file in tests/plant/*.c; do
	plant "$file"
done

for sample in modules/*.c; do
	run 0 run --machine i386-4g --for 0ms "$sample"
	has "verdict: $(basename "$sample" .c): init returned 0, unloaded, nothing held"
	has "verdict: clean"
	result "sample: $(basename "$sample")"
done

for debug in "" --no-debug; do
	# shellcheck disable=SC2086
	run 0 run $debug --for 0ms $m/kfree_rcu.c
	has "verdict: kfree_rcu: init returned 0, unloaded, nothing held"
	result "what kfree_rcu() frees later is not held ${debug:-(debugging)}"

	# shellcheck disable=SC2086
	run 0 run $debug --for 0ms --expect-init -ENODEV $m/kfree_rcu.c fail=1
	has "verdict: kfree_rcu: init returned -ENODEV, not loaded, nothing held"
	result "nor by an init that fails ${debug:-(debugging)}"
done

run 0 run --machine i386-4g --for 250ms modules/*.c
has "could not allocate 8388608 bytes"
has "kmalloc_limit.c:23"
has "in high memory"
has "static: threads have stopped; the CPUs' counts add up"
has "dynamic: threads have stopped; the CPUs' counts add up"
has_not "add up to something else"
has "verdict: 1 warning, 0 bugs"
has "verdict: clean"
result "all samples in one run"

for machine in x86_64-8g i386-4g numa-mixed tiny-16m; do
	run 0 run --machine $machine $m/zones.c
	has "verdict: clean"
	result "a module that walks nodes, zones, lists and frames: $machine"
done
run 0 run -q --machine tiny-16m $m/fill.c order=9
has "insmod: page allocation failure: order:9, mode:0xcc0(GFP_KERNEL), nodemask=(null),mems_allowed=0"
has "fill.c:17"
has "Node 0 DMA: no block of order 9 although "
has "reclaim: 1 round, "
has "Node 0 DMA free:"
has "3999 pages RAM"
result "a failed request is explained, whole also with --quiet"
run 0 run --cpus 3 $m/provider.c $m/user.c
has "provider: cpu 0 starts with 5"
has "user: twice 21 is 42"
has "user: getppid() is -42"
has "user: pointer good"
has "user: 0 bad"
has "user: row 1 3"
has "provider: sum 616"
result "a module uses what another one exports, per-CPU variables too"

run 4 run $m/user.c
has "user: Unknown symbol provider_twice (used in $m/user.c)"
has "user: Unknown symbol provider_number (used in $m/user.c)"
has "user: Unknown symbol provider_count (used in $m/user.c)"
has "verdict: user: not loaded: unknown symbols"
result "without the other one, each symbol that is missing is named"

run 1 run $m/provider.c copy:$m/provider.c
has "copy: exports duplicate symbol provider_"
has "verdict: provider: init returned 0, unloaded, nothing held"
result "two modules cannot export the same name"

run 0 run --cpus 7 $m/percpu.c
has "percpu: 7 CPUs, 0 bad"
result "static per-CPU variables of a module"

run 0 run parts:$m/part_main.c,$m/part_other.c
has "parts: other part says 7"
result "a module of two sources"

run 0 run parts:$m/percpu_main.c,$m/percpu_other.c
has "parts: mine 10, another 27, ours 303"
has "parts: in 4 copies each, 0 bad"
has "verdict: clean"
result "sources of one module with static per-CPU variables of the same name"

for part in main other; do
	sed 's/static DEFINE_PER_CPU/DEFINE_PER_CPU/' $m/percpu_$part.c >"$tmp/$part.c"
done
cp $m/percpu_parts.h "$tmp"
run 3 run parts:"$tmp/main.c","$tmp/other.c"
has "multiple definition"
result "those of the same name that are not static are an error"

cat >"$tmp/inside.c" <<'EOF'
#include <linux/module.h>
#include <linux/percpu.h>
static int __init inside_init(void)
{
	static DEFINE_PER_CPU(int, x);

	return this_cpu_read(x);
}
module_init(inside_init);
MODULE_LICENSE("Dual MIT/GPL");
EOF
run 3 run "$tmp/inside.c"
has "modules_define_per_CPU_variables_outside_of_functions"
result "a static per-CPU variable in a function is refused, in words"

run 0 run -DPART_ANSWER=9 parts:$m/part_main.c,$m/part_other.c
has "parts: other part says 9"
result "-D reaches the sources"

run 0 run tests/cli/kbuild
has "early: 40"
has "composed: 42"
has "last: here"
[ "$(grep -n 'composed: gone' "$out" | cut -d: -f1)" -lt \
	"$(grep -n 'early: gone' "$out" | cut -d: -f1)" ] || wrong "unloaded in the wrong order"
result "a directory with a Kbuild file"

run 0 run tests/cli/makefile/Makefile
has "outside: 3"
result "a Makefile with conditionals"

printf 'obj-m := a.o\na-objs := $(wildcard *.c)\n' >"$tmp/Makefile"
run 2 run "$tmp"
has "Makefile:2: a-objs is too clever for quarry: \$(wildcard *.c)"
result "a Makefile that is beyond us is refused, with the line"

run 0 run $m/params.c
has "params: count 1, name nobody, loud 0, list of 0, last -1"
result "parameters have their defaults"

run 0 run $m/params.c count=17 name=quarry loud=1 list=1,2,9
has "params: count 17, name quarry, loud 1, list of 3, last 9"
result "parameters reach the module"

run 0 run $m/percpu.c $m/params.c name=x $m/provider.c
has "name x"
has "provider: cpu 0"
result "a parameter belongs to the module before it"

run 2 run $m/params.c count=many
has "verdict: params: not loaded: a parameter was refused"
result "a parameter that does not parse"

run 2 run --proc meminfo,nosuch $m/params.c
has "MemTotal:"
has "verdict: no such file below /proc (exit code 2)"
result "a /proc file that is not there"

run 2 run no/such/file.c
has "quarry: no/such/file.c: No such file or directory"
result "a module that is not there"

run 2 run x=y $m/params.c
has "x=y"
result "a parameter before any module"

echo 'not a module' >"$tmp/x.ko"
run 2 run "$tmp/x.ko"
has "$tmp/x.ko: not an ELF file"
result "a file that is no object"

${CC:-gcc} -c -x c -o "$tmp/linux.ko" - </dev/null
run 2 run "$tmp/linux.ko"
has "quarry needs the module's sources"
result "a module that Linux's build has made"

run 0 run --keep $m/percpu.c
kept=$(sed -n 's/.*objects are kept in //p' "$out")
[ -e "$kept/percpu.ko" ] || wrong "no $kept/percpu.ko"
run 0 run "$kept/percpu.ko"
has "percpu: 4 CPUs, 0 bad"
result "--keep, and a module that is built already"

# What is compiled for a machine without high memory does not ask which pages are high.
run 2 run --machine i386-4g "$kept/percpu.ko"
has "$kept/percpu.ko: built for machines without high memory, which i386-4g has"
run 0 run --machine i386-4g --mem 512M "$kept/percpu.ko"
rm -rf "${kept:?}"
result "a built module that cannot reach high memory is kept away from it"

run 0 run --keep --machine i386-4g modules/highmem.c
kept=$(sed -n 's/.*objects are kept in //p' "$out")
run 0 run --machine i386-4g "$kept/highmem.ko"
run 0 run "$kept/highmem.ko"
rm -rf "${kept:?}"
result "a built module that can reach high memory runs without, too"

run 1 run $m/constructors.c
has "constructors: it has constructors, which Linux runs in no module without CONFIG_CONSTRUCTORS: built_early, built"
has "constructors: it has destructors, which Linux never runs: torn_down"
has "verdict: constructors: not loaded: refused by the kernel"
run 1 run -DONLY_DESTRUCTOR $m/constructors.c
has "constructors: it has destructors, which Linux never runs: torn_down"
has_not "it has constructors"
result "a module with constructors or destructors is refused, by their names"

run 0 run $m/init_names.c
has "init_names: call 2"
has "verdict: clean"
result "_init and _fini of a module are called when it says so, and only then"

mkdir "$tmp/counted"
cp $m/percpu.c "$tmp/counted"
printf 'obj-m := percpu.o\nccflags-y := --coverage\n' >"$tmp/counted/Makefile"
TMPDIR=$tmp/counted
run 0 run "$tmp/counted"
TMPDIR=$tmp/t
if grep -q "Unknown symbol llvm_gcov_init" "$out"; then
	n=$((n + 1))
	echo "ok $n - the constructors of coverage are not the module's own # SKIP clang"
else
	has "percpu: 4 CPUs, 0 bad"
	[ "$(find "$tmp/counted" -name "*.gcda")" ] || wrong "nothing was counted"
	result "the constructors of coverage are not the module's own"
fi

run 0 run --expect-init -ENODEV tests/plant/init_fails.c
has "init returned -ENODEV"
has "verdict: clean"
result "--expect-init makes a failing init the expected result"

run 5 run --expect-init -ENODEV $m/percpu.c
has "verdict: init did not fail as expected"
result "--expect-init notices an init that succeeds"

run 0 run tests/plant/init_positive.c
has "verdict: 1 warning, 0 bugs"
run 5 run --expect-init -ENODEV tests/plant/init_positive.c
run 0 run --expect-init 3 tests/plant/init_positive.c
result "an init that returns a positive number is a warning"

sed 's/^ \* args: --strict//' tests/plant/warning.c >"$tmp/warning.c"
run 0 run "$tmp/warning.c"
has "verdict: 1 warning, 0 bugs"
has "verdict: clean"
result "a warning does not spoil the run without --strict"

run 0 run --proc-before buddyinfo --proc meminfo,buddyinfo $m/percpu.c
has "/proc/buddyinfo before:"
has "/proc/buddyinfo after:"
has "Node 0, zone   Normal"
has "MemTotal:"
result "--proc-before and --proc"

run 0 run --era 2.6 --machine i386-4g $m/era26.c
has "era26: x in high memory"
has "verdict: clean"
result "--era 2.6"

run 0 run --era 2.6 $m/era26_headers.c
result "--era 2.6: headers that have gone since"

for options in "" --no-debug; do
	# shellcheck disable=SC2086
	run 0 run $options $m/objects61.c
	has "objects61: 0 wrong"
	has "verdict: clean"
	result "all that 6.1 has for objects, strings and pools $options"
done

for options in "" --no-debug; do
	# shellcheck disable=SC2086
	run 7 run --era 2.6 $options $m/era26_slab.c
	has "era26_slab: constructed some, perhaps sleeping"
	has "era26_slab: destroy of a busy cache returns 1"
	has "era26_slab: destroy returns 0"
	has "era26_slab: all destructed"
	has "era26_slab: not sleeping"
	has "era26_slab: a thing is freed as it should not be"
	has "era26_slab: verified 1"
	has "era26_slab: a pool of 5"
	has "a destructor needs a constructor"
	has "era26_slab: 0 wrong"
	has "verdict: 0 warnings, 1 bug"
	result "--era 2.6 $options: constructors, destructors, pools"
done

run 3 run $m/era26.c
has "kmem_cache_t"
result "without --era 2.6 its names do not exist"

if grep -q __asan_init "$quarry"; then
	for slab in slub slab slob; do
		run 1 run --slab=$slab $m/asan_overflow.c
		has "ERROR: AddressSanitizer: "
		has "asan_overflow.c:$(grep -n 'p\[index\];' $m/asan_overflow.c | cut -d: -f1)"
		has "60 bytes into object 0x"
		has "of cache kmalloc-64, size 64"
		result "ASan and what was not asked for, $slab"
		run 1 run --slab=$slab $m/asan_use_after_free.c
		has "ERROR: AddressSanitizer: "
		has "8 bytes into object 0x"
		has "Freed in "
		has "asan_use_after_free.c:$(grep -n 'kfree(p)' $m/asan_use_after_free.c | cut -d: -f1)"
		result "ASan and an object that was freed, $slab"
	done
fi

if command -v gdb >/dev/null && [ "$(uname -s)" = Linux ]; then
	line=$(grep -n 'PREFIX "first is' modules/slab_example.c | cut -d: -f1)
	timeout 60 gdb -nx -batch -ex 'set breakpoint pending on' \
		-ex "break slab_example.c:$line" -ex run -ex 'print first->y' -ex bt -ex continue \
		--args "$quarry" run modules/slab_example.c >"$out" 2>&1
	has "slab_example_init () at modules/slab_example.c:$line"
	has "\$1 = 20"
	has "quarry_module_insert ("	# from the kernel stack to the one below
	has "thread_main ("
	has "verdict: clean"
	result "gdb stops at the file and line of a module"
else
	n=$((n + 1))
	echo "ok $n - gdb stops at the file and line of a module # SKIP no gdb"
fi

[ -z "$(ls "$TMPDIR")" ] || wrong "there is $(ls "$TMPDIR")"
result "nothing is left in the directory for temporary files"

finish
