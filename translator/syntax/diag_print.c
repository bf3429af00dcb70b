/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records → the text form of reference/language.md 21:
 *
 *	parse error: MESSAGE                              semantic error: MESSAGE: CLASS 'text' at FILE:L:C
 *	        saw: CLASS 'text' at FILE:L:C                     source: LINE
 *	     source: LINE                                                 ^^^
 *	             ^^^
 *
 * with one line and caret more for each macro that the token came through, and a blank line at the end (none after warnings).
 * Order: as the places in the sources; a record without a place keeps its turn, and what came before it stays before it.
 */
#include "syntax/diag_sink.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- colours: SYSTEMTAP_COLORS="error=01;31:…" ------------------------------------------------------------------- */

static bool find_color(const struct diag *d, const char *what, const char **ret, size_t *ret_len)
{
	const char *s = d->opts.colors;
	size_t n = strlen(what);

	for (; s && *s; s = strchr(s, ':') ? strchr(s, ':') + 1 : NULL) {
		if (strncmp(s, what, n) || s[n] != '=')
			continue;
		*ret = s + n + 1;
		*ret_len = strspn(*ret, "0123456789;");
		return *ret_len && (!(*ret)[*ret_len] || (*ret)[*ret_len] == ':');
	}
	return false;
}

static void put_colored(struct buf *out, const struct diag *d, const char *what, const char *text, size_t len)
{
	const char *sgr;
	size_t n;

	if (!len)
		return;
	if (!find_color(d, what, &sgr, &n)) {
		buf_printable(out, text, len);
		return;
	}
	buf_printf(out, "\033[%.*sm\033[K", (int)n, sgr);
	buf_printable(out, text, len);
	buf_puts(out, "\033[m\033[K");
}

static void puts_colored(struct buf *out, const struct diag *d, const char *what, const char *text)
{
	put_colored(out, d, what, text, strlen(text));
}

/* ---- places ------------------------------------------------------------------------------------------------------ */

/* CLASS 'text' at ; keywords and embedded code come without their text, and of a very long one stands the beginning */
static void put_token_head(struct buf *out, const struct token *t)
{
	enum { LONG = 200 };
	size_t n = text_utf8_whole(t->text, strnlen(t->text, LONG));

	buf_puts(out, token_class_name(t->cls));
	if (t->cls != TOK_KEYWORD && t->cls != TOK_EMBEDDED) {
		buf_puts(out, " '");
		buf_printable(out, t->text, n);
		buf_puts(out, t->text[n] ? "...'" : "'");
	}
	buf_puts(out, " at ");
}

/* FILE:L:C, or :L:C where `brief` allows it and the file is the one named last */
static void put_place(struct buf *out, struct diag *d, const struct token *t, bool brief)
{
	struct source_pos pos;
	char *text;

	source_pos(t->span.src, t->span.off, &pos);
	text = arena_printf(d->arena, "%s:%u:%u", brief && d->last_src == t->span.src ? "" : t->span.src->name, pos.line, pos.col);
	puts_colored(out, d, "source", text);
	if (brief)
		d->last_src = t->span.src;
}

/* bytes that begin a character: as wide as the text is shown */
static size_t width(const struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->len; i++)
		n += (b->data[i] & 0xc0) != 0x80;
	return n;
}

/* carets under all of the token that stands on this line, in its white space: as both are shown */
static void put_carets(struct buf *out, struct diag *d, const struct source_excerpt *x, size_t indent)
{
	struct buf before = BUF_INIT, mark = BUF_INIT;
	char *carets;
	size_t n;

	buf_printable(&before, x->text, x->before);
	buf_printable(&mark, x->text + x->before, x->mark_len);
	n = mark.len ? width(&mark) : 1;
	carets = arena_alloc(d->arena, n + 1);
	buf_printf(out, "%*s", (int)indent, "");
	for (size_t i = 0; i < before.len; i++)
		if ((before.data[i] & 0xc0) != 0x80)
			buf_putc(out, before.data[i] == '\t' ? '\t' : ' ');
	memset(carets, '^', n);
	put_colored(out, d, "caret", carets, n);
	buf_putc(out, '\n');
	buf_fini(&before);
	buf_fini(&mark);
}

/* the source line, the token in it coloured, and carets */
static void put_source(struct buf *out, struct diag *d, const struct token *t, const char *head)
{
	const char *cut = "";
	struct source_excerpt x;
	struct source_pos pos;

	source_pos(t->span.src, t->span.off, &pos);
	source_excerpt(&pos, t->span.len ? t->span.len : 1, &x);
	if (x.len > x.before + x.mark_len && x.text[x.len - 1] == '\r')
		x.len--;
	if (x.cut)
		cut = "...";
	buf_puts(out, head);
	buf_puts(out, cut);
	buf_printable(out, x.text, x.before);
	put_colored(out, d, "token", x.text + x.before, x.mark_len);
	buf_printable(out, x.text + x.before + x.mark_len, x.len - x.before - x.mark_len);
	buf_puts(out, x.more ? "...\n" : "\n");
	put_carets(out, d, &x, strlen(head) + strlen(cut));
}

static void put_origin(struct buf *out, struct diag *d, const struct origin *o, const char *head)
{
	buf_puts(out, o->kind == ORIGIN_MACRO ? "\tin expansion of macro: " : "\tin synthesized code from: ");
	put_token_head(out, o->site);
	put_place(out, d, o->site, false);
	buf_putc(out, '\n');
	put_source(out, d, o->site, head);
}

/* the next origin outwards that is to be shown; a token out of an argument has the place of its $N already */
static const struct origin *shown_origin(const struct token *t)
{
	const struct origin *o = t->origin;

	while (o && o->site && o->kind == ORIGIN_ARGUMENT)
		o = o->site->origin;
	return o && o->site ? o : NULL;
}

/* the macros and syntheses that put the token there, innermost first; of many only the first and the last ones */
static void put_origins(struct buf *out, struct diag *d, const struct token *t, const char *head)
{
	enum { FIRST = 4, LAST = 2 };
	size_t n = 0, i = 0;

	for (const struct origin *o = shown_origin(t); o; o = shown_origin(o->site))
		n++;
	for (const struct origin *o = shown_origin(t); o; o = shown_origin(o->site), i++) {
		if (i < FIRST || i + LAST >= n)
			put_origin(out, d, o, head);
		else if (i == FIRST)
			buf_printf(out, "\tin %zu more expansions\n", n - FIRST - LAST);
	}
}

/* ---- records ----------------------------------------------------------------------------------------------------- */

static void put_tag(struct buf *out, const struct diag *d, const struct diag_record *rec)
{
	if (d->opts.show_tags)
		buf_printf(out, " [%s]", diag_info[rec->tag].name);
}

static void put_message(struct buf *out, const struct diag_record *rec)
{
	buf_printable(out, rec->msg, strlen(rec->msg));
}

static void put_parse(struct buf *out, struct diag *d, const struct diag_record *rec)
{
	static const char head[] = "     source: ";
	const struct token *t = rec->tok;

	puts_colored(out, d, "error", "parse error:");
	buf_putc(out, ' ');
	put_message(out, rec);
	put_tag(out, d, rec);
	buf_putc(out, '\n');
	if (t && t->cls == TOK_EOF) {
		buf_puts(out, "        saw: ");
		buf_printable(out, t->span.src->name, strlen(t->span.src->name));
		buf_puts(out, " EOF\n");
	} else if (t) {
		buf_puts(out, rec->at_fault ? "         at: " : "        saw: ");
		put_token_head(out, t);
		put_place(out, d, t, false);
		buf_putc(out, '\n');
		put_source(out, d, t, head);
		put_origins(out, d, t, head);
	}
	buf_putc(out, '\n');
}

static void put_semantic(struct buf *out, struct diag *d, const struct diag_record *rec)
{
	bool warning = rec->cls == DIAG_WARNING;
	const char *head = warning ? " source: " : "        source: ";

	puts_colored(out, d, warning ? "warning" : "error", warning ? "WARNING:" : "semantic error:");
	buf_putc(out, ' ');
	put_message(out, rec);
	if (rec->tok && rec->tok->span.src) {
		buf_puts(out, ": ");
		put_token_head(out, rec->tok);
		put_place(out, d, rec->tok, true);
	}
	put_tag(out, d, rec);
	buf_putc(out, '\n');
	if (rec->tok && rec->tok->span.src) {
		put_source(out, d, rec->tok, head);
		put_origins(out, d, rec->tok, head);
	}
	if (rec->tok2 && rec->tok2->span.src) {
		buf_puts(out, warning ? " " : "        ");
		put_token_head(out, rec->tok2);
		put_place(out, d, rec->tok2, true);
		buf_putc(out, '\n');
		put_source(out, d, rec->tok2, head);
		put_origins(out, d, rec->tok2, head);
	}
	if (!warning)
		buf_putc(out, '\n');
}

static void put_record(struct buf *out, struct diag *d, const struct diag_record *rec)
{
	switch (rec->cls) {
	case DIAG_PARSE: put_parse(out, d, rec); break;
	case DIAG_SEMANTIC:
	case DIAG_WARNING: put_semantic(out, d, rec); break;
	case DIAG_PLAIN:
	case DIAG_NOTE:
		put_message(out, rec);
		put_tag(out, d, rec);
		buf_putc(out, '\n');
		break;
	}
}

/* false if the same was said before: the same class and messages, causes included, wherever it was */
static bool first_time(struct diag *d, const struct diag_record *rec)
{
	struct buf key = BUF_INIT;
	bool first = true;

	if (d->opts.verbose || rec->cls == DIAG_NOTE)
		return true;
	for (const struct diag_record *r = rec; r; r = r->cause)
		buf_printf(&key, "%d%s\n", (int)r->cls, r->msg);
	if (map_has(&d->seen, key.data)) {
		first = false;
		d->same_warnings += rec->cls == DIAG_WARNING;
		d->same_errors += rec->cls != DIAG_WARNING;
	} else {
		map_set(&d->seen, arena_strdup(d->arena, key.data), d);
	}
	buf_fini(&key);
	return first;
}

/* ---- order ------------------------------------------------------------------------------------------------------------ */

struct sort_key {
	const struct diag_record *rec;
	size_t segment; /* records without a place begin a new one */
	size_t source;	/* the sources of a segment in order of appearance */
	size_t off, turn;
};

static int by_place(const void *pa, const void *pb)
{
	const struct sort_key *a = pa, *b = pb;

	if (a->segment != b->segment)
		return a->segment < b->segment ? -1 : 1;
	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	if (a->off != b->off)
		return a->off < b->off ? -1 : 1;
	return a->turn < b->turn ? -1 : a->turn > b->turn;
}

static const struct source *place_of(const struct diag_record *rec, size_t *ret_off)
{
	const struct token *t = rec->tok ? token_outermost(rec->tok) : NULL;

	*ret_off = t ? t->span.off : 0;
	return t ? t->span.src : NULL;
}

static size_t source_rank(const struct sort_key *keys, size_t n, size_t segment, const struct source *src)
{
	size_t next = 0, off;

	for (size_t i = n; i-- > 0 && keys[i].segment == segment;) {
		if (place_of(keys[i].rec, &off) == src)
			return keys[i].source;
		if (keys[i].source >= next)
			next = keys[i].source + 1;
	}
	return next;
}

static struct sort_key *sorted_records(struct diag *d, size_t n)
{
	struct sort_key *keys = arena_array(d->arena, struct sort_key, n);
	size_t segment = 0;

	for (size_t i = 0; i < n; i++) {
		const struct source *src;

		keys[i].rec = vec_at(&d->records, d->flushed + i);
		keys[i].turn = i;
		src = place_of(keys[i].rec, &keys[i].off);
		if (!src)
			segment++;
		keys[i].segment = segment;
		if (src)
			keys[i].source = source_rank(keys, i, segment, src);
		else
			segment++;
	}
	qsort(keys, n, sizeof(*keys), by_place);
	return keys;
}

void diag_flush(struct diag *d, FILE *out)
{
	size_t n = d->records.n - d->flushed;
	struct buf text = BUF_INIT;
	struct sort_key *keys;

	if (!n)
		return;
	keys = sorted_records(d, n);
	for (size_t i = 0; i < n; i++)
		if (first_time(d, keys[i].rec))
			for (const struct diag_record *r = keys[i].rec; r; r = r->cause)
				put_record(&text, d, r);
	d->flushed = d->records.n;
	fwrite(text.data, 1, text.len, out);
	buf_fini(&text);
}

size_t diag_take(struct diag *d, const struct diag_record *const **ret)
{
	size_t n = d->records.n - d->flushed;
	const struct diag_record **v = arena_array(d->arena, const struct diag_record *, n + 1);
	struct sort_key *keys = n ? sorted_records(d, n) : NULL;

	for (size_t i = 0; i < n; i++)
		v[i] = keys[i].rec;
	d->flushed = d->records.n;
	*ret = v;
	return n;
}

size_t diag_all(struct diag *d, const struct diag_record *const **ret)
{
	*ret = (const struct diag_record *const *)d->records.v;
	return d->records.n;
}

static void put_suppressed(struct buf *out, struct diag *d, const char *color, const char *what, size_t n)
{
	if (n)
		puts_colored(out, d, color, arena_printf(d->arena, "Number of similar %s messages suppressed: %zu.", what, n));
	if (n)
		buf_putc(out, '\n');
}

void diag_finish(struct diag *d, FILE *out)
{
	struct buf text = BUF_INIT;

	diag_flush(d, out);
	put_suppressed(&text, d, "error", "error", d->same_errors);
	put_suppressed(&text, d, "warning", "warning", d->same_warnings);
	if (text.len)
		buf_puts(&text, "Rerun with -v to see them.\n");
	fwrite(text.data, 1, text.len, out);
	buf_fini(&text);
	d->same_errors = d->same_warnings = 0;
}

char *diag_where(const struct token *t)
{
	struct source_pos pos;
	struct buf out = BUF_INIT;

	put_token_head(&out, t);
	source_pos(t->span.src, t->span.off, &pos);
	buf_printf(&out, "%s:%u:%u", t->span.src->name, pos.line, pos.col);
	return buf_take(&out);
}
