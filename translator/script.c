// SPDX-License-Identifier: GPL-2.0-or-later
/* The user's scripts become sources and trees. Library macros that they name are parsed first (library_load_macros). */
#include "script.h"

#include "base/fs.h"
#include "base/term.h"
#include "library/library.h"
#include "session.h"
#include "syntax/diag.h"
#include "syntax/parse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct parse_env env_of(struct session *s)
{
	return (struct parse_env){
		.arena = s->arena, .names = s->names, .diag = s->diag, .facts = s->facts, .macros = &s->macros,
		.args = (char *const *)s->opt.args.v, .nargs = s->opt.args.n, .args_used = s->args_used,
	};
}

static void parse_one(struct session *s, const char *name, const char *text, size_t len)
{
	struct source *src = arena_make(s->arena, struct source);
	struct parse_env env = env_of(s);
	struct ast_file *f;

	src->name = name;
	src->text = text;
	src->len = strnlen(text, len);
	src->kind = SOURCE_USER;
	src->privileged = s->opt.guru;
	library_load_macros(s->library, text);
	f = parse_file(&env, src);
	if (f)
		vec_push(s->arena, &s->user_files, f);
}

static void parse_synth(struct session *s, const char *name, const char *text)
{
	struct parse_env env = env_of(s);
	struct ast_file *f = parse_synthetic(&env, name, text);

	if (f)
		vec_push(s->arena, &s->user_files, f);
}

static struct oserr *parse_script_file(struct session *s, const char *path)
{
	struct oserr *err;
	const char *text;
	size_t len = 0;
	bool is_stdin = strcmp(path, "-") == 0;

	if (!is_stdin && fs_is_dir(path))
		return oserr_new(0, "Input file '%s' is a directory.", path);
	if (!is_stdin && access(path, F_OK) < 0 && errno == ENOENT)
		return oserr_new(0, "Input file '%s' is missing.", path);
	if (!is_stdin && library_has_file(s->library, path))
		return oserr_new(0, "usage error: tapset file '%s' cannot be run directly as a session script.", path);
	err = session_script(s, &text, &len);
	if (err)
		return err;
	parse_one(s, is_stdin ? "<input>" : path, text, len);
	return NULL;
}

bool script_parse(struct session *s)
{
	struct options *o = &s->opt;
	struct oserr *err = NULL;

	s->args_used = arena_array(s->arena, bool, o->args.n + 1);
	if (o->script_text)
		parse_one(s, "<input>", o->script_text, strlen(o->script_text));
	else if (o->script_file)
		err = parse_script_file(s, o->script_file);
	if (err) {
		term_say("%s\n", err->msg);
		oserr_free(err);
		return false;
	}
	for vec_each (i, &o->extra_scripts)
		parse_one(s, arena_printf(s->arena, "<input%zu>", i + 1), o->extra_scripts.v[i], strlen(o->extra_scripts.v[i]));
	if (o->list_point)
		parse_synth(s, "<listing>", arena_printf(s->arena, "probe %s {}", o->list_point));
	if (o->timeout > 0)
		parse_synth(s, "<timeout>", arena_printf(s->arena, "probe timer.ms(%.0f) { exit() }", o->timeout * 1000 < 1 ? 1 : o->timeout * 1000));
	return true;
}
