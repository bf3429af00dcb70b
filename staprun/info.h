/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a module made by stap says about itself, in its section .stap_info (uapi/ctl.h). */
#ifndef STP_STAPRUN_INFO_H
#define STP_STAPRUN_INFO_H

#include <stddef.h>

#include "staprun/elf.h"

#define INFO_WORD 256 /* longest word of a line, with its NUL */

enum info_type { INFO_LONG, INFO_STRING };

struct info_global {
	char *name;
	enum info_type type;
	size_t max; /* string: bytes with the NUL */
	int of_library; /* the tapset's: not among those that are told */
};

struct info_symbol { /* addresses wanted */
	unsigned request;
	char *module; /* "" = the kernel itself */
	char *name;
	unsigned long long *addr; /* filled by kallsyms.c */
	size_t naddr;
	int shared; /* addr belongs to another request for the same symbol */
};

struct info {
	unsigned abi;
	int bulk;
	unsigned controls; /* escape.h */
	char release[INFO_WORD];
	char build_id[INFO_WORD]; /* lower-case hex, "" = none recorded */
	struct info_global *globals;
	size_t nglobals;
	struct info_symbol *symbols;
	size_t nsymbols;
};

/* NULL, or what is wrong (completes a sentence). Unknown keys are for others */
const char *info_parse(struct info *ret, const struct elf_piece *section);
void info_free(struct info *i);

/* the setting "name=value" against the list: NULL = good, else a whole message in `text` */
const char *info_check_setting(const struct info *i, const char *setting, char *text, size_t room);

#endif
