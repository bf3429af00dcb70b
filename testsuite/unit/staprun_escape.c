/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a text reaches a terminal (C2).
 * link: staprun/escape.c
 */
#include "testsuite/unit/tap.h"

#include <stdlib.h>

#include "staprun/escape.h"

#define ESC (1u << 27)

/* the same text in one piece and byte by byte */
static void shown(unsigned controls, const char *text, const char *want, const char *what)
{
	size_t n = strlen(text), i, len;
	struct escape e = { 0 };
	char *out = malloc(2 * ESCAPE_ROOM(n) + 1);

	len = escape_text(&e, controls, text, n, out);
	len += escape_end(&e, controls, out + len);
	out[len] = 0;
	TEXT(out, want, what);
	for (i = len = 0; i < n; i++)
		len += escape_text(&e, controls, text + i, 1, out + len);
	len += escape_end(&e, controls, out + len);
	out[len] = 0;
	TEXT(out, want, what);
	free(out);
}

static void refused(void)
{
	shown(0, "plain\ttext\n", "plain\ttext\n", "C2: text");
	shown(0, "\033]0;OWN\007\033[2J", "\\033]0;OWN\\007\\033[2J", "C2: a title and a cleared screen");
	shown(0, "a\rb\bc\177", "a\\015b\\010c\\177", "C2: what overwrites");
	shown(0, "\303\244\342\202\254\360\237\251\272", "\303\244\342\202\254\360\237\251\272", "C2: UTF-8 passes");
	shown(0, "\2332J\302\2332J", "\\2332J\302\\2332J", "C2: C1 controls, one byte and UTF-8");
	shown(0, "\303\233m\342\202\233", "\303\233m\342\202\233", "C2: bytes of C1 within a character are none");
	shown(0, "\340\202\2332J", "\340\\202\\2332J", "C2: but a C1 control that is spelt too long is one");
	shown(0, "\360\200\202\2332J", "\360\\200\\202\\2332J", "C2: or longer");
	shown(0, "\355\240\200", "\355\240\\200", "C2: surrogates are no characters");
	shown(0, "\364\220\200\200", "\364\\220\\200\\200", "C2: nor is what lies above the last");
	shown(0, "\351t\351", "\351t\351", "C2: Latin-1 passes");
	shown(0, "\303\033[m\303", "\303\\033[m\303", "C2: a broken character hides nothing");
	shown(0, "\360\237\251", "\360\\237\251", "C2: a character without its end");
	shown(1u << 13, "50%\r\a", "50%\r\\007", "C2: the script's own carriage return passes, no bell");
}

/* what turns the direction of writing shows another text than the one that is there */
static void unseen(void)
{
	shown(0, "/tmp/\342\200\256gpj.sh", "/tmp/\\342\\200\\256gpj.sh", "bidi: an override");
	shown(0, "\342\201\246a\342\201\251", "\\342\\201\\246a\\342\\201\\251", "bidi: an isolate");
	shown(0, "\330\234\342\200\216\342\200\217", "\\330\\234\\342\\200\\216\\342\\200\\217", "bidi: marks");
	shown(0, "\342\200\213\357\273\277\302\255\363\240\201\201", "\\342\\200\\213\\357\\273\\277\\302\\255\\363\\240\\201\\201",
	      "bidi: other invisible characters");
	shown(0, "\342\200\251", "\\342\\200\\251", "bidi: the end of a paragraph");
	shown(0, "\342\200\214\342\200\215\357\270\217\342\200\222\327\251", "\342\200\214\342\200\215\357\270\217\342\200\222\327\251",
	      "bidi: what spelling and emoji need, and neighbours in the table pass");
	shown(1, "\342\200\256", "\\342\\200\\256", "bidi: a script's control characters are not these");
}

static void drawn(void)
{
	shown(ESC, "\033[1;1H\033[J\033[31mx\033[0m\033[?25l\033[?25h\033[s\033[u", "\033[1;1H\033[J\033[31mx\033[0m\033[?25l\033[?25h\033[s\033[u",
	      "C2: what the ansi_ functions print passes");
	shown(ESC, "\0337\0338\033[2A\033[38;5;196m\033[38:2:1:2:3m", "\0337\0338\033[2A\033[38;5;196m\033[38:2:1:2:3m", "C2: and more that draws");
	shown(ESC, "\033]0;OWN\007", "\\033]0;OWN\\007", "C2: no title");
	shown(ESC, "\033]52;c;eA==\033\\", "\\033]52;c;eA==\\033\\", "C2: no clipboard");
	shown(ESC, "\033[6n\033[c\033[21t\033[>q", "\\033[6n\\033[c\\033[21t\\033[>q", "C2: nothing that the terminal answers");
	shown(ESC, "\033[?1000h\033[4h\033[?6s", "\\033[?1000h\\033[4h\\033[?6s", "C2: no modes");
	shown(ESC, "\033[>4;2m\033[>1u\033[=5u\033[<u\033[>2T", "\\033[>4;2m\\033[>1u\\033[=5u\\033[<u\\033[>2T", "C2: no modes of the keyboard");
	shown(ESC, "\033[:m\033[;Hx\033[Ax", "\033[:m\033[;Hx\033[Ax", "C2: what stands beside the private parameters passes");
	shown(ESC, "\033P1\033c", "\\033P1\\033c", "C2: no strings, no reset");
	shown(ESC, "\033\033[m\033[\033[m", "\\033\033[m\\033[\033[m", "C2: one sequence in another");
	shown(ESC, "\033[31\n", "\\033[31\n", "C2: a sequence that is broken off");
	shown(ESC, "\033[111111111111111111111111111111111111m", "\\033[111111111111111111111111111111111111m", "C2: one that is too long");
	shown(ESC, "end\033[3", "end\\033[3", "C2: one without its end");
}

int main(void)
{
	refused();
	unseen();
	drawn();
	return tap_done();
}
