/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of print/ and builtin/ share beyond abi.h. Contexts: any. */
#ifndef STP_PRINT_PRINT_H
#define STP_PRINT_PRINT_H

#include "platform.h"

/* n times ch */
void stp_put_fill(struct stp_out *o, char ch, stp_u32 n);
/* bytes that may hold NULs: in the stream they go out as they are; a string ends at the first and takes nothing more */
void stp_put_bytes(struct stp_out *o, const char *p, stp_u32 n);
/* v in hexadecimal, without prefix or padding */
void stp_put_hex(struct stp_out *o, stp_u64 v);
/* a soft error whose text names an address: BEFORE 0xADDR AFTER */
void stp_error_at(struct stp_ctx *c, const char *before, stp_u64 addr, const char *after, const char *where);

/* width or precision as given by the script: negative ones are 0, great ones what the output takes */
static inline stp_u32 stp_put_clamp(const struct stp_out *o, stp_i64 n)
{
	return n < 0 ? 0 : n > o->cap ? o->cap : (stp_u32)n;
}

/* text being made in a buffer of the caller */
static inline void stp_out_buffer(struct stp_out *o, char *p, stp_u32 room)
{
	o->p = p;
	o->len = 0;
	o->cap = room;
	o->flush = NULL;
}

#endif
