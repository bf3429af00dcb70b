# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154,SC2181
# module: relay_read.stp -DSTP_NO_OVERLOAD
#
# Records that come while relay reads: a sub-buffer that is switched between two turns of one read().
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
