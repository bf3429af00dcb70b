/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between btf.c, which makes nodes from BTF, and type.c, which walks them. Nobody else includes this. */
#ifndef STP_TYPES_BTF_H
#define STP_TYPES_BTF_H

#include "base/arena.h"
#include "types/type.h"

/* fills target, members and parameters of a node */
void btf_type_load(struct type *t);
/* the definition of a forward, NULL if the image has none */
struct type *btf_type_definition(struct type *fwd);
struct arena *btf_types_arena(struct types *t);

#endif
