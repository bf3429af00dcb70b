/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A path that the user named: every kind of part on the way, whose hand was in it, and the files of -o and -S that are opened by it.
 * link: staprun/outfile.c staprun/path.c staprun/fsowner.c staprun/asker.c staprun/msg.c staprun/escape.c staprun/sink.c
 * flags: -D_GNU_SOURCE
 */
#include "testsuite/unit/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "staprun/outfile.h"
#include "staprun/path.h"

/* all names are in the current directory, a fresh one */
static void put(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	if (!f || fputs(text, f) < 0 || fclose(f))
		abort();
}

static const char *content(const char *name)
{
	static char text[256];
	FILE *f = fopen(name, "r");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	text[n] = 0;
	if (f)
		fclose(f);
	return f ? text : "(none)";
}

static int dir = AT_FDCWD, flags = O_RDONLY;

/* "hand: content", or the error */
static const char *opened(const char *path)
{
	static const char *const hands[] = { "anybody", "ours", "made", "descriptor" };
	static char text[128];
	enum path_hand hand = PATH_ANYBODY;
	int fd = path_open(dir, path, flags, 0640, &hand), e = errno;
	ssize_t n;

	if (fd < 0)
		return strerrorname_np(e);
	n = snprintf(text, sizeof(text), "%s: ", hands[hand]);
	e = (int)read(fd, text + n, 32);
	text[n + (e > 0 ? e : 0)] = 0;
	close(fd);
	return text;
}

static void parts(void)
{
	char long_name[NAME_MAX + 2], long_path[PATH_MAX + 1];

	TEXT(opened("file"), "ours: text", "a file where only we write");
	TEXT(opened("a/b/file"), "ours: deep", "one below");
	TEXT(opened("./a//b/./../b/file"), "ours: deep", "with slashes and dots");
	TEXT(opened("open/file"), "anybody: others", "one where others write");
	TEXT(opened("a/b/"), "ours: ", "a directory, with a slash behind it");
	TEXT(opened("/"), "ours: ", "the root");
	TEXT(opened("a/b/none"), "ENOENT", "a file that is not there");
	TEXT(opened("a/none/file"), "ENOENT", "a directory that is not there");
	TEXT(opened("file/file"), "ENOTDIR", "a file on the way");
	TEXT(opened(""), "ENOENT", "nothing");
	memset(long_name, 'n', sizeof(long_name) - 1);
	long_name[NAME_MAX + 1] = 0;
	TEXT(opened(long_name), "ENAMETOOLONG", "a name that is too long");
	long_name[NAME_MAX] = 0;
	put(long_name, "long");
	TEXT(opened(long_name), "ours: long", "the longest");
	memset(long_path, '/', PATH_MAX);
	memcpy(long_path, "a", 1);
	strcpy(long_path + PATH_MAX - 7, "b/file");
	TEXT(opened(long_path), "ours: deep", "the longest path");
	memset(long_path, '/', PATH_MAX);
	long_path[PATH_MAX] = 0;
	TEXT(opened(long_path), "ENAMETOOLONG", "a path that is too long");
	dir = open("a", O_PATH | O_DIRECTORY);
	TEXT(opened("b/file"), "ours: deep", "beneath a directory");
	TEXT(opened("../file"), "ours: text", "and above it");
	TEXT(opened("/proc/self/comm"), "ours: staprun_path\n", "a path from the root has nothing to do with it");
	close(dir);
	dir = AT_FDCWD;
}

/* link1 → link2 → … → linkN → file */
static void chain(int n)
{
	char from[16], to[16];

	for (int i = 1; i <= n; i++) {
		snprintf(from, sizeof(from), "link%d", i);
		snprintf(to, sizeof(to), "link%d", i + 1);
		if (symlink(i < n ? to : "file", from))
			abort();
	}
}

static void links(void)
{
	char here[PATH_MAX], text[PATH_MAX + 16], fd_path[64];
	int fd = open("file", O_RDONLY);

	if (symlink("a", "to_a") || symlink("b/file", "a/to_file") || symlink("../to_a/b", "a/up") || symlink("none", "to_none") ||
	    symlink("loop", "loop") || !getcwd(here, sizeof(here)) || symlink(here, "a/to_here") || symlink("/", "to_root"))
		abort();
	TEXT(opened("to_a/b/file"), "ours: deep", "a link of ours on the way");
	TEXT(opened("a/to_file"), "ours: deep", "one at the end, from where it is");
	TEXT(opened("a/up/file"), "ours: deep", "one that leads up, by another");
	TEXT(opened("a/to_here/a/b/../to_file"), "ours: deep", "one from the root");
	TEXT(opened("to_root"), "ours: ", "the root itself");
	TEXT(opened("to_none"), "ENOENT", "one to nothing");
	flags = O_RDWR | O_CREAT;
	TEXT(opened("to_none"), "made: ", "where a file is made");
	TEXT(opened("to_none"), "ours: ", "once");
	flags = O_RDONLY;
	TEXT(opened("loop"), "ELOOP", "one to itself");
	chain(41);
	TEXT(opened("link2"), "ours: text", "as many links as may be");
	TEXT(opened("link1"), "ELOOP", "one more");
	snprintf(fd_path, sizeof(fd_path), "/proc/%d/fd/%d", (int)getpid(), fd);
	TEXT(opened(fd_path), "descriptor: text", "a link of /proc");
	snprintf(fd_path, sizeof(fd_path), "/proc/self/fd/%d", fd);
	TEXT(opened(fd_path), "descriptor: text", "behind another");
	close(fd);
	memset(text, 'x', sizeof(text));
	for (int i = 0; i < 4000; i += 200)
		text[i] = '/';
	text[4000] = 0;
	if (symlink(text, "far"))
		abort();
	TEXT(opened("far"), "ENOENT", "a link with a long text");
	snprintf(text, sizeof(text), "far/%0120d", 1);
	TEXT(opened(text), "ENAMETOOLONG", "with more behind it than a path can have");
}

static void others_links(void)
{
	if (geteuid() != 0)
		return;
	if (symlink("../file", "open/theirs") || lchown("open/theirs", 65534, 65534) || symlink("../file", "open/ours") ||
	    link("open/ours", "open/ours_again") || symlink("file", "twice") || link("twice", "thrice"))
		abort();
	TEXT(opened("open/theirs"), "ELOOP", "another's link");
	TEXT(opened("open/ours"), "ELOOP", "a link of ours to which others may have given the name");
	TEXT(opened("thrice"), "ours: text", "but where only we write we gave it");
	unlink("open/ours_again");
	TEXT(opened("open/ours"), "ours: text", "nor is one of one name any other's");
	unlink("open/theirs");
	unlink("open/ours");
}

/* what is said of it goes to ./said */
static int output(struct outfile *f, const struct outfile_rules *rules)
{
	int old = dup(2), said = open("said", O_WRONLY | O_CREAT | O_TRUNC, 0600), fd;

	dup2(said, 2);
	fd = rules ? outfile_open(f, rules) : outfile_next(f);
	dup2(old, 2);
	close(old);
	close(said);
	if (f->dir >= 0 && fd < 0)
		close(f->dir);
	return fd;
}

static void refused(const char *pattern, const char *want, const char *what)
{
	static struct outfile f;
	struct outfile_rules rules = { .pattern = pattern };

	OK(output(&f, &rules) == -1, what);
	TEXT(content("said"), want, "in these words");
}

static void one_file(void)
{
	struct outfile_rules rules = { .pattern = "file" };
	static struct outfile f;
	int fd = output(&f, &rules);

	OK(fd >= 0 && f.room == ULLONG_MAX && !(fcntl(fd, F_GETFL) & O_NONBLOCK) && (fcntl(fd, F_GETFL) & O_APPEND), "a file without a limit");
	TEXT(content("file"), "", "what was in it goes");
	close(fd);
	close(f.dir);
	refused("nodir/x", "ERROR: Couldn't open output file 'nodir/x': No such file or directory\n", "no such directory");
	refused("", "ERROR: Filename format is invalid or too long.\n", "no name");
	mkfifo("pipe", 0600);
	refused("pipe", "ERROR: Couldn't open output file 'pipe': it is a pipe that nobody reads, or a socket\n", "a pipe that nobody reads");
	if (geteuid() != 0)
		return;
	chown("open/file", 65533, 65533);
	refused("open/file", "ERROR: Couldn't open output file 'open/file': it belongs to user 65533: remove it, or name another\n", "another's file");
	TEXT(content("open/file"), "others", "it is as it was");
	setenv("SUDO_UID", "65533", 1);
	setenv("SUDO_COMMAND", "/usr/bin/staprun x.ko", 1);
	fd = output(&f, &(struct outfile_rules){ .pattern = "open/file" });
	OK(fd >= 0, "but not another's who had sudo run us");
	close(fd);
	close(f.dir);
	setenv("SUDO_UID", "65532", 1);
	refused("open/file", "ERROR: Couldn't open output file 'open/file': it belongs to user 65533: remove it, or name another\n", "if it is he");
	unsetenv("SUDO_UID");
	chown("open/file", 0, 0);
	link("open/file", "open/again");
	refused("open/file", "ERROR: Couldn't open output file 'open/file': it has other names too, and others may write in its directory: "
		"remove it, or name another\n", "a file of two names");
	unlink("open/again");
}

/* logs of 3 MB, of which 2 stay: "0123": those of %Y.N that are there */
static const char *logs(void)
{
	static char there[8];
	char name[32];
	size_t n = 0;
	time_t now = time(NULL);

	for (int i = 0; i < 6; i++) {
		snprintf(name, sizeof(name), "log-%d.%d", localtime(&now)->tm_year + 1900, i);
		if (access(name, F_OK) == 0)
			there[n++] = (char)('0' + i);
	}
	there[n] = 0;
	return there;
}

static void several_files(void)
{
	struct outfile_rules rules = { .pattern = "log-%Y", .size_mb = 3, .keep = 2 };
	static struct outfile f;
	struct stat a, b;
	char name[32];
	time_t now = time(NULL);
	int fd;

	snprintf(name, sizeof(name), "log-%d.1", localtime(&now)->tm_year + 1900);
	put(name, "older");
	stat(name, &a);
	fd = open(name, O_RDONLY); /* its number is not given to the new one */
	close(output(&f, &rules));
	OK(f.room == 3 << 20, "the room in a file");
	TEXT(f.path + 8, ".0", "the first has number 0");
	close(output(&f, NULL));
	TEXT(logs(), "01", "the next one");
	OK(stat(name, &b) == 0 && a.st_ino != b.st_ino && b.st_size == 0, "is new, whatever had its name");
	close(fd);
	close(output(&f, NULL));
	TEXT(logs(), "12", "so many stay");
	rename(name, "moved");
	mkdir(name, 0700);
	close(output(&f, NULL));
	TEXT(logs(), "123", "what cannot be removed stays, and is not missed");
	close(output(&f, NULL));
	TEXT(logs(), "134", "the last two");
	snprintf(name, sizeof(name), "log-%d.5", localtime(&now)->tm_year + 1900);
	mkdir(name, 0700);
	OK(output(&f, NULL) == -1, "the next cannot be had");
	TEXT(logs(), "1345", "nothing goes for it");
	for (unsigned i = 0; i < rules.keep; i++)
		free(f.kept[i]);
	free(f.kept);
}

int main(void)
{
	char work[] = "/tmp/path-test.XXXXXX", command[64];

	umask(022);
	if (!mkdtemp(work) || chdir(work) || mkdir("a", 0755) || mkdir("a/b", 0755) || mkdir("open", 0755) || chmod("open", 0777))
		abort();
	put("file", "text");
	put("a/b/file", "deep");
	put("open/file", "others");
	parts();
	links();
	others_links();
	one_file();
	several_files();
	snprintf(command, sizeof(command), "rm -r %s", work);
	return system(command) ? 1 : tap_done();
}
