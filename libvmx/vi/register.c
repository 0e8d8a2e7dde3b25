/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine that the host does not have yet: where it goes, and what is taken away when
 * it cannot be. */
#include <stdio.h>
#include <stdlib.h>

#include "vi/escape.h"
#include "vi/manage.h"
#include "vi/places.h"

#include "base/banned.h"

enum {
    SETTLE_S = 10, /* how long it is waited for what nobody has told the end of */
};

/* ---- where it goes --------------------------------------------------------------- */

/* What RegisterVM_Task asks for. */
struct target {
    struct vi_ref folder, pool, host;
};

static const struct vi_ref *
kept(struct vx_arena *arena, struct vi_ref ref)
{
    struct vi_ref *copy = vx_arena_alloc(arena, sizeof(*copy));

    if (copy)
        *copy = (struct vi_ref){vx_arena_dup(arena, ref.type),
                                vx_arena_dup(arena, ref.value)};
    return copy;
}

/* With each datacenter goes its folder of machines, and with what can run machines its
 * resource pool. */
static bool
take(void *data, struct vi_ref ref, const void *view)
{
    const struct vi_type *type = ((const struct vi_object *)view)->type;
    const struct vi_DatacenterFolders *datacenter = view;
    const struct vi_ComputeListing *compute = view;
    const struct vi_FolderListing *folder = view; /* as each of the views begins */
    struct vi_places *places = data;
    const struct vi_ref *gives = NULL;

    if (type == &vi_types[VI_DatacenterFolders])
        gives = kept(places->arena, datacenter->vmFolder);
    else if (type == &vi_types[VI_ComputeListing])
        gives = kept(places->arena, compute->resourcePool);
    return vi_places_add(places, ref, view, folder->name, folder->parent.value, gives);
}

/* Is `name` a part of the URI's path behind the datacenter?  Without such a part any
 * name is. */
static bool
is_named(const struct vmx_vi *vi, struct vx_str place, struct vx_str name)
{
    struct vx_buf path VX_AUTO(vx_buf_done) = VX_BUF(1 << 16);
    struct vx_str rest;

    if (vi->uri.scheme != VI_VPX)
        return true;
    vi_unescape_name(&path, vi->uri.path);
    rest = vx_buf_text(&path);
    if (rest.n <= place.n)
        return true;
    for (rest = vx_str_skip(rest, place.n + 1); rest.n;) {
        ptrdiff_t slash = vx_str_find(rest, '/');
        struct vx_str part = vx_str_of(rest.s, slash < 0 ? rest.n : (size_t)slash);

        if (vx_str_eq(part, name))
            return true;
        rest = vx_str_skip(rest, part.n + 1);
    }
    return false;
}

/* The host, when the URI names one of a cluster. */
static struct vi_ref
host_of(const struct vmx_vi *vi, const struct vi_places *places, struct vx_str place,
        const struct vi_entity *compute)
{
    const struct vi_entity *found = NULL;
    size_t count = 0;

    for (size_t i = 0; i < vi_places_count(places); i++) {
        const struct vi_entity *entity = vi_places_at(places, i);

        if (entity->view != &vi_types[VI_HostListing]
            || !vx_str_eq(entity->parent, compute->ref)
            || !is_named(vi, place, entity->name))
            continue;
        found = entity;
        count++;
    }
    return count == 1 ? (struct vi_ref){VX_STR("HostSystem"), found->ref}
                      : (struct vi_ref){0};
}

static enum vmx_vi_status
choose_compute(struct vmx_vi *vi, const struct vi_places *places,
               const struct vi_entity *datacenter, struct vx_str place,
               struct target *target)
{
    struct vx_buf all VX_AUTO(vx_buf_done) = VX_BUF(1500);
    const struct vi_entity *found = NULL;
    size_t count = 0;

    for (size_t i = 0; i < vi_places_count(places); i++) {
        const struct vi_entity *entity = vi_places_at(places, i);

        if (entity->view != &vi_types[VI_ComputeListing]
            || vi_places_above(places, entity, datacenter->view) != datacenter
            || !is_named(vi, place, entity->name))
            continue;
        vx_buf_printf(&all, "%s%s", count++ ? ", " : "", vi_c(entity->name));
        found = entity;
    }
    if (found == NULL)
        return vi_fail(vi, VMX_VI_ERR_NOT_FOUND,
                       "%s has no host or cluster there that could run it",
                       vi->uri.host.s);
    if (count > 1)
        return vi_fail(vi, VMX_VI_ERR_AMBIGUOUS,
                       "several hosts or clusters could run it: %.*s; the path of the "
                       "URI can name one",
                       (int)all.size, all.data ? all.data : "");
    target->pool = *(const struct vi_ref *)found->more;
    target->host = host_of(vi, places, place, found);
    return VMX_VI_OK;
}

static enum vmx_vi_status
choose(struct vmx_vi *vi, const struct vi_places *places, const char *datacenter,
       struct target *target)
{
    for (size_t i = 0; i < vi_places_count(places); i++) {
        const struct vi_entity *entity = vi_places_at(places, i);
        struct vx_str place;

        if (entity->view != &vi_types[VI_DatacenterFolders])
            continue;
        place = vi_place_of(places, entity);
        if (!vx_str_eq(place, vx_str_c(datacenter)))
            continue;
        target->folder = *(const struct vi_ref *)entity->more;
        return choose_compute(vi, places, entity, place, target);
    }
    return vi_fail(vi, VMX_VI_ERR_NOT_FOUND, "there is no datacenter \"%s\" on %s",
                   datacenter, vi->uri.host.s);
}

static enum vmx_vi_status
find_target(struct vmx_vi *vi, const char *datacenter, struct vx_arena *arena,
            struct target *target)
{
    static const struct vi_hop hops[] = {
        {"folders", "Folder", "childEntity", {"folders", "hosts", "systems"}},
        {"hosts", "Datacenter", "hostFolder", {"folders"}},
        {"systems", "ComputeResource", "host", {NULL}},
    };

    static const enum vi_id views[] = {VI_DatacenterFolders, VI_ComputeListing,
                                       VI_HostListing, VI_FolderListing};
    const struct vi_query query = {
        .from = vi->content->rootFolder,
        .views = views,
        .view_count = VX_COUNT(views),
        .hops = hops,
        .hop_count = VX_COUNT(hops),
    };
    struct vi_places places;
    enum vmx_vi_status status;

    vi_places_init(&places, arena);
    status = vi_query(vi, &query, take, &places);
    if (status == VMX_VI_OK && !vi_places_sort(&places))
        status = vi_fail(vi, VMX_VI_ERR_NOMEM, "out of memory");
    if (status == VMX_VI_OK)
        status = choose(vi, &places, datacenter, target);
    vi_places_done(&places);
    return status;
}

/* ---- names ----------------------------------------------------------------------- */

char *
vmx_vi_new_path(const char *where, const char *name)
{
    struct vx_buf path = VX_BUF(16 << 10), item VX_AUTO(vx_buf_done) = VX_BUF(4096);
    struct vx_str folder = vx_str_trim(vx_str_c(where));
    struct vi_path parts;

    while (folder.n && folder.s[folder.n - 1] == '/')
        folder.n--;
    if (!vi_path_parse(folder, &parts) || name[0] == '\0')
        return NULL;
    vi_escape_item(&item, vx_str_c(name));
    vx_buf_printf(&path, "[%.*s] ", (int)parts.datastore.n, parts.datastore.s);
    if (parts.path.n)
        vx_buf_str(&path, parts.path);
    else
        vx_buf_str(&path, vx_buf_text(&item));
    vx_buf_char(&path, '/');
    vx_buf_str(&path, vx_buf_text(&item));
    vx_buf_lit(&path, ".vmx");
    path.failed |= item.failed;
    return vx_buf_take(&path);
}

/* "[ds] web" of "[ds] web/web.vmx"; nothing in the root of a datastore. */
static struct vx_str
folder_of(const char *path, struct vx_arena *arena)
{
    struct vx_str folder = vx_str_c(path);

    while (folder.n && folder.s[folder.n - 1] != '/')
        folder.n--;
    return folder.n ? vx_arena_dup(arena, vx_str_of(path, folder.n - 1)) : VX_STR("");
}

/* ---- what is done ---------------------------------------------------------------- */

/* *ret_made: it was not there before. */
static enum vmx_vi_status
make_folder(struct vmx_vi *vi, const char *datacenter, struct vx_str folder,
            struct vx_arena *arena, bool *ret_made)
{
    struct vi_MakeDirectory call = {
        .is.type = &vi_types[VI_MakeDirectory],
        .name = folder,
        .createParentDirectories = {1, true},
    };
    enum vmx_vi_status status;

    *ret_made = false;
    if (folder.n == 0)
        return VMX_VI_OK;
    if (vi->content->fileManager.value.s == NULL)
        return vi_fail(vi, VMX_VI_ERR_STATE, "%s makes no folders", vi->uri.host.s);
    status = vi_datacenter_ref(vi, datacenter, arena, &call.datacenter);
    if (status == VMX_VI_OK)
        status = vi_call(vi, vi->content->fileManager, &call, arena, NULL);
    *ret_made = status == VMX_VI_OK;
    if (status == VMX_VI_ERR_FAULT && vi_fault_is(vi, "FileAlreadyExists"))
        return vi_well(vi);
    return status;
}

/* Nobody else's: the folder was made, or the file was not there, a moment ago. */
static enum vmx_vi_status
take_away(struct vmx_vi *vi, const char *datacenter, const char *path,
          enum vmx_vi_status status)
{
    const bool gone = vi_take_away(vi, datacenter, path);
    char before[1200];

    snprintf(before, sizeof(before), "%s", vmx_vi_message(vi));
    return gone ? vi_fail(vi, status, "%s; nothing is left on the host", before)
                : vi_fail(vi, status, "%s; %s could not be taken away and is left",
                          before, path);
}

static enum vmx_vi_status
run_register(struct vmx_vi *vi, const struct target *target, const char *path,
             const char *name, const struct vmx_vi_run *run, struct vx_arena *arena)
{
    struct vi_RegisterVM_Task call = {
        .is.type = &vi_types[VI_RegisterVM_Task],
        .path = vx_str_c(path),
        .name = vx_str_c(name),
        .asTemplate = {0, true},
        .pool = target->pool,
        .host = target->host,
    };
    enum vmx_vi_status status;
    void *task = NULL;

    status = vi_call(vi, target->folder, &call, arena, &task);
    return status == VMX_VI_OK ? vi_task_wait(vi, NULL, *(struct vi_ref *)task, run)
                               : status;
}

enum outcome { NO, YES, UNKNOWN };

static void
see_task(void *data, const struct vmx_vi_task *task)
{
    static const char *const names[] = {"RegisterVM_Task", "Folder.registerVm",
                                        "vim.Folder.registerVm"};
    bool *busy = data;

    for (size_t i = 0; i < VX_COUNT(names); i++)
        if (strcmp(task->name, names[i]) == 0
            && (strcmp(task->state, "queued") == 0
                || strcmp(task->state, "running") == 0))
            *busy = true;
}

/* Does the host have a machine with this file?  Asked again while one is being
 * registered, for some seconds. */
static enum outcome
is_registered(struct vmx_vi *vi, const char *path)
{
    enum outcome outcome = UNKNOWN;
    struct vmx_vi_list *list = NULL;
    bool busy = true;

    for (int turn = 0; turn < SETTLE_S && busy; turn++) {
        if (turn)
            vi_sleep(vi, VI_POLL_MS);
        busy = false;
        if (vmx_vi_tasks(vi, see_task, &busy) != VMX_VI_OK)
            return UNKNOWN;
    }
    if (vmx_vi_list(vi, &list) != VMX_VI_OK)
        return UNKNOWN;
    outcome = busy ? UNKNOWN : NO;
    for (size_t i = 0; i < vmx_vi_list_count(list); i++)
        if (strcmp(vmx_vi_list_get(list, i)->path, path) == 0)
            outcome = YES;
    vmx_vi_list_free(list);
    return outcome;
}

/* Something went wrong behind the upload.  When the host has not said that it is the
 * registering, the machine may be there: its file is not taken from it. */
static enum vmx_vi_status
clean_up(struct vmx_vi *vi, const char *datacenter, const char *path, const char *made,
         enum vmx_vi_status status)
{
    int (*stopped)(void *) = vi->stopped;
    enum outcome outcome = NO;
    char before[1200];

    if (status == VMX_VI_ERR_FAULT)
        return take_away(vi, datacenter, made, status);
    snprintf(before, sizeof(before), "%s", vmx_vi_message(vi));
    vi->stopped = NULL;
    outcome = is_registered(vi, path);
    vi->stopped = stopped;
    if (outcome == YES)
        return vi_fail(vi, status, "%s; the host has the machine all the same", before);
    if (outcome == UNKNOWN)
        return vi_fail(vi, status,
                       "%s; whether the host has the machine is not known, and %s is "
                       "left there",
                       before, path);
    vi_fail(vi, status, "%s", before);
    return take_away(vi, datacenter, made, status);
}

static enum vmx_vi_status
make(struct vmx_vi *vi, const char *datacenter, const char *path, const char *name,
     struct vx_str text, const struct vmx_vi_run *run, struct vx_arena *arena)
{
    struct vx_str folder = folder_of(path, arena);
    struct target target = {.folder = {.value = VX_STR_NONE}};
    enum vmx_vi_status status = find_target(vi, datacenter, arena, &target);
    bool made = false;

    if (status == VMX_VI_OK)
        status = make_folder(vi, datacenter, folder, arena, &made);
    if (status != VMX_VI_OK)
        return status;
    status = vi_upload_text(vi, datacenter, path, text);
    if (status != VMX_VI_OK)
        return take_away(vi, datacenter, made ? folder.s : path, status);
    status = run_register(vi, &target, path, name, run, arena);
    if (status == VMX_VI_OK)
        return status;
    return clean_up(vi, datacenter, path, made ? folder.s : path, status);
}

enum vmx_vi_status
vmx_vi_register(struct vmx_vi *vi, const char *datacenter, const char *path,
                const char *name, const char *text, size_t size,
                const struct vmx_vi_run *run)
{
    struct vmx_vi_file file = {.size = sizeof(file)};
    struct vx_arena arena;
    enum vmx_vi_status status;

    if (vi->content == NULL || run->size < sizeof(*run))
        return vi_fail(vi, VMX_VI_ERR_MISUSE, "not logged in");
    status = vmx_vi_stat(vi, datacenter, path, &file);
    if (status == VMX_VI_OK)
        return vi_fail(vi, VMX_VI_ERR_EXISTS, "%s: there is such a file already", path);
    if (status != VMX_VI_ERR_NOT_FOUND)
        return status;
    vx_arena_init(&arena, VI_MEMORY_MAX);
    status = make(vi, datacenter, path, name, vx_str_of(text, size), run, &arena);
    vx_arena_done(&arena);
    return status;
}
