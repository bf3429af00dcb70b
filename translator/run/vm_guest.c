// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What runs inside: two busybox scripts. init loads the modules that the root needs, lays an overlay over the host's /usr and switches
 * root (not chroot: the kernel's usermode helpers look in init's root); a bare guest's root has busybox alone. run mounts the rest, runs /vm/command and powers off.
 */
#include "run/vm.h"

const char vm_guest_init[] =
	"#!/bin/busybox sh\n"
	"b=/bin/busybox\n"
	"$b mkdir -p /proc /sys /dev /ro /rw /new\n"
	"$b mount -t proc proc /proc; $b mount -t sysfs sys /sys; $b mount -t devtmpfs dev /dev\n"
	"while read m; do $b insmod /modules/$m || echo \"stap-vm: cannot load $m\"; done </modules/order\n"
	"if [ -e /vm/bare ]; then\n"
	"  $b mount -t tmpfs -o mode=755 root /new; cd /new; $b mkdir -p bin etc proc sys dev run tmp root; $b cp -a /vm vm; $b cp $b bin/busybox; $b cp $b vm/busybox\n"
	"  $b chroot . $b --install -s /bin; $b umount /proc /sys; exec $b switch_root /new $b sh /vm/run\n"
	"fi\n"
	"opt=trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro\n"
	"$b mount -t tmpfs -o mode=755 root /new; $b mount -t tmpfs rw /rw; $b mkdir /rw/u /rw/w\n"
	"$b mount -t 9p -o $opt usr /ro || { echo 'stap-vm: cannot mount the host'; $b poweroff -f; }\n"
	"cd /new; $b mkdir -p usr proc sys dev run tmp root home var/tmp var/lib var/log var/run mnt boot opt srv\n"
	"$b chmod 1777 tmp var/tmp\n"
	"$b mount -t overlay -o lowerdir=/ro,upperdir=/rw/u,workdir=/rw/w overlay /new/usr\n"
	"for d in bin sbin lib lib64 lib32; do [ -e usr/$d ] && $b ln -s usr/$d $d; done\n"
	"$b cp -a /etc /new/etc; $b cp -a /vm /new/vm; $b cp /bin/busybox /new/vm/busybox\n"
	"r=$($b uname -r); $b mkdir -p usr/lib/modules/$r\n"
	"$b mount -t 9p -o $opt modules usr/lib/modules/$r\n"
	"[ -s /vm/cwd ] && { d=$($b cat /vm/cwd); $b mkdir -p \"/new$d\"; $b mount -t 9p -o $opt cwd \"/new$d\"; }\n"
	"$b umount /proc /sys\n"
	"exec $b switch_root /new /vm/busybox sh /vm/run\n";

const char vm_guest_run[] =
	"b=/vm/busybox\n"
	"$b mount -t proc proc /proc; $b mount -t sysfs sys /sys; $b mount -t devtmpfs dev /dev\n"
	"$b mkdir -p /dev/pts /dev/shm; $b mount -t devpts pts /dev/pts; $b mount -t tmpfs shm /dev/shm\n"
	"$b mount -t tmpfs run /run; $b mount -t tracefs trace /sys/kernel/tracing 2>/dev/null\n"
	"$b ln -sf /proc/self/fd /dev/fd; $b ln -sf fd/0 /dev/stdin; $b ln -sf fd/1 /dev/stdout; $b ln -sf fd/2 /dev/stderr\n"
	"export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb USER=root LANG=C.UTF-8\n"
	"$b ip link set lo up; $b hostname stap-vm\n"
	"for p in /sys/class/virtio-ports/*; do\n"
	"  case $($b cat $p/name) in stap.out) out=/dev/${p##*/};; stap.err) err=/dev/${p##*/};; stap.status) st=/dev/${p##*/};; stap.ctl) ctl=/dev/${p##*/};; stap.file) $b ln -s /dev/${p##*/} /vm/output;; esac\n"
	"done\n"
	"cd \"$($b cat /vm/cwd)\" 2>/dev/null || cd /root\n"
	"/bin/sh /vm/command </dev/null >$out 2>$err &\n"
	"pid=$!\n"
	/* a line on the control port is a signal's name: for staprun, which ends its session in its own order; else the command is
	 * terminated (a shell's background job ignores INT) */
	"(while read sig; do $b killall -$sig staprun stapio 2>/dev/null || kill -TERM $pid; done <$ctl) &\n"
	"wait $pid; echo $? >$st\n"
	"echo o >/proc/sysrq-trigger; $b sleep 10; $b poweroff -f\n";
