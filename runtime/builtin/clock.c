// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Clocks: timestamp_gtod.stp, timestamp_monotonic.stp. Contexts: any: the fast variants never wait for a clock that is being set.
 * The local clock is the monotonic one; the scheduler's own, which the name recalls, is not exported everywhere.
 */
#include "builtin/builtin.h"

#include <linux/ktime.h>

STP_PROBE_CODE stp_i64 stp_fn_gettimeofday_ns(struct stp_ctx *c) { return ktime_get_real_fast_ns(); }
STP_PROBE_CODE stp_i64 stp_fn_gettimeofday_us(struct stp_ctx *c) { return ktime_get_real_fast_ns() / 1000; }
STP_PROBE_CODE stp_i64 stp_fn_gettimeofday_ms(struct stp_ctx *c) { return ktime_get_real_fast_ns() / 1000000; }
STP_PROBE_CODE stp_i64 stp_fn_gettimeofday_s(struct stp_ctx *c) { return ktime_get_real_fast_ns() / 1000000000; }
STP_PROBE_CODE stp_i64 stp_fn_local_clock_ns(struct stp_ctx *c) { return ktime_get_mono_fast_ns(); }
STP_PROBE_CODE stp_i64 stp_fn_local_clock_us(struct stp_ctx *c) { return ktime_get_mono_fast_ns() / 1000; }
STP_PROBE_CODE stp_i64 stp_fn_local_clock_ms(struct stp_ctx *c) { return ktime_get_mono_fast_ns() / 1000000; }
STP_PROBE_CODE stp_i64 stp_fn_local_clock_s(struct stp_ctx *c) { return ktime_get_mono_fast_ns() / 1000000000; }
