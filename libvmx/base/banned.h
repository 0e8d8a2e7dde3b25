/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names that must not compile in the library: they depend on the locale, on hidden
 * state, or cannot be told how large their target is.  Included last in each .c. */
#ifndef VX_BASE_BANNED_H
#define VX_BASE_BANNED_H

#pragma GCC poison strcpy strcat sprintf vsprintf gets strtok
#pragma GCC poison atoi atol atoll atof strtol strtoul strtoll strtoull strtod
#pragma GCC poison sscanf scanf fscanf setlocale exit

#endif
