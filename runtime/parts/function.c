/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The family `function`: entries through ftrace or kprobes, returns through fprobes or kretprobes. */
#include "probe/function.c"
#include "probe/function_ftrace.c"
#include "probe/function_fprobe.c"
#include "probe/function_kprobe.c"
#include "probe/function_module.c"
