/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/tree.h"

#include "base/banned.h"

/* The attribute itself; domain XML's have no namespace, and others were left out. */
static struct vx_attr *
attr_of(const struct vx_node *element, struct vx_str name)
{
    for (struct vx_attr *attr = element ? element->attrs : NULL; attr;
         attr = attr->next)
        if (vx_str_eq(attr->name, name))
            return attr;
    return NULL;
}

/* Takes ` name='value'` off `with`. */
static bool
next_attr(struct vx_str *with, struct vx_str *name, struct vx_str *value)
{
    struct vx_str rest = vx_str_trim(*with);
    ptrdiff_t equals = vx_str_find(rest, '='), end;

    if (equals < 1 || (size_t)equals + 2 > rest.n)
        return false;
    *name = vx_str_of(rest.s, (size_t)equals);
    rest = vx_str_skip(rest, (size_t)equals + 2);
    end = vx_str_find(rest, '\'');
    if (end < 0)
        return false;
    *value = vx_str_of(rest.s, (size_t)end);
    *with = vx_str_skip(rest, (size_t)end + 1);
    return true;
}

/* What tells one element from others of its name. */
static bool
is_telling(struct vx_str name)
{
    return vx_str_eq(name, VX_STR("name")) || vx_str_eq(name, VX_STR("type"));
}

/* Has it these attributes?  One that is missing is what libvirt would fill in. */
static bool
has_attrs(const struct vx_node *element, const char *wanted)
{
    struct vx_str with, name, value;

    if (wanted == NULL)
        return true;
    with = vx_str_c(wanted);
    while (next_attr(&with, &name, &value)) {
        const struct vx_attr *attr = attr_of(element, name);

        if (attr ? !vx_str_eq(attr->value, value) : is_telling(name))
            return false;
    }
    return true;
}

/* What was asked for by its attributes has said them. */
static void
mark_attrs(struct vx_node *element, const char *wanted)
{
    struct vx_str with = vx_str_c(wanted), name, value;

    while (with.n && next_attr(&with, &name, &value)) {
        struct vx_attr *attr = attr_of(element, name);

        if (attr)
            attr->read = true;
    }
}

static struct vx_node *
first_of(struct vx_node *child, struct vx_str name, const char *with)
{
    for (; child; child = child->next)
        if (child->space.s == NULL && vx_str_eq(child->name, name)
            && has_attrs(child, with))
            return child;
    return NULL;
}

struct vx_node *
vx_xml_find(struct vx_node *element, const char *path, const char *with)
{
    const char *slash;

    if (path[0] == '\0' && !has_attrs(element, with))
        return NULL;
    for (; path[0] && element; path = slash ? slash + 1 : "") {
        slash = strchr(path, '/');
        element =
            first_of(element->children,
                     vx_str_of(path, slash ? (size_t)(slash - path) : strlen(path)),
                     slash ? NULL : with);
        if (element)
            element->read = true;
    }
    if (element && with)
        mark_attrs(element, with);
    return element;
}

struct vx_node *
vx_xml_child(struct vx_node *element, const char *name)
{
    return first_of(element->children, vx_str_c(name), NULL);
}

struct vx_node *
vx_xml_next(const struct vx_node *before, const char *name)
{
    return first_of(before->next, vx_str_c(name), NULL);
}

struct vx_str
vx_xml_value(struct vx_node *element, const char *attr)
{
    struct vx_attr *found;

    if (element == NULL)
        return VX_STR_NONE;
    element->read = true;
    if (attr == NULL) {
        element->text_read = true;
        return element->text.s ? element->text : VX_STR("");
    }
    found = attr_of(element, vx_str_c(attr));
    if (found == NULL)
        return VX_STR_NONE;
    found->read = true;
    return found->value;
}

struct vx_str
vx_xml_at_path(struct vx_node *element, const char *path, const char *attr)
{
    return vx_xml_value(vx_xml_find(element, path, NULL), attr);
}

bool
vx_xml_attr_is(const struct vx_node *element, const char *attr, const char *word)
{
    const struct vx_attr *found = attr_of(element, vx_str_c(attr));

    return found && vx_str_eq(found->value, vx_str_c(word));
}

struct vx_str
vx_xml_peek(const struct vx_node *element, const char *attr)
{
    const struct vx_attr *found = attr_of(element, vx_str_c(attr));

    return found ? found->value : VX_STR_NONE;
}

void
vx_xml_set(struct vx_arena *arena, struct vx_node *element, const char *attr,
           struct vx_str value)
{
    struct vx_attr **end = &element->attrs;

    while (*end && !vx_str_eq((*end)->name, vx_str_c(attr)))
        end = &(*end)->next;
    if (value.s == NULL) {
        if (*end)
            *end = (*end)->next;
        return;
    }
    if (*end == NULL) {
        *end = vx_arena_zero(arena, sizeof(**end));
        if (*end == NULL)
            return;
        (*end)->name = vx_str_c(attr);
    }
    (*end)->value = value;
    (*end)->read = true;
}

enum { KINDS_MAX = 64 }; /* names of children; domain XML has half as many */

/* Of more names than that the rest are not counted: a path then tells less. */
static void
count_kind(struct vx_node *parent, struct vx_node *node)
{
    struct vx_node **kind = &parent->kinds;
    size_t names = 0;

    while (*kind && names < KINDS_MAX && !vx_str_eq((*kind)->name, node->name)) {
        kind = &(*kind)->next_kind;
        names++;
    }
    if (*kind == NULL)
        *kind = node;
    node->first = names < KINDS_MAX ? *kind : node;
    node->place = ++node->first->count;
}

void
vx_xml_hang(struct vx_node *parent, struct vx_node *node)
{
    node->parent = parent;
    if (parent->last)
        parent->last->next = node;
    else
        parent->children = node;
    parent->last = node;
    count_kind(parent, node);
}

struct vx_node *
vx_xml_add(struct vx_arena *arena, struct vx_node *parent, const char *name)
{
    struct vx_node *node = vx_arena_zero(arena, sizeof(*node));

    if (node == NULL)
        return NULL;
    node->name = vx_str_c(name);
    node->line = parent->line;
    vx_xml_hang(parent, node);
    return node;
}

void
vx_xml_pass(struct vx_node *element)
{
    if (element)
        element->passed = true;
}

struct vx_span
vx_xml_span(const struct vx_node *node)
{
    return node ? (struct vx_span){0, 0, node->line, 1} : VX_NO_SPAN;
}
