// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Target expressions and what is decided with them (reference/language.md 11): $var, @var, @cast, autocast, @entry.
 *
 * in: EX_TARGET and EX_ENTRY nodes of a handler, or of a function that uses no context. out: EX_ACCESS (a plan and the expressions that
 * it refers to), EX_SAVED (a slot of p->saved), or a call for pretty-printing. Where does $name start is the provider's to say, how to go
 * on is types/plan.h's; their messages come ready for the user.
 * Autocasts wait until type inference knows their operand's C type: target_autocast().
 */
#include "sema/target.h"

#include "base/text.h"
#include "session.h"
#include "types/target.h"

#include <stdlib.h>
#include <string.h>

/* ---- C types ------------------------------------------------------------------------------------------------------------------- */

struct types *target_kernel_types(struct sema *sm)
{
	struct types *t = NULL;

	if (sm->s->target)
		oserr_free(target_types(sm->s->target, &t));
	return t;
}

/* the M of module("M") or kprobe.module("M") */
static const char *probe_module(const struct owner *o)
{
	const struct probe_point *pt = o->work ? o->work->p->point : NULL;

	for (size_t i = 0; pt && i < pt->comps.n && i < 2; i++) {
		const struct point_comp *c = &pt->comps.v[i];

		if (strcmp(c->name, "module") == 0 && c->has_arg && c->arg->kind == EX_STRING)
			return c->arg->str;
	}
	return NULL;
}

static struct type *find_in(struct sema *sm, const char *module, const char *name)
{
	struct types *t = NULL;

	if (strcmp(module, "kernel") == 0 || text_starts(module, "kernel<"))
		t = target_kernel_types(sm);
	else if (sm->s->target)
		oserr_free(target_module_types(sm->s->target, module, &t));
	return t ? types_find(t, name) : NULL;
}

/* MODULES: "a:b:kernel<x.h>", "" = the default: the probe's own module, and up to 4.2 the kernel alone */
struct type *target_named_type(struct owner *o, const struct token *at, const char *modules, const char *name)
{
	const char *own = probe_module(o);
	struct type *found = NULL;

	if (!*modules) {
		if (own && version_allows(o->sm, at, "4.3"))
			found = find_in(o->sm, own, name);
		return found ? found : find_in(o->sm, "kernel", name);
	}
	for (const char *p = modules; *p && !found;) {
		size_t n = strcspn(p, ":");

		if (*p != '<' && *p != '/')
			found = find_in(o->sm, arena_strndup(o->sm->a, p, n), name);
		p += n + (p[n] == ':');
	}
	return found;
}

static bool names_foreign_module(const char *modules)
{
	for (const char *p = modules; *p;) {
		size_t n = strcspn(p, ":");

		if (*p == '<' || memchr(p, '/', strcspn(p, ":<")))
			return true;
		p += n + (p[n] == ':');
	}
	return false;
}

bool target_uses_context(struct sema *sm, const struct expr *e)
{
	struct owner nobody = { .sm = sm };
	int64_t v;

	switch (e->kind) {
	case EX_ENTRY:
	case EX_PERF:
	case EX_PROBEWRITE:
		return true;
	case EX_TARGET:
		if (e->target.base == TARGET_CAST)
			return !*e->target.module && !target_named_type(&nobody, e->tok, "", e->target.cast_type);
		return e->target.base != TARGET_EXPR;
	case EX_ENUM: {
		struct types *t = target_kernel_types(sm);

		return !t || !types_enumerator(t, e->at.text, &v);
	}
	default:
		return false;
	}
}

void target_without_kit(struct owner *o, const struct token *tok)
{
	diag(o->sm->diag, E_TARGET, tok, o->sm->s->kit_error ? o->sm->s->kit_error : "the types of the kernel are not known");
}

/* ---- plans ----------------------------------------------------------------------------------------------------------------------- */

static void report(struct owner *o, const struct token *tok, struct oserr *err)
{
	diag(o->sm->diag, E_TARGET, tok, err->msg);
	oserr_free(err);
}

struct expr *access_make(struct owner *o, const struct token *tok, struct plan *p)
{
	struct expr *e = expr_make(o->sm->a, EX_ACCESS, tok);

	e->access.plan = p;
	e->type = VT_LONG;
	e->ctype = p->type;
	return e;
}

static struct plan *context_plan(struct owner *o, const struct expr *e)
{
	const struct derived_probe *p = o->work ? o->work->p : NULL;
	struct plan *plan = NULL;
	struct oserr *err;

	if (!p || !p->provider->target) {
		diag(o->sm->diag, E_TARGET_UNRESOLVED, e->tok);
		return NULL;
	}
	err = p->provider->target(p, o->sm->a, e->target.name, o->in_entry, &plan);
	if (err) {
		report(o, e->tok, err);
		return NULL;
	}
	return plan;
}

static bool is_array(struct type *t)
{
	t = type_strip(t);
	return t && (t->kind == TYPE_ARRAY || t->kind == TYPE_PTR);
}

static struct plan *cast_plan(struct owner *o, struct expr *e, struct expr *access)
{
	const char *modules = e->target.module ? e->target.module : "";
	struct type *t = target_named_type(o, e->tok, modules, e->target.cast_type);
	struct plan *p;

	if (!t) {
		if (!o->sm->s->target)
			target_without_kit(o, e->tok);
		else if (names_foreign_module(modules))
			diag(o->sm->diag, E_CAST_NOT_YET, e->tok, modules);
		else
			diag(o->sm->diag, E_CAST_TYPE, e->tok, e->target.cast_type, *modules ? modules : "kernel");
		return NULL;
	}
	target_expand_expr(o, &e->target.operand);
	vec_push(o->sm->a, &access->access.args, e->target.operand);
	/* just the value, with what it points to, or where several of it lie one behind the other */
	if (e->target.comps.n == 0 || (e->target.comps.v[0].kind == COMP_INDEX && !is_array(t)))
		return plan_make(o->sm->a, PLAN_EXPR, 0, type_pointer_to(t), "@cast");
	p = plan_make(o->sm->a, PLAN_EXPR, 0, t, "@cast");
	p->is_address = true;
	return p;
}

static struct plan *autocast_plan(struct owner *o, struct expr *e, struct expr *access)
{
	vec_push(o->sm->a, &access->access.args, e->target.operand);
	return plan_make(o->sm->a, PLAN_EXPR, 0, e->target.operand->ctype, "expression");
}

static struct plan *base_plan(struct owner *o, struct expr *e, struct expr *access)
{
	switch (e->target.base) {
	case TARGET_CONTEXT:
		return context_plan(o, e);
	case TARGET_CAST:
		return cast_plan(o, e, access);
	case TARGET_EXPR:
		return autocast_plan(o, e, access);
	case TARGET_ATVAR:
		diag(o->sm->diag, E_ATVAR_NOT_YET, e->tok);
		return NULL;
	}
	return NULL;
}

static struct oserr *add_index(struct owner *o, struct plan *p, struct component *c, struct expr *access)
{
	int64_t n;

	target_expand_expr(o, &c->index);
	if (fold_number(c->index, &n))
		return plan_index(p, n);
	vec_push(o->sm->a, &access->access.args, c->index);
	return plan_index_expr(p, (unsigned)(access->access.args.n - 1));
}

/* walks the components; gives how the value is to be printed, 0 if it is not */
static bool add_components(struct owner *o, struct expr *e, struct plan *p, struct expr *access, int *ret_pretty)
{
	*ret_pretty = 0;
	for (size_t i = 0; i < e->target.comps.n; i++) {
		struct component *c = &e->target.comps.v[i];
		struct oserr *err = NULL;

		switch (c->kind) {
		case COMP_MEMBER:
			err = plan_member(p, c->member);
			break;
		case COMP_INDEX:
			err = add_index(o, p, c, access);
			break;
		case COMP_PRETTY:
		case COMP_PRETTY2:
			*ret_pretty = c->kind == COMP_PRETTY ? 1 : 2;
			break;
		}
		if (err) {
			report(o, c->tok ? c->tok : e->tok, err);
			return false;
		}
	}
	return true;
}

static struct expr *poisoned(struct owner *o, const struct expr *e)
{
	struct expr *bad = expr_make(o->sm->a, EX_ERROR, e->tok);

	bad->type = VT_ERROR;
	return bad;
}

static const char *text_of(struct owner *o, const struct expr *e)
{
	struct buf b = BUF_INIT;
	const char *text;

	print_expr(&b, e);
	text = arena_strdup(o->sm->a, b.data);
	buf_fini(&b);
	return text;
}


/* what stands for E, or NULL after a message */
static struct expr *resolve_access(struct owner *o, struct expr *e)
{
	struct expr *access = expr_make(o->sm->a, EX_ACCESS, e->tok);
	const char *text = text_of(o, e); /* before its parts are resolved */
	struct plan *p = base_plan(o, e, access);
	struct oserr *err;
	int pretty;

	if (!p || !add_components(o, e, p, access, &pretty))
		return NULL;
	if (pretty && e->target.addressof) {
		diag(o->sm->diag, E_TARGET_ADDRESS, e->tok, "pretty-printed");
		return NULL;
	}
	if (pretty)
		return pretty_value(o, e->tok, p, access, pretty == 2);
	if (e->target.addressof && !(e->target.base == TARGET_CAST && e->target.comps.n == 0)) {
		err = plan_address(p);
	} else {
		err = plan_value(p);
	}
	if (err) {
		report(o, e->tok, err);
		return NULL;
	}
	access->access.plan = p;
	access->access.text = text;
	access->type = VT_LONG;
	access->ctype = p->type;
	return access;
}

/* ---- values of the function's entry, in its return probe ------------------------------------------------------------------------- */

static struct expr *saved_make(struct owner *o, const struct token *tok, struct expr *entry, const char *text)
{
	struct derived_probe *p = o->work->p;
	struct expr *e = expr_make(o->sm->a, EX_SAVED, tok);
	size_t slot = p->saved.n;

	for (size_t i = 0; text && i < o->work->saved_text.n; i++)
		if (o->work->saved_text.v[i] && strcmp(o->work->saved_text.v[i], text) == 0)
			slot = i;
	if (slot == p->saved.n) {
		vec_push(o->sm->a, &p->saved, entry);
		vec_push(o->sm->a, &o->work->saved_text, text);
	}
	e->saved.slot = (unsigned)slot;
	e->saved.entry = p->saved.v[slot];
	e->type = e->saved.entry->type;
	e->ctype = e->saved.entry->ctype;
	return e;
}

bool target_in_return(const struct owner *o)
{
	const struct derived_probe *p = o->work ? o->work->p : NULL;

	return p && p->provider->is_return && p->provider->is_return(p);
}

static void warn_snapshot(struct owner *o, const struct expr *e, const char *text)
{
	if (e->target.comps.n && wants_warning(e->tok))
		diag(o->sm->diag, W_CONFUSING_ENTRY, e->tok, text);
}

/* $param in a return probe is what it was at entry */
static struct expr *resolve_at_entry(struct owner *o, struct expr *e)
{
	struct owner at_entry = *o;
	const char *text = text_of(o, e);
	struct expr *entry;

	at_entry.in_entry = true;
	entry = resolve_access(&at_entry, e);
	if (!entry)
		return NULL;
	if (entry->kind != EX_ACCESS) {
		/* printing a number needs that number only */
		struct expr *args = pretty_saved_number(entry);

		if (!args)
			return saved_make(o, e->tok, entry, text);
		return pretty_replace_number(entry, saved_make(o, e->tok, args, arena_printf(o->sm->a, "%s#", text)));
	}
	warn_snapshot(o, e, text);
	return saved_make(o, e->tok, entry, text);
}

static bool resolve_entry(struct owner *o, struct expr **ep)
{
	struct expr *e = *ep;
	struct owner at_entry = *o;

	if (!target_in_return(o)) {
		diag(o->sm->diag, E_ENTRY_NOT_RETURN, e->tok);
		*ep = poisoned(o, e);
		return false;
	}
	at_entry.in_entry = true;
	target_expand_expr(&at_entry, &e->wrap.arg);
	if (o->in_entry) /* @entry(@entry(x)) is @entry(x) */
		*ep = e->wrap.arg;
	else
		*ep = e->wrap.arg->kind == EX_ERROR ? e->wrap.arg : saved_make(o, e->tok, e->wrap.arg, NULL);
	return false;
}

/* ---- entries ------------------------------------------------------------------------------------------------------------------------ */

static bool skip_bad(struct owner *o, struct expr **ep, size_t mark)
{
	if (!o->sm->s->opt.skip_badvars)
		return false;
	diag_drop(o->sm->diag, mark);
	diag(o->sm->diag, W_BAD_VARIABLE, (*ep)->tok);
	*ep = expr_number(o->sm->a, (*ep)->tok, 0);
	(*ep)->type = VT_LONG;
	return true;
}

static void resolve_target(struct owner *o, struct expr **ep)
{
	struct expr *e = *ep, *done;
	size_t mark = diag_mark(o->sm->diag);
	bool named = e->target.base == TARGET_CONTEXT, misused = named && pretty_misused(o, e);

	if (named && !misused && pretty_group(o, ep))
		return;
	if (misused)
		done = NULL;
	else if (named && !o->in_entry && target_in_return(o) && strcmp(e->target.name, "$return") != 0)
		done = resolve_at_entry(o, e);
	else
		done = resolve_access(o, e);
	if (done) {
		*ep = done;
	} else if (!skip_bad(o, ep, mark)) {
		where_note(o, mark);
		*ep = poisoned(o, e);
	}
}

bool target_autocast(struct owner *o, struct expr **ep)
{
	struct expr *e = *ep;
	struct type *t = e->target.operand->ctype;

	if (!t || t == &type_conflict)
		return false;
	if (e->target.forbidden) {
		diag(o->sm->diag, E_TARGET_WRITE, e->tok);
		*ep = poisoned(o, e);
		return true;
	}
	resolve_target(o, ep);
	return true;
}

/* macros count as where they were written out in the end */
static bool is_privileged(const struct owner *o, const struct token *tok)
{
	while (tok->origin && tok->origin->kind == ORIGIN_MACRO && tok->origin->site)
		tok = tok->origin->site;
	return o->sm->s->opt.guru || !tok->span.src || tok->span.src->privileged || tok->span.src->kind == SOURCE_SYNTH;
}

static bool in_tracepoint(const struct owner *o)
{
	return o->work && strcmp(o->work->p->provider->family, "tracepoint") == 0;
}

bool target_write(struct owner *o, struct expr *e)
{
	struct expr **lp = e->kind == EX_CREMENT ? &e->crement.arg : &e->binary.l;
	const struct token *tok = (*lp)->tok;

	if ((*lp)->kind != EX_TARGET)
		return true;
	if (!is_privileged(o, tok) && (*lp)->target.base == TARGET_EXPR) {
		(*lp)->target.forbidden = true; /* target_autocast() says so if it is a target's at all */
	} else if (!is_privileged(o, tok)) {
		if ((*lp)->target.base == TARGET_CONTEXT && in_tracepoint(o))
			diag(o->sm->diag, E_TARGET_WRITE_TRACE, tok, (*lp)->target.name);
		else
			diag(o->sm->diag, E_TARGET_WRITE, tok);
		*lp = poisoned(o, *lp);
		return true;
	}
	target_expand_expr(o, lp);
	if ((*lp)->kind == EX_SAVED) {
		diag(o->sm->diag, E_TARGET_WRITE_ENTRY, tok);
		*lp = poisoned(o, *lp);
	}
	return true;
}

bool target_visit(struct owner *o, struct expr **ep)
{
	struct expr *e = *ep;

	if (e->kind == EX_ENTRY)
		return resolve_entry(o, ep);
	if (e->target.base == TARGET_EXPR) {
		/* its operand now, itself when its type is known */
		target_expand_expr(o, &e->target.operand);
		for (size_t i = 0; i < e->target.comps.n; i++)
			if (e->target.comps.v[i].kind == COMP_INDEX)
				target_expand_expr(o, &e->target.comps.v[i].index);
		return false;
	}
	resolve_target(o, ep);
	return false;
}
