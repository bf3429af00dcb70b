# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2016,SC2046,SC2154,SC2181
# module: forever.stp
# module: target.stp
# module: talk.stp
#
# Attacks on staprun and on the module's files with a second user, nobody: each fails with one message at most, and root's work goes on or
# stops in order. Those that need no kernel are in testsuite/staprun/attacks.sh.
t=/tmp/attacks
mkdir -p $t
chmod 755 $t
cd $t || exit 1
evidence="$t/out $t/err"
# shellcheck source=testsuite/live/lib/tap.sh
. "$modules/tap.sh"

nobody="setpriv --reuid=65534 --regid=65534 --clear-groups --"
loader="setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=+sys_module --ambient-caps=+sys_module --"
gone() { [ ! -e "/proc/systemtap/$1" ] && ! grep -q "^$1 " /proc/modules; }
has() { grep -q "$@"; }
only() { [ "$(cat "$1")" = "$2" ] || { cat "$1"; false; }; }
attached() { grep -q vfs_read /sys/kernel/debug/tracing/enabled_functions; }

# ---- A5: the path of the remover means another file to init ----

mkdir x
chown 65534 x
$nobody sh -c "printf '#!/bin/sh\nid >$t/x/ran\n' >x/staprun && chmod 755 x/staprun"
unshare -m sh -c "mount -t tmpfs none x && cp /vm/staprun x/staprun && exec x/staprun '$modules/forever.ko'" >out 2>err &
within 100 has line out && attached
good "A5: staprun runs where nobody can see it"
kill -9 $(pgrep -x staprun) $(pgrep -x stapio) $(pgrep -x stp-guard)
within 40 grep -q Y /sys/module/forever/parameters/_stp_abandoned && sleep 2 && [ ! -e x/ran ] && ! gone forever && ! attached
good "A5: nobody's program is not run; the module stays, and probes nothing"
staprun -x 4711 "$modules/target.ko" >out 2>err
[ $? = 0 ] && only out "target 4711" && only err "" && gone forever
good "A5: the next run removes it"

# ---- B1: the page of links is cut ----

printf '#!/bin/sh\np=${1#-F*,} p=${p%%%%,*}\ntruncate -s 0 /proc/self/fd/$p\nexit 0\n' >stapio
chmod 755 stapio
SYSTEMTAP_STAPIO=$t/stapio staprun "$modules/forever.ko" >out 2>err
[ $? = 0 ] && has "Operation not permitted" err && [ "$(wc -l <err)" = 1 ] && gone forever
good "B1: the page keeps its size, and the module goes"

# ---- B4: another mount of /proc; root without a capability, as it is in a container ----

other() { unshare -m sh -c "mount --make-rprivate / && mount -t proc proc /proc && $1"; }
stripped() { unshare -m -p -f --mount-proc setpriv --bounding-set=-all --inh-caps=-all --no-new-privs sh -c "$1"; }
staprun "$modules/forever.ko" >out 2>err &
within 100 has line out && cp out before
stripped 'grep -q "CapEff:.*0000000000000000" /proc/self/status && ls /proc/systemtap/forever && for f in trace0 trace1 .ctl; do cat /proc/systemtap/forever/$f; done' >stolen 2>refused
[ "$(wc -l <refused)" = 3 ] && ! has -v 'Operation not permitted' refused && has trace0 stolen && ! has line stolen
good "B4: who has no capability reads nothing of root's"
stripped "printf '\\121\\0\\0\\0\\0\\0\\0\\0' >/proc/systemtap/forever/.ctl" 2>refused
[ $? != 0 ] && has 'Operation not permitted' refused && n=$(wc -l <out) && within 100 eval '[ "$(wc -l <out)" -gt "$n" ]'
good "B4: nor does he end it"
for how in '-A forever' '-d forever'; do
	other "exec timeout 20 staprun $how" >second 2>refused
	[ $? = 1 ] && only refused "ERROR: Module 'forever' is in use by another staprun." || break
done
good "B4: one session has one staprun, through whatever mount of /proc"
n=$(wc -l <out)
within 100 eval '[ "$(wc -l <out)" -gt "$n" ]' && attached
good "B4: root's work goes on"
printf '\121\0\0\0\0\0\0\0' >/proc/systemtap/forever/.ctl
wait $!
[ $? = 1 ] && has "^WARNING: Somebody else has ended the session of module 'forever'.$" err && gone forever
good "B4: who is ended by somebody else says so"

# ---- B2: a module of two names ----

staprun -L "$modules/forever.ko" >out 2>err
for change in 's/name=forever/name=forevex/' 's/\x00forever\x00/\x00fxrever\x00/g'; do
	LC_ALL=C sed "$change" "$modules/forever.ko" >two.ko
	cmp -s two.ko "$modules/forever.ko" && echo "nothing changed" >out
	staprun two.ko >out 2>err
	[ $? = 1 ] && only err "ERROR: Module 'two.ko' is damaged: its .modinfo and its module structure name it differently." || ! gone fxrever || break
done
good "B2: a module of two names is not loaded"
staprun "$modules/forever.ko" >out 2>err
[ $? = 1 ] && has "^ERROR: Couldn't insert module '$modules/forever.ko': File exists" err && ! gone forever && attached
good "B2: and the one that was left running goes on"
staprun -d forever
gone forever
good "B2: until it is removed by its name"

# ---- B3: somebody else gets the lock ----

staprun "$modules/forever.ko" >out 2>err &
run=$!
within 50 has line out
flock /proc/systemtap/forever/.ctl sleep 4 &
within 50 has -e '-> FLOCK' /proc/locks
kill -9 $(pgrep -x stp-guard)
wait $run
[ $? = 1 ] && only err "ERROR: Module 'forever' is in use by another staprun." && ! gone forever
good "B3: who does not get the lock leaves the module"
wait $!
within 50 gone forever
good "B3: when the other one goes, so does the module"

# ---- 1.5: the owner comes before root has said all ----

message() # TYPE LENGTH BODY, in one write
{
	# shellcheck disable=SC2059
	env printf "\\$1\\000\\000\\000\\$2\\000\\000\\000$3" >&9
}
start='\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000'
ctl=/proc/systemtap/talk/.ctl
cp "$modules/talk.ko" .
$loader insmod talk.ko 2>err && exec 9<>$ctl && [ "$(stat -c %u $ctl)" = 65534 ]
good "1.5: a module of nobody's"
! $nobody sh -c "exec 8<>$ctl" 2>err && has "Operation not permitted" err
good "1.5: its owner does not get in before SEALED"
! message 120 020 "$start" 2>err && has "Operation not permitted" err
good "1.5: nor does START"
message 126 007 'most\0009\000' 2>err && message 131 000 '' 2>err && ! message 126 007 'most\0008\000' 2>err
good "1.5: root says all, and no more after SEALED"
$nobody sh -c "exec 9<>$ctl; printf '\\120\\000\\000\\000\\020\\000\\000\\000$start' >&9" 2>err
[ $? = 0 ] && within 50 sh -c "$nobody cat /proc/systemtap/talk/trace* >out; grep -q '^most 9' out"
good "1.5: then its owner starts it"
exec 9>&-
within 50 rmmod talk 2>err
gone talk
good "1.5: and it goes"

# ---- 1.5: a reader that never takes what it reads ----

staprun -L "$modules/talk.ko" >out 2>err
stuck $ctl >err 2>&1 &
stuck=$!
within 50 grep -q userfault /proc/$stuck/stack
good "1.5: a reader stands in the middle of a message"
timeout -k 1 30 staprun -A talk >out 2>err &
run=$!
within 100 has talk out && kill -INT $(pgrep -P $run -x staprun)
wait $run
[ $? = 1 ] && [ "$(grep -v '^WARNING: talk' err)" = "ERROR: Couldn't remove module 'talk': Resource temporarily unavailable" ]
good "1.5: another one reads on, and ends in order"
kill -9 $stuck
within 50 gone talk
good "1.5: the module goes when it is let go"
