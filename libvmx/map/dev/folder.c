/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared folders: sharedFolderN ↔ <filesystem>. */
#include "model/folder.h"
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/banned.h"

#define F(member) VX_M(vx_folder, member)
#define H(member) VX_M(vx_vm, folders.member)

/* ---- for all of them ------------------------------------------------------------ */

static void
switches(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
         __attribute__((unused)) void *model)
{
    const struct vx_folders *folders = &map->vm.folders;

    if (folders->off == VX_NO)
        vx_map_default(map, slot[VX_M_isolation_tools_hgfs_disable]);
    if (folders->written && folders->max.v == folders->written)
        vx_map_said(map, slot[row->key], false);
    else if (folders->max.set && folders->max.v == 0)
        vx_map_default(map, slot[row->key]);
}

/* clang-format off */
static const struct vx_row hgfs_rows[] = {
  /* VMware takes an absent key as FALSE, libvirt as TRUE; with folders it stands there. */
  {VX_K(VX_M_isolation_tools_hgfs_disable), VX_KEPT,           .codec = &vx_bool,    H(off)},
  {VX_K(VX_M_sharedFolder_maxNum),          VX_HOOK(switches), .codec = &vx_integer, H(max)},
};

/* clang-format on */

/* VMware looks at as many as there are.  The switch of them all stays as it is: nobody
 * has seen it who has edited the elements. */
static void
hgfs_put(struct vx_map *map, __attribute__((unused)) const struct vx_seat *none,
         __attribute__((unused)) const void *model)
{
    struct vx_str text;
    int64_t count = 0;
    uint8_t off = VX_UNSET;

    for (struct vx_seat *seat = vx_seat_of(map, VX_KIND_FOLDER, NULL); seat;
         seat = vx_seat_of(map, VX_KIND_FOLDER, seat))
        if (seat->index >= count)
            count = seat->index + 1;
    if (count == 0)
        return;
    vx_put_int(map, NULL, VX_M_sharedFolder_maxNum, count);
    if (!vx_remembered(map, NULL, VX_M_isolation_tools_hgfs_disable, &text))
        vx_put_bool(map, NULL, VX_M_isolation_tools_hgfs_disable, false);
    else if (text.s && vx_bool_parse(text, &off) != VX_READ_BAD && off == VX_YES
             && !vx_remembered(map, NULL, VX_M_sharedFolder_maxNum, &text))
        vx_back_diag(map, VX_FOLDERS_OFF,
                     vx_seat_of(map, VX_KIND_FOLDER, NULL)->element,
                     "isolation.tools.hgfs.disable switches it off");
}

const struct vx_device vx_device_hgfs = {
    .name = "hgfs",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = hgfs_rows,
    .row_count = VX_COUNT(hgfs_rows),
    .put = hgfs_put,
};

/* ---- one ------------------------------------------------------------------------ */

static uint8_t
other(uint8_t tri)
{
    return tri == VX_YES ? VX_NO : VX_YES;
}

/* The key allows what the element forbids. */
static enum vx_read
forbid_from_vmx(__attribute__((unused)) struct vx_map *map,
                __attribute__((unused)) const struct vx_row *row, struct vx_str text,
                void *member)
{
    uint8_t allowed;
    enum vx_read read = vx_bool_parse(text, &allowed);

    if (read != VX_READ_BAD)
        *(uint8_t *)member = other(allowed);
    return read;
}

static void
forbid_to_vmx(struct vx_map *map, const struct vx_row *row, const void *member,
              struct vx_buf *out)
{
    uint8_t allowed = other(*(const uint8_t *)member);

    vx_bool.to_vmx(map, row, &allowed, out);
}

static const struct vx_codec forbid = {
    "TRUE or FALSE", VX_T_BOOL,        forbid_from_vmx,
    forbid_to_vmx,   vx_bool_from_xml, vx_bool_to_xml,
};

static const struct vx_word expirations[] = {
    [VX_NO] = {"never", NULL},
    [VX_YES] = {"session", NULL},
    VX_WORDS_END,
};

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_FOLDER_present),     VX_SELF},
  {VX_K(VX_FOLDER_enabled),     VX_SELF},
  {VX_K(VX_FOLDER_readAccess),  VX_HOOK(vx_hook_usual_yes), .codec = &vx_bool, F(readable)}, /* no element forbids reading */
  {VX_K(VX_FOLDER_expiration),  VX_HOOK(vx_hook_usual_no),  .codec = &vx_enum, .arg = expirations, F(expires)}, /* an element does not end */
  {VX_NOKEY,                    VX_HOOK(vx_hook_with),      .elem = "", .with = " type='mount' accessmode='passthrough'"}, /* always so */
  {VX_K(VX_FOLDER_hostPath),    VX_ATTR("source", "dir"),   .codec = &vx_text, F(host_path)},
  {VX_K(VX_FOLDER_guestName),   VX_ATTR("target", "dir"),   .codec = &vx_text, F(guest_name)},
  {VX_K(VX_FOLDER_writeAccess), VX_FLAG("readonly"),        .codec = &forbid,  F(readonly), .absent = "FALSE"},
};

/* clang-format on */

static bool
is_windows(struct vx_str path)
{
    return path.n > 1 && (path.s[1] == ':' || (path.s[0] == '\\' && path.s[1] == '\\'));
}

static void
report(struct vx_map *map, const struct vx_instance *i)
{
    uint32_t path = i->slot[VX_FOLDER_hostPath];

    if (map->vm.folders.off == VX_YES)
        vx_map_loss(map, VX_FOLDER_OFF, VMX_LOSS_WARNING, i->slot[VX_FOLDER_enabled],
                    NULL, NULL);
    if (is_windows(vx_map_value(map, path)))
        vx_map_loss(map, VX_FOLDER_WINDOWS, VMX_LOSS_WARNING, path, NULL, NULL);
}

static bool
folder_accept(struct vx_map *map, struct vx_instance *i,
              __attribute__((unused)) void *model)
{
    struct vx_folders *folders = &map->vm.folders;
    struct vx_str path = vx_map_value(map, i->slot[VX_FOLDER_hostPath]);
    struct vx_str name = vx_map_value(map, i->slot[VX_FOLDER_guestName]);

    if (!vx_map_bool(map, i->slot[VX_FOLDER_enabled], false))
        return false;
    if (path.n == 0 || name.n == 0) {
        vx_map_loss(map, VX_FOLDER_INCOMPLETE, VMX_LOSS_WARNING,
                    i->slot[VX_FOLDER_present], NULL, NULL);
        return false;
    }
    if (i->index >= folders->max.v) {
        vx_map_loss(map, VX_FOLDER_UNCOUNTED, VMX_LOSS_WARNING,
                    i->slot[VX_FOLDER_present], NULL, NULL);
        return false;
    }
    report(map, i);
    folders->written++;
    return true;
}

static void
folder_mark(__attribute__((unused)) struct vx_map *map, const void *model,
            struct vx_mark *ret)
{
    const struct vx_folder *folder = model;

    ret->source = folder->host_path;
    ret->target = folder->guest_name;
}

/* ---- the way back --------------------------------------------------------------- */

static bool
folder_accept_xml(struct vx_map *map, struct vx_node *element,
                  __attribute__((unused)) struct vx_seat *seat,
                  __attribute__((unused)) void *model)
{
    struct vx_str type = vx_xml_value(element, "type");

    vx_xml_pass(vx_xml_find(element, "address", NULL));
    if ((type.s == NULL || vx_str_eq(type, VX_STR("mount")))
        && vx_xml_at_path(element, "source", "dir").n
        && vx_xml_at_path(element, "target", "dir").n)
        return true;
    vx_back_loss(map, VX_FILESYSTEM_TYPE, VMX_LOSS_WARNING, element, NULL, NULL, NULL);
    return false;
}

static void
folder_in_xml(__attribute__((unused)) struct vx_map *map,
              __attribute__((unused)) struct vx_node *element,
              __attribute__((unused)) struct vx_seat *seat, void *model)
{
    struct vx_folder *folder = model;

    if (folder->readonly == VX_UNSET)
        folder->readonly = VX_NO;
}

static void
folder_put(struct vx_map *map, const struct vx_seat *seat,
           __attribute__((unused)) const void *model)
{
    vx_put_bool(map, seat, VX_FOLDER_enabled, true);
    vx_put_bool(map, seat, VX_FOLDER_readAccess, true);
}

const struct vx_device vx_device_folder = {
    .name = "folder",
    .element = "filesystem",
    .kind = VX_KIND_FOLDER,
    .present = VX_FOLDER_present,
    .size = sizeof(struct vx_folder),
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = folder_accept,
    .mark = folder_mark,
    .accept_xml = folder_accept_xml,
    .in_xml = folder_in_xml,
    .put = folder_put,
};
