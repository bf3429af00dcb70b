# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154,SC2181
# module: module_later.stp
# module: hold.stp -g
#
# Modules that come and go while their functions are probed.
t=/tmp/module_later
mkdir -p $t
enabled=/sys/kernel/debug/tracing/enabled_functions
evidence="$t/out $t/err $t/enabled $t/held"
# shellcheck source=testsuite/live/lib/tap.sh
. "$modules/tap.sh"
devices() { modprobe dummy numdummies="$1"; }
no_devices() { rmmod dummy; }
running() { [ -e /proc/systemtap/module_later ] && staprun_asks; }
# the module's log line comes when it is loaded, STARTED later: a function that is always there tells
staprun_asks() { grep -q wait $t/err || grep -q dummy_dev_init $enabled; }

staprun "$modules/module_later.ko" >$t/out 2>$t/err &
pid=$!
within 100 grep -q wait $t/err
grep -qx "WARNING: module 'dummy' is not loaded: 3 probes wait for it" $t/err
good "R6: what is not there is waited for"
devices 5 && no_devices && devices 2 && no_devices
kill -INT $pid
wait $pid
[ $? = 0 ] && grep -qx 'made 7 entered 7 returned 7' $t/out
good "R6: it is probed when it comes, and comes again"

devices 1
staprun "$modules/module_later.ko" >$t/out 2>$t/err &
pid=$!
within 100 running
sleep 0.5
no_devices
wc -l <$enabled >$t/enabled
[ "$(cat $t/enabled)" = 0 ]
good "R6: its addresses leave the filter, the last one with it"
devices 3 && no_devices
kill -INT $pid
wait $pid
[ $? = 0 ] && [ ! -s $t/err ] && grep -qx 'made 3 entered 3 returned 3' $t/out
good "R6: and the module that comes next is probed by name"

# between the addresses and START the module goes: hold.ko stops stapio there
devices 1
staprun "$modules/hold.ko" >$t/held 2>&1 &
holder=$!
within 100 grep -qx ready $t/held
staprun "$modules/module_later.ko" >$t/out 2>$t/err &
pid=$!
wait $holder
stopped=$(tail -n 1 $t/held)
within 100 grep -q '^State:.T' "/proc/$stopped/status" && no_devices && kill -CONT "$stopped"
within 100 grep -q wait $t/err
devices 4 && no_devices
kill -INT $pid
wait $pid
grep -qx "WARNING: module 'dummy' is not loaded: 3 probes wait for it" $t/err && grep -qx 'made 4 entered 4 returned 4' $t/out
good "R24: addresses of a module that has gone before START are not used"
