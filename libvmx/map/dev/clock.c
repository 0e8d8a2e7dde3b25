/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The real-time clock and the timers ↔ <clock>. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/num.h"

#include "base/banned.h"

#define C(name) VX_M(vx_vm, clock.name)

enum { ABSOLUTE_SINCE = 8004000 }; /* offset='absolute' */

static void
put_offset(struct vx_map *map, const char *attributes, const struct vx_int *seconds)
{
    vx_xml_attrs(&map->xml, attributes);
    vx_buf_int(map->xml.out, seconds->v);
    vx_buf_char(map->xml.out, '\'');
}

/* A fixed start counts more than an offset, which then stays in the metadata. */
static void
hook_offset(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
            void *model)
{
    const struct vx_clock *clock = &((const struct vx_vm *)model)->clock;

    (void)row;
    vx_xml_at(&map->xml, "clock");
    if (clock->start_s.set && vx_map_knows(map, ABSOLUTE_SINCE)) {
        put_offset(map, " offset='absolute' start='", &clock->start_s);
        vx_map_said(map, slot[VX_M_rtc_startTime], false);
    } else if (clock->offset_s.set && clock->offset_s.v != 0) {
        put_offset(map, " offset='variable' adjustment='", &clock->offset_s);
        vx_xml_attrs(&map->xml, " basis='utc'");
        vx_map_said(map, slot[VX_M_rtc_diffFromUTC], false);
    } else {
        vx_xml_attrs(&map->xml, " offset='utc'");
        vx_map_default(map, slot[VX_M_rtc_diffFromUTC]);
    }
}

/* A <timer> with the row's attributes when the key is FALSE; TRUE is the default of
 * both sides.  hpet present='yes' would say no more, and libvirt 9.0 and 9.1 may fail
 * to start a machine that has it. */
static void
hook_timer(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
           void *model)
{
    uint8_t wanted = *((const uint8_t *)model + row->member);

    if (wanted == VX_YES)
        vx_map_default(map, slot[row->key]);
    if (wanted != VX_NO)
        return;
    vx_xml_at(&map->xml, "clock"); /* closes a timer before this one */
    vx_xml_at(&map->xml, "clock/timer");
    vx_xml_attrs(&map->xml, row->with);
    vx_map_said(map, slot[row->key], false);
}

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_NOKEY,                                   VX_HOOK(hook_offset)},
  {VX_K(VX_M_rtc_diffFromUTC),                 VX_KEPT, .codec = &vx_integer, C(offset_s)},
  {VX_K(VX_M_rtc_startTime),                   VX_KEPT, .codec = &vx_integer, C(start_s)},
  {VX_K(VX_M_monitor_control_virtual_rdtsc),   VX_HOOK(hook_timer), .with = " name='tsc' mode='native'", .codec = &vx_bool, C(virtual_tsc)},
  {VX_K(VX_M_hpet0_present),                   VX_HOOK(hook_timer), .with = " name='hpet' present='no'", .codec = &vx_bool, C(hpet)},
};

/* clang-format on */

/* libvirt refuses a start before 1970. */
static void
clock_in(struct vx_map *map, struct vx_instance *i, void *model)
{
    struct vx_clock *clock = &((struct vx_vm *)model)->clock;

    (void)i;
    if (!clock->start_s.set || clock->start_s.v >= 0)
        return;
    clock->start_s.set = false;
    vx_map_diag(
        map, VX_VALUE_LIMIT, map->slots.machine[VX_M_rtc_startTime],
        "the clock cannot start before 1970; the value is kept and has no effect");
}

/* ---- the way back ---------------------------------------------------------------- */

/* Reads a number of seconds from `attr`. */
static void
back_seconds(struct vx_map *map, struct vx_node *element, const char *attr,
             struct vx_int *seconds)
{
    struct vx_str text = vx_xml_value(element, attr);

    seconds->set = text.s && vx_num_i64(vx_str_trim(text), &seconds->v);
    if (!seconds->set)
        vx_back_diag(map, VX_BAD_XML_VALUE, element, "%s \"%.*s\" is not %s", attr,
                     VX_ARG(text), vx_integer.what);
}

static void
back_offset(struct vx_map *map, struct vx_node *element, struct vx_clock *clock)
{
    struct vx_str offset = vx_xml_value(element, "offset");
    struct vx_str basis = vx_xml_value(element, "basis");
    struct vx_str adjustment = vx_xml_value(element, "adjustment");
    bool utc = basis.s == NULL || vx_str_eq(basis, VX_STR("utc"));

    if (vx_str_eq(offset, VX_STR("absolute"))) {
        back_seconds(map, element, "start", &clock->start_s);
        if (clock->start_s.set && clock->start_s.v < 0) {
            clock->start_s.set = false;
            vx_back_diag(map, VX_BAD_XML_VALUE, element,
                         "the clock cannot start before 1970");
        }
    } else if ((vx_str_eq(offset, VX_STR("variable")) && utc)
               || vx_str_eq(offset, VX_STR("utc")) || offset.s == NULL) {
        /* libvirt makes a variable offset of utc with a number. */
        if (adjustment.s && !vx_str_eq(adjustment, VX_STR("reset")))
            back_seconds(map, element, "adjustment", &clock->offset_s);
    } else {
        vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_WARNING, element,
                     utc ? "offset" : "basis", "A clock that does not count from UTC",
                     NULL);
    }
    if (clock->offset_s.v == 0)
        clock->offset_s.set = false;
}

/* A timer of this name with these attributes is FALSE; those that say what is usual are
 * nothing. */
static void
back_timers(struct vx_node *element, struct vx_clock *clock)
{
    if (vx_xml_find(element, "timer", " name='tsc' mode='native'"))
        clock->virtual_tsc = VX_NO;
    if (vx_xml_find(element, "timer", " name='hpet' present='no'"))
        clock->hpet = VX_NO;
    vx_xml_find(element, "timer", " name='hpet' present='yes'");
    vx_xml_find(element, "timer", " name='tsc' mode='auto'");
}

static void
clock_in_xml(struct vx_map *map, struct vx_node *domain, struct vx_seat *seat,
             void *model)
{
    struct vx_node *element = vx_xml_find(domain, "clock", NULL);

    (void)seat;
    if (element == NULL)
        return;
    back_offset(map, element, &((struct vx_vm *)model)->clock);
    back_timers(element, &((struct vx_vm *)model)->clock);
}

const struct vx_device vx_device_clock = {
    .name = "clock",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .in = clock_in,
    .in_xml = clock_in_xml,
};
