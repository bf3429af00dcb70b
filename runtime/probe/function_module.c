/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Modules that come and go while their functions are probed. The addresses that staprun told are those of a moment before START: each is held
 * against what lies there now, and what has moved is looked up by name. When a module goes, its addresses leave the filter, in which ftrace
 * would find the functions of whoever comes to lie there next, and its kprobes, which the kernel has put out of action, are unregistered. When
 * it comes, again or for the first time, its functions are found by name and get kprobes: the one address that the kernel finds for a name.
 *
 * Process context. The notifier takes function_lock inside the chain's own lock, so that must not be asked for while function_lock is held.
 */
#include "probe/function.h"

#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/notifier.h>

DEFINE_MUTEX(function_lock);
static bool function_watching;

/* names of loaded modules have no '-' */
static bool function_same_module(const char *asked, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < len && asked[i]; i++)
		if (name[i] != (asked[i] == '-' ? '_' : asked[i]))
			return false;
	return i == len && !asked[i];
}

static bool function_is_of(const struct function_site *s, const struct module *m)
{
	return s->row->module && function_same_module(s->row->module, m->name, strlen(m->name));
}

/* by name, the kernel finds one function of a row: a second site of the same probes would be that one again */
static bool function_module_again(const struct function_site *s)
{
	const struct function_site *o = s, *end = function_sites.v + function_sites.n;

	while (o > function_sites.v && o[-1].row == s->row)
		o--;
	for (; o < end && o->row == s->row; o++)
		if (o != s && !o->addr && o->how != FUNCTION_GONE)
			return true;
	return false;
}

/* Is there a function of the row's module at its address? Its name may be another: aliases */
void function_module_check(struct function_site *s)
{
	static char text[KSYM_SYMBOL_LEN]; /* "name+0x0/0x1c [module]" */
	const char *at, *module, *end;

	if (!s->row->module || !s->addr)
		return;
	sprint_symbol(text, s->addr);
	at = strstr(text, "+0x0/");
	module = at ? strchr(at, '[') : NULL;
	end = module ? strchr(module, ']') : NULL;
	if (end && function_same_module(s->row->module, module + 1, end - module - 1))
		return;
	s->addr = 0;
	if (function_module_again(s))
		s->how = FUNCTION_GONE;
}

static unsigned long function_where(const struct function_site *s)
{
	if (s->how == FUNCTION_KPROBE)
		return (unsigned long)s->kp.addr;
	if (s->how == FUNCTION_KRETPROBE)
		return (unsigned long)s->rp.kp.addr;
	return s->addr;
}

/* a module has gone; `init`: its initial part alone */
static void function_module_gone(const struct module *m, bool init)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	bool some = false;

	for (s = function_sites.v; s < end; s++) {
		unsigned long a = function_where(s);

		if (s->how == FUNCTION_GONE || !a || !(init ? within_module_init(a, m) : within_module(a, m)))
			continue;
		if (s->how == FUNCTION_NOT)
			s->how = FUNCTION_GONE;
		else
			some = s->leaves = true;
	}
	if (!some)
		return;
	function_ftrace_drop();
	function_kprobe_drop();
}

static void function_module_here(const struct module *m)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	const struct stp_row_function *done = NULL;
	int err;

	for (s = function_sites.v; s < end && stp_goes_on(); s++) {
		if (s->how != FUNCTION_GONE || s->row == done || !function_is_of(s, m))
			continue;
		done = s->row; /* the sites of a row lie side by side, and one is all that a name finds */
		if (function_module_again(s))
			continue;
		s->addr = 0;
		err = function_kprobe_arm(s);
		if (err)
			function_failed(s, err);
	}
	function_complain_rest();
}

static int function_module_event(struct notifier_block *nb, unsigned long what, void *data)
{
	mutex_lock(&function_lock);
	if (what == MODULE_STATE_COMING)
		function_module_here(data);
	else
		function_module_gone(data, what == MODULE_STATE_LIVE);
	mutex_unlock(&function_lock);
	return NOTIFY_DONE;
}

static struct notifier_block function_module_watcher = { .notifier_call = function_module_event };

int function_modules_watch(void)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	int err;

	for (s = function_sites.v; s < end && !s->row->module; s++)
		;
	err = s < end ? register_module_notifier(&function_module_watcher) : 0;
	function_watching = s < end && !err;
	return err;
}

void function_modules_unwatch(void)
{
	if (function_watching)
		unregister_module_notifier(&function_module_watcher);
	function_watching = false;
}

/* Of the module of s, whose function is not there: is another there? *ret_first: s is the first that is not. *ret_n: how many probes wait */
static bool function_module_loaded(const struct function_site *s, bool *ret_first, stp_u32 *ret_n)
{
	const struct function_site *o, *end = function_sites.v + function_sites.n, *first = NULL;
	bool loaded = false;

	*ret_n = 0;
	for (o = function_sites.v; o < end; o++) {
		if (!o->row->module || strcmp(o->row->module, s->row->module))
			continue;
		loaded |= o->how != FUNCTION_GONE;
		if (o->how != FUNCTION_GONE)
			continue;
		if (!first)
			first = o;
		*ret_n += o->nentry + o->nret;
	}
	*ret_first = first == s;
	return loaded;
}

void function_modules_say(void)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	const char *said = NULL;
	bool first;
	stp_u32 n;

	for (s = function_sites.v; s < end; s++) {
		if (s->how != FUNCTION_GONE || (said && !strcmp(said, s->row->module)))
			continue;
		if (function_module_loaded(s, &first, &n)) {
			function_failed(s, -ENOENT);
			continue;
		}
		said = s->row->module;
		if (first)
			stp_say_warning("module '%s' is not loaded: %u probes wait for it", said, n);
	}
}
