/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pass 4: the session's C → a module, out of the cache or into it. */
#ifndef STP_KIT_COMPILE_H
#define STP_KIT_COMPILE_H

#include "base/error.h"

struct session;

/* fills s->module_path, s->module_name, s->cached. -m and no usable cache: the module is in the current directory */
struct oserr *compile_module(struct session *s) STP_MUST_CHECK;
/* what the module at PATH says of the control characters in its script's text: "controls" of .stap_info; 0 if it says nothing */
unsigned module_controls(const char *path);

#endif
