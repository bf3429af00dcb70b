// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs a script's generated C as an ordinary program: linked by testsuite/hostrun with that C, hostcore and the neutral runtime.
 *   [-f ROUNDS] [NAME=VALUE]…      ROUNDS: how often probes other than begin, end and error are hit, in changing contexts (default 0)
 * Exit status: 0, 1 = the script raised an error or could not start, 2 = wrong arguments, 70 = generated code broke a rule.
 */
#define _GNU_SOURCE 1
#include "hostcore.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int set_global(char *arg)
{
	char *value = strchr(arg, '=');

	if (!value)
		return -1;
	*value++ = 0;
	return host_set_global(arg, value);
}

int main(int argc, char **argv)
{
	unsigned int fires = 0;
	int opt, status;

	while ((opt = getopt(argc, argv, "f:")) != -1) {
		if (opt != 'f')
			return 2;
		fires = (unsigned int)strtoul(optarg, NULL, 0);
	}
	for (; optind < argc; optind++)
		if (set_global(argv[optind])) {
			fprintf(stderr, "ERROR: no global variable of that name and value: %s\n", argv[optind]);
			return 2;
		}
	host_init();
	status = host_session(fires);
	host_exit();
	return status;
}
