#!/bin/sh
# SPDX-License-Identifier: MIT
# vmalloc areas from the outside. Prints TAP. usage: vmalloc.sh path/to/quarry
. "$(dirname "$0")/common"

# A page is freed only when nobody reaches it by its area: unmapped first, then freed. That
# there is a fault is what is right.
for debug in '' --no-debug; do
	for how in 0 1 2; do
		# shellcheck disable=SC2086
		run 8 run $debug $m/freed_page.c how=$how
		like 'unable to handle page fault'
		like 'use after vfree'
		result "an area is unmapped before its page is freed: how=$how${debug:+, $debug}"
	done
done

# vm_map_ram(): what shares an area is told apart.
for debug in '' --no-debug; do
	# shellcheck disable=SC2086
	for how in 0 1 2 3; do
		case $how in 0 | 1) code=8 ;; 2) code=0 ;; *) code=6 ;; esac
		run $code run $debug $m/ram_block.c how=$how
		case $how$debug in
		0*) like '5 bytes past the end of an area: in the guard page behind it'
			like 'vm_map_ram area of 8192 bytes' ;;
		1) like 'use after vfree' ;;
		1*) like 'in a block of vm_map_ram\(\), where nothing is mapped' ;;
		2*) like 'sum 82' ;;
		3*) like 'vm_map_ram area' ;;
		esac
		result "vm_map_ram: how=$how${debug:+, $debug}"
	done
done

finish
