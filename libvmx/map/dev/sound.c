/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sound card: sound.* ↔ <sound>. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/banned.h"

#define M(member) VX_M(vx_vm, sound.member)
#define THERE VX_IF(vx_vm, sound.present, VX_IS(VX_YES))

/* libvirt has no es1371 and no hda; these are what it has of the same kind. */
static const struct vx_word models[] = {
    [VX_SOUND_ES1371] = {"es1371", "es1370"},
    [VX_SOUND_SB16] = {"sb16", "sb16"},
    [VX_SOUND_HDA] = {"hdaudio", "ich6"},
    VX_WORDS_END,
};

static enum vx_read
model_from_vmx(struct vx_map *map, const struct vx_row *row, struct vx_str text,
               void *member)
{
    return vx_enum.from_vmx(map, row, text, member);
}

static void
model_to_vmx(struct vx_map *map, const struct vx_row *row, const void *member,
             struct vx_buf *out)
{
    vx_enum.to_vmx(map, row, member, out);
}

/* Other cards of the same kind are the key as well. */
static uint8_t
model_of_word(struct vx_str word)
{
    if (vx_str_eq(word, VX_STR("ac97")))
        return VX_SOUND_ES1371;
    if (vx_str_eq(word, VX_STR("ich7")) || vx_str_eq(word, VX_STR("ich9")))
        return VX_SOUND_HDA;
    return vx_word_of_xml(models, word);
}

static bool
model_from_xml(__attribute__((unused)) struct vx_map *map,
               __attribute__((unused)) const struct vx_row *row, struct vx_str text,
               void *member)
{
    uint8_t value = model_of_word(text);

    if (value)
        *(uint8_t *)member = value;
    return value != 0;
}

static void
model_to_xml(struct vx_map *map, const struct vx_row *row, const void *member,
             struct vx_buf *out)
{
    vx_enum.to_xml(map, row, member, out);
}

static const struct vx_codec sound_model = {
    "es1371, sb16 or hdaudio",
    VX_T_BYTE,
    model_from_vmx,
    model_to_vmx,
    model_from_xml,
    model_to_xml,
};

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_M_sound_present),       VX_SELF,                   .codec = &vx_bool,     M(present), THERE},
  {VX_K(VX_M_sound_virtualDev),    VX_ATTR("sound", "model"), .codec = &sound_model, .arg = models, .absent = "es1371", M(model), THERE, .tells = true},
  {VX_K(VX_M_sound_pciSlotNumber), VX_HOOK(vx_hook_pci_slot), .codec = &vx_integer,  .elem = "sound/address", M(slot), THERE},
};

/* clang-format on */

static bool
sound_accept(struct vx_map *map, struct vx_instance *none, void *model)
{
    struct vx_vm *vm = model;

    (void)none;
    vm->sound.present = vx_dev_there(map, map->slots.machine[VX_M_sound_present]);
    return vm->sound.present == VX_YES;
}

/* The first card that VMware has; those before it were told of. */
static struct vx_node *
find_card(struct vx_map *map, struct vx_node *devices, uint8_t *ret)
{
    struct vx_node *card = vx_xml_child(devices, "sound");

    *ret = 0;
    for (; card; card = vx_xml_next(card, "sound")) {
        *ret = model_of_word(vx_xml_value(card, "model"));
        if (*ret)
            break;
        if (!card->passed)
            vx_back_loss(map, VX_NO_DEVICE, VMX_LOSS_WARNING, card, "model",
                         "A sound card that VMware has not; it is left out", NULL);
        vx_xml_pass(card);
    }
    return card;
}

static bool
sound_accept_xml(struct vx_map *map, struct vx_node *element,
                 __attribute__((unused)) struct vx_seat *none, void *model)
{
    struct vx_sound *sound = &((struct vx_vm *)model)->sound;
    struct vx_node *card = find_card(map, element, &sound->model);

    if (card == NULL)
        return false;
    sound->present = VX_YES;
    vx_back_slot(map, card, &sound->slot);
    vx_xml_pass(vx_xml_find(card, "audio", NULL)); /* libvirt's own number */
    return true;
}

const struct vx_device vx_device_sound = {
    .name = "sound",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = sound_accept,
    .accept_xml = sound_accept_xml,
};
