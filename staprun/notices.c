/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts of the module on stderr. A warning that repeats is said once; the table that knows is bounded. */
#include "staprun/notices.h"

#include <stdlib.h>
#include <string.h>

#include "staprun/msg.h"

#define NOTICES_MAX 1024

static struct {
	char *text;
	size_t len;
} notices_seen[NOTICES_MAX];
static size_t notices_count;

/* 1 = say it */
static int is_new(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < notices_count && i < NOTICES_MAX; i++)
		if (notices_seen[i].len == len && !memcmp(notices_seen[i].text, text, len))
			return 0;
	if (notices_count == NOTICES_MAX) {
		notices_count++;
		warn("WARNING deduplication table full");
	}
	if (notices_count > NOTICES_MAX)
		return 1;
	notices_seen[notices_count].text = memcpy(xcalloc(len, 1), text, len);
	notices_seen[notices_count++].len = len;
	return 1;
}

int notice(const char *text, size_t len, unsigned controls)
{
	int error = len >= 6 && !memcmp(text, "ERROR:", 6);
	int warning = len >= 8 && !memcmp(text, "WARNING:", 8);

	if (warning && (msg.no_warnings || (msg.verbose == 0 && !is_new(text, len))))
		return 0;
	if (error || warning)
		msg_prefixed(text, len);
	else
		msg_plain(text, len, controls);
	return error;
}
