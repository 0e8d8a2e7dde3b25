/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where findings go: a format and a place.  Several at a time, each fed file by file,
 * so that none needs the whole. */
#ifndef VX_TOOLS_LINT_SINK_H
#define VX_TOOLS_LINT_SINK_H

#include "base/file.h"
#include "lint.h"

struct lint_sink;

/* One of text, gcc, json, jsonl, sarif, github, gitlab, junit.  Each function may be
 * NULL. */
struct lint_format {
    const char *name;
    void (*begin)(struct lint_sink *sink);
    void (*file)(struct lint_sink *sink, const struct lint_file *file);
    void (*end)(struct lint_sink *sink, const struct lint_totals *totals);
};

/* "text|gcc|...", as an option's words, in the order of lint_formats[]. */
#define LINT_FORMATS "text|gcc|json|jsonl|sarif|github|gitlab|junit"
#define LINT_FORMAT_COUNT 8

extern const struct lint_format lint_formats[LINT_FORMAT_COUNT];

struct lint_sink {
    const struct lint_format *format;
    struct cli to;            /* what is written, and where to */
    bool context;             /* text: the source line below each finding */
    struct vx_new_file *file; /* of --output: in its place when it is whole */
    const char *path;         /* NULL: standard output */
    struct vx_buf failures;   /* sarif: what could not be looked at */
    uint64_t written;         /* github: annotations */
};

/* --format's place is `fd`; `text` says that nothing is wanted there. */
void lint_sink_standard(struct lint_sink *sink, struct cli *cli,
                        const struct lint_options *options, int fd);
/* "FORMAT:FILE".  CLI_GO_ON; CLI_TROUBLE, all being said. */
enum cli_exit lint_sink_file(struct lint_sink *sink, struct cli *cli,
                             const char *output);

void lint_sink_put(struct lint_sink *sink, const struct lint_file *file);
/* Writes what is left, and puts a file in its place.  False when that failed, which has
 * been said.  With `totals` NULL the run failed: the file is dropped. */
bool lint_sink_end(struct lint_sink *sink, struct cli *cli,
                   const struct lint_totals *totals);

/* ---- for the formats ------------------------------------------------------------- */

/* "file:12:7: warning: text [CODE]"; with `plain_words` those that a compiler has. */
void lint_put_line(struct cli *to, const char *path, const struct lint_entry *entry,
                   bool plain_words);

/* The source line with a caret below the blamed bytes: lint-show.c. */
void lint_show(struct cli *to, struct vx_str text, const struct vmx_finding *told);

/* Where the blamed bytes begin and end, in characters from 1; lines end with LF, CR LF
 * or CR.  Bytes that are no UTF-8 count one each. */
struct lint_region {
    uint32_t line, column, end_column; /* line 0: the whole file */
};

struct lint_region lint_region_of(struct vx_str text, const struct vmx_finding *told);

/* "error", "warning", and `note` for the two below. */
const char *lint_level(enum vmx_severity severity, const char *note);

/* The fingerprint of a finding in its file, as "0123456789abcdef:1". */
void lint_put_fingerprint(struct vx_buf *out, const struct lint_entry *entry);

#endif
