/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes are a document that gives them back, before and after edits of it. */
#include "fuzz.h"

static struct vmx_doc *
parse(struct vx_str text, struct vmx_diags *diags)
{
    struct vmx_doc *doc = NULL;
    enum vmx_status status = vmx_doc_parse(text.s, text.n, diags, &doc);

    MUST(status == VMX_OK || status == VMX_ERR_LIMIT);
    return doc;
}

static void
must_emit(const struct vmx_doc *doc, struct vx_str expected)
{
    char *text = NULL;
    size_t size = 0;

    MUST(vmx_doc_emit(doc, &text, &size) == VMX_OK);
    MUST(vx_str_eq(vx_str_of(text, size), expected));
    free(text);
}

/* The document is what its bytes are read as. */
static void
must_read_same(struct vmx_doc *doc)
{
    struct vmx_doc *again;
    char *text = NULL;
    size_t size = 0, at = 0;

    MUST(vmx_doc_emit(doc, &text, &size) == VMX_OK);
    again = parse(vx_str_of(text, size), NULL);
    MUST(again && again->entries == doc->entries && again->size == doc->size);
    MUST(again->valid == doc->valid && again->escapes == doc->escapes);
    for (size_t i = 0; i < doc->count; i++) {
        struct vx_line *line = &doc->lines[i];

        if (line->kind != VX_LINE_ENTRY)
            continue;
        while (again->lines[at].kind != VX_LINE_ENTRY)
            at++;
        MUST(vx_str_eq(vx_line_key(line), vx_line_key(&again->lines[at])));
        MUST(vx_str_eq(vx_line_raw(line), vx_line_raw(&again->lines[at])));
        MUST(line->entry == again->lines[at].entry);
        at++;
    }
    vmx_doc_free(again);
    free(text);
}

static void
must_keep_set(struct vmx_doc *doc, struct vx_str key, struct vx_str value)
{
    enum vmx_status status = vx_doc_set(doc, key, value);
    struct vx_line *line = vx_doc_find(doc, key);

    MUST(status == VMX_OK || status == VMX_ERR_INPUT || status == VMX_ERR_MISUSE
         || status == VMX_ERR_LIMIT);
    if (status == VMX_OK)
        MUST(line
             && (vx_str_eq(vx_doc_value(doc, line), value) || !vx_utf8_valid(value)));
}

static void
edit(struct vmx_doc *doc, struct vx_str text)
{
    struct vx_str value = vx_str_of(text.s, text.n < 40 ? text.n : 40);
    bool boolean;
    int64_t number;

    for (size_t i = 0; i < doc->entries && i < 8; i++) {
        char *key =
            strdup(vmx_doc_key(doc, i)); /* lives on when the document changes */

        MUST(key);
        vmx_doc_get_bool(doc, key, &boolean);
        vmx_doc_get_int(doc, key, &number);
        switch ((text.n + i) % 5) {
        case 0:
            vmx_doc_remove(doc, key);
            break;
        case 1:
            must_keep_set(doc, vx_str_c(key), VX_STR(""));
            break;
        default:
            must_keep_set(doc, vx_str_c(key), value);
            break;
        }
        free(key);
    }
    must_keep_set(doc, VX_STR("scsi0:1.fileName"), value);
    must_keep_set(doc, VX_STR("displayName"), value);
    must_keep_set(doc, value, VX_STR("x"));
    must_read_same(doc);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vmx_diags *diags = vmx_diags_new();
    struct vx_str text = fuzz_text(data, size);
    struct vmx_doc *doc = parse(text, diags);

    if (doc) {
        must_emit(doc, text);
        for (size_t i = 0; i < vmx_diags_count(diags); i++) {
            const struct vmx_diag *diag = vmx_diags_get(diags, i);

            MUST(diag->message && diag->offset + diag->length <= size);
            MUST(vx_utf8_valid(vx_str_c(diag->message)));
        }
        edit(doc, text);
    }
    vmx_doc_free(doc);
    vmx_diags_free(diags);
    return 0;
}
