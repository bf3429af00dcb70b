#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Golden tests: testsuite/golden/AREA/NAME.stp, with what must come out beside it: NAME.pN (stdout of pass N) and NAME.err (stderr). The exit
# status must be 0 if there is a .pN, or if .err holds nothing but warnings; else 1. Comment lines in the script say how it is run:
#	# opts: …	options, as shell words
#	# args: …	the script's arguments, as shell words
#	# pass: N	for a test without .pN (default 2)
#	# needs: kernel	runs for the first of $STP_KERNELS; skipped if there is none
# A test named after a diagnostic, TAG.what.stp, must show a message with that tag.
# Tests under parse/ run parse_dump, the parser alone under ASan and UBSan; all others run $STAP.
# PARSE_DUMP names one that is built already. UPDATE_GOLDEN=1 rewrites the expectations. `golden.t NAME…` (parse/x.stp) runs those only.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
bin=$build/unit
dump=${PARSE_DUMP:-$bin/parse_dump}
kernel=${STP_KERNELS%% *}
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
export ASAN_OPTIONS="exitcode=99${ASAN_OPTIONS:+:$ASAN_OPTIONS}" UBSAN_OPTIONS=halt_on_error=1:exitcode=99
n=0

build_dump()
{
	mkdir -p "$bin"
	(cd "$top" && gcc -std=gnu11 -g -O1 -Wall -Wextra -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
		-Itranslator -I. -o "$dump" testsuite/unit/parse_dump.c translator/syntax/*.c \
		translator/base/arena.c translator/base/buf.c translator/base/error.c translator/base/intern.c translator/base/map.c \
		translator/base/text.c translator/base/vec.c)
}

# field NAME FILE: the rest of the line "# NAME: …"
field() { sed -n "s/^# $1: *//p" "$2" | head -n 1; }

# the pass whose output is expected, or asked for
pass_of()
{
	for p in 1 2 3 4; do
		[ -e "${1%.stp}.p$p" ] && echo "$p" && return
	done
	pass=$(field pass "$1")
	echo "${pass:-2}"
}

# run_script FILE AREA PASS [OPTION]
run_script()
{
	opts="$(field opts "$1") $4"
	args=$(field args "$1")
	target=
	[ "$(field needs "$1")" != kernel ] || target="-r '$kernel'"
	case $2 in
	parse) eval "'$dump' $opts '$1' $args" ;;
	*) eval "'$STAP' $target -p$3 $opts '$1' $args" ;;
	esac >"$out/out" 2>"$out/err" </dev/null
	status=$?
	# the text of pass 3 names the kernel that it is for, and the tapset by its place
	[ "$3" != 3 ] || sed -i -e 's/^\(.*"\)\(release\|build_id\) .*\\n"/\1\2 KERNEL\\n"/' -e 's| at /[^ "]*/tapset/| at TAPSET/|' "$out/out"
	return "$status"
}

# update FILE STATUS PASS: a test of warnings has no .pN unless it had one
update()
{
	had=
	[ ! -e "${1%.stp}.p$3" ] || had=1
	rm -f "${1%.stp}".p[1-4] "${1%.stp}.err"
	[ ! -s "$out/err" ] || cp "$out/err" "${1%.stp}.err"
	[ "$2" -eq 0 ] || return
	if [ -n "$had" ] || [ ! -s "$out/err" ]; then
		cp "$out/out" "${1%.stp}.p$3"
	fi
}

# what the exit status must be, by the expectations
expected_status()
{
	if [ -e "${1%.stp}.p$2" ] || ! grep -v '^WARNING:\|^[[:space:]]' "${1%.stp}.err" | grep -q .; then
		echo 0
	else
		echo 1
	fi
}

# compare WHAT EXPECTED ACTUAL: a missing expectation means nothing must come out
compare()
{
	expected=$2
	[ -e "$expected" ] || expected=/dev/null
	cmp -s "$expected" "$3" || { diff -u --label "$1 expected" --label "$1" "$expected" "$3" | sed 's/^/# /'; return 1; }
}

# shows_tag FILE AREA PASS: TAG.what.stp has a message with that tag
shows_tag()
{
	case $1 in [EWN]_*) ;; *) return 0 ;; esac
	run_script "$1" "$2" "$3" --diag-tags
	grep -qF "[${1%%.*}]" "$out/err" || { echo "# no message has the tag ${1%%.*}"; return 1; }
}

check_script()
{
	file=$(basename "$1")
	cd "$top/testsuite/golden/$(dirname "$1")" || return 1
	pass=1
	[ "${1%%/*}" = parse ] || pass=$(pass_of "$file")
	run_script "$file" "${1%%/*}" "$pass"
	status=$?
	[ -z "$UPDATE_GOLDEN" ] || update "$file" "$status" "$pass"
	if [ ! -e "${file%.stp}.p$pass" ] && [ ! -e "${file%.stp}.err" ]; then
		echo "# neither .p$pass nor .err stands beside it"
		return 1
	fi
	expected=$(expected_status "$file" "$pass")
	good=0
	[ "$status" -eq "$expected" ] || { echo "# exit status $status instead of $expected"; good=1; }
	[ ! -e "${file%.stp}.p$pass" ] || compare "pass $pass" "${file%.stp}.p$pass" "$out/out" || good=1
	compare stderr "${file%.stp}.err" "$out/err" || good=1
	shows_tag "$file" "${1%%/*}" "$pass" || good=1
	return "$good"
}

[ -z "$kernel" ] || "$STAP" -r "$kernel" --build-kit >/dev/null 2>&1 </dev/null # F2: a kit that is built on the way would say so on stderr
export REACH_OUT
[ $# -gt 0 ] || set -- $(cd "$top/testsuite/golden" && find . -name '*.stp' | sed 's|^\./||' | LC_ALL=C sort)
case " $*" in
*" parse/"*) [ -n "$PARSE_DUMP" ] || build_dump || exit 1 ;;
esac
for t in "$@"; do
	n=$((n + 1))
	REACH_OUT=${REACH_DIR:+$REACH_DIR/$(echo "$t" | tr / :)} # mutants: what the test's programs mark
	if [ -z "$kernel" ] && [ "$(field needs "$top/testsuite/golden/$t")" = kernel ]; then
		echo "ok $n - golden: $t # SKIP no kernel in STP_KERNELS"
		continue
	fi
	if why=$(check_script "$t"); then
		echo "ok $n - golden: $t"
	else
		echo "not ok $n - golden: $t"
		printf '%s\n' "$why"
	fi
done
echo "1..$n"
