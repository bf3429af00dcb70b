/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Aggregates and histograms: what stat.c, init.c and print/hist.c share. */
#ifndef STP_VALUE_STAT_H
#define STP_VALUE_STAT_H

#include "platform.h"

#define STP_HIST_ZERO 64 /* LOG: the bucket of 0 */

/* the bucket's label: its least value, for negative ones of LOG histograms the one nearest to 0. LINEAR: of buckets 1 … */
stp_i64 stp_hist_label(const struct stp_stat_desc *d, stp_u32 bucket);

#endif
