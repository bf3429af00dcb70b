/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Truth of a condition: cmp { ("&&" | "||") cmp } with && binding tighter; each cmp is three tokens L OP R (reference/language.md
 * 4). In: the tokens between %( and %?. All comparisons are judged, so that an error in any of them shows.
 */
#define _GNU_SOURCE 1 /* strverscmp */
#include "syntax/pp.h"
#include "base/text.h"

#include <fnmatch.h>
#include <string.h>

enum rel { REL_LT, REL_LE, REL_EQ, REL_NE, REL_GT, REL_GE, REL_NONE };

struct cmp {
	struct pp *pp;
	const struct token *l, *op, *r;
	enum rel rel;
};

static enum rel find_rel(const struct token *t)
{
	static const char *const texts[] = { "<", "<=", "==", "!=", ">", ">=" };

	for (unsigned i = 0; i < REL_NONE; i++)
		if (tok_is_op(t, texts[i]))
			return (enum rel)i;
	return REL_NONE;
}

/* what the relation says of an order as strcmp gives it */
static bool holds(enum rel rel, int order)
{
	switch (rel) {
	case REL_LT: return order < 0;
	case REL_LE: return order <= 0;
	case REL_EQ: return order == 0;
	case REL_NE: return order != 0;
	case REL_GT: return order > 0;
	case REL_GE: return order >= 0;
	case REL_NONE: break;
	}
	return false;
}

static bool expect(const struct cmp *c, bool ok, const struct token *at, const char *what)
{
	if (!ok)
		pp_error(c->pp, E_EXPECTED, at, what);
	return ok;
}

static bool only_equality(const struct cmp *c)
{
	return expect(c, c->rel == REL_EQ || c->rel == REL_NE, c->op, "'==' or '!='");
}

static bool matches(const struct cmp *c, const char *value)
{
	return (fnmatch(c->r->text, value, FNM_NOESCAPE) == 0) == (c->rel == REL_EQ);
}

static bool number(const struct cmp *c, const struct token *t, int64_t *ret)
{
	bool ok = text_script_number(t->text, strlen(t->text), ret);

	if (!ok)
		pp_error(c->pp, E_NUMBER, t);
	return ok;
}

static int order_numbers(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

/* kernel_v, kernel_vr, systemtap_v */
static bool judge_version(const struct cmp *c, const char *value, bool *ret)
{
	bool wild = strpbrk(c->r->text, "*?[") != NULL, equality = c->rel == REL_EQ || c->rel == REL_NE;

	if (!expect(c, c->r->cls == TOK_STRING, c->r, "string literal"))
		return false;
	if (wild && !equality) {
		pp_error(c->pp, E_PPCOND_WILDCARD, c->op);
		return false;
	}
	*ret = wild ? matches(c, value) : holds(c->rel, strverscmp(value, c->r->text));
	return true;
}

/* arch, runtime: patterns; systemtap_privilege: exact */
static bool judge_name(const struct cmp *c, const char *value, bool pattern, bool *ret)
{
	if (!only_equality(c) || !expect(c, c->r->cls == TOK_STRING, c->r, "string literal"))
		return false;
	*ret = pattern ? matches(c, value) : holds(c->rel, strcmp(value, c->r->text));
	return true;
}

static bool judge_guru(const struct cmp *c, bool *ret)
{
	int64_t want;

	if (!only_equality(c) || !expect(c, c->r->cls == TOK_NUMBER, c->r, "number") || !number(c, c->r, &want) ||
	    !expect(c, want == 0 || want == 1, c->r, "0 or 1"))
		return false;
	*ret = holds(c->rel, order_numbers(c->pp->env->facts->guru, want));
	return true;
}

static const char *config_value(const struct cmp *c, const struct token *t)
{
	const struct pp_facts *f = c->pp->env->facts;
	const char *v = f->config ? f->config(f->cookie, t->text) : NULL;

	return v ? v : "";
}

/* as strtoll(base 0) does, "" being 0; false if anything else follows */
static bool config_number(const char *value, int64_t *ret)
{
	if (!*value) {
		*ret = 0;
		return true;
	}
	return text_int(value, INT64_MIN, INT64_MAX, ret);
}

static bool judge_config(const struct cmp *c, bool *ret)
{
	const char *value = config_value(c, c->l), *other;
	int64_t a, b;

	if (c->r->cls == TOK_STRING) {
		if (!only_equality(c))
			return false;
		*ret = matches(c, value);
		return true;
	}
	if (c->r->cls == TOK_NUMBER) {
		if (!number(c, c->r, &b))
			return false;
		if (!config_number(value, &a)) {
			pp_error(c->pp, E_PPCOND_CONFIG, c->l);
			return false;
		}
		*ret = holds(c->rel, order_numbers(a, b));
		return true;
	}
	if (!expect(c, c->r->cls == TOK_IDENT && text_starts(c->r->text, "CONFIG_"), c->r,
		    "string, number literal or other CONFIG_... as right side operand"))
		return false;
	other = config_value(c, c->r);
	if (config_number(value, &a) && config_number(other, &b))
		*ret = holds(c->rel, order_numbers(a, b));
	else
		*ret = holds(c->rel, strcmp(value, other));
	return true;
}

static bool judge_literals(const struct cmp *c, bool *ret)
{
	int64_t a, b;

	if (c->l->cls == TOK_STRING) {
		if (!expect(c, c->r->cls == TOK_STRING, c->r, "string literal as right value"))
			return false;
		*ret = holds(c->rel, strcmp(c->l->text, c->r->text));
		return true;
	}
	if (!expect(c, c->r->cls == TOK_NUMBER, c->r, "number literal as right value") || !number(c, c->l, &a) ||
	    !number(c, c->r, &b))
		return false;
	*ret = holds(c->rel, order_numbers(a, b));
	return true;
}

static bool judge(const struct cmp *c, bool *ret)
{
	const struct pp_facts *f = c->pp->env->facts;
	const char *name = c->l->text;

	if (c->l->cls == TOK_STRING || c->l->cls == TOK_NUMBER)
		return judge_literals(c, ret);
	if (!strcmp(name, "kernel_v"))
		return judge_version(c, f->kernel_v, ret);
	if (!strcmp(name, "kernel_vr"))
		return judge_version(c, f->kernel_vr, ret);
	if (!strcmp(name, "systemtap_v")) {
		c->pp->versioned = true;
		return judge_version(c, f->compat, ret);
	}
	if (!strcmp(name, "arch"))
		return judge_name(c, f->arch, true, ret);
	if (!strcmp(name, "runtime"))
		return judge_name(c, f->runtime, true, ret);
	if (!strcmp(name, "systemtap_privilege"))
		return judge_name(c, f->privilege, false, ret);
	if (!strcmp(name, "guru_mode"))
		return judge_guru(c, ret);
	return judge_config(c, ret);
}

static bool known_left(const struct token *t)
{
	static const char *const names[] = { "kernel_v", "kernel_vr",		"systemtap_v", "arch",
					     "runtime",	 "systemtap_privilege", "guru_mode" };

	if (t->cls == TOK_STRING || t->cls == TOK_NUMBER)
		return true;
	if (t->cls != TOK_IDENT)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(t->text, names[i]))
			return true;
	return text_starts(t->text, "CONFIG_");
}

/* one comparison at toks[i…i+2] */
static bool judge_at(struct pp *pp, const struct token_list *toks, size_t i, bool *ret)
{
	struct cmp c = { .pp = pp, .l = toks->v[i], .op = toks->v[i + 1], .r = toks->v[i + 2] };

	if (!known_left(c.l)) {
		pp_error(pp, E_PPCOND_LEFT, c.l);
		return false;
	}
	c.rel = find_rel(c.op);
	return expect(&c, c.rel != REL_NONE, c.op, "comparison operator") && judge(&c, ret);
}

const struct token *ppcond_eval(struct pp *pp, const struct token_list *toks, const struct token *open, bool *ret)
{
	const struct token *bad = NULL;
	bool any = false, all = true;

	for (size_t i = 0;; i += 4) {
		bool truth = false;

		if (i + 3 > toks->n)
			return bad ? bad : pp_error(pp, E_PPCOND_INCOMPLETE, open);
		if (!judge_at(pp, toks, i, &truth))
			bad = pp_reported(pp);
		all &= truth;
		if (i + 3 == toks->n)
			break;
		if (tok_is_op(toks->v[i + 3], "||")) {
			any |= all;
			all = true;
		} else if (!tok_is_op(toks->v[i + 3], "&&")) {
			return bad ? bad : pp_error(pp, E_PPCOND_THEN, open);
		}
	}
	*ret = any | all;
	return bad;
}
