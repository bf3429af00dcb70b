# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC1091,SC2015,SC2034,SC2154
# module: cpus.stp -DSTP_NO_OVERLOAD
# module: cpus_dying.stp
# module: cpus_full.stp -DSTP_NO_OVERLOAD -DSTP_MAXMEMORY=7500
#
# CPUs that come and go while probes run: every hit is handled and counted, every record arrives, and end probes run wherever EXIT is
# handled. One that there is no memory for has its hits counted as skipped, and that is said.
evidence="/tmp/cpus.out /tmp/cpus.err"
. "$modules/tap.sh"
cpu1=/sys/devices/system/cpu/cpu1/online

run() # module, command
{
	staprun -v -b 4 -o /tmp/cpus.out -c "$2" "$modules/$1.ko" >/dev/null 2>/tmp/cpus.err
	status=$?
}
fired() { sed -n 's/.*Probes: \([0-9]*\) fired = .*/\1/p' /tmp/cpus.err; }
has() { grep -q -- "$1" "$2"; }

echo 0 >$cpu1
run cpus "echo 1 >$cpu1; hits 12500 2 >/dev/null"
[ $status = 0 ] && has '^end n=25000 by=25000$' /tmp/cpus.out
good "R3: a CPU that comes after START: its hits are handled"
[ "$(grep -cx 1 /tmp/cpus.out)" = 12500 ] && [ "$(grep -cx 0 /tmp/cpus.out)" = 12500 ]
good "R3: a CPU that comes after START: its records arrive"
[ "$(fired)" -ge 25000 ] && ! has WARNING /tmp/cpus.err
good "R3: a CPU that comes after START: the account"

echo 0 >$cpu1
run cpus "echo 1 >$cpu1; hits 10 2 >/dev/null; taskset -p 2 \$(pgrep -x stapio) >/dev/null"
[ $status = 0 ] && has '^end n=20 by=20$' /tmp/cpus.out
good "R3: end probes run on a CPU that came after START"

cat >/tmp/load <<'L'
while [ ! -e /tmp/over ]; do echo 0 >/sys/devices/system/cpu/cpu1/online; sleep 0.05; echo 1 >/sys/devices/system/cpu/cpu1/online; sleep 0.05; done &
i=0
while [ $i -lt 20 ]; do hits 1000 2; i=$((i + 1)); done
touch /tmp/over
wait
L
rm -f /tmp/over
run cpus "sh /tmp/load"
[ $status = 0 ] && has '^end n=40000 by=40000$' /tmp/cpus.out && [ "$(grep -cx '[01]' /tmp/cpus.out)" = 40000 ]
good "R3: CPUs go and come under load: hits and records are what the workload counted"

echo 0 >$cpu1
run cpus_full "echo 1 >$cpu1; hits 300 2 >/dev/null; taskset -p 2 \$(pgrep -x stapio) >/dev/null"
has '^end n=300 of=300$' /tmp/cpus.out
good "R3: no memory for a CPU: end probes run all the same"
lost=$(sed -n 's/^WARNING: Skipped on CPUs that came when there was no memory for them: \([0-9]*\)$/\1/p' /tmp/cpus.err)
[ "${lost:-0}" -ge 300 ] && [ "$(fired)" -ge 600 ]
good "R3: no memory for a CPU: its hits are counted and said"
echo 1 >$cpu1

for _ in 1 2 3; do
	echo 0 >$cpu1
	(
		while [ ! -d /proc/systemtap/cpus ]; do sleep 0.05; done
		while [ -d /proc/systemtap/cpus ]; do :; done
		echo 1 >$cpu1
	) &
	run cpus "hits 10 1 >/dev/null"
	wait $!
done
[ "$(cat $cpu1)" = 1 ] && [ ! -d /proc/systemtap/cpus ]
good "R3: a CPU comes while the module goes"

# ---- R31: what handlers ask for on a CPU that looks for work no more ----

staprun -v "$modules/cpus_dying.ko" >/tmp/cpus.out 2>/tmp/cpus.err &
reader=$!
within 100 [ -d /proc/systemtap/cpus_dying ] && sleep 1
echo 0 >$cpu1
within 50 has '^dying 1$' /tmp/cpus.out && within 50 has '^WARNING: it goes$' /tmp/cpus.err
good "R31: the last words of a CPU come when it has gone"
sleep 1
hits 100 1 >/dev/null
echo 1 >$cpu1
taskset 2 perl -e 'getpgrp(0); getpgrp($$)'
within 50 has '^back on 1$' /tmp/cpus.out
good "R31: and what it says when it is back"
kill -INT $reader
wait $reader
has '^end 1 100$' /tmp/cpus.out && [ ! -d /proc/systemtap/cpus_dying ]
good "R31: the condition that held there came to hold; the module goes"
run cpus "hits 100 2 >/dev/null"
[ $status = 0 ] && has '^end n=200 by=200$' /tmp/cpus.out && [ ! -d /proc/systemtap/cpus ]
good "R31: nobody waits for that CPU"
