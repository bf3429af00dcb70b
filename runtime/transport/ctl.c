/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc/systemtap/MODULE/.ctl: messages in and out, as uapi/ctl.h describes them. Process context.
 *
 * Who may send what is a column of ctl.def: root's messages are taken only on a descriptor that was opened with CAP_SYS_MODULE, and only
 * until SEALED. Until then the owner does not get in at all: he could take the guard's lock, or START before root has said all. Where the owner
 * is root, nobody else does later: see stp_proc_admits(). Those who have it open at one time came through one mount of /proc: each mount has
 * inodes of its own, and the guard's lock would be none between them. Messages
 * before START take turns; those that begin and end the session may take long and do so in session.c, so that .ctl can be opened, closed
 * and asked meanwhile. Nothing that comes in is used as an address to call.
 * An open file holds a reference to the module: a process asleep in poll() stands on our wait queue.
 */
#include "transport/transport.h"
#include "compat/compat.h"

#include <linux/capability.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

struct ctl_file {
	bool root;
};

static DEFINE_MUTEX(ctl_lock); /* not held over START, EXIT and GET_COUNTS */
static stp_u32 ctl_openers;
static const struct super_block *ctl_mount; /* theirs; only compared */
static bool ctl_detached, ctl_sealed;

/* ---- who and when ---- */

enum ctl_from { ctl_user, ctl_module };
enum ctl_who { ctl_root, ctl_owner, ctl_any };
enum ctl_when { ctl_before, ctl_running, ctl_always };

static const struct ctl_rule {
	stp_u32 type;
	enum ctl_from from;
	enum ctl_who who;
	enum ctl_when when;
} ctl_rules[] = {
#define CTL(name, value, from, who, when) { value, ctl_##from, ctl_##who, ctl_##when },
#include "uapi/ctl.def"
#undef CTL
};

static int ctl_admit(stp_u32 type, const struct ctl_file *f)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ctl_rules) && ctl_rules[i].type != type; i++)
		;
	if (i == ARRAY_SIZE(ctl_rules) || ctl_rules[i].from != ctl_user)
		return -EINVAL;
	if (ctl_rules[i].who == ctl_root && (!f->root || ctl_sealed))
		return -EPERM;
	if (type == STP_START && !ctl_sealed)
		return -EPERM;
	if (ctl_rules[i].when == ctl_before && READ_ONCE(stp_session.state) != STP_LOADED)
		return -EBUSY;
	return 0;
}

/* ---- messages from user space; body has len bytes, and a NUL behind them ---- */

static int ctl_counts(void)
{
	struct stp_msg_counts counts;

	stp_session_counts(&counts);
	stp_message_counts(&counts);
	return 0;
}

static int ctl_start(const struct stp_msg_start *m, stp_u32 len)
{
	int ret;

	if (len != sizeof(*m))
		return -EINVAL;
	ret = stp_session_start(m);
	return ret == -EBUSY ? ret : 0; /* else STARTED tells */
}

static int ctl_timezone(struct stp_msg_tz *m, stp_u32 len)
{
	if (len != sizeof(*m))
		return -EINVAL;
	m->name[sizeof(m->name) - 1] = 0;
	stp_session.tz = *m;
	return 0;
}

static int ctl_detach(const struct stp_msg_detach *m, stp_u32 len)
{
	if (len != sizeof(*m))
		return -EINVAL;
	ctl_detached = m->on;
	return 0;
}

static int ctl_exit(void)
{
	stp_session_stop();
	return ctl_counts();
}

/* what session.c does, which has locks of its own */
static int ctl_take_session(stp_u32 type, void *body, stp_u32 len)
{
	switch (type) {
	case STP_START:
		return ctl_start(body, len);
	case STP_EXIT:
		return ctl_exit();
	default:
		return ctl_counts();
	}
}

/* ctl_lock is held */
static int ctl_take(stp_u32 type, void *body, stp_u32 len) /* long: dispatch */
{
	switch (type) {
	case STP_DETACH:
		return ctl_detach(body, len);
	case STP_GLOBAL:
		return stp_session_set(body, len);
	case STP_ADDRESS:
		return stp_session_address(body, len);
	case STP_TZ:
		return ctl_timezone(body, len);
	case STP_SEALED:
		WRITE_ONCE(ctl_sealed, true);
		return 0;
	}
	return -EINVAL;
}

static int ctl_handle(struct stp_msg *m, const struct ctl_file *f)
{
	bool session = m->type == STP_START || m->type == STP_EXIT || m->type == STP_GET_COUNTS;
	int ret;

	mutex_lock(&ctl_lock);
	ret = ctl_admit(m->type, f);
	if (!ret && !session)
		ret = ctl_take(m->type, m + 1, m->len);
	mutex_unlock(&ctl_lock);
	return !ret && session ? ctl_take_session(m->type, m + 1, m->len) : ret;
}

static ssize_t ctl_write(struct file *file, const char __user *from, size_t n, loff_t *pos)
{
	struct stp_msg *m;
	int ret;

	if (n < sizeof(*m) || n > STP_CTL_MAX)
		return -EINVAL;
	m = memdup_user_nul(from, n);
	if (IS_ERR(m))
		return PTR_ERR(m);
	ret = m->len == n - sizeof(*m) ? ctl_handle(m, file->private_data) : -EINVAL;
	kfree(m);
	return ret ? ret : n;
}

/* ---- the file ---- */

static int ctl_enter(const struct super_block *mount)
{
	int ret = 0;

	mutex_lock(&ctl_lock);
	if (ctl_openers && ctl_mount != mount)
		ret = -EBUSY;
	else
		ctl_openers++;
	if (!ret)
		ctl_mount = mount;
	mutex_unlock(&ctl_lock);
	return ret;
}

static int ctl_open(struct inode *inode, struct file *file)
{
	bool root = capable(CAP_SYS_MODULE);
	struct ctl_file *f;
	int err;

	if (!root && (!READ_ONCE(ctl_sealed) || !stp_proc_admits(inode)))
		return -EPERM;
	if (!try_module_get(THIS_MODULE))
		return -ENODEV;
	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f) {
		module_put(THIS_MODULE);
		return -ENOMEM;
	}
	f->root = root;
	file->private_data = f;
	err = ctl_enter(inode->i_sb);
	if (err) {
		kfree(f);
		module_put(THIS_MODULE);
		return err;
	}
	stp_opened();
	return nonseekable_open(inode, file);
}

static int ctl_release(struct inode *inode, struct file *file)
{
	bool abandoned;

	mutex_lock(&ctl_lock);
	abandoned = --ctl_openers == 0 && !ctl_detached;
	mutex_unlock(&ctl_lock);
	if (abandoned)
		stp_abandoned();
	kfree(file->private_data);
	module_put(THIS_MODULE);
	return 0;
}

static ssize_t ctl_read(struct file *file, char __user *to, size_t n, loff_t *pos)
{
	ssize_t ret;

	for (;;) {
		ret = stp_messages_read(to, n);
		if (ret != -EAGAIN || (file->f_flags & O_NONBLOCK))
			return ret;
		ret = stp_messages_wait();
		if (ret)
			return ret;
	}
}

static __poll_t ctl_poll(struct file *file, struct poll_table_struct *wait)
{
	__poll_t mask = EPOLLOUT | EPOLLWRNORM;

	poll_wait(file, &stp_ctl_wait, wait);
	if (stp_messages_pending())
		mask |= EPOLLIN | EPOLLRDNORM;
	if (stp_traces_announced())
		mask |= EPOLLPRI;
	return mask;
}

static const struct proc_ops ctl_ops = {
	.proc_open = ctl_open,
	.proc_read = ctl_read,
	.proc_write = ctl_write,
	.proc_poll = ctl_poll,
	.proc_release = ctl_release,
	.proc_lseek = stp_proc_no_llseek,
};

int stp_ctl_init(struct proc_dir_entry *dir)
{
	struct proc_dir_entry *file = proc_create_data(STP_CTL_NAME, 0600, dir, &ctl_ops, NULL);

	if (!file)
		return -ENOMEM;
	proc_set_user(file, current_uid(), current_gid());
	return 0;
}
