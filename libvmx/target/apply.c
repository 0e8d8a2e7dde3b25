/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs a stylesheet on one machine, and takes the report out of what it gives. */
#include "target/listen.h"
#include "target/target.h"
#include "target/write.h"

#include <stdio.h>
#include <stdlib.h>

#include "map/metadata.h"

#include "base/banned.h"

#define NEWEST 999999999u /* the parameter `libvirt` when no release was named */

/* One run. */
struct run {
    const struct vmx_target *target;
    const struct vx_xsl *xsl;
    struct vx_map *map;
    struct vmx_result *result;
    struct vx_listener listener;
    xsltTransformContext *context;
    xsltSecurityPrefs *prefs;
    xmlDoc *input, *output;
    bool keep_metadata;
    uint32_t release;
    struct vx_buf text; /* the domain without `config`, when that is apart */
    struct vx_str config;
};

/* ---- report ---------------------------------------------------------------------- */

static enum vmx_loss_category
category_of(const char *word)
{
    static const enum vmx_loss_category all[] = {VMX_LOSS_CRITICAL, VMX_LOSS_WARNING,
                                                 VMX_LOSS_INFORMATION};

    for (size_t i = 0; word && i < VX_COUNT(all); i++)
        if (strcmp(word, vmx_loss_category_text(all[i])) == 0)
            return all[i];
    return VMX_LOSS_WARNING;
}

/* One line, without blanks at its ends and without two in a row: as it was indented in
 * the stylesheet is of no account. */
static const char *
normal_text(struct vx_arena *arena, const xmlNode *node, const char *but)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1 << 16);
    size_t to = 0;

    vx_tree_text(&text, node, but);
    for (size_t i = 0; i < text.size; i++) {
        char c = vx_tree_is_blank(text.data[i]) ? ' ' : text.data[i];

        if (c != ' ' || (to > 0 && text.data[to - 1] != ' '))
            text.data[to++] = c;
    }
    to -= to && text.data[to - 1] == ' ';
    return to ? vx_arena_dup(arena, vx_str_of(text.data, to)).s : NULL;
}

static const xmlNode *
advice_of(const xmlNode *loss)
{
    for (const xmlNode *n = loss->children; n; n = n->next)
        if (vx_tree_is(n, VX_TARGET_URI, "advice"))
            return n;
    return NULL;
}

static void
note_loss(struct run *run, const xmlNode *node, struct vx_lost *lost)
{
    struct vx_arena *arena = &run->result->arena;
    struct vx_str key = vx_str_c(vx_tree_attr(node, "key"));
    const char *code = vx_tree_attr(node, "code");
    const struct vx_code_info *info = code ? vx_code_find(vx_str_c(code)) : NULL;
    const xmlNode *advice = advice_of(node);
    struct vx_line *line = key.n ? vx_doc_find(run->map->doc, key) : NULL;

    *lost = (struct vx_lost){
        .key = vx_arena_dup(arena, line ? vx_line_key(line) : key),
        .line = line ? line->number : 0,
        .code = (uint32_t)(info ? info->code : VX_TARGET_NOTE),
        .category = category_of(vx_tree_attr(node, "category")),
        .what = normal_text(arena, node, "advice"),
        .advice = advice ? normal_text(arena, advice, NULL) : NULL,
    };
    if (key.n == 0)
        lost->key = VX_STR_NONE;
    if (line)
        lost->value = line->secret
                          ? VX_STR("(redacted)")
                          : vx_arena_dup(arena, vx_doc_value(run->map->doc, line));
    if (lost->what == NULL)
        lost->what = info ? info->title : "reported without a text";
    if (lost->advice == NULL && info && advice == NULL)
        lost->advice = info->remedy;
}

static const xmlNode *
next_row(const xmlNode *at, const xmlNode *root, const char *name)
{
    do
        at = vx_tree_next(at, root, true);
    while (at && !vx_tree_is(at, VX_TARGET_URI, name));
    return at;
}

static size_t
count_rows(const xmlNode *root, const char *name)
{
    size_t count = 0;

    for (const xmlNode *n = next_row(root, root, name); n; n = next_row(n, root, name))
        count++;
    return count;
}

/* Takes away that one of the first `made` rows which a new one says it stands for.  How
 * many of them are left. */
static size_t
make_way(struct vx_loss_list *list, size_t made, const xmlNode *node)
{
    const struct vx_lost *lost = &list->rows[list->count - 1];
    const char *name = vx_tree_attr(node, "instead");
    const struct vx_code_info *info = name ? vx_code_find(vx_str_c(name)) : NULL;

    for (size_t i = 0; info && lost->line && i < made; i++) {
        if (list->rows[i].code != (uint32_t)info->code
            || list->rows[i].line != lost->line)
            continue;
        memmove(&list->rows[i], &list->rows[i + 1],
                (list->count - i - 1) * sizeof(*list->rows));
        list->count--;
        return made - 1;
    }
    return made;
}

/* The rows of the report, behind those that the way to the domain made. */
static void
take_losses(struct run *run, const xmlNode *root)
{
    struct vx_loss_list *list = &run->result->losses;
    size_t count = count_rows(root, "loss"), made = list->count;
    struct vx_lost *rows;

    if (count == 0)
        return;
    rows = vx_arena_array(&run->result->arena, list->count + count, sizeof(*rows));
    if (rows == NULL)
        return;
    if (list->count)
        memcpy(rows, list->rows, list->count * sizeof(*rows));
    list->rows = rows;
    for (const xmlNode *n = next_row(root, root, "loss"); n;
         n = next_row(n, root, "loss")) {
        note_loss(run, n, &rows[list->count++]);
        made = make_way(list, made, n);
    }
}

static const char *
dup_attr(struct run *run, const xmlNode *node, const char *name)
{
    return vx_arena_dup(&run->result->arena, vx_str_c(vx_tree_attr(node, name))).s;
}

static void
take_disks(struct run *run, const xmlNode *root)
{
    struct vmx_result *result = run->result;
    size_t count = count_rows(root, "disk");

    if (count == 0)
        return;
    result->disks = vx_arena_array(&result->arena, count, sizeof(*result->disks));
    if (result->disks == NULL)
        return;
    for (const xmlNode *n = next_row(root, root, "disk"); n;
         n = next_row(n, root, "disk")) {
        struct vmx_disk *disk = &result->disks[result->disk_count];
        const char *device = dup_attr(run, n, "device");

        disk->key = dup_attr(run, n, "key");
        if (disk->key == NULL)
            continue;
        result->disk_count++;
        disk->device = device ? device : "disk";
        disk->source = dup_attr(run, n, "source");
        disk->target = dup_attr(run, n, "target");
        disk->path = dup_attr(run, n, "path");
        disk->pool = dup_attr(run, n, "pool");
        disk->volume = dup_attr(run, n, "volume");
        disk->format = dup_attr(run, n, "format");
    }
}

/* ---- result ---------------------------------------------------------------------- */

static bool
is_ours(const xmlNode *node, void *data)
{
    const struct run *run = data;

    if (vx_tree_is(node, VX_TARGET_URI, NULL)
        || (!run->keep_metadata && vx_tree_is(node, VX_METADATA_URI, "config")))
        return true;
    if (node->ns || strcmp((const char *)node->name, "metadata") != 0)
        return false;
    for (const xmlNode *n = node->children; n; n = n->next)
        if (n->type == XML_ELEMENT_NODE && !is_ours(n, data))
            return false;
    return node->children != NULL;
}

static bool
is_text_output(const struct run *run)
{
    xsltStylesheet *style = run->target->style;

    while (style && style->method == NULL)
        style = run->xsl->xsltNextImport(style);
    return style && strcmp((const char *)style->method, "text") == 0;
}

/* HTML has rules of its own, which libxslt knows. */
static void
write_html(struct run *run, struct vx_buf *out)
{
    xmlChar *text = NULL;
    int size = 0;

    if (run->xsl->xsltSaveResultToString(&text, &size, run->output, run->target->style)
            == 0
        && text)
        vx_buf_add(out, text, (size_t)size);
    if (text)
        (*run->xsl->xmlFree)(text);
}

static enum vmx_status
write_result(struct run *run)
{
    struct vx_buf domain VX_AUTO(vx_buf_done) = run->result->text;
    struct vx_buf *out = &run->result->text;
    struct vx_tree_writer writer = {.out = out,
                                    .leave_out = is_ours,
                                    .data = run,
                                    .config = run->config,
                                    .comments = true};

    *out = VX_BUF(VX_TARGET_CEILING);
    vx_buf_room(out, domain.size);
    if (is_text_output(run)) {
        for (const xmlNode *n = run->output->children; n; n = n->next)
            vx_tree_text(out, n, NULL);
    } else if (run->output->type == XML_HTML_DOCUMENT_NODE) {
        write_html(run, out);
    } else {
        for (const xmlNode *n = run->output->children; n; n = n->next) {
            take_losses(run, n);
            if (run->result->disk_count == 0)
                take_disks(run, n);
        }
        vx_tree_write(&writer, run->output->children, 0);
    }
    if (writer.too_deep || (out->failed && out->size > VX_TARGET_CEILING / 2)) {
        vx_diag(run->map->diags, VX_STYLESHEET_LIMIT, VX_NO_SPAN,
                "the result of the stylesheet is too %s",
                writer.too_deep ? "deep" : "large");
        return VMX_ERR_LIMIT;
    }
    if (out->size == 0 && !out->failed) {
        vx_diag(run->map->diags, VX_EMPTY_RESULT, VX_NO_SPAN,
                "the stylesheet gave neither an element nor text");
        return VMX_ERR_INPUT;
    }
    vx_buf_char(out, '\0');
    return out->failed || run->result->arena.failed ? VMX_ERR_NOMEM : VMX_OK;
}

/* ---- run ------------------------------------------------------------------------- */

static void
run_done(struct run *run)
{
    if (run->context)
        run->xsl->xsltFreeTransformContext(run->context);
    if (run->prefs)
        run->xsl->xsltFreeSecurityPrefs(run->prefs);
    if (run->output)
        run->xsl->xmlFreeDoc(run->output);
    if (run->input)
        run->xsl->xmlFreeDoc(run->input);
    vx_buf_done(&run->text);
    vmx_result_free(run->result);
}

/* Nothing is read, written or fetched while a stylesheet runs. */
static bool
forbid_all(struct run *run)
{
    static const xsltSecurityOption all[] = {
        XSLT_SECPREF_READ_FILE, XSLT_SECPREF_WRITE_FILE, XSLT_SECPREF_CREATE_DIRECTORY,
        XSLT_SECPREF_READ_NETWORK, XSLT_SECPREF_WRITE_NETWORK};

    run->prefs = run->xsl->xsltNewSecurityPrefs();
    if (run->prefs == NULL)
        return false;
    for (size_t i = 0; i < VX_COUNT(all); i++)
        if (run->xsl->xsltSetSecurityPrefs(run->prefs, all[i],
                                           run->xsl->xsltSecurityForbid)
            != 0)
            return false;
    return run->xsl->xsltSetCtxtSecurityPrefs(run->prefs, run->context) == 0;
}

static bool
set_param(struct run *run, const char *name, const char *value)
{
    return run->xsl->xsltQuoteOneUserParam(run->context, (const xmlChar *)name,
                                           (const xmlChar *)value)
           == 0;
}

static bool
set_params(struct run *run)
{
    char release[16];

    for (size_t i = 0; i < run->target->param_count; i++)
        if (!set_param(run, run->target->params[i].name, run->target->params[i].value))
            return false;
    if (!run->target->takes_release)
        return true;
    snprintf(release, sizeof(release), "%u", run->release);
    return set_param(run, "libvirt", release);
}

/* The start tag of our own element and the lines about devices behind it, which come
 * before those of keys. */
static struct vx_str
config_head(struct vx_str config)
{
    struct vx_str left = config;

    do
        left = vx_str_skip(left, (size_t)(vx_str_find(left, '\n') + 1));
    while (vx_str_starts(left, VX_STR("      <vmx:device")));
    return vx_str_of(config.s, config.n - left.n);
}

/* Our own element is as long as all the rest, and a stylesheet that says which keys it
 * reads has no use for those in it but to copy them: so only its head goes through the
 * machinery, and its text later takes the place of that. */
static struct vx_str
input_text(struct run *run)
{
    struct vx_str whole = vx_str_of(run->result->text.data, run->result->text.size - 1);
    size_t at = run->map->config_at, end = run->map->config_end;
    struct vx_str config;

    if (run->target->keys == NULL || at == end)
        return whole;
    config = vx_str_of(whole.s + at, end - at);
    run->text = VX_BUF(whole.n + 100);
    vx_buf_room(&run->text, whole.n);
    vx_buf_str(&run->text, vx_str_of(whole.s, at));
    vx_buf_str(&run->text, config_head(config));
    vx_buf_lit(&run->text, "    </vmx:config>\n");
    vx_buf_str(&run->text, vx_str_skip(whole, end));
    if (run->text.failed)
        return whole;
    run->config = vx_str_trim(vx_str_of(config.s, config.n - 1));
    return vx_buf_text(&run->text);
}

static bool
prepare(struct run *run)
{
    run->input = vx_target_parse(&run->listener, input_text(run), NULL,
                                 XML_PARSE_NOBLANKS | XML_PARSE_COMPACT);
    if (run->input == NULL)
        return false;
    run->context = run->xsl->xsltNewTransformContext(run->target->style, run->input);
    if (run->context == NULL)
        return false;
    run->context->maxTemplateDepth = VX_TARGET_TEMPLATES;
    run->context->maxTemplateVars = VX_TARGET_VARIABLES;
    run->context->opLimit = VX_TARGET_STEPS;
    run->context->xpathCtxt->opLimit = VX_TARGET_STEPS;
    run->xsl->xsltSetTransformErrorFunc(run->context, NULL, vx_listen_error);
    return forbid_all(run) && set_params(run);
}

static enum vmx_status
transform(struct run *run)
{
    enum vx_code stopped = 0;

    /* Without a name: the diagnostics are about the VMX, so that each place in a
     * stylesheet is named with its file. */
    vx_listen(&run->listener, run->xsl, run->map->diags, VX_STYLESHEET_FAILED, NULL);
    if (prepare(run)) {
        run->output = run->xsl->xsltApplyStylesheetUser(run->target->style, run->input,
                                                        NULL, NULL, NULL, run->context);
        if (run->context->state == XSLT_STATE_STOPPED && run->listener.errors == 0)
            stopped = VX_STYLESHEET_STOPPED;
    }
    vx_listen_end(&run->listener, stopped);
    if (run->output && run->context->state == XSLT_STATE_OK
        && run->listener.errors == 0)
        return VMX_OK;
    if (run->listener.errors == 0)
        vx_diag(run->map->diags, stopped ? stopped : VX_STYLESHEET_FAILED, VX_NO_SPAN,
                "the stylesheet gave no result");
    return run->listener.limit ? VMX_ERR_LIMIT : VMX_ERR_INPUT;
}

enum vmx_status
vx_target_convert(struct vx_map *map, const struct vmx_target *target,
                  struct vmx_result **ret)
{
    struct run run VX_AUTO(run_done) = {
        .target = target,
        .xsl = target->xsl,
        .map = map,
        .keep_metadata = map->metadata,
        .release = map->libvirt == UINT32_MAX ? NEWEST : map->libvirt,
    };
    enum vmx_status status;

    map->libvirt = UINT32_MAX;
    map->annotate = vx_target_annotate;
    map->annotate_data = target;
    status = vx_convert_to_xml(map, &run.result);
    if (status == VMX_OK)
        status = transform(&run);
    if (status == VMX_OK)
        status = write_result(&run);
    if (status != VMX_OK)
        return status;
    *ret = run.result;
    run.result = NULL;
    return VMX_OK;
}
