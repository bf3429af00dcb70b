/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the three processes of a run share.
 *
 *   staprun ──fork──▶ guard (root, own session) ──fork, exec──▶ stapio (the user) ──fork──▶ CMD of -c, system()
 *
 * staprun only waits, and hands signals on. The guard loads, holds the control file, and removes. stapio is the guard's child, and
 * the guard adopts what stapio leaves behind: whoever is killed, one of the others sees it.
 *
 * stapio finds its descriptors by the argument -F DIR,PAGE,ALIVE,READY: the module's directory, this page (a memfd), the writing end
 * of a pipe whose closing says "I am done with the module", and the pipe that ends a daemon's parent (-1 = none).
 */
#ifndef STP_STAPRUN_LINK_H
#define STP_STAPRUN_LINK_H

#include <stdatomic.h>
#include <sys/types.h>

#define LINK_ABI 1

struct link_page { /* written by the process named; read by the others as data only */
	unsigned abi;
	_Atomic unsigned loaded;	/* guard: the module is in */
	_Atomic pid_t reader;		/* guard: pid of stapio */
	_Atomic unsigned detached;	/* stapio: the module is to stay */
	_Atomic unsigned accounted;	/* stapio: the closing account was read and, where due, printed */
	_Atomic unsigned long long before; /* stapio: records that earlier readers took (-A) */
	_Atomic unsigned long long delivered, delivered_bytes; /* stapio: what was written out, text of whole records */
};

#endif
