// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The module cache below $SYSTEMTAP_DIR/cache: xx/stap_<hash>_<n>.c, .ko and _hash.log (what the hash covers, and the SHA-256 of
 * the .ko, compared at every use), and seen/<quick key>, which names an entry. A cache that is not ours alone, cannot be written or
 * is full is done without: the entry is then not `usable`.
 */
#define _GNU_SOURCE 1
#include "kit/private.h"

#include "base/fs.h"
#include "base/hash.h"
#include "base/scope.h"
#include "base/term.h"
#include "base/text.h"
#include "base/trust.h"
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

char *cache_dir(const struct session *s)
{
	return fs_join(s->data_dir, "cache");
}

void cache_entry_fini(struct cache_entry *e)
{
	free(e->name);
	free(e->c_path);
	free(e->ko_path);
	memset(e, 0, sizeof(*e));
}

/* NAME is stap_<hash>_<n>: files lie in the folder of the hash's first two digits */
static struct oserr *fill_entry(const struct session *s, const char *name, struct cache_entry *ret)
{
	_cleanup_free_ char *dir = cache_dir(s);
	struct cache_entry e = { 0 };

	if (!dir)
		return &oserr_nomem;
	e.name = strdup(name);
	if (!e.name || asprintf(&e.c_path, "%s/%.2s/%s.c", dir, name + 5, name) < 0)
		e.c_path = NULL;
	if (!e.c_path || asprintf(&e.ko_path, "%s/%.2s/%s.ko", dir, name + 5, name) < 0)
		e.ko_path = NULL;
	if (!e.ko_path) {
		cache_entry_fini(&e);
		return &oserr_nomem;
	}
	*ret = e;
	return NULL;
}

static char *log_path(const struct cache_entry *e)
{
	char *path;

	return asprintf(&path, "%.*s_hash.log", (int)(strlen(e->ko_path) - 3), e->ko_path) < 0 ? NULL : path;
}

/* ---- trust ------------------------------------------------------------------------------------------------------------------- */

/* made if need be; says once why it cannot be used */
static bool usable_dir(struct session *s, const char *below)
{
	_cleanup_free_ char *dir = cache_dir(s), *full = dir ? fs_join(dir, below) : NULL;
	struct oserr *err = full ? make_trusted_dir(full, 0700) : &oserr_nomem;

	if (!err && access(full, W_OK) < 0)
		err = oserr_errno(errno, "%s", full);
	if (!err)
		return true;
	if (!s->opt.quiet_warnings)
		term_say("WARNING: the cache is not used: %s\n", err->msg);
	oserr_free(err);
	return false;
}

/* the .ko is there, ours, and what was stored */
static bool is_intact(struct cache_entry *e)
{
	_cleanup_free_ char *path = log_path(e), *log = NULL;
	struct oserr *err = path ? read_trusted(path, &log, NULL) : &oserr_nomem;
	_cleanup_fd_ int fd = -1;
	const char *at;

	if (!err)
		err = open_trusted(e->ko_path, O_RDONLY, &fd);
	if (!err)
		err = hash_fd(fd, e->sha256);
	if (err) {
		oserr_free(err);
		return false;
	}
	at = strstr(log, "\nsha256 ");
	return at && strncmp(at + 8, e->sha256, HASH_HEX - 1) == 0;
}

/* ---- seen -------------------------------------------------------------------------------------------------------------------- */

static char *seen_path(struct session *s)
{
	const char *key = cache_quick_key(s);
	_cleanup_free_ char *dir = cache_dir(s);
	char *path;

	if (!key || !dir)
		return NULL;
	return asprintf(&path, "%s/seen/%s", dir, key) < 0 ? NULL : path;
}

static bool is_name(const char *s)
{
	return text_starts(s, "stap_") && strlen(s) > 38 && strspn(s + 5, "0123456789abcdef_") == strlen(s) - 5;
}

/* the lines behind the name: what the passes said. NAME ends before them */
static bool take_said(struct session *s, char *name)
{
	char *line = name;

	for (size_t i = 0; i < 2; i++) {
		line += strcspn(line, "\n");
		if (!*line)
			return false;
		*line++ = '\0';
		s->said[i] = arena_strndup(s->arena, line, strcspn(line, "\n"));
	}
	return true;
}

struct oserr *cache_seen(struct session *s, struct cache_entry *ret)
{
	_cleanup_free_ char *path = NULL, *name = NULL;
	struct cache_entry e;
	struct oserr *err;

	if (s->opt.disable_cache || s->opt.poison_cache)
		return &oserr_notfound;
	path = seen_path(s);
	if (!path || !fs_exists(path))
		return &oserr_notfound;
	err = read_trusted(path, &name, NULL);
	if (err)
		return err;
	if (!take_said(s, name) || !is_name(name))
		return &oserr_notfound;
	err = fill_entry(s, name, &e);
	if (err)
		return err;
	if (!is_intact(&e)) {
		cache_entry_fini(&e);
		return &oserr_notfound;
	}
	e.usable = true;
	*ret = e;
	return NULL;
}

/* a script that warns is translated every time, or it would warn only once */
static void note_seen(struct session *s, const struct cache_entry *e)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	struct oserr *err;

	if (s->warned)
		return;
	path = seen_path(s);
	if (!path || fs_exists(path) || !usable_dir(s, "seen") ||
	    asprintf(&text, "%s\n%s\n%s\n", e->name, s->said[0], s->said[1]) < 0)
		return;
	err = fs_write_atomic(path, text, strlen(text), 0600);
	oserr_free(err); /* the entry is there all the same */
}

/* ---- by C text --------------------------------------------------------------------------------------------------------------- */

static char *entry_name(struct session *s)
{
	char hex[HASH_HEX], *name;
	struct hash h;

	hash_init(&h);
	hash_add_str(&h, "module 1");
	hash_add_str(&h, kit_key(s->kit));
	hash_add_str(&h, s->c_text);
	hash_add_str(&h, s->embedded_text ? s->embedded_text : "");
	for (size_t i = 0; s->embedded_text && i < s->opt.defines.n; i++) {
		hash_add_str(&h, s->opt.defines.v[i].name);
		hash_add_str(&h, s->opt.defines.v[i].value);
	}
	hash_hex(&h, hex);
	return asprintf(&name, "stap_%.32s_%zu", hex, strlen(s->c_text)) < 0 ? NULL : name;
}

struct oserr *cache_lookup(struct session *s, struct cache_entry *ret, bool *ret_hit)
{
	_cleanup_free_ char *name = entry_name(s);
	struct cache_entry e;
	struct oserr *err = name ? fill_entry(s, name, &e) : &oserr_nomem;
	char below[3] = { 0 };

	if (err)
		return err;
	memcpy(below, name + 5, 2);
	e.usable = !s->opt.disable_cache && usable_dir(s, below);
	*ret_hit = e.usable && !s->opt.poison_cache && is_intact(&e);
	if (*ret_hit)
		note_seen(s, &e);
	*ret = e;
	return NULL;
}

static struct oserr *write_log(struct session *s, const struct cache_entry *e, const struct built_module *m)
{
	_cleanup_free_ char *path = log_path(e);
	struct buf b = BUF_INIT;
	struct oserr *err;

	if (!path)
		return &oserr_nomem;
	buf_printf(&b, "name %s\nrelease %s\nkit %s\nbuild-id %s\n", e->name, s->release, kit_key(s->kit), kit_build_id(s->kit));
	buf_printf(&b, "script %s\nsha256 %s\n", s->opt.script_file ? s->opt.script_file : "-e", m->sha256);
	err = fs_write_atomic(path, b.data, b.len, 0600);
	buf_fini(&b);
	return err;
}

struct oserr *cache_store(struct session *s, struct cache_entry *e, const struct built_module *m)
{
	struct oserr *err = fs_write_atomic(e->c_path, s->c_text, strlen(s->c_text), 0600);

	if (!err)
		err = fs_write_atomic(e->ko_path, m->data, m->len, 0600);
	if (!err)
		err = write_log(s, e, m);
	if (err)
		return err;
	note_seen(s, e);
	cache_clean_if_due(s);
	return NULL;
}
