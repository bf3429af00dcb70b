/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc/systemtap/MODULE/.ctl and trace0…traceN, as staprun, stapio and the module see them. Native endian. No libc, no kernel
 * headers: include after your own fixed-width types (the kernel's linux/types.h or <stdint.h>).
 *
 * Life. init_module() is called with the options "_stp_bufsize=MB" (a module parameter: MB of buffer per CPU) and "_stp_remover=PATH" (of a
 * program that removes the module by -d NAME if its guard is gone) and "_stp_controls=N" (as in .stap_info; for who attaches), each or none; when it returns, .ctl and one traceN per possible CPU exist, owned
 * by the real user and group of the caller, mode 0600. The guard (root) opens .ctl and sends GLOBAL, ADDRESS, TZ in any number, then SEALED.
 * Until then nobody opens .ctl without CAP_SYS_MODULE (EPERM), not even its owner, and START is refused. stapio opens .ctl and the trace files and sends START; the module attaches,
 * runs begin probes and answers STARTED. At exit stapio sends EXIT; the module detaches, runs end probes, and answers COUNTS: no
 * record is written after that. Whoever removes the module calls delete_module() with no descriptor of its own open.
 *
 * .ctl: one message per write; a bad one fails (EINVAL length or text, ENOENT no such global or request, EPERM not this sender, EBUSY
 * not now) and changes nothing. One message per read, whole, in the order they were queued; EAGAIN when there is none and O_NONBLOCK is
 * set, EMSGSIZE when the room given is too small. All openers share one queue. STARTED, REQUEST_EXIT and COUNTS cannot get lost: one that was
 * not read yet when the next of its type comes gives way to it, behind the texts that were queued meanwhile. poll: POLLIN = a message; POLLPRI = a record
 * was written into a trace file since that file was last read (read() of a trace clears its mark before it looks at the buffer).
 * The last close of .ctl stops all probes, so does a second without any opener after loading, unless DETACH said otherwise. The module
 * parameter _stp_abandoned (root reads it in /sys) is Y from then on.
 *
 * traceN: a stream of struct stp_record, each followed by its text; a read returns 0 when nothing is left. Records never straddle
 * a gap; sequence numbers start at 0 in each loading of a module and have no holes over all files together.
 */
#ifndef STP_UAPI_CTL_H
#define STP_UAPI_CTL_H

#define STP_PROC_DIR "systemtap" /* below /proc */
#define STP_CTL_NAME ".ctl"
#define STP_TRACE_NAME "trace" /* + CPU number */
#define STP_NAME_MAX 56	       /* of a module, with the NUL: MODULE_NAME_LEN */
#define STP_CTL_MAX 4096       /* longest message, header included */
#define STP_ABI_VERSION 1      /* of this file: staprun and the module must agree */
#define STP_REQUESTS_MAX (1 << 20) /* numbers of "symbol" lines are below it */

struct stp_msg {
	unsigned int type; /* enum stp_msg_type */
	unsigned int len;  /* bytes that follow */
};

/*
 * Who may send and when: "root" = only on the descriptor opened by staprun (CAP_SYS_MODULE at open) and only before SEALED.
 */
enum stp_msg_type {
#define CTL(name, value, from, who, when) STP_##name = value,
#include "ctl.def"
#undef CTL
};

/* STP_GLOBAL: name and value as NUL-terminated texts, "name\0value\0" */
/*
 * STP_ADDRESS: addresses of one requested symbol (see .stap_info "symbol" lines), or of several: one such struct behind the other. Those for
 * one request add up. n = 0: the running kernel has no such symbol. None at all for a request: addresses are hidden here, attach by name.
 */
struct stp_msg_address {
	unsigned int request; /* number of the request */
	unsigned int n;
	unsigned long long addr[]; /* n of them */
};
struct stp_msg_tz {
	long long gmtoff; /* seconds west of UTC, as the reference's tz_gmtoff() */
	char name[64];
};
struct stp_msg_start { /* to the module */
	long long target; /* pid for target(), 0 = none */
	unsigned int flags; /* enum stp_start_flags */
	unsigned int unused;
};
enum stp_start_flags {
	STP_START_TTY = 1,     /* the output goes to a terminal */
	STP_START_CROWDED = 2, /* the kernel tells many of us of CPUs that come and go already: ask it for no more */
};
struct stp_msg_started { /* from the module */
	int result; /* 0 or -errno */
};
struct stp_msg_detach {
	int on; /* 1: from now on the last close of .ctl does not stop the probes; 0: it does again */
};
struct stp_msg_counts { /* answer to every EXIT (also a repeated one), and on request: the account */
	unsigned long long fired, handled, skipped, missed;
	unsigned long long errors;
	unsigned long long emitted, dropped; /* records; dropped: no room in a buffer. emitted - dropped = next sequence number */
	unsigned long long emitted_bytes, dropped_bytes;
	unsigned int buffer_mb; /* per CPU, as allocated */
	unsigned int started;	/* START succeeded at some time */
	unsigned int ncpus;
	unsigned int failed;	/* errors, overload or skipped hits have ended it: an exit status that hangs on no text */
	unsigned int ended;	/* an EXIT was taken */
	unsigned int zero;
};
/* STP_OOB: text, not NUL-terminated, "WARNING: …", "ERROR: …" or plain. STP_SYSTEM: a command for sh -c, as the user */

/* each record in a trace file */
struct stp_record {
	unsigned char magic[4]; /* F0 9F A9 BA */
	unsigned int seq;	/* order over all CPUs, taken after the space check: no holes. Wraps */
	unsigned int len;	/* bytes of text that follow */
};
#define STP_RECORD_MAGIC "\xf0\x9f\xa9\xba"
#define STP_RECORD_MAX 8192 /* text bytes (STP_BUFFER_SIZE) */

/*
 * Section .stap_info of a module: text lines "key value", read by staprun from its private copy before loading:
 *   abi 1 · release 6.1.0-56-amd64 · build_id HEX · bulk 0|1 · script NAME
 *   controls N                       a bit for each control character that the script's own text contains (staprun/escape.h); none: 0
 *   global NAME long|string MAXLEN [library]   one per settable global (private and synthetic ones, arrays and aggregates are not);
 *                                    library: of the tapset, such as argc: it can be set, but is not among those that the user is told of
 *   symbol N MODULE|- NAME           addresses wanted, request number N (from 0, ascending): every text symbol of exactly this name. The
 *                                    compiler's variants (NAME.isra.0, NAME.part.0 …) have lines of their own: the translator knows them all
 */
#define STP_INFO_SECTION ".stap_info"

#endif
