/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For scripts written by hand as the translator would: what all of them say the same way. */
#ifndef STP_HANDMADE_SCRIPT_H
#define STP_HANDMADE_SCRIPT_H

#define STP_MAXSTRINGLEN 512
#include "abi.h"

/* at the least unsigned: no libc here */
#define INT64_MAX 0x7fffffffffffffffll
#define INT32_MAX 0x7fffffff

#define HANDMADE_TUNABLES                                              \
	.maxstringlen = STP_MAXSTRINGLEN, .maxaction = 1000,           \
	.maxtrylock = 100, .trylockdelay = 10, .maxmapentries = 2048,  \
	.maxskipped = 100, .minstackspace = 1024, .interruptible = 1,  \
	.overload_interval = 1000000000, .overload_threshold = 500000000, \
	.hist_width = 50, .hist_elision = 2

#define HANDMADE_TEXT __attribute__((section(".kprobes.text")))

#endif
