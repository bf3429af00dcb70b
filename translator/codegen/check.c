// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The last look at the tree before C is made from it. in: the program. out: a diagnostic for each construct that codegen has no C
 * for (what is not supported yet as a whole has been refused by sema). Invariant: after this, the rest of codegen/ meets nothing
 * that it cannot translate; a C compiler error is our bug, never the script's.
 */
#include "codegen/check.h"

#include "base/text.h"
#include "codegen/embedded.h"
#include "codegen/gen.h"

#include <string.h>

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

/* THIS->name in the text, for an argument of that name */
static bool names_argument(const char *text, const char *name)
{
	size_t n = strlen(name);

	while ((text = strstr(text, "THIS->"))) {
		text += strlen("THIS->");
		if (strncmp(text, name, n) == 0 && !text_is_word(text[n]))
			return true;
	}
	return false;
}

/* the C compiler would say that a struct which the script does not know has no such member */
static void check_this(struct gen *g, const struct funcdecl *f)
{
	if (f->embedded->pragmas & PRAGMA_UNMANGLED)
		return;
	for vec_each (i, &f->formals)
		if (names_argument(f->embedded->tok->text, f->formals.v[i]->name))
			diag(g->diag, W_EMBEDDED_THIS, f->embedded->tok, f->formals.v[i]->name, f->formals.v[i]->name);
}

bool program_check(struct gen *g)
{
	size_t before = diag_errors(g->diag);

	for vec_each (i, &g->prog->globals)
		check_histogram(g, g->prog->globals.v[i]);
	for vec_each (i, &g->prog->functions) {
		const struct funcdecl *f = g->prog->functions.v[i];

		if (!f->embedded)
			continue;
		check_embedded(g, f->embedded);
		check_this(g, f);
		if (!(f->embedded->pragmas & PRAGMA_BUILTIN))
			embedded_check_context(g, f->embedded);
	}
	return diag_errors(g->diag) == before;
}
