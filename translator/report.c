// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records → standard error. The text form is the sink's own (syntax/diag_print.c). The JSON form shows every record, in the same order, and
 * what hangs below it in "causes"; texts that are not UTF-8 have U+FFFD for each byte that does not fit, since scripts may hold any bytes.
 */
#include "report.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/term.h"
#include "base/text.h"
#include "session.h"
#include "syntax/diag.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- texts ------------------------------------------------------------------------------------------------------ */

static struct json_object *json_text(const char *text, size_t len)
{
	struct buf b = BUF_INIT;
	struct json_object *ret;

	for (size_t i = 0; i < len;) {
		size_t n = text_utf8(text + i, len - i);

		buf_add(&b, n ? text + i : "\xef\xbf\xbd", n ? n : 3);
		i += n ? n : 1;
	}
	ret = json_object_new_string_len(b.len ? b.data : "", (int)b.len);
	buf_fini(&b);
	return ret;
}

static void put_text(struct json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_text(text, strlen(text)));
}

/* ---- places ------------------------------------------------------------------------------------------------------ */

static void put_place(struct json_object *o, const struct token *t)
{
	struct source_excerpt x;
	struct source_pos pos;

	if (!t || !t->span.src)
		return;
	source_pos(t->span.src, t->span.off, &pos);
	source_excerpt(&pos, t->span.len, &x);
	put_text(o, "file", t->span.src->name);
	json_object_object_add(o, "line", json_object_new_int64(pos.line));
	json_object_object_add(o, "column", json_object_new_int64(pos.col));
	json_object_object_add(o, "length", json_object_new_int64(t->span.len));
	json_object_object_add(o, "source", json_text(x.text, x.len));
	if (x.cut)
		json_object_object_add(o, "source_column", json_object_new_int64((int64_t)x.cut + 1));
	put_text(o, "class", token_class_name(t->cls));
	if (t->cls != TOK_EMBEDDED && t->cls != TOK_EOF)
		put_text(o, "token", t->text);
}

/* the macros and syntheses that put the token there, innermost first */
static void put_origins(struct json_object *o, const struct token *t)
{
	struct json_object *list = NULL;

	for (const struct origin *from = t ? t->origin : NULL; from && from->site; from = from->site->origin) {
		struct json_object *place = json_object_new_object();

		put_text(place, "kind", from->kind == ORIGIN_MACRO ? "macro" : from->kind == ORIGIN_ARGUMENT ? "argument" : "synthesized");
		put_place(place, from->site);
		list = list ? list : json_object_new_array();
		json_object_array_add(list, place);
	}
	if (list)
		json_object_object_add(o, "origins", list);
}

/* ---- records ----------------------------------------------------------------------------------------------------- */

static const char *severity(const struct diag_record *rec)
{
	switch (rec->cls) {
	case DIAG_WARNING: return "warning";
	case DIAG_NOTE: return "note";
	case DIAG_PARSE:
	case DIAG_SEMANTIC:
	case DIAG_PLAIN: break;
	}
	return rec->downgraded ? "warning" : "error";
}

static struct json_object *json_record(const struct diag_record *rec, bool causes)
{
	struct json_object *o = json_object_new_object(), *list;

	put_text(o, "severity", severity(rec));
	put_text(o, "tag", diag_info[rec->tag].name);
	put_text(o, "message", rec->msg);
	put_place(o, rec->tok);
	put_origins(o, rec->tok);
	if (rec->tok2) {
		struct json_object *second = json_object_new_object();

		put_place(second, rec->tok2);
		json_object_object_add(o, "second", second);
	}
	if (!causes || !rec->cause)
		return o;
	list = json_object_new_array();
	for (const struct diag_record *r = rec->cause; r; r = r->cause)
		json_object_array_add(list, json_record(r, false));
	json_object_object_add(o, "causes", list);
	return o;
}

/* a character that a terminal must not get, in JSON's own way; it is in a string */
static void put_escaped(struct buf *line, const char *p, size_t n)
{
	unsigned c = n == 1 ? (unsigned char)*p : (unsigned char)*p & (0x7fu >> n);

	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)p[i] & 0x3f);
	if (c >= 0x10000) {
		c -= 0x10000;
		buf_printf(line, "\\u%04x", 0xd800 | c >> 10);
		c = 0xdc00 | (c & 0x3ff);
	}
	buf_printf(line, "\\u%04x", c);
}

/* the library leaves all that is not ASCII as it is, and DEL */
static void print_json(struct json_object *o)
{
	const char *p = json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	struct buf line = BUF_INIT;

	for (size_t left = strlen(p), n; left; left -= n, p += n) {
		n = text_utf8(p, left);
		n += !n;
		if (buf_is_printable(p, n))
			buf_add(&line, p, n);
		else
			put_escaped(&line, p, n);
	}
	term_say("%s\n", line.data);
	buf_fini(&line);
	json_object_put(o);
}

/* ---- what passes.c calls ----------------------------------------------------------------------------------------- */

void report_flush(struct session *s)
{
	const struct diag_record *const *v;
	size_t n;

	if (!s->opt.json) {
		diag_flush(s->diag, stderr);
		return;
	}
	n = diag_take(s->diag, &v);
	for (size_t i = 0; i < n; i++)
		print_json(json_record(v[i], true));
}

void report_finish(struct session *s)
{
	if (s->opt.json)
		report_flush(s);
	else
		diag_finish(s->diag, stderr);
}

void report_error(struct session *s, const char *msg)
{
	static const char prefix[] = "ERROR: ";
	struct json_object *o;

	if (!s->opt.json) {
		term_say("%s%s\n", text_starts(msg, "ERROR") ? "" : prefix, msg);
		return;
	}
	o = json_object_new_object();
	put_text(o, "severity", "error");
	put_text(o, "message", text_starts(msg, prefix) ? msg + strlen(prefix) : msg);
	print_json(o);
}

static bool is_not_yet(enum diag_tag tag) { return tag == E_POINT_NOT_YET || tag == E_FUNCTION_SOURCE; }

void report_not_yet(struct session *s)
{
	const struct diag_record *const *all;
	size_t n = diag_all(s->diag, &all);
	struct map said;

	map_init(&said, s->arena);
	for (size_t i = 0; i < n; i++)
		for (const struct diag_record *r = all[i]; r; r = r->cause)
			if (is_not_yet(r->tag) && !map_has(&said, r->msg)) {
				map_set(&said, r->msg, (void *)r->msg);
				report_error(s, r->msg);
			}
}

void report_trailer(struct session *s, const char *fmt, ...)
{
	va_list ap;

	if (s->opt.json)
		return;
	va_start(ap, fmt);
	term_vsay(fmt, ap);
	va_end(ap);
}

/* ---- the catalogue ----------------------------------------------------------------------------------------------- */

/* a field: tabs and newlines would end it */
static void catalogue_field(struct buf *line, const char *text)
{
	buf_putc(line, '\t');
	for (; *text; text++)
		buf_putc(line, *text == '\t' || *text == '\n' ? ' ' : *text);
}

static void catalogue_line(const struct diag_record *rec)
{
	const struct token *t = rec->tok && rec->tok->span.src ? rec->tok : NULL;
	struct source_pos pos;
	struct buf line = BUF_INIT;
	char number[2][16] = { "-", "-" };

	if (t) {
		source_pos(t->span.src, t->span.off, &pos);
		snprintf(number[0], sizeof(number[0]), "%u", pos.line);
		snprintf(number[1], sizeof(number[1]), "%u", pos.col);
	}
	buf_puts(&line, "SEMANTIC_ERROR");
	catalogue_field(&line, t ? t->span.src->name : "-");
	catalogue_field(&line, number[0]);
	catalogue_field(&line, number[1]);
	catalogue_field(&line, t && *t->text ? t->text : "-");
	catalogue_field(&line, rec->msg);
	term_say("%s\n", line.data);
	buf_fini(&line);
}

void report_catalogue(struct session *s)
{
	const struct diag_record *const *v;
	size_t n = diag_all(s->diag, &v), lines = 0;

	for (size_t i = 0; i < n; i++)
		if (v[i]->cls == DIAG_SEMANTIC && !v[i]->downgraded)
			for (const struct diag_record *r = v[i]; r; r = r->cause)
				lines++;
	term_say("SEMANTIC_ERRORS: %zu\n", lines);
	for (size_t i = 0; i < n; i++)
		if (v[i]->cls == DIAG_SEMANTIC && !v[i]->downgraded)
			for (const struct diag_record *r = v[i]; r; r = r->cause)
				catalogue_line(r);
	term_say("SEMANTIC_ERRORS_END\n");
}
