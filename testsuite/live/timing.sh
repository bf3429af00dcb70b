# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
# module: timing.stp -t -DSTP_FORCE_STDOUT_TTY -DSTP_TIMING_NSECS -DSTP_NO_OVERLOAD -DMAXACTION=1000000000
# module: timing_entry.stp -t -DSTP_FORCE_STDOUT_TTY
# module: timing_cond.stp -t -DSTP_FORCE_STDOUT_TTY
# module: alibi.stp -DSTP_ALIBI -DSTP_FORCE_STDOUT_TTY
#
# The report of -t: every hit is in it, times are in order, who waited for which variable; not without a terminal. STP_ALIBI counts only.
evidence="/tmp/timing.out /tmp/timing.err"
# shellcheck source=testsuite/live/lib/tap.sh
. "$modules/tap.sh"

# on a busy host the two may run one after the other: again, until they meet
tries=0
while :; do
	staprun -c "hits 5000 2" "$modules/timing.ko" >/tmp/timing.out 2>/tmp/timing.err
	rc=$?
	tries=$((tries + 1))
	! grep -q 'lock contention' /tmp/timing.out && [ $tries -lt 10 ] || break
done
n=$(sed -n 's/^n //p' /tmp/timing.out) skipped=$(sed -n "s/^WARNING: Skipped due to global 'n' lock timeout: //p" /tmp/timing.err)
[ $rc = 0 ] && [ $((n + ${skipped:-0})) = 20000 ] && grep -qx -- '----- probe hit report: ' /tmp/timing.out
good "the script's own work is done"
sed -n 's/.*(\(.*\)), hits: \([0-9]*\), nsecs: \([0-9]*\)min\/\([0-9]*\)avg\/\([0-9]*\)max, variance: \([0-9]*\), from: .*/\1 \2 \3 \4 \5/p' /tmp/timing.out >/tmp/timing.rows
awk '$2 >= 10000 && $3 > 0 && $3 <= $4 && $4 <= $5 { n++ } END { exit n != 2 }' /tmp/timing.rows
good "entry and return: hits, and nanoseconds in order"
grep -q '^kernel.function("__x64_sys_getppid"), (.*timing.stp:4:1), .*, from: kernel.function("__x64_sys_getppid") from: getppid, index: [0-9]*$' /tmp/timing.out
good "an alias is in the line"
grep -A1 -x -- '----- module init report:' /tmp/timing.out | grep -q '^hits: 1, nsecs: [0-9]*min/[0-9]*avg/[0-9]*max, variance: 0$'
good "what the start took"
grep -q "^'__global_n' lock contention occurred [1-9][0-9]* times\$" /tmp/timing.out
good "two CPUs waited for n"

staprun -c "hits 500" "$modules/timing_entry.ko" >/tmp/timing.out 2>/tmp/timing.err
[ $? = 0 ] && n=$(sed -n 's/^returns //p' /tmp/timing.out) && [ "$n" -ge 500 ] &&
	[ "$n" = "$(sed -n 's/^kernel.function("__x64_sys_getppid").return, .*, hits: \([0-9]*\), cycles: .*/\1/p' /tmp/timing.out)" ]
good "a return whose probe has kept a value at entry is one hit"

staprun -c "hits 500" "$modules/timing_cond.ko" >/tmp/timing.out 2>/tmp/timing.err
rc=$?
# hits POINT: what the report says of it
hits() { sed -n "s/^$1, .*, hits: \([0-9]*\), cycles: .*/\1/p" /tmp/timing.out; }
[ $rc = 0 ] && [ "$(hits begin) $(hits end)" = "1 1" ] && n=$(hits 'kernel.function("__x64_sys_getppid")') && [ "$n" -ge 500 ] && grep -qx "n $n" /tmp/timing.out
good "looking at conditions before the start is no hit of any probe"

staprun -c "hits 20000" "$modules/alibi.ko" >/tmp/timing.out 2>/tmp/timing.err
[ $? = 0 ] && [ ! -s /tmp/timing.err ] && ! grep -q 'not printed' /tmp/timing.out
good "STP_ALIBI: handlers do nothing"
n=$(sed -n 's/^kernel.function("__x64_sys_getppid"), .*, hits: \([0-9]*\), from: .*/\1/p' /tmp/timing.out)
[ "${n:-0}" -ge 20000 ] && grep -q '^begin, (.*:2:1), hits: 1, from: begin, index: [0-9]*$' /tmp/timing.out && ! grep -q cycles /tmp/timing.out
good "STP_ALIBI: hits are counted"
