/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about a kernel for runtime/compat, read from the target itself: rows FACT(NAME, EXPORT, "symbol") and FACT(NAME, "header",
 * "text") of compat/facts.def → "#define STP_HAVE_NAME 1" in stp_facts.h. A header's text is compared with runs of white space as
 * one blank, so that a prototype broken over lines is found. Never a version number, and no compiler: a grep costs nothing.
 */
#define _GNU_SOURCE 1
#include "kit/private.h"

#include "base/fs.h"
#include "base/scope.h"
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

struct fact {
	const char *name, *where /* NULL: an export */, *text;
};

struct asker {
	struct arena *arena;
	const char *symvers;
	struct args trees;  /* where headers may be */
	struct map headers; /* path → text with single blanks, "" if there is none */
};

static bool exported(const char *symvers, const char *symbol)
{
	size_t n = strlen(symbol);

	for (const char *at = symvers; (at = strstr(at, symbol)); at += n)
		if (at - symvers >= 11 && at[-1] == '\t' && at[n] == '\t' && strncmp(at - 11, "0x", 2) == 0)
			return true;
	return false;
}

static void squeeze(char *s)
{
	char *to = s;

	for (char *p = s; *p; p++) {
		char c = isspace((unsigned char)*p) ? ' ' : *p;

		if (c != ' ' || to == s || to[-1] != ' ')
			*to++ = c;
	}
	*to = '\0';
}

static const char *header(struct asker *k, const char *path)
{
	char *text = map_get(&k->headers, path);

	for (size_t i = 0; !text && i < k->trees.n; i++) {
		_cleanup_free_ char *full = fs_join(k->trees.v[i], path), *data = NULL;
		struct oserr *err = full ? fs_read(full, &data, NULL) : &oserr_nomem;

		if (err) {
			oserr_free(err);
			continue;
		}
		text = arena_strdup(k->arena, data);
		squeeze(text);
	}
	if (!text)
		text = (char *)"";
	map_set(&k->headers, path, text);
	return text;
}

/* the quoted text at *p, without quotes */
static const char *quoted(struct arena *a, const char **p)
{
	const char *start = *p + 1, *end = strchr(start, '"');

	if (**p != '"' || !end)
		return NULL;
	*p = end + 1;
	return arena_strndup(a, start, (size_t)(end - start));
}

static bool parse_row(struct arena *a, const char *line, struct fact *ret)
{
	const char *p = line + strlen("FACT(");
	size_t n = strcspn(p, ",\n");

	if (p[n] != ',')
		return false;
	ret->name = arena_strndup(a, p, n);
	p += n + 1;
	p += strspn(p, " \t");
	ret->where = NULL;
	if (text_starts(p, "EXPORT"))
		p += strlen("EXPORT");
	else if (!(ret->where = quoted(a, &p)))
		return false;
	p += strspn(p, " \t,");
	ret->text = quoted(a, &p);
	return ret->text != NULL;
}

static struct oserr *ask_all(struct asker *k, const char *def, const char *path, struct buf *out)
{
	for (const char *line = def; line; line = strchr(line, '\n')) {
		struct fact f;

		line += *line == '\n';
		if (!text_starts(line, "FACT("))
			continue;
		if (!parse_row(k->arena, line, &f))
			return oserr_new(EINVAL, "%s: a row that is not FACT(NAME, EXPORT or \"header\", \"text\"): %.*s", path,
					 (int)strcspn(line, "\n"), line);
		if (f.where ? strstr(header(k, f.where), f.text) != NULL : exported(k->symvers, f.text))
			buf_printf(out, "#define STP_HAVE_%s 1\n", f.name);
	}
	return NULL;
}

/* the build tree, and the source tree that its Makefile includes */
static void find_trees(struct asker *k, const char *build)
{
	_cleanup_free_ char *path = fs_join(build, "Makefile"), *text = NULL;
	struct oserr *err = path ? fs_read(path, &text, NULL) : &oserr_nomem;
	const char *line = text;

	args_add(k->arena, &k->trees, build);
	args_add(k->arena, &k->trees, arena_printf(k->arena, "%s/source", build));
	oserr_free(err);
	for (; line; line = strchr(line, '\n')) {
		size_t n;

		line += *line == '\n';
		n = strcspn(line, "\n");
		if (text_starts(line, "include ") && n > 18 && strncmp(line + n - 9, "/Makefile", 9) == 0)
			args_add(k->arena, &k->trees, arena_strndup(k->arena, line + 8, n - 8 - 9));
		if (!*line)
			break;
	}
}

struct oserr *facts_write(struct builder *b, const char *symvers, const char *dir)
{
	_cleanup_free_ char *path = fs_join(b->runtime, "compat/facts.def"), *def = NULL;
	struct asker k = { .arena = b->arena, .symvers = symvers };
	struct buf out = BUF_INIT;
	struct oserr *err;

	if (!path)
		return &oserr_nomem;
	err = fs_read(path, &def, NULL);
	if (err)
		return err;
	map_init(&k.headers, b->arena);
	find_trees(&k, b->place->build);
	buf_printf(&out, "/* facts about kernel %s */\n", b->place->release);
	err = ask_all(&k, def, path, &out);
	if (!err)
		err = fs_write_atomic(arena_printf(b->arena, "%s/stp_facts.h", dir), out.data, out.len, 0644);
	buf_fini(&out);
	return err;
}
