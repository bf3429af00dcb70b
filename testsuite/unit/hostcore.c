// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The small core: see hostcore.h. It keeps the rules that generated code must keep, and stops with "internal error: …" (status 70) where
 * they are broken: locks ascending, taken once and given back, the inside-mark closed, the frame stack back where it was.
 */
#define _GNU_SOURCE 1
#include "hostcore.h"

#include "value/value.h"

#include <stdarg.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

enum host_state { HOST_STARTING, HOST_RUNNING, HOST_STOPPING, HOST_FAILED };
#define HOST_RECORD 8192

struct host_ctx {
	struct stp_ctx c;
	char *frames, *errbuf;
	stp_u32 errlen, ncallers;
	const char *callers[8];
	char record[HOST_RECORD];
	int used, inside, skipped;
};

static struct host_ctx host_contexts[HOST_CONTEXTS];
static enum host_state host_state;
static signed char *host_held; /* by global: 0 free, >0 readers, -1 writer */
FILE *host_output;
unsigned int host_errors, host_skips, host_skips_below;
int host_quiet_errors, host_allocs_left = -1;

static struct host_ctx *own(const struct stp_ctx *c) { return (struct host_ctx *)c; }

static void internal(const char *what)
{
	fflush(NULL);
	fprintf(stderr, "internal error: %s\n", what);
	exit(70);
}

/* ---- platform.h -------------------------------------------------------------------------------------------------------------------- */

void *stp_alloc(size_t bytes)
{
	if (host_allocs_left == 0)
		return NULL;
	if (host_allocs_left > 0)
		host_allocs_left--;
	return calloc(1, bytes ? bytes : 1);
}

void stp_free(void *p) { free(p); }

static __attribute__((format(printf, 2, 0))) void say(const char *prefix, const char *fmt, va_list ap)
{
	fprintf(stderr, "%s", prefix);
	vfprintf(stderr, fmt, ap);
	fprintf(stderr, "\n");
}

void stp_say_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("ERROR: ", fmt, ap);
	va_end(ap);
}

void stp_say_warning(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("WARNING: ", fmt, ap);
	va_end(ap);
}

void stp_message_text(const char *prefix, struct stp_str text)
{
	fflush(host_output);
	fprintf(stderr, "%s%.*s\n", prefix, (int)text.len, text.p);
}

void stp_request_exit(void)
{
	if (host_state < HOST_STOPPING)
		host_state = HOST_STOPPING;
}

stp_u32 stp_ctx_count(void) { return HOST_CONTEXTS; }
stp_u32 stp_ctx_all(void) { return HOST_CONTEXTS; }
struct stp_ctx *stp_ctx_any(stp_u32 i) { return &host_contexts[i].c; }
struct stp_ctx *stp_ctx_nth(stp_u32 i) { return host_contexts[i].used ? &host_contexts[i].c : NULL; }
stp_u32 stp_ctx_cpu(const struct stp_ctx *c) { return (stp_u32)(own(c) - host_contexts) / 2; }

void stp_hit_skipped(struct stp_ctx *c, stp_u32 global, int below)
{
	(void)global;
	host_skips++;
	host_skips_below += below != 0;
	own(c)->skipped = 1;
	c->error = STP_ABORT;
}

void stp_out_flush(struct stp_ctx *c)
{
	fwrite(c->out.p, 1, c->out.len, host_output);
	c->out.len = 0;
}

int stp_read_mem(void *dst, stp_u64 addr, stp_u32 n, int user)
{
	struct iovec to = { dst, n }, from = { (void *)(size_t)addr, n };

	(void)user;
	return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == (ssize_t)n ? 0 : -EFAULT;
}

stp_u32 stp_page_size(void) { return 4096; }

/* ---- errors ------------------------------------------------------------------------------------------------------------------------ */

static void error_set(struct stp_ctx *c, stp_u32 kind, struct stp_str text, const char *where)
{
	stp_u32 room = (stp_u32)stp_script.tun.maxstringlen - 1;
	struct host_ctx *h = own(c);

	if (c->error)
		return;
	h->errlen = text.len < room ? text.len : room;
	memmove(h->errbuf, text.p, h->errlen);
	h->ncallers = 0;
	c->where = where;
	c->error = kind;
}

void stp_error(struct stp_ctx *c, const char *text, const char *where)
{
	error_set(c, STP_SOFT, (struct stp_str){ text, (stp_u32)strlen(text) }, where);
}

void stp_error_str(struct stp_ctx *c, struct stp_str text, const char *where) { error_set(c, STP_SOFT, text, where); }

void stp_error_where(struct stp_ctx *c, const char *where)
{
	if (!c->where)
		c->where = where;
}

void stp_error_caller(struct stp_ctx *c, const char *where)
{
	struct host_ctx *h = own(c);

	if (h->ncallers < STP_COUNT(h->callers))
		h->callers[h->ncallers++] = where;
}

int stp_catch(struct stp_ctx *c, struct stp_slot *msg)
{
	struct host_ctx *h = own(c);

	if (c->error != STP_SOFT)
		return 0;
	if (msg) {
		memcpy(msg->b, h->errbuf, h->errlen);
		msg->len = h->errlen;
		msg->b[msg->len] = 0;
	}
	host_clear_error(c);
	return 1;
}

const char *host_error_text(const struct stp_ctx *c)
{
	own(c)->errbuf[own(c)->errlen] = 0;
	return own(c)->errbuf;
}

void host_clear_error(struct stp_ctx *c)
{
	c->error = STP_OK;
	c->where = NULL;
	own(c)->ncallers = 0;
}

stp_i64 stp_div_error(struct stp_ctx *c, const char *where)
{
	stp_error(c, "division by 0", where);
	return 0;
}

int stp_actions_exceeded(struct stp_ctx *c)
{
	error_set(c, STP_ACTION, STP_LIT("MAXACTION exceeded"), NULL);
	return 1;
}

int stp_long(struct stp_ctx *c, stp_u32 n) { return stp_act(c, n / 16); }

void *stp_frame_fail(struct stp_ctx *c)
{
	stp_error(c, "MAXNESTING exceeded", NULL);
	return NULL;
}

int stp_recurse(struct stp_ctx *c)
{
	if (!c->nesting) {
		stp_error(c, "MAXNESTING exceeded", NULL);
		return 1;
	}
	c->nesting--;
	return 0;
}

static void error_report(struct stp_ctx *c)
{
	struct host_ctx *h = own(c);
	stp_u32 i;

	host_errors++;
	if (!host_quiet_errors) {
		fflush(host_output);
		fprintf(stderr, "ERROR: %s", host_error_text(c));
		if (c->where)
			fprintf(stderr, " near %s", c->where);
		for (i = 0; c->where && i < h->ncallers; i++)
			fprintf(stderr, " (called from %s)", h->callers[i]);
		if (c->where)
			fprintf(stderr, " in probe %s", c->probe->pp);
		fprintf(stderr, "\n");
	}
	if (host_errors > stp_script.tun.maxerrors)
		host_state = HOST_FAILED;
}

/* ---- locks ------------------------------------------------------------------------------------------------------------------------- */

int stp_lock(struct stp_ctx *c, const struct stp_lock_need *need, stp_u32 n)
{
	stp_u32 i;

	(void)c;
	for (i = 0; i < n; i++) {
		if (need[i].global >= stp_script.nglobals || (i && need[i].global <= need[i - 1].global))
			internal("locks are not in order");
		if (host_held[need[i].global])
			internal("a lock is taken twice");
		host_held[need[i].global] = need[i].mode == STP_LOCK_READ ? 1 : -1;
	}
	return 0;
}

void stp_unlock(struct stp_ctx *c, const struct stp_lock_need *need, stp_u32 n)
{
	stp_u32 i;

	(void)c;
	for (i = 0; i < n; i++) {
		if (!host_held[need[i].global])
			internal("a lock that is not held is given back");
		host_held[need[i].global] = 0;
	}
}

int stp_inside(struct stp_ctx *c, const struct stp_lock_need *need, stp_u32 n)
{
	(void)need;
	(void)n;
	if (own(c)->inside)
		internal("inside twice");
	own(c)->inside = 1;
	return 0;
}

void stp_outside(struct stp_ctx *c)
{
	if (!own(c)->inside)
		internal("outside without inside");
	own(c)->inside = 0;
}

/* ---- memory and registers: the arguments of a hit are 101, 102 …, it returns 42; addresses are this program's ------------------------- */

stp_u64 stp_load(struct stp_ctx *c, stp_u64 addr, stp_u32 size, int user, const char *where)
{
	char text[80];
	stp_u64 v = 0;

	if (!stp_read_mem(&v, addr, size, user))
		return v;
	if (!(stp_script.flags & STP_S_SKIP_BADVARS)) {
		snprintf(text, sizeof(text), "read fault [man error::fault] at 0x%llx", addr);
		stp_error_str(c, (struct stp_str){ text, (stp_u32)strlen(text) }, where);
	}
	return 0;
}

void stp_store(struct stp_ctx *c, stp_u64 addr, stp_u32 size, int user, stp_u64 v, const char *where)
{
	struct iovec from = { &v, size }, to = { (void *)(size_t)addr, size };
	char text[80];

	(void)user;
	if (process_vm_writev(getpid(), &from, 1, &to, 1, 0) == (ssize_t)size)
		return;
	snprintf(text, sizeof(text), "write fault [man error::fault] at 0x%llx", addr);
	stp_error_str(c, (struct stp_str){ text, (stp_u32)strlen(text) }, where);
}

stp_u64 stp_arg(struct stp_ctx *c, stp_u32 n, const char *where)
{
	(void)c;
	(void)where;
	return 101 + n;
}

stp_u64 stp_register(struct stp_ctx *c, stp_u32 offset, int user, const char *where)
{
	(void)c;
	(void)where;
	return offset + (user ? 1000 : 0);
}

stp_u64 stp_retval(struct stp_ctx *c, const char *where)
{
	(void)c;
	(void)where;
	return 42;
}

void stp_tracepoint_hit(void *data, const stp_u64 *args)
{
	(void)data;
	(void)args;
}

/* ---- contexts and hits ------------------------------------------------------------------------------------------------------------- */

struct stp_ctx *host_context(unsigned int i)
{
	host_contexts[i].used = 1;
	return &host_contexts[i].c;
}

void host_init(void)
{
	stp_u32 i;

	if (!host_output)
		host_output = stdout;
	host_held = calloc(stp_script.nglobals + 1u, 1);
	for (i = 0; i < HOST_CONTEXTS; i++) {
		struct host_ctx *h = &host_contexts[i];

		h->frames = calloc(1, stp_script.frame_bytes + 1);
		h->errbuf = calloc(1, (size_t)stp_script.tun.maxstringlen);
		h->c.token = calloc(1, sizeof(struct stp_slot) + (size_t)stp_script.tun.maxstringlen);
		if (stp_script.match_words) {
			h->c.matched = calloc(1, sizeof(struct stp_matched) + 4ul * stp_script.match_words);
			h->c.matched->text = calloc(1, sizeof(struct stp_slot) + (size_t)stp_script.tun.maxstringlen);
		}
		h->c.frame = h->frames;
		h->c.frame_end = h->frames + stp_script.frame_bytes;
		h->c.out = (struct stp_out){ .p = h->record, .cap = HOST_RECORD, .flush = &h->c };
		h->c.nesting = stp_script.nesting;
		h->c.actions = 1ll << 62; /* for who calls the runtime without a hit */
	}
	if (stp_script.values && stp_script.values->init())
		exit(1);
}

void host_exit(void)
{
	stp_u32 i;

	if (stp_script.values)
		stp_script.values->exit();
	for (i = 0; i < HOST_CONTEXTS; i++) {
		free(host_contexts[i].frames);
		free(host_contexts[i].errbuf);
		free(host_contexts[i].c.token);
		free(host_contexts[i].c.matched ? host_contexts[i].c.matched->text : NULL);
		free(host_contexts[i].c.matched);
		memset(&host_contexts[i], 0, sizeof(host_contexts[i]));
	}
	free(host_held);
	host_held = NULL;
}

static void hit_check(struct host_ctx *h)
{
	stp_u32 i;

	if (h->inside)
		internal("a handler ended inside");
	for (i = 0; i < stp_script.nglobals; i++)
		if (host_held[i])
			internal("a handler kept a lock");
	if (h->c.frame != h->frames)
		internal("a handler kept a part of the frame stack");
}

/* Probes are detached at once where the kernel's are soon: so a handler that forgets a condition is found out. */
void stp_recheck(struct stp_ctx *c, struct stp_condition *k)
{
	k->on = 1;
	if (c->error != STP_OK)
		return;
	k->on = k->holds(c) != 0;
	if (c->error != STP_OK && stp_catch(c, NULL))
		k->on = 1;
}

static void check_conditions(void)
{
	struct stp_ctx *c = host_context(0);
	stp_u32 i;

	c->probe = stp_script.probes;
	for (i = 0; i < stp_script.nconditions; i++)
		stp_recheck(c, &stp_script.conditions[i]);
}

static int is_wanted(const struct stp_probe *p)
{
	return !p->condition || stp_script.conditions[p->condition - 1].on;
}

void host_hit(const struct stp_probe *p, unsigned int i)
{
	stp_i64 budget = stp_script.tun.maxaction_interruptible ? stp_script.tun.maxaction_interruptible : 10 * stp_script.tun.maxaction;
	struct stp_ctx *c = host_context(i);
	stp_u64 args[8] = { 1, 2, 3, 4, 5, 6, 7, 8 }, saved[512] = { 0 };

	if (!is_wanted(p))
		return;
	c->actions = stp_script.tun.interruptible ? budget : stp_script.tun.maxaction;
	c->probe = p;
	c->error = STP_OK;
	c->where = NULL;
	c->next = 0;
	c->args = args;
	c->saved = saved;
	c->nesting = stp_script.nesting;
	p->handler(c);
	hit_check(own(c));
	if (c->out.len)
		stp_out_flush(c);
	if (c->error == STP_SOFT || c->error == STP_ACTION)
		error_report(c);
	host_clear_error(c);
}

/* ---- a session --------------------------------------------------------------------------------------------------------------------- */

struct stp_family {
	const char *name;
};
struct stp_arming {
	int unused;
};
const struct stp_arming stp_arming;
#define FAMILY(name) const struct stp_family stp_family_##name = { #name };
#include "uapi/families.def"
#undef FAMILY

static const struct stp_family_use *family_use(const struct stp_family *f)
{
	stp_u32 i;

	for (i = 0; i < stp_script.nfamilies; i++)
		if (stp_script.families[i].family == f)
			return &stp_script.families[i];
	return NULL;
}

static void phase(stp_u32 kind, enum host_state state)
{
	const struct stp_family_use *u = family_use(&stp_family_begin);
	const struct stp_row_begin *row = u ? u->rows : NULL;
	stp_u32 i;

	for (i = 0; u && i < u->nrows; i++)
		if (row[i].kind == kind && host_state == state)
			host_hit(&stp_script.probes[row[i].probe], 0);
}

static int is_phase_probe(stp_u32 probe)
{
	const struct stp_family_use *u = family_use(&stp_family_begin);
	const struct stp_row_begin *row = u ? u->rows : NULL;
	stp_u32 i;

	for (i = 0; u && i < u->nrows; i++)
		if (row[i].probe == probe)
			return 1;
	return 0;
}

int host_session(unsigned int fires)
{
	unsigned int round;
	stp_u32 i;

	host_state = HOST_STARTING;
	check_conditions();
	phase(STP_BEGIN, HOST_STARTING);
	if (host_state == HOST_STARTING)
		host_state = HOST_RUNNING;
	for (round = 0; round < fires; round++)
		for (i = 0; i < stp_script.nprobes; i++)
			if (host_state == HOST_RUNNING && !is_phase_probe(i))
				host_hit(&stp_script.probes[i], round % HOST_CONTEXTS);
	if (host_state == HOST_RUNNING)
		host_state = HOST_STOPPING;
	phase(STP_END, HOST_STOPPING);
	phase(STP_ERROR_PROBE, HOST_FAILED); /* also when an end probe has failed */
	fflush(host_output);
	return host_errors ? 1 : 0;
}

static const struct stp_global *global_named(const char *name)
{
	stp_u32 i;

	for (i = 0; i < stp_script.nglobals; i++)
		if (!strcmp(stp_script.globals[i].name, name) && !(stp_script.globals[i].flags & STP_G_PRIVATE))
			return &stp_script.globals[i];
	return NULL;
}

int host_set_global(const char *name, const char *value)
{
	const struct stp_global *g = global_named(name);
	size_t n = strlen(value);
	char *end;

	if (!g || g->nkeys || g->type == STP_STATS)
		return -1;
	if (g->type == STP_LONG) {
		*(stp_i64 *)g->where = strtoll(value, &end, 0);
		return *value && !*end ? 0 : -1;
	}
	if (n >= (size_t)stp_script.tun.maxstringlen)
		return -1;
	memcpy(((struct stp_slot *)g->where)->b, value, n + 1);
	((struct stp_slot *)g->where)->len = (stp_u32)n;
	return 0;
}
