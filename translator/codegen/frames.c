// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sizes of one context's stacks, from the call graph. in: the C functions as generated. out: g->frame_bytes, g->stack_bytes.
 *   chain(f)  what f and the calls below it need, recursive functions left out
 *   script    the greatest chain of a handler; with recursion also MAXNESTING times the greatest frame of a recursive function,
 *	       and the greatest chain of any function once for each time that recursion can be left and entered again
 * Invariant: upper bounds. A frame that does not fit is the error "MAXNESTING exceeded", never an overrun.
 */
#include "codegen/frames.h"

#include "codegen/gen.h"

/* what is not ours: embedded C and builtins; two slots, a text buffer, and CONTEXT->error_buffer */
#define FOREIGN_STACK 256

static unsigned max(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static unsigned foreign_frame(const struct gen *g)
{
	unsigned n = 3 * (((unsigned)g->tun.value[TUN_MAXSTRINGLEN] + 4 + 7) / 8 * 8), accessor = 0;

	for vec_each (i, &g->accessors)
		accessor = max(accessor, g->accessors.v[i]->frame_bytes);
	return n + accessor;
}

static struct cfunc *callee(const struct gen *g, const struct call_edge *e)
{
	return g->functions[e->fn->index];
}

static void chain(const struct gen *g, struct cfunc *f)
{
	unsigned frame = 0, stack = 0;

	if (f->need_stack)
		return;
	for vec_each (i, &f->calls) {
		struct cfunc *to = callee(g, &f->calls.v[i]);

		if (f->calls.v[i].recursive)
			continue;
		if (!to) {
			frame = max(frame, foreign_frame(g));
			stack = max(stack, FOREIGN_STACK);
			continue;
		}
		chain(g, to);
		frame = max(frame, to->need_frame);
		stack = max(stack, to->need_stack);
	}
	f->need_frame = f->frame_bytes + frame;
	f->need_stack = f->stack_bytes + stack;
}

unsigned nesting_of(const struct gen *g)
{
	int64_t given = g->tun.value[TUN_MAXNESTING];

	return given > 0 ? (unsigned)given : g->prog->max_nesting;
}

void frames_compute(struct gen *g)
{
	unsigned frame = 0, stack = 0, deepest = 0, deepest_stack = 0, recursive = 0, recursive_frame = 0, recursive_stack = 0,
		 times;

	for vec_each (i, &g->handlers) {
		chain(g, g->handlers.v[i]);
		frame = max(frame, g->handlers.v[i]->need_frame);
		stack = max(stack, g->handlers.v[i]->need_stack);
	}
	for vec_each (i, &g->prog->functions) {
		struct cfunc *f = g->functions[i];

		if (!f)
			continue;
		chain(g, f);
		deepest = max(deepest, f->need_frame);
		deepest_stack = max(deepest_stack, f->need_stack);
		if (!f->recursive)
			continue;
		recursive++;
		recursive_frame = max(recursive_frame, f->frame_bytes);
		recursive_stack = max(recursive_stack, f->stack_bytes);
	}
	g->frame_bytes = frame;
	g->stack_bytes = stack;
	if (recursive == 0)
		return;
	times = recursive < nesting_of(g) ? recursive : nesting_of(g);
	g->frame_bytes += nesting_of(g) * recursive_frame + (times + 1) * deepest;
	g->stack_bytes += recursive_stack + deepest_stack;
}
