/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "map/tovmx.h"

#include "doc/spell.h"
#include "map/foreign.h"
#include "map/remember.h"
#include "map/units.h"

#include <stdlib.h>

#include "base/banned.h"

enum {
    ARENA_CEILING = 1 << 30,
};

/* ---- the keys of a domain -------------------------------------------------------- */

/* One reading of a domain, and the document that its keys are. */
struct asking {
    struct vx_map *map;
    struct vx_back back;
    struct vmx_doc *doc;
};

/* The keys as a document, in the order of a new file. */
static enum vmx_status
make_document(struct asking *asking)
{
    static const char head[] = ".encoding = \"UTF-8\"\n";
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    struct vmx_doc *spelling = NULL; /* knows the charset */
    enum vmx_status status = vmx_doc_parse(head, sizeof(head) - 1, NULL, &spelling);

    for (size_t i = 0; i < asking->back.want_count && status == VMX_OK; i++) {
        const struct vx_want *want = &asking->back.wants[i];

        if (i && vx_str_ieq(want->name, want[-1].name)) /* two rows say the same */
            continue;
        vx_buf_str(&text, want->name);
        vx_buf_lit(&text, " = \"");
        status = vx_spell_value(spelling, want->name, want->value, &text);
        vx_buf_lit(&text, "\"\n");
    }
    vmx_doc_free(spelling);
    if (status == VMX_OK)
        status = text.failed ? VMX_ERR_LIMIT
                             : vmx_doc_parse(text.data ? text.data : "", text.size,
                                             NULL, &asking->doc);
    return status == VMX_OK ? vx_doc_index(asking->doc) : status;
}

/* The domain may remember for whom it was made. */
static void
take_options(struct vx_map *map, struct vx_node *config)
{
    if (config && map->base.s == NULL)
        map->base = vx_remember_base(config);
    if (config && vx_remember_libvirt(config))
        map->libvirt = vx_remember_libvirt(config);
}

static enum vmx_status
ask(struct asking *asking, struct vx_map *map, struct vx_str text, unsigned hw)
{
    struct vx_node *domain;
    enum vmx_status status = vx_xml_read(text, map->arena, map->diags, &domain);

    if (status != VMX_OK)
        return status;
    asking->map = map;
    asking->back.hw_asked = hw;
    map->back = &asking->back;
    take_options(map, vx_remember_find(domain));
    vx_units_settle(map, domain);
    status = vx_foreign_settle(map, domain);
    if (status == VMX_OK)
        status = vx_back_read(map, domain);
    return status == VMX_OK ? make_document(asking) : status;
}

/* ---- put over old text ----------------------------------------------------------- */

static struct vx_str
value_in(struct vmx_doc *doc, struct vx_str key)
{
    struct vx_line *line = vx_doc_find(doc, key);

    return line ? vx_doc_value(doc, line) : VX_STR_NONE;
}

/* Keys that the domain asks for now and the remembered document did not, or otherwise.
 */
static enum vmx_status
put_changes(struct vmx_doc *doc, struct vmx_doc *before, struct vmx_doc *now)
{
    enum vmx_status status = VMX_OK;

    for (size_t i = 0; i < now->count && status == VMX_OK; i++) {
        struct vx_line *line = &now->lines[i];
        struct vx_str value, old;

        if (line->kind != VX_LINE_ENTRY)
            continue;
        value = vx_doc_value(now, line);
        old = value_in(before, vx_line_key(line));
        if (old.s == NULL || !vx_str_eq(old, value))
            status = vx_doc_set(doc, vx_line_key(line), value);
    }
    return status;
}

/* … and those that it no longer asks for, with the keys that say the same. */
static void
drop_changes(struct vmx_doc *doc, struct vmx_doc *before, struct vmx_doc *now)
{
    for (size_t i = 0; i < before->count; i++) {
        const struct vx_line *line = &before->lines[i];

        if (line->kind != VX_LINE_ENTRY || vx_doc_find(now, vx_line_key(line)))
            continue;
        vx_doc_remove(doc, vx_line_key(line));
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

/* What the remembered document says as a domain, and which keys that asks for. */
static enum vmx_status
ask_before(const struct vx_map *map, struct vmx_doc *doc, struct vx_arena *arena,
           struct vmx_doc **ret)
{
    struct vx_map *forth = map_like(map, arena), *back = map_like(map, arena);
    struct asking asking = {0};
    struct vmx_result *result = NULL;
    enum vmx_status status;

    if (forth == NULL || back == NULL)
        return VMX_ERR_NOMEM;
    forth->doc = doc;
    status = vx_convert_to_xml(forth, &result);
    if (status == VMX_OK)
        status =
            ask(&asking, back, vx_str_of(result->text.data, result->text.size - 1), 0);
    vmx_result_free(result);
    *ret = asking.doc;
    return status;
}

static enum vmx_status
put_over(struct vx_map *map, struct vmx_doc *doc, struct vmx_doc *now)
{
    struct vmx_doc *before = NULL;
    struct vx_arena arena;
    enum vmx_status status;

    vx_arena_init(&arena, ARENA_CEILING);
    status = ask_before(map, doc, &arena, &before);
    if (status == VMX_OK)
        status = put_changes(doc, before, now);
    if (status == VMX_OK)
        drop_changes(doc, before, now);
    vmx_doc_free(before);
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
    vx_buf_char(&result->text, '\0');
    return result->text.failed ? VMX_ERR_NOMEM : VMX_OK;
}

static enum vmx_status
convert(struct vx_map *map, struct vx_str text, unsigned hw, struct vmx_result *result)
{
    struct asking asking = {0};
    struct vmx_doc *doc = NULL;
    enum vmx_status status = ask(&asking, map, text, hw);

    if (status == VMX_OK && asking.back.config)
        status = vx_remember_build(map, asking.doc, &doc);
    if (status == VMX_OK && doc)
        status = put_over(map, doc, asking.doc);
    if (status == VMX_OK)
        status = emit(doc ? doc : asking.doc, result);
    vmx_doc_free(doc);
    vmx_doc_free(asking.doc);
    map->back = NULL;
    if (status != VMX_OK)
        return status;
    vx_loss_list(map, &result->losses);
    return map->arena->failed ? VMX_ERR_NOMEM : VMX_OK;
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
