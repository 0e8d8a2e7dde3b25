/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/tree.h"

#include "base/banned.h"

/* The attribute itself; domain XML's have no namespace, and others were left out. */
static struct vx_attr *
attr_of(const struct vx_node *element, struct vx_str name)
{
    for (struct vx_attr *attr = element->attrs; attr; attr = attr->next)
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
