/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of vmx-diff(1) share: inputs, the differences that are shown, and how
 * each format shows them. */
#ifndef VX_TOOLS_DIFF_H
#define VX_TOOLS_DIFF_H

#include "cli-pattern.h"
#include "cli.h"

enum diff_format {
    DIFF_TEXT,
    DIFF_UNIFIED,
    DIFF_JSON,
    DIFF_HTML,
    DIFF_SUMMARY,
};

/* What users name keys by, all of one option. */
struct diff_patterns {
    struct cli_pattern **items;
    size_t count;
};

/* CLI_GO_ON, or CLI_TROUBLE, all being said; `where` is the option. */
enum cli_exit diff_patterns_add(struct cli *cli, struct diff_patterns *patterns,
                                const char *where, const struct cli_list *list);
/* One a line of `file`; empty lines and those that begin with # are none. */
enum cli_exit diff_patterns_read(struct cli *cli, struct diff_patterns *patterns,
                                 const char *file);
bool diff_patterns_match(const struct diff_patterns *patterns, struct vx_str text);
void diff_patterns_done(struct diff_patterns *patterns);

/* How to compare and to show, for all pairs of a run. */
struct diff_setting {
    enum diff_format format;
    bool all, bytes, colour;
    const char *base;
    struct diff_patterns ignore, only;
};

/* One input. */
struct diff_input {
    const char *file; /* to open */
    const char *name; /* to show */
    struct vx_buf text;
    bool domain; /* it was domain XML */
    struct vmx_doc *doc;
};

/* Do the patterns let it pass? */
bool diff_is_shown(const struct diff_setting *how, const struct vmx_difference *row);

/* Reads a VMX, or a domain and makes a VMX of it; an empty file, as /dev/null, is a
 * machine of which nothing is known.  NULL, or why it cannot be used, valid until the
 * next call.  diff_input_done() in either case. */
const char *diff_input_read(struct diff_input *input, const struct diff_setting *how);
void diff_input_done(struct diff_input *input);

/* Two inputs and what is shown of their differences. */
struct diff_view {
    const struct diff_setting *how;
    struct diff_input *before, *after;
    struct vmx_diff *diff;
    const struct vmx_difference **rows; /* those that the patterns let pass */
    size_t count;
};

/* VMX_OK or VMX_ERR_NOMEM; diff_view_done() in either case. */
enum vmx_status diff_view_init(struct diff_view *view, const struct diff_setting *how,
                               struct diff_input *before, struct diff_input *after);
void diff_view_done(struct diff_view *view);

/* How many differences there are: of a device that came or left, one. */
struct diff_count {
    size_t all, changed, added, removed, moved, identity;
    size_t apply[VMX_APPLY_NOT_BY_VI + 1];
};

struct diff_count diff_count(const struct diff_view *view);
/* What all of them take; "" for no difference. */
const char *diff_needs(const struct diff_count *count);

bool diff_same_device(const struct vmx_difference *a, const struct vmx_difference *b);

/* The name of the property in a row: its key without the device. */
const char *diff_property(const struct vmx_difference *row);

/* Is it shown among the identity changes and not with its device? */
static inline bool
diff_is_identity(const struct vmx_difference *row)
{
    return row->concern == VMX_CONCERN_IDENTITY && !row->whole;
}

/* Each appends to cli->out; the first chooses by the format. */
enum vmx_status diff_put_view(struct cli *cli, const struct diff_view *view);
void diff_put_text(struct cli *cli, const struct diff_view *view);
void diff_put_summary(struct cli *cli, const struct diff_view *view);
void diff_put_json(struct cli *cli, const struct diff_view *view);
void diff_put_html_head(struct cli *cli);
void diff_put_html(struct cli *cli, const struct diff_view *view);
void diff_put_html_foot(struct cli *cli);
void diff_put_alone_html(struct cli *cli, const char *what, const char *path);
enum vmx_status diff_put_unified(struct cli *cli, const struct diff_view *view);

/* What the document means, one key a line, sorted, without what the host writes.
 * Secrets that differ in `view` (may be NULL) are said to be others. */
enum vmx_status diff_put_listing(struct vx_buf *out, struct diff_input *input,
                                 const struct diff_setting *how,
                                 const struct diff_view *view);

/* A value as it stands in a line of text: what would break it, or must not reach a
 * terminal, as |XX; cut behind `most` bytes. */
void diff_put_value(struct vx_buf *out, const char *text, size_t most);

#endif
