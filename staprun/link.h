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
 *
 * MUST rule L1 (staprun.c counts them): the page is sealed at its size before the user's process exists. Who could cut it would kill
 * guard and staprun by SIGBUS, and the module would stay.
 */
#ifndef STP_STAPRUN_LINK_H
#define STP_STAPRUN_LINK_H

#include <stdatomic.h>
#include <sys/types.h>

#define LINK_ABI 2

struct link_page { /* written by stapio, i.e. by the user: the others read it as data that only the run itself depends on */
	unsigned abi;		   /* staprun's; stapio compares */
	unsigned controls;	   /* escape.h; set before stapio runs */
	_Atomic unsigned detached;  /* the module is to stay: also when we are to attach and have not done so yet */
	_Atomic unsigned accounted; /* the closing account was read and, where due, printed */
	_Atomic unsigned long long delivered, delivered_bytes; /* what was written out, text of whole records */
	_Atomic unsigned long long before; /* records that earlier readers took (-A) */
};

struct link_own { /* between the guard, which writes it, and staprun. Nobody else maps it */
	_Atomic unsigned loaded; /* the module is in, and ours to remove */
	_Atomic pid_t reader;	 /* stapio, or the process that becomes it */
};

#endif
