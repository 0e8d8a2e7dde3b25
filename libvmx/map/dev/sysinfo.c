/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SMBIOS strings ↔ <sysinfo type='smbios'>.  libvirt leaves an empty entry out when it
 * reads one, so an empty string is none. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/banned.h"

#define S(name) VX_M(vx_vm, sysinfo.name)

static bool
says_anything(const struct vx_sysinfo *sysinfo)
{
    return sysinfo->product.s || sysinfo->serial.s || sysinfo->board.s
           || sysinfo->asset.s;
}

static void
hook_type(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
          void *model)
{
    (void)row;
    (void)slot;
    if (!says_anything(&((const struct vx_vm *)model)->sysinfo))
        return;
    vx_xml_at(&map->xml, "sysinfo");
    vx_xml_attrs(&map->xml, " type='smbios'");
}

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_NOKEY,                VX_HOOK(hook_type)},
  {VX_K(VX_M_hw_model),     VX_TEXT("sysinfo/system/entry"),    .with = " name='product'", .codec = &vx_text, S(product)},
  {VX_K(VX_M_serialNumber), VX_TEXT("sysinfo/system/entry"),    .with = " name='serial'",  .codec = &vx_text, S(serial)},
  {VX_K(VX_M_board_id),     VX_TEXT("sysinfo/baseBoard/entry"), .with = " name='product'", .codec = &vx_text, S(board)},
  {VX_K(VX_M_smbios_assetTag), VX_TEXT("sysinfo/chassis/entry"), .with = " name='asset'",  .codec = &vx_text, S(asset)},
};

/* clang-format on */

static void
drop_empty(struct vx_str *text)
{
    if (text->n == 0)
        *text = VX_STR_NONE;
}

static void
drop_all_empty(struct vx_sysinfo *sysinfo)
{
    drop_empty(&sysinfo->product);
    drop_empty(&sysinfo->serial);
    drop_empty(&sysinfo->board);
    drop_empty(&sysinfo->asset);
}

static void
sysinfo_in(struct vx_map *map, struct vx_instance *i, void *model)
{
    static const int16_t of_host[] = {
        VX_M_serialNumber_reflectHost,
        VX_M_hw_model_reflectHost,
        VX_M_board_id_reflectHost,
    };
    struct vx_sysinfo *sysinfo = &((struct vx_vm *)model)->sysinfo;
    const uint32_t *slot = map->slots.machine;

    (void)i;
    drop_all_empty(sysinfo);
    for (size_t k = 0; k < VX_COUNT(of_host); k++)
        if (slot[of_host[k]] && vx_map_bool(map, slot[of_host[k]], false))
            vx_map_loss(map, VX_HOST_STRINGS, VMX_LOSS_WARNING, slot[of_host[k]], NULL,
                        NULL);
}

/* ---- the way back ---------------------------------------------------------------- */

/* The entries tell; the UUID among them must be that of the domain. */
static void
sysinfo_in_xml(struct vx_map *map, struct vx_node *domain, struct vx_seat *seat,
               void *model)
{
    struct vx_node *element = vx_xml_find(domain, "sysinfo", NULL);

    (void)map;
    (void)seat;
    drop_all_empty(&((struct vx_vm *)model)->sysinfo);
    if (element && vx_xml_attr_is(element, "type", "smbios"))
        vx_xml_value(element, "type");
    vx_xml_pass(vx_xml_find(domain, "sysinfo/system/entry", " name='uuid'"));
}

const struct vx_device vx_device_sysinfo = {
    .name = "sysinfo",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .in = sysinfo_in,
    .in_xml = sysinfo_in_xml,
};
