/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ordered list of probe families: the order of runtime/uapi/families.def, which is the order in which they start. */
#include "probe/provider.h"

#define FAMILY(name) extern const struct provider provider_##name;
#include "runtime/uapi/families.def"
#undef FAMILY

const struct provider *const providers[] = {
#define FAMILY(name) &provider_##name,
#include "runtime/uapi/families.def"
#undef FAMILY
	NULL,
};
