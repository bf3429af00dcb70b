/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From kbuild's recorded shell lines to argument lists. The recorded compile command serves twice: for embedded C as it stands, and
 * less everything that needs kernel headers, profiling calls or instrumentation for the script's own C, which touches no kernel
 * symbol.
 */
#include "kit/commands.h"

#include "base/buf.h"
#include "base/fs.h"
#include "base/scope.h"
#include "base/text.h"

#include <errno.h>

void args_add(struct arena *a, struct args *l, const char *text)
{
	vec_push(a, l, text);
}

bool args_has(const struct args *l, const char *text)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i], text) == 0)
			return true;
	return false;
}

/* ---- shell words ------------------------------------------------------------------------------------------------------------- */

struct splitter {
	struct arena *arena;
	const char *p;
	struct buf word;
	bool in_word;
	struct args line;
	struct recorded *out;
};

static void end_word(struct splitter *s)
{
	if (s->in_word)
		args_add(s->arena, &s->line, arena_strndup(s->arena, s->word.data, s->word.len));
	buf_reset(&s->word);
	s->in_word = false;
}

static void end_command(struct splitter *s)
{
	end_word(s);
	if (s->line.n)
		vec_push(s->arena, s->out, s->line);
	memset(&s->line, 0, sizeof(s->line));
}

static void quoted(struct splitter *s, char quote)
{
	for (s->p++; *s->p && *s->p != quote; s->p++) {
		if (*s->p == '\\' && quote == '"' && s->p[1])
			s->p++;
		if (s->p[0] == '$' && s->p[1] == '$') /* make's escape, not the shell's */
			s->p++;
		buf_putc(&s->word, *s->p);
	}
	s->in_word = true;
}

static void plain(struct splitter *s)
{
	if ((s->p[0] == '\\' && s->p[1]) || (s->p[0] == '$' && s->p[1] == '$'))
		s->p++;
	buf_putc(&s->word, *s->p);
	s->in_word = true;
}

void recorded_parse(struct arena *a, const char *text, struct recorded *ret)
{
	struct splitter s = { .arena = a, .p = text, .word = BUF_INIT, .out = ret };

	for (; *s.p; s.p++) {
		switch (*s.p) {
		case ' ':
		case '\t': end_word(&s); break;
		case ';':
		case '\n': end_command(&s); break;
		case '\'':
		case '"': quoted(&s, *s.p); break;
		default: plain(&s);
		}
		if (!*s.p)
			break;
	}
	end_command(&s);
	buf_fini(&s.word);
}

struct oserr *recorded_read(struct arena *a, const char *path, struct recorded *ret)
{
	_cleanup_free_ char *text = NULL;
	struct oserr *err = fs_read(path, &text, NULL);
	char *start;

	if (err)
		return err;
	text[strcspn(text, "\n")] = '\0';
	start = strstr(text, ":=");
	if (!start || (!text_starts(text, "cmd_") && !text_starts(text, "savedcmd_")))
		return oserr_new(EINVAL, "%s holds no recorded command", path);
	recorded_parse(a, start + 2, ret);
	return NULL;
}

/* ---- flags ------------------------------------------------------------------------------------------------------------------- */

static const char *const with_value[] = { "-I", "-include", "-isystem", "-iquote", "-idirafter",  "-imacros", "-o", "-D",
					  "-U", "-x",	    "--param",	"-mllvm",  "-Xassembler", "-T",	      NULL };

static bool in_list(const char *const *list, const char *text)
{
	for (; *list; list++)
		if (strcmp(*list, text) == 0)
			return true;
	return false;
}

static bool starts_any(const char *const *list, const char *text)
{
	for (; *list; list++)
		if (text_starts(text, *list))
			return true;
	return false;
}

/* names the object, or writes beside it: never kept */
static bool is_of_file(const char *f)
{
	static const char *const list[] = {
		"-Wp,-MMD", "-Wp,-MD", "-DKBUILD_BASENAME", "-DKBUILD_MODNAME", "-D__KBUILD_MODNAME", "-DKBUILD_MODFILE", NULL
	};

	return starts_any(list, f) || strcmp(f, "-c") == 0 || strcmp(f, "-o") == 0 || f[0] != '-';
}

static bool is_profiling(const char *f)
{
	static const char *const list[] = {
		"-pg", "-mfentry", "-mrecord-mcount", "-mnop-mcount", "-DCC_USING_FENTRY", "-DCC_USING_NOP_MCOUNT", NULL
	};

	return in_list(list, f);
}

/* -fpatchable-function-entry=N,M: with N == M it pads before the entry (call depth tracking), otherwise it makes a trace site */
static bool is_trace_site(const char *f)
{
	unsigned n, m = 0;

	if (!text_starts(f, "-fpatchable-function-entry="))
		return false;
	return sscanf(f, "-fpatchable-function-entry=%u,%u", &n, &m) < 1 || n != m;
}

static bool is_debug(const char *f)
{
	return strcmp(f, "-g") == 0 || text_starts(f, "-gdwarf") || text_starts(f, "-gz") || strcmp(f, "-g1") == 0 ||
	       strcmp(f, "-g2") == 0;
}

static bool needs_headers(const char *f)
{
	static const char *const list[] = { "-I",
					    "-include",
					    "-isystem",
					    "-iquote",
					    "-idirafter",
					    "-imacros",
					    "-fmacro-prefix-map=",
					    "-ffile-prefix-map=",
					    "-fplugin",
					    "-D",
					    NULL };

	return starts_any(list, f);
}

static bool is_instrumentation(const char *f)
{
	if (text_starts(f, "-fsanitize=")) /* kcfi is the calling convention of the kernel, not a check that can be left out */
		return !strstr(f, "cfi") && !strstr(f, "shadow-call-stack");
	return text_starts(f, "-fsanitize-coverage") || text_starts(f, "-fprofile") || text_starts(f, "-ftest-coverage");
}

static bool is_warning(const char *f)
{
	return text_starts(f, "-W") && !text_starts(f, "-Wa,") && !text_starts(f, "-Wp,");
}

void flags_for_script(struct arena *a, const struct args *cc, struct args *ret)
{
	for (size_t i = 1; i < cc->n; i++) {
		const char *f = cc->v[i];
		bool value = in_list(with_value, f) && i + 1 < cc->n;
		bool drop = is_of_file(f) || is_profiling(f) || is_trace_site(f) || is_debug(f) || needs_headers(f) ||
			    is_warning(f) || is_instrumentation(f) || text_starts(f, "-std=");

		if (!drop)
			args_add(a, ret, f);
		if (!drop && value)
			args_add(a, ret, cc->v[i + 1]);
		i += value;
	}
	args_add(a, ret, "-std=gnu11"); /* what codegen writes; older kernels compile themselves as gnu89 */
	args_add(a, ret, "-w");
	args_add(a, ret, "-D__KERNEL__");
	args_add(a, ret, "-DMODULE");
}

void flags_for_embedded(struct arena *a, const struct args *cc, struct args *ret)
{
	for (size_t i = 1; i < cc->n; i++) {
		const char *f = cc->v[i];
		bool value = in_list(with_value, f) && i + 1 < cc->n;

		if (is_of_file(f) || is_profiling(f) || is_trace_site(f) || is_debug(f)) {
			i += value;
			continue;
		}
		args_add(a, ret, f);
		if (value)
			args_add(a, ret, cc->v[++i]);
	}
	/* of these nothing good can come in a kernel; other warnings of what compiles are not shown */
	args_add(a, ret, "-Werror=int-conversion");
	args_add(a, ret, "-Werror=format");
}

/* ---- the kit's list ---------------------------------------------------------------------------------------------------------- */

void commands_add(struct arena *a, struct commands *l, const char *name, const struct args *args)
{
	struct command c = { name, *args };

	vec_push(a, l, c);
}

const struct args *commands_get(const struct commands *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i].name, name) == 0)
			return &l->v[i].args;
	return NULL;
}

char *commands_text(const struct commands *l)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < l->n; i++) {
		buf_puts(&b, l->v[i].name);
		for (size_t k = 0; k < l->v[i].args.n; k++)
			buf_printf(&b, "\x1f%s", l->v[i].args.v[k]);
		buf_putc(&b, '\n');
	}
	return buf_take(&b);
}

static void parse_line(struct arena *a, char *line, struct commands *ret)
{
	struct command c = { .name = line };

	for (char *p = strchr(line, '\x1f'); p; p = strchr(p, '\x1f')) {
		*p++ = '\0';
		args_add(a, &c.args, p);
	}
	vec_push(a, ret, c);
}

void commands_parse(struct arena *a, const char *text, struct commands *ret)
{
	char *copy = arena_strdup(a, text);

	for (char *line = copy, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			break;
		*end = '\0';
		parse_line(a, line, ret);
	}
}

static const char *replace_all(struct arena *a, const char *text, const struct subst *s)
{
	const char *at = strstr(text, s->from);

	while (at) {
		size_t before = (size_t)(at - text);

		text = arena_printf(a, "%.*s%s%s", (int)before, text, s->to, at + strlen(s->from));
		at = strstr(text + before + strlen(s->to), s->from);
	}
	return text;
}

char **commands_argv(struct arena *a, const struct args *l, const struct subst *s, size_t n)
{
	char **argv = arena_array(a, char *, l->n + 1);

	for (size_t i = 0; i < l->n; i++) {
		const char *text = l->v[i];

		for (size_t k = 0; k < n; k++)
			text = replace_all(a, text, &s[k]);
		argv[i] = (char *)text;
	}
	return argv;
}
