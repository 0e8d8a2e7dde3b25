/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CPUID masks into CPU features: cpuid.LEAF.REG of 32 symbols, one for each bit from
 * the highest; and featMask.vm.cpuid.NAME and cpuid.NAME, one feature each.
 *
 * A mask also says things that no feature can: bits without a name, H, x, R.  So its
 * text always stays in the metadata, and the features alone lead back to one that means
 * the same. */
#include "map/dev/dev.h"

#include "base/num.h"
#include "model/cpuid.h"

#include "base/banned.h"

enum { BITS = 32 };

/* ---- names ----------------------------------------------------------------------- */

/* Where VMware's name of a feature is another word than libvirt's. */
static const struct {
    const char *vmware, *libvirt;
} aliases[] = {
    {"3DNOWPLUS", "3dnowext"},
    {"3DNPREFETCH", "3dnowprefetch"},
    {"AVX512QFMAPS", "avx512-4fmaps"},
    {"AVX512QVNNIW", "avx512-4vnniw"},
    {"CLFSH", "clflush"},
    {"CMPXCHG16B", "cx16"},
    {"CNXTID", "cid"},
    {"CR8AVAIL", "cr8legacy"},
    {"EIST", "est"},
    {"ENFSTRG", "erms"},
    {"EXTAPICSPC", "extapic"},
    {"FAST_SHORT_REPMOV", "fsrm"},
    {"FCMD", "flush-l1d"},
    {"FFXSR", "fxsr_opt"},
    {"HTT", "ht"},
    {"IBRS", "spec-ctrl"}, /* the bit of leaf 7; libvirt's ibrs is AMD's */
    {"LAHF64", "lahf_lm"},
    {"MISALIGNED_SSE", "misalignsse"},
    {"MWAIT", "monitor"},
    {"PSN", "pn"},
    {"SHA", "sha-ni"},
    {"SSE3", "pni"},
    {"SVM_DECODE_ASSISTS", "decodeassists"},
    {"SVM_FLUSH_BY_ASID", "flushbyasid"},
    {"SVM_NPT", "npt"},
    {"SVM_NRIP", "nrip-save"},
    {"SVM_VMCB_CLEAN", "vmcb-clean"},
    {"XGETBV_ECX1", "xgetbv1"},
};

static bool
joins(char c)
{
    return c == '.' || c == '-' || c == '_';
}

/* Equal but for case and for what joins words: SSE41 is sse4.1. */
static bool
same_name(struct vx_str a, struct vx_str b)
{
    for (;;) {
        while (a.n && joins(a.s[0]))
            a = vx_str_skip(a, 1);
        while (b.n && joins(b.s[0]))
            b = vx_str_skip(b, 1);
        if (a.n == 0 || b.n == 0)
            return a.n == b.n;
        if (vx_lower((unsigned char)a.s[0]) != vx_lower((unsigned char)b.s[0]))
            return false;
        a = vx_str_skip(a, 1);
        b = vx_str_skip(b, 1);
    }
}

static const struct vx_cpuid_bit *
find_name(struct vx_str name)
{
    for (size_t i = 0; i < VX_COUNT(aliases); i++)
        if (vx_str_ieq(name, vx_str_c(aliases[i].vmware)))
            return vx_cpuid_find(vx_str_c(aliases[i].libvirt));
    for (size_t i = 0; i < vx_cpuid_count(); i++)
        if (same_name(name, vx_str_c(vx_cpuid_at(i)->name)))
            return vx_cpuid_at(i);
    return NULL;
}

/* ---- the set of features --------------------------------------------------------- */

/* The place of the bit's policy; NULL without memory. */
static uint8_t *
policy_of(struct vx_map *map, const struct vx_cpuid_bit *bit)
{
    struct vx_cpu *cpu = &map->vm.cpu;

    if (cpu->policies == NULL)
        cpu->policies = vx_arena_array(map->arena, vx_cpuid_count(), 1);
    return cpu->policies ? &cpu->policies[vx_cpuid_number(bit)] : NULL;
}

bool
vx_cpuid_demand(struct vx_map *map, uint32_t leaf, unsigned reg, unsigned bit,
                uint8_t policy)
{
    size_t count;
    const struct vx_cpuid_bit *row = vx_cpuid_register(leaf, 0, reg, &count);
    uint8_t *at;

    while (count && row->bit != bit)
        row++, count--;
    at = count ? policy_of(map, row) : NULL;
    if (at == NULL || *at)
        return false;
    *at = policy;
    return true;
}

/* False when an earlier key says otherwise. */
static bool
demand(struct vx_map *map, const struct vx_cpuid_bit *bit, uint8_t policy,
       uint32_t slot)
{
    uint8_t *at = policy_of(map, bit);

    if (at == NULL)
        return false;
    if (*at && *at != policy) {
        vx_map_diag(map, VX_FEATURE_TWICE, slot, "an earlier key says otherwise of %s",
                    bit->name);
        return false;
    }
    *at = policy;
    return true;
}

/* ---- masks of a register --------------------------------------------------------- */

struct mask {
    uint32_t leaf;
    unsigned reg;
    bool amd;          /* on hosts of AMD alone */
    char symbol[BITS]; /* by bit */
};

/* The text up to the next dot, which is taken off. */
static struct vx_str
take_part(struct vx_str *text)
{
    ptrdiff_t dot = vx_str_find(*text, '.');
    struct vx_str part = dot < 0 ? *text : vx_str_of(text->s, (size_t)dot);

    *text = vx_str_skip(*text, dot < 0 ? text->n : (size_t)dot + 1);
    return part;
}

/* Hexadecimal, as VMware writes it; what is too long for that is decimal. */
static bool
read_leaf(struct vx_str text, uint32_t *ret)
{
    uint64_t number;

    if (text.n > 8 ? !vx_num_u64(text, &number) : !vx_num_hex(text, &number))
        return false;
    if (number > UINT32_MAX)
        return false;
    *ret = (uint32_t)number;
    return true;
}

/* LEAF.REG or LEAF.REG.amd; false when the name is something else. */
static bool
read_register(struct vx_str name, struct mask *mask)
{
    static const char registers[] = "abcd";
    struct vx_str leaf = take_part(&name), reg = take_part(&name);
    const char *at;

    if (reg.n != 3 || vx_lower((unsigned char)reg.s[0]) != 'e'
        || vx_lower((unsigned char)reg.s[2]) != 'x')
        return false;
    at = memchr(registers, vx_lower((unsigned char)reg.s[1]), 4);
    if (at == NULL || !read_leaf(leaf, &mask->leaf))
        return false;
    mask->reg = (unsigned)(at - registers);
    mask->amd = vx_str_ieq(name, VX_STR("amd"));
    return name.n == 0 || mask->amd;
}

/* What a symbol asks of its bit, plus 1; 0 for what is no symbol. */
static const uint8_t symbols[256] = {
    ['-'] = 1 + VX_POLICY_NONE, /* as VMware has it, as the host has it, whatever */
    ['H'] = 1 + VX_POLICY_NONE,    ['h'] = 1 + VX_POLICY_NONE,
    ['X'] = 1 + VX_POLICY_NONE,    ['x'] = 1 + VX_POLICY_NONE,
    ['0'] = 1 + VX_POLICY_DISABLE, ['R'] = 1 + VX_POLICY_DISABLE,
    ['r'] = 1 + VX_POLICY_DISABLE, /* reserved: reads 0 */
    ['1'] = 1 + VX_POLICY_FORCE,   ['T'] = 1 + VX_POLICY_REQUIRE,
    ['t'] = 1 + VX_POLICY_REQUIRE, ['F'] = 1 + VX_POLICY_FORBID,
    ['f'] = 1 + VX_POLICY_FORBID,
};

/* 32 symbols, also in groups of four with colons. */
static bool
read_symbols(struct vx_str text, struct mask *mask)
{
    unsigned bit = BITS;

    text = vx_str_trim(text);
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.s[i];

        if (c == ':' && bit % 4 == 0 && bit < BITS)
            continue;
        if (bit == 0 || symbols[c] == 0)
            return false;
        mask->symbol[--bit] = (char)c;
    }
    return bit == 0;
}

static uint8_t
policy_of_symbol(char symbol)
{
    return (uint8_t)(symbols[(unsigned char)symbol] - 1);
}

static bool
says_nothing(const struct mask *mask)
{
    for (int bit = 0; bit < BITS; bit++)
        if (mask->symbol[bit] != '-')
            return false;
    return true;
}

/* What the passes over the family remember. */
struct masks {
    struct vx_map *map;
    /* By the number of a register's first row: the mask for all hosts, once an element
     * says it. */
    const struct mask **general;
    bool amd; /* the pass for masks of AMD alone */
};

static bool
same_symbols(const struct mask *a, const struct mask *b)
{
    return vx_str_ieq(vx_str_of(a->symbol, BITS), vx_str_of(b->symbol, BITS));
}

static void
remember(struct masks *masks, const struct vx_cpuid_bit *first, const struct mask *mask)
{
    const struct mask **at = &masks->general[vx_cpuid_number(first)];
    struct mask *copy = *at ? NULL : vx_arena_alloc(masks->map->arena, sizeof(*copy));

    if (copy == NULL)
        return;
    *copy = *mask;
    *at = copy;
}

/* How many symbols ask for something; those of bits with a name become features. */
static unsigned
asked(const struct mask *mask)
{
    unsigned count = 0;

    for (int bit = 0; bit < BITS; bit++)
        count += policy_of_symbol(mask->symbol[bit]) != VX_POLICY_NONE;
    return count;
}

static void
demand_mask(struct masks *masks, const struct mask *mask, uint32_t slot)
{
    size_t count;
    const struct vx_cpuid_bit *row =
        vx_cpuid_register(mask->leaf, 0, mask->reg, &count);
    const struct vx_cpuid_bit *first = row;
    unsigned named = 0;
    bool any = false;

    for (; count; row++, count--) {
        uint8_t policy = policy_of_symbol(mask->symbol[row->bit]);

        named += policy != VX_POLICY_NONE;
        if (policy != VX_POLICY_NONE)
            any |= demand(masks->map, row, policy, slot);
    }
    if (any) {
        vx_map_said(masks->map, slot, false);
        remember(masks, first, mask);
    }
    if (asked(mask) > named)
        vx_map_loss(masks->map, VX_CPUID_BITS, VMX_LOSS_INFORMATION, slot, NULL, NULL);
}

/* A mask for AMD alone has no element of its own: it is said when it is the one for all
 * hosts. */
static void
compare_mask(struct masks *masks, const struct mask *mask, uint32_t slot)
{
    size_t count;
    const struct vx_cpuid_bit *first =
        vx_cpuid_register(mask->leaf, 0, mask->reg, &count);
    const struct mask *general = first ? masks->general[vx_cpuid_number(first)] : NULL;

    if (general && same_symbols(general, mask))
        vx_map_said(masks->map, slot, false);
    else if (asked(mask))
        vx_map_loss(masks->map, VX_CPUID_AMD, VMX_LOSS_INFORMATION, slot, NULL, NULL);
}

static void
read_mask(struct masks *masks, struct mask *mask, uint32_t slot)
{
    struct vx_str text = vx_map_value(masks->map, slot);

    if (!read_symbols(text, mask))
        vx_map_diag(masks->map, VX_BAD_VALUE, slot,
                    "\"%.*s\" is not a CPUID mask: 32 of the symbols - 0 1 H R T F x",
                    VX_ARG(text));
    else if (says_nothing(mask))
        vx_map_default(masks->map, slot);
    else if (mask->amd)
        compare_mask(masks, mask, slot);
    else
        demand_mask(masks, mask, slot);
}

/* ---- masks of a feature ---------------------------------------------------------- */

static bool
read_limit(struct vx_str text, bool *ret_odd, uint8_t *ret)
{
    static const struct {
        struct vx_str text;
        uint8_t policy;
    } limits[] = {
        {{"Val:0", 5}, VX_POLICY_DISABLE},
        {{"Max:0", 5}, VX_POLICY_DISABLE},
        {{"Val:1", 5}, VX_POLICY_FORCE},
        {{"Min:1", 5}, VX_POLICY_REQUIRE},
    };

    text = vx_str_trim(text);
    *ret_odd = !vx_str_istarts(text, VX_STR("Val:"))
               && !vx_str_istarts(text, VX_STR("Max:"))
               && !vx_str_istarts(text, VX_STR("Min:"));
    for (size_t i = 0; i < VX_COUNT(limits); i++)
        if (vx_str_ieq(text, limits[i].text)) {
            *ret = limits[i].policy;
            return true;
        }
    return false;
}

static void
read_feature(struct vx_map *map, struct vx_str name, uint32_t slot, bool strict)
{
    struct vx_str text = vx_map_value(map, slot);
    const struct vx_cpuid_bit *bit;
    uint8_t policy = VX_POLICY_NONE;
    bool odd;

    if (!read_limit(text, &odd, &policy)) {
        if (odd && strict)
            vx_map_diag(map, VX_BAD_VALUE, slot,
                        "\"%.*s\" is not Min:n, Max:n or Val:n", VX_ARG(text));
        return;
    }
    bit = find_name(name);
    if (bit && demand(map, bit, policy, slot))
        vx_map_said(map, slot, false);
}

/* ---- the family ------------------------------------------------------------------ */

static void
read_key(struct masks *masks, uint32_t slot)
{
    struct vx_str key = vx_line_key(&masks->map->doc->lines[slot - 1]);
    struct vx_str vm = VX_STR("featMask.vm."), names = VX_STR("cpuid.");
    bool strict = vx_str_istarts(key, vm);
    struct mask mask;

    if (strict)
        key = vx_str_skip(key, vm.n);
    if (!vx_str_istarts(key, names))
        return;
    key = vx_str_skip(key, names.n);
    if (!strict && read_register(key, &mask)) {
        if (mask.amd == masks->amd)
            read_mask(masks, &mask, slot);
    } else if (!masks->amd) {
        read_feature(masks->map, key, slot, strict);
    }
}

void
vx_cpuid_read(struct vx_map *map)
{
    struct masks masks = {
        .map = map,
        .general = vx_arena_array(map->arena, vx_cpuid_count(), sizeof(*masks.general)),
    };

    if (masks.general == NULL)
        return;
    for (const struct vx_family *line = map->slots.cpuid; line; line = line->next)
        read_key(&masks, line->line + 1);
    masks.amd = true;
    for (const struct vx_family *line = map->slots.cpuid; line; line = line->next)
        read_key(&masks, line->line + 1);
}
