/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engines that walk the tables.  They know rows and members, and no device. */
#include "map/map.h"

#include "map/codec.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/banned.h"

/* ---- values and messages --------------------------------------------------------- */

void
vx_map_diag(struct vx_map *map, enum vx_code code, uint32_t slot, const char *format,
            ...)
{
    const struct vx_line *line = vx_slot_line(&map->slots, slot);
    struct vx_str key = line ? vx_line_key(line) : VX_STR_NONE;
    char message[512];
    va_list args;

    if (map->diags == NULL)
        return;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    vx_diag(map->diags, code, line ? vx_value_span(line) : VX_NO_SPAN, "%.*s%s%s",
            VX_ARG(key), line ? ": " : "", message);
}

void
vx_map_loss(struct vx_map *map, enum vx_code code, enum vmx_loss_category category,
            uint32_t slot, const char *what, const char *advice)
{
    const struct vx_code_info *info = vx_code_info(code);
    struct vx_loss_row *row = vx_arena_alloc(map->arena, sizeof(*row));

    if (row == NULL)
        return;
    *row = (struct vx_loss_row){
        .code = code,
        .category = category,
        .line = slot,
        .what = what ? what : info->title,
        .advice = advice ? advice : info->remedy,
    };
    *map->losses_end = row;
    map->losses_end = &row->next;
    map->loss_count++;
    if (slot)
        map->state[slot - 1] |= VX_LINE_NOTED;
}

static void
bad_value(struct vx_map *map, uint32_t slot, struct vx_str text, const char *expected)
{
    if (map->state[slot - 1] & VX_LINE_BLAMED)
        return;
    map->state[slot - 1] |= VX_LINE_BLAMED;
    vx_map_diag(map, VX_BAD_VALUE, slot, "\"%.*s\" is not %s", VX_ARG(text), expected);
}

/* Does a reader of XML give the text back, which XML holds?  It makes blanks of TAB, LF
 * and CR in an attribute, and LF of CR anywhere. */
static bool
readers_keep(struct vx_str text, uint8_t place)
{
    return vx_str_find(text, '\r') < 0
           && (place == VX_PLACE_TEXT
               || (vx_str_find(text, '\n') < 0 && vx_str_find(text, '\t') < 0));
}

/* A boolean that VMware would write TRUE or FALSE: yes, no, on, off, 1, 0. */
static void
note_spelling(struct vx_map *map, uint32_t slot, struct vx_str text)
{
    if (text.n > 3 || (map->state[slot - 1] & VX_LINE_BLAMED))
        return;
    map->state[slot - 1] |= VX_LINE_BLAMED;
    vx_map_diag(map, VX_BOOLEAN_SPELLING, slot, "\"%.*s\" is usually TRUE or FALSE",
                VX_ARG(text));
}

/* Characters that an element cannot have are left out of it: another name, then. */
static void
note_unholdable(struct vx_map *map, uint32_t slot)
{
    const struct vx_line *line = &map->doc->lines[slot - 1];
    const struct vx_key_entry *entry = &vx_key_entries[line->entry];
    bool file = entry->kind == VX_KIND_DISK && entry->prop == VX_DISK_fileName;

    if (map->state[slot - 1] & VX_LINE_BLAMED)
        return;
    map->state[slot - 1] |= VX_LINE_BLAMED;
    vx_map_diag(map, VX_UNHOLDABLE, slot,
                "holds characters that XML cannot; the element lacks them");
    vx_map_loss(map, VX_TEXT_CUT, file ? VMX_LOSS_CRITICAL : VMX_LOSS_WARNING, slot,
                NULL, NULL);
}

/* As mark_read(), for a line that is odd, or whose value is not plain. */
static void
mark_unusual(struct vx_map *map, uint32_t slot, struct vx_str text, uint8_t place,
             bool is_text, bool exact)
{
    const struct vx_line *line = &map->doc->lines[slot - 1];
    bool holds = line->plain || vx_xml_holds(text);

    if (exact && holds && readers_keep(text, place)
        && vx_doc_spells(map->doc, line, text))
        map->state[slot - 1] |= VX_LINE_EXACT;
    if (is_text && !holds)
        note_unholdable(map, slot);
}

/* The codec gives `text` back, when it is exact.  Whether XML can hold it, and whether
 * it is written as the line has it, are other questions: escapes and charsets have
 * several spellings. */
static inline void
mark_read(struct vx_map *map, uint32_t slot, struct vx_str text, uint8_t place,
          bool is_text, bool exact)
{
    const struct vx_line *line = &map->doc->lines[slot - 1];

    if (VX_UNLIKELY(!line->plain || line->odd))
        mark_unusual(map, slot, text, place, is_text, exact);
    else if (exact)
        map->state[slot - 1] |= VX_LINE_EXACT;
}

/* What there is to say of a value that is not as VMware would write it. */
static void
note_read(struct vx_map *map, const struct vx_row *row, uint32_t slot,
          struct vx_str text, enum vx_read read)
{
    if (read == VX_READ_BAD)
        bad_value(map, slot, text, row->codec->what);
    else if (read == VX_READ_LOOSE && row->codec->type == VX_T_BOOL)
        note_spelling(map, slot, text);
    mark_read(map, slot, text, row->place, row->set_at == VX_SET_STR,
              read == VX_READ_EXACT);
}

/* Nothing about it is odd: its text stands there as it is meant. */
static inline bool
is_usual_line(const struct vx_line *line)
{
    return line->plain && line->odd == 0 && !line->secret;
}

/* A value of no row; `alone` has its codec. */
static void
read_alone(struct vx_map *map, const struct vx_row *alone, uint32_t slot, void *member)
{
    struct vx_str text = vx_map_value(map, slot);
    enum vx_read read;

    if (text.s == NULL)
        return;
    read = alone->codec->from_vmx(map, alone, text, member);
    if (read == VX_READ_EXACT && is_usual_line(&map->doc->lines[slot - 1]))
        map->state[slot - 1] |= VX_LINE_EXACT;
    else
        note_read(map, alone, slot, text, read);
}

bool
vx_map_bool(struct vx_map *map, uint32_t slot, bool absent)
{
    static const struct vx_row row = {.codec = &vx_bool};
    uint8_t tri = VX_UNSET;

    read_alone(map, &row, slot, &tri);
    return tri == VX_UNSET ? absent : tri == VX_YES;
}

bool
vx_map_int(struct vx_map *map, uint32_t slot, int64_t *ret)
{
    static const struct vx_row row = {.codec = &vx_integer};
    struct vx_int number = {0, false};

    read_alone(map, &row, slot, &number);
    if (number.set)
        *ret = number.v;
    return number.set;
}

/* ---- rows ------------------------------------------------------------------------ */

static const void *
member_of(const struct vx_row *row, const void *model)
{
    return (const char *)model + row->member;
}

static inline uint32_t
key_slot(const struct vx_row *row, const uint32_t *slot)
{
    return row->key >= 0 ? slot[row->key] : 0;
}

static inline bool
guarded_off(const struct vx_row *row, const void *model)
{
    uint8_t asked;

    if (row->guard_mask == 0)
        return false;
    asked = *((const uint8_t *)model + row->guard);
    return asked > 31 || !(row->guard_mask >> asked & 1);
}

bool
vx_row_is_off(const struct vx_row *row, const void *model)
{
    return guarded_off(row, model);
}

static inline bool
is_set(const struct vx_row *row, const void *model)
{
    const char *member = (const char *)model + row->member;

    if (VX_UNLIKELY(row->set_at == VX_SET_STR))
        return ((const struct vx_str *)(const void *)member)->s != NULL;
    return member[row->set_at] != 0;
}

const uint8_t vx_set_at[] = {
    [VX_T_STR] = VX_SET_STR,
    [VX_T_BYTE] = 0,
    [VX_T_BOOL] = 0,
    [VX_T_INT] = offsetof(struct vx_int, set),
    [VX_T_MAC] = offsetof(struct vx_mac, set),
    [VX_T_UUID] = offsetof(struct vx_uuid, set),
};

bool
vx_member_set(const struct vx_codec *codec, const void *member)
{
    const struct vx_row row = {.set_at = vx_set_at[codec->type]};

    return is_set(&row, member);
}

static inline void
read_row(struct vx_map *map, const struct vx_row *row, uint32_t slot, void *member)
{
    const struct vx_line *line = &map->doc->lines[slot - 1];
    bool usual = is_usual_line(line);
    struct vx_str text = usual ? vx_line_raw(line) : vx_map_value(map, slot);
    enum vx_read read;

    if (VX_UNLIKELY(text.s == NULL))
        return;
    read = row->codec->from_vmx(map, row, text, member);
    if (VX_LIKELY(usual && read == VX_READ_EXACT))
        map->state[slot - 1] |= VX_LINE_EXACT;
    else
        note_read(map, row, slot, text, read);
}

void
vx_rows_read(struct vx_map *map, const struct vx_row *rows, size_t count,
             const uint32_t *slot, void *model)
{
    for (const struct vx_row *row = rows; row < rows + count; row++) {
        uint32_t from = key_slot(row, slot);

        if (VX_LIKELY(from == 0 && row->absent == NULL))
            continue;
        if (row->codec == NULL || guarded_off(row, model))
            continue;
        if (from)
            read_row(map, row, from, (char *)model + row->member);
        if (row->absent && !is_set(row, model))
            row->codec->from_vmx(map, row, vx_str_c(row->absent),
                                 (char *)model + row->member);
    }
}

/* Is what the row would say the same as not saying it? */
static bool
is_usual(struct vx_map *map, const struct vx_row *row, const void *member)
{
    char bytes[64];
    struct vx_buf text = {
        .data = bytes, .room = sizeof(bytes), .ceiling = sizeof(bytes)};

    row->codec->to_xml(map, row, member, &text);
    return !text.failed && vx_str_eq(vx_buf_text(&text), vx_str_c(row->usual));
}

static void
write_row(struct vx_map *map, const struct vx_row *row, const void *member)
{
    struct vx_xml *xml = &map->xml;
    const char *path = xml->path;

    vx_xml_at(xml, row->elem);
    if (row->with && path != xml->path)
        vx_xml_attrs(xml, row->with);
    switch ((enum vx_place)row->place) {
    case VX_PLACE_ATTR:
        vx_xml_attr_begin(xml, row->attr, row->attr_size);
        row->codec->to_xml(map, row, member, xml->out);
        vx_buf_char(xml->out, '\'');
        break;
    case VX_PLACE_TEXT:
        vx_xml_text_open(xml);
        row->codec->to_xml(map, row, member, xml->out);
        vx_xml_text_close(xml);
        break;
    case VX_PLACE_FLAG:
    case VX_PLACE_NONE:
    case VX_PLACE_SELF:
    case VX_PLACE_HOOK:
        break;
    }
}

/* False for a word that VMX has and XML has not. */
static bool
has_word(const struct vx_row *row, const void *member)
{
    if (row->codec != &vx_enum && row->codec != &vx_decided)
        return true;
    return ((const struct vx_word *)row->arg)[*(const uint8_t *)member].xml != NULL;
}

/* A row that says something. */
static void
write_set_row(struct vx_map *map, const struct vx_row *row, uint32_t from,
              const void *model)
{
    const void *member = member_of(row, model);

    if (guarded_off(row, model) || !vx_map_knows(map, row->since)
        || !has_word(row, member))
        return;
    if ((row->place == VX_PLACE_FLAG && *(const uint8_t *)member != VX_YES)
        || (row->usual && is_usual(map, row, member))) {
        vx_map_default(map, from);
    } else {
        write_row(map, row, member);
        vx_map_said(map, from, false);
    }
}

/* A row that no one place is for. */
static void
write_placeless_row(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
                    void *model)
{
    if (guarded_off(row, model))
        return;
    if (row->place == VX_PLACE_HOOK)
        row->hook(map, row, slot, model);
    else if ((row->codec == NULL
              || (is_set(row, model) && has_word(row, member_of(row, model))))
             && vx_map_knows(map, row->since))
        vx_map_said(map, key_slot(row, slot), false);
}

void
vx_rows_write(struct vx_map *map, const struct vx_row *rows, size_t count,
              const uint32_t *slot, void *model)
{
    for (const struct vx_row *row = rows; row < rows + count; row++) {
        if (row->place >= VX_PLACE_SELF)
            write_placeless_row(map, row, slot, model);
        else if (row->place != VX_PLACE_NONE && is_set(row, model))
            write_set_row(map, row, key_slot(row, slot), model);
    }
}

void
vx_rows_keys(struct vx_map *map, const struct vx_row *rows, size_t count,
             const void *model,
             void (*put)(void *data, const struct vx_row *row, struct vx_str value),
             void *data)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);

    for (const struct vx_row *row = rows; row < rows + count; row++) {
        const void *member = member_of(row, model);

        if (row->key < 0 || row->codec == NULL || guarded_off(row, model)
            || !is_set(row, model))
            continue;
        text.size = 0;
        row->codec->to_vmx(map, row, member, &text);
        if (text.size == 0 && row->codec->type != VX_T_STR)
            continue; /* a word that XML has and VMX has not */
        put(data, row, vx_str_of(text.data ? text.data : "", text.size));
    }
    map->arena->failed |= text.failed; /* no value is as long as a file */
}

/* ---- decisions ------------------------------------------------------------------- */

static inline uint8_t
facet_class(struct vx_map *map, const struct vx_facet *facet, struct vx_str text)
{
    uint8_t found = 1;

    if (facet->classify)
        return facet->classify(map, text);
    if (text.s == NULL)
        return 0;
    if (facet->words)
        while (facet->words[found - 1] && !vx_str_is(text, facet->words[found - 1]))
            found++;
    return found;
}

uint8_t
vx_facet_class(struct vx_map *map, const struct vx_facet *facet, struct vx_str text)
{
    return facet_class(map, facet, text);
}

uint8_t
vx_decide_classes(const struct vx_decision *decision, bool xml, const uint8_t *classes)
{
    const struct vx_case *end = decision->cases + decision->case_count;
    uint8_t count = xml ? decision->xml_count : decision->vmx_count;

    for (const struct vx_case *c = decision->cases; c < end; c++) {
        const uint32_t *masks = xml ? c->xml : c->vmx;
        uint8_t i = 0;

        while (i < count && (masks[i] == 0 || (masks[i] >> classes[i] & 1)))
            i++;
        if (i == count)
            return c->kind;
    }
    return 0;
}

uint8_t
vx_decide_vmx(struct vx_map *map, const struct vx_decision *decision, uint8_t sub,
              const uint32_t *slot)
{
    uint8_t classes[VX_FACETS];

    for (uint8_t i = 0; i < decision->vmx_count; i++) {
        const struct vx_facet *facet = &decision->vmx[i];

        classes[i] = facet->key < 0
                         ? sub
                         : facet_class(map, facet, vx_map_value(map, slot[facet->key]));
    }
    return vx_decide_classes(decision, false, classes);
}

/* ---- devices --------------------------------------------------------------------- */

static inline void
read_into(struct vx_map *map, const struct vx_device *device, struct vx_instance *i,
          const uint32_t *slot, void *model)
{
    if (device->decision)
        *((uint8_t *)model + device->decided) =
            vx_decide_vmx(map, device->decision, i ? i->sub : 0, slot);
    if (device->accept && !device->accept(map, i, model))
        return;
    if (i) {
        i->model = model;
        i->table = device;
    }
    vx_rows_read(map, device->rows, device->row_count, slot, model);
    if (device->in)
        device->in(map, i, model);
}

void
vx_device_read(struct vx_map *map, const struct vx_device *device)
{
    if (device->kind == VX_KIND_MACHINE) {
        read_into(map, device, NULL, map->slots.machine, &map->vm);
        return;
    }
    for (struct vx_instance *i = map->slots.first[device->kind]; i; i = i->next) {
        void *model;

        if (i->model) /* another table's */
            continue;
        if (device->present >= 0 && !vx_map_bool(map, i->slot[device->present], false))
            continue;
        model = vx_arena_zero(map->arena, device->size);
        if (model == NULL)
            return;
        read_into(map, device, i, i->slot, model);
    }
}

void
vx_device_write(struct vx_map *map, const struct vx_device *device, int sub)
{
    uint32_t base = map->xml.base;

    if (device->kind == VX_KIND_MACHINE) {
        vx_rows_write(map, device->rows, device->row_count, map->slots.machine,
                      &map->vm);
        return;
    }
    for (struct vx_instance *i = map->slots.first[device->kind]; i; i = i->next) {
        if (i->table != device || (sub >= 0 && i->sub != sub))
            continue;
        vx_xml_begin(&map->xml, device->element);
        vx_rows_write(map, device->rows, device->row_count, i->slot, i->model);
        vx_xml_end(&map->xml, base);
    }
}
