/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The real-time clock and the timers ↔ <clock>. */
#include "map/codec.h"
#include "map/dev/dev.h"

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
  /* back: absolute gives rtc.startTime, variable with basis utc and utc with a number
   * rtc.diffFromUTC, utc alone nothing; others are reported */
  {VX_NOKEY,                                   VX_HOOK(hook_offset)},
  {VX_K(VX_M_rtc_diffFromUTC),                 VX_KEPT, .codec = &vx_integer, C(offset_s)},
  {VX_K(VX_M_rtc_startTime),                   VX_KEPT, .codec = &vx_integer, C(start_s)},
  /* back: a timer of this name with these attributes is FALSE, any other is no key */
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

const struct vx_device vx_device_clock = {
    .name = "clock",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .in = clock_in,
};
