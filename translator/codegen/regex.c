// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Regular expressions: calls of the runtime's matcher, and the tables that it reads. in: automatons (regex/regex.h). out:
 *	static const stp_u8 re_1_classes[256] = { ['a' ... 'z'] = 1 };
 *	static const stp_u16 re_1_next[] = {
 *		0, 0, 1,	rows of states: where to go on by class of bytes, then whether it matches
 *	};
 *	static const struct stp_regex re_1 = { re_1_classes, re_1_next, 3, 3, 2 };
 * States are written as the places of their rows. With groups: runtime/abi.h, struct stp_regex_groups.
 */
#include "regex/regex.h"

#include "codegen/lower.h"
#include "codegen/tables.h"

/* ---- uses ---------------------------------------------------------------------------------------------------------- */

static size_t regex_number(struct gen *g, const struct regex_dfa *d)
{
	for vec_each (i, &g->regexes)
		if (g->regexes.v[i] == d)
			return i + 1;
	vec_push(g->arena, &g->regexes, d);
	return g->regexes.n;
}

struct num regex_lower(struct unit *u, const struct expr *e)
{
	struct text t = text_lower(u, e->regex.l);
	size_t n = regex_number(u->g, e->regex.dfa);
	struct num ret;

	if (e->regex.dfa->groups)
		ret = num_temp(u, arena_printf(u->arena, "stp_match_groups(c, &re_%zu, %s)", n, t.c));
	else
		ret = num_make(arena_printf(u->arena, "stp_match(c, &re_%zu, %s)", n, t.c), true, t.deps);
	if (e->regex.negate)
		ret.c = arena_printf(u->arena, "!%s", ret.c);
	ret.truth = true;
	return ret;
}

void regex_forget(struct unit *u)
{
	if (u->g->prog->uses_regex_groups)
		emit(&u->e, "c->matched->ngroups = 0;");
}

/* ---- tables -------------------------------------------------------------------------------------------------------- */

static unsigned width_of(const struct regex_dfa *d)
{
	return d->nclasses + (d->groups ? 2 : 1);
}

static void print_byte(struct buf *line, unsigned c)
{
	if (c >= ' ' && c <= '~')
		buf_printf(line, c == '\'' || c == '\\' ? "'\\%c'" : "'%c'", (int)c);
	else
		buf_printf(line, "%u", c);
}

static void print_classes(const struct regex_dfa *d, size_t n, struct buf *out)
{
	struct buf line = BUF_INIT;

	buf_printf(&line, "static const stp_u8 re_%zu_classes[256] = {", n);
	for (unsigned c = 0, last; c < 256; c = last + 1) {
		for (last = c; last < 255 && d->classes[last + 1] == d->classes[c];)
			last++;
		if (!d->classes[c])
			continue;
		buf_puts(&line, " [");
		print_byte(&line, c);
		if (last > c) {
			buf_puts(&line, " ... ");
			print_byte(&line, last);
		}
		buf_printf(&line, "] = %u,", d->classes[c]);
	}
	if (line.data[line.len - 1] == ',')
		line.data[--line.len] = '\0';
	buf_puts(&line, d->nclasses > 1 ? " };" : " 0 };");
	emit_print_line(out, 0, line.data);
	buf_fini(&line);
}

static void print_row(const struct regex_dfa *d, unsigned s, bool codes, struct buf *out)
{
	struct buf line = BUF_INIT;

	for (unsigned k = 0; k < d->nclasses; k++) {
		size_t cell = (size_t)s * d->nclasses + k;

		buf_printf(&line, "%u, ", codes ? d->move_code[cell] : d->next[cell] * width_of(d));
	}
	if (codes)
		buf_printf(&line, "%u, %u,", d->here_code[s], d->end_code[s]);
	else
		buf_printf(&line, d->groups ? "0, 0," : "%u,", d->accepts[s] != 0);
	emit_print_line(out, 1, line.data);
	buf_fini(&line);
}

static void print_rows(const struct regex_dfa *d, size_t n, bool codes, struct buf *out)
{
	buf_printf(out, "static const stp_u16 re_%zu_%s[] = {\n", n, codes ? "codes" : "next");
	for (unsigned s = 0; s < d->nstates; s++)
		print_row(d, s, codes, out);
	buf_puts(out, "};\n");
}

static void print_code(const struct regex_dfa *d, size_t n, struct buf *out)
{
	struct buf line = BUF_INIT;

	buf_printf(&line, "static const stp_u16 re_%zu_code[] = { ", n);
	for (size_t i = 0; i < d->ncode; i++) {
		if (d->code[i] >= REGEX_POS)
			buf_puts(&line, d->code[i] == REGEX_POS ? "STP_RE_HERE" : "STP_RE_NONE");
		else
			buf_printf(&line, "%u", d->code[i]);
		buf_puts(&line, i + 1 < d->ncode ? ", " : " };");
	}
	emit_print_line(out, 0, line.data);
	buf_fini(&line);
}

static void print_regex(struct gen *g, const struct regex_dfa *d, size_t n, struct buf *out)
{
	struct emit e = { .arena = g->arena };
	unsigned w = width_of(d);

	emit_comment(&e, c_literal(g->arena, d->pattern, strlen(d->pattern)));
	emit_print_line(out, 0, e.lines.v[0].text);
	print_classes(d, n, out);
	print_rows(d, n, false, out);
	if (d->groups) {
		print_rows(d, n, true, out);
		print_code(d, n, out);
		buf_printf(out, "static const struct stp_regex_groups re_%zu = {\n\t{ re_%zu_classes, re_%zu_next, %u, %u, %u },\n",
			   n, n, n, d->start * w, d->nfixed * w, d->nclasses);
		buf_printf(out, "\tre_%zu_codes, re_%zu_code, %u, %u,\n};\n", n, n, d->start_code, d->ngroups);
	} else {
		buf_printf(out, "static const struct stp_regex re_%zu = { re_%zu_classes, re_%zu_next, %u, %u, %u };\n", n, n, n,
			   d->start * w, d->nfixed * w, d->nclasses);
	}
}

void regexes_print(struct gen *g, struct buf *out)
{
	if (g->regexes.n)
		banner(out, "regular expressions");
	for vec_each (i, &g->regexes) {
		if (i)
			buf_putc(out, '\n');
		print_regex(g, g->regexes.v[i], i + 1, out);
	}
}

unsigned regexes_words(const struct gen *g)
{
	unsigned most = 2;

	for vec_each (i, &g->regexes) {
		const struct regex_dfa *d = g->regexes.v[i];

		if (2 * d->ngroups + d->nregs > most)
			most = 2 * d->ngroups + d->nregs;
	}
	return most;
}
