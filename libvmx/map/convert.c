/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* VMX → model → XML: the order in which the tables are walked, and nothing about any
 * one key. */
#include "map/convert.h"

#include "map/dev/dev.h"
#include "map/metadata.h"

#include <stdlib.h>

#include "base/banned.h"

enum {
    ARENA_CEILING = 1 << 30,
    XML_CEILING = 1 << 30,
    ROOM = 8000,        /* bytes that most domains fit in */
    NAMES_ENOUGH = 400, /* bytes of key names, for one diagnostic */
};

/* In the order in which they are read: what others ask about comes first. */
const struct vx_device *const vx_devices[] = {
    &vx_device_identity, &vx_device_memory,
    &vx_device_os,       &vx_device_vcpu,
    &vx_device_cpu,      &vx_device_sysinfo,
    &vx_device_features, &vx_device_clock,
    &vx_device_security, &vx_device_controller,
    &vx_device_disk,     &vx_device_storage,
    &vx_device_usb,      &vx_device_usbdisk,
    &vx_device_pcihole,  &vx_device_hgfs,
    &vx_device_folder,   &vx_device_nic,
    &vx_device_vf,       &vx_device_passthru,
    &vx_device_serial,   &vx_device_console,
    &vx_device_parallel, &vx_device_input,
    &vx_device_vusb,     &vx_device_tpm,
    &vx_device_graphics, &vx_device_sound,
    &vx_device_video,    &vx_device_usbhost,
    &vx_device_watchdog, &vx_device_memballoon,
    &vx_device_iommu,    NULL,
};

/* ---- is it a VMX at all? --------------------------------------------------------- */

static bool
begins(struct vx_str text, const char *bytes, size_t at)
{
    struct vx_str magic = vx_str_c(bytes);

    return text.n >= at + magic.n && memcmp(text.s + at, magic.s, magic.n) == 0;
}

static bool
holds(struct vx_str text, const char *word)
{
    struct vx_str head = vx_str_of(text.s, text.n < 4096 ? text.n : 4096);

    return memmem(head.s, head.n, word, strlen(word)) != NULL;
}

/* What the file is instead, and what to do with it; NULL when nothing speaks against a
 * VMX. */
static const char *
foreign(struct vx_str text)
{
    static const struct {
        const char *magic;
        size_t at;
        const char *what;
    } kinds[] = {
        {"# Disk DescriptorFile", 0,
         "a VMDK descriptor; give the .vmx of the machine that uses it"},
        {"KDMV", 0, "a VMDK disk; give the .vmx of the machine that uses it"},
        {"COWD", 0, "a VMDK disk; give the .vmx of the machine that uses it"},
        {"ustar", 257, "an OVA archive; unpack it and import its OVF with virt-v2v"},
        {"PK\003\004", 0, "a ZIP archive; unpack it first"},
        {"\037\213", 0, "a gzip file; unpack it first"},
        {"\177ELF", 0, "a program"},
        {"QFI\373", 0, "a qcow2 disk"},
        {"\376\377", 0, "text in UTF-16; convert it to UTF-8 first"},
        {"\377\376", 0, "text in UTF-16; convert it to UTF-8 first"},
        {"MRVN", 0, "an NVRAM file; give the .vmx beside it"},
    };

    for (size_t i = 0; i < VX_COUNT(kinds); i++)
        if (begins(text, kinds[i].magic, kinds[i].at))
            return kinds[i].what;
    if (text.n && text.s[0] == '<') {
        if (holds(text, "<Envelope") || holds(text, "ovf:Envelope"))
            return "an OVF descriptor; import it with virt-v2v";
        if (holds(text, "<VirtualBox"))
            return "a VirtualBox machine; export it as OVF first";
        if (holds(text, "<domain"))
            return "domain XML already";
        if (holds(text, "<Foundry"))
            return "a VMXF team file; give the .vmx beside it";
        return "XML, and not a VMX";
    }
    return NULL;
}

static struct vx_str
whole_text(const struct vmx_doc *doc)
{
    return doc->count ? vx_str_of(doc->lines[0].text,
                                  doc->count == 1 ? doc->lines[0].size : doc->size)
                      : vx_str_of("", 0);
}

/* Fails with the names of the keys that can be read; the diagnostic cuts a long list.
 */
static void
say_encrypted(struct vx_map *map, uint32_t slot)
{
    struct vx_buf names VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);

    for (size_t i = 0; i < map->doc->count && names.size < NAMES_ENOUGH; i++)
        if (map->doc->lines[i].kind == VX_LINE_ENTRY) {
            if (names.size)
                vx_buf_lit(&names, ", ");
            vx_buf_str(&names, vx_line_key(&map->doc->lines[i]));
        }
    vx_diag(map->diags, VX_ENCRYPTED, vx_key_span(vx_slot_line(&map->slots, slot)),
            "the configuration is encrypted; readable are only %.*s",
            VX_ARG(vx_buf_text(&names)));
}

/* Most files do, and need no look for what they might be instead. */
static bool
begins_as_vmx(const struct vmx_doc *doc)
{
    return doc->count && doc->lines[0].kind == VX_LINE_ENTRY
           && vx_key_known(doc->lines[0].entry);
}

static bool
has_known_key(const struct vmx_doc *doc)
{
    for (size_t i = 0; i < doc->count; i++)
        if (doc->lines[i].kind == VX_LINE_ENTRY && vx_key_known(doc->lines[i].entry))
            return true;
    return false;
}

bool
vx_is_vmx(const struct vmx_doc *doc, struct vmx_diags *diags)
{
    struct vx_str text = whole_text(doc);
    const char *what = doc->edited || begins_as_vmx(doc) ? NULL : foreign(text);

    if (what) {
        vx_diag(diags, VX_NOT_VMX, VX_NO_SPAN, "not a VMX: this is %s", what);
        return false;
    }
    if (text.n == 0) {
        vx_diag(diags, VX_NOT_VMX, VX_NO_SPAN, "not a VMX: the file is empty");
        return false;
    }
    if (!has_known_key(doc)) {
        vx_diag(diags, VX_NOT_VMX, VX_NO_SPAN, "not a VMX: no key that VMware knows");
        return false;
    }
    return true;
}

static bool
is_usable(struct vx_map *map)
{
    const uint32_t *slot = map->slots.machine;

    if (!vx_is_vmx(map->doc, map->diags))
        return false;
    if (slot[VX_M_encryption_data] && slot[VX_M_encryption_keySafe]
        && !slot[VX_M_virtualHW_version]) {
        say_encrypted(map, slot[VX_M_encryption_data]);
        return false;
    }
    return true;
}

/* ---- the machine ----------------------------------------------------------------- */

/* The order of <domain> and of <devices> is libvirt's. */
static const struct vx_device *const before_metadata[] = {&vx_device_identity, NULL};
static const struct vx_device *const before_lifecycle[] = {
    &vx_device_memory,   &vx_device_vcpu, &vx_device_sysinfo, &vx_device_os,
    &vx_device_features, &vx_device_cpu,  &vx_device_clock,   NULL,
};
static const struct vx_device *const after_devices[] = {&vx_device_security, NULL};

static const struct {
    const struct vx_device *device;
    int sub; /* bus; -1 for all */
} in_devices[] = {
    {&vx_device_disk, VX_BUS_SCSI},
    {&vx_device_disk, VX_BUS_SATA},
    {&vx_device_disk, VX_BUS_IDE},
    {&vx_device_disk, VX_BUS_FLOPPY},
    {&vx_device_disk, VX_BUS_NVME},
    {&vx_device_usbdisk, -1},
    {&vx_device_controller, -1},
    {&vx_device_usb, -1},
    {&vx_device_pcihole, -1},
    {&vx_device_folder, -1},
    {&vx_device_hgfs, -1},
    {&vx_device_nic, -1},
    {&vx_device_vf, -1},
    {&vx_device_serial, -1},
    {&vx_device_parallel, -1},
    {&vx_device_console, -1},
    {&vx_device_input, -1},
    {&vx_device_vusb, -1},
    {&vx_device_tpm, -1},
    {&vx_device_graphics, -1},
    {&vx_device_sound, -1},
    {&vx_device_video, -1},
    {&vx_device_passthru, -1},
    {&vx_device_usbhost, -1},
    {&vx_device_watchdog, -1},
    {&vx_device_memballoon, -1},
    {&vx_device_iommu, -1},
};

bool
vx_is_in_devices(const struct vx_device *device)
{
    for (size_t i = 0; i < VX_COUNT(in_devices); i++)
        if (in_devices[i].device == device)
            return true;
    return false;
}

static void
write_all(struct vx_map *map, const struct vx_device *const *devices)
{
    for (; *devices; devices++)
        vx_device_write(map, *devices, -1);
}

static void
write_devices(struct vx_map *map)
{
    uint32_t base = map->xml.base;

    vx_xml_begin(&map->xml, "devices");
    for (size_t i = 0; i < VX_COUNT(in_devices); i++)
        vx_device_write(map, in_devices[i].device, in_devices[i].sub);
    vx_xml_end(&map->xml, base);
}

static void
write_body(struct vx_map *map)
{
    write_all(map, before_lifecycle);
    vx_xml_close_inner(&map->xml);
    vx_buf_lit(map->xml.out, "  <on_poweroff>destroy</on_poweroff>\n"
                             "  <on_reboot>restart</on_reboot>\n"
                             "  <on_crash>destroy</on_crash>\n");
    write_devices(map);
    write_all(map, after_devices);
}

static void
write_metadata(struct vx_map *map)
{
    struct vx_buf *out = map->xml.out;
    size_t before = out->size, empty;

    vx_buf_lit(out, "  <metadata>\n");
    empty = out->size;
    vx_os_metadata(map);
    map->config_at = out->size;
    if (map->metadata || map->annotate)
        vx_metadata_write(map);
    map->config_end = out->size;
    if (map->annotate)
        map->annotate(map, map->annotate_data);
    if (out->size == empty)
        out->size = before;
    else
        vx_buf_lit(out, "  </metadata>\n");
}

/* The element that our own writer believes open: paths are relative to <domain>. */
static void
begin_domain(struct vx_map *map, struct vx_buf *out)
{
    vx_xml_init(&map->xml, out);
    map->xml.name[0] = "domain";
    map->xml.name_size[0] = 6;
    map->xml.depth = map->xml.base = 1;
}

/* Head, metadata and body are written apart, since what is kept is known only after
 * the body. */
static void
write_domain(struct vx_map *map, struct vmx_result *result)
{
    struct vx_buf body VX_AUTO(vx_buf_done) = VX_BUF(XML_CEILING);

    vx_buf_room(&body, ROOM);
    vx_buf_room(&result->text, ROOM);
    begin_domain(map, &body);
    write_body(map);
    vx_xml_close_inner(&map->xml);

    begin_domain(map, &result->text);
    vx_buf_lit(&result->text, "<domain type='vmware'>\n");
    write_all(map, before_metadata);
    vx_xml_close_inner(&map->xml);
    vx_fates(map, result->fates, result->counts);
    write_metadata(map);
    vx_buf_str(&result->text, vx_buf_text(&body));
    vx_buf_lit(&result->text, "</domain>\n");
    vx_buf_char(&result->text, '\0');
    result->text.failed |= body.failed;
}

/* ---- the result ------------------------------------------------------------------ */

static void
result_drop(struct vmx_result **result)
{
    vmx_result_free(*result);
}

enum vmx_status
vx_convert_begin(struct vx_map *map, struct vx_arena *arena)
{
    enum vmx_status status;

    map->arena = arena;
    map->losses_end = &map->losses;
    map->state = vx_arena_array(arena, map->doc->count + 1, 1);
    if (map->state == NULL)
        return VMX_ERR_NOMEM;
    status = vx_slots_fill(&map->slots, map->doc, arena);
    if (status == VMX_OK && !is_usable(map))
        status = VMX_ERR_INPUT;
    return status;
}

void
vx_convert_read(struct vx_map *map)
{
    for (const struct vx_device *const *device = vx_devices; *device; device++)
        vx_device_read(map, *device);
    vx_boot_resolve(map);
}

static enum vmx_status
start(struct vx_map *map, struct vmx_result *result)
{
    result->fates = vx_arena_array(&result->arena, map->doc->entries + 1, 1);
    result->entries = map->doc->entries;
    map->unsaid =
        vx_arena_alloc(&result->arena, map->doc->entries * sizeof(*map->unsaid));
    if (result->fates == NULL || map->unsaid == NULL)
        return VMX_ERR_NOMEM;
    return vx_convert_begin(map, &result->arena);
}

struct vmx_result *
vx_result_new(size_t text_ceiling)
{
    struct vmx_result *result;
    struct vx_arena arena;

    vx_arena_init(&arena, ARENA_CEILING);
    result = vx_arena_zero(&arena, sizeof(*result));
    if (result == NULL)
        return NULL;
    result->arena = arena;
    result->text = VX_BUF(text_ceiling);
    return result;
}

enum vmx_status
vx_convert_to_xml(struct vx_map *map, struct vmx_result **ret)
{
    struct vmx_result *result VX_AUTO(result_drop) = vx_result_new(XML_CEILING);
    enum vmx_status status;

    if (result == NULL)
        return VMX_ERR_NOMEM;
    status = start(map, result);
    if (status != VMX_OK)
        return status;

    vx_convert_read(map);
    write_domain(map, result);
    vx_loss_list(map, &result->losses);

    if (result->arena.failed || result->text.failed || map->doc->arena.failed)
        return VMX_ERR_NOMEM;
    *ret = result;
    result = NULL;
    return VMX_OK;
}

void
vmx_result_free(struct vmx_result *result)
{
    struct vx_arena arena;

    if (result == NULL)
        return;
    vx_buf_done(&result->text);
    arena = result->arena;
    vx_arena_done(&arena); /* the result lies in it, too */
}
