// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * -D NAME=VALUE for the names of runtime/uapi/tunables.def. in: s->opt.defines. out: one number each, zeros that stand for
 * "computed" replaced where the translator can compute them. Names that are not in the table are macros of embedded C and no
 * business of ours.
 */
#include "codegen/tunables.h"

#include "base/buf.h"
#include "base/text.h"
#include "codegen/gen.h"
#include "session.h"
#include "syntax/diag.h"

#include <inttypes.h>
#include <string.h>

struct row {
	const char *name, *field;
	int64_t def, least, greatest;
};

static const struct row rows[] = {
#define TUNABLE(name, field, def, least, greatest) { #name, #field, def, least, greatest },
#include "runtime/uapi/tunables.def"
#undef TUNABLE
};

static const struct {
	const char *name, *flag;
} switches[] = {
#define SWITCH(name, flag) { #name, #flag },
#include "runtime/uapi/switches.def"
#undef SWITCH
};

bool switch_is_on(const struct session *s, const char *name)
{
	bool on = false;

	for vec_each (i, &s->opt.defines)
		if (strcmp(s->opt.defines.v[i].name, name) == 0)
			on = strcmp(s->opt.defines.v[i].value, "0") != 0;
	return on;
}

const char *switch_flag(const struct session *s, size_t i)
{
	if (i >= sizeof(switches) / sizeof(switches[0]))
		return NULL;
	return switch_is_on(s, switches[i].name) ? switches[i].flag : "";
}

/* SystemTap's, which nothing here reads yet. Embedded C sees them as macros all the same */
static const char *const later[] = {
	"MAXBACKTRACE",	       "MAXUPROBES",	       "STP_PROCFS_BUFSIZE",
	"STP_LEGACY_PRINT",    "STP_EXECTRACE",	       "STP_FULL_VERREL_CHECK",
	"STP_NO_VERREL_CHECK", "STAP_CALLEE_MATCHALL", "STAP_OVERRIDE_STUCK_CONTEXT",
};

static void warn_later(struct session *s, const char *name)
{
	bool known = strncmp(name, "DEBUG_", 6) == 0;

	for (size_t i = 0; !known && i < sizeof(later) / sizeof(later[0]); i++)
		known = strcmp(later[i], name) == 0;
	if (known)
		diag(s->diag, W_DEFINE_NOT_YET, NULL, name);
}

static bool set_one(struct session *s, struct tunables *t, const struct define *d)
{
	for (unsigned i = 0; i < TUN_COUNT; i++) {
		if (strcmp(rows[i].name, d->name) != 0)
			continue;
		t->given[i] = true;
		if (text_int(d->value, rows[i].least, rows[i].greatest, &t->value[i]))
			return true;
		diag(s->diag, E_DEFINE_RANGE, NULL, d->name, d->value, (long long)rows[i].least, (long long)rows[i].greatest);
		return false;
	}
	warn_later(s, d->name);
	return true;
}

static int64_t times_saturated(int64_t a, int64_t b)
{
	int64_t r;

	return __builtin_mul_overflow(a, b, &r) ? INT64_MAX : r;
}

bool tunables_read(struct session *s, struct tunables *ret)
{
	bool ok = true;

	*ret = (struct tunables){ 0 };
	for (unsigned i = 0; i < TUN_COUNT; i++)
		ret->value[i] = rows[i].def;
	for vec_each (i, &s->opt.defines)
		ok &= set_one(s, ret, &s->opt.defines.v[i]);
	if (s->opt.suppress_time_limits)
		ret->value[TUN_STAP_SUPPRESS_TIME_LIMITS_ENABLE] = 1;
	if (s->opt.suppress_handler_errors)
		ret->value[TUN_STAP_SUPPRESS_HANDLER_ERRORS] = 1;
	if (ret->value[TUN_MAXACTION_INTERRUPTIBLE] == 0)
		ret->value[TUN_MAXACTION_INTERRUPTIBLE] = times_saturated(ret->value[TUN_MAXACTION], 10);
	return ok;
}

void tunables_print(const struct tunables *t, unsigned depth, struct buf *out)
{
	for (unsigned i = 0; i < TUN_COUNT; i++) {
		for (unsigned d = 0; d < depth; d++)
			buf_putc(out, '\t');
		buf_printf(out, ".%s = %" PRId64 "%s,\n", rows[i].field, t->value[i], t->value[i] > INT32_MAX ? "LL" : "");
	}
}
