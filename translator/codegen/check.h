/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is valid script but cannot be translated (yet) is refused here, with its place, before any C is made. */
#ifndef STP_CODEGEN_CHECK_H
#define STP_CODEGEN_CHECK_H

#include <stdbool.h>

struct gen;

bool program_check(struct gen *g);

#endif
