// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probe handlers.
 *	static void p1_timer_s(struct stp_ctx *c)
 *	{
 *		struct p1_timer_s_frame *f = stp_frame_push(c, sizeof(*f));
 *
 *		if (!f)
 *			return;
 *		if (stp_is_off(&stp_conditions[0]))	 the probe's own
 *			goto pop;
 *		…					 what needs no locks (sema/place.c)
 *		if (stp_lock(c, p1_timer_s_locks, 1))
 *			goto pop;
 *		if (stp_inside(c, p1_timer_s_inside, 1))
 *			goto unlock;
 *		…
 *	out:
 *		stp_recheck(c, &stp_conditions[0]);	 what it may have changed for others
 *		stp_outside(c);
 *	unlock:
 *		stp_unlock(c, p1_timer_s_locks, 1);
 *	pop:
 *		stp_frame_pop(c, sizeof(*f));
 *	}
 * Where more follows that needs no locks, they are given back before it, and what stands from `out` to `pop` is for errors and `next` only.
 * and, for values saved at function entry, p1_..._save of the same form. The text is made with SELF for the name: probes with the
 * same text share one function, so that 1,000 points of a wildcard are one.
 */
#include "codegen/function.h"

#include "codegen/lower.h"
#include "codegen/names.h"
#include "codegen/stmt.h"
#include "syntax/ast_tools.h"

#include <string.h>

#define SELF "\001"

struct needs {			    /* lists of one handler */
	const char *locks, *inside; /* array names, NULL = none */
	size_t nlocks, ninside;
	const struct derived_probe *rechecks; /* the handler whose rechecks are made, or NULL */
	unsigned condition_no;		      /* asked first; 0 = none */
};

static const char *mode_name(enum lock_mode mode)
{
	switch (mode) {
	case LOCK_READ: return "STP_LOCK_READ";
	case LOCK_WRITE: return "STP_LOCK_WRITE";
	case LOCK_EXCLUSIVE: break;
	}
	return "STP_LOCK_EXCLUSIVE";
}

static bool is_locked(const struct derived_probe *p, const struct vardecl *v)
{
	for vec_each (i, &p->locks)
		if (p->locks.v[i].var == v)
			return true;
	return false;
}

/* does it only add to the cells of this variable? */
static bool only_commutes(const struct derived_probe *p, const struct vardecl *v)
{
	return v->storage == STORE_CELLS && p->rw && (rwset_use(p->rw, v->index) & USE_COMMUTE) &&
	       !is_locked(p, v);
}

static void needs_begin(struct buf *out, const char *name)
{
	buf_printf(out, "static const struct stp_lock_need %s[] = {\n", name);
}

static void print_needs(const struct gen *g, const struct derived_probe *p, struct needs *n, struct buf *out)
{
	*n = (struct needs){ .nlocks = p->locks.n };
	if (p->locks.n) {
		n->locks = SELF "_locks";
		needs_begin(out, n->locks);
		for vec_each (i, &p->locks)
			buf_printf(out, "\t{ %u, %s }, /* %s */\n", p->locks.v[i].var->index, mode_name(p->locks.v[i].mode),
				   p->locks.v[i].var->name);
		buf_puts(out, "};\n\n");
	}
	for vec_each (i, &g->prog->globals) {
		const struct vardecl *v = g->prog->globals.v[i];

		if (p->quiet_phase || !only_commutes(p, v))
			continue;
		n->inside = SELF "_inside";
		if (n->ninside++ == 0)
			needs_begin(out, n->inside);
		buf_printf(out, "\t{ %u, STP_LOCK_WRITE }, /* %s */\n", v->index, v->name);
	}
	if (n->ninside)
		buf_puts(out, "};\n\n");
}

static bool has_rechecks(const struct needs *n)
{
	return n->rechecks && n->rechecks->rechecks.n;
}

/* the first of the ways out that is still to be undone when the next step fails */
static const char *way_out(bool unlock, bool pop)
{
	return unlock ? "goto unlock" : pop ? "goto pop" : "return";
}

static void print_enter(struct unit *u, const struct needs *n, bool frame, struct buf *out)
{
	if (frame)
		buf_puts(out, "\tif (!f)\n\t\treturn;\n");
	if (n->condition_no)
		buf_printf(out, "\tif (stp_is_off(&stp_conditions[%u]))\n\t\t%s;\n", n->condition_no - 1, way_out(false, frame));
	if (n->locks)
		buf_printf(out, "\tif (stp_lock(c, %s, %zu))\n\t\t%s;\n", n->locks, n->nlocks, way_out(false, frame));
	if (n->inside)
		buf_printf(out, "\tif (stp_inside(c, %s, %zu))\n\t\t%s;\n", n->inside, n->ninside,
			   way_out(n->locks != NULL, frame));
	unit_clear_locals(u, out);
}

/* what undoes stp_lock() and stp_inside(); label: stands before the last step, NULL = none; all: not just that step */
static void give_back(struct emit *e, const struct needs *n, const char *label, bool all)
{
	for (size_t i = 0; all && has_rechecks(n) && i < n->rechecks->rechecks.n; i++)
		emit(e, "stp_recheck(c, &stp_conditions[%u]);", n->rechecks->rechecks.v[i]);
	if (all && n->inside)
		emit(e, "stp_outside(c);");
	if (label)
		emit_label(e, label);
	if (n->locks)
		emit(e, "stp_unlock(c, %s, %zu);", n->locks, n->nlocks);
}

static void pop_frame(struct emit *e, bool label)
{
	if (label)
		emit_label(e, "pop");
	emit(e, "stp_frame_pop(c, sizeof(*f));");
}

static void print_leave(const struct unit *u, const struct needs *n, bool frame, struct buf *out)
{
	struct emit e = { .arena = u->arena, .depth = 1 };

	if (unit_goes_to(u, "out"))
		emit_label(&e, "out");
	give_back(&e, n, n->locks && n->inside ? "unlock" : NULL, true);
	if (frame)
		pop_frame(&e, n->locks || n->inside || n->condition_no);
	emit_print(&e, out);
}

static void print_function(struct unit *u, const char *name, const struct needs *n, struct buf *out)
{
	struct buf inside = BUF_INIT, body = BUF_INIT;
	bool frame = unit_frame_bytes(u) > 0, uses_c;

	unit_print_body(u, frame || n->locks || n->inside || has_rechecks(n) ? NULL : "return;", &body);
	unit_print_frame(u, name, out);
	unit_print_locals(u, name, true, &inside);
	print_enter(u, n, frame, &inside);
	buf_puts(&inside, body.data);
	print_leave(u, n, frame, &inside);
	uses_c = strstr(inside.data, "(c,") || strstr(inside.data, "(c)") || strstr(inside.data, "c->");
	buf_printf(out, "static void %s(struct stp_ctx *c%s)\n{\n%s}\n", name, uses_c ? "" : " STP_UNUSED", inside.data);
	buf_fini(&inside);
	buf_fini(&body);
}

/* ---- locks within the body (sema/place.c) -------------------------------------------------------------------------- */

static bool ends_body(const struct derived_probe *p)
{
	return p->span.last == p->body->stmts.v[p->body->stmts.n - 1];
}

static void lead_to(struct unit *u, const char *label)
{
	u->leave = u->fail = label;
}

void handler_take(struct unit *u)
{
	const struct needs *n = u->needs;

	if (n->locks) {
		emit(&u->e, "if (stp_lock(c, %s, %zu))", n->locks, n->nlocks);
		emit(&u->e, "\tgoto pop;");
	}
	if (n->inside) {
		emit(&u->e, "if (stp_inside(c, %s, %zu))", n->inside, n->ninside);
		emit(&u->e, "\tgoto %s;", n->locks ? "unlock" : "pop");
	}
	lead_to(u, "out");
}

void handler_give_back(struct unit *u)
{
	const struct needs *n = u->needs;

	if (ends_body(u->probe))
		return; /* right before `out` */
	give_back(&u->e, n, NULL, true);
	lead_to(u, "pop");
}

/* from `out` to the end of the handler */
static void print_tail(const struct unit *u, const struct needs *n, bool frame, struct buf *out)
{
	bool last = ends_body(u->probe), outs = unit_goes_to(u, "out"), unlocks = unit_goes_to(u, "unlock");
	bool pops = unit_goes_to(u, "pop") || n->condition_no, skips = !last && (outs || unlocks);
	struct emit e = { .arena = u->arena, .depth = 1 };

	if (skips)
		emit(&e, frame ? "goto pop;" : "return;");
	if (outs)
		emit_label(&e, "out");
	if (last || outs || unlocks)
		give_back(&e, n, unlocks ? "unlock" : NULL, last || outs);
	if (frame)
		pop_frame(&e, pops || skips);
	emit_print(&e, out);
}

static void print_placed(struct unit *u, const struct needs *n, struct buf *out)
{
	const struct needs first = { .condition_no = n->condition_no };
	struct buf inside = BUF_INIT;
	bool frame = unit_frame_bytes(u) > 0;

	unit_print_frame(u, SELF, out);
	unit_print_locals(u, SELF, true, &inside);
	print_enter(u, &first, frame, &inside);
	if (!frame)
		unit_replace(u, "goto pop;", "return;");
	unit_print_body(u, NULL, &inside);
	print_tail(u, n, frame, &inside);
	buf_printf(out, "static void %s(struct stp_ctx *c)\n{\n%s}\n", SELF, inside.data);
	buf_fini(&inside);
}

/* ---- values saved at function entry -------------------------------------------------------------------------------- */

static bool visit_global(void *cookie, struct expr **ep)
{
	const struct expr *e = *ep;

	if (e->kind == EX_CALL || (e->kind == EX_VAR && e->var.decl->global))
		*(bool *)cookie = true;
	return true;
}

static bool saves_globals(const struct derived_probe *p)
{
	bool found = false;
	struct ast_visitor v = { .expr = visit_global, .cookie = &found };

	for vec_each (i, &p->saved) {
		struct expr *e = p->saved.v[i];

		walk_expr(&v, &e);
	}
	return found;
}

static void save_value(struct unit *u, const struct derived_probe *p, size_t slot)
{
	struct value v = value_lower(u, p->saved.v[slot]);

	if (v.type == VT_STRING)
		emit(&u->e, "stp_set(c, %s, %s);", slot_addr(u, saved_slot(u, p, slot)), v.text.c);
	else
		emit(&u->e, "c->saved[%u] = (stp_u64)%s;", saved_index(p, slot), num_atom(u, v.num));
}

static struct cfunc *save_gen(struct gen *g, const struct derived_probe *p, const struct needs *n, struct buf *out)
{
	struct unit u;
	struct needs none = { 0 };
	struct cfunc *ret;

	unit_init(&u, g);
	u.probe = p;
	u.save = true;
	for vec_each (i, &p->locals)
		local_add(&u, p->locals.v[i], false, false);
	regex_forget(&u);
	for vec_each (i, &p->saved) {
		size_t mark = temps_mark(&u);

		merge_begin(&u, NULL);
		save_value(&u, p, i);
		temps_release(&u, mark);
	}
	print_function(&u, SELF "_save", saves_globals(p) ? n : &none, out);
	buf_putc(out, '\n');
	ret = cfunc_make(g, &u);
	unit_fini(&u);
	return ret;
}

/* ---- handlers ------------------------------------------------------------------------------------------------------ */

/* what a hit has in any case: with interrupts off */
static int64_t least_budget(const struct gen *g)
{
	int64_t on = g->tun.value[TUN_MAXACTION_INTERRUPTIBLE], off = g->tun.value[TUN_MAXACTION];

	return g->tun.value[TUN_INTERRUPTIBLE] && on < off ? on : off;
}

static struct cfunc *body_gen(struct gen *g, const struct derived_probe *p, const struct needs *n, struct buf *out)
{
	unsigned cost = actions_of(p->body), ops = ops_of(p->body);
	int64_t budget = least_budget(g);
	const struct needs bare = { .rechecks = n->rechecks, .condition_no = n->condition_no };
	struct unit u;
	struct cfunc *ret;

	unit_init(&u, g);
	u.probe = p;
	for vec_each (i, &p->locals)
		local_add(&u, p->locals.v[i], false, false);
	if (p->span.first)
		lead_to(&u, "pop");
	if (block_has_loop_or_call(p->body) || cost > budget || ops / OPS_FREE > budget)
		actions_charge(&u, cost, ops, NULL);
	regex_forget(&u);
	if (p->span.first) {
		u.needs = n;
		block_gen(&u, p->body);
		print_placed(&u, n, out);
	} else {
		block_gen(&u, p->body);
		print_function(&u, SELF, &bare, out);
	}
	ret = cfunc_make(g, &u);
	unit_fini(&u);
	return ret;
}

static char *replace_self(struct arena *a, const char *text, const char *name)
{
	struct buf b = BUF_INIT;
	char *ret;

	for (const char *p = text; *p; p++) {
		if (*p == SELF[0])
			buf_puts(&b, name);
		else
			buf_putc(&b, *p);
	}
	ret = arena_strdup(a, b.data);
	buf_fini(&b);
	return ret;
}

static void add_save(struct gen *g, struct cfunc *f, const struct cfunc *save)
{
	if (save->frame_bytes > f->frame_bytes)
		f->frame_bytes = save->frame_bytes;
	if (save->stack_bytes > f->stack_bytes)
		f->stack_bytes = save->stack_bytes;
	for vec_each (i, &save->calls)
		vec_push(g->arena, &f->calls, save->calls.v[i]);
}

/* they run in the handler's context, before it gives back its frame */
static void add_rechecks(const struct gen *g, struct cfunc *f, const struct derived_probe *p)
{
	unsigned frame = 0, stack = 0;

	for vec_each (i, &p->rechecks) {
		const struct cfunc *k = g->conditions.v[p->rechecks.v[i]];

		frame = k->frame_bytes > frame ? k->frame_bytes : frame;
		stack = k->stack_bytes > stack ? k->stack_bytes : stack;
	}
	f->frame_bytes += frame;
	f->stack_bytes += stack;
}

void handler_gen(struct gen *g, struct derived_probe *p)
{
	struct buf out = BUF_INIT;
	struct needs needs;
	struct cfunc *f, *save = NULL, *same;

	names_locals(g, &p->locals, NULL);
	print_needs(g, p, &needs, &out);
	needs.rechecks = p;
	if (p->saved.n)
		save = save_gen(g, p, &needs, &out);
	needs.condition_no = p->condition_no;
	f = body_gen(g, p, &needs, &out);
	add_rechecks(g, f, p);
	same = map_get(&g->bodies, out.data);
	if (!same) {
		f->name = name_probe(g, p);
		f->text = replace_self(g->arena, out.data, f->name);
		if (save)
			add_save(g, f, save);
		map_set(&g->bodies, arena_strdup(g->arena, out.data), f);
		vec_push(g->arena, &g->handlers, f);
		same = f;
	}
	p->cname = same->name;
	buf_fini(&out);
}
