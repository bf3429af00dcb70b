# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# What the tests share that run commands on this host. Sourced. A command's words are in ./out and ./err and its exit status in $status; `n`
# counts the tests.
n=0

# check WHAT CONDITION…: a test
check()
{
	n=$((n + 1))
	what=$1
	shift
	if "$@"; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		{ echo "status ${status:-}"; cat out err; } 2>/dev/null | head -n 60 | sed 's/^/# /'
	fi
}

ok() { [ "$status" = 0 ]; }
is() { [ "$1" = "$2" ] || { echo "# have '$1', want '$2'"; return 1; }; } # a value
out_is() { printf '%s\n' "$@" | cmp -s - out; } # these lines, and no more
err_is() { printf '%s\n' "$@" | cmp -s - err; }
out_has() { grep -q -- "$1" out; }
err_has() { grep -q -- "$1" err; }
no_err() { [ ! -s err ]; }
