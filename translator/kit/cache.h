/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Module cache: $SYSTEMTAP_DIR/cache/xx/stap_<32 hex>_<n>.{c,ko} (reference/cli.md 7). Used only if it and its parents belong to root or
 * the caller and nobody else may write them; otherwise, or if it cannot be written, everything works without it.
 */
#ifndef STP_KIT_CACHE_H
#define STP_KIT_CACHE_H

#include "base/error.h"

#include <stdbool.h>

struct built_module;
struct session;

struct cache_entry {
	char *name;    /* stap_<hash>_<n>: also the module's name */
	char *c_path, *ko_path;
	char sha256[65]; /* of the module, when one was found */
	bool usable;   /* the cache may be read and written */
};

/*
 * The quick key: script text, arguments, options, tapset index stamp, kit key. A hit needs no parsing ("a script seen before ≤ 0.02 s"):
 * it maps to an entry through the file "seen/<hash>" that also lists every file read, with size and mtime.
 */
struct oserr *cache_seen(struct session *s, struct cache_entry *ret) STP_MUST_CHECK; /* oserr_notfound if not */
/* the full key, over the C text */
struct oserr *cache_lookup(struct session *s, struct cache_entry *ret, bool *ret_hit) STP_MUST_CHECK;
struct oserr *cache_store(struct session *s, struct cache_entry *e, const struct built_module *m) STP_MUST_CHECK;
void cache_entry_fini(struct cache_entry *e);
struct oserr *cache_clean(struct session *s) STP_MUST_CHECK; /* size and age limits */

#endif
