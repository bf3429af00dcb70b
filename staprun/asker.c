/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "staprun/asker.h"

#include <stdlib.h>
#include <string.h>

/* SUDO_COMMAND is the path that sudo executed, and its arguments */
static int is_sudos_own(const char *program)
{
	const char *path = getenv("SUDO_COMMAND");
	size_t n = path ? strcspn(path, " ") : 0, len = strlen(program);

	return n > len && path[n - len - 1] == '/' && !memcmp(path + n - len, program, len);
}

uid_t asker(const char *program)
{
	const char *value = getenv("SUDO_UID");
	unsigned long long uid;

	if (!value || !*value || strlen(value) > 10 || value[strspn(value, "0123456789")] || !is_sudos_own(program))
		return 0;
	uid = strtoull(value, NULL, 10);
	return uid < (uid_t)-1 ? (uid_t)uid : 0;
}
