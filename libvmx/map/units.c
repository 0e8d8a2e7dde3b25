/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "map/units.h"

#include "base/num.h"

#include "base/banned.h"

/* libvirt's documentation of <memory>, element "unit"; ASCII case ignored. */
static const struct {
    const char *name;
    uint64_t bytes;
} units[] = {
    {"b", 1},
    {"byte", 1},
    {"bytes", 1},
    {"k", 1u << 10},
    {"kib", 1u << 10},
    {"kb", 1000},
    {"m", 1u << 20},
    {"mib", 1u << 20},
    {"mb", 1000000},
    {"g", 1u << 30},
    {"gib", 1u << 30},
    {"gb", 1000000000},
    {"t", (uint64_t)1 << 40},
    {"tib", (uint64_t)1 << 40},
    {"tb", 1000000000000},
    {"p", (uint64_t)1 << 50},
    {"pib", (uint64_t)1 << 50},
    {"pb", 1000000000000000},
    {"e", (uint64_t)1 << 60},
    {"eib", (uint64_t)1 << 60},
    {"eb", 1000000000000000000},
};

static uint64_t
bytes_of(struct vx_str unit)
{
    if (unit.s == NULL || unit.n == 0)
        return 1u << 10;
    for (size_t i = 0; i < VX_COUNT(units); i++)
        if (vx_str_is(unit, units[i].name))
            return units[i].bytes;
    return 0;
}

bool
vx_units_kib(struct vx_str text, struct vx_str unit, uint64_t *ret)
{
    const uint64_t most = (uint64_t)1 << 63;
    uint64_t number, bytes = bytes_of(unit);

    while (text.n && (text.s[0] == '\n' || vx_is_blank((unsigned char)text.s[0])))
        text = vx_str_skip(text, 1);
    while (text.n
           && (text.s[text.n - 1] == '\n'
               || vx_is_blank((unsigned char)text.s[text.n - 1])))
        text.n--;
    if (bytes == 0 || !vx_num_u64(text, &number) || (number && bytes > most / number))
        return false;
    *ret = (number * bytes + 1023) / 1024;
    return true;
}

static struct vx_attr *
unit_of(struct vx_map *map, struct vx_node *element)
{
    struct vx_attr **end = &element->attrs;

    for (; *end; end = &(*end)->next)
        if (vx_str_eq((*end)->name, VX_STR("unit")))
            return *end;
    *end = vx_arena_zero(map->arena, sizeof(**end));
    if (*end)
        (*end)->name = VX_STR("unit");
    return *end;
}

/* `value` is the element's text or an attribute of it. */
static void
settle(struct vx_map *map, struct vx_node *element, struct vx_str *value)
{
    struct vx_attr *unit = unit_of(map, element);
    uint64_t kib;

    if (unit == NULL || value->s == NULL || vx_str_eq(unit->value, VX_STR("KiB")))
        return;
    if (!vx_units_kib(*value, unit->value, &kib)) {
        vx_back_diag(map, VX_BAD_XML_VALUE, element, "\"%.*s\" %.*s is no size",
                     VX_ARG(*value), VX_ARG(unit->value));
        return;
    }
    *value = vx_arena_printf(map->arena, "%llu", (unsigned long long)kib);
    unit->value = VX_STR("KiB");
    unit->read = true;
}

static void
settle_cells(struct vx_map *map, struct vx_node *domain)
{
    struct vx_node *numa = vx_xml_find(domain, "cpu/numa", NULL);

    for (struct vx_node *cell = numa ? vx_xml_child(numa, "cell") : NULL; cell;
         cell = vx_xml_next(cell, "cell"))
        for (struct vx_attr *attr = cell->attrs; attr; attr = attr->next)
            if (vx_str_eq(attr->name, VX_STR("memory"))) {
                settle(map, cell, &attr->value);
                break;
            }
}

void
vx_units_settle(struct vx_map *map, struct vx_node *domain)
{
    static const char *const paths[] = {
        "memory",
        "currentMemory",
        "memtune/hard_limit",
        "memtune/soft_limit",
        "memtune/swap_hard_limit",
        "memtune/min_guarantee",
    };

    for (size_t i = 0; i < VX_COUNT(paths); i++) {
        struct vx_node *element = vx_xml_find(domain, paths[i], NULL);

        if (element)
            settle(map, element, &element->text);
    }
    settle_cells(map, domain);
}
