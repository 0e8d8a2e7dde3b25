/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Libraries that read and transform XML are loaded when they are first needed: linked,
 * they would triple the time that a program takes to start, and most calls of the
 * tools need none.
 *
 * A user lists the functions it calls, and has them as members of a structure, each
 * with the type that the library's own header declares:
 *
 *	#define FUNCTIONS(X) X(xmlReadMemory) X(xmlFreeDoc)
 *	static const char *const names[] = {FUNCTIONS(VX_LOAD_NAME)};
 *	static struct { FUNCTIONS(VX_LOAD_MEMBER) } xml;
 *
 * and fills it once for the process, with pthread_once(). */
#ifndef VX_XML_LOAD_H
#define VX_XML_LOAD_H

#include <libxml/xmlversion.h>

#include "base/str.h"

/* The libraries whose headers this was compiled with. */
#if LIBXML_VERSION >= 21400
#define VX_LIBXML_SONAME "libxml2.so.16"
#else
#define VX_LIBXML_SONAME "libxml2.so.2"
#endif
#define VX_LIBXSLT_SONAME "libxslt.so.1"

#define VX_LOAD_NAME(function) #function,
#define VX_LOAD_MEMBER(function) __typeof__(&function) function;

/* Loads the library `soname` and looks `count` names up in it, into `functions`: the
 * address of a function, or of a variable.  All of them or none: false, and `functions`
 * untouched, when there is no such library here or a name is not in it.  What is loaded
 * stays until the process ends; libxml2 is ready for any thread then. */
bool vx_load(const char *soname, const char *const *names, void **functions,
             size_t count);

#endif
