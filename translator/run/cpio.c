// SPDX-License-Identifier: GPL-2.0-or-later
/* newc: a header of 8-digit hexadecimal fields, the name, the data, each padded to 4 bytes. Everything belongs to root. */
#include "run/cpio.h"

#include <string.h>
#include <sys/stat.h>

static void pad(struct buf *out)
{
	while (out->len % 4)
		buf_putc(out, '\0');
}

static void entry(struct buf *out, const char *name, unsigned mode, const void *data, size_t len)
{
	static const unsigned no_inode = 0; /* the kernel joins hard links only where nlink > 1 */

	buf_printf(out, "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X", no_inode, mode, 0u, 0u, 1u, 0u, len, 0u, 0u, 0u, 0u,
		   strlen(name) + 1, 0u);
	buf_add(out, name, strlen(name) + 1);
	pad(out);
	buf_add(out, data, len);
	pad(out);
}

void cpio_dir(struct buf *out, const char *name)
{
	entry(out, name, S_IFDIR | 0755, "", 0);
}

void cpio_file(struct buf *out, const char *name, unsigned mode, const void *data, size_t len)
{
	entry(out, name, S_IFREG | mode, data, len);
}

void cpio_link(struct buf *out, const char *name, const char *target)
{
	entry(out, name, S_IFLNK | 0777, target, strlen(target));
}

void cpio_end(struct buf *out)
{
	entry(out, "TRAILER!!!", 0, "", 0);
}
