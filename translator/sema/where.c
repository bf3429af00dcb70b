// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How the script came to what a message is about: it stands in an alias, or in a function that is resolved anew for each handler that calls
 * it. in: errors about $variables in a handler or such a function. out: notes below the last of them, innermost first.
 */
#include "sema/target.h"

#include "base/buf.h"

#include <stdlib.h>

#define MAX_CALLS 8 /* of a chain of functions, so many are shown */

static bool precedes(const struct token *t, const struct token *at, const struct token *best)
{
	return t && t->span.src == at->span.src && t->span.off <= at->span.off && (!best || t->span.off > best->span.off);
}

/* the step of the derivation in whose text AT stands: the declaration that begins last before it */
static size_t step_of(const struct derived_probe *p, const struct token *at)
{
	const struct token *best = NULL;
	size_t found = p->derivation.n;

	for (size_t i = 0; i < p->derivation.n; i++) {
		const struct derivation *step = &p->derivation.v[i];
		const struct token *t = step->alias ? step->alias->tok : step->decl->tok;

		if (!precedes(t, at, best))
			continue;
		best = t;
		found = i;
	}
	return found;
}

static const char *point_text(struct arena *a, const struct probe_point *pt)
{
	struct buf b = BUF_INIT;
	const char *text;

	print_point(&b, pt);
	text = arena_strdup(a, b.data);
	buf_fini(&b);
	return text;
}

static void note_aliases(struct owner *o, struct diag_record *rec, const struct token *at)
{
	const struct derived_probe *p = o->work->p;

	for (size_t i = step_of(p, token_outermost(at)) + 1; i < p->derivation.n; i++) {
		const struct probe_point *used = p->derivation.v[i].point;

		diag_note(o->sm->diag, rec, N_ALIAS_USED, used->comps.v[0].tok, point_text(o->sm->a, used));
	}
}

void where_note(struct owner *o, size_t mark)
{
	struct diag_record *rec = diag_last_error(o->sm->diag, mark);
	const struct token *at = rec ? rec->tok : NULL;
	const struct funcdecl *f = o->fn;

	if (!at || !o->work)
		return;
	for (unsigned n = 0; f && n < MAX_CALLS; n++) {
		const struct fninfo *info = fn_info(o->sm, f);

		if (!info->called_at)
			return;
		at = info->called_at;
		diag_note(o->sm->diag, rec, N_CALLED, at, f->name);
		f = info->caller;
	}
	if (!f)
		note_aliases(o, rec, at);
}
