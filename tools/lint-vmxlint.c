/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One .vmxlint file, which is written as a VMX is.  What it says must be meant: an
 * unknown key ends the run. */
#include "lint-config.h"

#include "cli-report.h"

#include <stdlib.h>

#include "base/num.h"

#include "base/banned.h"

#define PATH "path"

struct reading {
    struct cli *cli;
    struct vx_arena *arena;
    const char *path;
    struct vmx_doc *doc;
    struct vx_str text;
    struct lint_vmxlint *file;
};

/* ---- places ---------------------------------------------------------------------- */

/* The line of `key`, which its document does not tell. */
static unsigned
line_of(struct vx_str text, struct vx_str key)
{
    unsigned number = 1;

    while (text.n) {
        ptrdiff_t end = vx_str_find(text, '\n');
        struct vx_str line =
            vx_str_trim(end < 0 ? text : vx_str_of(text.s, (size_t)end));

        if (vx_str_istarts(line, key) && line.n > key.n
            && (vx_is_blank((unsigned char)line.s[key.n]) || line.s[key.n] == '='))
            return number;
        if (end < 0)
            break;
        text = vx_str_skip(text, (size_t)end + 1);
        number++;
    }
    return 0;
}

/* "FILE:LINE: key", for messages. */
static const char *
where(struct reading *reading, const char *key)
{
    return vx_arena_printf(reading->arena, "%s:%u: %s", reading->path,
                           line_of(reading->text, vx_str_c(key)), key)
        .s;
}

/* ---- keys ------------------------------------------------------------------------ */

static const struct {
    const char *name;
    enum lint_setting_kind kind;
    bool of_path; /* may stand in a section, too */
} names[] = {
    {"profile", LINT_PROFILE, true},  {"select", LINT_SELECT, true},
    {"ignore", LINT_IGNORE, true},    {"severity.", LINT_SEVERITY, true},
    {"fail-on", LINT_FAIL_ON, false}, {"min-severity", LINT_MIN_SEVERITY, true},
};

/* Takes "select" or "severity.CODE" into a layer; false when it is none of those. */
static bool
take_setting(struct reading *reading, struct lint_layer *layer, bool of_path,
             struct vx_str name, struct vx_str value, const char *place)
{
    for (size_t i = 0; i < VX_COUNT(names); i++) {
        struct vx_str known = vx_str_c(names[i].name), rule = VX_STR_NONE;

        if (of_path && !names[i].of_path)
            continue;
        if (names[i].kind == LINT_SEVERITY && vx_str_istarts(name, known)
            && name.n > known.n)
            rule = vx_str_skip(name, known.n);
        else if (!vx_str_ieq(name, known))
            continue;
        (void)lint_layer_add(layer, reading->arena, names[i].kind, rule, value, place);
        return true;
    }
    return false;
}

static struct lint_section *
section_of(struct lint_vmxlint *file, uint64_t number)
{
    for (size_t i = 0; i < file->count; i++)
        if (file->sections[i].number == number)
            return &file->sections[i];
    if (file->count == LINT_SECTIONS_MAX)
        return NULL;
    file->sections[file->count] = (struct lint_section){.number = number};
    return &file->sections[file->count++];
}

/* "path12.select": false when it is no key of a section. */
static bool
split_path(struct vx_str key, uint64_t *ret_number, struct vx_str *ret_name)
{
    ptrdiff_t dot = vx_str_find(key, '.');

    if (dot < 0 || !vx_str_istarts(key, VX_STR(PATH)))
        return false;
    *ret_name = vx_str_skip(key, (size_t)dot + 1);
    return vx_num_u64(
        vx_str_of(key.s + sizeof(PATH) - 1, (size_t)dot - sizeof(PATH) + 1),
        ret_number);
}

static enum cli_exit
unknown(struct reading *reading, const char *place)
{
    return cli_trouble(reading->cli,
                       "%s: no such setting; vmxlint(5) has those there are", place);
}

static enum cli_exit
take_section(struct reading *reading, uint64_t number, struct vx_str name,
             struct vx_str value, const char *place)
{
    struct lint_section *section = section_of(reading->file, number);

    if (section == NULL)
        return cli_trouble(reading->cli, "%s: more than %d paths", place,
                           LINT_SECTIONS_MAX);
    section->where = place;
    if (vx_str_is(name, "glob"))
        return section->glob ? CLI_GO_ON
                             : cli_glob_new(reading->cli, place, value, &section->glob);
    return take_setting(reading, &section->layer, true, name, value, place)
               ? CLI_GO_ON
               : unknown(reading, place);
}

static enum cli_exit
take_key(struct reading *reading, const char *key)
{
    struct vx_str value =
        vx_arena_dup(reading->arena, vx_str_c(vmx_doc_get(reading->doc, key)));
    struct vx_str name = vx_arena_dup(reading->arena, vx_str_c(key));
    const char *place = where(reading, key);
    uint64_t number;

    if (value.s == NULL || name.s == NULL || place == NULL)
        return cli_trouble(reading->cli, "out of memory");
    if (vx_str_is(name, ".encoding"))
        return CLI_GO_ON;
    if (vx_str_is(name, "root"))
        return vmx_doc_get_bool(reading->doc, key, &reading->file->root)
                   ? CLI_GO_ON
                   : cli_trouble(reading->cli, "%s: expected \"TRUE\" or \"FALSE\"",
                                 place);
    if (split_path(name, &number, &name))
        return take_section(reading, number, name, value, place);
    return take_setting(reading, &reading->file->layer, false, name, value, place)
               ? CLI_GO_ON
               : unknown(reading, place);
}

/* ---- the file -------------------------------------------------------------------- */

static int
compare(const void *left, const void *right)
{
    const struct lint_section *a = left, *b = right;

    return a->number < b->number ? -1 : a->number > b->number;
}

static enum cli_exit
check_sections(struct reading *reading)
{
    struct lint_vmxlint *file = reading->file;

    for (size_t i = 0; i < file->count; i++)
        if (file->sections[i].glob == NULL)
            return cli_trouble(reading->cli, "%s: there is no path%llu.glob",
                               file->sections[i].where,
                               (unsigned long long)file->sections[i].number);
    if (file->count > 1)
        qsort(file->sections, file->count, sizeof(*file->sections), compare);
    return reading->arena->failed ? cli_trouble(reading->cli, "out of memory")
                                  : CLI_GO_ON;
}

static enum cli_exit
take_keys(struct reading *reading)
{
    enum cli_exit status = CLI_GO_ON;
    const char *key;

    for (size_t i = 0; (key = vmx_doc_key(reading->doc, i)) != NULL; i++) {
        status = take_key(reading, key);
        if (status != CLI_GO_ON)
            return status;
    }
    return check_sections(reading);
}

/* What is odd in a VMX is refused here. */
static enum cli_exit
parse(struct reading *reading)
{
    struct vmx_diags *diags = vmx_diags_new();
    enum vmx_status status =
        diags ? vmx_doc_parse(reading->text.s, reading->text.n, diags, &reading->doc)
              : VMX_ERR_NOMEM;
    enum cli_exit result = CLI_GO_ON;

    if (status != VMX_OK) {
        result =
            cli_trouble(reading->cli, "%s: %s", reading->path, vmx_status_text(status));
    } else if (vmx_diags_at_least(diags, VMX_SEVERITY_WARNING) > 0) {
        cli_diags(reading->cli, reading->path, diags);
        result = CLI_TROUBLE;
    }
    vmx_diags_free(diags);
    return result;
}

enum cli_exit
lint_vmxlint_read(struct cli *cli, struct vx_arena *arena, const char *path,
                  struct lint_vmxlint *ret)
{
    struct reading reading = {.cli = cli, .arena = arena, .path = path, .file = ret};
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);
    enum cli_exit status;
    const char *why = cli_read(path, &text);

    if (why)
        return cli_trouble(cli, "%s: %s", path, why);
    *ret = (struct lint_vmxlint){
        .sections = vx_arena_array(arena, LINT_SECTIONS_MAX, sizeof(*ret->sections))};
    if (ret->sections == NULL)
        return cli_trouble(cli, "out of memory");
    reading.text = vx_buf_text(&text);
    status = parse(&reading);
    if (status == CLI_GO_ON)
        status = take_keys(&reading);
    vmx_doc_free(reading.doc);
    return status;
}

void
lint_vmxlint_done(struct lint_vmxlint *file)
{
    for (size_t i = 0; i < file->count; i++)
        cli_pattern_free(file->sections[i].glob);
}
