/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One C function for several of the same text. */
#ifndef STP_CODEGEN_MERGE_H
#define STP_CODEGEN_MERGE_H

#include "codegen/unit.h"

/* after frames_compute(): empties g->functions[] and g->called[] of duplicates, thins g->handlers, sets derived_probe.cname */
void merge_same(struct gen *g);

#endif
