/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vi/property.h"

#include "base/banned.h"

enum {
    PAGES_MAX = 10000, /* a page usually has a hundred objects */
};

/* A structure of a type, said to be one. */
static void *
make(enum vi_id id, struct vx_arena *arena)
{
    struct vi_object *object = vx_arena_zero(arena, vi_types[id].size);

    if (object)
        object->type = &vi_types[id];
    return object;
}

/* Room for a list of pointers. */
#define LIST(list, n)                                                                  \
    ((list).at = vx_arena_array(arena, (n) ? (n) : 1, sizeof((list).at[0])),           \
     (list).count = (n), (list).at != NULL)

static struct vi_PropertySpec *
property_spec(const struct vi_type *view, struct vx_arena *arena)
{
    struct vi_PropertySpec *spec = make(VI_PropertySpec, arena);

    if (spec == NULL || !LIST(spec->pathSet, view->count))
        return NULL;
    spec->type = vx_str_c(view->of);
    for (size_t i = 0; i < view->count; i++)
        spec->pathSet.at[i] = vx_str_c(view->members[i].name);
    return spec;
}

static struct vi_TraversalSpec *
traversal_spec(const struct vi_hop *hop, struct vx_arena *arena)
{
    struct vi_TraversalSpec *spec = make(VI_TraversalSpec, arena);
    size_t count = 0;

    while (count < VX_COUNT(hop->next) && hop->next[count])
        count++;
    if (spec == NULL || !LIST(spec->selectSet, count))
        return NULL;
    spec->name = vx_str_c(hop->name);
    spec->type = vx_str_c(hop->type);
    spec->path = vx_str_c(hop->path);
    spec->skip = (struct vi_number){0, true};
    for (size_t i = 0; i < count; i++) {
        spec->selectSet.at[i] = make(VI_SelectionSpec, arena);
        if (spec->selectSet.at[i] == NULL)
            return NULL;
        spec->selectSet.at[i]->name = vx_str_c(hop->next[i]);
    }
    return spec;
}

struct vi_PropertyFilterSpec *
vi_filter_spec(const struct vi_query *query, struct vx_arena *arena)
{
    struct vi_PropertyFilterSpec *spec = make(VI_PropertyFilterSpec, arena);
    struct vi_ObjectSpec *object = make(VI_ObjectSpec, arena);

    if (!spec || !object || !LIST(spec->propSet, query->view_count)
        || !LIST(spec->objectSet, 1) || !LIST(object->selectSet, query->hop_count))
        return NULL;
    object->obj = query->from;
    spec->objectSet.at[0] = object;
    for (size_t i = 0; i < query->view_count; i++)
        spec->propSet.at[i] = property_spec(&vi_types[query->views[i]], arena);
    for (size_t i = 0; i < query->hop_count; i++) {
        struct vi_TraversalSpec *hop = traversal_spec(&query->hops[i], arena);

        object->selectSet.at[i] = hop ? (struct vi_SelectionSpec *)(void *)hop : NULL;
    }
    return arena->failed ? NULL : spec;
}

void
vi_view_put(void *view, struct vx_str path, const struct vi_any *value,
            struct vx_arena *arena)
{
    static const size_t sizes[] = {
        [VI_IS_STRING] = sizeof(struct vx_str),
        [VI_IS_NUMBER] = sizeof(struct vi_number),
        [VI_IS_BOOLEAN] = sizeof(struct vi_number),
        [VI_IS_WORD] = sizeof(struct vi_word),
        [VI_IS_REF] = sizeof(struct vi_ref),
        [VI_IS_OBJECT] = sizeof(void *),
        [VI_IS_ANY] = sizeof(struct vi_any),
    };
    const struct vi_type *type = ((struct vi_object *)view)->type;

    for (size_t i = 0; i < type->count; i++) {
        const struct vi_member *member = &type->members[i];
        char *place = (char *)view + member->offset;

        if (!vx_str_eq(path, vx_str_c(member->name)))
            continue;
        memset(place, 0, member->many ? sizeof(struct vi_results) : sizes[member->is]);
        if (value && value->node)
            vi_decode_value(value->node, member, place, arena);
    }
}

/* ---- queries --------------------------------------------------------------------- */

struct asker {
    struct vmx_vi *vi;
    const struct vi_query *query;
    vi_each *each;
    void *data;
};

/* A cluster answers for what hosts by themselves are asked, too. */
static bool
is_of(struct vx_str type, struct vx_str wanted)
{
    return vx_str_eq(type, wanted)
           || (vx_str_eq(type, VX_STR("ClusterComputeResource"))
               && vx_str_eq(wanted, VX_STR("ComputeResource")));
}

/* The view that belongs to an object: of its type, or of what all are. */
static const struct vi_type *
view_for(const struct vi_query *query, struct vx_str type)
{
    for (size_t i = 0; i < query->view_count; i++) {
        const struct vi_type *view = &vi_types[query->views[i]];

        if (is_of(type, vx_str_c(view->of)) || query->view_count == 1)
            return view;
    }
    return NULL;
}

static bool
give_object(const struct asker *asker, const struct vi_ObjectContent *content,
            struct vx_arena *arena)
{
    const struct vi_type *type = view_for(asker->query, content->obj.type);
    struct vi_object *view;

    if (type == NULL)
        return true;
    view = vx_arena_zero(arena, type->size);
    if (view == NULL)
        return false;
    view->type = type;
    for (size_t i = 0; i < content->propSet.count; i++)
        vi_view_put(view, content->propSet.at[i]->name, &content->propSet.at[i]->val,
                    arena);
    return !arena->failed && asker->each(asker->data, content->obj, view);
}

static enum vmx_vi_status
give_objects(const struct asker *asker, struct vi_ObjectContent *const *objects,
             size_t count, struct vx_arena *arena)
{
    for (size_t i = 0; i < count; i++)
        if (!give_object(asker, objects[i], arena))
            return vi_fail(asker->vi, VMX_VI_ERR_NOMEM, "out of memory");
    return VMX_VI_OK;
}

/* What hosts before 4.1 have: everything at once. */
static enum vmx_vi_status
ask_at_once(const struct asker *asker, struct vi_PropertyFilterSpec *spec,
            struct vx_arena *arena)
{
    struct vi_RetrieveProperties call = {
        .is.type = &vi_types[VI_RetrieveProperties],
        .specSet = {&spec, 1},
    };
    struct vi_results *results;
    void *result;
    enum vmx_vi_status status = vi_call(
        asker->vi, asker->vi->content->propertyCollector, &call, arena, &result);

    if (status != VMX_VI_OK || result == NULL)
        return status;
    results = result;
    return give_objects(asker, results->at, results->count, arena);
}

/* A token, and the page that it stands for, which ends before the next one is read. */
struct page {
    char token[200];
    size_t size; /* 0: there is no more */
};

static enum vmx_vi_status
note_token(const struct asker *asker, const struct vi_RetrieveResult *result,
           struct page *page)
{
    page->size = result ? result->token.n : 0;
    if (page->size > sizeof(page->token))
        return vi_fail(asker->vi, VMX_VI_ERR_PROTOCOL,
                       "the token of a page is too long");
    if (page->size)
        memcpy(page->token, result->token.s, page->size);
    return VMX_VI_OK;
}

static enum vmx_vi_status
ask_page(const struct asker *asker, struct page *page, struct vx_arena *arena)
{
    struct vi_ContinueRetrievePropertiesEx call = {
        .is.type = &vi_types[VI_ContinueRetrievePropertiesEx],
        .token = vx_str_of(page->token, page->size),
    };
    const struct vi_RetrieveResult *result;
    void *value;
    enum vmx_vi_status status =
        vi_call(asker->vi, asker->vi->content->propertyCollector, &call, arena, &value);

    if (status != VMX_VI_OK)
        return status;
    result = value;
    status = give_objects(asker, result->objects.at, result->objects.count, arena);
    return status == VMX_VI_OK ? note_token(asker, result, page) : status;
}

static enum vmx_vi_status
ask_pages(const struct asker *asker, const struct vi_RetrieveResult *first)
{
    struct page page = {0};
    enum vmx_vi_status status = note_token(asker, first, &page);

    for (size_t pages = 1; status == VMX_VI_OK && page.size; pages++) {
        struct vx_arena arena;

        if (pages == PAGES_MAX)
            return vi_fail(asker->vi, VMX_VI_ERR_PROTOCOL,
                           "the host gives page after page, and no end");
        vx_arena_init(&arena, VI_MEMORY_MAX);
        status = ask_page(asker, &page, &arena);
        vx_arena_done(&arena);
    }
    return status;
}

static enum vmx_vi_status
ask(const struct asker *asker, struct vi_PropertyFilterSpec *spec,
    struct vx_arena *arena)
{
    struct vi_RetrieveOptions options = {.is.type = &vi_types[VI_RetrieveOptions]};
    struct vi_RetrievePropertiesEx call = {
        .is.type = &vi_types[VI_RetrievePropertiesEx],
        .specSet = {&spec, 1},
        .options = &options,
    };
    const struct vi_RetrieveResult *page;
    void *result;
    enum vmx_vi_status status = vi_call(
        asker->vi, asker->vi->content->propertyCollector, &call, arena, &result);

    page = result;
    if (status != VMX_VI_OK || page == NULL)
        return status;
    status = give_objects(asker, page->objects.at, page->objects.count, arena);
    return status == VMX_VI_OK ? ask_pages(asker, page) : status;
}

enum vmx_vi_status
vi_query(struct vmx_vi *vi, const struct vi_query *query, vi_each *each, void *data)
{
    const struct asker asker = {vi, query, each, data};
    struct vi_PropertyFilterSpec *spec;
    enum vmx_vi_status status;
    struct vx_arena arena;

    vx_arena_init(&arena, VI_MEMORY_MAX);
    spec = vi_filter_spec(query, &arena);
    if (spec == NULL)
        status = vi_fail(vi, VMX_VI_ERR_NOMEM, "out of memory");
    else if (vi->version && vi->version < 401)
        status = ask_at_once(&asker, spec, &arena);
    else
        status = ask(&asker, spec, &arena);
    vx_arena_done(&arena);
    return status;
}

/* ---- one object ------------------------------------------------------------------ */

enum vmx_vi_status
vi_get(struct vmx_vi *vi, struct vi_ref ref, enum vi_id view, struct vx_arena *arena,
       void **ret)
{
    const struct vi_query query = {.from = ref, .views = &view, .view_count = 1};
    struct vi_PropertyFilterSpec *spec = vi_filter_spec(&query, arena);
    struct vi_RetrieveProperties call = {
        .is.type = &vi_types[VI_RetrieveProperties],
        .specSet = {&spec, 1},
    };
    struct vi_ObjectContent *const *objects;
    struct vi_object *object = make(view, arena);
    struct vi_results *results;
    enum vmx_vi_status status;
    void *result;

    if (spec == NULL || object == NULL)
        return vi_fail(vi, VMX_VI_ERR_NOMEM, "out of memory");
    status = vi_call(vi, vi->content->propertyCollector, &call, arena, &result);
    if (status != VMX_VI_OK)
        return status;
    results = result;
    objects = results && results->count ? results->at : NULL;
    for (size_t i = 0; objects && i < objects[0]->propSet.count; i++)
        vi_view_put(object, objects[0]->propSet.at[i]->name,
                    &objects[0]->propSet.at[i]->val, arena);
    if (arena->failed) /* a question that was not read is not none */
        return vi_fail(vi, VMX_VI_ERR_NOMEM, "out of memory");
    *ret = object;
    return VMX_VI_OK;
}
