/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looking at a foreign domain's tree and changing it; knows no element by name. */
#include "map/foreign_part.h"

#include "base/banned.h"

/* The namespace that hidden elements are put in. */
static const struct vx_str hidden = {"urn:libvmx:hidden", 17};

/* ---- looking --------------------------------------------------------------------- */

static struct vx_node *
child_of(struct vx_node *child, struct vx_str name)
{
    while (child && (child->space.s || !vx_str_eq(child->name, name)))
        child = child->next;
    return child;
}

/* Takes the first part off a path. */
static struct vx_str
next_part(struct vx_str *path)
{
    ptrdiff_t slash = vx_str_find(*path, '/');
    struct vx_str part = vx_str_of(path->s, slash < 0 ? path->n : (size_t)slash);

    *path = slash < 0 ? vx_str_of(path->s + path->n, 0)
                      : vx_str_skip(*path, (size_t)slash + 1);
    return part;
}

struct vx_node *
vx_foreign_at(struct vx_node *element, const char *path)
{
    struct vx_str rest = vx_str_c(path);

    while (rest.n && element)
        element = child_of(element->children, next_part(&rest));
    return element;
}

/* ---- changing -------------------------------------------------------------------- */

void
vx_edit_drop(struct vx_node *element, const char *attr)
{
    struct vx_attr **end = &element->attrs;

    while (*end && !vx_str_eq((*end)->name, vx_str_c(attr)))
        end = &(*end)->next;
    if (*end)
        *end = (*end)->next;
}

void
vx_edit_hide(struct vx_node *element)
{
    if (element)
        element->space = hidden;
}

void
vx_edit_hide_all(struct vx_node *element, const char *name)
{
    for (struct vx_node *child = element->children; child; child = child->next)
        if (child->space.s == NULL
            && (name == NULL || vx_str_eq(child->name, vx_str_c(name))))
            vx_edit_hide(child);
}

struct vx_node *
vx_edit_add(struct vx_foreign *f, struct vx_node *parent, const char *name)
{
    struct vx_node *made = vx_xml_add(f->map->arena, parent, name);

    if (made)
        made->read = true;
    return made;
}

struct vx_node *
vx_edit_child(struct vx_foreign *f, struct vx_node *parent, const char *name)
{
    struct vx_node *child = child_of(parent->children, vx_str_c(name));

    return child ? child : vx_edit_add(f, parent, name);
}

/* ---- telling --------------------------------------------------------------------- */

void
vx_foreign_note(struct vx_foreign *f, enum vx_code code,
                enum vmx_loss_category category, struct vx_node *element,
                const char *attr, const char *what, const char *advice)
{
    bool passed = element->passed;

    vx_back_loss(f->map, code, category, element, attr, what, advice);
    element->passed = passed;
}

void
vx_foreign_lose(struct vx_foreign *f, enum vx_code code,
                enum vmx_loss_category category, struct vx_node *element,
                const char *what, const char *advice)
{
    vx_back_loss(f->map, code, category, element, NULL, what, advice);
    vx_edit_hide(element);
}

/* ---- rules ----------------------------------------------------------------------- */

static bool
fits(const struct vx_foreign_rule *rule, struct vx_node *element)
{
    struct vx_node *asked;

    if (rule->attr == NULL)
        return true;
    asked = vx_foreign_at(element, rule->below);
    return asked && vx_xml_attr_is(asked, rule->attr, rule->word);
}

static void
apply(struct vx_foreign *f, const struct vx_foreign_rule *rule, struct vx_node *element,
      bool *said)
{
    bool say = rule->say == VX_SAY_EACH || (rule->say == VX_SAY_ONCE && !*said);

    *said = true;
    if (say)
        vx_back_loss(f->map, (enum vx_code)rule->code,
                     (enum vmx_loss_category)rule->category, element, NULL, rule->what,
                     rule->advice);
    vx_edit_hide(element);
}

void
vx_foreign_rules(struct vx_foreign *f, const struct vx_foreign_rule *rules,
                 size_t count)
{
    for (const struct vx_foreign_rule *rule = rules; rule < rules + count; rule++) {
        struct vx_str path = vx_str_c(rule->path), name = next_part(&path);
        struct vx_node *parent = f->domain;
        bool said = false;

        for (; path.n && parent; name = next_part(&path))
            parent = child_of(parent->children, name);
        if (parent) /* what is left of it without the child needs no report */
            parent->read = true;
        for (struct vx_node *element = parent ? child_of(parent->children, name) : NULL;
             element; element = child_of(element->next, name))
            if (fits(rule, element))
                apply(f, rule, element, &said);
    }
}
