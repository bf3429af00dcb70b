# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC1091,SC2015,SC2034,SC2154,SC2181
# module: oom_array.stp
# module: target.stp
# module: oom_returns.stp -DSTP_FORCE_KPROBE
# module: oom_lent.stp -DMAXSTRINGLEN=3900 -DKRETACTIVE=65535 -DSTP_MAXMEMORY=60000
#
# A machine that has little memory left: what a script wants beyond that is refused, and nobody else pays for it. The kernel's way is to kill who has
# most, so there is a bystander that has.
t=/tmp/oom
mkdir -p $t $t/fill
evidence="$t/out $t/err $t/dmesg $t/memory"
. "$modules/tap.sh"
available() { awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo; }
alive() { kill -0 $bystander 2>/dev/null && kill -0 $dd 2>/dev/null; }
no_kill() { ! dmesg | grep -E 'Out of memory|oom-kill|invoked oom' >$t/dmesg; }

run() # module, staprun's options
{
	module=$1
	shift
	staprun "$@" "$modules/$module.ko" >$t/out 2>$t/err
	status=$?
}

run oom_array
[ $status = 0 ] && [ "$(cat $t/out)" = loaded ] && [ ! -s $t/err ]
good "OOM: with memory enough the array fits"
run oom_lent
[ $status = 0 ] && grep -q '^begun$' $t/out && grep -q '^WARNING: probe kernel.function("tcp_v4_[a-z_]*").return (tcp_v4_[a-z_]*) registration error .*(rc -12)$' $t/err
good "OOM: what the kernel keeps for return probes counts against STP_MAXMEMORY"

mkfifo $t/pipe
sleep 1000 <$t/pipe &
bystander=$!
dd if=/dev/zero of=$t/pipe bs=64M count=1 2>/dev/null &
dd=$!
has_read() { [ "$(awk '/^VmRSS:/ { print $2 }' /proc/$dd/status)" -gt 60000 ]; }
within 100 has_read
echo 3 >/proc/sys/vm/drop_caches
mount -t tmpfs -o size=100% fill $t/fill
fallocate -l $(($(available) - 100))M $t/fill/file
free -m >$t/memory
[ "$(available)" -lt 150 ] && alive
good "OOM: the machine is full now"

run oom_array
[ $status = 1 ] && [ ! -s $t/out ] && grep -q "^ERROR: global variable 'a' allocation failed$" $t/err
good "OOM: an array that there is no memory for is refused, by its name"
no_kill && alive
good "OOM: and no other program is killed for it"

run target -b 200
[ $status = 1 ] && [ ! -s $t/out ] && [ "$(cat $t/err)" = "ERROR: Couldn't insert module '$modules/target.ko': Cannot allocate memory; smaller buffers (-s, here -b) may fit, and -D STP_MAXMEMORY is a limit, too" ]
good "OOM: buffers that there is no memory for are refused"
no_kill && alive
good "OOM: and no other program is killed for them"

run oom_returns -c true
grep -q '(rc -12)' $t/err
good "OOM: instances of kretprobes that there is no memory for are refused"
no_kill && alive
good "OOM: and no other program is killed for them"

umount $t/fill
run target -b 150 -x 7
[ $status = 0 ] && [ "$(cat $t/out)" = "target 7" ]
good "OOM: afterwards buffers fit"
run oom_array
[ $status = 0 ] && [ "$(cat $t/out)" = loaded ]
good "OOM: afterwards it fits again"
alive
good "OOM: the bystander has seen nothing of it"
kill $bystander $dd
wait 2>/dev/null
