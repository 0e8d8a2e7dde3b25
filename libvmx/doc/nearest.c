/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names are compared in their normal form, so neither case nor numbers count.  Nearly
 * all entries are passed over by their length and by the letters they have; what is
 * left is measured. */
#include "doc/nearest.h"

#include "doc/facts.h"

#include "base/banned.h"

enum { SLIPS_MAX = 2 };

struct search {
    const struct vx_name *name;
    uint32_t bag;
    uint32_t device; /* bytes of the normal form that name a device, which must agree */
    uint32_t limit;
};

static uint32_t
bag_bit(unsigned char c)
{
    if (c >= 'a' && c <= 'z')
        return (uint32_t)1 << (c - 'a');
    switch (c) {
    case '#':
        return 1u << 26;
    case '.':
        return 1u << 27;
    case ':':
        return 1u << 28;
    case '-':
        return 1u << 29;
    default:
        return 1u << 30;
    }
}

static uint32_t
bag_of(const struct vx_name *name)
{
    uint32_t bag = 0;

    for (uint32_t i = 0; i < name->size; i++)
        bag |= bag_bit(name->normal[i]);
    return bag;
}

/* One slip takes at most one letter away. */
static inline bool
has_more_bits(uint32_t bits, uint32_t limit)
{
    for (; limit && bits; limit--)
        bits &= bits - 1;
    return bits != 0;
}

static inline uint32_t
least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* The slips between two texts, of which none is longer than VX_NAME_MAX; more than
 * `limit` of them are not counted further. */
static uint32_t
slips_between(const unsigned char *a, uint32_t a_size, const unsigned char *b,
              uint32_t b_size, uint32_t limit)
{
    uint8_t rows[3][VX_NAME_MAX + 1]; /* of a, by turns; columns of b */

    for (uint32_t j = 0; j <= b_size; j++)
        rows[0][j] = (uint8_t)j;
    for (uint32_t i = 1; i <= a_size; i++) {
        const uint8_t *before = rows[(i + 1) % 3], *above = rows[(i - 1) % 3];
        uint8_t *row = rows[i % 3];
        uint32_t lowest = i;

        row[0] = (uint8_t)i;
        for (uint32_t j = 1; j <= b_size; j++) {
            uint32_t cost = above[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u);

            cost = least(cost, least(above[j], row[j - 1]) + 1u);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost = least(cost, before[j - 2] + 1u);
            row[j] = (uint8_t)cost;
            lowest = least(lowest, cost);
        }
        if (lowest > limit)
            return lowest;
    }
    return rows[a_size % 3][b_size];
}

static uint32_t
distance(const unsigned char *a, uint32_t a_size, const unsigned char *b,
         uint32_t b_size, uint32_t limit)
{
    for (; a_size && b_size && *a == *b; a_size--, b_size--)
        a++, b++;
    while (a_size && b_size && a[a_size - 1] == b[b_size - 1])
        a_size--, b_size--;
    return slips_between(a, a_size, b, b_size, limit);
}

static uint32_t
count_numbers(const struct vx_name *name)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < name->size; i++)
        if (name->normal[i] == '#')
            count++;
    return count;
}

/* Another number where the name has a certain one is a slip, too: guest65. */
static uint32_t
wrong_numbers(const struct vx_name *name, const struct vx_key_entry *entry)
{
    uint32_t wrong = 0;

    for (uint32_t i = 0; i < VX_NAME_NUMBERS; i++)
        if ((entry->fixed >> i & 1) && name->numbers[i] != entry->fixed_value)
            wrong++;
    return wrong;
}

/* The slips between the name and an entry's; more than the limit when it is no
 * candidate, as are masks of CPUID: letters may be part of their numbers. */
static uint32_t
slips_to(const struct search *search, uint16_t candidate, uint32_t numbers)
{
    const struct vx_key_entry *entry = &vx_key_entries[candidate];
    const unsigned char *normal = (const unsigned char *)vx_key_text + entry->norm;
    uint32_t limit = search->limit, size = search->name->size, wrong;
    uint32_t bag = vx_key_bags[candidate];

    if (bag == 0 || entry->len > size + limit || size > entry->len + limit
        || has_more_bits(bag & ~search->bag, limit)
        || has_more_bits(search->bag & ~bag, limit) || entry->numbers != numbers
        || entry->len > VX_NAME_MAX || entry->len <= search->device
        || entry->kind == VX_KIND_CPUID
        || memcmp(normal, search->name->normal, search->device) != 0)
        return limit + 1;
    wrong = wrong_numbers(search->name, entry);
    return wrong + distance(search->name->normal, size, normal, entry->len, limit);
}

static bool
is_deprecated(uint16_t entry)
{
    return vx_facts[entry].flags & VX_FACT_DEPRECATED;
}

/* Of two that are as near, the one that is not deprecated, then the first. */
static uint16_t
find_nearest(const struct search *search)
{
    uint32_t numbers = count_numbers(search->name), best = search->limit + 1;
    uint16_t nearest = VX_KEY_NO_ENTRY;

    for (uint32_t i = 0; i < VX_KEY_ENTRIES; i++) {
        uint16_t entry = (uint16_t)i;
        uint32_t slips = slips_to(search, entry, numbers);

        if (slips < best
            || (slips == best && nearest != VX_KEY_NO_ENTRY && is_deprecated(nearest)
                && !is_deprecated(entry))) {
            best = slips;
            nearest = entry;
        }
    }
    return nearest;
}

/* ---- the suggestion -------------------------------------------------------------- */

/* The next run of digits in a name, and what follows it. */
static struct vx_str
next_number(struct vx_str *rest)
{
    size_t from = 0, to;

    while (from < rest->n && !vx_is_digit((unsigned char)rest->s[from]))
        from++;
    for (to = from; to < rest->n && vx_is_digit((unsigned char)rest->s[to]);)
        to++;
    *rest = vx_str_skip(*rest, to);
    return vx_str_of(rest->s - (to - from), to - from);
}

/* Without the zeros in front, which make it no number of a device. */
static struct vx_str
plain_number(struct vx_str number)
{
    while (number.n > 1 && number.s[0] == '0')
        number = vx_str_skip(number, 1);
    return number;
}

void
vx_key_spell(uint16_t entry, struct vx_str key, struct vx_buf *out)
{
    for (const char *at = vx_key_pattern(entry); *at;) {
        struct vx_str number;

        if (*at != '[' && !vx_is_digit((unsigned char)*at)) {
            vx_buf_char(out, *at++);
            continue;
        }
        number = next_number(&key);
        if (*at == '[') {
            vx_buf_str(out, plain_number(number));
            at = strchr(at, ']') + 1;
            continue;
        }
        while (vx_is_digit((unsigned char)*at))
            vx_buf_char(out, *at++);
    }
}

/* Bytes of a device's name in the normal form, of a line that leads to the device. */
static uint32_t
device_size(const struct vx_line *line)
{
    const struct vx_key_entry *entry = &vx_key_entries[line->entry];

    return entry->flags & VX_KEY_IMPLICIT ? entry->len : 0;
}

uint16_t
vx_key_nearest(struct vx_str key, struct vx_buf *out)
{
    struct vx_line line = {.text = key.s, .key_size = (uint32_t)key.n};
    struct vx_name name;
    struct search search = {.name = &name};
    uint16_t nearest;
    size_t before;

    if (key.n == 0 || key.n > VX_NAME_MAX)
        return VX_KEY_NO_ENTRY;
    vx_key_learn(&line);
    vx_name_scan(key, &name);
    if (line.entry != VX_KEY_NO_ENTRY && vx_key_bags[line.entry])
        return VX_KEY_NO_ENTRY;
    search.device = line.entry == VX_KEY_NO_ENTRY ? 0 : device_size(&line);
    search.limit = least(SLIPS_MAX, (name.size - search.device) / 3);
    search.bag = bag_of(&name);
    nearest = find_nearest(&search);
    if (nearest == VX_KEY_NO_ENTRY)
        return nearest;
    before = out->size;
    vx_key_spell(nearest, key, out);
    if (out->failed || !vx_str_ieq(vx_str_skip(vx_buf_text(out), before), key))
        return nearest;
    out->size = before; /* the slip is in a number that no device has */
    return VX_KEY_NO_ENTRY;
}
