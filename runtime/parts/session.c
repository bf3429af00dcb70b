/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every module has and no hit waits for: the session, its begin and end, the files in /proc, memory. */
#include "core/contexts.c"
#include "core/globals.c"
#include "core/memory.c"
#include "core/module.c"
#include "core/session.c"
#include "probe/begin.c"
#include "transport/ctl.c"
#include "transport/directory.c"
