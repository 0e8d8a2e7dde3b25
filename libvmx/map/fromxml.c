/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engine that walks the tables from XML to the model.  It knows rows and places,
 * and no device. */
#include "map/fromxml.h"

#include "map/back.h"

#include "base/banned.h"

/* ---- decisions ------------------------------------------------------------------- */

enum { ABSENT, PRESENT, SAME };

uint8_t
vx_decide_xml(struct vx_map *map, const struct vx_decision *decision,
              struct vx_node *element)
{
    struct vx_str text[VX_FACETS];
    uint8_t classes[VX_FACETS];

    for (uint8_t i = 0; i < decision->xml_count; i++) {
        const struct vx_facet *facet = &decision->xml[i];

        /* An element that is asked for alone is there, with its text, or is not. */
        text[i] = vx_xml_at_path(element, facet->elem, facet->attr);
        if (facet->same == 0)
            classes[i] = vx_facet_class(map, facet, text[i]);
        else if (text[i].s == NULL)
            classes[i] = ABSENT;
        else
            classes[i] = vx_str_eq(text[i], text[facet->same - 1]) ? SAME : PRESENT;
    }
    return vx_decide_classes(decision, true, classes);
}

/* ---- rows ------------------------------------------------------------------------ */

static bool
same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Of rows that may write to one place the first in force holds. */
static bool
same_place(const struct vx_row *a, const struct vx_row *b)
{
    return a->place == b->place && same_text(a->elem, b->elem)
           && same_text(a->attr, b->attr) && same_text(a->with, b->with);
}

static bool
read_row(struct vx_map *map, const struct vx_row *row, struct vx_node *place,
         void *member)
{
    const char *attr = row->place == VX_PLACE_ATTR ? row->attr : NULL;
    struct vx_str text;

    if (row->place == VX_PLACE_FLAG) {
        *(uint8_t *)member = VX_YES;
        return true;
    }
    text = vx_xml_value(place, attr);
    if (text.s == NULL || (row->usual && vx_str_eq(text, vx_str_c(row->usual)))
        || row->codec->from_xml(map, row, text, member))
        return true;
    vx_back_diag(map, VX_BAD_XML_VALUE, place, "%s%s\"%.*s\" is not %s",
                 attr ? attr : "", attr ? " " : "", VX_ARG(text), row->codec->what);
    return false;
}

size_t
vx_rows_from_xml(struct vx_map *map, const struct vx_row *rows, size_t count,
                 struct vx_node *element, void *model)
{
    const struct vx_row *last = NULL; /* whose place was there */
    size_t bad = 0;

    for (const struct vx_row *row = rows; row < rows + count; row++) {
        struct vx_node *place;

        if (row->place == VX_PLACE_HOOK && row->codec == NULL && row->with)
            vx_xml_find(element, row->elem, row->with); /* always the same */
        if ((row->place != VX_PLACE_ATTR && row->place != VX_PLACE_TEXT
             && row->place != VX_PLACE_FLAG)
            || row->codec == NULL || vx_row_is_off(row, model)
            || (last && same_place(last, row)))
            continue;
        place = vx_xml_find(element, row->elem, row->with);
        if (place == NULL)
            continue;
        last = row;
        if (!read_row(map, row, place, (char *)model + row->member))
            bad++;
    }
    return bad;
}

bool
vx_device_from_xml(struct vx_map *map, const struct vx_device *device,
                   struct vx_node *element, struct vx_seat *seat, void *model)
{
    if (device->decision)
        *((uint8_t *)model + device->decided) =
            vx_decide_xml(map, device->decision, element);
    if (device->accept_xml && !device->accept_xml(map, element, seat, model))
        return false;
    vx_rows_from_xml(map, device->rows, device->row_count, element, model);
    if (device->in_xml)
        device->in_xml(map, element, seat, model);
    return true;
}
