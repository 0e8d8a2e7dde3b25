/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of devices, and what goes with a device when it is removed. */
#include "edit/device.h"

#include "edit/machine.h"

#include "base/num.h"

#include "base/banned.h"

/* ---- names ----------------------------------------------------------------------- */

bool
vx_key_line(struct vx_str key, struct vx_line *ret)
{
    if (!vx_key_writable(key))
        return false;
    *ret = (struct vx_line){
        .text = key.s,
        .size = (uint32_t)key.n,
        .key_size = (uint32_t)key.n,
        .kind = VX_LINE_ENTRY,
        .entry = VX_KEY_NO_ENTRY,
    };
    vx_key_learn(ret);
    return true;
}

/* A row of the catalogue says "NAME.present", or that what begins so is a device. */
static bool
names_device(const struct vx_line *present)
{
    const struct vx_key_entry *entry;

    if (present->entry == VX_KEY_NO_ENTRY)
        return false;
    entry = &vx_key_entries[present->entry];
    if (entry->kind == VX_KIND_NONE)
        return false;
    return entry->kind != VX_KIND_MACHINE
           || !(entry->flags & (VX_KEY_WILD | VX_KEY_PREFIX | VX_KEY_IMPLICIT));
}

bool
vx_place_parse(struct vx_str name, struct vx_place *ret)
{
    static const char property[] = ".present";
    char key[VX_NAME_MAX + sizeof(property)];
    const struct vx_key_entry *entry;
    struct vx_line line;

    if (name.n == 0 || name.n > VX_NAME_MAX || vx_str_find(name, '.') >= 0)
        return false;
    memcpy(key, name.s, name.n);
    memcpy(key + name.n, property, sizeof(property));
    if (!vx_key_line(vx_str_c(key), &line) || !names_device(&line))
        return false;
    entry = &vx_key_entries[line.entry];
    *ret = (struct vx_place){.kind = entry->kind, .sub = entry->sub};
    if (entry->kind == VX_KIND_MACHINE)
        return true;
    ret->index = line.index;
    ret->unit =
        entry->kind == VX_KIND_DISK && entry->sub != VX_BUS_FLOPPY ? line.unit : 0;
    return ret->index <= VX_INDEX_MAX && ret->unit <= VX_UNIT_MAX;
}

struct vx_str
vx_place_name(struct vx_arena *arena, const struct vx_place *place)
{
    if (place->kind == VX_KIND_NIC)
        return vx_arena_printf(arena, "ethernet%u", place->index);
    if (place->kind == VX_KIND_SERIAL)
        return vx_arena_printf(arena, "serial%u", place->index);
    if (place->kind == VX_KIND_CONTROLLER || place->sub == VX_BUS_FLOPPY)
        return vx_arena_printf(arena, "%s%u", vx_bus_words[place->sub].s, place->index);
    return vx_arena_printf(arena, "%s%u:%u", vx_bus_words[place->sub].s, place->index,
                           place->unit);
}

/* `name` and then `mark`; in front of both there may be "sched.". */
static bool
begins(struct vx_str key, struct vx_str name, char mark)
{
    if (vx_str_istarts(key, VX_STR("sched.")))
        key = vx_str_skip(key, sizeof("sched.") - 1);
    return key.n > name.n && key.s[name.n] == mark && vx_str_istarts(key, name);
}

bool
vx_is_key_of(struct vx_str key, struct vx_str name)
{
    return begins(key, name, '.');
}

bool
vx_is_key_below(struct vx_str key, struct vx_str name)
{
    return begins(key, name, ':');
}

/* ---- removal --------------------------------------------------------------------- */

struct removal {
    struct vx_str name;
    bool below; /* what is on it goes, too */
};

static bool
goes(struct vx_str key, const void *what)
{
    const struct removal *removal = what;

    return vx_is_key_of(key, removal->name)
           || (removal->below && vx_is_key_below(key, removal->name));
}

static size_t
count_keys(const struct vmx_doc *doc, vx_key_wanted *wanted, const void *what)
{
    size_t count = 0;

    for (size_t i = 0; i < doc->count; i++)
        count += doc->lines[i].kind == VX_LINE_ENTRY
                 && wanted(vx_line_key(&doc->lines[i]), what);
    return count;
}

static bool
is_below(struct vx_str key, const void *what)
{
    return vx_is_key_below(key, ((const struct removal *)what)->name);
}

/* Are there devices on the controller that are not switched off? */
static bool
is_in_use(struct vx_machine_view *machine, const struct removal *removal)
{
    for (size_t i = 0; i < machine->doc->count; i++) {
        struct vx_line *line = &machine->doc->lines[i];
        bool present = false;

        if (line->kind == VX_LINE_ENTRY && is_below(vx_line_key(line), removal)
            && vx_str_iends(vx_line_key(line), VX_STR(".present"))
            && vx_bool_word(vx_doc_value(machine->doc, line), &present) && present)
            return true;
    }
    return false;
}

/* The words of a boot order without those of the device. */
static enum vmx_status
cut_order(struct vmx_doc *doc, struct vx_str key, const struct removal *removal)
{
    struct vx_line *line = vx_doc_find(doc, key);
    struct vx_str left = line ? vx_doc_value(doc, line) : VX_STR_NONE;
    struct vx_buf kept VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    bool cut = false;

    if (line && left.s == NULL)
        return VMX_ERR_NOMEM;
    while (left.n) {
        ptrdiff_t comma = vx_str_find(left, ',');
        struct vx_str word = vx_str_of(left.s, comma < 0 ? left.n : (size_t)comma);
        struct vx_str name = vx_str_trim(word);

        left = vx_str_skip(left, word.n + 1);
        if (vx_str_ieq(name, removal->name)
            || (removal->below && name.n > removal->name.n
                && name.s[removal->name.n] == ':'
                && vx_str_istarts(name, removal->name))) {
            cut = true;
            continue;
        }
        if (kept.size)
            vx_buf_char(&kept, ',');
        vx_buf_str(&kept, word);
    }
    if (kept.failed)
        return VMX_ERR_NOMEM;
    if (!cut)
        return VMX_OK;
    if (kept.size)
        return vx_doc_set(doc, key, vx_buf_text(&kept));
    vx_doc_remove(doc, key);
    return VMX_OK;
}

static enum vmx_status
refuse(struct vx_machine_view *machine, const struct removal *removal, bool force)
{
    struct vx_place place;

    if (!vx_place_parse(removal->name, &place)) {
        vx_diag(machine->diags, VX_NO_SUCH_DEVICE, VX_NO_SPAN,
                "\"%.*s\" is no name of a device; expected one as scsi0:1, ethernet0",
                VX_ARG(removal->name));
        return VMX_ERR_INPUT;
    }
    if (count_keys(machine->doc, goes, removal) == 0) {
        vx_diag(machine->diags, VX_NO_SUCH_DEVICE, VX_NO_SPAN,
                "the machine has no %.*s", VX_ARG(removal->name));
        return VMX_ERR_INPUT;
    }
    if (!force && is_in_use(machine, removal)) {
        vx_diag(machine->diags, VX_DEVICE_IN_USE, VX_NO_SPAN,
                "there are devices on %.*s", VX_ARG(removal->name));
        return VMX_ERR_INPUT;
    }
    return VMX_OK;
}

enum vmx_status
vmx_doc_remove_device(struct vmx_doc *doc, const char *name, bool force,
                      struct vmx_diags *diags)
{
    struct removal removal = {.name = vx_str_c(name), .below = true};
    struct vx_machine_view machine VX_AUTO(vx_machine_close) = {.doc = doc};
    enum vmx_status status;

    if (doc == NULL || name == NULL)
        return VMX_ERR_MISUSE;
    status = vx_machine_open(&machine, doc, diags);
    if (status == VMX_OK)
        status = vx_doc_index(doc);
    if (status == VMX_OK)
        status = refuse(&machine, &removal, force);
    if (status == VMX_OK && doc->arena.failed)
        status = VMX_ERR_NOMEM; /* a value could not be looked at */
    /* First what may fail. */
    if (status == VMX_OK)
        status = cut_order(doc, VX_STR("bios.hddOrder"), &removal);
    if (status == VMX_OK)
        status = cut_order(doc, VX_STR("bios.bootOrder"), &removal);
    if (status == VMX_OK)
        vx_doc_remove_where(doc, goes, &removal);
    return status;
}
