/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the name on the command line to bytes that may be loaded.
 *
 * MUST rules (staprun.c counts them):
 *  M1  The file is opened with the rights of the real user, must be regular, and is read once. From then on only the copy counts:
 *      its owner may change or replace the file at will.
 *  M2  The copy is a whole ELF object for this processor with our .stap_info, of our ABI, for exactly this build of this kernel.
 *  M3  Every name=value fits a global of the copy before anything is loaded.
 *  M4  A name of a module is ^[a-z0-9_]{1,55}$ before it becomes part of a path or of a system call.
 *  M5  A file that another user owns or may write is refused, unless its contents are named by their SHA-256. Who owns the directories on
 *      the way to it does not matter: he can choose among files, but a file that he wrote is his. So is all that is in a file system that he
 *      supplies (fsowner.h). Who calls sudo asks for his own file.
 *  M6  The name is the one that the kernel will see: there is one section of each kind that tells it, and the module structure holds one
 *      name, filled up with NULs, and nothing else. (Its place in the structure differs from kernel to kernel.)
 */
#include "staprun/module.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "staprun/fsowner.h"
#include "staprun/kallsyms.h"
#include "staprun/kernelfs.h"
#include "staprun/msg.h"
#include "staprun/sha256.h"

#define MODULE_MAX_BYTES (64ul << 20) /* a probe on every function of a large kernel makes 18 MB */
#define MODULE_NOTES_MAX 65536
#define MODULE_SIGNATURE "~Module signature appended~\n"

int module_name_is_good(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return n > 0 && n < STP_NAME_MAX && name[n] == 0;
}

static int ends_in(const char *text, const char *tail)
{
	size_t n = strlen(text), m = strlen(tail);

	return n >= m && !strcmp(text + n - m, tail);
}

void module_find(struct module *m, const char *arg)
{
	struct utsname u;
	int n;

	if (strchr(arg, '/') || (ends_in(arg, ".ko") && access(arg, F_OK) == 0)) {
		n = snprintf(m->path, sizeof(m->path), "%s", arg);
	} else {
		if (uname(&u) < 0)
			die("uname: %s", strerror(errno));
		n = snprintf(m->path, sizeof(m->path), "/lib/modules/%s/systemtap/%s%s", u.release, arg, ends_in(arg, ".ko") ? "" : ".ko");
	}
	if (n < 0 || (size_t)n >= sizeof(m->path))
		die("The path of the module is too long.");
}

static int open_as_user(const char *path) /* M1 */
{
	uid_t euid = geteuid();
	int fd, saved;

	if (seteuid(getuid()) < 0)
		die("Couldn't take the rights of the user: %s", strerror(errno));
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	saved = errno;
	if (seteuid(euid) < 0)
		die("Couldn't return from the rights of the user: %s", strerror(errno));
	errno = saved;
	return fd;
}

void module_read(struct module *m)
{
	int fd = open_as_user(m->path);
	struct stat st;
	size_t len = 0;

	m->supplied = fd < 0 ? -1 : fsowner_stat(fd, &st);
	if (m->supplied < 0)
		die("Couldn't open module '%s': %s", m->path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		die("Couldn't open module '%s': it is not a regular file.", m->path);
	if ((unsigned long long)st.st_size > MODULE_MAX_BYTES)
		die("Couldn't open module '%s': it is larger than %lu MB.", m->path, MODULE_MAX_BYTES >> 20);
	m->image.data = xcalloc((size_t)st.st_size, 1);
	while (len < (size_t)st.st_size) {
		ssize_t n = read(fd, m->image.data + len, (size_t)st.st_size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			die("Couldn't read module '%s': %s", m->path, strerror(errno));
		if (n == 0)
			break; /* it shrank meanwhile: the check will say what is missing */
		len += (size_t)n;
	}
	close(fd);
	m->image.len = len;
	m->owner = st.st_uid;
	m->mode = st.st_mode;
}

void module_check_origin(const struct module *m, uid_t asker, const char *sha256) /* M5 */
{
	int ours = m->owner == 0 || m->owner == getuid() || m->owner == asker;
	char have[SHA256_HEX], who[80] = "others may write it";

	if (!sha256 && ours && !(m->mode & (S_IWGRP | S_IWOTH)))
		return;
	sha256_hex(m->image.data, m->image.len, have);
	if (sha256 && strcmp(sha256, have) == 0)
		return;
	if (sha256)
		die("Module '%s' is not the one that was asked for: its SHA-256 is %s, it should be %s.", m->path, have, sha256);
	if (!ours && m->supplied)
		snprintf(who, sizeof(who), m->owner == FSOWNER_UNKNOWN ? "it is on a file system that a user may supply (FUSE)" :
			 "it is on a file system that user %u supplies (FUSE)", (unsigned)m->owner);
	else if (!ours)
		snprintf(who, sizeof(who), "it belongs to user %u", (unsigned)m->owner);
	die("Module '%s' is not loaded: %s. If you trust what is in it now, say so:\n  staprun -H %s %s", m->path, who, have, m->path);
}

static void section(const struct module *m, const char *name, struct elf_piece *ret) /* M6 */
{
	if (!elf_section(&m->image, name, ret))
		die("Module '%s' is damaged: it should have one section %s.", m->path, name);
}

/* where the structure holds the name, if that is all it holds; its pointers are filled in by relocations. NULL = it is not so */
static unsigned char *name_field(const struct module *m) /* M6 */
{
	struct elf_piece self;
	unsigned char *at;
	size_t i, first, n = strlen(m->name);

	section(m, ".gnu.linkonce.this_module", &self);
	at = memmem(self.p, self.len, m->name, n);
	if (!at)
		return NULL;
	first = (size_t)(at - self.p);
	if (self.len - first < STP_NAME_MAX)
		return NULL;
	for (i = 0; i < self.len; i++)
		if (self.p[i] && (i < first || i >= first + n))
			return NULL;
	return at;
}

static void check_name(struct module *m, const struct elf_piece *modinfo)
{
	const char *name = elf_modinfo(modinfo, "name");

	if (!name || !module_name_is_good(name)) /* M4 */
		die("Module '%s' has no usable name.", m->path);
	strcpy(m->name, name);
	if (!name_field(m))
		die("Module '%s' is damaged: its .modinfo and its module structure name it differently.", m->path);
}

/* the first word of vermagic is the release that modpost saw */
static int vermagic_is(const char *vermagic, const char *release)
{
	size_t n = strlen(release);

	return vermagic && !strncmp(vermagic, release, n) && (vermagic[n] == ' ' || vermagic[n] == 0);
}

static void hex_text(const struct elf_piece *id, char *ret, size_t room)
{
	size_t i;

	for (i = 0; i < id->len && 2 * i + 3 <= room; i++)
		snprintf(ret + 2 * i, 3, "%02x", id->p[i]);
	ret[2 * i] = 0;
}

static void running_build_id(char *ret, size_t room)
{
	static unsigned char notes[MODULE_NOTES_MAX];
	struct elf_piece all = { notes, 0 }, id;
	int fd = kernelfs_open(KERNELFS_SYS, "kernel/notes", O_RDONLY);
	ssize_t n;

	if (fd < 0)
		die("Couldn't open /sys/kernel/notes to compare build-ids: %s", strerror(errno));
	while ((n = read(fd, notes + all.len, sizeof(notes) - all.len)) > 0)
		all.len += (size_t)n;
	close(fd);
	if (!elf_build_id(&all, &id))
		die("The running kernel tells no build-id in /sys/kernel/notes.");
	hex_text(&id, ret, room);
}

static void check_kernel(struct module *m, const struct elf_piece *modinfo) /* M2 */
{
	const char *vermagic = elf_modinfo(modinfo, "vermagic");
	char running[INFO_WORD];
	struct utsname u;

	if (uname(&u) < 0)
		die("uname: %s", strerror(errno));
	if (strcmp(m->info.release, u.release) != 0)
		die("Module '%s' was built for kernel release %s, but %s is running.", m->path, m->info.release, u.release);
	if (!vermagic_is(vermagic, u.release))
		die("Module '%s' has the version magic '%s', which is not for the running kernel %s.", m->path, vermagic ? vermagic : "",
		    u.release);
	if (!*m->info.build_id)
		return; /* built with -DSTP_NO_BUILDID_CHECK */
	running_build_id(running, sizeof(running));
	if (strcmp(m->info.build_id, running) != 0)
		die("Module '%s' was built for another build of kernel %s (build-id %s, running is %s). "
		    "Build it again on this kernel, with stap or stap-prep.",
		    m->path, u.release, m->info.build_id, running);
}

void module_check(struct module *m)
{
	const char *why = elf_check(&m->image, m->image.data, m->image.len);
	struct elf_piece s;

	if (why)
		die("Module '%s' %s.", m->path, why);
	if (!elf_section(&m->image, STP_INFO_SECTION, &s))
		die("Module '%s' was not made by stap (it should have one section %s).", m->path, STP_INFO_SECTION);
	why = info_parse(&m->info, &s);
	if (why)
		die("Module '%s' %s.", m->path, why);
	if (m->info.abi != STP_ABI_VERSION)
		die("Module '%s' needs a staprun of another version (its interface is %u, ours %d).", m->path, m->info.abi, STP_ABI_VERSION);
	if (m->info.bulk)
		die("Module '%s': bulk mode is not supported yet.", m->path);
	section(m, ".modinfo", &s);
	check_name(m, &s);
	check_kernel(m, &s);
}

void module_check_settings(const struct module *m, char **setting) /* M3 */
{
	char text[2048];

	for (; *setting; setting++) {
		const char *why = info_check_setting(&m->info, *setting, text, sizeof(text));

		if (why)
			die("%s", why);
	}
}

/* both places that hold the name */
static void patch_name(struct module *m, const char *name)
{
	size_t n = strlen(m->name);
	struct elf_piece modinfo;

	section(m, ".modinfo", &modinfo);
	memcpy(name_field(m), name, n);
	memcpy((char *)(uintptr_t)elf_modinfo(&modinfo, "name"), name, n);
	memcpy(m->name, name, n);
}

/* NAME → the beginning of NAME, "_", PID: as long as NAME, so that nothing moves */
void module_rename(struct module *m, long pid)
{
	size_t n = strlen(m->name), sig = sizeof(MODULE_SIGNATURE) - 1, tail;
	char name[STP_NAME_MAX], end[24];

	tail = (size_t)snprintf(end, sizeof(end), "_%ld", pid);
	if (n < tail + 1) {
		warn("The name of module '%s' is too short to be made unique; option '-R' is ignored.", m->name);
		return;
	}
	if (m->image.len > sig && !memcmp(m->image.data + m->image.len - sig, MODULE_SIGNATURE, sig)) {
		warn("Module '%s' is signed and cannot be renamed; option '-R' is ignored.", m->name);
		return;
	}
	memcpy(name, m->name, n - tail);
	memcpy(name + n - tail, end, tail + 1);
	patch_name(m, name);
}

void module_find_symbols(struct module *m)
{
	int fd;

	if (m->info.nsymbols == 0)
		return;
	fd = kernelfs_open(KERNELFS_PROC, "kallsyms", O_RDONLY);
	if (fd < 0) {
		dbg("Couldn't open /proc/kallsyms: %s\n", strerror(errno));
		return;
	}
	switch (kallsyms_resolve(&m->info, fd)) {
	case KALLSYMS_OK: m->symbols_known = 1; break;
	case KALLSYMS_HIDDEN: dbg("Addresses of kernel symbols are hidden here; attaching by name.\n"); break;
	case KALLSYMS_FAILED: dbg("Couldn't read /proc/kallsyms: %s\n", strerror(errno)); break;
	}
	close(fd);
}
