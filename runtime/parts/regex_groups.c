/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regular expressions in scripts that ask for their groups. */
#include "value/regex_groups.c"
#include "builtin/regex.c"
