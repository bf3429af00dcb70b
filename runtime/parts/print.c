/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Formatted output. */
#include "print/number.c"
#include "print/text.c"
