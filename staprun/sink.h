/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing to a descriptor that others share, and whose flags are theirs, without waiting for who reads it. */
#ifndef STP_STAPRUN_SINK_H
#define STP_STAPRUN_SINK_H

#include <stddef.h>
#include <sys/types.h>

enum sink { SINK_FILE, SINK_PIPE, SINK_SOCKET, SINK_TERMINAL };

enum sink sink_of(int fd);
/* the same pipe by a descriptor of our own, which never waits, whatever others write there meanwhile; -1 = it cannot be had */
int sink_own(int fd);
/* of n bytes those that can be written at once: how many, 0 = none now, -1 = failed. Only a file may keep us, as long as its disk needs */
ssize_t sink_write(int fd, enum sink sink, const char *text, size_t n);

#endif
