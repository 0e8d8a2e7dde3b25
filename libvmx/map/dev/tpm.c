/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The virtual TPM: vtpm.present ↔ <tpm>.  Its state stays behind. */
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/banned.h"

#define M(member) VX_M(vx_vm, tpm.member)

static const struct vx_word models[] = {
    [VX_NO] = {"FALSE", NULL},
    [VX_YES] = {"TRUE", "tpm-crb"},
    VX_WORDS_END,
};

static const struct vx_word backends[] = {
    [VX_YES] = {NULL, "emulator"},
    VX_WORDS_END,
};

static const struct vx_word versions[] = {
    [VX_YES] = {NULL, "2.0"},
    VX_WORDS_END,
};

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_M_vtpm_present), VX_ATTR("tpm", "model"),           .codec = &vx_decided, .arg = models,   M(present)},
  {VX_NOKEY,                VX_ATTR("tpm/backend", "type"),    .codec = &vx_decided, .arg = backends, M(present)},
  {VX_NOKEY,                VX_ATTR("tpm/backend", "version"), .codec = &vx_decided, .arg = versions, M(present)},
};

/* clang-format on */

static bool
tpm_accept(struct vx_map *map, struct vx_instance *none, void *model)
{
    struct vx_vm *vm = model;
    uint32_t slot = map->slots.machine[VX_M_vtpm_present];

    (void)none;
    vm->tpm.present = vx_dev_there(map, slot);
    if (vm->tpm.present == VX_YES)
        vx_map_loss(map, VX_VTPM_STATE, VMX_LOSS_CRITICAL, slot, NULL, NULL);
    return vm->tpm.present == VX_YES;
}

const struct vx_device vx_device_tpm = {
    .name = "tpm",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = tpm_accept,
};
