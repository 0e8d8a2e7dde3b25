/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Properties of objects, by the page. */
#include <stdio.h>
#include <stdlib.h>

#include "count.h"
#include "walk.h"

enum {
    DEPTH_MAX = 40,
};

/* Objects of pages to come, one XML text each. */
struct rest {
    struct rest *next;
    unsigned token;
    char **objects;
    size_t count, at;
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

bool
walk_wants(const struct object *object, const xmlNode *set)
{
    return type_is(object->type, node_text(node_child(set, "type")))
           || strcmp(node_text(node_child(set, "type")), "ManagedObject") == 0;
}

void
walk_keep(struct walk *walk, struct vx_buf *xml)
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
        if (!walk_wants(object, set))
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
        walk_keep(walk, &xml);
    } else {
        vx_buf_done(&xml);
    }
}

/* ---- retrieve -------------------------------------------------------------------- */

void
walk_go(struct walk *walk)
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
        walk_go(walk);
    }
}

void
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

const struct method property_methods[] = {
    {"CancelRetrievePropertiesEx", retrieve_no_more, false},
    {"ContinueRetrievePropertiesEx", retrieve_more, false},
    {"RetrieveProperties", retrieve, true},
    {"RetrievePropertiesEx", retrieve_ex, true},
    {NULL, NULL, false},
};

void
sessions_done(struct world *world)
{
    filters_done(world);
    while (world->sessions->rests)
        rest_drop(world, world->sessions->rests);
    while (world->sessions->first) {
        struct session *session = world->sessions->first;

        world->sessions->first = session->next;
        free(session);
    }
}
