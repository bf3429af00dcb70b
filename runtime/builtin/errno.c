// SPDX-License-Identifier: GPL-2.0-or-later
/* errno_str(): error numbers by name. Contexts: any. */
#include "builtin/builtin.h"

#include "print/print.h"

static const struct errno_row {
	stp_u16 number;
	char name[22];
} errno_rows[] = {
#define ERRNO(number, name) { number, #name },
#include "builtin/errno.def"
#undef ERRNO
};

static const char *errno_name(stp_u64 number)
{
	stp_u32 from = 0, to = STP_COUNT(errno_rows), middle;

	while (from < to) {
		middle = (from + to) / 2;
		if (errno_rows[middle].number == number)
			return errno_rows[middle].name;
		if (errno_rows[middle].number < number)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

/* either sign; 0 has no name, a number that means nothing is E#3333 */
STP_PROBE_CODE void stp_fn_errno_str(struct stp_ctx *c, struct stp_slot *ret, stp_i64 err)
{
	stp_u64 number = err < 0 ? 0 - (stp_u64)err : (stp_u64)err;
	const char *name = errno_name(number);
	struct stp_out o;

	stp_out_string(c, &o, ret);
	if (name) {
		stp_put(&o, name, (stp_u32)strlen(name));
	} else if (number) {
		stp_put(&o, "E#", 2);
		stp_put_num(&o, (stp_i64)number, 'u', 0, 0, 0);
	}
	stp_out_string_end(&o, ret);
}
