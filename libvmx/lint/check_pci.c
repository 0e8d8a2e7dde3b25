/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 3xx: PCI: devices of the host that are passed through, slots, bridges. */
#include "lint/device.h"

#include "base/num.h"

#include "base/banned.h"

/* ---- passed through -------------------------------------------------------------- */

enum { PARTS = 4 };

/* "DOMAIN:BUS:SLOT.FUNCTION"; the domain may be missing and is empty then. */
static bool
cut_address(struct vx_str text, struct vx_str part[PARTS])
{
    static const char ends[PARTS] = {':', ':', '.', '\0'};
    ptrdiff_t colon = vx_str_find(text, ':');
    int i = 0;

    if (colon >= 0 && vx_str_find(vx_str_skip(text, (size_t)colon + 1), ':') < 0)
        part[i++] = VX_STR("");
    for (; i < PARTS; i++) {
        ptrdiff_t end = ends[i] ? vx_str_find(text, ends[i]) : (ptrdiff_t)text.n;

        if (end <= 0)
            return false;
        part[i] = vx_str_of(text.s, (size_t)end);
        text = vx_str_skip(text, (size_t)end + 1);
    }
    return text.n == 0;
}

static bool
is_address(struct vx_str text, bool *hex)
{
    static const uint64_t most[PARTS] = {0xFFFF, 0xFF, 0x1F, 7};
    struct vx_str part[PARTS];
    uint64_t number;

    if (!cut_address(vx_str_trim(text), part))
        return false;
    *hex = part[0].n == 4 && part[1].n == 2 && part[2].n == 2;
    for (int i = 0; i < PARTS; i++)
        for (size_t j = 0; j < part[i].n; j++)
            *hex |= vx_is_alpha((unsigned char)part[i].s[j]);
    for (int i = 0; i < PARTS; i++)
        if (part[i].n
            && (!(*hex ? vx_num_hex(part[i], &number) : vx_num_u64(part[i], &number))
                || number > most[i]))
            return false;
    return true;
}

void
vx_check_passthru_no_id(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const uint16_t tellers[] = {VX_PASSTHRU_id,
                                       VX_PASSTHRU_allowedDevices,
                                       VX_PASSTHRU_customLabel,
                                       VX_PASSTHRU_vgpu,
                                       VX_PASSTHRU_virtualDev,
                                       VX_PASSTHRU_pfId,
                                       0};

    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_PASSTHRU, NULL); d;
         d = vx_lint_device(lint, VX_KIND_PASSTHRU, d))
        if (vx_lint_first(lint, d, tellers) == NULL)
            vx_lint_tell(lint, rule, vx_lint_line(lint, d->slot[VX_PASSTHRU_present]),
                         VX_PART_LINE,
                         "%.*s.id: missing; nothing tells which device of the host is "
                         "meant",
                         VX_ARG(vx_lint_device_name(lint, d)));
}

void
vx_check_passthru_bad_id(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_PASSTHRU, NULL); d;
         d = vx_lint_device(lint, VX_KIND_PASSTHRU, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_PASSTHRU_id]);
        struct vx_str id = vx_lint_value(lint, line);
        bool hex;

        if (line && !is_address(id, &hex))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" is no PCI address; expected one as "
                         "\"00000:066:00.0\"",
                         VX_KEY_ARG(line), VX_ARG(id));
    }
}

/* vSphere writes decimal numbers, lspci prints hexadecimal ones: 0000:42:00.0 is either
 * bus 66 or bus 42. */
void
vx_check_passthru_hex(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_PASSTHRU, NULL); d;
         d = vx_lint_device(lint, VX_KIND_PASSTHRU, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_PASSTHRU_id]);
        struct vx_str id = vx_lint_value(lint, line);
        bool hex;

        if (line && is_address(id, &hex) && hex)
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" looks hexadecimal, and vSphere writes decimal "
                         "numbers, as \"00000:066:00.0\"",
                         VX_KEY_ARG(line), VX_ARG(id));
    }
}

static struct vx_twin
host_device(struct vx_lint *lint, const struct vx_instance *device)
{
    struct vx_line *line = vx_lint_line(lint, device->slot[VX_PASSTHRU_id]);
    struct vx_str id = vx_lint_value(lint, line);

    return (struct vx_twin){.text = id, .line = id.n ? line : NULL};
}

void
vx_check_passthru_twice(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_twin *twin = vx_twins(lint, VX_KIND_PASSTHRU, host_device);
         twin; twin = twin->next)
        vx_lint_tell(lint, rule, twin->line, VX_PART_VALUE,
                     "%.*s: \"%.*s\" is the device of %.*s as well",
                     VX_KEY_ARG(twin->line), VX_ARG(twin->text),
                     VX_KEY_ARG(twin->first));
}

/* ---- slots ----------------------------------------------------------------------- */

/* Kinds of devices that have a slot; all call it the same. */
static const struct {
    enum vx_key_kind kind;
    uint16_t prop;
} slot_kinds[] = {
    {VX_KIND_CONTROLLER, VX_CTRL_pciSlotNumber},
    {VX_KIND_NIC, VX_NIC_pciSlotNumber},
    {VX_KIND_SERIAL, VX_SERIAL_pciSlotNumber},
    {VX_KIND_PASSTHRU, VX_PASSTHRU_pciSlotNumber},
    {VX_KIND_BRIDGE, VX_BRIDGE_pciSlotNumber},
};

/* The others, of which there is one each. */
static const enum vx_machine_prop slot_keys[] = {
    VX_M_usb_pciSlotNumber,   VX_M_ehci_pciSlotNumber, VX_M_usb_xhci_pciSlotNumber,
    VX_M_sound_pciSlotNumber, VX_M_svga_pciSlotNumber, VX_M_vmci0_pciSlotNumber,
};

/* A slot below 0 is not taken yet. */
static void
add_slot(const struct vx_lint *lint, struct vx_line *line, struct vx_twin *rows,
         size_t *count)
{
    int64_t number;

    if (vx_lint_int(lint, line, &number) && number >= 0)
        rows[(*count)++] =
            (struct vx_twin){.text = vx_lint_value(lint, line), .line = line};
}

/* The slots of all devices that are there, in no order. */
static struct vx_twin *
all_slots(struct vx_lint *lint, size_t *count)
{
    struct vx_twin *rows;

    *count = VX_COUNT(slot_keys);
    for (size_t i = 0; i < VX_COUNT(slot_kinds); i++)
        *count += lint->slots->count[slot_kinds[i].kind];
    rows = vx_arena_array(lint->arena, *count, sizeof(*rows));
    *count = 0;
    for (size_t i = 0; rows && i < VX_COUNT(slot_keys); i++)
        add_slot(lint, vx_lint_key(lint, slot_keys[i]), rows, count);
    for (size_t i = 0; rows && i < VX_COUNT(slot_kinds); i++)
        for (struct vx_instance *d = vx_lint_device(lint, slot_kinds[i].kind, NULL); d;
             d = vx_lint_device(lint, slot_kinds[i].kind, d))
            add_slot(lint, vx_lint_line(lint, d->slot[slot_kinds[i].prop]), rows,
                     count);
    return rows;
}

void
vx_check_slot_twice(struct vx_lint *lint, const struct vx_rule *rule)
{
    size_t count;
    struct vx_twin *rows = all_slots(lint, &count);

    for (const struct vx_twin *twin = vx_twins_among(rows, count); twin;
         twin = twin->next)
        vx_twin_relate(vx_lint_tell(lint, rule, twin->line, VX_PART_VALUE,
                                    "%.*s: slot %.*s is that of %.*s as well",
                                    VX_KEY_ARG(twin->line), VX_ARG(twin->text),
                                    VX_KEY_ARG(twin->first)),
                       twin);
}

/* Without the line VMware chooses a free slot. */
void
vx_fix_slot_twice(struct vx_lint *lint, struct vx_finding *finding)
{
    vx_fix_remove(lint, finding, finding->line);
}

/* Above 31 a slot number has a bridge in it: its number and one, from bit 5 on.  NULL
 * when there is none, or it is there. */
static const struct vx_instance *
absent_bridge(const struct vx_lint *lint, int64_t number)
{
    enum { DIRECT = 32, BRIDGE_BITS = 31 };

    unsigned index = (unsigned)(number >> 5 & BRIDGE_BITS);
    const struct vx_instance *bridge;

    if (number < DIRECT || index == 0)
        return NULL;
    bridge = vx_slots_find(lint->slots, VX_KIND_BRIDGE, 0, (uint16_t)(index - 1), 0);
    return bridge && bridge->slot[VX_BRIDGE_present] && !bridge->present ? bridge
                                                                         : NULL;
}

void
vx_check_slot_no_bridge(struct vx_lint *lint, const struct vx_rule *rule)
{
    size_t count;
    const struct vx_twin *rows = all_slots(lint, &count);
    int64_t number;

    for (size_t i = 0; i < count; i++) {
        const struct vx_instance *bridge = vx_lint_int(lint, rows[i].line, &number)
                                               ? absent_bridge(lint, number)
                                               : NULL;

        if (bridge)
            vx_lint_tell(lint, rule, rows[i].line, VX_PART_VALUE,
                         "%.*s: slot %lld is behind pciBridge%u, which is not present",
                         VX_KEY_ARG(rows[i].line), (long long)number,
                         (unsigned)bridge->index);
    }
}
