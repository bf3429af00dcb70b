# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154,SC2181
# trust.t's part in the virtual machine: modules that another user has swapped. $top, $stap, $dir (hello.ko, evil.ko) come from there.
export PATH=/vm:$PATH SYSTEMTAP_STAPIO=/vm/stapio SYSTEMTAP_DIR="${dir%/*}/data"
t=/tmp/t foe=/tmp/foe
mkdir $t $foe
chown 65534:65534 $foe
chmod 755 $t
cp "$dir/hello.ko" "$dir/evil.ko" $t
cd $foe || exit 1
nobody="setpriv --reuid=65534 --regid=65534 --clear-groups --"
hello='probe begin { println("hello") exit() }'

good() # text; status of what went before
{
	if [ $? = 0 ]; then echo "ok - $1"; return; fi
	echo "not ok - $1"
	head -n 20 $t/out $t/err | sed 's/^/# /'
}

# the race, won each time: the file is another's when staprun starts
cat >$t/staprun <<END
#!/bin/sh
$nobody cp $t/evil.ko $foe/swap.ko
$nobody mv -f $foe/swap.ko $foe/honest.ko
ls -ln $foe/honest.ko >$t/swapped
exec /vm/staprun "\$@"
END
chmod 755 $t/staprun
SYSTEMTAP_STAPRUN=$t/staprun "$stap" -m honest -e "$hello" >$t/out 2>$t/err
[ $? = 0 ] && [ "$(cat $t/out)" = hello ] && [ ! -s $t/err ] && grep -q ' 65534 ' $t/swapped
good "A1: -m in another user's directory, which swaps the module: what was made is what runs"

(while :; do $nobody cp $t/evil.ko $foe/swap.ko; $nobody mv -f $foe/swap.ko $foe/honest.ko; done) 2>/dev/null &
watcher=$!
"$stap" -m honest -e "$hello" >$t/out 2>$t/err
[ $? = 0 ] && [ "$(cat $t/out)" = hello ] && [ ! -s $t/err ]
good "A1: the same with a watcher that swaps it all the time"
kill $watcher
wait $watcher 2>/dev/null

$nobody cp $t/evil.ko $foe/evil.ko
sum=$(sha256sum <$t/evil.ko | cut -c 1-64)
staprun ./evil.ko >$t/out 2>$t/err
[ $? = 1 ] && [ ! -s $t/out ] && printf '%s\n' \
	"ERROR: Module './evil.ko' is not loaded: it belongs to user 65534. If you trust what is in it now, say so:" "  staprun -H $sum ./evil.ko" | cmp - $t/err
good "A1: staprun refuses another user's module, and says how it is loaded all the same"
staprun -H "$sum" ./evil.ko >$t/out 2>$t/err
[ $? = 0 ] && [ "$(cat $t/out)" = PWNED ] && [ ! -s $t/err ]
good "A1: which is so"
$nobody sh -c "cat $t/hello.ko >$foe/evil.ko"
staprun -H "$sum" ./evil.ko >$t/out 2>$t/err
[ $? = 1 ] && [ ! -s $t/out ] && grep -q "^ERROR: Module './evil.ko' is not the one that was asked for: its SHA-256 is " $t/err
good "A1: but not once it is another"
cp $t/hello.ko $foe/ours.ko
staprun ./ours.ko >$t/out 2>$t/err
[ $? = 0 ] && [ "$(cat $t/out)" = hello ] && [ ! -s $t/err ]
good "A1: root's own module in another user's directory"
cat "$dir/secret" >$t/out 2>$t/err
[ $? != 0 ] && [ ! -s $t/out ] && grep -q 'Permission denied' $t/err && [ -s "$dir/guest.sh" ]
good "C5: QEMU reads as nobody, also for root"
[ -z "$(ls -A /home)$(ls -A /root)" ] && [ ! -e /etc/shadow ] && [ "$PWD" != / ]
good "C5: there is nothing of home directories, and nothing secret of /etc"
echo "the end"
