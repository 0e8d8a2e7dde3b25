/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looks words up in the table made from schemas/guestos.tsv; knows no system itself. */
#include "model/guestos.h"

#include <stdio.h>
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

const struct vx_guestos_row *
vx_guestos_find_vim(struct vx_str id)
{
    const struct vx_guestos_row *first = NULL;

    for (size_t i = 0; i < sizeof(vx_guestos_rows) / sizeof(vx_guestos_rows[0]); i++) {
        const struct vx_guestos_row *row = &vx_guestos_rows[i];

        if (row->vim == NULL || !vx_str_is(id, row->vim))
            continue;
        if (row->reversible)
            return row;
        first = first ? first : row;
    }
    return first;
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

/* ---- from an id of libosinfo's --------------------------------------------------- */

/* The row of the very id: the chosen one, or else the first. */
static const struct vx_guestos_row *
same_row(struct vx_str osinfo, enum vx_arch arch)
{
    const struct vx_guestos_row *first = NULL;

    for (size_t i = 0; i < sizeof(vx_guestos_rows) / sizeof(vx_guestos_rows[0]); i++) {
        const struct vx_guestos_row *row = &vx_guestos_rows[i];

        if (row->osinfo == NULL || row->arch != arch
            || !vx_str_eq(osinfo, vx_str_c(row->osinfo)))
            continue;
        if (row->chosen)
            return row;
        if (first == NULL)
            first = row;
    }
    return first;
}

/* "http://redhat.com/rhel/8.4": the system, up to the last slash. */
static struct vx_str
system_of(struct vx_str osinfo)
{
    size_t n = osinfo.n;

    while (n && osinfo.s[n - 1] != '/')
        n--;
    return vx_str_of(osinfo.s, n);
}

/* … and its series, here "8"; nothing for what is no number, and for Windows' "2k8". */
static struct vx_str
series_of(struct vx_str osinfo)
{
    struct vx_str version = vx_str_skip(osinfo, system_of(osinfo).n);
    size_t n = 0;

    while (n < version.n && vx_is_digit((unsigned char)version.s[n]))
        n++;
    if (n < version.n && version.s[n] != '.' && version.s[n] != '-'
        && !vx_str_starts(vx_str_skip(version, n), VX_STR("sp")))
        n = 0;
    return vx_str_of(version.s, n);
}

/* A release of the same series; VMware tells most systems by these. */
static const struct vx_guestos_row *
series_row(struct vx_str osinfo, enum vx_arch arch)
{
    struct vx_str series = series_of(osinfo);

    for (size_t i = 0; i < sizeof(vx_guestos_rows) / sizeof(vx_guestos_rows[0]); i++) {
        const struct vx_guestos_row *row = &vx_guestos_rows[i];
        struct vx_str other = vx_str_c(row->osinfo);

        if (row->osinfo && row->arch == arch && series.n
            && vx_str_eq(system_of(other), system_of(osinfo))
            && vx_str_eq(series_of(other), series))
            return row;
    }
    return NULL;
}

/* The row for any release of a system, whose id ends in "unknown". */
static const struct vx_guestos_row *
system_row(struct vx_str osinfo, enum vx_arch arch)
{
    for (size_t i = 0; i < sizeof(vx_guestos_rows) / sizeof(vx_guestos_rows[0]); i++) {
        const struct vx_guestos_row *row = &vx_guestos_rows[i];
        struct vx_str other = vx_str_c(row->osinfo), system = system_of(other);

        if (row->osinfo && row->arch == arch && vx_str_eq(system, system_of(osinfo))
            && vx_str_eq(vx_str_skip(other, system.n), VX_STR("unknown")))
            return row;
    }
    return NULL;
}

/* Systems whose words tell less than an id does, or that the database learned of after
 * VMware: how the id begins, and the word without what says the architecture. */
static const struct {
    const char *id, *word;
} nameless[] = {
    {"http://almalinux.org/almalinux/", "almalinux"},
    {"http://debian.org/debian/12", "debian12"},
    {"http://debian.org/debian/13", "debian13"},
    {"http://freebsd.org/freebsd/14.", "freeBSD14"},
    {"http://linuxmint.com/linuxmint/", "linuxMint"},
    {"http://microsoft.com/win/2k12r2", "windows8srv"},
    {"http://microsoft.com/win/2k25", "windows2022srvNext"},
    {"http://microsoft.com/win/2k3r2", "winNetStandard"},
    {"http://oracle.com/ol/10", "oraclelinux10"},
    {"http://oracle.com/ol/9", "oraclelinux9"},
    {"http://redhat.com/rhel/10", "rhel10"},
    {"http://suse.com/sle/16", "sles16"},
    {"http://ubuntu.com/ubuntu/", "ubuntu"},
};

/* The row of "debian12-64", for example. */
static const struct vx_guestos_row *
row_of_parts(const char *word, enum vx_arch arch)
{
    static const struct {
        const char *before, *after;
    } parts[] = {
        [VX_ARCH_I686] = {"", ""},
        [VX_ARCH_X86_64] = {"", "-64"},
        [VX_ARCH_AARCH64] = {"arm-", "-64"},
    };

    char whole[40];
    int n = snprintf(whole, sizeof(whole), "%s%s%s", parts[arch].before, word,
                     parts[arch].after);

    return vx_guestos_find(vx_str_of(whole, (size_t)n));
}

static const struct vx_guestos_row *
nameless_row(struct vx_str osinfo, enum vx_arch arch)
{
    for (size_t i = 0; i < sizeof(nameless) / sizeof(nameless[0]); i++)
        if (vx_str_starts(osinfo, vx_str_c(nameless[i].id)))
            return row_of_parts(nameless[i].word, arch);
    return NULL;
}

const char *
vx_guestos_back(struct vx_str osinfo, enum vx_arch arch)
{
    const struct vx_guestos_row *row = same_row(osinfo, arch);

    if (row == NULL)
        row = nameless_row(osinfo, arch);
    if (row == NULL)
        row = series_row(osinfo, arch);
    if (row == NULL)
        row = system_row(osinfo, arch);
    return row ? row->word : NULL;
}
