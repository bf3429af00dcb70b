/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every module has and hits run through: contexts, errors, what they say and print. */
#include "core/context.c"
#include "core/error.c"
#include "core/stack.c"
#include "transport/message.c"
#include "transport/trace.c"
