/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builtins: string functions, memory as text. */
#include "builtin/conversions.c"
#include "builtin/quote.c"
#include "builtin/string.c"
