/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files, programs, hashes.
 * link: translator/base/*.c staprun/fsowner.c -lmd -llzma -lzstd -lz
 */
#define _GNU_SOURCE 1
#include "testsuite/unit/tap.h"

#include "base/decompress.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *dir;

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

static void files(void)
{
	char *a = at("a"), *deep = at("x/y/z"), *data, **names;
	size_t n;

	OK(code_of(fs_write_atomic(a, "he\0lo", 5, 0640)) == 0, "written");
	OK(code_of(fs_read(a, &data, &n)) == 0 && n == 5 && memcmp(data, "he\0lo", 6) == 0, "read, with a NUL behind");
	free(data);
	OK(code_of(fs_read("/nowhere/x", &data, &n)) == ENOENT, "a file that is not there");
	OK(code_of(fs_read("/proc/self/status", &data, &n)) == 0 && n > 100, "a file whose size is given as 0");
	free(data);
	OK(code_of(fs_write_atomic("/nowhere/x", "", 0, 0600)) == ENOENT, "no folder to write in");
	OK(code_of(fs_mkdirs(deep, 0755)) == 0 && fs_is_dir(deep) && code_of(fs_mkdirs(deep, 0755)) == 0, "folders, twice");
	OK(code_of(fs_mkdirs("/dev/null/x", 0755)) == ENOTDIR, "a folder below a file");
	OK(code_of(fs_list(dir, NULL, &names, &n)) == 0 && n == 2 && !strcmp(names[0], "a") && !strcmp(names[1], "x"),
	   "a sorted list");
	fs_list_free(names);
	OK(code_of(fs_list("/nowhere", NULL, &names, &n)) == ENOENT, "no list of nothing");
	free(a);
	free(deep);
}

static void removing(void)
{
	char *outside = at("outside"), *tree = at("tree"), *link = at("tree/link"), *kept = at("outside/kept");

	OK(code_of(fs_mkdirs(outside, 0755)) == 0 && mkdir(tree, 0755) == 0, "two folders");
	OK(code_of(fs_write_atomic(kept, "x", 1, 0600)) == 0 && symlink(outside, link) == 0, "a tree with a link out of it");
	fs_rm_rf(tree);
	OK(!fs_exists(tree) && fs_exists(kept), "is removed, and not what the link points to");
	OK(symlink(outside, tree) == 0, "a link in place of a tree");
	fs_rm_rf(tree);
	OK(!fs_exists(tree) && fs_exists(kept), "only the link goes");
	free(outside);
	free(tree);
	free(link);
	free(kept);
}

static void programs(void)
{
	char *const sh[] = { (char *)"sh", (char *)"-c", (char *)"echo out; echo err >&2; cat; pwd; echo $A$HOME; exit 3", NULL };
	char *const shown[] = { (char *)"sh", (char *)"-c", (char *)"echo $PLANTED-$LC_ALL-$TMPDIR-${PATH:+have}", NULL };
	char *const none[] = { (char *)"/nowhere/program", NULL };
	char *const env[] = { (char *)"A=a", (char *)"HOME=h", NULL };
	struct proc_result r;
	char *path;

	OK(code_of(proc_run(&(struct proc_spec){ .argv = sh, .env = env, .cwd = "/usr" }, &r)) == 0, "a program runs");
	TEXT(r.out, "out\nerr\n/usr\nah\n", "output of both kinds, no input, folder, environment");
	proc_result_fini(&r);
	setenv("PLANTED", "x", 1);
	setenv("TMPDIR", "/tmp", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	OK(code_of(proc_run(&(struct proc_spec){ .argv = shown }, &r)) == 0, "C6: another");
	TEXT(r.out, "-C-/tmp-have\n", "C6: gets a locale, a path and a place for temporary files, and nothing else");
	proc_result_fini(&r);
	OK(code_of(proc_run(&(struct proc_spec){ .argv = shown, .env = env, .whole_env = true }, &r)) == 0, "C6: or everything");
	TEXT(r.out, "x-C.UTF-8-/tmp-have\n", "C6: if that is asked for");
	proc_result_fini(&r);
	OK(code_of(proc_run(&(struct proc_spec){ .argv = sh }, &r)) == 0, "the first again");
	OK(!proc_ok(&r) && WEXITSTATUS(r.status) == 3, "its status");
	proc_result_fini(&r);
	OK(code_of(proc_run(&(struct proc_spec){ .argv = none }, &r)) == ENOENT, "one that is not there");
	path = proc_which("sh");
	OK(path && path[0] == '/', "a program found by name");
	free(path);
	OK(!proc_which("no-such-program-here"), "one that is not found");
}

/* "tool" in three folders: a directory, a file that is no program, a program */
static void found_by_name(void)
{
	static const char *const dirs[] = { "which1", "which2", "which3" };
	char *was = strdup(getenv("PATH")), *dir[3], *file[3], *all, *found;

	for (int i = 0; i < 3; i++) {
		dir[i] = at(dirs[i]);
		if (asprintf(&file[i], "%s/tool", dir[i]) < 0 || mkdir(dir[i], 0755) < 0)
			abort();
		if (i == 0)
			mkdir(file[i], 0755);
		else
			close(open(file[i], O_CREAT | O_WRONLY, i == 1 ? 0644 : 0755));
	}
	if (asprintf(&all, "%s:%s:%s", dir[0], dir[1], dir[2]) < 0)
		abort();
	setenv("PATH", all, 1);
	found = proc_which("tool");
	TEXT(found, file[2], "a program: no directory and no other file of that name");
	OK(!proc_which(file[0]) && !proc_which(file[1]), "nor by their paths");
	setenv("PATH", was, 1);
	free(found);
	free(all);
	free(was);
	for (int i = 0; i < 3; i++) {
		free(dir[i]);
		free(file[i]);
	}
}

static void hashes(void)
{
	char hex[HASH_HEX];
	char *path = at("a");
	struct hash h;

	hash_init(&h);
	hash_add(&h, "abc", 3);
	hash_hex(&h, hex);
	TEXT(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "SHA-256 of abc");
	OK(code_of(fs_write_atomic(path, "abc", 3, 0600)) == 0 && code_of(hash_file(path, hex)) == 0, "of a file");
	TEXT(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "is the same");
	free(path);
}

/* ---- what is packed --------------------------------------------------------------------------------------------------------------- */

#define WHOLE 200000 /* more than the first buffer, no power of two */

static char *packed_by(const char *program, size_t *ret)
{
	char *from = at("whole"), *command, *data = NULL;
	struct proc_result r;

	if (asprintf(&command, "(%s) <%s >%s.packed && mv %s.packed %s", program, from, from, from, from) < 0)
		abort();
	if (!code_of(proc_run(&(struct proc_spec){ .argv = (char *const[]){ (char *)"sh", (char *)"-c", command, NULL } }, &r)) && proc_ok(&r) &&
	    fs_read(from, &data, ret))
		data = NULL;
	proc_result_fini(&r);
	free(command);
	free(from);
	return data;
}

static char *whole(void)
{
	char *text = malloc(WHOLE);
	unsigned x = 1;

	for (int i = 0; i < WHOLE; i++) /* each byte of the output matters, and it does not pack well */
		text[i] = (char)((x = x * 1103515245 + 12345) >> 16);
	memcpy(text, "plain", 5);
	return text;
}

static const char *unpacked(const char *data, size_t len, const char *text)
{
	static char said[128];
	char *copy = malloc(len), *out = NULL;
	struct oserr *err;
	size_t n = 0;

	memcpy(copy, data, len); /* exactly as large as it says */
	err = decompress(copy, len, &out, &n);
	snprintf(said, sizeof(said), "%s", err ? err->msg : n == WHOLE && !memcmp(out, text, n) && !out[n] ? "the same" : "another");
	oserr_free(err);
	free(out);
	free(copy);
	return said;
}

/* into a file, behind what is there */
static void into_file(const char *data, size_t len, const char *text)
{
	char *path = at("made"), *out = NULL;
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	size_t n = 0, size = 0;

	OK(write(fd, "head", 4) == 4 && code_of(decompress_to_fd(data, len, fd, &n)) == 0 && n == WHOLE, "into a file");
	OK(code_of(fs_read(path, &out, &size)) == 0 && size == WHOLE + 4 && !memcmp(out, "head", 4) && !memcmp(out + 4, text, WHOLE), "all of it");
	OK(code_of(decompress_to_fd(data, len, full, &n)) == ENOSPC, "into one that takes nothing");
	close(fd);
	close(full);
	free(out);
	free(path);
}

static void decompressing(const char *program, const char *damaged)
{
	char *text = whole(), *path = at("whole"), *data = NULL, what[64];
	size_t n = 0;

	if (code_of(fs_write_atomic(path, text, WHOLE, 0600)) == 0)
		data = packed_by(program, &n);
	snprintf(what, sizeof(what), "decompression: %s", program);
	if (data) {
		TEXT(unpacked(data, n, text), "the same", what);
		into_file(data, n, text);
		TEXT(unpacked(data, n - 1, text), damaged, "without the last byte");
		TEXT(unpacked(data, n / 2, text), damaged, "only a half");
		TEXT(unpacked(data, 6, text), damaged, "only the head");
		memset(data + n / 2, 0x55, 64);
		TEXT(unpacked(data, n, text), damaged, "with other bytes in it");
	} else {
		tap_skip(what, "no such program");
	}
	free(data);
	free(path);
	free(text);
}

/* more than is ever taken: a byte more than 1 GiB, of zeros */
static void too_much(void)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	char *data;
	size_t n;

	data = packed_by("{ cat >/dev/null; head -c 1073741825 /dev/zero; } | zstd -q -1 | cat", &n);
	if (data)
		OK(code_of(decompress_to_fd(data, n, null, &n)) == EFBIG, "no more than 1 GiB");
	else
		tap_skip("no more than 1 GiB", "no zstd");
	close(null);
	free(data);
}

static void unpacking(void)
{
	char *text = whole(), *out;
	size_t n;

	decompressing("xz", "damaged xz data");
	decompressing("zstd -q", "damaged zstd data");
	decompressing("gzip", "damaged gzip data");
	TEXT(unpacked(text, WHOLE, text), "the same", "what is not packed");
	for (size_t len = 0; len < 6; len++) { /* the beginnings of the marks */
		OK(code_of(decompress("\xfd" "7zXZ", len, &out, &n)) == 0 && n == len && !memcmp(out, "\xfd" "7zXZ", len) && !out[len], "a mark that is cut off");
		free(out);
	}
	OK(code_of(decompress("\x28\xb5\x2f", 3, &out, &n)) == 0 && n == 3, "another");
	free(out);
	OK(code_of(decompress("\x1f", 1, &out, &n)) == 0 && n == 1, "a third");
	free(out);
	too_much();
	free(text);
}

int main(void)
{
	if (code_of(fs_mktemp_dir("stap-test-", &dir)))
		return 1;
	files();
	removing();
	programs();
	found_by_name();
	hashes();
	unpacking();
	fs_rm_rf(dir);
	free(dir);
	return tap_done();
}
