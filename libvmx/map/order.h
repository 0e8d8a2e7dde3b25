/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a key stands in a file that is made anew: schemas/vmx-order.tsv. */
#ifndef VX_MAP_ORDER_H
#define VX_MAP_ORDER_H

#include <stdint.h>

#include "doc/keys.gen.h"

/* Of blocks, VX_ORDER_BITS below: the place in a block. */
enum { VX_ORDER_BITS = 8 };

uint32_t vx_order_rank(enum vx_key_kind kind, int prop);
/* Behind all that is listed. */
uint32_t vx_order_last(void);

#endif
