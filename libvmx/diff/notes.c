/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diff/notes.h"

#include <stdlib.h>

#include "base/banned.h"

/* ---- sets of comments ------------------------------------------------------------ */

struct texts {
    struct vx_str *items;
    size_t count;
};

static struct vx_str
text_of(const struct vx_line *line)
{
    struct vx_str text = vx_str_of(line->text, line->size);

    if (line->odd & VX_ODD_BOM)
        text = vx_str_skip(text, 3);
    while (text.n && (text.s[text.n - 1] == '\n' || text.s[text.n - 1] == '\r'))
        text.n--;
    return vx_str_trim(text);
}

static int
compare_texts(const void *a, const void *b)
{
    const struct vx_str *one = a, *two = b;
    size_t least = one->n < two->n ? one->n : two->n;
    int order = least ? memcmp(one->s, two->s, least) : 0;

    return order ? order : (one->n > two->n) - (one->n < two->n);
}

static bool
collect(struct texts *texts, const struct vmx_doc *doc)
{
    texts->count = 0;
    texts->items = calloc(doc->count + 1, sizeof(*texts->items));
    if (texts->items == NULL)
        return false;
    for (size_t i = 0; i < doc->count; i++)
        if (doc->lines[i].kind == VX_LINE_COMMENT)
            texts->items[texts->count++] = text_of(&doc->lines[i]);
    if (texts->count > 1)
        qsort(texts->items, texts->count, sizeof(*texts->items), compare_texts);
    return true;
}

static bool
has(const struct texts *texts, struct vx_str text)
{
    return texts->count
           && bsearch(&text, texts->items, texts->count, sizeof(text), compare_texts)
                  != NULL;
}

/* ---- what comes and goes --------------------------------------------------------- */

struct sets {
    struct texts base, theirs, result;
};

/* The line of the result that has the key of line `next` of theirs, or the end. */
static size_t
place_of(const struct vmx_doc *theirs, size_t next, struct vmx_doc *result)
{
    const struct vx_line *found = NULL;
    size_t at;

    if (next < theirs->count)
        found = vx_doc_find(result, vx_line_key(&theirs->lines[next]));
    if (found == NULL)
        return result->count;
    at = (size_t)(found - result->lines);
    return at == 0 && (found->odd & VX_ODD_BOM) ? 1 : at;
}

/* Bytes mean the same in both documents. */
static bool
fits(const struct vmx_doc *theirs, const struct vmx_doc *result, struct vx_str text)
{
    return vx_ascii(text)
           || (theirs->charset_kind == result->charset_kind
               && (theirs->charset_kind == VX_CHARSET_UTF8
                   || vx_str_ieq(theirs->encoding, result->encoding)));
}

static int
compare_notes(const void *a, const void *b)
{
    const struct vx_note *one = a, *two = b;

    if (one->at != two->at)
        return one->at < two->at ? -1 : 1;
    return (one->order > two->order) - (one->order < two->order);
}

static void
find_new(struct vx_notes *notes, const struct sets *sets, const struct vmx_doc *theirs,
         struct vmx_doc *result)
{
    size_t next = theirs->count; /* the statement behind */

    for (size_t i = theirs->count; i-- > 0;) {
        struct vx_str text;

        if (theirs->lines[i].kind == VX_LINE_ENTRY)
            next = i;
        if (theirs->lines[i].kind != VX_LINE_COMMENT)
            continue;
        text = text_of(&theirs->lines[i]);
        if (!has(&sets->base, text) && !has(&sets->result, text)
            && fits(theirs, result, text))
            notes->items[notes->count++] =
                (struct vx_note){place_of(theirs, next, result), i, text};
    }
    if (notes->count > 1)
        qsort(notes->items, notes->count, sizeof(*notes->items), compare_notes);
}

/* One that shares its line with a statement stays. */
static void
find_gone(struct vx_notes *notes, const struct sets *sets, const struct vmx_doc *result)
{
    for (size_t i = 0; i < result->count; i++) {
        const struct vx_line *line = &result->lines[i];
        bool shares = i && line[-1].eol == VX_EOL_SEMICOLON;

        if (line->kind == VX_LINE_COMMENT && !shares && !(line->odd & VX_ODD_BOM))
            notes->gone[i] =
                has(&sets->base, text_of(line)) && !has(&sets->theirs, text_of(line));
    }
}

enum vmx_status
vx_notes_find(struct vx_notes *notes, const struct vmx_doc *base,
              const struct vmx_doc *theirs, struct vmx_doc *result)
{
    struct sets sets = {.base = {NULL, 0}};
    bool done = collect(&sets.base, base) && collect(&sets.theirs, theirs)
                && collect(&sets.result, result);

    *notes = (struct vx_notes){.count = 0};
    notes->gone = calloc(result->count + 1, sizeof(*notes->gone));
    notes->items = calloc(sets.theirs.count + 1, sizeof(*notes->items));
    done = done && notes->gone && notes->items && vx_doc_index(result) == VMX_OK;
    if (done) {
        find_new(notes, &sets, theirs, result);
        find_gone(notes, &sets, result);
    }
    free(sets.base.items);
    free(sets.theirs.items);
    free(sets.result.items);
    return done ? VMX_OK : VMX_ERR_NOMEM;
}

void
vx_notes_put(struct vx_notes *notes, struct vx_buf *out, size_t at, struct vx_str eol)
{
    for (; notes->next < notes->count && notes->items[notes->next].at == at;
         notes->next++) {
        if (out->size && out->data[out->size - 1] != '\n'
            && out->data[out->size - 1] != '\r')
            vx_buf_str(out, eol);
        vx_buf_str(out, notes->items[notes->next].text);
        vx_buf_str(out, eol);
    }
}

void
vx_notes_done(struct vx_notes *notes)
{
    free(notes->items);
    free(notes->gone);
}
