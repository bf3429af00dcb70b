/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errors of handlers. Any context. A soft error is a text in the context (MAXSTRINGLEN, cut), a place, and the places of the calls that
 * led there; generated code adds the places while it unwinds. What is shown:
 *
 *   ERROR: TEXT near WHERE (called from WHERE)… in probe PP
 *
 * A message holds less than a text may have (MAXSTRINGLEN). It is the text that is cut then, with "..." to show it: the place stays.
 */
#include "core/error.h"
#include "transport/transport.h"

static STP_PROBE_CODE void error_set(struct stp_ctx *c, enum stp_error_kind kind, struct stp_str text, const char *where)
{
	struct stp_context *o = stp_own(c);
	stp_u32 room = stp_script.tun.maxstringlen - 1;

	if (c->error != STP_OK)
		return;
	o->errlen = text.len < room ? text.len : room;
	memmove(o->errbuf, text.p, o->errlen);
	o->ncallers = 0;
	c->where = where;
	c->error = kind;
}

STP_PROBE_CODE void stp_error(struct stp_ctx *c, const char *text, const char *where)
{
	error_set(c, STP_SOFT, (struct stp_str){ text, strlen(text) }, where);
}

STP_PROBE_CODE void stp_error_str(struct stp_ctx *c, struct stp_str text, const char *where)
{
	error_set(c, STP_SOFT, text, where);
}

STP_PROBE_CODE void stp_error_where(struct stp_ctx *c, const char *where)
{
	if (!c->where)
		c->where = where;
}

STP_PROBE_CODE void stp_error_caller(struct stp_ctx *c, const char *where)
{
	struct stp_context *o = stp_own(c);

	if (o->ncallers < STP_CALLERS)
		o->callers[o->ncallers++] = where;
}

STP_PROBE_CODE stp_i64 stp_div_error(struct stp_ctx *c, const char *where)
{
	stp_error(c, "division by 0", where);
	return 0;
}

STP_PROBE_CODE int stp_actions_exceeded(struct stp_ctx *c)
{
	struct stp_context *o = stp_own(c);

	if (o->more && !(o->way & STP_WAY_EXTENDED) && !irqs_disabled()) {
		o->way |= STP_WAY_EXTENDED;
		c->actions += o->more;
		if (c->actions >= 0)
			return 0;
	}
	error_set(c, STP_ACTION, STP_LIT("MAXACTION exceeded"), NULL);
	return 1;
}

STP_PROBE_CODE int stp_long(struct stp_ctx *c, stp_u32 n)
{
	return stp_act(c, irqs_disabled() ? n : n / 16);
}

STP_PROBE_CODE void *stp_frame_fail(struct stp_ctx *c)
{
	stp_error(c, "MAXNESTING exceeded", NULL);
	return NULL;
}

/* Numbers of a recursive function are on the kernel's stack: the deepest chain below must still fit after this call. */
STP_PROBE_CODE int stp_recurse(struct stp_ctx *c)
{
	if (STP_UNLIKELY(c->nesting == 0))
		stp_error(c, "MAXNESTING exceeded", NULL);
	else if (STP_UNLIKELY(!stp_stack_holds(stp_own(c), stp_session.min_stack + stp_script.stack_bytes)))
		stp_error(c, "too little kernel stack is left for a recursive call", NULL);
	else
		c->nesting--;
	return c->error != STP_OK;
}

/* ---- texts ---- */

struct error_text {
	char *p;
	stp_u32 len, cap;
};

static STP_PROBE_CODE void error_put(struct error_text *t, const char *p, stp_u32 n)
{
	if (n > t->cap - t->len)
		n = t->cap - t->len;
	memmove(t->p + t->len, p, n);
	t->len += n;
}

static STP_PROBE_CODE void error_puts(struct error_text *t, const char *s)
{
	error_put(t, s, strlen(s));
}

static STP_PROBE_CODE void error_put_place(struct error_text *t, const struct stp_context *o)
{
	stp_u32 i;

	if (!o->c.where)
		return;
	error_puts(t, " near ");
	error_puts(t, o->c.where);
	for (i = 0; i < o->ncallers; i++) {
		error_puts(t, " (called from ");
		error_puts(t, o->callers[i]);
		error_puts(t, ")");
	}
	error_puts(t, " in probe ");
	error_puts(t, o->c.probe->pp);
}

/* o's error as a message, in its record, which is empty: it was sent before. A place leaves half of the room to a long text */
static STP_PROBE_CODE struct stp_str error_whole(const struct stp_context *o)
{
	struct error_text t = { .p = o->c.out.p, .cap = STP_TEXT_MAX };
	struct error_text place = { .p = t.p + t.cap };
	stp_u32 room;

	error_puts(&t, "ERROR: ");
	place.cap = t.cap - t.len - min_t(stp_u32, o->errlen, STP_TEXT_MAX / 2);
	error_put_place(&place, o);
	room = t.cap - t.len - place.len;
	if (o->errlen <= room) {
		error_put(&t, o->errbuf, o->errlen);
	} else {
		error_put(&t, o->errbuf, room - 3);
		error_puts(&t, "...");
	}
	error_put(&t, place.p, place.len);
	return (struct stp_str){ t.p, t.len };
}

/* A catch block sees the bare text. Both buffers have MAXSTRINGLEN bytes, errlen leaves room for the NUL. */
STP_PROBE_CODE int stp_catch(struct stp_ctx *c, struct stp_slot *msg)
{
	struct stp_context *o = stp_own(c);

	if (c->error != STP_SOFT)
		return 0;
	if (msg) {
		memcpy(msg->b, o->errbuf, o->errlen);
		msg->len = o->errlen;
		msg->b[o->errlen] = 0;
	}
	c->error = STP_OK;
	c->where = NULL;
	o->ncallers = 0;
	return 1;
}

STP_PROBE_CODE void stp_error_report(struct stp_context *o)
{
	struct stp_str text;

	if (!stp_script.tun.suppress_handler_errors) {
		text = error_whole(o);
		stp_message(STP_OOB, text.p, text.len);
	}
	if (atomic_inc_return(&stp_session.errors) > stp_script.tun.maxerrors && !stp_script.tun.suppress_handler_errors)
		stp_session_fail();
}
