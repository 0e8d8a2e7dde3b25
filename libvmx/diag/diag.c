/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a code means stands in codes.def; this file knows no single code. */
#include "diag/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"

#include "base/banned.h"

#define MESSAGE_MAX 400
#define CUT_MARK "..."
#define CHUNK 50 /* findings; most inputs have fewer, and a kept one never moves */
#define DIAGS_CEILING ((size_t)4 << 20)

#define SEVERITY_WORDS(X)                                                              \
    X(STYLE, "style")                                                                  \
    X(INFO, "info")                                                                    \
    X(WARNING, "warning")                                                              \
    X(ERROR, "error")

static const char *const severity_words[] = {
#define X(ident, word) [VMX_SEVERITY_##ident] = word,
    SEVERITY_WORDS(X)
#undef X
};

#define SEVERITIES VX_COUNT(severity_words)

struct vmx_diags {
    struct vx_arena arena;
    struct vmx_diag *chunks[(VMX_MAX_DIAGS + CHUNK - 1) / CHUNK];
    size_t kept;
    size_t found[SEVERITIES]; /* kept or not */
    vx_diag_sink *sink;       /* gets what would be kept; NULL: none */
    void *closure;
};

/* ---- codes ----------------------------------------------------------------------- */

/* "VMX004" of 4 and "VMX1501" of 1501, without the NUL: the shorter behind a byte that
 * is skipped. */
#define LONG(number) ((number) > 999)
#define SKIP(number) (LONG(number) ? 0 : 1)
#define ID(number)                                                                     \
    LONG(number) ? 'V' : '\0', LONG(number) ? 'M' : 'V', LONG(number) ? 'X' : 'M',     \
        LONG(number) ? '0' + (number) / 1000 : 'X', '0' + (number) / 100 % 10,         \
        '0' + (number) / 10 % 10, '0' + (number) % 10

/* clang-format off */
enum row {
#define VX_CODE(number, name, ident, severity, title, why, remedy) ROW_##ident,
#include "diag/codes.def"
#undef VX_CODE
};

static const char ids[][8] = {
#define VX_CODE(number, name, ident, severity, title, why, remedy) {ID(number), '\0'},
#include "diag/codes.def"
#undef VX_CODE
};

static const struct vx_code_info infos[] = {
#define VX_CODE(number, name, ident, severity, title, why, remedy)                     \
    {VX_##ident, ids[ROW_##ident] + SKIP(number), name, VMX_SEVERITY_##severity, title, why, remedy},
#include "diag/codes.def"
#undef VX_CODE
};

/* The id cannot be pasted into a literal, since `number` has no leading zeros; so a page
 * is an id and its text side by side, read as one string. */
#define PAGE(name, title, why, remedy)                                                 \
    " " name "\n\n" title ".\n\n" why "\n\n" remedy "\n"

static const struct {
#define VX_CODE(number, name, ident, severity, title, why, remedy)                     \
    struct {                                                                           \
        char id[7], text[sizeof(PAGE(name, title, why, remedy))];                      \
    } ident;
#include "diag/codes.def"
#undef VX_CODE
} pages = {
#define VX_CODE(number, name, ident, severity, title, why, remedy)                     \
    .ident = {{ID(number)}, PAGE(name, title, why, remedy)},
#include "diag/codes.def"
#undef VX_CODE
};

/* clang-format on */

/* A switch, so that a number given twice does not compile. */
const struct vx_code_info *
vx_code_info(enum vx_code code)
{
    switch (code) {
#define VX_CODE(number, name, ident, severity, title, why, remedy)                     \
    case VX_##ident:                                                                   \
        return &infos[ROW_##ident];
#include "diag/codes.def"
#undef VX_CODE
    }
    return NULL;
}

const struct vx_code_info *
vx_code_find(struct vx_str word)
{
    bool id = vx_str_istarts(word, VX_STR("VMX")); /* which begins no name */

    /* Reports of a target ask most, and their codes come last. */
    for (size_t i = VX_COUNT(infos); i-- > 0;)
        if (vx_str_is(word, id ? infos[i].id : infos[i].name))
            return &infos[i];
    return NULL;
}

const char *
vmx_explain(const char *code)
{
    const struct vx_code_info *info = vx_code_find(vx_str_c(code));

    if (!info)
        return NULL;
    switch (info->code) {
#define VX_CODE(number, name, ident, severity, title, why, remedy)                     \
    case VX_##ident:                                                                   \
        return (const char *)&pages.ident + SKIP(number);
#include "diag/codes.def"
#undef VX_CODE
    }
    return NULL;
}

const char *
vmx_severity_text(enum vmx_severity severity)
{
    return (size_t)severity < SEVERITIES ? severity_words[severity] : "unknown";
}

/* ---- the list -------------------------------------------------------------------- */

struct vmx_diags *
vmx_diags_new(void)
{
    struct vmx_diags *diags = calloc(1, sizeof(*diags));

    if (diags)
        vx_arena_init(&diags->arena, DIAGS_CEILING);
    return diags;
}

struct vmx_diags *
vx_diags_to(vx_diag_sink *sink, void *closure)
{
    struct vmx_diags *diags = vmx_diags_new();

    if (diags) {
        diags->sink = sink;
        diags->closure = closure;
    }
    return diags;
}

void
vmx_diags_free(struct vmx_diags *diags)
{
    if (!diags)
        return;
    vx_arena_done(&diags->arena);
    free(diags);
}

size_t
vmx_diags_count(const struct vmx_diags *diags)
{
    return diags ? diags->kept : 0;
}

const struct vmx_diag *
vmx_diags_get(const struct vmx_diags *diags, size_t index)
{
    if (index >= vmx_diags_count(diags))
        return NULL;
    return &diags->chunks[index / CHUNK][index % CHUNK];
}

size_t
vmx_diags_at_least(const struct vmx_diags *diags, enum vmx_severity severity)
{
    size_t count = 0;

    for (size_t i = (size_t)severity; diags && i < SEVERITIES; i++)
        count += diags->found[i];
    return count;
}

/* Where the next finding goes; NULL when the list is full or memory is. */
static struct vmx_diag *
next_place(struct vmx_diags *diags)
{
    struct vmx_diag **chunk;

    if (diags->kept == VMX_MAX_DIAGS)
        return NULL;
    chunk = &diags->chunks[diags->kept / CHUNK];
    if (!*chunk)
        *chunk = vx_arena_array(&diags->arena, CHUNK, sizeof(**chunk));
    return *chunk ? *chunk + diags->kept % CHUNK : NULL;
}

/* Replaces in place what a terminal must not see; a message never grows by it. */
static size_t
sanitise(char *text, size_t n)
{
    size_t to = 0, size;

    for (size_t at = 0; at < n; at += size) {
        uint32_t c = vx_utf8_first(vx_str_of(text + at, n - at), &size);

        if (VX_LIKELY(size == 1 && c >= 0x20 && c < 0x7f)) {
            text[to++] = text[at];
        } else if (c == VX_UTF8_BAD || vx_utf8_unsafe(c)) {
            text[to++] = '?';
        } else {
            memmove(text + to, text + at, size);
            to += size;
        }
    }
    return to;
}

/* `n` less the bytes of a character that the end cuts in two. */
static size_t
whole_characters(const char *text, size_t n)
{
    size_t start = n;

    while (start && n - start < 3 && ((unsigned char)text[start] & 0xc0) == 0x80)
        start--;
    return start;
}

static struct vx_str format_message(char text[MESSAGE_MAX + 1], const char *format,
                                    va_list args) VX_PRINTF(2, 0);

static struct vx_str
format_message(char text[MESSAGE_MAX + 1], const char *format, va_list args)
{
    int formatted = vsnprintf(text, MESSAGE_MAX + 1, format, args);
    size_t n = formatted < 0 ? 0 : (size_t)formatted;

    if (n > MESSAGE_MAX) {
        n = whole_characters(text, MESSAGE_MAX - strlen(CUT_MARK));
        memcpy(text + n, CUT_MARK, sizeof(CUT_MARK));
        n += strlen(CUT_MARK);
    }
    return vx_str_of(text, sanitise(text, n));
}

struct vx_str
vx_diag_message(struct vx_arena *arena, const char *format, va_list args)
{
    char text[MESSAGE_MAX + 1];

    return vx_arena_dup(arena, format_message(text, format, args));
}

void
vx_diag(struct vmx_diags *diags, enum vx_code code, struct vx_span span,
        const char *format, ...)
{
    const struct vx_code_info *info = vx_code_info(code);
    char text[MESSAGE_MAX + 1];
    struct vmx_diag *diag;
    struct vx_str message;
    va_list args;

    if (!diags || !info)
        return;
    diags->found[info->severity]++;
    if (diags->sink) {
        va_start(args, format);
        diags->sink(diags->closure, code, span, format_message(text, format, args));
        va_end(args);
        return;
    }
    diag = next_place(diags);
    if (!diag)
        return;
    va_start(args, format);
    message = vx_arena_dup(&diags->arena, format_message(text, format, args));
    va_end(args);
    if (!message.s)
        return;
    *diag = (struct vmx_diag){
        .code = info->id,
        .name = info->name,
        .severity = info->severity,
        .message = message.s,
        .remedy = info->remedy[0] ? info->remedy : NULL,
        .offset = span.offset,
        .length = span.length,
        .line = span.line,
        .column = span.column,
    };
    diags->kept++;
}
