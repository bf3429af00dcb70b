/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A probe family, seen by core. To add one see translator/probe/provider.h. Core reaches families through stp_script.families only, so
 * that a module holds just those that its script uses. All functions run in process context under the session's mutex and may sleep;
 * those that a family does not need are NULL. Order: init, (begin probes), arm … disarm, (end probes), report, exit; arm to exit is
 * called in table order, disarm to exit in reverse.
 */
#ifndef STP_CORE_FAMILY_H
#define STP_CORE_FAMILY_H

#include "core/context.h"
#include "value/value.h"

struct stp_family {
	const char *name;
	int (*init)(const struct stp_family_use *u); /* memory; 0 or -errno, having said why */
	/* attaches all. 0, or -errno with nothing left attached: -EINTR if stp_goes_on() said so, else having said why */
	int (*arm)(const struct stp_family_use *u);
	/* while armed: attaches and detaches by stp_wanted(). 0, or -errno having said so, once: it will be asked again */
	int (*rearm)(const struct stp_family_use *u);
	void (*disarm)(const struct stp_family_use *u); /* detaches; returns when no handler can run any more */
	void (*phase)(const struct stp_family_use *u, int kind); /* runs the probes of that enum stp_begin_kind */
	void (*report)(const struct stp_family_use *u); /* after disarm: what the kernel dropped, by stp_missed() and as warnings */
	void (*exit)(const struct stp_family_use *u);
};

/* is it to be attached? No, while its condition does not hold */
static inline bool stp_wanted(const struct stp_probe *p)
{
	return !p->condition || stp_script.conditions[p->condition - 1].armed;
}

/* asked between sites that are attached: lets others run; false = the session is to end, attach no more */
bool stp_goes_on(void);

/* n hits of this probe that the kernel swallowed before they reached us */
void stp_missed(const struct stp_probe *p, stp_u64 n);

#endif
