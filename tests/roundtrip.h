/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The law of the round trip: VMX → XML → VMX gives every entry back, in its order and
 * spelling, but for what the host writes anew. */
#ifndef VX_TESTS_ROUNDTRIP_H
#define VX_TESTS_ROUNDTRIP_H

#include <stdio.h>

#include "doc/doc.h"

/* The next entry from line *at on, or NULL. */
static inline struct vx_line *
roundtrip_entry(struct vmx_doc *doc, size_t *at)
{
    while (*at < doc->count && doc->lines[*at].kind != VX_LINE_ENTRY)
        ++*at;
    return *at < doc->count ? &doc->lines[*at] : NULL;
}

/* Its bytes; or where no quotes hold those, escapes that mean the same. */
static inline bool
roundtrip_same(struct vmx_doc *before, struct vx_line *a, struct vmx_doc *after,
               struct vx_line *b)
{
    return a && b && vx_str_eq(vx_line_key(a), vx_line_key(b))
           && (vx_str_eq(vx_line_raw(a), vx_line_raw(b))
               || vx_str_eq(vx_doc_value(before, a), vx_doc_value(after, b)));
}

/* What is wrong with `after`, or NULL.  Borrowed until the next call. */
static inline const char *
roundtrip_compare(struct vmx_doc *before, struct vmx_doc *after)
{
    static char finding[400];
    size_t at = 0, then = 0;

    for (;;) {
        struct vx_line *a = roundtrip_entry(before, &at);
        struct vx_line *b = roundtrip_entry(after, &then);

        if (a == NULL && b == NULL)
            return NULL;
        if (roundtrip_same(before, a, after, b)) {
            at++;
            then++;
        } else if (a && a->entry != VX_KEY_NO_ENTRY
                   && (vx_key_entries[a->entry].flags & VX_KEY_RUNTIME)) {
            at++;
        } else {
            snprintf(finding, sizeof(finding), "\"%.*s\" became \"%.*s\"",
                     a ? (int)(a->size < 150 ? a->size : 150) : 0, a ? a->text : "",
                     b ? (int)(b->size < 150 ? b->size : 150) : 0, b ? b->text : "");
            return finding;
        }
    }
}

/* The same for the whole trip.  What is no VMX makes none. */
static inline const char *
roundtrip_check(struct vmx_doc *doc, const struct vmx_convert_options *options)
{
    struct vmx_convert_options forth = *options, home = VMX_CONVERT_OPTIONS;
    struct vmx_result *there = NULL, *back = NULL;
    struct vmx_doc *after = NULL;
    const char *finding = "the way back fails";
    size_t size;

    forth.no_metadata = false;
    forth.with_secrets = home.with_secrets = true;
    if (vmx_convert_to_xml(doc, &forth, NULL, &there) != VMX_OK)
        return NULL;
    vmx_result_text(there, &size);
    if (vmx_convert_to_vmx(vmx_result_text(there, NULL), size, &home, NULL, &back)
            == VMX_OK
        && (vmx_result_text(back, &size),
            vmx_doc_parse(vmx_result_text(back, NULL), size, NULL, &after) == VMX_OK))
        finding = roundtrip_compare(doc, after);
    vmx_result_free(there);
    vmx_result_free(back);
    vmx_doc_free(after);
    return finding;
}

#endif
