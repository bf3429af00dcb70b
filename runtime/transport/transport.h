/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way to user space: /proc/systemtap/MODULE/.ctl (ctl.c over message.c) and traceN (trace.c). uapi/ctl.h is the contract.
 * Handlers reach stp_message(), stp_message_text() and stp_out_flush() (platform.h), and stp_message_request_exit() only.
 */
#ifndef STP_TRANSPORT_H
#define STP_TRANSPORT_H

#include "core/context.h"

#include <linux/proc_fs.h>
#include <linux/wait.h>

/* ---- directory.c: process context ---- */
struct proc_dir_entry *stp_directory_make(void); /* /proc/systemtap/MODULE, owned by the caller; ERR_PTR */
void stp_directory_remove(struct proc_dir_entry *dir);
bool stp_proc_admits(const struct inode *inode); /* may who asks open this file of ours, beyond what its mode says? */

/* ---- message.c ---- */
int stp_messages_init(void);
void stp_messages_exit(void);
/* any context: queues a text, STP_OOB or STP_SYSTEM, cut to STP_TEXT_MAX; when there is no place, one fixed text says so, once it can */
void stp_message(stp_u32 type, const char *text, stp_u32 len);
/* any context: STP_OOB with a prefix, "WARNING: " or "ERROR: " */
void stp_message_text(const char *prefix, struct stp_str text);
/* any context: REQUEST_EXIT. It cannot get lost, neither can the answers; said again before it was read, each is read once */
void stp_message_request_exit(void);
/* process context */
void stp_message_started(const struct stp_msg_started *m);
void stp_message_counts(const struct stp_msg_counts *m);
#define STP_TEXT_MAX 640
int stp_messages_wait(void);				/* process context: until there is one, or -ERESTARTSYS */
int stp_messages_pending(void);
void stp_messages_settle(void);				/* what was sent where nobody could be woken: see core/soon.h */
ssize_t stp_messages_read(char __user *to, size_t room); /* the next; -EAGAIN, -EMSGSIZE, -EFAULT */
extern wait_queue_head_t stp_ctl_wait;

/* ---- trace.c ---- */
int stp_traces_init(struct proc_dir_entry *dir, stp_u32 buffer_mb); /* 0 or -errno; stp_traces_exit() in any case */
void stp_traces_exit(void); /* the directory has gone, no handler runs */
bool stp_trace_comes(int cpu); /* before a CPU runs: what it writes records with, but for relay's buffer; false = no memory */
int stp_traces_announced(void);			/* for poll: unread records that were announced */
void stp_traces_settle(void); /* process context: what was written where nobody could be told, or was left in a store */
void stp_traces_count(struct stp_msg_counts *ret); /* adds what no context knows */
stp_u32 stp_traces_mb(void);

/* ---- ctl.c ---- */
int stp_ctl_init(struct proc_dir_entry *dir); /* 0 or -ENOMEM; the file goes with its directory */
/* module.c's side of .ctl being opened and closed */
void stp_opened(void);
void stp_abandoned(void);

#endif
