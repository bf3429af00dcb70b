/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All state of one run of stap. No globals: several sessions may live in one process. */
#ifndef STP_SESSION_H
#define STP_SESSION_H

#include "base/map.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

struct ast_file;
struct diag;
struct intern;
struct kit;
struct library;
struct program;
struct target;
struct pp_facts;
struct vm_kernel;

struct define { const char *name, *value; }; /* -D NAME=VALUE; value "1" if none was given */

enum listing { LIST_NONE, LIST_POINTS /* -l */, LIST_VARS /* -L */, LIST_TYPES, LIST_ALIASES, LIST_FUNCTIONS };

struct options { /* as on the command line; see cli/options.def */
	unsigned last_pass;
	bool last_pass_given;
	unsigned verbose[6];	  /* [pass], [0] unused */
	bool guru, unoptimized, check_version, keep, quiet_warnings, werror, bulk, timing, kbuild, diag_tags, disable_cache, poison_cache;
	bool suppress_handler_errors, suppress_time_limits, skip_badvars, no_global_var_display, keep_going, help, version;
	bool clean_cache, build_kit, interactive;
	bool json;		  /* --diagnostics=json */
	const char *release;	  /* -r */
	const char *arch;	  /* -a, NULL = this host's */
	bool example;		  /* --example: script_file is a name below examples/ */
	VEC(const char *) make_args; /* -B, with kbuild */
	VEC(const char *) modinfos;  /* --modinfo NAME=VALUE */
	const char *module_name;  /* -m */
	bool module_renamed;	  /* -m was given: result goes to the current directory, no cache */
	const char *output;	  /* -o */
	const char *rotate;	  /* -S */
	bool leave_running;	  /* -F */
	const char *cmd;	  /* -c */
	int64_t target_pid;	  /* -x, 0 = none */
	unsigned buffer_mb;	  /* -s, 0 = default */
	const char *vm;		  /* --vm[=RELEASE]; NULL = run here, "" = default kernel */
	const char *vm_dir;	  /* --vm-dir: what the guest sees of this host's files; NULL = programs only */
	const char *trusted_path; /* --trusted-path: asked by stap-prep */
	const char *vm_run;	  /* --vm-run: a command in place of a script */
	VEC(const char *) vm_files; /* --vm-file: carried to /vm */
	bool vm_icount, vm_bare;
	unsigned vm_cpus;
	const char *runtime_dir, *tapset_dir, *compat, *color, *tmpdir;
	const char *script_file, *script_text; /* FILE or - / -e */
	VEC(const char *) extra_scripts;       /* -E */
	VEC(const char *) include_dirs;	       /* -I */
	VEC(struct define) defines;	       /* -D */
	VEC(const char *) globals;	       /* -G name=value */
	VEC(const char *) args;		       /* script arguments */
	double timeout;			       /* -T, seconds, 0 = none */
	enum listing listing;
	const char *list_point;
};

struct session {
	struct arena *arena;
	struct intern *names;
	struct diag *diag;
	struct options opt;
	const char *data_dir;	/* $SYSTEMTAP_DIR or ~/.systemtap */
	const char *pkgdata;	/* installed data, or the source tree when run from the build tree */
	const char *libexec;	/* where stapio is */
	const char *bindir;	/* where staprun is (beside stap, once installed) */
	const char *release;	/* of the target kernel */
	const char *host_release;
	const char *arch;	/* "x86_64" */
	const char *build_dir;	/* -r /DIR; NULL = found by release */
	struct vm_kernel *vm_kernel; /* with --vm: run/vm.h */
	struct pp_facts *facts;
	struct target *target;	/* the kernel: types/target.h */
	struct kit *kit;
	struct library *library;
	VEC(struct ast_file *) user_files; /* script, -E scripts, synthesised ones */
	struct map macros;
	bool *args_used;
	struct program *program; /* after pass 2 */
	char *c_text;		 /* after pass 3: the script's C, and … */
	char *embedded_text;	 /* … that of its embedded C, NULL if none */
	char *module_path;	 /* after pass 4: what pass 5 loads, or -p4 prints */
	const char *module_sha256; /* … and of what it held when it was made or checked */
	char *module_name;
	unsigned controls;	 /* with --vm: which control characters its text contains (kit/compile.h) */
	const char *said[2];	 /* what -v says of passes 1 and 2, less what they took; the cache keeps it */
	bool cached;		 /* the module came out of the cache */
	const char *script;	 /* text of opt.script_file, once it was read */
	size_t script_len;
	const char *quick_key;	 /* kit/cache_key.c: of this command line, once it was asked for */
	const char *quick_inputs; /* what it is made of beside the kit; "" = there is no such key */
	bool warned;		 /* a pass warned: the script is translated every time */
	char *kit_error;	 /* why there is no kit (then kit and target are NULL) */
	bool kit_missed;	 /* … and a probe point needed it */
	struct map config;	 /* CONFIG_ values, before there is a kit */
	bool config_loaded;
	char *tmpdir;		 /* made on demand, removed at the end */
};

struct oserr;

struct session *session_new(void);
void session_free(struct session *s); /* removes the temporary directory */
/* release, host_release, arch, build_dir from the options and uname(2) */
struct oserr *session_kernel(struct session *s) __attribute__((warn_unused_result));
/* what -e says, or the script's file or standard input holds; that is read once, so that what was looked at is what is run */
struct oserr *session_script(struct session *s, const char **ret, size_t *ret_len) __attribute__((warn_unused_result));
const char *session_examples(struct session *s); /* the directory of the example scripts: installed, or in the source tree */
struct oserr *session_tmpdir(struct session *s, const char **ret) __attribute__((warn_unused_result)); /* made at the first call */

#endif
