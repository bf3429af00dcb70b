// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the environment says of directories. It is not the user's word as the command line is: root's may come from another user, by su or
 * sudo -E. A directory that is not ours to trust is refused, or done without.
 */
#include "cli/check.h"
#include "cli/cli.h"

#include "base/scope.h"
#include "base/term.h"
#include "base/trust.h"
#include "session.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct oserr *cannot_be_used(const char *name, const char *path, struct oserr *err)
{
	struct oserr *full = err ? oserr_new(0, "ERROR: %s=%s cannot be used: %s", name, path, err->msg) : NULL;

	oserr_free(err);
	return full;
}

static bool is_code(const struct oserr *err, int a, int b)
{
	return err && (err->code == a || err->code == b);
}

/*
 * This is asked once, and the names are used later: what is not there yet, others could make meanwhile, as in /tmp. So the data directory is
 * made; where we may not, nobody else may either.
 */
static struct oserr *check_data_dir(const char *path)
{
	struct oserr *err = fs_trusted(path, geteuid());

	if (!is_code(err, ENOENT, ENOENT))
		return err;
	oserr_free(err);
	err = make_trusted_dir(path, 0755);
	if (!is_code(err, EACCES, EROFS))
		return err;
	oserr_free(err);
	return NULL;
}

/* it is made, and checked again, when it is needed */
static struct oserr *check_given_tmpdir(const char *path)
{
	struct oserr *err = fs_trusted(path, geteuid());

	if (!is_code(err, ENOENT, ENOENT))
		return err;
	oserr_free(err);
	return NULL;
}

static struct oserr *check_dir(const char *path)
{
	return fs_trusted(path, geteuid());
}

/* a release, or a build tree */
static struct oserr *check_release(const char *text)
{
	return text[0] == '/' ? fs_trusted_tree(text, geteuid()) : NULL;
}

struct oserr *cli_check_environment(void)
{
	static const struct {
		const char *name;
		struct oserr *(*check)(const char *path);
	} variables[] = {
		{ "SYSTEMTAP_DIR", check_data_dir }, { "SYSTEMTAP_RUNTIME", check_dir },     { "SYSTEMTAP_TAPSET", check_dir },
		{ "SYSTEMTAP_STAPRUN", check_dir },  { "SYSTEMTAP_RELEASE", check_release },
	};
	struct oserr *err = NULL;

	for (size_t i = 0; !err && i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *path = getenv(variables[i].name);

		if (path && *path)
			err = cannot_be_used(variables[i].name, path, variables[i].check(path));
	}
	return err;
}

bool cli_trusted_path(const char *path, FILE *out)
{
	struct oserr *err = fs_trusted(path, geteuid());
	_cleanup_free_ char *full = err ? NULL : realpath(path, NULL);
	const char *words = err ? err->msg : full ? full : strerror(errno);

	term_write(out, words, strlen(words));
	term_write(out, "\n", 1);
	oserr_free(err);
	return full != NULL;
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
	struct oserr *err = o->tmpdir ? cannot_be_used("--tmpdir", o->tmpdir, check_given_tmpdir(o->tmpdir)) : NULL;

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
			term_say("WARNING: TMPDIR=%s is not used but /tmp: %s\n", dir, err->msg);
		oserr_free(err);
		unsetenv("TMPDIR");
		return NULL;
	}
	return setenv("TMPDIR", full, 1) < 0 ? &oserr_nomem : NULL;
}
