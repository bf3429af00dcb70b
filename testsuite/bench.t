#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Benches, with the bare mechanism in the same run: guest instructions per event (one boot under -icount, where a nanosecond is an
# instruction), CPU seconds of stap, milliseconds of a session on that clock, sizes. Prints what it measured; a figure over its budget fails.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
stap=${STAP:-$build/stap}
here=$top/testsuite/bench
release=${1:-${STP_KERNELS%% *}}
work=$build/bench-$release
rm -rf "$work"; mkdir -p "$work"; cd "$work" || exit 1
n=0
rounds=20000

ok() { n=$((n + 1)); echo "ok $n - $*"; }
not_ok() { n=$((n + 1)); echo "not ok $n - $*"; }
# within FIGURE BUDGET TEXT
within()
{
	if [ -z "$1" ]; then
		not_ok "$3: not measured"
	elif awk -v a="$1" -v b="$2" 'BEGIN { exit !(a <= b) }'; then
		ok "$3: $1 (budget $2)"
	else
		not_ok "$3: $1 (budget $2)"
	fi
	echo "$3: $1, budget $2" >>figures
}

# the compiler that the kernel was built with, as the kit has it
gcc_of() { v=$(sed -n 's/^CONFIG_GCC_VERSION=\([0-9]*\)[0-9]\{4\}$/\1/p' "$1/.config"); command -v "gcc-$v" || echo gcc; }

for p in loop session cpu; do
	gcc -O2 -static -o $p "$here/$p.c" || { not_ok "$p.c does not compile"; exit 1; }
done

# ---- what an event costs --------------------------------------------------------------------------------------------------------------------

# the kernel's build tree: installed, or where stap-prep has put it
for d in "${SYSTEMTAP_DIR:-/nowhere}/kernels/$release" "/var/lib/systemtap/kernels/$release" ""; do
	tree=$d/lib/modules/$release/build
	[ -d "$tree" ] && break
done
cp -r "$here/bare" . && make -s -C "$tree" M="$work/bare" CC="$(gcc_of "$tree")" modules >bare.log 2>&1 ||
	{ not_ok "bare.ko does not build"; tail -5 bare.log | sed 's/^/# /'; }
scripts="count count_pid count_execname sys_enter latency latency_delete latency_in printf regex regex_groups"
for s in $scripts sort hello attach all returns; do
	"$stap" -r "$release" -p4 -m "bench_$s" "$here/$s.stp" >"$s.log" 2>&1 || { not_ok "$s.stp does not build"; sed 's/^/# /' "$s.log"; }
done
"$stap" -r "$release" -p4 -m bench_tcp_conn "$top/testsuite/examples/tcp_conn.stp" >tcp.log 2>&1 || { not_ok "tcp_conn.stp does not build"; sed 's/^/# /' tcp.log; }

cat >guest.sh <<GUEST
[ "\$(stat -c %u .)" = 0 ] || { cp -r . /tmp/work && cd /tmp/work || exit 1; } # another user's modules are not loaded
export SYSTEMTAP_STAPIO=/vm/stapio
echo 0 >/proc/sys/kernel/printk
cp *.ko bare/bare.ko loop session /tmp; cd /tmp
echo "base \$(./loop $rounds) \$(./loop $rounds)"
for k in ftrace kprobe kretprobe tracepoint; do insmod ./bare.ko kind=\$k && echo "bare_\$k \$(./loop $rounds)"; rmmod bare; done
for s in $scripts; do
	/vm/staprun -c "./loop $rounds" -o /tmp/\$s.out bench_\$s.ko >/tmp/\$s.loop 2>/tmp/\$s.err
	echo "ours_\$s \$(cat /tmp/\$s.loop)"
	echo "lines_\$s \$(wc -l </tmp/\$s.out) \$(grep -c loop /tmp/\$s.out) \$(sed -n 's/^hits //p' /tmp/\$s.out)"
	sed "s/^/err_\$s /" /tmp/\$s.err
done
/vm/staprun bench_sort.ko
./session bench_hello /vm/staprun ./bench_hello.ko | sed 's/^/session_hello /'
./session bench_attach /vm/staprun ./bench_attach.ko | sed 's/^/session_attach /'
./session bench_all /bin/sh -c 'exec /vm/staprun ./bench_all.ko 2>&1' | sed 's/^/session_all /'
! grep -q ' register_fprobe_ips\$' /proc/kallsyms || ./session bench_returns /vm/staprun ./bench_returns.ko | sed 's/^/session_returns /'
GUEST
"$stap" --vm="$release" --vm-icount --vm-dir="$work" --vm-run ". ./guest.sh" --vm-file "$build/staprun/staprun" --vm-file "$build/staprun/stapio" \
	>guest.out 2>guest.err </dev/null || { not_ok "the guest failed"; tail -5 guest.err | sed 's/^/# /'; }
grep '^err_' guest.out | sed 's/^/# /'
base=$(sed -n 's/^base \([^ ]*\) .*/\1/p' guest.out)
over() { awk -v a="$1" -v b="$base" 'BEGIN { if (a != "") printf "%.0f", a - b }'; }
figure() { sed -n "s/^$1 //p" guest.out | head -n 1; }
for k in ftrace kprobe kretprobe tracepoint; do
	echo "# bare $k: $(over "$(figure bare_$k)") instructions an event, over $base"
done
for s in $scripts; do
	budget=$(sed -n 's/.*budget: \([0-9]*\).*/\1/p' "$here/$s.stp")
	bare=$(sed -n 's/.*bare: \([a-z]*\).*/\1/p' "$here/$s.stp")
	within "$(over "$(figure "ours_$s" | head -n 1)")" "$budget" "$s: instructions an event (bare $bare: $(over "$(figure "bare_$bare")"))"
done
# every line of the printing bench arrived: the calls of loop itself, and 200 of its warming up
printed=$(figure lines_printf | cut -d' ' -f2)
if [ "${printed:-0}" -ge $((rounds + 200)) ]; then ok "printf: $printed lines, nothing lost"; else not_ok "printf: $printed lines of $((rounds + 200))"; fi

within "$(figure sort)" 400000 "sort: instructions of a foreach over 1,000 entries by value"

# ---- sessions ---------------------------------------------------------------------------------------------------------------------------------

hello=$(figure session_hello)
within "$(echo "$hello" | cut -d' ' -f2)" 100 "hello: loaded to first output, ms"
within "$(echo "$hello" | cut -d' ' -f3)" 300 "hello: INT to gone, ms"
attach=$(figure session_attach)
points=$("$stap" -r "$release" -l 'kernel.function("tcp_*")' | wc -l)
echo "# tcp_* alone are $points functions"
within "$(echo "$attach" | cut -d' ' -f2)" 500 "1,000 functions and more: loaded to attached, ms"
within "$(echo "$attach" | cut -d' ' -f3)" 500 "1,000 functions and more: INT to gone, ms"
all=$(figure session_all)
within "$(echo "$all" | cut -d' ' -f2)" 3000 "R25: every function: loaded to what ftrace serves attached, and told what it does not, ms"
within "$(echo "$all" | cut -d' ' -f3)" 3000 "R25: every function: INT among the kprobes to gone, ms"
returns=$(figure session_returns)
[ -z "$returns" ] || within "$(echo "$returns" | cut -d' ' -f2)" 500 "R9: returns of 900 functions through fprobes: loaded to attached, ms"

# ---- stap itself --------------------------------------------------------------------------------------------------------------------------------

# cpu TEXT BUDGET YARDSTICKS ROUNDS COMMAND…: CPU seconds are said beside their budget, what is judged is how many yardsticks of the same
# run they are (bench/cpu.c); the peak of memory is kept
peak=0
cpu()
{
	text=$1 budget=$2 yards=$3 r=$4
	shift 4
	got=$(./cpu "$r" "$@")
	echo "# $text: ${got%% *} CPU seconds, budget $budget"
	within "${got##* }" "$yards" "$text, yardsticks"
	got=${got#* }
	peak=$(awk -v a="$peak" -v b="${got% *}" 'BEGIN { print (b > a) ? b : a }')
}
# another runtime directory makes another kit
cp -r "$top/runtime" rt && echo "/* $$ */" >>rt/README
cpu "the kit of a kernel" 8 260 1 "$stap" --build-kit -R "$work/rt" -r "$release"
echo "# the kit: peak memory $peak MB, of which the kernel's own build has the most"
peak=0
rm -rf "$("$stap" --build-kit -R "$work/rt" -r "$release")"
"$stap" --build-kit -r "$release" >/dev/null 2>&1 # the link of this release is on ours again
cpu "stap -p4 hello, kit present" 0.15 1 5 "$stap" --poison-cache -r "$release" -p4 -e 'probe begin { println("hello world") }'
cpu "stap -p4 tcp_conn, kit present" 0.30 3.5 5 "$stap" --poison-cache -r "$release" -p4 "$top/testsuite/examples/tcp_conn.stp"
"$stap" -r "$release" -p4 "$top/testsuite/examples/tcp_conn.stp" >/dev/null 2>&1
cpu "stap -p4 of a script seen before" 0.03 0.2 5 "$stap" -r "$release" -p4 "$top/testsuite/examples/tcp_conn.stp"
# every function of the tapset in one handler
cat "$top"/tapset/*.stp "$top"/tapset/linux/*.stp | sed -n 's/^function \([A-Za-z0-9_]*\)\(:[a-z]*\)\{0,1\} *(\([^)]*\)).*/\1|\2|\3/p' |
	awk -F'|' 'BEGIN { print "probe begin {" } {
		n = split($3, a, ","); s = ""
		for (i = 1; i <= n; i++) s = s (i > 1 ? ", " : "") (a[i] ~ /string/ ? "\"x\"" : "1")
		c = $1 "(" s ")"
		print $2 != "" ? "println(" c ")" : c
	} END { print "}" }' >tapset.stp
cpu "stap -p2 with the whole tapset referenced ($(($(wc -l <tapset.stp) - 2)) functions)" 1 1 3 "$stap" -r "$release" -w -p2 tapset.stp
within "$peak" 80 "stap -p4, peak memory with its compiler, MB"
within "$(($(stat -c %s bench_hello.ko) / 1024))" 110 "hello.ko, KB"
strip -o staprun.stripped "$build/staprun/staprun"
within "$(($(stat -c %s staprun.stripped) / 1024))" 1024 "staprun, static and stripped, KB"
sed 's/^/# /' figures
echo "1..$n"
