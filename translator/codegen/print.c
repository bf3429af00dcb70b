// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The print family → one stp_put_…() per piece, on the stream (&c->out) or on a text that becomes a string (o1). All arguments are
 * evaluated before the first piece is written: what they print themselves comes first.
 */
#include "codegen/lower.h"

#include "base/error.h"
#include "syntax/ast_tools.h"

#include <string.h>

/* literal text waits here until something else is written */
struct pieces {
	struct unit *u;
	const char *out; /* "&c->out", "&o1" */
	struct buf literal;
};

static void flush(struct pieces *p)
{
	if (p->literal.len)
		emit(&p->u->e, "stp_put(%s, %s, %zu);", p->out, c_literal(p->u->arena, p->literal.data, p->literal.len),
		     p->literal.len);
	buf_reset(&p->literal);
}

static void put_literal(struct pieces *p, const char *escaped)
{
	struct buf b = BUF_INIT;

	literal_decode(&b, escaped);
	buf_add(&p->literal, b.data, b.len);
	buf_fini(&b);
}

/* plain %d and %s */
static void put_plain(struct pieces *p, const struct value *v)
{
	if (v->type == VT_STRING && v->text.raw) {
		put_literal(p, v->text.raw);
		return;
	}
	flush(p);
	if (v->type == VT_STRING)
		emit(&p->u->e, "stp_put_str(%s, %s);", p->out, v->text.c);
	else
		emit(&p->u->e, "stp_put_d(%s, %s);", p->out, v->num.c);
}

static const char *flags_of(struct unit *u, const struct fmt_piece *f)
{
	const char *flag = NULL, *prec = f->prec_kind != FMT_NONE ? "STP_F_PREC" : NULL;

	switch (f->flag) {
	case '0': flag = "STP_F_ZERO"; break;
	case '+': flag = "STP_F_PLUS"; break;
	case ' ': flag = "STP_F_SPACE"; break;
	case '-': flag = "STP_F_MINUS"; break;
	case '#': flag = "STP_F_ALT"; break;
	default: break;
	}
	if (flag && prec)
		return arena_printf(u->arena, "%s | %s", flag, prec);
	return flag ? flag : prec ? prec : "0";
}

static char conv_char(enum fmt_conv conv)
{
	switch (conv) {
	case FMT_D: return 'd';
	case FMT_U: return 'u';
	case FMT_O: return 'o';
	case FMT_X: return 'x';
	case FMT_XX: return 'X';
	case FMT_P: return 'p';
	case FMT_P_OLD: return 'P';
	case FMT_C: return 'c';
	case FMT_B: return 'b';
	default: stp_bug(__FILE__, __LINE__, "conversion %d is none of numbers", (int)conv);
	}
}

static bool is_plain(const struct fmt_piece *f)
{
	return !f->flag && f->width_kind == FMT_NONE && f->prec_kind == FMT_NONE;
}

static bool is_memory(const struct fmt_piece *f)
{
	return f->conv == FMT_M || f->conv == FMT_MM;
}

static const char *dimension(struct unit *u, enum fmt_arg kind, unsigned given, const struct value **next)
{
	if (kind == FMT_DYNAMIC)
		return (*next)++->num.c;
	return kind == FMT_STATIC ? c_number(u->arena, given) : "0";
}

/* one conversion; next: the argument that it takes, after '*'s */
static void put_piece(struct pieces *p, const struct fmt_piece *f, const struct value **next, const struct token *where)
{
	struct unit *u = p->u;
	const char *width = dimension(u, f->width_kind, f->width, next), *prec = dimension(u, f->prec_kind, f->prec, next);
	const struct value *v = (*next)++;
	const char *flags = flags_of(u, f);

	if (is_plain(f) && (f->conv == FMT_S || f->conv == FMT_D)) {
		put_plain(p, v);
		return;
	}
	flush(p);
	if (f->conv == FMT_S) {
		emit(&u->e, "stp_put_text(%s, %s, %s, %s, %s);", p->out, v->text.c, flags, width, prec);
	} else if (is_memory(f)) {
		emit(&u->e, "stp_put_mem(c, %s, (stp_u64)%s, %d, %s, %s, %s, %s);", p->out, num_atom(u, v->num), f->conv == FMT_MM,
		     flags, width, prec, where_of(u, where));
		fail_check_quiet(u);
	} else if (f->conv == FMT_C && is_plain(f)) {
		emit(&u->e, "stp_put_char(%s, %s);", p->out, v->num.c);
	} else {
		emit(&u->e, "stp_put_num(%s, %s, '%c', %s, %s, %s);", p->out, v->num.c, conv_char(f->conv), flags, width, prec);
	}
}

/* what fails prints nothing: all memory is read before the first piece is written */
static void test_memory(struct unit *u, const struct expr *e, const struct value *next)
{
	for vec_each (i, &e->print.pieces) {
		const struct fmt_piece *f = &e->print.pieces.v[i];
		const char *prec;

		if (f->conv == FMT_LITERAL)
			continue;
		next += f->width_kind == FMT_DYNAMIC;
		prec = dimension(u, f->prec_kind, f->prec, &next);
		if (is_memory(f)) {
			emit(&u->e, "stp_test_mem(c, (stp_u64)%s, %s, %s, %s);", num_atom(u, next->num), flags_of(u, f), prec,
			     where_of(u, e->tok));
			fail_check_quiet(u);
		}
		next++;
	}
}

static void put_format(struct pieces *p, const struct expr *e, const struct value *args)
{
	test_memory(p->u, e, args);
	for vec_each (i, &e->print.pieces) {
		const struct fmt_piece *f = &e->print.pieces.v[i];

		if (f->conv == FMT_LITERAL)
			put_literal(p, f->literal);
		else
			put_piece(p, f, &args, e->tok);
	}
}

static void put_hist(struct pieces *p, const struct expr *e, const char *view)
{
	const struct expr *stat = e->print.hist->hist.stat;
	const struct vardecl *v = stat->kind == EX_VAR ? stat->var.decl : stat->index.base->var.decl;
	struct unit *u = p->u;

	flush(p);
	emit(&u->e, "stp_stat_print_hist(c, %s, %s, &%s, %s);", p->out, view, desc_ref(u->arena, v),
	     where_of(u, e->print.hist->tok));
	fail_check_quiet(u);
}

static void put_all(struct pieces *p, const struct expr *e, const struct value *args, const char *view)
{
	if (e->print.hist) {
		put_hist(p, e, view);
	} else if (e->print.kind == PRINT_PRINTF) {
		put_format(p, e, args);
	} else if (e->print.kind == PRINT_CHAR) {
		emit(&p->u->e, "stp_put_char(%s, %s);", p->out, args[0].num.c);
	} else {
		for vec_each (i, &e->print.args) {
			if (i > 0 && e->print.kind == PRINT_PRINTD)
				put_literal(p, e->print.delim);
			put_plain(p, &args[i]);
		}
	}
	if (e->print.newline)
		buf_putc(&p->literal, '\n');
	flush(p);
	buf_fini(&p->literal);
}

/* arguments, in order; strings that are put together for the stream could be written piecemeal, but what fails must print nothing
 */
static struct value *print_args(struct unit *u, const struct expr *e, const char **view)
{
	struct value *v = arena_array(u->arena, struct value, e->print.args.n + 1);

	values_lower(u, e->print.args.v, e->print.args.n, 0, v);
	*view = e->print.hist ? stat_view(u, e->print.hist->hist.stat) : NULL;
	return v;
}

bool print_into(struct unit *u, const struct expr *e, const char *slot)
{
	const char *view, *o;
	struct value *args = print_args(u, e, &view);
	struct pieces p = { u, NULL, BUF_INIT };

	o = temp_get(u, TEMP_OUT, 0, 0);
	p.out = arena_printf(u->arena, "&%s", o);
	emit(&u->e, "stp_out_string(c, %s, %s);", p.out, slot_addr(u, slot));
	put_all(&p, e, args, view);
	emit(&u->e, "stp_out_string_end(%s, %s);", p.out, slot_addr(u, slot));
	return true;
}

struct value print_lower(struct unit *u, const struct expr *e)
{
	struct value ret = { .type = e->print.to_string ? VT_STRING : VT_LONG };
	const char *view, *slot;
	struct value *args;
	struct pieces p = { u, "&c->out", BUF_INIT };

	if (e->print.to_string) {
		slot = temp_slot(u);
		print_into(u, e, slot);
		ret.text = text_of_slot(u, slot, 0);
		ret.text.fresh = true;
		return ret;
	}
	args = print_args(u, e, &view);
	put_all(&p, e, args, view);
	ret.num = num_make("0", true, 0);
	return ret;
}
