/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command line. Both programs take the same options, so staprun gives stapio its own argument list plus -F. What the reference has and we
 * do not yet is named as such, never called unknown.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include "staprun/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "staprun/msg.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unknown"
#endif
#define OPTIONS_SHORT "ALu::vihVb:t:dc:o:x:N:S:DwRr:T:C:M:F:H:"

static const char options_usage[] =
	"Usage: %s [-v] [-w] [-V] [-h] [-C WHEN] [-c CMD] [-x PID] [-A|-L|-d] [-b MB] [-R] [-H SHA256] [-o FILE [-D] [-S MB[,N]]] MODULE [NAME=VALUE …]\n"
	"-v         say more; -v -v even more\n"
	"-V         print the version and exit\n"
	"-h         print this help and exit\n"
	"-w         no warnings\n"
	"-c CMD     start CMD when the probes are in place, stop when it ends; target() is its process id\n"
	"-x PID     target() is PID\n"
	"-o FILE    write the output into FILE, a strftime(3) pattern\n"
	"-S MB[,N]  with -o: no file larger than MB, FILE.0 is the first, FILE.1 the next; keep the last N\n"
	"-C WHEN    colours in messages: never, auto (on a terminal), always\n"
	"-b MB      buffer for each CPU, 1 to 4095 MB\n"
	"-R         load the module under a name of its own, so that it can be loaded more than once\n"
	"-H SHA256  load the module only if its file has this SHA-256; then it does not matter whose file it is\n"
	"-L         load the module, start its probes and leave it running\n"
	"-A         attach to a module that was left running; MODULE is its name\n"
	"-d         stop and remove a module that was left running; \"*\" = all that nobody is attached to\n"
	"-D         run in the background and print the process id; needs -o\n"
	"MODULE is a path, or a name in /lib/modules/RELEASE/systemtap. NAME=VALUE sets a global of the script.\n";

static void usage_error(const char *program)
{
	char text[sizeof(options_usage) + 256];

	snprintf(text, sizeof(text), options_usage, program);
	say("\n%s", text);
	exit(1);
}

static void help(const char *program)
{
	printf(options_usage, program);
	exit(fflush(stdout) ? 1 : 0);
}

static void version(const char *program)
{
	printf("Systemtap module loader/runner (%s version %s)\n", program, PACKAGE_VERSION);
	exit(fflush(stdout) ? 1 : 0);
}

static long number(const char *text, long least, long most)
{
	char *end;
	long v;

	errno = 0;
	v = strtol(text, &end, 10);
	return errno || end == text || *end || v < least || v > most ? -1 : v;
}

static void not_yet(int c)
{
	die("The option '-%c' is not supported yet.", c);
}

static void take_number(struct options *o, int c, const char *program)
{
	if (c == 'b') {
		o->buffer_mb = (int)number(optarg, 1, 4095);
		if (o->buffer_mb < 0) {
			err("Invalid buffer size '%s' (should be 1-4095).", optarg);
			usage_error(program);
		}
		return;
	}
	o->target = number(optarg, 1, 0x7fffffff);
	if (o->target < 0) {
		err("Invalid target process ID number '%s'.", optarg);
		usage_error(program);
	}
}

static void take_sha256(struct options *o, const char *program)
{
	if (strlen(optarg) != 64 || optarg[strspn(optarg, "0123456789abcdef")]) {
		err("Invalid SHA-256 '%s' (should be 64 digits 0-9a-f).", optarg);
		usage_error(program);
	}
	o->sha256 = optarg;
}

static void take_colour(const char *program)
{
	if (!strcmp(optarg, "auto")) {
		msg.colour = MSG_COLOUR_AUTO;
	} else if (!strcmp(optarg, "never")) {
		msg.colour = MSG_COLOUR_NEVER;
	} else if (!strcmp(optarg, "always")) {
		msg.colour = MSG_COLOUR_ALWAYS;
	} else {
		err("Invalid option '%s' for -C.", optarg);
		usage_error(program);
	}
}

/* MB or MB,N */
static void take_rotation(struct outfile_rules *r, const char *program)
{
	char *comma = strchr(optarg, ','), size[16];
	long mb, keep;

	snprintf(size, sizeof(size), "%.*s", (int)(comma ? comma - optarg : 15), optarg);
	mb = number(size, 1, 1 << 20);
	keep = comma ? number(comma + 1, 1, 1000000) : 0;
	if (mb < 0) {
		err("Invalid file size option '%s'.", optarg);
		usage_error(program);
	}
	if (keep < 0) {
		err("Invalid file num option '%s'.", optarg);
		usage_error(program);
	}
	r->size_mb = (int)mb;
	r->keep = (unsigned)keep;
}

/* long: dispatch */
static void take_option(struct options *o, int c, const char *program)
{
	switch (c) {
	case 'A': o->attach = 1; break;
	case 'L': o->detach_at_start = 1; break;
	case 'd': o->delete_only = 1; break;
	case 'R': o->rename = 1; break;
	case 'D': o->daemon = 1; break;
	case 'c': o->command = optarg; break;
	case 'o': o->output.pattern = optarg; break;
	case 'S': take_rotation(&o->output, program); break;
	case 'C': take_colour(program); break;
	case 'H': take_sha256(o, program); break;
	case 'F': o->link = optarg; break;
	case 'v': msg.verbose = ++o->verbose; break;
	case 'w': msg.no_warnings = o->no_warnings = 1; break;
	case 'b':
	case 'x': take_number(o, c, program); break;
	case 'h': help(program); break;
	case 'V': version(program); break;
	case '?': usage_error(program); break;
	default: not_yet(c);
	}
}

static void exclude(int both, const char *a, const char *b, const char *program)
{
	if (!both)
		return;
	err("You can't specify the '%s' and '%s' options together.", a, b);
	usage_error(program);
}

static void check(const struct options *o, const char *program)
{
	exclude(o->attach && o->detach_at_start, "-A", "-L", program);
	if (o->attach && o->buffer_mb) {
		err("You can't specify the '-A' and '-b' options together.  The '-b'\n"
		    "buffer size option only has an effect when the module is inserted.");
		usage_error(program);
	}
	exclude(o->attach && o->command, "-A", "-c", program);
	exclude(o->attach && o->target, "-A", "-x", program);
	exclude(o->attach && o->sha256, "-A", "-H", program);
	exclude(o->command && o->target, "-c", "-x", program);
	exclude(o->daemon && o->detach_at_start, "-D", "-L", program);
	exclude(o->daemon && o->delete_only, "-D", "-d", program);
	exclude(o->daemon && o->command, "-D", "-c", program);
	if ((o->daemon || o->output.size_mb) && !o->output.pattern) {
		err("You have to specify output FILE with '%s' option.", o->daemon ? "-D" : "-S");
		usage_error(program);
	}
	if (!o->module) {
		err("Need a module name or path to load.");
		usage_error(program);
	}
	if (o->attach && *o->settings) {
		err("Cannot have module options with attach (-A).");
		usage_error(program);
	}
}

void options_parse(struct options *ret, enum options_for who, int argc, char **argv)
{
	const char *program = who == OPTIONS_STAPRUN ? "staprun" : "stapio";
	int c;

	memset(ret, 0, sizeof(*ret));
	while ((c = getopt(argc, argv, OPTIONS_SHORT)) != -1)
		take_option(ret, c, program);
	if (ret->link && who == OPTIONS_STAPRUN) {
		err("Relay basedir -F option is invalid for staprun");
		usage_error(program);
	}
	ret->module = argv[optind];
	ret->settings = argv + optind + (argv[optind] != NULL);
	if (ret->command && !*ret->command)
		die("Empty CMD string invalid.");
	check(ret, program);
}
