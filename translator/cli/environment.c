// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the environment says of directories. It is not the user's word as the command line is: root's may come from another user, by su or
 * sudo -E. A directory that is not ours to trust is refused, or done without.
 */
#include "cli/check.h"

#include "base/scope.h"
#include "base/trust.h"
#include "session.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* what is not there is refused later, by who wants it */
static struct oserr *check_trusted(const char *name, const char *path)
{
	struct oserr *err = fs_trusted(path, geteuid()), *full;

	if (!err)
		return NULL;
	full = err->code == ENOENT ? NULL : oserr_new(0, "ERROR: %s=%s cannot be used: %s", name, path, err->msg);
	oserr_free(err);
	return full;
}

struct oserr *cli_check_environment(void)
{
	static const char *const names[] = { "SYSTEMTAP_DIR", "SYSTEMTAP_RUNTIME", "SYSTEMTAP_TAPSET", "SYSTEMTAP_STAPRUN", "SYSTEMTAP_RELEASE" };
	struct oserr *err = NULL;

	for (size_t i = 0; !err && i < sizeof(names) / sizeof(names[0]); i++) {
		const char *path = getenv(names[i]);
		bool is_path = path && (strcmp(names[i], "SYSTEMTAP_RELEASE") != 0 || path[0] == '/');

		if (is_path && *path)
			err = check_trusted(names[i], path);
	}
	return err;
}

/* TMPDIR cannot serve at all: 0 or the error */
static struct oserr *unusable(const char *dir)
{
	struct oserr *err = cli_pattern("TMPDIR", dir, "^[-/._0-9a-z]+$");
	struct stat st;

	if (err)
		return err;
	if (stat(dir, &st) < 0 || (S_ISDIR(st.st_mode) ? 0 : (errno = ENOTDIR)))
		return oserr_new(0, "ERROR: cannot make a temporary directory in TMPDIR=%s: %s", dir, strerror(errno));
	return NULL;
}

/*
 * --tmpdir is the user's word, but who may write there decides what is compiled. Compilers and make are told the same as we use, and by its whole name: they are run in other
 * directories.
 */
struct oserr *cli_check_tmpdir(const struct options *o)
{
	const char *dir = getenv("TMPDIR");
	char full[PATH_MAX];
	struct oserr *err = o->tmpdir ? check_trusted("--tmpdir", o->tmpdir) : NULL;

	if (err || !dir || !*dir)
		return err;
	err = unusable(dir);
	if (err && !o->tmpdir)
		return err;
	if (!err && !realpath(dir, full))
		err = oserr_errno(errno, "%s", dir);
	if (!err)
		err = fs_trusted_parent(full, geteuid());
	if (err) {
		if (!o->tmpdir && !o->quiet_warnings)
			fprintf(stderr, "WARNING: TMPDIR=%s is not used but /tmp: %s\n", dir, err->msg);
		oserr_free(err);
		unsetenv("TMPDIR");
		return NULL;
	}
	return setenv("TMPDIR", full, 1) < 0 ? &oserr_nomem : NULL;
}
