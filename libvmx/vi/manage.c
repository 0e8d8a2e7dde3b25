/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the host itself does with files: it takes them away, moves and copies them.  And
 * in which datacenter a datastore is, since paths do not tell. */
#include "vi/manage.h"

#include <stdio.h>

#include "vi/escape.h"
#include "vi/places.h"

#include "base/banned.h"

/* ---- where a datastore is -------------------------------------------------------- */

enum {
    TIDY_MS = 15000,
};

const struct vi_hop vi_hops_to_stores[2] = {
    {"folders", "Folder", "childEntity", {"folders", "stores"}},
    {"stores", "Datacenter", "datastore", {NULL}},
};

/* What a datacenter has. */
struct stores {
    size_t count;
    struct vx_str refs[];
};

static const struct stores *
stores_of(struct vx_arena *arena, const struct vi_DatacenterStores *view)
{
    const size_t count = view->datastore.count;
    struct stores *stores =
        vx_arena_alloc(arena, sizeof(*stores) + count * sizeof(stores->refs[0]));

    if (stores == NULL)
        return NULL;
    stores->count = count;
    for (size_t i = 0; i < count; i++)
        stores->refs[i] = vx_arena_dup(arena, view->datastore.at[i].value);
    return stores;
}

static bool
take(void *data, struct vi_ref ref, const void *view)
{
    const struct vi_type *type = ((const struct vi_object *)view)->type;
    const struct vi_DatacenterStores *datacenter = view;
    const struct vi_DatastoreName *store = view;
    const struct vi_FolderListing *folder = view;
    struct vi_places *places = data;

    if (type == &vi_types[VI_DatastoreName])
        return vi_places_add(places, ref, view, store->summary_name, VX_STR(""), NULL);
    if (type == &vi_types[VI_DatacenterStores])
        return vi_places_add(places, ref, view, datacenter->name,
                             datacenter->parent.value,
                             stores_of(places->arena, datacenter));
    return vi_places_add(places, ref, view, folder->name, folder->parent.value, NULL);
}

static bool
has_store(const struct vi_places *places, const struct vi_entity *datacenter,
          struct vx_str name)
{
    const struct stores *stores = datacenter->more;

    for (size_t i = 0; i < stores->count; i++) {
        const struct vi_entity *store = vi_places_find(places, stores->refs[i]);

        if (store && vx_str_eq(store->name, name))
            return true;
    }
    return false;
}

/* Is one of the two above the other, or the same?  vpx://host/DC0/cluster means DC0. */
static bool
is_in_scope(const struct vmx_vi *vi, struct vx_str place)
{
    struct vx_buf scope VX_AUTO(vx_buf_done) = VX_BUF(1 << 16);
    size_t n;

    if (vi->uri.scheme != VI_VPX || vi->uri.path.n == 0)
        return true;
    vi_unescape_name(&scope, vi->uri.path);
    n = scope.size < place.n ? scope.size : place.n;
    if (n == 0 || memcmp(scope.data, place.s, n) != 0)
        return false;
    return scope.size == place.n
           || (scope.size > n ? scope.data[n] : place.s[n]) == '/';
}

static enum vmx_vi_status
choose(struct vmx_vi *vi, const struct vi_places *places, struct vx_str name,
       const char **ret)
{
    struct vx_buf all VX_AUTO(vx_buf_done) = VX_BUF(1500);
    struct vx_str found = VX_STR("");
    size_t count = 0;

    for (size_t i = 0; i < vi_places_count(places); i++) {
        const struct vi_entity *entity = vi_places_at(places, i);
        struct vx_str place;

        if (entity->view != &vi_types[VI_DatacenterStores]
            || !has_store(places, entity, name))
            continue;
        place = vi_place_of(places, entity);
        if (!is_in_scope(vi, place))
            continue;
        vx_buf_printf(&all, "%s%s", count++ ? ", " : "", vi_c(place));
        found = place;
    }
    if (count == 0)
        return vi_fail(vi, VMX_VI_ERR_NOT_FOUND, "there is no datastore \"%.*s\" on %s",
                       (int)name.n, name.s, vi->uri.host.s);
    if (count > 1)
        return vi_fail(
            vi, VMX_VI_ERR_AMBIGUOUS,
            "\"%.*s\" is a datastore of more than one datacenter: %.*s; the path of "
            "the URI can name one",
            (int)name.n, name.s, (int)all.size, all.data ? all.data : "");
    *ret = vi_c(vx_arena_dup(&vi->arena, found));
    return vi_well(vi);
}

enum vmx_vi_status
vmx_vi_datacenter(struct vmx_vi *vi, const char *path, const char **ret)
{
    static const enum vi_id views[] = {VI_DatacenterStores, VI_DatastoreName,
                                       VI_FolderListing};
    struct vi_query query = {
        .views = views,
        .view_count = VX_COUNT(views),
        .hops = vi_hops_to_stores,
        .hop_count = VX_COUNT(vi_hops_to_stores),
    };
    struct vx_arena arena;
    struct vi_places places;
    struct vi_path parts;
    enum vmx_vi_status status;

    if (vi->content == NULL || !vi_path_parse(vx_str_c(path), &parts))
        return vi_fail(vi, VMX_VI_ERR_MISUSE, "\"%s\" is no \"[datastore] path\"",
                       path);
    vx_arena_init(&arena, VI_MEMORY_MAX);
    vi_places_init(&places, &arena);
    query.from = vi->content->rootFolder;
    status = vi_query(vi, &query, take, &places);
    if (status == VMX_VI_OK && !vi_places_sort(&places))
        status = vi_fail(vi, VMX_VI_ERR_NOMEM, "out of memory");
    if (status == VMX_VI_OK)
        status = choose(vi, &places, parts.datastore, ret);
    vi_places_done(&places);
    vx_arena_done(&arena);
    return status;
}

/* ---- tasks ----------------------------------------------------------------------- */

enum vmx_vi_status
vi_datacenter_ref(struct vmx_vi *vi, const char *datacenter, struct vx_arena *arena,
                  struct vi_ref *ret)
{
    struct vi_FindByInventoryPath call = {
        .is.type = &vi_types[VI_FindByInventoryPath],
        .inventoryPath = vx_str_c(datacenter),
    };
    enum vmx_vi_status status;
    void *ref = NULL;

    *ret = (struct vi_ref){0};
    if (vi->uri.scheme != VI_VPX)
        return VMX_VI_OK;
    status = vi_call(vi, vi->content->searchIndex, &call, arena, &ref);
    if (status == VMX_VI_OK && ref == NULL)
        return vi_fail(vi, VMX_VI_ERR_NOT_FOUND, "there is no datacenter \"%s\" on %s",
                       datacenter, vi->uri.host.s);
    if (status == VMX_VI_OK)
        *ret = *(struct vi_ref *)ref;
    return status;
}

static enum vmx_vi_status
run_task(struct vmx_vi *vi, struct vi_ref manager, const void *call,
         const struct vmx_vi_run *run, struct vx_arena *arena)
{
    static const struct vmx_vi_run usual = {.size = sizeof(usual)};
    enum vmx_vi_status status;
    void *task = NULL;

    if (manager.value.s == NULL)
        return vi_fail(vi, VMX_VI_ERR_STATE, "%s does nothing with files by itself",
                       vi->uri.host.s);
    status = vi_call(vi, manager, call, arena, &task);
    if (status == VMX_VI_OK)
        status = vi_task_wait(vi, NULL, *(struct vi_ref *)task, run ? run : &usual);
    return status == VMX_VI_ERR_FAULT && vi_fault_is(vi, "FileNotFound")
               ? VMX_VI_ERR_NOT_FOUND
               : status;
}

/* Who takes away what he has made does so although all shall end, but soon. */
enum vmx_vi_status
vmx_vi_remove(struct vmx_vi *vi, const char *datacenter, const char *path)
{
    const struct vmx_vi_run run = {.size = sizeof(run), .wait_ms = TIDY_MS};
    const uint32_t before = vi->timeout_ms;
    struct vi_DeleteDatastoreFile_Task call = {
        .is.type = &vi_types[VI_DeleteDatastoreFile_Task],
        .name = vx_str_c(path),
    };
    struct vx_arena arena;
    enum vmx_vi_status status;

    vi->tidies = true;
    if (vi->timeout_ms > TIDY_MS)
        vi->timeout_ms = TIDY_MS;
    vx_arena_init(&arena, VI_MEMORY_MAX);
    status = vi_datacenter_ref(vi, datacenter, &arena, &call.datacenter);
    if (status == VMX_VI_OK)
        status = run_task(vi, vi->content->fileManager, &call, &run, &arena);
    vx_arena_done(&arena);
    vi->timeout_ms = before;
    vi->tidies = false;
    return status;
}

enum vmx_vi_status
vmx_vi_move(struct vmx_vi *vi, const char *datacenter, const char *from, const char *to,
            int replace)
{
    struct vi_MoveDatastoreFile_Task call = {
        .is.type = &vi_types[VI_MoveDatastoreFile_Task],
        .sourceName = vx_str_c(from),
        .destinationName = vx_str_c(to),
        .force = {replace != 0, true},
    };
    struct vx_arena arena;
    enum vmx_vi_status status;

    vx_arena_init(&arena, VI_MEMORY_MAX);
    status = vi_datacenter_ref(vi, datacenter, &arena, &call.sourceDatacenter);
    call.destinationDatacenter = call.sourceDatacenter;
    if (status == VMX_VI_OK)
        status = run_task(vi, vi->content->fileManager, &call, NULL, &arena);
    vx_arena_done(&arena);
    return status;
}

enum vmx_vi_status
vmx_vi_copy(struct vmx_vi *vi, const char *from_datacenter, const char *from,
            const char *to_datacenter, const char *to, int replace,
            const struct vmx_vi_run *run)
{
    struct vi_CopyDatastoreFile_Task call = {
        .is.type = &vi_types[VI_CopyDatastoreFile_Task],
        .sourceName = vx_str_c(from),
        .destinationName = vx_str_c(to),
        .force = {replace != 0, true},
    };
    struct vx_arena arena;
    enum vmx_vi_status status;

    vx_arena_init(&arena, VI_MEMORY_MAX);
    status = vi_datacenter_ref(vi, from_datacenter, &arena, &call.sourceDatacenter);
    if (status == VMX_VI_OK)
        status =
            vi_datacenter_ref(vi, to_datacenter, &arena, &call.destinationDatacenter);
    if (status == VMX_VI_OK)
        status = run_task(vi, vi->content->fileManager, &call, run, &arena);
    vx_arena_done(&arena);
    return status;
}

/* ---- files that we make ---------------------------------------------------------- */

static ptrdiff_t
give(void *data, uint64_t from, char *bytes, size_t room)
{
    const struct vx_str *text = data;
    size_t n = from < text->n ? text->n - (size_t)from : 0;

    if (n > room)
        n = room;
    memcpy(bytes, text->s + from, n);
    return (ptrdiff_t)n;
}

enum vmx_vi_status
vi_upload_text(struct vmx_vi *vi, const char *datacenter, const char *path,
               struct vx_str text)
{
    return vmx_vi_upload(vi, datacenter, path, text.n, give, &text);
}

bool
vi_take_away(struct vmx_vi *vi, const char *datacenter, const char *path)
{
    int (*stopped)(void *) = vi->stopped;
    struct vx_buf message = vi->message;
    char fault[sizeof(vi->fault_text)];
    enum vmx_vi_status status;

    snprintf(fault, sizeof(fault), "%s", vmx_vi_fault(vi));
    vi->message = VX_BUF(4096);
    vi->stopped = NULL;
    status = vmx_vi_remove(vi, datacenter, path);
    vi->stopped = stopped;
    vx_buf_done(&vi->message);
    vi->message = message;
    vi_note_fault(vi, vx_str_c(fault));
    return status == VMX_VI_OK || status == VMX_VI_ERR_NOT_FOUND;
}
