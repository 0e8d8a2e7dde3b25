/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Locals that clean themselves up, so that an early return is safe. */
#ifndef VX_BASE_AUTO_H
#define VX_BASE_AUTO_H

/* `fn` takes the address of the variable when its scope ends. */
#define VX_AUTO(fn) __attribute__((cleanup(fn)))

#define VX_PRINTF(text, first) __attribute__((format(printf, text, first)))
#define VX_LIKELY(x) __builtin_expect(!!(x), 1)
#define VX_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define VX_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
