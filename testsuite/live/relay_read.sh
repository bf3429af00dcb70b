# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154,SC2181
# module: relay_read.stp -DSTP_NO_OVERLOAD
# module: self_feed.stp
#
# Records that come while records are read.
t=/tmp/relay_read
mkdir -p $t
evidence="$t/numbers $t/err"
# shellcheck source=testsuite/live/lib/tap.sh
. "$modules/tap.sh"

staprun "$modules/relay_read.ko" >$t/out 2>$t/err
[ $? = 0 ] && grep -vE '^WARNING: (Number of errors: .*|Skipped due to .*)$' $t/err >$t/rest
[ ! -s $t/rest ]
good "R1: nothing is damaged when records come between two turns of a read()"
tr -d ' ' <$t/out | grep -v readme >$t/numbers
{ seq 0 1499; echo 1500; } | cmp -s - $t/numbers
good "R1: each record comes once and whole"

# who prints because it reads waits for the announcement in between: 100 a second, for each of which some files are read
staprun "$modules/self_feed.ko" >$t/out 2>$t/err
[ $? = 0 ] && tail -n 1 $t/out >$t/numbers && [ ! -s $t/err ] && [ "$(cat $t/numbers)" -lt 3000 ] && [ "$(cat $t/numbers)" -gt 0 ]
good "R1: a script that prints where its own output is read goes on at its reader's pace"
