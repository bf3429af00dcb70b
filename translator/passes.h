/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The passes, in order, and what stap does around them. */
#ifndef STP_PASSES_H
#define STP_PASSES_H

/* the whole program; gives the exit status: 0 success, 1 otherwise */
int stap_main(int argc, char **argv);

#endif
