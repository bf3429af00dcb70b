/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where stapio writes: standard output or -o FILE. Never blocks for long, and knows which records are out. */
#ifndef STP_STAPRUN_OUTPUT_H
#define STP_STAPRUN_OUTPUT_H

#include <stddef.h>

#include "staprun/link.h"

#define OUTPUT_ROOM 65536
#define OUTPUT_RECORDS 4096

struct output {
	int fd;
	const char *name; /* for messages */
	enum { OUTPUT_FILE, OUTPUT_PIPE, OUTPUT_TERMINAL } kind;
	int failed; /* errno of a write: nothing more is written */
	struct link_page *page;
	size_t len, done;	  /* bytes in buf, and how many of them are written */
	unsigned nends, ends_done; /* records in buf, and how many of them are counted as delivered */
	unsigned ends[OUTPUT_RECORDS];
	char buf[OUTPUT_ROOM];
};

/* pattern NULL = standard output; else strftime(3). 0, or -1 after a message */
int output_open(struct output *o, const char *pattern, struct link_page *page);
/* the text of one record; 0 = no room: flush first */
int output_add(struct output *o, const char *text, size_t len);
/* writes what can be written now. 1 = all out, 0 = the other side is not ready, -1 = failed */
int output_flush(struct output *o);

#endif
