/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who supplies a file system, by the kernel's list of what is mounted. (testsuite/trust mounts one.)
 * link: staprun/fsowner.c
 */
#define _GNU_SOURCE 1
#include "testsuite/unit/tap.h"

#include "staprun/fsowner.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static const char list[] =
	"22 27 0:21 / /proc rw,relatime shared:5 - proc proc rw\n"
	"42 27 0:39 / /home/eve/a rw,nosuid,nodev shared:1 master:2 - fuse.sshfs eve@host: rw,user_id=1000,group_id=0,allow_other\n"
	"43 27 0:40 / /mnt/root rw - fuse /dev/x rw,user_id=0,group_id=1000,allow_other\n"
	"44 27 0:41 / /mnt/host rw - virtiofs tag rw\n"
	"45 27 8:17 / /mnt/ntfs rw - fuseblk /dev/sdb1 rw,user_id=0,group_id=0,blksize=4096\n"
	"46 27 0:42 / /home/eve/b rw - fuse.virtiofs x rw,user_id=1000,group_id=0\n"
	"47 27 0:43 / /home/eve/c\\040-\\040virtiofs rw - fuse.a\\040virtiofs\\040b rw,user_id=0, rw,user_id=1001,group_id=0\n"
	"48 27 0:44 / /home/eve/d rw - fuse x rw,context=\"a,user_id=0,b\",user_id=1002,group_id=0\n"
	"49 27 0:45 / /home/eve/e rw - fuse x rw,group_id=0\n"
	"50 27 0:46 / /home/eve/f rw - fuse x rw,user_id=\n"
	"51 27 0:47 / /home/eve/g rw - fuse x rw,user_id=0x,group_id=0\n"
	"52 27 0:48 / /home/eve/h rw - fuse x rw,user_id=4294967296,group_id=0\n"
	"53 27 0:49 / /home/eve/i rw - 9p x rw,user_id=1004\n"
	"54 27 0:50 / /home/eve/j rw - fuse x rw,user_id=1003\n"
	"55 27 0:51 / /home/eve/k rw - fuse\n";

static uid_t of(unsigned major, unsigned minor)
{
	FILE *f = fmemopen((void *)(uintptr_t)list, sizeof(list) - 1, "r");
	uid_t ret = fsowner_find(f, makedev(major, minor));

	fclose(f);
	return ret;
}

static void find(void)
{
	OK(of(0, 39) == 1000, "A6: the user who mounted it");
	OK(of(0, 40) == 0, "A6: root did");
	OK(of(0, 41) == 0, "A6: the host's");
	OK(of(8, 17) == 0, "A6: on a disk, by root");
	OK(of(0, 42) == 1000, "A6: a user's that is called like the host's");
	OK(of(0, 43) == 1001, "A6: a source that looks like options");
	OK(of(0, 44) == 1002, "A6: root's number in another option");
	OK(of(0, 45) == FSOWNER_UNKNOWN, "A6: nobody is named");
	OK(of(0, 46) == FSOWNER_UNKNOWN, "A6: no number");
	OK(of(0, 47) == FSOWNER_UNKNOWN, "A6: something behind it");
	OK(of(0, 48) == FSOWNER_UNKNOWN, "A6: one that is too large");
	OK(of(0, 49) == 0, "A6: of another type");
	OK(of(0, 50) == 1003, "A6: at the end of the line");
	OK(of(0, 51) == FSOWNER_UNKNOWN, "A6: a line that is cut");
	OK(of(1, 39) == FSOWNER_UNKNOWN, "A6: not mounted where we see it");
}

static void file(void)
{
	int fd = open("/proc/self/exe", O_RDONLY);
	struct stat a, b;

	OK(fsowner_stat(fd, &a) == 0 && fstat(fd, &b) == 0 && a.st_uid == b.st_uid && a.st_ino == b.st_ino, "A6: any other file is whose it is");
	close(fd);
	OK(fsowner_stat(fd, &a) == -1, "A6: no file");
}

int main(void)
{
	find();
	file();
	return tap_done();
}
