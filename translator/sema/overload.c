// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls: the chain of functions that a call may run (reference/language.md 7), in order of priority; one that cannot pass on (`next`)
 * ends the chain.
 *
 * in: an EX_CALL with name and arguments. out: its callees, which become reachable; messages about names, arity and privilege.
 */
#include "sema/sema.h"

#include "base/text.h"
#include "library/library.h"
#include "session.h"
#include "syntax/parse.h"

#include <string.h>

static bool see_next(void *cookie, struct stmt **sp)
{
	if ((*sp)->kind == ST_NEXT)
		*(bool *)cookie = true;
	return true;
}

static bool may_pass_on(const struct funcdecl *f)
{
	bool found = false;
	struct ast_visitor v = { .stmt = see_next, .cookie = &found };

	if (f->embedded)
		return f->embedded->tok && strstr(f->embedded->tok->text, "STAP_NEXT") != NULL;
	if (f->body)
		walk_block(&v, f->body);
	return found;
}

bool function_exists(const struct sema *sm, const char *name)
{
	const struct fn_list *l = map_get(&sm->fn_index, name);

	return (l && l->v.n) || (sm->s->library && library_has(sm->s->library, LIB_FUNCTION, name));
}

/* names of functions that code in HOME may call, for "similar:" */
static const char *similar_functions(struct sema *sm, const char *want, const struct ast_file *home)
{
	const char *known = similar_known(sm, E_UNRESOLVED_FUNCTION, want);
	VEC(const char *) names = { 0 };

	if (known)
		return known;
	for (size_t i = 0; i < sm->fns.n; i++) {
		const struct funcdecl *f = sm->fns.v[i]->fn;

		if (f->synthetic || (f->private_ && f->file != home))
			continue;
		vec_push(sm->a, &names, f->name);
	}
	for (size_t i = 0; print_name(i); i++)
		vec_push(sm->a, &names, print_name(i));
	if (sm->s->library) {
		size_t n = 0;
		const char *const *lib = library_names(sm->s->library, LIB_FUNCTION, &n);

		for (size_t i = 0; i < n; i++)
			vec_push(sm->a, &names, lib[i]);
	}
	return nearest_text(sm, want, names.v, names.n);
}

static void report_missing(struct owner *o, const struct expr *call)
{
	struct sema *sm = o->sm;
	const struct fn_list *l = map_get(&sm->fn_index, call->call.name);

	for (size_t i = 0; l && i < l->v.n; i++) {
		const struct funcdecl *f = l->v.v[i];

		if (f->private_ && f->file != o->file)
			continue;
		diag2(sm->diag, E_CALL_ARITY, call->tok, f->tok, f->name, (unsigned)f->formals.n);
		return;
	}
	if (text_among(call->call.name, library_not_yet(LIB_FUNCTION)))
		diag(sm->diag, E_FUNCTION_NOT_YET, call->tok, call->call.name);
	else
		diag(sm->diag, E_UNRESOLVED_FUNCTION, call->tok, call->call.name, similar_functions(sm, call->call.name, o->file));
}

static bool caller_is_privileged(const struct owner *o, const struct expr *call)
{
	const struct source *src = call->tok ? call->tok->span.src : NULL;

	return o->sm->s->opt.guru || !src || src->privileged || src->kind != SOURCE_USER;
}

void overload_use(struct sema *sm, struct funcdecl *f)
{
	struct fninfo *info = fn_info(sm, f);

	if (info->queued)
		return;
	info->queued = true;
	scope_select(sm, f->file);
	vec_push(sm->a, &sm->functions, f);
}

static void warn_unreached(struct sema *sm, struct funcdecl *f)
{
	struct fninfo *info = fn_info(sm, f);

	if (info->warned || !from_user(f->tok))
		return;
	info->warned = true;
	diag(sm->diag, W_OVERLOAD_UNREACHED, f->tok);
}

static void note_caller(struct owner *o, const struct funcdecl *clone, const struct token *at)
{
	struct fninfo *info = fn_info(o->sm, clone);

	if (info->called_at)
		return;
	info->called_at = at;
	info->caller = o->fn;
}

void overload_resolve(struct owner *o, struct expr *call)
{
	struct sema *sm = o->sm;
	struct callees c;

	if (call->call.callees.n) /* synthesised code knows whom it calls */
		goto use;
	overload_find(sm, call->call.name, call->call.args.n, o->file, &c);
	if (c.n == 0) {
		report_missing(o, call);
		call->type = VT_ERROR;
		return;
	}
	for (size_t i = 0; i < c.n; i++) {
		struct funcdecl *f = c.v[i];

		if (f->embedded && (f->embedded->pragmas & PRAGMA_GURU) && !caller_is_privileged(o, call)) {
			diag(sm->diag, E_FUNCTION_GURU, call->tok);
			call->type = VT_ERROR;
			return;
		}
		if (o->work && version_allows(sm, f->tok, "4.3") && context_function(sm, f)) {
			f = context_clone(sm, o->work, f);
			note_caller(o, f, call->tok);
		}
		f->may_next = may_pass_on(f);
		vec_push(sm->a, &call->call.callees, f);
		if (f->may_next)
			continue;
		for (i++; i < c.n; i++)
			warn_unreached(sm, c.v[i]);
	}
use:
	sm->ncallees += call->call.callees.n;
	if (call->call.callees.n > 1 && sm->ncallees > MAX_CALLEES)
		too_large(sm, call->tok, arena_printf(sm->a, "its calls have more than %d overloads to try", MAX_CALLEES));
	for (size_t i = 0; i < call->call.callees.n; i++)
		overload_use(sm, call->call.callees.v[i]);
}
