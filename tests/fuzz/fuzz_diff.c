/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any two documents, split at the first line of dashes, can be compared, patched and
 * merged; where a patch fits, it leads from the one to the other.  Any bytes are a
 * patch or none. */
#include "fuzz.h"

static struct vmx_doc *
parse(struct vx_str text)
{
    struct vmx_doc *doc = NULL;
    enum vmx_status status = vmx_doc_parse(text.s, text.n, NULL, &doc);

    MUST(status == VMX_OK || status == VMX_ERR_LIMIT);
    return doc;
}

static size_t
differences(struct vmx_doc *a, struct vmx_doc *b)
{
    struct vmx_diff_options options = VMX_DIFF_OPTIONS;
    struct vmx_diff *diff = NULL;
    size_t count;

    options.all = true;
    MUST(vmx_diff_new(a, b, &options, &diff) == VMX_OK);
    count = vmx_diff_count(diff);
    vmx_diff_free(diff);
    return count;
}

static void
must_patch(struct vx_str text, struct vmx_doc *a, struct vmx_doc *b)
{
    struct vmx_doc *edited = parse(text);
    struct vmx_patch *made = NULL, *patch = NULL;
    enum vmx_status status;
    size_t size;

    MUST(vmx_patch_between(a, b, true, &made) == VMX_OK);
    MUST((vmx_patch_count(made) == 0) == (differences(a, b) == 0));
    MUST(vmx_patch_text(made, &size) != NULL);
    MUST(vmx_patch_parse(vmx_patch_text(made, NULL), size, NULL, &patch) == VMX_OK);
    MUST(vmx_patch_count(patch) == vmx_patch_count(made));
    status = vmx_patch_apply(patch, edited, false);
    MUST(status == VMX_OK || status == VMX_ERR_LIMIT);
    if (status == VMX_OK && vmx_patch_conflicts(patch) == 0)
        MUST(differences(edited, b) == 0);
    vmx_patch_free(made);
    vmx_patch_free(patch);
    vmx_doc_free(edited);
}

static void
must_merge(struct vmx_doc *a, struct vmx_doc *b)
{
    struct vmx_doc *nothing = parse(VX_STR(""));
    char *text = NULL;
    size_t size, conflicts;

    MUST(vmx_merge(a, a, b, &text, &size, &conflicts) == VMX_OK && conflicts == 0);
    free(text);
    MUST(vmx_merge(nothing, a, b, &text, &size, &conflicts) == VMX_OK);
    free(text);
    vmx_doc_free(nothing);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vx_str text = vx_str_of((const char *)data, size), first = text, second;
    const char *split = size ? memmem(text.s, text.n, "\n--\n", 4) : NULL;
    struct vmx_patch *patch = NULL;
    struct vmx_doc *a, *b;

    if (size && vmx_patch_parse(text.s, text.n, NULL, &patch) == VMX_OK)
        vmx_patch_free(patch);
    second = split ? vx_str_skip(text, (size_t)(split - text.s) + 4) : VX_STR("");
    if (split)
        first.n = (size_t)(split - text.s) + 1;
    a = parse(first);
    b = parse(second);
    if (a && b) {
        MUST(differences(a, a) == 0);
        must_patch(first, a, b);
        must_merge(a, b);
    }
    vmx_doc_free(a);
    vmx_doc_free(b);
    return 0;
}
