/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc/systemtap, shared by all our modules, and /proc/systemtap/MODULE. Process context.
 *
 * proc_mkdir() of an existing name is a warning with a backtrace, and so is removing a directory that is not empty. Modules know nothing of
 * each other, so they take turns by a lock that all of them can name and nobody else takes: the one that serialises the idle task's execve().
 * (An inode of /proc would not do: there is one for each mount, and two loaders may see two mounts.) Where the caller has no /proc, or one
 * that shows processes only, nothing is made.
 */
#include "transport/transport.h"
#include "compat/compat.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/stat.h>

#define DIRECTORY_TOP "/proc/" STP_PROC_DIR

static bool directory_exists(void)
{
	struct path path;

	if (kern_path(DIRECTORY_TOP, LOOKUP_DIRECTORY, &path))
		return false;
	path_put(&path);
	return true;
}

static bool directory_is_empty(void)
{
	struct kstat st;
	struct path path;
	int ret;

	if (kern_path(DIRECTORY_TOP, LOOKUP_DIRECTORY, &path))
		return false;
	ret = vfs_getattr(&path, &st, STATX_NLINK, AT_STATX_SYNC_AS_STAT);
	path_put(&path);
	return ret == 0 && st.nlink == 2;
}

/* 0, or -errno: what is there cannot be seen from here */
static int directory_lock(void)
{
	struct path path;
	int err = kern_path("/proc/modules", 0, &path);

	if (err)
		return err;
	path_put(&path);
	mutex_lock(&init_task.signal->cred_guard_mutex);
	return 0;
}

static void directory_unlock(void)
{
	mutex_unlock(&init_task.signal->cred_guard_mutex);
}

static void directory_name(char *buf, size_t size)
{
	snprintf(buf, size, STP_PROC_DIR "/%s", THIS_MODULE->name);
}

struct proc_dir_entry *stp_directory_make(void)
{
	char name[sizeof(STP_PROC_DIR) + MODULE_NAME_LEN + 1];
	struct proc_dir_entry *dir = NULL;
	int err = directory_lock();

	if (err)
		return ERR_PTR(err);
	directory_name(name, sizeof(name));
	if (directory_exists() || proc_mkdir(STP_PROC_DIR, NULL))
		dir = proc_mkdir_mode(name, 0555, NULL);
	directory_unlock();
	if (!dir)
		return ERR_PTR(-ENOMEM);
	proc_set_user(dir, current_uid(), current_gid());
	return dir;
}

void stp_directory_remove(struct proc_dir_entry *dir)
{
	int err = directory_lock();

	proc_remove(dir);
	if (err)
		return;
	if (directory_is_empty())
		remove_proc_entry(STP_PROC_DIR, NULL);
	directory_unlock();
}

/* Root of a container, and a service that has been stripped of all capabilities, are uid 0 too: by the mode alone they could read root's files. */
bool stp_proc_admits(const struct inode *inode)
{
	return !uid_eq(inode->i_uid, GLOBAL_ROOT_UID) || capable(CAP_SYS_MODULE);
}
