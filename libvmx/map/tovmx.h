/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Domain XML → VMX: the keys that the domain asks for, put over what its metadata
 * remembers.
 *
 * Remembered text counts only while it says what the element says now.  To find out,
 * the remembered document is converted as it once was, and both domains are asked for
 * their keys: what both ask for alike stays as it is written, and the rest is the edit.
 */
#ifndef VX_MAP_TOVMX_H
#define VX_MAP_TOVMX_H

#include "map/back.h"
#include "map/convert.h"

/* Reads `text` as map's base, secrets, host_mhz and diags ask for, `hw` the hardware
 * version or 0.  As vmx_convert_to_vmx(). */
enum vmx_status vx_convert_to_vmx(struct vx_map *map, struct vx_str text, unsigned hw,
                                  struct vmx_result **ret);

#endif
