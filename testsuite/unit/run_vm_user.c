/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which user root's QEMU becomes, by a /proc of our own.
 * link: translator/run/vm_user.c translator/base/*.c staprun/fsowner.c -lmd -llzma -lzstd -lz
 */
#define _GNU_SOURCE 1
#include "testsuite/unit/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "run/vm.h"

static char dir[] = "/tmp/stap-unit-XXXXXX";

static void process(int pid, const char *ids)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%d", dir, pid);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%d/status", dir, pid);
	f = fopen(path, "w");
	if (!f)
		abort();
	fprintf(f, "Name:\tx\nState:\tS (sleeping)\n%sVmPeak:\t1 kB\n", ids);
	fclose(f);
}

static unsigned from(unsigned start)
{
	unsigned uid = 0;
	struct oserr *err = vm_user_from(dir, start, &uid);

	oserr_free(err);
	return err ? 0 : uid;
}

static void test_taken(void)
{
	OK(from(0) == 61184, "QEMU's user: nobody is there: the first");
	OK(from(7) == 61191, "QEMU's user: the one that is asked for");
	OK(from(4335) == 65519, "QEMU's user: the last");
	process(10, "Uid:\t61184\t0\t0\t0\nGid:\t0\t0\t0\t0\n");
	OK(from(0) == 61185, "QEMU's user: somebody's real one is not taken");
	process(11, "Uid:\t0\t61185\t61186\t61187\nGid:\t0\t0\t0\t0\n");
	OK(from(0) == 61188, "QEMU's user: nor what he may become again");
	process(12, "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t61188\n");
	OK(from(0) == 61189, "QEMU's user: nor a group's number");
	process(20, "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t64\nGroups:\t4 61189 24 61190 \n");
	OK(from(0) == 61191, "QEMU's user: nor a supplementary group's");
	process(13, "Uid:\t65519\t65519\t65519\t65519\nGid:\t65534\t65534\t65534\t65534\n");
	OK(from(4335) == 61191, "QEMU's user: after the last comes the first");
	process(14, "");
	OK(from(0) == 61191, "QEMU's user: a process that ends tells nothing");
	for (int i = 0; i < 4336; i++) {
		char ids[64];

		snprintf(ids, sizeof(ids), "Uid:\t%d\t0\t0\t0\nGid:\t0\t0\t0\t0\n", 61184 + i);
		process(100 + i, ids);
	}
	OK(from(0) == 0, "QEMU's user: if all are taken there is none, and that is an error");
}

int main(void)
{
	if (!mkdtemp(dir))
		abort();
	test_taken();
	fs_rm_rf(dir);
	return tap_done();
}
