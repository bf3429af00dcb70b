/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sink: records are kept as data until diag_flush() gives them to the printer (diag_print.c). Messages are formatted at once,
 * by the row of diag.def that their tag names. Records after a mark may be dropped again, as long as they were not flushed.
 */
#include "syntax/diag_sink.h"
#include "base/arena.h"
#include "base/error.h"

#include <string.h>

const struct diag_info diag_info[] = {
	{ "DIAG_NONE", DIAG_NOTE, "" },
#define DIAG(tag, cls, fmt) { #tag, cls, fmt },
#include "syntax/diag.def"
#undef DIAG
};

struct diag *diag_new(struct arena *a, const struct diag_opts *opts)
{
	struct diag *d = arena_make(a, struct diag);

	d->arena = a;
	if (opts)
		d->opts = *opts;
	map_init(&d->seen, a);
	return d;
}

static struct diag_record *make_record(struct diag *d, enum diag_tag tag, const struct token *at, va_list ap)
{
	struct diag_record *rec = arena_make(d->arena, struct diag_record);

	BUG_IF(tag <= DIAG_NONE || tag >= DIAG_NTAGS, "message number %d", (int)tag);
	rec->tag = tag;
	rec->cls = diag_info[tag].cls;
	rec->msg = arena_vprintf(d->arena, diag_info[tag].fmt, ap);
	rec->tok = at;
	return rec;
}

bool diag_is_error(const struct diag_record *rec)
{
	return !rec->downgraded && (rec->cls == DIAG_PARSE || rec->cls == DIAG_SEMANTIC || rec->cls == DIAG_PLAIN);
}

static void keep(struct diag *d, struct diag_record *rec)
{
	if (rec->cls == DIAG_WARNING && d->opts.quiet_warnings)
		return;
	if (d->records.n)
		vec_last(&d->records)->next = rec;
	vec_push(d->arena, &d->records, rec);
	d->nerrors += diag_is_error(rec);
	d->nwarnings += rec->cls == DIAG_WARNING;
}

struct diag_record *diag_v(struct diag *d, enum diag_tag tag, const struct token *at, va_list ap)
{
	struct diag_record *rec = make_record(d, tag, at, ap);

	keep(d, rec);
	return rec;
}

struct diag_record *diag(struct diag *d, enum diag_tag tag, const struct token *at, ...)
{
	struct diag_record *rec;
	va_list ap;

	va_start(ap, at);
	rec = diag_v(d, tag, at, ap);
	va_end(ap);
	return rec;
}

struct diag_record *diag2(struct diag *d, enum diag_tag tag, const struct token *at, const struct token *second, ...)
{
	struct diag_record *rec;
	va_list ap;

	va_start(ap, second);
	rec = diag_v(d, tag, at, ap);
	va_end(ap);
	rec->tok2 = second;
	return rec;
}

void diag_note(struct diag *d, struct diag_record *rec, enum diag_tag tag, const struct token *at, ...)
{
	va_list ap;

	while (rec->cause)
		rec = rec->cause;
	va_start(ap, at);
	rec->cause = make_record(d, tag, at, ap);
	va_end(ap);
}

size_t diag_mark(struct diag *d)
{
	return d->records.n;
}

void diag_drop(struct diag *d, size_t mark)
{
	BUG_IF(mark < d->flushed, "a message is dropped that was shown already");
	while (d->records.n > mark) {
		const struct diag_record *rec = vec_last(&d->records);

		d->nerrors -= diag_is_error(rec);
		d->nwarnings -= rec->cls == DIAG_WARNING;
		d->records.n--;
	}
	if (d->records.n)
		vec_last(&d->records)->next = NULL;
}

void diag_downgrade(struct diag *d, size_t mark)
{
	for (size_t i = mark; i < d->records.n; i++) {
		struct diag_record *rec = vec_at(&d->records, i);

		d->nerrors -= diag_is_error(rec);
		rec->downgraded = true;
	}
}

struct diag_record *diag_last_error(const struct diag *d, size_t mark)
{
	for (size_t i = d->records.n; i-- > mark;)
		if (diag_is_error(vec_at(&d->records, i)))
			return vec_at(&d->records, i);
	return NULL;
}

const struct diag_record *diag_first_error_since(const struct diag *d, size_t mark)
{
	for (size_t i = mark; i < d->records.n; i++)
		if (diag_is_error(vec_at(&d->records, i)))
			return vec_at(&d->records, i);
	return NULL;
}

bool diag_errors_since(const struct diag *d, size_t mark)
{
	return diag_first_error_since(d, mark) != NULL;
}

bool diag_suggests(const struct diag *d, enum diag_tag tag)
{
	enum { MOST = 100 };

	if (diag_info[tag].cls == DIAG_WARNING)
		return !d->opts.quiet_warnings && d->nwarnings < MOST;
	return d->nerrors < MOST;
}

size_t diag_errors(const struct diag *d)
{
	return d->nerrors + (d->opts.werror ? d->nwarnings : 0);
}

size_t diag_warnings(const struct diag *d)
{
	return d->nwarnings;
}
