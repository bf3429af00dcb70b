/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel that the module is for: where its files are, its symbols, its types. Everything comes from the kit (kit/kit.h), so
 * nothing here needs kernel headers or debuginfo. Opened lazily: a script with timers only never reads BTF.
 */
#ifndef STP_TYPES_TARGET_H
#define STP_TYPES_TARGET_H

#include "types/type.h"

struct arch;
struct target;

struct target_paths {		    /* borrowed by target_new, kept as given */
	const char *release, *arch; /* "6.1.0-56-amd64", "x86_64" */
	const char *kit_dir;	    /* holds btf, symbols, config, exports; see kit/kit.h */
	const char *modules_dir;    /* lib/modules/RELEASE of that kernel, for module BTF and symbols; may be NULL */
};

struct target *target_new(const struct target_paths *paths);
void target_free(struct target *t);

const struct arch *target_arch(const struct target *t); /* arch/arch.h; NULL if we do not know the machine */
struct oserr *target_types(struct target *t, struct types **ret) STP_MUST_CHECK; /* vmlinux BTF */
struct oserr *target_module_types(struct target *t, const char *module,
				  struct types **ret) STP_MUST_CHECK; /* split BTF, base included */

/*
 * Text symbols of vmlinux (from the kit) or of a module (its .symtab). name patterns are fnmatch patterns over function names; one
 * with a dot in it is compared with the whole symbol. .isra/.constprop/.part variants: `variant` is the suffix with the dot, "" for
 * the plain name. Sorted by name, then variant. Names live as long as the target. Wildcards find functions of the source only; what the
 * compiler, macros and the linker make beside them ("__SCT__x", "x.cold") is found by its name, or by a pattern of its kind.
 */
struct target_symbol {
	const char *name; /* without suffix */
	const char *variant;
	unsigned count; /* how many addresses have this name and variant */
	bool global_;
	bool part; /* "foo.cold", a label: jumped to, never called */
};
struct oserr *target_functions(struct target *t, const char *module /* NULL = vmlinux */, const char *pattern,
			       bool (*fn)(void *cookie, const struct target_symbol *s), void *cookie) STP_MUST_CHECK;
/* "these, those", up to five names like the one that is not there; "" = none. Each search compares all names, and is remembered */
const char *target_similar_functions(struct target *t, const char *module, const char *name);
/* true: BTF lists a function only if all of its name in vmlinux have one prototype; false: it lists whichever it met first */
bool target_prototypes_agree(struct target *t);
/* false: not to be probed (reference/probes.md 3); the reason is static text that goes behind "function 'x' " */
bool target_function_probeable(const char *name, bool is_return, const char **ret_reason);
/*
 * the system of a tracepoint of vmlinux ("sched" for sched_switch); "" for one that is no trace event; NULL if the kit does not say
 */
const char *target_tracepoint_system(struct target *t, const char *name);
/* modules on disk whose name matches the pattern ('-' equals '_'), or the one of a full path; names in the kernel's spelling */
struct oserr *target_modules(struct target *t, const char *pattern, bool (*fn)(void *cookie, const char *name),
			     void *cookie) STP_MUST_CHECK;

#endif
