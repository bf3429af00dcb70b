/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions behind tapset functions marked builtin (see the end of abi.h). All run in any context: no locks, no sleeping, bounded.
 * `ret` is a fresh slot that overlaps no argument; an argument's text stays as it is during the call. What fails raises a soft error
 * without a place, which generated code adds.
 *
 * Files that see kernel headers (context.c clock.c session.c symbols.c) have stand-ins for user space in testsuite/unit/hostbuiltin.c.
 */
#ifndef STP_BUILTIN_BUILTIN_H
#define STP_BUILTIN_BUILTIN_H

#include "platform.h"

/* string.c */
stp_i64 stp_fn_strlen(struct stp_ctx *c, struct stp_str s);
stp_i64 stp_fn_stringat(struct stp_ctx *c, struct stp_str s, stp_i64 at);
stp_i64 stp_fn_strpos(struct stp_ctx *c, struct stp_str s, struct stp_str part);
stp_i64 stp_fn_isinstr(struct stp_ctx *c, struct stp_str s, struct stp_str part);
stp_i64 stp_fn_isdigit(struct stp_ctx *c, struct stp_str s);
stp_i64 stp_fn_strtol(struct stp_ctx *c, struct stp_str s, stp_i64 base);
void stp_fn_substr(struct stp_ctx *c, struct stp_slot *ret, struct stp_str s, stp_i64 start, stp_i64 length);
void stp_fn_str_replace(struct stp_ctx *c, struct stp_slot *ret, struct stp_str s, struct stp_str from, struct stp_str to);
void stp_fn_tokenize(struct stp_ctx *c, struct stp_slot *ret, struct stp_str s, struct stp_str delims);

/* regex.c */
void stp_fn_matched(struct stp_ctx *c, struct stp_slot *ret, stp_i64 n);
stp_i64 stp_fn_ngroups(struct stp_ctx *c);

/* quote.c */
void stp_fn_text_strn(struct stp_ctx *c, struct stp_slot *ret, struct stp_str s, stp_i64 length, stp_i64 quoted);

/* conversions.c: user = 0 kernel, 1 user memory */
void stp_fn_kernel_string(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr);
void stp_fn_kernel_string_or(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, struct stp_str other);
void stp_fn_kernel_string_n(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, stp_i64 n);
void stp_fn_kernel_string_quoted(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr);
void stp_fn_kernel_or_user_string_quoted(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr);
void stp_fn_kernel_buffer_quoted(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, stp_i64 inlen, stp_i64 outlen);
void stp_fn_user_string(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr);
void stp_fn_user_string_or(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, struct stp_str other);
void stp_fn_user_string_n(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, stp_i64 n);
void stp_fn_user_string_n_or(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, stp_i64 n, struct stp_str other);
void stp_fn_user_string_warn(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, struct stp_str other);
void stp_fn_user_string_n_warn(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, stp_i64 n, struct stp_str other);
void stp_fn_user_string_n_quoted(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, stp_i64 inlen, stp_i64 outlen);
void stp_fn_user_buffer_quoted(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, stp_i64 inlen, stp_i64 outlen);
void stp_fn_string_utf(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, stp_i64 bytes, stp_i64 user);
stp_i64 stp_fn_kernel_number(struct stp_ctx *c, stp_i64 addr, stp_i64 size);
stp_i64 stp_fn_user_number(struct stp_ctx *c, stp_i64 addr, stp_i64 size);
stp_i64 stp_fn_user_number_error(struct stp_ctx *c, stp_i64 addr, stp_i64 size, struct stp_str type);
stp_i64 stp_fn_user_number_warn(struct stp_ctx *c, stp_i64 addr, stp_i64 size, struct stp_str type);

/* output.c */
void stp_fn_log(struct stp_ctx *c, struct stp_str msg);
void stp_fn_warn(struct stp_ctx *c, struct stp_str msg);
void stp_fn_error(struct stp_ctx *c, struct stp_str msg);
void stp_fn_exit(struct stp_ctx *c);
void stp_fn_abort(struct stp_ctx *c);

/* probe.c */
void stp_fn_pp(struct stp_ctx *c, struct stp_slot *ret);
void stp_fn_pn(struct stp_ctx *c, struct stp_slot *ret);
void stp_fn_ppfunc(struct stp_ctx *c, struct stp_slot *ret);
stp_i64 stp_fn_returnval(struct stp_ctx *c);
stp_i64 stp_fn_int_arg(struct stp_ctx *c, stp_i64 n);
stp_i64 stp_fn_uint_arg(struct stp_ctx *c, stp_i64 n);
stp_i64 stp_fn_ulong_arg(struct stp_ctx *c, stp_i64 n);

/* ctime.c, errno.c */
void stp_fn_ctime(struct stp_ctx *c, struct stp_slot *ret, stp_i64 seconds);
void stp_fn_errno_str(struct stp_ctx *c, struct stp_slot *ret, stp_i64 err);

/* inet.c */
stp_i64 stp_fn_bswap16(struct stp_ctx *c, stp_i64 v);
stp_i64 stp_fn_bswap32(struct stp_ctx *c, stp_i64 v);
stp_i64 stp_fn_bswap64(struct stp_ctx *c, stp_i64 v);
void stp_fn_ip_ntop(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr);
void stp_fn_ip6_ntop(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr);

/* context.c: of the task that is running */
void stp_fn_execname(struct stp_ctx *c, struct stp_slot *ret);
stp_i64 stp_fn_pid(struct stp_ctx *c);
stp_i64 stp_fn_tid(struct stp_ctx *c);
stp_i64 stp_fn_ppid(struct stp_ctx *c);
stp_i64 stp_fn_pgrp(struct stp_ctx *c);
stp_i64 stp_fn_sid(struct stp_ctx *c);
stp_i64 stp_fn_uid(struct stp_ctx *c);
stp_i64 stp_fn_euid(struct stp_ctx *c);
stp_i64 stp_fn_gid(struct stp_ctx *c);
stp_i64 stp_fn_egid(struct stp_ctx *c);
stp_i64 stp_fn_cpu(struct stp_ctx *c);
stp_i64 stp_fn_task_current(struct stp_ctx *c);

/* clock.c */
stp_i64 stp_fn_gettimeofday_ns(struct stp_ctx *c);
stp_i64 stp_fn_gettimeofday_us(struct stp_ctx *c);
stp_i64 stp_fn_gettimeofday_ms(struct stp_ctx *c);
stp_i64 stp_fn_gettimeofday_s(struct stp_ctx *c);
stp_i64 stp_fn_local_clock_ns(struct stp_ctx *c);
stp_i64 stp_fn_local_clock_us(struct stp_ctx *c);
stp_i64 stp_fn_local_clock_ms(struct stp_ctx *c);
stp_i64 stp_fn_local_clock_s(struct stp_ctx *c);

/* session.c */
stp_i64 stp_fn_target(struct stp_ctx *c);
stp_i64 stp_fn_tz_gmtoff(struct stp_ctx *c);
void stp_fn_tz_name(struct stp_ctx *c, struct stp_slot *ret);

/* symbols.c */
void stp_fn_symname(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr);
void stp_fn_symdata(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr);
void stp_fn_probefunc(struct stp_ctx *c, struct stp_slot *ret);

#endif
