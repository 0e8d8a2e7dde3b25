/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The display adapter, which is always there unless the file says otherwise: svga.*,
 * mks.enable3d ↔ <video>. */
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/banned.h"

#define M(member) VX_M(vx_vm, video.member)
#define THERE VX_IF(vx_vm, video.present, VX_IS(VX_YES))

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
  {VX_K(VX_M_svga_present),       VX_ATTR("video/model", "type"),  .codec = &vx_decided, .arg = models, .absent = "TRUE", M(present)},
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

const struct vx_device vx_device_video = {
    .name = "video",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = video_accept,
};
