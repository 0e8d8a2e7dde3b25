/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The display adapter, which is always there unless the file says otherwise: svga.*,
 * mks.enable3d ↔ <video>. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/banned.h"

#define M(member) VX_M(vx_vm, video.member)
/* A new file need not say that there is one, so that it is unset on the way there. */
#define THERE VX_IF(vx_vm, video.present, VX_IS(VX_UNSET) | VX_IS(VX_YES))

enum {
    USUAL_KIB = 4096,
    STEP_KIB = 64, /* VMware wants a multiple of it */
};

static const struct vx_word models[] = {
    [VX_NO] = {"FALSE", "none"},
    [VX_YES] = {"TRUE", "vmvga"},
    VX_WORDS_END,
};

/* ---- video memory: bytes in VMX, in XML KiB and a power of two ------------------- */

/* Rounded up; 0 when libvirt could not hold it. */
static int64_t
power_of_two(int64_t kib)
{
    int64_t power = 1;

    while (power < kib && power <= UINT32_MAX)
        power *= 2;
    return power <= UINT32_MAX ? power : 0;
}

static enum vx_read
vram_from_vmx(struct vx_map *map, const struct vx_row *row, struct vx_str text,
              void *member)
{
    struct vx_int bytes = {0, false}, *kib = member;
    enum vx_read read = vx_integer.from_vmx(map, row, text, &bytes);
    int64_t rounded;

    if (read == VX_READ_BAD)
        return read;
    rounded =
        bytes.v <= 0 ? USUAL_KIB : power_of_two(bytes.v / 1024 + (bytes.v % 1024 != 0));
    if (rounded == 0)
        return VX_READ_BAD;
    *kib = (struct vx_int){rounded, true};
    return rounded * 1024 == bytes.v && rounded >= STEP_KIB ? read : VX_READ_LOOSE;
}

static void
vram_to_vmx(struct vx_map *map, const struct vx_row *row, const void *member,
            struct vx_buf *out)
{
    int64_t kib = ((const struct vx_int *)member)->v;

    (void)map, (void)row;
    vx_buf_int(out, (kib < STEP_KIB ? STEP_KIB : kib) * 1024);
}

static bool
vram_from_xml(struct vx_map *map, const struct vx_row *row, struct vx_str text,
              void *member)
{
    struct vx_int kib = {0, false};

    if (!vx_integer.from_xml(map, row, text, &kib))
        return false;
    kib.v = kib.v <= 0 ? USUAL_KIB : power_of_two(kib.v);
    *(struct vx_int *)member = kib;
    return kib.v != 0;
}

static const struct vx_codec vram = {
    "a size in bytes", VX_T_INT,      vram_from_vmx,
    vram_to_vmx,       vram_from_xml, vx_integer_to_text,
};

/* ---- the table ------------------------------------------------------------------- */

/* The only one is the first. */
static void
write_primary(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
              void *model)
{
    (void)row, (void)slot, (void)model;
    vx_xml_at(&map->xml, "video/model");
    vx_xml_attrs(&map->xml, " primary='yes'");
}

/* The next device may be one with numbers, whose element goes inside what is open. */
static void
close_video(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
            void *model)
{
    (void)row, (void)slot, (void)model;
    vx_xml_close_inner(&map->xml);
}

static const struct vx_range display_range = {1, UINT32_MAX}; /* of libvirt's schema */

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_M_svga_present),       VX_ATTR("video/model", "type"),  .codec = &vx_decided, .arg = models, .absent = "TRUE", M(present), .tells = true},
  {VX_K(VX_M_svga_vramSize),      VX_ATTR("video/model", "vram"),  .codec = &vram, .absent = "4194304", M(vram_kib), THERE},
  {VX_K(VX_M_svga_numDisplays),   VX_ATTR("video/model", "heads"), .codec = &vx_ranged, .arg = &display_range, .usual = "1", M(displays), THERE},
  {VX_NOKEY,                      VX_HOOK(write_primary), THERE},
  {VX_K(VX_M_mks_enable3d),       VX_ATTR("video/model/acceleration", "accel3d"), .codec = &vx_bool, .usual = "no", M(accel3d), THERE},
  {VX_K(VX_M_svga_pciSlotNumber), VX_HOOK(vx_hook_pci_slot), .codec = &vx_integer, .elem = "video/address", M(slot), THERE},
  {VX_NOKEY,                      VX_HOOK(close_video)},
};

/* clang-format on */

static bool
video_accept(struct vx_map *map, struct vx_instance *none, void *model)
{
    struct vx_vm *vm = model;

    (void)none;
    vm->video.present =
        vx_map_bool(map, map->slots.machine[VX_M_svga_present], true) ? VX_YES : VX_NO;
    return true;
}

static bool
video_accept_xml(__attribute__((unused)) struct vx_map *map, struct vx_node *element,
                 __attribute__((unused)) struct vx_seat *none, void *model)
{
    struct vx_vm *vm = model;
    struct vx_node *video = vx_xml_find(element, "video", NULL);

    if (video)
        vm->video.present =
            vx_str_eq(vx_xml_at_path(video, "model", "type"), VX_STR("none")) ? VX_NO
                                                                              : VX_YES;
    return video != NULL;
}

/* Another adapter's memory is not what VMware's own needs. */
static void
replace_model(struct vx_map *map, struct vx_node *card, struct vx_video *video)
{
    static const char *const sizes[] = {"ram", "vram64", "vgamem"};
    struct vx_str type = vx_xml_value(card, "type");

    if (type.s == NULL || vx_word_of_xml(models, type))
        return;
    for (size_t i = 0; i < VX_COUNT(sizes); i++)
        vx_xml_value(card, sizes[i]);
    video->vram_kib.set = false;
    vx_back_loss(map, VX_DEVICE_MODEL, VMX_LOSS_WARNING, card, "type",
                 "The display adapter is VMware's own", NULL);
}

/* libvirt gives every machine with a display an adapter of USUAL_KIB. */
static void
video_in_xml(struct vx_map *map, struct vx_node *element,
             __attribute__((unused)) struct vx_seat *none, void *model)
{
    struct vx_video *video = &((struct vx_vm *)model)->video;
    struct vx_node *card = vx_xml_find(element, "video/model", NULL);

    replace_model(map, card, video);
    vx_xml_value(card, "primary");
    vx_back_slot(map, vx_xml_find(element, "video", NULL), &video->slot);
    if (map->back->config || video->present == VX_NO)
        return;
    video->present = VX_UNSET;
    if (video->vram_kib.v == USUAL_KIB)
        video->vram_kib.set = false;
}

const struct vx_device vx_device_video = {
    .name = "video",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = video_accept,
    .accept_xml = video_accept_xml,
    .in_xml = video_in_xml,
};
