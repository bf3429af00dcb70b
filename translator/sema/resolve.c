// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names → declarations (reference/language.md 18): each handler and each function that one of them may call, until nothing new comes.
 *
 * in: derived probes. out: EX_VAR.decl, EX_CALL.callees, locals, arity of globals; library files selected on the way.
 * A scalar name that is neither local nor global becomes a local; an array must be declared. Whatever is wrong is said once: the node is
 * left without declaration and typed VT_ERROR.
 */
#include "sema/sema.h"

#include "session.h"

#include <stdlib.h>

static struct vardecls *locals_of(const struct owner *o)
{
	return o->fn ? &o->fn->locals : &o->work->p->locals;
}

/* the slot for a map of the locals' names; a list is as good while they are few */
static struct map **names_of(const struct owner *o)
{
	return o->fn ? &fn_info(o->sm, o->fn)->local_names : &o->work->local_names;
}

static struct vardecl *in_list(const struct vardecls *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i]->name == name)
			return l->v[i];
	return NULL;
}

static struct vardecl *find_local(const struct owner *o, const char *name)
{
	const struct map *names = *names_of(o);
	struct vardecl *v = o->fn ? in_list(&o->fn->formals, name) : NULL;

	if (v)
		return v;
	return names ? map_get(names, name) : in_list(locals_of(o), name);
}

static void add_local(const struct owner *o, struct vardecl *v)
{
	enum { FEW = 64 };
	struct vardecls *l = locals_of(o);
	struct map **names = names_of(o);

	vec_push(o->sm->a, l, v);
	if (!*names && l->n > FEW) {
		*names = arena_make(o->sm->a, struct map);
		map_init(*names, o->sm->a);
		for (size_t i = 0; i < l->n; i++)
			map_set(*names, l->v[i]->name, l->v[i]);
	} else if (*names) {
		map_set(*names, v->name, v);
	}
}

static struct vardecl *make_local(const struct owner *o, const struct expr *e)
{
	struct vardecl *v = arena_make(o->sm->a, struct vardecl);

	v->name = e->var.name;
	v->tok = e->tok;
	v->synthetic = o->work && o->work->display;
	add_local(o, v);
	return v;
}

/* it has so many, and had them FIRST at that token */
static void report_arity(struct owner *o, const struct token *tok, int arity, int first, const struct token *first_tok)
{
	struct diag_record *r = diag(o->sm->diag, E_ARITY, tok, first, arity);

	if (first_tok)
		diag_note(o->sm->diag, r, N_ARITY_FIRST, first_tok, first);
}

static bool set_arity(struct owner *o, struct vardecl *v, int arity, const struct token *tok)
{
	if (arity > MAX_KEYS) {
		diag(o->sm->diag, E_TOO_MANY_KEYS, tok, v->name, MAX_KEYS);
		return false;
	}
	if (v->arity < 0) {
		v->arity = arity;
		v->arity_tok = tok;
		return true;
	}
	if (v->arity == arity)
		return true;
	report_arity(o, tok, arity, v->arity, v->arity_tok);
	return false;
}

/* tapset code that takes a script's global for its own variable is rarely meant */
static void warn_cross_file(struct owner *o, const struct expr *e, const struct vardecl *v)
{
	char *where;

	if (!from_user(v->tok) || !o->file || o->file == v->file || from_user(e->tok))
		return;
	where = diag_where(v->tok);
	diag(o->sm->diag, W_CROSS_FILE, e->tok, where);
	free(where);
}

/* the global of that name, if it is meant: the functions of our own tapset have no business with a script's */
static struct vardecl *global_of(struct owner *o, const char *name)
{
	struct vardecl *v = scope_global(o->sm, name, o->file);

	return v && o->file && o->file->src->builtin_dir && from_user(v->tok) ? NULL : v;
}

/* arity: of this use; -1 = whatever it has (delete) */
static void resolve_var(struct owner *o, struct expr *e, int arity)
{
	struct vardecl *v = e->var.decl;

	if (v || e->type == VT_ERROR)
		return;
	v = find_local(o, e->var.name);
	if (v && o->in_entry && !o->fn) {
		diag(o->sm->diag, E_ENTRY_LOCAL, e->tok, v->name);
		e->type = VT_ERROR;
		return;
	}
	if (!v) {
		v = global_of(o, e->var.name);
		if (v) {
			warn_cross_file(o, e, v);
			scope_use_global(o->sm, v);
		}
	}
	if (arity > 0 && (!v || !v->global)) {
		if (!v)
			diag(o->sm->diag, E_UNRESOLVED_ARRAY, e->tok, arity, e->var.name);
		else if (v->type != VT_ERROR)
			report_arity(o, e->tok, arity, 0, v->tok);
		e->type = VT_ERROR;
		return;
	}
	if (!v && o->in_entry) {
		diag(o->sm->diag, E_ENTRY_LOCAL, e->tok, e->var.name);
		e->type = VT_ERROR;
		return;
	}
	if (!v)
		v = make_local(o, e);
	if (arity >= 0 && v->global && !set_arity(o, v, arity, e->tok)) {
		e->type = VT_ERROR;
		return;
	}
	e->var.decl = v;
}

static void resolve_list(struct owner *o, struct expr **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i])
			resolve_expr(o, &v[i]);
}

/* a histogram, with so many indices */
static bool resolve_hist(struct owner *o, struct expr **ep, size_t n)
{
	struct expr *e = *ep;

	resolve_expr(o, ep);
	if (e->kind != EX_HIST || n == 1)
		return true;
	diag(o->sm->diag, E_HIST_INDEX, e->tok, n);
	return false;
}

static void resolve_index(struct owner *o, struct expr *e, bool wild_ok)
{
	struct expr *base = e->index.base;

	if (base->kind == EX_VAR)
		resolve_var(o, base, (int)e->index.idx.n);
	else if (!resolve_hist(o, &e->index.base, e->index.idx.n))
		e->type = VT_ERROR;
	if (base->kind == EX_HIST)
		wild_ok = false;
	for (size_t i = 0; i < e->index.idx.n; i++)
		if (!e->index.idx.v[i] && !wild_ok) {
			diag(o->sm->diag, E_WILDCARD_INDEX, e->tok);
			e->type = VT_ERROR;
			return;
		}
	resolve_list(o, e->index.idx.v, e->index.idx.n);
}

/* a variable that something was said of. (Of a target, at a site that is left out for it, nothing was.) */
static bool is_spoiled(const struct expr *e)
{
	return e->kind == EX_VAR && (e->type == VT_ERROR || (e->var.decl && e->var.decl->type == VT_ERROR));
}

/* an array that is given to a function is told of here; neither where there is no such function, nor where its name there has indices */
static void resolve_call(struct owner *o, struct expr *call)
{
	struct callees c = { 0 };

	if (!call->call.callees.n)
		overload_find(o->sm, call->call.name, call->call.args.n, o->file, &c);
	for (size_t i = 0; i < call->call.args.n; i++) {
		struct expr **ap = &call->call.args.v[i];

		if ((*ap)->kind == EX_VAR && !c.n && !call->call.callees.n)
			resolve_var(o, *ap, -1);
		else
			resolve_expr(o, ap);
	}
	overload_resolve(o, call);
	for (size_t i = 0; i < call->call.callees.n; i++)
		for (size_t j = 0; j < call->call.args.n; j++) {
			struct vardecl *formal = call->call.callees.v[i]->formals.v[j];

			if (is_spoiled(call->call.args.v[j]) && !formal->type_declared)
				formal->type = VT_ERROR;
		}
}

static bool is_lvalue(const struct expr *e)
{
	if (e->kind == EX_INDEX)
		return e->index.base->kind == EX_VAR;
	return e->kind == EX_VAR || e->kind == EX_TARGET || e->kind == EX_ACCESS || e->kind == EX_ERROR;
}

static void resolve_write(struct owner *o, struct expr *e, struct expr **lp, const char *what)
{
	if (!is_lvalue(*lp)) {
		diag2(o->sm->diag, E_NOT_LVALUE, e->tok, (*lp)->tok, what, (*lp)->kind == EX_CONCAT ? TRY_ARROW : "");
		e->type = VT_ERROR;
	}
	resolve_expr(o, lp);
}

static struct vardecl *pragma_global(struct owner *o, const struct embedded *em, const char *how, const char *name)
{
	struct vardecl *v = scope_global(o->sm, name, o->file);

	if (!v) {
		diag(o->sm->diag, E_PRAGMA_GLOBAL, em->tok, how, name);
		return NULL;
	}
	scope_use_global(o->sm, v);
	return v;
}

/* what embedded C asks for and cannot have */
static void check_pragmas(struct owner *o, const struct embedded *em)
{
	static const struct {
		unsigned bit;
		const char *what;
	} later[] = {
		{ PRAGMA_VMA, "memory maps of processes (/* pragma:vma */) are" },
		{ PRAGMA_UNWIND, "unwind data in the module (/* pragma:unwind */) is" },
		{ PRAGMA_SYMBOLS, "symbol tables in the module (/* pragma:symbols */) are" },
		{ PRAGMA_LINES, "line tables in the module (/* pragma:lines */) are" },
		{ PRAGMA_UPROBES, "uprobes for embedded C (/* pragma:uprobes */) are" },
	};

	if (em->pragmas & PRAGMA_BPF)
		diag(o->sm->diag, E_BPF_FUNCTION, em->tok);
	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		if (em->pragmas & later[i].bit)
			diag(o->sm->diag, E_NOT_YET, em->tok, later[i].what);
}

static void resolve_embedded(struct owner *o, struct embedded *em)
{
	check_pragmas(o, em);
	if (em->rvars.n || em->wvars.n)
		return;
	for (size_t i = 0; i < em->reads.n; i++) {
		struct vardecl *v = pragma_global(o, em, "read", em->reads.v[i]);

		if (v)
			vec_push(o->sm->a, &em->rvars, v);
	}
	for (size_t i = 0; i < em->writes.n; i++) {
		struct vardecl *v = pragma_global(o, em, "write", em->writes.v[i]);

		if (v)
			vec_push(o->sm->a, &em->wvars, v);
	}
}

static bool visit_expr(void *cookie, struct expr **ep) /* long: dispatch */
{
	struct owner *o = cookie;
	struct expr *e = *ep;

	switch (e->kind) {
	case EX_VAR:
		resolve_var(o, e, 0);
		return false;
	case EX_INDEX:
		resolve_index(o, e, false);
		return false;
	case EX_IN:
		resolve_index(o, e->in.array, true);
		return false;
	case EX_CALL:
		resolve_call(o, e);
		return false;
	case EX_ASSIGN:
		resolve_write(o, e, &e->binary.l, "assignment");
		resolve_expr(o, &e->binary.r);
		return false;
	case EX_CREMENT:
		resolve_write(o, e, &e->crement.arg, op_info[e->crement.op].kind == OPK_CREMENT && e->crement.op == OP_INC ? "increment" : "decrement");
		return false;
	case EX_EMBEDDED:
		resolve_embedded(o, e->embedded);
		return false;
	case EX_ACCESS:
		resolve_list(o, e->access.args.v, e->access.args.n);
		return false;
	case EX_SAVED:
		return false; /* each slot once, see resolve_saved() */
	default:
		return true;
	}
}

/* the array or histogram of a foreach: as many keys, and as many in the slice */
static void resolve_foreach_base(struct owner *o, struct stmt *s)
{
	struct expr *base = s->foreach_.base;
	size_t keys = s->foreach_.keys.n, slice = s->foreach_.slice.n ? s->foreach_.slice.n : keys;

	if (base->kind != EX_VAR) {
		resolve_hist(o, &s->foreach_.base, keys == 1 ? slice : keys);
		if (base->kind == EX_HIST && s->foreach_.sort_dir)
			diag(o->sm->diag, W_HIST_SORT, base->tok);
		return;
	}
	resolve_var(o, base, (int)keys);
	if (base->var.decl && base->type != VT_ERROR && slice != keys && !set_arity(o, base->var.decl, (int)slice, base->tok))
		base->type = VT_ERROR;
}

static void resolve_foreach(struct owner *o, struct stmt *s)
{
	for (size_t i = 0; i < s->foreach_.keys.n; i++)
		resolve_var(o, s->foreach_.keys.v[i], 0);
	if (s->foreach_.value)
		resolve_var(o, s->foreach_.value, 0);
	resolve_foreach_base(o, s);
	resolve_list(o, s->foreach_.slice.v, s->foreach_.slice.n);
	if (s->foreach_.limit)
		resolve_expr(o, &s->foreach_.limit);
}

static void resolve_delete(struct owner *o, struct stmt *s)
{
	struct expr *e = s->expr;

	if (e->kind == EX_VAR)
		resolve_var(o, e, -1);
	else if (e->kind == EX_INDEX && e->index.base->kind == EX_VAR)
		resolve_index(o, e, true);
	else if (e->kind != EX_ERROR)
		diag(o->sm->diag, E_DELETE_OPERAND, e->tok);
}

static bool visit_stmt(void *cookie, struct stmt **sp)
{
	struct owner *o = cookie;
	struct stmt *s = *sp;
	struct ast_visitor v = { .expr = visit_expr, .stmt = visit_stmt, .cookie = o };

	switch (s->kind) {
	case ST_FOREACH:
		resolve_foreach(o, s);
		walk_stmt(&v, &s->foreach_.body);
		return false;
	case ST_DELETE:
		resolve_delete(o, s);
		return false;
	default:
		return true;
	}
}

void resolve_expr(struct owner *o, struct expr **ep)
{
	struct ast_visitor v = { .expr = visit_expr, .stmt = visit_stmt, .cookie = o };

	walk_expr(&v, ep);
}

static void resolve_block(struct owner *o, struct block *b)
{
	struct ast_visitor v = { .expr = visit_expr, .stmt = visit_stmt, .cookie = o };

	walk_block(&v, b);
}

/* ---- the work list ---------------------------------------------------------------------------------------------------------------- */

/* false: a further site of the point where the variables that the handler wants are not known */
static bool expand_work(struct sema *sm, struct work *w)
{
	size_t mark = diag_mark(sm->diag);

	for (size_t i = 0; i < w->parts.n; i++) {
		struct owner o = { .sm = sm, .work = w, .file = w->parts.v[i].file };

		target_expand_block(&o, w->parts.v[i].block);
	}
	if (!w->p->extra_site || !diag_errors_since(sm->diag, mark))
		return true;
	diag_drop(sm->diag, mark);
	diag(sm->diag, W_EXTRA_SITE, w->p->tok, w->p->pp);
	return false;
}

static void resolve_work(struct sema *sm, struct work *w)
{
	if (!expand_work(sm, w)) {
		w->dropped = true;
		return;
	}
	for (size_t i = 0; i < w->parts.n; i++) {
		struct owner o = { .sm = sm, .work = w, .file = w->parts.v[i].file };

		resolve_block(&o, w->parts.v[i].block);
	}
	condition_prepare(sm, w);
}

static void resolve_function(struct sema *sm, struct funcdecl *f)
{
	struct fninfo *info = fn_info(sm, f);
	struct owner o = { .sm = sm, .work = info->work, .fn = f, .file = f->file };

	if (f->embedded) {
		resolve_embedded(&o, f->embedded);
		return;
	}
	if (!f->body)
		return;
	if (!info->expanded)
		target_expand_block(&o, f->body);
	info->expanded = true;
	resolve_block(&o, f->body);
}

/* slots may come from the handler or from functions cloned for it */
static void resolve_saved(struct sema *sm, struct work *w)
{
	for (; w->saved_done < w->p->saved.n; w->saved_done++) {
		struct owner o = { .sm = sm, .work = w, .file = w->parts.n ? w->parts.v[0].file : NULL, .in_entry = true };

		resolve_expr(&o, &w->p->saved.v[w->saved_done]);
	}
}

static bool saved_left(const struct sema *sm)
{
	for (size_t i = 0; i < sm->works.n; i++)
		if (sm->works.v[i]->saved_done < sm->works.v[i]->p->saved.n)
			return true;
	return false;
}

void resolve_all(struct sema *sm)
{
	do {
		derive_files(sm);
		if (sm->too_many)
			return;
		for (; sm->works_done < sm->works.n && !sm->too_many; sm->works_done++)
			resolve_work(sm, sm->works.v[sm->works_done]);
		for (; sm->functions_done < sm->functions.n; sm->functions_done++)
			resolve_function(sm, sm->functions.v[sm->functions_done]);
		for (size_t i = 0; i < sm->works.n; i++)
			resolve_saved(sm, sm->works.v[i]);
		if (sm->too_many)
			return;
	} while (sm->files_done < sm->files.n || sm->works_done < sm->works.n || sm->functions_done < sm->functions.n || saved_left(sm));
}
