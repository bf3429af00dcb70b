# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154,SC2181
# module: conditions.stp
# module: conditions_left.stp
# module: conditions_entry.stp
#
# Probes whose condition does not hold are detached; they are attached when it comes to hold, and then every hit counts.
t=/tmp/conditions
mkdir -p $t
list=/sys/kernel/debug/tracing/enabled_functions
evidence="$t/out $t/err /sys/kernel/debug/kprobes/list $list"
# shellcheck source=testsuite/live/lib/tap.sh
. "$modules/tap.sh"
said() { [ "$(tail -n 1 $t/out)" = "$1" ]; }
# system calls without arguments have several names at one address
entry_there() { grep -q "sys_$1 " $list; }
return_there() { grep "do_sys_openat2+" /sys/kernel/debug/kprobes/list | grep -qv DISABLED; }
all_there() { entry_there getppid && entry_there getpgid && return_there; }
none_there() { ! entry_there getppid && ! entry_there getpgid && ! return_there; }

staprun "$modules/conditions.ko" >$t/out 2>$t/err &
pid=$!
within 50 entry_there sync
good "what has no condition is attached"
none_there
good "what waits for its condition is not"
hits 100
sync
within 20 said "on 1" && within 20 all_there
good "it is attached when the condition holds"
hits 1000
perl -e 'getpgrp($$); sleep 1' # getpgid(2)
sync
within 20 said "on 0" && within 20 none_there
good "it is detached when the condition holds no longer"
hits 100
sync
within 20 said "on 1" && within 20 all_there
good "and attached again"
hits 500
dd if=/dev/zero of=/dev/null bs=1 count=20000 2>/dev/null
kill -INT $pid
wait $pid
[ $? = 0 ] && [ ! -s $t/err ] && said "1500 1500 1 1 1 1"
good "every hit meanwhile is counted, no other"
grep -q '^seen 1 ' $t/out
good "a condition that comes and goes with each call loses next to nothing"

staprun "$modules/conditions_left.ko" >$t/out 2>$t/err &
pid=$!
within 50 entry_there sync
within 50 none_there
good "what held no longer when begin probes were done is detached, too"
kill -INT $pid
wait $pid

staprun -v -c 'hits 50' "$modules/conditions_entry.ko" >$t/out 2>$t/err
[ $? = 0 ] && [ "$(tail -n 1 $t/out)" = "returns 50, of the other 0, kept 0" ] && ! grep -q '^ERROR' $t/err
good "R26: what a return probe keeps at entry is not evaluated while its condition does not hold"
