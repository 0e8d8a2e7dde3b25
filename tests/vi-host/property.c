/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Properties of objects, found by hops from one to the other; by the page; and what is
 * new of them. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "call.h"
#include "count.h"
#include "task.h"

enum {
    DEPTH_MAX = 40,
    WAIT_SLICE_MS = 100,
};

struct filter {
    struct filter *next;
    struct object *object, *collector;
    xmlDoc *spec;
    uint64_t created;
};

/* Objects of pages to come, one XML text each. */
struct rest {
    struct rest *next;
    unsigned token;
    char **objects;
    size_t count, at;
};

struct walk {
    struct call *call;
    const xmlNode *spec; /* PropertyFilterSpec */
    void (*each)(struct walk *walk, struct object *object);
    uint64_t since; /* only what has changed after */
    const char *element;
    char **objects; /* what was found, as XML */
    size_t count;
};

/* ---- hops ------------------------------------------------------------------------ */

static void hop(struct walk *walk, struct object *from, const xmlNode *owner,
                int depth);

static void
visit(struct walk *walk, struct object *object)
{
    if (object->seen == walk->call->world->walk)
        return;
    object->seen = walk->call->world->walk;
    walk->each(walk, object);
}

/* The hop with this name, anywhere in the request. */
static const xmlNode *
hop_named(const xmlNode *owner, const char *name)
{
    for (const xmlNode *at = node_child(owner, "selectSet"); at; at = node_next(at)) {
        const xmlNode *inner;

        if (node_child(at, "path")
            && strcmp(node_text(node_child(at, "name")), name) == 0)
            return at;
        inner = hop_named(at, name);
        if (inner)
            return inner;
    }
    return NULL;
}

static const xmlNode *
hop_resolve(const struct walk *walk, const xmlNode *hop)
{
    const char *name = node_text(node_child(hop, "name"));

    if (node_child(hop, "path"))
        return hop;
    for (const xmlNode *at = node_child(walk->spec, "objectSet"); at;
         at = node_next(at)) {
        const xmlNode *found = hop_named(at, name);

        if (found)
            return found;
    }
    return NULL;
}

static void
follow(struct walk *walk, struct object *from, const xmlNode *step, int depth)
{
    const struct prop *prop;

    step = hop_resolve(walk, step);
    if (!step || !type_is(from->type, node_text(node_child(step, "type"))))
        return;
    prop = prop_get(from, node_text(node_child(step, "path")));
    for (size_t i = 0; prop && i < prop->ref_count; i++) {
        if (strcmp(node_text(node_child(step, "skip")), "true") != 0)
            visit(walk, prop->refs[i]);
        hop(walk, prop->refs[i], step, depth + 1);
    }
}

static void
hop(struct walk *walk, struct object *from, const xmlNode *owner, int depth)
{
    if (depth > DEPTH_MAX)
        return;
    for (const xmlNode *at = node_child(owner, "selectSet"); at; at = node_next(at))
        follow(walk, from, at, depth);
}

/* ---- one object ------------------------------------------------------------------ */

static void
put_prop(struct walk *walk, struct vx_buf *out, struct object *object, const char *path)
{
    const struct prop *prop = prop_get(object, path);
    size_t before = out->size;

    if (prop == NULL || prop->changed <= walk->since)
        return;
    vx_buf_printf(out, "<propSet><name>%s</name>", path);
    if (prop_put(out, prop))
        vx_buf_lit(out, "</propSet>");
    else
        out->size = before;
}

/* The session of who asks is a property that all see otherwise. */
static void
set_special(struct walk *walk, struct object *object)
{
    struct call *call = walk->call;
    char *xml;

    if (strcmp(object->type, "SessionManager") != 0)
        return;
    if (call->session == NULL) {
        unset(call->world, object, "currentSession");
        return;
    }
    xml = text_of("<key>%s</key><userName>%s</userName><fullName>%s</fullName>"
                  "<loginTime>2026-01-02T03:04:05.000000Z</loginTime><lastActiveTime>"
                  "2026-01-02T03:04:05.000000Z</lastActiveTime><locale>en</locale>"
                  "<messageLocale>en</messageLocale>",
                  call->session->key, call->world->user, call->world->user);
    set_xml(call->world, object, "currentSession", "UserSession", xml);
    free(xml);
}

static bool
is_wanted(const struct object *object, const xmlNode *set)
{
    return type_is(object->type, node_text(node_child(set, "type")))
           || strcmp(node_text(node_child(set, "type")), "ManagedObject") == 0;
}

static void
keep(struct walk *walk, struct vx_buf *xml)
{
    vx_buf_char(xml, '\0');
    walk->objects = must(reallocarray(walk->objects, walk->count + 1, sizeof(char *)));
    walk->objects[walk->count++] = must(xml->data);
}

static void
put_sets(struct walk *walk, struct vx_buf *out, struct object *object,
         const xmlNode *set)
{
    if (strcmp(node_text(node_child(set, "all")), "true") == 0)
        for (const struct prop *prop = object->props; prop; prop = prop->next)
            put_prop(walk, out, object, prop->name);
    for (const xmlNode *path = node_child(set, "pathSet"); path; path = node_next(path))
        put_prop(walk, out, object, node_text(path));
}

static void
retrieve_one(struct walk *walk, struct object *object)
{
    struct vx_buf xml = VX_BUF(TEXT_MAX);
    bool wanted = false;

    for (const xmlNode *set = node_child(walk->spec, "propSet"); set;
         set = node_next(set)) {
        if (!is_wanted(object, set))
            continue;
        if (!wanted) {
            set_special(walk, object);
            vx_buf_printf(&xml, "<%s>", walk->element);
            put_ref(&xml, "obj", object);
        }
        wanted = true;
        put_sets(walk, &xml, object, set);
    }
    if (wanted) {
        vx_buf_printf(&xml, "</%s>", walk->element);
        keep(walk, &xml);
    } else {
        vx_buf_done(&xml);
    }
}

/* ---- retrieve -------------------------------------------------------------------- */

static void
go(struct walk *walk)
{
    walk->call->world->walk++;
    for (const xmlNode *at = node_child(walk->spec, "objectSet"); at;
         at = node_next(at)) {
        struct object *object =
            object_get(walk->call->world, node_text(node_child(at, "obj")));

        if (object == NULL) {
            call_fail(walk->call, "ManagedObjectNotFound",
                      "The object '%s' has already been deleted or has not been "
                      "completely created",
                      node_text(node_child(at, "obj")));
            return;
        }
        if (strcmp(node_text(node_child(at, "skip")), "true") != 0)
            visit(walk, object);
        hop(walk, object, at, 0);
    }
}

/* Who is not logged in may ask about the session, and nothing else. */
static bool
may_ask(struct call *call)
{
    const struct object *object = object_get(
        call->world,
        node_text(node_child(node_child(node_child(call->node, "specSet"), "objectSet"),
                             "obj")));

    if (call->session || (object && strcmp(object->type, "SessionManager") == 0))
        return true;
    call_fail(call, "NotAuthenticated", "The session is not authenticated.");
    return false;
}

static void
find(struct walk *walk)
{
    for (const xmlNode *spec = node_child(walk->call->node, "specSet"); spec;
         spec = node_next(spec)) {
        walk->spec = spec;
        go(walk);
    }
}

static void
walk_done(struct walk *walk)
{
    for (size_t i = 0; i < walk->count; i++)
        free(walk->objects[i]);
    free(walk->objects);
}

static void
retrieve(struct call *call)
{
    struct walk walk = {.call = call, .each = retrieve_one, .element = "returnval"};

    if (!may_ask(call))
        return;
    find(&walk);
    for (size_t i = 0; i < walk.count; i++)
        vx_buf_str(&call->out, vx_str_c(walk.objects[i]));
    walk_done(&walk);
}

static void
put_page(struct call *call, struct rest *rest)
{
    size_t count = rest->count - rest->at;

    if (call->world->page && count > call->world->page)
        count = call->world->page;
    count_up(call->world, "pages");
    vx_buf_lit(&call->out, "<returnval>");
    if (rest->at + count < rest->count)
        vx_buf_printf(&call->out, "<token>%u</token>", rest->token);
    for (size_t i = 0; i < count; i++)
        vx_buf_str(&call->out, vx_str_c(rest->objects[rest->at++]));
    vx_buf_lit(&call->out, "</returnval>");
}

static void
rest_drop(struct world *world, struct rest *rest)
{
    struct rest **at = &world->sessions->rests;

    while (*at != rest)
        at = &(*at)->next;
    *at = rest->next;
    for (size_t i = 0; i < rest->count; i++)
        free(rest->objects[i]);
    free(rest->objects);
    free(rest);
}

static void
retrieve_ex(struct call *call)
{
    struct walk walk = {.call = call, .each = retrieve_one, .element = "objects"};
    struct rest *rest;

    if (!may_ask(call))
        return;
    find(&walk);
    if (call->fault || walk.count == 0) {
        walk_done(&walk);
        return;
    }
    rest = must(calloc(1, sizeof(*rest)));
    *rest = (struct rest){
        .next = call->world->sessions->rests,
        .token =
            call->world->sessions->rests ? call->world->sessions->rests->token + 1 : 0,
        .objects = walk.objects,
        .count = walk.count,
    };
    call->world->sessions->rests = rest;
    put_page(call, rest);
    if (rest->at == rest->count)
        rest_drop(call->world, rest);
}

static struct rest *
rest_get(struct call *call)
{
    struct rest *rest = call->world->sessions->rests;
    char token[16];

    for (; rest; rest = rest->next) {
        snprintf(token, sizeof(token), "%u", rest->token);
        if (strcmp(arg(call, "token"), token) == 0)
            return rest;
    }
    call_fail(call, "InvalidArgument", "There is no page '%s'.", arg(call, "token"));
    return NULL;
}

static void
retrieve_more(struct call *call)
{
    struct rest *rest = rest_get(call);

    if (rest == NULL)
        return;
    put_page(call, rest);
    if (rest->at == rest->count)
        rest_drop(call->world, rest);
}

static void
retrieve_no_more(struct call *call)
{
    struct rest *rest = rest_get(call);

    if (rest)
        rest_drop(call->world, rest);
}

/* ---- filters --------------------------------------------------------------------- */

static void
collector_create(struct call *call)
{
    char *ref = text_of("session-collector-%u", call->world->next_ref++);

    count_add(call->world, "collectors", 1);
    put_ref(&call->out, "returnval", object_new(call->world, "PropertyCollector", ref));
    free(ref);
}

static void
filter_drop(struct world *world, struct filter *filter)
{
    struct filter **at = &world->sessions->filters;

    while (*at != filter)
        at = &(*at)->next;
    *at = filter->next;
    object_drop(world, filter->object);
    xmlFreeDoc(filter->spec);
    free(filter);
    count_add(world, "filters", -1);
}

static void
collector_destroy(struct call *call)
{
    struct filter *next;

    for (struct filter *at = call->world->sessions->filters; at; at = next) {
        next = at->next;
        if (at->collector == call->self)
            filter_drop(call->world, at);
    }
    object_drop(call->world, call->self);
    count_add(call->world, "collectors", -1);
}

static void
filter_create(struct call *call)
{
    struct filter *filter = must(calloc(1, sizeof(*filter)));
    const xmlNode *spec = node_child(call->node, "spec");
    char *ref = text_of("filter-%u", call->world->next_ref++);

    filter->spec = must(xmlNewDoc((const xmlChar *)"1.0"));
    if (spec)
        xmlDocSetRootElement(
            filter->spec,
            must(xmlDocCopyNode((xmlNode *)(uintptr_t)spec, filter->spec, 1)));
    filter->object = object_new(call->world, "PropertyFilter", ref);
    filter->collector = call->self;
    filter->created = ++call->world->version;
    filter->next = call->world->sessions->filters;
    call->world->sessions->filters = filter;
    count_add(call->world, "filters", 1);
    put_ref(&call->out, "returnval", filter->object);
    free(ref);
}

static void
filter_destroy(struct call *call)
{
    for (struct filter *at = call->world->sessions->filters; at; at = at->next)
        if (at->object == call->self) {
            filter_drop(call->world, at);
            return;
        }
}

/* ---- updates --------------------------------------------------------------------- */

static void
put_change(struct walk *walk, struct vx_buf *out, struct object *object,
           const char *path)
{
    const struct prop *prop = prop_get(object, path);

    if (prop == NULL || prop->changed <= walk->since)
        return;
    vx_buf_printf(out, "<changeSet><name>%s</name><op>assign</op>", path);
    prop_put(out, prop);
    vx_buf_lit(out, "</changeSet>");
}

static void
update_one(struct walk *walk, struct object *object)
{
    struct vx_buf xml = VX_BUF(TEXT_MAX);
    size_t empty;

    vx_buf_printf(&xml, "<objectSet><kind>%s</kind>", walk->since ? "modify" : "enter");
    put_ref(&xml, "obj", object);
    empty = xml.size;
    for (const xmlNode *set = node_child(walk->spec, "propSet"); set;
         set = node_next(set))
        if (is_wanted(object, set))
            for (const xmlNode *path = node_child(set, "pathSet"); path;
                 path = node_next(path))
                put_change(walk, &xml, object, node_text(path));
    if (xml.size == empty && walk->since) {
        vx_buf_done(&xml);
        return;
    }
    vx_buf_lit(&xml, "</objectSet>");
    keep(walk, &xml);
}

static uint64_t
version_of(const char *text)
{
    uint64_t version = 0;

    for (; vx_is_digit((unsigned char)*text); text++)
        version = version * 10 + (uint64_t)(*text - '0');
    return version;
}

static bool
put_filter(struct call *call, const struct filter *filter, uint64_t since)
{
    struct walk walk = {
        .call = call,
        .each = update_one,
        .spec = xmlDocGetRootElement(filter->spec),
        .since = filter->created > since ? 0 : since,
    };

    go(&walk);
    if (walk.count) {
        vx_buf_lit(&call->out, "<filterSet>");
        put_ref(&call->out, "filter", filter->object);
        for (size_t i = 0; i < walk.count; i++)
            vx_buf_str(&call->out, vx_str_c(walk.objects[i]));
        vx_buf_lit(&call->out, "</filterSet>");
    }
    walk_done(&walk);
    return walk.count > 0;
}

static bool
put_updates(struct call *call, uint64_t since)
{
    bool any = false;

    call->out.size = 0;
    vx_buf_printf(&call->out, "<returnval><version>%llu</version>",
                  (unsigned long long)call->world->version);
    for (struct filter *at = call->world->sessions->filters; at; at = at->next)
        if (at->collector == call->self)
            any |= put_filter(call, at, since);
    vx_buf_lit(&call->out, "</returnval>");
    if (!any)
        call->out.size = 0;
    return any;
}

static void
wait_slice(struct world *world)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += WAIT_SLICE_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_cond_timedwait(&world->news, &world->lock, &until);
}

/* An answer without updates when the time is over; `ms` 0 waits for ever. */
static void
wait_for(struct call *call, uint64_t ms)
{
    uint64_t since = version_of(arg(call, "version")), end = now_ms() + ms;
    uint64_t looked = UINT64_MAX;

    while (!call_is_over(call)) {
        if (looked != call->world->version && put_updates(call, since))
            return;
        looked = call->world->version;
        if (call->self->gone) {
            call_fail(call, "RequestCanceled", "The collector is no more.");
            return;
        }
        if (ms && now_ms() >= end)
            return;
        wait_slice(call->world);
    }
    call_fail(call, "RequestCanceled", "Nobody waits any more.");
}

static void
wait_for_updates(struct call *call)
{
    wait_for(call, 0);
}

static void
wait_for_updates_ex(struct call *call)
{
    const xmlNode *options = node_child(call->node, "options");
    uint64_t seconds = version_of(node_text(node_child(options, "maxWaitSeconds")));

    wait_for(call, seconds ? seconds * 1000 : 1);
}

static void
check_for_updates(struct call *call)
{
    put_updates(call, version_of(arg(call, "version")));
}

const struct method property_methods[] = {
    {"CancelRetrievePropertiesEx", retrieve_no_more, false},
    {"CheckForUpdates", check_for_updates, false},
    {"ContinueRetrievePropertiesEx", retrieve_more, false},
    {"CreateFilter", filter_create, false},
    {"CreatePropertyCollector", collector_create, false},
    {"DestroyPropertyCollector", collector_destroy, false},
    {"DestroyPropertyFilter", filter_destroy, false},
    {"RetrieveProperties", retrieve, true},
    {"RetrievePropertiesEx", retrieve_ex, true},
    {"WaitForUpdates", wait_for_updates, false},
    {"WaitForUpdatesEx", wait_for_updates_ex, false},
    {NULL, NULL, false},
};

void
sessions_done(struct world *world)
{
    while (world->sessions->filters)
        filter_drop(world, world->sessions->filters);
    while (world->sessions->rests)
        rest_drop(world, world->sessions->rests);
    while (world->sessions->first) {
        struct session *session = world->sessions->first;

        world->sessions->first = session->next;
        free(session);
    }
}
