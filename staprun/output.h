/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where stapio writes: standard output or -o FILE. Never blocks for long, and knows which records are out. */
#ifndef STP_STAPRUN_OUTPUT_H
#define STP_STAPRUN_OUTPUT_H

#include <stddef.h>

#include "staprun/escape.h"
#include "staprun/link.h"
#include "staprun/outfile.h"
#include "staprun/sink.h"

#define OUTPUT_ROOM 65536
#define OUTPUT_RECORDS 4096

struct output {
	int fd;
	struct outfile file; /* of -o */
	const char *name;    /* for messages */
	enum sink sink;
	int failed; /* errno of a write: nothing more is written */
	struct link_page *page;
	struct escape escape; /* on a terminal */
	size_t len, done;	  /* bytes in buf, and how many of them are written */
	unsigned nends, ends_done; /* records in buf, and how many of them are counted as delivered */
	unsigned ends[OUTPUT_RECORDS];
	char buf[OUTPUT_ROOM];
};

/* 0, or -1 after a message. The rules live as long as the output */
int output_open(struct output *o, const struct outfile_rules *rules, struct link_page *page);
/* what comes goes to the next file, if it goes to files at all; between two flushes that were complete. -1 after a message: it stays */
int output_switch(struct output *o);
/* standard output has become another file */
void output_is_another(struct output *o);
/* the text of one record; 0 = no room: flush first */
int output_add(struct output *o, const char *text, size_t len);
/* no more records will come: what of the last one is held back is added */
void output_end(struct output *o);
/* writes what can be written now. 1 = all out, 0 = the other side is not ready, -1 = failed */
int output_flush(struct output *o);

#endif
