# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2016,SC2034,SC2154
# The command line: texts and statuses as the reference has them.

check_exclusions()
{
	set -- "-A -L" "-A -c" "-A -x" "-A -H" "-c -x" "-D -L" "-D -d" "-D -c"
	sum=$(printf '%064d' 7)
	for pair in "$@"; do
		args=$(echo "$pair" | sed 's/-c/-c true/; s/-x/-x 1/; s/-H/-H '"$sum/")
		# shellcheck disable=SC2086
		want="ERROR: You can't specify the '${pair% *}' and '${pair#* }' options together." says "$staprun" $args x || return 1
	done
	want="ERROR: You can't specify the '-A' and '-b' options together." says "$staprun" -A -b 1 x
}

check_missing_parts()
{
	want="ERROR: Need a module name or path to load." says "$staprun" &&
	want="ERROR: You have to specify output FILE with '-D' option." says "$staprun" -D x &&
	want="ERROR: Cannot have module options with attach (-A)." says "$staprun" -A x a=1 &&
	want="ERROR: Relay basedir -F option is invalid for staprun" says "$staprun" -F3 x &&
	want="Empty CMD string invalid." says "$staprun" -c '' x
}

check_numbers()
{
	want="ERROR: Invalid buffer size '0' (should be 1-4095)." says "$staprun" -b 0 x &&
	want="ERROR: Invalid buffer size '4096' (should be 1-4095)." says "$staprun" -b 4096 x &&
	want="ERROR: Invalid buffer size '1x' (should be 1-4095)." says "$staprun" -b 1x x &&
	want="Invalid file size option '0'." says "$staprun" -S 0 -o f x &&
	want="Invalid file size option 'x,2'." says "$staprun" -S x,2 -o f x &&
	want="Invalid file num option '1,0'." says "$staprun" -S 1,0 -o f x &&
	want="You have to specify output FILE with '-S' option." says "$staprun" -S 1 x &&
	want="Invalid target process ID number 'foo'" says "$staprun" -x foo x &&
	want="Invalid target process ID number '-1'" says "$staprun" -x -1 x
}

check_sha256()
{
	for sum in 12 "$(printf '%063d' 1)" "$(printf '%065d' 1)" "$(printf '%063dA' 1)"; do
		want="ERROR: Invalid SHA-256 '$sum' (should be 64 digits 0-9a-f)." says "$staprun" -H "$sum" x || return 1
	done
}

check_unknown_and_not_yet()
{
	want="invalid option -- 'Z'" says "$staprun" -Z x || return 1
	for o in "-u" "-i" "-t 1" "-N 1" "-r 0:x" "-T 1" "-M 1"; do
		# shellcheck disable=SC2086
		want="The option '${o% *}' is not supported yet." says "$staprun" $o x || return 1
	done
}

check_colours()
{
	want="$(printf '\033[01;31m\033[KERROR:\033[m\033[K') Need a module" says "$staprun" -C always &&
	want="ERROR: Need a module" says "$staprun" -C never &&
	want="ERROR: Invalid option 'x' for -C." says "$staprun" -C x x
}

check_help_and_version()
{
	status=0 want="Usage: staprun" says "$staprun" -h &&
	status=0 want="Systemtap module loader/runner" says "$staprun" -V &&
	want="stapio is started by staprun" says "$build/staprun/stapio" x
}
