/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run of a module, from init_module() to delete_module(), as the privileged side sees it. */
#ifndef STP_STAPRUN_SESSION_H
#define STP_STAPRUN_SESSION_H

#include "staprun/identity.h"
#include "staprun/link.h"
#include "staprun/module.h"
#include "staprun/options.h"

struct session {
	const struct identity *id;
	const struct options *o;
	struct module *m;
	const char *name; /* of the loaded module */
	struct link_page *page;
	struct link_own *own;
	int page_fd;
	int ctl;	 /* guard: the control file, -1 = not open */
	int alive[2];	 /* the reader's pipe: link.h */
	int parent[2];	 /* staprun writes numbers of signals; its end is the end of staprun */
	int ready;	 /* -D: writing end, -1 = none */
	int quiet;	 /* no word about a control file that cannot be had */
	char **argv;	 /* our own arguments, for stapio */
	char *title;	 /* what ps shows of us, and how much room it has */
	size_t title_len;
};

/* each: 0, or -1 after a message */
int session_load(struct session *s);	 /* init_module() */
int session_open(struct session *s);	 /* the control file, held for us alone */
int session_tell(struct session *s);	 /* globals, addresses, time zone, SEALED */
void session_recall(struct session *s);	 /* -A: what the module was told when it was loaded, for stapio */
/* after the reader: stops the module, says the account if nobody did, removes the module. reader_was_killed: say so */
int session_close(struct session *s, int reader_was_killed);

/* delete_module(), again and again for at most a few seconds while it is in use; 0 or -1 and errno */
int session_remove_module(const char *name);

#endif
