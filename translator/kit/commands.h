/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands as argument lists: taken once from what kbuild recorded, kept in the kit as "NAME\x1fARG\x1fARG…" lines, run without a shell.
 * @IN@, @OUT@ and @ASM@ stand for files, @KIT@ for the kit's directory.
 */
#ifndef STP_KIT_COMMANDS_H
#define STP_KIT_COMMANDS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"

#include <stdbool.h>

struct args { const char **v; size_t n, cap; };

void args_add(struct arena *a, struct args *l, const char *text);
bool args_has(const struct args *l, const char *text);

/* splits the text of a shell command as kbuild records it ('…', "…", \x, $$; `;` and newline end a command); several commands come out */
struct recorded { struct args *v; size_t n, cap; };
void recorded_parse(struct arena *a, const char *text, struct recorded *ret);
/* of a .NAME.o.cmd file: its first line, cmd_… or savedcmd_… */
struct oserr *recorded_read(struct arena *a, const char *path, struct recorded *ret) STP_MUST_CHECK;

/* kbuild's compile command → the flags of an object without kernel headers, and of one with them; no input or output files in either */
void flags_for_script(struct arena *a, const struct args *cc, struct args *ret);
void flags_for_embedded(struct arena *a, const struct args *cc, struct args *ret);

struct command { const char *name; struct args args; };
struct commands { struct command *v; size_t n, cap; };
void commands_add(struct arena *a, struct commands *l, const char *name, const struct args *args);
const struct args *commands_get(const struct commands *l, const char *name); /* NULL if absent */
char *commands_text(const struct commands *l);				      /* malloc'ed */
void commands_parse(struct arena *a, const char *text, struct commands *ret);
struct subst { const char *from, *to; };
/* argv with every mark replaced, NULL-terminated, in the arena */
char **commands_argv(struct arena *a, const struct args *l, const struct subst *s, size_t n);

#endif
