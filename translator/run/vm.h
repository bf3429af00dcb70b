/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A throw-away machine: boots a kernel in QEMU over this host's programs, runs one command there as root, gives back its output and status.
 * The guest is not trusted: nothing of the host is writable for it; what it needs comes in an initrd, what it says goes out by virtio-serial.
 */
#ifndef STP_RUN_VM_H
#define STP_RUN_VM_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct vm_kernel { /* a kernel that can be booted; texts are the arena's */
	const char *release;
	const char *image;   /* vmlinuz */
	const char *modules; /* …/lib/modules/RELEASE */
};

struct vm_file { /* carried in the initrd to /vm/NAME */
	const char *name, *path;
	const char *text; /* instead of a path */
	unsigned mode;
};

#define VM_OUTPUT "/vm/output" /* in the guest: the way to vm_spec.output */

struct vm_spec {
	struct vm_kernel kernel;
	const char *command;	  /* for sh -c, in the directory cwd */
	const char *cwd;	  /* exported read-only at the same path, and where the command starts; NULL = none. Not if bare */
	const struct vm_file *files;
	size_t nfiles;
	bool bare;		  /* nothing of the host: the files, a busybox and its shell */
	int output;		  /* takes what is written into VM_OUTPUT there; -1 = nobody does */
	const char *output_name;
	bool icount;		  /* one CPU, guest time counts instructions, no KASLR, no mitigations: benches */
	unsigned cpus, memory_mb;
	unsigned controls;	  /* which control characters of what it says a terminal gets: staprun/escape.h */
	bool colours;		  /* in its messages: asked for */
	const char *work_dir;	  /* private, for the initrd */
};

/*
 * want: a release, the beginning of one ("6.1"), or "" for the running kernel, else the newest prepared one. Looks in /lib/modules and where
 * stap-prep unpacks (data_dir/kernels and the system's).
 */
struct oserr *vm_find_kernel(struct arena *a, const char *data_dir, const char *want, struct vm_kernel *ret) STP_MUST_CHECK;
/*
 * *ret_status: the command's exit status. Fails if there is no QEMU, the guest died before the command's end (with the console's last words), or
 * not all of its output could be written
 */
struct oserr *vm_run(struct arena *a, const struct vm_spec *spec, int *ret_status) STP_MUST_CHECK;

/* inside: the initrd (newc cpio) and the guest's init */
struct oserr *vm_initrd(struct arena *a, const struct vm_spec *spec, struct buf *out) STP_MUST_CHECK;
extern const char vm_guest_init[], vm_guest_run[];
/* a user's and group's number that nobody has; from the start-th on, of those that are asked, by processes as in /proc */
#define VM_USER_FIRST 61184u
#define VM_USER_LAST 65519u
struct oserr *vm_user(unsigned *ret) STP_MUST_CHECK;
struct oserr *vm_user_from(const char *proc, unsigned start, unsigned *ret) STP_MUST_CHECK;

#endif
