/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looks words up in the table made from schemas/guestos.tsv; knows no system itself. */
#include "model/guestos.h"

#include <stdlib.h>

#include "model/guestos.gen.h"

/* Byte by byte in lower case, as the table is sorted. */
static int
compare(const void *key, const void *element)
{
    const struct vx_str *word = key;
    const struct vx_guestos_row *row = element;
    size_t i;

    for (i = 0; i < word->n && row->word[i]; i++) {
        int a, b;

        if (word->s[i] == row->word[i])
            continue;
        a = vx_lower((unsigned char)word->s[i]);
        b = vx_lower((unsigned char)row->word[i]);

        if (a != b)
            return a - b;
    }
    return (i < word->n) - (row->word[i] != '\0');
}

const struct vx_guestos_row *
vx_guestos_find(struct vx_str word)
{
    return bsearch(&word, vx_guestos_rows,
                   sizeof(vx_guestos_rows) / sizeof(vx_guestos_rows[0]),
                   sizeof(vx_guestos_rows[0]), compare);
}

enum vx_arch
vx_guestos_arch(struct vx_str word)
{
    const struct vx_guestos_row *row = vx_guestos_find(word);

    if (row)
        return row->arch;
    if (vx_str_istarts(word, VX_STR("arm-")))
        return VX_ARCH_AARCH64;
    return vx_str_iends(word, VX_STR("-64")) ? VX_ARCH_X86_64 : VX_ARCH_I686;
}

const char *
vx_guestos_any(enum vx_arch arch)
{
    static const char *const words[] = {
        [VX_ARCH_I686] = "other",
        [VX_ARCH_X86_64] = "other-64",
        [VX_ARCH_AARCH64] = "arm-other-64",
    };

    return words[arch];
}

const char *
vx_guestos_back(struct vx_str osinfo, enum vx_arch arch)
{
    for (size_t i = 0; i < sizeof(vx_guestos_rows) / sizeof(vx_guestos_rows[0]); i++) {
        const struct vx_guestos_row *row = &vx_guestos_rows[i];

        if (row->chosen && row->arch == arch
            && vx_str_eq(osinfo, vx_str_c(row->osinfo)))
            return row->word;
    }
    return NULL;
}
