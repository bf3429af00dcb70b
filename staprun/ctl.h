/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages on a module's control file. Both ends of the protocol: runtime/uapi/ctl.h. */
#ifndef STP_STAPRUN_CTL_H
#define STP_STAPRUN_CTL_H

#include <stddef.h>

#include "runtime/uapi/ctl.h"

struct ctl_msg { /* one message as read; text follows the header and is NUL-terminated for convenience */
	struct stp_msg head;
	char body[STP_CTL_MAX + 1];
};

/* 0, or -1 and errno (EMSGSIZE: longer than STP_CTL_MAX) */
int ctl_send(int ctl, unsigned type, const void *body, size_t len);
/* 1 = *ret is a message, 0 = none now, -1 = error or end (errno 0) */
int ctl_receive(int ctl, struct ctl_msg *ret);
const char *ctl_name(unsigned type);

#endif
