/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Globals by name and addresses by request, as root's messages bring them before START. Process context; ctl.c admits one message at a
 * time. staprun has checked both against .stap_info; this is the second check.
 */
#include "core/globals.h"
#include "core/session.h"

#include <linux/kernel.h>
#include <linux/mm.h>
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
	stp_u32 n;
	bool said;	    /* false: no message named this request */
	union {
		stp_u64 one;
		stp_u64 *many; /* n > 1 */
	};
};
static struct globals_addresses *globals_requests; /* by number. It does not move once the root's messages are over */
static stp_u32 globals_room;

/* makes room for request number `last`; they come in ascending order */
static int globals_reach(stp_u32 last)
{
	struct globals_addresses *v;
	stp_u32 room = max_t(stp_u32, 64, globals_room);

	if (last < globals_room)
		return 0;
	while (room <= last)
		room *= 2;
	v = kvcalloc(room, sizeof(*v), GFP_KERNEL);
	if (!v)
		return -ENOMEM;
	if (globals_room)
		memcpy(v, globals_requests, globals_room * sizeof(*v));
	kvfree(globals_requests);
	globals_requests = v;
	globals_room = room;
	return 0;
}

static int globals_add(struct globals_addresses *r, const stp_u64 *addr, stp_u32 n)
{
	stp_u64 *a;

	r->said = true;
	if (r->n + n <= 1) {
		if (n)
			r->one = addr[0];
		r->n += n;
		return 0;
	}
	a = krealloc(r->n > 1 ? r->many : NULL, (r->n + n) * sizeof(*a), GFP_KERNEL);
	if (!a)
		return -ENOMEM;
	if (r->n == 1)
		a[0] = r->one;
	memcpy(a + r->n, addr, n * sizeof(*a));
	r->many = a;
	r->n += n;
	return 0;
}

/* the length of the struct at `body`, or -EINVAL */
static int globals_length(const struct stp_msg_address *m, stp_u32 left)
{
	if (left < sizeof(*m) || m->request >= STP_REQUESTS_MAX || m->n > (left - sizeof(*m)) / sizeof(m->addr[0]))
		return -EINVAL;
	return sizeof(*m) + m->n * sizeof(m->addr[0]);
}

int stp_session_address(const void *body, stp_u32 len)
{
	const struct stp_msg_address *m;
	stp_u32 at;
	int n, ret;

	if (!len)
		return -EINVAL;
	for (at = 0; at < len; at += n) {
		n = globals_length(body + at, len - at);
		if (n < 0)
			return n;
	}
	for (at = 0; at < len; at += globals_length(m, len - at)) {
		m = body + at;
		ret = globals_reach(m->request);
		if (!ret)
			ret = globals_add(&globals_requests[m->request], m->addr, m->n);
		if (ret)
			return ret;
	}
	return 0;
}

const stp_u64 *stp_addresses(stp_u32 request, int *ret_n)
{
	const struct globals_addresses *r = request < globals_room ? &globals_requests[request] : NULL;

	*ret_n = r && r->said ? r->n : -1;
	if (*ret_n <= 0)
		return NULL;
	return r->n == 1 ? &r->one : r->many;
}

void stp_globals_exit(void)
{
	stp_u32 i;

	for (i = 0; i < globals_room; i++)
		if (globals_requests[i].n > 1)
			kfree(globals_requests[i].many);
	kvfree(globals_requests);
	globals_requests = NULL;
	globals_room = 0;
}
