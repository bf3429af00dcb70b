/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of staprun, and what of it is handed on to stapio: one parser for both. */
#ifndef STP_STAPRUN_OPTIONS_H
#define STP_STAPRUN_OPTIONS_H

#include "staprun/outfile.h"

struct options {
	int attach, detach_at_start, delete_only, rename, daemon; /* -A -L -d -R -D */
	int buffer_mb;						  /* -b; 0 = the module's own */
	const char *command;					  /* -c */
	long target;						  /* -x; 0 = none */
	struct outfile_rules output;				  /* -o -S */
	const char *sha256;					  /* -H: of the module file */
	const char *link;					  /* -F: stapio only */
	const char *module;					  /* as given */
	char **settings;					  /* name=value …, NULL at the end */
	int verbose, no_warnings;				  /* -v -w */
};

enum options_for { OPTIONS_STAPRUN, OPTIONS_STAPIO };

/* exits for -h and -V, and after a message about a bad command line */
void options_parse(struct options *ret, enum options_for who, int argc, char **argv);

#endif
