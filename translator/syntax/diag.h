/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The diagnostics sink: records as data, rendered by one printer (reference/language.md 21). Passes report here and return; they never
 * print or exit. Each message is a row of diag.def: DIAG(tag, class, "format"). A session's errors stop it after the running pass.
 */
#ifndef STP_SYNTAX_DIAG_H
#define STP_SYNTAX_DIAG_H

#include "syntax/source.h"

#include <stdarg.h>
#include <stdio.h>

struct arena;
struct diag;

enum diag_class {
	DIAG_PARSE,
	DIAG_SEMANTIC,
	DIAG_WARNING,
	DIAG_PLAIN, /* an error: the bare text as diag.def has it, without a place */
	DIAG_NOTE,  /* as PLAIN, but not an error */
};

enum diag_tag {
	DIAG_NONE,
#define DIAG(tag, cls, fmt) tag,
#include "syntax/diag.def"
#undef DIAG
	DIAG_NTAGS
};

struct diag_opts {
	bool quiet_warnings;   /* -w */
	bool werror;	       /* -W */
	bool verbose;	       /* duplicates are shown too */
	bool show_tags;	       /* --diag-tags: "[E_…]" behind the headline */
	const char *colors;    /* NULL = none; SYSTEMTAP_COLORS text otherwise */
};

struct diag_record {
	enum diag_tag tag;
	enum diag_class cls;
	const char *msg;
	const struct token *tok;  /* may be NULL */
	const struct token *tok2; /* second place, may be NULL */
	bool at_fault;		  /* parse errors: "at:" (the token itself) instead of "saw:" */
	bool downgraded;	  /* see diag_downgrade() */
	struct diag_record *cause; /* chained: printed after this one */
	struct diag_record *next;
};

struct diag_info { /* a row of diag.def */
	const char *name;
	enum diag_class cls;
	const char *fmt;
};
extern const struct diag_info diag_info[];

struct diag *diag_new(struct arena *a, const struct diag_opts *opts);

/* reports one record and returns it, so that notes may be chained. fmt comes from diag.def, the arguments must fit it */
struct diag_record *diag(struct diag *d, enum diag_tag tag, const struct token *at, ...);
struct diag_record *diag2(struct diag *d, enum diag_tag tag, const struct token *at, const struct token *second, ...);
struct diag_record *diag_v(struct diag *d, enum diag_tag tag, const struct token *at, va_list ap);
/* chains a cause under REC */
void diag_note(struct diag *d, struct diag_record *rec, enum diag_tag tag, const struct token *at, ...);

/* speculative work (optional probe points, @defined, wildcard candidates): errors after mark are held and either dropped or kept */
size_t diag_mark(struct diag *d);
void diag_drop(struct diag *d, size_t mark);
/* errors after mark are still shown but count no longer: those of library files that are skipped */
void diag_downgrade(struct diag *d, size_t mark);
bool diag_errors_since(const struct diag *d, size_t mark);
struct diag_record *diag_last_error(const struct diag *d, size_t mark); /* after mark; NULL: none */
const struct diag_record *diag_first_error_since(const struct diag *d, size_t mark);

/* the message to come may say what was meant: it is shown, and among the first of its kind. Who makes thousands of mistakes made no slips */
bool diag_suggests(const struct diag *d, enum diag_tag tag);

/* warnings count too under -W */
size_t diag_errors(const struct diag *d);
size_t diag_warnings(const struct diag *d);
/* renders everything not yet rendered, sorted by position, duplicates counted */
void diag_flush(struct diag *d, FILE *out);
/* the same as records: sorted, with duplicates, and taken for shown. The array is the sink's arena's */
size_t diag_take(struct diag *d, const struct diag_record *const **ret);
size_t diag_all(struct diag *d, const struct diag_record *const **ret); /* all so far, shown or not, in the order of their making */
void diag_finish(struct diag *d, FILE *out); /* "Number of similar … suppressed" */
/* "keyword 'x' at f.stp:1:2", malloc'ed: for run-time error locations */
char *diag_where(const struct token *t);

#endif
