/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text for a terminal. What a traced process is called, or has in its memory, is not to move the cursor, to change the title or to
 * ask the terminal something that it answers into our shell: control characters become \ooo, but for newline and tab; so do characters that
 * are invisible (invisible.h).
 *
 * A script may want some of them. stap records which its own text contains (`controls` in .stap_info, one bit each): those pass. If it has
 * the escape character before "[", sequences pass that draw (move, clear, colour, cursor on and off); if before anything else, all do.
 */
#ifndef STP_STAPRUN_ESCAPE_H
#define STP_STAPRUN_ESCAPE_H

#include <stddef.h>

#define ESCAPE_ALL 1u	/* bit of NUL: nothing is changed */
#define ESCAPE_HELD 32	/* the longest sequence */
#define ESCAPE_ROOM(n) (4 * ((n) + ESCAPE_HELD))

struct escape { /* zeros at the beginning */
	unsigned n;
	unsigned char held[ESCAPE_HELD]; /* of a character or sequence whose end has not come */
};

/* the text that n more bytes make; ret has ESCAPE_ROOM(n) bytes. The length */
size_t escape_text(struct escape *e, unsigned controls, const char *text, size_t n, char *ret);
/* what is held, as no more will come; ret has ESCAPE_ROOM(0) bytes */
size_t escape_end(struct escape *e, unsigned controls, char *ret);

#endif
