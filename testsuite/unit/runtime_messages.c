// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages of the module: what is sent from any context and read by one, with nothing lost and no wake-up too many.
 * kernel: runtime/transport/message.c
 * link: testsuite/unit/kernel.c
 */
#include "kernel_test.h"

#define TEXTS 256
#define RESERVED 16

const struct stp_script stp_script = { .tun = { .maxstringlen = 65536, .maxerrors = 1000 }, .stack_bytes = 64 };
struct stp_session stp_session;

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

int main(void)
{
	kernel_init();
	if (stp_messages_init())
		return 1;
	wakes_once();
	wakes_itself();
	errors_have_room();
	signs_are_read();
	flood_keeps_nothing_back();
	account_comes_last();
	failed_reads_lose_nothing();
	stp_messages_exit();
	return tap_done();
}
