/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose files may be used: the rule, and the descriptors that keep to it.
 * link: translator/base/*.c staprun/fsowner.c -lmd -llzma -lzstd -lz
 */
#define _GNU_SOURCE 1
#include "testsuite/unit/tap.h"

#include "base/fs.h"
#include "base/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char *dir;
static uid_t me;

static char *at(const char *name)
{
	return fs_join(dir, name);
}

static int code_of(struct oserr *err)
{
	int code = err ? (err->code ? err->code : -1) : 0;

	oserr_free(err);
	return code;
}

/* what it says of PATH, the test's directory left out; "" = trusted. In a static buffer */
static const char *words(const char *path, uid_t uid)
{
	static char text[512];
	struct oserr *err = fs_trusted(path, uid);
	const char *msg = err ? err->msg : "";

	snprintf(text, sizeof(text), "%s", strncmp(msg, dir, strlen(dir)) ? msg : msg + strlen(dir));
	oserr_free(err);
	return text;
}

static void rule(void)
{
	char *open = at("open"), *below = at("open/below"), *link = at("link");

	TEXT(words("/", me), "", "the root");
	TEXT(words("/usr/bin", me), "", "what root owns");
	TEXT(words(dir, me), "", "what we own, in a sticky folder");
	mkdir(open, 0755);
	mkdir(below, 0755);
	TEXT(words(below, me), "", "a folder in a folder");
	chmod(open, 0775);
	TEXT(words(below, me), "/open can be written by others", "a parent that the group may write");
	symlink(below, link);
	TEXT(words(link, me), "/open can be written by others", "the same through a link");
	chmod(open, 0755);
	TEXT(words(link, me), "", "a link to what is trusted");
	chmod(open, 01777);
	TEXT(words(open, me), "/open can be written by others", "a sticky folder itself");
	TEXT(words(below, me), "", "but what we own in it");
	OK(code_of(fs_trusted_parent(open, me)) == 0, "it will do for files that we make in it");
	OK(code_of(fs_trusted("/nowhere", me)) == ENOENT, "what is not there");
	OK(code_of(fs_trusted("", me)) == ENOENT, "no path");
	unlink(link);
	symlink("link", link);
	OK(code_of(fs_trusted(link, me)) == ELOOP, "a link to itself");
	unlink(link);
	free(open);
	free(below);
	free(link);
}

static void links(void)
{
	char *deep = at("a/b/c"), *link = at("a/up"), *two = at("two"), *end = at("two/c");

	OK(code_of(fs_mkdirs(deep, 0755)) == 0 && symlink("../a/./b/", link) == 0 && symlink("a/up", two) == 0, "relative links to links");
	TEXT(words(end, me), "", "are walked through");
	OK(chdir(dir) == 0 && code_of(fs_trusted("two/../b//c/", me)) == 0, "a relative path");
	chmod("a/b/c", 0757);
	TEXT(words("two/c", me), "/a/../a/./b/c can be written by others", "ends where it leads to");
	OK(chdir("/") == 0, "back");
	free(deep);
	free(link);
	free(two);
	free(end);
}

static void links_of_proc(void)
{
	static const char says[] = " is a link of /proc, which may lead elsewhere than it says";
	char self[64], *link = at("proc"), want[128];

	snprintf(self, sizeof(self), "/proc/%d/cwd", (int)getpid());
	snprintf(want, sizeof(want), "%s%s", self, says);
	TEXT(words(self, me), want, "A4: a link of /proc");
	symlink(self, link);
	TEXT(words(link, me), want, "A4: behind another");
	TEXT(words("/proc/mounts", me), "/proc/mounts is a link of /proc, which may lead elsewhere than it says", "A4: whatever it is");
	TEXT(words("/proc/uptime", me), "", "but no file of /proc");
	unlink(link);
	free(link);
}

static void foreign(void)
{
	char *theirs = at("theirs"), *file = at("theirs/file"), *link = at("theirs/link"), *ours = at("ours");

	if (me != 0)
		return;
	mkdir(theirs, 0755);
	OK(code_of(fs_write_atomic(ours, "x", 1, 0600)) == 0 && code_of(fs_write_atomic(file, "x", 1, 0644)) == 0 && symlink(ours, link) == 0,
	   "files");
	OK(lchown(link, 7, 7) == 0, "another user's link");
	TEXT(words(link, 0), "/theirs/link belongs to user 7", "is not followed");
	TEXT(words(link, 7), "", "but for that user");
	chown(theirs, 7, 7);
	TEXT(words(file, 0), "/theirs belongs to user 7", "what is ours in another user's folder");
	TEXT(words(file, 7), "", "but not for that user");
	chown(theirs, 0, 0);
	chown(file, 7, 7);
	TEXT(words(file, 0), "/theirs/file belongs to user 7", "another user's file");
	OK(code_of(fs_trusted_parent(file, 0)) == EPERM, "whatever is wanted of it");
	free(theirs);
	free(file);
	free(link);
	free(ours);
}

static void descriptors(void)
{
	char *file = at("f"), *link = at("l"), *made = at("m/n"), *data = NULL;
	struct stat a, b;
	int fd = -1;
	size_t n = 0;

	OK(code_of(fs_write_atomic(file, "text", 4, 0600)) == 0 && symlink("f", link) == 0, "a file");
	OK(code_of(open_trusted(link, O_RDONLY, &fd)) == 0 && fstat(fd, &a) == 0 && stat(file, &b) == 0 && a.st_ino == b.st_ino,
	   "is opened through a link");
	close(fd);
	OK(code_of(read_trusted(link, &data, &n)) == 0 && n == 4 && memcmp(data, "text", 5) == 0, "and read");
	free(data);
	chmod(file, 0602);
	fd = -1;
	OK(code_of(open_trusted(link, O_RDONLY, &fd)) == EPERM && fd == -1, "not if others may write it");
	OK(code_of(make_trusted_dir(made, 0700)) == 0 && stat(made, &a) == 0 && (a.st_mode & 07777) == 0700, "folders are made");
	OK(code_of(make_trusted_dir(made, 0700)) == 0, "once");
	chmod(dir, 0777);
	free(made);
	made = at("o/p");
	OK(code_of(make_trusted_dir(made, 0700)) == EPERM && !fs_exists(made), "none where others may write");
	chmod(dir, 0700);
	free(file);
	free(link);
	free(made);
}

int main(void)
{
	me = geteuid();
	umask(022);
	if (code_of(fs_mktemp_dir("stap-test-", &dir)))
		return 1;
	rule();
	links();
	links_of_proc();
	foreign();
	descriptors();
	fs_rm_rf(dir);
	free(dir);
	return tap_done();
}
