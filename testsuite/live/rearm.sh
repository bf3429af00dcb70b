# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154,SC2181
# module: rearm.stp
# module: memory.stp -g -DSTP_NO_OVERLOAD
#
# What cannot be attached when its condition comes to hold is tried again: ftrace refuses while it is switched off. And it takes no memory.
t=/tmp/rearm
mkdir -p $t
enabled=/sys/kernel/debug/tracing/enabled_functions
switch=/proc/sys/kernel/ftrace_enabled
evidence="$t/out $t/err $enabled"
# shellcheck source=testsuite/live/lib/tap.sh
. "$modules/tap.sh"
there() { grep -q 'sys_getppid ' $enabled; }
not_there() { ! there; }
said() { grep -q 'tried again until it succeeds$' $t/err; }
ready() { sync; grep -q '^on' $t/out; }

staprun "$modules/rearm.ko" >$t/out 2>$t/err &
pid=$!
within 100 ready
tail -n 1 $t/out | grep -q 'on 0' || sync
within 100 not_there
echo 0 >$switch
sync
within 100 said && not_there
good "R11: what ftrace refuses is said"
echo 1 >$switch
within 100 there
good "R11: and tried again"
hits 1000
kill -INT $pid
wait $pid
[ $? = 0 ] && [ "$(tail -n 1 $t/out)" = 1000 ] && [ "$(grep -c again $t/err)" = 1 ]
good "R11: every hit from then on is counted"

staprun -c 'while :; do cat /proc/self/stat; done' "$modules/memory.ko" >$t/all 2>$t/err
grep -v '(cat)' $t/all >$t/out
[ "$(head -n 1 $t/out)" = "1 1 1 1 1" ]
good "R11: probes of each family come and go, again and again"
[ "$(tail -n 1 $t/out)" = "0 of 1" ]
good "R11: which takes no memory"
