/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who sits there when root runs us. sudo says it in SUDO_UID; but that stays in whatever is started below sudo, a service, a shell or a
 * wrapper that uses us for purposes of its own. So it is believed only if sudo started `program` itself (SUDO_COMMAND).
 * The environment must be root's own: no caller with fewer rights had a hand in it.
 */
#ifndef STP_STAPRUN_ASKER_H
#define STP_STAPRUN_ASKER_H

#include <sys/types.h>

/* the user who called sudo PROGRAM, or 0: root asks by himself */
uid_t asker(const char *program);

#endif
