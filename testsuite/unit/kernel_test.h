/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests of runtime/core and runtime/transport in user space, over kernel.h. */
#ifndef STP_TEST_KERNEL_TEST_H
#define STP_TEST_KERNEL_TEST_H

#include "testsuite/unit/kernel.h"

#include "core/context.h"
#include "transport/transport.h"

#include "testsuite/unit/tap.h"

void kernel_init(void); /* first of all */
struct stp_context *kernel_context(int cpu, int level); /* made when it is first asked for */

#endif
