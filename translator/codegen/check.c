// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The last look at the tree before C is made from it. in: the program. out: a diagnostic for each construct that codegen has no C
 * for (what is not supported yet as a whole has been refused by sema). Invariant: after this, the rest of codegen/ meets nothing
 * that it cannot translate; a C compiler error is our bug, never the script's.
 */
#include "codegen/check.h"

#include "codegen/gen.h"
#include "codegen/lower.h"
#include "syntax/ast_tools.h"

static void check_store(struct gen *g, const struct expr *to)
{
	if (to->kind != EX_VAR && to->kind != EX_INDEX && !access_storable(to))
		diag(g->diag, E_TARGET_STORE, to->tok);
}

static bool visit_expr(void *cookie, struct expr **ep)
{
	struct gen *g = cookie;
	const struct expr *e = *ep;

	switch (e->kind) {
	case EX_ASSIGN: check_store(g, e->binary.l); break;
	case EX_CREMENT: check_store(g, e->crement.arg); break;
	default: break;
	}
	return true;
}

static void check_histogram(struct gen *g, const struct vardecl *v)
{
	const struct stat_params *s = &v->stat;
	int64_t span;

	if (v->type != VT_STATS || s->hist != HIST_LINEAR)
		return;
	if (s->interval <= 0) {
		diag(g->diag, E_HIST_INTERVAL, s->hist_tok ? s->hist_tok : v->tok);
		return;
	}
	if (__builtin_sub_overflow(s->stop, s->start, &span))
		span = INT64_MAX;
	span /= s->interval;
	if (span < 0 || span > 125)
		diag(g->diag, E_HIST_BUCKETS, s->hist_tok ? s->hist_tok : v->tok, (long long)span);
}

static void check_embedded(struct gen *g, const struct embedded *e)
{
	for vec_each (i, &e->rvars)
		if (e->rvars.v[i]->type == VT_STATS)
			diag(g->diag, E_EMBEDDED_GLOBAL, e->tok, e->rvars.v[i]->name);
	for vec_each (i, &e->wvars)
		if (e->wvars.v[i]->type == VT_STATS)
			diag(g->diag, E_EMBEDDED_GLOBAL, e->tok, e->wvars.v[i]->name);
}

bool program_check(struct gen *g)
{
	size_t before = diag_errors(g->diag);
	struct ast_visitor v = { .expr = visit_expr, .cookie = g };

	for vec_each (i, &g->prog->globals)
		check_histogram(g, g->prog->globals.v[i]);
	for vec_each (i, &g->prog->functions) {
		const struct funcdecl *f = g->prog->functions.v[i];

		if (f->body)
			walk_block(&v, f->body);
		if (f->embedded)
			check_embedded(g, f->embedded);
	}
	for vec_each (i, &g->prog->probes) {
		const struct derived_probe *p = g->prog->probes.v[i];

		walk_block(&v, p->body);
		for vec_each (k, &p->saved) {
			struct expr *e = p->saved.v[k];

			walk_expr(&v, &e);
		}
	}
	return diag_errors(g->diag) == before;
}
