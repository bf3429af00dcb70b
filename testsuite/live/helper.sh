# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154,SC2181
# module: forever.stp
#
# A module that nobody looks after has the kernel start "staprun -d". The path, the arguments and the environment are the module's memory: it must
# not go before they have been used. Here the start is held up while the module is being unloaded.
t=/tmp/helper
mkdir -p $t
evidence="$t/out $t/err $t/held $t/unload"
# shellcheck source=testsuite/live/lib/tap.sh
. "$modules/tap.sh"
there() { [ -e /sys/module/forever ]; }
gone() { ! there; }
going() { [ "$(cat /sys/module/forever/initstate 2>/dev/null)" = going ]; }

staprun "$modules/forever.ko" >$t/out 2>$t/err &
within 100 grep -q '^line' $t/out
mkfifo $t/go
holdexec "$(command -v staprun)" <$t/go >$t/held 2>&1 &
holder=$!
exec 7>$t/go
within 100 grep -qx ready $t/held
kill -9 $(pgrep -x staprun) $(pgrep -x stapio) $(pgrep -x stp-guard)
within 100 grep -qx held $t/held
good "R10: the kernel starts the helper, which is held up"
rmmod forever >$t/unload 2>&1 7>&- &
unload=$!
within 100 going && sleep 2 && going && kill -0 $unload
good "R10: the module, whose memory its arguments are, waits for it"
exec 7>&-
wait $holder && wait $unload && within 100 gone
good "R10: and goes when they have been used"
