/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages from the module to user space: a fixed pool, taken by atomic bits, queued on lock-free lists, so that handlers at any level may
 * send. Readers take turns by a mutex. When the pool is used up, a bit for each kind of text remembers it, and one fixed text is read after
 * what is queued. Messages of the protocol have places of their own: they cannot be crowded out by texts.
 *
 * Any context: stp_message(), stp_message_text(). All else: process context.
 */
#include "transport/transport.h"
#include "core/memory.h"

#include <linux/irq_work.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/stdarg.h>
#include <linux/uaccess.h>

#define MESSAGE_TEXTS 256
#define MESSAGE_OTHERS 16
#define MESSAGE_ALL (MESSAGE_TEXTS + MESSAGE_OTHERS)

struct message {
	struct llist_node node;
	struct stp_msg head;
	char body[STP_TEXT_MAX];
};

enum { MESSAGE_WARNINGS, MESSAGE_ERRORS, MESSAGE_SYSTEMS, MESSAGE_KINDS };
static const char *const message_lost[MESSAGE_KINDS] = {
	[MESSAGE_WARNINGS] = "WARNING: too many pending (warning) messages",
	[MESSAGE_ERRORS] = "ERROR: too many pending (error) messages",
	[MESSAGE_SYSTEMS] = "WARNING: too many pending (system) messages",
};

DECLARE_WAIT_QUEUE_HEAD(stp_ctl_wait);

static struct message *message_pool;
static unsigned long message_taken[BITS_TO_LONGS(MESSAGE_ALL)];
static unsigned long message_lost_bits;
static LLIST_HEAD(message_fresh);		/* newest first; any context adds */
static struct llist_node *message_ready;	/* oldest first; message_lock */
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

static STP_PROBE_CODE int message_kind(stp_u32 type, const char *p, stp_u32 len)
{
	if (type == STP_SYSTEM)
		return MESSAGE_SYSTEMS;
	return len >= 5 && !memcmp(p, "ERROR", 5) ? MESSAGE_ERRORS : MESSAGE_WARNINGS;
}

static STP_PROBE_CODE void message_send(struct message *m, stp_u32 type, stp_u32 len)
{
	m->head.type = type;
	m->head.len = len;
	llist_add(&m->node, &message_fresh);
	irq_work_queue(&message_work);
}

STP_PROBE_CODE int stp_message(stp_u32 type, const void *body, stp_u32 len)
{
	bool text = type == STP_OOB || type == STP_SYSTEM;
	struct message *m = text ? message_take(0, MESSAGE_TEXTS) : message_take(MESSAGE_TEXTS, MESSAGE_ALL);

	if (len > STP_TEXT_MAX)
		len = STP_TEXT_MAX;
	if (m) {
		if (len)
			memcpy(m->body, body, len);
		message_send(m, type, len);
		return 0;
	}
	if (text) {
		set_bit(message_kind(type, body, len), &message_lost_bits);
		irq_work_queue(&message_work);
	}
	return -EBUSY;
}

STP_PROBE_CODE void stp_message_text(const char *prefix, struct stp_str text)
{
	stp_u32 n = strlen(prefix);
	struct message *m = message_take(0, MESSAGE_TEXTS);

	if (!m) {
		set_bit(message_kind(STP_OOB, prefix, n), &message_lost_bits);
		irq_work_queue(&message_work);
		return;
	}
	if (text.len > STP_TEXT_MAX - n)
		text.len = STP_TEXT_MAX - n;
	memcpy(m->body, prefix, n);
	memcpy(m->body + n, text.p, text.len);
	message_send(m, STP_OOB, n + text.len);
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

/* ---- reading: process context ---- */

int stp_messages_pending(void)
{
	return READ_ONCE(message_ready) || !llist_empty(&message_fresh) || READ_ONCE(message_lost_bits);
}

int stp_messages_wait(void)
{
	return wait_event_interruptible(stp_ctl_wait, stp_messages_pending());
}

static ssize_t message_copy(char __user *to, size_t room, const struct stp_msg *head, const char *body)
{
	if (room < sizeof(*head) + head->len)
		return -EMSGSIZE;
	if (copy_to_user(to, head, sizeof(*head)) || copy_to_user(to + sizeof(*head), body, head->len))
		return -EFAULT;
	return sizeof(*head) + head->len;
}

/* what was lost, once all that was queued has been read */
static ssize_t message_read_lost(char __user *to, size_t room)
{
	struct stp_msg head = { .type = STP_OOB };
	ssize_t ret;
	int kind;

	for (kind = 0; kind < MESSAGE_KINDS; kind++) {
		if (!test_bit(kind, &message_lost_bits))
			continue;
		head.len = strlen(message_lost[kind]);
		ret = message_copy(to, room, &head, message_lost[kind]);
		if (ret > 0)
			clear_bit(kind, &message_lost_bits);
		return ret;
	}
	return -EAGAIN;
}

ssize_t stp_messages_read(char __user *to, size_t room)
{
	struct message *m;
	ssize_t ret;

	mutex_lock(&message_lock);
	if (!message_ready)
		message_ready = llist_reverse_order(llist_del_all(&message_fresh));
	if (!message_ready) {
		ret = message_read_lost(to, room);
		goto out;
	}
	m = llist_entry(message_ready, struct message, node);
	ret = message_copy(to, room, &m->head, m->body);
	if (ret < 0)
		goto out;
	message_ready = message_ready->next;
	smp_mb__before_atomic(); /* the place may be filled again from here on */
	clear_bit(m - message_pool, message_taken);
out:
	mutex_unlock(&message_lock);
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
