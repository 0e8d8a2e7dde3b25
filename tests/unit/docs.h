/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Documents in tests: from literals that may hold NULs, and compared as bytes. */
#ifndef VX_TESTS_DOCS_H
#define VX_TESTS_DOCS_H

#include "doc/doc.h"

#include "main.h"

static inline struct vmx_doc *
doc_of(struct vx_str text)
{
    struct vmx_doc *doc = NULL;

    ck_ok(vmx_doc_parse(text.s, text.n, NULL, &doc));
    ck_ok(vx_doc_index(doc));
    return doc;
}

#define DOC(literal) doc_of(VX_STR(literal))

static inline void
doc_end(struct vmx_doc **doc)
{
    vmx_doc_free(*doc);
}

#define AUTO_DOC VX_AUTO(doc_end)

/* The document's bytes are `text`, and it knows their number. */
static inline void
assert_bytes(const struct vmx_doc *doc, struct vx_str text, const char *file, int line)
{
    char *out = NULL;
    size_t size = 0;

    ck_ok(vmx_doc_emit(doc, &out, &size));
    ck_assert_msg(vx_str_eq(vx_str_of(out, size), text),
                  "%s:%d: the document is \"%.*s\", not \"%.*s\"", file, line,
                  (int)size, out, (int)text.n, text.s);
    ck_assert_int_eq(out[size], '\0');
    free(out);
}

#define ck_assert_doc(doc, text) assert_bytes((doc), (text), __FILE__, __LINE__)

/* What a diagnostic is expected to say; ends with code NULL. */
struct expected_diag {
    const char *code;
    uint32_t line, column;
    size_t length;
};

static inline void
diags_end(struct vmx_diags **diags)
{
    vmx_diags_free(*diags);
}

/* The document of `text` and its findings, in order, as `expected`; each also tells the
 * offset that line and column mean. */
static inline void
assert_diags(struct vx_str text, const struct expected_diag *expected)
{
    struct vmx_diags *diags VX_AUTO(diags_end) = vmx_diags_new();
    struct vmx_doc *doc AUTO_DOC = NULL;
    size_t i;

    ck_assert_ptr_nonnull(diags);
    ck_ok(vmx_doc_parse(text.s, text.n, diags, &doc));
    for (i = 0; expected[i].code; i++) {
        const struct vmx_diag *diag = vmx_diags_get(diags, i);
        uint32_t line = 1, column = 1;

        ck_assert_msg(diag != NULL, "\"%.*s\": %s is missing", (int)text.n, text.s,
                      expected[i].code);
        ck_assert_msg(
            !strcmp(diag->code, expected[i].code) && diag->line == expected[i].line
                && diag->column == expected[i].column
                && diag->length == expected[i].length,
            "\"%.*s\": %s at %u:%u+%zu, expected %s at %u:%u+%zu", (int)text.n, text.s,
            diag->code, diag->line, diag->column, diag->length, expected[i].code,
            expected[i].line, expected[i].column, expected[i].length);
        for (size_t at = 0; at < diag->offset; at++, column++)
            if (text.s[at] == '\n' || (text.s[at] == '\r' && text.s[at + 1] != '\n')) {
                line++;
                column = 0;
            }
        ck_assert_uint_eq(line, diag->line);
        ck_assert_uint_eq(column, diag->column);
    }
    ck_assert_msg(vmx_diags_count(diags) == i, "\"%.*s\": one more, %s", (int)text.n,
                  text.s,
                  vmx_diags_get(diags, i) ? vmx_diags_get(diags, i)->message : "");
}

#endif
