// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pass 2, elaborate: THE LIST of its steps.
 *
 * before: trees of the user's files, whose names mean nothing yet. after: program.h's invariants hold, or there were errors.
 * Each step may rely on those before it. A step reports what it finds and goes on with the rest; after resolving and after inference errors
 * end the pass, as what follows would only repeat them.
 */
#include "sema/sema.h"

#include "library/library.h"
#include "sema/pass2.h"
#include "session.h"

#include <string.h>

static struct sema *begin(struct session *s)
{
	struct sema *sm = arena_make(s->arena, struct sema);

	sm->s = s;
	sm->a = s->arena;
	sm->diag = s->diag;
	sm->prog = s->program = arena_make(s->arena, struct program);
	map_init(&sm->fn_index, sm->a);
	map_init(&sm->var_index, sm->a);
	map_init(&sm->enum_names, sm->a);
	map_init(&sm->pretties, sm->a);
	map_init(&sm->similar, sm->a);
	sm->match = match_new(sm);
	for (size_t i = 0; i < s->user_files.n; i++)
		scope_add_file(sm, s->user_files.v[i]);
	for (size_t i = 0; i < s->user_files.n; i++)
		scope_select(sm, s->user_files.v[i]);
	return sm;
}

static bool failed(struct sema *sm, size_t before)
{
	if (diag_errors(sm->diag) == before)
		return false;
	/* for -v's counts only */
	for (size_t i = 0; i < sm->works.n; i++)
		vec_push(sm->a, &sm->prog->probes, sm->works.v[i]->p);
	return true;
}

/* what is dead tells nothing about types: it goes before they are inferred */
static void discard_dead(struct sema *sm, bool listing)
{
	if (listing || sm->s->opt.unoptimized) {
		discard_all(sm);
		return;
	}
	sm->prog->uses_regex_groups = regexes_keep_groups(sm);
	prune_unused(sm, true);
}

/* what is read by dead code only is displayed: that code goes first, then it shows who is not read */
static void optimise(struct sema *sm, bool display)
{
	fold_all(sm);
	prune_unused(sm, false);
	if (display)
		display_globals(sm);
	prune_empty_probes(sm);
	stable_hoist(sm);
}

static bool have_probes(struct sema *sm)
{
	for (size_t i = 0; i < sm->works.n; i++)
		if (!sm->works.v[i]->dropped && !sm->works.v[i]->display)
			return true;
	diag(sm->diag, E_NO_PROBES, NULL);
	return false;
}

static bool reads_arguments(const struct sema *sm)
{
	for (size_t i = 0; i < sm->globals.n; i++) {
		const char *name = sm->globals.v[i]->name;

		if (sm->globals.v[i]->file && sm->globals.v[i]->file->src->kind == SOURCE_TAPSET &&
		    (strcmp(name, "argc") == 0 || strncmp(name, "argv", 4) == 0))
			return true;
	}
	return false;
}

static void warn_arguments(struct sema *sm)
{
	size_t n = sm->s->opt.args.n;

	if (reads_arguments(sm))
		return;
	for (size_t i = 0; i < n; i++)
		if (!sm->s->args_used[i])
			diag(sm->diag, W_UNUSED_ARGUMENT, NULL, i + 1, i + 1);
}

bool sema_run(struct session *s)
{
	struct sema *sm = begin(s);
	size_t before = diag_errors(s->diag);
	bool listing = s->opt.listing != LIST_NONE;

	resolve_all(sm);
	if (sm->too_many) {
		if (sm->too_large)
			diag(s->diag, E_TOO_LARGE, sm->too_many, sm->too_large);
		else
			diag(s->diag, E_TOO_MANY_PROBES, sm->too_many, MAX_DERIVED);
		return false;
	}
	if (diag_errors(s->diag) == before) {
		if (!listing)
			prune_unassigned(sm);
		discard_dead(sm, listing);
	}
	types_infer(sm);
	regexes_compile(sm);
	if (failed(sm, before))
		return false;
	if (!listing && !s->opt.unoptimized)
		optimise(sm, !s->opt.no_global_var_display);
	else if (!listing && !s->opt.no_global_var_display)
		display_globals(sm);
	if (!listing) {
		if (!have_probes(sm))
			return false;
		types_require(sm);
		check_all(sm);
		nested_sorts(sm);
	}
	condition_wrap(sm);
	usage_collect(sm);
	usage_stats(sm);
	settings_check(sm);
	finish_program(sm);
	version_check(sm);
	if (diag_errors(s->diag) != before)
		return false;
	if (!listing)
		warn_arguments(sm);
	locks_assign(sm);
	locks_place(sm);
	return true;
}
