/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One <vmx:key> for each key that is kept, in the file's order and spelling: by name
 * alone where formatting what the elements say gives its text, with the text where it
 * does not.  The text is the file's own, escapes and all, so it comes back to the
 * letter.  schemas/vmx-config.rng is the grammar. */
#include "map/metadata.h"

#include "base/banned.h"

static void
base64(struct vx_buf *out, struct vx_str bytes)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *p = (const unsigned char *)bytes.s;

    for (size_t i = 0; i < bytes.n; i += 3) {
        size_t left = bytes.n - i;
        uint32_t word = (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0)
                        | (left > 2 ? p[i + 2] : 0u);

        vx_buf_char(out, digits[word >> 18]);
        vx_buf_char(out, digits[word >> 12 & 63]);
        vx_buf_char(out, left > 1 ? digits[word >> 6 & 63] : '=');
        vx_buf_char(out, left > 2 ? digits[word & 63] : '=');
    }
}

/* ` text='…'`, or ` base64='…'` for bytes that XML cannot hold as they are. */
static void
put_text(struct vx_buf *out, bool plain, struct vx_str text, struct vx_str bytes)
{
    if (plain) {
        vx_buf_lit(out, " text='");
        vx_xml_escape_exact(out, text);
    } else {
        vx_buf_lit(out, " base64='");
        base64(out, bytes);
    }
    vx_buf_char(out, '\'');
}

/* A whole statement that is no assignment, or whose key XML cannot hold. */
static void
put_line(struct vx_buf *out, const struct vx_line *line)
{
    size_t mark = line->odd & VX_ODD_BOM ? 3 : 0; /* the header has it */
    struct vx_str bytes = vx_str_of(line->text + mark, line->size - mark);

    while (bytes.n && (bytes.s[bytes.n - 1] == '\n' || bytes.s[bytes.n - 1] == '\r'))
        bytes.n--;
    vx_buf_lit(out, "      <vmx:line");
    if (bytes.n)
        put_text(out, vx_xml_holds(bytes), bytes, bytes);
    vx_buf_lit(out, "/>\n");
}

/* The usual key, whose name and text need no escaping, in one go. */
static void
put_plain_key(struct vx_buf *out, const struct vx_line *line, bool with_text)
{
    char *at = vx_buf_room(out, (size_t)line->key_size + line->value_size + 64);

    if (at == NULL)
        return;
    at = vx_copy(at, "      <vmx:key name='", 21);
    at = vx_copy(at, line->text + line->key, line->key_size);
    if (with_text) {
        at = vx_copy(at, "' text='", 8);
        at = vx_copy(at, line->text + line->value, line->value_size);
    }
    at = vx_copy(at, "'/>\n", 4);
    out->size = (size_t)(at - out->data);
}

static void
put_key(struct vx_map *map, struct vx_buf *out, struct vx_line *line, bool with_text)
{
    struct vx_str key = vx_line_key(line), text;

    if (VX_LIKELY(line->odd == 0 && line->plain
                  && (!with_text || vx_xml_plain(vx_line_raw(line))))) {
        put_plain_key(out, line, with_text);
        return;
    }
    if (VX_UNLIKELY((line->odd & VX_ODD_KEY) && !vx_xml_holds(key))) {
        put_line(out, line);
        return;
    }
    vx_buf_lit(out, "      <vmx:key name='");
    if (VX_LIKELY(!(line->odd & VX_ODD_KEY)))
        vx_buf_str(out, key);
    else
        vx_xml_escape_exact(out, key);
    vx_buf_char(out, '\'');
    if (with_text) {
        text = vx_doc_text(map->doc, line);
        put_text(out,
                 line->plain || (!(line->odd & VX_ODD_CHARSET) && vx_xml_holds(text)),
                 text, vx_line_raw(line));
    }
    vx_buf_lit(out, "/>\n");
}

static void
put_header(struct vx_map *map, struct vx_buf *out)
{
    static const char *const ends[] = {
        [VX_EOL_NONE] = "", [VX_EOL_LF] = "lf",        [VX_EOL_CRLF] = "crlf",
        [VX_EOL_CR] = "cr", [VX_EOL_SEMICOLON] = "lf",
    };
    const struct vmx_doc *doc = map->doc;
    const struct vx_line *first = &doc->lines[0], *last = &doc->lines[doc->count - 1];

    vx_buf_lit(out, "    <vmx:config xmlns:vmx='" VX_METADATA_URI "'");
    if (first->eol != VX_EOL_NONE) {
        vx_buf_lit(out, " eol='");
        vx_buf_str(out, vx_str_c(ends[first->eol]));
        vx_buf_char(out, '\'');
    }
    if (last->eol == VX_EOL_NONE)
        vx_buf_lit(out, " final-eol='no'");
    if (first->odd & VX_ODD_BOM)
        vx_buf_lit(out, " bom='yes'");
    vx_xml_exact_attr(out, "base", map->base);
    if (map->libvirt != UINT32_MAX)
        vx_buf_printf(out, " libvirt='%u'", map->libvirt);
    if (map->host_mhz)
        vx_buf_printf(out, " host-mhz='%u'", map->host_mhz);
    if (map->vm.identity.named_by_file)
        vx_xml_exact_attr(out, "name", map->vm.identity.name);
    vx_buf_lit(out, ">\n");
}

/* What tells a device again after the XML was edited: the keys of "ethernet0" go where
 * the interface with that MAC goes. */
static void
put_device(struct vx_map *map, struct vx_buf *out, const struct vx_instance *device)
{
    const struct vx_device *table = device->table;
    struct vx_str key = vx_line_key(&map->doc->lines[device->first_line - 1]);
    struct vx_mark mark = {VX_STR_NONE, VX_STR_NONE, VX_STR_NONE};
    ptrdiff_t dot;

    if (vx_str_istarts(key, VX_STR("sched.")))
        key = vx_str_skip(key, 6);
    dot = table->present < 0 ? -1 : vx_str_find(key, '.'); /* of one key: its name */
    vx_buf_lit(out, "      <vmx:device name='");
    vx_xml_escape_exact(out, vx_str_of(key.s, dot < 0 ? key.n : (size_t)dot));
    vx_buf_char(out, '\'');
    table->mark(map, device->model, &mark);
    vx_xml_exact_attr(out, "mac", mark.mac);
    vx_xml_exact_attr(out, "source", mark.source);
    vx_xml_exact_attr(out, "target", mark.target);
    vx_buf_lit(out, "/>\n");
}

/* Those of a kind in the order of their elements. */
static void
put_devices(struct vx_map *map, struct vx_buf *out)
{
    for (size_t kind = 0; kind < VX_KINDS; kind++)
        for (const struct vx_instance *i = map->slots.first[kind]; i; i = i->next)
            if (i->model && ((const struct vx_device *)i->table)->mark)
                put_device(map, out, i);
}

void
vx_metadata_write(struct vx_map *map)
{
    struct vx_buf *out = map->xml.out;
    struct vmx_doc *doc = map->doc;

    if (doc->count == 0)
        return;
    put_header(map, out);
    put_devices(map, out);
    for (uint32_t i = 0; i < doc->count; i++) {
        struct vx_line *line = &doc->lines[i];
        uint8_t state = map->state[i];

        if (line->kind != VX_LINE_ENTRY) {
            if (!line->secret || map->secrets)
                put_line(out, line);
            else
                vx_map_loss(map, VX_SECRET_LEFT_OUT, VMX_LOSS_WARNING, i + 1, NULL,
                            NULL);
            continue;
        }
        if (state & VX_LINE_SAID)
            put_key(map, out, line, !(state & VX_LINE_EXACT));
        else if (!(state & (VX_LINE_RUNTIME | VX_LINE_SECRET)))
            put_key(map, out, line, true);
    }
    vx_buf_lit(out, "    </vmx:config>\n");
}

/* What becomes of a line that no element says. */
static enum vmx_fate
fate_unsaid(struct vx_map *map, const struct vx_line *line, uint32_t i)
{
    uint8_t *state = &map->state[i];

    if (VX_UNLIKELY(line->secret && !map->secrets)) {
        *state |= VX_LINE_SECRET;
        if (!(*state & VX_LINE_NOTED))
            vx_map_loss(map, VX_SECRET_LEFT_OUT, VMX_LOSS_WARNING, i + 1, NULL, NULL);
        return VMX_FATE_LOST;
    }
    if (line->entry != VX_KEY_NO_ENTRY
        && (vx_key_entries[line->entry].flags & VX_KEY_RUNTIME)) {
        *state |= VX_LINE_RUNTIME;
        return VMX_FATE_RUNTIME;
    }
    return map->metadata ? VMX_FATE_KEPT : VMX_FATE_LOST;
}

void
vx_fates(struct vx_map *map, uint8_t *fates, size_t counts[VMX_FATES])
{
    const struct vx_line *lines = map->doc->lines;
    const uint8_t *state = map->state;
    uint32_t count = (uint32_t)map->doc->count, *unsaid = map->unsaid;
    uint8_t *at = fates;

    for (uint32_t i = 0; i < count; i++) {
        const struct vx_line *line = &lines[i];

        if (line->kind != VX_LINE_ENTRY)
            continue;
        if ((state[i] & (VX_LINE_SAID | VX_LINE_DEFAULT)) && !line->winner
            && !(line->secret && !map->secrets)) {
            *at++ = VMX_FATE_MAPPED;
        } else {
            *at = (uint8_t)fate_unsaid(map, line, i);
            if (*at == VMX_FATE_LOST && !(state[i] & VX_LINE_NOTED))
                *unsaid++ = i;
            counts[*at++]++;
        }
    }
    map->unsaid_count = (size_t)(unsaid - map->unsaid);
    counts[VMX_FATE_MAPPED] = (size_t)(at - fates) - counts[VMX_FATE_KEPT]
                              - counts[VMX_FATE_RUNTIME] - counts[VMX_FATE_LOST];
}
