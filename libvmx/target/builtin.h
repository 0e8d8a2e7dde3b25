/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of schemas/ that are in the library as they are.  NUL-terminated; the size does
 * not count that. */
#ifndef VX_TARGET_BUILTIN_H
#define VX_TARGET_BUILTIN_H

#include <stddef.h>

extern const char vx_text_kvm_xsl[];
extern const size_t vx_text_kvm_xsl_size;

extern const char vx_text_vmx_map_rng[];
extern const size_t vx_text_vmx_map_rng_size;

#endif
