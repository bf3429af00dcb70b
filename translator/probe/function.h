/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of the function family: a site, and who makes what of it. Nobody else includes this. */
#ifndef STP_PROBE_FUNCTION_H
#define STP_PROBE_FUNCTION_H

#include "probe/provider.h"

struct function_site { /* derived_probe.site: one symbol, at entry or return */
	struct target *target;
	const char *module; /* NULL = vmlinux */
	const char *symbol; /* exact: "vfs_statfs.part.0" */
	const char *plain;  /* "vfs_statfs" */
	unsigned count;	    /* text symbols of exactly this name */
	bool variant, is_return;
	int64_t maxactive; /* 0 = default */
	bool typed;	   /* the next two are known */
	struct type *type; /* NULL: no variables … */
	const char *why;   /* … and the reason */
};

/* function_vars.c */
struct oserr *function_target(const struct derived_probe *p, struct arena *a, const char *name, bool entry,
			      struct plan **ret) STP_MUST_CHECK;
void function_variables(const struct derived_probe *p, struct arena *a, bool parms_only, struct variables *ret);

/* function_rows.c */
void function_layout(struct derived_probe *const *probes, size_t n);
void function_rows(struct derived_probe *const *probes, size_t n, struct buf *defs, struct buf *rows);
void function_info(struct derived_probe *const *probes, size_t n, struct buf *out);

#endif
