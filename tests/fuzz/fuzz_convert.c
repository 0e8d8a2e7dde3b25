/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any machine converts, however odd; the XML is well-formed, each key is somewhere, and
 * comes back from there.
 * The size of the input chooses the options. */
#include "../census.h"
#include "../roundtrip.h"
#include "fuzz.h"

static struct vmx_convert_options
options_for(size_t size)
{
    static const uint32_t releases[] = {0, 9000000, 11003000, 12004000};
    struct vmx_convert_options options = VMX_CONVERT_OPTIONS;

    options.no_metadata = size & 1;
    options.with_secrets = size & 2;
    options.base = size & 4 ? "[datastore1] vm" : NULL;
    options.libvirt = releases[size / 8 % 4];
    options.host_mhz = size & 32 ? 2400 : 0;
    options.name = size & 64 ? "<name>" : NULL;
    return options;
}

/* Only what is no VMX, or wholly encrypted, is refused, and it is said why. */
static void
convert(struct vmx_doc *doc, const struct vmx_convert_options *options)
{
    struct vmx_diags *diags = vmx_diags_new();
    struct vmx_result *one = NULL, *two = NULL;
    enum vmx_status status = vmx_convert_to_xml(doc, options, diags, &one);
    const char *finding;

    MUST(status == VMX_OK || status == VMX_ERR_INPUT);
    MUST((status == VMX_OK) == (one != NULL));
    if (status == VMX_OK) {
        finding = census_check(doc, one, !options->no_metadata, options->with_secrets);
        if (finding)
            fprintf(stderr, "%s\n%s\n", finding, vmx_result_text(one, NULL));
        MUST(!finding);
        /* The same again, whatever was asked of the document before. */
        MUST(vmx_convert_to_xml(doc, options, NULL, &two) == VMX_OK);
        MUST(!strcmp(vmx_result_text(one, NULL), vmx_result_text(two, NULL)));
        finding = roundtrip_check(doc, options);
        if (finding)
            fprintf(stderr, "%s\n", finding);
        MUST(!finding);
    } else {
        MUST(vmx_diags_at_least(diags, VMX_SEVERITY_ERROR) > 0);
    }
    vmx_result_free(one);
    vmx_result_free(two);
    vmx_diags_free(diags);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vmx_convert_options options = options_for(size);
    struct vmx_doc *doc = NULL;
    struct vx_str text = fuzz_text(data, size);

    if (vmx_doc_parse(text.s, text.n, NULL, &doc) == VMX_OK)
        convert(doc, &options);
    vmx_doc_free(doc);
    return 0;
}
