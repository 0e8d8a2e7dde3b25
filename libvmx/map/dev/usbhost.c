/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* USB devices of the host that connect by themselves: usb.autoConnect.deviceN ↔
 * <hostdev type='usb'>, when the rule has the device's ids. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/num.h"

#include "base/banned.h"

#define U(member) VX_M(vx_usb_host, member)

/* ---- ids ------------------------------------------------------------------------ */

enum {
    VENDOR_SHIFT = 16,
    ID_MAX = 0xFFFF,
};

static bool
parse_id(struct vx_str text, uint64_t *ret)
{
    if (vx_str_istarts(text, VX_STR("0x")))
        text = vx_str_skip(text, 2);
    return vx_num_hex(text, ret) && *ret <= ID_MAX;
}

static struct vx_str
take_word(struct vx_str *text)
{
    size_t n = 0;

    *text = vx_str_trim(*text);
    while (n < text->n && !vx_is_blank((unsigned char)text->s[n]))
        n++;
    *text = vx_str_of(text->s + n, text->n - n);
    return vx_str_of(text->s - n, n);
}

/* "vid:046d", "pid:c52b", "0x46d:0xc52b"; anything else says something else. */
static void
parse_word(struct vx_str word, uint64_t *vendor, uint64_t *product)
{
    ptrdiff_t colon = vx_str_find(word, ':');
    uint64_t first, second;
    struct vx_str name, rest;

    if (colon < 0)
        return;
    name = vx_str_of(word.s, (size_t)colon);
    rest = vx_str_skip(word, (size_t)colon + 1);
    if (!parse_id(rest, &second))
        return;
    if (vx_str_ieq(name, VX_STR("vid"))) {
        *vendor = second;
    } else if (vx_str_ieq(name, VX_STR("pid"))) {
        *product = second;
    } else if (parse_id(name, &first)) {
        *vendor = first;
        *product = second;
    }
}

static void
ids_to_vmx(__attribute__((unused)) struct vx_map *map,
           __attribute__((unused)) const struct vx_row *row, const void *member,
           struct vx_buf *out)
{
    uint64_t ids = (uint64_t)((const struct vx_int *)member)->v;

    vx_buf_lit(out, "0x");
    vx_buf_hex(out, ids >> VENDOR_SHIFT, 4);
    vx_buf_lit(out, ":0x");
    vx_buf_hex(out, ids & ID_MAX, 4);
}

/* libvirt refuses a vendor of 0; no maker has it. */
static bool
parse_ids(struct vx_str text, int64_t *ret)
{
    uint64_t vendor = 0, product = UINT64_MAX;
    struct vx_str word;

    while ((word = take_word(&text)).n)
        parse_word(word, &vendor, &product);
    *ret = (int64_t)(vendor << VENDOR_SHIFT | product);
    return vendor && product <= ID_MAX;
}

static enum vx_read
ids_from_vmx(struct vx_map *map, const struct vx_row *row, struct vx_str text,
             void *member)
{
    char bytes[16];
    struct vx_buf usual = {
        .data = bytes, .room = sizeof(bytes), .ceiling = sizeof(bytes)};
    struct vx_int *ids = member;

    if (!parse_ids(text, &ids->v))
        return VX_READ_BAD;
    ids->set = true;
    ids_to_vmx(map, row, ids, &usual);
    return vx_str_eq(text, vx_buf_text(&usual)) ? VX_READ_EXACT : VX_READ_LOOSE;
}

static bool
half_from_xml(struct vx_str text, void *member, unsigned shift)
{
    struct vx_int *ids = member;
    uint64_t id, other = (uint64_t)ids->v & ~((uint64_t)ID_MAX << shift);

    if (!parse_id(text, &id))
        return false;
    *ids = (struct vx_int){(int64_t)(other | id << shift), true};
    return true;
}

static void
half_to_xml(const void *member, unsigned shift, struct vx_buf *out)
{
    vx_buf_lit(out, "0x");
    vx_buf_hex(out, (uint64_t)((const struct vx_int *)member)->v >> shift & ID_MAX, 4);
}

#define HALF(name, shift)                                                              \
    static bool name##_from_xml(__attribute__((unused)) struct vx_map *map,            \
                                __attribute__((unused)) const struct vx_row *row,      \
                                struct vx_str text, void *member)                      \
    {                                                                                  \
        return half_from_xml(text, member, shift);                                     \
    }                                                                                  \
    static void name##_to_xml(__attribute__((unused)) struct vx_map *map,              \
                              __attribute__((unused)) const struct vx_row *row,        \
                              const void *member, struct vx_buf *out)                  \
    {                                                                                  \
        half_to_xml(member, shift, out);                                               \
    }                                                                                  \
    static const struct vx_codec name = {                                              \
        "two ids such as 0x046d:0xc52b",                                               \
        VX_T_INT,                                                                      \
        ids_from_vmx,                                                                  \
        ids_to_vmx,                                                                    \
        name##_from_xml,                                                               \
        name##_to_xml,                                                                 \
    }

HALF(vendor_id, VENDOR_SHIFT);
HALF(product_id, 0);

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_NOKEY,                   VX_HOOK(vx_hook_with), .elem = "",       .with = " mode='subsystem' type='usb'"},
  {VX_NOKEY,                   VX_HOOK(vx_hook_with), .elem = "source", .with = " startupPolicy='optional'"}, /* VMware starts without it too */
  {VX_K(VX_AUTOUSB_device),    VX_ATTR("source/vendor", "id"),  .codec = &vendor_id,  U(ids)},
  {VX_NOKEY,                   VX_ATTR("source/product", "id"), .codec = &product_id, U(ids)},
};

/* clang-format on */

/* libvirt refuses a device that is named twice. */
static bool
is_taken(const struct vx_map *map, int64_t ids)
{
    const struct vx_instance *other = map->slots.first[VX_KIND_AUTOUSB];

    for (; other; other = other->next)
        if (other->model && ((const struct vx_usb_host *)other->model)->ids.v == ids)
            return true;
    return false;
}

static bool
usbhost_accept(struct vx_map *map, struct vx_instance *i,
               __attribute__((unused)) void *model)
{
    uint32_t slot = i->slot[VX_AUTOUSB_device];
    struct vx_str rule = vx_map_value(map, slot);
    int64_t ids;

    if (rule.n == 0) {
        vx_map_default(map, slot); /* a rule that was removed */
        return false;
    }
    if (!parse_ids(rule, &ids)) {
        vx_map_loss(map, VX_USB_RULE, VMX_LOSS_INFORMATION, slot, NULL, NULL);
        return false;
    }
    if (map->vm.usb.none) {
        vx_map_loss(map, VX_USB_OFF, VMX_LOSS_INFORMATION, slot, NULL, NULL);
        return false;
    }
    return !is_taken(map, ids);
}

static void
usbhost_mark(struct vx_map *map, const void *model, struct vx_mark *ret)
{
    const struct vx_usb_host *host = model;
    struct vx_buf ids VX_AUTO(vx_buf_done) = VX_BUF(32);

    ids_to_vmx(map, NULL, &host->ids, &ids);
    ret->source = vx_arena_dup(map->arena, vx_buf_text(&ids));
}

/* ---- the way back ---------------------------------------------------------------- */

static bool
usbhost_claims(const struct vx_node *element)
{
    return vx_xml_attr_is(element, "type", "usb");
}

static bool
has_id(struct vx_node *source, const char *name)
{
    uint64_t id;

    return parse_id(vx_xml_peek(vx_xml_child(source, name), "id"), &id);
}

/* A device that its place on the host tells has no rule: places change. */
static bool
usbhost_accept_xml(struct vx_map *map, struct vx_node *element,
                   __attribute__((unused)) struct vx_seat *seat,
                   __attribute__((unused)) void *model)
{
    struct vx_node *source = vx_xml_child(element, "source");

    if (source && has_id(source, "vendor") && has_id(source, "product"))
        return true;
    vx_back_loss(map, VX_NO_DEVICE, VMX_LOSS_WARNING, element, NULL,
                 "VMware knows a USB device of the host by its vendor and product",
                 "Name both in the source.");
    return false;
}

static void
usbhost_in_xml(__attribute__((unused)) struct vx_map *map, struct vx_node *element,
               __attribute__((unused)) struct vx_seat *seat,
               __attribute__((unused)) void *model)
{
    vx_xml_value(element, "managed"); /* it says nothing of USB */
    vx_xml_pass(vx_xml_child(element, "address"));
}

const struct vx_device vx_device_usbhost = {
    .name = "usbhost",
    .element = "hostdev",
    .kind = VX_KIND_AUTOUSB,
    .present = VX_NO_KEY,
    .size = sizeof(struct vx_usb_host),
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = usbhost_accept,
    .mark = usbhost_mark,
    .claims = usbhost_claims,
    .accept_xml = usbhost_accept_xml,
    .in_xml = usbhost_in_xml,
};
