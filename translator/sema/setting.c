// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * -G NAME=VALUE (reference/language.md 6): what names a global must name a scalar, with a value that fits it. staprun checks the same again, as
 * it may be given others; here it is said before anything is compiled. Programs pass the same -G to families of scripts: one for a global
 * that this script has not, or does not use, is a warning.
 *
 * in: resolved and typed globals. out: messages; opt.globals holds what staprun shall set.
 */
#include "sema/sema.h"

#include "base/text.h"
#include "session.h"

#include <string.h>

static bool can_be_set(const struct vardecl *v)
{
	return !v->private_ && !v->synthetic && v->arity <= 0 && (v->type == VT_LONG || v->type == VT_STRING);
}

/* the declaration that NAME means outside of all files, or one that cannot be meant */
static const struct vardecl *find_global(const struct sema *sm, const char *name)
{
	const struct vardecl *hidden = NULL;

	for (size_t i = 0; i < sm->globals.n; i++) {
		const struct vardecl *v = sm->globals.v[i];

		if (strcmp(v->name, name))
			continue;
		if (!v->private_)
			return v;
		hidden = v;
	}
	return hidden;
}

static const char *others(struct sema *sm, const char *name)
{
	VEC(const char *) names = { 0 };

	for (size_t i = 0; i < sm->globals.n; i++)
		if (can_be_set(sm->globals.v[i]) && !sm->globals.v[i]->file->src->builtin_dir)
			vec_push(sm->a, &names, sm->globals.v[i]->name);
	return nearest_text(sm, name, names.v, names.n);
}

static bool is_declared(const struct sema *sm, const char *name, const struct token **ret)
{
	for (size_t i = 0; i < sm->files.n; i++)
		for (size_t j = 0; j < sm->files.v[i]->globals.n; j++)
			if (strcmp(sm->files.v[i]->globals.v[j]->name, name) == 0) {
				*ret = sm->files.v[i]->globals.v[j]->tok;
				return true;
			}
	return false;
}

static bool is_number(const char *s)
{
	int64_t n;

	return *s == '-' ? text_int(s, INT64_MIN, INT64_MAX, &n) : text_script_number(s, strlen(s), &n);
}

/* false: there is nothing to set */
static bool check(struct sema *sm, const char *setting)
{
	const char *eq = strchr(setting, '='), *name = arena_strndup(sm->a, setting, (size_t)(eq - setting));
	const struct vardecl *v = find_global(sm, name);
	const struct token *tok;

	if (!v && is_declared(sm, name, &tok))
		diag(sm->diag, W_SETTING_UNUSED, tok, setting, name);
	else if (!v)
		diag(sm->diag, W_SETTING_UNKNOWN, NULL, setting, name, others(sm, name));
	else if (v->private_ || v->synthetic)
		diag(sm->diag, E_SETTING_PRIVATE, v->tok, setting, name);
	else if (v->arity <= 0 && v->type != VT_LONG && v->type != VT_STRING && v->type != VT_STATS)
		return v; /* what it is could not be told, and that is said */
	else if (!can_be_set(v))
		diag(sm->diag, E_SETTING_ARRAY, v->tok, setting, name, v->arity > 0 ? "an array" : "an aggregate");
	else if (v->type == VT_LONG && !is_number(eq + 1))
		diag(sm->diag, E_SETTING_NUMBER, v->tok, setting, name);
	return v;
}

void settings_check(struct sema *sm)
{
	struct session *s = sm->s;
	size_t kept = 0;

	for (size_t i = 0; i < s->opt.globals.n; i++)
		if (check(sm, s->opt.globals.v[i]))
			s->opt.globals.v[kept++] = s->opt.globals.v[i];
	s->warned |= kept < s->opt.globals.n; /* under -w as well: with these options, the script cannot be run as it was */
	s->opt.globals.n = kept;
}
