// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Constant folding (reference/language.md 19): operators on literals become literals, conditions that are literals decide.
 *
 * Numbers wrap as at run time, shift counts are masked as at run time; a division by a literal 0 is left to run time. Strings are folded
 * decoded, and only while what decides stays below any MAXSTRINGLEN, so that truncation is the run time's alone. Where one operand decides
 * alone (x * 0, x || 1) the other is dropped if it neither does nor raises anything; where it changes nothing (x + 0) the other stays.
 */
#include "sema/sema.h"

#include "base/buf.h"
#include "base/intern.h"
#include "regex/regex.h"
#include "session.h"

#include <string.h>

#define MAX_FOLDED_STRING 15 /* MAXSTRINGLEN is at least 16 */

#define MAX_KNOWN 64 /* how deep a condition is looked into before anything is folded */

bool fold_number(const struct expr *e, int64_t *ret)
{
	if (e->kind != EX_NUMBER)
		return false;
	*ret = e->num;
	return true;
}

static void to_number(struct expr *e, int64_t v)
{
	e->kind = EX_NUMBER;
	e->type = VT_LONG;
	e->ctype = NULL;
	e->num = v;
}

static bool arith(enum op op, int64_t a, int64_t b, int64_t *ret) /* long: dispatch */
{
	uint64_t x = (uint64_t)a, y = (uint64_t)b;

	switch (op) {
	case OP_ADD: *ret = (int64_t)(x + y); return true;
	case OP_SUB: *ret = (int64_t)(x - y); return true;
	case OP_MUL: *ret = (int64_t)(x * y); return true;
	case OP_DIV: *ret = b == 0 ? 0 : b == -1 ? (int64_t)(0 - x) : a / b; return b != 0;
	case OP_MOD: *ret = b == 0 || b == -1 ? 0 : a % b; return b != 0;
	case OP_AND: *ret = (int64_t)(x & y); return true;
	case OP_OR: *ret = (int64_t)(x | y); return true;
	case OP_XOR: *ret = (int64_t)(x ^ y); return true;
	case OP_SHL: *ret = (int64_t)(x << (y & 63)); return true;
	case OP_SHR: *ret = a >> (y & 63); return true;
	case OP_USHR: *ret = (int64_t)(x >> (y & 63)); return true;
	case OP_LT: *ret = a < b; return true;
	case OP_GT: *ret = a > b; return true;
	case OP_LE: *ret = a <= b; return true;
	case OP_GE: *ret = a >= b; return true;
	case OP_EQ: *ret = a == b; return true;
	case OP_NE: *ret = a != b; return true;
	case OP_LAND: *ret = a && b; return true;
	case OP_LOR: *ret = a || b; return true;
	default: return false;
	}
}

static bool order(enum op op, int cmp, int64_t *ret)
{
	return op_info[op].kind == OPK_COMPARE && arith(op, cmp, 0, ret);
}

/* what comparing two decoded texts gives, unless it takes MAXSTRINGLEN to tell: at run time longer ones may be cut to the same text */
static bool compare_texts(enum op op, const struct buf *l, const struct buf *r, int64_t *ret)
{
	bool cut = l->len > MAX_FOLDED_STRING || r->len > MAX_FOLDED_STRING;

	cut &= strncmp(l->data, r->data, MAX_FOLDED_STRING) == 0;
	return !cut && order(op, strcmp(l->data, r->data), ret);
}

/* literals, and literals glued together */
static bool known_text(const struct expr *e, struct buf *ret)
{
	if (e->kind == EX_CONCAT)
		return e->height <= MAX_KNOWN && known_text(e->binary.l, ret) && known_text(e->binary.r, ret);
	if (e->kind == EX_STRING)
		literal_decode(ret, e->str);
	return e->kind == EX_STRING;
}

static bool compare_known(const struct expr *e, int64_t *ret)
{
	struct buf l = BUF_INIT, r = BUF_INIT;
	bool known = known_text(e->binary.l, &l) && known_text(e->binary.r, &r);

	known = known && compare_texts(e->binary.op, &l, &r, ret);
	buf_fini(&l);
	buf_fini(&r);
	return known;
}

static void fold_strings(struct expr *e)
{
	int64_t v;

	if (compare_known(e, &v))
		to_number(e, v);
}

/* ---- one operand ------------------------------------------------------------------------------------------------- */

static bool visit_idle(void *cookie, struct expr **ep)
{
	const struct expr *e = *ep;
	bool *idle = cookie;

	switch (e->kind) { /* the others do something, or may fail */
	case EX_NUMBER:
	case EX_STRING:
	case EX_VAR:
	case EX_UNARY:
	case EX_CONCAT:
	case EX_IN:
	case EX_TERNARY:
		break;
	case EX_INDEX:
		*idle &= e->index.base->kind == EX_VAR;
		break;
	case EX_BINARY:
		*idle &= e->binary.op != OP_DIV && e->binary.op != OP_MOD;
		break;
	default:
		*idle = false;
	}
	return *idle;
}

bool fold_idle(struct expr *e)
{
	bool idle = true;
	struct ast_visitor v = { .expr = visit_idle, .cookie = &idle };

	walk_expr(&v, &e);
	return idle;
}

/* x OP n is n's alone */
static bool decides(enum op op, int64_t n, int64_t *ret)
{
	*ret = op == OP_LOR;
	switch (op) {
	case OP_MUL:
	case OP_AND:
	case OP_LAND:
		return n == 0;
	case OP_LOR:
		return n != 0;
	default:
		return false;
	}
}

/* x OP n is x; left: so is n OP x */
static bool changes_nothing(enum op op, int64_t n, bool left)
{
	switch (op) {
	case OP_ADD:
	case OP_OR:
	case OP_XOR:
		return n == 0;
	case OP_SUB:
	case OP_SHL:
	case OP_SHR:
	case OP_USHR:
		return n == 0 && !left;
	case OP_MUL:
		return n == 1;
	case OP_DIV:
		return n == 1 && !left;
	default:
		return false;
	}
}

static void fold_one_sided(struct expr **ep)
{
	struct expr *e = *ep, *x = e->binary.l, *lit = e->binary.r;
	bool left = x->kind == EX_NUMBER;
	int64_t v;

	if (left) {
		x = e->binary.r;
		lit = e->binary.l;
	}
	if (lit->kind != EX_NUMBER || x->type != VT_LONG)
		return;
	if (decides(e->binary.op, lit->num, &v) && fold_idle(x))
		to_number(e, v);
	else if (changes_nothing(e->binary.op, lit->num, left))
		*ep = x;
}

static void fold_binary(struct expr **ep)
{
	struct expr *e = *ep;
	struct expr *l = e->binary.l, *r = e->binary.r;
	int64_t v;

	if (l->kind == EX_STRING && r->kind == EX_STRING) {
		fold_strings(e);
		return;
	}
	/* the right side of && and || is not evaluated when the left one decides */
	if (l->kind == EX_NUMBER && ((e->binary.op == OP_LAND && !l->num) || (e->binary.op == OP_LOR && l->num)))
		to_number(e, e->binary.op == OP_LOR);
	else if (l->kind == EX_NUMBER && r->kind == EX_NUMBER && arith(e->binary.op, l->num, r->num, &v))
		to_number(e, v);
	else
		fold_one_sided(ep);
}

static bool unary(enum op op, int64_t v, int64_t *ret)
{
	switch (op) {
	case OP_NEG: *ret = (int64_t)(0 - (uint64_t)v); return true;
	case OP_PLUS: *ret = v; return true;
	case OP_NOT: *ret = !v; return true;
	case OP_BITNOT: *ret = ~v; return true;
	default: return false;
	}
}

static void fold_unary(struct expr *e)
{
	int64_t v;

	if (fold_number(e->unary.arg, &v) && unary(e->unary.op, v, &v))
		to_number(e, v);
}

static void fold_concat(struct sema *sm, struct expr *e)
{
	struct buf raw = BUF_INIT, text = BUF_INIT;
	struct expr *l = e->binary.l, *r = e->binary.r;

	if (l->kind == EX_STRING && r->kind == EX_STRING) {
		literal_decode(&raw, l->str);
		literal_decode(&raw, r->str);
		if (raw.len <= MAX_FOLDED_STRING) {
			literal_encode(&text, raw.data, raw.len);
			e->kind = EX_STRING;
			e->str = intern_str(sm->s->names, text.data);
		}
	}
	buf_fini(&raw);
	buf_fini(&text);
}

/* a match leaves something behind where groups are asked for */
static void fold_regex(struct expr *e)
{
	struct buf text = BUF_INIT;

	if (e->regex.l->kind != EX_STRING || !e->regex.dfa || e->regex.dfa->groups)
		return;
	literal_decode(&text, e->regex.l->str);
	if (text.len <= MAX_FOLDED_STRING)
		to_number(e, regex_match(e->regex.dfa, text.data, text.len, NULL) != e->regex.negate);
	buf_fini(&text);
}

/* ---- before names and types are known ---------------------------------------------------------------------------- */

static bool known_binary(const struct expr *e, int64_t *ret)
{
	int64_t l, r;
	bool have_l = fold_known(e->binary.l, &l), have_r;

	if (have_l && decides(e->binary.op, l, ret))
		return true;
	have_r = fold_known(e->binary.r, &r);
	if (have_r && decides(e->binary.op, r, ret))
		return true;
	return have_l && have_r ? arith(e->binary.op, l, r, ret) : compare_known(e, ret);
}

bool fold_known(const struct expr *e, int64_t *ret)
{
	int64_t v;

	if (e->height > MAX_KNOWN)
		return false;
	switch (e->kind) {
	case EX_NUMBER: *ret = e->num; return true;
	case EX_UNARY: return fold_known(e->unary.arg, &v) && unary(e->unary.op, v, ret);
	case EX_BINARY: return known_binary(e, ret);
	case EX_TERNARY: return fold_known(e->ternary.cond, &v) && fold_known(v ? e->ternary.yes : e->ternary.no, ret);
	default: return false;
	}
}

/* ---- the walk ---------------------------------------------------------------------------------------------------- */

static void post_expr(void *cookie, struct expr **ep)
{
	struct expr *e = *ep;
	int64_t v;

	if (e->type == VT_ERROR)
		return;
	switch (e->kind) {
	case EX_UNARY:
		fold_unary(e);
		break;
	case EX_BINARY:
		fold_binary(ep);
		break;
	case EX_CONCAT:
		fold_concat(cookie, e);
		break;
	case EX_REGEX:
		fold_regex(e);
		break;
	case EX_TERNARY:
		if (fold_number(e->ternary.cond, &v))
			*ep = v ? e->ternary.yes : e->ternary.no;
		break;
	default:
		break;
	}
}

static void post_stmt(void *cookie, struct stmt **sp)
{
	struct sema *sm = cookie;
	struct stmt *s = *sp, *left = NULL;
	int64_t v;

	if (s->kind == ST_IF && fold_number(s->if_.cond, &v)) {
		left = v ? s->if_.yes : s->if_.no;
		*sp = left ? left : stmt_make(sm->a, ST_NULL, s->tok);
	} else if (s->kind == ST_FOR && s->for_.cond && fold_number(s->for_.cond, &v) && !v) {
		*sp = stmt_make(sm->a, s->for_.init ? ST_EXPR : ST_NULL, s->tok);
		if (s->for_.init)
			(*sp)->expr = s->for_.init;
	} else if (s->kind == ST_FOREACH && s->foreach_.limit && !s->foreach_.slice.n && fold_number(s->foreach_.limit, &v) && v <= 0) {
		*sp = stmt_make(sm->a, ST_NULL, s->tok);
	}
}

static void one(struct owner *o, struct block *b, void *cookie)
{
	struct ast_visitor v = { .expr_post = post_expr, .stmt_post = post_stmt, .cookie = o->sm };
	struct derived_probe *p = o->fn ? NULL : o->work->p;

	(void)cookie;
	walk_block(&v, b);
	if (p && p->condition)
		walk_expr(&v, &p->condition);
	for (size_t i = 0; p && i < p->saved.n; i++)
		walk_expr(&v, &p->saved.v[i]);
}

void fold_all(struct sema *sm)
{
	each_code(sm, one, NULL);
}
