/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The privileged acts of a run. They happen in the guard; staprun itself repeats session_close() if somebody killed the guard.
 *
 * MUST rules (staprun.c counts them):
 *  S1  Only the checked copy is loaded, by init_module(): no file name reaches the kernel.
 *  S2  A module is removed only by a name that was nobody's before we loaded it or that we were given, and only after we had the lock
 *      on its control file. The lock goes with our descriptor, which has to be closed first: from then on it is the kernel that keeps
 *      a module which somebody opens (EBUSY).
 *  S3  Root's messages end with SEALED, before any process of the user's gets to see the control file.
 *  S4  No process id, name or descriptor is taken from the page that stapio writes (link.h).
 */
#include "staprun/session.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "staprun/account.h"
#include "staprun/clock.h"
#include "staprun/ctl.h"
#include "staprun/kallsyms.h"
#include "staprun/kernelfs.h"
#include "staprun/msg.h"
#include "staprun/remover.h"
#include "staprun/syscalls.h"

#define SESSION_REMOVE_MS 3000	   /* how long a module may still be in use */
#define SESSION_LAST_WORDS_MS 1000 /* how long we wait for an account */

static const char *load_error(int e)
{
	switch (e) {
	case ENOEXEC: return "Invalid module format";
	case ENOENT: return "Unknown symbol in module";
	case ESRCH: return "Module has wrong symbol version";
	case EINVAL: return "Invalid parameters";
	case ENOMEM: return "Cannot allocate memory; smaller buffers (-s, here -b) may fit, and -D STP_MAXMEMORY is a limit, too";
	default: return strerror(e);
	}
}

/* parameters of the module itself: its buffer, and who is to remove it if all of us are gone */
static void load_settings(const struct session *s, char *ret, size_t room)
{
	char remover[512];
	int at = 0;

	*ret = 0;
	if (s->o->buffer_mb)
		at = snprintf(ret, room, "_stp_bufsize=%d ", s->o->buffer_mb);
	if (s->m->info.controls) /* for who attaches, and has no file to read */
		at += snprintf(ret + at, room - (size_t)at, "_stp_controls=%u ", s->m->info.controls);
	if (remover_path(remover, sizeof(remover))) /* S5 */
		snprintf(ret + at, room - (size_t)at, "_stp_remover=%s", remover);
}

static int load_new(const struct session *s, const char *settings)
{
	if (kernelfs_module_exists(s->name)) { /* S2: not ours, by whatever name the kernel would know the new one */
		errno = EEXIST;
		return -1;
	}
	return syscalls_load(s->m->image.data, s->m->image.len, settings); /* S1 */
}

int session_load(struct session *s)
{
	char settings[1024];

	load_settings(s, settings, sizeof(settings));
	if (kernelfs_mount_proc() < 0) {
		err("/proc is not mounted, and could not be: %s", strerror(errno));
		return -1;
	}
	dbg("Loading module '%s' from %s\n", s->name, s->m->path);
	if (load_new(s, settings) < 0) {
		int e = errno;

		err("Couldn't insert module '%s': %s", s->m->path, load_error(e));
		if (e == EEXIST)
			say("Rerun with staprun option '-R' to rename this module.\n");
		else if (e == ENOEXEC || e == ENOENT || e == EINVAL || e == ESRCH)
			say("The kernel's log says more (dmesg).\n");
		return -1;
	}
	if (!kernelfs_module_exists(s->name)) { /* S2: whatever came, it is not what we may remove by this name */
		err("Module '%s' was loaded, but is not there under this name.", s->name);
		return -1;
	}
	atomic_store(&s->own->loaded, 1);
	return 0;
}

static int in_use(const struct session *s)
{
	if (!s->quiet)
		err("Module '%s' is in use by another staprun.", s->name);
	errno = EWOULDBLOCK;
	return -1;
}

int session_open(struct session *s)
{
	int dir = kernelfs_module_dir(s->name);

	s->ctl = dir < 0 ? -1 : syscalls_ctl(dir);
	if (dir >= 0)
		close(dir);
	if (s->ctl < 0 && errno == EBUSY) /* S2: through another mount of /proc */
		return in_use(s);
	if (s->ctl < 0) {
		if (!s->quiet)
			err("Couldn't open the control file of module '%s': %s", s->name, strerror(errno));
		return -1;
	}
	if (syscalls_lock(s->ctl) < 0 && errno == EWOULDBLOCK) { /* S2 */
		close(s->ctl);
		s->ctl = -1;
		return in_use(s);
	}
	atomic_store(&s->own->loaded, 1); /* from now on ours to end */
	return 0;
}

void session_recall(struct session *s)
{
	char text[16] = "";
	int fd = kernelfs_parameter(s->name, "_stp_controls");

	if (fd < 0)
		return;
	if (read(fd, text, sizeof(text) - 1) > 0)
		s->page->controls = (unsigned)strtoul(text, NULL, 10);
	close(fd);
}

static int tell_globals(struct session *s)
{
	char **p;

	for (p = s->o->settings; *p; p++) {
		char body[STP_CTL_MAX];
		size_t n = strlen(*p) + 2;

		if (n > sizeof(body)) {
			err("The setting of a global is too long.");
			return -1;
		}
		memcpy(body, *p, n - 1);
		*strchr(body, '=') = 0; /* module_check_settings() saw one */
		if (ctl_send(s->ctl, STP_GLOBAL, body, n - 1) < 0) {
			err("Couldn't set global '%s': %s", body, strerror(errno));
			return -1;
		}
	}
	return 0;
}

/* an STP_ADDRESS message that is being filled */
struct addresses {
	unsigned long long body[(STP_CTL_MAX - sizeof(struct stp_msg)) / sizeof(unsigned long long)];
	size_t len; /* bytes */
};

static int send_addresses(struct session *s, struct addresses *a)
{
	if (a->len && ctl_send(s->ctl, STP_ADDRESS, a->body, a->len) < 0) {
		err("Couldn't tell the module where its functions are: %s", strerror(errno));
		return -1;
	}
	a->len = 0;
	return 0;
}

/* as many of n addresses as there is room for; 0 of 0 is said, too. Returns how many; -1 after an error */
static long add_addresses(struct session *s, struct addresses *a, unsigned request, const unsigned long long *addr, size_t n)
{
	struct stp_msg_address head = { .request = request };
	size_t room;

	if (a->len + sizeof(head) + sizeof(*addr) > sizeof(a->body) && send_addresses(s, a) < 0)
		return -1;
	room = (sizeof(a->body) - a->len - sizeof(head)) / sizeof(*addr);
	head.n = (unsigned)(n < room ? n : room);
	memcpy((char *)a->body + a->len, &head, sizeof(head));
	a->len += sizeof(head);
	if (head.n)
		memcpy((char *)a->body + a->len, addr, head.n * sizeof(*addr));
	a->len += head.n * sizeof(*addr);
	return (long)head.n;
}

static int tell_addresses(struct session *s)
{
	struct addresses a = { .len = 0 };
	size_t i;

	for (i = 0; i < s->m->info.nsymbols; i++) {
		const struct info_symbol *sym = &s->m->info.symbols[i];
		size_t done = 0;
		long n;

		do {
			n = add_addresses(s, &a, sym->request, sym->addr + done, sym->naddr - done);
			if (n < 0)
				return -1;
			done += (size_t)n;
		} while (done < sym->naddr);
	}
	return send_addresses(s, &a);
}

static void tell_time_zone(struct session *s)
{
	struct stp_msg_tz tz;
	time_t now = time(NULL);
	struct tm tm;

	memset(&tz, 0, sizeof(tz));
	if (!localtime_r(&now, &tm))
		return;
	tz.gmtoff = -tm.tm_gmtoff;
	snprintf(tz.name, sizeof(tz.name), "%s", tm.tm_zone ? tm.tm_zone : "");
	if (ctl_send(s->ctl, STP_TZ, &tz, sizeof(tz)) < 0)
		warn("Couldn't tell the module the time zone: %s", strerror(errno));
}

int session_tell(struct session *s)
{
	if (tell_globals(s) < 0)
		return -1;
	if (s->m->symbols_known && tell_addresses(s) < 0)
		return -1;
	tell_time_zone(s);
	if (ctl_send(s->ctl, STP_SEALED, NULL, 0) < 0) { /* S3 */
		err("Couldn't end the set-up of module '%s': %s", s->name, strerror(errno));
		return -1;
	}
	return 0;
}

/* until COUNTS arrives; errors and warnings that the reader did not fetch are said meanwhile */
static int last_words(struct session *s, struct stp_msg_counts *ret)
{
	long long end = now_ms() + SESSION_LAST_WORDS_MS;
	struct ctl_msg m;

	for (;;) {
		struct pollfd p = { .fd = s->ctl, .events = POLLIN };
		int got = ctl_receive(s->ctl, &m);

		if (got < 0)
			return -1;
		if (got > 0 && m.head.type == STP_COUNTS) {
			memcpy(ret, m.body, sizeof(*ret));
			return 0;
		}
		if (got > 0 && m.head.type == STP_OOB && (!msg.no_warnings || strncmp(m.body, "WARNING:", 8) != 0))
			msg_prefixed(m.body, m.head.len);
		if (got > 0)
			continue;
		if (now_ms() >= end || poll(&p, 1, (int)(end - now_ms())) < 0)
			return -1;
	}
}

int session_remove_module(const char *name)
{
	long long end = now_ms() + SESSION_REMOVE_MS;
	struct timespec pause = { 0, 200000 };

	for (;;) {
		if (syscalls_unload(name) == 0)
			return 0;
		if ((errno != EAGAIN && errno != EBUSY) || now_ms() >= end)
			return -1;
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 20000000)
			pause.tv_nsec *= 2;
	}
}

int session_close(struct session *s, int reader_was_killed)
{
	struct stp_msg_counts c;

	if (!atomic_load(&s->own->loaded) || atomic_load(&s->page->detached))
		return 0;
	if (s->ctl < 0 && session_open(s) < 0) {
		if (errno == EWOULDBLOCK) { /* S2: whoever has the lock ends it */
			atomic_store(&s->own->loaded, 0);
			return -1;
		}
		dbg("Module '%s' has no control file any more\n", s->name);
	}
	if (s->ctl >= 0 && !atomic_load(&s->page->accounted) && ctl_send(s->ctl, STP_EXIT, NULL, 0) == 0 && last_words(s, &c) == 0 &&
	    c.started)
		account_print(&c, atomic_load(&s->page->delivered) + atomic_load(&s->page->before),
			      reader_was_killed ? ACCOUNT_KILLED : ACCOUNT_READ_ALL);
	if (s->ctl >= 0)
		close(s->ctl);
	s->ctl = -1;
	if (session_remove_module(s->name) == 0 || errno == ENOENT) {
		atomic_store(&s->own->loaded, 0);
		dbg("Module '%s' removed\n", s->name);
		return 0;
	}
	err("Couldn't remove module '%s': %s", s->name, strerror(errno));
	return -1;
}
