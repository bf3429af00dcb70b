# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154,SC2181
# module: module_twice.stp
# module: hold.stp -g
#
# A module that has moved between the look at its addresses and START, where two of its functions have one name: by name the kernel finds one of
# them, whose probe is not attached once for each of the two.
t=/tmp/module_twice
fillers=
mkdir -p $t/mnt
evidence="$t/out $t/err $t/held"
# shellcheck source=testsuite/live/lib/tap.sh
. "$modules/tap.sh"
where() { sed -n 's/^minix .* \(0x[0-9a-f]*\).*/\1/p' /proc/modules; }
for v in 1 2; do head -c 1000000 /dev/zero >$t/fs$v && mkfs.minix -$v $t/fs$v >/dev/null; done
# the place of minix.ko is given to modules of about its size, until it comes to lie elsewhere
moves()
{
	before=$(where)
	for filler in sysv bfs qnx6 efs omfs affs qnx4 adfs hfs ufs; do
		rmmod minix || return 1
		modprobe $filler && fillers="$fillers $filler"
		modprobe minix && after=$(where)
		[ "$before" = "$after" ] || return 0
	done
	return 1
}
# the same for both versions
work()
{
	for v in 1 2; do
		mount -t minix -o loop $t/fs$v $t/mnt && head -c 10000 /dev/zero >$t/mnt/file && umount $t/mnt || return 1
	done
}

modprobe loop
modprobe minix
staprun "$modules/hold.ko" >$t/held 2>&1 &
holder=$!
within 100 grep -qx ready $t/held
staprun "$modules/module_twice.ko" >$t/out 2>$t/err &
pid=$!
wait $holder
stopped=$(tail -n 1 $t/held)
within 100 grep -q '^State:.T' "/proc/$stopped/status" && moves
good "R29: the module has moved"
echo "# from $before to $after, by$fillers"
kill -CONT "$stopped"
within 100 grep -q 'registration error' $t/err
grep -q '^WARNING: probe module("minix").function("get_block") .* registration error .* (rc -2)$' $t/err && [ "$(wc -l <$t/err)" = 1 ]
good "R29: that one of its two functions is not found is said"
work
good "R29: both versions of its file system are used"
kill -INT $pid
wait $pid
[ $? = 0 ] && read -r _ calls _ seen <$t/out && [ "$seen" -gt 0 ] && [ "$calls" = $((2 * seen)) ]
good "R29: the function that is found is hit once a call"
rmmod minix
for filler in $fillers; do rmmod "$filler"; done
tries=50
until rmmod loop 2>/dev/null; do tries=$((tries - 1)); [ $tries -gt 0 ] || break; sleep 0.1; done
