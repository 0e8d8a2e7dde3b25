/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One conversion, and the engines that walk the tables for it. */
#ifndef VX_MAP_MAP_H
#define VX_MAP_MAP_H

#include "base/xmlw.h"
#include "map/table.h"
#include "model/vm.h"

/* ---- state ----------------------------------------------------------------------- */

/* What is known of a line; bits. */
enum {
    VX_LINE_EXACT = 1,    /* formatting what it means gives its text */
    VX_LINE_SAID = 2,     /* an element says it */
    VX_LINE_DEFAULT = 4,  /* says what its absence would: no element, and no loss */
    VX_LINE_NOTED = 8,    /* the loss report has a row about it already */
    VX_LINE_RUNTIME = 16, /* left out: the host writes it anew */
    VX_LINE_SECRET = 32,  /* left out: not to be told */
    VX_LINE_BLAMED = 64,  /* a bad value that was told already */
};

struct vx_back;

struct vx_map {
    struct vmx_doc *doc;
    struct vx_slots slots;
    struct vx_arena *arena;  /* the model's and the result's */
    struct vmx_diags *diags; /* may be NULL */
    struct vx_xml xml;
    uint8_t *state; /* by line: VX_LINE_ bits */
    struct vx_loss_row *losses, **losses_end;
    size_t loss_count;
    uint32_t *unsaid; /* lines that nothing says, and that no metadata keeps */
    size_t unsaid_count;
    uint32_t libvirt; /* release to write for; UINT32_MAX: newest */
    uint32_t host_mhz;
    struct vx_str base, name;
    bool metadata, secrets;
    struct vx_back *back; /* on the way from XML; else NULL */
    /* Writes more into the element <metadata>, which then holds the whole machine
     * whatever `metadata` says; NULL: nothing. */
    void (*annotate)(struct vx_map *map, const void *data);
    const void *annotate_data;
    size_t config_at, config_end; /* where in the result our own element stands */
    struct vx_vm vm;
};

/* A row of the loss report on its way to the public one. */
struct vx_loss_row {
    struct vx_loss_row *next;
    enum vx_code code;
    enum vmx_loss_category category;
    uint32_t line;    /* line + 1, or 0 */
    const char *what; /* what became of it; NUL-terminated, constant or in the arena */
    const char *advice;
    struct vx_str key, value; /* without `line`: a place in the XML, in the arena */
    uint32_t number;          /* … and its line there */
};

/* The value behind `slot`, decoded; VX_STR_NONE without one, or for a secret that is
 * not to be told. */
static inline struct vx_str
vx_map_value(struct vx_map *map, uint32_t slot)
{
    struct vx_line *line;

    if (slot == 0)
        return VX_STR_NONE;
    line = &map->doc->lines[slot - 1];
    if (VX_UNLIKELY(line->secret && !map->secrets))
        return VX_STR_NONE;
    return VX_LIKELY(line->plain) ? vx_line_raw(line) : vx_doc_value(map->doc, line);
}

/* The same as typed.  False, with a diagnostic, when the text is not of the type. */
bool vx_map_bool(struct vx_map *map, uint32_t slot, bool absent);
bool vx_map_int(struct vx_map *map, uint32_t slot, int64_t *ret);

/* An element says what the key behind `slot` says. */
static inline void
vx_map_said(struct vx_map *map, uint32_t slot, bool exact)
{
    if (slot)
        map->state[slot - 1] |= (uint8_t)(VX_LINE_SAID | (exact ? VX_LINE_EXACT : 0));
}

/* Absence would say the same. */
static inline void
vx_map_default(struct vx_map *map, uint32_t slot)
{
    if (slot)
        map->state[slot - 1] |= VX_LINE_DEFAULT;
}

/* May the form that release `since` introduced be written? */
static inline bool
vx_map_knows(const struct vx_map *map, uint32_t since)
{
    return map->libvirt >= since;
}

/* A diagnostic about the key or the value behind `slot` (0: about no place), with the
 * key's name and ": " in front. */
void vx_map_diag(struct vx_map *map, enum vx_code code, uint32_t slot,
                 const char *format, ...) VX_PRINTF(4, 5);
/* A row of the loss report; also the only one about this key.  `what` and `advice` are
 * constants or lie in the arena; NULL takes the code's own words. */
void vx_map_loss(struct vx_map *map, enum vx_code code, enum vmx_loss_category category,
                 uint32_t slot, const char *what, const char *advice);

/* ---- engines --------------------------------------------------------------------- */

/* Rows of VMX → model; `slot` and `model` belong together. */
void vx_rows_read(struct vx_map *map, const struct vx_row *rows, size_t count,
                  const uint32_t *slot, void *model);
/* Model → XML, into the element that is open. */
void vx_rows_write(struct vx_map *map, const struct vx_row *rows, size_t count,
                   const uint32_t *slot, void *model);
/* Model → VMX: calls `put` for each key that the model wants, in the order of rows. */
void vx_rows_keys(
    struct vx_map *map, const struct vx_row *rows, size_t count, const void *model,
    void (*put)(void *data, const struct vx_row *row, struct vx_str value), void *data);

/* Does a guard of the model put the row out of force? */
bool vx_row_is_off(const struct vx_row *row, const void *model);

/* Reads every instance of the device's kind (machine-wide: once, into &map->vm). */
void vx_device_read(struct vx_map *map, const struct vx_device *device);
/* Writes those that are there, in order; `sub` < 0 for all. */
void vx_device_write(struct vx_map *map, const struct vx_device *device, int sub);

/* By enum vx_type: row->set_at of a row with such a member. */
extern const uint8_t vx_set_at[];
/* Does the member say anything? */
bool vx_member_set(const struct vx_codec *codec, const void *member);

#endif
