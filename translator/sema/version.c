// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --compatible: what there is only from a version of the language on; the tapset of this installation may use all of it.
 * --check-version: warnings of what the script uses, its own or the tapset's, that is different in another version: probes, aliases and
 * functions in which a condition asks for systemtap_v.
 */
#define _GNU_SOURCE 1 /* strverscmp */
#include "sema/sema.h"

#include "session.h"
#include "syntax/parse.h"

#include <string.h>

bool version_allows(const struct sema *sm, const struct token *at, const char *version)
{
	return at->span.src->builtin_dir || at->span.src->kind == SOURCE_SYNTH || strverscmp(sm->s->facts->compat, version) >= 0;
}

static void warn_probe(struct sema *sm, const struct derived_probe *p)
{
	for (size_t i = 0; i < p->derivation.n; i++) {
		const struct derivation *step = &p->derivation.v[i];

		if (step->alias && step->alias->versioned)
			diag(sm->diag, W_VERSION_ALIAS, step->alias->tok);
		else if (step->decl && step->decl->versioned)
			diag(sm->diag, W_VERSION_PROBE, step->decl->tok);
	}
}

void version_check(struct sema *sm)
{
	if (!sm->s->opt.check_version)
		return;
	for (size_t i = 0; i < sm->prog->probes.n; i++)
		warn_probe(sm, sm->prog->probes.v[i]);
	for (size_t i = 0; i < sm->prog->functions.n; i++)
		if (sm->prog->functions.v[i]->versioned)
			diag(sm->diag, W_VERSION_FUNCTION, sm->prog->functions.v[i]->tok);
}
