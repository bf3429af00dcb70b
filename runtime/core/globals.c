/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Globals by name and addresses by request, as root's messages bring them before START. Process context; ctl.c admits one message at a
 * time. staprun has checked both against .stap_info; this is the second check.
 */
#include "core/globals.h"
#include "core/session.h"

#include <linux/kernel.h>
#include <linux/slab.h>

/* ---- STP_GLOBAL ---- */

static const struct stp_global *globals_by_name(const char *name)
{
	const struct stp_global *g = stp_script.globals;
	int i;

	for (i = 0; i < stp_script.nglobals; i++, g++)
		if (!g->nkeys && g->where && g->type != STP_STATS && !(g->flags & STP_G_PRIVATE) && !strcmp(g->name, name))
			return g;
	return NULL;
}

static int globals_set(const struct stp_global *g, const char *value)
{
	struct stp_slot *slot = g->where;
	size_t n = strlen(value);

	if (g->type == STP_LONG) {
		stp_u64 u;

		/* as literals are: up to 64 bits, so that 0xffffffffffffffff is -1 */
		if (kstrtoll(value, 0, (stp_i64 *)g->where) == 0)
			return 0;
		if (kstrtoull(value, 0, &u))
			return -EINVAL;
		*(stp_i64 *)g->where = (stp_i64)u;
		return 0;
	}
	if (n > stp_script.tun.maxstringlen - 1)
		return -EINVAL;
	memcpy(slot->b, value, n + 1);
	slot->len = n;
	return 0;
}

int stp_session_set(char *text, stp_u32 len)
{
	const struct stp_global *g;
	size_t name;

	if (len < 2 || text[len - 1])
		return -EINVAL;
	name = strlen(text) + 1;
	if (name >= len || strlen(text + name) + 1 != len - name)
		return -EINVAL;
	g = globals_by_name(text);
	return g ? globals_set(g, text + name) : -ENOENT;
}

/* ---- STP_ADDRESS ---- */

struct globals_addresses {
	struct globals_addresses *next;
	stp_u32 request, n, room;
	stp_u64 *a;
};
static struct globals_addresses *globals_first;

static struct globals_addresses *globals_request(stp_u32 request)
{
	struct globals_addresses *r;

	for (r = globals_first; r && r->request != request; r = r->next)
		;
	return r;
}

static struct globals_addresses *globals_request_get(stp_u32 request)
{
	struct globals_addresses *r = globals_request(request);

	if (r)
		return r;
	r = kzalloc(sizeof(*r), GFP_KERNEL);
	if (!r)
		return NULL;
	r->request = request;
	r->next = globals_first;
	globals_first = r;
	return r;
}

int stp_session_address(const struct stp_msg_address *m, stp_u32 len)
{
	struct globals_addresses *r;
	stp_u64 *a;

	if (len < sizeof(*m) || m->n > STP_CTL_MAX / sizeof(m->addr[0]) || len != sizeof(*m) + m->n * sizeof(m->addr[0]))
		return -EINVAL;
	r = globals_request_get(m->request);
	if (!r)
		return -ENOMEM;
	if (r->n + m->n > r->room) {
		a = krealloc(r->a, (r->n + m->n) * sizeof(*a), GFP_KERNEL);
		if (!a)
			return -ENOMEM;
		r->a = a;
		r->room = r->n + m->n;
	}
	memcpy(r->a + r->n, m->addr, m->n * sizeof(*a));
	r->n += m->n;
	return 0;
}

const stp_u64 *stp_addresses(stp_u32 request, int *ret_n)
{
	struct globals_addresses *r = globals_request(request);

	*ret_n = r ? r->n : -1;
	return r ? r->a : NULL;
}

void stp_globals_exit(void)
{
	struct globals_addresses *r, *next;

	for (r = globals_first; r; r = next) {
		next = r->next;
		kfree(r->a);
		kfree(r);
	}
	globals_first = NULL;
}
