/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole C functions: script functions, handlers, the access functions of embedded C. */
#ifndef STP_CODEGEN_FUNCTION_H
#define STP_CODEGEN_FUNCTION_H

#include "codegen/unit.h"

/* "static stp_i64 f_x(struct stp_ctx *c, stp_i64 l_n)", as declared */
const char *function_proto(struct gen *g, const struct funcdecl *f);
struct cfunc *function_gen(struct gen *g, const struct funcdecl *f, const struct derived_probe *context);
/* sets p->cname; identical bodies are one C function */
void handler_gen(struct gen *g, struct derived_probe *p);

/* at the ends of probe->span, while the body is made */
void handler_take(struct unit *u);
void handler_give_back(struct unit *u);

/* get_g_x and set_g_x for one global that embedded C reads or writes */
struct cfunc *accessor_gen(struct gen *g, const struct vardecl *v, bool set);

/* "static stp_i64 holds_N(struct stp_ctx *c)" for program.conditions[i] */
struct cfunc *condition_gen(struct gen *g, size_t i);

/* what function.c and handler.c share */
/* the lines, without a last `goto out`; leave: what stands for `goto out` if there is nothing to do there, NULL = there is */
void unit_print_body(struct unit *u, const char *leave, struct buf *out);
bool unit_goes_to(const struct unit *u, const char *label);
void unit_replace(struct unit *u, const char *line, const char *by); /* "goto pop;" wherever it stands */
void unit_clear_locals(struct unit *u, struct buf *out); /* the start values of what lies in the frame */
struct cfunc *cfunc_make(struct gen *g, struct unit *u);

#endif
