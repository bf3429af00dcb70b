/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text made printable: shared by text_str() and by what shows memory. Contexts: any. */
#ifndef STP_BUILTIN_QUOTE_H
#define STP_BUILTIN_QUOTE_H

#include "platform.h"

struct stp_quote {
	const char *p; /* a text of n bytes, or NULL: what lies at addr … */
	stp_u64 addr;
	stp_u32 n;     /* … n bytes at most */
	int user;      /* addr is the user's */
	int to_nul;    /* ends at a NUL, if there is one */
	int quoted;    /* in double quotes; what is cut is marked by ... behind them */
	stp_i64 room;  /* bytes of result; 0 or too many: what a string holds */
};

/* 0, or -EFAULT with ret undefined */
int stp_quote(struct stp_ctx *c, struct stp_slot *ret, const struct stp_quote *q);

#endif
