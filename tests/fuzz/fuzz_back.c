/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any XML becomes a VMX or is refused with a reason, whatever its metadata says; and
 * the VMX makes the round trip.  The size of the input chooses the options. */
#include "../roundtrip.h"
#include "fuzz.h"

/* The lines of a VMX come back from XML as they were. */
static void
go_round(struct vx_str text, const struct vmx_convert_options *options)
{
    struct vmx_doc *doc = NULL;
    const char *finding;

    MUST(vmx_doc_parse(text.s, text.n, NULL, &doc) == VMX_OK);
    finding = roundtrip_check(doc, options);
    if (finding)
        fprintf(stderr, "%s\n%.*s\n", finding, (int)text.n, text.s);
    MUST(!finding);
    vmx_doc_free(doc);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vmx_convert_options options = VMX_CONVERT_OPTIONS;
    struct vmx_diags *diags = vmx_diags_new();
    struct vmx_result *one = NULL, *two = NULL;
    struct vx_str xml = fuzz_text(data, size), text;
    enum vmx_status status;

    options.base = size & 1 ? "[datastore1] vm" : NULL;
    options.host_mhz = size & 2 ? 2400 : 0;
    options.hw_version = size & 4 ? 13 : 0;
    status = vmx_convert_to_vmx(xml.s, xml.n, &options, diags, &one);
    MUST(status == VMX_OK || status == VMX_ERR_INPUT || status == VMX_ERR_LIMIT);
    MUST((status == VMX_OK) == (one != NULL));
    if (status != VMX_OK) {
        MUST(vmx_diags_at_least(diags, VMX_SEVERITY_ERROR) > 0);
    } else {
        text.s = vmx_result_text(one, &text.n);
        for (size_t i = 0; i < vmx_result_losses(one); i++)
            MUST(vmx_result_loss(one, i)->what);
        MUST(vmx_convert_to_vmx(xml.s, xml.n, &options, NULL, &two) == VMX_OK);
        MUST(!strcmp(text.s, vmx_result_text(two, NULL)));
        go_round(text, &options);
    }
    vmx_result_free(one);
    vmx_result_free(two);
    vmx_diags_free(diags);
    return 0;
}

/* ---- mutations that leave the text well-formed ----------------------------------- */

#ifdef FUZZING
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room,
                               unsigned int seed);

/* Puts `n` bytes in place of those from `from` to `to`. */
static size_t
splice(uint8_t *data, size_t size, size_t room, size_t from, size_t to,
       const uint8_t *bytes, size_t n)
{
    if (size - (to - from) + n > room)
        return size;
    memmove(data + from + n, data + to, size - to);
    if (n)
        memcpy(data + from, bytes, n);
    return size - (to - from) + n;
}

/* Another value for the attribute that begins behind `at`. */
static size_t
mutate_value(uint8_t *data, size_t size, size_t room, size_t at)
{
    uint8_t bytes[256], *quote = memchr(data + at, '\'', size - at), *end;
    size_t n;

    end = quote ? memchr(quote + 1, '\'', (size_t)(data + size - quote - 1)) : NULL;
    if (end == NULL || end - quote > 200)
        return LLVMFuzzerMutate(data, size, room);
    n = (size_t)(end - quote - 1);
    memcpy(bytes, quote + 1, n);
    n = LLVMFuzzerMutate(bytes, n, sizeof(bytes));
    for (size_t i = 0; i < n; i++)
        if (bytes[i] == '<' || bytes[i] == '&' || bytes[i] == '\'' || bytes[i] >= 0x7F
            || bytes[i] < ' ')
            bytes[i] = (uint8_t) "0\"|;=#1a:[-"[bytes[i] % 12];
    return splice(data, size, room, (size_t)(quote + 1 - data), (size_t)(end - data),
                  bytes, n);
}

/* A line twice, or not at all. */
static size_t
mutate_line(uint8_t *data, size_t size, size_t room, size_t at, bool twice)
{
    uint8_t line[512], *lf = memchr(data + at, '\n', size - at), *end;
    size_t n;

    end = lf ? memchr(lf + 1, '\n', (size_t)(data + size - lf - 1)) : NULL;
    n = end ? (size_t)(end - lf) : sizeof(line);
    if (n >= sizeof(line))
        return size;
    memcpy(line, lf + 1, n);
    if (twice)
        return splice(data, size, room, (size_t)(end + 1 - data),
                      (size_t)(end + 1 - data), line, n);
    return splice(data, size, room, (size_t)(lf - data), (size_t)(end - data), NULL, 0);
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned int seed)
{
    size_t at = size ? seed / 16 % size : 0;

    if (size == 0 || seed % 16 == 0)
        return LLVMFuzzerMutate(data, size, room);
    if (seed % 16 < 12)
        return mutate_value(data, size, room, at);
    return mutate_line(data, size, room, at, seed & 1);
}
#endif
