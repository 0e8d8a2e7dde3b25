/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The report as one page of HTML: rows of XML are gathered, and schemas/report.xsl
 * makes the page of them. */
#ifndef VX_TOOLS_REPORT_PAGE_H
#define VX_TOOLS_REPORT_PAGE_H

#include "base/buf.h"

enum {
    REPORT_PAGE_MACHINES =
        10000, /* more are counted, and named when they are blocked */
};

struct report_page;
struct report_totals;

/* NULL, and *ret_why is the reason. */
struct report_page *report_page_new(const char **ret_why);
/* NULL is fine. */
void report_page_free(struct report_page *page);

/* Row `number` of an XML report, `row` being what stands behind that. */
void report_page_add(struct report_page *page, uint64_t number, struct vx_str row);

/* The page, appended to `out`.  NULL, or why there is none. */
const char *report_page_put(struct report_page *page,
                            const struct report_totals *totals, struct vx_buf *out);

#endif
