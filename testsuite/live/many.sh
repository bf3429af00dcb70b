# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC1091,SC2015,SC2034,SC2154
# module: many_of_one_name.stp
#
# Many sessions at once: the kernel tells some twenty modules of CPUs that come and go, and has a warning in its log for the next one.
evidence="/tmp/many.out"
. "$modules/tap.sh"
states() { grep -c 'stap:prepare$' /sys/devices/system/cpu/hotplug/states; }

for i in $(seq 24); do
	staprun -L -R "$modules/many_of_one_name.ko" >>/tmp/many.out 2>&1
done
[ "$(lsmod | grep -c '^many_of_one')" = 24 ]
good "R34: 24 sessions at once"
[ "$(states)" = 8 ]
good "R34: of which eight hear of CPUs"
echo 0 >/sys/devices/system/cpu/cpu1/online
echo 1 >/sys/devices/system/cpu/cpu1/online
hits 100 2 >/dev/null
for name in $(lsmod | sed -n 's/^\(many_of_one_[^ ]*\).*/\1/p'); do
	timeout 60 staprun -A "$name" >>/tmp/many.out 2>&1
done
[ "$(grep -cx 'end 100' /tmp/many.out)" = 24 ]
good "R34: each counts what happens on a CPU that went and came"
[ "$(states)" = 0 ]
good "R34: nothing is left of them"
