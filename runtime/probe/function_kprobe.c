/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Function entries by kprobe and returns by kretprobe. A row with return probes has one kretprobe for all of its probes. What the kernel does
 * at its entry is wrapped: the row's entry probes come first, then the kernel takes an instance, if there is a free one, and its entry handler
 * saves the values that the return probes ask for (each by its save(), into the instance). Hits that the kernel drops (no free instance: returns
 * only; a kprobe inside a kprobe's handler) it counts itself, without a lock: those numbers are the kernel's.
 *
 * Handlers: any context; int3 kprobes come at level NMI.
 */
#include "probe/function.h"
#include "compat/ftrace.h"
#include "core/memory.h"

#include <linux/log2.h>
#include <linux/slab.h>

static STP_PROBE_CODE int function_kprobe_hit(struct kprobe *kp, struct pt_regs *regs)
{
	function_entered(container_of(kp, struct function_site, kp)->row, regs);
	return 0;
}

static STP_PROBE_CODE struct function_site *function_of(struct kretprobe_instance *ri)
{
	return container_of(stp_kretprobe_of(ri), struct function_site, rp);
}

static __always_inline bool function_is_off(const struct stp_probe *p)
{
	return p->condition && stp_is_off(&stp_script.conditions[p->condition - 1]);
}

/*
 * One return probe's values are saved, in a context that is not a hit: the return will be that. If they cannot be, or its condition does not
 * hold, this is the hit: skipped, or handled by doing nothing or by reporting the error on the way out; and the return is none.
 */
static STP_PROBE_CODE bool function_save_one(const struct stp_row_function *row, stp_u32 i, struct pt_regs *regs, stp_u64 *saved)
{
	const struct stp_probe *p = function_return(row, i);
	struct stp_context *o = stp_begin(p, STP_RUNNING, true);
	bool ret;

	if (!o)
		return false;
	o->c.regs = regs;
	o->c.saved = saved;
	ret = !function_is_off(p);
	if (ret)
		row->save[i](&o->c);
	ret = ret && o->c.error == STP_OK;
	if (ret) {
		o->counts[p->index].fired--;
		o->began = 0;
	}
	stp_leave(o);
	return ret;
}

/* of several return probes, each saves for itself: those that could not have their bits set in the first words */
static STP_PROBE_CODE bool function_save_several(const struct stp_row_function *row, struct pt_regs *regs, stp_u64 *saved)
{
	stp_u32 i, lost = 0;

	memset(saved, 0, STP_LOST_WORDS(row->nret) * sizeof(*saved));
	for (i = 0; i < row->nret; i++) {
		if (!row->save[i] || function_save_one(row, i, regs, saved))
			continue;
		saved[i / 64] |= 1ull << i % 64;
		lost++;
	}
	return lost < row->nret;
}

STP_PROBE_CODE bool function_save(const struct stp_row_function *row, struct pt_regs *regs, stp_u64 *saved)
{
	if (STP_LIKELY(row->nret == 1))
		return function_save_one(row, 0, regs, saved);
	return function_save_several(row, regs, saved);
}

static kprobe_pre_handler_t function_kret_kernel; /* the kernel's own, the same for every kretprobe */

static STP_PROBE_CODE int function_kret_hit(struct kprobe *kp, struct pt_regs *regs)
{
	const struct function_site *s = container_of(kp, struct function_site, rp.kp);

	if (READ_ONCE(stp_session.state) != STP_RUNNING)
		return 0;
	if (s->nentry)
		function_entered(s->row, regs);
	return function_kret_kernel(kp, regs);
}

/* there is an instance, and some return probe asks for values */
static STP_PROBE_CODE int function_kret_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return !function_save(function_of(ri)->row, regs, (stp_u64 *)ri->data);
}

static __always_inline void function_return_hit(const struct stp_probe *p, struct pt_regs *regs, stp_u64 *saved)
{
	struct stp_context *o = stp_begin(p, STP_RUNNING, true);

	if (!o)
		return;
	o->c.regs = regs;
	o->c.saved = saved;
	p->handler(&o->c);
	stp_leave(o);
}

STP_PROBE_CODE void function_returned(const struct stp_row_function *row, struct pt_regs *regs, stp_u64 *saved)
{
	const stp_u64 *lost = row->save && row->nret > 1 ? saved : NULL;
	stp_u32 i;

	for (i = 0; i < row->nret; i++)
		if (!lost || !(lost[i / 64] >> i % 64 & 1))
			function_return_hit(function_return(row, i), regs, saved);
}

static STP_PROBE_CODE int function_kret_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct kretprobe *rp = stp_kretprobe_of(ri);

	if (rp) /* else it was unregistered meanwhile */
		function_returned(container_of(rp, struct function_site, rp)->row, regs, (stp_u64 *)ri->data);
	return 0;
}

/* ---- attaching ---- */

int function_maxactive(const struct stp_row_function *row)
{
	if (row->maxactive)
		return row->maxactive;
	if (stp_script.tun.kretactive)
		return stp_script.tun.kretactive;
	return max_t(int, 15, 6 * num_possible_cpus());
}

/* by address, or by "SYMBOL" or "MODULE:SYMBOL", where the names of loaded modules have no '-'; the text is kept by the kprobe */
static int function_place(struct kprobe *kp, const struct function_site *s)
{
	const struct stp_row_function *row = s->row;
	char *text;

	kp->addr = (kprobe_opcode_t *)s->addr;
	if (s->addr)
		return 0;
	if (row->module)
		text = kasprintf(GFP_KERNEL, "%s:%s", row->module, row->symbol);
	else
		text = kstrdup(row->symbol, GFP_KERNEL);
	kp->symbol_name = text;
	if (!text)
		return -ENOMEM;
	for (; row->module && *text != ':'; text++)
		if (*text == '-')
			*text = '_';
	return 0;
}

/* what the kernel allocates for it */
static size_t function_kret_bytes(const struct function_site *s)
{
	return s->rp.maxactive * roundup_pow_of_two(sizeof(struct kretprobe_instance) + s->rp.data_size);
}

/* not enabled yet, as its handler is not in place before the kernel has put its own there */
static int function_register_return(struct function_site *s)
{
	const struct stp_row_function *row = s->row;
	int err;

	s->rp.kp.flags = KPROBE_FLAG_DISABLED;
	s->rp.handler = function_kret_return;
	s->rp.entry_handler = row->save ? function_kret_entry : NULL;
	s->rp.maxactive = function_maxactive(row);
	s->rp.data_size = row->nsaved * sizeof(stp_u64);
	if (!stp_memory_lend(function_kret_bytes(s)))
		return -ENOMEM;
	err = register_kretprobe(&s->rp);
	if (err) {
		stp_memory_back(function_kret_bytes(s));
		return err;
	}
	function_kret_kernel = s->rp.kp.pre_handler;
	WRITE_ONCE(s->rp.kp.pre_handler, function_kret_hit);
	err = s->armed ? enable_kprobe(&s->rp.kp) : 0;
	if (err) {
		unregister_kretprobe(&s->rp);
		stp_memory_back(function_kret_bytes(s));
	}
	return err;
}

static int function_register_entry(struct function_site *s)
{
	s->kp.flags = s->armed ? 0 : KPROBE_FLAG_DISABLED;
	s->kp.pre_handler = function_kprobe_hit;
	return register_kprobe(&s->kp);
}

int function_kprobe_arm(struct function_site *s)
{
	bool returns = s->nret;
	struct kprobe *kp = returns ? &s->rp.kp : &s->kp;
	int err = function_place(kp, s);

	if (err)
		return err;
	s->armed = function_wanted(s);
	err = returns ? function_register_return(s) : function_register_entry(s);
	if (!err) {
		s->how = returns ? FUNCTION_KRETPROBE : FUNCTION_KPROBE;
		return 0;
	}
	s->armed = false;
	kfree(kp->symbol_name);
	memset(&s->rp, 0, sizeof(s->rp));
	return err;
}

int function_kprobe_rearm(struct function_site *s)
{
	struct kprobe *kp = s->how == FUNCTION_KRETPROBE ? &s->rp.kp : &s->kp;
	bool wanted = function_wanted(s);
	int err;

	if (wanted == s->armed)
		return 0;
	err = wanted ? enable_kprobe(kp) : disable_kprobe(kp);
	if (!err)
		s->armed = wanted;
	return err;
}

static int function_count(enum function_how how, bool leaving)
{
	int n = 0;
	stp_u32 i;

	for (i = 0; i < function_sites.n; i++)
		n += function_sites.v[i].how == how && (!leaving || function_sites.v[i].leaves);
	return n;
}

/* all sites of that way, or those of them that leave. The kernel waits once for a batch; without memory for the list, once for each */
static void function_unregister(enum function_how how, bool leaving)
{
	int n = function_count(how, leaving), i = 0;
	void **list = n ? kvmalloc_array(n, sizeof(*list), GFP_KERNEL) : NULL;
	struct function_site *s, *end = function_sites.v + function_sites.n;

	for (s = function_sites.v; s < end; s++) {
		if (s->how != how || (leaving && !s->leaves))
			continue;
		if (how == FUNCTION_KRETPROBE)
			stp_memory_back(function_kret_bytes(s));
		if (list)
			list[i++] = how == FUNCTION_KPROBE ? (void *)&s->kp : (void *)&s->rp;
		else if (how == FUNCTION_KPROBE)
			unregister_kprobe(&s->kp);
		else
			unregister_kretprobe(&s->rp);
	}
	if (list && how == FUNCTION_KPROBE)
		unregister_kprobes((struct kprobe **)list, n);
	else if (list)
		unregister_kretprobes((struct kretprobe **)list, n);
	kvfree(list);
}

static void function_forget_place(struct function_site *s)
{
	kfree(s->nret ? s->rp.kp.symbol_name : s->kp.symbol_name);
}

void function_kprobe_drop(void)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;

	function_unregister(FUNCTION_KPROBE, true);
	function_unregister(FUNCTION_KRETPROBE, true);
	for (s = function_sites.v; s < end; s++) {
		if (!function_is_kprobe(s) || !s->leaves)
			continue;
		function_kprobe_report(s);
		function_forget_place(s);
		memset(&s->rp, 0, sizeof(s->rp));
		s->armed = s->leaves = false;
		s->how = FUNCTION_GONE;
	}
}

void function_kprobe_disarm(void)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;

	function_unregister(FUNCTION_KPROBE, false);
	function_unregister(FUNCTION_KRETPROBE, false);
	for (s = function_sites.v; s < end; s++)
		if (function_is_kprobe(s))
			function_forget_place(s);
}

/* ---- what the kernel dropped ---- */

void function_kprobe_report(const struct function_site *s)
{
	char place[128];

	snprintf(place, sizeof(place), "'%s'", s->row->symbol);
	if (s->how == FUNCTION_KPROBE)
		function_missed(s, s->kp.nmissed, true, "kprobe", place);
	if (s->how != FUNCTION_KRETPROBE)
		return;
	function_missed(s, s->rp.nmissed, false, "kretprobe/1", place);
	function_missed(s, s->rp.kp.nmissed, true, "kretprobe/2", place);
}
