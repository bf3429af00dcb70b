#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every function of the tapset can be called: for each file, scripts that call each of its functions with 1 and "x" are translated (-p3),
# every `function` line has a comment that names it, and a test that compares output calls it.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
stap=${STAP:-$build/stap}
work=$build/tapset-test
mkdir -p "$work"
release=${STP_KERNELS:+-r ${STP_KERNELS%% *}}
[ -z "$release" ] || "$stap" $release --build-kit >/dev/null 2>&1 </dev/null # F2: a kit that is built on the way would say so on stderr
n=0 called=0
: >"$work/undocumented"
: >"$work/untested"

# "name call" of each public function in a file; print is given its value
calls()
{
	sed -n 's/^function \([A-Za-z0-9_]*\)\(:[a-z]*\)\{0,1\} *(\([^)]*\)).*/\1|\2|\3/p' "$1" | awk -F'|' '{
		n = split($3, a, ","); s = ""
		for (i = 1; i <= n; i++) s = s (i > 1 ? ", " : "") (a[i] ~ /string/ ? "\"x\"" : "1")
		c = $1 "(" s ")"
		print $1, $2 != "" ? "println(" c ")" : c
	}'
}

for f in "$top"/tapset/*.stp "$top"/tapset/linux/*.stp; do
	name=${f#"$top"/tapset/}
	calls "$f" >"$work/calls"
	: >"$work/bad"
	while read -r fn call; do
		# shellcheck disable=SC2086
		"$stap" $release -w -p3 -e "probe begin { $call }" >"$work/c" 2>"$work/err" </dev/null || { echo "$call"; head -n 3 "$work/err"; } >>"$work/bad"
		grep -q "^//.*\<$fn\>" "$f" || echo "$fn: no comment names it" >>"$work/undocumented"
		grep -rqE --include=*.cases --include=*.stp --include=*.sh "\<$fn *\(" "$top/testsuite/conformance" "$top/testsuite/run" \
			"$top/testsuite/live" || echo "$fn" >>"$work/untested"
	done <"$work/calls"
	called=$((called + $(wc -l <"$work/calls")))
	# a file without functions has aliases or globals
	[ -s "$work/calls" ] || grep -q '^probe \|^global \|^@define ' "$f" || echo "F7: nothing was found in it" >>"$work/bad"
	n=$((n + 1))
	if [ -s "$work/bad" ]; then
		echo "not ok $n - $name"
		sed 's/^/# /' "$work/bad"
	else
		echo "ok $n - $name: $(wc -l <"$work/calls") functions"
	fi
done
# all of them were called: as many as there are lines that begin so
n=$((n + 1))
lines=$(cat "$top"/tapset/*.stp "$top"/tapset/linux/*.stp | grep -c '^function ')
if [ "$lines" -gt 150 ] && [ "$called" = "$lines" ]; then
	echo "ok $n - F7: every function was called"
else
	echo "not ok $n - F7: $called functions were called of $lines"
fi
n=$((n + 1))
if [ -s "$work/undocumented" ]; then
	echo "not ok $n - every function is documented"
	sort -u "$work/undocumented" | sed 's/^/# /'
else
	echo "ok $n - every function is documented"
fi
n=$((n + 1))
if [ -s "$work/untested" ]; then
	echo "not ok $n - L12: every function is called by a test that checks its value"
	sort -u "$work/untested" | sed 's/^/# /'
else
	echo "ok $n - L12: every function is called by a test that checks its value"
fi
echo "1..$n"
