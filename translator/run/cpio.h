/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing a cpio archive in the "newc" form that the kernel unpacks as initrd. Directories must be added before what is in them. */
#ifndef STP_RUN_CPIO_H
#define STP_RUN_CPIO_H

#include "base/buf.h"

void cpio_dir(struct buf *out, const char *name);
void cpio_file(struct buf *out, const char *name, unsigned mode, const void *data, size_t len);
void cpio_link(struct buf *out, const char *name, const char *target);
void cpio_end(struct buf *out);

#endif
