// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Making and ending a session: where our files are (installed, or in the build tree), what the target kernel is called, temp directory.
 * Invariant: whatever session_tmpdir() made is gone after session_free(), unless -k or --tmpdir.
 */
#include "session.h"

#include "base/fs.h"
#include "base/intern.h"
#include "base/scope.h"
#include "base/term.h"
#include "base/text.h"
#include "base/trust.h"
#include "kit/kit.h"
#include "types/target.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static const char *data_dir(struct arena *a)
{
	const char *dir = getenv("SYSTEMTAP_DIR"), *home = getenv("HOME");

	if (dir && *dir)
		return dir;
	/* root uses root's own, whatever the environment says */
	if (geteuid() == 0)
		home = "/root";
	return arena_printf(a, "%s/.systemtap", home && *home ? home : "/nonexistent");
}

/* true if this program lies where it was built: then tapset, runtime and helpers come from the trees */
static bool in_build_tree(void)
{
	char self[PATH_MAX], built[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0)
		return false;
	self[n] = '\0';
	return realpath(STP_BUILDDIR "/stap", built) && strcmp(self, built) == 0;
}

struct session *session_new(void)
{
	struct arena *a = arena_new();
	struct session *s = arena_make(a, struct session);
	bool tree = in_build_tree();
	const char *env;

	s->arena = a;
	s->names = intern_make(a);
	s->data_dir = data_dir(a);
	s->pkgdata = tree ? STP_SRCDIR : STP_PKGDATADIR;
	s->libexec = tree ? STP_BUILDDIR "/staprun" : STP_LIBEXECDIR;
	s->bindir = tree ? STP_BUILDDIR "/staprun" : STP_BINDIR;
	map_init(&s->macros, a);
	env = getenv("SYSTEMTAP_RUNTIME");
	s->opt.runtime_dir = env && *env ? env : arena_printf(a, "%s/runtime", s->pkgdata);
	env = getenv("SYSTEMTAP_TAPSET");
	s->opt.tapset_dir = env && *env ? env : arena_printf(a, "%s/tapset", s->pkgdata);
	env = getenv("SYSTEMTAP_RELEASE");
	s->opt.release = env && *env ? env : NULL;
	return s;
}

void session_free(struct session *s)
{
	if (s->tmpdir && s->opt.keep)
		term_say("Keeping temporary directory \"%s\"\n", s->tmpdir);
	else if (s->tmpdir && !s->opt.tmpdir) {
		fs_rm_rf(s->tmpdir);
		if (s->opt.verbose[1] >= 2)
			term_say("Removed temporary directory \"%s\"\n", s->tmpdir);
	}
	target_free(s->target);
	kit_close(s->kit);
	arena_free(s->arena);
}

struct oserr *session_script(struct session *s, const char **ret, size_t *ret_len)
{
	const char *path = s->opt.script_file;
	_cleanup_free_ char *text = NULL;
	struct oserr *err;

	if (!s->script && s->opt.script_text) {
		s->script = s->opt.script_text;
		s->script_len = strlen(s->script);
	}
	if (!s->script) {
		err = strcmp(path, "-") == 0 ? fs_read_fd(STDIN_FILENO, &text, &s->script_len) : fs_read(path, &text, &s->script_len);
		if (err)
			return err;
		s->script = arena_memdup(s->arena, text, s->script_len + 1);
	}
	*ret = s->script;
	*ret_len = s->script_len;
	return NULL;
}

const char *session_examples(struct session *s)
{
	const char *installed = arena_printf(s->arena, "%s/examples", s->pkgdata);

	return fs_is_dir(installed) ? installed : arena_printf(s->arena, "%s/testsuite/examples", s->pkgdata);
}

/* what is compiled and linked there has names that can be foreseen: nobody else may write in it */
static struct oserr *given_tmpdir(const char *dir)
{
	struct oserr *err = make_trusted_dir(dir, 0700), *full;

	if (!err)
		return NULL;
	full = oserr_new(err->code, "--tmpdir=%s cannot be used: %s", dir, err->msg);
	oserr_free(err);
	return full;
}

struct oserr *session_tmpdir(struct session *s, const char **ret)
{
	struct oserr *err = NULL;
	char *dir;

	if (!s->tmpdir && s->opt.tmpdir) {
		err = given_tmpdir(s->opt.tmpdir);
		if (!err)
			s->tmpdir = arena_strdup(s->arena, s->opt.tmpdir);
	} else if (!s->tmpdir) {
		err = fs_mktemp_dir("stap", &dir);
		if (!err) {
			s->tmpdir = arena_strdup(s->arena, dir);
			free(dir);
			if (s->opt.verbose[1] >= 2)
				term_say("Created temporary directory \"%s\"\n", s->tmpdir);
		}
	}
	*ret = s->tmpdir;
	return err;
}

/* the release that a -r directory says it was built for. include/config/kernel.release may be that of the source: Debian 6.1's is */
static char *release_of_dir(struct session *s, const char *dir)
{
	static const char mark[] = "#define UTS_RELEASE \"";
	_cleanup_free_ char *path = fs_join(dir, "include/generated/utsrelease.h");
	_cleanup_free_ char *text = NULL;
	struct oserr *err = fs_read(path, &text, NULL);
	const char *at;

	if (err) {
		oserr_free(err);
		return NULL;
	}
	at = strstr(text, mark);
	if (!at)
		return NULL;
	at += strlen(mark);
	return arena_strndup(s->arena, at, strcspn(at, "\"\n"));
}

struct oserr *session_kernel(struct session *s)
{
	struct utsname u;

	uname(&u);
	s->host_release = arena_strdup(s->arena, u.release);
	s->arch = arena_strdup(s->arena, u.machine); /* names of other architectures come with their ports */
	if (s->opt.arch && strcmp(s->opt.arch, s->arch) != 0)
		return oserr_new(0, "ERROR: -a %s: other architectures than this host's (%s) are not supported yet", s->opt.arch, s->arch);
	s->release = s->opt.release ? s->opt.release : s->host_release;
	if (s->release[0] == '/') {
		s->build_dir = s->release;
		s->release = release_of_dir(s, s->build_dir);
		if (!s->release)
			return oserr_new(ENOENT, "ERROR: %s is not a kernel build tree: it has no include/generated/utsrelease.h", s->build_dir);
	}
	return NULL;
}
