/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of a C compiler's messages are a script's.
 * link: translator/kit/complaints.c translator/base/buf.c translator/base/error.c translator/base/text.c
 */
#include "testsuite/unit/tap.h"

#include "kit/private.h"

#include <stdlib.h>

#define SAYS(output, want, what)                           \
	do {                                               \
		char *got_ = script_complaints(output);    \
							   \
		TEXT(got_, want, what);                    \
		free(got_);                                \
	} while (0)

int main(void)
{
	SAYS("a.stp: In function 'f_f_body':\na.stp:1:39: error: expected ';' before '}' token\n   12 | x = 1\n      |      ^\n"
	     "embedded.c:12: error: expected declaration\n  12 | }\n/tmp/stapX/stap_1_embedded.c:9:13: warning: 'e_1_body' unused\n"
	     "cc1: some warnings being treated as errors\na.stp:3:1: note: declared here\n",
	     "a.stp:1:39: error: expected ';' before '}' token\n   12 | x = 1\n      |      ^\na.stp:3:1: note: declared here\n",
	     "L17: the script's, with what stands below them");
	SAYS("embedded.c:12: error: expected declaration at end of input\n",
	     "embedded.c:12: error: expected declaration at end of input\n"
	     "This is said of the C around it: a brace or parenthesis of the script's may not be closed.\n",
	     "L17: all, where there is none");
	SAYS("x_embedded.c:7:1: error: passing argument 2\na.stp:3:1: note: in expansion of macro 'STAP_ARG_n'\n",
	     "x_embedded.c:7:1: error: passing argument 2\na.stp:3:1: note: in expansion of macro 'STAP_ARG_n'\n", "L17: nor where the script uses a macro");
	SAYS("a.stp:3:1: warning: unused\nembedded.c:7:1: error: expected ')'\n",
	     "a.stp:3:1: warning: unused\nembedded.c:7:1: error: expected ')'\n"
	     "This is said of the C around it: a brace or parenthesis of the script's may not be closed.\n",
	     "L17: a warning of the script's is no reason");
	SAYS("<input>:1:2: error: x\nmy_embedded.cc:1:2: error: y\n/usr/src/linux/a.h:4:5: error: z\n",
	     "<input>:1:2: error: x\nmy_embedded.cc:1:2: error: y\n/usr/src/linux/a.h:4:5: error: z\n", "L17: other files are not ours");
	return tap_done();
}
