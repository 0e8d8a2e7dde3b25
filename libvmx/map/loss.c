/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Most callers look at a count and never at the rows; so those are noted as slices of a
 * copy of the text, and made into strings when somebody asks. */
#include "map/loss.h"

#include "base/banned.h"

/* The document's text again, in the result's memory. */
struct copy {
    const char *from, *to;
    size_t size;
};

static struct copy
copy_text(struct vx_map *map)
{
    const struct vmx_doc *doc = map->doc;
    struct copy copy = {NULL, NULL, 0};
    char *to;

    if (doc == NULL || doc->edited || doc->count == 0)
        return copy;
    to = vx_arena_alloc(map->arena, doc->size);
    if (to == NULL)
        return copy;
    memcpy(to, doc->lines[0].text, doc->size);
    return (struct copy){doc->lines[0].text, to, doc->size};
}

static inline struct vx_str
keep(struct vx_map *map, const struct copy *copy, struct vx_str text)
{
    size_t offset = (size_t)((uintptr_t)text.s - (uintptr_t)copy->from);

    if (VX_LIKELY(copy->from && offset < copy->size))
        return vx_str_of(copy->to + offset, text.n);
    return vx_arena_dup(map->arena, text);
}

static void
note_line(struct vx_map *map, const struct copy *copy, struct vx_lost *lost,
          struct vx_line *line)
{
    lost->line = line->number;
    if (line->kind != VX_LINE_ENTRY) /* a comment, say: no key to name */
        return;
    lost->key = keep(map, copy, vx_line_key(line));
    if (line->secret)
        lost->value = VX_STR("(redacted)");
    else
        lost->value = keep(map, copy, vx_doc_value(map->doc, line));
}

/* The same for a line that nothing says; in a text that is as it was read, and a value
 * that means itself, both are where they were. */
static inline void
note_unsaid(struct vx_map *map, const struct copy *copy, struct vx_lost *lost,
            struct vx_line *line)
{
    const char *at;

    lost->code = 0;
    if (VX_UNLIKELY(copy->from == NULL || !line->plain || line->secret)) {
        note_line(map, copy, lost, line);
        return;
    }
    at = copy->to + (line->text - copy->from);
    lost->line = line->number;
    lost->key = vx_str_of(at + line->key, line->key_size);
    lost->value = vx_str_of(at + line->value, line->value_size);
}

static void
note_rows(struct vx_map *map, const struct copy *copy, struct vx_lost *lost)
{
    for (const struct vx_loss_row *row = map->losses; row; row = row->next, lost++) {
        *lost = (struct vx_lost){.what = row->what,
                                 .advice = row->advice,
                                 .code = row->code,
                                 .category = row->category};
        if (row->line) {
            note_line(map, copy, lost, vx_slot_line(&map->slots, row->line));
        } else {
            lost->key = row->key;
            lost->value = row->value;
            lost->line = row->number;
        }
    }
}

void
vx_loss_list(struct vx_map *map, struct vx_loss_list *list)
{
    size_t room = map->loss_count + map->unsaid_count;
    struct vx_lost *lost;
    struct copy copy;

    if (room == 0)
        return;
    copy = copy_text(map);
    lost = vx_arena_alloc(map->arena, room * sizeof(*lost));
    if (lost == NULL)
        return;
    list->rows = lost;
    list->count = room;
    note_rows(map, &copy, lost);
    lost += map->loss_count;
    for (size_t i = 0; i < map->unsaid_count; i++)
        note_unsaid(map, &copy, &lost[i], &map->doc->lines[map->unsaid[i]]);
}

const struct vmx_loss *
vx_loss_tell(struct vx_arena *arena, struct vx_loss_list *list)
{
    struct vmx_loss *told;

    if (list->told || list->count == 0)
        return list->told;
    told = vx_arena_array(arena, list->count, sizeof(*told));
    for (size_t i = 0; told && i < list->count; i++) {
        const struct vx_lost *lost = &list->rows[i];
        const struct vx_code_info *info =
            vx_code_info(lost->code ? (enum vx_code)lost->code : VX_NO_ELEMENT);

        told[i] = (struct vmx_loss){
            .code = info->id,
            .name = info->name,
            .category = lost->code ? lost->category : VMX_LOSS_INFORMATION,
            .key = vx_arena_dup(arena, lost->key).s,
            .value = vx_arena_dup(arena, lost->value).s,
            .what = lost->code ? lost->what : info->title,
            .advice = lost->code ? lost->advice : info->remedy,
            .line = lost->line,
        };
    }
    list->told = arena->failed ? NULL : told;
    return list->told;
}
