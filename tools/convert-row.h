/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine in the report of a run: --report. */
#ifndef VX_TOOLS_CONVERT_ROW_H
#define VX_TOOLS_CONVERT_ROW_H

#include "convert-slot.h"

enum report_format {
    REPORT_JSONL,
    REPORT_CSV,
    REPORT_XML,
    REPORT_HTML, /* rows are those of XML */
    REPORT_FORMATS
};

/* By the suffix of `path`; -1 for none of them. */
int report_format_of(const char *path);
/* The format of the rows of a report. */
enum report_format report_rows_of(enum report_format format);

/* The first row of CSV, without the number. */
void report_put_columns(struct vx_buf *out);

/* All of the row but what stands before its number, into slot->row; while the job has
 * all that the conversion came to. */
void convert_row_make(struct convert_slot *slot, enum report_format format);

/* What --suggest-map counts, into slot->facts: a letter and a name, and a NUL. */
void convert_row_facts(struct convert_slot *slot);

#endif
