// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stap --vm: the module was made here for the guest's kernel; the guest gets staprun, stapio, the module and the command line of staprun.
 * --vm-run runs any command instead (with --vm-file files under /vm): the way our live tests run. --vm-bare leaves out the host's programs:
 * the guest has those files and busybox, as a production host that has nothing of ours.
 */
#include "run/run.h"

#include "base/fs.h"
#include "run/vm.h"
#include "session.h"
#include "staprun/outfile.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* 'text' for sh */
static void shell_word(struct buf *b, const char *text)
{
	buf_putc(b, '\'');
	for (; *text; text++)
		if (*text == '\'')
			buf_puts(b, "'\\''");
		else
			buf_putc(b, *text);
	buf_putc(b, '\'');
}

/* PATH is DIR or below it */
static bool is_in(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strcmp(dir, "/") == 0 || (strncmp(path, dir, n) == 0 && (path[n] == '/' || path[n] == '\0'));
}

/* keys and passwords lie in /etc and in home directories: neither is shown, nor what holds one */
static struct oserr *check_shown(const char *dir)
{
	const char *home = getenv("HOME");
	const char *const secret[] = { "/etc", "/root", home && *home ? home : "/root" };

	for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++) {
		char full[PATH_MAX];

		if (is_in(realpath(secret[i], full) ? full : secret[i], dir))
			return oserr_new(0, "--vm-dir=%s: a virtual machine does not see %s", dir, secret[i]);
	}
	return is_in(dir, "/etc") ? oserr_new(0, "--vm-dir=%s: a virtual machine does not see /etc", dir) : NULL;
}

/* --vm-dir by its whole name; NULL if there is none, or it is in what is shown anyway */
static struct oserr *shown_dir(struct session *s, const char **ret)
{
	char full[PATH_MAX];

	*ret = NULL;
	if (!s->opt.vm_dir || s->opt.vm_bare)
		return NULL;
	if (!realpath(s->opt.vm_dir, full) || (!fs_is_dir(full) && (errno = ENOTDIR)))
		return oserr_errno(errno, "--vm-dir=%s", s->opt.vm_dir);
	*ret = arena_strdup(s->arena, full);
	return check_shown(full);
}

static void add_file(struct session *s, struct vm_spec *spec, const char *name, const char *path, unsigned mode)
{
	struct vm_file *files = arena_array(s->arena, struct vm_file, spec->nfiles + 1);

	if (spec->nfiles)
		memcpy(files, spec->files, spec->nfiles * sizeof(*files));
	files[spec->nfiles++] = (struct vm_file){ .name = name, .path = path, .mode = mode };
	spec->files = files;
}

/* staprun's command line in the guest; /vm holds it, stapio and the module */
static const char *staprun_command(struct session *s)
{
	struct buf b = BUF_INIT;
	const char *text;
	char *const *argv = run_staprun_argv(s, "/vm/staprun", arena_printf(s->arena, "/vm/%s.ko", s->module_name));

	buf_puts(&b, "export SYSTEMTAP_STAPIO=/vm/stapio\nexec");
	for (; *argv; argv++) {
		buf_putc(&b, ' ');
		shell_word(&b, *argv);
	}
	buf_putc(&b, '\n');
	text = arena_strdup(s->arena, b.data);
	buf_fini(&b);
	return text;
}

static struct oserr *base_spec(struct session *s, struct vm_spec *spec)
{
	struct oserr *err;

	memset(spec, 0, sizeof(*spec));
	spec->kernel = *s->vm_kernel;
	spec->bare = s->opt.vm_bare;
	spec->icount = s->opt.vm_icount;
	spec->cpus = s->opt.vm_cpus;
	spec->output = -1;
	err = shown_dir(s, &spec->cwd);
	return err ? err : session_tmpdir(s, &spec->work_dir);
}

/* FILE is here, and named, made and looked at by the rules of staprun, whose messages these are. False after one */
static bool open_output(struct session *s, struct vm_spec *spec)
{
	struct outfile *file = arena_make(s->arena, struct outfile);
	struct outfile_rules *rules = arena_make(s->arena, struct outfile_rules);

	if (!s->opt.output)
		return true;
	rules->pattern = s->opt.output;
	spec->output = outfile_open(file, rules);
	spec->output_name = file->path;
	return spec->output >= 0;
}

struct oserr *run_vm(struct session *s, int *ret_status)
{
	struct vm_spec spec;
	struct oserr *err = base_spec(s, &spec);

	if (err)
		return err;
	*ret_status = 1;
	if (!open_output(s, &spec))
		return NULL;
	add_file(s, &spec, "staprun", arena_printf(s->arena, "%s/staprun", s->bindir), 0755);
	add_file(s, &spec, "stapio", arena_printf(s->arena, "%s/stapio", s->libexec), 0755);
	add_file(s, &spec, arena_printf(s->arena, "%s.ko", s->module_name), s->module_path, 0644);
	spec.command = staprun_command(s);
	spec.controls = s->controls;
	spec.colours = s->opt.color && strcmp(s->opt.color, "always") == 0;
	err = vm_run(s->arena, &spec, ret_status);
	if (spec.output >= 0 && close(spec.output) < 0 && !err)
		err = oserr_errno(errno, "Couldn't write to %s", spec.output_name);
	return err;
}

struct oserr *run_vm_command(struct session *s, int *ret_status)
{
	struct vm_spec spec;
	struct oserr *err = base_spec(s, &spec);

	for (size_t i = 0; !err && i < s->opt.vm_files.n; i++) {
		const char *path = s->opt.vm_files.v[i], *base = strrchr(path, '/');

		add_file(s, &spec, base ? base + 1 : path, path, access(path, X_OK) == 0 ? 0755 : 0644);
	}
	spec.command = s->opt.vm_run;
	return err ? err : vm_run(s->arena, &spec, ret_status);
}
