/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way back: domain XML → model → keys, by the tables that were read the other way.
 *
 * 1. Each table reads its elements: accept_xml, rows, in_xml.
 * 2. Devices get their numbers: the address says them, or the remembered name of the
 *    same device, or else the lowest that is free.
 * 3. Each table puts its keys: rows, then its `put`.
 *
 * The result is a list of keys in canonical spelling, and nothing about any text that
 * was there before; tovmx.c puts it over that. */
#ifndef VX_MAP_BACK_H
#define VX_MAP_BACK_H

#include "map/map.h"
#include "xml/tree.h"

/* A device of the domain and the numbers that its keys have. */
struct vx_seat {
    struct vx_seat *next; /* in the order of the elements */
    const struct vx_device *table;
    struct vx_node *element;
    void *model;
    uint8_t sub; /* bus, or which USB controller */
    uint16_t index, unit;
    bool placed;    /* index and unit are told; else the lowest free index is taken */
    bool on_bus;    /* sub is told, though index and unit may not be */
    bool refused;   /* is no device of a VMX after all, and was reported */
    uint32_t order; /* from 0 */
};

/* A key that the domain asks for. */
struct vx_want {
    struct vx_str name, value;
    uint32_t rank;  /* where it stands, by schemas/vmx-order.tsv */
    uint32_t group; /* its device's place among devices */
    uint32_t seq;
};

struct told;
struct told_key;
struct kept;

struct vx_back {
    struct vx_node *domain, *devices, *config; /* the last two may be NULL */
    struct vx_seat *seats, **seats_end;
    uint32_t seat_count;
    struct vx_want *wants;
    size_t want_count, want_room;
    bool vmware; /* the domain is of VMware's own type: its addresses mean the same
                    machine */
    struct told *tolds;    /* remember.c: devices that had keys */
    struct kept *kept;     /* … and those that still have them, without an element */
    struct vx_node **keys; /* remember.c: a hash table of remembered keys; or NULL */
    uint32_t keys_mask;
    uint32_t nics_had;          /* nic_back.c: remembered ones, and 1; 0: not counted */
    struct told_key *cpuid_had; /* cpuid.c: remembered masks and features … */
    bool cpuid_read;            /* … once they are read */
    int64_t ports[VX_KINDS];    /* above the highest number of a port of the kind */
    unsigned hw_asked;          /* virtualHW.version that the caller wants; 0: none */
};

/* Reads `domain`, the root, into map->vm and map->back, and puts all keys; the caller
 * has set `config` and `hw_asked`.  VMX_OK, VMX_ERR_INPUT when it is no domain,
 * VMX_ERR_NOMEM. */
enum vmx_status vx_back_read(struct vx_map *map, struct vx_node *domain);

/* The name of a property of the device with these numbers, in the arena; VX_STR_NONE
 * when its bus has none. */
struct vx_str vx_back_key(struct vx_map *map, enum vx_key_kind kind, uint8_t sub,
                          uint16_t index, uint16_t unit, int prop);

/* ---- for tables ------------------------------------------------------------------ */

/* The seats of a kind: the first, or the one after `seat`, that is not refused. */
struct vx_seat *vx_seat_of(const struct vx_map *map, enum vx_key_kind kind,
                           const struct vx_seat *after);

/* Wants a property of the seat's device; `seat` NULL: of the machine. */
void vx_put(struct vx_map *map, const struct vx_seat *seat, int prop,
            struct vx_str value);
void vx_put_bool(struct vx_map *map, const struct vx_seat *seat, int prop, bool value);
void vx_put_int(struct vx_map *map, const struct vx_seat *seat, int prop,
                int64_t value);
/* … of the device with these numbers, which needs no seat. */
void vx_put_at(struct vx_map *map, enum vx_key_kind kind, uint8_t sub, uint16_t index,
               uint16_t unit, int prop, struct vx_str value);
/* … of a name that the catalogue has no property for. */
void vx_put_name(struct vx_map *map, struct vx_str name, struct vx_str value);

/* Was there a key for this property (as for vx_put()) in the file that the domain was
 * made of?  Its text goes to *text, VX_STR_NONE when the elements say it. */
bool vx_remembered(struct vx_map *map, const struct vx_seat *seat, int prop,
                   struct vx_str *text);

/* A diagnostic about `element`, with its path and ": " in front. */
void vx_back_diag(struct vx_map *map, enum vx_code code, const struct vx_node *element,
                  const char *format, ...) VX_PRINTF(4, 5);
/* A row of the loss report about `element`, or about its attribute `attr` (may be
 * NULL), which need no other report then.  `what` and `advice` as in vx_map_loss(). */
void vx_back_loss(struct vx_map *map, enum vx_code code,
                  enum vmx_loss_category category, struct vx_node *element,
                  const char *attr, const char *what, const char *advice);

/* A device that VMware has not, and that matters: reports it and returns false, as
 * accept_xml then does. */
bool vx_back_refuse(struct vx_map *map, enum vx_code code, struct vx_node *element);

/* The PCI address of `element` (its child <address type='pci'>) as a slot number in
 * libvirt's VMware encoding; of no other domain than a VMware one. */
void vx_back_slot(struct vx_map *map, struct vx_node *element, struct vx_int *ret);

#endif
