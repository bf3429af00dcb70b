/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a function's arguments are at its entry, by the C calling convention alone. */
#ifndef STP_TYPES_CONVENTION_H
#define STP_TYPES_CONVENTION_H

#include "types/type.h"

struct arch;

/* which integer argument (for stp_arg(), from 0) parameter I of the function type is; the error says where it is instead */
struct oserr *convention_argument(const struct arch *a, struct type *fn, size_t i, unsigned *ret) STP_MUST_CHECK;
/* NULL if the value comes back in the register that stp_retval() reads; else the error says why not */
struct oserr *convention_return(const struct arch *a, struct type *fn) STP_MUST_CHECK;

#endif
