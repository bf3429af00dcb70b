/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * $variables of a function's entry and return: where they start, and when there are none, why.
 *
 * In: a site and a name. Out: a plan that begins at an argument register or at the return value. The type is BTF's prototype of
 * that name; it is trusted only where it must be this site's: for the function's own symbol (not a variant, which the compiler gave
 * other arguments), and for one of several functions of that name only if BTF is known to hold no name with differing prototypes.
 */
#include "probe/function.h"

#include "base/scope.h"
#include "base/vec.h"
#include "sema/program.h"
#include "types/convention.h"
#include "types/target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TWINS 8

static bool prototypes_differ(struct type **f, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (!types_same_function(f[0], f[i]))
			return true;
	return false;
}

/* the prototypes that BTF has for the name */
static struct oserr *read_type(struct function_site *s, struct arena *a) STP_MUST_CHECK;
static struct oserr *read_type(struct function_site *s, struct arena *a)
{
	struct type *f[MAX_TWINS];
	struct types *t = NULL;
	struct oserr *e;
	size_t n;

	e = s->module ? target_module_types(s->target, s->module, &t) : target_types(s->target, &t);
	if (e)
		return e;
	n = types_functions(t, s->plain, f, MAX_TWINS);
	if (!n)
		s->why = arena_printf(a, "the BTF of %s does not list the function", types_name(t));
	else if (n == MAX_TWINS || prototypes_differ(f, n))
		s->why = arena_printf(a, "several functions have this name, with different prototypes");
	else if (s->count > 1 && (s->module || !target_prototypes_agree(s->target)))
		s->why = arena_printf(a, "%u functions have this name, and BTF does not tell their prototypes apart", s->count);
	else
		s->type = f[0];
	return NULL;
}

static void load_type(struct function_site *s, struct arena *a)
{
	struct oserr *e = NULL;

	if (s->typed)
		return;
	s->typed = true;
	if (s->variant)
		s->why = arena_printf(a, "the compiler made it from %s, with arguments of its own", s->plain);
	else if (!target_arch(s->target))
		s->why = "the calling convention of this machine is not known";
	else
		e = read_type(s, a);
	if (e)
		s->why = arena_strdup(a, e->msg);
	oserr_free(e);
}

/* "$a, $b, $c" */
static const char *name_list(const struct derived_probe *p, struct arena *a)
{
	struct variables v = { 0 };
	struct buf b = BUF_INIT;
	const char *ret;

	function_variables(p, a, false, &v);
	for (size_t i = 0; i < v.n; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", v.v[i].name);
	ret = arena_strdup(a, b.data);
	buf_fini(&b);
	return ret;
}

static struct oserr *no_such(const struct derived_probe *p, struct arena *a, const char *name)
{
	const struct function_site *s = p->site;
	const char *list = name_list(p, a);

	if (s->is_return && (!strcmp(name, "$return") || !strcmp(name, "$$return")))
		return oserr_new(ENOENT, "%s has no value yet when the function is entered, where @entry() looks", name);
	if (!strcmp(name, "$return") || !strcmp(name, "$$return"))
		return oserr_new(ENOENT, "%s is available in .return probes only (alternatives: %s)", name, list);
	if (name[1] == '$')
		return oserr_new(ENOENT, "there is no %s in %s (alternatives: $$vars, $$parms, $$locals%s%s%s)", name, s->symbol,
				 s->is_return ? ", $$return" : "", *list ? ", " : "", list);
	return *list ? oserr_new(ENOENT, "unable to find local '%s' in %s (alternatives: %s)", name + 1, s->symbol, list)
		     : oserr_new(ENOENT, "unable to find local '%s' in %s, which has none", name + 1, s->symbol);
}

/* the finders' reason becomes a sentence about the variable; takes e */
static struct oserr *not_available(const struct function_site *s, const char *name, struct oserr *e)
{
	struct oserr *ret = oserr_new(e->code, "%s is not available in %s: %s", name, s->symbol, e->msg);

	oserr_free(e);
	return ret;
}

static struct oserr *return_plan(const struct function_site *s, struct arena *a, struct plan **ret) STP_MUST_CHECK;
static struct oserr *return_plan(const struct function_site *s, struct arena *a, struct plan **ret)
{
	struct oserr *e = convention_return(target_arch(s->target), s->type);

	if (e)
		return not_available(s, "$return", e);
	*ret = plan_make(a, PLAN_RETVAL, 0, type_target(s->type), "$return");
	return NULL;
}

struct oserr *function_target(const struct derived_probe *p, struct arena *a, const char *name, bool entry, struct plan **ret)
{
	struct function_site *s = p->site;
	struct member *params;
	struct oserr *e;
	unsigned arg;
	size_t n;

	load_type(s, a);
	if (!s->type)
		return oserr_new(ENOTSUP, "%s is not available in %s: %s", name, s->symbol, s->why);
	if (!strcmp(name, "$return") && s->is_return && !entry)
		return return_plan(s, a, ret);
	n = type_members(s->type, &params);
	for (size_t i = 0; i < n; i++) {
		if (!*params[i].name || strcmp(params[i].name, name + 1))
			continue;
		e = convention_argument(target_arch(s->target), s->type, i, &arg);
		if (e)
			return not_available(s, name, e);
		if (s->is_return && !entry)
			return oserr_new(EINVAL, "%s is known at the function's entry only: use @entry(%s)", name, name);
		*ret = plan_make(a, PLAN_ARG, arg, params[i].type, arena_strdup(a, name));
		return NULL;
	}
	return no_such(p, a, name);
}

static void add_variable(struct arena *a, struct variables *list, const char *name, struct type *t)
{
	struct variable v = { .name = arena_printf(a, "$%s", name), .type = t };

	vec_push(a, list, v);
}

void function_variables(const struct derived_probe *p, struct arena *a, bool parms_only, struct variables *ret)
{
	struct function_site *s = p->site;
	struct member *params;
	struct oserr *e;
	size_t n;

	load_type(s, a);
	if (!s->type)
		return;
	if (s->is_return && !parms_only) {
		e = convention_return(target_arch(s->target), s->type);
		if (!e)
			add_variable(a, ret, "return", type_target(s->type));
		oserr_free(e);
	}
	n = type_members(s->type, &params);
	for (size_t i = 0; i < n; i++)
		if (*params[i].name)
			add_variable(a, ret, params[i].name, params[i].type);
}
