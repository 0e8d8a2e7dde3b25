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

void
vx_check_passthru_twice(struct vx_lint *lint, const struct vx_rule *rule)
{
    size_t room = lint->slots->count[VX_KIND_PASSTHRU], count = 0;
    struct vx_twin *twins;

    if (room < 2)
        return;
    twins = vx_arena_array(lint->arena, room, sizeof(*twins));
    for (struct vx_instance *d = twins ? vx_lint_device(lint, VX_KIND_PASSTHRU, NULL)
                                       : NULL;
         d; d = vx_lint_device(lint, VX_KIND_PASSTHRU, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_PASSTHRU_id]);

        if (vx_lint_value(lint, line).n)
            twins[count++] = (struct vx_twin){vx_lint_value(lint, line), line};
    }
    if (twins)
        vx_twins_sort(twins, count);
    for (size_t i = 1; i < count; i++) {
        struct vx_line *first = vx_twin_of(twins, i);

        if (first)
            vx_lint_tell(lint, rule, twins[i].line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" is the device of %.*s as well",
                         VX_KEY_ARG(twins[i].line), VX_ARG(twins[i].text),
                         VX_KEY_ARG(first));
    }
}

/* ---- slots ----------------------------------------------------------------------- */

/* Is it the slot number of a device that is there?  All kinds call it the same. */
static bool
is_slot(const struct vx_lint *lint, struct vx_line *line, int64_t *number)
{
    static const struct {
        uint8_t kind;
        uint16_t prop;
    } slots[] = {
        {VX_KIND_CONTROLLER, VX_CTRL_pciSlotNumber},
        {VX_KIND_NIC, VX_NIC_pciSlotNumber},
        {VX_KIND_SERIAL, VX_SERIAL_pciSlotNumber},
        {VX_KIND_PASSTHRU, VX_PASSTHRU_pciSlotNumber},
        {VX_KIND_BRIDGE, VX_BRIDGE_pciSlotNumber},
        {VX_KIND_MACHINE, VX_M_usb_pciSlotNumber},
        {VX_KIND_MACHINE, VX_M_ehci_pciSlotNumber},
        {VX_KIND_MACHINE, VX_M_usb_xhci_pciSlotNumber},
        {VX_KIND_MACHINE, VX_M_sound_pciSlotNumber},
        {VX_KIND_MACHINE, VX_M_svga_pciSlotNumber},
        {VX_KIND_MACHINE, VX_M_vmci0_pciSlotNumber},
    };
    const struct vx_key_entry *entry;

    if (!vx_key_known(line->entry))
        return false;
    entry = &vx_key_entries[line->entry];
    for (size_t i = 0; i < VX_COUNT(slots); i++)
        if (entry->kind == slots[i].kind && entry->prop == slots[i].prop) {
            const struct vx_instance *device =
                entry->kind == VX_KIND_MACHINE
                    ? NULL
                    : vx_slots_find(lint->slots, (enum vx_key_kind)entry->kind,
                                    entry->sub, line->index, 0);

            return (entry->kind == VX_KIND_MACHINE
                    || (device && vx_lint_present(lint, device)))
                   && vx_lint_int(lint, line, number) && *number >= 0;
        }
    return false;
}

/* The order of `twins`, and with it the finding, is that of the file. */
void
vx_check_slot_twice(struct vx_lint *lint, const struct vx_rule *rule)
{
    enum { SLOTS = 128 };
    struct vx_twin twins[SLOTS];
    size_t count = 0;
    int64_t number;

    for (struct vx_line *line = vx_lint_next(lint, NULL); line && count < SLOTS;
         line = vx_lint_next(lint, line))
        if (is_slot(lint, line, &number))
            twins[count++] = (struct vx_twin){vx_lint_value(lint, line), line};
    vx_twins_sort(twins, count);
    for (size_t i = 1; i < count; i++) {
        struct vx_line *first = vx_twin_of(twins, i);
        struct vx_finding *found =
            first ? vx_lint_tell(lint, rule, twins[i].line, VX_PART_VALUE,
                                 "%.*s: slot %.*s is that of %.*s as well",
                                 VX_KEY_ARG(twins[i].line), VX_ARG(twins[i].text),
                                 VX_KEY_ARG(first))
                  : NULL;

        if (found)
            found->told.related_line = first->number;
    }
}

/* Without the line VMware chooses a free slot. */
void
vx_fix_slot_twice(struct vx_lint *lint, struct vx_finding *finding)
{
    vx_fix_remove(lint, finding, finding->line);
}

/* Above 31 a slot number has a bridge in it: its number and one, from bit 5 on. */
void
vx_check_slot_no_bridge(struct vx_lint *lint, const struct vx_rule *rule)
{
    enum { DIRECT = 32, BRIDGE_BITS = 31 };

    int64_t number;

    for (struct vx_line *line = vx_lint_next(lint, NULL); line;
         line = vx_lint_next(lint, line)) {
        const struct vx_instance *bridge;
        unsigned index;

        if (!is_slot(lint, line, &number) || number < DIRECT
            || (number >> 5 & BRIDGE_BITS) == 0)
            continue;
        index = (unsigned)(number >> 5 & BRIDGE_BITS) - 1;
        bridge = vx_slots_find(lint->slots, VX_KIND_BRIDGE, 0, (uint16_t)index, 0);
        if (bridge == NULL || bridge->slot[VX_BRIDGE_present] == 0
            || vx_lint_present(lint, bridge))
            continue;
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: slot %lld is behind pciBridge%u, which is not present",
                     VX_KEY_ARG(line), (long long)number, index);
    }
}
