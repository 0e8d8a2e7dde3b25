/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One table per device, walked in every direction.
 *
 * A *row* ties one member of the model to its place in VMX and its place in XML through
 * a *codec*.  A *decision* is for what depends on several keys at once: ordered cases,
 * first match in each direction.  A *twist* handles what neither can tell.  Rows stand
 * in the order of the XML; a guard asks the model, never the text. */
#ifndef VX_MAP_MAP_H
#define VX_MAP_MAP_H

#include "base/xmlw.h"
#include "doc/slots.h"
#include "model/types.h"
#include "model/vm.h"

struct vx_map;
struct vx_row;

enum vx_read {
    VX_READ_BAD,   /* not of the type; the member is untouched */
    VX_READ_LOOSE, /* read, but formatting gives another spelling */
    VX_READ_EXACT, /* formatting gives this very text back */
};

enum vx_type { /* of a member */
    VX_T_NONE,
    VX_T_STR,  /* struct vx_str */
    VX_T_BYTE, /* uint8_t: an enum whose 0 is "not said", or enum vx_tri */
    VX_T_INT,  /* struct vx_int */
    VX_T_MAC,
    VX_T_UUID,
};

/* Text into a member and back.  Law: read(format(m)) == m, in VMX and in XML. */
struct vx_codec {
    const char *what; /* for messages: "a MAC address, six hex pairs" */
    uint8_t type;
    enum vx_read (*from_vmx)(struct vx_map *, const struct vx_row *, struct vx_str text,
                             void *member);
    void (*to_vmx)(struct vx_map *, const struct vx_row *, const void *member,
                   struct vx_buf *out); /* unescaped text */
    bool (*from_xml)(struct vx_map *, const struct vx_row *, struct vx_str text,
                     void *member);
    void (*to_xml)(struct vx_map *, const struct vx_row *, const void *member,
                   struct vx_buf *out); /* escaped as XML */
};

enum vx_place {
    VX_PLACE_NONE, /* nothing in XML: kept in metadata; the row says why */
    VX_PLACE_ATTR, /* attribute `attr` of element `elem` */
    VX_PLACE_TEXT, /* the text of `elem` */
    VX_PLACE_FLAG, /* `elem` stands there, empty, when the member is VX_YES */
    VX_PLACE_SELF, /* the device's own element says it: `present`, and decided keys */
    VX_PLACE_HOOK, /* `hook` writes it: lists, and elements of many members */
};

struct vx_row {
    int16_t key;  /* property in the device's slots; VX_NO_KEY */
    uint8_t place;
    uint16_t member;        /* offset in the model */
    uint16_t guard;         /* offset of a byte in the model … */
    uint32_t guard_mask;    /* … and the values for which the row counts; 0: always */
    uint32_t since;         /* libvirt release that understands it; 0: all */
    const struct vx_codec *codec;
    const void *arg;        /* the codec's: words of an enum */
    const char *absent;     /* VMX text that an absent key means; NULL: nothing */
    const char *elem, *attr;
    const char *with;       /* attributes that come along: " unit='KiB'" */
    const char *usual;      /* XML text that needs no saying */
    void (*hook)(struct vx_map *, const struct vx_row *, const uint32_t *slot,
                 void *model);
};

#define VX_NO_KEY (-1)
#define VX_K(prop) .key = (prop)
#define VX_NOKEY .key = VX_NO_KEY
#define VX_ATTR(e, a) .place = VX_PLACE_ATTR, .elem = (e), .attr = (a)
#define VX_TEXT(e) .place = VX_PLACE_TEXT, .elem = (e)
#define VX_FLAG(e) .place = VX_PLACE_FLAG, .elem = (e)
#define VX_SELF .place = VX_PLACE_SELF
#define VX_KEPT .place = VX_PLACE_NONE
#define VX_HOOK(fn) .place = VX_PLACE_HOOK, .hook = (fn)
#define VX_M(type, name) .member = offsetof(struct type, name)
#define VX_IF(type, name, mask) .guard = offsetof(struct type, name), .guard_mask = (mask)
#define VX_IS(value) (1u << (value))

/* ---- decisions ------------------------------------------------------------------- */

enum { VX_FACETS = 8 };

/* A mask that no class is in: the case counts in the other direction alone. */
#define VX_NEVER (1u << 31)

/* One thing a decision asks: which of a few classes a value falls in.  Class 0 is
 * "absent"; words[i] (ASCII case ignored) is class i + 1, any other text the class after
 * the last word, unless `classify` says otherwise.  Without a key (VX_NO_KEY) the class
 * is the device's `sub`. */
struct vx_facet {
    int16_t key;             /* VMX side */
    const char *elem, *attr; /* XML side */
    const char *const *words; /* ends with NULL */
    uint8_t (*classify)(struct vx_map *, struct vx_str text);
    uint8_t same;            /* class 2 when equal to facet number `same` - 1 */
    uint8_t classes;         /* how many, for the test that enumerates them */
};

/* Masks of classes, 0 for any; the kind's own canonical words stand in its rows. */
struct vx_case {
    uint8_t kind;
    uint32_t vmx[VX_FACETS];
    uint32_t xml[VX_FACETS];
};

struct vx_decision {
    const struct vx_facet *vmx, *xml;
    uint8_t vmx_count, xml_count, case_count;
    const struct vx_case *cases;
};

/* The class that `text` falls in; VX_STR_NONE is absent. */
uint8_t vx_facet_class(struct vx_map *map, const struct vx_facet *facet,
                       struct vx_str text);
/* The kind of the first case that holds; 0 when none does. */
uint8_t vx_decide_vmx(struct vx_map *map, const struct vx_decision *decision,
                      uint8_t sub, const uint32_t *slot);
uint8_t vx_decide_classes(const struct vx_decision *decision, bool xml,
                          const uint8_t *classes);

/* ---- devices --------------------------------------------------------------------- */

struct vx_device {
    const char *name;    /* for tests and messages */
    const char *element; /* in <devices>; NULL: rows are relative to <domain> */
    uint8_t kind;        /* enum vx_key_kind */
    int16_t present;     /* property that must be true; VX_NO_KEY: always there */
    size_t size;         /* of the model */
    const struct vx_decision *decision; /* may be NULL */
    uint16_t decided;    /* offset of the byte that takes the decision's kind */
    const struct vx_row *rows;
    size_t row_count;
    /* May be NULL.  `accept` runs after the decision and before the rows: false means
     * that the device is not there (its keys are kept).  `in` runs after the rows. */
    bool (*accept)(struct vx_map *, struct vx_instance *, void *model);
    void (*in)(struct vx_map *, struct vx_instance *, void *model);
};

/* Every table of the product, for the laws; ends with NULL. */
extern const struct vx_device *const vx_devices[];

/* ---- one conversion -------------------------------------------------------------- */

/* What is known of a line; bits. */
enum {
    VX_LINE_EXACT = 1,   /* formatting what it means gives its text */
    VX_LINE_SAID = 2,    /* an element says it */
    VX_LINE_DEFAULT = 4, /* says what its absence would: no element, and no loss */
    VX_LINE_NOTED = 8,   /* the loss report has a row about it already */
    VX_LINE_RUNTIME = 16, /* left out: the host writes it anew */
    VX_LINE_SECRET = 32, /* left out: not to be told */
    VX_LINE_UNSAID = 64, /* left out, since there is no metadata */
    VX_LINE_BLAMED = 128, /* a bad value that was told already */
};

struct vx_map {
    struct vmx_doc *doc;
    struct vx_slots slots;
    struct vx_arena *arena;   /* the model's and the result's */
    struct vmx_diags *diags;  /* may be NULL */
    struct vx_xml xml;
    uint8_t *state;           /* by line: VX_LINE_ bits */
    struct vx_loss_row *losses, **losses_end;
    size_t loss_count, unsaid; /* rows, and lines that are VX_LINE_UNSAID */
    uint32_t libvirt;         /* release to write for; UINT32_MAX: newest */
    uint32_t host_mhz;
    struct vx_str base, name;
    bool metadata, secrets;
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
void vx_map_loss(struct vx_map *map, enum vx_code code,
                 enum vmx_loss_category category, uint32_t slot, const char *what,
                 const char *advice);

/* Rows of VMX → model; `slot` and `model` belong together. */
void vx_rows_read(struct vx_map *map, const struct vx_row *rows, size_t count,
                  const uint32_t *slot, void *model);
/* Model → XML, into the element that is open. */
void vx_rows_write(struct vx_map *map, const struct vx_row *rows, size_t count,
                   const uint32_t *slot, const void *model);
/* Model → VMX: calls `put` for each key that the model wants, in the order of rows. */
void vx_rows_keys(struct vx_map *map, const struct vx_row *rows, size_t count,
                  const void *model,
                  void (*put)(void *data, const struct vx_row *row, struct vx_str value),
                  void *data);

/* Reads every instance of the device's kind (machine-wide: once, into &map->vm). */
void vx_device_read(struct vx_map *map, const struct vx_device *device);
/* Writes those that are there, in order; `sub` < 0 for all. */
void vx_device_write(struct vx_map *map, const struct vx_device *device, int sub);

/* ` mac='…'` and ` source='…'`: what tells a device again (see metadata.c). */
void vx_nic_identity(struct vx_map *map, const struct vx_instance *device,
                     struct vx_buf *out);
void vx_disk_identity(struct vx_map *map, const struct vx_instance *device,
                      struct vx_buf *out);

/* Does the member say anything? */
bool vx_member_set(const struct vx_codec *codec, const void *member);

#endif
