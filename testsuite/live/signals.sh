# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2154,SC2181
# module: forever.stp
# module: target.stp
# module: unread.stp
#
# How runs end and go on: signals, detaching, attaching, two at once, a reader that goes away, nobody left, nothing mounted.
t=/tmp/signals
mkdir -p $t
evidence="$t/out $t/err"
# shellcheck source=testsuite/live/lib/tap.sh
. "$modules/tap.sh"

gone() { [ ! -e "/proc/systemtap/$1" ] && ! grep -q "^$1 " /proc/modules; }
has() { grep -q "$@"; }

for sig in INT TERM HUP; do
	staprun "$modules/forever.ko" >$t/out 2>$t/err &
	within 50 has line $t/out
	kill -$sig $!
	wait $!
	[ $? = 0 ] && gone forever && [ "$(head -n 1 $t/out)" = begin ] && [ "$(tail -n 1 $t/out)" = end ] && [ ! -s $t/err ]
	good "SIG$sig ends a run in order"
done

# flooded KIND FD: a run that writes more than KIND takes, and nobody reads, ends by an interrupt (messages) or three (output)
cat >$t/flooded.py <<'END'
import fcntl, os, signal, socket, subprocess, sys, time
kind, fd = sys.argv[1:3]
if kind == 'pipe':
    r, w = os.pipe()
    fcntl.fcntl(w, 1031, 4096)
else:
    a, b = socket.socketpair()
    b.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 0)
    r, w = a.detach(), b.detach()
out = open('/dev/null', 'w')
p = subprocess.Popen(['staprun', sys.argv[3]], stdin=subprocess.DEVNULL, stdout=w if fd == '1' else out, stderr=w if fd == '2' else out)
os.close(w)
time.sleep(2)
for sig in signal.SIGINT, signal.SIGTERM, signal.SIGINT:
    p.send_signal(sig)
    time.sleep(0.5)
try:
    p.wait(10)
except subprocess.TimeoutExpired:
    p.kill()
    sys.exit('three signals were not heard')
END
for kind in pipe socket; do
	for fd in 1 2; do
		python3 $t/flooded.py $kind $fd "$modules/unread.ko" 2>$t/err && gone unread
		good "S13: a $kind that nobody reads as descriptor $fd: signals are heard"
	done
done

setsid staprun "$modules/forever.ko" >$t/out 2>$t/err &
within 50 has line $t/out
kill -s INT -- "-$!" "$!" "$!"
wait $!
[ $? = 0 ] && gone forever && [ "$(tail -n 1 $t/out)" = end ]
good "one interrupt that arrives three times is one interrupt"

staprun "$modules/forever.ko" >$t/out 2>$t/err &
within 50 has line $t/out
kill -QUIT $!
wait $!
[ $? = 0 ] && ! gone forever && has 'To reconnect, type "staprun -A forever"' $t/err
good "SIGQUIT leaves the module running"
staprun -A forever >$t/out2 2>$t/err &
within 50 has line $t/out2
staprun -A forever >$t/out3 2>&1
[ $? = 1 ] && has "in use by another staprun" $t/out3
good "one reader at a time"
staprun -d forever >$t/out3 2>&1
[ $? = 1 ] && ! gone forever
good "a module that is read is not removed"
kill -INT $!
wait $!
[ $? = 0 ] && gone forever && [ "$(tail -n 1 $t/out2)" = end ] &&
	cat $t/out $t/out2 | sed -n 's/^line //p' | awk '$1 != ++n { exit 1 }'
good "attached: goes on without a gap, and ends as any other"

staprun -L "$modules/forever.ko" >$t/out 2>$t/err && ! gone forever && sleep 1.5 && ! gone forever
good "-L loads and leaves"
staprun -d forever >$t/out 2>$t/err && gone forever
good "-d removes what was left"
staprun -L "$modules/forever.ko" >$t/out 2>$t/err && staprun -d '*' >$t/out 2>$t/err && gone forever
good '-d "*" removes all that nobody reads'

staprun "$modules/forever.ko" >$t/out 2>$t/err &
first=$!
within 50 has line $t/out
staprun "$modules/forever.ko" >$t/out2 2>&1
[ $? = 1 ] && has "Couldn't insert module '$modules/forever.ko': File exists" $t/out2 && has "Rerun with staprun option '-R'" $t/out2
good "the same name twice is refused"
staprun -R "$modules/forever.ko" >$t/out2 2>$t/err &
within 50 has line $t/out2
# shellcheck disable=SC2012
[ "$(ls /proc/systemtap | wc -l)" = 2 ] && grep -q '^f[a-z]*_[0-9]* ' /proc/modules
good "-R: twice at once"
kill -INT $first $!
wait $!
wait $first
gone forever
good "both end"

pid=$(staprun -D -o $t/daemon "$modules/forever.ko" 2>$t/err)
within 50 has line $t/daemon && [ "$(cat "/proc/$pid/comm")" = staprun ] && kill -TERM "$pid" && within 20 gone forever && [ "$(tail -n 1 $t/daemon)" = end ]
good "-D runs on in the background"

{ staprun "$modules/forever.ko" 2>$t/err; echo $? >$t/rc; } | head -n 3 >$t/out
[ "$(cat $t/rc)" = 1 ] && gone forever && [ "$(wc -l <$t/out)" = 3 ] && [ ! -s $t/err ]
good "a reader that goes away ends the run"

staprun -x 4711 "$modules/target.ko" >$t/out 2>$t/err
[ $? = 0 ] && [ "$(cat $t/out)" = "target 4711" ]
good "-x"
staprun -c 'sleep 100' "$modules/target.ko" >$t/out 2>$t/err
[ $? = 0 ] && ! pgrep -f '^sleep 100' >/dev/null && has 'target [1-9]' $t/out
good "exit() ends the command of -c"
staprun -c 'sh -c "exit 7"' "$modules/forever.ko" >$t/out 2>$t/err
[ $? = 1 ] && has 'WARNING: Child process exited with status 7' $t/err && gone forever
good "the command's status"

unshare -m sh -c "mount -t tmpfs none /sys && mount -t tmpfs none /proc && staprun -x 5 '$modules/target.ko'" >$t/out 2>$t/err
[ $? = 0 ] && has 'target 5' $t/out
good "without /proc and /sys"

staprun "$modules/forever.ko" >$t/out 2>$t/err &
within 50 has line $t/out
# shellcheck disable=SC2046
kill -9 $! $(pgrep -x stapio) $(pgrep -x stp-guard)
within 40 gone forever
good "nobody left: the module goes by itself"
