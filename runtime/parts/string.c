/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strings. */
#include "value/string.c"
