/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys that go, with their lines, in one pass and without memory: whatever else is in
 * the document keeps every byte. */
#include "doc/change.h"
#include "doc/spell.h"

#include "base/glob.h"

#include "base/banned.h"

static const char bom[] = "\xEF\xBB\xBF";

/* Makes the line a blank one of `size` bytes that begin at its `from`th. */
static void
leave_blank(struct vx_line *line, uint32_t from, uint32_t size, uint16_t odd,
            uint8_t eol)
{
    *line = (struct vx_line){
        .text = line->text + from,
        .size = size,
        .odd = odd,
        .kind = VX_LINE_BLANK,
        .eol = eol,
    };
}

/* What must stay of a removed line: the file's byte order mark, the line end that
 * statements before it on the line need, or one that keeps bytes behind it from
 * becoming such a mark.  False when nothing must. */
static bool
leave_rest(struct vmx_doc *doc, size_t i, size_t kept)
{
    struct vx_line *line = &doc->lines[i];
    uint32_t end = vx_eol_size(line->eol);

    if (line->odd & VX_ODD_BOM) {
        leave_blank(line, 0, 3, VX_ODD_BOM, VX_EOL_NONE);
        return true;
    }
    if ((kept && doc->lines[kept - 1].eol == VX_EOL_SEMICOLON
         && vx_ends_line(line->eol))
        || (kept == 0 && end && i + 1 < doc->count
            && vx_str_starts(vx_line_text(line + 1), vx_str_of(bom, 3)))) {
        leave_blank(line, line->size - end, end, 0, line->eol);
        return true;
    }
    return false;
}

/* The new last line of a file that had no last line end has none either. */
static void
drop_last_end(struct vmx_doc *doc)
{
    struct vx_line *last = doc->count ? &doc->lines[doc->count - 1] : NULL;
    uint32_t end = last && vx_ends_line(last->eol) ? vx_eol_size(last->eol) : 0;

    if (end == 0)
        return;
    last->size -= end;
    last->eol = VX_EOL_NONE;
    doc->size -= end;
    if (last->size == 0)
        doc->count--;
}

/* Without the index, which may need memory. */
size_t
vx_doc_remove_where(struct vmx_doc *doc, vx_key_wanted *wanted, const void *what)
{
    bool ended = doc->count && doc->lines[doc->count - 1].eol != VX_EOL_NONE;
    bool last = false, no_encoding = false;
    bool bound = doc->charset_kind != VX_CHARSET_UTF8 && !vx_doc_is_ascii(doc);
    size_t kept = 0, size = 0, entries = doc->entries;

    for (size_t i = 0; i < doc->count; i++) {
        struct vx_str key = vx_line_key(&doc->lines[i]);

        last = false;
        if (doc->lines[i].kind == VX_LINE_ENTRY && wanted(key, what)
            && !(bound && vx_is_encoding_key(key))) {
            no_encoding = no_encoding || vx_is_encoding_key(key);
            doc->entries--;
            last = !leave_rest(doc, i, kept);
        }
        if (last)
            continue;
        size += doc->lines[i].size;
        if (kept++ != i)
            doc->lines[kept - 1] = doc->lines[i];
    }
    if (doc->entries == entries)
        return 0;
    doc->count = kept;
    doc->size = size;
    if (last && !ended)
        drop_last_end(doc);
    if (doc->index)
        vx_doc_reindex(doc); /* fewer keys need no more memory */
    if (no_encoding)
        vx_doc_use_encoding(doc, NULL, VX_CHARSET_UTF8);
    vx_doc_note_all(doc);
    vx_doc_changed(doc);
    return entries - doc->entries;
}

static bool
is_key(struct vx_str key, const void *what)
{
    return vx_str_ieq(key, *(const struct vx_str *)what);
}

bool
vx_doc_remove(struct vmx_doc *doc, struct vx_str key)
{
    if (doc->index && !vx_doc_find(doc, key))
        return false;
    return vx_doc_remove_where(doc, is_key, &key) > 0;
}

static bool
matches(struct vx_str key, const void *what)
{
    return vx_glob(*(const struct vx_str *)what, key);
}

size_t
vmx_doc_remove_all(struct vmx_doc *doc, const char *pattern)
{
    struct vx_str glob = vx_str_c(pattern);

    return doc && pattern ? vx_doc_remove_where(doc, matches, &glob) : 0;
}

bool
vmx_doc_remove(struct vmx_doc *doc, const char *key)
{
    return doc && key && vx_doc_remove(doc, vx_str_c(key));
}
