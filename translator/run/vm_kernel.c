// SPDX-License-Identifier: GPL-2.0-or-later
/* Which kernels can be booted here: installed ones (/lib/modules, /boot), and those that stap-prep has unpacked. Newest = strverscmp. */
#include "run/vm.h"

#include "base/arena.h"
#include "base/fs.h"
#include "base/text.h"
#include "base/trust.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

struct search {
	struct arena *a;
	const char *want;
	struct vm_kernel *best;
	const char *refused; /* why an unpacked kernel was passed over */
};

/* release REL of a root (/ or …/kernels/REL): complete if image and modules are there */
static bool complete(struct arena *a, const char *root, const char *rel, struct vm_kernel *ret)
{
	const char *images[] = {
		arena_printf(a, "%s/boot/vmlinuz-%s", root, rel),
		arena_printf(a, "%s/lib/modules/%s/vmlinuz", root, rel),
		arena_printf(a, "%s/usr/lib/modules/%s/vmlinuz", root, rel),
	};
	const char *modules = arena_printf(a, "%s/lib/modules/%s", root, rel);

	if (!fs_exists(arena_printf(a, "%s/modules.dep", modules)))
		modules = arena_printf(a, "%s/usr/lib/modules/%s", root, rel);
	if (!fs_exists(arena_printf(a, "%s/modules.dep", modules)))
		return false;
	for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++)
		if (fs_exists(images[i])) {
			*ret = (struct vm_kernel){ arena_strdup(a, rel), images[i], modules };
			return true;
		}
	return false;
}

/* "6.1" fits 6.1.0-56 and not 6.12 */
static bool fits(const char *rel, const char *want)
{
	size_t n = strlen(want);

	return n == 0 || (strncmp(rel, want, n) == 0 && (rel[n] == '\0' || strchr(".-+_~", rel[n])));
}

/* a link among them may lead anywhere */
static struct oserr *refuse(struct arena *a, const struct vm_kernel *k)
{
	struct oserr *err = fs_trusted(k->image, geteuid());

	if (!err)
		err = fs_trusted(k->modules, geteuid());
	return err ? err : fs_trusted(arena_printf(a, "%s/modules.dep", k->modules), geteuid());
}

static void consider(struct search *s, const char *root, const char *rel)
{
	struct oserr *err;
	struct vm_kernel k;

	if (!fits(rel, s->want) || (s->best->release && strverscmp(rel, s->best->release) <= 0))
		return;
	if (!complete(s->a, root, rel, &k))
		return;
	err = *root ? fs_trusted(root, geteuid()) : NULL;
	if (!err)
		err = refuse(s->a, &k);
	if (!err)
		*s->best = k;
	else
		s->refused = arena_strdup(s->a, err->msg);
	oserr_free(err);
}

static void consider_dir(struct search *s, const char *dir, bool unpacked)
{
	char **names;
	size_t n;
	struct oserr *err = fs_list(dir, NULL, &names, &n);

	if (err) {
		oserr_free(err);
		return;
	}
	for (size_t i = 0; i < n; i++)
		consider(s, unpacked ? arena_printf(s->a, "%s/%s", dir, names[i]) : "", names[i]);
	fs_list_free(names);
}

struct oserr *vm_find_kernel(struct arena *a, const char *data_dir, const char *want, struct vm_kernel *ret)
{
	struct vm_kernel best = { 0 };
	struct search s = { .a = a, .want = want, .best = &best };
	struct utsname u;

	uname(&u);
	if (!*want)
		consider(&s, "", u.release);
	if (best.release) {
		*ret = best;
		return NULL;
	}
	consider_dir(&s, arena_printf(a, "%s/kernels", data_dir), true);
	consider_dir(&s, "/var/lib/systemtap/kernels", true);
	consider_dir(&s, "/lib/modules", false);
	if (!best.release && s.refused)
		return oserr_new(EPERM, "the kernel%s%s that is here is not booted: %s", *want ? " " : "", want, s.refused);
	if (!best.release)
		return oserr_new(0, "no kernel%s%s to boot here; stap-prep%s%s fetches one", *want ? " " : "", want, *want ? " " : "", want);
	*ret = best;
	return NULL;
}
