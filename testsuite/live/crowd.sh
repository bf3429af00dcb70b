# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154,SC2181
# module: crowd.stp -DMAXACTION=10000
# module: asked.stp
#
# Messages that others crowd out.
t=/tmp/crowd
mkdir -p $t
evidence="$t/out $t/last"
# shellcheck source=testsuite/live/lib/tap.sh
. "$modules/tap.sh"

staprun "$modules/crowd.ko" >$t/out 2>$t/err
status=$?
tail -n 5 $t/err >$t/last
[ $status = 1 ] && [ "$(cat $t/out)" = over ] && [ "$(grep -c '^WARNING: [0-9]*$' $t/err)" = 256 ] &&
	grep -q "^ERROR: the reason near identifier 'error' at .* in probe begin$" $t/err
good "R4: warnings that fill the pool do not crowd out the error"
grep -qx "WARNING: too many pending (warning) messages" $t/err
good "R4: and the lost ones are told of"
[ "$(tail -n 1 $t/err)" = "WARNING: Number of errors: 1, skipped probes: 0" ]
good "R4: the report is the last word"

staprun "$modules/asked.ko" >$t/out 2>$t/err &
pid=$!
within 50 [ -e /proc/systemtap/asked/.ctl ]
attached() { grep -q hrtimer_nanosleep /sys/kernel/debug/tracing/enabled_functions; }
within 50 attached
pkill -STOP -x stapio
n=0
while [ $n -lt 40 ]; do
	printf '\134\0\0\0\0\0\0\0' >/proc/systemtap/asked/.ctl # GET_COUNTS
	n=$((n + 1))
done
sleep 123 &
sleeper=$!
sleep 0.5
pkill -CONT -x stapio
over() { ! kill -0 $pid 2>/dev/null; }
within 100 over
good "R4: forty unread accounts do not crowd out exit()"
over || kill -INT $pid
wait $pid
status=$?
cp $t/err $t/last
[ $status = 0 ] && [ "$(cat $t/out)" = over ] && [ ! -s $t/err ]
good "R4: nor are they taken for the last one"
kill $sleeper
