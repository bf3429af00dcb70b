// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The quick key of a command line: script text, arguments, options, the tapset's files by name, size and times, the kit, stap
 * itself. Equal keys mean equal modules, so a hit needs no parser. Standard input has no quick key; nor have tapset files that others could
 * exchange between our look at them and the parser's: a module made of one would be found under the key of another.
 */
#define _GNU_SOURCE 1
#include "kit/private.h"

#include "base/fs.h"
#include "base/hash.h"
#include "base/scope.h"
#include "base/text.h"
#include "base/trust.h"
#include "session.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void add_number(struct hash *h, long long v)
{
	hash_add(h, &v, sizeof(v));
}

static void add_text(struct hash *h, const char *s)
{
	add_number(h, s != NULL);
	hash_add_str(h, s ? s : "");
}

static void add_list(struct hash *h, const char *const *v, size_t n)
{
	add_number(h, (long long)n);
	for (size_t i = 0; i < n; i++)
		hash_add_str(h, v[i]);
}

static void add_stat(struct hash *h, const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return add_number(h, -1);
	add_number(h, st.st_size);
	add_number(h, st.st_mtim.tv_sec);
	add_number(h, st.st_mtim.tv_nsec);
	add_number(h, st.st_ctim.tv_sec); /* an editor, or cp -p, may set the other one back */
	add_number(h, st.st_ctim.tv_nsec);
	add_number(h, (long long)st.st_ino);
}

static bool wanted(const char *name)
{
	return name[0] != '.' &&
	       (text_ends(name, ".stp") || text_ends(name, ".stpm") || !strchr(name, '.') || strspn(name, "0123456789.") > 1);
}

static void add_tree(struct hash *h, const char *dir, unsigned depth)
{
	struct oserr *err;
	char **names;

	err = fs_list(dir, wanted, &names, NULL);
	if (err) {
		oserr_free(err);
		return;
	}
	for (size_t i = 0; names[i]; i++) {
		_cleanup_free_ char *path = fs_join(dir, names[i]);

		if (!path)
			continue;
		hash_add_str(h, names[i]);
		if (text_ends(names[i], ".stp") || text_ends(names[i], ".stpm"))
			add_stat(h, path);
		else if (depth < 5 && fs_is_dir(path))
			add_tree(h, path, depth + 1);
	}
	fs_list_free(names);
}

/* DIR and all tapset files and folders in it */
static bool all_ours(const char *dir, unsigned depth)
{
	struct oserr *err = fs_trusted(dir, geteuid());
	bool ours = !err;
	char **names;

	if (!err)
		err = fs_list(dir, wanted, &names, NULL);
	if (err) {
		ours = err->code == ENOENT || err->code == ENOTDIR;
		oserr_free(err);
		return ours;
	}
	for (size_t i = 0; names[i] && ours; i++) {
		_cleanup_free_ char *path = fs_join(dir, names[i]);

		ours = path && (depth >= 5 || all_ours(path, depth + 1));
	}
	fs_list_free(names);
	return ours;
}

/* false: others can change what is there */
static bool add_tapsets(struct hash *h, struct session *s)
{
	const char *xdg = getenv("XDG_DATA_DIRS");

	add_text(h, s->opt.tapset_dir);
	add_tree(h, s->opt.tapset_dir, 0);
	for (size_t i = 0; i < s->opt.include_dirs.n; i++) {
		if (!all_ours(s->opt.include_dirs.v[i], 0))
			return false;
		add_text(h, s->opt.include_dirs.v[i]);
		add_tree(h, s->opt.include_dirs.v[i], 0);
	}
	add_text(h, xdg);
	while (xdg && *xdg) {
		size_t n = strcspn(xdg, ":");

		add_tree(h, arena_printf(s->arena, "%.*s/systemtap/tapset", (int)n, xdg), 0);
		xdg += n + (xdg[n] == ':');
	}
	return true;
}

static void add_options(struct hash *h, const struct options *o)
{
	const bool flags[] = { o->guru,
			       o->unoptimized,
			       o->werror,
			       o->bulk,
			       o->timing,
			       o->kbuild,
			       o->suppress_handler_errors,
			       o->suppress_time_limits,
			       o->skip_badvars,
			       o->no_global_var_display,
			       o->keep_going };

	hash_add(h, flags, sizeof(flags));
	add_text(h, o->compat);
	add_text(h, o->cmd);
	add_number(h, o->target_pid);
	hash_add(h, &o->timeout, sizeof(o->timeout));
	add_list(h, o->extra_scripts.v, o->extra_scripts.n);
	add_list(h, o->globals.v, o->globals.n);
	add_list(h, o->args.v, o->args.n);
	add_list(h, o->modinfos.v, o->modinfos.n);
	for (size_t i = 0; i < o->defines.n; i++) {
		hash_add_str(h, o->defines.v[i].name);
		hash_add_str(h, o->defines.v[i].value);
	}
}

/* false: there is none that could be read again */
static bool add_script(struct hash *h, struct session *s)
{
	const struct options *o = &s->opt;
	struct oserr *err;
	const char *text;
	size_t len;

	add_text(h, o->script_text);
	add_text(h, o->script_file);
	if (o->script_text)
		return true;
	if (!o->script_file || strcmp(o->script_file, "-") == 0)
		return false;
	err = session_script(s, &text, &len);
	if (err) {
		oserr_free(err);
		return false;
	}
	hash_add(h, text, len);
	return true;
}

/* All but the kit, as it is when this is asked first: what changes while a kit is built is not what pass 1 has read. "": there is no key */
static const char *inputs_key(struct session *s)
{
	char hex[HASH_HEX];
	struct hash h;

	if (s->quick_inputs)
		return s->quick_inputs;
	s->quick_inputs = "";
	hash_init(&h);
	hash_add_str(&h, "quick 3");
	if (!add_script(&h, s))
		return s->quick_inputs;
	hash_add_str(&h, s->release);
	add_number(&h, geteuid());
	add_stat(&h, "/proc/self/exe");
	add_stat(&h, arena_printf(s->arena, "/lib/modules/%s/modules.dep", s->release));
	add_options(&h, &s->opt);
	if (!add_tapsets(&h, s))
		return s->quick_inputs;
	hash_hex(&h, hex);
	s->quick_inputs = arena_strdup(s->arena, hex);
	return s->quick_inputs;
}

const char *cache_quick_key(struct session *s)
{
	char hex[HASH_HEX];
	_cleanup_free_ char *kit = NULL;
	const char *inputs;
	struct hash h;

	if (s->quick_key || s->opt.disable_cache)
		return s->quick_key;
	inputs = inputs_key(s);
	if (!*inputs)
		return NULL;
	kit = kit_current_key(s);
	if (!kit)
		return NULL;
	hash_init(&h);
	hash_add_str(&h, kit);
	hash_add_str(&h, inputs);
	hash_hex(&h, hex);
	s->quick_key = arena_strdup(s->arena, hex);
	return s->quick_key;
}
