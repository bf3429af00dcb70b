/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every module has: the session, contexts, errors, the files in /proc, begin and end probes. */
#include "core/context.c"
#include "core/error.c"
#include "core/globals.c"
#include "core/memory.c"
#include "core/module.c"
#include "core/session.c"
#include "core/stack.c"
#include "probe/begin.c"
#include "transport/ctl.c"
#include "transport/directory.c"
#include "transport/message.c"
#include "transport/trace.c"
