/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The print family, recognised by name: print sprint println sprintln printd sprintd printdln sprintdln printf sprintf print_char
 */
#include "syntax/parser.h"

#include "syntax/parse.h"

#include <string.h>

struct print_name {
	const char *name;
	enum print_kind kind;
	bool to_string, newline;
};

static const struct print_name print_names[] = {
	{ "print", PRINT_PRINT, false, false },	    { "sprint", PRINT_PRINT, true, false },
	{ "println", PRINT_PRINT, false, true },    { "sprintln", PRINT_PRINT, true, true },
	{ "printd", PRINT_PRINTD, false, false },   { "sprintd", PRINT_PRINTD, true, false },
	{ "printdln", PRINT_PRINTD, false, true },  { "sprintdln", PRINT_PRINTD, true, true },
	{ "printf", PRINT_PRINTF, false, false },   { "sprintf", PRINT_PRINTF, true, false },
	{ "print_char", PRINT_CHAR, false, false },
};

static const struct print_name *find_print(const char *name)
{
	if (name[0] != 'p' && name[0] != 's')
		return NULL;
	for (size_t i = 0; i < sizeof(print_names) / sizeof(*print_names); i++)
		if (!strcmp(print_names[i].name, name))
			return &print_names[i];
	return NULL;
}

bool is_print(const char *name)
{
	return find_print(name) != NULL;
}

const char *print_name(size_t n)
{
	return n < sizeof(print_names) / sizeof(*print_names) ? print_names[n].name : NULL;
}

/* { "," expr } */
static void parse_more_values(struct parser *p, struct expr *e)
{
	while (accept_op(p, ","))
		vec_push(p->arena, &e->print.args, parse_expr(p));
}

/* print: [ hist | expr { "," expr } ]; only the forms with a newline may have nothing */
static void parse_values(struct parser *p, struct expr *e)
{
	struct expr *first;

	if (e->print.newline && peek_op(p, ")"))
		return;
	first = parse_expr_or_hist(p);
	if (first->kind == EX_HIST) {
		e->print.hist = first;
		return;
	}
	vec_push(p->arena, &e->print.args, first);
	parse_more_values(p, e);
}

/* printd: string "," expr "," expr { "," expr } */
static void parse_delimited(struct parser *p, struct expr *e)
{
	const struct token *t = parse_string(p, "literal string");

	e->print.delim = t ? t->text : "";
	for (int i = 0; i < 2; i++) {
		expect_op(p, ",");
		vec_push(p->arena, &e->print.args, parse_expr(p));
	}
	parse_more_values(p, e);
}

/* printf: string { "," expr } */
static void parse_formatted(struct parser *p, struct expr *e)
{
	const struct token *t = parse_string(p, "literal string");

	if (!t)
		return;
	e->print.format = t->text;
	parse_format(p, t, e);
	parse_more_values(p, e);
}

/* NAME "(" … ")" with the name read */
struct expr *parse_print(struct parser *p, const struct token *t)
{
	const struct print_name *row = find_print(t->text);
	struct expr *e = expr_make(p->arena, EX_PRINT, t);

	e->print.kind = row->kind;
	e->print.to_string = row->to_string;
	e->print.newline = row->newline;
	expect_op(p, "(");
	switch (row->kind) {
	case PRINT_PRINT: parse_values(p, e); break;
	case PRINT_PRINTD: parse_delimited(p, e); break;
	case PRINT_PRINTF: parse_formatted(p, e); break;
	case PRINT_CHAR: vec_push(p->arena, &e->print.args, parse_expr(p)); break;
	}
	if (e->print.hist || row->kind == PRINT_CHAR)
		expect_op(p, ")");
	else if (!accept_op(p, ")"))
		expected(p, "one of ', )'");
	return built(p, e);
}
