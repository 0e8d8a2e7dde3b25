/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the host itself does with files: it takes them away, moves and copies them.  And
 * in which datacenter a datastore is, since paths do not tell. */
#include "vi/manage.h"
#include <stdio.h>

#include "vi/escape.h"

#include "base/banned.h"

/* ---- where a datastore is -------------------------------------------------------- */

enum {
    ENTITIES_MAX = 100000,
    DEPTH_MAX = 64,
    TIDY_MS = 15000,
};

/* A folder, datacenter or datastore. */
struct entity {
    const struct vi_type *view;
    struct vx_str ref, name, parent;
    size_t first, count; /* a datacenter: its datastores */
};

struct stores {
    struct vx_arena *arena;
    struct vx_buf entities; /* struct entity */
    struct vx_buf owned;    /* struct vx_str: refs of datastores */
};

static const struct entity *
entity_at(const struct stores *stores, size_t i)
{
    const struct entity *all = (const void *)stores->entities.data;

    return (i + 1) * sizeof(*all) <= stores->entities.size ? &all[i] : NULL;
}

static void
take_owned(struct stores *stores, struct entity *entity,
           const struct vi_DatacenterStores *view)
{
    entity->first = stores->owned.size / sizeof(struct vx_str);
    entity->count = view->datastore.count;
    for (size_t i = 0; i < view->datastore.count; i++) {
        struct vx_str ref = vx_arena_dup(stores->arena, view->datastore.at[i].value);

        vx_buf_add(&stores->owned, &ref, sizeof(ref));
    }
}

static bool
take(void *data, struct vi_ref ref, const void *view)
{
    struct stores *stores = data;
    const struct vi_DatacenterStores *datacenter = view;
    const struct vi_DatastoreName *store = view;
    const struct vi_FolderListing *folder = view;
    struct entity entity = {.view = ((const struct vi_object *)view)->type};
    struct vx_str name, parent = VX_STR("");

    if (entity.view == &vi_types[VI_DatastoreName]) {
        name = store->summary_name;
    } else if (entity.view == &vi_types[VI_DatacenterStores]) {
        name = datacenter->name;
        parent = datacenter->parent.value;
        take_owned(stores, &entity, datacenter);
    } else {
        name = folder->name;
        parent = folder->parent.value;
    }
    entity.ref = vx_arena_dup(stores->arena, ref.value);
    entity.name = vx_arena_dup(stores->arena, name);
    entity.parent = vx_arena_dup(stores->arena, parent);
    vx_buf_add(&stores->entities, &entity, sizeof(entity));
    return !stores->arena->failed && !stores->entities.failed && !stores->owned.failed;
}

static const struct entity *
find_entity(const struct stores *stores, struct vx_str ref)
{
    const struct entity *entity;

    for (size_t i = 0; ref.n && (entity = entity_at(stores, i)) != NULL; i++)
        if (vx_str_eq(entity->ref, ref))
            return entity;
    return NULL;
}

/* "folder/DC0"; the root folder has no name there. */
static struct vx_str
place_of(const struct stores *stores, const struct entity *entity)
{
    struct vx_str place = VX_STR("");

    for (int depth = 0; entity && entity->parent.n && depth < DEPTH_MAX; depth++) {
        place = vx_arena_printf(stores->arena, "%s%s%s", vi_c(entity->name),
                                place.n ? "/" : "", vi_c(place));
        entity = find_entity(stores, entity->parent);
    }
    return place;
}

static bool
has_store(const struct stores *stores, const struct entity *datacenter,
          struct vx_str name)
{
    const struct vx_str *owned = (const void *)stores->owned.data;

    for (size_t i = 0; i < datacenter->count; i++) {
        const struct entity *store = find_entity(stores, owned[datacenter->first + i]);

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
choose(struct vmx_vi *vi, const struct stores *stores, struct vx_str name,
       const char **ret)
{
    struct vx_buf all VX_AUTO(vx_buf_done) = VX_BUF(1500);
    const struct entity *entity;
    struct vx_str found = VX_STR("");
    size_t count = 0;

    for (size_t i = 0; (entity = entity_at(stores, i)) != NULL; i++) {
        struct vx_str place;

        if (entity->view != &vi_types[VI_DatacenterStores]
            || !has_store(stores, entity, name))
            continue;
        place = place_of(stores, entity);
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
    static const struct vi_hop hops[] = {
        {"folders", "Folder", "childEntity", {"folders", "stores"}},
        {"stores", "Datacenter", "datastore", {NULL}},
    };

    static const enum vi_id views[] = {VI_DatacenterStores, VI_DatastoreName,
                                       VI_FolderListing};
    struct vi_query query = {
        .views = views,
        .view_count = VX_COUNT(views),
        .hops = hops,
        .hop_count = VX_COUNT(hops),
    };
    struct vx_arena arena;
    struct stores stores = {.arena = &arena};
    struct vi_path parts;
    enum vmx_vi_status status;

    if (vi->content == NULL || !vi_path_parse(vx_str_c(path), &parts))
        return vi_fail(vi, VMX_VI_ERR_MISUSE, "\"%s\" is no \"[datastore] path\"",
                       path);
    vx_arena_init(&arena, VI_MEMORY_MAX);
    stores.entities = VX_BUF(ENTITIES_MAX * sizeof(struct entity));
    stores.owned = VX_BUF(ENTITIES_MAX * sizeof(struct vx_str));
    query.from = vi->content->rootFolder;
    status = vi_query(vi, &query, take, &stores);
    if (status == VMX_VI_OK)
        status = choose(vi, &stores, parts.datastore, ret);
    vx_buf_done(&stores.entities);
    vx_buf_done(&stores.owned);
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

/* ---- files that we make
 * ----------------------------------------------------------------- */

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
