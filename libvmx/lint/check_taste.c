/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 8xx about keys and values: spelling, order.  What they find means the same in
 * any other form. */
#include "lint/check.h"

#include "doc/facts.h"
#include "doc/nearest.h"
#include "lint/survey.h"

#include "base/banned.h"

/* ---- keys ------------------------------------------------------------------------ */

/* The key as the catalogue writes it; false when that is another one. */
static bool
spell(struct vx_lint *lint, const struct vx_line *line, struct vx_buf *out)
{
    if (!vx_key_known(line->entry)
        || (vx_key_entries[line->entry].flags & (VX_KEY_WILD | VX_KEY_PREFIX)))
        return false;
    vx_key_spell(line->entry, vx_line_key(line), out);
    return vx_lint_has(lint, out) && vx_str_ieq(vx_buf_text(out), vx_line_key(line));
}

void
vx_check_key_spelling(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_line *line = NULL; (line = vx_lint_next(lint, line)) != NULL;) {
        struct vx_buf usual VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);

        if (spell(lint, line, &usual)
            && !vx_str_eq(vx_buf_text(&usual), vx_line_key(line)))
            vx_lint_tell(lint, rule, line, VX_PART_KEY, "%.*s: usually spelled %.*s",
                         VX_ARG(vx_line_key(line)), VX_ARG(vx_buf_text(&usual)));
    }
}

void
vx_fix_key_spelling(struct vx_lint *lint, struct vx_finding *finding)
{
    struct vx_buf usual VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);

    if (spell(lint, finding->line, &usual))
        vx_fix_key(lint, finding, finding->line, vx_buf_text(&usual));
}

/* ---- order ----------------------------------------------------------------------- */

void
vx_check_head(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const uint16_t head[] = {
        VX_M_encoding,
        VX_M_config_version,
        VX_M_virtualHW_version,
    };
    struct vx_line *line = NULL;

    for (size_t i = 0; i < VX_COUNT(head); i++) {
        struct vx_line *wanted = vx_lint_key(lint, head[i]);

        if (wanted == NULL)
            continue;
        line = vx_lint_next(lint, line);
        if (line == NULL || wanted == line)
            continue;
        vx_lint_tell(lint, rule, wanted, VX_PART_KEY,
                     "%.*s: stands behind %.*s; VMware begins a file with it",
                     VX_ARG(vx_line_key(wanted)), VX_ARG(vx_line_key(line)));
        return;
    }
}

/* As strcasecmp() of the C locale. */
static int
compare(struct vx_str a, struct vx_str b)
{
    for (size_t i = 0; i < a.n && i < b.n; i++) {
        int differ = vx_lower((unsigned char)a.s[i]) - vx_lower((unsigned char)b.s[i]);

        if (differ)
            return differ;
    }
    return a.n < b.n ? -1 : a.n > b.n;
}

void
vx_check_sorted(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *before = vx_lint_next(lint, NULL);

    for (struct vx_line *line = before; line && (line = vx_lint_next(lint, line));) {
        if (compare(vx_line_key(before), vx_line_key(line)) > 0) {
            vx_lint_tell(lint, rule, line, VX_PART_KEY,
                         "%.*s: stands behind %.*s; the keys are not sorted",
                         VX_ARG(vx_line_key(line)), VX_ARG(vx_line_key(before)));
            return;
        }
        before = line;
    }
}

static bool
is_of(const struct vx_instance *device, const struct vx_line *line)
{
    const struct vx_key_entry *entry;

    if (line->entry == VX_KEY_NO_ENTRY)
        return false;
    entry = &vx_key_entries[line->entry];
    return entry->kind == device->kind && entry->sub == device->sub
           && line->index == device->index
           && (entry->numbers < 2 || line->unit == device->unit);
}

/* The last line among the device's slots. */
static uint32_t
last_line(const struct vx_instance *device, uint16_t props)
{
    uint32_t last = device->first_line;

    for (uint16_t i = 1; i < props; i++)
        last = device->slot[i] > last ? device->slot[i] : last;
    return last;
}

static void
tell_scattered(struct vx_lint *lint, const struct vx_rule *rule,
               const struct vx_instance *device, uint16_t props)
{
    struct vx_line *last = &lint->doc->lines[last_line(device, props) - 1];
    struct vx_line *line = &lint->doc->lines[device->first_line - 1];

    while (line && line < last && is_of(device, line))
        line = vx_lint_next(lint, line);
    if (line && line < last)
        vx_lint_tell(lint, rule, last, VX_PART_KEY,
                     "%.*s: stands apart from the other keys of the device, which "
                     "begin in line %u",
                     VX_ARG(vx_line_key(last)),
                     lint->doc->lines[device->first_line - 1].number);
}

void
vx_check_scattered(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const struct {
        uint8_t kind;
        uint16_t props;
    } kinds[] = {
        {VX_KIND_DISK, VX_DISK_PROPS},         {VX_KIND_CONTROLLER, VX_CTRL_PROPS},
        {VX_KIND_NIC, VX_NIC_PROPS},           {VX_KIND_SERIAL, VX_SERIAL_PROPS},
        {VX_KIND_PARALLEL, VX_PARALLEL_PROPS}, {VX_KIND_FOLDER, VX_FOLDER_PROPS},
        {VX_KIND_PASSTHRU, VX_PASSTHRU_PROPS},
    };

    for (size_t i = 0; i < VX_COUNT(kinds); i++)
        for (struct vx_instance *device = lint->slots->first[kinds[i].kind]; device;
             device = device->next)
            tell_scattered(lint, rule, device, kinds[i].props);
}

/* ---- values ---------------------------------------------------------------------- */

static bool
has_type(const struct vx_line *line, enum vx_key_type type)
{
    return vx_key_known(line->entry) && vx_key_entries[line->entry].type == type;
}

static bool
has_upper(struct vx_str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.s[i] >= 'A' && text.s[i] <= 'Z')
            return true;
    return false;
}

void
vx_check_upper_bytes(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_line *line = NULL; (line = vx_lint_next(lint, line)) != NULL;)
        if ((has_type(line, VX_TYPE_MAC) || has_type(line, VX_TYPE_UUID))
            && has_upper(vx_line_raw(line)))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: hex digits in upper case", VX_ARG(vx_line_key(line)));
}

void
vx_fix_lower(struct vx_lint *lint, struct vx_finding *finding)
{
    const struct vx_line *line = finding->line;
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    struct vx_str raw = vx_line_raw(line);

    for (size_t i = 0; i < raw.n; i++)
        vx_buf_char(&text, (char)vx_lower((unsigned char)raw.s[i]));
    if (vx_lint_has(lint, &text))
        vx_fix_bytes(lint, finding, line->offset + line->value, raw.n,
                     vx_buf_text(&text));
}

void
vx_check_boolean_case(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_line *line = NULL; (line = vx_lint_next(lint, line)) != NULL;) {
        struct vx_str value = vx_line_raw(line);
        bool is_true = has_type(line, VX_TYPE_BOOL) && vx_str_is(value, "TRUE");

        if (!is_true && !(has_type(line, VX_TYPE_BOOL) && vx_str_is(value, "FALSE")))
            continue;
        if (!vx_str_eq(value, is_true ? VX_STR("TRUE") : VX_STR("FALSE")))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" is not in upper case",
                         VX_ARG(vx_line_key(line)), VX_ARG(value));
    }
}

void
vx_fix_boolean_case(struct vx_lint *lint, struct vx_finding *finding)
{
    bool value = vx_str_is(vx_line_raw(finding->line), "TRUE");

    vx_fix_bytes(lint, finding, finding->told.offset, finding->told.length,
                 value ? VX_STR("TRUE") : VX_STR("FALSE"));
}

void
vx_check_default(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_line *line = NULL; (line = vx_lint_next(lint, line)) != NULL;)
        if (vx_key_known(line->entry) && vx_says_default(lint, line))
            vx_lint_tell(lint, rule, line, VX_PART_LINE,
                         "%.*s: \"%.*s\" is what its absence means, too",
                         VX_ARG(vx_line_key(line)), VX_ARG(vx_lint_shown(lint, line)));
}
