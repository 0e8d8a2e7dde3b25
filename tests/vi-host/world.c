/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void *
must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

char *
text_of(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    int size;

    va_start(args, format);
    size = vasprintf(&text, format, args);
    va_end(args);
    return must(size < 0 ? NULL : text);
}

void
put_escaped(struct vx_buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '<')
            vx_buf_lit(out, "&lt;");
        else if (*text == '>')
            vx_buf_lit(out, "&gt;");
        else if (*text == '&')
            vx_buf_lit(out, "&amp;");
        else if ((unsigned char)*text < ' ')
            vx_buf_printf(out, "&#%d;", *text);
        else
            vx_buf_char(out, *text);
    }
}

void
put_element(struct vx_buf *out, const char *name, const char *text)
{
    vx_buf_printf(out, "<%s>", name);
    put_escaped(out, text);
    vx_buf_printf(out, "</%s>", name);
}

/* ---- objects --------------------------------------------------------------------- */

void
world_init(struct world *world)
{
    pthread_condattr_t clock;

    *world = (struct world){.page = 0};
    world->last = &world->first;
    world->buckets = must(calloc(BUCKETS, sizeof(struct object *)));
    world->next_ref = 1;
    pthread_mutex_init(&world->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&world->news, &clock);
    pthread_condattr_destroy(&clock);
}

void
lock(struct world *world)
{
    pthread_mutex_lock(&world->lock);
}

void
unlock(struct world *world)
{
    pthread_mutex_unlock(&world->lock);
}

static size_t
bucket_of(const char *ref)
{
    size_t hash = 5381;

    for (; *ref; ref++)
        hash = hash * 33 + (unsigned char)*ref;
    return hash % BUCKETS;
}

struct object *
object_new(struct world *world, const char *type, const char *ref)
{
    struct object *object = must(calloc(1, sizeof(*object)));
    struct object **bucket = &world->buckets[bucket_of(ref)];

    object->type = text_of("%s", type);
    object->ref = text_of("%s", ref);
    object->bucket = *bucket;
    *bucket = object;
    *world->last = object;
    world->last = &object->next;
    return object;
}

struct object *
object_get(const struct world *world, const char *ref)
{
    for (struct object *o = world->buckets[bucket_of(ref)]; o; o = o->bucket)
        if (!o->gone && strcmp(o->ref, ref) == 0)
            return o;
    return NULL;
}

bool
type_is(const char *type, const char *wanted)
{
    static const char *const is[][2] = {
        {"ClusterComputeResource", "ComputeResource"},
        {"ComputeResource", "ManagedEntity"},
        {"Datacenter", "ManagedEntity"},
        {"Datastore", "ManagedEntity"},
        {"Folder", "ManagedEntity"},
        {"HostSystem", "ManagedEntity"},
        {"Network", "ManagedEntity"},
        {"ResourcePool", "ManagedEntity"},
        {"VirtualApp", "ResourcePool"},
        {"VirtualMachine", "ManagedEntity"},
    };

    if (strcmp(type, wanted) == 0)
        return true;
    for (size_t i = 0; i < VX_COUNT(is); i++)
        if (strcmp(type, is[i][0]) == 0 && type_is(is[i][1], wanted))
            return true;
    return false;
}

/* ---- properties ------------------------------------------------------------------ */

struct prop *
prop_get(const struct object *object, const char *name)
{
    for (struct prop *prop = object->props; prop; prop = prop->next)
        if (strcmp(prop->name, name) == 0)
            return prop;
    return NULL;
}

const char *
prop_text(const struct object *object, const char *name)
{
    const struct prop *prop = prop_get(object, name);

    return prop && prop->value ? prop->value : "";
}

/* The property, empty, as one that changes now. */
static struct prop *
change(struct world *world, struct object *object, const char *name, const char *type)
{
    struct prop **at = &object->props, *prop;

    while (*at && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    prop = *at;
    if (prop == NULL) {
        prop = *at = must(calloc(1, sizeof(*prop)));
        prop->name = text_of("%s", name);
    }
    if (type) {
        free(prop->type);
        prop->type = text_of("%s", type);
    }
    free(prop->value);
    prop->value = NULL;
    prop->changed = ++world->version;
    pthread_cond_broadcast(&world->news);
    return prop;
}

void
set_xml(struct world *world, struct object *object, const char *name, const char *type,
        const char *xml)
{
    char *copy = text_of("%s", xml);

    change(world, object, name, type)->value = copy;
}

void
set_text(struct world *world, struct object *object, const char *name, const char *type,
         const char *text)
{
    struct vx_buf xml = VX_BUF(TEXT_MAX);

    put_escaped(&xml, text);
    vx_buf_char(&xml, '\0');
    set_xml(world, object, name, type, must(xml.data));
    vx_buf_done(&xml);
}

void
set_string(struct world *world, struct object *object, const char *name,
           const char *text)
{
    set_text(world, object, name, "xsd:string", text);
}

void
set_number(struct world *world, struct object *object, const char *name,
           const char *type, int64_t number)
{
    char text[32];

    snprintf(text, sizeof(text), "%lld", (long long)number);
    set_xml(world, object, name, type, text);
}

void
set_bool(struct world *world, struct object *object, const char *name, bool value)
{
    set_xml(world, object, name, "xsd:boolean", value ? "true" : "false");
}

void
unset(struct world *world, struct object *object, const char *name)
{
    if (prop_get(object, name))
        change(world, object, name, NULL)->ref_count = 0;
}

static void
push_ref(struct prop *prop, struct object *target)
{
    prop->refs =
        must(reallocarray(prop->refs, prop->ref_count + 1, sizeof(struct object *)));
    prop->refs[prop->ref_count++] = target;
}

void
set_ref(struct world *world, struct object *object, const char *name,
        struct object *target)
{
    struct prop *prop = change(world, object, name, "ManagedObjectReference");

    prop->ref_count = 0;
    push_ref(prop, target);
}

void
add_ref(struct world *world, struct object *object, const char *name,
        struct object *target)
{
    struct prop *prop = change(world, object, name, "ArrayOfManagedObjectReference");

    prop->is_list = true;
    if (target)
        push_ref(prop, target);
}

void
drop_ref(struct world *world, struct object *object, const char *name,
         const struct object *target)
{
    struct prop *prop = change(world, object, name, NULL);
    size_t kept = 0;

    for (size_t i = 0; i < prop->ref_count; i++)
        if (prop->refs[i] != target)
            prop->refs[kept++] = prop->refs[i];
    prop->ref_count = kept;
}

void
object_drop(struct world *world, struct object *object)
{
    object->gone = true;
    for (struct object *other = world->first; other; other = other->next)
        for (struct prop *prop = other->props; prop; prop = prop->next)
            for (size_t i = 0; i < prop->ref_count; i++)
                if (prop->refs[i] == object)
                    drop_ref(world, other, prop->name, object);
}

bool
prop_put(struct vx_buf *out, const struct prop *prop)
{
    if (!prop->value && !prop->ref_count && !prop->is_list)
        return false;
    if (prop->value) {
        vx_buf_printf(out, "<val xsi:type=\"%s\">", prop->type);
        vx_buf_str(out, vx_str_c(prop->value));
    } else if (!prop->is_list) {
        vx_buf_printf(out, "<val xsi:type=\"ManagedObjectReference\" type=\"%s\">",
                      prop->refs[0]->type);
        put_escaped(out, prop->refs[0]->ref);
    } else {
        vx_buf_lit(out, "<val xsi:type=\"ArrayOfManagedObjectReference\">");
        for (size_t i = 0; i < prop->ref_count; i++) {
            vx_buf_printf(out,
                          "<ManagedObjectReference xsi:type=\"ManagedObjectReference\""
                          " type=\"%s\">",
                          prop->refs[i]->type);
            put_escaped(out, prop->refs[i]->ref);
            vx_buf_lit(out, "</ManagedObjectReference>");
        }
    }
    vx_buf_lit(out, "</val>");
    return true;
}

/* ---- the end --------------------------------------------------------------------- */

static void
prop_free(struct prop *prop)
{
    free(prop->name);
    free(prop->type);
    free(prop->value);
    free(prop->refs);
    free(prop);
}

void
world_done(struct world *world)
{
    while (world->first) {
        struct object *object = world->first;

        world->first = object->next;
        while (object->props) {
            struct prop *prop = object->props;

            object->props = prop->next;
            prop_free(prop);
        }
        free(object->type);
        free(object->ref);
        free(object);
    }
    free(world->buckets);
    pthread_cond_destroy(&world->news);
    pthread_mutex_destroy(&world->lock);
}
