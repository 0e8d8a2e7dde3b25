/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Findings about the input: collected, counted, limited, printed by others. */
#ifndef VX_DIAG_DIAG_H
#define VX_DIAG_DIAG_H

#include <stdarg.h>

#include "base/arena.h"
#include "base/buf.h"
#include "vmx.h"

/* Each code once: number, name, severity, title, why and remedy stand in codes.def. */
enum vx_code {

#define VX_CODE(number, name, ident, severity, title, why, remedy) VX_##ident = number,
#include "diag/codes.def"
#undef VX_CODE
};

/* The bytes that are to blame. */
struct vx_span {
    size_t offset, length;
    uint32_t line, column; /* from 1; line 0 is no place */
};

#define VX_NO_SPAN ((struct vx_span){0, 0, 0, 0})

/* What codes.def says of a code; NULL for a number that is none. */
struct vx_code_info {
    enum vx_code code;
    const char *id;   /* "VMX004" */
    const char *name; /* "unterminated-quote" */
    enum vmx_severity severity;
    const char *title, *why, *remedy;
};
const struct vx_code_info *vx_code_info(enum vx_code code);
/* By id or name, ASCII case ignored; NULL when there is none. */
const struct vx_code_info *vx_code_find(struct vx_str word);

/* Adds a finding with the severity of its code.  `diags` may be NULL.  Control
 * characters in the message are replaced, and it is cut at 400 bytes, so that a hostile
 * file never reaches a terminal raw. */
void vx_diag(struct vmx_diags *diags, enum vx_code code, struct vx_span span,
             const char *format, ...) VX_PRINTF(4, 5);

/* A list that keeps nothing and hands on each finding; the message has a NUL behind it
 * and lives for the call.  To be freed as any. */
typedef void vx_diag_sink(void *closure, enum vx_code code, struct vx_span span,
                          struct vx_str message);
struct vmx_diags *vx_diags_to(vx_diag_sink *sink, void *closure);

/* The message alone, NUL-terminated, in `arena`. */
struct vx_str vx_diag_message(struct vx_arena *arena, const char *format, va_list args)
    VX_PRINTF(2, 0);

/* For "%.*s" in messages: at most 60 bytes of a value. */
#define VX_ARG(str) (int)((str).n < 60 ? (str).n : 60), ((str).s ? (str).s : "")

#endif
