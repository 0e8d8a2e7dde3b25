/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "map/tovmx.h"

#include "doc/spell.h"
#include "map/foreign.h"
#include "map/fromxml.h"
#include "map/path.h"
#include "map/remember.h"
#include "map/settle.h"

#include <stdlib.h>

#include "base/banned.h"

enum {
    ARENA_CEILING = 1 << 30,
};

/* ---- the keys of a domain -------------------------------------------------------- */

/* One reading of a domain, and the text that its keys are. */
struct asking {
    struct vx_back back;
    struct vx_buf text;
    struct vmx_doc *doc; /* of the text; NULL until somebody compares */
};

static void
asking_done(struct asking *asking)
{
    vmx_doc_free(asking->doc);
    vx_buf_done(&asking->text);
}

/* Nothing to escape in a file of any charset?  In displayName slashes are. */
static bool
is_plain(struct vx_str name, struct vx_str value)
{
    if (vx_str_ieq(name, VX_STR("displayName")))
        return false;
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.s[i];

        if (c < ' ' || c > '~' || c == '"' || c == '|' || c == '%')
            return false;
    }
    return true;
}

static enum vmx_status
put_entry(struct asking *asking, struct vmx_doc *spelling, const struct vx_want *want)
{
    enum vmx_status status = VMX_OK;

    vx_buf_str(&asking->text, want->name);
    vx_buf_lit(&asking->text, " = \"");
    if (is_plain(want->name, want->value))
        vx_buf_str(&asking->text, want->value);
    else
        status = vx_spell_value(spelling, want->name, want->value, &asking->text);
    vx_buf_lit(&asking->text, "\"\n");
    return status;
}

/* The keys as text, in the order of a new file. */
static enum vmx_status
make_text(struct asking *asking)
{
    static const char head[] = ".encoding = \"UTF-8\"\n";
    struct vmx_doc *spelling = NULL; /* knows the charset */
    enum vmx_status status = vmx_doc_parse(head, sizeof(head) - 1, NULL, &spelling);

    for (size_t i = 0; i < asking->back.want_count && status == VMX_OK; i++) {
        const struct vx_want *want = &asking->back.wants[i];

        if (i == 0
            || !vx_str_ieq(want->name, want[-1].name)) /* two rows say the same */
            status = put_entry(asking, spelling, want);
    }
    vmx_doc_free(spelling);
    if (status == VMX_OK && asking->text.failed)
        status = VMX_ERR_NOMEM;
    if (status == VMX_OK && asking->text.size > VMX_MAX_TEXT)
        status = VMX_ERR_LIMIT;
    return status;
}

/* … and as a document, to look them up. */
static enum vmx_status
make_document(struct asking *asking)
{
    const char *text = asking->text.data ? asking->text.data : "";
    enum vmx_status status = vmx_doc_parse(text, asking->text.size, NULL, &asking->doc);

    return status == VMX_OK ? vx_doc_index(asking->doc) : status;
}

/* The domain may remember for whom it was made. */
static void
take_options(struct vx_map *map, struct vx_node *config)
{
    if (config && map->base.s == NULL)
        map->base = vx_remember_base(config);
    if (map->base.s && !vx_is_base(map->base)) {
        vx_diag(map->diags, VX_REMEMBERED_BASE, vx_xml_span(config),
                "the metadata's base is no datastore folder");
        map->base = VX_STR_NONE;
    }
    if (config && vx_remember_libvirt(config))
        map->libvirt = vx_remember_libvirt(config);
    if (config && vx_remember_host_mhz(config))
        map->host_mhz = vx_remember_host_mhz(config);
}

static enum vmx_status
ask(struct asking *asking, struct vx_map *map, struct vx_str text, unsigned hw)
{
    struct vx_node *domain;
    enum vmx_status status = vx_xml_read(text, map->arena, map->diags, &domain);

    if (status == VMX_OK)
        status = vx_foreign_unwrap(map, &domain);
    if (status != VMX_OK)
        return status;
    asking->text = VX_BUF(ARENA_CEILING); /* more than escapes can make of a domain */
    asking->back.hw_asked = hw;
    asking->back.config = vx_remember_find(domain);
    map->back = &asking->back;
    take_options(map, asking->back.config);
    vx_settle(map, domain);
    status = vx_foreign_settle(map, domain);
    if (status == VMX_OK)
        status = vx_back_read(map, domain);
    return status == VMX_OK ? make_text(asking) : status;
}

/* ---- put over old text ----------------------------------------------------------- */

static struct vx_str
value_in(struct vmx_doc *doc, struct vx_str key)
{
    struct vx_line *line = vx_doc_find(doc, key);

    return line ? vx_doc_value(doc, line) : VX_STR_NONE;
}

/* The change on its way. */
struct change {
    struct vx_map *map;
    struct vmx_doc *doc, *before, *now;
};

/* Other keys of the device that say the same place in the XML as row `said`, an older
 * spelling of a flag for one: an edit must not leave them to contradict it. */
static void
drop_same(struct change *change, const struct vx_device *table,
          const struct vx_row *said, const struct vx_line *line, uint8_t sub)
{
    for (const struct vx_row *row = table->rows; row < table->rows + table->row_count;
         row++) {
        struct vx_str key;

        if (row == said || row->key < 0 || row->key == said->key || row->elem == NULL
            || row->place == VX_PLACE_HOOK || !vx_row_same_place(row, said))
            continue;
        key = vx_back_key(change->map, (enum vx_key_kind)table->kind, sub, line->index,
                          line->unit == VX_NO_NUMBER ? 0 : line->unit, row->key);
        if (key.s && !vx_doc_find(change->now, key))
            vx_doc_remove(change->doc, key);
    }
}

static void
drop_others(struct change *change, const struct vx_line *line)
{
    const struct vx_key_entry *entry;

    if (line->entry == VX_KEY_NO_ENTRY)
        return;
    entry = &vx_key_entries[line->entry];
    for (const struct vx_device *const *table = vx_devices; *table; table++)
        for (size_t i = 0; (*table)->kind == entry->kind && i < (*table)->row_count;
             i++)
            if ((*table)->rows[i].key == entry->prop && (*table)->rows[i].elem)
                drop_same(change, *table, &(*table)->rows[i], line, entry->sub);
}

/* Keys that the domain asks for now and the remembered document did not, or otherwise.
 */
static enum vmx_status
put_changes(struct change *change)
{
    enum vmx_status status = VMX_OK;

    for (size_t i = 0; i < change->now->count && status == VMX_OK; i++) {
        struct vx_line *line = &change->now->lines[i];
        struct vx_str value, old;

        if (line->kind != VX_LINE_ENTRY || line->winner) /* of two wishes the first */
            continue;
        value = vx_doc_value(change->now, line);
        old = value_in(change->before, vx_line_key(line));
        if (old.s && vx_str_eq(old, value))
            continue;
        status = vx_doc_put(change->doc, vx_line_key(line), value);
        drop_others(change, line);
    }
    return status;
}

/* … and those that it no longer asks for. */
static void
drop_changes(struct change *change)
{
    for (size_t i = 0; i < change->before->count; i++) {
        const struct vx_line *line = &change->before->lines[i];

        if (line->kind != VX_LINE_ENTRY || vx_doc_find(change->now, vx_line_key(line)))
            continue;
        vx_doc_remove(change->doc, vx_line_key(line));
        drop_others(change, line);
    }
}

/* A conversion as `map` is, in `arena`. */
static struct vx_map *
map_like(const struct vx_map *map, struct vx_arena *arena)
{
    struct vx_map *like = vx_arena_zero(arena, sizeof(*like));

    if (like == NULL)
        return NULL;
    like->arena = arena;
    like->losses_end = &like->losses;
    like->libvirt = map->libvirt;
    like->host_mhz = map->host_mhz;
    like->base = map->base;
    like->name = map->name;
    like->metadata = like->secrets = true;
    return like;
}

/* What the remembered document says as a domain, and which keys that asks for.  Without
 * the clock that it was made with it had no CPU limit. */
static enum vmx_status
ask_before(const struct vx_map *map, struct vmx_doc *doc, struct vx_arena *arena,
           struct asking *asking)
{
    struct vx_map *forth = map_like(map, arena), *back = map_like(map, arena);
    struct vmx_result *result = NULL;
    enum vmx_status status;

    if (forth == NULL || back == NULL)
        return VMX_ERR_NOMEM;
    forth->doc = doc;
    forth->host_mhz = vx_remember_host_mhz(map->back->config);
    forth->name = vx_remember_name(map->back->config);
    status = vx_convert_to_xml(forth, &result);
    if (status == VMX_ERR_INPUT) /* no VMX at all: it asks for nothing */
        return make_document(asking);
    if (status == VMX_OK)
        status =
            ask(asking, back, vx_str_of(result->text.data, result->text.size - 1), 0);
    if (status == VMX_OK)
        status = make_document(asking);
    vmx_result_free(result);
    return status;
}

static enum vmx_status
put_over(struct vx_map *map, struct vmx_doc *doc, struct vmx_doc *now)
{
    struct asking before VX_AUTO(asking_done) = {0};
    struct vx_arena arena;
    enum vmx_status status;

    vx_arena_init(&arena, ARENA_CEILING);
    status = ask_before(map, doc, &arena, &before);
    if (status == VMX_OK) {
        struct change change = {map, doc, before.doc, now};

        status = put_changes(&change);
        drop_changes(&change);
    }
    vx_arena_done(&arena);
    return status;
}

/* ---- the result ------------------------------------------------------------------ */

static enum vmx_status
emit(const struct vmx_doc *doc, struct vmx_result *result)
{
    vx_buf_room(&result->text, doc->size + 1);
    for (size_t i = 0; i < doc->count; i++)
        vx_buf_add(&result->text, doc->lines[i].text, doc->lines[i].size);
    return result->text.failed ? VMX_ERR_NOMEM : VMX_OK;
}

/* The remembered document with what the domain asks for put over it. */
static enum vmx_status
restore(struct vx_map *map, struct asking *asking, struct vmx_result *result)
{
    struct vmx_doc *doc = NULL;
    enum vmx_status status = make_document(asking);

    if (status == VMX_OK)
        status = vx_remember_build(map, asking->doc, &doc);
    if (status == VMX_OK)
        status = put_over(map, doc, asking->doc);
    if (status == VMX_OK)
        status = emit(doc, result);
    vmx_doc_free(doc);
    return status;
}

static enum vmx_status
convert(struct vx_map *map, struct vx_str text, unsigned hw, struct vmx_result *result)
{
    struct asking asking VX_AUTO(asking_done) = {0};
    enum vmx_status status = ask(&asking, map, text, hw);

    if (status == VMX_OK && asking.back.config)
        status = restore(map, &asking, result);
    else if (status == VMX_OK)
        vx_buf_str(&result->text, vx_buf_text(&asking.text));
    map->back = NULL;
    if (status != VMX_OK)
        return status;
    vx_buf_char(&result->text, '\0');
    vx_loss_list(map, &result->losses);
    return map->arena->failed || result->text.failed ? VMX_ERR_NOMEM : VMX_OK;
}

enum vmx_status
vx_convert_to_vmx(struct vx_map *map, struct vx_str text, unsigned hw,
                  struct vmx_result **ret)
{
    struct vmx_result *result = vx_result_new(VMX_MAX_TEXT + 1);
    enum vmx_status status;

    if (result == NULL)
        return VMX_ERR_NOMEM;
    map->arena = &result->arena;
    map->losses_end = &map->losses;
    status = convert(map, text, hw, result);
    if (status == VMX_OK)
        *ret = result;
    else
        vmx_result_free(result);
    return status;
}
