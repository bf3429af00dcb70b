# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2154,SC2181
# module: forever.stp
# module: numbered.stp -DMAXACTION=1000000 -DSTP_NO_OVERLOAD
#
# Where output goes: -o with a pattern, -S, SIGUSR2, and in the background.
t=/tmp/files
mkdir -p $t
cd $t || exit 1
evidence="$t/err"
# shellcheck source=testsuite/live/lib/tap.sh
. "$modules/tap.sh"
gone() { [ ! -e "/proc/systemtap/$1" ]; }

staprun -b 8 -o 'f%%' -S 1,2 "$modules/numbered.ko" 2>err
[ $? = 0 ] && [ ! -s err ]
good "a run that fills files"
[ "$(ls f*)" = "$(printf 'f%%.1\nf%%.2')" ] && [ "$(stat -c %s f%.1)" -le 1048576 ]
good "-S 1,2: two files are left, none too large"
cat f* | awk 'NR > 2 && $1 != last + 1 { bad = 1 } { last = $1 } END { exit bad || last != 29999 }'
good "nothing is lost between them" # the first line of the two may be cut: files change between records

staprun -o log "$modules/forever.ko" 2>err &
within 50 grep -q line log
kill -USR2 $!
within 50 grep -q line log.1
good "SIGUSR2: the next file"
kill $!
wait $!
[ $? = 0 ] && [ "$(head -n 1 log)" = begin ] && [ "$(tail -n 1 log.1)" = end ]
good "the end is in it"

pid=$(staprun -D -o back "$modules/forever.ko" 2>err </dev/null)
[ -n "$pid" ] && kill -0 "$pid" && within 50 grep -q line back
good "-D goes on in the background"
kill "$pid"
within 50 gone forever && [ "$(tail -n 1 back)" = end ]
good "and ends in order"
