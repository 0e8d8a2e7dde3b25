/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The shortest useful program: a VMX in, domain XML on standard output, and what was
 * lost on standard error.
 *
 *     cc -o convert convert.c $(pkg-config --cflags --libs libvmx) */
#include <stdio.h>
#include <stdlib.h>

#include <vmx.h>

static char *
read_file(const char *path, size_t *ret_size)
{
    FILE *file = fopen(path, "rb");
    char *text = malloc(VMX_MAX_TEXT + 1);

    if (file == NULL || text == NULL) {
        perror(path);
        exit(2);
    }
    /* One byte more than allowed: libvmx refuses what was not read to its end. */
    *ret_size = fread(text, 1, VMX_MAX_TEXT + 1, file);
    if (ferror(file)) {
        perror(path);
        exit(2);
    }
    fclose(file);
    return text;
}

static void
print_findings(const char *path, const struct vmx_diags *diags)
{
    const struct vmx_diag *diag;

    for (size_t i = 0; (diag = vmx_diags_get(diags, i)) != NULL; i++)
        fprintf(stderr, "%s:%u: %s: %s [%s]\n", path, (unsigned)diag->line,
                vmx_severity_text(diag->severity), diag->message, diag->code);
}

static void
print_losses(const char *path, struct vmx_result *result)
{
    const struct vmx_loss *loss;

    for (size_t i = 0; (loss = vmx_result_loss(result, i)) != NULL; i++)
        if (loss->category != VMX_LOSS_INFORMATION)
            fprintf(stderr, "%s:%u: %s: %s\n", path, (unsigned)loss->line,
                    loss->key ? loss->key : "machine", loss->what);
}

int
main(int argc, char **argv)
{
    struct vmx_convert_options options = VMX_CONVERT_OPTIONS;
    struct vmx_diags *diags = vmx_diags_new();
    struct vmx_doc *doc = NULL;
    struct vmx_result *result = NULL;
    enum vmx_status status;
    size_t size;
    char *text;

    if (argc != 2) {
        fprintf(stderr, "usage: %s FILE.vmx\n", argv[0]);
        return 2;
    }
    text = read_file(argv[1], &size);

    options.libvirt = vmx_libvirt_release("9.0");
    status = vmx_doc_parse(text, size, diags, &doc);
    if (status == VMX_OK)
        status = vmx_convert_to_xml(doc, &options, diags, &result);

    print_findings(argv[1], diags);
    if (status == VMX_OK) {
        print_losses(argv[1], result);
        fputs(vmx_result_text(result, NULL), stdout);
    } else {
        fprintf(stderr, "%s: %s\n", argv[1], vmx_status_text(status));
    }

    vmx_result_free(result);
    vmx_doc_free(doc);
    vmx_diags_free(diags);
    free(text);
    return status == VMX_OK ? 0 : 1;
}
