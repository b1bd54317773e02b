#!/bin/sh
# SPDX-License-Identifier: MIT
# run --leaks: what nothing refers to, with each allocator, with records and without. Prints TAP.
# usage: leaks.sh path/to/quarry
. "$(dirname "$0")/common"

# run CODE ARGUMENT...
run() {
	want=$1 why=
	shift
	timeout 60 "$quarry" run -q --leaks "$@" >"$out" 2>"$err" </dev/null
	code=$?
	[ $code = "$want" ] || why="exit code $code, not $want"
}

has() {
	grep -qF -- "$1" "$out" || why="$why; no '$1'"
}

m=tests/cli/modules
for slab in slub slab slob; do
	for how in --no-debug ""; do
		run 6 $how --slab=$slab $m/lost_list.c
		has "verdict: nothing refers to 4 objects"
		if [ "$how" ]; then
			has "    (not recorded)"
		else
			line=$(grep -n kzalloc $m/lost_list.c | cut -d: -f1)
			[ "$(grep -c "\] lost_list_init+0x.* lost_list.c:$line\$" "$out")" = 4 ] ||
				why="$why; not four backtraces with file and line"
		fi
		result "four objects of a list that was cut, --slab=$slab $how"
		run 0 $how --slab=$slab $m/lost_list.c cut=0
		result "a list that is whole, --slab=$slab $how"
	done
done

# Descriptors of memory that nobody has had are not looked at: that would take as long, and
# as much of the host's memory, as there are.
(
	exec timeout 20 "$quarry" run -q --leaks --no-debug --mem 1T $m/lost_list.c
) >"$out" 2>"$err" </dev/null
code=$? why=
[ $code = 6 ] || why="exit code $code, not 6"
has "verdict: nothing refers to 4 objects"
result "on a machine of 1 TiB, in a moment"
finish
