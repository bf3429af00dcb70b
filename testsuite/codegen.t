#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What generated C does, without a kernel: each script of testsuite/codegen is translated, compiled with all warnings as errors, and run as an
# ordinary program by testsuite/hostrun under ASan and UBSan. `codegen.t NAME…` runs those only; UPDATE_GOLDEN=1 rewrites what differs.
#   NAME.stp   comment lines at its top: `# opts: …` for stap, `# rounds: N` hits of each timer, `# globals: NAME=VALUE …`, `# rc: N`
#   NAME.out   its output, NAME.err its errors (none = must be empty)
# Every script runs optimised and with -u; the output must be the same.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
stap=${STAP:-$build/stap}
here=$top/testsuite/codegen
work=$build/codegen-tests
HOSTRUN_WORK=$work
export HOSTRUN_WORK
mkdir -p "$work"
cd "$here" || exit 1
n=0

header() { sed -n "s/^# $1: *//p" "$2" | head -n 1; }
ok() { n=$((n + 1)); echo "ok $n - $*"; }
not_ok() { n=$((n + 1)); echo "not ok $n - $*"; }
show() { sed 's/^/# /' "$1" | head -n 20; }

# same WANTED GOT: equal, a missing WANTED stands for nothing
same()
{
	if [ -f "$1" ]; then cmp -s "$1" "$2"; else [ ! -s "$2" ]; fi && return 0
	[ -n "$UPDATE_GOLDEN" ] || return 1
	if [ -s "$2" ]; then cp "$2" "$1"; else rm -f "$1"; fi
}

# try NAME VARIANT OPTIONS…
try()
{
	t=$1 v=$2 base=$work/$1.$2
	shift 2
	eval "set -- $* $(header opts "$t.stp")"
	if ! "$stap" -w -p3 "$@" "$t.stp" >"$base.c" 2>"$base.log"; then
		not_ok "$t ($v): is not translated"
		show "$base.log"
		return
	fi
	if ! gcc -std=gnu11 -O2 -Wall -Wextra -Werror -I"$top/runtime" -c "$base.c" -o "$base.o" 2>"$base.log"; then
		not_ok "$t ($v): does not compile without warnings"
		show "$base.log"
		return
	fi
	rounds=$(header rounds "$t.stp")
	# shellcheck disable=SC2046
	"$top/testsuite/hostrun" -f "${rounds:-0}" "$base.c" $(header globals "$t.stp") >"$base.out" 2>"$base.err"
	rc=$? want=$(header rc "$t.stp")
	if [ "$rc" -ne "${want:-0}" ]; then
		not_ok "$t ($v): ended with $rc, not ${want:-0}"
		show "$base.err"
	elif ! same "$t.out" "$base.out"; then
		not_ok "$t ($v): output differs"
		diff "$t.out" "$base.out" >"$base.log"
		show "$base.log"
	elif ! same "$t.err" "$base.err"; then
		not_ok "$t ($v): errors differ"
		diff "$t.err" "$base.err" >"$base.log"
		show "$base.log"
	else
		ok "$t ($v)"
	fi
}

[ $# -gt 0 ] || set -- *.stp
for f in "$@"; do
	t=$(basename "$f" .stp)
	try "$t" plain
	try "$t" unopt -u
done
echo "1..$n"
