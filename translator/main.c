// SPDX-License-Identifier: GPL-2.0-or-later
/* stap: everything is in the library. */
#include "passes.h"

int main(int argc, char **argv)
{
	return stap_main(argc, argv);
}
