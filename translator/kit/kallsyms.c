/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's own symbol table, as scripts/kallsyms lays it out in read-only data (the vmlinux inside a vmlinuz has no .symtab):
 *
 *   num_syms: u32 · names: per symbol a length and that many token numbers, in the order of addresses · markers: u32, offset of
 * every 256th name · … · token_table: 256 NUL-terminated pieces of text · token_index: 256 u16, where each piece begins
 *
 * The neighbours and their order vary (offsets and relative base before names up to 6.3, behind token_index since; seqs_of_names
 * since 6.2), so nothing is looked for by position: token_index must describe token_table exactly, markers must agree with the
 * names, and names that every kernel has must come out. A length with bit 7 set has a second byte (6.1 and later).
 */
#define _GNU_SOURCE 1
#include "kit/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TOKENS = 256, DIGIT = '0', SYMBOLS_MIN = 1000, SYMBOLS_MAX = 4000000, NAME_MAX_ = 1024 };

struct tokens {
	const unsigned char *table;
	uint16_t at[TOKENS];
};

struct names {
	const unsigned char *first, *end; /* end: of the memory that may be read */
	size_t n;
};

static size_t align_up(size_t x, size_t to)
{
	return (x + to - 1) / to * to;
}

/* walks to the end of the table, from the piece for '0' at `digit`; 0 if that is not one */
static size_t table_end(const unsigned char *p, size_t len, size_t digit)
{
	for (unsigned i = DIGIT; i < TOKENS; i++) {
		const unsigned char *nul = memchr(p + digit, '\0', len - digit);

		if (!nul)
			return 0;
		digit = (size_t)(nul - p) + 1;
	}
	return digit;
}

static bool index_fits(const unsigned char *p, size_t start, size_t end, const uint16_t *at)
{
	size_t pos = start;

	for (unsigned i = 0; i < TOKENS; i++) {
		if (pos >= end || at[i] != pos - start)
			return false;
		pos += strlen((const char *)p + pos) + 1;
	}
	return pos == end;
}

/* the table that has its piece for '0' at `digit` */
static bool tokens_at(const unsigned char *p, size_t len, size_t digit, struct tokens *ret)
{
	size_t end = table_end(p, len, digit);

	for (size_t align = 2; end && align <= 8; align *= 2) {
		size_t index = align_up(end, align);

		if (index + sizeof(ret->at) > len)
			return false;
		memcpy(ret->at, p + index, sizeof(ret->at));
		if (ret->at[0] != 0 || ret->at[DIGIT] > digit)
			continue;
		ret->table = p + digit - ret->at[DIGIT];
		if (index_fits(p, digit - ret->at[DIGIT], end, ret->at))
			return true;
	}
	return false;
}

/* NULL when the name runs out of bounds */
static const unsigned char *next_name(const unsigned char *p, const unsigned char *end, size_t *ret_len,
				      const unsigned char **ret_body)
{
	size_t n;

	if (end - p < 2)
		return NULL;
	n = *p++;
	if (n & 0x80)
		n = (n & 0x7f) | (size_t)*p++ << 7;
	if (n == 0 || n > NAME_MAX_ || (size_t)(end - p) < n)
		return NULL;
	*ret_len = n;
	*ret_body = p;
	return p + n;
}

/* the symbol's text, type letter first; false if it does not look like one */
static bool expand(const struct tokens *t, const unsigned char *body, size_t n, char *out, size_t room)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		const char *piece = (const char *)t->table + t->at[body[i]];
		size_t k = strlen(piece);

		if (len + k + 1 > room)
			return false;
		memcpy(out + len, piece, k);
		len += k;
	}
	out[len] = '\0';
	return len > 1 && strchr("aAbBcCdDgGiInNpPrRsStTuUvVwW?", out[0]);
}

/* `n` names from `first` end where the markers begin, and the markers agree */
static bool markers_fit(const struct names *nm, const unsigned char *base)
{
	size_t nmarkers = (nm->n + 255) / 256, k = 0;
	const unsigned char *p = nm->first, *body;
	uint32_t *want = malloc(nmarkers * sizeof(*want));
	bool fits = want != NULL;

	for (size_t i = 0; fits && i < nm->n; i++) {
		size_t len;

		if (i % 256 == 0)
			want[k++] = (uint32_t)(p - nm->first);
		p = next_name(p, nm->end, &len, &body);
		fits = p != NULL;
	}
	if (fits) {
		const unsigned char *markers = base + align_up((size_t)(p - base), 8);

		fits = markers + nmarkers * 4 <= nm->end && memcmp(markers, want, nmarkers * 4) == 0;
	}
	free(want);
	return fits;
}

static bool starts_like_names(const struct tokens *t, const unsigned char *p, const unsigned char *end)
{
	char text[NAME_MAX_];

	for (int i = 0; i < 16; i++) {
		const unsigned char *body;
		size_t n;

		p = next_name(p, end, &n, &body);
		if (!p || !expand(t, body, n, text, sizeof(text)))
			return false;
		for (const char *s = text + 1; *s; s++)
			if (!strchr("_.$", *s) && !(*s >= '0' && *s <= '9') && !((*s | 32) >= 'a' && (*s | 32) <= 'z'))
				return false;
	}
	return true;
}

/* num_syms stands before the names, both on 8-byte boundaries, and both before the token table */
static bool find_names(const unsigned char *base, const struct tokens *t, struct names *ret)
{
	size_t top = (size_t)(t->table - base);

	for (size_t at = top / 8 * 8; at >= 16; at -= 8) {
		uint32_t n, zero;

		memcpy(&n, base + at - 8, 4);
		memcpy(&zero, base + at - 4, 4);
		if (zero != 0 || n < SYMBOLS_MIN || n > SYMBOLS_MAX || n > top - at)
			continue;
		*ret = (struct names){ base + at, t->table, n };
		if (starts_like_names(t, ret->first, ret->end) && markers_fit(ret, base))
			return true;
	}
	return false;
}

static bool is_text(char type)
{
	return type == 't' || type == 'T' || type == 'w' || type == 'W';
}

static void add_symbol(struct buf *b, char type, const char *name, size_t n)
{
	buf_putc(b, type);
	buf_putc(b, ' ');
	buf_add(b, name, n);
	buf_putc(b, '\n');
}

static bool has_line(const struct buf *b, const char *text)
{
	return strstr(b->data, text) != NULL;
}

static struct oserr *write_symbols(const struct tokens *t, const struct names *nm, struct buf *ret)
{
	const unsigned char *p = nm->first, *body;
	char text[NAME_MAX_];
	size_t n;

	for (size_t i = 0; i < nm->n; i++) {
		p = next_name(p, nm->end, &n, &body);
		if (!p || !expand(t, body, n, text, sizeof(text)))
			return oserr_new(EINVAL, "the kernel's symbol table is damaged at symbol %zu", i);
		if (is_text(text[0]))
			add_symbol(ret, text[0], text + 1, strlen(text + 1));
	}
	if (!has_line(ret, "\nT _etext\n") && !has_line(ret, "\nT schedule\n"))
		return oserr_new(EINVAL, "the kernel's symbol table lacks names that every kernel has");
	return NULL;
}

struct oserr *kallsyms_decode(const unsigned char *rodata, size_t len, struct buf *ret)
{
	static const char digits[] = "0\0001\0002\0003\0004\0005\0006\0007\0008\0009";
	const unsigned char *p = rodata, *end = rodata + len;

	while ((p = memmem(p, (size_t)(end - p), digits, sizeof(digits)))) {
		struct tokens t;
		struct names nm;

		if (tokens_at(rodata, len, (size_t)(p - rodata), &t) && find_names(rodata, &t, &nm))
			return write_symbols(&t, &nm, ret);
		p++;
	}
	return oserr_new(ENOENT,
			 "no symbol table was found in the kernel image (CONFIG_KALLSYMS is off, or its form is not known)");
}

struct oserr *kallsyms_from_proc(const char *text, struct buf *ret)
{
	for (const char *line = text; *line;) {
		const char *end = strchrnul(line, '\n');
		const char *blank = memchr(line, ' ', (size_t)(end - line));

		/* "ADDRESS TYPE NAME", modules' symbols have "\t[MODULE]" behind */
		if (blank && end - blank > 3 && is_text(blank[1]) && !memchr(blank, '\t', (size_t)(end - blank)))
			add_symbol(ret, blank[1], blank + 3, (size_t)(end - blank - 3));
		line = *end ? end + 1 : end;
	}
	return ret->len ? NULL : oserr_new(ENOENT, "/proc/kallsyms is empty");
}

/* ---- the kit's form ---------------------------------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;
	int order = strcmp(x + 2, y + 2);

	return order ? order : x[0] - y[0];
}

void kallsyms_sort(struct buf *symbols)
{
	struct buf out = BUF_INIT;
	bool init = false;
	char **lines;
	size_t n = 0, k = 0;

	for (size_t i = 0; i < symbols->len; i++)
		n += symbols->data[i] == '\n';
	lines = malloc((n + 1) * sizeof(*lines));
	BUG_IF(!lines, "out of memory");
	for (char *line = symbols->data, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		*end = '\0';
		if (strcmp(line + 2, "_sinittext") == 0)
			init = true;
		else if (strcmp(line + 2, "_einittext") == 0)
			init = false;
		else if (!init && strncmp(line + 2, "__pfx_", 6) != 0)
			lines[k++] = line; /* __pfx_x is the padding before x */
	}
	qsort(lines, k, sizeof(*lines), by_name);
	for (size_t i = 0; i < k; i++) {
		buf_puts(&out, lines[i]);
		buf_putc(&out, '\n');
	}
	free(lines);
	buf_fini(symbols);
	*symbols = out;
}
