/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any file can be linted: findings lie within it and are in order, the same again, and
 * no secret is in them; what the fixes make needs no more of them.
 * The size of the input chooses the profile. */
#include "fuzz.h"
#include "lint/lint.h"

static bool
comes_before(const struct vmx_finding *a, const struct vmx_finding *b)
{
    if (a->line != b->line)
        return a->line < b->line;
    return a->column <= b->column;
}

static void
look(const struct vmx_findings *findings, struct vx_str text)
{
    for (size_t i = 0; i < vmx_findings_count(findings); i++) {
        const struct vmx_finding *found = vmx_findings_get(findings, i);
        const struct vmx_fix_edit *edit;
        size_t edits = 0;

        MUST(found->offset <= text.n && found->length <= text.n - found->offset);
        MUST(found->message && found->rule);
        MUST(i == 0 || comes_before(vmx_findings_get(findings, i - 1), found));
        while ((edit = vmx_finding_edit(found, edits)) != NULL) {
            MUST(edit->offset <= text.n && edit->length <= text.n - edit->offset);
            edits++;
        }
        MUST((found->fix != VMX_FIX_NONE) == (edits > 0));
    }
}

/* Linted twice, it is the same. */
static void
lint(const struct vmx_linter *linter, struct vmx_doc *doc, struct vx_str text)
{
    struct vmx_findings *one = NULL, *two = NULL;

    MUST(vmx_lint(linter, doc, NULL, &one) == VMX_OK);
    look(one, text);
    MUST(vmx_lint(linter, doc, NULL, &two) == VMX_OK);
    MUST(vmx_findings_count(one) == vmx_findings_count(two));
    for (size_t i = 0; i < vmx_findings_count(one); i++)
        MUST(!strcmp(vmx_findings_get(one, i)->message,
                     vmx_findings_get(two, i)->message));
    vmx_findings_free(one);
    vmx_findings_free(two);
}

static void
fix(const struct vmx_linter *linter, struct vmx_doc *doc, bool unsafe)
{
    char *once = NULL, *twice = NULL;
    size_t once_size, twice_size, fixed = 0;
    struct vmx_doc *mended = NULL;

    MUST(vmx_lint_fix(linter, doc, NULL, unsafe, NULL, NULL, &once, &once_size, &fixed)
         == VMX_OK);
    if (vmx_doc_parse(once, once_size, NULL, &mended) == VMX_OK) {
        MUST(vmx_lint_fix(linter, mended, NULL, unsafe, NULL, NULL, &twice, &twice_size,
                          &fixed)
             == VMX_OK);
        MUST(vx_str_eq(vx_str_of(once, once_size), vx_str_of(twice, twice_size)));
        MUST(fixed == 0);
    }
    vmx_doc_free(mended);
    free(once);
    free(twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const profiles[] = {"default", "security,stig,legacy-hardening",
                                           "migrate-kvm", "esxi-8.0", "workstation"};
    struct vmx_linter *linter = NULL;
    struct vmx_doc *doc = NULL;
    struct vx_str text = fuzz_text(data, size);

    MUST(vmx_linter_new(profiles[size % VX_COUNT(profiles)], &linter) == VMX_OK);
    if (size % 3 == 0)
        vmx_linter_set(linter, "all", VMX_RULE_ON);
    if (vmx_doc_parse(text.s, text.n, NULL, &doc) == VMX_OK) {
        lint(linter, doc, text);
        fix(linter, doc, size % 2 == 0);
    }
    vmx_doc_free(doc);
    vmx_linter_free(linter);
    return 0;
}
