/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parts of foreign.c share: the tree is changed in place, so that the tables
 * read a domain of VMware's.
 *
 * What VMware has not is hidden: it stays where it is, for the paths in reports, and no
 * table sees it.  The parts look without marking, so that what they leave alone is
 * still reported when no table reads it. */
#ifndef VX_MAP_FOREIGN_PART_H
#define VX_MAP_FOREIGN_PART_H

#include "map/foreign.h"

struct vx_foreign {
    struct vx_map *map;
    struct vx_node *domain, *devices; /* devices may be NULL */
    struct vx_str name;               /* of the machine; may be empty */
    struct vx_node *config; /* our metadata of the VMX that it was made of, or NULL */
    bool windows, efi;
    bool wide;   /* 64 bits */
    unsigned hw; /* the hardware version, as far as it is known by now; else 0 */
};

/* Down a path such as "os/type", without marking; NULL when it ends before. */
struct vx_node *vx_foreign_at(struct vx_node *element, const char *path);

/* ---- changing -------------------------------------------------------------------- */

static inline void
vx_edit_set(struct vx_foreign *f, struct vx_node *element, const char *attr,
            struct vx_str value)
{
    vx_xml_set(f->map->arena, element, attr, value);
}

void vx_edit_drop(struct vx_node *element, const char *attr);
/* No table sees it any more, nor the report of what nobody has read. */
void vx_edit_hide(struct vx_node *element);
/* … each child of that name; NULL: all children. */
void vx_edit_hide_all(struct vx_node *element, const char *name);
/* A new last child; NULL without memory.  It stands in the line of `parent`. */
struct vx_node *vx_edit_add(struct vx_foreign *f, struct vx_node *parent,
                            const char *name);
/* The child of that name, or a new one. */
struct vx_node *vx_edit_child(struct vx_foreign *f, struct vx_node *parent,
                              const char *name);

/* ---- telling --------------------------------------------------------------------- */

/* A row of the loss report about an element that stays, or that is hidden by `lose`. */
void vx_foreign_note(struct vx_foreign *f, enum vx_code code,
                     enum vmx_loss_category category, struct vx_node *element,
                     const char *attr, const char *what, const char *advice);
void vx_foreign_lose(struct vx_foreign *f, enum vx_code code,
                     enum vmx_loss_category category, struct vx_node *element,
                     const char *what, const char *advice);
/* Text for either; NULL, which is the code's own, without memory. */
#define vx_foreign_text(f, ...) (vx_arena_printf((f)->map->arena, __VA_ARGS__).s)

/* ---- rules: what is hidden, and what is said about it ---------------------------- */

/* The first rule that fits an element counts. */
struct vx_foreign_rule {
    const char *path;        /* below <domain>; every element there */
    const char *below;       /* the condition: element below it, "" for itself … */
    const char *attr, *word; /* … whose attribute is the word; attr NULL: always */
    uint8_t say;             /* enum vx_foreign_say */
    uint16_t code;           /* enum vx_code */
    uint8_t category;        /* enum vmx_loss_category */
    const char *what, *advice;
};

enum vx_foreign_say {
    VX_SAY_NOTHING, /* VMware has it without a word, or nobody misses it */
    VX_SAY_EACH,
    VX_SAY_ONCE, /* for the first; they come in numbers */
};

void vx_foreign_rules(struct vx_foreign *f, const struct vx_foreign_rule *rules,
                      size_t count);

/* ---- the parts ------------------------------------------------------------------- */

void vx_foreign_machine(struct vx_foreign *f); /* foreign_machine.c */
void vx_foreign_disks(struct vx_foreign *f);   /* foreign_disk.c */
void vx_foreign_nics(struct vx_foreign *f);    /* foreign_nic.c */
void vx_foreign_devices(struct vx_foreign *f); /* foreign_device.c: all others */

/* ---- files: foreign_file.c ------------------------------------------------------- */

/* The names that were given, so that no two are alike. */
struct vx_foreign_files {
    struct vx_given *given;
    size_t count, room;
};

/* Gives a hard disk a file that lies beside the VMX, and tells what makes it of the
 * source.  A CD-ROM or floppy drive gets one too, or is emptied. */
void vx_foreign_disk_file(struct vx_foreign *f, struct vx_foreign_files *files,
                          struct vx_node *disk);
void vx_foreign_image_file(struct vx_foreign *f, struct vx_foreign_files *files,
                           struct vx_node *disk, const char *suffix);
/* A name beside the VMX that nothing else has: the last part of `path` with `suffix` in
 * place of that of a disk image; named after the machine when `path` tells none. */
struct vx_str vx_foreign_file_name(struct vx_foreign *f, struct vx_foreign_files *files,
                                   struct vx_str path, const char *suffix);

#endif
