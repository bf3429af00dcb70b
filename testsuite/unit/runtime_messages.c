// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages of the module, errors' texts, and records: what is sent from any context and read by one, with nothing lost and no wake-up too many.
 * kernel: runtime/transport/message.c runtime/core/error.c
 * link: testsuite/unit/kernel.c
 */
#include "kernel_test.h"

#include "core/error.h"

#define TEXTS 256
#define RESERVED 16

const struct stp_script stp_script = { .tun = { .maxstringlen = 65536, .maxerrors = 1000 }, .stack_bytes = 64 };
struct stp_session stp_session;
static unsigned int fails;

bool stp_session_fail(void)
{
	fails++;
	return true;
}

/* ---- the reader ---- */

static struct {
	struct stp_msg head;
	char body[STP_TEXT_MAX + 1];
} got;

/* the next message: its type, 0 = none; the text is in got.body */
static unsigned int next(void)
{
	ssize_t n = stp_messages_read((char *)&got, sizeof(got) - 1);

	if (n < 0)
		return 0;
	got.body[got.head.len] = 0;
	return got.head.type;
}

static bool next_is(unsigned int type, const char *text)
{
	return next() == type && !strcmp(got.body, text);
}

/* how many messages there are until none is left */
static unsigned int drain(void)
{
	unsigned int n = 0;

	while (n < 1000 && next())
		n++;
	return n;
}

static void warn(void) { stp_message_text("WARNING: ", STP_LIT("x")); }

static unsigned long works(void)
{
	unsigned long n = kernel_irq_works;

	kernel_irq_works = 0;
	return n;
}

/* ---- R1 ---- */

static void wakes_once(void)
{
	unsigned int i;

	works();
	warn();
	warn();
	OK(works() == 1, "R1: the first text wakes, a second does not before something is read");
	OK(next() == STP_OOB, "R1: a text is read");
	warn();
	OK(works() == 1, "R1: the text that comes to an empty list wakes again");
	OK(drain() == 2, "R1: all are read");
	for (i = 0; i < TEXTS; i++)
		warn();
	works();
	for (i = 0; i < 100; i++)
		warn();
	OK(works() == 1, "R1: texts for which there is no room wake once");
	OK(stp_messages_pending(), "R1: they are something to read");
	OK(drain() == TEXTS + 1, "R1: one text stands for those that were lost");
	stp_message_request_exit();
	stp_message_request_exit();
	OK(works() == 1 && drain() == 1, "R1: a request wakes once, and is read once");
	OK(!stp_messages_pending() && next() == 0, "R1: then there is nothing");
}

/* the wake-up runs into a probe that says something: does that queue the wake-up again? */
static void wakes_itself(void)
{
	unsigned int turns = 0;

	works();
	warn();
	while (kernel_irq_works && turns < 100) {
		works();
		kernel_irq_work->func(kernel_irq_work);
		warn();
		turns++;
	}
	OK(turns == 1, "R1: a handler in the wake-up that says something does not wake for ever");
	drain();
}

/* ---- R31 ---- */

static void nothing_is_queued_on_a_cpu_that_goes(void)
{
	works();
	kernel_offline = 1u << kernel_cpu;
	warn();
	stp_message_request_exit();
	OK(works() == 0 && stp_messages_pending(), "R31: what is sent on a CPU that goes waits");
	kernel_offline = 0;
	kernel_wakes = 0;
	stp_messages_settle();
	OK(kernel_wakes == 1 && drain() == 2, "R31: the reader is woken when it has gone");
	kernel_wakes = 0;
	stp_messages_settle();
	OK(kernel_wakes == 0, "R31: and not where there is nothing");
}

/* ---- R4 ---- */

static void errors_have_room(void)
{
	unsigned int i, errors = 0, lost = 0;

	for (i = 0; i < TEXTS + 50; i++)
		warn();
	stp_message_text("ERROR: ", STP_LIT("the reason"));
	for (i = 0; i < TEXTS; i++)
		next();
	OK(next_is(STP_OOB, "ERROR: the reason"), "R4: an error finds room when warnings have taken all they may");
	OK(next_is(STP_OOB, "WARNING: too many pending (warning) messages"), "R4: and the lost warnings are told of");
	OK(!next(), "R4: once");
	for (i = 0; i < TEXTS + RESERVED + 5; i++)
		stp_message(STP_OOB, "ERROR: y", 8);
	for (i = 0; i < 1000 && next(); i++)
		if (!strcmp(got.body, "ERROR: y"))
			errors++;
		else
			lost += !strcmp(got.body, "ERROR: too many pending (error) messages");
	OK(errors == TEXTS + RESERVED && lost == 1, "R4: as many errors as there are places, and one text for the others");
}

static void signs_are_read(void)
{
	struct stp_msg_counts counts = { .fired = 1 };
	struct stp_msg_started started = { .result = -5 };
	unsigned int i;

	for (i = 0; i < TEXTS + 1; i++)
		warn();
	stp_message_request_exit();
	stp_message_started(&started);
	for (i = 0; i < 100; i++) {
		counts.fired = i;
		stp_message_counts(&counts);
	}
	for (i = 0; i < TEXTS; i++)
		next();
	OK(next_is(STP_OOB, "WARNING: too many pending (warning) messages"), "R4: what was lost is told before the account");
	OK(next() == STP_STARTED && got.head.len == sizeof(started) && !memcmp(got.body, &started, sizeof(started)),
	   "R4: the answer to START is not crowded out");
	OK(next() == STP_REQUEST_EXIT && !got.head.len, "R4: nor is the request to end");
	OK(next() == STP_COUNTS && got.head.len == sizeof(counts) && !memcmp(got.body, &counts, sizeof(counts)),
	   "R4: a hundred unread accounts are one, the latest");
	OK(!next(), "R4: nothing comes after it");
}

static void flood_keeps_nothing_back(void)
{
	unsigned int i;

	warn();
	warn();
	stp_message_request_exit();
	for (i = 0; i < 10 && next() != STP_REQUEST_EXIT; i++)
		warn();
	OK(i == 2, "R4: a text for each that is read does not keep a request back");
	drain();
}

static void account_comes_last(void)
{
	struct stp_msg_counts counts = { .fired = 1 };

	warn();
	stp_message_counts(&counts); /* somebody asked */
	next();
	warn();
	counts.fired = 2;
	stp_message_counts(&counts); /* EXIT: the texts before it come before it */
	OK(next() == STP_OOB, "R4: a newer account waits for the texts before it");
	OK(next() == STP_COUNTS && !memcmp(got.body, &counts, sizeof(counts)) && !next(), "R4: and takes the older one's place");
}

static void the_last_account_stands(void)
{
	struct stp_msg_counts before = { .fired = 1 }, last = { .fired = 2, .ended = 1 }, again = { .fired = 3, .ended = 1 }, got;
	char buf[sizeof(struct stp_msg) + sizeof(got)];

	drain();
	stp_message_counts(&last);
	stp_message_counts(&before); /* computed before EXIT, by somebody else */
	OK(stp_messages_read(buf, sizeof(buf)) == sizeof(buf), "an account is read");
	memcpy(&got, buf + sizeof(struct stp_msg), sizeof(got));
	OK(got.fired == 2 && got.ended, "what EXIT answered is not overwritten by what was asked before");
	stp_message_counts(&again);
	OK(stp_messages_read(buf, sizeof(buf)) == sizeof(buf) && (memcpy(&got, buf + sizeof(struct stp_msg), sizeof(got)), got.fired == 3), "but by a later EXIT");
}

static void failed_reads_lose_nothing(void)
{
	struct stp_msg_counts counts = { .fired = 7 };
	char small[sizeof(struct stp_msg) + 4];

	warn();
	OK(stp_messages_read(small, sizeof(small)) == -EMSGSIZE, "R4: too little room for a text");
	OK(stp_messages_read(NULL, sizeof(got)) == -EFAULT, "R4: nowhere to put a text");
	OK(next_is(STP_OOB, "WARNING: x"), "R4: it is still there");
	stp_message_counts(&counts);
	OK(stp_messages_read(NULL, sizeof(got)) == -EFAULT && stp_messages_pending(), "R4: nowhere to put the account");
	OK(next() == STP_COUNTS && !next(), "R4: it is still there, once");
}

/* ---- R20 ---- */

static char longest[65536];

static const char *report(stp_u32 len, const char *where, unsigned int callers)
{
	static const struct stp_probe probe = { .pp = "kernel.function(\"f\")" };
	struct stp_context *o = kernel_context(0, STP_TASK);

	o->c.probe = &probe;
	stp_error_str(&o->c, (struct stp_str){ longest, len }, where);
	while (callers--)
		stp_error_caller(&o->c, "identifier 'g' at a.stp:1:1");
	stp_error_report(o);
	o->c.error = STP_OK;
	o->c.where = NULL;
	if (next() != STP_OOB)
		return "none";
	return got.body;
}

static bool ends_in(const char *text, const char *end)
{
	return strlen(text) >= strlen(end) && !strcmp(text + strlen(text) - strlen(end), end);
}

static void places_are_kept(void)
{
	static const char place[] = " near operator '/' at a.stp:2:3 in probe kernel.function(\"f\")";
	const char *text;
	char want[800];

	memset(longest, 'e', sizeof(longest));
	snprintf(want, sizeof(want), "ERROR: eeeee%s", place);
	TEXT(report(5, "operator '/' at a.stp:2:3", 0), want, "R20: a short error with its place");
	text = report(65535, "operator '/' at a.stp:2:3", 0);
	OK(strlen(text) == STP_TEXT_MAX && !strncmp(text, "ERROR: eee", 10) && ends_in(text, place),
	   "R20: a text longer than a message is cut, the place stays");
	OK(strstr(text, "e... near operator") != NULL, "R20: and it shows that it was cut");
	text = report(65535, "operator '/' at a.stp:2:3", 20);
	OK(strlen(text) == STP_TEXT_MAX && strstr(text, "e... near operator '/' at a.stp:2:3 (called from identifier 'g' at a.stp:1:1) (called"),
	   "R20: with many callers half of the room is the text's");
	text = report(5, "operator '/' at a.stp:2:3", 8);
	OK(ends_in(text, "(called from identifier 'g' at a.stp:1:1) in probe kernel.function(\"f\")") && strlen(text) > 320,
	   "R20: a short text leaves the room to them");
	snprintf(want, sizeof(want), "%.*s", (int)(STP_TEXT_MAX - strlen("ERROR: ") - strlen(place)), longest);
	text = report(STP_TEXT_MAX - strlen("ERROR: ") - strlen(place), "operator '/' at a.stp:2:3", 0);
	OK(strlen(text) == STP_TEXT_MAX && !strstr(text, "...") && ends_in(text, place), "R20: what just fits is not cut");
}

int main(void)
{
	kernel_init();
	if (stp_messages_init())
		return 1;
	wakes_once();
	wakes_itself();
	nothing_is_queued_on_a_cpu_that_goes();
	errors_have_room();
	signs_are_read();
	flood_keeps_nothing_back();
	account_comes_last();
	failed_reads_lose_nothing();
	places_are_kept();
	stp_messages_exit();
	the_last_account_stands();
	return tap_done();
}
