// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pretty-printing (reference/language.md 11.3): $x$ and $x$$ become sprintf over plans; $$vars, $$parms, $$locals, $$return become sprintf
 * over the variables' values.
 *
 * What may fault is put into a synthesised function, so that a bad pointer spoils this text and not the handler:
 *
 *     function __pretty_N:string (a) { try { return sprintf("{.x=%i, .y=%p}", <a + 0>, <a + 8>) } catch { return "ERROR" } }
 *
 * where the argument is the address of what is printed (or the value, if a register holds it).
 */
#include "sema/target.h"

#include "base/intern.h"
#include "base/text.h"
#include "session.h"
#include "types/plan.h"

#include <string.h>

#define MAX_VALUES 32 /* in one text; the rest is "..." */
#define MAX_STEPS 1000 /* through structs and arrays for them: damaged types hold themselves */

struct pretty {
	struct owner *o;
	const struct token *tok;
	struct expr *print; /* the sprintf under construction */
	struct buf text;    /* literal not yet in print.pieces */
	struct buf format;  /* all of it, as -p2 shows it */
	struct expr *base;  /* the formal that plans start from */
	unsigned left, steps;
	bool deep;
};

/* ---- the format ------------------------------------------------------------------------------------------------------------------ */

static void flush_text(struct pretty *pr)
{
	struct fmt_piece piece = { .conv = FMT_LITERAL };

	if (!pr->text.len)
		return;
	piece.literal = intern_str(pr->o->sm->s->names, pr->text.data);
	vec_push(pr->o->sm->a, &pr->print->print.pieces, piece);
	buf_reset(&pr->text);
}

static void put_text(struct pretty *pr, const char *text)
{
	buf_puts(&pr->text, text);
	buf_puts(&pr->format, text);
}

static void put_value(struct pretty *pr, enum fmt_conv conv, char flag, struct expr *value)
{
	static const char letter[] = { [FMT_D] = 'i', [FMT_U] = 'u', [FMT_X] = 'x', [FMT_P] = 'p', [FMT_C] = 'c', [FMT_S] = 's' };
	struct fmt_piece piece = { .conv = conv, .flag = flag };

	flush_text(pr);
	vec_push(pr->o->sm->a, &pr->print->print.pieces, piece);
	vec_push(pr->o->sm->a, &pr->print->print.args, value);
	buf_putc(&pr->format, '%');
	if (flag)
		buf_putc(&pr->format, flag);
	buf_putc(&pr->format, letter[conv]);
}

static void pretty_begin(struct pretty *pr, struct owner *o, const struct token *tok)
{
	memset(pr, 0, sizeof(*pr));
	pr->o = o;
	pr->tok = tok;
	pr->left = MAX_VALUES;
	buf_init(&pr->text);
	buf_init(&pr->format);
	pr->print = expr_make(o->sm->a, EX_PRINT, tok);
	pr->print->print.kind = PRINT_PRINTF;
	pr->print->print.to_string = true;
	pr->print->type = VT_STRING;
}

static struct expr *pretty_end(struct pretty *pr)
{
	flush_text(pr);
	pr->print->print.format = intern_str(pr->o->sm->s->names, pr->format.data);
	buf_fini(&pr->text);
	buf_fini(&pr->format);
	return pr->print;
}

/* ---- values ----------------------------------------------------------------------------------------------------------------------- */

/* a char * in the kernel may be the program's: no type says so */
static struct expr *string_call(struct pretty *pr, struct expr *addr, bool user)
{
	struct expr *call = expr_make(pr->o->sm->a, EX_CALL, pr->tok);

	call->call.name = intern_str(pr->o->sm->s->names, user ? "user_string_quoted" : "kernel_or_user_string_quoted");
	vec_push(pr->o->sm->a, &call->call.args, addr);
	return call;
}

static struct expr *plan_expr(struct pretty *pr, struct plan *p)
{
	struct expr *e = access_make(pr->o, pr->tok, p);

	e->access.text = p->path;
	if (pr->base)
		vec_push(pr->o->sm->a, &e->access.args, pr->base);
	return e;
}

static void put_plan(struct pretty *pr, struct plan *p, bool top);

static void put_number(struct pretty *pr, struct plan *p, struct type *t)
{
	bool bits = p->bit_size != 0; /* of a char: a number */
	struct oserr *err = plan_value(p);

	if (err) {
		oserr_free(err);
		put_text(pr, "?");
		return;
	}
	if (t->kind == TYPE_CHAR && !bits) {
		put_text(pr, "'");
		put_value(pr, FMT_C, '#', plan_expr(pr, p));
		put_text(pr, "'");
	} else if (t->kind == TYPE_PTR) {
		put_value(pr, FMT_P, 0, plan_expr(pr, p));
	} else {
		put_value(pr, t->is_signed || t->kind == TYPE_BOOL ? FMT_D : FMT_U, 0, plan_expr(pr, p));
	}
}

static void put_pointer(struct pretty *pr, struct plan *p, struct type *t, bool top)
{
	struct type *to = type_strip(type_target(t));
	struct oserr *err;

	if (top && (to->kind == TYPE_STRUCT || to->kind == TYPE_UNION)) {
		/* what it points to: go there as -> would */
		struct plan *q = plan_clone(pr->o->sm->a, p);

		err = plan_index(q, 0);
		if (!err) {
			q->path = p->path;
			put_plan(pr, q, true);
			return;
		}
		oserr_free(err);
	}
	if (type_is_string_pointer(t)) {
		bool user = p->user;

		err = plan_value(p);
		if (!err) {
			put_value(pr, FMT_S, 0, string_call(pr, plan_expr(pr, p), user));
			return;
		}
		oserr_free(err);
	}
	if (top && to->kind == TYPE_FUNC)
		put_text(pr, "<function>:");
	put_number(pr, p, t);
}

struct list_state {
	bool first, cut;
};

/* ", " between; false and ", ..." when enough was printed */
static bool next_value(struct pretty *pr, struct list_state *st)
{
	if (st->cut)
		return false;
	if (!st->first)
		put_text(pr, ", ");
	st->first = false;
	if (pr->left == 0) {
		put_text(pr, "...");
		st->cut = true;
		return false;
	}
	return true;
}

static void put_members(struct pretty *pr, const struct plan *p, struct type *t, struct list_state *st, unsigned depth)
{
	struct member *m;
	size_t n = type_members(t, &m);

	for (size_t i = 0; i < n && !st->cut; i++) {
		struct plan *q;
		struct oserr *err;

		if (!*m[i].name) {
			if (depth < 16)
				put_members(pr, p, type_strip(m[i].type), st, depth + 1);
			continue;
		}
		if (!next_value(pr, st))
			return;
		put_text(pr, arena_printf(pr->o->sm->a, ".%s=", m[i].name));
		q = plan_clone(pr->o->sm->a, p);
		err = plan_member(q, m[i].name);
		if (err) {
			oserr_free(err);
			put_text(pr, "?");
			continue;
		}
		put_plan(pr, q, false);
	}
}

static void put_array(struct pretty *pr, const struct plan *p, struct type *t, bool top)
{
	struct type *elem = type_strip(type_target(t));
	struct list_state st = { .first = true };

	if (!top && !pr->deep) {
		put_text(pr, "[...]");
		return;
	}
	if (elem->size == 1 && (elem->kind == TYPE_CHAR || elem->kind == TYPE_INT)) {
		struct plan *q = plan_clone(pr->o->sm->a, p);
		struct oserr *err = plan_value(q);

		if (!err) {
			pr->left -= pr->left > 0;
			put_value(pr, FMT_S, 0, string_call(pr, plan_expr(pr, q), p->user));
			return;
		}
		oserr_free(err);
	}
	put_text(pr, "[");
	for (uint64_t i = 0; i < t->count && next_value(pr, &st); i++) {
		struct plan *q = plan_clone(pr->o->sm->a, p);
		struct oserr *err = plan_index(q, (int64_t)i);

		if (err) {
			oserr_free(err);
			put_text(pr, "?");
			break;
		}
		put_plan(pr, q, false);
	}
	put_text(pr, "]");
}

/* the value that P has reached; p may be changed */
static void put_plan(struct pretty *pr, struct plan *p, bool top)
{
	struct type *t = type_strip(p->type);

	if (++pr->steps > MAX_STEPS) {
		pr->left = 0;
		put_text(pr, "?");
		return;
	}
	switch (t->kind) {
	case TYPE_STRUCT:
	case TYPE_UNION:
		if (top || pr->deep) {
			struct list_state st = { .first = true };

			put_text(pr, "{");
			put_members(pr, p, t, &st, 0);
			put_text(pr, "}");
		} else {
			put_text(pr, "{...}");
		}
		return;
	case TYPE_ARRAY:
		put_array(pr, p, t, top);
		return;
	case TYPE_PTR:
		pr->left -= pr->left > 0;
		put_pointer(pr, p, t, top);
		return;
	case TYPE_INT:
	case TYPE_BOOL:
	case TYPE_CHAR:
	case TYPE_ENUM:
		pr->left -= pr->left > 0;
		put_number(pr, p, t);
		return;
	case TYPE_VOID:
	case TYPE_FLOAT:
	case TYPE_TYPEDEF:
	case TYPE_FUNC:
	case TYPE_FORWARD:
		put_text(pr, "?");
		return;
	}
}

/* ---- the function around it ----------------------------------------------------------------------------------------------------------- */

static struct stmt *return_stmt(struct arena *a, const struct token *tok, struct expr *value)
{
	struct stmt *s = stmt_make(a, ST_RETURN, tok);

	s->expr = value;
	return s;
}

static struct block *block_of(struct arena *a, const struct token *tok, struct stmt *s)
{
	struct block *b = arena_make(a, struct block);

	b->tok = tok;
	vec_push(a, &b->stmts, s);
	return b;
}

static struct funcdecl *function_make(struct pretty *pr, struct vardecl *formal, struct expr *text)
{
	struct sema *sm = pr->o->sm;
	struct funcdecl *f = arena_make(sm->a, struct funcdecl);
	struct stmt *attempt = stmt_make(sm->a, ST_TRY, pr->tok);

	f->name = intern_str(sm->s->names, arena_printf(sm->a, "__pretty_%u", sm->nsynth++));
	f->tok = pr->tok;
	f->synthetic = true;
	f->type = VT_STRING;
	f->type_declared = true;
	f->type_tok = pr->tok;
	vec_push(sm->a, &f->formals, formal);
	attempt->try_.body = block_of(sm->a, pr->tok, return_stmt(sm->a, pr->tok, text));
	attempt->try_.handler = block_of(sm->a, pr->tok, return_stmt(sm->a, pr->tok, expr_string(sm->a, pr->tok, "ERROR")));
	f->body = block_of(sm->a, pr->tok, attempt);
	scope_add_function(sm, f)->context = 0;
	return f;
}

static struct vardecl *formal_make(struct sema *sm, const struct token *tok)
{
	struct vardecl *v = arena_make(sm->a, struct vardecl);

	v->name = intern_str(sm->s->names, "a");
	v->tok = tok;
	v->synthetic = true;
	v->type = VT_LONG;
	v->type_declared = true;
	v->type_tok = tok;
	return v;
}

static bool reads_memory(const struct plan *p)
{
	for (unsigned i = 0; i < p->nsteps; i++)
		if (p->steps[i].op == STEP_LOAD)
			return true;
	return false;
}

/* in a register and printed as a number: nothing can go wrong */
static bool is_plain_number(const struct plan *p)
{
	struct type *t = type_strip(p->type), *to;

	if (p->is_address || reads_memory(p))
		return false;
	if (t->kind != TYPE_PTR)
		return t->kind == TYPE_INT || t->kind == TYPE_BOOL || t->kind == TYPE_CHAR || t->kind == TYPE_ENUM;
	to = type_strip(type_target(t));
	return to->kind != TYPE_STRUCT && to->kind != TYPE_UNION && !type_is_string_pointer(t);
}

/* its argument is P as far as it has come: an address or what a register holds */
static struct funcdecl *function_build(struct owner *o, const struct token *tok, const struct plan *p, bool deep)
{
	struct sema *sm = o->sm;
	struct vardecl *formal = formal_make(sm, tok);
	struct plan *inner = plan_make(sm->a, PLAN_EXPR, 0, p->type, p->path);
	struct pretty pr;

	pretty_begin(&pr, o, tok);
	pr.deep = deep;
	pr.base = expr_make(sm->a, EX_VAR, tok);
	pr.base->var.name = formal->name;
	pr.base->var.decl = formal;
	inner->is_address = p->is_address;
	inner->bit_size = p->bit_size;
	inner->bit_shift = p->bit_shift;
	inner->user = p->user;
	put_plan(&pr, inner, true);
	return function_make(&pr, formal, pretty_end(&pr));
}

/* the same things that come again have the same function: its text says nothing of where it is called, as what fails in it is caught */
static struct funcdecl *function_of(struct owner *o, const struct token *tok, const struct plan *p, bool deep)
{
	struct sema *sm = o->sm;
	const char *key = arena_printf(sm->a,
				       "%p %d %d %u %u %d %s",
				       (void *)p->type,
				       deep,
				       p->is_address,
				       p->bit_size,
				       p->bit_shift,
				       p->user,
				       p->path);
	struct funcdecl *f = map_get(&sm->pretties, key);

	if (!f) {
		f = function_build(o, tok, p, deep);
		map_set(&sm->pretties, key, f);
	}
	return f;
}

struct expr *pretty_value(struct owner *o, const struct token *tok, struct plan *p, struct expr *access, bool deep)
{
	struct sema *sm = o->sm;
	struct pretty pr;
	struct expr *call;

	if (is_plain_number(p)) {
		pretty_begin(&pr, o, tok);
		put_plan(&pr, p, true);
		if (!pr.print->print.args.n) /* of a size that no number has: "?" */
			return pretty_end(&pr);
		pr.print->print.args.v[0]->access.args.v = access->access.args.v;
		pr.print->print.args.v[0]->access.args.n = access->access.args.n;
		pr.print->print.args.v[0]->access.args.cap = access->access.args.cap;
		return pretty_end(&pr);
	}
	call = expr_make(sm->a, EX_CALL, tok);
	access->access.plan = p;
	access->access.text = p->path;
	access->type = VT_LONG;
	vec_push(sm->a, &call->call.args, access);
	vec_push(sm->a, &call->call.callees, function_of(o, tok, p, deep));
	call->call.name = call->call.callees.v[0]->name;
	call->type = VT_STRING;
	return call;
}

struct expr *pretty_saved_number(struct expr *e)
{
	if (e->kind != EX_PRINT || e->print.args.n != 1 || e->print.args.v[0]->kind != EX_ACCESS)
		return NULL;
	return e->print.args.v[0];
}

struct expr *pretty_replace_number(struct expr *e, struct expr *number)
{
	e->print.args.v[0] = number;
	return e;
}

/* ---- $$vars and its like ------------------------------------------------------------------------------------------------------------------ */

static void put_variable(struct pretty *pr, const struct variable *v, const struct expr *group)
{
	struct owner *o = pr->o;
	struct expr *e = expr_make(o->sm->a, EX_TARGET, pr->tok);
	size_t mark = diag_mark(o->sm->diag);
	struct type *t = v->type ? type_strip(v->type) : NULL;
	bool skip = o->sm->s->opt.skip_badvars;

	put_text(pr, arena_printf(o->sm->a, "%s%s=", pr->format.len ? " " : "", v->name + 1));
	if (group->target.comps.n == 0 && t && (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION || t->kind == TYPE_ARRAY)) {
		put_text(pr, t->kind == TYPE_ARRAY ? "[...]" : "{...}");
		return;
	}
	e->target.base = TARGET_CONTEXT;
	e->target.name = intern_str(o->sm->s->names, v->name);
	for (size_t i = 0; i < group->target.comps.n; i++)
		vec_push(o->sm->a, &e->target.comps, group->target.comps.v[i]);
	o->sm->s->opt.skip_badvars = false;
	target_expand_expr(o, &e);
	o->sm->s->opt.skip_badvars = skip;
	if (diag_errors_since(o->sm->diag, mark)) {
		diag_drop(o->sm->diag, mark);
		put_text(pr, "?");
	} else if (e->kind == EX_ACCESS || (e->kind == EX_SAVED && e->type != VT_STRING)) {
		put_value(pr, FMT_X, '#', e);
	} else {
		put_value(pr, FMT_S, 0, e);
	}
}

static bool is_parameter(const struct variables *parms, const char *name)
{
	for (size_t i = 0; i < parms->n; i++)
		if (strcmp(parms->v[i].name, name) == 0)
			return true;
	return false;
}

static bool wants_variable(const char *group, const struct variables *parms, const char *name)
{
	bool is_return = strcmp(name, "$return") == 0;

	if (strcmp(group, "$$return") == 0)
		return is_return;
	if (is_return)
		return false;
	return strcmp(group, "$$locals") != 0 || !is_parameter(parms, name);
}

static bool is_group(const char *name)
{
	static const char *const groups[] = { "$$vars", "$$parms", "$$locals", "$$return", NULL };

	return text_among(name, groups);
}

static bool plain_text(struct owner *o, struct expr **ep)
{
	const struct derived_probe *p = o->work->p;
	const char *text = p->provider->text ? p->provider->text(p, o->sm->a, (*ep)->target.name) : NULL;
	struct buf b = BUF_INIT;

	if (!text)
		return false;
	literal_encode(&b, text, strlen(text));
	*ep = expr_string(o->sm->a, (*ep)->tok, intern_str(o->sm->s->names, b.data));
	(*ep)->type = VT_STRING;
	buf_fini(&b);
	return true;
}

/* $$locals are a function's, and $$return is what it returns: elsewhere they are names like any other, and not there */
static bool has_group(const struct owner *o, const struct derived_probe *p, const char *name)
{
	if (strcmp(name, "$$return") == 0)
		return target_in_return(o) && !o->in_entry;
	return strcmp(name, "$$locals") != 0 || p->provider->is_return;
}

bool pretty_misused(struct owner *o, const struct expr *e)
{
	const struct derived_probe *p = o->work ? o->work->p : NULL;
	const struct component *c = e->target.comps.n ? &e->target.comps.v[0] : NULL;

	if (strncmp(e->target.name, "$$", 2) != 0 || !p || !p->provider->variables)
		return false;
	if (e->target.addressof)
		diag(o->sm->diag, E_TARGET_ADDRESS, e->tok, "context");
	else if (c && (c->kind == COMP_MEMBER || c->kind == COMP_INDEX))
		diag(o->sm->diag, E_TARGET_GROUP, c->tok ? c->tok : e->tok, e->target.name, c->kind == COMP_MEMBER ? "a structure" : "array");
	else
		return false;
	return true;
}

bool pretty_group(struct owner *o, struct expr **ep)
{
	const char *name = (*ep)->target.name;
	const struct derived_probe *p = o->work ? o->work->p : NULL;
	struct variables all = { 0 }, parms = { 0 };
	struct pretty pr;

	if (strncmp(name, "$$", 2) != 0 || !p)
		return false;
	if (!is_group(name))
		return plain_text(o, ep);
	if (!p->provider->variables || !has_group(o, p, name))
		return false;
	p->provider->variables(p, o->sm->a, true, &parms);
	if (strcmp(name, "$$parms") == 0)
		all = parms;
	else
		p->provider->variables(p, o->sm->a, false, &all);
	pretty_begin(&pr, o, (*ep)->tok);
	for (size_t i = 0; i < all.n; i++)
		if (wants_variable(name, &parms, all.v[i].name))
			put_variable(&pr, &all.v[i], *ep);
	*ep = pretty_end(&pr);
	if ((*ep)->print.args.n == 0) { /* nothing, or nothing readable */
		const char *text = (*ep)->print.format;

		*ep = expr_string(o->sm->a, (*ep)->tok, text);
		(*ep)->type = VT_STRING;
	}
	return true;
}
