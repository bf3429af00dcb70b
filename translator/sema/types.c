// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Types (reference/language.md 12): literals, operators and declarations force them, uses pass them on in both directions, until nothing
 * changes. C type details flow along assignments, arguments and returns; autocasts are resolved as they become known.
 *
 * in: resolved bodies. out: expr.type everywhere, vardecl.type and key[], funcdecl.type, the ctypes.
 * Each round: first everything but autocasts to a fixed point, then one look at the autocasts and @defined that waited for them.
 * A contradiction is reported where it is met and its node typed VT_ERROR, so that it is reported once. What has no type in the end is the
 * business of types_require(), after unused code is gone.
 */
#include "sema/infer.h"

#include "session.h"

#include <string.h>

struct type type_conflict = { .kind = TYPE_VOID, .name = "" };

static enum value_type call(struct infer *I, struct expr *e, enum value_type want);

/* ---- agreeing ------------------------------------------------------------------------------------------------------------------- */

static bool same_ctype(const struct type *a, const struct type *b)
{
	for (unsigned i = 0; i < 8; i++) {
		a = type_strip((struct type *)a);
		b = type_strip((struct type *)b);
		if (a == b)
			return true;
		if (a->kind != TYPE_PTR || b->kind != TYPE_PTR)
			return a->kind == b->kind && a->owner == b->owner && a->id == b->id && a->id;
		a = type_target((struct type *)a);
		b = type_target((struct type *)b);
	}
	return false;
}

void infer_changed(struct infer *I)
{
	I->changed = true;
	I->sm->changes++;
}

void infer_flow(struct infer *I, struct type **slot, struct type *t)
{
	if (!t || t == *slot || *slot == &type_conflict)
		return;
	if (!*slot)
		*slot = t;
	else if (t == &type_conflict || !same_ctype(*slot, t))
		*slot = &type_conflict;
	else
		return;
	infer_changed(I);
}

enum value_type infer_set(struct infer *I, struct expr *e, enum value_type t)
{
	if (t != VT_UNKNOWN && e->type != t) {
		e->type = t;
		infer_changed(I);
	}
	return e->type;
}

enum value_type infer_poison(struct infer *I, struct expr *e) { return infer_set(I, e, VT_ERROR); }

static const char *hint_at(const struct infer *I, const struct token *at)
{
	return I->hint.of && (*I->hint.of)->tok == at ? I->hint.text : "";
}

static void expected(struct infer *I, const struct token *at, enum value_type want, enum value_type have)
{
	diag(I->sm->diag, E_TYPE_EXPECTED, at, value_type_name(want), value_type_name(have), hint_at(I, at));
}

enum value_type infer_raw_stat(struct infer *I, struct expr *e)
{
	if (e->kind == EX_VAR || e->kind == EX_INDEX)
		diag(I->sm->diag, E_STAT_RVALUE, e->tok, e->kind == EX_VAR ? "variable" : "array");
	else
		diag(I->sm->diag, E_TYPE_INVALID, e->tok, value_type_name(VT_STATS));
	return infer_poison(I, e);
}

/* E is of type HAVE by its nature */
static enum value_type agree(struct infer *I, struct expr *e, enum value_type have, enum value_type want)
{
	if (want != VT_UNKNOWN && want != VT_ERROR && have != want) {
		expected(I, e->tok, want, have);
		return infer_poison(I, e);
	}
	return infer_set(I, e, have);
}

struct first infer_first_of(const struct vardecl *v)
{
	return (struct first){ v->type_declared ? NULL : v->type_tok, v->argument };
}

struct first infer_first_of_function(const struct funcdecl *f)
{
	return (struct first){ f->type_declared ? NULL : f->type_tok ? f->type_tok : f->tok, 0 };
}

/* what stands AT is wanted as FOUND, and is FIRST since WHERE; if that is here, too, one message tells it all */
static void mismatch(struct infer *I, const struct token *at, enum value_type found, enum value_type first, struct first where)
{
	const char *is = value_type_name(found), *was = value_type_name(first);
	struct diag_record *r;

	if (!where.tok || where.tok == at) {
		expected(I, at, found, first);
	} else if (where.argument) {
		r = diag(I->sm->diag, E_INDEX_MISMATCH, at, where.argument - 1, is);
		diag_note(I->sm->diag, r, N_INDEX_FIRST, where.tok, where.argument - 1, was);
	} else {
		r = diag(I->sm->diag, E_TYPE_MISMATCH, at, is, hint_at(I, at));
		diag_note(I->sm->diag, r, N_TYPE_FIRST, where.tok, was);
	}
}

/* what an operator or literal is, it is at once and whatever is wanted */
static bool has_own_type(const struct expr *e)
{
	switch (e->kind) {
	case EX_NUMBER:
	case EX_STRING:
	case EX_UNARY:
	case EX_CREMENT:
	case EX_BINARY:
	case EX_CONCAT:
	case EX_IN:
	case EX_REGEX:
	case EX_PRINT:
	case EX_STAT:
	case EX_ACCESS:
		return true;
	default:
		return false;
	}
}

enum value_type infer_given(struct infer *I, struct expr **ep, enum value_type known, struct first first)
{
	enum value_type t;

	if (known == VT_UNKNOWN || known == VT_ERROR || !has_own_type(*ep))
		return infer(I, ep, known);
	t = infer(I, ep, VT_UNKNOWN);
	if (t == known || t == VT_ERROR)
		return t;
	if (first.tok)
		mismatch(I, (*ep)->tok, t, known, first);
	else
		expected(I, (*ep)->tok, known, t);
	return infer_poison(I, *ep);
}

/* a local that is never assigned: a long from the start */
static bool is_unassigned(const struct vardecl *v)
{
	return !v->global && v->type == VT_LONG && !v->type_tok;
}

enum value_type infer_decl(struct infer *I, struct expr *e, struct vardecl *v, enum value_type want)
{
	if (want == VT_UNKNOWN || want == VT_ERROR || v->type == VT_ERROR || v->type == want)
		return infer_set(I, e, v->type);
	if (v->type != VT_UNKNOWN && !(want == VT_STATS && is_unassigned(v))) {
		mismatch(I, e->tok, want, v->type, infer_first_of(v));
		return infer_poison(I, e);
	}
	if (want == VT_STATS && !v->global) {
		diag(I->sm->diag, E_STAT_LOCAL, e->tok);
		v->type = VT_ERROR;
		return infer_poison(I, e);
	}
	if (want == VT_VOID)
		return e->type;
	v->type = want;
	v->type_tok = e->tok;
	infer_changed(I);
	return infer_set(I, e, want);
}

/* ---- variables ---------------------------------------------------------------------------------------------------------------------- */

static enum value_type variable(struct infer *I, struct expr *e, enum value_type want)
{
	struct vardecl *v = e->var.decl;

	if (!v)
		return infer_poison(I, e);
	e->ctype = v->ctype;
	return infer_decl(I, e, v, want);
}

void infer_set_key(struct infer *I, struct vardecl *v, size_t i, enum value_type t, const struct token *tok)
{
	if (t == VT_UNKNOWN || t == VT_ERROR)
		return;
	if (t != VT_LONG && t != VT_STRING) {
		diag(I->sm->diag, E_TYPE_INVALID, tok, value_type_name(t));
		t = VT_ERROR;
	}
	v->key[i] = t;
	v->key_tok[i] = tok;
	infer_changed(I);
}

void infer_key(struct infer *I, struct vardecl *v, size_t i, struct expr **ep)
{
	enum value_type got = infer(I, ep, VT_UNKNOWN);
	struct diag_record *r;

	if (got == VT_STATS) {
		infer_raw_stat(I, *ep);
	} else if (v->key[i] == VT_UNKNOWN) {
		infer_set_key(I, v, i, got, (*ep)->tok);
	} else if (got == VT_UNKNOWN) {
		infer(I, ep, v->key[i]);
	} else if (got != v->key[i] && got != VT_ERROR && v->key[i] != VT_ERROR) {
		r = diag(I->sm->diag, E_INDEX_MISMATCH, (*ep)->tok, (unsigned)i, value_type_name(got));
		if (v->key_tok[i])
			diag_note(I->sm->diag, r, N_INDEX_FIRST, v->key_tok[i], (unsigned)i, value_type_name(v->key[i]));
		infer_poison(I, *ep);
	}
}

static enum value_type element(struct infer *I, struct expr *e, enum value_type want)
{
	struct expr *base = e->index.base;
	struct vardecl *v;

	if (base->kind != EX_VAR) {
		infer(I, &e->index.base, VT_UNKNOWN);
		for (size_t i = 0; i < e->index.idx.n; i++)
			if (e->index.idx.v[i])
				infer(I, &e->index.idx.v[i], VT_LONG);
		return agree(I, e, VT_LONG, want);
	}
	v = base->var.decl;
	if (!v)
		return infer_poison(I, e);
	for (size_t i = 0; i < e->index.idx.n && i < MAX_KEYS; i++)
		if (e->index.idx.v[i])
			infer_key(I, v, i, &e->index.idx.v[i]);
	e->ctype = v->ctype;
	return infer_decl(I, e, v, want);
}

/* the operand of <<<, @count … */
static enum value_type stat_operand(struct infer *I, struct expr **ep)
{
	return infer(I, ep, VT_STATS);
}

/* ---- operators ------------------------------------------------------------------------------------------------------------------------ */

/* what E stands for, if something is declared or inferred of it */
static const struct vardecl *variable_of(const struct expr *e)
{
	if (e->kind == EX_INDEX)
		e = e->index.base;
	return e->kind == EX_VAR ? e->var.decl : NULL;
}

static bool is_called(const struct expr *e) { return e->kind == EX_CALL && e->call.callees.n; }

/* both sides are of one type; gives it */
static enum value_type both(struct infer *I, struct expr **lp, struct expr **rp, enum value_type want)
{
	enum value_type t = infer(I, lp, want), u;
	const struct vardecl *v = variable_of(*lp);

	if ((is_called(*lp) || (v && (v->type_tok || is_unassigned(v)))) && has_own_type(*rp)) {
		u = infer(I, rp, VT_UNKNOWN);
		if (t == VT_UNKNOWN || t == VT_ERROR || u == VT_ERROR || t == u)
			return t == VT_UNKNOWN ? infer(I, lp, u) : t;
		if (v && v->type_tok == (*lp)->tok) /* by what is wanted of both */
			expected(I, (*rp)->tok, t, u);
		else
			mismatch(I, (*lp)->tok, u, t, v ? infer_first_of(v) : infer_first_of_function((*lp)->call.callees.v[0]));
		return infer_poison(I, *lp);
	}
	u = infer(I, rp, t == VT_ERROR ? VT_UNKNOWN : t);

	if (t == VT_UNKNOWN && u != VT_ERROR)
		t = infer(I, lp, u);
	return t;
}

static bool is_literal_or_result(const struct expr *e) { return e->kind != EX_VAR && e->kind != EX_INDEX && e->kind != EX_CALL; }

static enum value_type comparison(struct infer *I, struct expr *e, enum value_type want)
{
	enum value_type l = infer(I, &e->binary.l, VT_UNKNOWN), r = infer(I, &e->binary.r, VT_UNKNOWN);

	if (l != VT_UNKNOWN && r != VT_UNKNOWN && l != r && l != VT_ERROR && r != VT_ERROR &&
	    is_literal_or_result(e->binary.l) && is_literal_or_result(e->binary.r)) {
		diag(I->sm->diag, E_SIDES_DISAGREE, e->tok, value_type_name(l), value_type_name(r));
		return infer_poison(I, e);
	}
	if (l == VT_STATS || r == VT_STATS) {
		infer_raw_stat(I, l == VT_STATS ? e->binary.l : e->binary.r);
		return infer_poison(I, e);
	}
	both(I, &e->binary.l, &e->binary.r, VT_UNKNOWN);
	return agree(I, e, VT_LONG, want);
}

/* something was said of E, or of what begins the chain a + b + c that it is */
static bool is_spoiled(const struct expr *e)
{
	while (e->kind == EX_CONCAT || (e->kind == EX_BINARY && op_info[e->binary.op].kind == OPK_ARITH))
		e = e->binary.l;
	return e->type == VT_ERROR;
}

/* both operands are of the type T by the operator's nature: where the first is not, nothing more is said of the second */
static void operands(struct infer *I, struct expr *e, enum value_type t)
{
	infer(I, &e->binary.l, t);
	if (is_spoiled(e->binary.l))
		t = VT_UNKNOWN;
	infer(I, &e->binary.r, t);
}

static bool is_text(const struct expr *e)
{
	const struct vardecl *v = variable_of(e);

	return e->kind == EX_STRING || (v && v->type == VT_STRING) || (is_called(e) && e->call.callees.v[0]->type == VT_STRING);
}

/* who joins texts by "+" had another language in mind */
static void arithmetic(struct infer *I, struct expr *e)
{
	struct hint before = I->hint;
	bool sum = e->binary.op == OP_ADD || e->binary.op == OP_ADD_ASSIGN;

	I->hint = (struct hint){ NULL, e->kind == EX_ASSIGN ? ", try .= for strings" : ", try . for strings" };
	if (sum && is_text(e->binary.l) && is_text(e->binary.r))
		I->hint.of = &e->binary.l;
	operands(I, e, VT_LONG);
	I->hint = before;
}

static enum value_type binary(struct infer *I, struct expr *e, enum value_type want)
{
	if (op_info[e->binary.op].kind == OPK_COMPARE)
		return comparison(I, e, want);
	arithmetic(I, e);
	return agree(I, e, VT_LONG, want);
}

static struct type **value_ctype(struct expr *e)
{
	struct vardecl *v = e->kind == EX_VAR ? e->var.decl : e->kind == EX_INDEX && e->index.base->kind == EX_VAR ? e->index.base->var.decl : NULL;

	return v ? &v->ctype : NULL;
}

static enum value_type plain_assign(struct infer *I, struct expr *e, enum value_type want)
{
	struct type **slot = value_ctype(e->binary.l);
	enum value_type l = infer(I, &e->binary.l, VT_UNKNOWN), r = infer(I, &e->binary.r, VT_UNKNOWN), t;

	if (l == VT_STATS && (r == VT_LONG || r == VT_STRING)) {
		struct vardecl *v = e->binary.l->kind == EX_VAR ? e->binary.l->var.decl : e->binary.l->index.base->var.decl;

		mismatch(I, e->binary.l->tok, r, VT_STATS, infer_first_of(v));
		return infer_poison(I, e);
	}
	if (l == VT_STATS || r == VT_STATS) {
		infer_raw_stat(I, r == VT_STATS ? e->binary.r : e->binary.l);
		return infer_poison(I, e);
	}
	t = both(I, &e->binary.l, &e->binary.r, want);
	if (slot)
		infer_flow(I, slot, e->binary.r->ctype);
	e->ctype = e->binary.r->ctype;
	return infer_set(I, e, t);
}

static enum value_type assign(struct infer *I, struct expr *e, enum value_type want)
{
	if (e->binary.op == OP_ASSIGN)
		return plain_assign(I, e, want);
	if (e->binary.op == OP_AGG) {
		stat_operand(I, &e->binary.l);
		infer(I, &e->binary.r, VT_LONG);
		return agree(I, e, VT_LONG, want);
	}
	if (e->binary.op == OP_CONCAT_ASSIGN) {
		operands(I, e, VT_STRING);
		return agree(I, e, VT_STRING, want);
	}
	arithmetic(I, e);
	return agree(I, e, VT_LONG, want);
}

static enum value_type ternary(struct infer *I, struct expr **ep, enum value_type want)
{
	struct expr *e = *ep;
	enum value_type t;
	int64_t n;

	infer(I, &e->ternary.cond, VT_LONG);
	if (target_decided(e->ternary.cond, &n)) { /* a @defined that had to wait */
		*ep = n ? e->ternary.yes : e->ternary.no;
		infer_changed(I);
		return infer(I, ep, want);
	}
	t = both(I, &e->ternary.yes, &e->ternary.no, want);
	infer_flow(I, &e->ctype, e->ternary.yes->ctype);
	infer_flow(I, &e->ctype, e->ternary.no->ctype);
	if (t == VT_STATS)
		return infer_raw_stat(I, e->ternary.yes->type == VT_STATS ? e->ternary.yes : e->ternary.no), infer_poison(I, e);
	return infer_set(I, e, t);
}

/* ---- calls ---------------------------------------------------------------------------------------------------------------------------- */

/* the n-th, from 0 */
static void argument(struct infer *I, struct vardecl *formal, unsigned n, struct expr **ep)
{
	enum value_type t = infer_given(I, ep, formal->type, infer_first_of(formal));

	if (formal->type == VT_UNKNOWN && t != VT_UNKNOWN && t != VT_ERROR) {
		if (t == VT_STATS) {
			infer_raw_stat(I, *ep);
			return;
		}
		formal->type = t;
		formal->type_tok = (*ep)->tok;
		formal->argument = n + 1;
		infer_changed(I);
	}
	infer_flow(I, &formal->ctype, (*ep)->ctype);
}

static enum value_type result(struct infer *I, struct expr *e, struct funcdecl *f, enum value_type want)
{
	if (want == VT_UNKNOWN && f->type == VT_UNKNOWN && I->told)
		want = e->call.told;
	if (want == VT_UNKNOWN || want == VT_ERROR || f->type == want || f->type == VT_ERROR)
		return f->type;
	if (f->type != VT_UNKNOWN) {
		mismatch(I, e->tok, want, f->type, infer_first_of_function(f));
		return VT_ERROR;
	}
	if (want == VT_STATS) {
		diag(I->sm->diag, E_TYPE_INVALID, e->tok, value_type_name(want));
		return VT_ERROR;
	}
	f->type = want;
	f->type_tok = e->tok;
	infer_changed(I);
	return want;
}

static enum value_type call(struct infer *I, struct expr *e, enum value_type want)
{
	enum value_type t = want != VT_UNKNOWN ? want : e->type;

	for (size_t i = 0; i < e->call.callees.n; i++) {
		struct funcdecl *f = e->call.callees.v[i];

		for (size_t j = 0; j < e->call.args.n; j++)
			argument(I, f->formals.v[j], (unsigned)j, &e->call.args.v[j]);
		t = result(I, e, f, t);
		if (t == VT_ERROR)
			return infer_poison(I, e);
		if (i == 0)
			e->ctype = f->ctype;
		else if (e->ctype && (!f->ctype || !same_ctype(e->ctype, f->ctype)))
			e->ctype = NULL;
	}
	return infer_set(I, e, t);
}

/* ---- printing --------------------------------------------------------------------------------------------------------------------------- */

static void formatted(struct infer *I, struct expr *e)
{
	size_t at = 0, need = 0;

	for (size_t i = 0; i < e->print.pieces.n; i++) {
		const struct fmt_piece *p = &e->print.pieces.v[i];

		if (p->conv != FMT_LITERAL)
			need += 1u + (p->width_kind == FMT_DYNAMIC) + (p->prec_kind == FMT_DYNAMIC);
	}
	if (need != e->print.args.n) {
		diag(I->sm->diag, E_PRINT_ARGS, e->tok);
		infer_poison(I, e);
		return;
	}
	for (size_t i = 0; i < e->print.pieces.n; i++) {
		const struct fmt_piece *p = &e->print.pieces.v[i];

		if (p->conv == FMT_LITERAL)
			continue;
		if (p->width_kind == FMT_DYNAMIC)
			infer(I, &e->print.args.v[at++], VT_LONG);
		if (p->prec_kind == FMT_DYNAMIC)
			infer(I, &e->print.args.v[at++], VT_LONG);
		infer(I, &e->print.args.v[at++], p->conv == FMT_S ? VT_STRING : VT_LONG);
	}
}

static enum value_type print(struct infer *I, struct expr *e, enum value_type want)
{
	if (e->print.hist)
		infer(I, &e->print.hist, VT_UNKNOWN);
	if (e->print.kind == PRINT_PRINTF)
		formatted(I, e);
	for (size_t i = 0; e->print.kind != PRINT_PRINTF && i < e->print.args.n; i++) {
		struct expr **ap = &e->print.args.v[i];

		if (infer(I, ap, e->print.kind == PRINT_CHAR ? VT_LONG : VT_UNKNOWN) == VT_STATS) {
			diag(I->sm->diag, E_PRINT_STATS, (*ap)->tok);
			infer_poison(I, *ap);
		}
	}
	return e->type == VT_ERROR ? VT_ERROR : agree(I, e, e->print.to_string ? VT_STRING : VT_LONG, want);
}

/* ---- what waits for C types -------------------------------------------------------------------------------------------------------------- */

static enum value_type autocast(struct infer *I, struct expr **ep, enum value_type want)
{
	struct expr *e = *ep;

	infer(I, &e->target.operand, VT_LONG);
	for (size_t i = 0; i < e->target.comps.n; i++)
		if (e->target.comps.v[i].kind == COMP_INDEX)
			infer(I, &e->target.comps.v[i].index, VT_UNKNOWN); /* a number, once it is known to be an index */
	if (I->autocasts && target_autocast(I->o, ep)) {
		infer_changed(I);
		resolve_expr(I->o, ep);
		return infer(I, ep, want);
	}
	return VT_UNKNOWN;
}

static enum value_type late_defined(struct infer *I, struct expr **ep, enum value_type want)
{
	if (!I->autocasts) {
		if ((*ep)->wrap.arg->kind == EX_TARGET)
			infer(I, &(*ep)->wrap.arg->target.operand, VT_LONG);
		return agree(I, *ep, VT_LONG, want);
	}
	if (target_defined_late(I->o, ep, I->final))
		infer_changed(I);
	return agree(I, *ep, VT_LONG, want);
}

static enum value_type access_value(struct infer *I, struct expr *e, enum value_type want)
{
	for (size_t i = 0; i < e->access.args.n; i++)
		infer(I, &e->access.args.v[i], VT_LONG);
	return agree(I, e, VT_LONG, want);
}

static bool is_never_assigned(const struct expr *e)
{
	const struct vardecl *v = e->kind == EX_VAR ? e->var.decl : NULL;

	return v && !v->global && v->read && !v->written;
}

/* 3.14 */
static bool is_fraction(const struct expr *e)
{
	return e->binary.l->kind == EX_NUMBER && e->binary.r->kind == EX_NUMBER && e->tok->adjacent && e->binary.r->tok->adjacent;
}

static enum value_type concat(struct infer *I, struct expr *e, enum value_type want)
{
	struct hint before = I->hint;

	I->hint = (struct hint){ &e->binary.l, "" };
	if (is_fraction(e))
		I->hint.text = ", there are no fractions";
	else if (is_never_assigned(e->binary.r))
		I->hint.text = TRY_ARROW;
	operands(I, e, VT_STRING);
	I->hint = before;
	return agree(I, e, VT_STRING, want);
}

static enum value_type of_stat(struct infer *I, struct expr *e, struct expr **stat, enum value_type want)
{
	stat_operand(I, stat);
	return agree(I, e, VT_LONG, want);
}

static enum value_type one_long(struct infer *I, struct expr *e, struct expr **arg, enum value_type want)
{
	infer(I, arg, VT_LONG);
	return agree(I, e, VT_LONG, want);
}

static enum value_type infer_anew(struct infer *I, struct expr **ep, enum value_type want) /* long: dispatch */
{
	struct expr *e = *ep;

	switch (e->kind) {
	case EX_NUMBER:
		return agree(I, e, VT_LONG, want);
	case EX_STRING:
		return agree(I, e, VT_STRING, want);
	case EX_EMBEDDED:
		return agree(I, e, e->embedded->pragmas & PRAGMA_STRING ? VT_STRING : VT_LONG, want);
	case EX_VAR:
		return variable(I, e, want);
	case EX_INDEX:
		return element(I, e, want);
	case EX_CALL:
		return call(I, e, want);
	case EX_UNARY:
		return one_long(I, e, &e->unary.arg, want);
	case EX_CREMENT:
		return one_long(I, e, &e->crement.arg, want);
	case EX_BINARY:
		return binary(I, e, want);
	case EX_CONCAT:
		return concat(I, e, want);
	case EX_IN:
		infer(I, &e->in.array, VT_UNKNOWN);
		return agree(I, e, VT_LONG, want);
	case EX_TERNARY:
		return ternary(I, ep, want);
	case EX_ASSIGN:
		return assign(I, e, want);
	case EX_PRINT:
		return print(I, e, want);
	case EX_STAT:
		return of_stat(I, e, &e->stat.stat, want);
	case EX_HIST:
		return of_stat(I, e, &e->hist.stat, VT_UNKNOWN);
	case EX_TARGET:
		return autocast(I, ep, want);
	case EX_DEFINED:
		return late_defined(I, ep, want);
	case EX_ACCESS:
		return access_value(I, e, want);
	case EX_SAVED:
		return infer_set(I, e, infer(I, &I->o->work->p->saved.v[e->saved.slot], want));
	case EX_REGEX:
		infer(I, &e->regex.l, VT_STRING);
		return agree(I, e, VT_LONG, want);
	case EX_ENTRY:
	case EX_PROBEWRITE:
	case EX_PERF:
	case EX_CONST:
	case EX_ENUM:
	case EX_ENUMNAME:
	case EX_REGISTER:
	case EX_DEREF:
	case EX_ERROR:
		return infer_poison(I, e);
	}
	return VT_UNKNOWN;
}

/* nothing was learned since E was last looked at, and what is wanted of it is not new either */
static bool is_settled(const struct infer *I, const struct expr *e, enum value_type want)
{
	return e->typed_at == I->sm->changes % (1u << 28) &&
	       (want == VT_UNKNOWN || want == VT_ERROR || want == e->type || want == e->typed_as);
}

/* Operators look at their operands twice, to learn from one about the other: without is_settled() each level of nesting would double the
 * work */
enum value_type infer(struct infer *I, struct expr **ep, enum value_type want)
{
	enum value_type t;

	if ((*ep)->type == VT_ERROR)
		return VT_ERROR;
	if (is_settled(I, *ep, want))
		return (*ep)->type;
	t = infer_anew(I, ep, want);
	(*ep)->typed_at = I->sm->changes % (1u << 28);
	(*ep)->typed_as = want;
	return t;
}

/* ---- rounds ---------------------------------------------------------------------------------------------------------------------------------- */

static void one(struct owner *o, struct block *b, void *cookie)
{
	struct infer *I = cookie;
	struct derived_probe *p = o->fn ? NULL : o->work->p;

	I->o = o;
	I->sm->changes++; /* what was cloned from a settled tree is not itself settled */
	infer_block(I, b);
	if (p && p->condition)
		infer(I, &p->condition, VT_LONG);
	for (size_t i = 0; p && i < p->saved.n; i++)
		infer(I, &p->saved.v[i], VT_UNKNOWN);
}

static void init_globals(struct sema *sm)
{
	for (size_t i = 0; i < sm->globals.n; i++) {
		struct vardecl *v = sm->globals.v[i];

		if (v->init && v->type == VT_UNKNOWN) {
			v->type = v->init->kind == EX_STRING ? VT_STRING : VT_LONG;
			v->type_tok = v->init->tok ? v->init->tok : v->tok;
		}
	}
}

/* Everything but autocasts to a fixed point. A chain a = b; b = c; … of any length takes few rounds, as every other one goes backwards
 * once it proves long */
static void settle(struct infer *I)
{
	enum { FORWARD_ROUNDS = 8 };
	unsigned round = 0;

	I->autocasts = false;
	do {
		I->changed = false;
		I->backwards = round > FORWARD_ROUNDS && round % 2;
		init_globals(I->sm);
		if (I->backwards)
			each_code_backwards(I->sm, one, I);
		else
			each_code(I->sm, one, I);
		round++;
	} while (I->changed);
	I->backwards = false;
}

static void rounds(struct sema *sm, bool final)
{
	struct infer I = { .sm = sm };
	size_t functions;

	do {
		I.final = final;
		functions = sm->functions.n;
		settle(&I);
		I.autocasts = true;
		each_code(sm, one, &I);
		resolve_all(sm); /* pretty-printing of autocasts makes functions */
		if (sm->functions.n != functions)
			usage_live(sm); /* they may call what was called by dead code only */
		I.told = final && !I.changed && !I.told; /* when nothing else says more */
	} while (I.changed || I.told);
}

static void settle_indices(const struct vardecls *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i]->indexes_written && !l->v[i]->written && l->v[i]->type == VT_UNKNOWN)
			l->v[i]->type = VT_LONG;
}

void types_infer(struct sema *sm)
{
	rounds(sm, false);
	for (size_t i = 0; i < sm->works.n; i++) /* no array knew */
		settle_indices(&sm->works.v[i]->p->locals);
	for (size_t i = 0; i < sm->functions.n; i++)
		settle_indices(&sm->functions.v[i]->locals);
	rounds(sm, true);
}
