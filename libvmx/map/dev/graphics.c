/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* VMware's own VNC server: RemoteDisplay.vnc.* ↔ <graphics type='vnc'>. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/num.h"

#include "base/banned.h"

#define M(member) VX_M(vx_vm, graphics.member)
#define THERE VX_IF(vx_vm, graphics.vnc, VX_IS(VX_YES))

enum {
    FIRST_PORT = 5900, /* VMware's range */
    LAST_PORT = 5964,
};

static const char vnc[] = " type='vnc'"; /* VMware has no other display */

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

/* It is there.  First of all, since libvirt writes the type first. */
static void
write_type(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
           void *model)
{
    (void)model;
    vx_xml_at(&map->xml, row->elem);
    vx_xml_attrs(&map->xml, row->with);
    vx_map_said(map, slot[row->key], false);
}

/* An absent or negative port is the host's choice; libvirt says 0 by leaving it out. */
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
  {VX_K(VX_M_RemoteDisplay_vnc_enabled),        VX_HOOK(write_type), .elem = "graphics", .with = vnc, .codec = &vx_bool, M(vnc), THERE},
  {VX_K(VX_M_RemoteDisplay_vnc_port),           VX_HOOK(write_port),              .codec = &vx_ranged, .arg = &port_range, M(port), THERE},
  {VX_K(VX_M_RemoteDisplay_vnc_webSocket_port), VX_ATTR("graphics", "websocket"), .with = vnc, .codec = &vx_ranged, .arg = &websocket_range, .usual = "-1", M(websocket), THERE}, /* -1: libvirt's choice */
  {VX_K(VX_M_RemoteDisplay_vnc_ip),             VX_ATTR("graphics", "listen"),    .with = vnc, .codec = &filled, M(listen),   THERE},
  {VX_K(VX_M_RemoteDisplay_vnc_keymap),         VX_ATTR("graphics", "keymap"),    .with = vnc, .codec = &filled, M(keymap),   THERE},
  /* A secret: there to be read only with --with-secrets. */
  {VX_K(VX_M_RemoteDisplay_vnc_password),       VX_ATTR("graphics", "passwd"),    .with = vnc, .codec = &filled, M(password), THERE},
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

/* ---- the way back ---------------------------------------------------------------- */

static bool
graphics_accept_xml(__attribute__((unused)) struct vx_map *map, struct vx_node *element,
                    __attribute__((unused)) struct vx_seat *none, void *model)
{
    struct vx_vm *vm = model;

    vm->graphics.vnc = vx_xml_find(element, "graphics", vnc) ? VX_YES : VX_NO;
    return vm->graphics.vnc == VX_YES;
}

/* A port is the host's choice unless one is named, or none with autoport 'no'. */
static void
read_port(struct vx_map *map, struct vx_node *display, struct vx_int *port)
{
    struct vx_str text = vx_xml_value(display, "port");
    bool by_host = vx_str_eq(vx_xml_value(display, "autoport"), VX_STR("yes"));
    bool named = vx_str_eq(vx_xml_value(display, "autoport"), VX_STR("no"));

    if (text.s == NULL) {
        *port = (struct vx_int){0, named};
        return;
    }
    if (!vx_num_i64(vx_str_trim(text), &port->v) || port->v < -1
        || port->v > port_range.max)
        vx_back_diag(map, VX_BAD_XML_VALUE, display, "port \"%.*s\" is no port",
                     VX_ARG(text));
    else
        port->set = port->v >= 0 && !by_host;
}

/* libvirt tells the address once more in an element, which is the one that it reads. */
static void
read_listen(struct vx_node *display, struct vx_graphics *graphics)
{
    struct vx_node *listen = vx_xml_child(display, "listen");
    struct vx_str address;

    while (listen && !vx_xml_attr_is(listen, "type", "address"))
        listen = vx_xml_next(listen, "listen");
    if (listen == NULL)
        return;
    vx_xml_value(listen, "type");
    address = vx_xml_value(listen, "address");
    if (address.n)
        graphics->listen = address;
}

static void
graphics_in_xml(struct vx_map *map, struct vx_node *element,
                __attribute__((unused)) struct vx_seat *none, void *model)
{
    struct vx_graphics *graphics = &((struct vx_vm *)model)->graphics;
    struct vx_node *display = vx_xml_find(element, "graphics", vnc);

    read_port(map, display, &graphics->port);
    read_listen(display, graphics);
    if (graphics->password.s && !map->secrets) {
        graphics->password = VX_STR_NONE;
        vx_back_loss(map, VX_SECRET_LEFT_OUT, VMX_LOSS_WARNING, display, "passwd", NULL,
                     NULL);
    }
    if (map->back->config)
        return;
    if (!graphics->port.set)
        vx_back_diag(map, VX_VNC_PORT, display, "no port is named");
    else if (graphics->port.v < FIRST_PORT || graphics->port.v > LAST_PORT)
        vx_back_diag(map, VX_VNC_PORT, display,
                     "outside of VMware's VNC ports, 5900 to 5964");
}

const struct vx_device vx_device_graphics = {
    .name = "graphics",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = graphics_accept,
    .in = graphics_in,
    .accept_xml = graphics_accept_xml,
    .in_xml = graphics_in_xml,
};
