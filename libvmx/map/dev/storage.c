/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What disks have in common: names that no two of them share, the bus they sit on, and
 * controllers that nothing but a disk speaks of.  Runs when all disks are read. */
#include "map/back.h"
#include "map/dev/disk.h"

#include "base/banned.h"

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_M_disk_scsiUnmapAllowed), VX_KEPT, .codec = &vx_bool, VX_M(vx_vm, storage.unmap)},
};

/* clang-format on */

/* ---- names ----------------------------------------------------------------------- */

/* PREFIX and letters: 0 is a, 25 z, 26 aa, 702 aaa. */
static struct vx_str
letter_name(struct vx_map *map, const char *prefix, uint32_t number)
{
    char letters[8];
    size_t at = sizeof(letters);

    for (uint64_t left = (uint64_t)number + 1; left; left = (left - 1) / 26)
        letters[--at] = (char)('a' + (left - 1) % 26);
    letters[--at] = prefix[1];
    letters[--at] = prefix[0];
    return vx_arena_dup(map->arena, vx_str_of(letters + at, sizeof(letters) - at));
}

static bool
is_taken(const struct vx_storage *storage, uint32_t number)
{
    return number < 256 && (storage->names[number / 64] >> number % 64 & 1);
}

struct vx_str
vx_disk_free_name(struct vx_map *map)
{
    struct vx_storage *storage = &map->vm.storage;

    while (is_taken(storage, storage->next_name))
        storage->next_name++;
    return letter_name(map, "sd", storage->next_name++);
}

/* As libvirt numbers them: 15 or 64 disks to a controller, its own unit left out. */
static struct vx_str
scsi_name(struct vx_map *map, const struct vx_disk *disk)
{
    struct vx_storage *storage = &map->vm.storage;
    uint32_t stride = vx_scsi_is_wide(map) ? 64 : 15, unit = disk->unit;
    uint32_t number = disk->controller * stride + unit - (unit > VX_SCSI_UNIT_SELF);

    if (number < 256)
        storage->names[number / 64] |= (uint64_t)1 << number % 64;
    return letter_name(map, "sd", number);
}

static struct vx_str
nvme_name(struct vx_map *map, const struct vx_disk *disk)
{
    return vx_arena_printf(map->arena, "nvme%un%u", disk->controller, disk->unit + 1u);
}

/* SCSI disks come first in the list, so the others find their names taken. */
static struct vx_str
name_of(struct vx_map *map, const struct vx_disk *disk)
{
    switch ((enum vx_disk_bus)disk->bus) {
    case VX_DISK_BUS_SCSI:
        return scsi_name(map, disk);
    case VX_DISK_BUS_SATA:
        return vx_disk_free_name(map);
    case VX_DISK_BUS_IDE:
        return letter_name(map, "hd", disk->controller * 2u + disk->unit);
    case VX_DISK_BUS_NVME:
        return nvme_name(map, disk);
    case VX_DISK_BUS_FLOPPY:
        return letter_name(map, "fd", disk->unit);
    case VX_DISK_BUS_NONE:
        break;
    }
    return VX_STR_NONE;
}

/* ---- the bus --------------------------------------------------------------------- */

static bool
is_shared_bus(const struct vx_map *map, const struct vx_instance *i)
{
    const struct vx_instance *found =
        vx_slots_find(&map->slots, VX_KIND_CONTROLLER, i->sub, i->index, 0);
    const struct vx_controller *controller = found ? found->model : NULL;

    return controller && controller->sharing > VX_SHARING_NONE;
}

static void
ask_bus(struct vx_map *map, const struct vx_instance *i, struct vx_disk *disk)
{
    if (!(VX_DISK_HARD >> disk->kind & 1))
        return;
    if (is_shared_bus(map, i))
        disk->shared_bus = VX_YES;
    if (disk->bus == VX_DISK_BUS_SCSI && map->vm.storage.unmap == VX_NO) {
        disk->no_discard = VX_YES;
        vx_map_said(map, map->slots.machine[VX_M_disk_scsiUnmapAllowed], false);
    }
}

/* ---- controllers that nobody speaks of ------------------------------------------- */

static void
add_controller(struct vx_map *map, struct vx_instance ***end, uint8_t bus,
               uint16_t index)
{
    struct vx_instance *made = vx_arena_zero(map->arena, sizeof(*made));
    struct vx_controller *controller = vx_arena_zero(map->arena, sizeof(*controller));

    if (made == NULL || controller == NULL)
        return;
    *controller = (struct vx_controller){.bus = bus, .index = {index, true}};
    *made = (struct vx_instance){
        .slot = vx_arena_array(map->arena, VX_CTRL_PROPS, sizeof(*made->slot)),
        .index = index,
        .kind = VX_KIND_CONTROLLER,
        .sub = (uint8_t)(bus - 1),
        .table = &vx_device_controller,
        .model = controller,
    };
    if (made->slot == NULL)
        return;
    **end = made;
    *end = &made->next;
}

/* libvirt's order, and its numbers: all below the highest that a disk is on, behind
 * those that the VMX names. */
static void
add_implied(struct vx_map *map, const int32_t *highest)
{
    static const uint8_t order[] = {VX_DISK_BUS_SCSI, VX_DISK_BUS_FLOPPY,
                                    VX_DISK_BUS_IDE, VX_DISK_BUS_SATA,
                                    VX_DISK_BUS_NVME};
    struct vx_instance **end = &map->slots.first[VX_KIND_CONTROLLER];
    uint8_t there[VX_DISK_BUS_FLOPPY + 1] = {0};

    for (; *end; end = &(*end)->next)
        if ((*end)->model)
            there[(*end)->sub + 1] |= (uint8_t)(1u << (*end)->index);
    for (size_t n = 0; n < VX_COUNT(order); n++)
        for (int32_t k = 0; k <= highest[order[n]]; k++)
            if (!(there[order[n]] >> k & 1))
                add_controller(map, &end, order[n], (uint16_t)k);
}

static void
storage_in(struct vx_map *map, struct vx_instance *machine, void *model)
{
    int32_t highest[VX_DISK_BUS_FLOPPY + 1] = {-1, -1, -1, -1, -1, -1};

    (void)machine;
    (void)model;
    if (map->vm.storage.unmap == VX_YES)
        vx_map_default(map, map->slots.machine[VX_M_disk_scsiUnmapAllowed]);
    for (struct vx_instance *i = map->slots.first[VX_KIND_DISK]; i; i = i->next) {
        struct vx_disk *disk = i->model;
        int32_t controller;

        if (disk == NULL)
            continue;
        disk->target = name_of(map, disk);
        ask_bus(map, i, disk);
        controller = disk->bus == VX_DISK_BUS_IDE ? 0 : disk->controller;
        if (controller > highest[disk->bus])
            highest[disk->bus] = controller;
    }
    add_implied(map, highest);
}

/* ---- the way back: what disks ask of others -------------------------------------- */

static struct vx_disk *
disk_of(const struct vx_seat *seat)
{
    return seat->model;
}

static struct vx_seat *
disk_after(const struct vx_map *map, const struct vx_seat *seat)
{
    return vx_seat_of(map, VX_KIND_DISK, seat);
}

static bool
has_controller(uint8_t sub)
{
    return sub == VX_BUS_SCSI || sub == VX_BUS_SATA || sub == VX_BUS_NVME;
}

static struct vx_seat *
controller_of(const struct vx_map *map, uint8_t sub, uint16_t index)
{
    struct vx_seat *seat = vx_seat_of(map, VX_KIND_CONTROLLER, NULL);

    while (seat && (seat->sub != sub || seat->index != index))
        seat = vx_seat_of(map, VX_KIND_CONTROLLER, seat);
    return seat;
}

/* Guests cannot tell a host which blocks are free: one key for all SCSI disks. Discards
 * are let through by default. */
static void
put_unmap(struct vx_map *map)
{
    struct vx_seat *first = NULL;
    bool all = true;

    for (struct vx_seat *seat = disk_after(map, NULL); seat;
         seat = disk_after(map, seat)) {
        if (seat->sub != VX_BUS_SCSI || !vx_disk_is(disk_of(seat), VX_DISK_HARD))
            continue;
        if (disk_of(seat)->no_discard != VX_YES)
            all = false;
        else if (first == NULL)
            first = seat;
    }
    if (first && all)
        vx_put_bool(map, NULL, VX_M_disk_scsiUnmapAllowed, false);
    for (struct vx_seat *seat = disk_after(map, NULL); seat;
         seat = disk_after(map, seat))
        if (disk_of(seat)->no_discard == VX_YES
            && (!all || seat->sub != VX_BUS_SCSI
                || !vx_disk_is(disk_of(seat), VX_DISK_HARD)))
            vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION,
                         vx_xml_child(seat->element, "driver"), "discard", NULL, NULL);
}

/* VMware's default is a first drive, so what is not there says so in a new file, and
 * where it was there before. */
static void
put_floppies(struct vx_map *map)
{
    bool there[2] = {false, false};

    for (struct vx_seat *seat = disk_after(map, NULL); seat;
         seat = disk_after(map, seat))
        if (seat->sub == VX_BUS_FLOPPY)
            there[seat->index & 1] = true;
    for (size_t i = 0; i < VX_COUNT(there); i++) {
        const struct vx_seat missing = {.table = &vx_device_disk,
                                        .sub = VX_BUS_FLOPPY,
                                        .index = (uint16_t)i,
                                        .order = UINT32_MAX}; /* behind all disks */
        struct vx_str text;

        if (!there[i]
            && (map->back->config == NULL
                || vx_remembered(map, &missing, VX_DISK_present, &text)))
            vx_put_bool(map, &missing, VX_DISK_present, false);
    }
}

/* The older form of a SCSI controller's model, <driver name='lsilogic'/> on a disk. */
static uint8_t
driver_model(const struct vx_seat *seat)
{
    const struct vx_node *driver = vx_xml_child(seat->element, "driver");

    return seat->sub == VX_BUS_SCSI
               ? vx_word_of_xml(vx_scsi_models, vx_xml_peek(driver, "name"))
               : VX_SCSI_NONE;
}

static void
settle_models(struct vx_map *map)
{
    for (struct vx_seat *seat = disk_after(map, NULL); seat;
         seat = disk_after(map, seat)) {
        struct vx_seat *found = controller_of(map, seat->sub, seat->index);
        struct vx_controller *controller = found ? found->model : NULL;
        uint8_t model = driver_model(seat);

        if (controller == NULL || model == VX_SCSI_NONE)
            continue;
        if (controller->model == VX_SCSI_NONE)
            controller->model = model;
        else if (controller->model != model)
            vx_back_loss(map, VX_SCSI_MODEL, VMX_LOSS_WARNING,
                         vx_xml_child(seat->element, "driver"), "name",
                         "The controller is of another model", NULL);
    }
}

/* Controllers that no element speaks of. */
static void
put_implied(struct vx_map *map)
{
    bool there[VX_BUSES][VX_CONTROLLER_MAX + 1] = {{false}};

    for (struct vx_seat *seat = disk_after(map, NULL); seat;
         seat = disk_after(map, seat)) {
        struct vx_seat implied = {.table = &vx_device_controller,
                                  .sub = seat->sub,
                                  .index = seat->index,
                                  .order = VX_CONTROLLER_ORDER(seat->sub, seat->index)};
        uint8_t model = driver_model(seat);

        if (!has_controller(seat->sub) || there[seat->sub][seat->index]
            || controller_of(map, seat->sub, seat->index))
            continue;
        there[seat->sub][seat->index] = true;
        vx_put_bool(map, &implied, VX_CTRL_present, true);
        if (model)
            vx_put(map, &implied, VX_CTRL_virtualDev,
                   vx_str_c(vx_scsi_models[model].vmx));
    }
}

/* libvirt adds all controllers below one that a disk is on.  Such a one says nothing by
 * itself; where a VMX is remembered, that tells whether it was there. */
static void
drop_fillers(struct vx_map *map)
{
    uint16_t highest[VX_BUSES] = {0};
    bool used[VX_BUSES][VX_CONTROLLER_MAX + 1] = {{false}};

    if (map->back->config)
        return;
    for (struct vx_seat *seat = disk_after(map, NULL); seat;
         seat = disk_after(map, seat)) {
        if (!has_controller(seat->sub))
            continue;
        used[seat->sub][seat->index] = true;
        if (seat->index > highest[seat->sub])
            highest[seat->sub] = seat->index;
    }
    for (struct vx_seat *seat = vx_seat_of(map, VX_KIND_CONTROLLER, NULL); seat;
         seat = vx_seat_of(map, VX_KIND_CONTROLLER, seat)) {
        const struct vx_controller *controller = seat->model;

        seat->refused = seat->index < highest[seat->sub]
                        && !used[seat->sub][seat->index] && !controller->slot.set
                        && controller->model == VX_SCSI_NONE;
    }
}

static void
storage_put(struct vx_map *map, __attribute__((unused)) const struct vx_seat *seat,
            __attribute__((unused)) const void *model)
{
    put_unmap(map);
    put_floppies(map);
    settle_models(map);
    put_implied(map);
    drop_fillers(map);
}

const struct vx_device vx_device_storage = {
    .name = "storage",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .in = storage_in,
    .put = storage_put,
};
