#!/bin/sh
# SPDX-License-Identifier: MIT
# quarry compare, run --figures: what modules cost with each allocator. Prints TAP.
# usage: compare.sh path/to/quarry
. "$(dirname "$0")/common"
limit=280

# row ALLOCATOR COLUMN: a number of the table, as it is printed
row() {
	awk -v slab="$1" -v n="$2" '$1 == slab { print $n }' "$out"
}

# within VALUE LEAST MOST WHAT
within() {
	awk -v v="${1:-none}" -v a="$2" -v b="$3" \
		'BEGIN { exit !(v ~ /^[0-9.]+$/ && v + 0 >= a && v + 0 <= b) }' ||
		wrong "$4 is '$1', not from $2 to $3"
}

# 1000 objects of 4,000 bytes: what is asked for is known, what is held has bounds.
run 0 compare $m/slab_asks.c
[ "$(wc -l <"$out")" = 4 ] || wrong "not four lines"
for slab in slub slab slob; do
	within "$(row $slab 2)" 0 100000 "$slab: time"
	within "$(row $slab 3)" 1000 1600 "$slab: most pages"
	within "$(row $slab 4)" 3906 4200 "$slab: asked"
	within "$(row $slab 5)" 4000 6400 "$slab: held"
	within "$(row $slab 6)" 1 1.5 "$slab: held/asked"
	within "$(row $slab 7)" 0 1000 "$slab: partial slabs"
done
result "compare: what is asked for and what is held"
[ -z "$(ls "$TMPDIR")" ] || wrong "there is $(ls "$TMPDIR")"
result "compare leaves no files"

run 0 run --slab=all -m tiny-16m $m/slab_asks.c nr=100
within "$(row slob 4)" 390 700 "slob: asked"
[ "$(row slob 3)" -lt "$(row slub 3)" ] || wrong "SLOB takes more pages than SLUB"
result "run --slab=all is compare; a parameter; SLOB is the smallest on tiny-16m"

# What the kernel asks for from the boot on counts with each of them: some 40 caches, each
# with a slab at least, and more where CPUs have some of their own.
run 0 compare $m/slab_asks.c nr=1
for slab in slub slab slob; do
	within "$(row $slab 4)" 30 80 "$slab: asked"
	within "$(row $slab 6)" 1 7 "$slab: held/asked"
done
result "compare: a module that asks for next to nothing"

# Objects that are left in a slab each make it a partial one, and it is kept.
run 0 compare $m/slab_asks.c nr=2000 size=256 keep=50
for slab in slub slab slob; do
	[ $slab = slob ] || within "$(row $slab 7)" 30 400 "$slab: partial slabs"
	within "$(row $slab 8)" 12 300 "$slab: live"
	within "$(row $slab 9)" 120 1600 "$slab: kept"
done
result "compare: partial slabs, and what is left"

run 5 compare $m/slab_asks.c size=0
has "compare: with slub, the run ended with status 5" "$err"
has "verdict: slab_asks: init returned -EINVAL" "$err"
has "failed"
result "compare: a run that fails is shown"
run 3 compare tests/plant/does_not_compile.c
result "compare: a module that does not compile"
run 0 compare --expect-init -EINVAL $m/slab_asks.c size=0
result "compare --expect-init"

if command -v valgrind >/dev/null; then
	run 0 compare --insns -m tiny-16m $m/slab_asks.c nr=100
	has instructions
	for slab in slub slab slob; do
		within "$(row $slab 3)" 10000 100000000 "$slab: instructions"
	done
	result "compare --insns"
	first=$(row slub 3)
	run 0 compare --insns -m tiny-16m $m/slab_asks.c nr=100 again=1000
	# A thousand pairs more, of some tens of instructions.
	within "$(($(row slub 3) - first))" 20000 400000 "the difference"
	result "compare --insns counts the modules' code"
fi
env PATH="$tmp" "$quarry" compare --insns $m/slab_asks.c >"$out" 2>"$err"
code=$?
[ $code = 1 ] || wrong "exit code $code, not 1"
has "--insns: valgrind is not installed" "$err"
result "compare --insns without valgrind"

# A terminal's interrupt goes to all of them.
setsid timeout -s INT 3 "$quarry" compare $m/slab_asks.c --for 10s >"$out" 2>"$err"
code=$?
[ $code = 124 ] || wrong "exit code $code, not 124"
sleep 1
[ -z "$(ls "$TMPDIR")" ] || wrong "there is $(ls "$TMPDIR")"
[ ! -s "$out" ] || wrong "there is a table"
result "compare: interrupted, it leaves no files"

run 0 run --no-debug --figures "$tmp/f" --count-requests $m/slab_asks.c
[ "$(cut -d' ' -f1 "$tmp/f" | tr '\n' ' ')" = "cpu_ns pages_most partial asked_most held live kept " ] ||
	wrong "other figures: $(cat "$tmp/f")"
within "$(sed -n 's/^asked_most //p' "$tmp/f")" 4000000 4300000 asked_most
result "run --figures --count-requests"
run 0 run --no-debug --figures "$tmp/f" $m/slab_asks.c
within "$(sed -n 's/^asked_most //p' "$tmp/f")" 0 0 asked_most
within "$(sed -n 's/^pages_most //p' "$tmp/f")" 1000 1600 pages_most
result "run --figures"
run 2 run --figures /nowhere/f $m/slab_asks.c
has "--figures: /nowhere/f: No such file or directory" "$err"
result "run --figures to a file that cannot be made"
finish
