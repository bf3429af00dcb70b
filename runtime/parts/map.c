/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cells and arrays. */
#include "value/init.c"
#include "value/map.c"
#include "value/map_iter.c"
