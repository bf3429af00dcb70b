/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text symbols that no source file defines as a function: what macros make for tracepoints and static calls, padding before functions, thunks,
 * the linker's marks. Wildcards over functions leave them out, since nobody who writes "trace*" means them, and each would cost a kprobe.
 * A plain name finds them, and so does a pattern that begins as they do: "__traceiter_*".
 */
#include "types/symbols.h"

#include "base/map.h"
#include "base/text.h"

#include <string.h>

static const struct made {
	const char *prefix;
	bool of_class; /* only if the rest is a class of trace events: perf_trace_init() and others are functions */
} made[] = {
	{ "__SCT__", false }, /* static calls: the jump, and the variable that names where to */
	{ "__SCK__", false },
	{ "__traceiter_", false }, /* tracepoints */
	{ "__probestub_", false },
	{ "__bpf_trace_", false },
	{ "trace_event_raw_event_", false },
	{ "trace_event_get_offsets_", false },
	{ "trace_raw_output_", false },
	{ "perf_trace_", true },
	{ "__pfx_", false }, /* padding */
	{ "__cfi_", false },
	{ "__x86_indirect_", false }, /* thunks */
	{ "__x86_return_thunk", false },
};

static const char class_mark[] = "trace_event_raw_event_"; /* every class of events has this one too */

const struct made *symbols_made(const char *name)
{
	if (*name != '_' && *name != 't' && *name != 'p')
		return NULL;
	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++)
		if (text_starts(name, made[i].prefix))
			return &made[i];
	return NULL;
}

static void list_classes(struct symbols *s, struct arena *a)
{
	s->classes = arena_make(a, struct map);
	map_init(s->classes, a);
	for (const char *p = s->text; (p = strstr(p, class_mark));) {
		p += strlen(class_mark);
		map_set(s->classes, arena_strndup(a, p, strcspn(p, "\n")), s);
	}
}

static bool is_class(struct symbols *s, struct arena *a, const char *name)
{
	if (!s->classes)
		list_classes(s, a);
	return map_has(s->classes, name);
}

/* _stext, __sched_text_end: where a part of the text begins or ends */
static bool is_mark(const char *name)
{
	if (!strcmp(name, "_stext") || !strcmp(name, "_etext"))
		return true;
	return text_starts(name, "__") && (text_ends(name, "_text_start") || text_ends(name, "_text_end"));
}

bool symbols_hide(struct symbols *s, struct arena *a, const char *name, const struct made *wanted)
{
	const struct made *kind = symbols_made(name);

	if (!kind)
		return is_mark(name);
	return kind != wanted && (!kind->of_class || is_class(s, a, name + strlen(kind->prefix)));
}
