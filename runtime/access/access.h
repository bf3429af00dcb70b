/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory and registers: abi.h and platform.h declare what others call. */
#ifndef STP_ACCESS_H
#define STP_ACCESS_H

#include "core/context.h"

#endif
