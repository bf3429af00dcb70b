/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the families share: taking a point apart and making the resolved one. Only for probe/. */
#ifndef STP_PROBE_POINT_H
#define STP_PROBE_POINT_H

#include "probe/provider.h"

/* component by name; NULL if the point has none */
const struct point_comp *point_find(const struct probe_point *pt, const char *name);
int64_t point_number(const struct point_comp *c);
const char *point_string(struct arena *a, const struct point_comp *c); /* decoded; up to a NUL */

/* a copy without ? ! and condition, whose components may be changed */
struct probe_point *point_copy(struct arena *a, const struct probe_point *pt);
/* replaces the string argument of component NAME */
void point_set_string(struct arena *a, struct probe_point *pt, const char *name, const char *value);

/* a probe at the resolved point; pp is its text */
struct derived_probe *point_probe(struct arena *a, const struct provider *pr, const struct probe_point *resolved);

/* false, after a message, if nothing is known of the target kernel */
bool point_has_target(struct resolve_ctx *rc);
bool point_is_pattern(const char *s); /* * ? [ */

#endif
