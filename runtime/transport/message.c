/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages from the module to user space. Two kinds, so that neither crowds out the other:
 *
 * Texts (OOB, SYSTEM): a fixed pool, taken by atomic bits, queued on a lock-free list, so that handlers at any level may send. A part of
 * the pool takes errors only: what ends a session is heard of, whatever has been warned of before.
 *
 * Signs: a bit each, with a fixed text or the latest body. A text for which there was no room is one, and so is what the protocol
 * must not lose: STARTED, REQUEST_EXIT, COUNTS. A sign is read after all texts that were queued before it was raised, and before those
 * of the next portion: a flood of texts cannot keep it back. Raised again before it was read it is read once, with the newer body.
 *
 * The reader is woken only by the text that comes to an empty list and by the sign that was not up: a handler on the way of the wake-up
 * itself may send what it likes without starting another one before the reader has read.
 *
 * Any context: stp_message(), stp_message_text(), stp_message_request_exit(). All else: process context; readers take turns by a mutex, and copy
 * to user space without it.
 */
#include "transport/transport.h"
#include "core/memory.h"
#include "core/soon.h"

#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/uaccess.h>

#define MESSAGE_TEXTS 256
#define MESSAGE_RESERVED 16 /* more of them, for errors */
#define MESSAGE_ALL (MESSAGE_TEXTS + MESSAGE_RESERVED)

struct message {
	struct llist_node node;
	struct stp_msg head;
	char body[STP_TEXT_MAX];
};

/* in the order in which they are read */
enum message_sign { SIGN_WARNINGS, SIGN_ERRORS, SIGN_SYSTEMS, SIGN_STARTED, SIGN_REQUEST_EXIT, SIGN_COUNTS, SIGN_KINDS };
static const struct {
	stp_u32 type;
	const char *text;
} message_signs[SIGN_KINDS] = {
	[SIGN_WARNINGS] = { STP_OOB, "WARNING: too many pending (warning) messages" },
	[SIGN_ERRORS] = { STP_OOB, "ERROR: too many pending (error) messages" },
	[SIGN_SYSTEMS] = { STP_OOB, "WARNING: too many pending (system) messages" },
	[SIGN_STARTED] = { STP_STARTED },
	[SIGN_REQUEST_EXIT] = { STP_REQUEST_EXIT },
	[SIGN_COUNTS] = { STP_COUNTS },
};

DECLARE_WAIT_QUEUE_HEAD(stp_ctl_wait);

static struct message *message_pool;
static unsigned long message_taken[BITS_TO_LONGS(MESSAGE_ALL)];
static unsigned long message_raised;		/* signs; any context sets */
static LLIST_HEAD(message_fresh);		/* newest first; any context adds */
static struct llist_node *message_ready;	/* a portion of texts, oldest first; message_lock */
static unsigned long message_due;		/* signs that are read after that portion; message_lock */
static union {
	struct stp_msg_started started;
	struct stp_msg_counts counts;
} message_body[SIGN_KINDS];			/* what was last answered; message_lock */
static stp_u32 message_len[SIGN_KINDS];
static DEFINE_MUTEX(message_lock);
static struct irq_work message_work;

static void message_wake(struct irq_work *work)
{
	wake_up_interruptible(&stp_ctl_wait);
}

/* ---- sending: any context ---- */

static STP_PROBE_CODE struct message *message_take(stp_u32 from, stp_u32 to)
{
	stp_u32 i;

	for (i = from; i < to; i++)
		if (!test_bit(i, message_taken) && !test_and_set_bit(i, message_taken))
			return &message_pool[i];
	return NULL;
}

/* the sign that a text of this kind was lost */
static STP_PROBE_CODE enum message_sign message_kind(stp_u32 type, const char *p, stp_u32 len)
{
	if (type == STP_SYSTEM)
		return SIGN_SYSTEMS;
	return len >= 5 && !memcmp(p, "ERROR", 5) ? SIGN_ERRORS : SIGN_WARNINGS;
}

static STP_PROBE_CODE void message_raise(enum message_sign sign)
{
	if (!test_and_set_bit(sign, &message_raised))
		stp_soon(&message_work);
}

/* a place for a text that begins so; NULL = none, which is not forgotten */
static STP_PROBE_CODE struct message *message_place(stp_u32 type, const char *p, stp_u32 len)
{
	enum message_sign kind = message_kind(type, p, len);
	struct message *m = message_take(0, MESSAGE_TEXTS);

	if (!m && kind == SIGN_ERRORS)
		m = message_take(MESSAGE_TEXTS, MESSAGE_ALL);
	if (!m)
		message_raise(kind);
	return m;
}

static STP_PROBE_CODE void message_send(struct message *m, stp_u32 type, stp_u32 len)
{
	m->head.type = type;
	m->head.len = len;
	if (llist_add(&m->node, &message_fresh))
		stp_soon(&message_work);
}

STP_PROBE_CODE void stp_message(stp_u32 type, const char *text, stp_u32 len)
{
	struct message *m = message_place(type, text, len);

	if (!m)
		return;
	if (len > STP_TEXT_MAX)
		len = STP_TEXT_MAX;
	memcpy(m->body, text, len);
	message_send(m, type, len);
}

STP_PROBE_CODE void stp_message_text(const char *prefix, struct stp_str text)
{
	stp_u32 n = strlen(prefix);
	struct message *m = message_place(STP_OOB, prefix, n);

	if (!m)
		return;
	if (text.len > STP_TEXT_MAX - n)
		text.len = STP_TEXT_MAX - n;
	memcpy(m->body, prefix, n);
	memcpy(m->body + n, text.p, text.len);
	message_send(m, STP_OOB, n + text.len);
}

STP_PROBE_CODE void stp_message_request_exit(void)
{
	message_raise(SIGN_REQUEST_EXIT);
}

static void message_say(const char *prefix, const char *fmt, va_list ap)
{
	char text[256];
	stp_u32 n = vscnprintf(text, sizeof(text), fmt, ap);

	stp_message_text(prefix, (struct stp_str){ text, n });
}

void stp_say_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message_say("ERROR: ", fmt, ap);
	va_end(ap);
}

void stp_say_warning(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message_say("WARNING: ", fmt, ap);
	va_end(ap);
}

/* ---- answers: process context ---- */

/* an account of before the end, asked for by somebody else, comes too late: what EXIT has answered stands */
static bool message_is_late(enum message_sign sign, const void *body)
{
	const struct stp_msg_counts *counts = body;

	return sign == SIGN_COUNTS && message_body[sign].counts.ended && !counts->ended;
}

/* behind all texts so far, also if an older one was about to be read */
static void message_answer(enum message_sign sign, const void *body, stp_u32 len)
{
	mutex_lock(&message_lock);
	if (!message_is_late(sign, body))
		memcpy(&message_body[sign], body, len);
	message_len[sign] = len;
	message_due &= ~(1ul << sign);
	message_raise(sign);
	mutex_unlock(&message_lock);
}

void stp_message_started(const struct stp_msg_started *m)
{
	message_answer(SIGN_STARTED, m, sizeof(*m));
}

void stp_message_counts(const struct stp_msg_counts *m)
{
	message_answer(SIGN_COUNTS, m, sizeof(*m));
}

/* ---- reading: process context ---- */

void stp_messages_settle(void)
{
	if (stp_messages_pending())
		wake_up_interruptible(&stp_ctl_wait);
}

int stp_messages_pending(void)
{
	return READ_ONCE(message_ready) || READ_ONCE(message_due) || !llist_empty(&message_fresh) || READ_ONCE(message_raised);
}

int stp_messages_wait(void)
{
	return wait_event_interruptible(stp_ctl_wait, stp_messages_pending());
}

/* the next message, taken out: a text (m) or a sign, of which `copy` keeps the body */
struct message_taken {
	struct stp_msg head;
	const char *body;
	struct message *m;
	enum message_sign sign;
	char copy[sizeof(message_body[0])];
};

static void message_take_sign(struct message_taken *t)
{
	enum message_sign sign = __ffs(message_due);
	const char *text = message_signs[sign].text;

	message_due &= ~(1ul << sign);
	t->sign = sign;
	t->head.type = message_signs[sign].type;
	t->head.len = text ? strlen(text) : message_len[sign];
	memcpy(t->copy, &message_body[sign], sizeof(t->copy));
	t->body = text ? text : t->copy;
}

static bool message_next(struct message_taken *t)
{
	if (!message_ready && !message_due) {
		message_due = xchg(&message_raised, 0); /* a full barrier: the texts that came before a sign are in the list */
		message_ready = llist_reverse_order(llist_del_all(&message_fresh));
	}
	t->m = NULL;
	if (message_ready) {
		t->m = llist_entry(message_ready, struct message, node);
		message_ready = message_ready->next;
		t->head = t->m->head;
		t->body = t->m->body;
		return true;
	}
	if (!message_due)
		return false;
	message_take_sign(t);
	return true;
}

/* it could not be handed out: the next reader gets it */
static void message_put_back(struct message_taken *t)
{
	mutex_lock(&message_lock);
	if (t->m) {
		t->m->node.next = message_ready;
		message_ready = &t->m->node;
	} else {
		message_due |= 1ul << t->sign;
	}
	mutex_unlock(&message_lock);
	wake_up_interruptible(&stp_ctl_wait);
}

static ssize_t message_copy(char __user *to, size_t room, const struct message_taken *t)
{
	if (room < sizeof(t->head) + t->head.len)
		return -EMSGSIZE;
	if (copy_to_user(to, &t->head, sizeof(t->head)) || copy_to_user(to + sizeof(t->head), t->body, t->head.len))
		return -EFAULT;
	return sizeof(t->head) + t->head.len;
}

ssize_t stp_messages_read(char __user *to, size_t room)
{
	struct message_taken t;
	ssize_t ret;
	bool found;

	mutex_lock(&message_lock);
	found = message_next(&t);
	mutex_unlock(&message_lock);
	if (!found)
		return -EAGAIN;
	ret = message_copy(to, room, &t);
	if (ret < 0) {
		message_put_back(&t);
	} else if (t.m) {
		smp_mb__before_atomic(); /* the place may be filled again from here on */
		clear_bit(t.m - message_pool, message_taken);
	}
	return ret;
}

int stp_messages_init(void)
{
	init_irq_work(&message_work, message_wake);
	message_pool = stp_alloc(MESSAGE_ALL * sizeof(*message_pool));
	return message_pool ? 0 : -ENOMEM;
}

void stp_messages_exit(void)
{
	irq_work_sync(&message_work);
	stp_free(message_pool);
}
