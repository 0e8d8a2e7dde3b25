/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Structures into elements, by their rows: all text is escaped, the order is that of
 * the description. */
#include "base/xmlw.h"
#include "vi/soap.h"

#include "base/banned.h"

struct list {
    const char *at;
    size_t count;
};

static void
open_tag(struct vx_buf *out, const char *name)
{
    vx_buf_char(out, '<');
    vx_buf_str(out, vx_str_c(name));
}

static void
close_tag(struct vx_buf *out, const char *name)
{
    vx_buf_lit(out, "</");
    vx_buf_str(out, vx_str_c(name));
    vx_buf_char(out, '>');
}

/* NULL, or why XML cannot hold it. */
static const char *
put_text(struct vx_buf *out, struct vx_str text)
{
    if (!vx_xml_holds(text))
        return "text that XML cannot hold";
    while (text.n) {
        ptrdiff_t at = vx_str_find(text, '\r'); /* a reader makes a line feed of it */

        vx_xml_escape(out, vx_str_of(text.s, at < 0 ? text.n : (size_t)at));
        if (at < 0)
            break;
        vx_buf_lit(out, "&#13;");
        text = vx_str_skip(text, (size_t)at + 1);
    }
    return NULL;
}

static const char *
put_element(struct vx_buf *out, const char *name, struct vx_str text)
{
    const char *why;

    open_tag(out, name);
    vx_buf_char(out, '>');
    why = put_text(out, text);
    close_tag(out, name);
    return why;
}

static const char *
put_ref(struct vx_buf *out, const char *name, const struct vi_ref *ref)
{
    const char *why;

    open_tag(out, name);
    vx_buf_lit(out, " type=\"");
    vx_xml_escape(out, ref->type);
    vx_buf_lit(out, "\">");
    why = put_text(out, ref->value);
    close_tag(out, name);
    return why;
}

static const char *
put_any(struct vx_buf *out, const char *name, struct vx_str text)
{
    const char *why;

    open_tag(out, name);
    vx_buf_lit(out, " xsi:type=\"xsd:string\">");
    why = put_text(out, text);
    close_tag(out, name);
    return why;
}

static const char *
put_number(struct vx_buf *out, const struct vi_member *member, int64_t value)
{
    open_tag(out, member->name);
    vx_buf_char(out, '>');
    if (member->is == VI_IS_NUMBER)
        vx_buf_int(out, value);
    else if (value)
        vx_buf_lit(out, "true");
    else
        vx_buf_lit(out, "false");
    close_tag(out, member->name);
    return NULL;
}

static size_t
word_count(const struct vi_type *type)
{
    size_t count = 0;

    while (type->words[count])
        count++;
    return count;
}

static const char *
put_word(struct vx_buf *out, const struct vi_member *member, int value)
{
    const struct vi_type *type = &vi_types[member->type];

    if (value < 0 || (size_t)value > word_count(type))
        return member->name;
    return put_element(out, member->name, vx_str_c(type->words[value - 1]));
}

/* Writes one value, and *ret_size is how large it is; nothing when it is not set, which
 * *ret_set tells. */
static const char *
put_one(struct vx_buf *out, const struct vi_member *member, const void *place,
        bool *ret_set, size_t *ret_size)
{
    const struct vx_str *text = place;
    const struct vi_number *number = place;
    const struct vi_word *word = place;
    const struct vi_ref *ref = place;
    const struct vi_any *any = place;
    const void *object;

    *ret_set = false;
    switch ((enum vi_is)member->is) {
    case VI_IS_STRING:
        *ret_size = sizeof(*text);
        *ret_set = text->s != NULL;
        return *ret_set ? put_element(out, member->name, *text) : NULL;
    case VI_IS_NUMBER:
    case VI_IS_BOOLEAN:
        *ret_size = sizeof(*number);
        *ret_set = number->set;
        return *ret_set ? put_number(out, member, number->value) : NULL;
    case VI_IS_WORD:
        *ret_size = sizeof(*word);
        *ret_set = word->value != 0;
        return *ret_set ? put_word(out, member, word->value) : NULL;
    case VI_IS_REF:
        *ret_size = sizeof(*ref);
        *ret_set = ref->value.s != NULL;
        return *ret_set ? put_ref(out, member->name, ref) : NULL;
    case VI_IS_ANY:
        *ret_size = sizeof(*any);
        *ret_set = any->text.s != NULL;
        return *ret_set ? put_any(out, member->name, any->text) : NULL;
    case VI_IS_OBJECT:
        memcpy(&object, place, sizeof(object));
        *ret_size = sizeof(object);
        *ret_set = object != NULL;
        return *ret_set ? vi_encode(out, member->name, object) : NULL;
    case VI_IS_NOTHING:
        break;
    }
    return member->name;
}

static const char *
put_list(struct vx_buf *out, const struct vi_member *member, const void *place)
{
    struct list list;
    size_t size = 0;
    const char *why;
    bool set = false;

    memcpy(&list, place, sizeof(list));
    if (list.count == 0 && !member->optional)
        return member->name;
    for (size_t i = 0; i < list.count; i++) {
        why = put_one(out, member, list.at + i * size, &set, &size);
        if (why || !set)
            return why ? why : member->name;
    }
    return NULL;
}

static const char *
put_members(struct vx_buf *out, const void *object)
{
    const struct vi_type *type = ((const struct vi_object *)object)->type;
    const char *why = NULL;
    size_t size = 0;
    bool set = false;

    for (size_t i = 0; i < type->count && why == NULL; i++) {
        const struct vi_member *member = &type->members[i];
        const void *place = (const char *)object + member->offset;

        if (member->many) {
            why = put_list(out, member, place);
            continue;
        }
        why = put_one(out, member, place, &set, &size);
        if (why == NULL && !set && !member->optional)
            why = member->name;
    }
    return why;
}

const char *
vi_encode(struct vx_buf *out, const char *name, const void *object)
{
    const char *why;

    open_tag(out, name);
    vx_buf_lit(out, " xsi:type=\"");
    vx_buf_str(out, vx_str_c(((const struct vi_object *)object)->type->name));
    vx_buf_lit(out, "\">");
    why = put_members(out, object);
    close_tag(out, name);
    return why;
}

const char *
vi_encode_call(struct vx_buf *out, struct vi_ref self, const void *call)
{
    const struct vi_type *type = ((const struct vi_object *)call)->type;
    const char *why;

    vx_buf_lit(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<soapenv:Envelope "
                    "xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" "
                    "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "
                    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
                    "<soapenv:Body><");
    vx_buf_str(out, vx_str_c(type->name));
    vx_buf_lit(out, " xmlns=\"urn:vim25\">");
    why = self.value.s ? put_ref(out, "_this", &self) : "there is no such object";
    if (why == NULL)
        why = put_members(out, call);
    close_tag(out, type->name);
    vx_buf_lit(out, "</soapenv:Body></soapenv:Envelope>");
    if (why == NULL && out->failed)
        why = "out of memory";
    return why;
}
