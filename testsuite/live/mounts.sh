# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC1091,SC2034,SC2154
# module: mounts_a.stp
# module: mounts_b.stp
#
# Modules that are loaded from different mounts of /proc share /proc/systemtap all the same. The guest's log tells if two of them met.
evidence="/tmp/mounts.a /tmp/mounts.b /tmp/mounts.err"
. "$modules/tap.sh"
rounds=25

again() # module
{
	i=0
	while [ $i -lt $rounds ]; do staprun "$modules/$1.ko" 2>>/tmp/mounts.err; i=$((i + 1)); done
}
: >/tmp/mounts.err
(again mounts_a >/tmp/mounts.a) &
# shellcheck disable=SC2016
unshare -m sh -c 'mount --make-rprivate / && mount -t proc proc /proc && i=0 && while [ $i -lt '$rounds' ]; do
	staprun '"$modules"'/mounts_b.ko 2>>/tmp/mounts.err; i=$((i + 1)); done' >/tmp/mounts.b
wait
[ "$(grep -cx here /tmp/mounts.a)" = $rounds ] && [ "$(grep -cx here /tmp/mounts.b)" = $rounds ] && [ ! -s /tmp/mounts.err ]
good "R19: modules loaded from two mounts of /proc at once"
dmesg | grep -q "already registered\|remove_proc_entry: removing non-empty"
[ $? = 1 ]
good "R19: they never make or remove /proc/systemtap at once"
