/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much of the string-slot stack and of the kernel's stack the whole script needs. */
#ifndef STP_CODEGEN_FRAMES_H
#define STP_CODEGEN_FRAMES_H

struct gen;

#define STACK_LIMIT 2048 /* design.md 6: above, numbers move to the frames */

void frames_compute(struct gen *g);	  /* sets g->frame_bytes, g->stack_bytes */
unsigned nesting_of(const struct gen *g); /* MAXNESTING in force */

#endif
