# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# module: forever.stp
#
# kill -9 of stapio, of staprun, of both at once, of the -c child, of the guard, at any point of a run: within two seconds no module, no
# probe, no process is left. KILL_ROUNDS rounds, the victim and the moment drawn anew each time (KILL_SEED).
: "${modules:?}"
rounds=${KILL_ROUNDS:?} seed=${KILL_SEED:-$(date +%s)}
echo "# seed $seed"

random() # 0 … $1-1, into $r
{
	seed=$(((seed * 1103515245 + 12345) & 0x7fffffff))
	r=$(((seed >> 8) % $1))
}

anything_left()
{
	[ -e /proc/systemtap/forever ] && { echo "module's directory"; return; }
	grep -q '^forever ' /proc/modules && { echo "module"; return; }
	{ pgrep -x 'staprun|stapio'; pgrep -x stp-guard; } | tr '\n' ' '
	pgrep -f 'sleep 4711' | tr '\n' ' '
}

victims() # $1: kind → pids
{
	case $1 in
	stapio) pgrep -x stapio ;;
	staprun) echo "$main" ;;
	both) echo "$main"; pgrep -x stapio ;;
	child) pgrep -f '^sleep 4711' ;;
	group) echo "-$main" ;;
	guard) pgrep -x stp-guard ;;
	esac
}

exec 2>/dev/null # the shell tells of each job that was killed
left="" slow=0 done=0 early=0
while [ "$done" -lt "$rounds" ]; do
	random 6
	kind=$(echo stapio staprun both child group guard | cut -d' ' -f$((r + 1)))
	random 400
	delay=$r
	random 3
	case $r in 0) cmd='sleep 4711' ;; 1) cmd='sleep 4711; true' ;; *) cmd='sleep 4711 & wait' ;; esac
	setsid staprun -c "$cmd" "$modules/forever.ko" >/dev/null 2>/tmp/kill.err &
	main=$!
	sleep "0.$(printf '%03d' "$delay")"
	# shellcheck disable=SC2046
	set -- $(victims "$kind")
	[ $# -gt 0 ] || { early=$((early + 1)); set -- "$main" $(pgrep -x stapio); } # not there yet: whoever is
	# the group is not there before setsid(1) has made it
	kill -s KILL -- "$@" 2>/dev/null || kill -s KILL -- "$main" $(pgrep -x stapio) 2>/dev/null
	tries=0
	while left=$(anything_left) && [ -n "$left" ] && [ "$tries" -lt 20 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	[ -z "$left" ] || break
	[ "$tries" -le "$slow" ] || slow=$tries
	wait "$main" 2>/dev/null
	done=$((done + 1))
done
if [ -n "$left" ]; then
	echo "not ok - round $done: kill -9 of $kind after $delay ms leaves: $left"
	# shellcheck disable=SC2009
	ps axo pid,ppid,stat,wchan,comm,args | grep -E "[s]tap|[s]tp-|[4]711" | sed 's/^/# /'
	sed 's/^/# /' /tmp/kill.err
	staprun -d forever
else
	echo "ok - $done rounds of kill -9 leave nothing ($early before the victim was there, slowest $((slow * 100)) ms)"
fi
