/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding, checking and opening the kit of the target kernel, or having it built. Looked for in $SYSTEMTAP_DIR/kits and in
 * /var/cache/systemtap/kits, under by-release/RELEASE. A kit that others could have written is refused, not passed over: somebody
 * should know. One that its inputs (headers, compiler, runtime, image) have outgrown is built again, under a lock, beside the old
 * one. A name that begins with a dot is of a builder's, who holds the lock: whoever holds it takes away what another has left there.
 */
#define _GNU_SOURCE 1
#include "kit/private.h"

#include "base/fs.h"
#include "base/scope.h"
#include "base/term.h"
#include "base/text.h"
#include "base/trust.h"
#include "kit/exports.h"
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

const char *kit_fact(const struct kit *k, const char *key)
{
	const char *v = manifest_get(&k->manifest, key);

	return v ? v : "";
}

const char *kit_dir(const struct kit *k)
{
	return k->dir;
}
const char *kit_release(const struct kit *k)
{
	return kit_fact(k, "release");
}
const char *kit_arch(const struct kit *k)
{
	return kit_fact(k, "arch");
}
const char *kit_build_id(const struct kit *k)
{
	return kit_fact(k, "build-id");
}
const char *kit_key(const struct kit *k)
{
	return kit_fact(k, "key");
}
const char *kit_modules_dir(const struct kit *k)
{
	return k->place.modules;
}

void kit_close(struct kit *k)
{
	if (!k)
		return;
	if (k->temporary && k->dir)
		fs_rm_rf(k->dir);
	free(k->dir);
	manifest_fini(&k->manifest);
	place_fini(&k->place);
	free(k->runtime);
	free(k->config);
	free(k->exports);
	arena_free(k->arena);
	free(k);
}

const char *kit_config(struct kit *k, const char *name)
{
	_cleanup_free_ char *mark = NULL;
	const char *at;
	size_t n;

	if (!k->config) {
		struct oserr *err = manifest_read(&k->manifest, k->dir, "config", &k->config, NULL);

		oserr_free(err);
		if (!k->config)
			return "";
	}
	if (asprintf(&mark, "\n%s=", name) < 0)
		return "";
	at = strstr(k->config, mark);
	if (!at)
		return "";
	at += strlen(mark);
	n = strcspn(at, "\n");
	if (n >= 2 && at[0] == '"' && at[n - 1] == '"') {
		at++;
		n -= 2;
	}
	return arena_strndup(k->arena, at, n);
}

struct oserr *kit_commands(struct kit *k, const struct args **ret, const char *name)
{
	if (!k->commands_loaded) {
		_cleanup_free_ char *text = NULL;
		struct oserr *err = manifest_read(&k->manifest, k->dir, "commands", &text, NULL);

		if (err)
			return err;
		commands_parse(k->arena, text, &k->commands);
		k->commands_loaded = true;
	}
	*ret = commands_get(&k->commands, name);
	return NULL;
}

struct oserr *kit_exports(struct kit *k)
{
	_cleanup_free_ char *path = fs_join(k->dir, "exports");

	if (k->exports)
		return NULL;
	return path ? fs_read(path, &k->exports, &k->exports_len) : &oserr_nomem;
}

/* ---- is it the right one? ---------------------------------------------------------------------------------------------------- */

static bool same_build(const struct kit *k)
{
	_cleanup_free_ char *id = k->place.running ? place_running_build_id() : NULL;

	return !id || strcmp(id, kit_build_id(k)) == 0;
}

static bool same_runtime(const struct kit *k)
{
	const char *noted = kit_fact(k, "runtime");
	char stamp[65];

	runtime_stamp(k->runtime, stamp);
	return strncmp(noted, stamp, 64) == 0 && noted[64] == ' ' && strcmp(noted + 65, k->runtime) == 0;
}

/* without a build tree nothing newer can be made: the kit is taken as it is, if it is this kernel's */
static bool is_current(const struct kit *k)
{
	if (strcmp(kit_release(k), k->place.release) != 0 || !same_build(k))
		return false;
	if (!k->place.build)
		return true;
	return same_runtime(k) && strcmp(kit_fact(k, "build"), k->place.build) == 0 && manifest_is_fresh(&k->manifest);
}

/* ret_found false and no error: there is none, or it is outdated or damaged */
static struct oserr *try_kit(struct kit *k, const char *root, bool *ret_found)
{
	_cleanup_free_ char *link = NULL;
	struct oserr *err;

	*ret_found = false;
	if (asprintf(&link, "%s/by-release/%s", root, k->place.release) < 0)
		return &oserr_nomem;
	if (!fs_is_dir(link))
		return NULL;
	err = fs_trusted(link, geteuid());
	if (err) {
		struct oserr *full = oserr_new(EPERM, "the kit %s is not used: %s", link, err->msg);

		oserr_free(err);
		return full;
	}
	k->dir = realpath(link, NULL);
	err = k->dir ? manifest_load(k->dir, &k->manifest) : &oserr_nomem;
	if (!err && is_current(k)) {
		err = manifest_check(&k->manifest, k->dir, geteuid());
		*ret_found = !err;
	}
	if (*ret_found)
		return NULL;
	free(take_ptr(k->dir));
	manifest_fini(&k->manifest);
	if (err && err->code == EPERM)
		return err;
	oserr_free(err);
	return NULL;
}

/* ---- where kits are kept ----------------------------------------------------------------------------------------------------- */

/* $SYSTEMTAP_DIR, when set, is meant; else root's kits are everybody's */
static char *kits_root(const struct session *s)
{
	const char *asked = getenv("SYSTEMTAP_DIR");

	if (geteuid() == 0 && !(asked && *asked))
		return strdup(KIT_SYSTEM_DIR "/kits");
	return fs_join(s->data_dir, "kits");
}

static struct oserr *find_kit(struct kit *k, const struct session *s, bool *ret_found)
{
	_cleanup_free_ char *own = fs_join(s->data_dir, "kits");
	struct oserr *err;

	if (!own)
		return &oserr_nomem;
	err = try_kit(k, own, ret_found);
	if (!err && !*ret_found)
		err = try_kit(k, KIT_SYSTEM_DIR "/kits", ret_found);
	return err;
}

/* by-release/RELEASE → ../KEY, replaced in one step */
static struct oserr *point_to(const char *root, const char *release, const char *key)
{
	_cleanup_free_ char *link = NULL, *tmp = NULL, *target = NULL;

	if (asprintf(&link, "%s/by-release/%s", root, release) < 0 || asprintf(&tmp, "%s/by-release/.%s.%d", root, release, (int)getpid()) < 0 ||
	    asprintf(&target, "../%s", key) < 0)
		return &oserr_nomem;
	unlink(tmp);
	if (symlink(target, tmp) < 0 || rename(tmp, link) < 0) {
		int code = errno;

		unlink(tmp);
		return oserr_errno(code, "cannot write %s", link);
	}
	return NULL;
}

static bool is_key(const char *name)
{
	return strlen(name) == 32 && strspn(name, "0123456789abcdef") == 32;
}

static bool is_pointed_to(const char *root, const char *key)
{
	_cleanup_free_ char *links = fs_join(root, "by-release");
	bool found = false;
	char **names;
	struct oserr *err = links ? fs_list(links, NULL, &names, NULL) : &oserr_nomem;

	if (err) {
		oserr_free(err);
		return true; /* not known: it stays */
	}
	for (size_t i = 0; names[i]; i++) {
		_cleanup_free_ char *link = fs_join(links, names[i]), *dir = link ? realpath(link, NULL) : NULL;

		found |= dir && text_ends(dir, key);
	}
	fs_list_free(names);
	return found;
}

static bool is_builders(const char *name)
{
	return text_starts(name, ".new-") || text_starts(name, ".old-");
}

static bool is_hidden(const char *name)
{
	return name[0] == '.';
}

static void remove_own(const char *dir, bool (*which)(const char *name))
{
	char **names;
	struct oserr *err = fs_list(dir, which, &names, NULL);

	if (err) {
		oserr_free(err);
		return;
	}
	for (size_t i = 0; names[i]; i++) {
		_cleanup_free_ char *path = fs_join(dir, names[i]);
		struct stat st;

		if (path && lstat(path, &st) == 0 && st.st_uid == geteuid())
			fs_rm_rf(path);
	}
	fs_list_free(names);
}

/* under the lock: what is left of builders that were killed */
static void sweep(const char *root)
{
	_cleanup_free_ char *links = fs_join(root, "by-release");

	remove_own(root, is_builders);
	if (links)
		remove_own(links, is_hidden);
}

/* kits that no release points to any more go, an hour later: somebody may still be linking with one */
static void prune(const char *root)
{
	char **names;
	struct oserr *err = fs_list(root, is_key, &names, NULL);

	if (err) {
		oserr_free(err);
		return;
	}
	for (size_t i = 0; names[i]; i++) {
		_cleanup_free_ char *dir = fs_join(root, names[i]);
		struct stat st;

		if (dir && stat(dir, &st) == 0 && time(NULL) - st.st_mtime > 3600 && !is_pointed_to(root, names[i]))
			fs_rm_rf(dir);
	}
	fs_list_free(names);
}

/* from its temporary name to its own; the same kit made meanwhile by another is as good, a damaged one gives way */
static struct oserr *settle(struct kit *k, const char *root)
{
	_cleanup_free_ char *dir = fs_join(root, kit_key(k)), *old = NULL;

	if (!dir || asprintf(&old, "%s/.old-%d", root, (int)getpid()) < 0)
		return &oserr_nomem;
	if (rename(dir, old) == 0)
		fs_rm_rf(old);
	if (rename(k->dir, dir) < 0)
		return oserr_errno(errno, "cannot write %s", dir);
	free(k->dir);
	k->dir = take_ptr(dir);
	k->temporary = false;
	return point_to(root, k->place.release, kit_key(k));
}

/* ---- building ---------------------------------------------------------------------------------------------------------------- */

static struct oserr *build_into(struct kit *k, char *dir, unsigned verbose)
{
	struct builder b = { .place = &k->place, .runtime = k->runtime, .dir = dir, .verbose = verbose };
	struct oserr *err;
	mode_t mask;

	k->dir = dir;
	k->temporary = true;
	if (chmod(dir, 0755) < 0)
		return oserr_errno(errno, "%s", dir);
	term_step("building the kit for %s (once per kernel)", k->place.release);
	mask = umask(022); /* a kit that others can write is none */
	err = build_kit(&b);
	umask(mask);
	term_done(err ? "failed" : NULL);
	return err ? err : manifest_load(k->dir, &k->manifest);
}

/* a directory that cannot be kept serves this one run */
static struct oserr *build_for_once(struct kit *k, struct session *s)
{
	struct oserr *err;
	char *dir;

	err = fs_mktemp_dir("stap-kit-", &dir);
	return err ? err : build_into(k, dir, s->opt.verbose[4]);
}

static struct oserr *lock(const char *root, int *ret)
{
	_cleanup_free_ char *path = fs_join(root, ".lock");
	int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;

	if (fd < 0 || flock(fd, LOCK_EX) < 0)
		return oserr_errno(errno, "cannot lock %s", root);
	*ret = fd;
	return NULL;
}

static struct oserr *prepare_root(const char *root)
{
	_cleanup_free_ char *links = fs_join(root, "by-release");

	return links ? make_trusted_dir(links, 0755) : &oserr_nomem;
}

/* under the lock: another builder may have been faster */
static struct oserr *build_locked(struct kit *k, struct session *s, const char *root)
{
	char *dir = NULL;
	bool found;
	struct oserr *err = find_kit(k, s, &found);

	if (err || found)
		return err;
	sweep(root);
	if (asprintf(&dir, "%s/.new-XXXXXX", root) < 0)
		return &oserr_nomem;
	if (!mkdtemp(dir)) {
		err = oserr_errno(errno, "cannot write in %s", root);
		free(dir);
		return err;
	}
	err = build_into(k, dir, s->opt.verbose[4]);
	if (!err)
		err = settle(k, root);
	if (!err)
		prune(root);
	return err;
}

static bool no_room(int code)
{
	return code == EACCES || code == EROFS || code == ENOSPC || code == EDQUOT || code == EPERM;
}

static struct oserr *build_and_keep(struct kit *k, struct session *s)
{
	_cleanup_free_ char *root = kits_root(s);
	_cleanup_fd_ int fd = -1;
	struct oserr *err = root ? prepare_root(root) : &oserr_nomem;

	if (!err)
		err = lock(root, &fd);
	if (err && no_room(err->code)) {
		if (!s->opt.quiet_warnings)
			term_say("WARNING: the kit is not kept: %s\n", err->msg);
		oserr_free(err);
		return build_for_once(k, s);
	}
	return err ? err : build_locked(k, s, root);
}

/* everything up to a kit that is there; *ret_found says whether */
static struct oserr *start(struct session *s, struct kit **ret, bool *ret_found)
{
	struct kit *k = calloc(1, sizeof(*k));
	struct oserr *err;

	if (!k)
		return &oserr_nomem;
	k->arena = arena_new();
	k->runtime = runtime_dir(s);
	err = place_find(s, &k->place);
	if (!err && !k->runtime)
		err = oserr_new(ENOENT, "the runtime is not in %s", s->opt.runtime_dir);
	if (!err)
		err = find_kit(k, s, ret_found);
	if (err)
		kit_close(k);
	else
		*ret = k;
	return err;
}

char *kit_current_key(struct session *s)
{
	struct kit *k;
	bool found = false;
	struct oserr *err = start(s, &k, &found);
	char *key;

	if (err) {
		oserr_free(err);
		return NULL;
	}
	key = found ? strdup(kit_key(k)) : NULL;
	kit_close(k);
	return key;
}

struct oserr *kit_open(struct session *s, struct kit **ret)
{
	struct kit *k;
	bool found = false;
	struct oserr *err = start(s, &k, &found);

	if (err)
		return err;
	if (!found)
		err = k->place.build ? build_and_keep(k, s) : place_no_headers(&k->place);
	if (err)
		kit_close(k);
	else
		*ret = k;
	return err;
}
