/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the session knows before pass 1: answers to %( … %) conditions, how messages are shown. */
#ifndef STP_FACTS_H
#define STP_FACTS_H

struct diag_opts;
struct session;

void facts_init(struct session *s); /* fills s->facts */
const struct diag_opts *facts_diag_opts(struct session *s);

#endif
