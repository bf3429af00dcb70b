# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154,SC2181
# module: entry_fails.stp -DMAXERRORS=1000
# module: entry_fails_kretprobe.stp -DMAXERRORS=1000 -DSTP_FORCE_KPROBE
# module: entry_busy.stp
# module: entry_busy_kretprobe.stp -DSTP_FORCE_KPROBE
#
# @entry that fails, or finds its context in use, costs its own probe the call and no other of the function.
t=/tmp/entry_fails
mkdir -p $t
evidence="$t/out $t/err $t/want"
# shellcheck source=testsuite/live/lib/tap.sh
. "$modules/tap.sh"
account() { sed -n 's/^Probes: \([0-9]* fired = .* missed\).*/\1/p' $t/err; }

for way in '' _kretprobe; do
	staprun -v -c 'hits 20' "$modules/entry_fails$way.ko" >$t/out 2>$t/err
	rc=$?
	all=$(sed -n 's/^plain .*: //p' $t/out)
	printf "20\nplain 20 kept 20 of the others' %d %d: %d\n" $((all - 20)) $((all - 20)) "$all" >$t/want
	[ $rc = 1 ] && cmp -s $t/want $t/out
	good "R26: an @entry that fails takes the call from no other return probe${way:+, by kretprobe}"
	fired=$((4 * all + 1))
	[ "$(account)" = "$fired fired = $fired handled + 0 skipped + 0 missed" ] &&
		grep -qx 'WARNING: Number of errors: 40, skipped probes: 0' $t/err &&
		[ "$(grep -c '^ERROR: division by 0 near ' $t/err)" = 40 ] && [ "$(grep '^ERROR' $t/err | sort -u | wc -l)" = 2 ]
	good "R26: each that fails counts as handled and as an error${way:+, by kretprobe}"

	staprun -v -c 'hits 50' "$modules/entry_busy$way.ko" >$t/out 2>$t/err
	[ $? = 0 ] && grep -qx 'read 50' $t/out && account | grep -q ' + 100 skipped + 0 missed$'
	good "R26: each return probe of a function that is called inside a handler skips the call${way:+, by kretprobe}"
done
