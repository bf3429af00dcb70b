/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside of the sink, for diag.c and diag_print.c only. */
#ifndef STP_SYNTAX_DIAG_SINK_H
#define STP_SYNTAX_DIAG_SINK_H

#include "base/map.h"
#include "base/vec.h"
#include "syntax/diag.h"

struct diag {
	struct arena *arena;
	struct diag_opts opts;
	VEC(struct diag_record *) records;
	size_t flushed; /* records before this one were printed */
	size_t nerrors, nwarnings;
	struct map seen;		   /* messages printed so far, by class and text */
	size_t same_errors, same_warnings; /* suppressed as similar */
	const struct source *last_src;	   /* of the last place printed: "at :3:4" when it is the same again */
};

bool diag_is_error(const struct diag_record *rec);

#endif
