/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The identity screen: the story of who we are, in order, before anything of the caller's is looked at.
 *
 * MUST rules (staprun.c counts them):
 *  I1  No descriptor of the caller's but 0, 1 and 2; these are open, so that no file of ours ever becomes one of them.
 *  I2  Ids are read once, at the start. A real user who may not load modules loses all our rights before options are parsed.
 *  I3  The environment of privileged code is an allow-list with checked values. The caller's own goes to programs run as the user.
 *  I4  Rights are dropped for good, groups first, and the drop is read back.
 */
#include "staprun/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "staprun/asker.h"
#include "staprun/msg.h"

#define TERM_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._"
#define TZ_CHARS TERM_CHARS ",/<>:"

static char *identity_env[3]; /* TERM, TZ, NULL */

static void standard_descriptors(void) /* I1 */
{
	int fd;

	closefrom(3);
	for (fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		/* the lowest free number is fd. Without /dev: any descriptor that holds the place */
		if (open("/dev/null", O_RDWR) != fd && open("/", O_PATH) != fd)
			_exit(1);
	}
}

static void allow(size_t *n, const char *name, const char *chars)
{
	const char *value = getenv(name);
	size_t len;

	if (!value || !*value || strlen(value) > 64 || value[strspn(value, chars)] || strstr(value, "..") || strchr("/:", *value))
		return;
	len = strlen(name);
	identity_env[*n] = xcalloc(len + 1 + strlen(value) + 1, 1);
	memcpy(identity_env[*n], name, len);
	identity_env[*n][len] = '=';
	strcpy(identity_env[(*n)++] + len + 1, value);
}

static void clean_environment(struct identity *id) /* I3 */
{
	size_t n = 0;

	id->user_env = environ;
	allow(&n, "TERM", TERM_CHARS);
	allow(&n, "TZ", TZ_CHARS);
	environ = identity_env;
}

void identity_init(struct identity *ret)
{
	standard_descriptors();
	ret->uid = getuid();
	ret->gid = getgid();
	ret->secure = getauxval(AT_SECURE) != 0 || ret->uid != geteuid() || ret->gid != getegid();
	ret->asker = ret->uid == 0 && !ret->secure ? asker("staprun") : ret->uid;
	clean_environment(ret);
	if (ret->uid != 0 && (setresgid(ret->gid, ret->gid, ret->gid) < 0 || setresuid(ret->uid, ret->uid, ret->uid) < 0))
		_exit(1); /* I2 */
}

void identity_must_be_allowed(const struct identity *id)
{
	if (id->uid == 0 && geteuid() == 0)
		return;
	if (id->uid == 0 || !id->secure)
		die("The effective user ID of staprun must be set to the root user.\n"
		    "  Run staprun as root. (It is not made to be installed setuid root: other users cannot load modules yet.)");
	die("You are trying to run systemtap as a normal user.\n"
	    "  Only root can load modules: the groups stapdev, stapsys and stapusr are not supported yet, and this staprun should not be setuid.");
}

void identity_drop(const struct identity *id) /* I4 */
{
	uid_t r, e, s;
	gid_t rg, eg, sg;

	if (id->uid == 0 && geteuid() == 0)
		return; /* root stays root */
	if (setresgid(id->gid, id->gid, id->gid) < 0 || setresuid(id->uid, id->uid, id->uid) < 0)
		die("Couldn't drop privileges: %s", strerror(errno));
	if (getresuid(&r, &e, &s) < 0 || getresgid(&rg, &eg, &sg) < 0 || r != id->uid || e != id->uid || s != id->uid || rg != id->gid ||
	    eg != id->gid || sg != id->gid)
		die("Couldn't drop privileges.");
}
