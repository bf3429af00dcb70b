# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2046,SC2154
# module: flood.stp -DSTP_NO_OVERLOAD
#
# emitted = delivered + dropped + undelivered and fired = handled + skipped + missed, against what the workload counted: with a reader that
# keeps up or not, one that is stopped, one that is killed, and one whose disk is full.
hits=${ACCOUNT_HITS:?}

# the numbers of the line "Output: …" or "Probes: …" in /tmp/err: E D X U, or F H S M errors
numbers() { sed -n "s/.*$1: //p" /tmp/err | tr -cs '0-9' ' '; }

judge() # what, hits expected
{
	set -- "$1" "$2" $(numbers Output)
	if [ "$3" = "$2" ] && [ "$3" = $(($4 + $5 + $6)) ]; then
		echo "ok - $1: $3 emitted = $4 delivered + $5 dropped + $6 undelivered"
		delivered=$4 dropped=$5 undelivered=$6
	else
		echo "not ok - $1: $2 hits, account '$*'"
		sed 's/^/# /' /tmp/err
	fi
}

staprun -v -c "hits $hits 2" -o /tmp/flood.out "$modules/flood.ko" >/dev/null 2>/tmp/err
judge "two CPUs" $((2 * hits))
[ "$(wc -l </tmp/flood.out)" = "$delivered" ] && echo "ok - delivered is what the file holds" || echo "not ok - the file holds $(wc -l </tmp/flood.out) lines"
awk '$2 != "hits" { exit 1 }' /tmp/flood.out && echo "ok - every line is whole" || echo "not ok - damaged lines"
set -- $(numbers Probes)
if [ "$1" -ge $((2 * hits)) ] && [ "$1" = $(($2 + $3 + $4)) ]; then
	echo "ok - $1 fired = $2 handled + $3 skipped + $4 missed"
else
	echo "not ok - fired, handled, skipped, missed: '$*'"
fi

# 1000 hits, then stapio is stopped, then 200000 hits, then $*
with_reader()
{
	rm -f /tmp/flood.out /tmp/started /tmp/go /tmp/over
	staprun -v -b 1 -o /tmp/flood.out -c "hits 1000; touch /tmp/started; until [ -e /tmp/go ]; do sleep 0.05; done; hits 200000; touch /tmp/over" \
		"$modules/flood.ko" >/dev/null 2>/tmp/err &
	run=$!
	wait_for /tmp/started
	pkill -STOP -x stapio
	touch /tmp/go
	wait_for /tmp/over
	"$@"
	wait $run
}
wait_for()
{
	tries=0
	until [ -e "$1" ] || [ "$tries" -ge 600 ]; do sleep 0.1; tries=$((tries + 1)); done
}
with_reader pkill -CONT -x stapio
judge "reader stopped for a while" 201000
[ "$dropped" -gt 0 ] && grep -q "WARNING: There were $dropped transport failures. Try stap -s to increase the buffer size from 1." /tmp/err &&
	echo "ok - what was dropped is reported" || { echo "not ok - dropped $dropped"; sed 's/^/# /' /tmp/err; }

with_reader pkill -9 -x stapio
set -- $(numbers Output)
if [ "$#" = 4 ] && [ "$1" = $(($2 + $3 + $4)) ] && [ "$4" -gt 0 ]; then
	echo "ok - reader killed: $1 emitted = $2 delivered + $3 dropped + $4 undelivered"
else
	echo "not ok - reader killed: '$*'"
	sed 's/^/# /' /tmp/err
fi
[ "$(wc -l </tmp/flood.out)" = "$2" ] && echo "ok - delivered is what the killed reader wrote" || echo "not ok - $(wc -l </tmp/flood.out) lines in the file, $2 delivered"

staprun -v -c "hits 1000" -o /dev/full "$modules/flood.ko" >/dev/null 2>/tmp/err
rc=$?
set -- $(numbers Output)
[ $rc = 1 ] && grep -q "ERROR: Couldn't write to /dev/full: No space left on device" /tmp/err && [ "$2" = 0 ] && [ "$1" = $(($3 + $4)) ] &&
	echo "ok - full disk" || { echo "not ok - full disk: status $rc"; sed 's/^/# /' /tmp/err; }
