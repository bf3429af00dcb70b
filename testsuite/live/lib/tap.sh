# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# What the guest scripts of testsuite/live share: `. "$modules/tap.sh"`, after evidence= names the files that tell why something failed.
: "${evidence:?}"

good() # text; status of what went before
{
	# shellcheck disable=SC2181
	if [ $? = 0 ]; then echo "ok - $1"; return; fi
	echo "not ok - $1"
	for f in $evidence; do echo "# $f"; head -n 20 "$f" | sed 's/^/# /'; done
}

within() # tenths of a second, command
{
	tries=$1
	shift
	until "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.1
	done
}
