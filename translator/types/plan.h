/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan says how to reach a value: where it starts, then steps; codegen turns each step into one call or one C operation.
 * Knows no AST: expressions (array indices, @cast's operand) are referred to by number.
 *
 *   $sk->__sk_common.skc_dport  at a function's entry:   ARG 0 · ADD 12 · LOAD 2 unsigned
 *   @cast(x, "task_struct")->tgid:                        EXPR 0 · ADD 1232 · LOAD 4 signed
 */
#ifndef STP_TYPES_PLAN_H
#define STP_TYPES_PLAN_H

#include "base/arena.h"
#include "types/type.h"

enum plan_start {
	PLAN_ARG,	/* n-th integer argument register at function entry, from 0 (stp_arg) */
	PLAN_RETVAL,	/* the return value register (stp_retval) */
	PLAN_TRACE_ARG, /* n-th argument of the tracepoint, from 0 (stp_trace_arg) */
	PLAN_REGISTER,	/* the register at n bytes in struct pt_regs, the hit's or (user) the program's (stp_register) */
	PLAN_EXPR,	/* value of expression n */
};

enum plan_op {
	STEP_ADD,   /* address += value */
	STEP_INDEX, /* address += expr(n) * value */
	STEP_LOAD,  /* value at the address: size bytes, is_signed */
	STEP_BITS,  /* of the loaded word: (v >> shift) & mask of `size` bits, is_signed */
	STEP_CAST,  /* value truncated to `size` bytes, is_signed: registers hold more than a narrow argument */
};

#define PLAN_MAX_STEPS 32

struct plan_step {
	enum plan_op op;
	unsigned n;
	int64_t value;
	unsigned size, shift;
	bool is_signed;
};

struct plan {
	enum plan_start start;
	unsigned n;
	int64_t value;
	bool user; /* addresses are user space's */
	unsigned nsteps, nexprs;
	struct plan_step steps[PLAN_MAX_STEPS];
	/* state while building: the type reached, and whether the running value is its address (lvalue) or the value itself */
	struct type *type;
	bool is_address;
	unsigned bit_shift, bit_size; /* the member reached is a bit-field: bits of it within what the address (or value) holds;
					 size 0 = none */
	const char *path;	      /* text so far, for messages: "$sk->__sk_common" */
	struct arena *arena;
};

struct plan *plan_make(struct arena *a, enum plan_start start, unsigned n, struct type *type, const char *path);
/* the register with that DWARF number of a CPU as uname -m calls it; user: the program's, not the hit's */
struct oserr *plan_register(struct arena *a, const char *machine, int64_t dwarf, bool user, struct plan **ret) STP_MUST_CHECK;
struct plan *plan_clone(struct arena *a, const struct plan *p);

/*
 * The steps. On failure the error's text is ready for the user ("unable to find member 'foo' for struct sock
 * (alternatives: …)").
 */
struct oserr *plan_member(struct plan *p, const char *name) STP_MUST_CHECK; /* -> and . alike: pointers are followed */
struct oserr *plan_index(struct plan *p, int64_t index) STP_MUST_CHECK;
struct oserr *plan_index_expr(struct plan *p, unsigned expr) STP_MUST_CHECK;
/*
 * the value itself (integers, pointers, enums; arrays give their address); p->type is then what the script holds, pointers for
 * arrays …
 */
struct oserr *plan_value(struct plan *p) STP_MUST_CHECK;
/* … or its address (&x), p->type then points to it; not for registers and bit-fields */
struct oserr *plan_address(struct plan *p) STP_MUST_CHECK;

#endif
