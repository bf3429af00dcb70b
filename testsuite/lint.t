#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Lint: every executable in testsuite/lint says what is wrong, a line each, and nothing if all is well; 77 = cannot run here.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$top" || exit 1
n=0
for l in testsuite/lint/*; do
	[ -x "$l" ] || continue
	n=$((n + 1))
	out=$("$l" 2>&1)
	case $? in
	77) echo "ok $n - $(basename "$l") # SKIP $out" ;;
	0) if [ -z "$out" ]; then echo "ok $n - $(basename "$l")"; else echo "not ok $n - $(basename "$l")"; fi ;;
	*) echo "not ok $n - $(basename "$l")" ;;
	esac
	[ -z "$out" ] || printf '%s\n' "$out" | head -40 | sed 's/^/# /'
done
echo "1..$n"
