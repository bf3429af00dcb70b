/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * .stap_info, name=value, /proc/kallsyms, and the words of -c.
 * link: staprun/info.c staprun/kallsyms.c staprun/command.c staprun/msg.c staprun/escape.c staprun/sink.c
 * flags: -D_GNU_SOURCE
 */
#include "testsuite/unit/tap.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "staprun/command.h"
#include "staprun/info.h"
#include "staprun/kallsyms.h"

static const char *parse(struct info *i, const char *text)
{
	struct elf_piece p = { (unsigned char *)(uintptr_t)text, strlen(text) };

	return info_parse(i, &p);
}

static const char sample[] = "abi 1\nrelease 6.1.0-56-amd64\nbuild_id EB4F\nbulk 0\nscript a b.stp\nfuture x y z\n"
			     "global destport long 0\nglobal name string 8\nglobal hugest string 100000\nglobal argc long 0 library\n"
			     "symbol 0 - vfs_read\nsymbol 1 nf-conntrack nf_ct_get\nsymbol 2 - nosuch\nsymbol 7 - vfs_read";

static void info(void)
{
	struct info i;

	OK(!parse(&i, sample), "a well-formed section");
	OK(i.abi == 1 && !i.bulk, "numbers");
	TEXT(i.release, "6.1.0-56-amd64", "release");
	TEXT(i.build_id, "eb4f", "build-id in lower case");
	OK(i.nglobals == 4 && i.globals[1].type == INFO_STRING && i.globals[1].max == 8, "globals");
	OK(i.nsymbols == 4 && i.symbols[3].request == 7, "symbols");
	TEXT(i.symbols[1].module, "nf_conntrack", "a module's name as the kernel spells it");
	info_free(&i);
	OK(parse(&i, "global x"), "a global without a type");
	info_free(&i);
	OK(parse(&i, "global x stats"), "a global of a strange type");
	info_free(&i);
	OK(parse(&i, "global x string -1"), "a string of negative length");
	info_free(&i);
	OK(parse(&i, "symbol 99999999999 - f"), "a request's number that is too large");
	info_free(&i);
	OK(parse(&i, "abi x"), "a version that is no number");
	info_free(&i);
}

static const char *setting(const char *s)
{
	static char text[512];
	struct info i;
	const char *ret;

	parse(&i, sample);
	ret = info_check_setting(&i, s, text, sizeof(text));
	info_free(&i);
	return ret ? ret : "";
}

static void settings_of_library(void)
{
	static char text[512];
	struct info i;

	parse(&i, "global argc long 0 library\n");
	TEXT(info_check_setting(&i, "x=1", text, sizeof(text)), "Unknown global 'x': the module has no globals that can be set.",
	     "U14: a module that has the tapset's only");
	info_free(&i);
}

static void settings(void)
{
	static char huge[10000] = "hugest=";

	TEXT(setting("destport=6379"), "", "a number");
	TEXT(setting("destport=-0x10"), "", "a negative hex number");
	TEXT(setting("destport=18446744073709551615"), "", "the greatest unsigned number");
	OK(strstr(setting("destport=18446744073709551616"), "64-bit"), "too large a number");
	OK(strstr(setting("destport=-9223372036854775809"), "64-bit"), "too small a number");
	OK(strstr(setting("destport="), "64-bit"), "no number");
	OK(strstr(setting("destport= 1"), "64-bit"), "a blank before the number");
	OK(strstr(setting("destport=1x"), "64-bit"), "something after the number");
	OK(strstr(setting("destpor=1"), "(similar: destport)"), "an unknown global with a similar name");
	OK(strstr(setting("qqqqqqqq=1"), "it has: destport, name, hugest."), "U14: an unknown global: those of the tapset are not told");
	OK(!strstr(setting("argcc=1"), "argc,") && strstr(setting("argcc=1"), "it has: destport"), "U14: nor as similar");
	TEXT(setting("argc=3"), "", "U14: but they can be set");
	TEXT(setting("name=1234567"), "", "a string that fits");
	OK(strstr(setting("name=12345678"), "room for 7"), "a string that does not fit");
	TEXT(setting("name=a=b c!"), "", "a string with =, blank and !");
	OK(strstr(setting("name"), "NAME=VALUE"), "no value");
	OK(strstr(setting("=1"), "NAME=VALUE"), "no name");
	memset(huge + 7, 'x', sizeof(huge) - 8);
	OK(strstr(setting(huge), "room for"), "longer than a message");
	memset(huge, 'x', sizeof(huge) - 1);
	huge[5000] = '=';
	OK(strstr(setting(huge), "NAME=VALUE"), "a name of 5000 bytes");
}

static enum kallsyms_result resolve(struct info *i, const char *text)
{
	FILE *f = tmpfile();
	enum kallsyms_result r;

	parse(i, sample);
	fputs(text, f);
	fflush(f);
	lseek(fileno(f), 0, SEEK_SET);
	r = kallsyms_resolve(i, fileno(f));
	fclose(f);
	return r;
}

static void kallsyms(void)
{
	struct info i;

	OK(resolve(&i, "ffffffff81000000 T _text\nffffffff81000010 t vfs_read\nffffffff81000018 t vfs_readv\nffffffff81000020 T vfs_read\n"
		       "ffffffff81000030 d vfs_read\nffffffffc0000000 t nf_ct_get\t[nf_conntrack]\nffffffffc0000040 t vfs_read\t[other]\n"
		       "ffffffffc0000050 t nf_ct_get\t[other]\n") == KALLSYMS_OK, "a list of symbols");
	OK(i.symbols[0].naddr == 2 && i.symbols[0].addr[0] == 0xffffffff81000010 && i.symbols[0].addr[1] == 0xffffffff81000020,
	   "every text symbol of that name, no data, no other name");
	OK(i.symbols[1].naddr == 1 && i.symbols[1].addr[0] == 0xffffffffc0000000, "of the module asked for");
	OK(i.symbols[2].naddr == 0, "none where there is none");
	OK(i.symbols[3].naddr == 2, "two requests for one name");
	info_free(&i);
	OK(resolve(&i, "0000000000000000 T _text\n0000000000000000 t vfs_read\n") == KALLSYMS_HIDDEN && i.symbols[0].naddr == 0,
	   "hidden addresses are not taken for addresses");
	info_free(&i);
	OK(resolve(&i, "\n\n \nffffffff81000000\nffffffff81000000 \nffffffff81000000 t\nxyz\nffffffff81000000 t \t\nffffffff81 t a\t[\n"
		       "1 t vfs_read\nno end") == KALLSYMS_OK && i.symbols[0].naddr == 1, "lines that are none");
	info_free(&i);
}

static void long_line(void)
{
	static char text[300000];
	struct info i;

	memset(text, 'a', sizeof(text) - 1);
	strcpy(text + 200000, "\nffffffff81000010 t vfs_read\n");
	OK(resolve(&i, text) == KALLSYMS_OK && i.symbols[0].naddr == 1, "a line longer than any buffer is passed over");
	info_free(&i);
}

/* C3: n lines for one function, each of the others for a function of its own */
static char *many_symbols(size_t n, int equal)
{
	char *text = malloc(40 * n + 1);
	size_t i, at = 0;

	for (i = 0; i < n; i++)
		at += (size_t)sprintf(text + at, "symbol %zu - f_%zu\n", i, equal ? 7 : i);
	return text;
}

/* CPU that reading and finding takes, the least of three times; every one must find its addresses */
static double cost(size_t n, int equal, int *good)
{
	char *text = many_symbols(n, equal);
	double best = 1e9, t;
	struct info i;
	size_t k;
	int round;

	for (round = 0; round < 3; round++) {
		FILE *f = tmpfile();

		fputs("ffffffff81000000 t f_7\nffffffff81000010 t f_8\nffffffff81000020 t f_7\n", f);
		fflush(f);
		lseek(fileno(f), 0, SEEK_SET);
		t = (double)clock();
		*good &= !parse(&i, text) && kallsyms_resolve(&i, fileno(f)) == KALLSYMS_OK;
		t = (double)clock() - t;
		best = t < best ? t : best;
		for (k = 0; k < i.nsymbols; k++)
			*good &= i.symbols[k].naddr == (equal || k == 7 ? 2 : k == 8);
		info_free(&i);
		fclose(f);
	}
	free(text);
	return best;
}

static void linear(void)
{
	int good = 1, equal;

	for (equal = 0; equal < 2; equal++) {
		double few = cost(10000, equal, &good), many = cost(80000, equal, &good);

		printf("# 80000 symbols cost %.1f times as much as 10000\n", many / few);
		OK(many < 20 * few, equal ? "C3: equal symbols in linear time" : "C3: symbols in linear time"); /* quadratic: 64 */
	}
	OK(good, "C3: and each gets its addresses");
}

/* n lines of a kind that has a limit */
static const char *lines(const char *line, size_t n)
{
	size_t len = strlen(line), k;
	char *text = malloc(len * n + 1);
	const char *why;
	struct info i;

	for (k = 0; k < n; k++)
		memcpy(text + k * len, line, len);
	text[len * n] = 0;
	why = parse(&i, text);
	info_free(&i);
	free(text);
	return why ? why : "";
}

static void limits(void)
{
	TEXT(lines("symbol 1 - f\n", 262144), "", "C3: as many symbols as may be");
	TEXT(lines("symbol 1 - f\n", 262145), "asks for more than 262144 functions", "C3: one more");
	TEXT(lines("global g long\n", 4096), "", "C3: as many globals as may be");
	TEXT(lines("global g long\n", 4097), "has more than 4096 globals that can be set", "C3: one more");
	TEXT(lines("\n", 300000), "says more about itself than a module can have to say", "C3: nothing but lines");
	TEXT(lines("future x\n", 300000), "says more about itself than a module can have to say", "C3: nothing but lines of a later kind");
}

/* <word><word>, or sh: text */
static const char *words(const char *cmd)
{
	static char text[512];
	char *shell = NULL, **w = command_words(cmd, &shell);
	size_t i, n = 0;

	if (!w)
		snprintf(text, sizeof(text), "sh: %s", shell);
	for (i = 0; w && w[i]; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "<%s>", w[i]);
	free(w);
	free(shell);
	return text;
}

static void command(void)
{
	TEXT(words("ls"), "<ls>", "one word");
	TEXT(words("  ls \t -l  /tmp "), "<ls><-l></tmp>", "blanks");
	TEXT(words("a 'b c' \"d e\" f\\ g"), "<a><b c><d e><f g>", "quotes and backslash");
	TEXT(words("a '' \"\" b"), "<a><><><b>", "empty words");
	TEXT(words("a'b'\"c\"d"), "<abcd>", "parts of one word");
	TEXT(words("a \"x\\\"y\\\\z\\w\""), "<a><x\"y\\z\\w>", "backslash within double quotes");
	TEXT(words("a '\\'"), "<a><\\>", "backslash within single quotes");
	TEXT(words("a | b"), "sh: a | b", "a pipe needs a shell");
	TEXT(words("a; b"), "sh: a; b", "so do two commands");
	TEXT(words("a & b"), "sh: a & b", "one behind the other");
	TEXT(words("a\nb"), "sh: a\nb", "two lines");
	TEXT(words("(a)"), "sh: (a)", "a shell of its own");
	TEXT(words("a 'b"), "sh: a 'b", "an open quote is the shell's to report");
	TEXT(words("   "), "sh:    ", "nothing but blanks");
	TEXT(words("ls A=1"), "<ls><A=1>", "an argument with =");
	TEXT(words("a b c d e f g h"), "<a><b><c><d><e><f><g><h>", "as many words as can be");
}

/* target() is the command, not a shell around it */
static void command_is_target(void)
{
	TEXT(words("sh -c \"a > /tmp/x; b\""), "<sh><-c><a > /tmp/x; b>", "P5: quoted, they mean nothing");
	TEXT(words("awk '{print $1}' f"), "<awk><{print $1}><f>", "P5: a script of awk's");
	TEXT(words("a 'b|c' d\\;e \\* \\$x \"\\$y\\`z\""), "<a><b|c><d;e><*><$x><$y`z>", "P5: with a backslash, too");
	TEXT(words("a '\n' \"&\n\""), "<a><\n><&\n>", "P5: a quoted line's end");
	TEXT(words(" ls *.c"), "sh:  exec ls *.c", "P5: one command whose words a shell tells: a pattern");
	TEXT(words("echo $HOME"), "sh: exec echo $HOME", "P5: a variable");
	TEXT(words("echo \"$HOME\""), "sh: exec echo \"$HOME\"", "P5: in quotes");
	TEXT(words("ls ~"), "sh: exec ls ~", "P5: a home directory");
	TEXT(words("find . -exec ls {} \\;"), "sh: exec find . -exec ls {} \\;", "P5: braces");
	TEXT(words("a >b 2>&1"), "sh: exec a >b 2>&1", "P5: redirections");
	TEXT(words("a > b & c"), "sh: a > b & c", "P5: but not what is behind it");
	TEXT(words("a \"\\\nb\""), "sh: exec a \"\\\nb\"", "P5: a word that goes on in the next line");
	TEXT(words("a \\\nb"), "sh: a \\\nb", "P5: out of quotes that is for the shell alone");
	TEXT(words("A=1 B='x y' ls \"$A\""), "sh: A=1 B='x y' exec ls \"$A\"", "P5: behind assignments");
	TEXT(words("A=1 ls"), "sh: A=1 exec ls", "P5: an assignment alone makes a shell needed");
	TEXT(words("A=1"), "sh: A=1", "P5: nothing behind it");
	TEXT(words("1=2 x"), "<1=2><x>", "P5: no assignment");
	TEXT(words("exec ls *.c"), "sh: exec ls *.c", "P5: a word of the shell's");
	TEXT(words("exec ls"), "sh: exec ls", "P5: that needs nothing else");
	TEXT(words("! a b"), "sh: ! a b", "P5: not");
}

/* what sh -c says to it */
static const char *shell_says(const char *cmd)
{
	static char text[2][256];
	static int turn;
	char *ret = text[turn ^= 1];
	FILE *f = popen(cmd, "r");

	ret[f ? fread(ret, 1, sizeof(text[0]) - 1, f) : 0] = 0;
	return f && pclose(f) == 0 ? ret : "failed";
}

/* CMD for the shell does what sh -c CMD does */
static void is_as_it_was(const char *cmd, const char *what)
{
	char *shell = NULL;

	if (OK(!command_words(cmd, &shell), what))
		TEXT(shell_says(shell), shell_says(cmd), what);
	free(shell);
}

static void command_for_the_shell(void)
{
	is_as_it_was("A=`echo 5` printenv A", "S14: a command's output in an assignment");
	is_as_it_was("A=\"$(echo \"a b\")\" printenv A", "S14: in quotes, with quotes of its own");
	is_as_it_was("A=${UNSET:-x y} printenv A", "S14: what stands for a variable, with a blank");
	is_as_it_was("A=${HOME} B=$HOME printenv A B", "S14: variables");
	is_as_it_was("</dev/null A=1 printenv A", "S14: an assignment behind a redirection");
	is_as_it_was("A=1 2>/dev/null B=2 printenv A B", "S14: and between two");
	is_as_it_was("A=1 < /dev/null B=2 printenv A B", "S14: a redirection of two words");
	is_as_it_was("</dev/null eval 'echo a'", "S14: a word of the shell's behind a redirection");
	is_as_it_was("echo \"$(echo '\"')\" ; echo b \\'", "S14: a second command that looks quoted");
	is_as_it_was("echo \"`echo '\"'`\" ; echo b \\'", "S14: behind backquotes");
	is_as_it_was("echo \"${UNSET:-\"'\"}\" ; echo b \\'", "S14: behind braces");
	TEXT(words("ls \"${HOME}\" $1"), "sh: exec ls \"${HOME}\" $1", "S14: a name in braces is a variable");
	TEXT(words("ls \\`a \"\\$(b)\""), "<ls><`a><$(b)>", "S14: with a backslash they mean nothing");
	TEXT(words("ls $'a'"), "sh: ls $'a'", "S14: some shells have quotes of that form");
	TEXT(words("ls>a"), "sh: exec ls>a", "S14: a redirection behind the program");
}

int main(void)
{
	info();
	settings();
	settings_of_library();
	kallsyms();
	long_line();
	linear();
	limits();
	command();
	command_is_target();
	command_for_the_shell();
	return tap_done();
}
