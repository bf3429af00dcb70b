/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who runs us, and the surroundings that a privileged process may trust. */
#ifndef STP_STAPRUN_IDENTITY_H
#define STP_STAPRUN_IDENTITY_H

#include <sys/types.h>

struct identity {
	uid_t uid;	 /* real */
	uid_t asker;	 /* who sits there: the user who called sudo staprun, if root did not ask by himself; never a right of his own */
	gid_t gid;
	int secure;	 /* we have rights that our caller has not */
	char **user_env; /* the environment as it came: for programs that run as the user only */
};

/* first thing in main(): descriptors, ids, environment. Afterwards `environ` holds allowed and checked variables only */
void identity_init(struct identity *ret);
/* dies unless the real user may load modules. Until groups and signatures exist, that is root alone */
void identity_must_be_allowed(const struct identity *id);
/* for good, and verified: real, effective and saved ids become the user's */
void identity_drop(const struct identity *id);

#endif
