/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program that a module asks the kernel to run when all of us are gone: staprun itself, if it is safe to name it. */
#ifndef STP_STAPRUN_REMOVER_H
#define STP_STAPRUN_REMOVER_H

#include <stddef.h>

/* its path; 0 = there is none that could be given to the kernel */
int remover_path(char *ret, size_t room);

#endif
