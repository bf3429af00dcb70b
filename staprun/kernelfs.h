/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of the kernel, below /proc and /sys, also where these are not mounted: then a private instance is used that appears
 * nowhere in the file tree and ends with the process.
 */
#ifndef STP_STAPRUN_KERNELFS_H
#define STP_STAPRUN_KERNELFS_H

enum kernelfs { KERNELFS_PROC, KERNELFS_SYS };

/* from now on all that we fork use the same instances: a control file is open through one of them only */
void kernelfs_hold(void);
/* path is relative to /proc or /sys. -1 and errno. O_CLOEXEC is added */
int kernelfs_open(enum kernelfs fs, const char *path, int flags);
/* how many lines of a text of at most 64 KiB end with `end`; 0 if it cannot be read */
unsigned kernelfs_count(enum kernelfs fs, const char *path, const char *end);
/* the directory systemtap/NAME of a loaded module below /proc; -1 and errno */
int kernelfs_module_dir(const char *name);
/* there is a module of that name, loaded or built in, or it has a directory of ours */
int kernelfs_module_exists(const char *name);
/* a descriptor for reading a parameter of a loaded module; -1 and errno */
int kernelfs_parameter(const char *module, const char *name);
/* what a link says, NUL-terminated; its length, or -1 */
int kernelfs_readlink(enum kernelfs fs, const char *path, char *ret, unsigned room);
/* the module looks for its directory by path: where /proc is not mounted, it is for the calling process from now on. 0, or -1 and errno */
int kernelfs_mount_proc(void);

#endif
