/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Elements into structures, by their rows. */
#include "base/num.h"
#include "vi/soap.h"

#include "base/banned.h"

/* What every array of a structure looks like. */
struct list {
    void *at;
    size_t count;
};

const struct vi_type *
vi_type_find(struct vx_str name)
{
    size_t low = 0, high = vi_type_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct vx_str there = vx_str_c(vi_types[middle].name);
        int order =
            memcmp(there.s, name.n ? name.s : "", there.n < name.n ? there.n : name.n);

        if (order == 0 && there.n == name.n)
            return &vi_types[middle];
        if (order < 0 || (order == 0 && there.n < name.n))
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool
vi_type_extends(const struct vi_type *type, const struct vi_type *base)
{
    while (type != base && type->base < vi_type_count)
        type = &vi_types[type->base];
    return type == base;
}

static struct vx_str
trimmed(struct vx_str text)
{
    while (text.n && ((unsigned char)text.s[0] <= ' '))
        text = vx_str_skip(text, 1);
    while (text.n && ((unsigned char)text.s[text.n - 1] <= ' '))
        text.n--;
    return text;
}

static struct vi_number
number(const struct vi_node *node, bool boolean)
{
    struct vx_str text = trimmed(node->text);
    struct vi_number value = {0};

    value.set = vx_num_i64(text, &value.value);
    if (!boolean)
        return value;
    if (vx_str_eq(text, VX_STR("true")))
        return (struct vi_number){1, true};
    if (vx_str_eq(text, VX_STR("false")))
        return (struct vi_number){0, true};
    value.set = value.set && (value.value == 0 || value.value == 1);
    return value;
}

static struct vi_word
word(const struct vi_node *node, const struct vi_type *type)
{
    struct vi_word value = {.value = -1, .text = trimmed(node->text)};

    for (int i = 0; type->words[i]; i++)
        if (vx_str_eq(value.text, vx_str_c(type->words[i])))
            value.value = i + 1;
    return value;
}

static size_t
size_of(const struct vi_member *member)
{
    switch ((enum vi_is)member->is) {
    case VI_IS_STRING:
        return sizeof(struct vx_str);
    case VI_IS_NUMBER:
    case VI_IS_BOOLEAN:
        return sizeof(struct vi_number);
    case VI_IS_WORD:
        return sizeof(struct vi_word);
    case VI_IS_REF:
        return sizeof(struct vi_ref);
    case VI_IS_OBJECT:
        return sizeof(void *);
    case VI_IS_ANY:
        return sizeof(struct vi_any);
    case VI_IS_NOTHING:
        break;
    }
    return 0;
}

static void
decode_one(const struct vi_node *node, const struct vi_member *member, void *place,
           struct vx_arena *arena)
{
    void *object;

    if (node->nil)
        return;
    switch ((enum vi_is)member->is) {
    case VI_IS_STRING:
        memcpy(place, &node->text, sizeof(node->text));
        break;
    case VI_IS_NUMBER:
    case VI_IS_BOOLEAN:
        *(struct vi_number *)place = number(node, member->is == VI_IS_BOOLEAN);
        break;
    case VI_IS_WORD:
        *(struct vi_word *)place = word(node, &vi_types[member->type]);
        break;
    case VI_IS_REF:
        *(struct vi_ref *)place = (struct vi_ref){node->ref, trimmed(node->text)};
        break;
    case VI_IS_OBJECT:
        object = vi_decode(node, &vi_types[member->type], arena);
        memcpy(place, &object, sizeof(object));
        break;
    case VI_IS_ANY:
        *(struct vi_any *)place = (struct vi_any){node, node->text};
        break;
    case VI_IS_NOTHING:
        break;
    }
}

/* Nothing is no element of a list, nor is an object for which there was no memory. */
static bool
is_item(const struct vi_node *node, const struct vi_member *member, const void *place)
{
    void *object = NULL;

    if (member->is == VI_IS_OBJECT)
        memcpy(&object, place, sizeof(object));
    return !node->nil && (member->is != VI_IS_OBJECT || object);
}

/* The elements of a list are those called `name`, or all. */
static void
decode_list(const struct vi_node *first, const char *name,
            const struct vi_member *member, void *place, struct vx_arena *arena)
{
    const size_t size = size_of(member);
    struct list list = {0};
    size_t count = 0;

    for (const struct vi_node *at = first; at; at = at->next)
        count += !name || vx_str_eq(at->name, vx_str_c(name));
    if (count)
        list.at = vx_arena_array(arena, count, size);
    for (const struct vi_node *at = first; at && list.at; at = at->next) {
        char *item = (char *)list.at + size * list.count;

        if (name && !vx_str_eq(at->name, vx_str_c(name)))
            continue;
        decode_one(at, member, item, arena);
        list.count += is_item(at, member, item);
    }
    memcpy(place, &list, sizeof(list));
}

void
vi_decode_value(const struct vi_node *node, const struct vi_member *member, void *place,
                struct vx_arena *arena)
{
    if (!member->many)
        decode_one(node, member, place, arena);
    else if (!node->nil)
        decode_list(node->children, NULL, member, place, arena);
}

void *
vi_decode(const struct vi_node *node, const struct vi_type *type,
          struct vx_arena *arena)
{
    const struct vi_type *said = node->type.s ? vi_type_find(node->type) : NULL;
    struct vi_object *object;
    struct vi_node *child;

    if (said && said->size && vi_type_extends(said, type))
        type = said;
    object = vx_arena_zero(arena, type->size);
    if (object == NULL)
        return NULL;
    object->type = type;
    object->wire = node->type;
    for (size_t i = 0; i < type->count; i++) {
        const struct vi_member *member = &type->members[i];
        void *place = (char *)object + member->offset;

        if (member->many)
            decode_list(node->children, member->name, member, place, arena);
        else if ((child = vi_child(node, member->name)) != NULL)
            decode_one(child, member, place, arena);
    }
    return object;
}
