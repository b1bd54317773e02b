#!/bin/sh
# SPDX-License-Identifier: MIT
# Per-CPU memory from the outside: a machine with 256 CPUs, what it costs there, modules
# with more variables than are reserved for them. Prints TAP.
# usage: percpu.sh path/to/quarry
. "$(dirname "$0")/common"
limit=240

# value PATTERN: the number behind it, of the first line that has it
value() {
	sed -nE "s/^.*$1 *([0-9]+).*\$/\\1/p" "$out" | head -n 1
}

# same WHAT A B
same() {
	[ "$2" = "$3" ] || wrong "$1: $2, not $3"
}

run 0 test --cpus 256 percpu
like "^ok [0-9]+ - percpu$"
like "^ok [0-9]+ - percpu_ops$"
like "^ok [0-9]+ - percpu_model$"
like "^ok [0-9]+ - percpu_many$"
result "256 CPUs: the suites of per-CPU memory"

# The CPUs' steps as a generator says: chunks made, filled and returned in other orders.
for seed in 1 2 3 4 5 6; do
	run 0 test --seed $seed percpu_model
	like "^2 passed, 0 failed|^4 passed, 0 failed"
	result "per-CPU memory against its oracle, seed $seed"
done

# What each call site has on one CPU costs as much on every other.
run 0 proc --cpus 256 percpu
same "CPUs" "$(value CPUs:)" 256
awk '/allocated by/ { sites = 1; next }
     sites { n++; bytes += $1; if ($1 * 256 != $3) exit 1 }
     /^Dynamic:/ { used = $2 }
     END { exit n == 0 || bytes != used }' "$out" ||
	wrong "a call site's cost is not its bytes times 256, or they do not add up"
all=$(value Total:)
one=$(($(value "Static:") / 1024 + 64 + 32))
[ "$all" -ge $((one * 256)) ] && [ "$all" -le $(((one + 8) * 256)) ] ||
	wrong "$all kB in all, of $one for one CPU"
result "256 CPUs: what per-CPU memory costs, by call site"

run 0 proc --cpus 256 meminfo
same "Percpu of meminfo" "$(value Percpu:)" "$all"
run 0 proc --cpus 1 percpu
same "times 256" "$(($(value Total:) * 256))" "$all"
result "256 CPUs: as much as 256 times one CPU, in meminfo, too"

run 0 run --cpus 256 $m/provider.c $m/user.c
like "provider: sum 3290881"
like "verdict: clean"
result "256 CPUs: variables of modules"

# Two fit into the reserve. Afterwards all of it is there again.
for module in second third; do
	cp $m/percpu_large.c "$tmp/$module.c"
	echo "insmod $tmp/$module.c"
done >"$tmp/in"
printf '%s\n' "insmod $m/percpu_large.c" 'cat percpu' 'rmmod second' 'rmmod third' \
	'rmmod percpu_large' 'cat percpu' >>"$tmp/in"
run 0 shell --cpus 3
for module in percpu_large second third; do
	like "$module: 0 wrong"
done
same "in use of the reserve" "$(value "Module reserve:")" 65536
like " 98304 +3 +294912  quarry_module_percpu"
[ "$(grep -c "Module reserve: 0 of" "$out")" = 1 ] || wrong "the reserve stays in use"
[ "$(grep -c quarry_module_percpu "$out")" = 1 ] || wrong "a call site keeps something"
result "modules' variables where the reserve is full"

finish
