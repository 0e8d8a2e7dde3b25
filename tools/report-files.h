/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of schemas/ that are in vmx-convert as they are: what a page of HTML is made
 * with. NUL-terminated; the size does not count that. */
#ifndef VX_TOOLS_REPORT_FILES_H
#define VX_TOOLS_REPORT_FILES_H

#include <stddef.h>

extern const char vx_text_report_xsl[];
extern const size_t vx_text_report_xsl_size;

extern const char vx_text_report_css[];
extern const size_t vx_text_report_css_size;

extern const char vx_text_report_js[];
extern const size_t vx_text_report_js_size;

#endif
