// SPDX-License-Identifier: GPL-2.0-or-later
/* What several options mean together (reference/cli.md 1). Called once, after the last word was read. */
#include "cli/check.h"

#include "config.h"
#include "session.h"

#include <errno.h>
#include <string.h>

/* these take no script from the command line, and stop where they will */
static struct oserr *check_alone(const struct options *o, const char *which)
{
	if (o->script_text || o->script_file)
		return oserr_new(EINVAL, "Cannot specify a script with %s.", which);
	if (o->last_pass_given)
		return oserr_new(EINVAL, "Cannot specify -p with %s.", which);
	return NULL;
}

static struct oserr *check_compat(const struct options *o)
{
	if (!o->compat)
		return NULL;
	if (strspn(o->compat, "0123456789.") != strlen(o->compat) || !*o->compat)
		return oserr_new(0, "ERROR: systemtap version %s cannot be parsed", o->compat);
	if (strverscmp(o->compat, STP_COMPAT_VERSION) > 0)
		return oserr_new(0, "ERROR: systemtap version %s cannot be compatible with future version %s", STP_COMPAT_VERSION, o->compat);
	return NULL;
}

static struct oserr *check_output(const struct options *o)
{
	if (o->rotate && !o->output)
		return oserr_new(EINVAL, "You have to specify output FILE with '-S' option.");
	if (o->leave_running && o->cmd)
		return oserr_new(EINVAL, "You can't specify -F and -c together.");
	if (o->rotate && o->vm)
		return oserr_new(EINVAL, "You can't specify -S and --vm together: the output comes out of the virtual machine into one file.");
	if (o->leave_running && o->vm)
		return oserr_new(EINVAL, "You can't specify -F and --vm together: the virtual machine ends with stap.");
	return NULL;
}

struct oserr *cli_check(struct session *s)
{
	struct options *o = &s->opt;
	struct oserr *err;

	if (o->vm_dir && !o->vm)
		return oserr_new(EINVAL, "--vm-dir is for --vm.");
	if (o->vm_run && o->output)
		return oserr_new(EINVAL, "You can't specify -o and --vm-run together: it is for a script's output.");
	if (o->clean_cache || o->build_kit || o->vm_run)
		return NULL;
	if (o->interactive && o->listing != LIST_NONE)
		err = oserr_new(EINVAL, "Cannot specify -l/-L/--dump-* switches with -i.");
	else if (o->listing != LIST_NONE)
		err = check_alone(o, "-l/-L/--dump-* switches");
	else if (o->interactive)
		err = check_alone(o, "-i");
	else if (!o->script_text && !o->script_file)
		err = oserr_new(EINVAL, "A script must be specified.\nTry '-i' for building a script interactively.");
	else
		err = NULL;
	if (!err && o->example && (!o->script_file || strcmp(o->script_file, "-") == 0))
		err = oserr_new(EINVAL, "--example needs the name of an example.");
	if (!err)
		err = check_output(o);
	if (!err && o->cmd && o->target_pid)
		err = oserr_new(EINVAL, "You can't specify -c and -x together.");
	if (!err)
		err = check_compat(o);
	if (!err && o->vm && o->target_pid)
		err = oserr_new(EINVAL, "You can't specify -x and --vm together: the process is not in the virtual machine.");
	if (!err && o->vm && o->release)
		err = oserr_new(EINVAL, "You can't specify -r and --vm together: --vm=%s says it all.", o->release);
	return err;
}
