# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154,SC2181
# module: limit.stp
# module: limit_memory.stp -DSTP_MAXMEMORY=200
# module: limit_stack.stp -DMINSTACKSPACE=16384
# module: limit_overload.stp -DSTP_OVERLOAD_INTERVAL=1000 -DSTP_OVERLOAD_THRESHOLD=1
# module: limit_begin.stp -DSTP_OVERLOAD_INTERVAL=100000000000 -DSTP_OVERLOAD_THRESHOLD=1000000000 -DMAXACTION=1000000000
# module: limit_active.stp -DKRETACTIVE=1
# module: limit_masked.stp -DINTERRUPTIBLE=0 -DMAXACTION=20
# module: limit_quiet.stp --suppress-handler-errors -DINTERRUPTIBLE=0 -DMAXACTION=20
# module: limit_free.stp -g --suppress-time-limits -DMAXACTION=20 -DMAXACTION_INTERRUPTIBLE=20
# module: limit_build.stp -DSTP_NO_BUILDID_CHECK
# module: limit_skips.stp -DMINSTACKSPACE=16384 -DMAXSKIPPED=1000000
#
# Limits given by -D: each does something, and says so.
good() # text; status of what went before
{
	if [ $? = 0 ]; then echo "ok - $1"; else echo "not ok - $1"; head -n 5 /tmp/lim.out /tmp/lim.err | sed 's/^/# /'; fi
}
run() # module, hits
{
	staprun -c "hits $2" "$modules/limit$1.ko" >/tmp/lim.out 2>/tmp/lim.err
	status=$?
}
err_has() { grep -q -- "$1" /tmp/lim.err; }

run "" 1000
[ $status = 0 ] && [ ! -s /tmp/lim.err ] && grep -qx 1 /tmp/lim.out
good "without one: nothing happens"
run _build 10
[ $status = 0 ] && [ ! -s /tmp/lim.err ]
good "STP_NO_BUILDID_CHECK: a module that names no build"
run _memory 10
[ $status = 1 ] && err_has "^ERROR: .*STP_MAXMEMORY"
good "STP_MAXMEMORY"
run _stack 1000
[ $status = 1 ] && err_has "^ERROR: Skipped too many probes, check MAXSKIPPED"
good "MINSTACKSPACE: too little stack is a skipped hit, and MAXSKIPPED of them are enough"
run _skips 1000
[ $status = 0 ] && ! err_has "^ERROR" && err_has "^WARNING: Number of errors: 0, skipped probes: [0-9]*[0-9][0-9][0-9]$"
good "MAXSKIPPED"
run _overload 1000
[ $status = 1 ] && err_has "^ERROR: probe overhead ([0-9]* cycles) exceeded threshold (1 cycles) in last 1000 cycles"
good "STP_OVERLOAD_INTERVAL, STP_OVERLOAD_THRESHOLD"
run _begin 100
[ $status = 0 ] && [ ! -s /tmp/lim.err ] && grep -qx 'long 1, 100 hits' /tmp/lim.out
good "R32: what begin probes took is not held against the hits"
run _masked 1000
[ $status = 1 ] && err_has "^ERROR: MAXACTION exceeded"
good "INTERRUPTIBLE=0 and MAXACTION"
run _quiet 1000
[ $status = 0 ] && ! err_has "^ERROR" && err_has "^WARNING: Number of errors: [1-9][0-9]*, skipped probes: 0$"
good "--suppress-handler-errors: counted only"
run _free 1000
[ $status = 0 ] && [ ! -s /tmp/lim.err ]
good "--suppress-time-limits: no MAXACTION"

staprun "$modules/limit_active.ko" >/tmp/lim.out 2>/tmp/lim.err &
pid=$!
tries=50
until [ -e /proc/systemtap/limit_active ] && grep -q pipe_read /sys/kernel/debug/kprobes/list; do
	tries=$((tries - 1)); [ $tries -gt 0 ] || break
	sleep 0.1
done
(sleep 1 | cat; echo) >/dev/null &
(sleep 1 | cat; echo) >/dev/null &
(sleep 1 | cat; echo) >/dev/null &
sleep 2
kill $pid
wait $pid
err_has '^WARNING: Skipped due to missed kretprobe/1 on .*pipe_read.*: [1-9]'
good "KRETACTIVE: calls that wait at once are missed"
