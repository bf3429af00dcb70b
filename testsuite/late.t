#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# R13: no hit keeps interrupts off for more than two milliseconds of guest instructions, whatever its script does. The worst scripts that we
# know (bench/late/cases), each repeated until its budget is used up, in a timer, in a tracepoint and a function where interrupts are
# off, and at a breakpoint; bench/late/late.c measures, in one boot under -icount, where a nanosecond is an instruction.
# `late.t NAME…` runs the cases whose names contain NAME.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
stap=${STAP:-$build/stap}
here=$top/testsuite/bench
release=${STP_KERNELS%% *}
work=$build/late-$release
rm -rf "$work"; mkdir -p "$work"; cd "$work" || exit 1
n=0
most=2000000
hits=2 # of each probe

ok() { n=$((n + 1)); echo "ok $n - $*"; }
not_ok() { n=$((n + 1)); echo "not ok $n - $*"; }

gcc_of() { v=$(sed -n 's/^CONFIG_GCC_VERSION=\([0-9]*\)[0-9]\{4\}$/\1/p' "$1/.config"); command -v "gcc-$v" || echo gcc; }
for d in "${SYSTEMTAP_DIR:-/nowhere}/kernels/$release" "/var/lib/systemtap/kernels/$release" ""; do
	tree=$d/lib/modules/$release/build
	[ -d "$tree" ] && break
done
cp -r "$here/late" . && make -s -C "$tree" M="$work/late" CC="$(gcc_of "$tree")" modules >late.log 2>&1 ||
	{ not_ok "late.ko does not build"; tail -5 late.log | sed 's/^/# /'; }
gcc -O2 -static -o loop "$here/loop.c" || not_ok "loop.c does not compile"

# script GLOBALS STATEMENTS
script()
{
	cat <<STP
global s, i, a, p, h, g, x, y, timers, switches, ticks, adds, turn
$1
probe begin(-5) {
	for (n = 0; n < 512; n++) { x = x . (n % 100 < 90 ? "a" : "b"); y = y . (n % 2 ? "-" : "\\1") }
	for (n = 0; n < 200; n++) { h <<< 1 << (n % 62); h <<< -1 << (n % 62) }
}
probe begin(-4) { for (n = 0; n < 2048; n++) a[n] = n * 7919 % 2048 }
probe begin(-3) { for (n = 0; n < 2048; n++) p[n, n % 8] = n }
probe begin(-2) { for (n = 0; n < 1500; n++) g[n % 100] <<< 1 << (n % 62) }
function its_turn() {
	now = gettimeofday_ns()
	if (execname() != "loop" || now < turn) return 0
	turn = now + 4000000 # one hit at a time: interrupts may stay off from one to the next
	return 1
}
function work() { while (1) { $2 } }
probe timer.ms(3) { if (timers < $hits && its_turn()) { timers++; work() } }
probe kernel.trace("sched_switch") { if (switches < $hits && its_turn()) { switches++; work() } }
probe kernel.function("tick_sched_timer") { if (ticks < $hits && its_turn()) { ticks++; work() } }
probe kernel.function("timerqueue_add") { if (adds < $hits && its_turn()) { adds++; work() } }
probe end { warn(sprintf("hits %d", timers >= $hits && switches >= $hits && ticks >= $hits && adds >= $hits)) }
STP
	# so that each variable has its kind in every script
	echo 'probe error { printf("%d%d%d%s%s", @count(h), @variance(h), s, x, y); foreach (e in g) println(@count(g[e]), @max(g[e]), @variance(g[e])); print(@hist_log(h)); print(@hist_log(g[1])); println(p[1, 2], a[1]) }'
}

number=0
: >plan
grep -v '^#' "$here/late/cases" | while IFS='|' read -r name globals body; do
	name=$(echo "$name" | sed 's/ *$//')
	[ $# -eq 0 ] || echo "$name" | grep -qE "$(echo "$*" | tr ' ' '|')" || continue
	number=$((number + 1))
	script "$globals" "$body" >"late_$number.stp"
	"$stap" -g -w -r "$release" -p4 -m "late_$number" --suppress-handler-errors -DSTP_NO_OVERLOAD -DMAXSKIPPED=1000000 "late_$number.stp" \
		>"late_$number.log" 2>&1 || { sed 's/^/# /' "late_$number.log"; name="!$name"; }
	echo "$number $name" >>plan
done

cat >guest.sh <<'GUEST'
export SYSTEMTAP_STAPIO=/vm/stapio
echo 0 >/proc/sys/kernel/printk
cp late_*.ko late/late.ko loop plan /tmp; cd /tmp
insmod ./late.ko || exit 1
most=/sys/module/late/parameters/most
echo "none $(echo 0 >$most; ./loop 200000 >/dev/null; cat $most)"
while read -r number name; do
	case $name in !*) continue ;; esac
	/vm/staprun -o /tmp/out -c "sh -c 'echo 0 >$most; ./loop 350000 >/dev/null; cat $most >/tmp/most'" late_$number.ko >/dev/null 2>/tmp/err </dev/null
	echo "case $number $(cat /tmp/most) $(sed -n 's/^WARNING: hits //p' /tmp/err) $(tr '\n' ' ' </tmp/err)"
	rm -f /tmp/most /tmp/out
done <plan
GUEST
"$stap" --vm="$release" --vm-icount --vm-dir="$work" --vm-run ". ./guest.sh" --vm-file "$build/staprun/staprun" --vm-file "$build/staprun/stapio" \
	>guest.out 2>guest.err </dev/null || { not_ok "the guest failed"; tail -5 guest.err | sed 's/^/# /'; }
echo "# without a script: $(sed -n 's/^none //p' guest.out)"
while read -r number name; do
	read -r took all rest <<LINE
$(sed -n "s/^case $number //p" guest.out)
LINE
	if [ "${took:-0}" -gt 0 ] && [ "$took" -le $most ] && [ "$all" = 1 ]; then
		ok "R13: $name: interrupts off for $took instructions at most"
	else
		not_ok "R13: $name: interrupts off for '$took' instructions, all probes hit: '$all', at most $most"
		echo "# $rest" | head -c 500; echo
	fi
done <plan
echo "1..$n"
