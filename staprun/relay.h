/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module's output: one stream of records per CPU, merged by sequence number. */
#ifndef STP_STAPRUN_RELAY_H
#define STP_STAPRUN_RELAY_H

#include <stddef.h>

#include "staprun/output.h"

struct lane { /* one trace file */
	int fd;
	unsigned cpu;
	int ended;	 /* the file has nothing more to give, ever */
	int had_all;	 /* the last read gave what there was: the next announcement says that there is more */
	char *buf;	 /* RELAY_ROOM bytes, made at the first data */
	size_t head, tail;
};

struct relay {
	struct lane *lanes;
	unsigned nlanes;
	unsigned current; /* lane of the last record: the next one is most likely there too */
	unsigned next;	  /* sequence number that is due */
	int synced;	  /* `next` is known */
	int flushing;	  /* nothing more will be written: gaps are passed over */
	long long gap_since; /* ms; 0 = no gap now */
	unsigned base;	     /* attached: number of the first record that was still there */
	unsigned long long damaged; /* bytes that were no record */
};

enum relay_state {
	RELAY_IDLE,    /* everything that is there has been handed to the output */
	RELAY_MORE,    /* there is more: call again after looking at signals */
	RELAY_BLOCKED, /* the output cannot take more now */
	RELAY_FAILED,  /* the output failed */
};

/* opens the trace files in dir; attached: the first sequence number is not known. 0, or -1 after a message */
int relay_open(struct relay *r, int dir, int attached);
void relay_close(struct relay *r);
/* moves a bounded amount of records into o and writes it */
enum relay_state relay_drain(struct relay *r, struct output *o);
/* after the closing account: the rest, with no more waiting for records that are missing */
void relay_no_more(struct relay *r);
#endif
