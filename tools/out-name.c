/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows names, not the folders they are in. */
#include "out-name.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "seen.h"

#include "base/banned.h"

enum {
    PART_MAX = NAME_MAX,
    UUID_DIGITS = 32,
    SCRATCH = 1 << 20,
};

#define IS_FOLDER UINT64_MAX

/* ---- patterns -------------------------------------------------------------------- */

enum word { WORD_PATH, WORD_NAME, WORD_UUID, WORDS };

static const char *const words[WORDS] = {
    [WORD_PATH] = "{path}",
    [WORD_NAME] = "{name}",
    [WORD_UUID] = "{uuid}",
};

/* The word that `pattern` begins with, or WORDS. */
static enum word
word_at(const char *pattern)
{
    for (int i = 0; i < WORDS; i++)
        if (strncmp(pattern, words[i], strlen(words[i])) == 0)
            return (enum word)i;
    return WORDS;
}

const char *
out_name_check(const char *pattern)
{
    bool any = false;

    for (const char *at = pattern; *at; at++) {
        enum word word = word_at(at);

        if (word == WORDS && (*at == '{' || *at == '}'))
            return "expected {path}, {name} or {uuid} in braces";
        any |= word != WORDS;
        if (word != WORDS)
            at += strlen(words[word]) - 1;
    }
    return any ? NULL
               : "all machines would have one name; use {path}, {name} or {uuid}";
}

bool
out_name_reads(const char *pattern)
{
    return strstr(pattern, words[WORD_NAME]) || strstr(pattern, words[WORD_UUID]);
}

/* ---- parts ----------------------------------------------------------------------- */

/* "56 4d ... 2e 3d-4f 50 ..." as 564d....-....-; false when it is no UUID. */
static bool
put_uuid(struct vx_buf *out, struct vx_str uuid)
{
    char digits[UUID_DIGITS];
    size_t count = 0;

    for (size_t i = 0; i < uuid.n; i++) {
        char c = uuid.s[i];

        if (c == ' ' || c == '-')
            continue;
        if (count == UUID_DIGITS || vx_hex_digit((unsigned char)c) < 0)
            return false;
        digits[count++] = (char)vx_lower((unsigned char)c);
    }
    if (count != UUID_DIGITS)
        return false;
    for (size_t i = 0; i < UUID_DIGITS; i++) {
        if (i == 8 || i == 12 || i == 16 || i == 20)
            vx_buf_char(out, '-');
        vx_buf_char(out, digits[i]);
    }
    return true;
}

/* A slash in a machine's name makes no folder. */
static bool
put_flat(struct vx_buf *out, struct vx_str text)
{
    bool changed = false;

    for (size_t i = 0; i < text.n; i++) {
        vx_buf_char(out, text.s[i] == '/' ? '_' : text.s[i]);
        changed |= text.s[i] == '/';
    }
    return changed;
}

static bool
put_word(struct vx_buf *out, enum word word, const struct out_name_facts *facts)
{
    switch (word) {
    case WORD_PATH:
        vx_buf_str(out, facts->path);
        return false;
    case WORD_NAME:
        return put_flat(out, facts->name.n ? facts->name : facts->stem);
    case WORD_UUID:
        return !put_uuid(out, facts->uuid) && put_flat(out, facts->stem);
    case WORDS:
        break;
    }
    return false;
}

/* No more than `room` bytes, and no half character at the end. */
static struct vx_str
cut(struct vx_str text, size_t room)
{
    size_t n = room;

    if (text.n <= room)
        return text;
    while (n && ((unsigned char)text.s[n] & 0xc0) == 0x80 && room - n < 4)
        n--;
    return vx_str_of(text.s, n ? n : room);
}

/* One part of a path, made safe. */
static bool
put_part(struct vx_buf *out, struct vx_str part, size_t room)
{
    struct vx_str kept = cut(part, room);
    bool changed = kept.n < part.n;
    bool own = vx_str_starts(kept, VX_STR(OUT_NAME_OWN));

    for (size_t i = 0; i < kept.n; i++) {
        unsigned char c = (unsigned char)kept.s[i];
        bool unsafe = c < ' ' || c == 0x7f || (own && i == 0);

        vx_buf_char(out, unsafe ? '_' : (char)c);
        changed |= unsafe;
    }
    return changed;
}

/* Parts that lead elsewhere are left out. */
static bool
put_safe(struct vx_buf *out, struct vx_str raw, const char *suffix)
{
    size_t begin = out->size, room = PART_MAX - strlen(suffix);
    bool changed = false;

    while (raw.s && raw.n) {
        ptrdiff_t slash = vx_str_find(raw, '/');
        struct vx_str part = slash < 0 ? raw : vx_str_of(raw.s, (size_t)slash);
        bool last = slash < 0;

        raw = last ? VX_STR_NONE : vx_str_skip(raw, (size_t)slash + 1);
        if (part.n == 0 || vx_str_eq(part, VX_STR("."))
            || vx_str_eq(part, VX_STR(".."))) {
            changed |= part.n != 1;
            continue;
        }
        if (out->size > begin)
            vx_buf_char(out, '/');
        changed |= put_part(out, part, last ? room : PART_MAX);
    }
    if (out->size == begin || out->data[out->size - 1] == '/')
        vx_buf_char(out, '_');
    return changed;
}

bool
out_name_make(const char *pattern, const struct out_name_facts *facts,
              struct vx_buf *out)
{
    struct vx_buf raw VX_AUTO(vx_buf_done) = VX_BUF(SCRATCH);
    bool changed = false;

    if (strcmp(pattern, OUT_NAME_USUAL) == 0)
        return put_safe(out, facts->path, facts->suffix);
    for (const char *at = pattern; *at; at++) {
        enum word word = word_at(at);

        if (word == WORDS) {
            vx_buf_char(&raw, *at);
        } else {
            changed |= put_word(&raw, word, facts);
            at += strlen(words[word]) - 1;
        }
    }
    return put_safe(out, vx_buf_text(&raw), facts->suffix) || changed;
}

/* ---- taking ---------------------------------------------------------------------- */

/* In the table: IS_FOLDER, or for a file the number that the next one who wants its
 * name may try. */
struct out_names {
    struct seen *seen;
    struct vx_buf wanted, folder; /* of the last one, and what became of it */
    bool moved;                   /* they are not the same */
};

struct out_names *
out_names_new(void)
{
    struct out_names *names = calloc(1, sizeof(*names));

    if (names == NULL)
        return NULL;
    names->wanted = VX_BUF(SCRATCH);
    names->folder = VX_BUF(SCRATCH);
    names->seen = seen_new();
    if (names->seen)
        return names;
    free(names);
    return NULL;
}

void
out_names_free(struct out_names *names)
{
    if (names == NULL)
        return;
    seen_free(names->seen);
    vx_buf_done(&names->wanted);
    vx_buf_done(&names->folder);
    free(names);
}

int
out_names_error(const struct out_names *names)
{
    return seen_error(names->seen);
}

/* `stem`, "-N" from 2 on, `suffix`: in the place of what `out` has from `begin` on. */
static uint64_t
put_numbered(struct vx_buf *out, size_t begin, struct vx_str stem, uint64_t number,
             const char *suffix)
{
    char tail[32] = "";

    out->size = begin;
    if (number > 1)
        snprintf(tail, sizeof(tail), "-%llu", (unsigned long long)number);
    vx_buf_str(out, cut(stem, PART_MAX - strlen(tail) - strlen(suffix)));
    vx_buf_str(out, vx_str_c(tail));
    vx_buf_str(out, vx_str_c(suffix));
    return seen_hash(vx_buf_text(out));
}

/* A folder of that name is shared; a file of that name is gone around. */
static bool
take_folder(struct out_names *names, struct vx_str part, struct vx_buf *out)
{
    size_t begin = out->size;
    uint64_t number = 1, hash = put_numbered(out, begin, part, number, "");
    uint64_t there;

    while ((there = seen_get(names->seen, hash)) != 0 && there != IS_FOLDER)
        hash = put_numbered(out, begin, part, ++number, "");
    if (there == 0)
        seen_put(names->seen, hash, IS_FOLDER);
    vx_buf_char(out, '/');
    return number > 1;
}

/* `folder` ends in a slash, or is empty. */
static bool
take_folders(struct out_names *names, struct vx_str folder, struct vx_buf *out)
{
    struct vx_str left = folder;
    size_t begin = out->size;
    ptrdiff_t slash;

    if (vx_str_eq(folder, vx_buf_text(&names->wanted))) {
        vx_buf_str(out, vx_buf_text(&names->folder));
        return names->moved;
    }
    names->moved = false;
    while ((slash = vx_str_find(left, '/')) >= 0) {
        names->moved |= take_folder(names, vx_str_of(left.s, (size_t)slash), out);
        left = vx_str_skip(left, (size_t)slash + 1);
    }
    names->wanted.size = names->folder.size = 0;
    vx_buf_str(&names->wanted, folder);
    if (out->data && out->size > begin)
        vx_buf_str(&names->folder, vx_str_of(out->data + begin, out->size - begin));
    return names->moved;
}

bool
out_names_take(struct out_names *names, struct vx_str wanted, const char *suffix,
               struct vx_buf *out)
{
    size_t name = wanted.n, begin;
    uint64_t number, first, hash;
    bool moved;

    while (name && wanted.s[name - 1] != '/')
        name--;
    out->size = 0;
    moved = take_folders(names, vx_str_of(wanted.s, name), out);
    begin = out->size;
    wanted = vx_str_skip(wanted, name);
    first = hash = put_numbered(out, begin, wanted, 1, suffix);
    number = seen_get(names->seen, hash);
    if (number == 0) {
        seen_put(names->seen, hash, 2);
        return moved;
    }
    if (number == IS_FOLDER)
        number = 2;
    do
        hash = put_numbered(out, begin, wanted, number++, suffix);
    while (seen_get(names->seen, hash) != 0 && number < UINT32_MAX);
    seen_put(names->seen, hash, 2);
    if (seen_get(names->seen, first) != IS_FOLDER)
        seen_put(names->seen, first, number);
    return true;
}
