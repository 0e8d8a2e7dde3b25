/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared folders: sharedFolderN ↔ <filesystem>. */
#include "model/folder.h"
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/banned.h"

#define F(member) VX_M(vx_folder, member)
#define H(member) VX_M(vx_vm, folders.member)

/* ---- for all of them ------------------------------------------------------------ */

/* Back: FALSE, and the number of folders. */
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

const struct vx_device vx_device_hgfs = {
    .name = "hgfs",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = hgfs_rows,
    .row_count = VX_COUNT(hgfs_rows),
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
  {VX_NOKEY,                    VX_HOOK(vx_hook_with),      .elem = "", .with = " type='mount' accessmode='passthrough'"}, /* always so: back nothing */
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

const struct vx_device vx_device_folder = {
    .name = "folder",
    .element = "filesystem",
    .kind = VX_KIND_FOLDER,
    .present = VX_FOLDER_present,
    .size = sizeof(struct vx_folder),
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = folder_accept,
};
