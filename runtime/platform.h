/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that value/, print/ and the neutral half of builtin/ need of their surroundings. They include this and abi.h, nothing else, so that
 * they also build in user space (unit tests under ASan and UBSan, testsuite/unit/hostrun). Two sides:
 *   kernel:     platform_kernel.h has the macros; core/, access/ and transport/ define the functions below
 *   user space: platform_user.h; testsuite/unit/hostcore.c defines the functions
 * What each side gives in its header:
 *   STP_PROBE_CODE                     marks a function that a probe handler may reach (section, notrace)
 *   memcpy memmove memset memcmp memchr strlen, size_t, NULL, errno's ENOMEM EINVAL EFAULT
 *   stp_load_acquire(p) stp_store_release(p, v) STP_READ_ONCE(x) STP_WRITE_ONCE(x, v)
 *   stp_rmb() stp_wmb()                order this CPU's reads, its writes
 *   int stp_cmpxchg_acquire(stp_u32 *p, stp_u32 old, stp_u32 new)   nonzero if it was swapped
 *   stp_relax()                        one turn of a bounded wait
 *   unsigned long stp_irq_save(void), stp_irq_restore(unsigned long)   interrupts of this CPU off (NMIs still come)
 */
#ifndef STP_PLATFORM_H
#define STP_PLATFORM_H

#include "abi.h"

#ifdef __KERNEL__
#include "platform_kernel.h"
#else
#include "platform_user.h"
#endif

/* ---- process context, module init and exit ------------------------------------------------------------------------------------ */

void *stp_alloc(size_t bytes); /* zeroed, any size, counted against STP_MAXMEMORY; NULL = none left */
void stp_free(void *p);	       /* NULL is fine */
/* a message for the user, as STP_OOB: "ERROR: …" or "WARNING: …", the prefix is added */
void stp_say_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void stp_say_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* ---- any context ------------------------------------------------------------------------------------------------------------------ */

/* the contexts that hits have used, 0 … stp_ctx_count()-1 in no order (the cells of others are all zero); NULL: not quite there yet */
stp_u32 stp_ctx_count(void);
struct stp_ctx *stp_ctx_nth(stp_u32 i);
/* the same at init and exit, when cells are handed out: every context, used or not; NULL for a CPU that is not there */
stp_u32 stp_ctx_all(void);
struct stp_ctx *stp_ctx_any(stp_u32 i);
stp_u32 stp_ctx_cpu(const struct stp_ctx *c);

/*
 * this hit cannot go on because the lock of a global is taken: counted as skipped by that global; the error becomes STP_ABORT.
 * below: the handler that we interrupted on this CPU has it, which is no contention
 */
void stp_hit_skipped(struct stp_ctx *c, stp_u32 global, int below);

/* a message for the user: prefix ("WARNING: ", "ERROR: " or "") and text */
void stp_message_text(const char *prefix, struct stp_str text);
/* no further probes but end probes start; the session ends soon */
void stp_request_exit(void);

/* sends c->out as one record and empties it */
void stp_out_flush(struct stp_ctx *c);

/* n bytes at addr, never faulting or sleeping: 0, or -EFAULT with dst undefined */
int stp_read_mem(void *dst, stp_u64 addr, stp_u32 n, int user);
stp_u32 stp_page_size(void);

#define STP_LONG_TEXT 128 /* bytes: what is done with a longer text is long work (stp_long()) */

#endif
