/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pass 3: from the typed program to C. */
#ifndef STP_CODEGEN_CODEGEN_H
#define STP_CODEGEN_CODEGEN_H

#include <stdbool.h>

struct session;

/*
 * in: s->program (invariants: sema/program.h), s->opt (-D tunables), s->kit or s->kit_error, s->release. out: s->c_text, and
 * s->embedded_text if the program has embedded C (else NULL), both in s->arena. false: what cannot be translated was reported.
 */
bool codegen_run(struct session *s);

#endif
