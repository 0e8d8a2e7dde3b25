/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CPUID masks into CPU features: cpuid.LEAF.REG of 32 symbols, one for each bit from
 * the highest; and featMask.vm.cpuid.NAME and cpuid.NAME, one feature each.
 *
 * A mask also says things that no feature can: bits without a name, H, x, R.  So its
 * text always stays in the metadata, and the features alone lead back to one that means
 * the same. */
#include "map/back.h"
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

/* ---- the way back ---------------------------------------------------------------- */

enum { MASK_ROOM = BITS + BITS / 4, TOLD_MAX = 1024 };

/* A key of the family that the metadata remembers, with its text. */
struct told_key {
    struct told_key *next; /* in file order */
    struct vx_str name, text;
    struct mask mask; /* when `bit` is NULL */
    const struct vx_cpuid_bit *bit;
    uint8_t policy; /* of `bit` */
};

static bool
learn_feature(struct told_key *key, struct vx_str name)
{
    bool odd;

    key->bit = find_name(name);
    return key->bit && read_limit(key->text, &odd, &key->policy);
}

/* False for what says nothing of a CPU feature. */
static bool
learn_key(struct told_key *key)
{
    struct vx_str vm = VX_STR("featMask.vm."), names = VX_STR("cpuid.");
    struct vx_str name = key->name;
    bool strict = vx_str_istarts(name, vm);

    if (key->text.s == NULL)
        return false;
    if (strict)
        name = vx_str_skip(name, vm.n);
    if (!vx_str_istarts(name, names))
        return false;
    name = vx_str_skip(name, names.n);
    if (!strict && read_register(name, &key->mask))
        return read_symbols(key->text, &key->mask);
    return learn_feature(key, name);
}

/* Those of the metadata, read once; a file that has more than TOLD_MAX is no file of
 * VMware's, and the rest stays as it was written. */
static const struct told_key *
told_keys(struct vx_map *map)
{
    struct vx_back *back = map->back;
    struct told_key **end = &back->cpuid_had;
    struct vx_node *node =
        back->config && !back->cpuid_read ? back->config->children : NULL;

    back->cpuid_read = true;
    for (size_t count = 0; node && count < TOLD_MAX; node = node->next) {
        struct told_key key = {.name = vx_xml_value(node, "name"),
                               .text = vx_xml_value(node, "text")};

        if (!learn_key(&key)
            || (*end = vx_arena_alloc(map->arena, sizeof(key))) == NULL)
            continue;
        **end = key;
        end = &(*end)->next;
        count++;
    }
    return back->cpuid_had;
}

static bool
has_name(const struct told_key *keys, const struct vx_cpuid_bit *bit)
{
    while (keys && keys->bit != bit)
        keys = keys->next;
    return keys != NULL;
}

/* The mask of that register for all hosts that counts. */
static const struct mask *
told_mask(const struct told_key *key, uint32_t leaf, unsigned reg)
{
    for (; key; key = key->next)
        if (key->bit == NULL && !key->mask.amd && key->mask.leaf == leaf
            && key->mask.reg == reg)
            return &key->mask;
    return NULL;
}

static uint8_t
policy_now(const struct vx_map *map, const struct vx_cpuid_bit *bit)
{
    return map->vm.cpu.policies ? map->vm.cpu.policies[vx_cpuid_number(bit)]
                                : (uint8_t)VX_POLICY_NONE;
}

/* vhv.enable says it already: of one that the guest may see, whatever `then` said. */
static bool
is_nested(const struct vx_map *map, const struct vx_cpuid_bit *bit, uint8_t then)
{
    return map->vm.cpu.nested == VX_YES && then < VX_POLICY_OPTIONAL
           && policy_now(map, bit) < VX_POLICY_DISABLE
           && (strcmp(bit->name, "vmx") == 0 || strcmp(bit->name, "svm") == 0);
}

/* The symbol that asks for what the elements ask for: the remembered one while it does.
 */
static char
symbol_now(const struct vx_map *map, const struct told_key *keys,
           const struct vx_cpuid_bit *bit, char told)
{
    static const char canonical[] = {
        [VX_POLICY_NONE] = '-',    [VX_POLICY_FORCE] = '1',
        [VX_POLICY_REQUIRE] = 'T', [VX_POLICY_OPTIONAL] = '-',
        [VX_POLICY_DISABLE] = '0', [VX_POLICY_FORBID] = 'F',
    };
    uint8_t now = policy_now(map, bit), then = policy_of_symbol(told);

    if (now == then || is_nested(map, bit, then)
        || (then == VX_POLICY_NONE && now != VX_POLICY_FORBID && has_name(keys, bit)))
        return told;
    return canonical[now];
}

/* What stands in the mask now; bits without a name stay as they were. */
static void
renew_mask(const struct vx_map *map, const struct told_key *keys, struct mask *mask)
{
    size_t count;
    const struct vx_cpuid_bit *bit =
        vx_cpuid_register(mask->leaf, 0, mask->reg, &count);

    for (; count; bit++, count--)
        mask->symbol[bit->bit] = symbol_now(map, keys, bit, mask->symbol[bit->bit]);
}

/* In groups of four, as VMware writes them, unless `plain`. */
static struct vx_str
mask_text(char room[MASK_ROOM], const struct mask *mask, bool plain)
{
    size_t size = 0;

    for (int bit = BITS - 1; bit >= 0; bit--) {
        room[size++] = mask->symbol[bit];
        if (!plain && bit && bit % 4 == 0)
            room[size++] = ':';
    }
    return vx_str_of(room, size);
}

static void
put_mask(struct vx_map *map, struct vx_str name, const struct mask *mask, bool plain)
{
    char room[MASK_ROOM];

    if (!says_nothing(mask))
        vx_put_name(map, name, mask_text(room, mask, plain));
}

/* A mask for AMD alone follows the one for all hosts while both are the same. */
static void
put_told_mask(struct vx_map *map, const struct told_key *keys,
              const struct told_key *key)
{
    const struct mask *general = told_mask(keys, key->mask.leaf, key->mask.reg);
    struct mask now = key->mask;

    if (key->mask.amd && (general == NULL || !same_symbols(general, &now)))
        return;
    renew_mask(map, keys, &now);
    put_mask(map, key->name, &now, vx_str_find(key->text, ':') < 0);
}

static void
put_told_feature(struct vx_map *map, const struct told_key *key)
{
    static const struct vx_str limits[] = {
        [VX_POLICY_NONE] = {NULL, 0},       [VX_POLICY_FORCE] = {"Val:1", 5},
        [VX_POLICY_REQUIRE] = {"Min:1", 5}, [VX_POLICY_OPTIONAL] = {NULL, 0},
        [VX_POLICY_DISABLE] = {"Val:0", 5}, [VX_POLICY_FORBID] = {NULL, 0},
    };
    uint8_t now = policy_now(map, key->bit);

    if (now == key->policy || is_nested(map, key->bit, key->policy))
        vx_put_name(map, key->name, key->text);
    else if (limits[now].s)
        vx_put_name(map, key->name, limits[now]);
}

/* The register that begins with row `number`: a mask of its own, unless one is
 * remembered.  Returns the number behind it. */
static size_t
put_register(struct vx_map *map, const struct told_key *keys, size_t number)
{
    const struct vx_cpuid_bit *first = vx_cpuid_at(number), *bit;
    struct mask mask = {.leaf = first->leaf, .reg = first->reg};
    struct vx_str name = VX_STR_NONE;
    size_t count;

    memset(mask.symbol, '-', sizeof(mask.symbol));
    bit = vx_cpuid_register(first->leaf, first->subleaf, first->reg, &count);
    number += count;
    if (first->subleaf || told_mask(keys, mask.leaf, mask.reg))
        return number;
    for (; count; bit++, count--)
        mask.symbol[bit->bit] = symbol_now(map, keys, bit, '-');
    if (!says_nothing(&mask))
        name = vx_arena_printf(map->arena, "cpuid.%x.e%cx", (unsigned)mask.leaf,
                               (int)"abcd"[mask.reg]);
    if (name.s)
        put_mask(map, name, &mask, false);
    return number;
}

void
vx_cpuid_put(struct vx_map *map)
{
    const struct told_key *keys = told_keys(map);

    for (const struct told_key *key = keys; key; key = key->next)
        if (key->bit)
            put_told_feature(map, key);
        else
            put_told_mask(map, keys, key);
    if (map->vm.cpu.policies)
        for (size_t number = 0; number < vx_cpuid_count();)
            number = put_register(map, keys, number);
}

bool
vx_cpuid_back(struct vx_map *map, const struct vx_cpuid_bit *bit, uint8_t policy)
{
    uint8_t *at = policy_of(map, bit);

    if (at == NULL || *at)
        return false;
    *at = policy;
    return true;
}

bool
vx_cpuid_has_key(struct vx_map *map, const struct vx_cpuid_bit *bit)
{
    return bit->subleaf == 0 || has_name(told_keys(map), bit);
}
