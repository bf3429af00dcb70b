/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builtins: dates, error numbers, addresses of the Internet. */
#include "builtin/ctime.c"
#include "builtin/errno.c"
#include "builtin/inet.c"
