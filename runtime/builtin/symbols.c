// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kernel addresses by name: context-symbols.stp. Contexts: any: kallsyms searches its tables without a lock, modules under RCU.
 * A name is made in the free part of the context's record: it is too long for the stack and may be longer than a slot.
 */
#include "builtin/builtin.h"

#include "print/print.h"

#include <linux/kallsyms.h>
#include <linux/ptrace.h>

#define SYMBOL_UNITS 5 /* of long work, for a symbol: its search and the expansion of its name */

static STP_PROBE_CODE char *symbol_room(struct stp_ctx *c)
{
	(void)stp_long(c, SYMBOL_UNITS);
	if (c->out.cap - c->out.len < KSYM_SYMBOL_LEN)
		stp_out_flush(c);
	return c->out.p + c->out.len;
}

static STP_PROBE_CODE void set_text(struct stp_ctx *c, struct stp_slot *ret, const char *text)
{
	stp_set(c, ret, (struct stp_str){ text, strlen(text) });
}

/* the name alone; an address that has none in hexadecimal */
STP_PROBE_CODE void stp_fn_symname(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr)
{
	char *text = symbol_room(c), *blank;

	sprint_symbol_no_offset(text, (unsigned long)addr);
	blank = strchr(text, ' ');
	if (blank)
		*blank = 0;
	set_text(c, ret, text);
}

/* name+0xoffset/0xsize [module] */
STP_PROBE_CODE void stp_fn_symdata(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr)
{
	char *text = symbol_room(c);

	sprint_symbol(text, (unsigned long)addr);
	set_text(c, ret, text);
	if (strchr(text, '+') && !strchr(text, ' '))
		stp_append(c, ret, STP_LIT(" [kernel]"));
}

STP_PROBE_CODE void stp_fn_probefunc(struct stp_ctx *c, struct stp_slot *ret)
{
	if (!c->probe->func[0] && c->regs)
		stp_fn_symname(c, ret, (stp_i64)instruction_pointer((struct pt_regs *)c->regs));
	else
		set_text(c, ret, c->probe->func);
}
