#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What scripts mean, without a kernel: testsuite/run/*.stp are translated (-p3), compiled with all warnings as errors, and run by hostrun;
# output (NAME.out), exit status and errors (NAME.err; none = there must be none) are compared.
# In a script's comments: `rc: N` exit status (default 0), `rounds: N` hits of each probe but begin and end, `args: …` NAME=VALUE,
# `opts: …` options of stap. Each runs a second time with -u (`unopt: no`: does not). `run.t NAME…` runs those only; UPDATE_GOLDEN=1 rewrites the .out files.
# RUN_DIR: another directory of scripts (the conformance cases).
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
stap=${STAP:-$build/stap}
here=${RUN_DIR:-$top/testsuite/run}
work=$build/run
mkdir -p "$work"
export HOSTRUN_WORK="$work"
release=${STP_KERNELS:+-r ${STP_KERNELS%% *}}
n=0

[ -z "$release" ] || "$stap" $release --build-kit >/dev/null 2>&1 </dev/null # F2: a kit that is built on the way would say so on stderr

# errors name the script by its path
cd "$here" || exit 1

word() { sed -n "s/^# $1: *//p" "$src" | head -n 1; }

# a script without an .err has no errors
same_errors()
{
	[ ! -f "${src%.stp}.err" ] || want=${src%.stp}.err
	sed -i "s,$top/tapset/[^ )]*,TAPSET,g" "$work/$name.err"
	cmp -s "$want" "$work/$name.err"
}

check()
{
	# shellcheck disable=SC2086,SC2046
	if ! "$stap" $release -w "$@" $(word opts) -p3 "$name.stp" >"$work/$name.c" 2>"$work/$name.err"; then
		status=translation
	elif ! gcc -std=gnu11 -O2 -Wall -Wextra -Werror -I"$top/runtime" -c "$work/$name.c" -o "$work/$name.o" 2>"$work/$name.err"; then
		status=compilation
	else
		# shellcheck disable=SC2046
		"$top/testsuite/hostrun" -f "${rounds:-0}" "$work/$name.c" $(word args) >"$work/$name.got" 2>"$work/$name.err" </dev/null
		status=$?
	fi
	n=$((n + 1))
	want=/dev/null
	if [ "$status" = "${rc:-0}" ] && cmp -s "$work/$name.got" "${src%.stp}.out" && same_errors; then
		echo "ok $n - $name${1:+ $1}"
		return
	fi
	echo "not ok $n - $name${1:+ $1}"
	echo "# exit status $status"
	diff -u "${src%.stp}.out" "$work/$name.got" | sed 's/^/# /'
	diff -u "$want" "$work/$name.err" | head -n 30 | sed 's/^/# /'
}

# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $(cd "$here" && ls -- *.stp)
for f in "$@"; do
	name=${f%.stp}
	src=$here/$name.stp
	rc=$(word rc) rounds=$(word rounds)
	: >"$work/$name.got"
	check
	[ -z "$UPDATE_GOLDEN" ] || cp "$work/$name.got" "${src%.stp}.out"
	[ "$(word unopt)" = no ] || check -u
done
echo "1..$n"
