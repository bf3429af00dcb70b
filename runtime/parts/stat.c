/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Aggregates. */
#include "value/stat.c"
