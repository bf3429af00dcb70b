/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kit's manifest: what was written is accepted, also after it was copied; what was changed, or could be by others, is not.
 * link: translator/kit/manifest.c translator/base/*.c staprun/fsowner.c -lmd -llzma -lzstd -lz
 */
#define _GNU_SOURCE 1
#include "testsuite/unit/tap.h"

#include "base/fs.h"
#include "kit/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char *dir;

static char *at(const char *name)
{
	return fs_join(dir, name);
}

static void put(const char *name, const char *text)
{
	char *path = at(name);
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
	chmod(path, 0644);
	free(path);
}

static int check(void)
{
	struct manifest m = { 0 };
	struct oserr *err = manifest_load(dir, &m);
	int code;

	if (!err)
		err = manifest_check(&m, dir, geteuid());
	code = err ? err->code : 0;
	oserr_free(err);
	manifest_fini(&m);
	return code;
}

static void reading(void)
{
	struct manifest m;
	char *data = NULL;
	struct oserr *err = manifest_load(dir, &m);

	OK(!err, "the manifest can be read");
	TEXT(manifest_get(&m, "release"), "6.1", "a fact");
	OK(!manifest_get(&m, "relea") && !manifest_get(&m, "nothing"), "facts that are not there");
	OK(manifest_is_fresh(&m), "its sources are as they were");
	err = manifest_read(&m, dir, "parts/core.o", &data, NULL);
	OK(!err, "a file is read");
	TEXT(data, "object", "its content");
	free(data);
	err = manifest_read(&m, dir, "other", &data, NULL);
	OK(err, "a file that is not listed is not");
	oserr_free(err);
	put("parts/core.o", "OBJECT");
	err = manifest_read(&m, dir, "parts/core.o", &data, NULL);
	OK(err && err->code == EIO, "nor one that was changed");
	oserr_free(err);
	put("parts/core.o", "object");
	put("source", "newer");
	OK(!manifest_is_fresh(&m), "a source has changed");
	manifest_fini(&m);
}

static void checking(void)
{
	char *part = at("parts/core.o"), *away = at("parts/away");

	OK(check() == 0, "a file of the same content, written again");
	put("parts/core.o", "obJect");
	OK(check() == EIO, "a changed file");
	put("parts/core.o", "object");
	chmod(part, 0664);
	OK(check() == EPERM, "a file that the group may write");
	chmod(part, 0646);
	OK(check() == EPERM, "K2: a file that all others may write");
	chmod(part, 0644);
	rename(part, away);
	OK(check() == ENOENT, "a file that is gone");
	OK(symlink(away, part) == 0 && check() == EPERM, "a link in its place");
	unlink(part);
	rename(away, part);
	OK(check() == 0, "all as before");
	chmod(dir, 0757);
	OK(check() == EPERM, "a folder that others may write");
	chmod(dir, 0775);
	OK(check() == EPERM, "a folder that the group may write");
	chmod(dir, 0755);
	free(part);
	free(away);
}

int main(void)
{
	struct buf facts = BUF_INIT;
	struct oserr *err = fs_mktemp_dir("stap-test-", &dir);
	char *parts, *source;

	if (err)
		return 1;
	chmod(dir, 0755);
	parts = at("parts");
	source = at("source");
	mkdir(parts, 0755);
	put("parts/core.o", "object");
	put("config", "CONFIG_X=y\n");
	buf_puts(&facts, "release 6.1\n");
	put("source", "old");
	manifest_add_stamp(&facts, source);
	manifest_add_stamp(&facts, "/nowhere/at/all");
	unlink(source);
	err = manifest_write(dir, facts.data);
	OK(!err, "written");
	reading();
	checking();
	fs_rm_rf(dir);
	OK(!fs_exists(dir), "all is removed");
	buf_fini(&facts);
	free(parts);
	free(source);
	free(dir);
	return tap_done();
}
