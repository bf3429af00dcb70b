/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The spelling of every generated identifier is decided here and nowhere else.
 *   g_NAME  global · f_NAME  function · l_NAME  local or argument · pN_POINT  handler · d_NAME  description of an aggregate ·
 *   e_N  embedded expression · get_/set_g_NAME  access for embedded C. Temporaries (t1, s1 …) are numbered per function: unit.c
 * Two things of one name get _2, _3 … in program order, so that the same script gives the same text everywhere.
 */
#ifndef STP_CODEGEN_NAMES_H
#define STP_CODEGEN_NAMES_H

struct derived_probe;
struct gen;
struct vardecl;
struct vardecls;

void names_assign(struct gen *g); /* globals, functions, their arguments and locals */
void names_locals(struct gen *g, const struct vardecls *a, const struct vardecls *b); /* of one function or handler */
const char *name_probe(struct gen *g, const struct derived_probe *p);
const char *name_of(struct gen *g, const char *prefix, const char *name); /* prefix + cleaned name; not reserved */
const char *name_fresh(struct gen *g, const char *name);		  /* reserved at file scope */

#endif
