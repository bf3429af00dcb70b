/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A probe family, seen by the translator. To add one:
 *   1. a row in runtime/uapi/families.def and the row structure in runtime/abi.h;
 *   2. translator/probe/NAME.c ending in one `const struct provider provider_NAME`, listed in probe/providers.c;
 *   3. runtime/probe/NAME.c ending in one `const struct stp_family stp_family_NAME`;
 *   4. testsuite/probe/NAME/ and a section in doc/man.
 * Every file under probe/ has the same static names in the same order: points, resolve, target, variables, row.
 */
#ifndef STP_PROBE_PROVIDER_H
#define STP_PROBE_PROVIDER_H

#include "base/buf.h"
#include "syntax/ast.h"
#include "syntax/diag.h"
#include "types/plan.h"

struct session;
struct derived_probe;
struct target; /* types/target.h: facts about the kernel: release, symbols, types */

/* what a provider may use and what it reports to while resolving one point */
struct resolve_ctx {
	struct session *session;
	struct arena *arena;
	struct diag *diag;
	struct target *target;
	const struct probe_point *point;			      /* all components are literal and match `pattern` */
	const char *pattern;					      /* the entry of points[] that matched */
	void (*add)(struct resolve_ctx *rc, struct derived_probe *p); /* gives one resolved probe to sema */
	void *cookie;
};

struct variable {	  /* for -L, $$vars and messages */
	const char *name; /* with the $ */
	struct type *type;
};
struct variables {
	struct variable *v;
	size_t n, cap;
};

struct provider {
	const char *family; /* the name in families.def */
	/* "kernel.function(string).return.maxactive(number)", NULL-terminated */
	const char *const *points;
	/*
	 * The same notation, but prefixes: "process(string)" stands for everything that begins with these components. A point that
	 * no points[] entry and no alias matches, and one of these does, gets "process(string) probes are not supported yet".
	 */
	const char *const *not_yet;
	const char *sources; /* for -v: which facts gave sites and types, so that other facts cannot change counts unseen; NULL: nothing to say */
	/*
	 * one matched point → probes through rc->add; wildcards in string arguments are the family's business. No match: an error
	 * in rc->diag
	 */
	void (*resolve)(struct resolve_ctx *rc);
	/*
	 * Where does $name start? Gives a plan whose type is set (NULL, and an error text with the available names, if there is no
	 * such variable). entry: the plan is wanted at function entry (for @entry and $params in .return).
	 */
	struct oserr *(*target)(const struct derived_probe *p, struct arena *a, const char *name, bool entry,
				struct plan **ret) STP_MUST_CHECK;
	/* context variables: parms only, or all. All: begins with $return in return probes, which $$vars leaves out */
	void (*variables)(const struct derived_probe *p, struct arena *a, bool parms_only, struct variables *ret);
	/*
	 * "$$name"-like texts; NULL if there is none of that name. "$$func": the site's function (struct stp_probe.func), or NULL
	 */
	const char *(*text)(const struct derived_probe *p, struct arena *a, const char *name);
	/* true for .return points: $return, @entry and saved parameters exist */
	bool (*is_return)(const struct derived_probe *p);
	/*
	 * Before code is made for any body, all probes of the family in program order: sets p->saved_base from p->saved_words, so that the return
	 * probes that share a registration keep their entry values apart. NULL = nothing to do (saved_base stays 0).
	 */
	void (*layout)(struct derived_probe *const *probes, size_t n);
	/*
	 * The C text of the family's table: one initialiser { … }, per line, of `struct stp_row_FAMILY`; not one per probe in every
	 * family, and none at all for probes that have no run time (never): an empty text means that the family is not linked. The
	 * index of a probe is p->index, its handler "stp_probes[index]". May emit supporting definitions (tracepoint callbacks)
	 * into `defs`. For each probe with p->saved.n > 0 codegen defines `static void CNAME_save(struct stp_ctx *c)` (CNAME:
	 * p->cname), declared before `defs`; it fills c->saved[p->saved_base + …], and handlers read there.
	 */
	void (*rows)(struct derived_probe *const *probes, size_t n, struct buf *defs, struct buf *rows);
	/*
	 * this family's lines of .stap_info (runtime/uapi/ctl.h), each with its newline, for the same probes as rows(); NULL = none
	 */
	void (*info)(struct derived_probe *const *probes, size_t n, struct buf *out);
};

extern const struct provider *const providers[]; /* NULL-terminated, in the order of families.def */

#endif
