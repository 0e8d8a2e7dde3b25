/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One run: asks all rules that are on, and puts what they tell in order.  Knows no
 * single rule but those about what is no VMX. */
#include "lint/lint.h"

#include "lint/check.h"
#include "lint/findings.h"
#include "lint/suppress.h"
#include "target/target.h"

#include "base/num.h"

#include "base/banned.h"

/* ---- asking ---------------------------------------------------------------------- */

struct vx_str
vx_lint_value(const struct vx_lint *lint, struct vx_line *line)
{
    if (line == NULL)
        return VX_STR_NONE;
    return VX_LIKELY(line->plain) ? vx_line_raw(line) : vx_doc_value(lint->doc, line);
}

bool
vx_lint_bool(const struct vx_lint *lint, struct vx_line *line, bool absent)
{
    bool value;

    return vx_bool_word(vx_lint_value(lint, line), &value) ? value : absent;
}

bool
vx_lint_int(const struct vx_lint *lint, struct vx_line *line, int64_t *ret)
{
    return line && vx_num_i64(vx_lint_value(lint, line), ret);
}

bool
vx_lint_is(const struct vx_lint *lint, struct vx_line *line, const char *word)
{
    return line && vx_str_is(vx_lint_value(lint, line), word);
}

/* The member that says whether the device is there; 0 where none does. */
static const uint16_t present_prop[VX_KINDS] = {
    [VX_KIND_DISK] = VX_DISK_present,         [VX_KIND_CONTROLLER] = VX_CTRL_present,
    [VX_KIND_NIC] = VX_NIC_present,           [VX_KIND_SERIAL] = VX_SERIAL_present,
    [VX_KIND_PARALLEL] = VX_PARALLEL_present, [VX_KIND_FOLDER] = VX_FOLDER_present,
    [VX_KIND_PASSTHRU] = VX_PASSTHRU_present, [VX_KIND_USBDEV] = VX_USBDEV_present,
    [VX_KIND_BRIDGE] = VX_BRIDGE_present,
};

void
vx_lint_take_slots(struct vx_lint *lint, const struct vx_slots *slots)
{
    lint->slots = slots;
    for (uint32_t i = 0; i < slots->instance_count; i++) {
        struct vx_instance *device = slots->instances[i];
        uint16_t prop = present_prop[device->kind];

        device->present =
            prop == 0
            || vx_lint_bool(lint, vx_lint_line(lint, device->slot[prop]), false);
    }
}

struct vx_str
vx_lint_device_name(struct vx_lint *lint, const struct vx_instance *device)
{
    struct vx_str key = vx_line_key(&lint->doc->lines[device->first_line - 1]);
    ptrdiff_t dot;

    if (vx_str_istarts(key, VX_STR("sched.")))
        key = vx_str_skip(key, 6);
    dot = vx_str_find(key, '.');
    return vx_arena_dup(lint->arena, vx_str_of(key.s, dot < 0 ? key.n : (size_t)dot));
}

/* ---- what others tell ------------------------------------------------------------ */

/* A diagnostic is a finding when its rule says that this is where it comes from. */
static void
take_diag(struct vx_lint *lint, enum vx_rule_source source, enum vx_code code,
          struct vx_span span, struct vx_str message)
{
    const struct vx_rule *rule = vx_rule_of(code);

    if (rule && rule->source == source && vx_lint_wants(lint, rule))
        vx_lint_tell_at(lint, rule,
                        span.line ? vx_doc_line_at(lint->doc, span.offset) : NULL, span,
                        "%s", message.s);
}

static void
take_reading(void *closure, enum vx_code code, struct vx_span span,
             struct vx_str message)
{
    take_diag(closure, VX_BY_READING, code, span, message);
}

/* An encrypted file cannot be converted; as a file there is nothing wrong with it. */
static void
take_mapping(void *closure, enum vx_code code, struct vx_span span,
             struct vx_str message)
{
    if (code == VX_ENCRYPTED)
        code = VX_CLOSED;
    take_diag(closure, VX_BY_MAPPING, code, span, message);
}

static enum vmx_severity
severity_of(enum vmx_loss_category category)
{
    switch (category) {
    case VMX_LOSS_INFORMATION:
        return VMX_SEVERITY_INFO;
    case VMX_LOSS_WARNING:
        return VMX_SEVERITY_WARNING;
    case VMX_LOSS_CRITICAL:
        return VMX_SEVERITY_ERROR;
    }
    return VMX_SEVERITY_INFO;
}

/* What the target does is told as what will be, without the full stop of the report. */
static struct vx_finding *
tell_loss(struct vx_lint *lint, const struct vx_rule *rule, struct vx_line *line,
          const struct vmx_loss *loss)
{
    struct vx_str what = vx_str_c(loss->what);
    const char *key = line ? loss->key : "", *colon = line ? ": " : "";

    if (rule->source != VX_BY_TARGET || what.n == 0)
        return vx_lint_tell(lint, rule, line, VX_PART_KEY, "%s%s%s", key, colon,
                            what.n ? what.s : rule->told.title);
    what.n -= what.s[what.n - 1] == '.';
    return vx_lint_tell(lint, rule, line, VX_PART_KEY, "%s%son KVM, %c%.*s", key, colon,
                        vx_lint_uncapital(what.s), (int)(what.n - 1), what.s + 1);
}

static void
take_losses(struct vx_lint *lint, struct vmx_result *result)
{
    for (size_t i = 0; i < vmx_result_losses(result); i++) {
        const struct vmx_loss *loss = vmx_result_loss(result, i);
        const struct vx_rule *rule =
            loss ? vx_rule_of(vx_code_find(vx_str_c(loss->code))->code) : NULL;
        struct vx_line *line = NULL;
        struct vx_finding *found;

        if (rule == NULL
            || (rule->source != VX_BY_CONVERSION && rule->source != VX_BY_TARGET))
            continue;
        if (loss->key)
            line = vx_doc_find(lint->doc, vx_str_c(loss->key));
        found = tell_loss(lint, rule, line, loss);
        if (found && vx_lint_has_own_severity(lint, rule))
            found->told.severity = severity_of(loss->category);
    }
}

static struct vx_map *
new_map(struct vx_lint *lint)
{
    struct vx_map *map = vx_arena_zero(lint->arena, sizeof(*map));

    if (map == NULL)
        return NULL;
    map->doc = lint->doc;
    map->libvirt = UINT32_MAX;
    map->name = VX_STR("machine");
    map->metadata = true;
    return map;
}

/* A machine that the target cannot do is still read and written. */
static enum vmx_status
convert(struct vx_lint *lint)
{
    struct vmx_result *result = NULL;
    struct vx_map *map = new_map(lint);
    enum vmx_status status = VMX_ERR_INPUT;

    if (map == NULL)
        return VMX_ERR_NOMEM;
    if (lint->linter->sources[VX_BY_TARGET]) {
        if (lint->linter->target == NULL)
            return VMX_ERR_LIBRARY;
        status = vx_target_convert(map, lint->linter->target, &result);
        map = new_map(lint);
    }
    if (map && (status == VMX_ERR_INPUT || status == VMX_ERR_LIMIT))
        status = vx_convert_to_xml(map, &result);
    if (status == VMX_OK)
        take_losses(lint, result);
    vmx_result_free(result);
    return status;
}

/* ---- the run --------------------------------------------------------------------- */

static void
learn(struct vx_lint *lint)
{
    struct vx_line *guest = vx_lint_key(lint, VX_M_guestOS);
    int64_t hw;

    if (vx_lint_int(lint, vx_lint_key(lint, VX_M_virtualHW_version), &hw) && hw > 0
        && hw < UINT16_MAX)
        lint->hw = (unsigned)hw;
    lint->hardware = vx_hwver_find(lint->hw);
    if (guest)
        lint->guest = vx_guestos_find(vx_lint_value(lint, guest));
    lint->efi = vx_lint_is(lint, vx_lint_key(lint, VX_M_firmware), "efi");
}

static void
check(struct vx_lint *lint)
{
    for (size_t i = 0; i < vx_rule_count; i++)
        if (lint->linter->state[i] && vx_rules[i].check)
            vx_rules[i].check(lint, &vx_rules[i]);
}

/* The devices of the document, and what the tables say of them. */
static enum vmx_status
read_machine(struct vx_lint *lint, struct vmx_diags *diags)
{
    struct vx_map *map = vx_arena_zero(lint->arena, sizeof(*map));
    enum vmx_status status;

    if (map == NULL)
        return VMX_ERR_NOMEM;
    map->doc = lint->doc;
    map->diags = diags;
    map->libvirt = UINT32_MAX;
    map->secrets = true; /* they are read, and never shown */
    status = vx_convert_begin(map, lint->arena);
    if (status == VMX_OK)
        vx_lint_take_slots(lint, &map->slots);
    if (status == VMX_OK && lint->linter->sources[VX_BY_MAPPING])
        vx_convert_read(map);
    return status;
}

static enum vmx_status
run(struct vx_lint *lint, struct vmx_diags *reading, struct vmx_diags *mapping)
{
    enum vmx_status status = read_machine(lint, mapping);

    if (status == VMX_ERR_INPUT)
        return VMX_OK; /* that is the finding */
    if (status == VMX_OK)
        status = vx_doc_report(lint->doc, reading);
    if (status != VMX_OK)
        return status;
    learn(lint);
    check(lint);
    if (lint->linter->sources[VX_BY_CONVERSION] || lint->linter->sources[VX_BY_TARGET])
        status = convert(lint);
    vx_findings_mend(lint);
    return status;
}

static void
drop_diags(struct vmx_diags **diags)
{
    vmx_diags_free(*diags);
}

enum vmx_status
vx_lint_run(const struct vmx_linter *linter, struct vmx_doc *doc,
            const struct vmx_lint_options *options, struct vmx_findings **ret)
{
    struct vmx_findings *findings VX_AUTO(vx_findings_drop) = vx_findings_new();
    struct vx_lint lint = {.linter = linter, .doc = doc, .options = options};
    struct vmx_diags *reading VX_AUTO(drop_diags) = vx_diags_to(take_reading, &lint);
    struct vmx_diags *mapping VX_AUTO(drop_diags) = vx_diags_to(take_mapping, &lint);
    enum vmx_status status;

    if (findings == NULL || reading == NULL || mapping == NULL)
        return VMX_ERR_NOMEM;
    lint.findings = findings;
    lint.arena = &findings->arena;
    status = run(&lint, reading, mapping);
    if (status == VMX_OK)
        status = vx_suppress(&lint);
    if (status == VMX_OK)
        status = vx_findings_finish(findings);
    if (status == VMX_OK && (findings->arena.failed || doc->arena.failed))
        status = VMX_ERR_NOMEM;
    if (status != VMX_OK)
        return status;
    *ret = findings;
    findings = NULL;
    return VMX_OK;
}

enum vmx_status
vmx_lint(const struct vmx_linter *linter, struct vmx_doc *doc,
         const struct vmx_lint_options *options, struct vmx_findings **ret)
{
    static const struct vmx_lint_options usual = VMX_LINT_OPTIONS;
    struct vmx_doc *again = NULL;
    enum vmx_status status;

    if (options == NULL)
        options = &usual;
    if (linter == NULL || doc == NULL || ret == NULL || options->size < sizeof(usual))
        return VMX_ERR_MISUSE;
    if (!doc->edited)
        return vx_lint_run(linter, doc, options, ret);
    /* Places are those of the text that it now is. */
    status = vx_doc_copy(doc, &again);
    if (status == VMX_OK)
        status = vx_lint_run(linter, again, options, ret);
    vmx_doc_free(again);
    return status;
}
