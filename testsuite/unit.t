#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Unit tests: testsuite/unit/*.c whose opening comment says `link: FILES and LIBRARIES` (relative to the top) are compiled with
# AddressSanitizer and UndefinedBehaviorSanitizer and run; they print TAP. `flags:` adds compiler flags. `unit.t NAME…` runs those only.
# `kernel: FILES` are parts of the runtime, linked too, for which testsuite/unit/kernel.h stands in for each kernel header that they include.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
bin=$build/unit
mkdir -p "$bin"
cd "$top" || exit 1
n=0

# stand_in FILES…: a header of that name for each that the kernel would give them
stand_in()
{
	cat "$@" runtime/*.h runtime/*/*.h | sed -n 's,^#include <\([a-z-]*/[a-z0-9/_-]*\.h\)>.*,\1,p' | grep -vx linux/errno.h | sort -u | while read -r header; do
		mkdir -p "$bin/kernel/$(dirname "$header")"
		echo '#include "testsuite/unit/kernel.h"' >"$bin/kernel/$header"
	done
	: >"$bin/kernel/stp_facts.h"
}

[ $# -gt 0 ] || set -- $(cd testsuite/unit && ls -- *.c)
for f in "$@"; do
	src=testsuite/unit/${f%.c}.c
	name=$(basename "$src" .c)
	link=$(sed -n 's/^ \* link: *//p' "$src" | head -n 1)
	flags=$(sed -n 's/^ \* flags: *//p' "$src" | head -n 1)
	kernel=$(sed -n 's/^ \* kernel: *//p' "$src" | head -n 1)
	side=translator
	[ -n "$link$kernel" ] || continue
	if [ -n "$kernel" ]; then
		# shellcheck disable=SC2086
		stand_in $kernel
		side=runtime # both have a probe/function.h
		flags="-I$bin/kernel -D__KERNEL__ -DCONFIG_X86_64 -Werror=implicit-function-declaration -Wno-unused-parameter -Wno-sign-compare $flags"
		link="$kernel $link"
	fi
	[ -z "$UNIT_STAND_INS" ] || continue # mutants: it compiles by itself
	# shellcheck disable=SC2086
	if ! eval gcc -std=gnu11 -g -O1 -Wall -Wextra -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
		-I$side -I. -I"$build" -DSTP_SRCDIR="'\"$top\"'" $flags -o "$bin/$name" "$src" $link >"$bin/$name.log" 2>&1; then
		n=$((n + 1))
		echo "not ok $n - $name: does not compile"
		sed 's/^/# /' "$bin/$name.log" | head -20
		continue
	fi
	ASAN_OPTIONS="detect_leaks=${UNIT_LEAKS:-1}${ASAN_OPTIONS:+:$ASAN_OPTIONS}" "$bin/$name" >"$bin/$name.out" 2>"$bin/$name.err" </dev/null
	status=$?
	before=$n plan=
	while IFS= read -r line; do
		case $line in
		"ok "*) n=$((n + 1)); echo "ok $n - $name: ${line#ok * }" ;;
		"not ok "*) n=$((n + 1)); echo "not ok $n - $name: ${line#not ok * }" ;;
		1..*) plan=${line#1..} ;;
		*) echo "# $line" ;;
		esac
	done <"$bin/$name.out"
	if [ "$plan" != $((n - before)) ]; then
		n=$((n + 1))
		echo "not ok $n - $name: ran $((n - 1 - before)) tests of ${plan:-a number that it did not say}"
	fi
	if [ "$status" -ne 0 ]; then
		n=$((n + 1))
		echo "not ok $n - $name: exit status $status"
		tail -30 "$bin/$name.err" | sed 's/^/# /'
	fi
done
echo "1..$n"
