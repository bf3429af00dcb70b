/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pass 2: from trees to a resolved, typed, optimised program. pass2.c is the list of its steps. */
#ifndef STP_SEMA_PASS2_H
#define STP_SEMA_PASS2_H

#include "sema/program.h"

#include <stdbool.h>
#include <stdio.h>

struct session;

/*
 * in: s->user_files (parsed), s->library, s->target, providers[], s->opt. out: s->program with the invariants of program.h, messages in
 * s->diag. false: there were errors. s->program is set in any case (what could be resolved), so that -v can count and dump it.
 */
bool sema_run(struct session *s);

/* -p2: reference/language.md 21; bodies with opt.verbose[2] */
void sema_dump(struct session *s, FILE *out);

/* -l and -L (reference/cli.md 4) of an elaborated program: one line per point. Gives the number of lines */
size_t sema_list(struct session *s, FILE *out);

/* --dump-probe-types, --dump-probe-aliases, --dump-functions: no pass needs to have run; the last two parse the library */
void sema_dump_probe_types(FILE *out);
void sema_dump_aliases(struct session *s, FILE *out);
void sema_dump_functions(struct session *s, FILE *out);

#endif
