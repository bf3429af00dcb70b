/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small core in user space: what platform.h and the core part of abi.h ask for, so that value/, print/, the neutral half of builtin/ and
 * generated code run as an ordinary program under ASan and UBSan. One thread; contexts are switched, not parallel.
 */
#ifndef STP_TEST_HOSTCORE_H
#define STP_TEST_HOSTCORE_H

#include "platform.h"

#include <stdio.h>

#define HOST_CONTEXTS 8 /* four CPUs of two levels */

struct stp_ctx *host_context(unsigned int i);
void host_init(void);	/* contexts and values; exits the program if that fails */
void host_exit(void);
/* runs p's handler in context i, with a pending error or unbalanced locks reported; records go to the stream of host_output */
void host_hit(const struct stp_probe *p, unsigned int i);
int host_set_global(const char *name, const char *value); /* 0, or -1 = no such global or bad value */
/* begin probes, `fires` rounds of all others, end or error probes; the exit status */
int host_session(unsigned int fires);

extern FILE *host_output;	 /* where records go; stdout at first */
extern unsigned int host_errors; /* soft errors reported so far */
extern int host_quiet_errors;	 /* do not print them */
extern int host_allocs_left;	 /* -1 = no limit: failure injection for stp_alloc() */
extern unsigned int host_skips;	 /* calls of stp_hit_skipped() … */
extern unsigned int host_skips_below; /* … that blamed the handler below */
const char *host_error_text(const struct stp_ctx *c); /* text of the pending error */
void host_clear_error(struct stp_ctx *c);

#endif
