/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The virtual TPM: vtpm.present ↔ <tpm>.  Its state stays behind. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/num.h"

#include "base/banned.h"

#define M(member) VX_M(vx_vm, tpm.member)

enum {
    HW_LEAST = 14,
};

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
  {VX_K(VX_M_vtpm_present), VX_ATTR("tpm", "model"),           .codec = &vx_decided, .arg = models,   M(present), .tells = true},
  {VX_NOKEY,                VX_ATTR("tpm/backend", "type"),    .codec = &vx_decided, .arg = backends, M(present), .tells = true},
  {VX_NOKEY,                VX_ATTR("tpm/backend", "version"), .codec = &vx_decided, .arg = versions, M(present), .tells = true},
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

static bool
tpm_accept_xml(struct vx_map *map, struct vx_node *element,
               __attribute__((unused)) struct vx_seat *none, void *model)
{
    struct vx_vm *vm = model;
    struct vx_node *tpm = vx_xml_find(element, "tpm", NULL);
    struct vx_str backend;

    if (tpm == NULL)
        return false;
    backend = vx_xml_at_path(tpm, "backend", "type");
    if (backend.s && vx_word_of_xml(backends, backend) == 0) {
        vx_back_loss(map, VX_NO_DEVICE, VMX_LOSS_WARNING, tpm, NULL,
                     "A TPM that is no emulated one; it is left out", NULL);
        return false;
    }
    vm->tpm.present = VX_YES;
    return true;
}

static void
tell_replaced(struct vx_map *map, struct vx_node *node, const char *attr,
              const struct vx_word *words, const char *what)
{
    struct vx_str word = vx_xml_value(node, attr);

    if (word.s && vx_word_of_xml(words, word) == 0)
        vx_back_loss(map, VX_DEVICE_MODEL, VMX_LOSS_WARNING, node, attr, what, NULL);
}

/* What VMware asks of the machine.  The hardware version is asked for with the rest of
 * it, but for one that is remembered. */
static void
tell_needs(struct vx_map *map, const struct vx_vm *vm, const struct vx_node *tpm)
{
    struct vx_str text;
    uint64_t version;

    if (vx_remembered(map, NULL, VX_M_vtpm_present, &text)
        && (text.s == NULL || !vx_str_is(text, "FALSE")))
        return; /* it had one */
    if (vm->os.firmware != VX_FIRMWARE_EFI)
        vx_back_diag(map, VX_TPM_NEEDS, tpm, "the firmware is not EFI");
    if (map->back->hw_asked == 0
        && vx_remembered(map, NULL, VX_M_virtualHW_version, &text)
        && vx_num_u64(text, &version) && version < HW_LEAST)
        vx_back_diag(map, VX_TPM_NEEDS, tpm, "hardware version %u is too low",
                     (unsigned)version);
}

static void
tpm_in_xml(struct vx_map *map, struct vx_node *element,
           __attribute__((unused)) struct vx_seat *none, void *model)
{
    struct vx_node *tpm = vx_xml_find(element, "tpm", NULL);
    struct vx_node *backend = vx_xml_find(tpm, "backend", NULL);

    tell_replaced(map, tpm, "model", models, "VMware's TPM is a tpm-crb");
    tell_replaced(map, backend, "version", versions, "VMware's TPM is of version 2.0");
    tell_needs(map, model, tpm);
    vx_xml_pass(vx_xml_find(tpm, "address", NULL));
}

const struct vx_device vx_device_tpm = {
    .name = "tpm",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = tpm_accept,
    .accept_xml = tpm_accept_xml,
    .in_xml = tpm_in_xml,
};
