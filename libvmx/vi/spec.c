/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys as fields of VirtualMachineConfigSpec, and all others as extraConfig. */
#include "vi/escape.h"
#include "vi/plan.h"

#include "base/num.h"

#include "base/banned.h"

/* ---- spellings ------------------------------------------------------------------- */

/* How the API spells what the file says; s is NULL when it cannot. */
typedef struct vx_str spell(struct vx_str text, struct vx_arena *arena);

static struct vx_str
take_buf(struct vx_buf *buf, struct vx_arena *arena)
{
    struct vx_str text =
        buf->failed
            ? VX_STR_NONE
            : vx_arena_dup(arena, vx_str_of(buf->data ? buf->data : "", buf->size));

    vx_buf_done(buf);
    return text;
}

static struct vx_str
spell_name(struct vx_str text, struct vx_arena *arena)
{
    struct vx_buf name = VX_BUF(1 << 16);

    vi_escape_name(&name, text);
    return take_buf(&name, arena);
}

/* "56 4d ... -... " as "564d....-....-". */
static struct vx_str
spell_uuid(struct vx_str text, struct vx_arena *arena)
{
    struct vx_buf uuid = VX_BUF(64);
    unsigned digits = 0;

    for (size_t i = 0; i < text.n; i++) {
        char c = text.s[i];

        if (c == ' ' || c == '-')
            continue;
        if (vx_hex_digit((unsigned char)c) < 0)
            digits = 99;
        if (digits == 8 || digits == 12 || digits == 16 || digits == 20)
            vx_buf_char(&uuid, '-');
        vx_buf_char(&uuid, (char)vx_lower((unsigned char)c));
        digits++;
    }
    if (digits != 32)
        uuid.failed = true;
    return take_buf(&uuid, arena);
}

static struct vx_str
spell_guest(struct vx_str text, struct vx_arena *arena)
{
    (void)arena;
    return vx_str_c(vmx_guest_id(text.s));
}

static struct vx_str
spell_limit(struct vx_str text, struct vx_arena *arena)
{
    (void)arena;
    return vx_str_is(text, "unlimited") ? VX_STR("-1") : text;
}

static struct vx_str
spell_seconds(struct vx_str text, struct vx_arena *arena)
{
    uint64_t seconds;

    if (!vx_num_u64(text, &seconds) || seconds > INT64_MAX / 1000)
        return VX_STR_NONE;
    return vx_arena_printf(arena, "%llu", (unsigned long long)seconds * 1000);
}

static struct vx_str
spell_exec(struct vx_str text, struct vx_arena *arena)
{
    (void)arena;
    return vx_str_is(text, "automatic")  ? VX_STR("hvAuto")
           : vx_str_is(text, "hardware") ? VX_STR("hvOn")
           : vx_str_is(text, "software") ? VX_STR("hvOff")
                                         : VX_STR_NONE;
}

static struct vx_str
spell_mmu(struct vx_str text, struct vx_arena *arena)
{
    (void)arena;
    return vx_str_is(text, "automatic")  ? VX_STR("automatic")
           : vx_str_is(text, "hardware") ? VX_STR("on")
           : vx_str_is(text, "software") ? VX_STR("off")
                                         : VX_STR_NONE;
}

static struct vx_str
spell_snapshot(struct vx_str text, struct vx_arena *arena)
{
    (void)arena;
    return vx_str_is(text, "keep")         ? VX_STR("powerOff")
           : vx_str_is(text, "autoRevert") ? VX_STR("revert")
           : vx_str_is(text, "prompt")     ? VX_STR("prompt")
                                           : VX_STR_NONE;
}

static struct vx_str
spell_power(struct vx_str text, struct vx_arena *arena)
{
    (void)arena;
    return vx_str_is(text, "default") ? VX_STR("preset") : text;
}

/* ---- fields ---------------------------------------------------------------------- */

enum special { ONE, SHARES, LIST };

struct field {
    const char *name;   /* as the catalogue of keys has it */
    const char *absent; /* what the file means without the key; NULL: it cannot go */
    spell *spell;       /* NULL: as in the file */
    const char *path;   /* in the specification, where that differs */
    enum special special;
};

/* clang-format off */
static const struct field fields[] = {
    {"name", NULL, spell_name, NULL, ONE},
    {"uuid", NULL, spell_uuid, NULL, ONE},
    {"instanceUuid", NULL, spell_uuid, NULL, ONE},
    {"locationId", NULL, spell_uuid, NULL, ONE},
    {"guestId", NULL, spell_guest, NULL, ONE},
    {"alternateGuestName", "", NULL, NULL, ONE},
    {"annotation", "", NULL, NULL, ONE},
    {"tools.afterPowerOn", "TRUE", NULL, NULL, ONE},
    {"tools.afterResume", "TRUE", NULL, NULL, ONE},
    {"tools.beforeGuestStandby", "TRUE", NULL, NULL, ONE},
    {"tools.beforeGuestShutdown", "TRUE", NULL, NULL, ONE},
    {"tools.beforeGuestReboot", NULL, NULL, NULL, ONE},
    {"tools.toolsUpgradePolicy", "manual", NULL, NULL, ONE},
    {"tools.syncTimeWithHostAllowed", "TRUE", NULL, NULL, ONE},
    {"tools.syncTimeWithHost", "FALSE", NULL, NULL, ONE},
    {"flags.enableLogging", "TRUE", NULL, NULL, ONE},
    {"flags.diskUuidEnabled", "FALSE", NULL, NULL, ONE},
    {"flags.virtualMmuUsage", "automatic", spell_mmu, NULL, ONE},
    {"flags.virtualExecUsage", "automatic", spell_exec, NULL, ONE},
    {"flags.snapshotPowerOffBehavior", "keep", spell_snapshot, NULL, ONE},
    {"flags.vvtdEnabled", "FALSE", NULL, NULL, ONE},
    {"flags.vbsEnabled", "FALSE", NULL, NULL, ONE},
    {"powerOpInfo.powerOffType", "default", spell_power, NULL, ONE},
    {"powerOpInfo.suspendType", "default", spell_power, NULL, ONE},
    {"powerOpInfo.resetType", "default", spell_power, NULL, ONE},
    {"numCPUs", "1", NULL, NULL, ONE},
    {"numCoresPerSocket", "1", NULL, NULL, ONE},
    {"memoryMB", NULL, NULL, NULL, ONE},
    {"memoryHotAddEnabled", "FALSE", NULL, NULL, ONE},
    {"cpuHotAddEnabled", "FALSE", NULL, NULL, ONE},
    {"cpuHotRemoveEnabled", "FALSE", NULL, NULL, ONE},
    {"virtualICH7MPresent", "FALSE", NULL, NULL, ONE},
    {"virtualSMCPresent", "FALSE", NULL, NULL, ONE},
    {"cpuAllocation.reservation", "0", NULL, NULL, ONE},
    {"cpuAllocation.limit", "unlimited", spell_limit, NULL, ONE},
    {"cpuAllocation.shares", "normal", NULL, NULL, SHARES},
    {"memoryAllocation.reservation", "0", NULL, NULL, ONE},
    {"memoryAllocation.limit", "unlimited", spell_limit, NULL, ONE},
    {"memoryAllocation.shares", "normal", NULL, NULL, SHARES},
    {"latencySensitivity", "normal", NULL, "latencySensitivity.level", ONE},
    {"cpuAffinity", "all", NULL, "cpuAffinity.affinitySet", LIST},
    {"bootOptions.bootDelay", "0", NULL, NULL, ONE},
    {"bootOptions.enterBIOSSetup", "FALSE", NULL, NULL, ONE},
    {"bootOptions.efiSecureBootEnabled", "FALSE", NULL, NULL, ONE},
    {"bootOptions.bootRetryEnabled", "FALSE", NULL, NULL, ONE},
    {"bootOptions.bootRetryDelay", "10", spell_seconds, NULL, ONE},
    {"changeTrackingEnabled", "FALSE", NULL, NULL, ONE},
    {"firmware", "bios", NULL, NULL, ONE},
    {"maxMksConnections", "40", NULL, NULL, ONE},
    {"guestAutoLockEnabled", "FALSE", NULL, NULL, ONE},
    {"memoryReservationLockedToMax", "FALSE", NULL, NULL, ONE},
    {"nestedHVEnabled", "FALSE", NULL, NULL, ONE},
    {"vPMCEnabled", "FALSE", NULL, NULL, ONE},
    {"migrateEncryption", "opportunistic", NULL, NULL, ONE},
    {"sgxInfo.epcSize", "0", NULL, NULL, ONE},
    {"sgxInfo.flcMode", "unlocked", NULL, NULL, ONE},
    {"sgxInfo.requireAttestation", "FALSE", NULL, NULL, ONE},
    {"ftEncryptionMode", "ftEncryptionOpportunistic", NULL, NULL, ONE},
    {"sevEnabled", "FALSE", NULL, NULL, ONE},
    {"motherboardLayout", "i440bxHostBridge", NULL, NULL, ONE},
    {"simultaneousThreads", "1", NULL, NULL, ONE},
    {"tdxEnabled", "FALSE", NULL, NULL, ONE},
};

/* clang-format on */

static const struct field *
field_of(const char *name)
{
    for (size_t i = 0; i < VX_COUNT(fields); i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

const char *
vi_put_shares(void *object, const char *path, struct vx_str text,
              struct vx_arena *arena)
{
    const bool word =
        vx_str_is(text, "low") || vx_str_is(text, "normal") || vx_str_is(text, "high");
    struct vx_str shares = vx_arena_printf(arena, "%s.shares", path);
    struct vx_str level = vx_arena_printf(arena, "%s.level", path);
    const char *why;

    if (!shares.s || !level.s)
        return "out of memory";
    /* The number that a word means is the host's business. */
    why = vi_put(object, shares.s, word ? VX_STR("0") : text, arena);
    return why ? why : vi_put(object, level.s, word ? text : VX_STR("custom"), arena);
}

/* "0,1,4-7"; "all" is a list of none. */
static const char *
put_list(void *object, const char *path, struct vx_str text, struct vx_arena *arena)
{
    static const char why_not[] = "it is no list of processors";

    if (vx_str_is(text, "all"))
        text.n = 0;
    while (text.n) {
        ptrdiff_t comma = vx_str_find(text, ',');
        struct vx_str part =
            vx_str_trim(vx_str_of(text.s, comma < 0 ? text.n : (size_t)comma));
        ptrdiff_t dash = vx_str_find(part, '-');
        uint64_t from, to;

        if (!vx_num_u64(dash < 0 ? part : vx_str_of(part.s, (size_t)dash), &from)
            || !vx_num_u64(dash < 0 ? part : vx_str_skip(part, (size_t)dash + 1), &to)
            || from > to || to > 4095)
            return why_not;
        for (; from <= to; from++) {
            const char *why =
                vi_put(object, path,
                       vx_arena_printf(arena, "%llu", (unsigned long long)from), arena);

            if (why)
                return why;
        }
        text = comma < 0 ? VX_STR("") : vx_str_skip(text, (size_t)comma + 1);
    }
    return NULL;
}

static const char *
put_field(struct vmx_vi_plan *plan, const struct field *field, struct vx_str text)
{
    const char *path = field->path ? field->path : field->name;

    if (field->spell)
        text = field->spell(text, &plan->arena);
    if (text.s == NULL)
        return "the API has no word for it";
    switch (field->special) {
    case SHARES:
        return vi_put_shares(plan->spec, path, text, &plan->arena);
    case LIST:
        if (plan->spec->cpuAffinity == NULL)
            plan->spec->cpuAffinity =
                vi_make(VI_VirtualMachineAffinityInfo, &plan->arena);
        return put_list(plan->spec, path, text, &plan->arena);
    case ONE:
        break;
    }
    return vi_put(plan->spec, path, text, &plan->arena);
}

void
vi_plan_field(struct vmx_vi_plan *plan, struct vmx_vi_step *step)
{
    const struct field *field = field_of(step->difference->vi);
    const char *text = vi_wanted(plan, step->difference->key_after);
    const char *why;

    if (field == NULL) {
        vi_plan_leave(step, "its field of the API is not written by this release");
        return;
    }
    text = text && step->difference->after ? text : field->absent;
    if (text == NULL) {
        vi_plan_leave(step, "the API cannot take it away");
        return;
    }
    why = put_field(plan, field, vx_arena_dup(&plan->arena, vx_str_c(text)));
    if (why) {
        vi_plan_leave(step, why);
        return;
    }
    step->means = VMX_VI_BY_FIELD;
    step->what = field->path ? field->path : field->name;
    plan->asks = true;
}

/* An empty text takes the key away. */
void
vi_plan_extra(struct vmx_vi_plan *plan, struct vmx_vi_step *step)
{
    struct vi_OptionValue *option = vi_make(VI_OptionValue, &plan->arena);
    const char *text = vi_wanted(plan, step->difference->key_after);

    if (step->difference->after == NULL || text == NULL)
        text = "";
    if (!option || !vi_append(&plan->spec->extraConfig, option, &plan->arena))
        return;
    option->key = vx_str_c(step->difference->key_after);
    option->value.text = vx_arena_dup(&plan->arena, vx_str_c(text));
    step->means = VMX_VI_BY_EXTRA;
    step->what = "extraConfig";
    plan->asks = true;
}
