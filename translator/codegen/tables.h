/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of the C text that are data: globals, probe table, family tables, stp_script, .stap_info. */
#ifndef STP_CODEGEN_TABLES_H
#define STP_CODEGEN_TABLES_H

struct buf;
struct gen;

void banner(struct buf *out, const char *title);
void globals_print(struct gen *g, struct buf *out);
/* regex.c */
void regexes_print(struct gen *g, struct buf *out);
unsigned regexes_words(const struct gen *g); /* stp_script.match_words */
void probes_print(struct gen *g, struct buf *out);
/* tables.c: rows of each family that has any, then the script itself */
void families_print(struct gen *g, struct buf *out);
void script_print(struct gen *g, struct buf *out);
void info_print(struct gen *g, struct buf *out);
/* controls.c: a bit for each control character that stands in C text, but for newline and tab; bit 0: any sequence may be printed */
unsigned controls_of(const char *text);

#endif
