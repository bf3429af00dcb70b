// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operators on operands. Numbers wrap around (STP_WRAP), shifts use six bits of their count, division by zero is an error at its
 * place; comparisons and logic give 0 or 1.
 */
#include "codegen/lower.h"

#include "base/error.h"

static struct num division(struct unit *u, enum op op, struct num a, struct num b, const struct token *where)
{
	struct num t = num_temp(
		u, arena_printf(u->arena, "%s(c, %s, %s, %s)", op == OP_DIV ? "stp_div" : "stp_mod", a.c, b.c, where_of(u, where)));

	fail_check_quiet(u);
	return t;
}

static const char *infix(struct unit *u, enum op op, struct num a, struct num b)
{
	return arena_printf(u->arena, "%s %s %s", num_atom(u, a), op_info[op].text, num_atom(u, b));
}

struct num arith_binary(struct unit *u, enum op op, struct num a, struct num b, const struct token *where)
{
	unsigned deps = a.deps | b.deps;
	const char *fn = NULL;

	switch (op) {
	case OP_ADD:
	case OP_SUB:
	case OP_MUL: return num_make(arena_printf(u->arena, "STP_WRAP(%s, %s, %s)", a.c, op_info[op].text, b.c), true, deps);
	case OP_DIV:
	case OP_MOD: return division(u, op, a, b, where);
	case OP_SHL: fn = "stp_shl"; break;
	case OP_SHR: fn = "stp_shr"; break;
	case OP_USHR: fn = "stp_ushr"; break;
	case OP_AND:
	case OP_OR:
	case OP_XOR: return num_make(infix(u, op, a, b), false, deps);
	case OP_LT:
	case OP_GT:
	case OP_LE:
	case OP_GE:
	case OP_EQ:
	case OP_NE: return num_truth(infix(u, op, a, b), false, deps);
	default: stp_bug(__FILE__, __LINE__, "operator '%s' is none of numbers", op_info[op].text);
	}
	return num_make(arena_printf(u->arena, "%s(%s, %s)", fn, a.c, b.c), true, deps);
}

struct num arith_unary(struct unit *u, enum op op, struct num a)
{
	switch (op) {
	case OP_PLUS: return a;
	case OP_NEG: return num_make(arena_printf(u->arena, "STP_WRAP(0, -, %s)", a.c), true, a.deps);
	case OP_NOT: return num_truth(arena_printf(u->arena, "!%s", num_atom(u, a)), false, a.deps);
	case OP_BITNOT: return num_make(arena_printf(u->arena, "~%s", num_atom(u, a)), false, a.deps);
	default: stp_bug(__FILE__, __LINE__, "operator '%s' is not unary", op_info[op].text);
	}
}

struct num compare_texts(struct unit *u, enum op op, struct text a, struct text b)
{
	unsigned deps = a.deps | b.deps;

	if (op == OP_EQ || op == OP_NE)
		return num_truth(arena_printf(u->arena, "%sstp_eq(%s, %s)", op == OP_NE ? "!" : "", a.c, b.c), op == OP_EQ, deps);
	return num_truth(arena_printf(u->arena, "stp_cmp(%s, %s) %s 0", a.c, b.c, op_info[op].text), false, deps);
}
