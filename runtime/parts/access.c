/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fault-safe memory, arguments, return values. */
#include "access/load.c"
#include "access/registers.c"
#include "builtin/registers.c"
