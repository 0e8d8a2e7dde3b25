/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is new: filters of collectors, and those who wait for them. */
#include <stdlib.h>
#include <time.h>

#include "count.h"
#include "task.h"
#include "walk.h"

enum { WAIT_SLICE_MS = 100 };

struct filter {
    struct filter *next;
    struct object *object, *collector;
    xmlDoc *spec;
    uint64_t created;
};

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
        if (walk_wants(object, set))
            for (const xmlNode *path = node_child(set, "pathSet"); path;
                 path = node_next(path))
                put_change(walk, &xml, object, node_text(path));
    if (xml.size == empty && walk->since) {
        vx_buf_done(&xml);
        return;
    }
    vx_buf_lit(&xml, "</objectSet>");
    walk_keep(walk, &xml);
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

    walk_go(&walk);
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

const struct method update_methods[] = {
    {"CheckForUpdates", check_for_updates, false},
    {"CreateFilter", filter_create, false},
    {"CreatePropertyCollector", collector_create, false},
    {"DestroyPropertyCollector", collector_destroy, false},
    {"DestroyPropertyFilter", filter_destroy, false},
    {"WaitForUpdates", wait_for_updates, false},
    {"WaitForUpdatesEx", wait_for_updates_ex, false},
    {NULL, NULL, false},
};

void
filters_done(struct world *world)
{
    while (world->sessions->filters)
        filter_drop(world, world->sessions->filters);
}
