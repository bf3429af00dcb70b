/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading and unloading, and what happens when nobody looks after the module: if .ctl is not opened within a second of loading, or its
 * last close came without DETACH, all probes stop. That is done by a work item, and if the guard has not unloaded the module a moment
 * later, "staprun -d NAME" is asked to. The work waits until that has been executed: the helper's arguments are this module's memory, and
 * unloading waits for the work. Its path is looked up in init's root, so there is none unless staprun gave one that it knows to be safe
 * there. Without, the module stays, stopped, and says so by its parameter _stp_abandoned, for the next staprun to remove it.
 *
 * Process context. Unloading never fails and leaves nothing: it stops the session itself if nobody has.
 */
#include "core/family.h"
#include "core/memory.h"
#include "transport/transport.h"

#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/umh.h>
#include <linux/workqueue.h>

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("SystemTap-compatible probes");

#define MODULE_OPEN_WITHIN HZ
#define MODULE_REMOVE_AFTER (HZ / 2)

static unsigned int module_bufsize = 4;
module_param_named(_stp_bufsize, module_bufsize, uint, 0);
static char *module_remover = "";
module_param_named(_stp_remover, module_remover, charp, 0);
static unsigned int module_controls; /* what staprun tells of the script to who attaches later (staprun/escape.h) */
module_param_named(_stp_controls, module_controls, uint, 0444);
static bool module_abandoned;
module_param_named(_stp_abandoned, module_abandoned, bool, 0400);

static struct proc_dir_entry *module_directory;
static DEFINE_MUTEX(module_lock);
static bool module_was_opened, module_leaving;

/* ---- nobody there ---- */

static void module_remove(struct work_struct *work)
{
	char *argv[] = { module_remover, "-d", THIS_MODULE->name, NULL };
	char *envp[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/", NULL };

	if (module_remover[0])
		call_usermodehelper(module_remover, argv, envp, UMH_WAIT_EXEC);
}
static DECLARE_DELAYED_WORK(module_remove_work, module_remove);

static void module_stop(struct work_struct *work)
{
	stp_session_stop();
	WRITE_ONCE(module_abandoned, true);
	schedule_delayed_work(&module_remove_work, MODULE_REMOVE_AFTER);
}
static DECLARE_DELAYED_WORK(module_stop_work, module_stop);

/* .ctl was opened */
void stp_opened(void)
{
	mutex_lock(&module_lock);
	if (!module_was_opened)
		cancel_delayed_work(&module_stop_work);
	module_was_opened = true;
	mutex_unlock(&module_lock);
}

/* .ctl was closed by its last opener, who did not detach */
void stp_abandoned(void)
{
	mutex_lock(&module_lock);
	if (!module_leaving)
		schedule_delayed_work(&module_stop_work, 0);
	mutex_unlock(&module_lock);
}

/* ---- load ---- */

static void module_log(void)
{
	printk(KERN_DEBUG "%s (%s): stap: abi %d, memory: %ukb net per CPU, probes: %u\n", THIS_MODULE->name, stp_script.name,
	       STP_ABI_VERSION, stp_traces_mb() << 10, stp_script.nprobes);
}

static int __init module_load(void)
{
	int ret;

	if (stp_script.abi_version != STP_ABI_VERSION)
		return -EINVAL;
	ret = stp_messages_init();
	if (ret)
		return ret;
	module_directory = stp_directory_make();
	ret = PTR_ERR_OR_ZERO(module_directory);
	if (ret)
		goto no_directory;
	ret = stp_traces_init(module_directory, module_bufsize);
	if (!ret)
		ret = stp_ctl_init(module_directory);
	if (ret)
		goto no_files;
	module_log();
	mutex_lock(&module_lock);
	if (!module_was_opened)
		schedule_delayed_work(&module_stop_work, MODULE_OPEN_WITHIN);
	mutex_unlock(&module_lock);
	return 0;

no_files:
	stp_directory_remove(module_directory);
	stp_traces_exit();
no_directory:
	stp_messages_exit();
	return ret;
}

/*
 * Open files hold a reference to the module, so there are none here. The stop comes first: handlers write records and messages.
 */
static void __exit module_unload(void)
{
	mutex_lock(&module_lock);
	module_leaving = true;
	mutex_unlock(&module_lock);
	cancel_delayed_work_sync(&module_stop_work);
	cancel_delayed_work_sync(&module_remove_work);
	stp_session_stop();
	stp_directory_remove(module_directory);
	stp_traces_exit();
	stp_messages_exit();
	stp_session_free();
}

module_init(module_load);
module_exit(module_unload);
