/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands beside the parser: literals, walking and cloning, marks in the diagnostics sink, synthetic sources, pragma comments.
 * link: translator/syntax/*.c translator/base/*.c staprun/fsowner.c -lmd -llzma -lzstd -lz
 */
#include "testsuite/unit/tap.h"

#include "base/buf.h"
#include "base/intern.h"
#include "syntax/ast_tools.h"
#include "syntax/parse.h"

#include <stdlib.h>

static struct pp_facts facts = { "6.1.0", "6.1.0-1-amd64", "x86_64", "kernel", "stapdev", "5.6", false, NULL, NULL };

struct world {
	struct arena *a;
	struct diag *d;
	struct map macros;
	struct parse_env env;
	bool used[3];
	char *args[3];
};

static void world_init(struct world *w, const struct diag_opts *opts)
{
	memset(w, 0, sizeof(*w));
	w->a = arena_new();
	w->d = diag_new(w->a, opts);
	map_init(&w->macros, w->a);
	w->args[0] = (char *)"1";
	w->args[1] = (char *)"two";
	w->args[2] = (char *)"3";
	w->env = (struct parse_env){ w->a, intern_make(w->a), w->d, &facts, w->args, 3, w->used, &w->macros };
}

static struct ast_file *parse(struct world *w, const char *text, enum source_kind kind, bool privileged)
{
	struct source *s = arena_make(w->a, struct source);

	s->name = "t.stp";
	s->text = text;
	s->len = strlen(text);
	s->kind = kind;
	s->privileged = privileged;
	return parse_file(&w->env, s);
}

static void test_literals(void)
{
	struct buf b = BUF_INIT;

	literal_decode(&b, "a\\n\\t\\\\\\x41\\x4142\\101\\0gone");
	TEXT(b.data, "a\n\t\\AA42A", "literal: escapes, text stops at NUL");
	buf_reset(&b);
	literal_decode(&b, "\\x09\\x1");
	TEXT(b.data, "\t\001", "literal: a digit that is nought");
	buf_reset(&b);
	literal_decode(&b, "\\377\\x\\q\"\\1234");
	TEXT(b.data, "\377xq\"S4", "literal: odd escapes");
	buf_reset(&b);
	literal_encode(&b, "a\n\t\\\001\377\"", 7);
	TEXT(b.data, "a\\n\\t\\\\\\001\\377\"", "literal: encoded again");
	buf_fini(&b);
}

struct counts {
	unsigned vars, numbers, stmts;
};

static bool count_expr(void *cookie, struct expr **ep)
{
	struct counts *c = cookie;

	c->vars += (*ep)->kind == EX_VAR;
	c->numbers += (*ep)->kind == EX_NUMBER;
	return (*ep)->kind != EX_CALL;
}

static bool count_stmt(void *cookie, struct stmt **sp)
{
	struct counts *c = cookie;

	(void)sp;
	c->stmts++;
	return true;
}

static void replace_number(void *cookie, struct expr **ep)
{
	if ((*ep)->kind == EX_NUMBER)
		*ep = expr_string(cookie, (*ep)->tok, "n");
}

static void test_walk(void)
{
	struct ast_visitor count = { .expr = count_expr, .stmt = count_stmt }, replace = { .expr_post = replace_number };
	struct counts c = { 0 };
	static const char text[] = "probe begin { x = y + 1; foreach (v = k in a[*, 2] limit z) { b[k, 3] <<< @count(s[4]) } f(g)"
				   " try { q } catch (m) { delete a[5] } if ($x[6]->y) @cast(p, \"t\")->z[7] }";
	struct buf one = BUF_INIT, two = BUF_INIT;
	struct block *body, *copy;
	struct ast_file *f;
	struct world w;

	world_init(&w, NULL);
	f = parse(&w, text, SOURCE_USER, false);
	body = vec_at(&f->probes, 0)->body;
	count.cookie = &c;
	walk_block(&count, body);
	OK(c.vars == 13, "walk: all variables but those in calls");
	OK(c.numbers == 7, "walk: all numbers");
	OK(c.stmts == 10, "walk: all statements");
	copy = clone_block(w.a, body);
	print_block(&one, body, 0);
	print_block(&two, copy, 0);
	TEXT(two.data, one.data, "clone: prints the same");
	replace.cookie = w.a;
	walk_block(&replace, copy);
	buf_reset(&two);
	print_block(&two, body, 0);
	TEXT(two.data, one.data, "clone: a change of the copy leaves the original alone");
	buf_reset(&two);
	print_block(&two, copy, 0);
	OK(strstr(two.data, "(y) + (\"n\")") && strstr(two.data, "->z[\"n\"]") && !strstr(two.data, "7"),
	   "walk: nodes are replaced");
	buf_fini(&one);
	buf_fini(&two);
	arena_free(w.a);
}

static void test_marks(void)
{
	struct diag_opts opts = { .werror = true };
	struct world w;
	size_t mark;

	world_init(&w, &opts);
	diag(w.d, E_NUMBER, NULL);
	mark = diag_mark(w.d);
	OK(!diag_errors_since(w.d, mark) && diag_errors(w.d) == 1, "marks: nothing since");
	diag(w.d, W_MACRO_BUILTIN, NULL, "@x");
	OK(!diag_errors_since(w.d, mark) && diag_errors(w.d) == 2 && diag_warnings(w.d) == 1, "marks: a warning counts under -W");
	diag(w.d, E_EXPECTED, NULL, "this");
	diag(w.d, E_EXPECTED, NULL, "that");
	OK(diag_errors_since(w.d, mark), "marks: errors since");
	TEXT(diag_first_error_since(w.d, mark)->msg, "expected this", "marks: the first one");
	diag_drop(w.d, mark);
	OK(diag_errors(w.d) == 1 && !diag_warnings(w.d) && !diag_first_error_since(w.d, mark), "marks: dropped");
	diag(w.d, E_RETURN, NULL);
	diag_downgrade(w.d, mark);
	OK(diag_errors(w.d) == 1 && !diag_errors_since(w.d, mark), "marks: downgraded errors do not count");
	arena_free(w.a);
}

static void test_render(void)
{
	struct ast_file *f;
	struct world w;
	char *text = NULL, *where;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	const struct token *t;
	struct diag_record *rec;

	world_init(&w, NULL);
	f = parse(&w, "probe begin { x = 1 }\nprobe end { x = 2 }", SOURCE_USER, false);
	t = vec_at(&f->probes, 1)->tok;
	rec = diag2(w.d, E_CALL_ARITY, t, vec_at(&f->probes, 0)->tok, "f", 2u);
	diag_note(w.d, rec, N_ARITY_FIRST, vec_at(&f->probes, 0)->body->tok, 3);
	diag(w.d, W_OVERLOAD_UNREACHED, NULL);
	diag_flush(w.d, out);
	fclose(out);
	TEXT(text,
	     "semantic error: arity mismatch found (function 'f' takes 2 args): keyword at t.stp:2:1\n"
	     "        source: probe end { x = 2 }\n                ^^^^^\n"
	     "        keyword at :1:1\n"
	     "        source: probe begin { x = 1 }\n                ^^^^^\n\n"
	     "semantic error: arity 3 first inferred here: operator '{' at :1:13\n"
	     "        source: probe begin { x = 1 }\n                            ^\n\n"
	     "WARNING: instance of overloaded function will never be reached\n",
	     "render: second places, causes, short file names");
	where = diag_where(vec_at(&vec_at(&f->probes, 0)->points, 0)->tok);
	TEXT(where, "identifier 'begin' at t.stp:1:7", "where");
	free(where);
	free(text);
	arena_free(w.a);
}

static void test_sources(void)
{
	struct ast_file *f;
	struct world w;

	world_init(&w, NULL);
	parse(&w, "probe begin { println($1, @3) } %( 1 == 2 %? probe end { } %)", SOURCE_USER, false);
	OK(w.used[0] && !w.used[1] && w.used[2], "arguments: use is noted");
	parse(&w, "probe begin { println(@2) }", SOURCE_TAPSET, true);
	OK(!w.used[1], "arguments: a tapset's use is not");
	f = parse(&w, "function a() { } function b():5 { }", SOURCE_TAPSET, true);
	OK(vec_at(&f->functions, 0)->priority == 1 && vec_at(&f->functions, 1)->priority == 5,
	   "functions: priority of a library's");
	f = parse(&w, "function a() { }", SOURCE_USER, false);
	OK(vec_at(&f->functions, 0)->priority == 0, "functions: priority of a user's");
	OK(parse(&w, " /* */ ", SOURCE_TAPSET, true) && !diag_errors(w.d), "an empty tapset file is one without declarations");
	f = parse_synthetic(&w.env, "<timeout>", "probe timer.ms(5) { exit() }");
	OK(f && vec_at(&f->probes, 0)->synthetic && f->src->kind == SOURCE_SYNTH, "synthetic source");
	OK(!diag_errors(w.d), "no errors so far");
	arena_free(w.a);
}

static void test_pragmas(void)
{
	struct ast_file *f;
	const struct embedded *e;
	struct world w;

	world_init(&w, NULL);
	f = parse(
		&w,
		"function a() %{ /* pure */ /* stable */ /* pragma:read:g1 */ /* pragma:write:g_2 */ /* pragma:read:bad name */ %}"
		"function b() %{ /* builtin:task_pid */ %} function c() %{ /* builtin */ /*guru*/ %}",
		SOURCE_TAPSET, true);
	e = vec_at(&f->functions, 0)->embedded;
	OK(e->pragmas == (PRAGMA_PURE | PRAGMA_STABLE), "pragmas: plain ones");
	OK(e->reads.n == 1 && !strcmp(vec_at(&e->reads, 0), "g1") && e->writes.n == 1 && !strcmp(vec_at(&e->writes, 0), "g_2"),
	   "pragmas: globals");
	e = vec_at(&f->functions, 1)->embedded;
	OK(e->pragmas == PRAGMA_BUILTIN, "pragmas: a named builtin");
	TEXT(e->builtin, "task_pid", "pragmas: its name");
	e = vec_at(&f->functions, 2)->embedded;
	OK(e->pragmas == PRAGMA_BUILTIN && !e->builtin, "pragmas: exact texts only");
	arena_free(w.a);
}

int main(void)
{
	test_literals();
	test_walk();
	test_marks();
	test_render();
	test_sources();
	test_pragmas();
	return tap_done();
}
