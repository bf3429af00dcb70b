#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Conformance: small scripts whose output follows from the language's reference, run in a virtual machine, one boot for all.
#
# testsuite/conformance/AREA.cases holds them:
#	== what it shows [| header: value | …]	as in testsuite/live: opts, staprun, globals, run, rc
#	the script
#	--
#	its standard output
#	-- err				its standard error, if there is any; SCRIPT stands for the script's name, TAPSET for a place in the tapset
# `conformance.t AREA…` runs those only. By default the first kernel of $STP_KERNELS, as translated; CONFORMANCE_ALL=1: all kernels, and each
# script also with -u and through kbuild.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
cases=$build/conformance
rm -rf "$cases"
mkdir -p "$cases"

[ $# -gt 0 ] || set -- $(cd "$top/testsuite/conformance" && ls | sed -n 's/\.cases$//p')
for area in "$@"; do
	awk -v stem="$cases/$area" -v all="$CONFORMANCE_ALL" '
		function finish(   i) {
			if (!file) return
			for (i = 1; i <= nheaders; i++) print "# " headers[i] >file ".stp"
			if (all) print "# kbuild: yes\n# unopt: yes" >file ".stp"
			close(file ".stp"); close(file ".out"); close(file ".err")
		}
		/^== / {
			finish()
			file = sprintf("%s_%03d", stem, ++n)
			nheaders = split(substr($0, 4), headers, / *\| */)
			part = ".stp"
			printf "" >file ".out"
			next
		}
		$0 == "--" { part = ".out"; next }
		$0 == "-- err" { part = ".err"; next }
		part == ".err" { name = file; sub(/.*\//, "", name); gsub(/SCRIPT/, name ".stp") }
		file { print >file part }
		END { finish() }' "$top/testsuite/conformance/$area.cases"
done
[ -n "$CONFORMANCE_ALL" ] || STP_KERNELS=${STP_KERNELS%% *}
export STP_KERNELS
export LIVE_DIR="$cases" LIVE_WORK=conformance LIVE_CLEAN_EVERY=25
exec "$top/testsuite/live.t"
