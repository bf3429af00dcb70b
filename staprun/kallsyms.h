/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STP_STAPRUN_KALLSYMS_H
#define STP_STAPRUN_KALLSYMS_H

#include "staprun/info.h"

enum kallsyms_result {
	KALLSYMS_OK,
	KALLSYMS_HIDDEN, /* every address reads as 0 (kptr_restrict): nothing was filled in */
	KALLSYMS_FAILED, /* could not be read: errno */
};

/* fills addr and naddr of every i->symbols from fd, a file like /proc/kallsyms; closes nothing */
enum kallsyms_result kallsyms_resolve(struct info *i, int fd);

#endif
