/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builtins that nearly every script uses: messages, exit(), the probe's names. */
#include "builtin/output.c"
#include "builtin/probe.c"
