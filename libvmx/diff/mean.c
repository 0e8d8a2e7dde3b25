/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diff/mean.h"

#include "doc/facts.h"

#include "base/banned.h"

static const struct vx_str truth[] = {{"FALSE", 5}, {"TRUE", 4}};

static struct vx_str
mean_bool(struct vx_str value)
{
    bool is;

    return vx_bool_word(value, &is) ? truth[is] : value;
}

/* Of any length: a number is compared as text. */
static struct vx_str
mean_number(struct vx_arena *arena, struct vx_str value)
{
    struct vx_str digits = value;
    bool minus = value.n && value.s[0] == '-';
    char *made;

    if (minus || (value.n && value.s[0] == '+'))
        digits = vx_str_skip(digits, 1);
    for (size_t i = 0; i < digits.n; i++)
        if (!vx_is_digit((unsigned char)digits.s[i]))
            return value;
    if (digits.n == 0)
        return value;
    while (digits.n > 1 && digits.s[0] == '0')
        digits = vx_str_skip(digits, 1);
    minus = minus && digits.s[0] != '0';
    if (!minus || digits.s[-1] == '-')
        return minus ? vx_str_of(digits.s - 1, digits.n + 1) : digits;
    made = vx_arena_alloc(arena, digits.n + 1);
    if (made == NULL)
        return VX_STR_NONE;
    made[0] = '-';
    memcpy(made + 1, digits.s, digits.n);
    return vx_str_of(made, digits.n + 1);
}

/* `bytes` pairs of digits with any of " -:" between them, with ':' or nothing there. */
static struct vx_str
mean_hex(struct vx_arena *arena, struct vx_str value, size_t bytes, bool colons)
{
    size_t digits = 0, size = 0;
    char *made = vx_arena_alloc(arena, bytes * 3);

    if (made == NULL)
        return VX_STR_NONE;
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = vx_lower((unsigned char)value.s[i]);

        if (c == ' ' || c == '-' || c == ':')
            continue;
        if (vx_hex_digit(c) < 0 || digits == bytes * 2)
            return value;
        if (colons && digits && digits % 2 == 0)
            made[size++] = ':';
        made[size++] = (char)c;
        digits++;
    }
    return digits == bytes * 2 ? vx_str_of(made, size) : value;
}

static struct vx_str
mean_word(struct vx_arena *arena, struct vx_str value)
{
    char *made;
    size_t i = 0;

    while (i < value.n && !(value.s[i] >= 'A' && value.s[i] <= 'Z'))
        i++;
    if (i == value.n)
        return value;
    made = vx_arena_alloc(arena, value.n);
    if (made == NULL)
        return VX_STR_NONE;
    for (i = 0; i < value.n; i++)
        made[i] = (char)vx_lower((unsigned char)value.s[i]);
    return vx_str_of(made, value.n);
}

struct vx_str
vx_mean(struct vx_arena *arena, uint16_t entry, struct vx_str value)
{
    if (entry == VX_KEY_NO_ENTRY || value.s == NULL)
        return value;
    switch ((enum vx_key_type)vx_key_entries[entry].type) {
    case VX_TYPE_BOOL:
        return mean_bool(value);
    case VX_TYPE_INT:
    case VX_TYPE_SIZE:
        return mean_number(arena, value);
    case VX_TYPE_UUID:
        return mean_hex(arena, value, 16, false);
    case VX_TYPE_MAC:
        return mean_hex(arena, value, 6, true);
    case VX_TYPE_ENUM:
        return mean_word(arena, value);
    case VX_TYPE_STRING:
    case VX_TYPE_PATH:
    case VX_TYPES:
        break;
    }
    return value;
}

/* Does the absence of the key say the same?  A word that a property has on another bus
 * may be none here. */
static bool
is_default(uint16_t entry, struct vx_str mean)
{
    const struct vx_key_facts *facts = vx_key_facts(entry);
    const char *fallback = facts ? vx_fact(facts->fallback) : "";
    bool word = facts && vx_key_entries[entry].type == VX_TYPE_ENUM;

    if (vx_is_present_key(entry))
        return vx_str_eq(mean, truth[false]);
    if (*fallback == '\0' || (word && (facts->flags & VX_FACT_BORROWED)))
        return false;
    return word ? vx_str_is(mean, fallback) : vx_str_eq(mean, vx_str_c(fallback));
}

struct vx_str
vx_mean_said(struct vx_arena *arena, uint16_t entry, struct vx_str value)
{
    struct vx_str mean = vx_mean(arena, entry, value);

    return mean.s && is_default(entry, mean) ? VX_STR_NONE : mean;
}

uint16_t
vx_key_entry_of(struct vx_str key)
{
    struct vx_line line = {
        .text = key.s, .key_size = (uint32_t)key.n, .kind = VX_LINE_ENTRY};

    vx_key_learn(&line);
    return line.entry;
}
