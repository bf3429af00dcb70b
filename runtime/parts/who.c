/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builtins: the task, the clocks, what staprun said. */
#include "builtin/clock.c"
#include "builtin/context.c"
#include "builtin/session.c"
