/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What core/ calls of value/, through stp_script.values: a module without arrays and cells does not link that part. Process context. */
#ifndef STP_VALUE_VALUE_H
#define STP_VALUE_VALUE_H

struct stp_values { /* stp_values in init.c; see abi.h */
	/*
	 * Gives every context its cells (ctx->cells, ctx->map_cells) and makes every array that stp_script lists. The contexts exist.
	 * 0, or -ENOMEM or -EINVAL after saying why ("global variable 'x' allocation failed").
	 */
	int (*init)(void);
	/* one more context, of a CPU that came after init(): its cells. 0 or -ENOMEM; nobody works in it yet */
	int (*join)(struct stp_ctx *c);
	void (*leave)(struct stp_ctx *c); /* takes that back */
	void (*exit)(void); /* after the last probe; also when init failed or never ran */
};

#endif
