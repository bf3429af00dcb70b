/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --example */
#ifndef STP_EXAMPLE_H
#define STP_EXAMPLE_H

#include "base/error.h"

struct session;

/* the script's file, an example's name so far, becomes its path; an error names what there is */
struct oserr *example_find(struct session *s) STP_MUST_CHECK;

#endif
