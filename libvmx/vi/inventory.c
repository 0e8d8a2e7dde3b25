/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All machines with their places, in as few requests as the host's pages allow. */
#include <stdlib.h>

#include "vi/escape.h"
#include "vi/places.h"

#include "base/banned.h"

enum {
    MACHINES_MAX = 100000,
};

struct machine {
    struct vmx_vi_machine public;
    struct vx_str parent;
};

struct vmx_vi_list {
    struct vx_arena arena;
    struct vi_places places; /* folders and datacenters */
    struct vx_buf machines;  /* struct machine */
    struct vx_str scope;     /* only what is below this place; s NULL: all */
};

static struct machine *
machine_at(const struct vmx_vi_list *list, size_t i)
{
    return (struct machine *)(void *)list->machines.data + i;
}

size_t
vmx_vi_list_count(const struct vmx_vi_list *list)
{
    return list->machines.size / sizeof(struct machine);
}

const struct vmx_vi_machine *
vmx_vi_list_get(const struct vmx_vi_list *list, size_t index)
{
    return index < vmx_vi_list_count(list) ? &machine_at(list, index)->public : NULL;
}

void
vmx_vi_list_free(struct vmx_vi_list *list)
{
    if (list == NULL)
        return;
    vi_places_done(&list->places);
    vx_buf_done(&list->machines);
    vx_arena_done(&list->arena);
    free(list);
}

/* ---- what the host tells --------------------------------------------------------- */

static const char *
keep(struct vmx_vi_list *list, struct vx_str text)
{
    return text.n ? vi_c(vx_arena_dup(&list->arena, text)) : "";
}

static const char *
keep_word(struct vmx_vi_list *list, struct vi_word word)
{
    return keep(list, word.text);
}

static const char *
keep_name(struct vmx_vi_list *list, struct vx_str text)
{
    struct vx_buf name VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);

    vi_unescape_name(&name, text);
    list->arena.failed |= name.failed;
    return name.data ? keep(list, vx_buf_text(&name)) : "";
}

static void
take_machine(struct vmx_vi_list *list, struct vi_ref ref,
             const struct vi_MachineListing *view)
{
    struct machine machine = {
        .public =
            {
                .ref = keep(list, ref.value),
                .name = keep_name(list, view->name),
                .uuid = keep(list, view->config_uuid),
                .path = keep(list, view->config_files_vmPathName),
                .place = keep(list, view->name), /* until all folders are known */
                .state = keep_word(list, view->runtime_powerState),
                .connection = keep_word(list, view->runtime_connectionState),
                .datacenter = "",
                .asks = view->runtime_question != NULL,
                .is_template = view->config_template.value == 1,
            },
        .parent = vx_str_c(keep(list, view->parent.value)),
    };

    vx_buf_add(&list->machines, &machine, sizeof(machine));
}

static bool
take(void *data, struct vi_ref ref, const void *view)
{
    const struct vi_type *type = ((const struct vi_object *)view)->type;
    const struct vi_DatacenterListing *datacenter = view;
    const struct vi_FolderListing *folder = view;
    struct vmx_vi_list *list = data;

    if (type == &vi_types[VI_DatacenterListing])
        return vi_places_add(&list->places, ref, view, datacenter->name,
                             datacenter->parent.value, NULL);
    if (type == &vi_types[VI_FolderListing])
        return vi_places_add(&list->places, ref, view, folder->name,
                             folder->parent.value, NULL);
    take_machine(list, ref, view);
    return !list->arena.failed && !list->machines.failed;
}

/* ---- places ---------------------------------------------------------------------- */

static void
set_place(struct vmx_vi_list *list, struct machine *machine)
{
    const struct vi_places *places = &list->places;
    const struct vi_entity *folder = vi_places_find(places, machine->parent);
    const struct vi_entity *datacenter =
        vi_places_above(places, folder, &vi_types[VI_DatacenterListing]);
    struct vx_str place = vi_place_of(places, folder);

    if (datacenter)
        machine->public.datacenter = vi_c(vi_place_of(places, datacenter));
    if (place.n)
        machine->public.place = vi_c(
            vx_arena_printf(&list->arena, "%s/%s", place.s, machine->public.place));
}

static int
by_place(const void *a, const void *b)
{
    const struct vmx_vi_machine *x = &((const struct machine *)a)->public;
    const struct vmx_vi_machine *y = &((const struct machine *)b)->public;
    int order = strcmp(x->place, y->place);

    return order ? order : strcmp(x->ref, y->ref);
}

/* vpx://host/DC0/cluster/host: machines move between the hosts of a cluster, so it is
 * the folders and the datacenter that say which ones are meant. */
static void
set_scope(struct vmx_vi_list *list, struct vx_str path)
{
    const struct vi_places *places = &list->places;
    struct vx_buf plain VX_AUTO(vx_buf_done) = VX_BUF(1 << 16);

    vi_unescape_name(&plain, path);
    for (size_t i = 0; i < vi_places_count(places) && path.n; i++) {
        struct vx_str place = vi_place_of(places, vi_places_at(places, i));

        if (place.n > list->scope.n && vx_str_starts(vx_buf_text(&plain), place)
            && (place.n == plain.size || plain.data[place.n] == '/'))
            list->scope = place;
    }
}

static void
drop_others(struct vmx_vi_list *list)
{
    size_t kept = 0;

    for (size_t i = 0; i < vmx_vi_list_count(list); i++) {
        struct machine *machine = machine_at(list, i);
        struct vx_str place = vx_str_c(machine->public.place);

        if (vx_str_starts(place, list->scope) && place.n > list->scope.n
            && place.s[list->scope.n] == '/')
            *machine_at(list, kept++) = *machine;
    }
    list->machines.size = kept * sizeof(struct machine);
}

static enum vmx_vi_status
arrange(struct vmx_vi *vi, struct vmx_vi_list *list)
{
    if (!vi_places_sort(&list->places))
        return vi_fail(vi, VMX_VI_ERR_NOMEM, "out of memory");
    for (size_t i = 0; i < vmx_vi_list_count(list); i++)
        set_place(list, machine_at(list, i));
    if (vi->uri.scheme == VI_VPX && vi->uri.path.n) {
        set_scope(list, vi->uri.path);
        if (list->scope.n == 0)
            return vi_fail(vi, VMX_VI_ERR_NOT_FOUND,
                           "%s has no folder or datacenter at \"%s\"", vi->uri.host.s,
                           vi->uri.path.s);
        drop_others(list);
    }
    if (vmx_vi_list_count(list))
        qsort(list->machines.data, vmx_vi_list_count(list), sizeof(struct machine),
              by_place);
    return list->arena.failed ? vi_fail(vi, VMX_VI_ERR_NOMEM, "out of memory")
                              : VMX_VI_OK;
}

/* ---- the query ------------------------------------------------------------------- */

enum vmx_vi_status
vmx_vi_list(struct vmx_vi *vi, struct vmx_vi_list **ret)
{
    static const struct vi_hop hops[] = {
        {"folders", "Folder", "childEntity", {"folders", "machines", "apps"}},
        {"machines", "Datacenter", "vmFolder", {"folders"}},
        {"apps", "VirtualApp", "vm", {NULL}},
    };

    static const enum vi_id views[] = {VI_MachineListing, VI_DatacenterListing,
                                       VI_FolderListing};
    struct vi_query query = {
        .views = views,
        .view_count = VX_COUNT(views),
        .hops = hops,
        .hop_count = VX_COUNT(hops),
    };
    struct vmx_vi_list *list;
    enum vmx_vi_status status;

    if (vi->content == NULL)
        return vi_fail(vi, VMX_VI_ERR_MISUSE, "not logged in");
    list = calloc(1, sizeof(*list));
    if (list == NULL)
        return vi_fail(vi, VMX_VI_ERR_NOMEM, "out of memory");
    vx_arena_init(&list->arena, VI_MEMORY_MAX);
    vi_places_init(&list->places, &list->arena);
    list->machines = VX_BUF(MACHINES_MAX * sizeof(struct machine));
    query.from = vi->content->rootFolder;
    status = vi_query(vi, &query, take, list);
    if (status == VMX_VI_OK)
        status = arrange(vi, list);
    if (status != VMX_VI_OK)
        vmx_vi_list_free(list);
    else
        *ret = list;
    return status;
}

/* ---- one machine ----------------------------------------------------------------- */

static bool
is_meant(const struct vmx_vi_machine *machine, struct vx_str text)
{
    struct vx_str place = vx_str_c(machine->place);

    if (text.n && text.s[0] == '/')
        return vx_str_eq(place, vx_str_skip(text, 1));
    return vx_str_eq(vx_str_c(machine->name), text)
           || vx_str_eq(vx_str_c(machine->ref), text) || vx_str_eq(place, text)
           || (machine->uuid[0] && vx_str_ieq(vx_str_c(machine->uuid), text));
}

static enum vmx_vi_status
ambiguous(struct vmx_vi *vi, const struct vmx_vi_list *list, struct vx_str text)
{
    struct vx_buf all VX_AUTO(vx_buf_done) = VX_BUF(1500);

    for (size_t i = 0; i < vmx_vi_list_count(list); i++) {
        const struct vmx_vi_machine *machine = vmx_vi_list_get(list, i);

        if (is_meant(machine, text))
            vx_buf_printf(&all, "%s%s (%s)", all.size ? ", " : "", machine->ref,
                          machine->place);
    }
    return vi_fail(vi, VMX_VI_ERR_AMBIGUOUS, "\"%s\" is more than one machine: %.*s%s",
                   text.s, (int)all.size, all.data ? all.data : "",
                   all.failed ? " ..." : "");
}

enum vmx_vi_status
vmx_vi_find(struct vmx_vi *vi, const struct vmx_vi_list *list, const char *text,
            const struct vmx_vi_machine **ret)
{
    const struct vmx_vi_machine *found = NULL;

    for (size_t i = 0; i < vmx_vi_list_count(list); i++) {
        const struct vmx_vi_machine *machine = vmx_vi_list_get(list, i);

        if (!is_meant(machine, vx_str_c(text)))
            continue;
        if (found)
            return ambiguous(vi, list, vx_str_c(text));
        found = machine;
    }
    if (found == NULL)
        return vi_fail(vi, VMX_VI_ERR_NOT_FOUND, "there is no machine \"%s\" on %s",
                       text, vi->uri.host.s);
    *ret = found;
    return vi_well(vi);
}
