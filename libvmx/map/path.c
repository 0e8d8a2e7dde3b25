/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "map/path.h"

#include "map/codec.h"

#include "base/banned.h"

bool
vx_is_base(struct vx_str base)
{
    ptrdiff_t close = vx_str_find(base, ']');

    return vx_xml_holds(base) && base.n > 2 && base.s[0] == '[' && close > 1
           && ((size_t)close + 1 == base.n
               || (base.s[close + 1] == ' ' && (size_t)close + 2 < base.n));
}

#define MAP __attribute__((unused)) struct vx_map *map
#define ROW __attribute__((unused)) const struct vx_row *row

/* C:\… or \\server\…: the old host's, and no name in a datastore. */
static bool
is_windows_absolute(struct vx_str name)
{
    return (name.n >= 2 && vx_is_alpha((unsigned char)name.s[0]) && name.s[1] == ':')
           || vx_str_starts(name, VX_STR("\\\\"));
}

/* BASE/NAME.  A datastore knows no backslash, so ..\x.iso becomes ../x.iso. */
static struct vx_str
under_base(struct vx_map *map, struct vx_str name)
{
    struct vx_str base = map->base;
    char *path = vx_arena_alloc(map->arena, base.n + 1 + name.n), *at;

    if (path == NULL)
        return VX_STR_NONE;
    memcpy(path, base.s, base.n);
    path[base.n] = base.s[base.n - 1] == ']' ? ' ' : '/';
    at = path + base.n + 1;
    for (size_t i = 0; i < name.n; i++)
        if (name.s[i] != '\\')
            *at++ = name.s[i];
        else if (i == 0 || name.s[i - 1] != '\\')
            *at++ = '/';
    return vx_str_of(path, (size_t)(at - path));
}

/* Where PATH begins in /vmfs/volumes/DS/PATH; 0 for any other name. */
static size_t
volume_path(struct vx_str name)
{
    const struct vx_str volumes = VX_STR("/vmfs/volumes/");
    ptrdiff_t slash;

    if (!vx_str_starts(name, volumes))
        return 0;
    slash = vx_str_find(vx_str_skip(name, volumes.n), '/');
    if (slash < 1 || volumes.n + (size_t)slash + 1 == name.n)
        return 0;
    return volumes.n + (size_t)slash + 1;
}

/* "[" DS "] " PATH, or any other four pieces together. */
static struct vx_str
join(struct vx_arena *arena, struct vx_str a, struct vx_str b, struct vx_str c,
     struct vx_str d)
{
    char *text = vx_arena_alloc(arena, a.n + b.n + c.n + d.n + 1);

    if (text == NULL)
        return VX_STR_NONE;
    memcpy(text, a.s, a.n);
    memcpy(text + a.n, b.s, b.n);
    memcpy(text + a.n + b.n, c.s, c.n);
    memcpy(text + a.n + b.n + c.n, d.s, d.n);
    return vx_str_of(text, a.n + b.n + c.n + d.n);
}

struct vx_str
vx_path_to_xml(struct vx_map *map, struct vx_str name)
{
    const size_t volumes = sizeof("/vmfs/volumes/") - 1;
    size_t path = volume_path(name);

    if (path)
        return join(map->arena, VX_STR("["),
                    vx_str_of(name.s + volumes, path - 1 - volumes), VX_STR("] "),
                    vx_str_skip(name, path));
    if (map->base.s == NULL || name.n == 0 || name.s[0] == '/' || name.s[0] == '['
        || is_windows_absolute(name))
        return name;
    return under_base(map, name);
}

/* The part of a datastore path that lies under map->base; s is NULL when it does not.
 */
static struct vx_str
below_base(const struct vx_map *map, struct vx_str path)
{
    struct vx_str rest;

    if (map->base.s == NULL || !vx_str_starts(path, map->base))
        return VX_STR_NONE;
    rest = vx_str_skip(path, map->base.n);
    if (rest.n < 2 || rest.s[0] != (map->base.s[map->base.n - 1] == ']' ? ' ' : '/'))
        return VX_STR_NONE;
    return vx_str_skip(rest, 1);
}

struct vx_str
vx_path_to_vmx(struct vx_map *map, struct vx_str path)
{
    struct vx_str below = below_base(map, path);
    ptrdiff_t close;

    if (below.s)
        return below;
    if (path.n == 0 || path.s[0] != '[' || (close = vx_str_find(path, ']')) < 2)
        return path;
    return join(map->arena, VX_STR("/vmfs/volumes/"),
                vx_str_of(path.s + 1, (size_t)close - 1), VX_STR("/"),
                vx_str_trim(vx_str_skip(path, (size_t)close + 1)));
}

/* Only a name that the way back writes the same is exact: one in a datastore may come
 * back relative, and a relative one with backslashes comes back with slashes. */
static enum vx_read
path_from_vmx(struct vx_map *map, ROW, struct vx_str text, void *member)
{
    struct vx_str path;

    *(struct vx_str *)member = text;
    if (text.n == 0)
        return VX_READ_EXACT;
    if (text.s[0] == '[')
        return VX_READ_LOOSE;
    if (map->base.s == NULL)
        return VX_READ_EXACT;
    if (text.s[0] != '/')
        return vx_str_find(text, '\\') < 0 || is_windows_absolute(text) ? VX_READ_EXACT
                                                                        : VX_READ_LOOSE;
    path = vx_path_to_xml(map, text);
    return path.s != text.s && below_base(map, path).s ? VX_READ_LOOSE : VX_READ_EXACT;
}

static bool
path_from_xml(struct vx_map *map, ROW, struct vx_str text, void *member)
{
    *(struct vx_str *)member = vx_path_to_vmx(map, text);
    return true;
}

static void
path_to_xml(struct vx_map *map, const struct vx_row *row, const void *member,
            struct vx_buf *out)
{
    vx_row_text(row, out, vx_path_to_xml(map, *(const struct vx_str *)member));
}

static void
path_to_vmx(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_str(out, *(const struct vx_str *)member);
}

const struct vx_codec vx_path = {
    "a file name", VX_T_STR, path_from_vmx, path_to_vmx, path_from_xml, path_to_xml,
};
