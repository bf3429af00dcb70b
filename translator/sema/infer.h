/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of one inference, and its entry for one expression (types.c). */
#ifndef STP_SEMA_INFER_H
#define STP_SEMA_INFER_H

#include "sema/sema.h"
#include "types/type.h"

struct infer {
	struct sema *sm;
	struct owner *o;
	bool changed;
	bool autocasts; /* this round looks at them */
	bool final;	/* @defined that cannot be decided is decided now */
};

enum value_type infer(struct infer *I, struct expr **ep, enum value_type want);

#endif
