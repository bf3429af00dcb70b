#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Conformance: small scripts whose output follows from the language's reference, run in a virtual machine, one boot for all.
#
# testsuite/conformance/AREA.cases holds them:
#	== what it shows [| header: value | …]	as in testsuite/live: opts, staprun, globals, run, rc;
#						unopt: no (not with -u)
#	the script
#	--
#	its standard output
#	-- err				its standard error, if there is any; SCRIPT stands for the script's name, TAPSET for a place in the tapset
# A script that does not exit by itself (exit(), an error, a workload, -T) gets a last begin probe that does.
# `conformance.t AREA…` runs those only. By default on the first kernel of $STP_KERNELS, as translated. CONFORMANCE_ALL=1: on all kernels, and
# each script also with -u and through kbuild. CONFORMANCE_HOST=1: in user space by run.t, those that need no kernel (see `kernel: yes`).
# CONFORMANCE_STAGE=make: only writes them, to build/conformance.
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
			if (!ends) print "probe begin(9223372036854775807) { exit() }" >file ".stp"
			for (i = 1; i <= nheaders; i++) print "# " headers[i] >file ".stp"
			if (all) print "# kbuild: yes\n# unopt: yes" >file ".stp"
			close(file ".stp"); close(file ".out"); close(file ".err")
		}
		/^== / {
			finish()
			file = sprintf("%s_%03d", stem, ++n)
			nheaders = split(substr($0, 4), headers, / *\| */)
			part = ".stp"
			ends = /run:/ || /opts:.*-T /
			printf "" >file ".out"
			next
		}
		$0 == "--" { part = ".out"; next }
		$0 == "-- err" { part = ".err"; next }
		part == ".stp" && /exit\(\)/ { ends = 1 }
		part == ".err" { name = file; sub(/.*\//, "", name); gsub(/SCRIPT/, name ".stp") }
		file { print >file part }
		END { finish() }' "$top/testsuite/conformance/$area.cases"
done
if [ -n "$CONFORMANCE_HOST" ]; then
	for f in "$cases"/*.stp; do
		if grep -qE '^# (kernel|run|args|staprun): |suppress-handler|MAXERRORS' "$f"; then
			rm "$f"
			continue
		fi
		sed -i 's/^# globals: /# args: /' "$f"
		[ ! -f "${f%.stp}.err" ] || sed -i '/^WARNING: Number of errors: /d' "${f%.stp}.err"
	done
	[ "$CONFORMANCE_STAGE" != make ] || exit 0
	RUN_DIR="$cases" exec "$top/testsuite/run.t"
fi
[ "$CONFORMANCE_STAGE" != make ] || exit 0
[ -n "$CONFORMANCE_ALL" ] || STP_KERNELS=${STP_KERNELS%% *}
export STP_KERNELS
export LIVE_DIR="$cases" LIVE_WORK=conformance LIVE_CLEAN_EVERY=25
exec "$top/testsuite/live.t"
