/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kit: what a module holds that does not depend on the script, built once per kernel (design.md 4). A kit directory holds:
 *   manifest      SHA-256 and size of every other file, then the facts: release, arch, build-id, compiler, key, flags
 *   btf           vmlinux' BTF             symbols      "TYPE name" sorted, text symbols only (t/T/w/W), one per address
 *   config        the kernel's .config     exports      "crc name module namespace" sorted by name
 *   events        "SYSTEM NAME" of each trace event; not there if the running kernel hides it
 *   parts/NAME.o     the runtime's objects    base.mod.o   vermagic, versions, this_module (name padded to 55 bytes)
 *   module.lds    and, where kbuild has it, module-common.o
 *   commands      recorded compile / objtool / ld commands, one argv per line, arguments separated by \x1f
 * Kits: /var/cache/systemtap/kits/KEY (made by root), else $SYSTEMTAP_DIR/kits/KEY; "by-release/RELEASE" links to the current one.
 */
#ifndef STP_KIT_KIT_H
#define STP_KIT_KIT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct kit;
struct session;

/* the kit of session's target kernel: found, checked and opened, or built. Says "building the kit for KERNEL" as term.h does */
struct oserr *kit_open(struct session *s, struct kit **ret) STP_MUST_CHECK;
void kit_close(struct kit *k);
const char *kit_dir(const struct kit *k);
const char *kit_release(const struct kit *k);
const char *kit_arch(const struct kit *k);
const char *kit_build_id(const struct kit *k); /* hex; "" if unknown */
const char *kit_key(const struct kit *k);
const char *kit_modules_dir(const struct kit *k); /* NULL if there is none */
const char *kit_config(struct kit *k, const char *name); /* CONFIG_x: "y", "m", "\"text\"" without quotes, ""; borrowed */

struct link_input {
	const char *module_name; /* ≤ 55 bytes */
	const char *c_text;	 /* the script's C */
	const char *embedded;	 /* C of the script's embedded code, NULL if none */
	const char *work_dir;	 /* an existing private directory */
	const char *const *defines; /* "NAME=VALUE", NULL-terminated: macros for embedded C */
	const char *const *make_args; /* -B, NULL-terminated; NULL = none: for kbuild only */
	unsigned verbose;
};
struct built_module { /* malloc'ed */
	char *path;	 /* WORK_DIR/NAME.ko */
	char *data;	 /* what was made; the file may be another's by now */
	size_t len;
	char sha256[65]; /* of data */
};
void built_module_fini(struct built_module *m);
/* text → WORK_DIR/NAME.ko. Fails with the compiler's words only if we are at fault, or embedded C is; unknown imports are named */
struct oserr *kit_build_module(struct kit *k, const struct link_input *in, struct built_module *ret) STP_MUST_CHECK;
/* the same through kbuild, runtime and all (--kbuild): the yardstick */
struct oserr *kit_build_kbuild(struct kit *k, const struct link_input *in, struct built_module *ret) STP_MUST_CHECK;

#endif
