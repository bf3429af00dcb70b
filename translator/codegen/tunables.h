/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of runtime/uapi/tunables.def in force for one script. */
#ifndef STP_CODEGEN_TUNABLES_H
#define STP_CODEGEN_TUNABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct session;

enum tunable {
#define TUNABLE(name, field, def, least, greatest) TUN_##name,
#include "runtime/uapi/tunables.def"
#undef TUNABLE
	TUN_COUNT
};

struct tunables {
	int64_t value[TUN_COUNT];
	bool given[TUN_COUNT]; /* by -D */
};

/* defaults, then -D and the options that imply one; false: a value is not a number or out of range (reported) */
bool tunables_read(struct session *s, struct tunables *ret);
/* of row i of runtime/uapi/switches.def: its flag, "" if -D does not switch it on, NULL beyond the last row */
const char *switch_flag(const struct session *s, size_t i);
bool switch_is_on(const struct session *s, const char *name);
/* the initialiser of struct stp_tunables, one field a line */
void tunables_print(const struct tunables *t, unsigned depth, struct buf *out);

#endif
