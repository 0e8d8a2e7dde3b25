/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vi/put.h"

#include "base/num.h"

#include "base/banned.h"

struct list {
    void *at;
    size_t count;
};

void *
vi_make(enum vi_id type, struct vx_arena *arena)
{
    struct vi_object *object = vx_arena_zero(arena, vi_types[type].size);

    if (object)
        object->type = &vi_types[type];
    return object;
}

/* ---- places ---------------------------------------------------------------------- */

static const struct vi_member *
member_of(const struct vi_type *type, struct vx_str name)
{
    for (size_t i = 0; i < type->count; i++)
        if (vx_str_eq(vx_str_c(type->members[i].name), name))
            return &type->members[i];
    return NULL;
}

static struct vx_str
first_name(const char *path)
{
    struct vx_str text = vx_str_c(path);
    ptrdiff_t dot = vx_str_find(text, '.');

    return dot < 0 ? text : vx_str_of(path, (size_t)dot);
}

bool
vi_has_member(const struct vi_type *type, const char *path)
{
    return member_of(type, first_name(path)) != NULL;
}

/* The structure in a member, which is made when there is none. */
static void *
structure_in(char *place, const struct vi_member *member, struct vx_arena *arena)
{
    void *object;

    if (member->is != VI_IS_OBJECT || member->many)
        return NULL;
    memcpy(&object, place, sizeof(object));
    if (object == NULL) {
        object = vi_make((enum vi_id)member->type, arena);
        memcpy(place, &object, sizeof(object));
    }
    return object;
}

/* ---- values ---------------------------------------------------------------------- */

static bool
read_boolean(struct vx_str text, int64_t *ret)
{
    static const char *const yes[] = {"true", "yes", "on", "1"};
    static const char *const no[] = {"false", "no", "off", "0"};

    for (size_t i = 0; i < VX_COUNT(yes); i++) {
        if (vx_str_is(text, yes[i]) || vx_str_is(text, no[i])) {
            *ret = vx_str_is(text, yes[i]);
            return true;
        }
    }
    return false;
}

static const char *
put_number(const struct vi_member *member, char *place, struct vx_str text)
{
    struct vi_number number = {.set = true};

    if (member->is == VI_IS_BOOLEAN ? !read_boolean(text, &number.value)
                                    : !vx_num_i64(text, &number.value))
        return member->is == VI_IS_BOOLEAN ? "no boolean" : "no number";
    if (member->is == VI_IS_NUMBER && strcmp(member->plain, "int") == 0
        && (number.value > INT32_MAX || number.value < INT32_MIN))
        return "the number is too large";
    memcpy(place, &number, sizeof(number));
    return NULL;
}

static const char *
put_word(const struct vi_member *member, char *place, struct vx_str text)
{
    const char *const *words = vi_types[member->type].words;
    struct vi_word word = {.text = text};

    for (int i = 0; words[i]; i++)
        if (vx_str_is(text, words[i]))
            word.value = i + 1;
    if (word.value == 0)
        return "the API has no such word";
    memcpy(place, &word, sizeof(word));
    return NULL;
}

static const char *
put_value(const struct vi_member *member, char *place, struct vx_str text)
{
    const struct vi_any any = {.text = text};

    switch ((enum vi_is)member->is) {
    case VI_IS_STRING:
        memcpy(place, &text, sizeof(text));
        return NULL;
    case VI_IS_ANY:
        memcpy(place, &any, sizeof(any));
        return NULL;
    case VI_IS_NUMBER:
    case VI_IS_BOOLEAN:
        return put_number(member, place, text);
    case VI_IS_WORD:
        return put_word(member, place, text);
    case VI_IS_REF:
    case VI_IS_OBJECT:
    case VI_IS_NOTHING:
        break;
    }
    return "the API has no text there";
}

/* Room for one more; NULL without memory. */
static char *
grow(char *place, size_t size, struct vx_arena *arena)
{
    struct list list;
    char *more;

    memcpy(&list, place, sizeof(list));
    more = vx_arena_array(arena, list.count + 1, size);
    if (more == NULL)
        return NULL;
    if (list.count)
        memcpy(more, list.at, list.count * size);
    list.at = more;
    list.count++;
    memcpy(place, &list, sizeof(list));
    return more + (list.count - 1) * size;
}

bool
vi_append(void *list, void *object, struct vx_arena *arena)
{
    char *at = object ? grow(list, sizeof(object), arena) : NULL;

    if (at)
        memcpy(at, &object, sizeof(object));
    return at != NULL;
}

const char *
vi_put(void *object, const char *path, struct vx_str text, struct vx_arena *arena)
{
    static const char none[] = "out of memory";
    const struct vi_member *member;
    struct vx_str name;
    char *place;

    for (;;) {
        name = first_name(path);
        member = member_of(((struct vi_object *)object)->type, name);
        if (member == NULL)
            return "the API has no such member";
        place = (char *)object + member->offset;
        if (path[name.n] == '\0')
            break;
        object = structure_in(place, member, arena);
        if (object == NULL)
            return arena->failed ? none : "the API has no structure there";
        path += name.n + 1;
    }
    if (member->many) /* of numbers alone */
        place = grow(place, sizeof(struct vi_number), arena);
    return place ? put_value(member, place, text) : none;
}
