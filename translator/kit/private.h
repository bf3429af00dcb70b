/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of kit/ share: the target kernel's places, an opened kit, the steps of building one. */
#ifndef STP_KIT_PRIVATE_H
#define STP_KIT_PRIVATE_H

#include "base/arena.h"
#include "kit/cache.h"
#include "kit/commands.h"
#include "kit/kit.h"
#include "kit/manifest.h"
#include "kit/parts.h"

#define KIT_SYSTEM_DIR "/var/cache/systemtap"
#define KERNELS_SYSTEM_DIR "/var/lib/systemtap"
/* as long as a module's name can be: replaced when a script is linked */
#define KIT_PLACEHOLDER "stp_kit_0123456789_0123456789_0123456789_0123456789_012"
_Static_assert(sizeof(KIT_PLACEHOLDER) == 56, "MODULE_NAME_LEN");

/* ---- the kernel that the kit is for ------------------------------------------------------------------------------------------ */

struct place { /* NULL where there is none. malloc'ed */
	char *release;
	char *build;   /* build tree: Makefile, .config, Module.symvers */
	char *image;   /* vmlinuz */
	char *modules; /* lib/modules/RELEASE */
	char *refused; /* why the first thing that was found and passed over was not trusted */
	char *refused_build; /* the build tree that was, if one was */
	bool running;  /* the kernel that runs here */
};

/* finds what there is; a missing build tree or image is not an error here */
struct oserr *place_find(struct session *s, struct place *ret) STP_MUST_CHECK;
void place_fini(struct place *p);
struct oserr *place_no_headers(const struct place *p) STP_MUST_CHECK; /* the message for it */
char *place_running_build_id(void);				      /* from /sys/kernel/notes; NULL if unknown */

/* ---- an opened kit ----------------------------------------------------------------------------------------------------------- */

struct kit {
	struct arena *arena;
	char *dir;
	bool temporary; /* could not be kept: removed by kit_close() */
	struct manifest manifest;
	struct place place;
	char *runtime; /* its sources, for --kbuild and as part of the identity */
	char *config, *exports;
	size_t exports_len;
	struct commands commands;
	bool commands_loaded;
};

const char *kit_fact(const struct kit *k, const char *key); /* "" if the manifest does not say */
struct oserr *kit_commands(struct kit *k, const struct args **ret, const char *name) STP_MUST_CHECK; /* *ret NULL if there is none */
struct oserr *kit_exports(struct kit *k) STP_MUST_CHECK;
char *kit_current_key(struct session *s); /* of the kit that kit_open() would open without building; NULL if there is none */

/* ---- building one ------------------------------------------------------------------------------------------------------------ */

char *runtime_dir(const struct session *s); /* malloc'ed */
void runtime_stamp(const char *dir, char ret[65]); /* names, sizes and times of its files: changes when any is touched */
struct oserr *runtime_hash(const char *dir, char ret[65]) STP_MUST_CHECK; /* contents */

struct builder {
	struct arena *arena;
	const struct place *place;
	const char *runtime;
	char *dir;	  /* of the kit under construction */
	char *work;	  /* kbuild's; in dir, if make can be told that name */
	char *compiler;	  /* absolute path */
	char *compiler_text; /* first line of --version */
	char *build_id;	  /* hex, "" if unknown */
	char *config;
	const char *const *parts; /* names, NULL-terminated */
	unsigned verbose;
};

/* all of it but where it is kept: makes b->dir's files and manifest */
struct oserr *build_kit(struct builder *b) STP_MUST_CHECK;
struct oserr *build_image_facts(struct builder *b, const char *symvers) STP_MUST_CHECK;	/* btf, symbols, build-id (build_facts.c) */
struct oserr *build_objects(struct builder *b) STP_MUST_CHECK;				/* parts, base.mod.o … (build_objects.c) */
/* an empty directory for kbuild, malloc'ed: NAME in the kit's own, so that who removes that removes all; the caller removes it */
struct oserr *build_work_dir(struct builder *b, const char *name, char **ret) STP_MUST_CHECK;
/* KEY of the manifest for these inputs */
struct oserr *build_key(struct builder *b, const char *symvers, char ret[65]) STP_MUST_CHECK;

/* runs make on an external module in `dir` with the compiler given; output is kept only if it fails */
struct kbuild { const char *build, *dir, *compiler; const char *const *make_args; bool keep_going; };
struct oserr *kbuild_run(const struct kbuild *k, bool *ret_ok, char **ret_output) STP_MUST_CHECK;
/* the lines of a compiler's or make's output that say what is wrong, malloc'ed */
char *kbuild_complaints(const char *output);
/* the messages of a compiler's output that are about the script itself, malloc'ed; if none are, all of them (complaints.c) */
char *script_complaints(const char *output);

/* Kbuild text of the runtime's parts and their wrapper sources into `dir`; *ret the names, in the arena */
struct oserr *runtime_write_sources(struct arena *a, const char *runtime, const char *dir, const char *const **ret) STP_MUST_CHECK;
/* what runtime/compat asks about the kernel: writes DIR/stp_facts.h */
struct oserr *facts_write(struct builder *b, const char *symvers, const char *dir) STP_MUST_CHECK;

/* PATH, DATA (taken) → *ret with the hash */
struct oserr *built_module_init(const char *path, char *data, size_t len, struct built_module *ret) STP_MUST_CHECK;

/* ---- the module cache -------------------------------------------------------------------------------------------------------- */

char *cache_dir(const struct session *s); /* malloc'ed */
/* hash of all that decides what this command line makes, found out without parsing anything; NULL if that cannot be told. In the arena */
const char *cache_quick_key(struct session *s);
void cache_clean_if_due(struct session *s); /* at most every cache_clean_interval_s */

#endif
