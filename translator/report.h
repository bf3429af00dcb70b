/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stap says on standard error, but for the run itself: the records of the diagnostics sink and errors of the system, as text or, with
 * --diagnostics=json, as one JSON object a line; the catalogue of --semantic-keep-going.
 */
#ifndef STP_REPORT_H
#define STP_REPORT_H

struct session;

void report_flush(struct session *s);  /* what the sink holds and was not shown yet */
void report_finish(struct session *s); /* … and how much was left out as similar */
void report_error(struct session *s, const char *msg);
/* of what the sink holds that which is not supported yet, once each; the rest stays unsaid */
void report_not_yet(struct session *s);
/* "Pass N: … failed." and the like: for people only */
void report_trailer(struct session *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* every semantic error so far, a line each: --semantic-keep-going */
void report_catalogue(struct session *s);

#endif
