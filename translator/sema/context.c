// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions that use a probe's context ($var, @entry, @cast to a type that only the probe's module has …): each probe that calls one, also
 * through others, gets its own copy (reference/language.md 7).
 *
 * A function's own nodes decide first; then those of all that it may call. The answers are kept in fninfo.context.
 */
#include "sema/sema.h"

#include "session.h"

struct scan {
	struct sema *sm;
	const struct ast_file *file;
	bool uses;
	struct callees *calls; /* candidates seen */
};

static bool scan_expr(void *cookie, struct expr **ep)
{
	struct scan *sc = cookie;
	struct expr *e = *ep;

	if (target_uses_context(sc->sm, e))
		sc->uses = true;
	if (e->kind == EX_CALL && !e->call.callees.n) {
		struct callees c;

		overload_find(sc->sm, e->call.name, e->call.args.n, sc->file, &c);
		for (size_t i = 0; i < c.n; i++)
			vec_push(sc->sm->a, sc->calls, c.v[i]);
	}
	return !sc->uses;
}

bool context_function(struct sema *sm, struct funcdecl *f)
{
	struct callees todo = { 0 };
	unsigned stamp = ++sm->stamp;
	struct fninfo *info = fn_info(sm, f);

	if (info->context >= 0)
		return info->context;
	vec_push(sm->a, &todo, f);
	for (size_t i = 0; i < todo.n; i++) {
		struct funcdecl *g = todo.v[i];
		struct fninfo *gi = fn_info(sm, g);
		struct scan sc = { sm, g->file, false, &todo };
		struct ast_visitor v = { .expr = scan_expr, .cookie = &sc };

		if (gi->mark == stamp || gi->context == 0)
			continue;
		gi->mark = stamp;
		if (gi->context < 0 && g->body)
			walk_block(&v, g->body);
		if (sc.uses || gi->context == 1) {
			info->context = 1;
			return true;
		}
	}
	/* nothing that F can reach uses a context, so neither does any of them */
	for (size_t i = 0; i < todo.n; i++)
		fn_info(sm, todo.v[i])->context = 0;
	return false;
}

static struct vardecl *clone_formal(struct arena *a, const struct vardecl *v)
{
	return arena_memdup(a, v, sizeof(*v));
}

struct funcdecl *context_clone(struct sema *sm, struct work *w, struct funcdecl *f)
{
	struct funcdecl *c;
	struct fn_clone entry;

	for (size_t i = 0; i < w->clones.n; i++)
		if (w->clones.v[i].of == f)
			return w->clones.v[i].fn;
	c = arena_memdup(sm->a, f, sizeof(*f));
	c->formals = (struct vardecls){ 0 };
	for (size_t i = 0; i < f->formals.n; i++)
		vec_push(sm->a, &c->formals, clone_formal(sm->a, f->formals.v[i]));
	c->body = clone_block(sm->a, f->body);
	scope_add_function(sm, c)->work = w;
	entry.of = f;
	entry.fn = c;
	vec_push(sm->a, &w->clones, entry);
	return c;
}
