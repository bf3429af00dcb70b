/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The symbol table inside a kernel image, on tables made here in both orders that kernels have used, among bytes that look similar.
 * link: translator/kit/kallsyms.c translator/base/buf.c translator/base/error.c translator/base/text.c
 */
#define _GNU_SOURCE 1
#include "testsuite/unit/tap.h"

#include "kit/image.h"

#include <stdlib.h>

enum { NSYMS = 1500 };

/* tokens are single characters, but for a few that stand for more */
static const char *token(int i)
{
	static char one[256][2];

	if (i == 1)
		return "vfs_";
	if (i == 2)
		return "tTx";
	one[i][0] = (char)(i >= ' ' && i < 127 ? i : '?');
	return one[i];
}

static void pad(struct buf *b, size_t to)
{
	while (b->len % to)
		buf_putc(b, '\0');
}

static void add_name(struct buf *b, const char *name)
{
	struct buf packed = BUF_INIT;

	for (const char *p = name; *p; p++) {
		if (strncmp(p, "vfs_", 4) == 0) {
			buf_putc(&packed, 1);
			p += 3;
		} else {
			buf_putc(&packed, *p);
		}
	}
	if (packed.len > 127) {
		buf_putc(b, (char)(0x80 | (packed.len & 0x7f)));
		buf_putc(b, (char)(packed.len >> 7));
	} else {
		buf_putc(b, (char)packed.len);
	}
	buf_add(b, packed.data, packed.len);
	buf_fini(&packed);
}

static void symbol(int i, char *text, size_t room)
{
	if (i == 3)
		snprintf(text, room, "Tvfs_read");
	else if (i == 4)
		snprintf(text, room, "T_sinittext");
	else if (i == 5)
		snprintf(text, room, "tstart_things");
	else if (i == 6)
		snprintf(text, room, "T_einittext");
	else if (i == 7)
		snprintf(text, room, "t%0200d", 7); /* needs two bytes of length */
	else if (i == 8)
		snprintf(text, room, "T__pfx_vfs_read");
	else if (i == NSYMS - 1)
		snprintf(text, room, "T_etext");
	else
		snprintf(text, room, "%c%s_%d", i % 3 ? 't' : 'd', i % 3 ? "func" : "data", i);
}

/* noise, num_syms, names, markers, [noise], token table, token index */
static void make_table(struct buf *b, int late_layout)
{
	unsigned marker[NSYMS / 256 + 1], n = NSYMS, at = 0;
	unsigned short index[256];
	size_t names;
	char text[300];

	for (int i = 0; i < 64; i++) /* digits as a real table has them, but not one */
		buf_add(b, "0\0001\0002\0003\0004\0005\0006\0007\0008\0009", 20);
	for (int i = 0; !late_layout && i < NSYMS; i++)
		buf_add(b, &i, 4); /* offsets come first in older kernels */
	pad(b, 8);
	buf_add(b, &n, 4);
	pad(b, 8);
	names = b->len;
	for (int i = 0; i < NSYMS; i++) {
		if (i % 256 == 0)
			marker[i / 256] = (unsigned)(b->len - names);
		symbol(i, text, sizeof(text));
		add_name(b, text);
	}
	pad(b, 8);
	buf_add(b, marker, sizeof(marker));
	pad(b, 8);
	for (int i = 0; i < 256; i++) {
		index[i] = (unsigned short)at;
		buf_add(b, token(i), strlen(token(i)) + 1);
		at += (unsigned)strlen(token(i)) + 1;
	}
	pad(b, 8);
	buf_add(b, index, sizeof(index));
	for (int i = 0; late_layout && i < NSYMS; i++)
		buf_add(b, &i, 4);
}

static void decodes(int late_layout)
{
	struct buf table = BUF_INIT, out = BUF_INIT;
	struct oserr *err;

	make_table(&table, late_layout);
	err = kallsyms_decode((unsigned char *)table.data, table.len, &out);
	OK(!err, late_layout ? "offsets behind the tokens" : "offsets before the names");
	OK(strstr(out.data, "\nT vfs_read\n"), "a name of several characters per token");
	OK(!strstr(out.data, "data_"), "data are left out");
	kallsyms_sort(&out);
	OK(!strstr(out.data, "start_things"), "init text is left out");
	OK(!strstr(out.data, "__pfx_"), "padding is left out");
	OK(strstr(out.data, "t 0000000000"), "a name longer than 127");
	OK(strncmp(out.data, "t 000", 5) == 0, "sorted");
	buf_fini(&table);
	buf_fini(&out);
}

static int well_formed(const struct buf *b)
{
	size_t lines = 0;

	for (const char *line = b->data, *end; *line; line = end + 1, lines++) {
		end = strchr(line, '\n');
		if (!end || end - line < 3 || !strchr("tTwW", line[0]) || line[1] != ' ')
			return 0;
	}
	return lines > 0;
}

static void refuses(void)
{
	struct buf table = BUF_INIT, out = BUF_INIT;
	unsigned bad = 0;

	make_table(&table, 1);
	for (size_t cut = table.len; cut > 1000; cut -= 997) {
		unsigned char *copy = malloc(cut); /* its end is watched */
		struct oserr *err;

		memcpy(copy, table.data, cut);
		buf_reset(&out);
		err = kallsyms_decode(copy, cut, &out);
		bad += cut < table.len - NSYMS * 4 && !err;
		oserr_free(err);
		free(copy);
	}
	OK(bad == 0, "a table that is cut off is not taken");
	bad = 0;
	for (size_t at = 0; at < table.len; at += 61) {
		char was = table.data[at];
		struct oserr *err;

		table.data[at] = (char)(was ^ 0x55);
		buf_reset(&out);
		err = kallsyms_decode((unsigned char *)table.data, table.len, &out);
		bad += !err && !well_formed(&out);
		oserr_free(err);
		table.data[at] = was;
	}
	OK(bad == 0, "F7: what comes of a damaged table is an error, or lines of a type and a name");
	buf_fini(&table);
	buf_fini(&out);
}

/* far behind the beginning, at every place that a table can have */
static void far(void)
{
	unsigned bad = 0;

	for (size_t before = 800000; before < 800040; before += 8) {
		struct buf table = BUF_INIT, out = BUF_INIT;
		struct oserr *err;

		while (table.len < before)
			buf_putc(&table, (char)table.len);
		make_table(&table, 1);
		err = kallsyms_decode((unsigned char *)table.data, table.len, &out);
		bad += err || !strstr(out.data, "\nT vfs_read\n");
		oserr_free(err);
		buf_fini(&table);
		buf_fini(&out);
	}
	OK(!bad, "a table behind much else");
}

/* the number of symbols and the zeros behind it are where the table is known by */
static void counts(void)
{
	struct buf table = BUF_INIT, out = BUF_INIT;
	unsigned n = NSYMS, refused = 0;
	char *at;

	make_table(&table, 1);
	at = memmem(table.data, table.len, &n, sizeof(n));
	for (int i = 0; i < 8; i++) {
		struct oserr *err;

		at[i] ^= 1;
		err = kallsyms_decode((unsigned char *)table.data, table.len, &out);
		refused += err != NULL;
		oserr_free(err);
		at[i] ^= 1;
	}
	OK(refused == 8, "a table whose number of symbols is another");
	buf_fini(&table);
	buf_fini(&out);
}

static void from_proc(void)
{
	struct buf out = BUF_INIT;
	struct oserr *err =
		kallsyms_from_proc("0000000000000000 T vfs_read\n0000000000000000 d data\n0000000000000000 t in_module\t[ext4]\n"
				   "0000000000000000 W weak",
				   &out);

	OK(!err, "/proc/kallsyms");
	TEXT(out.data, "T vfs_read\nW weak\n", "text symbols of the kernel only");
	buf_fini(&out);
	err = kallsyms_from_proc("", &out);
	OK(err, "an empty one is an error");
	oserr_free(err);
}

static void sorts(void)
{
	static const char *const orders[] = { "t a\nT a\nt b\nT a\n", "T a\nt b\nT a\nt a\n", "t b\nT a\nT a\nt a\n" };

	for (size_t i = 0; i < 3; i++) {
		struct buf b = BUF_INIT;

		buf_puts(&b, orders[i]);
		kallsyms_sort(&b);
		TEXT(b.data, "T a\nT a\nt a\nt b\n", "by name, then by kind");
		buf_fini(&b);
	}
}

int main(void)
{
	sorts();
	decodes(0);
	decodes(1);
	refuses();
	far();
	counts();
	from_proc();
	return tap_done();
}
