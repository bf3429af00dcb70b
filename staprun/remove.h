/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removing modules of earlier runs. */
#ifndef STP_STAPRUN_REMOVE_H
#define STP_STAPRUN_REMOVE_H

/* -d: the module of that name, "*" = all that nobody is attached to. The exit status, after a message if it is not 0 */
int remove_modules(const char *name);
/* those that all their processes have left, without a word: they have stopped, and could not ask for it (remover.h) */
void remove_abandoned(void);

#endif
