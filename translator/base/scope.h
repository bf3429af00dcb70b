/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scope guards: _cleanup_free_ char *p = …; _cleanup_fd_ int fd = …; take_ptr(p) / take_fd(fd) hand ownership over. */
#ifndef STP_BASE_SCOPE_H
#define STP_BASE_SCOPE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void scope_free_(void *p) { free(*(void **)p); }
static inline void scope_fd_(int *fd) { if (*fd >= 0) close(*fd); }
static inline void scope_file_(FILE **f) { if (*f) fclose(*f); }

#define _cleanup_free_ __attribute__((cleanup(scope_free_)))
#define _cleanup_fd_ __attribute__((cleanup(scope_fd_)))
#define _cleanup_fclose_ __attribute__((cleanup(scope_file_)))

#define take_ptr(p) ({ __auto_type p_ = (p); (p) = NULL; p_; })
#define take_fd(fd) ({ int fd_ = (fd); (fd) = -1; fd_; })

#endif
