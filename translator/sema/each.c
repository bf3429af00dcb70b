// SPDX-License-Identifier: GPL-2.0-or-later
/* The code of the program, one body after the other, with whose it is: bodies of probes that are not dropped, and of functions that live. */
#include "sema/sema.h"

typedef void code_fn(struct owner *o, struct block *b, void *cookie);

static void code_of_work(struct sema *sm, struct work *w, code_fn *fn, void *cookie)
{
	struct owner o = { .sm = sm, .work = w, .file = w->parts.n ? w->parts.v[0].file : NULL };

	if (!w->dropped)
		fn(&o, w->p->body, cookie);
}

static void code_of_function(struct sema *sm, struct funcdecl *f, code_fn *fn, void *cookie)
{
	struct owner o = { .sm = sm, .work = fn_info(sm, f)->work, .fn = f, .file = f->file };

	if (f->body && !fn_info(sm, f)->dead)
		fn(&o, f->body, cookie);
}

void each_code(struct sema *sm, code_fn *fn, void *cookie)
{
	/* resolving an autocast may add to both lists */
	for (size_t i = 0; i < sm->works.n; i++)
		code_of_work(sm, sm->works.v[i], fn, cookie);
	for (size_t i = 0; i < sm->functions.n; i++)
		code_of_function(sm, sm->functions.v[i], fn, cookie);
}

void each_code_backwards(struct sema *sm, code_fn *fn, void *cookie)
{
	for (size_t i = sm->functions.n; i-- > 0;)
		code_of_function(sm, sm->functions.v[i], fn, cookie);
	for (size_t i = sm->works.n; i-- > 0;)
		code_of_work(sm, sm->works.v[i], fn, cookie);
}
