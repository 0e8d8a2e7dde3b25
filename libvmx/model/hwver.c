/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looks versions up in the table made from schemas/hwver.tsv. */
#include "model/hwver.h"

#include <stddef.h>

#include "model/hwver.gen.h"

const struct vx_hwver *
vx_hwver_find(uint64_t number)
{
    for (size_t i = 0; i < sizeof(vx_hwver_rows) / sizeof(vx_hwver_rows[0]); i++)
        if (vx_hwver_rows[i].number == number)
            return &vx_hwver_rows[i];
    return NULL;
}

unsigned
vx_hwver_newest(void)
{
    return vx_hwver_rows[sizeof(vx_hwver_rows) / sizeof(vx_hwver_rows[0]) - 1].number;
}
