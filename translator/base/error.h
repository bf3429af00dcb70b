/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * struct oserr: what types/, kit/ and run/ return. NULL = success. Free with oserr_free(); the static sentinels may be freed too.
 * The caller turns it into a diagnostic, or asks the next finder.
 */
#ifndef STP_BASE_ERROR_H
#define STP_BASE_ERROR_H

struct oserr {
	int code;  /* errno value, 0 if none applies */
	char *msg; /* complete sentence without final stop */
};

extern struct oserr oserr_nomem, oserr_notfound;

#define STP_MUST_CHECK __attribute__((warn_unused_result))

struct oserr *oserr_new(int code, const char *fmt, ...) __attribute__((format(printf, 2, 3), warn_unused_result));
/* "fmt…: strerror(code)" */
struct oserr *oserr_errno(int code, const char *fmt, ...) __attribute__((format(printf, 2, 3), warn_unused_result));
void oserr_free(struct oserr *e);

/* "out of memory", exit 1: what the allocating functions of base/ do */
void stp_die_nomem(void) __attribute__((noreturn));

/* "internal error, please report": only for what user input cannot trigger */
#define BUG_IF(cond, ...) do { if (__builtin_expect(!!(cond), 0)) stp_bug(__FILE__, __LINE__, __VA_ARGS__); } while (0)
void stp_bug(const char *file, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4), noreturn));

#endif
