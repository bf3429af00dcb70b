/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What pass 3 is built on: the emitter, C literals and numbers, temporaries, and the sizes that the translator adds up for C.
 * link: translator/codegen/unit.c translator/codegen/emit.c translator/codegen/names.c translator/syntax/*.c translator/base/arena.c translator/base/buf.c translator/base/error.c translator/base/intern.c translator/base/map.c translator/base/text.c translator/base/vec.c
 */
#include "testsuite/unit/tap.h"

#include "codegen/names.h"
#include "codegen/unit.h"

static struct gen gen;

static void start(void)
{
	gen = (struct gen){ .arena = arena_new() };
	map_init(&gen.taken, gen.arena);
	gen.tun.value[TUN_MAXSTRINGLEN] = 512;
}

static void finish(void)
{
	arena_free(gen.arena);
}

/* one line at a depth, as printed */
static const char *line(unsigned depth, const char *text)
{
	struct buf b = BUF_INIT;
	const char *ret;

	emit_print_line(&b, depth, text);
	ret = arena_strdup(gen.arena, b.data);
	buf_fini(&b);
	return ret;
}

static void test_lines(void)
{
	TEXT(line(0, ""), "\n", "an empty line has no blanks");
	TEXT(line(2, "x = 1;"), "\t\tx = 1;\n", "a tab for each depth");
	TEXT(line(1, "stp_put_num(&c->out, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, cccccc, d);"),
	     "\tstp_put_num(&c->out, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb,\n"
	     "\t\t    cccccc, d);\n",
	     "a long line goes on under the first argument");
	TEXT(line(0, "f(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\");"),
	     "f(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\");\n",
	     "a literal is never broken");
}

static void test_blocks(void)
{
	struct emit e = { .arena = gen.arena, .depth = 1 };
	struct buf b = BUF_INIT;
	size_t mark;

	emit_comment(&e, "a /* b */ c");
	emit_open(&e, "if (%s)", "x");
	emit(&e, "y = %d;", 1);
	emit_else(&e);
	mark = emit_mark(&e);
	emit_open(&e, "while (1)");
	emit(&e, "never");
	emit_truncate(&e, mark, 2);
	emit_label(&e, "next_1");
	emit(&e, "y++;");
	emit_close(&e);
	emit_label_end(&e, "out");
	emit_print(&e, &b);
	TEXT(b.data, "\t/* a / * b * / c */\n\tif (x) {\n\t\ty = 1;\n\t} else {\nnext_1:\n\t\ty++;\n\t}\nout:;\n", "blocks, labels, a comment, lines taken back");
	buf_fini(&b);
}

static void test_literals(void)
{
	struct arena *a = gen.arena;

	TEXT(c_literal(a, "a\"b\\c\n\t", 7), "\"a\\\"b\\\\c\\n\\t\"", "quotes, backslashes, newline and tab");
	TEXT(c_literal(a, "??=", 3), "\"?\\?=\"", "no trigraph");
	TEXT(c_literal(a, "\x01" "9\xc3\xa9", 4), "\"\\0019\\303\\251\"", "other bytes in three octal digits");
	TEXT(c_number(a, 5), "5", "a small number");
	TEXT(c_number(a, -5), "(-5)", "a negative one in parentheses");
	TEXT(c_number(a, 2147483648LL), "2147483648LL", "beyond int");
	TEXT(c_number(a, -2147483648LL), "(-2147483648LL)", "INT_MIN is no int literal");
	TEXT(c_number(a, INT64_MIN), "(-9223372036854775807LL - 1)", "the least number");
}

static void test_names(void)
{
	TEXT(name_of(&gen, "g_", "a$b"), "g_a_b", "what C does not allow becomes '_'");
	TEXT(name_fresh(&gen, "g_x"), "g_x", "the first of a name has it");
	TEXT(name_fresh(&gen, "g_x"), "g_x_2", "the second is numbered");
	TEXT(name_fresh(&gen, "g_x_2"), "g_x_2_2", "also when its number is taken");
}

static void test_temporaries(void)
{
	struct vardecl text = { .name = "x", .cname = "l_x", .type = VT_STRING }, number = { .name = "y", .cname = "l_y", .type = VT_LONG };
	struct buf b = BUF_INIT;
	struct unit u;
	size_t mark;

	unit_init(&u, &gen);
	local_add(&u, &text, false, false);
	local_add(&u, &number, false, false);
	TEXT(local_find(&u, &text)->ref, "f->l_x", "strings lie in the frame");
	TEXT(local_find(&u, &number)->ref, "l_y", "numbers do not");
	mark = temps_mark(&u);
	TEXT(temp_num(&u), "t1", "the first temporary");
	TEXT(temp_num(&u), "t2", "the second, while the first is in use");
	temps_release(&u, mark);
	TEXT(temp_num(&u), "t1", "used again by the next statement");
	TEXT(temp_slot(&u), "f->s1", "slots are in the frame");
	TEXT(temp_get(&u, TEMP_KEY, 2, 0), "k1", "a key of numbers is not");
	TEXT(temp_get(&u, TEMP_KEY, 1, 1), "f->k2", "a key with a string is");
	TEXT(temp_get(&u, TEMP_KEY, 1, 0), "k3", "keys of other sizes are others");
	TEXT(temp_get(&u, TEMP_STAT, 128, 0), "f->m1", "so is an aggregate with buckets");
	/* two slots of 516 bytes, a key of 8 + 8 + 520, an aggregate of 48 + 1024 */
	OK(unit_frame_bytes(&u) == 1032 + 536 + 1072, "the frame's size");
	unit_print_frame(&u, "p1", &b);
	OK(strstr(b.data, "sizeof(struct p1_frame) == 2640") != NULL, "C is asked whether it is right");
	OK(unit_stack_bytes(&u) >= 3 * 8 + 24 + 16, "the stack's bound holds all locals");
	buf_fini(&b);
	unit_fini(&u);
}

int main(void)
{
	start();
	test_lines();
	test_blocks();
	test_literals();
	test_names();
	test_temporaries();
	finish();
	return tap_done();
}
