# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154,SC2181
# module: attach_returns.stp
# module: both_ends.stp
# module: both_many.stp
#
# How function probes are attached: many returns at once, or interruptibly one by one; both ends of one function.
t=/tmp/attach
mkdir -p $t
list=/sys/kernel/debug/kprobes/list
evidence="$t/out $t/err $t/n"
# shellcheck source=testsuite/live/lib/tap.sh
. "$modules/tap.sh"
kprobes() { wc -l <$list; }
attached() { grep -q attached $t/out; }
under_way() { attached || [ "$(kprobes)" -ge 20 ]; }
gone() { [ ! -e /proc/systemtap/attach_returns ]; }

start() { : >$t/out; staprun "$modules/attach_returns.ko" >$t/out 2>$t/err & pid=$!; within 300 under_way; }
# the kernel has fprobes: all is attached with hardly a kprobe, for what has two names at one address
fast() { attached && [ "$(kprobes)" -lt 10 ]; }

start
if fast; then echo fprobes >$t/n; else kprobes >$t/n; fi
kill -INT $pid
wait $pid
[ $? = 0 ] && grep -q '^returned 0 later 0 some' $t/out && { [ "$(cat $t/n)" = fprobes ] || ! attached; } && [ "$(kprobes)" = 0 ]
good "R9: INT ends attaching between two sites, and end probes run"

start
before=$(kprobes)
kill -9 "$(pgrep -x stapio)"
most=$before
tries=600
until gone; do
	now=$(kprobes)
	[ "$now" -le "$most" ] || most=$now
	tries=$((tries - 1)); [ $tries -gt 0 ] || break
	sleep 0.1
done
wait $pid
echo "# $before kprobes, then at most $most"
gone && [ $((most - before)) -lt 100 ] && { [ "$(cat $t/n)" = fprobes ] || ! attached; } && [ "$(kprobes)" = 0 ]
good "R9: kill -9 of stapio ends it, too"

if grep -q ' register_fprobe_ips$' /proc/kallsyms; then
	# shellcheck disable=SC2016
	staprun -v -c "hits 5000; perl -e 'getpgrp(\$\$)'; wc -l <$list" "$modules/attach_returns.ko" >$t/out 2>$t/err
	[ $? = 0 ] && [ "$(sed -n '/^[0-9]$/p' $t/out)" -lt 10 ] && grep -qx 'returned 5000 later 1 some 1' $t/out && ! grep -q '^ERROR' $t/err
	good "R9: returns through fprobes: each is counted, values of the entry are kept"
fi

cat >$t/sleepers <<'END'
i=0
while [ $i -lt 60 ]; do sleep 4 & i=$((i + 1)); done
wait
END
staprun -v -c "sh $t/sleepers" "$modules/both_ends.ko" >$t/out 2>$t/err
returned=$(sed -n 's/^entered 60 returned \([0-9]*\) saved .*/\1/p' $t/out)
missed=$(sed -n 's/^Probes: .* + \([0-9]*\) missed.*/\1/p' $t/err)
[ -n "$returned" ] && [ "$returned" -lt 60 ] && [ $((returned + missed)) = 60 ] && grep -qx "entered 60 returned $returned saved $returned" $t/out
good "R8: every entry is seen though returns are missed, and the account says how many"

staprun -v -c "hits 5000" "$modules/both_many.ko" >$t/out 2>$t/err
[ $? = 0 ] && grep -qx 'entered 5000 returned 5000 saved 5000' $t/out
good "R8: many functions at both ends"
