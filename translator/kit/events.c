/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which system each trace event of the kernel belongs to ("sched" for sched_switch): BTF does not say, the event's own data do.
 * Out: lines "SYSTEM NAME" for the kit's file `events`, of the running kernel from tracefs, of another from its image.
 *
 * In the image, struct trace_event_call is { list_head list; class *; tracepoint *; … }: the list still empty (zeros), class and
 * tracepoint beginning with the address of a name (the system's, the event's). It has had this form since 2013. Nothing marks where
 * the calls stand, so every place in .data that looks so is taken. What is found by chance names no tracepoint, and nobody asks for
 * it.
 */
#include "kit/image.h"

#include "base/fs.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_ 128

static uint64_t get64(const unsigned char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* the C name that the pointer at `address` points to; NULL if it does not */
static const char *name_behind(const struct elf_file *f, uint64_t address)
{
	size_t room = 0, n = 0;
	const unsigned char *pointer = elf_at_address(f, address, &room);
	const unsigned char *name = room >= sizeof(uint64_t) ? elf_at_address(f, get64(pointer), &room) : NULL;

	if (!name)
		return NULL;
	while (n < room && n < NAME_MAX_ && (isalnum(name[n]) || name[n] == '_'))
		n++;
	return n && n < room && !name[n] && !isdigit(name[0]) ? (const char *)name : NULL;
}

struct oserr *events_from_image(const struct image *im, struct buf *ret)
{
	const unsigned char *data;
	struct oserr *err;
	size_t len;

	err = image_section(im, ".data", &data, &len);
	if (err)
		return err;
	for (size_t i = 0; i + 4 * sizeof(uint64_t) <= len; i += sizeof(uint64_t)) {
		const unsigned char *call = data + i;
		const char *system, *event;

		if (get64(call) || get64(call + 8) || !get64(call + 16) || !get64(call + 24))
			continue;
		event = name_behind(&im->elf, get64(call + 24));
		system = event ? name_behind(&im->elf, get64(call + 16)) : NULL;
		if (system)
			buf_printf(ret, "%s %s\n", system, event);
	}
	return NULL;
}

bool events_from_running(struct buf *ret)
{
	static const char *const paths[] = { "/sys/kernel/tracing/available_events", "/sys/kernel/debug/tracing/available_events" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		struct oserr *err;
		char *text;

		err = fs_read(paths[i], &text, NULL);
		if (err) {
			oserr_free(err);
			continue;
		}
		for (char *p = text; (p = strchr(p, ':')); p++)
			*p = ' ';
		buf_puts(ret, text);
		free(text);
		return ret->len > 0;
	}
	return false;
}
