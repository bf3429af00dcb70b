// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The last look at the tree before C is made from it. in: the program. out: a diagnostic for each construct that codegen has no C
 * for (what is not supported yet as a whole has been refused by sema). Invariant: after this, the rest of codegen/ meets nothing
 * that it cannot translate; a C compiler error is our bug, never the script's.
 */
#include "codegen/check.h"

#include "codegen/gen.h"

static void check_histogram(struct gen *g, const struct vardecl *v)
{
	const struct stat_params *s = &v->stat;
	int64_t most = g->tun.value[TUN_STP_MAX_BUCKETS] - 2, rows;

	if (v->type != VT_STATS || s->hist != HIST_LINEAR)
		return;
	if (s->interval <= 0) {
		diag(g->diag, E_HIST_INTERVAL, s->hist_tok ? s->hist_tok : v->tok);
		return;
	}
	rows = hist_rows(s);
	if (rows < 1 || rows > most)
		diag(g->diag, E_HIST_BUCKETS, s->hist_tok ? s->hist_tok : v->tok, (long long)most, (long long)rows);
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

	for vec_each (i, &g->prog->globals)
		check_histogram(g, g->prog->globals.v[i]);
	for vec_each (i, &g->prog->functions)
		if (g->prog->functions.v[i]->embedded)
			check_embedded(g, g->prog->functions.v[i]->embedded);
	return diag_errors(g->diag) == before;
}
