/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* VMware's own VNC server: RemoteDisplay.vnc.* ↔ <graphics type='vnc'>. */
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/banned.h"

#define M(member) VX_M(vx_vm, graphics.member)
#define THERE VX_IF(vx_vm, graphics.vnc, VX_IS(VX_YES))

enum {
    FIRST_PORT = 5900, /* VMware's range */
    LAST_PORT = 5964,
};

static const struct vx_word types[] = {
    [VX_NO] = {"FALSE", NULL},
    [VX_YES] = {"TRUE", "vnc"},
    VX_WORDS_END,
};

/* ---- codecs ---------------------------------------------------------------------- */

/* Text of which nothing is as good as none. */
static enum vx_read
filled_from_vmx(struct vx_map *map, const struct vx_row *row, struct vx_str text,
                void *member)
{
    return text.n ? vx_text.from_vmx(map, row, text, member) : VX_READ_LOOSE;
}

static bool
filled_from_xml(struct vx_map *map, const struct vx_row *row, struct vx_str text,
                void *member)
{
    return text.n == 0 || vx_text.from_xml(map, row, text, member);
}

static const struct vx_codec filled = {
    "text", VX_T_STR, filled_from_vmx, vx_text_to_vmx, filled_from_xml, vx_text_to_xml,
};

static const struct vx_range port_range = {INT64_MIN, 65535}; /* negative: any port */
static const struct vx_range websocket_range = {1, 65535};

/* ---- the table ------------------------------------------------------------------- */

/* An absent or negative port is the host's choice; libvirt says 0 by leaving it out.
 * back: no key for port -1 or autoport, 0 for no port and autoport 'no'. */
static void
write_port(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
           void *model)
{
    const struct vx_int *port = &((const struct vx_vm *)model)->graphics.port;
    struct vx_xml *xml = &map->xml;

    vx_xml_at(xml, "graphics");
    if (!port->set || port->v < 0) {
        vx_xml_attrs(xml, " port='-1' autoport='yes'");
    } else {
        if (port->v > 0)
            vx_xml_attr_uint(xml, "port", (uint64_t)port->v);
        vx_xml_attrs(xml, " autoport='no'");
    }
    if (port->set)
        vx_map_said(map, slot[row->key], false);
}

/* The same address once more, as libvirt prints it. */
static void
write_listen(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
             void *model)
{
    const struct vx_graphics *graphics = &((const struct vx_vm *)model)->graphics;

    (void)row, (void)slot;
    vx_xml_at(&map->xml, "graphics/listen");
    vx_xml_attrs(&map->xml, " type='address'");
    if (graphics->listen.s)
        vx_xml_attr(&map->xml, "address", graphics->listen);
}

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_M_RemoteDisplay_vnc_enabled),        VX_ATTR("graphics", "type"),      .codec = &vx_decided, .arg = types, M(vnc), THERE},
  {VX_K(VX_M_RemoteDisplay_vnc_port),           VX_HOOK(write_port),              .codec = &vx_ranged, .arg = &port_range, M(port), THERE},
  {VX_K(VX_M_RemoteDisplay_vnc_webSocket_port), VX_ATTR("graphics", "websocket"), .codec = &vx_ranged, .arg = &websocket_range, M(websocket), THERE},
  {VX_K(VX_M_RemoteDisplay_vnc_ip),             VX_ATTR("graphics", "listen"),    .codec = &filled, M(listen),   THERE},
  {VX_K(VX_M_RemoteDisplay_vnc_keymap),         VX_ATTR("graphics", "keymap"),    .codec = &filled, M(keymap),   THERE},
  /* A secret: there to be read only with --with-secrets. */
  {VX_K(VX_M_RemoteDisplay_vnc_password),       VX_ATTR("graphics", "passwd"),    .codec = &filled, M(password), THERE},
  {VX_NOKEY,                                    VX_HOOK(write_listen), THERE},
};

/* clang-format on */

static bool
graphics_accept(struct vx_map *map, struct vx_instance *none, void *model)
{
    struct vx_vm *vm = model;
    const uint32_t *slot = map->slots.machine;

    (void)none;
    vm->graphics.vnc = vx_dev_there(map, slot[VX_M_RemoteDisplay_vnc_enabled]);
    return vm->graphics.vnc == VX_YES;
}

/* A display that asked for a password, and no longer does. */
static void
tell_open(struct vx_map *map, const struct vx_graphics *graphics)
{
    uint32_t password = map->slots.machine[VX_M_RemoteDisplay_vnc_password],
             key = map->slots.machine[VX_M_RemoteDisplay_vnc_key];

    if (graphics->password.s == NULL && (password || key))
        vx_map_loss(map, VX_VNC_OPEN, VMX_LOSS_WARNING, password ? password : key, NULL,
                    NULL);
}

static void
graphics_in(struct vx_map *map, struct vx_instance *none, void *model)
{
    const struct vx_graphics *graphics = &((const struct vx_vm *)model)->graphics;
    const uint32_t *slot = map->slots.machine;

    (void)none;
    if (!graphics->port.set || graphics->port.v < 0) {
        vx_map_diag(map, VX_VNC_PORT,
                    slot[graphics->port.set ? VX_M_RemoteDisplay_vnc_port
                                            : VX_M_RemoteDisplay_vnc_enabled],
                    "a VNC display without a port; libvirt chooses one");
        vx_dev_inexact(map, slot[VX_M_RemoteDisplay_vnc_port]);
    } else if (graphics->port.v < FIRST_PORT || graphics->port.v > LAST_PORT) {
        vx_map_diag(map, VX_VNC_PORT, slot[VX_M_RemoteDisplay_vnc_port],
                    "outside of VMware's VNC ports, 5900 to 5964");
    }
    tell_open(map, graphics);
}

const struct vx_device vx_device_graphics = {
    .name = "graphics",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = graphics_accept,
    .in = graphics_in,
};
