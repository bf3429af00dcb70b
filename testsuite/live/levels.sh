# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154,SC2181
# module: levels.stp -DSTP_NO_OVERLOAD
#
# Handlers that interrupt each other over one array: hits held up by the handler below are no reason to end a script. On one CPU, where
# nothing else can hold it: emulated CPUs that take turns hold locks for as long as the other's turn is.
t=/tmp/levels
mkdir -p $t
evidence="$t/out $t/err"
# shellcheck source=testsuite/live/lib/tap.sh
. "$modules/tap.sh"
seconds=${LEVEL_SECONDS:?}

echo 0 >/sys/devices/system/cpu/cpu1/online
dd if=/dev/zero of=/dev/null bs=1 2>/dev/null &
load=$!
staprun -v "$modules/levels.ko" "seconds=$seconds" >$t/out 2>$t/err
status=$?
kill $load
echo 1 >/sys/devices/system/cpu/cpu1/online
[ $status = 0 ] && ! grep -q '^ERROR' $t/err
good "R2: an array used at three levels for $seconds s: the script ends when it is told to"
printf '0 1 1 1\nsoft 1\ntask 1\ntick 1\n' | cmp -s - $t/out
good "R2: what was handled was handled whole"
grep -q '^WARNING: Number of errors: 0, skipped probes: 0$' $t/err
good "R2: hits that the handler below held up are no skipped probes"
set -- $(sed -n 's/^Probes: //p' $t/err | tr -cs '0-9' ' ')
[ "$1" = $(($2 + $3 + $4)) ] && [ "$3" -gt 0 ]
good "R2: but they are in the account: $1 fired = $2 handled + $3 skipped + $4 missed"
