/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc/systemtap, shared by all our modules, and /proc/systemtap/MODULE. Process context.
 *
 * proc_mkdir() of an existing name is a warning with a backtrace, and so is removing a directory that is not empty. Modules know nothing of
 * each other, so they take turns by a lock that all of them can name: the inode of /proc/modules, which nobody else locks.
 */
#include "transport/transport.h"
#include "compat/compat.h"

#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/namei.h>
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

static int directory_lock(struct path *ret)
{
	int err = kern_path("/proc/modules", 0, ret);

	if (err)
		return err;
	inode_lock(d_inode(ret->dentry));
	return 0;
}

static void directory_unlock(struct path *lock)
{
	inode_unlock(d_inode(lock->dentry));
	path_put(lock);
}

static void directory_name(char *buf, size_t size)
{
	snprintf(buf, size, STP_PROC_DIR "/%s", THIS_MODULE->name);
}

struct proc_dir_entry *stp_directory_make(void)
{
	char name[sizeof(STP_PROC_DIR) + MODULE_NAME_LEN + 1];
	struct proc_dir_entry *dir = NULL;
	struct path lock;
	int err = directory_lock(&lock);

	if (err)
		return ERR_PTR(err);
	directory_name(name, sizeof(name));
	if (directory_exists() || proc_mkdir(STP_PROC_DIR, NULL))
		dir = proc_mkdir_mode(name, 0555, NULL);
	directory_unlock(&lock);
	if (!dir)
		return ERR_PTR(-ENOMEM);
	proc_set_user(dir, current_uid(), current_gid());
	return dir;
}

void stp_directory_remove(struct proc_dir_entry *dir)
{
	struct path lock;
	int err = directory_lock(&lock);

	proc_remove(dir);
	if (err)
		return;
	if (directory_is_empty())
		remove_proc_entry(STP_PROC_DIR, NULL);
	directory_unlock(&lock);
}
