#!/bin/sh
# SPDX-License-Identifier: MIT
# run --leaks: what nothing refers to, with each allocator, with records and without. Prints TAP.
# usage: leaks.sh path/to/quarry
. "$(dirname "$0")/common"
limit=60

for slab in slub slab slob; do
	for how in --no-debug ""; do
		run 6 run -q --leaks $how --slab=$slab $m/lost_list.c
		has "verdict: nothing refers to 4 objects"
		if [ "$how" ]; then
			has "    (not recorded)"
		else
			line=$(grep -n kzalloc $m/lost_list.c | cut -d: -f1)
			[ "$(grep -c "\] lost_list_init+0x.* lost_list.c:$line\$" "$out")" = 4 ] ||
				wrong "not four backtraces with file and line"
		fi
		result "four objects of a list that was cut, --slab=$slab $how"
		run 0 run -q --leaks $how --slab=$slab $m/lost_list.c cut=0
		result "a list that is whole, --slab=$slab $how"
	done
done

# Descriptors of memory that nobody has had are not looked at: that would take as long, and
# as much of the host's memory, as there are.
limit=20
run 6 run -q --leaks --no-debug --mem 1T $m/lost_list.c
has "verdict: nothing refers to 4 objects"
result "on a machine of 1 TiB, in a moment"
finish
