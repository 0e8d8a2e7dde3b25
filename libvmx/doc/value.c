/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a key says, as C strings, truth values and numbers.  Strings that were given out
 * are remembered until the document changes: asking again costs nothing. */
#include "doc/doc.h"

#include <stdlib.h>

#include "base/num.h"

#include "base/banned.h"

/* ---- text ------------------------------------------------------------------------ */

/* `text` with a NUL behind it.  A byte behind the slice always exists: slices of the
 * document end before a quote, a line end or its NUL. */
static struct vx_str
as_c_string(struct vmx_doc *doc, struct vx_str text)
{
    if (text.s && text.s[text.n] == '\0')
        return text;
    return vx_arena_dup(&doc->arena, text);
}

struct vx_str
vx_doc_string(struct vmx_doc *doc, struct vx_line *line)
{
    struct vx_str *value;

    if (doc->values == NULL)
        doc->values = calloc(doc->count, sizeof(*doc->values));
    if (doc->values == NULL)
        return VX_STR_NONE;
    value = &doc->values[line - doc->lines];
    if (value->s == NULL)
        *value = as_c_string(doc, vx_doc_value(doc, line));
    return *value;
}

const char *
vmx_doc_get(struct vmx_doc *doc, const char *key)
{
    struct vx_line *line;

    if (doc == NULL || key == NULL)
        return NULL;
    line = vx_doc_find(doc, vx_str_c(key));
    return line ? vx_doc_string(doc, line).s : NULL;
}

/* ---- types ----------------------------------------------------------------------- */

bool
vx_bool_word(struct vx_str text, bool *ret)
{
    static const struct {
        struct vx_str word;
        bool value;
    } words[] = {
        {{"true", 4}, true}, {{"false", 5}, false}, {{"yes", 3}, true},
        {{"no", 2}, false},  {{"on", 2}, true},     {{"off", 3}, false},
        {{"1", 1}, true},    {{"0", 1}, false},
    };

    for (size_t i = 0; i < VX_COUNT(words); i++)
        if (vx_str_ieq(text, words[i].word)) {
            *ret = words[i].value;
            return true;
        }
    return false;
}

bool
vmx_doc_get_bool(struct vmx_doc *doc, const char *key, bool *ret)
{
    bool value;

    if (!vx_bool_word(vx_str_c(vmx_doc_get(doc, key)), &value))
        return false;
    if (ret)
        *ret = value;
    return true;
}

bool
vmx_doc_get_int(struct vmx_doc *doc, const char *key, int64_t *ret)
{
    struct vx_str text = vx_str_c(vmx_doc_get(doc, key));
    int64_t number;

    if (!vx_num_i64(text, &number))
        return false;
    if (ret)
        *ret = number;
    return true;
}

enum vmx_status
vmx_doc_set_bool(struct vmx_doc *doc, const char *key, bool value)
{
    bool now;

    if (vmx_doc_get_bool(doc, key, &now) && now == value)
        return VMX_OK;
    return vmx_doc_set(doc, key, value ? "TRUE" : "FALSE");
}

enum vmx_status
vmx_doc_set_int(struct vmx_doc *doc, const char *key, int64_t value)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(32);
    int64_t now;

    if (vmx_doc_get_int(doc, key, &now) && now == value)
        return VMX_OK;
    vx_buf_int(&text, value);
    vx_buf_char(&text, '\0');
    if (text.failed)
        return VMX_ERR_NOMEM;
    return vmx_doc_set(doc, key, text.data);
}

/* ---- keys ------------------------------------------------------------------------ */

size_t
vmx_doc_count(const struct vmx_doc *doc)
{
    return doc ? doc->entries : 0;
}

/* One block: the pointers, then the names they point to. */
static const char **
list_names(const struct vmx_doc *doc)
{
    size_t size = doc->entries * (sizeof(char *) + 1), entry = 0;
    const char **names;
    char *at;

    for (size_t i = 0; i < doc->count; i++)
        size += doc->lines[i].key_size;
    names = malloc(size);
    if (names == NULL)
        return NULL;
    at = (char *)(names + doc->entries);
    for (size_t i = 0; i < doc->count; i++) {
        struct vx_str key = vx_line_key(&doc->lines[i]);

        if (doc->lines[i].kind != VX_LINE_ENTRY)
            continue;
        names[entry++] = memcpy(at, key.s, key.n);
        at[key.n] = '\0';
        at += key.n + 1;
    }
    return names;
}

const char *
vmx_doc_key(struct vmx_doc *doc, size_t index)
{
    if (doc == NULL || index >= doc->entries)
        return NULL;
    if (doc->names == NULL)
        doc->names = list_names(doc);
    return doc->names ? doc->names[index] : NULL;
}

/* Who asks goes from the first entry to the last. */
static size_t
line_of(struct vmx_doc *doc, size_t entry)
{
    size_t at = doc->cursor_entry <= entry ? doc->cursor_entry : 0;
    size_t line = at ? doc->cursor_line : 0;

    for (;; line++)
        if (doc->lines[line].kind == VX_LINE_ENTRY && at++ == entry)
            break;
    doc->cursor_entry = entry;
    doc->cursor_line = line;
    return line;
}

const char *
vmx_doc_value(struct vmx_doc *doc, size_t index)
{
    if (doc == NULL || index >= doc->entries)
        return NULL;
    return vx_doc_string(doc, &doc->lines[line_of(doc, index)]).s;
}
