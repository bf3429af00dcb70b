/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors of handlers beside abi.h's. */
#ifndef STP_CORE_ERROR_H
#define STP_CORE_ERROR_H

#include "core/context.h"

/* sends "ERROR: …" for the pending error of o, counts it, and ends the session after MAXERRORS. Any context */
void stp_error_report(struct stp_context *o);

#endif
