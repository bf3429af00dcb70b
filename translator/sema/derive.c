// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Derivation: each probe of a selected file → handlers at resolved points, each with its own copy of the body.
 *
 * The provider fills of a derived_probe: provider, point, pp, comment, site, quiet_phase, extra_site. All else is set here or later.
 * A body is the script's text alone, or a block that holds a block per part: alias prologues, the text, alias epilogues.
 */
#include "sema/sema.h"

#include "base/buf.h"
#include "session.h"

#include <string.h>

static bool has_glob(const char *s) { return strpbrk(s, "*?[") != NULL; }

/* the script's point, or where it holds wildcards what they became (pn()) */
static const char *script_name(const struct derive *d, const struct derived_probe *p)
{
	const struct derive *top = d;
	struct probe_point bare;
	struct buf b = BUF_INIT;
	const char *text;

	while (top->up)
		top = top->up;
	for (size_t i = 0; i < top->point->comps.n; i++) {
		const struct point_comp *c = &top->point->comps.v[i];

		if (strchr(c->name, '*') || (c->has_arg && c->arg->kind == EX_STRING && has_glob(c->arg->str)))
			return p->pp;
	}
	bare = *top->point;
	bare.optional = bare.sufficient = false;
	bare.condition = NULL;
	print_point(&b, &bare);
	text = arena_strdup(d->sm->a, b.data);
	buf_fini(&b);
	return text;
}

static void set_chain(struct arena *a, const struct derive *d, struct derived_probe *p)
{
	for (; d; d = d->up) {
		struct derivation step = { d->alias, d->alias ? NULL : d->decl, d->written };

		vec_push(a, &p->origin, d->written);
		vec_push(a, &p->derivation, step);
	}
}

static struct block *block_of_parts(struct arena *a, struct work *w, const struct parts *parts)
{
	struct block *body;

	for (size_t i = 0; i < parts->n; i++) {
		struct part part = { clone_block(a, parts->v[i].block), parts->v[i].file };

		vec_push(a, &w->parts, part);
	}
	if (parts->n == 1)
		return w->parts.v[0].block;
	body = arena_make(a, struct block);
	body->tok = w->decl->body->tok;
	for (size_t i = 0; i < parts->n; i++) {
		struct stmt *st = stmt_make(a, ST_BLOCK, w->parts.v[i].block->tok);

		st->block = w->parts.v[i].block;
		vec_push(a, &body->stmts, st);
	}
	return body;
}

void too_large(struct sema *sm, const struct token *at, const char *why)
{
	if (sm->too_many)
		return;
	sm->too_many = at;
	sm->too_large = why;
}

bool derive_count(struct sema *sm, const struct token *at)
{
	if (arena_used(sm->a) >> 20 >= MAX_TREES_MB)
		too_large(sm, at, arena_printf(sm->a, "its probes' handlers take more than %d MiB", MAX_TREES_MB));
	if (!sm->too_many && sm->nderived++ >= MAX_DERIVED)
		sm->too_many = at;
	return !sm->too_many;
}

static void add_probe(struct resolve_ctx *rc, struct derived_probe *p)
{
	struct derive *d = rc->cookie;
	struct sema *sm = d->sm;
	struct work *w;

	if (!derive_count(sm, d->decl->tok))
		return;
	w = arena_make(sm->a, struct work);
	w->p = p;
	w->decl = d->decl;
	for (size_t i = 0; i < d->conds.n; i++) {
		struct cond_part c = { clone_expr(sm->a, d->conds.v[i].expr), d->conds.v[i].file };

		vec_push(sm->a, &w->conds, c);
	}
	p->tok = d->decl->tok;
	p->pn = script_name(d, p);
	p->optional = d->optional;
	p->user_file = d->decl->file;
	p->user_body = d->decl->body;
	p->body = block_of_parts(sm->a, w, &d->parts);
	set_chain(sm->a, d, p);
	vec_push(sm->a, &sm->works, w);
}

bool derive_build(struct derive *d, const struct provider *prov, const char *pattern, const struct probe_point *pt)
{
	struct sema *sm = d->sm;
	size_t mark = diag_mark(sm->diag);
	struct resolve_ctx rc = {
		.session = sm->s, .arena = sm->a, .diag = sm->diag, .target = sm->s->target,
		.point = pt, .pattern = pattern, .add = add_probe, .cookie = d,
	};

	prov->resolve(&rc);
	return !diag_errors_since(sm->diag, mark);
}

bool derive_decl(struct sema *sm, const struct probe_decl *decl, const struct ast_file *home, bool display)
{
	struct part body = { decl->body, home };
	struct derive d = { .sm = sm, .decl = decl, .file = home };
	size_t before = sm->works.n;
	bool ok;

	vec_push(sm->a, &d.parts, body);
	ok = points_derive(&d, decl->points.v, decl->points.n);
	for (size_t i = before; i < sm->works.n; i++)
		sm->works.v[i]->display = display;
	return ok;
}

void derive_files(struct sema *sm)
{
	/* deriving may select further files */
	for (; sm->files_done < sm->files.n; sm->files_done++) {
		const struct ast_file *f = sm->files.v[sm->files_done];

		for (size_t i = 0; i < f->probes.n; i++)
			derive_decl(sm, f->probes.v[i], f, false);
	}
}

static void print_points(struct buf *b, struct probe_point *const *v, size_t n, const char *between)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_puts(b, between);
		print_point(b, v[i]);
	}
}

const char *derive_chain(struct arena *a, const struct derived_probe *p)
{
	struct buf b = BUF_INIT;
	const char *text;

	if (p->comment) /* found at a place: it comes from there, of whatever list the point was */
		return arena_printf(a, " <- %s", p->pp);
	for (size_t i = 0; i < p->derivation.n; i++) {
		const struct derivation *step = &p->derivation.v[i];

		buf_puts(&b, " <- ");
		if (step->alias) {
			print_points(&b, step->alias->names.v, step->alias->names.n, " = ");
			buf_puts(&b, step->alias->plus ? " += " : " = ");
			print_points(&b, step->alias->points.v, step->alias->points.n, ", ");
		} else {
			print_points(&b, step->decl->points.v, step->decl->points.n, ",");
		}
	}
	text = arena_strdup(a, b.data);
	buf_fini(&b);
	return text;
}
