/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Public functions: check the arguments, call one layer down. */
#include "map/path.h"
#include "map/tovmx.h"
#include "target/target.h"

#include "base/num.h"

#include "base/banned.h"

const char *
vmx_version(void)
{
    return PACKAGE_VERSION;
}

const char *
vmx_status_text(enum vmx_status status)
{
    switch (status) {
    case VMX_OK:
        return "success";
    case VMX_ERR_NOMEM:
        return "out of memory";
    case VMX_ERR_IO:
        return "input or output failed";
    case VMX_ERR_INPUT:
        return "the input cannot be used";
    case VMX_ERR_LIMIT:
        return "the input is larger than allowed";
    case VMX_ERR_MISUSE:
        return "the call broke a rule of the interface";
    case VMX_ERR_LIBRARY:
        return "a library that reads XML cannot be loaded";
    }
    return "unknown status";
}

uint32_t
vmx_libvirt_release(const char *text)
{
    struct vx_str rest = vx_str_c(text);
    uint64_t parts[3] = {0, 0, 0};
    int count = 0;

    while (count < 3 && rest.n) {
        ptrdiff_t dot = vx_str_find(rest, '.');
        struct vx_str part = vx_str_of(rest.s, dot < 0 ? rest.n : (size_t)dot);

        if (!vx_num_u64(part, &parts[count]) || parts[count++] > 999)
            return 0;
        rest = dot < 0 ? VX_STR("") : vx_str_skip(rest, (size_t)dot + 1);
        if (dot >= 0 && rest.n == 0)
            return 0;
    }
    if (rest.n || count == 0)
        return 0;
    return (uint32_t)(parts[0] * 1000000 + parts[1] * 1000 + parts[2]);
}

/* What both directions ask of the options.  False when they lack members, or the base
 * is no datastore folder. */
static bool
take_options(struct vx_map *map, const struct vmx_convert_options *options,
             struct vmx_diags *diags)
{
    static const struct vmx_convert_options usual = VMX_CONVERT_OPTIONS;

    if (options == NULL)
        options = &usual;
    if (options->size < sizeof(usual))
        return false;
    memset(map, 0, sizeof(*map));
    map->diags = diags;
    map->libvirt = options->libvirt ? options->libvirt : UINT32_MAX;
    map->host_mhz = options->host_mhz;
    map->base = vx_str_c(options->base);
    while (map->base.n && map->base.s[map->base.n - 1] == '/')
        map->base.n--;
    map->name = vx_str_c(options->name);
    map->metadata = !options->no_metadata;
    map->secrets = options->with_secrets;
    return map->base.s == NULL || vx_is_base(map->base);
}

bool
vmx_doc_is_vmx(const struct vmx_doc *doc, struct vmx_diags *diags)
{
    return doc && vx_is_vmx(doc, diags);
}

enum vmx_status
vmx_convert_to_xml(struct vmx_doc *doc, const struct vmx_convert_options *options,
                   struct vmx_diags *diags, struct vmx_result **ret)
{
    struct vx_map map;

    if (doc == NULL || ret == NULL || !take_options(&map, options, diags))
        return VMX_ERR_MISUSE;
    map.doc = doc;
    return vx_convert_to_xml(&map, ret);
}

enum vmx_status
vmx_convert_to_vmx(const char *xml, size_t size,
                   const struct vmx_convert_options *options, struct vmx_diags *diags,
                   struct vmx_result **ret)
{
    struct vx_map map;

    if (xml == NULL || ret == NULL || !take_options(&map, options, diags))
        return VMX_ERR_MISUSE;
    map.libvirt = UINT32_MAX;
    return vx_convert_to_vmx(&map, vx_str_of(xml, size),
                             options ? options->hw_version : 0, ret);
}

enum vmx_status
vmx_convert_to_target(struct vmx_doc *doc, const struct vmx_convert_options *options,
                      const struct vmx_target *target, struct vmx_diags *diags,
                      struct vmx_result **ret)
{
    struct vx_map map;

    if (doc == NULL || target == NULL || ret == NULL
        || !take_options(&map, options, diags))
        return VMX_ERR_MISUSE;
    map.doc = doc;
    return vx_target_convert(&map, target, ret);
}

const char *
vmx_result_text(const struct vmx_result *result, size_t *ret_size)
{
    if (ret_size)
        *ret_size = result->text.size - 1;
    return result->text.data;
}

size_t
vmx_result_count(const struct vmx_result *result, enum vmx_fate fate)
{
    return (unsigned)fate < VMX_FATES ? result->counts[fate] : 0;
}

enum vmx_fate
vmx_result_fate(const struct vmx_result *result, size_t entry)
{
    return entry < result->entries ? (enum vmx_fate)result->fates[entry]
                                   : VMX_FATE_LOST;
}

size_t
vmx_result_losses(const struct vmx_result *result)
{
    return result->losses.count;
}

size_t
vmx_result_disks(const struct vmx_result *result)
{
    return result->disk_count;
}

const struct vmx_disk *
vmx_result_disk(const struct vmx_result *result, size_t index)
{
    return index < result->disk_count ? &result->disks[index] : NULL;
}

const struct vmx_loss *
vmx_result_loss(struct vmx_result *result, size_t index)
{
    const struct vmx_loss *rows;

    if (index >= result->losses.count)
        return NULL;
    rows = vx_loss_tell(&result->arena, &result->losses);
    return rows ? &rows[index] : NULL;
}

const char *
vmx_loss_category_text(enum vmx_loss_category category)
{
    switch (category) {
    case VMX_LOSS_INFORMATION:
        return "information";
    case VMX_LOSS_WARNING:
        return "warning";
    case VMX_LOSS_CRITICAL:
        return "critical";
    }
    return "";
}
